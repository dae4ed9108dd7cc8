//! How Pockyt is asked during a comparison: many questions at once, within what the owner allows, and none twice.

use super::{Engine, UNSEEN_RETRY_GAP, retries_of};
use crate::engine::refresh::Place;
use crate::error::Error;
use crate::gateway::{Answer, Certainty, GatewayError, PayoutSnapshot, Refusal};
use crate::ids::InvoiceId;
use crate::mutant::{Mutant, mutated};
use futures_util::future::ready;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// How long to wait before looking again for a free slot.
const UNTIL_A_SLOT: Duration = Duration::from_millis(100);

/// What a comparison has found out so far.
#[derive(Default)]
pub(in crate::engine) struct Compared {
    /// About which invoice IDs Pockyt has answered. Under one that the ledger does not have, it has nothing.
    pub(super) answered: HashSet<InvoiceId>,
    /// Those of them that are still to be made durable.
    fresh: Vec<InvoiceId>,
    /// What Pockyt has, and the ledger is to record.
    there: HashMap<InvoiceId, Answer<PayoutSnapshot>>,
    /// What Pockyt has and is on record without a payee, as an event only.
    pub(super) found: HashSet<InvoiceId>,
}

impl Compared {
    pub(super) fn answer(&mut self, invoice_id: InvoiceId) {
        self.fresh.push(invoice_id.clone());
        self.answered.insert(invoice_id);
    }

    fn look(&self, invoice_id: &InvoiceId) -> Option<Looked> {
        if self.answered.contains(invoice_id) {
            return Some(Looked::Missing);
        }
        if self.found.contains(invoice_id) {
            return Some(Looked::Known);
        }
        self.there.get(invoice_id).cloned().map(Looked::Found)
    }
}

/// What Pockyt has under an invoice ID.
pub(super) enum Looked {
    /// The ledger has it.
    Known,
    Missing,
    Found(Answer<PayoutSnapshot>),
}

impl Engine {
    pub(super) async fn look_for(&self, invoice_id: &InvoiceId) -> Result<Looked, Error> {
        if self
            .ports
            .ledger
            .payout_by_invoice(invoice_id)
            .await?
            .is_some()
        {
            return Ok(Looked::Known);
        }
        loop {
            let looked = self.compared().look(invoice_id);
            match looked {
                Some(looked) => return Ok(looked),
                None => self.ask_pockyt(invoice_id.clone()).await?,
            }
        }
    }

    /// Asks about the invoice IDs that the ledger does not have and that were not asked about yet, many side by side: what is
    /// then looked at one by one is known already.
    pub(super) async fn ask_ahead(&self, mut invoices: Vec<InvoiceId>) -> Result<(), Error> {
        invoices.retain(|invoice_id| self.compared().look(invoice_id).is_none());
        let unknown = self.not_in_the_ledger(invoices).await?;
        self.side_by_side(unknown, |invoice_id| self.ask_pockyt(invoice_id))
            .await
    }

    /// The same, and about the retries of those that the ledger does not have.
    pub(super) async fn ask_ahead_with_retries(&self, invoices: &[InvoiceId]) -> Result<(), Error> {
        let unknown = self.not_in_the_ledger(invoices.to_vec()).await?;
        let retries = unknown
            .iter()
            .flat_map(|invoice_id| retries_of(invoice_id, UNSEEN_RETRY_GAP));
        let asked = unknown.iter().cloned().chain(retries).collect();
        self.ask_ahead(asked).await
    }

    async fn not_in_the_ledger(&self, invoices: Vec<InvoiceId>) -> Result<Vec<InvoiceId>, Error> {
        let mut unknown = Vec::with_capacity(invoices.len());
        for invoice_id in invoices {
            let known = self.ports.ledger.payout_by_invoice(&invoice_id).await?;
            if known.is_none() {
                unknown.push(invoice_id);
            }
        }
        Ok(unknown)
    }

    async fn ask_pockyt(&self, invoice_id: InvoiceId) -> Result<(), Error> {
        match self.in_turn(self.held_under(&invoice_id)).await?? {
            Some(answer) if !mutated(Mutant::FindsNothing) => {
                self.compared().there.insert(invoice_id, answer);
            }
            _ => self.compared().answer(invoice_id),
        }
        Ok(())
    }

    /// What Pockyt has under an invoice ID. Only "no such payout" counts as nothing; any other trouble, a wrong clock among them,
    /// tells nothing. What cannot be asked about was never sent, and what cannot be read is asked about again.
    pub(in crate::engine) async fn held_under(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Option<Answer<PayoutSnapshot>>, GatewayError> {
        match self.ports.gateway.inquire(invoice_id).await {
            Ok(answer)
                if answer.value.money.is_none() || answer.value.invoice_id != *invoice_id =>
            {
                Err(unreadable(answer))
            }
            Ok(answer) => Ok(Some(answer)),
            Err(error) if matches!(error.kind, Refusal::NoSuchRecord | Refusal::Invalid) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks many questions, as many of them at once as the owner allows.
    pub(super) async fn side_by_side<T, F>(
        &self,
        of: Vec<T>,
        ask: impl Fn(T) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<(), Error>>,
    {
        let at_once = self.status().limits.at_once as usize;
        iter(of)
            .map(ask)
            .buffer_unordered(at_once)
            .try_for_each(|()| ready(Ok(())))
            .await
    }

    /// Makes durable about what Pockyt has answered.
    pub(super) async fn keep_answers(&self) -> Result<(), Error> {
        let fresh = std::mem::take(&mut self.compared().fresh);
        if !fresh.is_empty() {
            self.ports.ledger.record_compared(fresh).await?;
        }
        Ok(())
    }

    /// Asks when a request may leave, and counts it as long as it is on the wire.
    pub(super) async fn in_turn<T>(&self, question: impl Future<Output = T>) -> Result<T, Error> {
        let place = self.take_slot().await?;
        let answer = question.await;
        drop(place);
        Ok(answer)
    }

    /// Waits until a request may leave, and counts it.
    async fn take_slot(&self) -> Result<Place<'_>, Error> {
        loop {
            let steady = self.ports.clock.steady();
            let wait = {
                let mut traffic = self.wire.traffic();
                if traffic.offline_since().is_some() {
                    return Err(GatewayError::not_sent().into());
                }
                if traffic.room(steady) > 0 {
                    traffic.leave(steady);
                    return Ok(Place(&self.wire));
                }
                traffic.room_in(steady)
            };
            let clock = &self.ports.clock;
            clock.sleep(wait.unwrap_or(UNTIL_A_SLOT)).await;
        }
    }
}

fn unreadable(answer: Answer<PayoutSnapshot>) -> GatewayError {
    GatewayError {
        certainty: Certainty::Unknown,
        kind: Refusal::Garbled,
        words: None,
        field: None,
        evidence: Some(answer.evidence),
    }
}
