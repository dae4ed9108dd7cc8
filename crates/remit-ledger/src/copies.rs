//! Copies of a ledger: made while it is in use, and looked into without being changed. A copy is one file under the
//! ledger's key, gets its name only after it was opened and checked, and never takes the place of another.

use crate::errors::{translate, translate_io};
use crate::key::LedgerKey;
use crate::{disk, events, file, merchant, payouts_query, schema};
use jiff::Timestamp;
use remit_core::{ChainHead, LedgerError};
use rusqlite::Connection;
use rusqlite::backup::Backup;
use std::collections::HashSet;
use std::ffi::c_int;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempPath;

/// What a copy is called until it is complete. One left behind by a crash makes room for the next.
const UNFINISHED: &str = "unfinished-copy.remit";

/// How long copying waits for somebody who keeps the file busy.
const PAUSE: Duration = Duration::from_millis(20);

/// How long the salt of a file is, in bytes.
const SALT: usize = 16;

/// What a checked copy of a ledger holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFacts {
    /// The version of its tables.
    pub version: usize,
    /// How many events it has.
    pub events: u64,
    /// Where its chain stands.
    pub head: ChainHead,
    /// The newest event's time.
    pub last_event_at: Option<Timestamp>,
    /// How many payees it has.
    pub payees: u64,
    /// How many payouts it has.
    pub payouts: u64,
    /// Whose it is, as [`SqliteLedger::set_account`](crate::SqliteLedger::set_account) was told.
    pub account: Option<String>,
}

/// Looks into a copy, every page and the whole chain, without changing it.
///
/// # Errors
/// [`LedgerError::Corrupt`] when it is damaged, is no ledger, its history does not fit together, or the key is not its
/// key; [`LedgerError::Newer`] when a newer Remit wrote it; [`LedgerError::NotFound`] when there is no such file.
pub fn inspect_backup(copy: &Path, key: &LedgerKey) -> Result<BackupFacts, LedgerError> {
    if !disk::has_log(copy) {
        return check(copy, key);
    }
    // A ledger that was put aside rather than a copy: its log belongs to it, and may not be folded into it here.
    let folder = tempfile::tempdir().map_err(|error| translate_io(&error, copy))?;
    let staged = stage(copy, folder.path(), key)?;
    check(&staged, key)
}

/// Whether the key opens the file. A file whose first page is damaged has no key that does.
///
/// # Errors
/// [`LedgerError::NotFound`] when there is no such file, [`LedgerError::Corrupt`] when it is too short to be a ledger.
pub fn fits(path: &Path, key: &LedgerKey) -> Result<bool, LedgerError> {
    match file::open_unchanged(path, key).and_then(|connection| schema::version(&connection)) {
        Ok(_) => Ok(true),
        Err(LedgerError::Corrupt(_)) if file::length(path)? >= file::LEAST => Ok(false),
        Err(error) => Err(error),
    }
}

/// What tells the file from others while its key is not known: the salt in its first bytes, in lower-case hex. Nothing
/// when there is no such file, or it is too short to be a ledger.
#[must_use]
pub fn salt(path: &Path) -> Option<String> {
    let mut salt = [0; SALT];
    File::open(path).ok()?.read_exact(&mut salt).ok()?;
    Some(hex::encode(salt))
}

/// Copies the ledger that a connection has open, as it is at one moment, while others go on.
pub(crate) fn make(
    source: &Connection,
    to: &Path,
    key: &LedgerKey,
) -> Result<BackupFacts, LedgerError> {
    let _turn = turn();
    if to.exists() {
        return Err(taken(to));
    }
    let unfinished = unfinished(disk::folder_of(to))?;
    drop(disk::create_private(&unfinished)?);
    {
        let mut target = file::connect(&unfinished, key)?;
        // Until it has its name the copy is worth nothing, so nothing of it needs to survive.
        target
            .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            .map_err(translate)?;
        // All pages in one step: between two, a write by somebody else would make it begin anew.
        Backup::new(source, &mut target)
            .and_then(|backup| backup.run_to_completion(c_int::MAX, PAUSE, None))
            .map_err(translate)?;
    }
    disk::sync(&unfinished)?;
    let facts = check(&unfinished, key)?;
    put(unfinished, to)?;
    Ok(facts)
}

