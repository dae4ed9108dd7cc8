//! Asking Pockyt about what is not settled. Polling alone suffices (I6); a start resolves what a crash left (I5).

use super::Engine;
use super::transition::{Input, may_resend, step};
use crate::error::Error;
use crate::event::Source;
use crate::gateway::Refusal;
use crate::ids::PayoutId;
use crate::ledger::LedgerError;
use crate::payout::{Payout, State};

/// How many payouts or payees one round looks at.
const ROUND: u32 = 32;

impl Engine {
    /// Finds what a crash interrupted. Nothing can be on the wire at a start, so each payout in sending has lost its
    /// answer: it is unknown until an inquiry tells.
    ///
    /// # Errors
    /// When the ledger fails; calling again goes on where it stopped.
    pub async fn recover(&self) -> Result<usize, Error> {
        let mut found = 0;
        let mut after: Option<PayoutId> = None;
        loop {
            let interrupted = self
                .ports
                .ledger
                .payouts_in(State::Sending, after, ROUND)
                .await?;
            let Some(last) = interrupted.last() else {
                return Ok(found);
            };
            after = Some(last.id);
            for payout in interrupted {
                found += usize::from(self.give_up_waiting(payout.id).await?);
            }
        }
    }

    /// Makes a payout in sending unknown; nothing when its answer, or a notification, was first.
    async fn give_up_waiting(&self, id: PayoutId) -> Result<bool, Error> {
        let mut given_up = false;
        self.advance(id, |payout| {
            given_up = payout.state == State::Sending;
            if !given_up {
                return Ok(None);
            }
            let step = step(
                payout,
                Input::Interrupted,
                self.now(),
                &self.policy,
                self.ports.ids.as_ref(),
            )
            .map_err(LedgerError::from)?;
            Ok(Some(step.change))
        })
        .await?;
        Ok(given_up)
    }

    /// Asks about payouts and payees whose time has come.
    pub(super) async fn reconcile(&self) -> Result<usize, Error> {
        let mut count = 0;
        // An answer that could not be written, or whose waiting was cut short, must not need a restart to be found.
        for payout in self
            .ports
            .ledger
            .payouts_due(&[State::Sending], self.now(), ROUND)
            .await?
        {
            self.give_up_waiting(payout.id).await?;
            count += 1;
        }
        let open = [State::Unknown, State::Processing, State::Paid];
        let due = self
            .ports
            .ledger
            .payouts_due(&open, self.now(), ROUND)
            .await?;
        for payout in due
            .iter()
            .filter(|payout| !may_resend(payout, &self.policy))
        {
            self.inquire(payout).await?;
            count += 1;
        }
        for payee in self.ports.ledger.payees_due(self.now(), ROUND).await? {
            self.check_payee(payee).await?;
            count += 1;
        }
        Ok(count)
    }

    /// Asks Pockyt about one payout and applies what it says. A failure to ask only sets the next time.
    pub(crate) async fn inquire(&self, payout: &Payout) -> Result<Option<Error>, Error> {
        let (input, trouble) = match self.ports.gateway.inquire(&payout.invoice_id).await {
            Ok(answer) => (
                Input::Reported(answer.value, Source::Inquiry, answer.evidence),
                None,
            ),
            Err(error) if error.kind == Refusal::NoSuchRecord => {
                (Input::NotFound(error.evidence), None)
            }
            Err(error) => (Input::NotAnswered, Some(error.into())),
        };
        if let Input::Reported(..) = input {
            self.report(payout.id, &input).await?;
        } else {
            self.advance(payout.id, |now| {
                // A change that came first, such as a notification, settles the question; this answer is then stale.
                if now.revision != payout.revision {
                    return Ok(None);
                }
                let step = step(
                    now,
                    input.clone(),
                    self.now(),
                    &self.policy,
                    self.ports.ids.as_ref(),
                )
                .map_err(LedgerError::from)?;
                Ok(Some(step.change))
            })
            .await?;
        }
        Ok(trouble)
    }
}
