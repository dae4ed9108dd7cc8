//! Virtual time. The world's time runs evenly. The laptop's steady clock stands still while the laptop sleeps, and its
//! wall clock is wrong by whatever it was set wrong by.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use remit_core::Clock;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// When a timer of the laptop ends, by its steady clock, and a number that tells equal ones apart.
type Due = (Duration, u64);

struct Inner {
    start: Timestamp,
    /// What the laptop's wall clock shows.
    wall: Timestamp,
    /// How long the world has run.
    world: Duration,
    /// How long the laptop has slept, naps that are over.
    slept: Duration,
    /// Since when it sleeps.
    asleep: Option<Duration>,
    /// By how much its wall clock is wrong.
    wrong_by: SignedDuration,
    timers: BTreeMap<Due, Waker>,
    count: u64,
    /// Timers of this span, the engine's looks at the clock while nothing is due, end later by so much.
    idle: Option<(Duration, Duration)>,
}

impl Inner {
    fn tell(&mut self) {
        let shown = SignedDuration::try_from(self.world)
            .unwrap_or(SignedDuration::MAX)
            .saturating_add(self.wrong_by);
        self.wall = self.start.saturating_add(shown).unwrap_or(self.start);
    }

    fn steady(&self) -> Duration {
        let naps = self
            .asleep
            .map_or(Duration::ZERO, |since| self.world.saturating_sub(since));
        self.world.saturating_sub(self.slept + naps)
    }
}

/// The time of one run.
pub(crate) struct Time(Mutex<Inner>);

impl Time {
    pub(crate) fn new(start: Timestamp) -> Self {
        Self(Mutex::new(Inner {
            start,
            wall: start,
            world: Duration::ZERO,
            slept: Duration::ZERO,
            asleep: None,
            wrong_by: SignedDuration::ZERO,
            timers: BTreeMap::new(),
            count: 0,
            idle: None,
        }))
    }

    fn open(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the world has run.
    pub(crate) fn world(&self) -> Duration {
        self.open().world
    }

    /// The world goes on to this instant.
    pub(crate) fn go_to(&self, world: Duration) {
        let mut inner = self.open();
        inner.world = inner.world.max(world);
        inner.tell();
    }

    /// Whether the laptop is awake.
    pub(crate) fn awake(&self) -> bool {
        self.open().asleep.is_none()
    }

    /// The laptop falls asleep.
    pub(crate) fn fall_asleep(&self) {
        let mut inner = self.open();
        let now = inner.world;
        inner.asleep.get_or_insert(now);
    }

    /// The laptop wakes.
    pub(crate) fn wake(&self) {
        let mut inner = self.open();
        if let Some(since) = inner.asleep.take() {
            let nap = inner.world.saturating_sub(since);
            inner.slept += nap;
        }
    }

    /// The laptop's wall clock jumps.
    pub(crate) fn jump(&self, by: SignedDuration) {
        let mut inner = self.open();
        inner.wrong_by = inner.wrong_by.saturating_add(by);
        inner.tell();
    }

    /// The laptop's wall clock is set right.
    pub(crate) fn set_right(&self) {
        let mut inner = self.open();
        inner.wrong_by = SignedDuration::ZERO;
        inner.tell();
    }

    /// From now on timers of this span end so much later. Systems promise no more than "not before", and weeks in which
    /// nothing happens are not worth a look every few seconds.
    pub(crate) fn idle(&self, span: Duration, longer: Duration) {
        self.open().idle = Some((span, longer));
    }

    /// In how much of the world's time the next timer ends, if the laptop stays awake.
    pub(crate) fn next_timer(&self) -> Option<Duration> {
        let inner = self.open();
        let (due, _) = inner.timers.first_key_value()?.0;
        Some(inner.world + due.saturating_sub(inner.steady()))
    }

    /// Ends the timers whose time has come.
    pub(crate) fn ring(&self) {
        let mut ended = Vec::new();
        {
            let mut inner = self.open();
            let steady = inner.steady();
            while let Some(timer) = inner.timers.first_entry() {
                if timer.key().0 > steady {
                    break;
                }
                ended.push(timer.remove());
            }
        }
        for waker in ended {
            waker.wake();
        }
    }

    /// A timer of the laptop.
    pub(crate) fn timer(self: &Arc<Self>, span: Duration) -> Timer {
        let mut inner = self.open();
        inner.count += 1;
        let longer = inner.idle.filter(|(idle, _)| *idle == span);
        let span = longer.map_or(span, |(_, longer)| span.saturating_add(longer));
        Timer {
            due: (inner.steady().saturating_add(span), inner.count),
            time: Arc::clone(self),
        }
    }
}

/// Ends when its time has come.
pub(crate) struct Timer {
    due: Due,
    time: Arc<Time>,
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.time.open();
        if inner.steady() >= self.due.0 {
            inner.timers.remove(&self.due);
            return Poll::Ready(());
        }
        inner.timers.insert(self.due, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.time.open().timers.remove(&self.due);
    }
}

/// The laptop's clock, as the engine sees it.
pub(crate) struct LaptopClock(pub(crate) Arc<Time>);

#[async_trait]
impl Clock for LaptopClock {
    fn now(&self) -> Timestamp {
        self.0.open().wall
    }

    fn steady(&self) -> Duration {
        self.0.open().steady()
    }

    async fn sleep(&self, span: Duration) {
        self.0.timer(span).await;
    }
}
