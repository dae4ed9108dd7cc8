//! What changes of a payout's row.

use crate::columns::{Columns, Word, differing, update};
use crate::errors::translate;
use crate::payouts::{columns, search_text};
use crate::similar;
use remit_core::{InvoiceId, LedgerError, Payout, State};
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};

/// The columns that are searched.
pub(crate) const SEARCHED: [&str; 4] =
    ["payee_name", "invoice_id", "transaction_no", "description"];

/// What a payout becomes, held against its row where that lies: most of it stays as it is, and is not read out.
pub(crate) struct Change<'a> {
    payout: &'a Payout,
    columns: Columns<'a>,
    differs: Vec<bool>,
    /// As it stands on record.
    pub(crate) revision: u64,
    pub(crate) state: State,
    /// The invoice ID on record, where it is to be another.
    pub(crate) renamed: Option<InvoiceId>,
}

impl<'a> Change<'a> {
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub(crate) fn of(connection: &Connection, payout: &'a Payout) -> Result<Self, LedgerError> {
        let columns = columns(payout, payout.revision + 1)?;
        let compared = |row: &Row<'_>| {
            let differs = differing(row, &columns)?;
            // By their places: names would be looked for anew in each row.
            let place = |name| columns.iter().position(|(column, _)| *column == name);
            let cell = |name| place(name).map_or(Ok(ValueRef::Null), |place| row.get_ref(place));
            let invoice_id = cell("invoice_id")?.as_str()?;
            let renamed = invoice_id != payout.invoice_id.as_str();
            Ok((
                differs,
                u64::column_result(cell("revision")?)?,
                Word::<State>::column_result(cell("state")?)?.0,
                renamed.then(|| InvoiceId(invoice_id.to_owned())),
            ))
        };
        let (differs, revision, state, renamed) = connection
            .prepare_cached("SELECT * FROM payouts WHERE id=?")
            .and_then(|mut statement| statement.query_row([payout.id.0], compared).optional())
            .map_err(translate)?
            .ok_or(LedgerError::NotFound)?;
        Ok(Self {
            payout,
            columns,
            differs,
            revision,
            state,
            renamed,
        })
    }

    /// Writes what changed of the row, with the next revision.
    pub(crate) fn write(mut self, connection: &Connection) -> Result<(), LedgerError> {
        let changes = |name: &str| {
            let mut columns = self.columns.iter().zip(&self.differs);
            columns.any(|((column, _), differs)| *differs && *column == name)
        };
        if SEARCHED.into_iter().any(changes) {
            self.columns
                .push(("search", search_text(self.payout).into()));
            self.differs.push(true);
        }
        update(connection, "payouts", &["id"], &self.columns, &self.differs)?;
        if let Some(before) = &self.renamed {
            similar::keep_instead(connection, before, self.payout)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::tests::{payee, payout};

    /// The row is compared by the places of its columns: were two of them exchanged, a change of one could be missed.
    #[test]
    fn the_columns_stand_in_the_order_of_the_table() {
        let mut ledger = Connection::open_in_memory().unwrap();
        schema::to_newest(&mut ledger).unwrap();
        let table = ledger.prepare("SELECT * FROM payouts").unwrap();
        let payout = payout(1, &payee(1));
        let columns = columns(&payout, 1).unwrap();
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            [names.as_slice(), &["search"]].concat(),
            table.column_names()
        );
    }
}
