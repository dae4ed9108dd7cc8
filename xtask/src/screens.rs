//! `cargo xtask screens`: pictures of every screen in every state, from the real window, and one page that shows them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::session::Session;
use crate::{app, place, setup, step, ui};

/// The tests of tests/window that take them, all but the one that `cargo xtask test` runs.
const TESTS: &str = "looks::pictures";

#[derive(Args)]
pub(crate) struct Options {
    /// Only in this language: english, chinese or spanish
    #[arg(value_name = "ALBUM")]
    album: Option<String>,
    /// Only write the page anew, from the pictures that are there
    #[arg(long)]
    index: bool,
}

/// Sets up, walks past every screen and writes `target/screens/looks/index.html`.
///
/// # Errors
/// When the set-up fails, a screen does not come, or something on it is in somebody's way.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = place::target()?.join("screens/looks");
    if options.index {
        return index(&folder);
    }
    if !cfg!(target_os = "linux") {
        bail!("the pictures are taken of WebKitGTK's window, which only Linux has");
    }
    setup::everything()?;
    ui::build()?;
    let tests = match &options.album {
        Some(album) => format!("{TESTS}_in_{album}"),
        None => {
            // What is not a screen any more shall not be shown.
            let _none_before = fs::remove_dir_all(&folder);
            TESTS.to_owned()
        }
    };
    let session = Session::start()?;
    let mut test = app::cargo("test");
    test.args(["--test", "window", "--", "--ignored", "--nocapture", &tests]);
    let walked = step::run(session.enter(&mut test));
    // The pictures of a walk that was stopped tell why.
    index(&folder)?;
    walked
}

/// The pictures of one state: language and look, and the file.
type State = BTreeMap<(String, String), String>;

/// Writes the page: a part for each screen, a row for each of its states and languages, its looks beside each other.
fn index(folder: &Path) -> Result<()> {
    let mut page = HEAD.to_owned();
    for (screen, states) in screens(folder)? {
        write!(page, "<h2 id=\"{screen}\">{screen}</h2>")?;
        for (state, pictures) in states {
            write!(page, "<h3>{}</h3><div>", state.replace('-', " "))?;
            for ((language, look), file) in pictures {
                write!(
                    page,
                    "<figure><a href=\"{screen}/{file}\"><img loading=\"lazy\" src=\"{screen}/{file}\" \
                     alt=\"{screen}, {state}\"></a><figcaption>{language}, {look}</figcaption></figure>"
                )?;
            }
            page.push_str("</div>");
        }
    }
    let file = folder.join("index.html");
    fs::write(&file, page).with_context(|| format!("could not write {}", file.display()))?;
    println!("{}", file.display());
    Ok(())
}

/// Every screen with its states, as the names of the files tell them: `<screen>/<state>.<language>.<look>.png`.
fn screens(folder: &Path) -> Result<BTreeMap<String, BTreeMap<String, State>>> {
    let mut screens = BTreeMap::<_, BTreeMap<_, State>>::new();
    let entries = fs::read_dir(folder)
        .with_context(|| format!("there are no pictures in {}", folder.display()))?;
    for screen in entries {
        let screen = screen?;
        if !screen.file_type()?.is_dir() {
            continue;
        }
        let states = screens
            .entry(screen.file_name().to_string_lossy().into_owned())
            .or_default();
        for picture in fs::read_dir(screen.path())? {
            let file = picture?.file_name().to_string_lossy().into_owned();
            let parts: Vec<_> = file.split('.').collect();
            if let [state, language, look, "png"] = parts[..] {
                let look = (language.to_owned(), look.to_owned());
                states
                    .entry(state.to_owned())
                    .or_default()
                    .insert(look, file);
            }
        }
    }
    Ok(screens)
}

const HEAD: &str =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Remit: every screen</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
  body { margin: 2rem }
  div { display: flex; gap: 1rem; overflow-x: auto }
  figure { flex: none; width: 24rem; margin: 0 }
  img { width: 100%; border: 1px solid #8888 }
  h2 { margin: 3rem 0 0 } h3 { margin: 1rem 0 .25rem; font-weight: 500 }
</style>
<h1>Every screen in every state</h1>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_light_and_dark_of_a_state_beside_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let pay = folder.path().join("pay");
        fs::create_dir(&pay).unwrap();
        for file in [
            "02-review.en.light.png",
            "02-review.en.dark.png",
            "01-empty.en.light.png",
            "notes.txt",
        ] {
            fs::write(pay.join(file), "").unwrap();
        }
        index(folder.path()).unwrap();
        let page = fs::read_to_string(folder.path().join("index.html")).unwrap();
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}"));
        assert!(place("01 empty") < place("02 review"));
        assert!(place("pay/02-review.en.dark.png") < place("pay/02-review.en.light.png"));
        assert_eq!(page.matches("<figure>").count(), 3);
    }
}
