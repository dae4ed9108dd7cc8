//! Asking Pockyt about what is not settled. Polling alone suffices (I6); a start resolves what a crash left (I5).

use super::Engine;
use super::doubt::may_resend;
use super::transition::Input;
use crate::error::Error;
use crate::event::Source;
use crate::gateway::Refusal;
use crate::ids::PayoutId;
use crate::ledger::PayoutChange;
use crate::payout::{Payout, State};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

/// How many payouts or payees one round looks at.
const ROUND: u32 = 32;

impl Engine {
    /// Finds what a crash interrupted. Nothing can be on the wire at a start, so each payout in sending has lost its
    /// answer: it is unknown until an inquiry tells. What earlier inquiries did not find counts no longer (I4), and what
    /// a clock that was since set back put off is due. Returns how many payouts were interrupted.
    ///
    /// # Errors
    /// When the ledger fails, after all others were recovered; calling again tries once more.
    pub async fn recover(&self) -> Result<usize, Error> {
        let interrupted = self
            .each_in(State::Sending, |payout| self.give_up_waiting(payout))
            .await;
        let forgotten = self
            .each_in(State::Unknown, |payout| {
                Ok((payout.not_found > 0).then(|| rescheduled(payout, 0, payout.next_at)))
            })
            .await;
        let brought_forward = self.clock_was_set_back().await;
        let interrupted = interrupted?;
        forgotten?;
        brought_forward?;
        Ok(interrupted)
    }

    /// Makes due what lies further ahead than the engine ever waits, as it does when the clock was set back. For the host
    /// to call when it sees the clock jump; harmless at any time. Returns how many payouts and payees it brought forward.
    ///
    /// # Errors
    /// When the ledger fails, after all others were brought forward.
    pub async fn clock_was_set_back(&self) -> Result<usize, Error> {
        let now = self.now();
        let check = self.policy.longest_check();
        let waits = [
            (State::Ready, check),
            (State::Sending, self.policy.answer_within),
            (State::Unknown, check),
            (State::Processing, check),
        ];
        let too_far = |next: Option<Timestamp>, wait: SignedDuration| {
            next.is_some_and(|next| next.duration_since(now) > wait)
        };
        let mut moved = Ok(0);
        for (state, wait) in waits {
            let payouts = self
                .each_in(state, |payout| {
                    Ok(too_far(payout.next_at, wait)
                        .then(|| rescheduled(payout, payout.not_found, Some(now))))
                })
                .await;
            moved = moved.and_then(|moved| Ok(moved + payouts?));
        }
        let payees = self
            .bring_payees_forward(|next| too_far(next, self.policy.longest_payee_check()))
            .await;
        moved.and_then(|moved| Ok(moved + payees?))
    }

    /// Changes the payouts in a state that `change` wants changed; one that fails stops no other.
    async fn each_in<F>(&self, state: State, change: F) -> Result<usize, Error>
    where
        F: Fn(&Payout) -> Result<Option<PayoutChange>, Error> + Send + Sync,
    {
        let mut changed = Ok(0);
        let mut after: Option<PayoutId> = None;
        loop {
            let rows = self.ports.ledger.payouts_in(state, after, ROUND).await?;
            let Some(last) = rows.last() else {
                return changed;
            };
            after = Some(last.id);
            for payout in rows {
                if change(&payout)?.is_none() {
                    continue;
                }
                let mut done = false;
                let advanced = self
                    .advance(payout.id, |now| {
                        let wanted = if now.state == state {
                            change(now)?
                        } else {
                            None
                        };
                        done = wanted.is_some();
                        Ok(wanted)
                    })
                    .await;
                changed = changed.and_then(|changed| advanced.map(|_| changed + usize::from(done)));
            }
        }
    }

    /// Makes a payout in sending unknown; nothing when its answer, or a notification, was first.
    fn give_up_waiting(&self, payout: &Payout) -> Result<Option<PayoutChange>, Error> {
        if payout.state != State::Sending {
            return Ok(None);
        }
        let step = self.step(payout, Input::Interrupted)?;
        Ok(Some(step.change))
    }

    /// Asks about payouts and payees whose time has come. One that fails starves no other: it is told of at the end.
    pub(super) async fn reconcile(&self) -> Result<usize, Error> {
        let ledger = &self.ports.ledger;
        let mut looked_at: Vec<Result<(), Error>> = Vec::new();
        // An answer that could not be written, or whose waiting was cut short, must not need a restart to be found.
        let sending = ledger.payouts_due(&[State::Sending], self.now(), ROUND);
        for payout in sending.await? {
            let given_up = self.advance(payout.id, |now| self.give_up_waiting(now));
            looked_at.push(given_up.await.map(drop));
        }
        let open = [State::Unknown, State::Processing, State::Paid];
        let mut due = ledger.payouts_due(&open, self.now(), ROUND).await?;
        let now = self.now();
        due.retain(|payout| !may_resend(payout, now, &self.policy));
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
                let step = self.step(now, input.clone())?;
                Ok(Some(step.change))
            })
            .await?;
        }
        Ok(trouble)
    }
}

/// A payout that only its schedule changes of.
fn rescheduled(payout: &Payout, not_found: u32, next_at: Option<Timestamp>) -> PayoutChange {
    let payout = Payout {
        not_found,
        next_at,
        ..payout.clone()
    };
    PayoutChange {
        payout,
        events: Vec::new(),
    }
}
