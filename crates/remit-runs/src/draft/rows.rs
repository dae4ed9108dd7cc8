//! Rows, each for itself: read by the mapping, with whom and where it pays; and those that a filter shows.

use super::Draft;
use super::book::{Book, Found};
use super::check::CheckedRow;
use super::problem::{ProblemCode, RowProblem};
use remit_core::{PayeeId, PayeeStatus, RowDecision};
use remit_import::{DraftRow, Field, Reading, Standing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;

/// With fewer rows a thread costs more than it saves.
const ROWS_A_THREAD: usize = 4096;

/// Which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "RunFilter", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Filter {
    /// All.
    All,
    /// Those that want the owner: they cannot be paid, or wait for a word.
    Problems,
    /// Ready ones.
    Ready,
    /// Those that go out by themselves later.
    Waiting,
    /// Those that cannot be paid.
    Refused,
    /// Those that the owner left out.
    Skipped,
}

impl Draft {
    /// The rows that are payouts to be.
    #[must_use]
    pub fn payout_rows(&self) -> Range<usize> {
        let end = self.table.len();
        self.settings.mapping.first_row().min(end)..end
    }

    /// Whom the rows pay, as they were last checked: those who are known, whatever else is wrong with a row.
    #[must_use]
    pub fn payees(&self) -> BTreeSet<PayeeId> {
        let known = self
            .checked
            .rows()
            .iter()
            .filter_map(|row| match row.payee {
                Found::One(place) => self.book().payee(place),
                _ => None,
            });
        known.map(|payee| payee.id).collect()
    }

    /// The number that the owner's spreadsheet shows beside a row; where there is none, its place among the rows.
    #[must_use]
    pub fn line(&self, row: u32) -> u32 {
        if self.run.origin.is_owners() {
            return self.table.number(row as usize);
        }
        let header = u32::try_from(self.settings.mapping.first_row()).unwrap_or(0);
        row.saturating_sub(header) + 1
    }

    /// The rows that a filter shows: each row is in one of problems, ready, waiting and skipped. At most
    /// `limit` after the first `from` of them, and how many it has.
    #[must_use]
    pub fn page(&self, filter: Filter, from: usize, limit: usize) -> (Vec<&CheckedRow>, usize) {
        let shown = |row: &&CheckedRow| match filter {
            Filter::All => true,
            Filter::Problems => row.standing == Standing::Refused || row.asks,
            Filter::Ready => row.standing == Standing::Ready,
            Filter::Waiting => row.waits,
            Filter::Refused => row.standing == Standing::Refused,
            Filter::Skipped => row.standing == Standing::Skipped,
        };
        let rows = self.checked.rows();
        let page = rows.iter().filter(shown).skip(from).take(limit).collect();
        (page, rows.iter().filter(shown).count())
    }

    /// The rows by the mapping.
    pub(super) fn reading(&self) -> Reading<'_> {
        let reading = Reading::new(&self.table, &self.settings.mapping);
        if self.run.origin.is_owners() {
            reading
        } else {
            reading.of_made()
        }
    }
}

/// Reads all rows, many of them at once.
pub(super) fn read(draft: &Draft) -> Vec<CheckedRow> {
    let reading = draft.reading();
    let rows = reading.rows();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let parts = (rows.len() / ROWS_A_THREAD).clamp(1, cores);
    let size = rows.len().div_ceil(parts).max(1);
    let part = |from: usize| -> Vec<CheckedRow> {
        let to = from.saturating_add(size).min(rows.end);
        (from..to)
            .map(|row| read_row(draft, &reading, row))
            .collect()
    };
    let part = &part;
    std::thread::scope(|scope| {
        // All are started before the first is waited for.
        let threads: Vec<_> = rows
            .clone()
            .step_by(size)
            .skip(1)
            .map(|from| scope.spawn(move || part(from)))
            .collect();
        let mut whole = part(rows.start);
        for thread in threads {
            let next = thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            whole.extend(next);
        }
        whole
    })
}

