//! The one sender (I2). Buttons, schedules and retries only mark payouts ready; only this claims and sends.

use super::doubt::may_resend;
use super::transition::Input;
use super::{Changed, Engine};
use crate::error::Error;
use crate::gateway::PayOrder;
use crate::ids::WireBody;
use crate::ledger::{LedgerError, PayoutChange};
use crate::payout::{Payout, State};
use futures_util::future::join_all;
use jiff::Timestamp;

impl Engine {
    /// Claims what is ready, in one transaction, and sends it. The intent, with the exact body, is durable before the
    /// first byte leaves (I1).
    pub(super) async fn dispatch(&self) -> Result<usize, Error> {
        // One instant for the choice and the claim, so that what may go out when chosen may when claimed.
        let now = self.now();
        let due = self
            .ports
            .ledger
            .payouts_due(&[State::Ready], now, self.policy.in_flight)
            .await?;
        let again = self
            .ports
            .ledger
            .payouts_due(&[State::Unknown], now, u32::MAX)
            .await?;
        let again = again
            .into_iter()
            .filter(|payout| may_resend(payout, now, &self.policy));
        let room = self.policy.in_flight as usize;
        let claims = due
            .iter()
            .cloned()
            .chain(again)
            .take(room)
            .map(|payout| self.claim(&payout, now))
            .collect::<Result<Vec<_>, Error>>()?;
        if claims.is_empty() {
            return Ok(0);
        }
        let mut outcome = Ok(());
        let mut claimed: Vec<Payout> = Vec::new();
        for answer in self.ports.ledger.apply(claims).await? {
            match answer {
                Ok(payout) => {
                    self.tell(Changed::Payout(payout.id, payout.state));
                    claimed.push(payout);
                }
                // It changed in the meantime, say because the owner withdrew it: it is simply not ours to send.
                Err(LedgerError::Conflict) => {}
                // Told (I12), but only after the others were sent.
                Err(error) => outcome = Err(error.into()),
            }
        }
        let count = claimed.len();
        let sends = claimed.into_iter().map(|payout| self.send(payout));
        for sent in join_all(sends).await {
            outcome = outcome.and(sent);
        }
        outcome.map(|()| count)
    }

    fn claim(&self, payout: &Payout, now: Timestamp) -> Result<PayoutChange, Error> {
        let body = match &payout.body {
            Some(body) => body.clone(),
            // The owner's input was checked this way before release. Should it fail now, the empty body is refused
            // before anything leaves, and the payout fails with its reason instead of holding up the others.
            None => self
                .ports
                .gateway
                .prepare_pay(&order(payout), now)
                .unwrap_or_else(|_| WireBody(String::new())),
        };
        let step = self.step(payout, Input::Claim(body))?;
        Ok(step.change)
    }

    async fn send(&self, payout: Payout) -> Result<(), Error> {
        let body = payout
            .body
            .clone()
            .unwrap_or_else(|| WireBody(String::new()));
        let outcome = self.ports.gateway.pay(&body, payout.request_key).await;
        let input = match outcome {
            Ok(answer) => Input::Accepted(answer),
            Err(error) => Input::Trouble(error),
        };
        self.advance(payout.id, |payout| {
            let step = self.step(payout, input.clone())?;
            Ok(Some(step.change))
        })
        .await?;
        Ok(())
    }
}

pub(crate) fn order(payout: &Payout) -> PayOrder {
    PayOrder {
        customer_no: payout.customer_no.clone(),
        account_token: payout.account_token.clone(),
        invoice_id: payout.invoice_id.clone(),
        money: payout.money,
        channel: payout.channel,
        description: payout.description.clone(),
        note: payout.note.clone(),
        ipn_url: payout.ipn_url.clone(),
    }
}
