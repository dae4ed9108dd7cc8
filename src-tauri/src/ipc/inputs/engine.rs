//! How fast Remit may ask Pockyt.

use crate::ipc::IpcError;
use remit_core::Code;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::ops::RangeInclusive;

/// How many requests may be on the wire at once.
const IN_FLIGHT: RangeInclusive<u32> = 1..=64;
/// How many requests a minute may leave at most.
const PER_MINUTE: RangeInclusive<u32> = 0..=6000;

/// What Remit may send Pockyt about payouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// How many payouts may be on the wire at once, 1 to 64.
    pub in_flight: u32,
    /// How many requests a minute, up to 6000; 0 for no limit.
    pub per_minute: u32,
}

impl Limits {
    /// The limits, if an account may have them.
    pub(crate) fn checked(self) -> Result<Self, IpcError> {
        let outside = |field, message| Err(IpcError::field(Code::FieldInvalid, field, message));
        if !IN_FLIGHT.contains(&self.in_flight) {
            return outside("inFlight", "Choose from 1 to 64 payouts at once.");
        }
        if !PER_MINUTE.contains(&self.per_minute) {
            return outside(
                "perMinute",
                "Choose up to 6000 requests a minute, or 0 for no limit.",
            );
        }
        Ok(self)
    }
}

impl Default for Limits {
    fn default() -> Self {
        remit_core::Limits::default().into()
    }
}

impl From<remit_core::Limits> for Limits {
    fn from(limits: remit_core::Limits) -> Self {
        Self {
            in_flight: limits.at_once,
            per_minute: limits.per_minute,
        }
    }
}

impl From<Limits> for remit_core::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            at_once: limits.in_flight,
            per_minute: limits.per_minute,
        }
    }
}
