//! Asking Pockyt about what is not settled. Polling alone suffices (I6); a start resolves what a crash left (I5).

use super::Engine;
use super::transition::{Input, may_resend, step};
use crate::error::Error;
use crate::event::Source;
use crate::gateway::Refusal;
use crate::ids::PayoutId;
use crate::ledger::LedgerError;
use crate::payout::{Payout, State};
use futures_util::future::join_all;

/// How many payouts or payees one round looks at.
const ROUND: u32 = 32;

impl Engine {
    /// Finds what a crash interrupted. Nothing can be on the wire at a start, so each payout in sending has lost its
    /// answer: it is unknown until an inquiry tells.
    ///
    /// # Errors
    /// When the ledger fails, after all others were recovered; calling again tries once more.
    pub async fn recover(&self) -> Result<usize, Error> {
        let mut found = Ok(0);
        let mut after: Option<PayoutId> = None;
        loop {
            let interrupted = self
                .ports
                .ledger
                .payouts_in(State::Sending, after, ROUND)
                .await?;
            let Some(last) = interrupted.last() else {
                return found;
            };
            after = Some(last.id);
            for payout in interrupted {
                let given_up = self.give_up_waiting(payout.id).await;
                found = found.and_then(|found| Ok(found + usize::from(given_up?)));
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

    /// Asks about payouts and payees whose time has come. One that fails starves no other: it is told of at the end.
    pub(super) async fn reconcile(&self) -> Result<usize, Error> {
        let ledger = &self.ports.ledger;
        let mut looked_at: Vec<Result<(), Error>> = Vec::new();
        // An answer that could not be written, or whose waiting was cut short, must not need a restart to be found.
        let sending = ledger.payouts_due(&[State::Sending], self.now(), ROUND);
        for payout in sending.await? {
            looked_at.push(self.give_up_waiting(payout.id).await.map(drop));
        }
        let open = [State::Unknown, State::Processing, State::Paid];
        let mut due = ledger.payouts_due(&open, self.now(), ROUND).await?;
        due.retain(|payout| !may_resend(payout, &self.policy));
        for group in due.chunks(self.policy.in_flight.max(1) as usize) {
            let answers = join_all(group.iter().map(|payout| self.inquire(payout))).await;
            looked_at.extend(answers.into_iter().map(|answer| answer.map(drop)));
        }
        for payee in ledger.payees_due(self.now(), ROUND).await? {
            looked_at.push(self.check_payee(payee).await);
        }
        let count = looked_at.len();
        looked_at
            .into_iter()
            .collect::<Result<(), Error>>()
            .map(|()| count)
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
