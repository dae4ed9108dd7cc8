//! Invoice IDs that differ only in how they are written: under what comes out the same for all of them, in a table of its own
//! that one short search finds them in, however many payouts there are; and rows of released runs that are still to become
//! payouts, found as quickly.

use crate::columns::Word;
use crate::errors::translate;
use crate::payouts::may_have_paid;
use crate::payouts_query::summing;
use crate::runs_query::WAITED;
use remit_core::normalised_invoice;
use remit_core::{
    InvoiceId, LedgerError, Money, PayeeId, Payout, PayoutId, RunId, SimilarInvoice, StillToPay,
};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

pub(crate) const SCHEMA: &str = "
CREATE TABLE similar_invoices (
  normalised TEXT NOT NULL,
  payout_id BLOB NOT NULL REFERENCES payouts (id),
  PRIMARY KEY (normalised, payout_id)
) STRICT, WITHOUT ROWID;
";

const INSERT: &str = "INSERT INTO similar_invoices (normalised, payout_id) VALUES (?1, ?2)";

/// What is released is seen by whoever may pay the same, before it is a payout too.
pub(crate) const OF_ROWS: &str = "
ALTER TABLE run_rows ADD COLUMN normalised TEXT NOT NULL DEFAULT '';
CREATE INDEX run_rows_similar ON run_rows (normalised) WHERE state IN ('queued','waiting','held');
CREATE INDEX run_rows_to_pay ON run_rows (payee_id, currency, amount_minor) WHERE state IN ('queued','waiting','held');
";

pub(crate) const FIND: &str = "
SELECT id, invoice_id, payee_id, amount_minor, currency, state, reason, NULL AS run_id, created_at AS age
  FROM similar_invoices JOIN payouts ON id=payout_id
  WHERE normalised=?1
UNION ALL
SELECT payout_id, invoice_id, payee_id, amount_minor, currency, 'ready', NULL, run_id, released_at
  FROM run_rows CROSS JOIN runs ON runs.id=run_rows.run_id
  WHERE normalised=?1 AND (run_rows.state='queued' OR run_rows.state='waiting' OR run_rows.state='held') AND runs.state='released'
ORDER BY age DESC, 1 DESC
";

/// What was released and has not certainly left, found as quickly, however old it is.
pub(crate) const OF_PAYOUTS: &str = "
CREATE INDEX payouts_to_leave ON payouts (payee_id, currency, amount_minor)
  WHERE state IN ('scheduled','awaiting_approval','ready','sending','unknown');
";

/// Whether a row belongs in an index is asked each time that one is written. For a list of three and more SQLite builds a table
/// in memory to look it up in, each time anew; for words one by one it compares.
pub(crate) const WORD_BY_WORD: &str = "
DROP INDEX IF EXISTS payouts_to_leave;
CREATE INDEX payouts_to_leave ON payouts (payee_id, currency, amount_minor)
  WHERE (state='scheduled' OR state='awaiting_approval' OR state='ready' OR state='sending' OR state='unknown');
DROP INDEX run_rows_similar;
CREATE INDEX run_rows_similar ON run_rows (normalised) WHERE (state='queued' OR state='waiting' OR state='held');
DROP INDEX run_rows_to_pay;
CREATE INDEX run_rows_to_pay ON run_rows (payee_id, currency, amount_minor) WHERE (state='queued' OR state='waiting' OR state='held');
DROP INDEX run_rows_of_invoice;
CREATE INDEX run_rows_of_invoice ON run_rows (invoice_id) WHERE (state='queued' OR state='waiting' OR state='held');
";

pub(crate) const TO_PAY: &str = "
SELECT id, NULL AS run_id FROM payouts INDEXED BY payouts_to_leave
  WHERE payee_id=?1 AND currency=?2 AND amount_minor=?3
    AND (state='scheduled' OR state='awaiting_approval' OR state='ready' OR state='sending' OR state='unknown')
UNION ALL
SELECT payout_id, run_id FROM run_rows CROSS JOIN runs ON runs.id=run_rows.run_id
  WHERE payee_id=?1 AND currency=?2 AND amount_minor=?3
    AND (run_rows.state='queued' OR run_rows.state='waiting' OR run_rows.state='held') AND runs.state='released' LIMIT 1
";

/// What all of it comes to that may leave without another word. A row that is held, or that waits for a payee who cannot be paid,
/// may never leave, and of what Pockyt does not answer about certainly, [some never does](remit_core::Payout::to_leave). But for
/// the few that wait and are not certain, all is read from indexes that hold the amounts.
fn to_leave_in_all() -> String {
    format!(
        "SELECT currency, sum(minor) FROM (
  SELECT currency, sum(amount_minor) AS minor FROM payouts INDEXED BY payouts_to_leave
    WHERE (state='scheduled' OR state='awaiting_approval' OR state='ready' OR state='sending' OR state='unknown')
    GROUP BY currency
  UNION ALL
  SELECT currency, -amount_minor FROM payouts INDEXED BY payouts_by_state
    WHERE state='unknown' AND (reason='invoice_taken' OR reason='duplicate' AND attempts<=1)
  UNION ALL
  SELECT currency, sum(amount_minor) FROM runs CROSS JOIN run_rows INDEXED BY run_rows_counted ON run_id=runs.id
    WHERE runs.state='released' AND run_rows.state='queued' GROUP BY currency
  UNION ALL
  SELECT currency, amount_minor FROM runs CROSS JOIN run_rows INDEXED BY run_rows_waiting ON run_id=runs.id
    CROSS JOIN payees ON payees.id=run_rows.payee_id WHERE runs.state='released' AND {WAITED}
) GROUP BY currency HAVING sum(minor)<>0 ORDER BY currency"
    )
}

