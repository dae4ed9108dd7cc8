//! The currency of rows that name none: that of the payee's accounts where they have but one; else it is asked.

use super::book::{Book, Found};
use super::check::CheckedRow;
use super::problem::ProblemCode;
use super::rows::find_payee;
use remit_core::{Currency, RowDecision};
use remit_import::{DraftRow, Problem, Standing};

/// The currency of the payee's accounts, where a row wants one and they leave no doubt.
pub(super) fn of_accounts(
    book: &Book,
    read: &DraftRow<'_>,
    said: Option<&RowDecision>,
) -> Option<Currency> {
    let mut cells = read.problems.iter();
    if !cells.any(|cell| cell.problem == Problem::CurrencyMissing) {
        return None;
    }
    match find_payee(book, read, said, &mut Vec::new()) {
        Found::One(place) => book.only_currency(place),
        _ => None,
    }
}

/// What is offered for the rows that still have none: the currencies of the accounts of the run's payees; of all payees where
/// those have no account.
pub(super) fn offered(book: &Book, rows: &[CheckedRow]) -> Vec<Currency> {
    let lacks = |row: &CheckedRow| {
        let mut problems = row.problems.iter();
        row.standing != Standing::Skipped
            && problems.any(|problem| problem.code == ProblemCode::CurrencyMissing)
    };
    if !rows.iter().any(lacks) {
        return Vec::new();
    }
    let paid = rows.iter().filter_map(|row| match row.payee {
        Found::One(place) => Some(place),
        _ => None,
    });
    let theirs = book.currencies(paid);
    if theirs.is_empty() {
        return book.currencies(book.places());
    }
    theirs
}
