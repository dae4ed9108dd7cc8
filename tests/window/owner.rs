//! The owner in front of Remit, in one language and one theme.

use crate::catalogue::Catalogue;
use crate::driver::Driver;
use crate::window::Window;
use serde_json::json;
use std::ops::Deref;
use std::sync::LazyLock;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

/// One window at a time: focus and keyboard belong to one, and the machine may be small.
static DESK: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);

/// An owner with a data folder of their own.
pub(crate) struct Owner {
    window: Window,
    words: Catalogue,
    _folder: TempDir,
    _desk: MutexGuard<'static, ()>,
}

impl Owner {
    /// Starts Remit for the first time, in a language (`en`, `zh-CN`) and a theme (`light`, `dark`).
    pub(crate) async fn new(language: &'static str, theme: &str) -> Self {
        let desk = DESK.lock().await;
        let folder = tempfile::tempdir().unwrap();
        let preferences = json!({ "theme": theme, "language": language });
        let settings = json!({ "settings": { "preferences": preferences } });
        std::fs::write(folder.path().join("settings.json"), settings.to_string()).unwrap();
        let driver = Driver::remit(folder.path(), &[]).await;
        Self {
            window: Window::new(driver, &format!("{language}-{theme}")),
            words: Catalogue::of(language),
            _folder: folder,
            _desk: desk,
        }
    }

    /// The text of a key of the catalogue.
    pub(crate) fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// The text of a key with its gaps filled.
    pub(crate) fn say_with(&self, key: &str, gaps: &[(&str, &str)]) -> String {
        self.words.say_with(key, gaps)
    }

    /// Waits for the text of a key.
    pub(crate) async fn read(&self, key: &str) {
        self.see(&self.say(key)).await;
    }

    /// Presses what has the text of a key.
    pub(crate) async fn push(&self, key: &str) {
        self.press(&self.say(key)).await;
    }

    /// Types into the field whose label is the text of a key.
    pub(crate) async fn enter(&self, key: &str, text: &str) {
        self.fill(&self.say(key), text).await;
    }
}

impl Deref for Owner {
    type Target = Window;

    fn deref(&self) -> &Window {
        &self.window
    }
}
