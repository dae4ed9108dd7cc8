//! Asking Pockyt about what is not settled. Polling alone suffices (I6); a start resolves what a crash left (I5).

use super::doubt::may_resend;
use super::transition::Input;
use super::{Changed, Engine};
use crate::error::Error;
use crate::event::Source;
use crate::gateway::Refusal;
use crate::ids::PayoutId;
use crate::ledger::{LedgerError, PayoutChange};
use crate::mutant::{Mutant, mutated};
use crate::payout::{Payout, State};
use jiff::{SignedDuration, Timestamp};

/// How many payouts are read, and changed, together.
const PAGE: u32 = 256;

impl Engine {
    /// Finds what a crash interrupted. Nothing can be on the wire at a start, so each payout in sending has lost its
    /// answer: it is unknown until an inquiry tells. What earlier inquiries did not find counts no longer (I4), so that
    /// asking begins anew, and what a clock that was since set back put off is due. Returns how many were interrupted.
    ///
    /// # Errors
    /// When the ledger fails, after all others were recovered; calling again tries once more.
    pub async fn recover(&self) -> Result<usize, Error> {
        self.doubt_the_clock();
        self.load_recovery().await?;
        let interrupted = self
            .each_in(State::Sending, |payout| self.give_up_waiting(payout))
            .await;
        let now = self.now();
        let forgotten = self
            .each_in(State::Unknown, |payout| {
                let anew = Payout {
                    not_found: 0,
                    checks: 0,
                    next_at: payout.next_at.map(|next| next.min(now)),
                    ..payout.clone()
                };
                Ok((anew != *payout).then(|| PayoutChange::new(anew, Vec::new())))
            })
            .await;
        let brought_forward = self.bring_all_forward(self.policy.longest_check()).await;
        let interrupted = interrupted?;
        forgotten?;
        brought_forward?;
        Ok(interrupted)
    }

    /// The clock was set back: what waits for an answer waits anew. For the host, or the loop, that sees the clock jump;
    /// harmless at any time. Returns how many payouts and payees it brought forward.
    ///
    /// # Errors
    /// When the ledger fails, after all others were brought forward.
    pub async fn clock_was_set_back(&self) -> Result<usize, Error> {
        self.wire.traffic().try_at_once();
        self.bring_all_forward(SignedDuration::ZERO).await
    }

    /// Makes due what would be sent or asked about later than `check` from now, and what else lies further ahead than the
    /// engine ever waits, as it does when the clock was set back.
    async fn bring_all_forward(&self, check: SignedDuration) -> Result<usize, Error> {
        let now = self.now();
        let watch = self.policy.longest_watch();
        let waits = [
            (State::Ready, check),
            (State::Sending, self.policy.answer_within),
            (State::Unknown, check),
            (State::Processing, check),
            (State::Paid, watch),
            (State::Failed, check),
            (State::Cancelled, check),
        ];
        let too_far = |next: Option<Timestamp>, wait: SignedDuration| {
            next.is_some_and(|next| next.duration_since(now) > wait)
        };
        let mut moved = Ok(0);
        for (state, wait) in waits {
            let payouts = self.bring_forward(state, wait).await;
            moved = moved.and_then(|moved| Ok(moved + payouts?));
        }
        let payees = self
            .bring_payees_forward(|next| too_far(next, self.policy.longest_payee_check()))
            .await;
        moved.and_then(|moved| Ok(moved + payees?))
    }

    /// Makes due the payouts in a state that would wait longer than `longest` from now.
    async fn bring_forward(&self, state: State, longest: SignedDuration) -> Result<usize, Error> {
        let now = self.now();
        let Ok(beyond) = now.checked_add(longest) else {
            return Ok(0);
        };
        let ledger = &self.ports.ledger;
        let mut moved = 0;
        loop {
            let rows = ledger.payouts_put_off(&[state], beyond, PAGE).await?;
            let changes: Vec<_> = rows
                .iter()
                .map(|payout| rescheduled(payout, payout.not_found, Some(now)))
                .collect();
            if changes.is_empty() {
                return Ok(moved);
            }
            let answers = ledger.apply(changes).await?;
            let went = answers.iter().filter(|answer| answer.is_ok()).count();
            moved += went;
            if let (0, Some(Err(error))) = (went, answers.into_iter().next()) {
                return match error {
                    // It changed in the meantime, and was put off by the clock as it is now.
                    LedgerError::Conflict => Ok(moved),
                    error => Err(error.into()),
                };
            }
        }
    }

    /// The computer slept, or the network came back: what waits for an answer, or for the network, goes on at once. Returns
    /// how many payouts that were.
    pub(super) async fn try_again_now(&self) -> Result<usize, Error> {
        let mut moved = 0;
        for state in [State::Ready, State::Unknown] {
            moved += self.bring_forward(state, SignedDuration::ZERO).await?;
        }
        Ok(moved)
    }

