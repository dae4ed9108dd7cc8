//! How patient the engine is.

use super::traffic::Limits;
use crate::ids::Ids;
use crate::payout::Channel;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Times and limits. Pockyt publishes none (pockyt-api.md section 10), so these are polite guesses.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Waits between checks; the last repeats.
    pub check_after: Vec<SignedDuration>,
    /// Waits between looks at a paid payout, which may still be returned; after the last, none.
    pub watch_paid_after: Vec<SignedDuration>,
    /// How many inquiries in a row must have found nothing before the same body may go out again (I4).
    pub not_found_before_resend: u32,
    /// How long after the last request that may happen at the earliest (I4).
    pub resend_after: SignedDuration,
    /// How old the last of those inquiries may be when it goes out again (I4).
    pub resend_while_fresh: SignedDuration,
    /// How many times a payout goes out at most (I4).
    pub most_sendings: u32,
    /// How long after its first request a payout may go out again; as long after its last one, a payout that Pockyt still
    /// does not have never arrived (I4).
    pub resend_for: SignedDuration,
    /// Waits between looks at a payee that is not settled; the last repeats.
    pub payee_check_after: Vec<SignedDuration>,
    /// How long after the claim an answer is awaited; far beyond any time-out of the wire. After it the payout is unknown.
    pub answer_within: SignedDuration,
    /// Waits between tries to reach Pockyt while it cannot be reached; the last repeats.
    pub offline_retry_after: Vec<SignedDuration>,
    /// Waits after Pockyt asked for fewer requests; the last repeats.
    pub hold_for: Vec<SignedDuration>,
    /// However far away the next due time is, the clock is looked at this often: a laptop may have slept.
    pub longest_wait: Duration,
    /// What the owner allows.
    pub limits: Limits,
    /// How long the owner waits for Pockyt before a review goes by what the ledger knows.
    pub owner_waits: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            check_after: [2, 3, 5, 10, 20, 40, 60, 120, 300, 600, 1200, 3600]
                .map(SignedDuration::from_secs)
                .to_vec(),
            watch_paid_after: [1, 2, 4, 7, 14, 30]
                .map(|days| SignedDuration::from_hours(24 * days))
                .to_vec(),
            not_found_before_resend: 4,
            resend_after: SignedDuration::from_mins(3),
            resend_while_fresh: SignedDuration::from_mins(2),
            most_sendings: 3,
            resend_for: SignedDuration::from_hours(24),
            payee_check_after: [15, 30, 60, 120, 300, 900, 3600]
                .map(SignedDuration::from_secs)
                .to_vec(),
            answer_within: SignedDuration::from_mins(5),
            offline_retry_after: [1, 2, 3, 5, 10, 15, 30]
                .map(SignedDuration::from_secs)
                .to_vec(),
            hold_for: [1, 2, 4, 8, 16, 32, 60]
                .map(SignedDuration::from_secs)
                .to_vec(),
            longest_wait: Duration::from_secs(5),
            limits: Limits::default(),
            owner_waits: Duration::from_secs(12),
        }
    }
}

