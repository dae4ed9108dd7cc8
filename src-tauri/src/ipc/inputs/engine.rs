//! How fast Remit may ask Pockyt.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What Remit may send Pockyt about payouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// How many payouts may be on the wire at once, 1 to 64.
    pub in_flight: u32,
    /// How many requests a minute, up to 6000; 0 for no limit.
    pub per_minute: u32,
}