/// See [`SqliteLedger::missing_in`](crate::SqliteLedger::missing_in).
pub(crate) fn missing_in(
    ledger: &Connection,
    copy: &Path,
    key: &LedgerKey,
) -> Result<Option<u64>, LedgerError> {
    let look = || {
        let copy = file::open_unchanged(copy, key)?;
        Ok((events::head(&copy)?, payouts_query::count(&copy)?))
    };
    let looked: Result<_, LedgerError> = look();
    let Ok((head, held)) = looked else {
        return Ok(None);
    };
    let own = events::at(ledger, head.seq)?.is_some_and(|event| event.hash == head.hash);
    Ok(if own {
        Some(payouts_query::count(ledger)?.saturating_sub(held))
    } else {
        None
    })
}

/// One copy is made, or put back, at a time.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A free place in the folder for a file that is not yet complete. It is removed unless it gets a name.
pub(crate) fn unfinished(folder: &Path) -> Result<TempPath, LedgerError> {
    let path = folder.join(UNFINISHED);
    for suffix in ["", "-wal", "-shm", "-journal"] {
        disk::remove(&disk::beside(&path, suffix))?;
    }
    TempPath::try_from_path(&path).map_err(|error| translate_io(&error, &path))
}

/// Brings a copy into a folder as an unfinished file, with what its log holds.
pub(crate) fn stage(copy: &Path, folder: &Path, key: &LedgerKey) -> Result<TempPath, LedgerError> {
    file::length(copy)?;
    let staged = unfinished(folder)?;
    disk::copy_private(copy, &staged)?;
    if disk::has_log(copy) {
        disk::copy_private(&disk::log_of(copy), &disk::log_of(&staged))?;
        let connection = file::connect(&staged, key)?;
        schema::refuse_newer(&connection)?;
        file::fold_log(&connection)?;
        connection.close().map_err(|(_, error)| translate(error))?;
    }
    Ok(staged)
}

/// Gives a complete file its name, durably.
pub(crate) fn put(unfinished: TempPath, to: &Path) -> Result<(), LedgerError> {
    match unfinished.persist_noclobber(to) {
        Ok(()) => {}
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(taken(to));
        }
        // Some file systems of memory sticks cannot promise to replace nothing, so it is looked at first.
        Err(refused) if !to.exists() => refused
            .path
            .persist(to)
            .map_err(|refused| translate_io(&refused.error, to))?,
        Err(refused) => return Err(translate_io(&refused.error, to)),
    }
    disk::sync_folder(disk::folder_of(to))
}

fn taken(path: &Path) -> LedgerError {
    LedgerError::ReadOnly(format!("{} is there already", path.display()))
}

/// Opens a complete file and checks all of it.
fn check(path: &Path, key: &LedgerKey) -> Result<BackupFacts, LedgerError> {
    let connection = file::open_unchanged(path, key)?;
    schema::refuse_newer(&connection)?;
    events::check_file(&connection)?;
    let facts = facts(&connection)?;
    if facts.events > 0 {
        let chain = events::check_chain(&connection)?;
        if let Some(seq) = chain.broken_at {
            return Err(LedgerError::Corrupt(format!(
                "its history does not fit together from event {seq} on"
            )));
        }
    }
    Ok(facts)
}

/// What a file of any version holds.
fn facts(connection: &Connection) -> Result<BackupFacts, LedgerError> {
    let tables: HashSet<String> = events::lines(
        connection,
        "SELECT name FROM sqlite_schema WHERE type='table'",
    )?
    .into_iter()
    .collect();
    let count = |table: &str| {
        if !tables.contains(table) {
            return Ok(0);
        }
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .map_err(translate)
    };
    let (mut head, mut last_event_at, mut account) = (ChainHead::default(), None, None);
    if tables.contains("events") {
        head = events::head(connection)?;
        last_event_at = events::at(connection, head.seq)?.map(|event| event.event.at);
    }
    if tables.contains("merchant") {
        account = merchant::account(connection)?;
    }
    Ok(BackupFacts {
        version: schema::version(connection)?,
        events: count("events")?,
        head,
        last_event_at,
        payees: count("payees")?,
        payouts: count("payouts")?,
        account,
    })
}
