//! The migrations, in order, and the verified copy that is made before an existing file is migrated.

use crate::errors::{translate, translate_io};
use crate::key::LedgerKey;
use crate::{accounts, events, file, merchant, payees, payouts, recovery};
use remit_core::LedgerError;
use rusqlite::Connection;
use rusqlite::backup::Backup;
use rusqlite_migration::{M, Migrations};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Never change one that was released; append.
const STEPS: &[M<'static>] = &[
    M::up(payees::SCHEMA),
    M::up(accounts::SCHEMA),
    M::up(payouts::SCHEMA),
    M::up(events::SCHEMA),
    M::up(recovery::SCHEMA),
    M::up(merchant::SCHEMA),
    M::up(accounts::BY_TOKEN),
    M::up(payouts::BY_END),
];

const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// How many pages are copied between two looks at other work.
const PAGES_AT_ONCE: std::ffi::c_int = 4096;

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
        let copy = copy_verified(connection, path, key, from)?;
        tracing::info!(from, to = STEPS.len(), copy = %copy.display(), "migrating the ledger after a verified copy was made");
    }
    MIGRATIONS
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => translate(err),
            other => LedgerError::Failed(format!(
                "the ledger could not be brought up to date: {other}"
            )),
        })
}

/// Copies the file beside itself, under the same key, and opens and checks the copy before it gets its name.
fn copy_verified(
    source: &Connection,
    path: &Path,
    key: &LedgerKey,
    version: usize,
) -> Result<PathBuf, LedgerError> {
    let beside = |suffix: &str| {
        let mut name = OsString::from(path);
        name.push(suffix);
        PathBuf::from(name)
    };
    let copy = beside(&format!(".before-v{}", STEPS.len()));
    let unfinished = beside(".unfinished-copy");
    if unfinished.exists() {
        fs::remove_file(&unfinished).map_err(|error| translate_io(&error, &unfinished))?;
    }
    file::create_private(&unfinished)?;
    {
        let mut target = file::connect(&unfinished, key)?;
        let backup = Backup::new(source, &mut target).map_err(translate)?;
        backup
            .run_to_completion(PAGES_AT_ONCE, Duration::ZERO, None)
            .map_err(translate)?;
    }
    {
        let target = file::connect(&unfinished, key)?;
        let sound = self::version(&target)? == version
            && events::lines(&target, "PRAGMA cipher_integrity_check")?.is_empty()
            && events::lines(&target, "PRAGMA integrity_check")? == ["ok"];
        if !sound {
            return Err(LedgerError::Failed(
                "the copy that is made before an update is not sound; nothing was updated"
                    .to_owned(),
            ));
        }
    }
    fs::rename(&unfinished, &copy).map_err(|error| translate_io(&error, &copy))?;
    Ok(copy)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A file as an earlier version would have left it.
    pub(crate) fn leave_at(path: &Path, key: &LedgerKey, version: usize) {
        file::create_private(path).unwrap();
        let mut connection = file::connect(path, key).unwrap();
        MIGRATIONS.to_version(&mut connection, version).unwrap();
    }

    pub(crate) const NEWEST: usize = STEPS.len();

    #[test]
    fn the_migrations_are_valid() {
        assert_eq!(MIGRATIONS.validate(), Ok(()));
    }
}
