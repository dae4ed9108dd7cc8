//! The owner in front of Remit, in one language and one theme.

use crate::catalogue::Catalogue;
use crate::driver::{Driver, Ground};
use crate::window::{GLANCE, PATIENCE, Window};
use fantoccini::Locator;
use serde_json::{Value, json};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

/// One window at a time: focus and keyboard belong to one, and the machine may be small.
static DESK: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);

/// What is there before Remit starts.
pub(crate) struct Setting {
    language: &'static str,
    theme: &'static str,
    home: TempDir,
    ground: Ground,
    environment: Vec<(&'static str, String)>,
    data_folder: PathBuf,
}

impl Setting {
    /// A new data folder, with a language (`en`, `zh-CN`) and a theme (`light`, `dark`) chosen.
    pub(crate) fn new(language: &'static str, theme: &'static str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let data_folder = home.path().join("data");
        std::fs::create_dir(&data_folder).unwrap();
        // What the web view keeps is this owner's alone: hints that another has read would not be shown.
        let web = home.path().join("web").display().to_string();
        let setting = Self {
            language,
            theme,
            home,
            ground: Ground::default(),
            environment: vec![("XDG_DATA_HOME", web)],
            data_folder,
        };
        setting.settings(json!([]), Value::Null);
        setting
    }

    /// Writes the preferences and these accounts, the active one of them named.
    pub(crate) fn settings(&self, profiles: Value, active: Value) {
        let preferences = json!({ "theme": self.theme, "language": self.language });
        let accounts = json!({ "profiles": profiles, "active": active });
        let preferences = json!({ "preferences": preferences });
        for (name, content) in [
            ("accounts.json", accounts),
            ("preferences.json", preferences),
        ] {
            std::fs::write(self.data_folder.join(name), content.to_string()).unwrap();
        }
    }

    /// Where Remit keeps everything.
    pub(crate) fn data_folder(&self) -> &Path {
        &self.data_folder
    }

    /// Puts a file where the data folder should be.
    pub(crate) fn with_a_file_for_a_folder(mut self) -> Self {
        let file = self.home.path().join("file");
        std::fs::write(&file, "not a folder").unwrap();
        self.data_folder = file.join("data");
        self
    }

    /// Takes the keychain away: there is no session bus to find it on.
    pub(crate) fn without_keychain(self) -> Self {
        let nowhere = "unix:path=/nonexistent".to_owned();
        self.with("DBUS_SESSION_BUS_ADDRESS", nowhere)
    }

    /// Puts a variable into Remit's environment.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.environment.push((name, value));
        self
    }

    /// Puts the data folder on other ground.
    pub(crate) fn on(mut self, ground: Ground) -> Self {
        self.ground = ground;
        self
    }

    /// Starts Remit.
    pub(crate) async fn start(self) -> Owner {
        let desk = DESK.lock().await;
        Owner {
            window: self.open_window().await,
            words: Catalogue::of(self.language),
            setting: self,
            _desk: desk,
        }
    }

    async fn open_window(&self) -> Window {
        let driver = Driver::remit(&self.data_folder, self.ground, &self.environment).await;
        Window::new(Arc::new(driver), "^Remit$", &self.album())
    }

    fn album(&self) -> String {
        format!("{}-{}", self.language, self.theme)
    }
}

/// An owner whose window is open.
pub(crate) struct Owner {
    window: Window,
    words: Catalogue,
    setting: Setting,
    _desk: MutexGuard<'static, ()>,
}

impl Owner {
    /// Kills Remit as a power cut would, and starts it again on what is left.
    pub(crate) async fn after_a_power_cut(mut self) -> Self {
        self.start_again().await;
        self
    }

    /// The same for an owner who is borrowed.
    pub(crate) async fn start_again(&mut self) {
        self.start_again_after(|_| ()).await;
    }

    /// The same, when something becomes of the data folder meanwhile.
    pub(crate) async fn start_again_after(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.window.driver.kill_program();
        meanwhile(self.setting.data_folder());
        self.window = self.setting.open_window().await;
    }

    /// Where Remit keeps everything.
    pub(crate) fn data_folder(&self) -> &Path {
        self.setting.data_folder()
    }

    /// Kills Remit for good, and returns the folder around its data folder.
    pub(crate) fn close(self) -> TempDir {
        self.setting.home
    }

    /// Turns to the demo's window, which something has just opened. Until [`Owner::go_back`], Remit's own is left alone.
    pub(crate) async fn turn_to_demo(&self) -> Window {
        let client = &self.driver.client;
        let remit = client.window().await.unwrap();
        let start = Instant::now();
        let demo = loop {
            let windows = client.windows().await.unwrap();
            if let Some(demo) = windows.into_iter().find(|one| *one != remit) {
                break demo;
            }
            assert!(start.elapsed() < PATIENCE, "no second window opened");
            tokio::time::sleep(GLANCE).await;
        };
        client.switch_to_window(demo).await.unwrap();
        let album = format!("{}/portal", self.setting.album());
        Window::new(Arc::clone(&self.driver), "^Remit demo$", &album)
    }

    /// Goes back to Remit's own window by the way that the demo's pages offer, which closes theirs.
    pub(crate) async fn go_back(&self, demo: &Window) {
        const WAY: &str = "main a[href^='/back']";
        demo.see_css(WAY).await;
        let client = &self.driver.client;
        let way = client.find(Locator::Css(WAY)).await.unwrap();
        // The window may be gone before it has answered.
        let _ = way.click().await;
        let start = Instant::now();
        let remit = loop {
            if let [remit] = &client.windows().await.unwrap()[..] {
                break remit.clone();
            }
            assert!(start.elapsed() < PATIENCE, "the demo's window stays open");
            tokio::time::sleep(GLANCE).await;
        };
        client.switch_to_window(remit).await.unwrap();
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

    /// Waits for the text of a key with its gaps filled.
    pub(crate) async fn read_with(&self, key: &str, gaps: &[(&str, &str)]) {
        self.see(&self.say_with(key, gaps)).await;
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
