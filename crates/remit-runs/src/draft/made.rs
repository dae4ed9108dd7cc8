//! Runs that come from no file: they are small tables with the headers of the template, so that all else treats them as one.

use remit_core::{Money, Payee};
use remit_import::{Field, Language, guarded};

/// A row of such a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeRow {
    /// The payee, by e-mail address.
    pub payee: String,
    /// How much; empty for the owner to fill in.
    pub amount: String,
    /// In which currency.
    pub currency: String,
    /// The owner's number, or nothing.
    pub invoice_id: String,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
}

impl MadeRow {
    /// A row for a payee, without an amount.
    #[must_use]
    pub fn to(payee: &Payee) -> Self {
        Self {
            payee: payee.email.clone(),
            ..Self::default()
        }
    }

    /// With an amount.
    #[must_use]
    pub fn pay(mut self, money: Money) -> Self {
        self.amount = money.decimal();
        self.currency = money.currency.code().to_owned();
        self
    }
}

/// The place in the table of a row that was made.
#[must_use]
pub fn below_header(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// The table, as CSV.
#[must_use]
pub fn table(rows: &[MadeRow]) -> Vec<u8> {
    const FIELDS: [Field; 6] = [
        Field::Payee,
        Field::Amount,
        Field::Currency,
        Field::InvoiceId,
        Field::Description,
        Field::Note,
    ];
    let mut csv = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = csv.write_record(FIELDS.map(|field| field.header(Language::English)));
    for row in rows {
        let cells = [
            &row.payee,
            &row.amount,
            &row.currency,
            &row.invoice_id,
            &row.description,
            &row.note,
        ];
        let _ = csv.write_record(cells.map(|cell| guarded(cell).into_owned()));
    }
    csv.into_inner().unwrap_or_default()
}