/// Enters the payouts that were recorded before there was the table.
pub(crate) fn enter_all(connection: &Connection) -> rusqlite::Result<()> {
    let normalised = |row: &Row<'_>| {
        let invoice_id: String = row.get(0)?;
        Ok((normalised_invoice(&invoice_id), row.get(1)?))
    };
    let mut all: Vec<(String, Uuid)> = connection
        .prepare("SELECT invoice_id, id FROM payouts")?
        .query_map([], normalised)?
        .collect::<Result<_, _>>()?;
    // In the order of the table, so that each page of it is written once.
    all.sort_unstable();
    let mut insert = connection.prepare(INSERT)?;
    for entry in all {
        insert.execute(entry)?;
    }
    Ok(())
}

/// Enters the rows that were prepared before there was the column.
pub(crate) fn enter_rows(connection: &Connection) -> rusqlite::Result<()> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let all: Vec<(i64, String)> = connection
        .prepare("SELECT rowid, invoice_id FROM run_rows")?
        .query_map([], read)?
        .collect::<Result<_, _>>()?;
    let mut enter = connection.prepare("UPDATE run_rows SET normalised=?2 WHERE rowid=?1")?;
    for (row, invoice_id) in all {
        enter.execute((row, normalised_invoice(&invoice_id)))?;
    }
    Ok(())
}

/// Enters a new payout.
pub(crate) fn keep(connection: &Connection, payout: &Payout) -> Result<(), LedgerError> {
    let normalised = normalised_invoice(payout.invoice_id.as_str());
    connection
        .prepare_cached(INSERT)
        .and_then(|mut statement| statement.execute((normalised, payout.id.0)))
        .map_err(translate)?;
    Ok(())
}

/// Enters a draft under its new invoice ID.
pub(crate) fn keep_instead(
    connection: &Connection,
    before: &InvoiceId,
    payout: &Payout,
) -> Result<(), LedgerError> {
    let normalised = normalised_invoice(before.as_str());
    connection
        .prepare_cached("DELETE FROM similar_invoices WHERE normalised=?1 AND payout_id=?2")
        .and_then(|mut statement| statement.execute((normalised, payout.id.0)))
        .map_err(translate)?;
    keep(connection, payout)
}

pub(crate) fn find(
    connection: &Connection,
    invoices: &[InvoiceId],
) -> Result<Vec<SimilarInvoice>, LedgerError> {
    let look_up = || {
        let mut statement = connection.prepare_cached(FIND)?;
        let mut found = Vec::new();
        for asked in invoices {
            let read = |row: &Row<'_>| {
                Ok(SimilarInvoice {
                    asked: asked.clone(),
                    payout: PayoutId(row.get(0)?),
                    invoice_id: InvoiceId(row.get(1)?),
                    payee_id: PayeeId(row.get(2)?),
                    money: Money::new(row.get(3)?, row.get::<_, Word<_>>(4)?.0),
                    may_have_paid: may_have_paid(row, 5)?,
                    run: row.get::<_, Option<Uuid>>(7)?.map(RunId),
                })
            };
            for similar in statement.query_map([normalised_invoice(asked.as_str())], read)? {
                found.push(similar?);
            }
        }
        Ok(found)
    };
    look_up().map_err(translate)
}

/// For each payee and amount a payout that has not certainly left, or that a row of a released run is still to become.
pub(crate) fn still_to_pay(
    connection: &Connection,
    of: &[(PayeeId, Money)],
) -> Result<Vec<Option<StillToPay>>, LedgerError> {
    let look_up = || {
        let mut statement = connection.prepare_cached(TO_PAY)?;
        let read = |row: &Row<'_>| {
            let run = row.get::<_, Option<Uuid>>(1)?.map(RunId);
            Ok((PayoutId(row.get(0)?), run))
        };
        let mut found = Vec::with_capacity(of.len());
        for (payee, money) in of {
            let values = (payee.0, money.currency.code(), money.minor);
            found.push(statement.query_row(values, read).optional()?);
        }
        Ok(found)
    };
    look_up().map_err(translate)
}

/// What was released and has not certainly left, and what rows of released runs may still become, one sum a currency.
pub(crate) fn to_leave(connection: &Connection) -> Result<Vec<Money>, LedgerError> {
    let read = |row: &Row<'_>| Ok(Money::new(row.get(1)?, row.get::<_, Word<_>>(0)?.0));
    connection
        .prepare_cached(&to_leave_in_all())
        .and_then(|mut statement| statement.query_map([], read)?.collect())
        .map_err(summing)
}
