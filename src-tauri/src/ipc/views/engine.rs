//! What the engine is doing.

use crate::ipc::inputs::Limits;
use remit_core::{Recovery, RecoveryCause};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What the engine is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "EngineStatus")]
pub struct EngineStatusView {
    /// How fast it may go.
    pub limits: Limits,
    /// How many requests about payouts are on the wire.
    pub under_way: u32,
    /// How many payouts are queued and not held back by a pause.
    pub waiting: u32,
    /// Since when Pockyt cannot be reached.
    pub offline_since: Option<String>,
    /// Until when nothing is asked, because Pockyt wants fewer requests.
    pub held_until: Option<String>,
    /// When Pockyt last answered.
    pub answered_at: Option<String>,
    /// When it will be asked next.
    pub next_ask_at: Option<String>,
    /// Whether the ledger was put back to an earlier one.
    pub recovery: Option<RecoveryView>,
    /// How payouts lately came to be known.
    pub learnt: LearntView,
}

/// What would go on later, or be lost, if Remit were closed now or another account opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "AtWork")]
pub struct AtWorkView {
    /// How many days of schedules are being released.
    pub days: u32,
    /// How many payouts are still to leave, with the rows of runs that are to become some.
    pub payouts: u32,
    /// How many requests about payouts are on the wire.
    pub under_way: u32,
    /// How many people of files are still to be registered.
    pub people: u32,
    /// How many government IDs are in memory, and nowhere else, until their people are registered.
    pub ids: u32,
    /// When the next run goes out that was released for later.
    pub next_run_at: Option<String>,
    /// When the next day of a schedule comes that is released by itself.
    pub next_day_at: Option<String>,
    /// Whether Pockyt cannot be reached.
    pub offline: bool,
}

/// A ledger that was put back to an earlier one, and how far its comparison with Pockyt is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Recovery")]
pub struct RecoveryView {
    /// Why.
    pub cause: RecoveryCause,
    /// Since when.
    pub since: String,
    /// When the comparison was complete; nothing while it goes on, and nothing is sent.
    pub done_at: Option<String>,
    /// How many payouts Pockyt had that the ledger had not.
    pub found: u32,
    /// Whether the records that made room could be read, so that every invoice ID that they had was asked about.
    pub replaced_read: bool,
}

impl From<Recovery> for RecoveryView {
    fn from(recovery: Recovery) -> Self {
        Self {
            cause: recovery.cause,
            since: recovery.since.to_string(),
            done_at: recovery.done_at.map(|at| at.to_string()),
            found: u32::try_from(recovery.found).unwrap_or(u32::MAX),
            replaced_read: recovery.replaced.is_some(),
        }
    }
}

/// From whom Remit learnt how payouts ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Learnt")]
pub struct LearntView {
    /// A notification told first.
    pub notified: u32,
    /// An inquiry told first.
    pub asked_first: u32,
    /// An inquiry told, and no notification ever came.
    pub repaired: u32,
    /// Since when these are counted.
    pub since: String,
}
