//! What the built UI weighs, as gzip packs it: pages, scripts and styles, without the fonts and the catalogues of words.

use crate::table::Row;
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

const BUILT: &str = "ui/dist";
/// Each folder in it is a catalogue, named as its script is.
const CATALOGUES: &str = "ui/src/lib/i18n";

pub(crate) fn measure() -> Result<Vec<Row>> {
    let catalogues = names(Path::new(CATALOGUES))?;
    let page = Path::new(BUILT).join("index.html");
    let page = fs::read_to_string(&page).with_context(|| missing(&page))?;
    let (mut first, mut code, mut words) = (0, 0, 0);
    weigh(Path::new(BUILT), &mut |name, bytes| {
        // Vite puts a hash of eight letters behind the name.
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let is_catalogue = catalogues.iter().any(|language| {
            stem.strip_prefix(language)
                .is_some_and(|rest| rest.len() == 9)
        });
        if is_catalogue {
            words += bytes;
            return;
        }
        code += bytes;
        if name == "index.html" || page.contains(name) {
            first += bytes;
        }
    })?;
    let row = |what, bytes: u64, goal| -> Result<Row> {
        Ok(Row {
            what,
            against: "(KB)",
            runs: vec![f64::from(u32::try_from(bytes)?) / 1000.0],
            goal,
        })
    };
    Ok(vec![
        row("what is read before the first screen, gzip", first, "< 150")?,
        row("built UI before fonts and catalogues, gzip", code, "< 150")?,
        row("all catalogues, of which one is loaded, gzip", words, "")?,
    ])
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?
    {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn missing(path: &Path) -> String {
    format!(
        "could not read {}: `cargo xtask bench` builds it",
        path.display()
    )
}

/// Tells the name and the packed size of each page, script and style.
fn weigh(folder: &Path, tell: &mut dyn FnMut(&str, u64)) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| missing(folder))? {
        let path = entry?.path();
        if path.is_dir() {
            weigh(&path, tell)?;
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path
            .extension()
            .is_some_and(|kind| kind == "html" || kind == "js" || kind == "css")
        {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&fs::read(&path)?)?;
            tell(&name, u64::try_from(packed.finish()?.len())?);
        }
    }
    Ok(())
}
