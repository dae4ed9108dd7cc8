//! What Pockyt told and by which way, newest first.

use super::MoneyView;
use crate::ipc::inputs::NotificationSource;
use remit_core::{State, Verdict};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A notification; or an inquiry that moved a payout to its end, so that no notification was needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Notification")]
pub struct NotificationView {
    /// Its place in the history.
    pub id: String,
    /// When it came.
    pub at: String,
    /// By which way.
    pub source: NotificationSource,
    /// What became of it; of an inquiry only where it did not agree.
    pub verdict: Option<Verdict>,
    /// The payout that it is, or claims to be, about; nothing when Remit has none like it.
    pub payout_id: Option<String>,
    /// That payout's invoice ID.
    pub invoice_id: Option<String>,
    /// That payout's payee.
    pub payee_name: Option<String>,
    /// That payout's amount.
    pub amount: Option<MoneyView>,
    /// The state before, where it moved the payout.
    pub from: Option<State>,
    /// The state after, where it moved the payout.
    pub to: Option<State>,
    /// How many times the same came again.
    pub again: u32,
    /// When the same came last.
    pub again_at: Option<String>,
}

/// A page of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPage {
    /// The page, newest first.
    pub notifications: Vec<NotificationView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}
