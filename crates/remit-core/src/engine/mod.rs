//! The engine drives every payout to its true end. It owns no thread and no timer: the host calls [`Engine::recover`]
//! once at the start and then polls [`Engine::drive`], which waits by the clock that it was given.

pub(crate) mod ahead;
mod asking_first;
mod bell;
mod certainty;
pub(crate) mod dispatch;
mod doubt;
mod drive;
mod flood;
mod holding;
pub(crate) mod intake;
mod policy;
#[cfg(test)]
mod properties;
mod reconcile;
mod recovery;
mod refresh;
mod told;
mod traffic;
pub(crate) mod transition;
mod turns;
mod wire;
mod work;

pub use ahead::Standstill;
pub use flood::Flood;
pub use policy::Policy;
pub use traffic::Limits;
pub use turns::{Turn, Turns};

use crate::error::Error;
use crate::event::Verdict;
use crate::gateway::Gateway;
use crate::ids::{Clock, Ids, PayeeId, PayoutId};
use crate::ledger::{Ledger, LedgerError, PayoutChange, Recovery};
use crate::payout::{Payout, State};
use crate::questions::Questions;
use crate::vault::Vault;
use ahead::Ahead;
use bell::Bell;
use certainty::Certain;
use jiff::{SignedDuration, Timestamp};
use recovery::Compared;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use traffic::Traffic;
use transition::{Input, Step};
use wire::Wire;

/// Everything that the engine runs on.
#[derive(Clone)]
pub struct Ports {
    /// Pockyt.
    pub gateway: Arc<dyn Gateway>,
    /// The durable store.
    pub ledger: Arc<dyn Ledger>,
    /// The keychain.
    pub vault: Arc<dyn Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh identifiers and chance.
    pub ids: Arc<dyn Ids>,
}

/// What changed; told after it is durable, never before.
#[derive(Clone, Debug)]
pub enum Changed {
    /// A payout.
    Payout(PayoutId, State),
    /// A payee or its accounts.
    Payee(PayeeId),
    /// A notification arrived.
    Notification(Option<PayoutId>, Verdict),
    /// The state of the engine: see [`Engine::status`].
    Engine,
    /// The computer slept, or Pockyt can be reached again: whatever else waits for the network may try it now.
    CameBack,
    /// Something failed in the background, and the owner must know (I12).
    Trouble(Error),
}

/// How the engine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineStatus {
    /// Since when Pockyt cannot be reached; what is ready waits, and can be withdrawn.
    pub offline_since: Option<Timestamp>,
    /// Pockyt asked for fewer requests; until when nothing is sent.
    pub held_until: Option<Timestamp>,
    /// How the comparison with Pockyt stands, in a ledger that was put back to an earlier one.
    pub recovery: Option<Recovery>,
    /// When Pockyt last answered.
    pub answered_at: Option<Timestamp>,
    /// How many of the engine's requests are on the wire.
    pub under_way: u32,
    /// How many payouts are claimed and wait for the wire: neither ready nor on it.
    pub ahead: u32,
    /// The limits in force.
    pub limits: Limits,
    /// The notifications that Pockyt did not sign.
    pub forged: Flood,
}

/// Whoever wants to know what changed.
pub trait Observer: Send + Sync {
    /// Called after the change is durable.
    fn changed(&self, change: Changed);
}

/// The engine of one profile.
pub struct Engine {
    pub(crate) ports: Ports,
    pub(crate) policy: Policy,
    observer: Arc<dyn Observer>,
    wire: Arc<Wire>,
    ahead: Arc<Ahead>,
    recovery: Mutex<Option<Recovery>>,
    compared: Mutex<Compared>,
    held: Mutex<Option<Error>>,
    certain: Mutex<Certain>,
    floods: Mutex<Floods>,
    turns: Turns,
    pub(crate) questions: Questions,
    /// Where Pockyt shall send notifications, as it goes into new payouts.
    ipn_url: Mutex<Option<String>>,
}

/// What may come by the thousand.
#[derive(Default)]
struct Floods {
    forged: Flood,
    unopened: Flood,
    mismatched: Flood,
    contradicts: Flood,
}

impl Engine {
    /// An engine on these ports. `ipn_url` goes into each new payout (pockyt-api.md section 5).
    #[must_use]
    pub fn new(
        ports: Ports,
        policy: Policy,
        observer: Arc<dyn Observer>,
        ipn_url: Option<String>,
    ) -> Self {
        let wire = Arc::new(Wire {
            gateway: ports.gateway,
            clock: Arc::clone(&ports.clock),
            ids: Arc::clone(&ports.ids),
            policy: policy.clone(),
            traffic: Mutex::new(Traffic::new(policy.limits)),
            observer: Arc::clone(&observer),
            bell: Bell::default(),
            came_back: AtomicBool::new(false),
        });
        let certain = Certain::new(ports.clock.as_ref());
        let ports = Ports {
            gateway: wire.clone(),
            ..ports
        };
        Self {
            ports,
            policy,
            observer,
            wire,
            ahead: Arc::default(),
            recovery: Mutex::new(None),
            compared: Mutex::default(),
            held: Mutex::default(),
            certain: Mutex::new(certain),
            floods: Mutex::default(),
            turns: Turns::default(),
            questions: Questions::default(),
            ipn_url: Mutex::new(ipn_url),
        }
    }

