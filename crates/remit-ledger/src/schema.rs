//! The migrations, in order, and the verified copy that is made before an existing file is migrated.

use crate::errors::translate;
use crate::key::LedgerKey;
use crate::{
    accounts, copies, disk, due, events, guards, merchant, notifications_query, overview, payees,
    payouts, recovery, rosters, runs, schedules, similar,
};
use remit_core::LedgerError;
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Never change one that was released; append.
static STEPS: LazyLock<Vec<M<'static>>> = LazyLock::new(|| {
    vec![
        M::up(payees::SCHEMA),
        M::up(accounts::SCHEMA),
        M::up(payouts::SCHEMA),
        M::up(events::SCHEMA),
        M::up(recovery::SCHEMA),
        M::up(merchant::SCHEMA),
        M::up(accounts::BY_TOKEN),
        M::up(payouts::BY_END),
        M::up(notifications_query::SCHEMA),
        M::up(recovery::REPLACED),
        M::up_with_hook(similar::SCHEMA, |ledger: &Transaction<'_>| {
            Ok(similar::enter_all(ledger)?)
        }),
        M::up(runs::SCHEMA),
        M::up(overview::INDEXES),
        M::up(guards::SCHEMA),
        M::up(due::SCHEMA),
        M::up(schedules::SCHEMA),
        M::up_with_hook(similar::OF_ROWS, |ledger: &Transaction<'_>| {
            Ok(similar::enter_rows(ledger)?)
        }),
        M::up(similar::OF_PAYOUTS),
        M::up(schedules::NUMBERED),
        M::up(recovery::LOST),
        M::up(rosters::SCHEMA),
        M::up(similar::WORD_BY_WORD),
        M::up(payouts::PAID),
    ]
});

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| Migrations::from_slice(&STEPS));

/// The version that a file is at; reads its first page only, so that a wrong key is told at once.
pub(crate) fn version(connection: &Connection) -> Result<usize, LedgerError> {
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(translate)?;
    usize::try_from(version)
        .map_err(|_| LedgerError::Corrupt("it has an impossible version".to_owned()))
}

pub(crate) fn refuse_newer(connection: &Connection) -> Result<(), LedgerError> {
    if version(connection)? > STEPS.len() {
        Err(LedgerError::Newer)
    } else {
        Ok(())
    }
}

/// Brings a file to the newest version. One that holds something already is copied first.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    key: &LedgerKey,
) -> Result<(), LedgerError> {
    let from = version(connection)?;
    if from == STEPS.len() {
        return Ok(());
    }
    if from > 0 {
        let copy = free_name(path);
        copies::make(connection, &copy, key)?;
        tracing::info!(from, to = STEPS.len(), copy = %copy.display(), "migrating the ledger after a verified copy was made");
    }
    to_newest(connection)
}

/// Brings a file to the newest version as it is.
pub(crate) fn to_newest(connection: &mut Connection) -> Result<(), LedgerError> {
    MIGRATIONS
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => translate(err),
            other => LedgerError::Failed(format!(
                "the ledger could not be brought up to date: {other}"
            )),
        })
}

/// What the copy before a migration is called: an older ledger that was put back may be migrated again.
fn free_name(path: &Path) -> PathBuf {
    let name = format!(".before-v{}", STEPS.len());
    let mut copy = disk::beside(path, &name);
    let mut number = 2_u32;
    while copy.exists() {
        copy = disk::beside(path, &format!("{name}-{number}"));
        number += 1;
    }
    copy
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::file;

    /// A file as an earlier version would have left it.
    pub(crate) fn leave_at(path: &Path, key: &LedgerKey, version: usize) {
        disk::create_private(path).unwrap();
        let mut connection = file::connect(path, key).unwrap();
        MIGRATIONS.to_version(&mut connection, version).unwrap();
    }

    pub(crate) fn newest() -> usize {
        STEPS.len()
    }

    #[test]
    fn the_migrations_are_valid() {
        assert_eq!(MIGRATIONS.validate(), Ok(()));
    }
}
