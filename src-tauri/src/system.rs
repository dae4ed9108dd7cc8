//! The system's clock and its source of chance, behind core's ports.

use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{Clock, Ids};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn steady(&self) -> Duration {
        self.start.elapsed()
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
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
