//! How much may go over the wire: the owner's limits, what Pockyt asks for, and whether there is a network at all.

use super::policy::Policy;
use crate::gateway::{GatewayError, Refusal};
use crate::ids::Ids;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The limits of one account, set by its owner. Pockyt publishes none (pockyt-api.md section 10, question 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many requests are on the wire at once, 1 or more.
    pub at_once: u32,
    /// How many requests leave in a minute; 0 for as many as there are.
    pub per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 4,
            per_minute: 0,
        }
    }
}

/// After a pause, so much of what the rate allows may leave together.
const BURST: Duration = Duration::from_secs(2);

/// Nothing is made ready for a wire that nothing came back from for so long.
const STALLS_AFTER: Duration = Duration::from_secs(2);

/// After an answer that was so slow, nothing is made ready for so long: it would be given back before each answer.
const SLOW_FOR: Duration = Duration::from_secs(60);

/// What one answer, or its absence, tells of the way to Pockyt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Pockyt answered, whatever it said.
    Answer,
    /// Pockyt asked for fewer requests.
    TooMany,
    /// No connection could be made.
    Unreachable,
    /// Neither one nor the other is certain.
    Nothing,
}

impl Heard {
    pub(super) fn of<T>(result: &Result<T, GatewayError>) -> Self {
        match result.as_ref().map_err(|error| error.kind) {
            Ok(_) => Self::Answer,
            Err(Refusal::RateLimited) => Self::TooMany,
            Err(Refusal::Unreachable) => Self::Unreachable,
            Err(
                Refusal::Timeout
                | Refusal::ConnectionLost
                | Refusal::Garbled
                | Refusal::TokenUnavailable
                | Refusal::Invalid,
            ) => Self::Nothing,
            Err(_) => Self::Answer,
        }
    }
}

/// What changed for the owner to know, or for the engine to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Pockyt can no longer be reached.
    Offline,
    /// It can be reached again.
    Online,
    /// Requests are held back.
    Held,
    /// They are not any more.
    Released,
}

/// The state of the traffic. Times are by the steady clock unless they are timestamps.
#[derive(Debug)]
pub(super) struct Traffic {
    limits: Limits,
    /// How many Pockyt seems to bear on the wire at once, whatever the owner allows: halved when it asks for fewer, grown again by
    /// answers.
    window: u32,
    /// Answers since the window last changed.
    answers: u32,
    /// How many of the engine's own requests are on the wire.
    under_way: u32,
    /// When one of them last came back.
    came_back_at: Option<Duration>,
    /// Since when there has been one on the wire at any time.
    busy_since: Duration,
    /// Until when the wire is taken to be slow.
    slow_until: Duration,
    /// When the next request would leave if each took its full share of the minute.
    paced_until: Duration,
    /// Nothing leaves before.
    held_until: Option<Duration>,
    /// The same for the owner, by the clock on the wall.
    held_till: Option<Timestamp>,
    /// How many times in a row Pockyt asked for fewer.
    strikes: u32,
    offline_since: Option<Timestamp>,
    /// When the way is tried next while offline.
    probe_at: Duration,
    probes: u32,
    /// When Pockyt last answered.
    answered_at: Option<Timestamp>,
}

