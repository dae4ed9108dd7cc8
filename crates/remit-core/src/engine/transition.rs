//! What each thing that can happen makes of a payout. Pure: `properties.rs` plays any sequence of them.

use super::policy::Policy;
use crate::event::{EventKind, NewEvent, Source, Subject, Verdict};
use crate::gateway::{
    Accepted, Answer, Certainty, GatewayError, PayoutSnapshot, Refusal, WireStatus,
};
use crate::ids::{Ids, WireBody};
use crate::ledger::PayoutChange;
use crate::machine::{IllegalEdge, allowed};
use crate::payout::{Payout, Reason, State};
use jiff::Timestamp;

/// What happened to a payout.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// The dispatcher is about to send it; the body is used if it has none yet.
    Claim(WireBody),
    /// Pockyt accepted it.
    Accepted(Answer<Accepted>),
    /// The request did not end in a usable answer.
    Trouble(GatewayError),
    /// It is in sending, and nobody waits for its answer any more.
    Interrupted,
    /// An inquiry or a notification tells where it stands.
    Reported(PayoutSnapshot, Source, String),
    /// An inquiry says that there is no such payout.
    NotFound(Option<String>),
    /// An inquiry failed; ask again later.
    NotAnswered,
    /// The owner withdrew it.
    Cancel,
}

/// What it makes of the payout, and, for a report, the verdict on it.
pub(crate) struct Step {
    pub(crate) change: PayoutChange,
    pub(crate) verdict: Verdict,
}

/// A payout under change.
struct Draft<'a> {
    before: &'a Payout,
    after: Payout,
    event: NewEvent,
    at: Timestamp,
    policy: &'a Policy,
    ids: &'a dyn Ids,
}

/// Whether enough inquiries, far enough apart, have found nothing, so that the same body may go out again (I4).
pub(crate) fn may_resend(payout: &Payout, policy: &Policy) -> bool {
    payout.state == State::Unknown
        && payout.not_found >= policy.not_found_before_resend
        && payout.body.is_some()
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
        ids,
    };
    let verdict = match input {
        Input::Claim(body) => draft.claim(body)?,
        Input::Accepted(answer) => draft.accepted(answer)?,
        Input::Trouble(error) => draft.trouble(error)?,
        Input::Interrupted => draft.interrupted()?,
        Input::Reported(snapshot, source, raw) => draft.reported(&snapshot, source, raw)?,
        Input::NotFound(evidence) => draft.not_found(evidence)?,
        Input::NotAnswered => return Ok(draft.not_answered()),
        Input::Cancel => draft.cancel()?,
    };
    Ok(draft.finish(verdict))
}

