//! When "no such payout" counts. How long ago a request left is told by the clock on the wall, which may be set: so it counts
//! only after the steady clock too has run for as long as a request may be on its way.

use super::Engine;
use crate::ids::Clock;
use crate::mutant::{Mutant, mutated};
use jiff::{SignedDuration, Timestamp};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// A clock that jumps by less than this is only being kept exact.
pub(super) const CLOCK_WOBBLE: SignedDuration = SignedDuration::from_secs(5);

/// By how much the clock on the wall went further than the steady one between two looks at both.
pub(super) fn jump(before: (Timestamp, Duration), now: (Timestamp, Duration)) -> SignedDuration {
    let passed = SignedDuration::try_from(now.1.saturating_sub(before.1)).unwrap_or_default();
    now.0.duration_since(before.0) - passed
}

/// The clocks as they were last seen, and from when on the one on the wall can be believed.
pub(super) struct Certain {
    seen: (Timestamp, Duration),
    from: Duration,
}

impl Certain {
    pub(super) fn new(clock: &dyn Clock) -> Self {
        Self {
            seen: (clock.now(), clock.steady()),
            from: Duration::ZERO,
        }
    }
}

impl Engine {
    /// Whatever is not found from now on counts only when a request that may just have left must have arrived.
    pub(super) fn doubt_the_clock(&self) {
        let clock = &self.ports.clock;
        self.certain().from = clock.steady().saturating_add(self.resend_after());
    }

    /// Whether what is not found now counts.
    pub(super) fn not_found_counts(&self) -> bool {
        self.not_found_counts_in().is_zero() || mutated(Mutant::BelievesTheClock)
    }

    /// In what time it will, if the clock is left alone.
    fn not_found_counts_in(&self) -> Duration {
        let clock = &self.ports.clock;
        let now = (clock.now(), clock.steady());
        let mut certain = self.certain();
        let before = std::mem::replace(&mut certain.seen, now);
        // Asleep or set, nobody knows.
        if jump(before, now).abs() > CLOCK_WOBBLE {
            certain.from = now.1.saturating_add(self.resend_after());
        }
        certain.from.saturating_sub(now.1)
    }

    /// When it will.
    pub(super) fn not_found_counts_from(&self) -> Timestamp {
        let wait = SignedDuration::try_from(self.not_found_counts_in()).unwrap_or_default();
        self.now().checked_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// Waits until what is not found counts.
    pub(super) async fn until_not_found_counts(&self) {
        loop {
            let wait = self.not_found_counts_in();
            if wait.is_zero() {
                return;
            }
            self.ports.clock.sleep(wait).await;
        }
    }

    fn resend_after(&self) -> Duration {
        Duration::try_from(self.policy.resend_after).unwrap_or_default()
    }

    fn certain(&self) -> MutexGuard<'_, Certain> {
        self.certain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
