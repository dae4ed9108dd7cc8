//! What a ledger that was put back to an earlier one asks before it sends or withdraws anything: what the lost ledger paid is
//! never paid again (docs/adr/0008).

use super::Engine;
use super::recovery::{UNSEEN_RETRY_GAP, retries_of, tried_again, tries_before};
use super::refresh::Place;
use super::transition::Input;
use crate::error::{Code, Error};
use crate::event::Source;
use crate::gateway::{Answer, Certainty, GatewayError, Refusal, WireStatus};
use crate::ids::InvoiceId;
use crate::mutant::{Mutant, mutated};
use crate::payout::{Payout, Reason};

/// What speaks against sending a payout.
pub(super) enum Objection {
    /// Pockyt has something under its invoice ID.
    There(Input),
    /// This is what happens to it instead.
    Instead(Input),
    /// It has changed since.
    Changed,
}

impl Engine {
    /// The first request of a payout goes out only when Pockyt has nothing under its invoice ID, and any request only when it
    /// has nothing under those of its retries either: it refused, in the lost ledger, what was then tried again. A retry goes out
    /// only when none of the tries before it pays either, as one may that was taken in once more. Nor does what
    /// pays somebody, or somewhere, that is not what it was at the release.
    pub(super) async fn objection(&self, payout: &Payout) -> Result<Option<Objection>, Error> {
        if !self.was_put_back() {
            return Ok(None);
        }
        if !mutated(Mutant::SkipsAskingFirst)
            && let Some(objection) = self.ask_before_sending(payout).await?
        {
            return Ok(Some(objection));
        }
        if payout.attempts <= 1
            && let Some(reason) = self.moved_target(payout).await?
        {
            return Ok(Some(Objection::Instead(Input::Held(reason))));
        }
        // Meanwhile a notification may have told of it.
        let found = self.ports.ledger.payout(payout.id).await?;
        let same = found.is_some_and(|found| found.revision == payout.revision);
        Ok((!same).then_some(Objection::Changed))
    }

    async fn ask_before_sending(&self, payout: &Payout) -> Result<Option<Objection>, Error> {
        if payout.attempts <= 1 {
            match self.ports.gateway.inquire(&payout.invoice_id).await {
                Err(error) if error.kind == Refusal::NoSuchRecord => {}
                Ok(answer) => {
                    let told = Input::Reported(answer.value, Source::Inquiry, answer.evidence);
                    return Ok(Some(Objection::There(told)));
                }
                Err(error) => return Ok(Some(not_asked(error))),
            }
        }
        let retry = payout.retry_of.is_some() && !mutated(Mutant::RetriesFoundAreNotLinked);
        let before = retry.then(|| tries_before(&payout.invoice_id));
        let before = before.into_iter().flatten().map(|tried| (tried, false));
        let after = retries_of(&payout.invoice_id, UNSEEN_RETRY_GAP).map(|tried| (tried, true));
        for (invoice_id, leads_on) in before.chain(after) {
            match self.tried_as(payout, &invoice_id).await {
                Ok(None) => {}
                Ok(Some(by)) => {
                    let by = by.as_ref().filter(|_| leads_on);
                    return Ok(Some(Objection::Instead(tried_again(by))));
                }
                Err(Error::Gateway(error)) => return Ok(Some(not_asked(error))),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The try of a payout under this invoice ID, if money went out, or may have; without it where it has no payee on record. What
    /// only Pockyt has is recorded; what came to nothing cannot be tried again beside this payout.
    async fn tried_as(
        &self,
        payout: &Payout,
        invoice_id: &InvoiceId,
    ) -> Result<Option<Option<Payout>>, Error> {
        let ledger = &self.ports.ledger;
        let by = match ledger.payout_by_invoice(invoice_id).await? {
            Some(known) => Some(known),
            None => {
                // It shares the place of the request that it comes before, and counts as one more.
                let steady = self.ports.clock.steady();
                self.wire.traffic().leave(steady);
                let place = Place(&self.wire);
                let held = self.held_under(invoice_id).await;
                drop(place);
                let Some(answer) = held? else {
                    return Ok(None);
                };
                let Answer { value, evidence } = answer.clone();
                let kept = self.keep_found(answer, None).await?;
                let came_to_nothing =
                    matches!(value.status, WireStatus::Failed | WireStatus::Returned);
                match kept {
                    Some(found) => {
                        let told = Input::Reported(value, Source::Inquiry, evidence);
                        self.report(found.id, &told).await?;
                        ledger.payout(found.id).await?
                    }
                    None if came_to_nothing => return Ok(None),
                    None => None,
                }
            }
        };
        match by {
            // The invoice ID only looks like a retry's.
            Some(by) if by.payee_id != payout.payee_id => Ok(None),
            Some(by) if !by.may_have_paid() => {
                self.was_tried_again(by.id, Some(payout)).await?;
                Ok(None)
            }
            by => Ok(Some(by)),
        }
    }

    /// A payout is withdrawn, too, only when Pockyt has nothing under its invoice ID: what the lost ledger paid would be hidden
    /// behind it.
    ///
    /// # Errors
    /// When Pockyt cannot be asked, or its answer does not count yet.
    pub(crate) async fn ask_before_withdrawing(&self, payout: Payout) -> Result<(), Error> {
        if self.compares() || !self.not_found_counts() {
            let message = "This ledger was put back to an earlier one, which may have sent this payout. Remit must ask Pockyt before it can be withdrawn. Try again in some minutes; nothing is sent until then.";
            return Err(Error::rule(Code::NotCancellable, message));
        }
        match self.ports.gateway.inquire(&payout.invoice_id).await {
            Err(error) if error.kind == Refusal::NoSuchRecord => Ok(()),
            Ok(answer) => {
                let claim = self.claim(&payout, self.now())?;
                let (claimed, outcome) = self.take(vec![claim]).await;
                for payout in claimed {
                    self.conclude(payout, Input::Doubted(Reason::Restored))
                        .await?;
                }
                outcome?;
                let told = Input::Reported(answer.value, Source::Inquiry, answer.evidence);
                self.report(payout.id, &told).await.map(drop)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The question was not answered, so the request was not sent.
fn not_asked(error: GatewayError) -> Objection {
    let kind = match error.kind {
        Refusal::Invalid => Refusal::Other,
        kind => kind,
    };
    Objection::Instead(Input::Trouble(GatewayError {
        certainty: Certainty::NotSent,
        kind,
        ..error
    }))
}
