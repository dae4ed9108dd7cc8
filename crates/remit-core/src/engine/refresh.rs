//! Asking Pockyt afresh about the payees of a run that is to go without the owner.

use super::Engine;
use super::wire::Wire;
use crate::error::Error;
use crate::gateway::Refusal;
use crate::ids::PayeeId;
use futures_util::future::ready;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long to wait for room that only an answer makes.
const BREATH: Duration = Duration::from_millis(200);

/// A place on the wire, among the engine's own requests. Whoever gives up waiting gives it back.
struct Place<'e>(&'e Wire);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let steady = self.0.clock.steady();
        self.0.traffic().come_back(steady);
        self.0.bell.ring();
    }
}

impl Engine {
    /// Asks Pockyt where these payees stand and which accounts they have, as [`Engine::refresh_payee`] does, a few side by side
    /// and no faster than the limits allow. While Pockyt cannot be reached, or asks for patience, it waits; all within so long.
    ///
    /// # Errors
    /// When one of them could not be asked, or not all in time, or the ledger fails. What was learnt until then is on record.
    pub async fn refresh_payees(
        &self,
        payees: &BTreeSet<PayeeId>,
        within: Duration,
    ) -> Result<(), Error> {
        let until = self.ports.clock.steady() + within;
        let at_once = self.status().limits.at_once as usize;
        let asked = iter(payees.iter().copied())
            .map(|payee| self.refresh_in_its_place(payee))
            .buffer_unordered(at_once)
            .try_for_each(|()| ready(Ok(())));
        self.promptly(until, asked).await
    }

    async fn refresh_in_its_place(&self, payee: PayeeId) -> Result<(), Error> {
        loop {
            let _place = self.place().await;
            match self.refresh_payee(payee).await {
                // The traffic has heard it, and has no room until that is over.
                Err(Error::Gateway(error))
                    if matches!(error.kind, Refusal::Unreachable | Refusal::RateLimited) => {}
                refreshed => return refreshed.map(drop),
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
