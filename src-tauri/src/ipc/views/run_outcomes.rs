//! What became of payout runs and their rows.

use super::{MoneyView, RunAccount, RunView};
use remit_core::{Hold, LeftRow, Reason, RowState, RunRowOutcome, State};
use remit_runs::ProblemCode;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A page of runs.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<RunView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many the whole query has.
    pub total: u32,
}

/// Runs of one kind.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct SomeRuns {
    /// As many of them as are named.
    pub runs: Vec<RunView>,
    /// How many there are.
    pub total: u32,
}

/// A row of a released run that may become a payout, and is none yet.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RowToCome {
    /// Its run.
    pub run_id: String,
    /// What the owner calls the run.
    pub run_name: String,
    /// The number that the owner's spreadsheet shows beside it.
    pub line: u32,
    /// Who is to be paid.
    pub payee_name: String,
    /// How much.
    pub amount: MoneyView,
    /// The owner's number.
    pub invoice_id: String,
    /// When the run goes out, where it waits for its day.
    pub goes_out_at: Option<String>,
}

/// The run that a payout comes from.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct PayoutRun {
    /// Its number.
    pub id: String,
    /// What the owner calls it.
    pub name: String,
    /// Which line of its file.
    pub line: u32,
    /// Whether it is paused: what of it has not left stays until it is resumed.
    pub paused: bool,
    /// Whether it was stopped: what of it has not left never will, and what may have left is asked about and not sent again.
    pub stopped: bool,
}

/// A row of a released run with what became of it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "RunOutcome")]
pub struct RunOutcomeView {
    /// Its place in the file, from 0.
    pub row: u32,
    /// The number that the owner's spreadsheet shows beside it.
    pub line: u32,
    /// Who is paid.
    pub payee_name: String,
    /// How much.
    pub amount: MoneyView,
    /// The owner's number.
    pub invoice_id: String,
    /// Where it stands until it is a payout; then nothing.
    pub state: Option<RowState>,
    /// Why it is held.
    pub hold: Option<Hold>,
    /// The accounts that it may be paid to, where the owner must say which.
    pub accounts: Vec<RunAccount>,
    /// The payout that it became.
    pub payout_id: Option<String>,
    /// Where that stands.
    pub payout_state: Option<State>,
    /// Why.
    pub reason: Option<Reason>,
}

impl RunOutcomeView {
    /// A row of a payee with this name, and the accounts among which the owner must choose.
    #[must_use]
    pub fn new(outcome: RunRowOutcome, payee_name: String, accounts: Vec<RunAccount>) -> Self {
        let RunRowOutcome { row, payout } = outcome;
        Self {
            row: row.row,
            line: row.line,
            payee_name,
            amount: row.money.into(),
            invoice_id: row.invoice_id.0,
            state: (row.state != RowState::Sent).then_some(row.state),
            hold: row.hold,
            accounts,
            payout_id: payout.as_ref().map(|payout| payout.id.to_string()),
            payout_state: payout.as_ref().map(|payout| payout.state),
            reason: payout.and_then(|payout| payout.reason),
        }
    }
}

/// A page of rows with what became of them.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunOutcomePage {
    /// The rows, in the order of the file.
    pub rows: Vec<RunOutcomeView>,
    /// The row behind which the next page begins.
    pub next: Option<u32>,
}

/// A row of the file that the release left out.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "RunLeft")]
#[expect(missing_docs, reason = "the fields are those of remit_core::LeftRow")]
pub struct RunLeftView {
    pub row: u32,
    pub line: u32,
    pub payee: String,
    pub amount: String,
    pub skipped: bool,
    pub problem: Option<ProblemCode>,
}

impl From<LeftRow> for RunLeftView {
    fn from(left: LeftRow) -> Self {
        Self {
            row: left.row,
            line: left.line,
            payee: left.payee,
            amount: left.amount,
            skipped: left.skipped,
            problem: left
                .problem
                .and_then(|word| serde_json::from_value(word.into()).ok()),
        }
    }
}

/// A page of rows that the release left out.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunLeftPage {
    /// The rows, in the order of the file.
    pub rows: Vec<RunLeftView>,
    /// The row behind which the next page begins.
    pub next: Option<u32>,
}