impl Draft<'_> {
    fn finish(mut self, verdict: Verdict) -> Step {
        let word = |state: State| {
            serde_json::to_value(state)
                .ok()
                .and_then(|value| value.as_str().map(str::to_owned))
        };
        if self.after.state != self.before.state {
            self.event.from = word(self.before.state);
            self.event.to = word(self.after.state);
        }
        let quiet = self.event.kind == EventKind::Inquired
            && self.after.state == self.before.state
            && verdict == Verdict::AlreadyKnown;
        let events = if quiet { Vec::new() } else { vec![self.event] };
        Step {
            change: PayoutChange {
                payout: self.after,
                events,
            },
            verdict,
        }
    }

    fn go(&mut self, to: State, reason: Option<Reason>) -> Result<(), IllegalEdge> {
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

    fn note(&mut self, kind: EventKind, source: Source, evidence: Option<String>) {
        self.event.kind = kind;
        self.event.source = source;
        self.event.evidence = evidence;
    }

    fn claim(&mut self, body: WireBody) -> Result<Verdict, IllegalEdge> {
        if self.before.state == State::Unknown && !may_resend(self.before, self.policy) {
            return Err(IllegalEdge {
                from: State::Unknown,
                to: State::Sending,
            });
        }
        self.go(State::Sending, None)?;
        let body = self.after.body.get_or_insert(body).clone();
        self.after.sent_at.get_or_insert(self.at);
        self.after.attempts = self.after.attempts.saturating_add(1);
        self.note(EventKind::Sending, Source::Remit, Some(body.0));
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
            // What Remit itself refuses to send is never sent, however often it is tried.
            Certainty::NotSent if first && error.kind == Refusal::Invalid => {
                self.go(State::Failed, Some(Reason::Refused))?;
            }
            Certainty::NotSent if first => {
                self.go(State::Ready, Some(reason))?;
                self.event.kind = EventKind::Released;
                self.event.source = Source::Remit;
                // It never left, so it is as if it had never been claimed; a later body gets a fresh timestamp.
                self.after.attempts = 0;
                self.after.sent_at = None;
                self.after.body = None;
                self.after.not_found = self.before.not_found.saturating_add(1);
                self.after.next_at =
                    self.policy
                        .next_check(self.at, self.after.not_found, self.ids);
            }
            // 000040 also means "wrong state", and an earlier request may still have arrived: ask before saying failed.
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

    fn interrupted(&mut self) -> Result<Verdict, IllegalEdge> {
        self.note(EventKind::Recovered, Source::Remit, None);
        self.go(State::Unknown, Some(Reason::Interrupted))?;
        self.after.next_at = Some(self.at);
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
        if self.after.state == State::Paid {
            // A look that was not answered is made up for; it does not count as one.
            self.after.next_at = self.policy.next_check(self.at, self.after.checks, self.ids);
        }
        Step {
            change: PayoutChange {
                payout: self.after,
                events: Vec::new(),
            },
            verdict: Verdict::AlreadyKnown,
        }
    }

    /// Counts a check and sets the next one.
    fn checked(&mut self) {
        self.after.checks = self.after.checks.saturating_add(1);
        self.after.last_checked_at = Some(self.at);
        self.after.next_at = match self.after.state {
            State::Paid => self.policy.next_watch(self.after.since, self.at, self.ids),
            State::Unknown | State::Processing => {
                self.policy.next_check(self.at, self.after.checks, self.ids)
            }
            _ => self.after.next_at,
        };
    }

    fn not_found(&mut self, evidence: Option<String>) -> Result<Verdict, IllegalEdge> {
        self.note(EventKind::Inquired, Source::Inquiry, evidence);
        self.checked();
        if self.before.state != State::Unknown {
            return Ok(Verdict::AlreadyKnown);
        }
        let spaced = self.before.last_sent_long_ago(self.at, self.policy);
        let enough = self.policy.not_found_before_resend;
        let count = self.before.not_found.saturating_add(1);
        // Counting stops one short of enough until enough time has passed as well.
        self.after.not_found = if spaced {
            count
        } else {
            count.min(enough.saturating_sub(1))
        };
        let refused = self.before.reason == Some(Reason::Refused);
        if refused && (self.before.attempts <= 1 || self.after.not_found >= enough) {
            self.go(State::Failed, Some(Reason::Refused))?;
        } else if self.after.not_found >= enough {
            self.after.reason = Some(Reason::NotFoundYet);
            self.after.next_at = Some(self.at);
        }
        Ok(Verdict::Applied)
    }

    fn reported(
        &mut self,
        snapshot: &PayoutSnapshot,
        source: Source,
        raw: String,
    ) -> Result<Verdict, IllegalEdge> {
        let inquired = source == Source::Inquiry;
        let kind = if inquired {
            EventKind::Inquired
        } else {
            EventKind::Notified
        };
        self.note(kind, source, Some(raw));
        let verdict = self.judge(snapshot, inquired)?;
        if inquired {
            self.after.last_checked_at = Some(self.at);
            if self.after.state == self.before.state {
                self.checked();
            }
        } else {
            self.event.verdict = Some(verdict);
            if verdict == Verdict::Applied && self.after.next_at.is_some() {
                // A notification is confirmed by an inquiry soon (I6).
                self.after.next_at = Some(self.at);
            }
        }
        Ok(verdict)
    }

    fn judge(&mut self, snapshot: &PayoutSnapshot, inquired: bool) -> Result<Verdict, IllegalEdge> {
        if !self.before.agrees_with(snapshot, inquired) {
            // Pockyt keeps invoice IDs unique: what it holds under this one is another payment, so ours was not taken.
            // An answer about another invoice ID than the one asked about says nothing of ours.
            let about_ours = snapshot.invoice_id == self.before.invoice_id;
            if inquired && about_ours && self.before.state == State::Unknown {
                self.go(State::Failed, Some(Reason::InvoiceTaken))?;
            }
            return Ok(Verdict::Mismatched);
        }
        if matches!(
            self.before.state,
            State::Draft | State::Scheduled | State::AwaitingApproval | State::Ready
        ) {
            return Ok(Verdict::OutOfOrder);
        }
        if let Some(number) = &snapshot.transaction_no {
            self.after.transaction_no.get_or_insert(number.clone());
        }
        if self.after.fee.is_none() {
            self.after.fee = snapshot.fee;
        }
        let (to, reason) = match &snapshot.status {
            WireStatus::Pending => (State::Processing, None),
            WireStatus::Success => (State::Paid, None),
            WireStatus::Failed => (State::Failed, Some(Reason::ReportedFailed)),
            WireStatus::Returned => (State::Returned, Some(Reason::ReportedReturned)),
            WireStatus::Other(_) => (State::Processing, Some(Reason::UnrecognisedStatus)),
        };
        if let WireStatus::Other(word) = &snapshot.status
            && self.before.state == State::Processing
        {
            let known = self.before.detail.as_deref() == Some(word.as_str());
            self.after.reason = reason;
            self.after.detail = Some(word.clone());
            return Ok(if known {
                Verdict::AlreadyKnown
            } else {
                Verdict::Unrecognised
            });
        }
        if to == self.before.state {
            return Ok(Verdict::AlreadyKnown);
        }
        // Whatever Pockyt knows of it, it accepted it: the first move out of sending is to processing.
        let to = if self.before.state == State::Sending {
            State::Processing
        } else {
            to
        };
        if !allowed(self.before.state, to) {
            return Ok(Verdict::OutOfOrder);
        }
        self.go(to, reason)?;
        self.after.detail = match &snapshot.status {
            WireStatus::Other(word) => Some(word.clone()),
            _ => None,
        };
        Ok(Verdict::Applied)
    }
}

impl Payout {
    fn last_sent_long_ago(&self, at: Timestamp, policy: &Policy) -> bool {
        // In unknown, `since` is when the last request ended without an answer: not before it may have left.
        at.duration_since(self.since) >= policy.resend_after
    }

    /// Whether Pockyt speaks of this payout. A notification must name amount and currency; an inquiry may leave them out.
    fn agrees_with(&self, snapshot: &PayoutSnapshot, inquired: bool) -> bool {
        let money = snapshot.money.map_or(inquired, |money| money == self.money);
        let account = snapshot
            .account_token
            .as_ref()
            .is_none_or(|token| *token == self.account_token);
        let number = match (&snapshot.transaction_no, &self.transaction_no) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => true,
        };
        snapshot.invoice_id == self.invoice_id && money && account && number
    }
}