pub(super) fn read_row(draft: &Draft, reading: &Reading<'_>, row: usize) -> CheckedRow {
    let number = u32::try_from(row).unwrap_or(u32::MAX);
    let said = draft.decisions.get(&number);
    let read = reading.row(row);
    let mut problems: Vec<RowProblem> = read
        .problems
        .iter()
        .map(|cell| RowProblem::of_cell(cell.field, cell.problem))
        .collect();
    let payee = find_payee(&draft.facts.book, &read, said, &mut problems);
    let account = match payee {
        Found::One(place) => find_account(&draft.facts.book, place, &read, said, &mut problems),
        _ => None,
    };
    let unreadable = |problem: &RowProblem| problem.field == Some(Field::InvoiceId);
    let unreadable = problems.iter().any(unreadable);
    CheckedRow {
        row: number,
        standing: if said.is_some_and(|said| said.skipped) {
            Standing::Skipped
        } else {
            Standing::Ready
        },
        asks: false,
        waits: false,
        warned: false,
        payee,
        account,
        money: read.money,
        invoice_id: read.invoice_id.map(str::to_owned),
        own_number: read.invoice_id.is_none() && !unreadable,
        problems,
    }
}

fn find_payee(
    book: &Book,
    read: &DraftRow<'_>,
    said: Option<&RowDecision>,
    problems: &mut Vec<RowProblem>,
) -> Found {
    // Where a cell cannot be read, what the others say is not all that the row says.
    let mut cells = read.problems.iter();
    if cells.any(|cell| cell.field.names_payee()) {
        return Found::Nobody;
    }
    let found = book.find(&read.payee);
    let chosen = said.and_then(|said| book.place(said.payee?));
    let found = match (found, chosen) {
        (Found::Unknown | Found::Several(_), Some(chosen)) => Found::One(chosen),
        (found, _) => found,
    };
    match &found {
        Found::Unknown => {
            problems.push(RowProblem::new(Field::Payee, ProblemCode::PayeeUnknown));
        }
        Found::Several(places) => {
            let problem = RowProblem::new(Field::Payee, ProblemCode::PayeeAmbiguous);
            problems.push(problem.with("count", places.len()));
        }
        Found::One(place) => {
            let status = book.payee(*place).map(|payee| payee.status);
            let code = match status {
                Some(PayeeStatus::Active) => None,
                Some(PayeeStatus::Declined | PayeeStatus::Deactivated | PayeeStatus::Refused) => {
                    Some(ProblemCode::PayeeDeclined)
                }
                _ => Some(ProblemCode::PayeeNotActive),
            };
            if let Some(code) = code {
                let status = serde_json::to_value(status).ok();
                let status = status.and_then(|word| Some(word.as_str()?.to_owned()));
                let problem = RowProblem::new(Field::Payee, code);
                problems.push(problem.with("status", status.unwrap_or_default()));
            }
        }
        Found::Nobody => {}
    }
    found
}

/// Where the money goes, by its place among the payee's accounts: the only one that can be used, or the one that the owner
/// chose.
fn find_account(
    book: &Book,
    place: u32,
    read: &DraftRow<'_>,
    said: Option<&RowDecision>,
    problems: &mut Vec<RowProblem>,
) -> Option<u32> {
    let active = book.payee(place)?.status == PayeeStatus::Active;
    if !active {
        return None;
    }
    if !book
        .accounts(place)
        .iter()
        .any(remit_core::FundingAccount::usable)
    {
        problems.push(RowProblem::new(Field::Payee, ProblemCode::NoAccount));
        return None;
    }
    let currency = read.money?.currency;
    let usable: Vec<_> = book.usable(place, currency).collect();
    let chosen = said.and_then(|said| said.account.as_ref());
    let chosen = usable.iter().find(|account| Some(&account.token) == chosen);
    let account = match (usable.as_slice(), chosen) {
        ([], _) => {
            let problem = RowProblem::new(Field::Currency, ProblemCode::NoAccountInCurrency);
            problems.push(problem.with("currency", currency.code()));
            return None;
        }
        ([only], _) => only,
        (_, Some(chosen)) => chosen,
        (several, None) => {
            let problem = RowProblem::new(Field::Payee, ProblemCode::AccountAmbiguous);
            problems.push(problem.with("count", several.len()));
            return None;
        }
    };
    let mut accounts = book.accounts(place).iter();
    let index = accounts.position(|other| other.token == account.token)?;
    u32::try_from(index).ok()
}
