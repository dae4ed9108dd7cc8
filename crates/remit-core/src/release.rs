//! What the owner released becomes a payout here, whether it was entered by hand or comes from a run: there is one way.

use crate::engine::{Changed, Engine, dispatch::order};
use crate::error::Error;
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::ids::{InvoiceId, PayoutId, RequestKey};
use crate::money::Money;
use crate::pay::usable;
use crate::payee::{FundingAccount, Payee};
use crate::payee_status::registered;
use crate::payout::{Channel, Payout, State};

/// What the owner released.
#[derive(Clone, Debug)]
pub struct Intent<'a> {
    /// The payout's number.
    pub id: PayoutId,
    /// Its idempotency key, for its whole life (I4).
    pub request_key: RequestKey,
    /// Who is paid.
    pub payee: &'a Payee,
    /// Where to.
    pub account: &'a FundingAccount,
    /// How much.
    pub money: Money,
    /// The owner's number.
    pub invoice_id: InvoiceId,
    /// How quickly.
    pub channel: Channel,
    /// What the payee may read.
    pub description: &'a str,
    /// What only the owner reads.
    pub note: &'a str,
    /// The payout that this one tries again.
    pub retry_of: Option<PayoutId>,
}

impl Engine {
    /// The payout that goes into the ledger, ready to be sent, with the event that says so.
    ///
    /// # Errors
    /// When the payee or the account cannot be paid, or what cannot be put on the wire: that is refused before it is released.
    pub fn payout(&self, intent: Intent<'_>) -> Result<(Payout, NewEvent), Error> {
        usable(intent.payee, intent.account, intent.money.currency)?;
        let now = self.now();
        let payout = Payout {
            id: intent.id,
            payee_id: intent.payee.id,
            customer_no: registered(intent.payee)?.clone(),
            payee_name: intent.payee.display_name(),
            account_label: intent.account.label(),
            account_token: intent.account.token.clone(),
            money: intent.money,
            fee: None,
            invoice_id: intent.invoice_id,
            request_key: intent.request_key,
            channel: intent.account.channel(intent.channel),
            description: intent.description.trim().to_owned(),
            note: intent.note.trim().to_owned(),
            ipn_url: self.ipn_url(),
            state: State::Ready,
            reason: None,
            detail: None,
            since: now,
            created_at: now,
            sent_at: None,
            settled_at: None,
            transaction_no: None,
            body: None,
            attempts: 0,
            not_found: 0,
            checks: 0,
            last_checked_at: None,
            next_at: Some(now),
            retry_of: intent.retry_of,
            retried_by: None,
            revision: 0,
        };
        self.ports.gateway.prepare_pay(&order(&payout), now)?;
        let mut event = NewEvent::new(
            now,
            Subject::Payout(payout.id),
            EventKind::Released,
            Source::Owner,
        );
        event.to = Some("ready".to_owned());
        Ok((payout, event))
    }

    /// Lets the engine send a payout that was recorded just now, and tells of it and of the one that it tries again.
    pub async fn released(&self, payout: &Payout) {
        self.wake();
        self.tell(Changed::Payout(payout.id, payout.state));
        if let Some(earlier) = payout.retry_of
            && let Ok(Some(earlier)) = self.ports.ledger.payout(earlier).await
        {
            self.tell(Changed::Payout(earlier.id, earlier.state));
        }
    }
}
