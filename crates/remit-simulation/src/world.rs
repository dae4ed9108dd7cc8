//! What everything in a run shares: the time, what is going to happen, chance, the trace, and the first thing that went
//! wrong.

use crate::chance::Chance;
use crate::faults::Faults;
use crate::time::Time;
use jiff::Timestamp;
use remit_core::PayoutId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the world does at its time, whatever the laptop does.
pub(crate) enum Event {
    /// Number so much of the plan.
    Planned(usize),
    /// The process starts again.
    Starts,
    /// The laptop wakes.
    Wakes,
    /// Something of Pockyt's or of the network's.
    Pockyt(crate::pockyt::Event),
}

/// One run's world.
pub(crate) struct World {
    pub(crate) time: Arc<Time>,
    /// Which task has its turn.
    pub(crate) order: Chance,
    /// How long things take, and what Pockyt decides.
    pub(crate) luck: Chance,
    pub(crate) faults: Faults,
    pub(crate) trace: Trace,
    queue: Mutex<BTreeMap<(Duration, u64), Event>>,
    count: Mutex<u64>,
    doom: AtomicBool,
    /// For how many owners nothing may leave.
    paused: AtomicU32,
    /// Of which payouts nothing may leave, as of those whose runs are paused.
    held_back: Mutex<BTreeSet<PayoutId>>,
    failure: Mutex<Option<String>>,
}

impl World {
    pub(crate) fn new(seed: u64, start: Timestamp, traced: bool) -> Arc<Self> {
        let time = Arc::new(Time::new(start));
        Arc::new(Self {
            trace: Trace::new(traced, Arc::clone(&time)),
            time,
            order: Chance::new(seed, "order"),
            luck: Chance::new(seed, "luck"),
            faults: Faults::default(),
            queue: Mutex::default(),
            count: Mutex::default(),
            doom: AtomicBool::new(false),
            paused: AtomicU32::new(0),
            held_back: Mutex::default(),
            failure: Mutex::default(),
        })
    }

    /// Something happens in so much time.
    pub(crate) fn later(&self, span: Duration, event: Event) {
        let at = self.time.world().saturating_add(span);
        let mut count = open(&self.count);
        *count += 1;
        open(&self.queue).insert((at, *count), event);
    }

    /// When the next thing happens.
    pub(crate) fn next_event(&self) -> Option<Duration> {
        open(&self.queue).first_key_value().map(|((at, _), _)| *at)
    }

    /// The next thing that happens, if its time has come.
    pub(crate) fn take_event(&self) -> Option<Event> {
        let mut queue = open(&self.queue);
        let first = queue.first_entry()?;
        (first.key().0 <= self.time.world()).then(|| first.remove())
    }

    /// The process dies as soon as this turn is over.
    pub(crate) fn kill(&self) {
        self.doom.store(true, Ordering::Relaxed);
    }

    /// Whether the process was killed in this turn.
    pub(crate) fn take_doom(&self) -> bool {
        self.doom.swap(false, Ordering::Relaxed)
    }

    /// Nothing new may leave while it lives.
    pub(crate) fn paused(&self) -> Paused<'_> {
        self.paused.fetch_add(1, Ordering::Relaxed);
        Paused(self)
    }

    /// Whether nothing new may leave.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed) > 0
    }

    /// Of these nothing may leave from now on, and of no others.
    pub(crate) fn hold_back(&self, payouts: BTreeSet<PayoutId>) {
        *open(&self.held_back) = payouts;
    }

    /// Whether nothing of this may leave.
    pub(crate) fn is_held_back(&self, payout: PayoutId) -> bool {
        open(&self.held_back).contains(&payout)
    }

    /// A promise is broken. Only the first one is kept: what follows from it would only confuse.
    pub(crate) fn fail(&self, what: impl FnOnce() -> String) {
        let mut failure = open(&self.failure);
        if failure.is_none() {
            let what = what();
            self.trace.say("BROKEN", || what.clone());
            *failure = Some(what);
        }
    }

    /// The first promise that was broken.
    pub(crate) fn failure(&self) -> Option<String> {
        open(&self.failure).clone()
    }

    /// Whether a promise was broken.
    pub(crate) fn failed(&self) -> bool {
        open(&self.failure).is_some()
    }
}

/// Nothing new may leave.
pub(crate) struct Paused<'w>(&'w World);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.paused.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The content of a lock; every run has one thread, so nobody else holds it.
pub(crate) fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What happened, in words. Written down only where somebody will read it.
pub(crate) struct Trace {
    lines: Option<Mutex<Vec<String>>>,
    time: Arc<Time>,
}

impl Trace {
    fn new(wanted: bool, time: Arc<Time>) -> Self {
        Self {
            lines: wanted.then(Mutex::default),
            time,
        }
    }

    /// Who did, or met, what.
    pub(crate) fn say(&self, who: &str, what: impl FnOnce() -> String) {
        if let Some(lines) = &self.lines {
            let at = self.time.world();
            let line = format!("{}  {who:<8}  {}", span_in_words(at), what());
            open(lines).push(line);
        }
    }

    /// Everything so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines
            .as_ref()
            .map(|lines| open(lines).clone())
            .unwrap_or_default()
    }
}

/// `3d 04:05:06.789`.
pub(crate) fn span_in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    format!(
        "{:>3}d {:02}:{:02}:{:02}.{:03}",
        seconds / 86_400,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60,
        span.subsec_millis()
    )
}
