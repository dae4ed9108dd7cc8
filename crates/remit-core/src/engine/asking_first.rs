//! What a ledger that was put back to an earlier one asks before it sends or withdraws anything: what the lost ledger paid is
//! never paid again (docs/adr/0008).

use super::Engine;
use super::recovery::{UNSEEN_RETRY_GAP, retries_of};
use super::refresh::Place;
use super::transition::Input;
use crate::error::{Code, Error};
use crate::event::Source;
use crate::gateway::{Certainty, GatewayError, Refusal, WireStatus};
use crate::ids::InvoiceId;
use crate::payout::{Payout, Reason, State};

impl Engine {
    /// The first request of a payout goes out only when Pockyt has nothing under its invoice ID, and any request only when it
    /// has nothing under those of its retries either: it refused, in the lost ledger, what was then tried again. Nothing when
    /// the payout is not to be sent.
    pub(super) async fn ask_before_sending(&self, payout: Payout) -> Result<Option<Payout>, Error> {
        if !self.was_put_back() {
            return Ok(Some(payout));
        }
        if payout.attempts <= 1 {
            match self.ports.gateway.inquire(&payout.invoice_id).await {
                Err(error) if error.kind == Refusal::NoSuchRecord => {}
                Ok(answer) => {
                    let id = payout.id;
                    self.conclude(payout, Input::Doubted(Reason::Restored))
                        .await?;
                    let told = Input::Reported(answer.value, Source::Inquiry, answer.evidence);
                    self.report(id, &told).await?;
                    return Ok(None);
                }
                Err(error) => return self.not_asked(payout, error).await,
            }
        }
        for invoice_id in retries_of(&payout.invoice_id, UNSEEN_RETRY_GAP) {
            match self.tried_again_as(invoice_id).await {
                Ok(false) => {}
                Ok(true) => {
                    self.conclude(payout, Input::Doubted(Reason::TriedAgain))
                        .await?;
                    return Ok(None);
                }
                Err(Error::Gateway(error)) => return self.not_asked(payout, error).await,
                Err(error) => return Err(error),
            }
        }
        // Meanwhile a notification may have told of it.
        let found = self.ports.ledger.payout(payout.id).await?;
        Ok(found.filter(|found| found.revision == payout.revision))
    }

    /// Whether money went out, or may have, under the invoice ID of a retry. What only Pockyt has is recorded.
    async fn tried_again_as(&self, invoice_id: InvoiceId) -> Result<bool, Error> {
        if let Some(known) = self.ports.ledger.payout_by_invoice(&invoice_id).await? {
            return Ok(!matches!(
                known.state,
                State::Draft | State::Failed | State::Returned | State::Cancelled
            ));
        }
        // It shares the place of the request that it comes before, and counts as one more.
        let steady = self.ports.clock.steady();
        self.wire.traffic().leave(steady);
        let place = Place(&self.wire);
        let held = self.held_under(&invoice_id).await;
        drop(place);
        let Some(answer) = held? else {
            return Ok(false);
        };
        let came_to_nothing = matches!(
            answer.value.status,
            WireStatus::Failed | WireStatus::Returned
        );
        self.keep_found(answer, None).await?;
        Ok(!came_to_nothing)
    }

    /// The question was not answered, so the request was not sent.
    async fn not_asked(
        &self,
        payout: Payout,
        error: GatewayError,
    ) -> Result<Option<Payout>, Error> {
        let kind = match error.kind {
            Refusal::Invalid => Refusal::Other,
            kind => kind,
        };
        let error = GatewayError {
            certainty: Certainty::NotSent,
            kind,
            ..error
        };
        self.conclude(payout, Input::Trouble(error)).await?;
        Ok(None)
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
