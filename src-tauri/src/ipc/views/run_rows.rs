//! Rows of a draft, and what is reviewed before the release.

use super::MoneyView;
use super::run_drafts::{RunChecks, RunProblemCount, RunStanding, count};
use remit_core::{Currency, FundingAccount, Money, PayeeStatus};
use remit_import::Field;
use remit_runs::{Checked, CheckedRow, Draft, Found, ProblemCode, ProblemKind, Review};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// A cell.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct RunCell {
    /// As in the file, or as typed.
    pub text: String,
    /// Whether the owner typed it.
    pub edited: bool,
}

/// The cells of a row that the grid shows.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are those of remit_import::Field")]
pub struct RunCells {
    pub payee: RunCell,
    pub amount: RunCell,
    pub currency: RunCell,
    pub invoice_id: RunCell,
    pub description: RunCell,
    pub note: RunCell,
}

/// The payee of a row.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[expect(missing_docs, reason = "the fields are those of remit_core::Payee")]
pub struct RunPayee {
    pub id: String,
    pub name: String,
    pub status: PayeeStatus,
}

/// A payee that a row may mean.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[expect(missing_docs, reason = "the fields are those of remit_core::Payee")]
pub struct RunCandidate {
    pub id: String,
    pub name: String,
    pub email: String,
}

/// An account that a row may go to.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[expect(
    missing_docs,
    reason = "the fields are those of remit_core::FundingAccount"
)]
pub struct RunAccount {
    pub token: String,
    pub label: String,
}

impl From<&FundingAccount> for RunAccount {
    fn from(account: &FundingAccount) -> Self {
        Self {
            token: account.token.to_string(),
            label: account.label(),
        }
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct RunProblem {
    /// At which cell.
    pub field: Option<Field>,
    /// What.
    pub code: ProblemCode,
    /// What its text names.
    pub params: BTreeMap<String, String>,
    /// How serious it is.
    pub kind: ProblemKind,
    /// Whether the owner accepted it.
    pub accepted: bool,
}

/// A row of a draft.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "RunRow")]
#[expect(
    missing_docs,
    reason = "the fields are those of remit_runs::CheckedRow"
)]
pub struct RunRowView {
    pub row: u32,
    pub line: u32,
    pub cells: RunCells,
    pub payee: Option<RunPayee>,
    pub candidates: Vec<RunCandidate>,
    pub account: Option<RunAccount>,
    pub accounts: Vec<RunAccount>,
    pub amount: Option<MoneyView>,
    pub invoice_id: Option<String>,
    pub standing: RunStanding,
    pub waits: bool,
    pub problems: Vec<RunProblem>,
}

impl RunRowView {
    pub(crate) fn new(draft: &Draft, row: &CheckedRow) -> Self {
        let cell = |field| {
            let (text, edited) = draft.cell(row.row as usize, field);
            RunCell {
                text: text.to_owned(),
                edited,
            }
        };
        let book = draft.book();
        let place = match row.payee {
            Found::One(place) => Some(place),
            _ => None,
        };
        let account = place
            .zip(row.account)
            .and_then(|(place, account)| book.accounts(place).get(account as usize));
        let asks = row
            .problems
            .iter()
            .any(|problem| problem.code == ProblemCode::AccountAmbiguous);
        Self {
            row: row.row,
            line: draft.line(row.row),
            cells: RunCells {
                payee: cell(Field::Payee),
                amount: cell(Field::Amount),
                currency: cell(Field::Currency),
                invoice_id: cell(Field::InvoiceId),
                description: cell(Field::Description),
                note: cell(Field::Note),
            },
            payee: place
                .and_then(|place| book.payee(place))
                .map(|payee| RunPayee {
                    id: payee.id.to_string(),
                    name: payee.display_name(),
                    status: payee.status,
                }),
            candidates: match &row.payee {
                Found::Several(places) => places
                    .iter()
                    .filter_map(|place| book.payee(*place))
                    .map(|payee| RunCandidate {
                        id: payee.id.to_string(),
                        name: payee.display_name(),
                        email: payee.email.clone(),
                    })
                    .collect(),
                _ => Vec::new(),
            },
            account: account.map(RunAccount::from),
            accounts: match (place, row.money) {
                (Some(place), Some(money)) if asks => book
                    .usable(place, money.currency)
                    .map(RunAccount::from)
                    .collect(),
                _ => Vec::new(),
            },
            amount: row.money.map(MoneyView::from),
            invoice_id: row.invoice_id.clone(),
            standing: row.standing.into(),
            waits: row.waits,
            problems: row
                .problems
                .iter()
                .map(|problem| RunProblem {
                    field: problem.field,
                    code: problem.code,
                    params: problem
                        .params
                        .iter()
                        .map(|(name, value)| ((*name).to_owned(), value.clone()))
                        .collect(),
                    kind: problem.code.kind(),
                    accepted: problem.accepted,
                })
                .collect(),
        }
    }
}

