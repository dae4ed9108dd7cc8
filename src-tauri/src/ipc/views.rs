//! What the window is shown: the ledger's rows in words, amounts as decimal texts, times as RFC 3339.

use super::IpcError;
use super::inputs::{Environment, Preferences};
use remit_core::{
    AccountStatus, Actor, Channel, Engine, Event, EventKind, FundingAccount, Money, PayeeRow,
    PayeeStatus, Payout, Preview, ProfileType, Reason, Source, State, Unusual, Verdict,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// An amount as a decimal text, with its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename = "Money")]
pub struct MoneyView {
    /// `1250.00`.
    pub amount: String,
    /// `USD`.
    pub currency: String,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self {
            amount: money.decimal(),
            currency: money.currency.code().to_owned(),
        }
    }
}

/// Whether secrets can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// Yes.
    Available,
    /// There is none.
    Missing,
    /// There is one, and it is locked.
    Locked,
}

/// An account, without its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Profile")]
pub struct ProfileView {
    /// Remit's number.
    pub id: String,
    /// The owner's name for it.
    pub name: String,
    /// Where it lives.
    pub environment: Environment,
    /// The address.
    pub base_url: String,
    /// The merchant number.
    pub merchant_no: String,
    /// The store number.
    pub store_no: String,
    /// Whether it has the "Pockyt User" feature.
    pub pockyt_user: bool,
    /// Whether anything outlives the window.
    pub keeps: bool,
    /// Whether a token is in the keychain.
    pub token_stored: bool,
}

/// How the start went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StartupState {
    /// No account yet.
    Welcome,
    /// An account is open.
    Ready,
    /// Something must be mended first.
    Trouble,
}

/// What the window needs to begin.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Startup {
    /// How the start went.
    pub state: StartupState,
    /// What must be mended.
    pub trouble: Option<IpcError>,
    /// The open account.
    pub profile: Option<ProfileView>,
    /// Whether secrets can be kept.
    pub keychain: KeychainState,
    /// What the owner prefers.
    pub preferences: Preferences,
    /// Where everything is kept.
    pub data_folder: String,
    /// Remit's version.
    pub version: String,
}

/// What a test of a connection found.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionReport {
    /// The balances.
    pub balances: Vec<MoneyView>,
    /// The address that answered.
    pub base_url: String,
}

/// The balances now.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Balances {
    /// One a currency.
    pub balances: Vec<MoneyView>,
    /// When Pockyt told.
    pub checked_at: String,
}

/// A payee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Payee")]
#[expect(missing_docs, reason = "the fields are those of remit_core::Payee")]
pub struct PayeeView {
    pub id: String,
    pub customer_no: Option<String>,
    pub customer_code: String,
    pub profile_type: ProfileType,
    pub first_name: String,
    pub last_name: String,
    pub company: Option<String>,
    pub display_name: String,
    pub email: String,
    pub phone: Option<String>,
    pub country_code: String,
    pub state: String,
    pub city: String,
    pub street: String,
    pub street2: Option<String>,
    pub zip: String,
    pub status: PayeeStatus,
    pub status_raw: Option<String>,
    pub status_since: String,
    pub reason: Option<String>,
    pub must_act: Actor,
    pub checked_at: Option<String>,
    pub usable_account: Option<String>,
    pub last_paid_at: Option<String>,
    pub paid_this_year: Vec<MoneyView>,
    pub note: String,
    pub created_at: String,
}

impl From<PayeeRow> for PayeeView {
    fn from(row: PayeeRow) -> Self {
        let PayeeRow {
            payee,
            usable_account,
            last_paid_at,
            paid,
        } = row;
        Self {
            id: payee.id.to_string(),
            customer_code: payee.id.customer_code(),
            display_name: payee.display_name(),
            must_act: payee.status.must_act(),
            customer_no: payee.customer_no.map(|number| number.0),
            profile_type: payee.profile_type,
            first_name: payee.first_name,
            last_name: payee.last_name,
            company: payee.company,
            email: payee.email,
            phone: payee.phone,
            country_code: payee.country_code,
            state: payee.state,
            city: payee.city,
            street: payee.street,
            street2: payee.street2,
            zip: payee.zip,
            status: payee.status,
            status_raw: payee.status_raw,
            status_since: payee.status_since.to_string(),
            reason: payee.reason,
            checked_at: payee.checked_at.map(|at| at.to_string()),
            usable_account: usable_account.map(|account| account.label()),
            last_paid_at: last_paid_at.map(|at| at.to_string()),
            paid_this_year: paid.into_iter().map(MoneyView::from).collect(),
            note: payee.note,
            created_at: payee.created_at.to_string(),
        }
    }
}

