//! Whether the ledger may be older than what was sent from it (docs/adr/0008): one row, or none for a ledger that never was.

use crate::columns::{At, Word, count, instant, instant_or_null, word};
use crate::errors::translate;
use crate::writer::Scope;
use crate::{events, run_rows, schedules};
use jiff::Timestamp;
use remit_core::{
    EventKind, InvoiceId, LedgerError, NewEvent, Recovery, RecoveryCause, Source, Subject,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};

pub(crate) const SCHEMA: &str = "
CREATE TABLE recovery (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  cause TEXT NOT NULL,
  since INTEGER NOT NULL,
  done_at INTEGER,
  found INTEGER NOT NULL
) STRICT;
CREATE TRIGGER recovery_is_never_forgotten BEFORE DELETE ON recovery
  BEGIN SELECT RAISE(ABORT, 'a ledger that was put back to an earlier one remains one'); END;
";

/// What the records had that made room for a copy, and it has not.
pub(crate) const REPLACED: &str = "
ALTER TABLE recovery ADD COLUMN replaced INTEGER;
CREATE TABLE replaced_invoices (invoice_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
";

fn read(row: &Row<'_>) -> rusqlite::Result<Recovery> {
    Ok(Recovery {
        cause: row.get::<_, Word<_>>("cause")?.0,
        since: row.get::<_, At>("since")?.0,
        done_at: row.get::<_, Option<At>>("done_at")?.map(|at| at.0),
        found: row.get("found")?,
        replaced: row.get("replaced")?,
    })
}

pub(crate) fn find(connection: &Connection) -> Result<Option<Recovery>, LedgerError> {
    connection
        .prepare_cached("SELECT * FROM recovery")
        .and_then(|mut statement| statement.query_row([], read).optional())
        .map_err(translate)
}

/// See [`REPLACED`].
pub(crate) fn replaced(connection: &Connection) -> Result<Vec<InvoiceId>, LedgerError> {
    let invoices = events::lines(connection, "SELECT invoice_id FROM replaced_invoices")?;
    Ok(invoices.into_iter().map(InvoiceId).collect())
}

/// Keeps those of the invoice IDs that the ledger has not, to be asked about. Returns how many that are by now.
pub(crate) fn keep_replaced(scope: &Scope<'_>, invoices: &[String]) -> Result<u64, LedgerError> {
    let mut keep = scope
        .prepare_cached(
            "INSERT OR IGNORE INTO replaced_invoices
             SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM payouts WHERE invoice_id = ?1)",
        )
        .map_err(translate)?;
    for invoice in invoices {
        keep.execute([invoice]).map_err(translate)?;
    }
    scope
        .query_row("SELECT count(*) FROM replaced_invoices", [], |row| {
            row.get(0)
        })
        .map_err(translate)
}

/// Marks the ledger: nothing is sent until it was compared with Pockyt.
pub(crate) fn begin(
    scope: &mut Scope<'_>,
    cause: RecoveryCause,
    now: Timestamp,
    replaced: Option<u64>,
) -> Result<(), LedgerError> {
    // Not before anything on record, whatever the clock says: what was released until then is in doubt.
    let newest: Option<At> = scope
        .prepare_cached("SELECT max(at) FROM events")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(translate)?;
    let since = newest.map_or(now, |newest| newest.0.max(now));
    let recovery = Recovery {
        cause,
        since,
        done_at: None,
        found: 0,
        replaced,
    };
    // What the lost ledger did with a run, nobody can tell by its rows: none goes out before the owner has looked.
    run_rows::hold_restored(scope)?;
    schedules::ask_restored(scope, since)?;
    let why = match cause {
        RecoveryCause::Restored => "a copy was put back",
        RecoveryCause::RolledBack => "events that were on record are missing",
    };
    let event = NewEvent::new(
        since,
        Subject::Nothing,
        EventKind::RecoveryBegan,
        Source::Remit,
    );
    record(scope, recovery, &[event.reason(why.to_owned())])
}

pub(crate) fn record(
    scope: &mut Scope<'_>,
    recovery: Recovery,
    events: &[NewEvent],
) -> Result<(), LedgerError> {
    let values = [
        word(&recovery.cause)?,
        instant(recovery.since)?,
        instant_or_null(recovery.done_at)?,
        count(recovery.found)?,
        recovery.replaced.map_or(Ok(Value::Null), count)?,
    ];
    scope
        .prepare_cached(
            "INSERT INTO recovery (only_row, cause, since, done_at, found, replaced) VALUES (1, ?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (only_row) DO UPDATE SET cause=?1, since=?2, done_at=?3, found=?4, replaced=?5",
        )
        .and_then(|mut statement| statement.execute(values))
        .map_err(translate)?;
    events::append(scope, events)
}