/// A stretch of rows.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct RunRowPage {
    /// The rows.
    pub rows: Vec<RunRowView>,
    /// How many the filter has.
    pub total: u32,
}

/// What edits and decisions came to.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct RunEdited {
    /// The rows that were changed.
    pub rows: Vec<RunRowView>,
    /// All rows together.
    pub checks: RunChecks,
}

/// The balance in a currency, and what the run leaves of it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct RunBalance {
    /// The balance now; nothing where Pockyt cannot be asked.
    pub balance: Option<MoneyView>,
    /// What other payouts are still to take of it: released ones that have not left, and the rows of other runs.
    pub others: Option<MoneyView>,
    /// What remains after those and this run.
    pub after: Option<MoneyView>,
    /// In which currency.
    pub currency: String,
}

/// A warning about rows that can be sent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type)]
pub struct RunWarning {
    /// Which.
    pub code: ProblemCode,
    /// On how many rows.
    pub rows: u32,
    /// On how many the owner accepted it.
    pub accepted: u32,
}

/// What is reviewed before pressing once.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "RunReview")]
#[expect(missing_docs, reason = "the fields are those of remit_runs::Review")]
pub struct RunReviewView {
    pub checks: RunChecks,
    pub count: u32,
    pub waits: u32,
    pub totals: Vec<MoneyView>,
    pub fee: Option<MoneyView>,
    pub balances: Vec<RunBalance>,
    pub warnings: Vec<RunWarning>,
    pub notes: Vec<RunProblemCount>,
    pub may_release: bool,
    pub review: String,
}

impl RunReviewView {
    /// The review with the balances in its currencies, where they are known, and what others are still to take of them.
    pub(crate) fn new(
        checked: &Checked,
        review: Review,
        balances: &BTreeMap<Currency, Money>,
        others: &[Money],
    ) -> Self {
        let of = |sums: &[Money], currency| {
            let mut sums = sums.iter();
            sums.find(|sum| sum.currency == currency).copied()
        };
        let balance = |total: &Money| {
            let balance = balances.get(&total.currency).copied();
            let others = of(others, total.currency);
            let taken = [Some(*total), of(&review.fees, total.currency), others];
            let mut taken = taken.into_iter().flatten();
            let after = balance.and_then(|balance| {
                taken.try_fold(balance, |rest, money| rest.checked_sub(money).ok())
            });
            RunBalance {
                balance: balance.map(MoneyView::from),
                others: others.map(MoneyView::from),
                after: after.map(MoneyView::from),
                currency: total.currency.code().to_owned(),
            }
        };
        Self {
            checks: checked.into(),
            count: count(review.count),
            waits: count(review.waits),
            balances: review.totals.iter().map(balance).collect(),
            totals: review.totals.iter().copied().map(MoneyView::from).collect(),
            fee: match review.fees.as_slice() {
                [fee] => Some((*fee).into()),
                _ => None,
            },
            warnings: review
                .warnings
                .iter()
                .map(|warning| RunWarning {
                    code: warning.code,
                    rows: count(warning.rows),
                    accepted: count(warning.accepted),
                })
                .collect(),
            notes: review
                .notes
                .into_iter()
                .map(RunProblemCount::from)
                .collect(),
            may_release: review.may_release,
            review: review.review,
        }
    }
}
