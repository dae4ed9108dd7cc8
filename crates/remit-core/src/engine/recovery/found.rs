//! What Pockyt has and the ledger had not.

use super::Engine;
use crate::engine::Changed;
use crate::error::Error;
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::gateway::{Answer, PayoutSnapshot};
use crate::ids::{PayoutId, RequestKey};
use crate::ledger::{LedgerError, Recovery};
use crate::payout::{Channel, Payout, State};

impl Engine {
    /// Records a payout that Pockyt has and the ledger had not. Without a payee whose account it went to it is kept as an
    /// event.
    pub(in crate::engine) async fn keep_found(
        &self,
        answer: Answer<PayoutSnapshot>,
        retry_of: Option<PayoutId>,
    ) -> Result<Option<Payout>, Error> {
        let Answer { value, evidence } = answer;
        let invoice_id = value.invoice_id.clone();
        let now = self.now();
        let ledger = &self.ports.ledger;
        let payee = match &value.account_token {
            Some(token) => ledger.payee_by_account(token).await?,
            None => None,
        };
        let event = |subject| {
            NewEvent::new(now, subject, EventKind::Found, Source::Inquiry)
                .evidence(Some(evidence.clone()))
        };
        let known = payee.and_then(|payee| Some((payee.customer_no.clone()?, payee)));
        let (Some((customer_no, payee)), Some(token), Some(money)) =
            (known, value.account_token, value.money)
        else {
            ledger.record_events(vec![event(Subject::Nothing)]).await?;
            self.compared().found.insert(invoice_id);
            self.count_found().await?;
            return Ok(None);
        };
        let account_label = ledger
            .accounts(payee.id)
            .await?
            .iter()
            .find(|account| account.token == token)
            .map_or_else(|| token.as_str().to_owned(), |account| account.label());
        let payout = Payout {
            id: PayoutId(self.ports.ids.uuid()),
            payee_id: payee.id,
            customer_no,
            payee_name: payee.display_name(),
            account_token: token,
            account_label,
            money,
            fee: value.fee,
            invoice_id: value.invoice_id,
            request_key: RequestKey(self.ports.ids.uuid()),
            // Pockyt does not tell.
            channel: Channel::Unspecified,
            description: String::new(),
            note: String::new(),
            ipn_url: None,
            state: State::Processing,
            reason: None,
            detail: None,
            since: now,
            created_at: now,
            sent_at: Some(now),
            settled_at: None,
            transaction_no: value.transaction_no,
            body: None,
            attempts: 1,
            not_found: 0,
            checks: 0,
            last_checked_at: None,
            next_at: Some(now),
            retry_of,
            retried_by: None,
            revision: 0,
        };
        let mut event = event(Subject::Payout(payout.id));
        event.to = Some("processing".to_owned());
        match ledger.record_payout(payout, vec![event]).await {
            Ok(recorded) => {
                let payout = recorded.into_inner();
                self.tell(Changed::Payout(payout.id, payout.state));
                self.count_found().await?;
                Ok(Some(payout))
            }
            // Recorded meanwhile.
            Err(LedgerError::InvoiceUsed(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn count_found(&self) -> Result<(), Error> {
        let Some(recovery) = self.recovery() else {
            return Ok(());
        };
        let found = recovery.found.saturating_add(1);
        self.record_recovery(Recovery { found, ..recovery }, Vec::new())
            .await
    }
}
