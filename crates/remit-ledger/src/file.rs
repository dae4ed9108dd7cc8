//! Opening a ledger file. One that exists is looked at before anything is written to it: with the wrong key, or written
//! by a newer Remit, it stays as it is.

use crate::errors::{translate, translate_io};
use crate::head::{self, HeadFile};
use crate::key::LedgerKey;
use crate::log::Log;
use crate::writer::Scope;
use crate::{disk, events, recovery, restore, schema};
use jiff::Timestamp;
use remit_core::{Durability, LedgerError, RecoveryCause};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;
use url::Url;

/// How long one connection waits for another's lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// The size in bytes of the smallest file that holds anything: one page.
pub(crate) const LEAST: u64 = 512;

/// How much the writer remembers of what it has decrypted, in KiB: all that a large group changes, which would else be written
/// before its end, and once more.
const WRITER_CACHE_KIB: u32 = 16 * 1024;

/// How much each reader remembers, in KiB: the upper levels of a large ledger's tables. More is seldom read twice before a
/// commit makes a reader forget all of it, and the readers together would hold it for as long as Remit runs.
const READER_CACHE_KIB: u32 = 4 * 1024;

/// How many compiled statements a connection keeps.
const STATEMENTS: usize = 64;

/// Opens the file for writing; makes it, readable by its owner alone, when there is none.
pub(crate) fn open(
    path: &Path,
    key: &LedgerKey,
) -> Result<(Connection, Log, HeadFile), LedgerError> {
    disk::create_private_folder(disk::folder_of(path))?;
    restore::finish(path)?;
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
            if disk::has_log(path) {
                // SQLite would delete the log of a ledger that was moved away, and with it what only the log holds.
                return Err(LedgerError::Corrupt(
                    "the file is missing, but its -wal file is there. Put the file back beside it"
                        .to_owned(),
                ));
            }
            drop(disk::create_private(path)?);
        }
        Err(error) => return Err(translate_io(&error, path)),
    }

    let mut connection = connect(path, key)?;
    // Until the key is known to fit, not even closing may write.
    leave_log(&connection)?;
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
    set_up_writer(&connection)?;
    schema::migrate(&mut connection, path, key)?;
    notice_loss(&mut connection, path)?;
    // The end of the process may have left in the log what was not yet to be on the disk, or could not be flushed.
    let mut log = Log::of(path);
    log.doubt();
    log.secure(&connection)?;
    let mut head = HeadFile::of(path);
    head.tell(events::head(&connection)?);
    Ok((connection, log, head))
}

/// A ledger that lacks what was once on the disk has lost its log, or is an older file: it begins to recover.
fn notice_loss(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    let Some(known) = head::read(path) else {
        return Ok(());
    };
    if events::at(connection, known.seq)?.is_some_and(|event| event.hash == known.hash) {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(translate)?;
    recovery::begin(
        &mut Scope::of(&transaction),
        RecoveryCause::RolledBack,
        Timestamp::now(),
        None,
    )?;
    transaction.commit().map_err(translate)?;
    tracing::warn!(
        known = known.seq,
        "the ledger lacks events that were on record"
    );
    Ok(())
}

/// The length of a file that may be a ledger.
pub(crate) fn length(path: &Path) -> Result<u64, LedgerError> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(found.len()),
        Ok(_) => Err(LedgerError::ReadOnly(path.display().to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(LedgerError::NotFound),
        Err(error) => Err(translate_io(&error, path)),
    }
}

/// Opens a file that nobody writes to, in such a way that neither it nor its folder changes. Its log is not read.
pub(crate) fn open_unchanged(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    let length = length(path)?;
    if length < LEAST {
        return Err(LedgerError::Corrupt(format!("it has {length} bytes")));
    }
    let mut address = std::path::absolute(path)
        .ok()
        .and_then(|path| Url::from_file_path(path).ok())
        .ok_or_else(|| LedgerError::ReadOnly(path.display().to_string()))?;
    address.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    unlock(raw(Path::new(address.as_str()), flags)?, key)
}

/// Makes the file complete without its log, and does without one from now on.
pub(crate) fn fold_log(connection: &Connection) -> Result<(), LedgerError> {
    connection
        .query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
        .map_err(translate)
}

/// Leaves the log where it is when the connection is closed, though it be the last: else that folds the log and removes it.
pub(crate) fn leave_log(connection: &Connection) -> Result<(), LedgerError> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map(drop)
        .map_err(translate)
}

/// Opens the file, which was opened before, for writing once more.
pub(crate) fn open_writer(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    let connection = connect(path, key)?;
    set_up_writer(&connection)?;
    Ok(connection)
}

fn set_up_writer(connection: &Connection) -> Result<(), LedgerError> {
    flush_commits(connection, Durability::AtOnce)?;
    // On macOS only fullfsync makes the disk itself write. The log is folded into the file by the writer itself: of what fails
    // while SQLite does so of its own accord it tells nobody.
    connection
        .execute_batch(&format!("PRAGMA wal_autocheckpoint = 0; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA foreign_keys = ON; PRAGMA cache_size = -{WRITER_CACHE_KIB};"))
        .map_err(translate)
}

/// Says whether commits are on the disk when they return (I1). Those that are not are in the log, and follow the ones before
/// them there.
pub(crate) fn flush_commits(
    connection: &Connection,
    durability: Durability,
) -> Result<(), LedgerError> {
    connection
        .execute_batch(match durability {
            Durability::AtOnce => "PRAGMA synchronous = FULL;",
            Durability::Deferred => "PRAGMA synchronous = NORMAL;",
        })
        .map_err(translate)
}

/// Opens the file, which was opened before, for reading.
pub(crate) fn open_reader(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    let connection = connect(path, key)?;
    connection
        .execute_batch(&format!(
            "PRAGMA query_only = ON; PRAGMA cache_size = -{READER_CACHE_KIB};"
        ))
        .map_err(translate)?;
    // Only the writer folds.
    leave_log(&connection)?;
    Ok(connection)
}

/// A connection with the key set; nothing has been read or written yet.
pub(crate) fn connect(path: &Path, key: &LedgerKey) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    unlock(raw(path, flags)?, key)
}

fn raw(path: &Path, flags: OpenFlags) -> Result<Connection, LedgerError> {
    static STARTED: Once = Once::new();
    // SQLite lets a second thread in while the first still starts SQLCipher, so one connection is opened before all others.
    STARTED.call_once(|| drop(Connection::open_in_memory()));
    Connection::open_with_flags(path, flags).map_err(translate)
}

fn unlock(connection: Connection, key: &LedgerKey) -> Result<Connection, LedgerError> {
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
    // A state that is asked for could be that of a partial index; to find out, SQLite would compile the statement anew
    // each time.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(translate)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Sorting large lists must leave nothing readable on the disk.
    connection
        .execute_batch("PRAGMA temp_store = MEMORY;")
        .map_err(translate)?;
    Ok(connection)
}