    /// Lets [`Engine::drive`] act at once.
    pub fn wake(&self) {
        self.wire.bell.ring();
    }

    /// As [`Engine::wake`], and what was held back until now goes on at once, too.
    pub fn go_on(&self) {
        self.wire.came_back.store(true, Ordering::Release);
        self.wake();
    }

    /// Puts other limits in force.
    pub fn limit(&self, limits: Limits) {
        self.wire.traffic().limit(limits);
        self.tell(Changed::Engine);
        self.wake();
    }

    /// How the engine stands.
    #[must_use]
    pub fn status(&self) -> EngineStatus {
        let recovery = self.recovery();
        let forged = self.floods().forged;
        let traffic = self.wire.traffic();
        EngineStatus {
            offline_since: traffic.offline_since(),
            held_until: traffic.held_till(),
            recovery,
            answered_at: traffic.answered_at(),
            under_way: traffic.under_way(),
            ahead: u32::try_from(self.ahead.len()).unwrap_or(u32::MAX),
            limits: traffic.limits(),
            forged,
        }
    }

    fn floods(&self) -> MutexGuard<'_, Floods> {
        self.floods.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the engine runs on.
    #[must_use]
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// When there is something to do next; nothing while all is settled.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.once_there_is_room(self.ports.ledger.next_due().await?))
    }

    /// When something that is due then can be done.
    fn once_there_is_room(&self, due: Option<Timestamp>) -> Option<Timestamp> {
        let due = self.is_to_compare().then(|| self.now()).or(due);
        let wait = self.wire.traffic().room_in(self.ports.clock.steady());
        let room_at = wait
            .and_then(|wait| SignedDuration::try_from(wait).ok())
            .and_then(|wait| self.now().checked_add(wait).ok());
        due.map(|due| room_at.map_or(due, |room_at| room_at.max(due)))
    }

    /// Whether a payout in processing has outlived its expected time.
    #[must_use]
    pub fn stalled(&self, payout: &Payout) -> bool {
        let age = self.now().duration_since(payout.since);
        payout.state == State::Processing && age >= self.policy.stalled_after(payout.channel)
    }

    /// Now, as the engine's clock has it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Where Pockyt shall send notifications about payouts that are released from now on; those already released keep
    /// theirs (I4).
    pub fn set_ipn_url(&self, url: Option<String>) {
        *self.ipn_url.lock().unwrap_or_else(PoisonError::into_inner) = url;
    }

    pub(crate) fn ipn_url(&self) -> Option<String> {
        let url = self.ipn_url.lock().unwrap_or_else(PoisonError::into_inner);
        url.clone()
    }

    pub(crate) fn tell(&self, change: Changed) {
        match change {
            Changed::Payout(id, state) => self.ahead.moved(id, state),
            Changed::Payee(id) if self.ahead.payee_changed(id) => self.wire.bell.ring(),
            _ => {}
        }
        self.observer.changed(change);
    }

    /// What an input makes of a payout now.
    pub(crate) fn step(&self, payout: &Payout, input: Input) -> Result<Step, LedgerError> {
        let ids = self.ports.ids.as_ref();
        Ok(transition::step(
            payout,
            input,
            self.now(),
            &self.policy,
            ids,
        )?)
    }

    /// Applies one change; tells of it after it is durable.
    pub(crate) async fn apply(&self, change: PayoutChange) -> Result<Payout, LedgerError> {
        let applied = self.ports.ledger.apply(vec![change]).await?;
        let payout = applied
            .into_iter()
            .next()
            .unwrap_or(Err(LedgerError::Failed(
                "the ledger did not answer".to_owned(),
            )))?;
        self.tell(Changed::Payout(payout.id, payout.state));
        Ok(payout)
    }

    /// Applies one change that `next` makes of the payout as it now stands, afresh when another change came first;
    /// leaves it as it is when `next` wants nothing.
    pub(crate) async fn advance<F>(&self, id: PayoutId, next: F) -> Result<Payout, Error>
    where
        F: FnMut(&Payout) -> Result<Option<PayoutChange>, Error> + Send,
    {
        let found = self.ports.ledger.payout(id).await?;
        self.advance_from(found.ok_or(LedgerError::NotFound)?, next)
            .await
    }

    /// As [`Engine::advance`], from a payout that was just read.
    pub(crate) async fn advance_from<F>(&self, read: Payout, mut next: F) -> Result<Payout, Error>
    where
        F: FnMut(&Payout) -> Result<Option<PayoutChange>, Error> + Send,
    {
        let mut payout = read;
        loop {
            let Some(change) = next(&payout)? else {
                return Ok(payout);
            };
            match self.apply(change).await {
                Err(LedgerError::Conflict) => {
                    let found = self.ports.ledger.payout(payout.id).await?;
                    payout = found.ok_or(LedgerError::NotFound)?;
                }
                applied => return Ok(applied?),
            }
        }
    }
}
