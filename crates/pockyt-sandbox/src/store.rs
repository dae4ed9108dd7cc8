//! The state file: JSON, replaced atomically, and durable before anything is answered.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, watch};

use crate::state::{LAYOUT, State};

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be read.
    #[error(
        "cannot read the state file {path}: {source}. Check its permissions, or name another with --state."
    )]
    Read {
        /// Which file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// It is not a state file of this version.
    #[error(
        "{path} is not a state file of this version of the sandbox ({reason}). Move it away to start afresh."
    )]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// It cannot be written.
    #[error(
        "cannot write the state file {path}: {reason}. Free some space or name another with --state."
    )]
    Write {
        /// Which file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
}

/// The state in memory and, where a file was named, on disk.
pub(crate) struct Store {
    state: Mutex<Versioned>,
    file: Option<PathBuf>,
    /// Held by whoever writes; everybody who waits behind is served by that writer's successor in one write.
    writing: AsyncMutex<()>,
    saved: watch::Sender<u64>,
}

struct Versioned {
    state: State,
    version: u64,
}

impl Store {
    /// Reads the file if there is one, else begins with the opening state and writes that.
    pub(crate) fn open(file: Option<PathBuf>, now: Timestamp) -> Result<Self, StoreError> {
        let state = match &file {
            Some(path) => read(path)?,
            None => None,
        };
        let state = match state {
            Some(state) => state,
            None => {
                let state = State::opening(now);
                if let Some(path) = &file {
                    write(path, &encode(path, &state)?)?;
                }
                state
            }
        };
        Ok(Self {
            state: Mutex::new(Versioned { state, version: 0 }),
            file,
            writing: AsyncMutex::new(()),
            saved: watch::Sender::new(0),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Versioned> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock().state)
    }

    /// Works on the state and returns once it is on disk; `work` says whether it changed anything. A change has happened
    /// in memory even if this fails, which is why a caller must then answer "outcome unknown", not "refused".
    pub(crate) async fn change<T>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut State) -> (T, bool),
    ) -> Result<T, StoreError> {
        let (answer, version) = {
            let mut guard = self.lock();
            let (answer, changed) = work(&mut guard.state);
            guard.version += u64::from(changed);
            (answer, guard.version)
        };
        // Even what only looked waits: it may have seen a change that is not on disk yet.
        self.save_through(version).await?;
        Ok(answer)
    }

    async fn save_through(self: &Arc<Self>, version: u64) -> Result<(), StoreError> {
        let Some(path) = self.file.clone() else {
            return Ok(());
        };
        let _writing = self.writing.lock().await;
        if *self.saved.borrow() >= version {
            return Ok(());
        }
        let store = Arc::clone(self);
        let failed = path.clone();
        tokio::task::spawn_blocking(move || {
            let (bytes, version) = {
                let guard = store.lock();
                (encode(&path, &guard.state)?, guard.version)
            };
            write(&path, &bytes)?;
            store.saved.send_replace(version);
            Ok(())
        })
        .await
        .unwrap_or_else(|stopped| {
            Err(StoreError::Write {
                path: failed,
                reason: stopped.to_string(),
            })
        })
    }
}

fn read(path: &Path) -> Result<Option<State>, StoreError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(StoreError::Read {
                path: path.to_owned(),
                source,
            });
        }
    };
    let foreign = |reason: String| StoreError::Foreign {
        path: path.to_owned(),
        reason,
    };
    let state: State = serde_json::from_slice(&text).map_err(|error| foreign(error.to_string()))?;
    if state.layout == LAYOUT {
        Ok(Some(state))
    } else {
        Err(foreign(format!("layout {}, not {LAYOUT}", state.layout)))
    }
}

fn encode(path: &Path, state: &State) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(state).map_err(|error| StoreError::Write {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(path, bytes).map_err(|error| StoreError::Write {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// Temporary file, fsync, rename, fsync of the folder: a crash leaves the old file or the new one, never half of one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        for content in ["not json", "{\"layout\":1}"] {
            fs::write(&path, content).unwrap();
            let refused = Store::open(Some(path.clone()), Timestamp::now());
            assert!(
                matches!(refused, Err(StoreError::Foreign { .. })),
                "{content}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        let mut state = State::opening(Timestamp::now());
        state.layout = LAYOUT + 1;
        fs::write(&path, serde_json::to_vec(&state).unwrap()).unwrap();
        let newer = Store::open(Some(path), Timestamp::now());
        assert!(matches!(newer, Err(StoreError::Foreign { .. })));
    }

    #[tokio::test]
    async fn a_change_is_on_disk_when_it_returns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let store = Arc::new(Store::open(Some(path.clone()), Timestamp::now()).unwrap());
        let changes = (0..50).map(|n| {
            let store = Arc::clone(&store);
            let path = path.clone();
            tokio::spawn(async move {
                let key = format!("invoice {n}");
                store
                    .change(|state| (state.invoices.insert(key.clone(), Vec::new()), true))
                    .await
                    .unwrap();
                assert!(read(&path).unwrap().unwrap().invoices.contains_key(&key));
            })
        });
        for change in changes.collect::<Vec<_>>() {
            change.await.unwrap();
        }
    }

    #[tokio::test]
    async fn looking_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let store = Arc::new(Store::open(Some(path.clone()), Timestamp::now()).unwrap());
        fs::remove_file(&path).unwrap();
        store.change(|_| ((), false)).await.unwrap();
        assert!(!path.exists());
        store.change(|_| ((), true)).await.unwrap();
        assert!(path.exists());
    }

    #[tokio::test]
    async fn a_write_that_fails_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("state.json");
        fs::create_dir(folder.path().join("deep")).unwrap();
        let store = Arc::new(Store::open(Some(path), Timestamp::now()).unwrap());
        fs::remove_dir_all(folder.path().join("deep")).unwrap();
        let told = store.change(|_| ((), true)).await;
        assert!(matches!(told, Err(StoreError::Write { .. })));
    }
}
