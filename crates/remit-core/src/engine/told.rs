//! What an inquiry or a notification that tells of a payout makes of it.

use super::doubt::never_accepted;
use super::transition::Draft;
use crate::event::{EventKind, Source, Verdict};
use crate::gateway::{PayoutSnapshot, WireStatus};
use crate::machine::{IllegalEdge, allowed};
use crate::mutant::{Mutant, mutated};
use crate::payout::{Payout, Reason, State};

impl Draft<'_> {
    pub(super) fn reported(
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
        if !inquired || !matches!(verdict, Verdict::Applied | Verdict::AlreadyKnown) {
            self.event.verdict = Some(verdict);
        }
        if inquired {
            self.after.last_checked_at = Some(self.at);
            if self.after.state == self.before.state {
                self.checked();
                // An answer that says neither that it is still paid nor that it came back ends no watch.
                if self.after.state == State::Paid && verdict != Verdict::AlreadyKnown {
                    self.watch_on();
                }
            }
            return Ok(verdict);
        }
        // A notification is confirmed, and one that disagrees is cleared up, by an inquiry soon (I6).
        let asked_about = matches!(
            self.after.state,
            State::Unknown | State::Processing | State::Paid
        );
        match verdict {
            Verdict::Applied if self.after.next_at.is_some() => self.after.next_at = Some(self.at),
            Verdict::Mismatched | Verdict::Unrecognised if asked_about => {
                self.after.next_at = Some(self.at)
            }
            Verdict::Contradicts | Verdict::OutOfOrder if self.after.paid_after_all() => {
                self.after.next_at = Some(self.at)
            }
            _ => {}
        }
        Ok(verdict)
    }

    fn judge(&mut self, snapshot: &PayoutSnapshot, inquired: bool) -> Result<Verdict, IllegalEdge> {
        // An answer about another invoice ID than the one asked about says nothing of ours.
        if snapshot.invoice_id != self.before.invoice_id {
            if inquired {
                self.ask_once_more();
            }
            return Ok(Verdict::Mismatched);
        }
        if never_accepted(self.before) {
            // Most likely another payment, however alike, so it must not pass for ours. But were our request doubled on its
            // way, it would be ours: only the owner can tell, and nothing invites to pay again.
            if inquired {
                self.after.not_found = 0;
                self.remember(Some(Reason::Duplicate), Some(description(snapshot)));
            }
            return Ok(Verdict::Mismatched);
        }
        let any_amount = !inquired && mutated(Mutant::TrustsAnyAmount);
        if !any_amount && !self.before.agrees_with(snapshot, inquired) {
            if inquired {
                self.disagrees(snapshot);
            }
            return Ok(Verdict::Mismatched);
        }
        if matches!(
            self.before.state,
            State::Draft | State::Scheduled | State::AwaitingApproval | State::Ready
        ) {
            return Ok(Verdict::OutOfOrder);
        }
        // Only an answer or an inquiry gives it: a wrong number from a notification would make every true report disagree.
        if let Some(number) = snapshot.transaction_no.as_ref().filter(|_| inquired) {
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
        if matches!(self.before.state, State::Failed | State::Cancelled) {
            return Ok(self.contradicted(snapshot, inquired));
        }
        if to == self.before.state {
            return Ok(self.confirmed(snapshot, reason));
        }
        // Whatever Pockyt knows of it, it accepted it: the first move out of sending is to processing.
        let to = if self.before.state == State::Sending {
            State::Processing
        } else {
            to
        };
        if (self.before.state, to) == (State::Paid, State::Processing)
            && mutated(Mutant::TakesPaidBack)
        {
            self.after.state = to;
            return Ok(Verdict::Applied);
        }
        if !allowed(self.before.state, to) {
            let word = snapshot.status.word();
            if inquired
                && self.before.state == State::Paid
                && snapshot.status != WireStatus::Pending
            {
                // It stays paid, since Pockyt said so; but the owner must see what Pockyt says now.
                self.remember(self.before.reason, Some(word.to_owned()));
            }
            return Ok(Verdict::OutOfOrder);
        }
        self.go(to, reason)?;
        self.after.detail = unrecognised(snapshot);
        Ok(Verdict::Applied)
    }

    /// It stands where it stood; what had been doubted about it no longer is.
    fn confirmed(&mut self, snapshot: &PayoutSnapshot, reason: Option<Reason>) -> Verdict {
        let detail = unrecognised(snapshot);
        match self.before.state {
            State::Processing => {
                let known = self.before.reason == reason && self.before.detail == detail;
                self.after.reason = reason;
                self.after.detail = detail;
                match (known, reason) {
                    (true, _) => Verdict::AlreadyKnown,
                    (false, None) => Verdict::Applied,
                    (false, Some(_)) => Verdict::Unrecognised,
                }
            }
            State::Paid => {
                self.after.detail = None;
                Verdict::AlreadyKnown
            }
            _ => Verdict::AlreadyKnown,
        }
    }

    /// What is told of one that failed or was withdrawn. Neither is ever taken back (machine.rs); but once Pockyt says that it
    /// was paid, nothing invites to pay again until Pockyt, asked, says that it came to nothing.
    fn contradicted(&mut self, snapshot: &PayoutSnapshot, inquired: bool) -> Verdict {
        let doubted = self.before.paid_after_all();
        let withdrawn = self.before.state == State::Cancelled;
        match snapshot.status {
            WireStatus::Success => {
                let was_asked = doubted && self.before.next_at.is_none();
                self.remember(Some(Reason::PaidAfterAll), Some(description(snapshot)));
                // The answer to the question that this raises is kept, although it repeats what raised it.
                self.heard_before &= was_asked;
                if doubted && !inquired {
                    Verdict::AlreadyKnown
                } else {
                    Verdict::Contradicts
                }
            }
            WireStatus::Failed | WireStatus::Returned if doubted && inquired => {
                self.after.reason = Some(match snapshot.status {
                    _ if withdrawn => Reason::Withdrawn,
                    WireStatus::Returned => Reason::ReportedReturned,
                    _ => Reason::ReportedFailed,
                });
                self.after.detail = None;
                Verdict::Applied
            }
            WireStatus::Failed if !withdrawn && !doubted => Verdict::AlreadyKnown,
            _ => Verdict::OutOfOrder,
        }
    }

    /// Pockyt's record under our invoice ID is not what was sent. That proves nothing: the owner must look.
    fn disagrees(&mut self, snapshot: &PayoutSnapshot) {
        let reason = match self.before.state {
            State::Unknown | State::Processing => Some(Reason::InvoiceTaken),
            State::Paid => self.before.reason,
            _ => return,
        };
        // Something was found.
        self.after.not_found = 0;
        self.remember(reason, Some(description(snapshot)));
    }

    /// Keeps what an inquiry told, so that the same is not recorded at every look.
    fn remember(&mut self, reason: Option<Reason>, detail: Option<String>) {
        self.heard_before = self.before.reason == reason && self.before.detail == detail;
        self.after.reason = reason;
        self.after.detail = detail;
    }
}

