//! Pictures of a screen in every look, and what is in somebody's way in each.

use crate::owner::Owner;
use crate::window::GLANCE;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// How the window is drawn, or how much room it has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Light,
    Dark,
    /// High contrast, light.
    Contrast,
    /// High contrast, dark.
    ContrastDark,
    /// The smallest window.
    Small,
    /// Text at twice its size: WebKit then gives the page half the room.
    Large,
}

impl Look {
    fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
            Self::ContrastDark => "contrast-dark",
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    fn dresses(self) -> String {
        let theme = match self {
            Self::Dark | Self::ContrastDark => "dark",
            _ => "light",
        };
        let contrast = matches!(self, Self::Contrast | Self::ContrastDark);
        format!(
            "const root = document.documentElement;
             root.dataset.theme = '{theme}';
             if ({contrast}) root.dataset.contrast = 'more'; else delete root.dataset.contrast;"
        )
    }

    fn size(self) -> (u32, u32) {
        match self {
            Self::Small => LEAST,
            Self::Large => (SIZE.0 / 2, SIZE.1 / 2),
            _ => SIZE,
        }
    }
}

/// Where the pictures go, and what was found on the way.
pub(super) struct Album<'o> {
    pub(super) owner: &'o Owner,
    language: &'static str,
    looks: &'static [Look],
    /// Without it nothing but barriers is looked for.
    folder: Option<PathBuf>,
    number: u32,
    found: Vec<String>,
}

/// The size of the window when nothing is said about it.
const SIZE: (u32, u32) = (1200, 800);
/// The least that it can have.
const LEAST: (u32, u32) = (900, 600);

impl<'o> Album<'o> {
    /// An album that keeps no picture.
    pub(super) fn of_barriers(owner: &'o Owner, looks: &'static [Look]) -> Self {
        Self {
            owner,
            language: "en",
            looks,
            folder: None,
            number: 0,
            found: Vec::new(),
        }
    }

    /// An album in `target/screens/looks`.
    pub(super) fn of_pictures(
        owner: &'o Owner,
        language: &'static str,
        looks: &'static [Look],
    ) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        Self {
            owner,
            language,
            looks,
            folder: Some(target.join("screens/looks")),
            number: 0,
            found: Vec::new(),
        }
    }

    /// Looks at what the window shows: a state of a screen, in every look.
    pub(super) async fn stop(&mut self, screen: &str, state: &str) {
        self.number += 1;
        for look in self.looks {
            self.wear(*look).await;
            let name = look.name();
            if let Some(folder) = &self.folder {
                let folder = folder.join(screen);
                std::fs::create_dir_all(&folder).unwrap();
                let (number, language) = (self.number, self.language);
                let file = format!("{number:02}-{state}.{language}.{name}.png");
                self.owner.picture_in(&folder.join(file));
            }
            let place = format!("{screen}, {state}, {name}");
            self.note(&place, self.owner.barriers(&place).await);
            if matches!(look, Look::Small | Look::Large) {
                self.note(&place, self.owner.driver.run(OVERFLOWS).await);
            }
        }
        self.wear(Look::Light).await;
    }

    fn note(&mut self, place: &str, found: Value) {
        for one in found.as_array().into_iter().flatten() {
            self.found.push(format!("{place}: {one}"));
        }
    }

    async fn wear(&self, look: Look) {
        let owner = self.owner;
        let (width, height) = look.size();
        owner.resize(width, height);
        owner.driver.run(&look.dresses()).await;
        let fits = format!("return innerWidth === {width}");
        while owner.driver.run(&fits).await != json!(true) {
            tokio::time::sleep(GLANCE).await;
        }
        // A frame in which transitions begin, and one in which they have.
        owner
            .driver
            .run_async("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")
            .await;
        owner.stand_still().await;
    }

    /// Ends the walk. Nothing may have been in anybody's way.
    pub(super) fn close(self) {
        let list = self.found.join("\n");
        assert!(
            self.found.is_empty(),
            "{} barriers:\n{list}",
            self.found.len()
        );
    }
}

/// What is wider than the room it has: the page itself, or a text that is cut without saying so.
const OVERFLOWS: &str = "
  const name = (one) => `${one.tagName.toLowerCase()} “${(one.innerText || one.getAttribute('aria-label') || '').slice(0, 60)}”`;
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} wide in ${innerWidth}`);
  for (const one of document.querySelectorAll('button, a, h1, h2, h3, p, label, dt, dd, legend, [role=dialog], main')) {
    const box = one.getBoundingClientRect();
    if (!one.checkVisibility() || box.width < 2 || one.closest('.visually-hidden')) continue;
    const style = getComputedStyle(one);
    const cut = style.textOverflow === 'ellipsis' || style.overflowX === 'auto' || style.overflowX === 'scroll';
    if (!cut && style.display !== 'inline' && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
      found.push(`${name(one)} needs ${one.scrollWidth} and has ${one.clientWidth}`);
    const scrolled = one.parentElement?.closest('[role=grid], [role=table], [data-scrolls-sideways]');
    if (!scrolled && (box.right > innerWidth + 1 || box.left < -1))
      found.push(`${name(one)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${innerWidth}`);
  }
  return found;";
