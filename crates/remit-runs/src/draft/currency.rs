//! What is offered for rows that name no currency. It is never taken without the owner's word: a number alone says nothing of it.

use super::book::{Book, Found};
use super::check::CheckedRow;
use super::problem::ProblemCode;
use remit_core::Currency;
use remit_import::Standing;

/// The currencies of the accounts of the run's payees, those of most accounts first; of all payees where those have no account.
/// Nothing where every row has one.
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
