//! The data folder: it can be written, and no other Remit uses it at the same time.

use crate::ipc::IpcError;
use remit_core::Code;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The ledger in the folder of an account.
pub(crate) const LEDGER: &str = "ledger.db";

/// Where everything is kept.
pub(crate) struct DataFolder {
    path: PathBuf,
    /// Held as long as the app runs: two on one folder would overwrite each other's list of accounts, and two senders on
    /// one ledger must not be (I2).
    lock: OnceLock<File>,
}

impl DataFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            lock: OnceLock::new(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of one account.
    pub(crate) fn profile(&self, id: &str) -> PathBuf {
        self.profiles().join(id)
    }

    /// Where the ledgers are.
    pub(crate) fn profiles(&self) -> PathBuf {
        self.path.join("profiles")
    }

    /// The ledger of one account.
    pub(crate) fn ledger(&self, id: &str) -> PathBuf {
        self.profile(id).join(LEDGER)
    }

    /// Where copies of an account's ledger go unless the owner chose another place.
    pub(crate) fn backups(&self, id: &str) -> PathBuf {
        self.path.join("backups").join(id)
    }

    /// Takes the folder for this app, and writes a file to it, so that a folder that cannot be written is found before
    /// anything depends on it.
    ///
    /// # Errors
    /// [`Code::AlreadyOpen`], [`Code::DataFolderReadOnly`] or [`Code::DiskFull`].
    pub(crate) fn claim(&self) -> Result<(), IpcError> {
        std::fs::create_dir_all(&self.path).map_err(|cause| cannot_write(&self.path, &cause))?;
        // Two that start at once write no file before one of them has the folder: they would trip over it.
        if !self.is_ours() {
            self.take()?;
        }
        let probe = self.path.join(".write-test");
        std::fs::write(&probe, b"remit")
            .and_then(|()| std::fs::remove_file(&probe))
            .map_err(|cause| cannot_write(&self.path, &cause))
    }

    /// Whether this app has taken the folder.
    pub(crate) fn is_ours(&self) -> bool {
        self.lock.get().is_some()
    }

    fn take(&self) -> Result<(), IpcError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path.join("lock"))
            .map_err(|cause| cannot_write(&self.path, &cause))?;
        match file.try_lock() {
            Ok(()) => {
                let _ = self.lock.set(file);
                Ok(())
            }
            Err(TryLockError::WouldBlock) => Err(IpcError::new(
                Code::AlreadyOpen,
                "Remit is already open. Use the other window, or close it and try again.",
            )),
            Err(TryLockError::Error(cause)) => Err(cannot_write(&self.path, &cause)),
        }
    }
}

/// What to tell when a folder cannot be written.
pub(crate) fn cannot_write(folder: &Path, cause: &std::io::Error) -> IpcError {
    let folder = folder.display();
    tracing::error!(%cause, %folder, "the data folder cannot be written");
    if cause.kind() == ErrorKind::StorageFull {
        return IpcError::new(
            Code::DiskFull,
            format!(
                "The disk with Remit's data folder {folder} is full. Free some space and try again."
            ),
        );
    }
    IpcError::new(
        Code::DataFolderReadOnly,
        format!("Remit cannot write to its data folder {folder}. Make it writable and try again."),
    )
}
