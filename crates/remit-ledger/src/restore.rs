//! Putting back a copy. The ledger that was there is kept beside, whatever its state, and a crash at any moment leaves
//! the old ledger or the new one: the new one is completed under a name of its own, and from the moment it has that name
//! whoever opens the ledger carries the exchange through first.

use crate::copies::{self, BackupFacts};
use crate::errors::{translate, translate_io};
use crate::key::LedgerKey;
use crate::writer::Scope;
use crate::{disk, events, file, head, recovery, schema};
use jiff::Timestamp;
use remit_core::{LedgerError, RecoveryCause};
use rusqlite::config::DbConfig;
use rusqlite::{ErrorCode, TransactionBehavior};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Before the time in the name of a copy that is about to take the ledger's place.
const COMING: &str = ".restoring-";

/// Before the time in the name of the ledger that made room.
const KEPT: &str = ".before-restore-";

/// A ledger that was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the copy held.
    pub facts: BackupFacts,
    /// Where the ledger that was there is kept, if there was one.
    pub kept: Option<PathBuf>,
}

/// Puts a copy in the ledger's place, marked as one that may be older than what was sent from it
/// ([`RecoveryCause::Restored`]). The copy stays as it is. The ledger that makes room is read with `key` or one of `others`,
/// whichever is its own. Blocks while it does.
///
/// # Errors
/// As [`inspect_backup`](crate::inspect_backup); [`LedgerError::Failed`] when the ledger is open; [`LedgerError::DiskFull`]
/// and [`LedgerError::ReadOnly`] of the ledger's folder. The ledger is then as it was.
pub fn restore(
    copy: &Path,
    ledger: &Path,
    key: &LedgerKey,
    others: &[LedgerKey],
) -> Result<Restored, LedgerError> {
    let _turn = copies::turn();
    let folder = disk::folder_of(ledger);
    disk::create_private_folder(folder)?;
    finish(ledger)?;
    let own = std::iter::once(key)
        .chain(others)
        .find(|key| copies::fits(ledger, key) == Ok(true))
        .unwrap_or(key);
    refuse_in_use(ledger, own)?;

    let replaced = invoices_of(ledger, own);
    let staged = copies::stage(copy, folder, key)?;
    let facts = copies::inspect_backup(&staged, key)?;
    let now = Timestamp::now();
    {
        let mut connection = file::connect(&staged, key)?;
        file::fold_log(&connection)?;
        schema::to_newest(&mut connection)?;
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(translate)?;
        let mut scope = Scope::of(&transaction);
        let replaced = replaced
            .map(|invoices| recovery::keep_replaced(&scope, &invoices))
            .transpose()?;
        recovery::begin(&mut scope, RecoveryCause::Restored, now, replaced)?;
        transaction.commit().map_err(translate)?;
        connection.close().map_err(|(_, error)| translate(error))?;
    }
    disk::sync(&staged)?;
    copies::put(
        staged,
        &disk::beside(ledger, &format!("{COMING}{}", free(ledger, now))),
    )?;
    let kept = finish(ledger)?;
    Ok(Restored { facts, kept })
}

/// The invoice IDs that the records that make room sent, or were themselves still to ask about; nothing when they cannot be
/// read, which is often why they make room.
fn invoices_of(ledger: &Path, key: &LedgerKey) -> Option<Vec<String>> {
    let read = || {
        let folder = disk::folder_of(ledger);
        let staged = copies::stage(ledger, folder, key)?;
        let connection = file::open_unchanged(&staged, key)?;
        let mut invoices = events::lines(
            &connection,
            "SELECT invoice_id FROM payouts WHERE sent_at IS NOT NULL",
        )?;
        // Earlier versions have no such tables.
        for table in ["replaced_invoices", "lost_invoices"] {
            let there = format!("SELECT name FROM sqlite_schema WHERE name = '{table}'");
            if !events::lines(&connection, &there)?.is_empty() {
                let asked = format!("SELECT invoice_id FROM {table}");
                invoices.extend(events::lines(&connection, &asked)?);
            }
        }
        Ok(invoices)
    };
    let invoices: Result<_, LedgerError> = read();
    invoices
        .inspect_err(|error| tracing::warn!(?error, "the records that make room cannot be read"))
        .ok()
}

/// Carries through an exchange that has begun. Returns where the ledger that was there is kept.
pub(crate) fn finish(ledger: &Path) -> Result<Option<PathBuf>, LedgerError> {
    let folder = disk::folder_of(ledger);
    let Some((coming, time)) = coming(ledger)? else {
        return Ok(None);
    };
    let kept = disk::beside(ledger, &format!("{KEPT}{time}"));
    // Under a name of its own the log still belongs to its file.
    for suffix in ["", "-wal", "-shm", head::SUFFIX] {
        let (from, to) = (disk::beside(ledger, suffix), disk::beside(&kept, suffix));
        if from.exists() {
            rename(&from, &to)?;
        }
    }
    disk::sync_folder(folder)?;
    rename(&coming, ledger)?;
    disk::sync_folder(folder)?;
    Ok(kept.exists().then_some(kept))
}

/// The copy that is about to take the ledger's place, and the time in its name.
fn coming(ledger: &Path) -> Result<Option<(PathBuf, String)>, LedgerError> {
    let folder = disk::folder_of(ledger);
    let Some(name) = ledger.file_name() else {
        return Ok(None);
    };
    let prefix = format!("{}{COMING}", name.to_string_lossy());
    let entries = fs::read_dir(folder).map_err(|error| translate_io(&error, folder))?;
    for entry in entries {
        let entry = entry.map_err(|error| translate_io(&error, folder))?;
        let found = entry.file_name();
        if let Some(time) = found.to_str().and_then(|name| name.strip_prefix(&prefix)) {
            return Ok(Some((entry.path(), time.to_owned())));
        }
    }
    Ok(None)
}

/// The time as a part of a file's name, with a number behind it where that name is taken.
fn free(ledger: &Path, now: Timestamp) -> String {
    let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let numbered = (2..).map(|number: u32| format!("{time}-{number}"));
    std::iter::once(time.clone())
        .chain(numbered)
        .find(|name| !disk::beside(ledger, &format!("{KEPT}{name}")).exists())
        .unwrap_or(time)
}

fn rename(from: &Path, to: &Path) -> Result<(), LedgerError> {
    if to.exists() {
        return Err(LedgerError::ReadOnly(format!(
            "{} is there already",
            to.display()
        )));
    }
    fs::rename(from, to).map_err(|error| translate_io(&error, to))
}

/// Whoever has the ledger open would go on writing to the one that was put aside.
fn refuse_in_use(ledger: &Path, key: &LedgerKey) -> Result<(), LedgerError> {
    // An open ledger has a log, and only a file that can be opened can be in use.
    if !disk::log_of(ledger).exists() {
        return Ok(());
    }
    let Ok(connection) = file::connect(ledger, key) else {
        return Ok(());
    };
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .and_then(|_| connection.busy_timeout(Duration::ZERO))
        // The first look at the file then needs it for itself alone, and takes it before anything is read.
        .and_then(|()| connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE;"))
        .map_err(translate)?;
    let look = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    match look {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            Err(translate(error))
        }
        _ => Ok(()),
    }
}
