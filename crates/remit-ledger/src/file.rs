//! Opening a ledger file. One that exists is looked at before anything is written to it: with the wrong key, or written
//! by a newer Remit, it stays as it is.

use crate::errors::{translate, translate_io};
use crate::key::LedgerKey;
use crate::schema;
use remit_core::LedgerError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long one connection waits for another's lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// The size in bytes of the smallest file that holds anything: one page.
const LEAST: u64 = 512;

/// How much a reader remembers of what it has decrypted, in KiB.
const CACHE_KIB: u32 = 16 * 1024;

/// How many compiled statements a connection keeps.
const STATEMENTS: usize = 64;

/// Opens the file for writing; makes it, readable by its owner alone, when there is none.
pub(crate) fn open(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        create_private_folder(folder).map_err(|error| translate_io(&error, folder))?;
    }
    match fs::metadata(path) {
        // SQLite would take a file of one byte for an empty one and write over it.
        Ok(found) if found.is_file() && (1..LEAST).contains(&found.len()) => {
            return Err(LedgerError::Corrupt(format!(
                "it has been cut to {} bytes",
                found.len()
            )));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if fs::metadata(write_ahead_log(path)).is_ok_and(|log| log.len() > 0) {
                // SQLite would delete the log of a ledger that was moved away, and with it what only the log holds.
                return Err(LedgerError::Corrupt(
                    "the file is missing, but its -wal file is there. Put the file back beside it"
                        .to_owned(),
                ));
            }
            create_private(path)?;
        }
        Err(error) => return Err(translate_io(&error, path)),
    }

    let mut connection = connect(path, key)?;
    // Until the key is known to fit, not even closing may write.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(translate)?;
    schema::refuse_newer(&connection)?;
    if connection.is_readonly("main").map_err(translate)? {
        return Err(LedgerError::ReadOnly(path.display().to_string()));
    }
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .map_err(translate)?;

    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(translate)?;
    if mode != "wal" {
        return Err(LedgerError::Failed(
            "this folder cannot hold a write-ahead log. Choose one on a local disk".to_owned(),
        ));
    }
    // I1: what is answered is on the disk. On macOS only fullfsync makes the disk itself write.
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA foreign_keys = ON;")
        .map_err(translate)?;
    schema::migrate(&mut connection, path, key)?;
    Ok(connection)
}

/// Opens the file, which was opened before, for reading.
pub(crate) fn open_reader(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    let connection = connect(path, key)?;
    connection
        .execute_batch(&format!(
            "PRAGMA query_only = ON; PRAGMA cache_size = -{CACHE_KIB};"
        ))
        .map_err(translate)?;
    Ok(connection)
}

/// A connection with the key set; nothing has been read or written yet.
pub(crate) fn connect(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(translate)?;
    // SQLCipher would write to standard error what comes back as an error anyway.
    connection
        .execute_batch("PRAGMA cipher_log_level = NONE;")
        .map_err(translate)?;
    // An error of this statement would show the key.
    let failed =
        || LedgerError::Failed("the encryption of the ledger could not be started".to_owned());
    connection
        .execute_batch(key.pragma().as_str())
        .map_err(|_| failed())?;
    connection.busy_timeout(PATIENCE).map_err(translate)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Sorting large lists must leave nothing readable on the disk.
    connection
        .execute_batch("PRAGMA temp_store = MEMORY;")
        .map_err(translate)?;
    Ok(connection)
}

fn write_ahead_log(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Makes an empty file; SQLite gives the files beside it the same permissions.
pub(crate) fn create_private(path: &Path) -> Result<(), LedgerError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| translate_io(&error, path))
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