impl Traffic {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits: usable(limits),
            window: u32::MAX,
            answers: 0,
            under_way: 0,
            came_back_at: None,
            busy_since: Duration::ZERO,
            slow_until: Duration::ZERO,
            paced_until: Duration::ZERO,
            held_until: None,
            held_till: None,
            strikes: 0,
            offline_since: None,
            probe_at: Duration::ZERO,
            probes: 0,
            answered_at: None,
        }
    }

    /// New limits, in force at once. What Pockyt asked for outlasts them.
    pub(super) fn limit(&mut self, limits: Limits) {
        self.limits = usable(limits);
        // The pace is the new one's from now on.
        self.paced_until = Duration::ZERO;
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn under_way(&self) -> u32 {
        self.under_way
    }

    pub(super) fn offline_since(&self) -> Option<Timestamp> {
        self.offline_since
    }

    pub(super) fn held_till(&self) -> Option<Timestamp> {
        self.held_till
    }

    pub(super) fn answered_at(&self) -> Option<Timestamp> {
        self.answered_at
    }

    /// Whether nothing leaves for a while.
    fn is_closed(&self, now: Duration) -> bool {
        self.offline_since.is_some() || self.held_until.is_some_and(|until| now < until)
    }

    /// How many requests may be made ready to leave as soon as others come back: as many as may be on the wire, so that it does not
    /// stand empty while others are claimed. None when they would have to wait for more than that.
    pub(super) fn ahead(&self, now: Duration) -> u32 {
        if self.is_closed(now)
            || self.share().is_some()
            || now < self.slow_until
            || self.stalls_in(now).is_none()
        {
            return 0;
        }
        self.at_once()
    }

    /// How long until the wire stands still if nothing comes back; nothing when it does.
    pub(super) fn stalls_in(&self, now: Duration) -> Option<Duration> {
        let stalls_at = self.came_back_at? + STALLS_AFTER;
        stalls_at.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// How many requests may leave now.
    pub(super) fn room(&self, now: Duration) -> u32 {
        if self.is_closed(now) {
            return 0;
        }
        let free = self.at_once().saturating_sub(self.under_way);
        let Some(share) = self.share() else {
            return free;
        };
        let limit = now + BURST;
        let next = self.paced_until.max(now);
        let paced = limit
            .checked_sub(next)
            .map_or(0, |left| left.as_nanos() / share.as_nanos().max(1) + 1);
        free.min(u32::try_from(paced).unwrap_or(u32::MAX))
    }

    /// When there may be room again by the passing of time alone.
    pub(super) fn room_in(&self, now: Duration) -> Option<Duration> {
        if self.offline_since.is_some() {
            return Some(self.probe_at.saturating_sub(now));
        }
        let held = self.held_until.map(|until| until.saturating_sub(now));
        let paced = self
            .share()
            .map(|_| self.paced_until.saturating_sub(now + BURST));
        held.into_iter()
            .chain(paced)
            .max()
            .filter(|wait| !wait.is_zero())
    }

    /// Whether the way is to be tried now.
    pub(super) fn probe_due(&self, now: Duration) -> bool {
        self.offline_since.is_some() && now >= self.probe_at
    }

    /// The way is tried; whatever comes of it, it is not tried again at once.
    pub(super) fn probe_leaves(&mut self, now: Duration, policy: &Policy, ids: &dyn Ids) {
        self.probe_at = now + policy.offline_wait(self.probes, ids);
        self.probes = self.probes.saturating_add(1);
    }

    /// A request of the engine leaves.
    pub(super) fn leave(&mut self, now: Duration) {
        if self.under_way == 0 {
            self.busy_since = now;
        }
        self.under_way += 1;
        if let Some(share) = self.share() {
            self.paced_until = self.paced_until.max(now) + share;
        }
    }

    /// One has come back.
    pub(super) fn come_back(&mut self, now: Duration) {
        let since = self
            .came_back_at
            .map_or(self.busy_since, |at| at.max(self.busy_since));
        if now.saturating_sub(since) >= STALLS_AFTER {
            self.slow_until = now + SLOW_FOR;
        }
        self.came_back_at = Some(now);
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// Nothing is on the wire any more, and nobody waits for what was.
    pub(super) fn forget_under_way(&mut self) {
        self.under_way = 0;
    }

    /// The computer slept, or the network changed: what was put off for its sake is tried at once. That Pockyt asked to wait is as
    /// true as before.
    pub(super) fn try_at_once(&mut self) {
        self.probe_at = Duration::ZERO;
        self.probes = 0;
    }

    /// Takes in what an answer tells.
    pub(super) fn hear(
        &mut self,
        heard: Heard,
        now: (Timestamp, Duration),
        policy: &Policy,
        ids: &dyn Ids,
    ) -> Option<News> {
        let (wall, steady) = now;
        match heard {
            Heard::Nothing => None,
            Heard::Unreachable => {
                if self.offline_since.is_some() {
                    return None;
                }
                self.offline_since = Some(wall);
                self.probe_leaves(steady, policy, ids);
                Some(News::Offline)
            }
            Heard::TooMany => {
                self.answered_at = Some(wall);
                let online = self.reachable();
                // Answers to requests that had left together are one answer.
                if self.held_until.is_some_and(|until| steady < until) {
                    return online;
                }
                self.window = (self.at_once() / 2).max(1);
                self.answers = 0;
                let wait = policy.held_wait(self.strikes, ids);
                self.strikes = self.strikes.saturating_add(1);
                self.held_until = Some(steady + wait);
                self.held_till = SignedDuration::try_from(wait)
                    .ok()
                    .and_then(|wait| wall.checked_add(wait).ok());
                Some(News::Held)
            }
            Heard::Answer => {
                self.answered_at = Some(wall);
                let online = self.reachable();
                if self.held_until.is_some_and(|until| steady < until) {
                    return online;
                }
                self.strikes = 0;
                self.answers = self.answers.saturating_add(1);
                if self.answers >= self.window && self.window < self.limits.at_once {
                    self.window += 1;
                    self.answers = 0;
                }
                self.held_until = None;
                let released = self.held_till.take().map(|_| News::Released);
                online.or(released)
            }
        }
    }

    /// How many may be on the wire at once now.
    fn at_once(&self) -> u32 {
        self.window.min(self.limits.at_once)
    }

    fn reachable(&mut self) -> Option<News> {
        self.probes = 0;
        self.offline_since.take().map(|_| News::Online)
    }

    /// The share of the minute that each request takes.
    fn share(&self) -> Option<Duration> {
        Duration::from_secs(60).checked_div(self.limits.per_minute)
    }
}

fn usable(limits: Limits) -> Limits {
    Limits {
        at_once: limits.at_once.max(1),
        ..limits
    }
}

#[cfg(test)]
mod tests;
