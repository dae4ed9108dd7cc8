//! The migrations, in order, and the verified copy that is made before an existing file is migrated.

use crate::errors::translate;
use crate::key::LedgerKey;
use crate::{
    accounts, copies, disk, due, events, guards, merchant, notifications_query, overview, payees,
    payouts, recovery, rosters, run_left, runs, schedules, similar,
};
use remit_core::LedgerError;
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Never change one that was released, nor put one in before it; append. The tests know what each version looks like.
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
        M::up(payouts::PAID),
        M::up(similar::OF_PAYOUTS),
        M::up(schedules::NUMBERED),
        M::up(recovery::LOST),
        M::up(rosters::SCHEMA),
        M::up(similar::WORD_BY_WORD),
        M::up(rosters::RECOGNISED),
        M::up(recovery::COMPARED),
        M::up(schedules::UNTOLD),
        M::up(rosters::HELD),
        M::up(run_left::SCHEMA),
        M::up(rosters::FAULTS),
        M::up(schedules::RHYTHM),
    ]
});

/// The first version with schedules.
const WITH_SCHEDULES: usize = 16;

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
    make_up(connection)?;
    MIGRATIONS
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => translate(err),
            other => LedgerError::Failed(format!(
                "the ledger could not be brought up to date: {other}"
            )),
        })
}

/// Two builds had put a step in before their last one, so that a file of the build before counts one as done that it never met.
/// The tables of schedules are made up for here, since later steps stand on them; an index is, in `similar::WORD_BY_WORD`.
fn make_up(connection: &mut Connection) -> Result<(), LedgerError> {
    let counted = (WITH_SCHEDULES..STEPS.len()).contains(&version(connection)?);
    if counted
        && !connection
            .table_exists(None, "schedules")
            .map_err(translate)?
    {
        let transaction = connection.transaction().map_err(translate)?;
        transaction
            .execute_batch(schedules::SCHEMA)
            .map_err(translate)?;
        transaction.commit().map_err(translate)?;
    }
    Ok(())
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
    use crate::store::SqliteLedger;
    use crate::tests::key;
    use remit_core::{Currency, Ledger, Money, PayeeId, Schedules};
    use sha2::{Digest, Sha256};
    use uuid::Uuid;

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

    /// What a file of each version holds, as the beginning of a hash. Never change a line; add one for each new version.
    const LOOKS: &[&str] = &[
        "d9328882ee0d",
        "eed544fe3929",
        "8bf1660ac7d4",
        "ddb3c155a18c",
        "93616db12acb",
        "d4d8e159dcfb",
        "6f24315d45cc",
        "5ac82b1e8bd7",
        "ceb42c1ab328",
        "92606ea3192d",
        "1c485c61ae94",
        "1f97806bd35d",
        "caae83be1f42",
        "6b994e7ac982",
        "1a007da4c8cb",
        "085aea03a953",
        "18988616509b",
        "9375443807d9",
        "aec61f890aa6",
        "aec61f890aa6",
        "fc13f90d8961",
        "fbcca2d945a1",
        "41050064cab3",
        "41050064cab3",
        "11a9585a655a",
        "065e6993dd44",
        "67f1b8f4ef27",
        "610b728c741c",
        "c21ca34c533d",
        "c497cf38779e",
    ];

    #[test]
    fn a_version_that_went_out_never_looks_otherwise() {
        let mut connection = Connection::open_in_memory().unwrap();
        let looks: Vec<String> = (1..=STEPS.len())
            .map(|version| {
                MIGRATIONS.to_version(&mut connection, version).unwrap();
                let schema: Vec<String> = connection
                    .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
                    .unwrap()
                    .query_map([], |row| row.get(0))
                    .unwrap()
                    .collect::<Result<_, _>>()
                    .unwrap();
                let hash = Sha256::digest(schema.join(";\n"));
                hash.iter()
                    .take(6)
                    .map(|byte| format!("{byte:02x}"))
                    .collect()
            })
            .collect();
        assert_eq!(looks, LOOKS);
    }

    /// A file of an earlier build that counts a step which it never met.
    fn leave_without(path: &Path, version: usize, met: &[&str]) {
        let connection = file::connect(path, &key()).unwrap();
        for step in met {
            connection.execute_batch(step).unwrap();
        }
        connection
            .pragma_update(None, "user_version", version + met.len())
            .unwrap();
        connection.close().unwrap();
    }

    #[tokio::test]
    async fn a_step_that_was_once_put_in_before_the_last_is_made_up_for() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["without schedules.db", "without an index.db"];
        let [schedules, index] = paths.map(|name| folder.path().join(name));
        leave_at(&schedules, &key(), 15);
        leave_without(&schedules, 15, &[payouts::PAID]);
        leave_at(&index, &key(), 18);
        leave_without(
            &index,
            18,
            &[
                schedules::NUMBERED,
                recovery::LOST,
                rosters::SCHEMA,
                payouts::PAID,
            ],
        );
        for path in [schedules, index] {
            let ledger = SqliteLedger::open(&path, &key()).unwrap();
            assert_eq!(ledger.schedules().await, Ok(Vec::new()));
            let money = Money::new(100, Currency::USD);
            let asked = [(PayeeId(Uuid::nil()), money)];
            assert_eq!(ledger.still_to_pay(asked.to_vec()).await, Ok(vec![None]));
        }
    }
}
