//! Invoice IDs that differ only in how they are written: under what comes out the same for all of them, in a table of its own
//! that one short search finds them in, however many payouts there are.

use crate::columns::Word;
use crate::errors::translate;
use remit_core::normalised_invoice;
use remit_core::{InvoiceId, LedgerError, Money, PayeeId, Payout, PayoutId, SimilarInvoice};
use rusqlite::{Connection, Row};
use uuid::Uuid;

pub(crate) const SCHEMA: &str = "
CREATE TABLE similar_invoices (
  normalised TEXT NOT NULL,
  payout_id BLOB NOT NULL REFERENCES payouts (id),
  PRIMARY KEY (normalised, payout_id)
) STRICT, WITHOUT ROWID;
";

const INSERT: &str = "INSERT INTO similar_invoices (normalised, payout_id) VALUES (?1, ?2)";

pub(crate) const FIND: &str = "
SELECT id, invoice_id, payee_id, amount_minor, currency, state
  FROM similar_invoices JOIN payouts ON id=payout_id
  WHERE normalised=? ORDER BY created_at DESC, id DESC
";

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
    known: &Payout,
    payout: &Payout,
) -> Result<(), LedgerError> {
    let normalised = normalised_invoice(known.invoice_id.as_str());
    connection
        .prepare_cached("DELETE FROM similar_invoices WHERE normalised=?1 AND payout_id=?2")
        .and_then(|mut statement| statement.execute((normalised, known.id.0)))
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
                    state: row.get::<_, Word<_>>(5)?.0,
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