    /// Changes the payouts in a state that `change` wants changed, many in one transaction; one that fails stops no other.
    pub(super) async fn each_in<F>(&self, state: State, change: F) -> Result<usize, Error>
    where
        F: Fn(&Payout) -> Result<Option<PayoutChange>, Error> + Send + Sync,
    {
        let ledger = &self.ports.ledger;
        let mut changed = 0;
        let mut outcome = Ok(());
        let mut after: Option<PayoutId> = None;
        loop {
            let rows = ledger.payouts_in(state, after, PAGE).await?;
            let Some(last) = rows.last() else {
                return outcome.map(|()| changed);
            };
            after = Some(last.id);
            let mut changes = Vec::new();
            for payout in &rows {
                changes.extend(change(payout)?);
            }
            if changes.is_empty() {
                continue;
            }
            let ids: Vec<PayoutId> = changes.iter().map(|change| change.payout.id).collect();
            let answers = match ledger.apply(changes).await {
                Ok(answers) => answers,
                Err(error) => {
                    outcome = outcome.and(Err(error.into()));
                    continue;
                }
            };
            for (id, answer) in ids.into_iter().zip(answers) {
                match answer {
                    Ok(payout) => {
                        self.tell(Changed::Payout(payout.id, payout.state));
                        changed += 1;
                    }
                    // It changed in the meantime: once more, as it stands now.
                    Err(LedgerError::Conflict) => {
                        let mut done = false;
                        let advanced = self
                            .advance(id, |now| {
                                let wanted = (now.state == state).then(|| change(now));
                                let wanted = wanted.transpose()?.flatten();
                                done = wanted.is_some();
                                Ok(wanted)
                            })
                            .await;
                        changed += usize::from(done && advanced.is_ok());
                        outcome = outcome.and(advanced.map(drop));
                    }
                    Err(error) => outcome = outcome.and(Err(error.into())),
                }
            }
        }
    }

    /// Makes a payout in sending unknown; nothing when its answer, or a notification, was first.
    pub(super) fn give_up_waiting(&self, payout: &Payout) -> Result<Option<PayoutChange>, Error> {
        let skipped = payout.id.0.as_u128().is_multiple_of(2) && mutated(Mutant::RecoverySkipsRows);
        if payout.state != State::Sending || skipped {
            return Ok(None);
        }
        let step = self.step(payout, Input::Interrupted)?;
        Ok(Some(step.change))
    }

    /// Makes payouts in sending unknown whose answer is overdue: an answer that could not be written, or whose waiting was
    /// cut short, must not need a restart to be found. Returns how many are not in sending any more.
    pub(super) async fn give_up_all(&self, overdue: Vec<Payout>) -> (usize, Result<(), Error>) {
        let (mut moved, mut outcome) = (0, Ok(()));
        for payout in overdue {
            let given_up = self.advance_from(payout, |now| self.give_up_waiting(now));
            let given_up = given_up.await;
            let went = given_up
                .as_ref()
                .is_ok_and(|payout| payout.state != State::Sending);
            moved += usize::from(went);
            outcome = outcome.and(given_up.map(drop));
        }
        (moved, outcome)
    }

    /// Asks about a payout whose time has come, and sends it again when that is now allowed (I4).
    pub(super) async fn ask(&self, payout: &Payout) -> Result<(), Error> {
        self.inquire(payout).await?;
        let ledger = &self.ports.ledger;
        let found = ledger.payout(payout.id).await?;
        let may_go =
            |payout: &Payout| !self.compares() && may_resend(payout, self.now(), &self.policy);
        let Some(payout) = found.filter(may_go) else {
            return Ok(());
        };
        // A pause or a stop waits for the end of this claim, or this claim for the end of theirs, and then sees it.
        let claiming = self.ahead.to_claim().await;
        let held_back = ledger.held_back(payout.id).await?;
        if held_back && !mutated(Mutant::ResendsWhatIsHeldBack)
            || self.moved_target(&payout).await?.is_some()
        {
            return self.ask_later(payout).await;
        }
        if !may_go(&payout) {
            return Ok(());
        }
        let (claimed, outcome) = self.take(vec![self.claim(&payout, self.now())?]).await;
        claimed.iter().for_each(|payout| claiming.taken(payout));
        drop(claiming);
        for payout in claimed {
            if let Some((payout, input)) = self.send(payout).await? {
                self.conclude(payout, input).await?;
            }
        }
        outcome
    }

    /// Its run is paused or stopped, or whom and where it pays is not what it was: it is asked about, and not sent, so there is no
    /// hurry to ask again. After a day of "no such payout" it never arrived (docs/adr/0015).
    async fn ask_later(&self, payout: Payout) -> Result<(), Error> {
        let (checks, ids) = (payout.checks, self.ports.ids.as_ref());
        let next = self.policy.next_check(self.now(), checks, ids);
        let later = rescheduled(&payout, payout.not_found, next);
        match self.apply(later).await {
            // It changed in the meantime, and that says when it is looked at.
            Ok(_) | Err(LedgerError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks Pockyt about one payout and applies what it says. A failure to ask only sets the next time.
    pub(crate) async fn inquire(&self, payout: &Payout) -> Result<Option<Error>, Error> {
        let (input, trouble) = match self.ports.gateway.inquire(&payout.invoice_id).await {
            Ok(answer) => (
                Input::Reported(answer.value, Source::Inquiry, answer.evidence),
                None,
            ),
            Err(error) if error.kind == Refusal::NoSuchRecord => {
                if self.not_found_counts() {
                    (Input::NotFound(error.evidence), None)
                } else {
                    (Input::TooEarly(self.not_found_counts_from()), None)
                }
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
    PayoutChange::new(payout, Vec::new())
}
