//! The engine drives every payout to its true end. It owns no thread and no timer: the host calls [`Engine::recover`]
//! once at the start and [`Engine::tick`] whenever [`Engine::next_due`] has come or something was released.

pub(crate) mod dispatch;
mod doubt;
mod intake;
mod policy;
#[cfg(test)]
mod properties;
mod reconcile;
mod told;
pub(crate) mod transition;

pub use policy::Policy;

use crate::error::Error;
use crate::event::Verdict;
use crate::gateway::Gateway;
use crate::ids::{Clock, Ids, PayeeId, PayoutId};
use crate::ledger::{Ledger, LedgerError, PayoutChange};
use crate::payout::{Payout, State};
use crate::vault::Vault;
use jiff::Timestamp;
use std::sync::Arc;
use transition::{Input, Step};

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
    /// Something failed in the background, and the owner must know (I12).
    Trouble(Error),
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
    /// Where Pockyt shall send notifications, as it goes into new payouts.
    ipn_url: Option<String>,
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
        Self {
            ports,
            policy,
            observer,
            ipn_url,
        }
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
        Ok(self.ports.ledger.next_due().await?)
    }

    /// Does what is due: sends what is ready, asks about what is not settled. Returns how many payouts and payees it
    /// looked at; when that is not zero there may be more.
    ///
    /// # Errors
    /// When the ledger fails. Nothing is lost by calling again.
    pub async fn tick(&self) -> Result<usize, Error> {
        let sent = self.dispatch().await;
        // Even when something could not be sent: what is on its way goes on.
        let checked = self.reconcile().await;
        Ok(sent? + checked?)
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

    pub(crate) fn ipn_url(&self) -> Option<String> {
        self.ipn_url.clone()
    }

    pub(crate) fn tell(&self, change: Changed) {
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
    pub(crate) async fn advance<F>(&self, id: PayoutId, mut next: F) -> Result<Payout, Error>
    where
        F: FnMut(&Payout) -> Result<Option<PayoutChange>, Error> + Send,
    {
        loop {
            let payout = self
                .ports
                .ledger
                .payout(id)
                .await?
                .ok_or(LedgerError::NotFound)?;
            let Some(change) = next(&payout)? else {
                return Ok(payout);
            };
            match self.apply(change).await {
                Err(LedgerError::Conflict) => {}
                applied => return Ok(applied?),
            }
        }
    }
}
