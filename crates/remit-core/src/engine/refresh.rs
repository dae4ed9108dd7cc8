//! Asking Pockyt afresh about the payees of a run that is to go without the owner.

use super::Engine;
use super::wire::Wire;
use crate::error::Error;
use crate::gateway::Refusal;
use crate::ids::PayeeId;
use futures_util::future::{Either, select};
use futures_util::stream::{StreamExt, iter};
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

/// How long to wait for room that only an answer makes.
const BREATH: Duration = Duration::from_millis(200);

/// How many requests it takes to ask about a payee.
const REQUESTS: u32 = 2;

/// How long an answer takes that is slow.
const SLOW_ANSWER: Duration = Duration::from_secs(2);

/// A place on the wire, among the engine's own requests, for one request. Whoever gives up waiting gives it back.
pub(super) struct Place<'e>(pub(super) &'e Wire);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let steady = self.0.clock.steady();
        self.0.traffic().come_back(steady);
        self.0.bell.ring();
    }
}

impl Engine {
    /// How long it takes to ask about so many payees within the owner's limits, where Pockyt is slow and half of what may
    /// leave is the engine's own.
    #[must_use]
    pub fn time_to_refresh(&self, payees: usize) -> Duration {
        let limits = self.status().limits;
        let requests = u32::try_from(payees).unwrap_or(u32::MAX);
        let share = Duration::from_secs(60).checked_div(limits.per_minute);
        let each = share.unwrap_or_default().max(SLOW_ANSWER / limits.at_once);
        each.saturating_mul(requests.saturating_mul(REQUESTS))
            .saturating_mul(2)
    }

    /// Asks Pockyt where these payees stand and which accounts they have, as [`Engine::refresh_payee`] does, a few side by side
    /// and no faster than the limits allow. While Pockyt cannot be reached or asks for patience it waits, and what gets no
    /// certain answer it asks again; all within so long. Returns the payees that Pockyt did not tell about.
    ///
    /// # Errors
    /// When the ledger fails. What was learnt until then is on record.
    pub async fn refresh_payees(
        &self,
        payees: &BTreeSet<PayeeId>,
        within: Duration,
    ) -> Result<BTreeSet<PayeeId>, Error> {
        let mut untold = payees.clone();
        let at_once = self.status().limits.at_once as usize;
        let asked = iter(payees.iter().copied())
            .map(async |payee| (payee, self.refresh_in_its_places(payee).await))
            .buffer_unordered(at_once);
        let mut asked = pin!(asked);
        let mut late = self.ports.clock.sleep(within);
        loop {
            match select(asked.next(), &mut late).await {
                Either::Left((Some((payee, Ok(()))), _)) => {
                    untold.remove(&payee);
                }
                // The others are asked about all the same: the owner is told of all that need a look.
                Either::Left((Some((_, Err(Error::Gateway(_)))), _)) => {}
                Either::Left((Some((_, Err(error))), _)) => return Err(error),
                Either::Left((None, _)) | Either::Right(_) => return Ok(untold),
            }
        }
    }

    async fn refresh_in_its_places(&self, id: PayeeId) -> Result<(), Error> {
        let payee = self.known_payee(id).await?;
        let status = || self.refresh_payee_status(payee.clone());
        let payee = self.until_certain(status).await?;
        let accounts = || self.refresh_accounts(&payee, None);
        self.until_certain(accounts).await.map(drop)
    }

    /// Asks one question, each time in a place of its own, until its answer is certain.
    async fn until_certain<T, F>(&self, question: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut tries = 0;
        loop {
            let place = self.place().await;
            let answer = question().await;
            drop(place);
            match answer {
                // The traffic has heard it, and has no room until that is over.
                Err(Error::Gateway(error))
                    if matches!(error.kind, Refusal::Unreachable | Refusal::RateLimited) => {}
                Err(Error::Gateway(error)) if is_uncertain(error.kind) => {
                    let ids = self.ports.ids.as_ref();
                    let wait = self.policy.offline_wait(tries, ids);
                    tries = tries.saturating_add(1);
                    self.ports.clock.sleep(wait).await;
                }
                answer => return answer,
            }
        }
    }

    async fn place(&self) -> Place<'_> {
        let clock = &self.ports.clock;
        loop {
            let steady = clock.steady();
            let wait = {
                let mut traffic = self.wire.traffic();
                if traffic.room(steady) > 0 {
                    traffic.leave(steady);
                    return Place(&self.wire);
                }
                traffic.room_in(steady)
            };
            clock.sleep(wait.unwrap_or(BREATH).max(BREATH)).await;
        }
    }
}

/// Whether the same question may get an answer a moment later. What Pockyt did answer, in whatever words, it would say again.
fn is_uncertain(kind: Refusal) -> bool {
    matches!(
        kind,
        Refusal::Timeout | Refusal::ConnectionLost | Refusal::Garbled | Refusal::SystemError
    )
}