/// A funding account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "FundingAccount")]
#[expect(
    missing_docs,
    reason = "the fields are those of remit_core::FundingAccount"
)]
pub struct AccountView {
    pub token: String,
    pub kind: String,
    pub label: String,
    pub country: String,
    pub currency: String,
    pub status: AccountStatus,
    pub status_raw: String,
    pub tag: Option<String>,
    pub usable: bool,
    pub first_seen_at: String,
    pub checked_at: String,
    pub last_paid_at: Option<String>,
}

impl AccountView {
    /// The account, with when it was last sent a payout.
    #[must_use]
    pub fn new(account: FundingAccount, last_paid_at: Option<jiff::Timestamp>) -> Self {
        Self {
            last_paid_at: last_paid_at.map(|at| at.to_string()),
            label: account.label(),
            usable: account.usable(),
            token: account.token.0,
            kind: account.kind,
            country: account.country,
            currency: account.currency,
            status: account.status,
            status_raw: account.status_raw,
            tag: account.tag,
            first_seen_at: account.first_seen_at.to_string(),
            checked_at: account.checked_at.to_string(),
        }
    }
}

/// A page of payees.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayeePage {
    /// The payees.
    pub payees: Vec<PayeeView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many the whole query has.
    pub total: u32,
}

/// A payee with its accounts and history.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayeeDetail {
    /// The payee.
    pub payee: PayeeView,
    /// Its accounts.
    pub accounts: Vec<AccountView>,
    /// Its history, oldest first.
    pub events: Vec<TimelineEvent>,
}

/// What a refresh of all payees did.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefreshReport {
    /// How many were asked about.
    pub asked: u32,
    /// How many had changed.
    pub changed: u32,
    /// How many could not be asked about.
    pub failed: u32,
    /// Why, for the first of those.
    pub first_error: Option<IpcError>,
}

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
    /// Its history, oldest first.
    pub events: Vec<TimelineEvent>,
}

/// An event of a history.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of remit_core::NewEvent")]
pub struct TimelineEvent {
    pub id: String,
    pub at: String,
    pub kind: EventKind,
    pub source: Source,
    pub from: Option<String>,
    pub to: Option<String>,
    pub reason: Option<String>,
    pub verdict: Option<Verdict>,
    pub evidence: Option<String>,
}

impl From<Event> for TimelineEvent {
    fn from(event: Event) -> Self {
        let Event { seq, event, .. } = event;
        Self {
            id: seq.to_string(),
            at: event.at.to_string(),
            kind: event.kind,
            source: event.source,
            from: event.from,
            to: event.to,
            reason: event.reason,
            verdict: event.verdict,
            evidence: event.evidence,
        }
    }
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
            Unusual::SameAmountRecently { day } => {
                (UnusualKind::SameAmountRecently, vec![pair("day", day)])
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

/// What is reviewed before pressing once.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of remit_core::Preview")]
pub struct PayoutPreview {
    pub payee: PayeeView,
    pub account: AccountView,
    pub amount: MoneyView,
    pub fee: Option<MoneyView>,
    pub balance: Option<MoneyView>,
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
            fee: preview.fee.map(MoneyView::from),
            balance: preview.balance.map(MoneyView::from),
            balance_after: preview.balance_after.map(MoneyView::from),
            invoice_id: preview.invoice_id.0,
            unusual: preview.unusual.into_iter().map(UnusualView::from).collect(),
            review: preview.review,
            previous_payouts: u32::try_from(preview.previous).unwrap_or(u32::MAX),
        }
    }
}
