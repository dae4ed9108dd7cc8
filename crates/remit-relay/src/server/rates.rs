//! How often each mailbox may take a notification: a token bucket, kept as the one moment at which it is full again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Buckets are looked through for full ones when there are more than this many.
const TIDY_ABOVE: usize = 4096;

/// The buckets that are not full. A full one takes no memory.
pub(crate) struct Rates {
    /// The time in which one token comes back.
    interval: Duration,
    /// The time in which an empty bucket fills.
    depth: Duration,
    full_at: Mutex<HashMap<i64, Instant>>,
}

impl Rates {
    /// So many a second, and so many at once.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        let interval = Duration::from_secs(1) / per_second.max(1);
        Self {
            interval,
            depth: interval * burst.max(1),
            full_at: Mutex::default(),
        }
    }

    /// Takes a token, or says in how long there is one.
    pub(crate) fn take(&self, mailbox: i64, now: Instant) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() > TIDY_ABOVE {
            full_at.retain(|_, moment| *moment > now);
        }
        let moment = full_at
            .get(&mailbox)
            .map_or(now, |moment| (*moment).max(now));
        let next = moment + self.interval;
        let missing = next
            .saturating_duration_since(now)
            .saturating_sub(self.depth);
        if missing.is_zero() {
            full_at.insert(mailbox, next);
            Ok(())
        } else {
            Err(missing)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_then_one_an_interval() {
        let rates = Rates::new(10, 3);
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(rates.take(1, now), Ok(()));
        }
        assert_eq!(rates.take(1, now), Err(Duration::from_millis(100)));
        assert_eq!(rates.take(2, now), Ok(()), "another mailbox is not held up");
        let later = now + Duration::from_millis(100);
        assert_eq!(rates.take(1, later), Ok(()));
        assert!(rates.take(1, later).is_err());
    }
}
