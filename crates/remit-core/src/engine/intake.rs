//! Notifications: whatever arrives is kept with its verdict, and only what holds moves a payout (I6).

use super::transition::Input;
use super::{Changed, Engine};
use crate::error::Error;
use crate::event::{EventKind, NewEvent, Source, Subject, Verdict};
use crate::ids::{InvoiceId, PayoutId};
use crate::ledger::LedgerError;

/// How much of a notification that does not hold is kept.
const KEPT_OF_FORGED: usize = 2048;

impl Engine {
    /// Takes a notification. When this returns without an error, its trace is durable, and the sender may be told
    /// `success` (pockyt-api.md section 5).
    ///
    /// # Errors
    /// When the ledger fails; the sender must then not be told `success`, so that it tries again.
    pub async fn take_notification(
        &self,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Verdict, Error> {
        let (payout, verdict) = match self.ports.gateway.read_notification(content_type, body) {
            Ok(notification) => {
                let invoice = notification.payout.invoice_id.clone();
                match self.ports.ledger.payout_by_invoice(&invoice).await? {
                    Some(payout) => {
                        let input = Input::Reported(
                            notification.payout,
                            Source::Notification,
                            notification.raw,
                        );
                        (Some(payout.id), self.report(payout.id, &input).await?)
                    }
                    None => (
                        None,
                        self.keep(None, Verdict::Unmatched, Some(notification.raw))
                            .await?,
                    ),
                }
            }
            Err(claimed) => {
                let payout = self.claimed_payout(claimed.as_ref()).await?;
                let text = String::from_utf8_lossy(body.get(..KEPT_OF_FORGED).unwrap_or(body))
                    .into_owned();
                (
                    payout,
                    self.keep(payout, Verdict::Forged, Some(text)).await?,
                )
            }
        };
        self.tell(Changed::Notification(payout, verdict));
        Ok(verdict)
    }

    /// Plays a report until it has had its whole effect: a report that overtakes the answer takes two edges.
    pub(super) async fn report(&self, id: PayoutId, input: &Input) -> Result<Verdict, Error> {
        let mut first = None;
        let mut moved = true;
        loop {
            let payout = self
                .ports
                .ledger
                .payout(id)
                .await?
                .ok_or(LedgerError::NotFound)?;
            if !moved {
                return Ok(first.unwrap_or(Verdict::AlreadyKnown));
            }
            let step = self.step(&payout, input.clone())?;
            let again = first.is_some();
            if again && step.verdict != Verdict::Applied {
                return Ok(first.unwrap_or(step.verdict));
            }
            let goes_on = step.change.payout.state != payout.state;
            match self.apply(step.change).await {
                Ok(_) => {
                    first.get_or_insert(step.verdict);
                    moved = goes_on;
                }
                Err(LedgerError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn claimed_payout(&self, invoice: Option<&InvoiceId>) -> Result<Option<PayoutId>, Error> {
        let Some(invoice) = invoice else {
            return Ok(None);
        };
        Ok(self
            .ports
            .ledger
            .payout_by_invoice(invoice)
            .await?
            .map(|payout| payout.id))
    }

    async fn keep(
        &self,
        payout: Option<PayoutId>,
        verdict: Verdict,
        raw: Option<String>,
    ) -> Result<Verdict, Error> {
        let subject = payout.map_or(Subject::Nothing, Subject::Payout);
        let mut event = NewEvent::new(
            self.now(),
            subject,
            EventKind::Notified,
            Source::Notification,
        )
        .evidence(raw);
        event.verdict = Some(verdict);
        self.ports.ledger.record_events(vec![event]).await?;
        Ok(verdict)
    }
}
