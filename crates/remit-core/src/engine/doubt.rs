//! What follows from Pockyt not having an unknown payout: when the same request may go out again, and when its absence
//! is proof (docs/adr/0004).

use super::policy::Policy;
use super::transition::Draft;
use crate::event::{EventKind, Source, Verdict};
use crate::machine::IllegalEdge;
use crate::mutant::{Mutant, mutated};
use crate::payout::{Payout, Reason, State};
use jiff::{SignedDuration, Timestamp};

/// Whether the same body may go out again at this moment (I4): enough inquiries, far enough apart and the last of them
/// just now, have found nothing, and it went out neither too often nor too long ago.
pub(crate) fn may_resend(payout: &Payout, at: Timestamp, policy: &Policy) -> bool {
    let fresh = payout
        .last_checked_at
        .is_some_and(|asked| within(asked, at, policy.resend_while_fresh));
    payout.state == State::Unknown
        && payout.not_found >= policy.not_found_before_resend
        && fresh
        && resend_is_open(payout, at, policy)
}

/// Whether the payout may still go out again once enough inquiries have found nothing.
fn resend_is_open(payout: &Payout, at: Timestamp, policy: &Policy) -> bool {
    let young = payout
        .sent_at
        .is_some_and(|sent| within(sent, at, policy.resend_for));
    payout.body.is_some()
        && payout.attempts < policy.most_sendings
        && young
        && !of_a_lost_ledger(payout)
        && !resend_is_ruled_out(payout)
}

/// Whether it never goes out again, whatever inquiries tell: what Pockyt refused it would refuse again, and an invoice ID
/// that it holds already is another payment's.
pub(super) fn resend_is_ruled_out(payout: &Payout) -> bool {
    matches!(payout.reason, Some(Reason::Refused | Reason::InvoiceTaken)) || never_accepted(payout)
}

/// Whether a ledger that was lost may have sent it, under this invoice ID or that of a retry.
pub(super) fn of_a_lost_ledger(payout: &Payout) -> bool {
    matches!(payout.reason, Some(Reason::Restored | Reason::TriedAgain))
}

/// Whether Pockyt answered "duplicate" to the only request that was ever made. Its own acceptance it would have repeated
/// under the same key (pockyt-api.md section 2), so what it holds under the invoice ID is hardly ours.
pub(super) fn never_accepted(payout: &Payout) -> bool {
    payout.state == State::Unknown
        && payout.reason == Some(Reason::Duplicate)
        && payout.attempts <= 1
}

/// Whether `now` is less than `span` after `then`, and not before it, as it is when the clock was set back.
fn within(then: Timestamp, now: Timestamp, span: SignedDuration) -> bool {
    let age = now.duration_since(then);
    age >= SignedDuration::ZERO && age < span
}

impl Draft<'_> {
    /// An inquiry told nothing of ours, so what was not found before it is no longer fresh: only another "no such payout"
    /// may send it again.
    pub(super) fn ask_once_more(&mut self) {
        let short = self.policy.not_found_before_resend.saturating_sub(1);
        if self.after.state == State::Unknown {
            self.after.not_found = self.after.not_found.min(short);
        }
    }

    pub(super) fn not_found(&mut self, evidence: Option<String>) -> Result<Verdict, IllegalEdge> {
        self.note(EventKind::Inquired, Source::Inquiry, evidence);
        self.checked();
        if self.before.state != State::Unknown {
            return Ok(Verdict::AlreadyKnown);
        }
        if self.before.since > self.at {
            // The clock was set back: the waiting begins anew.
            self.after.since = self.at;
        }
        // In unknown, `since` is when the last request ended without an answer: not before it may have left.
        let age = self.at.duration_since(self.before.since);
        let enough = self.policy.not_found_before_resend;
        let count = self.before.not_found.saturating_add(1);
        // Counting stops one short of enough until enough time has passed as well.
        self.after.not_found = if age >= self.policy.resend_after {
            count
        } else {
            count.min(enough.saturating_sub(1))
        };
        if mutated(Mutant::ResendsAtFirstNotFound) {
            self.after.not_found = enough;
        }
        if self.after.not_found < enough {
            return Ok(Verdict::Applied);
        }
        if self.before.reason == Some(Reason::Refused) && self.before.attempts <= 1 {
            self.go(State::Failed, Some(Reason::Refused))?;
        } else if of_a_lost_ledger(self.before) {
            self.go(State::Failed, self.before.reason)?;
        } else if age >= self.policy.resend_for || mutated(Mutant::GivesUpTooSoon) {
            self.go(State::Failed, Some(Reason::NeverArrived))?;
        } else if resend_is_open(self.before, self.at, self.policy) {
            self.after.reason = Some(Reason::NotFoundYet);
            self.after.next_at = Some(self.at);
        }
        Ok(Verdict::Applied)
    }
}
