//! Files beside the ledger: private, and durable when asked.

use crate::errors::translate_io;
use remit_core::LedgerError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// The path of a file beside another, named like it with something added.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// SQLite's write-ahead log of a file.
pub(crate) fn log_of(path: &Path) -> PathBuf {
    beside(path, "-wal")
}

/// Whether a file's log holds anything.
pub(crate) fn has_log(path: &Path) -> bool {
    fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0)
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes an empty file; SQLite gives the files beside it the same permissions.
pub(crate) fn create_private(path: &Path) -> Result<File, LedgerError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| translate_io(&error, path))
}

/// Makes a folder, and those it is in, readable by their owner alone.
pub(crate) fn create_private_folder(folder: &Path) -> Result<(), LedgerError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| translate_io(&error, folder))
}

/// Copies a file's content to a new file.
pub(crate) fn copy_private(from: &Path, to: &Path) -> Result<(), LedgerError> {
    let mut source = File::open(from).map_err(|error| translate_io(&error, from))?;
    let mut target = create_private(to)?;
    io::copy(&mut source, &mut target).map_err(|error| translate_io(&error, to))?;
    target.sync_all().map_err(|error| translate_io(&error, to))
}

/// Returns when a file's content is on the disk.
pub(crate) fn sync(path: &Path) -> Result<(), LedgerError> {
    OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|file| file.sync_all())
        .map_err(|error| translate_io(&error, path))
}

/// Returns when the names in a folder are on the disk. Windows keeps them by itself.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), LedgerError> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| translate_io(&error, folder))?;
    }
    Ok(())
}

/// Removes a file; fine when there is none.
pub(crate) fn remove(path: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(translate_io(&error, path)),
        _ => Ok(()),
    }
}
