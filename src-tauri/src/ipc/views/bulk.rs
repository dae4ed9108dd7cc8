//! What a deed of many came to, and what it would be for.

use crate::ipc::IpcError;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What may be done with the payouts that are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PayoutsChosen {
    /// How many are marked.
    pub count: u32,
    /// Pockyt can be asked about these.
    pub checkable: u32,
    /// Nothing has left of these.
    pub withdrawable: u32,
    /// These failed or came back, and are not being tried again.
    pub retryable: u32,
}

/// A payee that is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PayeeChosen {
    /// Its number.
    pub id: String,
    /// Its address.
    pub email: String,
    /// Whether it can be paid.
    pub payable: bool,
}

/// What a deed of many came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkReport {
    /// For how many it was done.
    pub done: u32,
    /// For how many it was not done, though it was tried.
    pub failed: u32,
    /// How many were not tried: what stopped the one before stops these too.
    pub untried: u32,
    /// The first of those that failed.
    pub failures: Vec<BulkFailure>,
}

/// A payout for which it was not done.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkFailure {
    /// Its number.
    pub payout_id: String,
    /// Who is paid.
    pub payee_name: String,
    /// The owner's number.
    pub invoice_id: String,
    /// Why.
    pub error: IpcError,
}
