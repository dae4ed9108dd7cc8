//! Whether the ledger may be older than what was sent from it (docs/adr/0008): one row, or none for a ledger that never was.

use crate::columns::{At, Word, count, instant, instant_or_null, word};
use crate::errors::translate;
use crate::writer::Scope;
use crate::{events, rosters, run_rows, schedules};
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

/// What a lost ledger may have paid, as its copy can derive it.
pub(crate) const LOST: &str = "
CREATE TABLE lost_invoices (invoice_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
";

/// About what Pockyt has answered in the comparison that is under way, so that a restart goes on with the rest.
pub(crate) const COMPARED: &str = "
CREATE TABLE compared_invoices (invoice_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
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

/// See [`LOST`].
pub(crate) fn lost(connection: &Connection) -> Result<Vec<InvoiceId>, LedgerError> {
    let invoices = events::lines(connection, "SELECT invoice_id FROM lost_invoices")?;
    Ok(invoices.into_iter().map(InvoiceId).collect())
}

/// See [`COMPARED`].
pub(crate) fn compared(connection: &Connection) -> Result<Vec<InvoiceId>, LedgerError> {
    let invoices = events::lines(connection, "SELECT invoice_id FROM compared_invoices")?;
    Ok(invoices.into_iter().map(InvoiceId).collect())
}

/// See [`COMPARED`].
pub(crate) fn record_compared(
    scope: &Scope<'_>,
    invoices: &[InvoiceId],
) -> Result<(), LedgerError> {
    let mut keep = scope
        .prepare_cached("INSERT OR IGNORE INTO compared_invoices VALUES (?)")
        .map_err(translate)?;
    for invoice in invoices {
        keep.execute([invoice.as_str()]).map_err(translate)?;
    }
    Ok(())
}

fn forget_compared(scope: &Scope<'_>) -> Result<(), LedgerError> {
    scope
        .execute("DELETE FROM compared_invoices", ())
        .map(drop)
        .map_err(translate)
}

/// What a comparison is for is done: what Pockyt does not have, and what is on record now, need not be asked about again.
fn end(scope: &Scope<'_>) -> Result<(), LedgerError> {
    let settled = "DELETE FROM lost_invoices WHERE invoice_id IN (SELECT invoice_id FROM compared_invoices)
                     OR EXISTS (SELECT 1 FROM payouts WHERE payouts.invoice_id = lost_invoices.invoice_id)";
    scope.execute(settled, ()).map_err(translate)?;
    forget_compared(scope)
}

/// Keeps those of the invoice IDs that the ledger has not, to be asked about.
fn keep(scope: &Scope<'_>, insert: &str, invoices: &[String]) -> Result<(), LedgerError> {
    let absent = "SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM payouts WHERE invoice_id = ?1)";
    let mut keep = scope
        .prepare_cached(&format!("{insert} {absent}"))
        .map_err(translate)?;
    for invoice in invoices {
        keep.execute([invoice]).map_err(translate)?;
    }
    Ok(())
}

/// Keeps what the records had that make room. Returns how many that are by now.
pub(crate) fn keep_replaced(scope: &Scope<'_>, invoices: &[String]) -> Result<u64, LedgerError> {
    keep(scope, "INSERT OR IGNORE INTO replaced_invoices", invoices)?;
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
    doubt(scope, since)?;
    write(scope, recovery, &[event.reason(why.to_owned())])
}

/// What the lost ledger did with a run, a schedule or a roster, nobody can tell by what is here: nothing of it goes out before the owner
/// has looked, and what it may have paid is asked about.
fn doubt(scope: &mut Scope<'_>, since: Timestamp) -> Result<(), LedgerError> {
    forget_compared(scope)?;
    run_rows::hold_restored(scope)?;
    rosters::hold_restored(scope)?;
    let lost = schedules::lost_invoices(scope, since)?;
    keep(scope, "INSERT OR IGNORE INTO lost_invoices", &lost)?;
    schedules::ask_restored(scope, since)
}

/// Records how a recovery stands. One that begins puts the same in doubt as [`begin`] does.
pub(crate) fn record(
    scope: &mut Scope<'_>,
    recovery: Recovery,
    events: &[NewEvent],
) -> Result<(), LedgerError> {
    let under_way = find(scope)?.filter(|known| known.done_at.is_none());
    match under_way {
        _ if recovery.done_at.is_some() => end(scope)?,
        None => doubt(scope, recovery.since)?,
        Some(known) if known.since != recovery.since => forget_compared(scope)?,
        Some(_) => {}
    }
    write(scope, recovery, events)
}

fn write(
    scope: &mut Scope<'_>,
    recovery: Recovery,
    events: &[NewEvent],
) -> Result<(), LedgerError> {
    let values = (
        word(&recovery.cause)?,
        instant(recovery.since)?,
        instant_or_null(recovery.done_at)?,
        count(recovery.found)?,
        recovery.replaced.map_or(Ok(Value::Null), count)?,
    );
    scope
        .prepare_cached(
            "INSERT INTO recovery (only_row, cause, since, done_at, found, replaced) VALUES (1, ?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (only_row) DO UPDATE SET cause=?1, since=?2, done_at=?3, found=?4, replaced=?5",
        )
        .and_then(|mut statement| statement.execute(values))
        .map_err(translate)?;
    events::append(scope, events)
}
