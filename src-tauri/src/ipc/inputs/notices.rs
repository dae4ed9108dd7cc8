//! The system's own notifications.

use serde::Deserialize;
use specta::Type;

/// A notification for the system to show; nothing secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What happened, in one line.
    pub title: String,
    /// What it means.
    pub body: String,
    /// The payout that pressing it leads to.
    pub payout_id: Option<String>,
}
