//! A clock that jumps. libfaketime stands between Remit and the computer's own.

use crate::owner::Setting;
use std::path::Path;

/// The clock that Remit sees, set by a file that libfaketime reads each time.
pub(crate) struct Clock {
    folder: tempfile::TempDir,
}

impl Clock {
    /// One that is right.
    pub(crate) fn right() -> Self {
        let clock = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        clock.set("+0");
        clock
    }

    /// Sets it apart from the right time: `-1d`, `+2h`, `+90`.
    pub(crate) fn set(&self, apart: &str) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, format!("{apart}\n")).unwrap();
        std::fs::rename(new, self.file()).unwrap();
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("clock")
    }

    /// Makes Remit see it.
    pub(crate) fn on_the_wall_of(&self, setting: Setting) -> Setting {
        let library = format!(
            "/usr/lib/{}-linux-gnu/faketime/libfaketimeMT.so.1",
            std::env::consts::ARCH
        );
        assert!(Path::new(&library).exists(), "libfaketime is missing");
        setting
            .with("LD_PRELOAD", library)
            .with("FAKETIME_TIMESTAMP_FILE", self.file().display().to_string())
            .with("FAKETIME_NO_CACHE", "1".to_owned())
            // A clock that is set jumps; what a program measures time with does not.
            .with("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned())
            .with("DONT_FAKE_MONOTONIC", "1".to_owned())
    }
}