fn unrecognised(snapshot: &PayoutSnapshot) -> Option<String> {
    match &snapshot.status {
        WireStatus::Other(word) => Some(word.clone()),
        _ => None,
    }
}

/// Another payment as Pockyt has it, for the owner to find it there.
fn description(snapshot: &PayoutSnapshot) -> String {
    let number = snapshot.transaction_no.as_ref();
    let parts = [
        number.map(|number| number.as_str().to_owned()),
        snapshot.money.map(|money| money.to_string()),
        Some(snapshot.status.word().to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

impl Payout {
    /// Whether Pockyt speaks of this payout. A notification must name amount and currency; an inquiry may leave them out,
    /// and one that names the transaction number that we hold is about ours whatever amount it tells: whether the fee is
    /// in the amount is not documented (pockyt-api.md section 7).
    fn agrees_with(&self, snapshot: &PayoutSnapshot, inquired: bool) -> bool {
        match (&snapshot.transaction_no, &self.transaction_no) {
            (Some(theirs), Some(ours)) if theirs != ours => return false,
            (Some(_), Some(_)) if inquired => return true,
            _ => {}
        }
        let money = snapshot.money.map_or(inquired, |money| money == self.money);
        let account = snapshot
            .account_token
            .as_ref()
            .is_none_or(|token| *token == self.account_token);
        money && account
    }
}
