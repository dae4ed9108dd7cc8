//! What gateway, pages, control and notifications share.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, Notify};

use crate::clock::{Clock, later};
use crate::config::{Config, Switches};
use crate::faults::{Faults, NotificationEffect};
use crate::record::Call;
use crate::state::{NotificationKind, State};
use crate::store::{Store, StoreError};

/// Calls kept in memory; older ones are let go.
const CALLS_KEPT: usize = 200_000;
/// Longest that a notification is held back for another to overtake it.
const HELD_BACK: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) config: Config,
    /// Where the sandbox listens.
    pub(crate) addr: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) store: Arc<Store>,
    pub(crate) http: reqwest::Client,
    /// Rings when something may be due earlier than thought.
    pub(crate) wake: Notify,
    /// Held while due things are worked off in step with a virtual clock.
    pub(crate) stepping: AsyncMutex<()>,
    /// Notifications on the wire right now.
    in_flight: Mutex<BTreeSet<u64>>,
    switches: Mutex<Switches>,
    faults: Mutex<Faults>,
    calls: Mutex<Vec<Call>>,
    /// How many callers wait for an answer, by path.
    waiting: Mutex<BTreeMap<String, usize>>,
}

/// A caller that waits for its answer. Dropped when that is on its way, or nobody waits for it any more.
pub(crate) struct Waiting<'w> {
    world: &'w World,
    path: &'w str,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(count) = lock(&self.world.waiting).get_mut(self.path) {
            *count = count.saturating_sub(1);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub(crate) fn new(
        config: Config,
        addr: SocketAddr,
        clock: Clock,
        store: Store,
        http: reqwest::Client,
    ) -> Self {
        Self {
            switches: Mutex::new(Switches::from_config(&config)),
            config,
            addr,
            clock,
            store: Arc::new(store),
            http,
            wake: Notify::new(),
            stepping: AsyncMutex::new(()),
            in_flight: Mutex::default(),
            faults: Mutex::default(),
            calls: Mutex::default(),
            waiting: Mutex::default(),
        }
    }

    pub(crate) fn switches(&self) -> Switches {
        lock(&self.switches).clone()
    }

    pub(crate) fn set_switches(&self, switches: Switches) {
        *lock(&self.switches) = switches;
    }

    pub(crate) fn faults<T>(&self, with: impl FnOnce(&mut Faults) -> T) -> T {
        with(&mut lock(&self.faults))
    }

    pub(crate) fn record(&self, call: Call) {
        let mut calls = lock(&self.calls);
        if calls.len() >= CALLS_KEPT {
            calls.drain(..CALLS_KEPT / 2);
        }
        calls.push(call);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        lock(&self.calls).clone()
    }

    /// Counts a caller of this path until what this returns is dropped.
    pub(crate) fn wait_for<'w>(&'w self, path: &'w str) -> Waiting<'w> {
        *lock(&self.waiting).entry(path.to_owned()).or_default() += 1;
        Waiting { world: self, path }
    }

    /// How many callers of this path wait for an answer.
    pub(crate) fn waiting(&self, path: &str) -> usize {
        lock(&self.waiting).get(path).copied().unwrap_or_default()
    }

    /// Marks a notification as being on the wire; `false` if it already is.
    pub(crate) fn take_off(&self, notification: u64) -> bool {
        lock(&self.in_flight).insert(notification)
    }

    pub(crate) fn landed(&self, notification: u64) {
        lock(&self.in_flight).remove(&notification);
    }

    pub(crate) fn in_flight(&self) -> BTreeSet<u64> {
        lock(&self.in_flight).clone()
    }

    /// Changes the state durably, first letting happen what is due, and rings the bell.
    pub(crate) async fn change<T>(
        &self,
        change: impl FnOnce(&mut State, Timestamp) -> T,
    ) -> Result<T, StoreError> {
        self.work(|state, now| (change(state, now), true)).await
    }

    /// The same for what may turn out to have changed nothing, which it says.
    pub(crate) async fn work<T>(
        &self,
        work: impl FnOnce(&mut State, Timestamp) -> (T, bool),
    ) -> Result<T, StoreError> {
        let worked = self
            .store
            .change(|state| {
                let now = self.clock.now();
                let settled = self.settle_due(state, now) > 0;
                let (answer, changed) = work(state, now);
                (answer, changed || settled)
            })
            .await;
        self.wake.notify_one();
        if let Err(error) = &worked {
            tracing::error!(%error, "the sandbox's state could not be kept");
        }
        worked
    }

    /// Lets every change due by `now` happen to the payouts and queues their notifications.
    pub(crate) fn settle_due(&self, state: &mut State, now: Timestamp) -> usize {
        let writes_mail = self.switches().pockyt_user;
        let mut settled = 0;
        while let Some(transaction_no) = state.settle_next(now, writes_mail) {
            self.announce(state, &transaction_no);
            settled += 1;
        }
        settled
    }

    /// Queues the notifications a payout's new status calls for, as the faults will have them.
    pub(crate) fn announce(&self, state: &mut State, transaction_no: &str) {
        let Some(payout) = state.payouts.get(transaction_no) else {
            return;
        };
        let (Some(url), Some(settled), true) =
            (payout.ipn_url.clone(), payout.settled, payout.notifies)
        else {
            return;
        };
        let (status, twice) = (payout.status, payout.notifies_twice);
        let effects = self.faults(Faults::meet_notification);
        let mut first = settled;
        let mut sends = vec![];
        for effect in &effects {
            match effect {
                NotificationEffect::Delayed { seconds } => {
                    first = later(first, Duration::from_secs(*seconds));
                }
                NotificationEffect::Reordered => first = later(first, HELD_BACK),
                NotificationEffect::Forged => sends.push(NotificationKind::Forged),
                NotificationEffect::Mismatched => sends.push(NotificationKind::Mismatched),
                NotificationEffect::None | NotificationEffect::Duplicated => {}
            }
        }
        if !effects.contains(&NotificationEffect::None) {
            sends.push(NotificationKind::Genuine);
        }
        if twice || effects.contains(&NotificationEffect::Duplicated) {
            sends.push(NotificationKind::Duplicate);
        }
        let held_back = effects.contains(&NotificationEffect::Reordered);
        let overtaken = state.held_back.take_if(|_| !held_back);
        for kind in sends {
            state.queue_notification(transaction_no, &url, status, kind, settled, first);
        }
        if let Some(id) = overtaken {
            state.release(id, later(first, Duration::from_secs(1)));
        }
        if held_back {
            state.held_back = state.notifications.last_key_value().map(|(id, _)| *id);
        }
    }
}
