//! The rows that a release leaves out: kept as they stood, and made a run of their own when the owner wants that.

use super::book::{Book, Found};
use super::check::CheckedRow;
use super::made::MadeRow;
use super::problem::{ProblemKind, RowProblem};
use super::{Draft, rows};
use remit_core::{LeftRow, PayoutId, RowDecision};
use remit_import::{DraftRow, Field, Reading, Standing};

/// A row that was left out, to be a row of another run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAgain {
    /// As it is written there.
    pub made: MadeRow,
    /// What the owner said of it, but for leaving it out; its place is that in the earlier run.
    pub said: RowDecision,
    /// The payout that it tries again.
    pub retries: Option<PayoutId>,
    /// The payout that it repeats.
    pub repeats: Option<PayoutId>,
}

impl Draft {
    /// What a release would say of a row that it leaves out.
    pub(super) fn left_row(&self, reading: &Reading<'_>, checked: &CheckedRow) -> LeftRow {
        let read = reading.row(checked.row as usize);
        let known = match checked.payee {
            Found::One(place) => self.book().payee(place),
            _ => None,
        };
        let open = || checked.problems.iter().filter(|problem| problem.open());
        let first = open()
            .find(|problem| problem.code.kind() == ProblemKind::Error)
            .or_else(|| open().next());
        LeftRow {
            row: checked.row,
            line: self.line(checked.row),
            payee: known.map_or_else(|| self.named(&read), remit_core::Payee::display_name),
            amount: match checked.money {
                Some(money) => format!("{} {}", money.currency.code(), money.decimal()),
                None => self.written(checked.row, Field::Amount),
            },
            skipped: checked.standing == Standing::Skipped,
            problem: first.map(|problem: &RowProblem| problem.code.word()),
        }
    }

    /// The rows that were left out of a released run, to be rows of another, each as it stands in the file now. An amount that
    /// cannot be read is not guessed: its cell is empty.
    pub fn left_again(&mut self, book: Book, left: &[LeftRow]) -> Vec<LeftAgain> {
        self.facts.book = book;
        let reading = self.reading();
        left.iter()
            .map(|row| self.again(&reading, row.row))
            .collect()
    }

    fn again(&self, reading: &Reading<'_>, row: u32) -> LeftAgain {
        let checked = rows::read_row(self, reading, row as usize);
        let read = reading.row(row as usize);
        let payee = match checked.payee {
            Found::One(place) => self.book().payee(place),
            _ => None,
        };
        let surest = || read.payee.surest().map(str::to_owned);
        let made = MadeRow {
            payee: match payee {
                Some(payee) => payee.email.clone(),
                None => surest().unwrap_or_else(|| self.named(&read)),
            },
            currency: self.written(row, Field::Currency),
            invoice_id: read.invoice_id.unwrap_or_default().to_owned(),
            description: read.description.clone().into_owned(),
            note: read.note.clone().into_owned(),
            ..MadeRow::default()
        };
        let made = match checked.money {
            Some(money) => made.pay(money),
            None => made,
        };
        let said = self.decisions.get(&row);
        LeftAgain {
            made,
            said: RowDecision {
                payee: said.and_then(|said| said.payee),
                account: said.and_then(|said| said.account.clone()),
                ..RowDecision::default()
            },
            retries: self.settings.retries.get(&row).copied(),
            repeats: self.settings.repeats.get(&row).copied(),
        }
    }

    /// Whom a row names, as it is written; a name rather than a number.
    fn named(&self, read: &DraftRow<'_>) -> String {
        let key = &read.payee;
        let named = key.name.or(key.code_or_name).or(key.email);
        if let Some(named) = named.or_else(|| key.surest()) {
            return named.to_owned();
        }
        let columns = self.settings.mapping.columns.iter().enumerate();
        columns
            .filter(|(_, field)| field.is_some_and(Field::names_payee))
            .map(|(column, _)| self.table.raw(read.row, column).trim())
            .find(|text| !text.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    fn written(&self, row: u32, field: Field) -> String {
        let column = self.settings.mapping.column(field);
        let text = column.map(|column| self.table.raw(row as usize, column));
        text.unwrap_or_default().trim().to_owned()
    }
}