impl Policy {
    /// For the sandbox in the same process, which answers at once and forgets nothing: a person is watching.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            check_after: [2, 3, 5, 10, 20, 60]
                .map(SignedDuration::from_secs)
                .to_vec(),
            not_found_before_resend: 3,
            resend_after: SignedDuration::from_secs(8),
            payee_check_after: [2, 3, 5, 10].map(SignedDuration::from_secs).to_vec(),
            ..Self::default()
        }
    }

    /// When to check next, after so many checks, with up to a fifth of jitter so that many payouts spread out.
    pub(super) fn next_check(
        &self,
        at: Timestamp,
        checks: u32,
        ids: &dyn Ids,
    ) -> Option<Timestamp> {
        later(at, step(&self.check_after, checks)?, ids)
    }

    /// When to look next at a payout that was paid at `paid`; nothing after the last look. By its age, not by how often
    /// it was looked at, so that the owner's own looks do not use the watch up.
    pub(super) fn next_watch(
        &self,
        paid: Timestamp,
        at: Timestamp,
        ids: &dyn Ids,
    ) -> Option<Timestamp> {
        later(at, self.watch_in(paid, at)?, ids)
    }

    fn watch_in(&self, paid: Timestamp, at: Timestamp) -> Option<SignedDuration> {
        // A payment that lies ahead was dated by a clock that was since set right.
        let mut look = paid.min(at);
        for wait in &self.watch_paid_after {
            look = look.checked_add(*wait).ok()?;
            if look > at {
                return Some(look.duration_since(at));
            }
        }
        None
    }

    /// When a payout that was paid at `paid`, and was seen to be so at `seen`, is looked at again at the latest.
    pub(super) fn watched_by(&self, paid: Timestamp, seen: Timestamp) -> Option<Timestamp> {
        let last = self.watch_paid_after.last().copied();
        let wait = self.watch_in(paid, seen).or(last)?;
        seen.checked_add(wait + wait / 5).ok()
    }

    /// Whether a paid payout that was looked at so long before is looked at once more.
    pub(super) fn ends_no_watch(&self, before: SignedDuration) -> bool {
        let last = self.watch_paid_after.last().copied();
        last.is_some_and(|wait| before < wait / 2)
    }

    /// When to look at a paid payout whose last look is in doubt.
    pub(super) fn last_watch(&self, at: Timestamp, ids: &dyn Ids) -> Option<Timestamp> {
        later(at, self.watch_paid_after.last().copied()?, ids)
    }

    pub(crate) fn next_payee_check(
        &self,
        at: Timestamp,
        checks: u32,
        ids: &dyn Ids,
    ) -> Option<Timestamp> {
        later(at, step(&self.payee_check_after, checks)?, ids)
    }

    /// How long to wait before Pockyt is tried again, after so many tries.
    pub(super) fn offline_wait(&self, tries: u32, ids: &dyn Ids) -> Duration {
        jittered(step(&self.offline_retry_after, tries), ids)
    }

    /// How long to send nothing, after Pockyt asked for fewer requests so many times in a row.
    pub(super) fn held_wait(&self, strikes: u32, ids: &dyn Ids) -> Duration {
        jittered(step(&self.hold_for, strikes), ids)
    }

    /// The longest that [`Policy::next_check`] ever waits.
    pub(super) fn longest_check(&self) -> SignedDuration {
        longest(&self.check_after)
    }

    /// The longest that [`Policy::next_watch`] ever waits.
    pub(super) fn longest_watch(&self) -> SignedDuration {
        longest(&self.watch_paid_after)
    }

    /// The longest that [`Policy::next_payee_check`] ever waits.
    pub(super) fn longest_payee_check(&self) -> SignedDuration {
        longest(&self.payee_check_after)
    }

    /// When to look next at a registration that is not confirmed and cannot be asked about: by its age, since the number
    /// of looks counts only answers.
    pub(crate) fn next_registration_check(
        &self,
        since: Timestamp,
        at: Timestamp,
        ids: &dyn Ids,
    ) -> Option<Timestamp> {
        let mut left = at.duration_since(since);
        let mut checks = 0;
        for wait in &self.payee_check_after {
            left -= *wait;
            if left.is_negative() {
                break;
            }
            checks += 1;
        }
        self.next_payee_check(at, checks, ids)
    }

    /// When a payout in processing counts as stalled.
    pub(crate) fn stalled_after(&self, channel: Channel) -> SignedDuration {
        match channel {
            // Of other accounts Pockyt does not say how long it takes.
            Channel::StandardAch | Channel::Unspecified => SignedDuration::from_hours(24 * 6),
            Channel::SameDayAch => SignedDuration::from_hours(24 * 2),
            Channel::RealTimePay => SignedDuration::from_hours(2),
        }
    }
}

fn step(steps: &[SignedDuration], count: u32) -> Option<SignedDuration> {
    steps.get(count as usize).or(steps.last()).copied()
}

/// The longest of these waits, with all of its jitter.
fn longest(steps: &[SignedDuration]) -> SignedDuration {
    let wait = steps.iter().max().copied().unwrap_or_default();
    wait + wait / 5
}

fn later(at: Timestamp, wait: SignedDuration, ids: &dyn Ids) -> Option<Timestamp> {
    at.checked_add(wait)
        .and_then(|time| time.checked_add(jitter(wait, ids)))
        .ok()
}

/// Up to a fifth of a wait, so that many who wait spread out.
fn jitter(wait: SignedDuration, ids: &dyn Ids) -> SignedDuration {
    let fifth = u64::try_from(wait.as_millis() / 5).unwrap_or(0);
    SignedDuration::from_millis(i64::try_from(ids.below(fifth)).unwrap_or(0))
}

fn jittered(wait: Option<SignedDuration>, ids: &dyn Ids) -> Duration {
    let wait = wait.unwrap_or_default();
    Duration::try_from(wait + jitter(wait, ids)).unwrap_or_default()
}
