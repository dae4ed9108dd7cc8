//! Chance from a seed: SplitMix64, written out so that a seed means the same run for ever.

use remit_core::Ids;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// A stream of chance. Two streams of one seed are independent, so that one draw more in the one moves nothing in the
/// other.
pub(crate) struct Chance(AtomicU64);

impl Chance {
    pub(crate) fn new(seed: u64, stream: &str) -> Self {
        let name = stream
            .bytes()
            .fold(seed, |sum, byte| mix(sum ^ u64::from(byte)));
        Self(AtomicU64::new(mix(name)))
    }

    fn next(&self) -> u64 {
        let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        mix(state)
    }

    /// A number below the bound; 0 when the bound is 0.
    pub(crate) fn number(&self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// An index below the length.
    pub(crate) fn index(&self, length: usize) -> usize {
        usize::try_from(self.number(length as u64)).unwrap_or(0)
    }

    /// One of these.
    pub(crate) fn pick<T: Copy>(&self, from: &[T]) -> Option<T> {
        from.get(self.index(from.len())).copied()
    }

    /// True once in so many times.
    pub(crate) fn one_in(&self, times: u64) -> bool {
        self.number(times) == 0
    }

    /// A span between these two, the short ones as likely as the long ones: 10 to 20 ms as likely as 10 to 20 s.
    pub(crate) fn span(&self, least: Duration, most: Duration) -> Duration {
        let least = millis(least).max(1);
        let most = millis(most).max(least);
        let doublings = (most / least).ilog2() + 1;
        let from = least << self.number(doublings.into());
        let span = from + self.number(from);
        Duration::from_millis(span.min(most))
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn mix(state: u64) -> u64 {
    let mut mixed = state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Ids for Chance {
    fn uuid(&self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    fn below(&self, bound: u64) -> u64 {
        self.number(bound)
    }
}
