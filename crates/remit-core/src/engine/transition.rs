//! What each thing that can happen makes of a payout. Pure: `properties.rs` plays any sequence of them.

use super::doubt::{may_resend, resend_is_ruled_out};
use super::policy::Policy;
use crate::event::{EventKind, NewEvent, Source, Subject, Verdict, kept, word};
use crate::gateway::{
    Accepted, Answer, Certainty, GatewayError, PayoutSnapshot, Refusal, WireStatus,
};
use crate::ids::{Ids, PayoutId, WireBody};
use crate::ledger::{Durability, PayoutChange};
use crate::machine::{IllegalEdge, allowed};
use crate::mutant::{Mutant, mutated};
use crate::payout::{Payout, Reason, State};
use jiff::{SignedDuration, Timestamp};

/// How late a look at a paid payout may come and be the last.
const LOOKS_IN_TIME: SignedDuration = SignedDuration::from_hours(24);

/// What happened to a payout.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// The dispatcher is about to send it; the body is used if it has none yet.
    Claim(WireBody),
    /// As before a first request, in a ledger that was put back to an earlier one: Pockyt is asked first, and nothing is sent
    /// if it has the payout.
    Ask(WireBody),
    /// Pockyt accepted it.
    Accepted(Answer<Accepted>),
    /// The request did not end in a usable answer.
    Trouble(GatewayError),
    /// It was claimed, and its request has not left and will not.
    GivenBack,
    /// It was to be sent, and its payee or account is not what it was when it was released.
    Held(Reason),
    /// It is in sending, and nobody waits for its answer any more.
    Interrupted,
    /// The ledger was put back to an earlier one, in which it was not settled; or Pockyt has, before a request, what such a
    /// ledger may have sent. It says which.
    Doubted(Reason),
    /// A ledger that was lost tried it again, as this payout where that is on record; and whether that one has paid, or may
    /// still.
    TriedAgain { by: Option<PayoutId>, lives: bool },
    /// An inquiry or a notification tells where it stands.
    Reported(PayoutSnapshot, Source, String),
    /// An inquiry says that there is no such payout.
    NotFound(Option<String>),
    /// An inquiry failed; ask again later.
    NotAnswered,
    /// An inquiry says that there is no such payout, which counts only from this moment on.
    TooEarly(Timestamp),
    /// The owner withdrew it.
    Cancel,
}

/// What it makes of the payout, and, for a report, the verdict on it.
pub(crate) struct Step {
    pub(crate) change: PayoutChange,
    pub(crate) verdict: Verdict,
}

/// A payout under change.
pub(super) struct Draft<'a> {
    pub(super) before: &'a Payout,
    pub(super) after: Payout,
    pub(super) event: NewEvent,
    pub(super) at: Timestamp,
    pub(super) policy: &'a Policy,
    /// An inquiry told what it had told before.
    pub(super) heard_before: bool,
    durability: Durability,
    pub(super) ids: &'a dyn Ids,
}

/// Plays one input.
///
/// # Errors
/// [`IllegalEdge`] when the input makes no sense in this state: a mistake of the caller, and nothing changes.
pub(crate) fn step(
    payout: &Payout,
    input: Input,
    at: Timestamp,
    policy: &Policy,
    ids: &dyn Ids,
) -> Result<Step, IllegalEdge> {
    let event = NewEvent::new(
        at,
        Subject::Payout(payout.id),
        EventKind::Inquired,
        Source::Remit,
    );
    let mut draft = Draft {
        before: payout,
        after: payout.clone(),
        event,
        at,
        policy,
        heard_before: false,
        durability: Durability::AtOnce,
        ids,
    };
    let verdict = match input {
        Input::Claim(body) => draft.claim(body, EventKind::Sending)?,
        Input::Ask(body) => draft.claim(body, EventKind::Asking)?,
        Input::Accepted(answer) => draft.accepted(answer)?,
        Input::Trouble(error) => draft.trouble(error)?,
        Input::GivenBack => draft.given_back()?,
        Input::Held(reason) => draft.held(reason)?,
        Input::Interrupted => draft.interrupted()?,
        Input::Doubted(reason) => draft.doubted(reason)?,
        Input::TriedAgain { by, lives } => draft.tried_again(by, lives)?,
        Input::Reported(snapshot, source, raw) => draft.reported(&snapshot, source, raw)?,
        Input::NotFound(evidence) => draft.not_found(evidence)?,
        Input::NotAnswered => return Ok(draft.not_answered()),
        Input::TooEarly(counts_from) => {
            let mut step = draft.not_answered();
            let payout = &mut step.change.payout;
            // Asked at that moment at the latest, and then as quickly as at first.
            if payout.next_at.is_some_and(|next| next >= counts_from) {
                payout.next_at = Some(counts_from);
                payout.checks = 0;
            }
            return Ok(step);
        }
        Input::Cancel => draft.cancel()?,
    };
    Ok(draft.finish(verdict))
}

