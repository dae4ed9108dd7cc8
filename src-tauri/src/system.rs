//! The system's clock and its source of chance, behind core's ports.

use jiff::Timestamp;
use remit_core::{Clock, Ids};
use uuid::Uuid;

/// The system's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Random identifiers.
#[derive(Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn below(&self, bound: u64) -> u64 {
        let (high, _) = Uuid::new_v4().as_u64_pair();
        high.checked_rem(bound).unwrap_or(0)
    }
}
