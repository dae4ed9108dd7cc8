//! Payees and their funding accounts.

use super::{MoneyView, TimelineEvent};
use crate::ipc::IpcError;
use remit_core::{
    AccountStatus, Actor, Channel, FundingAccount, PayeeRow, PayeeStatus, ProfileType,
};
use serde::{Deserialize, Serialize};
use specta::Type;

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
    /// Pockyt has an account of theirs that it has not activated yet.
    pub account_pending: bool,
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
            account_pending,
            last_paid_at,
            paid,
        } = row;
        Self {
            id: payee.id.to_string(),
            customer_code: payee.id.customer_code(),
            display_name: payee.display_name(),
            // Pockyt calls a profile pending until it is approved, also once the payee has been through it.
            must_act: match payee.status {
                PayeeStatus::Pending if account_pending => Actor::Pockyt,
                status => status.must_act(),
            },
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
            account_pending,
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
    /// How a payout to it can be sent, the default first; empty where there is no choice.
    pub channels: Vec<Channel>,
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
            channels: account.channels().to_vec(),
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
#[derive(Default, Clone, Debug, Serialize, Deserialize, Type)]
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