impl Draft<'_> {
    fn finish(mut self, verdict: Verdict) -> Step {
        if self.after.state != self.before.state {
            self.event.from = word(&self.before.state);
            self.event.to = word(&self.after.state);
        }
        let quiet = matches!(self.event.kind, EventKind::Inquired | EventKind::Held)
            && self.after.state == self.before.state
            && (verdict == Verdict::AlreadyKnown || self.heard_before);
        let events = if quiet { Vec::new() } else { vec![self.event] };
        Step {
            change: PayoutChange {
                payout: self.after,
                events,
                durability: self.durability,
            },
            verdict,
        }
    }

    pub(super) fn go(&mut self, to: State, reason: Option<Reason>) -> Result<(), IllegalEdge> {
        let from = self.before.state;
        if from == to || !allowed(from, to) {
            return Err(IllegalEdge { from, to });
        }
        self.after.state = to;
        self.after.since = self.at;
        self.after.reason = reason;
        self.after.checks = 0;
        if from == State::Unknown || to == State::Unknown {
            self.after.not_found = 0;
        }
        self.after.settled_at = matches!(
            to,
            State::Paid | State::Failed | State::Returned | State::Cancelled
        )
        .then_some(self.at);
        self.after.next_at = match to {
            State::Sending => self.at.checked_add(self.policy.answer_within).ok(),
            State::Unknown | State::Processing => self.policy.next_check(self.at, 0, self.ids),
            State::Paid => self.policy.next_watch(self.at, self.at, self.ids),
            _ => None,
        };
        Ok(())
    }

    pub(super) fn note(&mut self, kind: EventKind, source: Source, evidence: Option<String>) {
        self.event.kind = kind;
        self.event.source = source;
        self.event.evidence = evidence.map(kept);
    }

    fn claim(&mut self, body: WireBody, kind: EventKind) -> Result<Verdict, IllegalEdge> {
        if self.before.state == State::Unknown && !may_resend(self.before, self.at, self.policy) {
            return Err(IllegalEdge {
                from: State::Unknown,
                to: State::Sending,
            });
        }
        self.go(State::Sending, None)?;
        let body = self.after.body.get_or_insert(body).clone();
        self.after.sent_at.get_or_insert(self.at);
        self.after.attempts = self.after.attempts.saturating_add(1);
        self.note(kind, Source::Remit, Some(body.0));
        if mutated(Mutant::DefersClaims) {
            self.durability = Durability::Deferred;
        }
        Ok(Verdict::Applied)
    }

    fn accepted(&mut self, answer: Answer<Accepted>) -> Result<Verdict, IllegalEdge> {
        let Answer { value, evidence } = answer;
        self.note(EventKind::Answered, Source::Answer, Some(evidence));
        self.after
            .transaction_no
            .get_or_insert(value.transaction_no);
        if self.after.fee.is_none() {
            self.after.fee = value.fee;
        }
        // A notification may have been quicker than the answer; what it settled stays settled. An answer may also come
        // after nobody waited for it any more; it is as good as ever.
        if matches!(self.before.state, State::Sending | State::Unknown) {
            let (reason, detail) = match &value.status {
                WireStatus::Other(word) => (Some(Reason::UnrecognisedStatus), Some(word.clone())),
                _ => (None, None),
            };
            self.go(State::Processing, reason)?;
            // Without it the payout is still in sending, and the next start asks Pockyt (docs/adr/0011).
            self.durability = Durability::Deferred;
            self.after.detail = detail;
            // A first status that is final already is believed only from an inquiry.
            if matches!(
                value.status,
                WireStatus::Success | WireStatus::Failed | WireStatus::Returned
            ) {
                self.after.next_at = Some(self.at);
            }
        }
        Ok(Verdict::Applied)
    }

    fn trouble(&mut self, error: GatewayError) -> Result<Verdict, IllegalEdge> {
        self.note(EventKind::Answered, Source::Answer, error.evidence);
        self.event.reason.clone_from(&error.words);
        if self.before.state != State::Sending {
            return Ok(Verdict::AlreadyKnown);
        }
        let first = self.before.attempts <= 1;
        // Only what Pockyt definitely refused may show as refused: that reason, confirmed by an inquiry, ends in failed.
        let reason = match (error.certainty, error.kind.reason()) {
            (Certainty::Unknown, Reason::Refused) => Reason::UnrecognisedAnswer,
            (Certainty::NotSent, Reason::Refused) => Reason::NotSent,
            (_, reason) => reason,
        };
        match error.certainty {
            Certainty::Unknown
                if (error.kind == Refusal::Timeout && mutated(Mutant::FailsOnTimeout))
                    || (error.kind == Refusal::SystemError
                        && mutated(Mutant::FailsOnServerError)) =>
            {
                self.go(State::Failed, Some(reason))?;
            }
            _ if error.kind == Refusal::Duplicate && mutated(Mutant::AcceptsDuplicate) => {
                self.go(State::Processing, None)?;
            }
            // What Remit itself refuses to send is never sent, however often it is tried.
            Certainty::NotSent if first && error.kind == Refusal::Invalid => {
                self.go(State::Failed, Some(Reason::Refused))?;
            }
            Certainty::NotSent if first || mutated(Mutant::ForgetsEarlierRequests) => {
                self.never_left(Some(reason))?;
                self.put_off();
            }
            // 000040 also means "wrong state", and a refusal of a later request says nothing of an earlier one: ask
            // before saying failed (docs/adr/0004).
            Certainty::Refused
                if first && !matches!(error.kind, Refusal::BalanceOrState | Refusal::Duplicate) =>
            {
                self.go(State::Failed, Some(reason))?;
            }
            Certainty::NotSent | Certainty::Refused | Certainty::Unknown => {
                self.go(State::Unknown, Some(reason))?
            }
        }
        self.after.detail = error.words;
        Ok(Verdict::Applied)
    }

    fn given_back(&mut self) -> Result<Verdict, IllegalEdge> {
        // Of an earlier request nobody knows whether it left (docs/adr/0002).
        if self.before.state != State::Sending || self.before.attempts > 1 {
            return Err(IllegalEdge {
                from: self.before.state,
                to: State::Ready,
            });
        }
        self.never_left(None)?;
        self.after.next_at = Some(self.at);
        Ok(Verdict::Applied)
    }

    /// It is as if it had never been claimed; a later body gets a fresh timestamp.
    pub(super) fn never_left(&mut self, reason: Option<Reason>) -> Result<(), IllegalEdge> {
        self.go(State::Ready, reason)?;
        self.event.kind = EventKind::Released;
        self.event.source = Source::Remit;
        self.after.attempts = 0;
        self.after.sent_at = None;
        self.after.body = None;
        Ok(())
    }

    fn interrupted(&mut self) -> Result<Verdict, IllegalEdge> {
        self.note(EventKind::Recovered, Source::Remit, None);
        self.go(State::Unknown, Some(Reason::Interrupted))?;
        self.after.next_at = Some(self.at);
        Ok(Verdict::Applied)
    }

    fn doubted(&mut self, reason: Reason) -> Result<Verdict, IllegalEdge> {
        self.note(EventKind::RecoveryBegan, Source::Remit, None);
        if self.before.state == State::Unknown {
            // As if its last request had just ended without an answer: what was asked before proves nothing now.
            self.after.since = self.at;
            self.after.reason = Some(reason);
            self.after.not_found = 0;
            self.after.checks = 0;
        } else {
            self.go(State::Unknown, Some(reason))?;
        }
        self.after.last_checked_at = None;
        self.after.next_at = Some(self.at);
        Ok(Verdict::Applied)
    }

    /// Where it is open it is asked about as to how it ended, and is not sent; where it ended it stays so. Either way it is the
    /// other one that can be tried again.
    fn tried_again(&mut self, by: Option<PayoutId>, lives: bool) -> Result<Verdict, IllegalEdge> {
        let open = matches!(self.before.state, State::Sending | State::Unknown);
        // Why it never goes out again stays true, and what Pockyt holds under its invoice ID may be another's.
        if open && !(by.is_some() && resend_is_ruled_out(self.before)) {
            let reason = if lives {
                Reason::TriedAgain
            } else {
                Reason::Restored
            };
            self.doubted(reason)?;
        } else {
            self.note(EventKind::RecoveryBegan, Source::Remit, None);
        }
        self.event.reason = word(&Reason::TriedAgain);
        self.after.retried_by = self.after.retried_by.or(by);
        Ok(Verdict::Applied)
    }

    fn cancel(&mut self) -> Result<Verdict, IllegalEdge> {
        if !self.before.cancellable() {
            return Err(IllegalEdge {
                from: self.before.state,
                to: State::Cancelled,
            });
        }
        self.note(EventKind::Cancelled, Source::Owner, None);
        self.go(State::Cancelled, Some(Reason::Withdrawn))?;
        Ok(Verdict::Applied)
    }

    fn not_answered(mut self) -> Step {
        self.checked();
        self.after.last_checked_at = self.before.last_checked_at;
        self.ask_once_more();
        if matches!(
            self.after.state,
            State::Paid | State::Failed | State::Cancelled
        ) {
            // A look that was not answered is made up for; it does not count as one.
            self.after.next_at = self.policy.next_check(self.at, self.after.checks, self.ids);
        }
        Step {
            change: PayoutChange::new(self.after, Vec::new()),
            verdict: Verdict::AlreadyKnown,
        }
    }

    /// A look at a paid payout that comes long after its time is not the last, nor is one that comes soon after the one before
    /// it: the clock may be ahead.
    fn look_once_more(&self) -> Option<Timestamp> {
        let due = self.before.next_at?;
        // The owner's own look does not end the watch.
        if due > self.at {
            return Some(due);
        }
        let paid = self.before.since;
        let seen = self.before.last_checked_at.map_or(paid, |at| at.max(paid));
        // Looks that nobody answered in between change nothing of that.
        let by = self.policy.watched_by(paid, seen);
        let late = |due: Timestamp| self.at.duration_since(due) > LOOKS_IN_TIME;
        let late = late(due) || by.is_some_and(late);
        let soon = self.policy.ends_no_watch(due.duration_since(seen));
        (late || soon)
            .then(|| self.policy.last_watch(self.at, self.ids))
            .flatten()
    }

    /// Looks at a paid payout at least once more.
    pub(super) fn watch_on(&mut self) {
        let again = || self.policy.last_watch(self.at, self.ids);
        self.after.next_at = self.after.next_at.or_else(again);
    }

    /// Counts a check and sets the next one.
    pub(super) fn checked(&mut self) {
        self.after.checks = self.after.checks.saturating_add(1);
        self.after.last_checked_at = Some(self.at);
        self.after.next_at = match self.after.state {
            State::Paid => {
                let next = self.policy.next_watch(self.after.since, self.at, self.ids);
                next.or_else(|| self.look_once_more())
            }
            State::Unknown | State::Processing if mutated(Mutant::AsksOnlyOnce) => None,
            State::Unknown | State::Processing => {
                self.policy.next_check(self.at, self.after.checks, self.ids)
            }
            // What was contradicted is asked about until there is an answer.
            State::Failed | State::Cancelled => None,
            _ => self.after.next_at,
        };
    }
}
