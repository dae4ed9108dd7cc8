//! Which series invoice IDs form, and how far a payout run reaches in them.

use crate::errors::translate;
use remit_core::{InvoiceId, InvoiceSeries, LedgerError, RunId, SeriesInUse};
use rusqlite::Connection;

/// What is still to become payouts, that of the newest run first. The invoice IDs of a schedule's day go on in no series.
const ROWS: &str = "SELECT run_rows.invoice_id, run_rows.run_id
   FROM runs CROSS JOIN run_rows ON run_rows.run_id=runs.id
   WHERE runs.state='released' AND run_rows.state IN ('queued','waiting','held') AND NOT EXISTS (
     SELECT 1 FROM schedule_days JOIN schedules ON schedules.id=schedule_id
     WHERE schedule_days.run_id=runs.id AND instr(run_rows.invoice_id, prefix || '-' || date || '-')=1)
   ORDER BY runs.released_at DESC, runs.id, run_rows.place";

const PAYOUTS: &str = "SELECT payouts.invoice_id, run_rows.run_id
   FROM payouts LEFT JOIN run_rows ON run_rows.payout_id=payouts.id
   WHERE NOT EXISTS (
     SELECT 1 FROM schedule_days JOIN schedules ON schedules.id=schedule_id
     WHERE schedule_days.run_id=run_rows.run_id AND instr(payouts.invoice_id, prefix || '-' || date || '-')=1)
   ORDER BY payouts.created_at DESC, payouts.id DESC";

pub(crate) fn in_use(
    connection: &Connection,
    several: u32,
    single: u32,
) -> Result<Vec<InvoiceSeries>, LedgerError> {
    let mut series = SeriesInUse::default();
    for sql in [ROWS, PAYOUTS] {
        let mut statement = connection.prepare_cached(sql).map_err(translate)?;
        let mut rows = statement.query([]).map_err(translate)?;
        while let Some(row) = rows.next().map_err(translate)? {
            let invoice_id = InvoiceId(row.get(0).map_err(translate)?);
            let run = row.get::<_, Option<_>>(1).map_err(translate)?;
            series.see(&invoice_id, run.map(RunId));
        }
    }
    let mut known = connection
        .prepare_cached("SELECT 1 FROM payouts WHERE invoice_id=?")
        .map_err(translate)?;
    series.first(several, single, |invoice_id| {
        known.exists([invoice_id.as_str()]).map_err(translate)
    })
}

/// A row's place in its file makes its number, so that the last place counts, not how many rows were released.
pub(crate) fn longest_run(connection: &Connection) -> Result<u64, LedgerError> {
    connection
        .query_row(
            "SELECT max(ifnull((SELECT max(row_count) FROM runs), 0),
                        ifnull((SELECT max(place) + 1 FROM run_rows), 0))",
            [],
            |row| row.get(0),
        )
        .map_err(translate)
}
