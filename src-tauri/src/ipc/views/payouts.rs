//! Payouts, and what is reviewed before one is released.

use super::{AccountView, MoneyView, PayeeView, PayoutRun, TimelineEvent};
use remit_core::{
    Actor, Channel, Engine, PayeeRow, Payout, PayoutId, Preview, Reason, RunId, State, Unusual,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// A payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Payout")]
#[expect(missing_docs, reason = "the fields are those of remit_core::Payout")]
pub struct PayoutView {
    pub id: String,
    pub payee_id: String,
    pub payee_name: String,
    pub account_token: String,
    pub account_label: String,
    pub amount: MoneyView,
    pub fee: Option<MoneyView>,
    pub invoice_id: String,
    pub channel: Channel,
    pub description: String,
    pub note: String,
    pub state: State,
    pub stalled: bool,
    pub reason: Option<Reason>,
    pub detail: Option<String>,
    pub must_act: Actor,
    pub since: String,
    pub created_at: String,
    pub sent_at: Option<String>,
    pub settled_at: Option<String>,
    pub transaction_no: Option<String>,
    pub retry_of: Option<String>,
    pub retried_by: Option<String>,
    pub cancellable: bool,
    pub retryable: bool,
    pub next_check_at: Option<String>,
    pub last_checked_at: Option<String>,
}

impl PayoutView {
    /// The payout as it stands now.
    #[must_use]
    pub fn new(payout: Payout, engine: &Engine) -> Self {
        Self {
            stalled: engine.stalled(&payout),
            must_act: payout.must_act(),
            cancellable: payout.cancellable(),
            retryable: payout.retryable(),
            id: payout.id.to_string(),
            payee_id: payout.payee_id.to_string(),
            payee_name: payout.payee_name,
            account_token: payout.account_token.0,
            account_label: payout.account_label,
            amount: payout.money.into(),
            fee: payout.fee.map(MoneyView::from),
            invoice_id: payout.invoice_id.0,
            channel: payout.channel,
            description: payout.description,
            note: payout.note,
            state: payout.state,
            reason: payout.reason,
            detail: payout.detail,
            since: payout.since.to_string(),
            created_at: payout.created_at.to_string(),
            sent_at: payout.sent_at.map(|at| at.to_string()),
            settled_at: payout.settled_at.map(|at| at.to_string()),
            transaction_no: payout.transaction_no.map(|number| number.0),
            retry_of: payout.retry_of.map(|id| id.to_string()),
            retried_by: payout.retried_by.map(|id| id.to_string()),
            next_check_at: payout.next_at.map(|at| at.to_string()),
            last_checked_at: payout.last_checked_at.map(|at| at.to_string()),
        }
    }
}

/// A page of payouts.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayoutPage {
    /// The payouts.
    pub payouts: Vec<PayoutView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many the whole query has.
    pub total: u32,
    /// The sums over the whole query, one a currency; without a state filter, of what was paid or is on its way.
    pub sums: Vec<MoneyView>,
}

/// A payout with its payee and history.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayoutDetail {
    /// The payout.
    pub payout: PayoutView,
    /// Its payee.
    pub payee: PayeeView,
    /// The run that it comes from.
    pub run: Option<PayoutRun>,
    /// Its history, oldest first.
    pub events: Vec<TimelineEvent>,
}

/// Kinds of [`Unusual`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the kinds are those of remit_core::Unusual")]
pub enum UnusualKind {
    NewAccount,
    AccountChanged,
    FirstPayout,
    AmountFarFromUsual,
    SimilarInvoice,
    SameAmountRecently,
    BalanceUnknown,
    FeeUnknown,
    DecimalsUnconfirmed,
}

/// Something that deserves a second look.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename = "Unusual")]
pub struct UnusualView {
    /// What kind.
    pub kind: UnusualKind,
    /// What its text names.
    pub params: BTreeMap<String, String>,
}

impl From<Unusual> for UnusualView {
    fn from(unusual: Unusual) -> Self {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let (kind, params) = match unusual {
            Unusual::NewAccount => (UnusualKind::NewAccount, vec![]),
            Unusual::AccountChanged => (UnusualKind::AccountChanged, vec![]),
            Unusual::FirstPayout => (UnusualKind::FirstPayout, vec![]),
            Unusual::AmountFarFromUsual { usual } => (
                UnusualKind::AmountFarFromUsual,
                vec![pair("usual", usual.decimal())],
            ),
            Unusual::SimilarInvoice { payout, run } => {
                (UnusualKind::SimilarInvoice, earlier(payout, run))
            }
            Unusual::SameAmountRecently { payout, run } => {
                (UnusualKind::SameAmountRecently, earlier(payout, run))
            }
            Unusual::BalanceUnknown => (UnusualKind::BalanceUnknown, vec![]),
            Unusual::FeeUnknown => (UnusualKind::FeeUnknown, vec![]),
            Unusual::DecimalsUnconfirmed => (UnusualKind::DecimalsUnconfirmed, vec![]),
        };
        Self {
            kind,
            params: params.into_iter().collect(),
        }
    }
}

/// A payout, or the run that is still to make it.
fn earlier(payout: PayoutId, run: Option<RunId>) -> Vec<(String, String)> {
    vec![match run {
        Some(run) => ("run".to_owned(), run.to_string()),
        None => ("payout".to_owned(), payout.to_string()),
    }]
}

/// What is reviewed before pressing once.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of remit_core::Preview")]
pub struct PayoutPreview {
    pub payee: PayeeView,
    pub account: AccountView,
    pub amount: MoneyView,
    pub channel: Channel,
    pub fee: Option<MoneyView>,
    pub balance: Option<MoneyView>,
    pub others: Option<MoneyView>,
    pub balance_after: Option<MoneyView>,
    pub invoice_id: String,
    pub unusual: Vec<UnusualView>,
    pub review: String,
    pub previous_payouts: u32,
}

impl PayoutPreview {
    pub(crate) fn new(preview: Preview, payee: PayeeRow, account: AccountView) -> Self {
        Self {
            payee: payee.into(),
            account,
            amount: preview.money.into(),
            channel: preview.channel,
            fee: preview.fee.map(MoneyView::from),
            balance: preview.balance.map(MoneyView::from),
            others: preview.others.map(MoneyView::from),
            balance_after: preview.balance_after.map(MoneyView::from),
            invoice_id: preview.invoice_id.0,
            unusual: preview.unusual.into_iter().map(UnusualView::from).collect(),
            review: preview.review,
            previous_payouts: u32::try_from(preview.previous).unwrap_or(u32::MAX),
        }
    }
}
