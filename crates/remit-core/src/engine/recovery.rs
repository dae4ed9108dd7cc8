//! A ledger that was put back to an earlier one does not know what was sent after that. It compares itself with Pockyt before
//! anything is sent, and never sends by itself what it cannot know to be unsent (docs/adr/0008).

use super::doubt::{of_a_lost_ledger, resend_is_ruled_out};
use super::refresh::Place;
use super::transition::Input;
use super::{Changed, Engine};
use crate::error::Error;
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::gateway::{Answer, Certainty, GatewayError, PayoutSnapshot, Refusal};
use crate::ids::{InvoiceId, PayoutId, RequestKey};
use crate::ledger::{InvoiceSeries, LedgerError, PayoutQuery, PayoutSort, Recovery, RecoveryCause};
use crate::mutant::{Mutant, mutated};
use crate::pay::{RETRY, retry_invoice_id, suggested_prefix};
use crate::payout::{Channel, Payout, Reason, State};
use futures_util::future::ready;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::{HashMap, HashSet};
use std::iter::successors;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// How many numbers of a series in a row Pockyt must not have before the series is taken to end.
const GAP: u64 = 20;
/// The same for the retries of one payout.
const RETRY_GAP: u32 = 10;
/// The same for a number that Pockyt does not have and the ledger never knew.
pub(super) const UNSEEN_RETRY_GAP: u32 = 3;
/// From how many of the newest payouts the series are taken.
const NEWEST: u32 = 200;
/// How long to wait before looking again for a free slot.
const UNTIL_A_SLOT: Duration = Duration::from_millis(100);
/// How many months of suggested invoice IDs are looked through at most.
const MONTHS: usize = 36;

/// About how many Pockyt is asked before its answers are made durable.
const TOGETHER: u16 = 64;

/// What a comparison has found out so far.
#[derive(Default)]
pub(super) struct Compared {
    /// About which invoice IDs Pockyt has answered. Under one that the ledger does not have, it has nothing.
    answered: HashSet<InvoiceId>,
    /// Those of them that are still to be made durable.
    fresh: Vec<InvoiceId>,
    /// What Pockyt has, and the ledger is to record.
    there: HashMap<InvoiceId, Answer<PayoutSnapshot>>,
    /// What Pockyt has and is on record without a payee, as an event only.
    found: HashSet<InvoiceId>,
}

impl Compared {
    fn answer(&mut self, invoice_id: InvoiceId) {
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

impl Engine {
    /// Marks the ledger as one that may be older than what was sent from it. Nothing is sent until it was compared with
    /// Pockyt.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn begin_recovery(&self, cause: RecoveryCause) -> Result<(), Error> {
        let ledger = &self.ports.ledger;
        let head = ledger.head().await?;
        let newest = ledger.event_at(head.seq).await?.map(|event| event.event.at);
        // Not before anything that was released, whatever the clock says or was set to in between: that is in doubt.
        let released = self.last_release(None).await?;
        // After that of a comparison under way, too, whatever the clock says: what was answered for it counts no more.
        let under_way = ledger.recovery().await?.map(|known| known.since);
        let after = under_way.and_then(|since| since.checked_add(1.nanosecond()).ok());
        let since = newest
            .into_iter()
            .chain(released)
            .chain(after)
            .fold(self.now(), Timestamp::max);
        let recovery = Recovery {
            cause,
            since,
            done_at: None,
            found: 0,
            replaced: None,
        };
        let event = self.recovery_event(EventKind::RecoveryBegan);
        *self.compared() = Compared::default();
        self.record_recovery(recovery, vec![event]).await?;
        self.doubt_the_clock();
        self.wake();
        Ok(())
    }

    /// How the recovery stands; nothing for a ledger that never was put back.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        *self.recovery.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn load_recovery(&self) -> Result<(), Error> {
        let ledger = &self.ports.ledger;
        let recovery = ledger.recovery().await?;
        if recovery.is_some_and(|recovery| recovery.done_at.is_none()) {
            let answered = ledger.compared_invoices().await?;
            self.compared().answered.extend(answered);
        }
        *self.recovery.lock().unwrap_or_else(PoisonError::into_inner) = recovery;
        Ok(())
    }

    /// Whether the comparison is still to be made, so that nothing may be sent.
    #[must_use]
    pub fn compares(&self) -> bool {
        if mutated(Mutant::RestoredSendsAtOnce) {
            return false;
        }
        self.recovery()
            .is_some_and(|recovery| recovery.done_at.is_none())
    }

    pub(crate) fn was_put_back(&self) -> bool {
        self.recovery().is_some()
    }

    /// How far this comparison has come, so that one that is interrupted goes on where it was. What was answered is durable: a
    /// restart goes on there too.
    fn compared(&self) -> MutexGuard<'_, Compared> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn record_recovery(
        &self,
        recovery: Recovery,
        events: Vec<NewEvent>,
    ) -> Result<(), Error> {
        self.ports.ledger.record_recovery(recovery, events).await?;
        *self.recovery.lock().unwrap_or_else(PoisonError::into_inner) = Some(recovery);
        self.tell(Changed::Engine);
        Ok(())
    }

    fn recovery_event(&self, kind: EventKind) -> NewEvent {
        NewEvent::new(self.now(), Subject::Nothing, kind, Source::Remit)
    }

    /// Compares the ledger with Pockyt, if that is still to be done. After a failure, or a restart, it goes on; what was found
    /// before is on record.
    ///
    /// # Errors
    /// When Pockyt cannot be asked, or the ledger fails. Nothing is sent then; calling again goes on.
    pub(super) async fn compare_with_pockyt(&self) -> Result<(), Error> {
        let Some(recovery) = self
            .recovery()
            .filter(|recovery| recovery.done_at.is_none())
        else {
            return Ok(());
        };
        let compared = self.compare(recovery.since).await;
        // What was answered need not be asked again, whatever stopped the rest.
        let kept = self.keep_answers().await;
        compared?;
        kept?;
        let found = self.recovery().map_or(0, |recovery| recovery.found);
        let done = Recovery {
            done_at: Some(self.now()),
            found,
            ..recovery
        };
        let event = self.recovery_event(EventKind::RecoveryEnded);
        self.record_recovery(done, vec![event]).await?;
        *self.compared() = Compared::default();
        Ok(())
    }

    async fn compare(&self, since: Timestamp) -> Result<(), Error> {
        self.doubt_what_was_open(since).await?;
        self.ask_about_all().await?;
        for series in self.series(since).await? {
            self.look_through(series).await?;
        }
        let lost = self.ports.ledger.lost_invoices().await?;
        for together in lost.chunks(TOGETHER.into()) {
            self.ask_ahead_with_retries(together).await?;
            for invoice_id in together {
                self.is_there(invoice_id.clone()).await?;
            }
            self.keep_answers().await?;
        }
        // How what was found ended decides whether it was tried again.
        self.ask_about_all().await?;
        for state in [
            State::Unknown,
            State::Failed,
            State::Returned,
            State::Cancelled,
        ] {
            self.look_for_retries(state).await?;
        }
        // Last: what is found as a retry is linked to what it tries again.
        let replaced = self.ports.ledger.replaced_invoices().await?;
        for together in replaced.chunks(TOGETHER.into()) {
            self.ask_ahead(together.to_vec()).await?;
            for invoice_id in together {
                if let Looked::Found(answer) = self.look_for(invoice_id).await? {
                    self.keep_found(answer, None).await?;
                }
            }
            self.keep_answers().await?;
        }
        Ok(())
    }

    /// What was ready, being sent or unknown in the earlier ledger may have been sent, withdrawn, or tried again under
    /// another invoice ID since. It becomes unknown, and is never sent by itself.
    async fn doubt_what_was_open(&self, since: Timestamp) -> Result<(), Error> {
        let now = self.now();
        self.each_in(State::Ready, |payout| {
            let old = payout.created_at <= since;
            old.then(|| self.claim(payout, now)).transpose()
        })
        .await?;
        for state in [State::Sending, State::Unknown] {
            self.each_in(state, |payout| {
                if of_a_lost_ledger(payout) || resend_is_ruled_out(payout) {
                    return Ok(None);
                }
                let step = self.step(payout, Input::Doubted(Reason::Restored))?;
                Ok(Some(step.change))
            })
            .await?;
        }
        Ok(())
    }

    /// Asks about everything that Pockyt may have moved on since.
    async fn ask_about_all(&self) -> Result<(), Error> {
        for state in [State::Unknown, State::Processing, State::Paid] {
            let mut after: Option<PayoutId> = None;
            loop {
                let ledger = &self.ports.ledger;
                let mut page = ledger.payouts_in(state, after, TOGETHER.into()).await?;
                let Some(last) = page.last() else {
                    break;
                };
                after = Some(last.id);
                // By no clock: that may have been set since.
                page.retain(|payout| {
                    let asked = self.compared().answered.contains(&payout.invoice_id);
                    payout.next_at.is_some() && !asked
                });
                self.side_by_side(page, |payout| self.ask_about(payout))
                    .await?;
                self.keep_answers().await?;
            }
        }
        Ok(())
    }

    async fn ask_about(&self, payout: Payout) -> Result<(), Error> {
        if let Some(trouble) = self.in_turn(self.inquire(&payout)).await?? {
            return Err(trouble);
        }
        self.compared().answer(payout.invoice_id);
        Ok(())
    }

    /// Asks many questions, as many of them at once as the owner allows.
    async fn side_by_side<T, F>(&self, of: Vec<T>, ask: impl Fn(T) -> F) -> Result<(), Error>
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
    async fn keep_answers(&self) -> Result<(), Error> {
        let fresh = std::mem::take(&mut self.compared().fresh);
        if !fresh.is_empty() {
            self.ports.ledger.record_compared(fresh).await?;
        }
        Ok(())
    }

    /// Looks for payouts with which the lost ledger tried a failed or returned one again.
    async fn look_for_retries(&self, state: State) -> Result<(), Error> {
        let mut after: Option<PayoutId> = None;
        loop {
            let ledger = &self.ports.ledger;
            let Some(payout) = ledger.payouts_in(state, after, 1).await?.pop() else {
                return Ok(());
            };
            after = Some(payout.id);
            // What is unknown here may have failed in the lost ledger.
            if payout.state == State::Unknown || payout.retryable() {
                self.look_for_retries_of(payout.invoice_id.clone(), Some(payout), RETRY_GAP)
                    .await?;
                self.keep_answers().await?;
            }
        }
    }

    /// Follows the invoice IDs of a payout's retries, each made from the one before, until Pockyt has none of so many in a row:
    /// one that it refused is not there, and the next may be.
    async fn look_for_retries_of(
        &self,
        of: InvoiceId,
        mut last: Option<Payout>,
        gap: u32,
    ) -> Result<(), Error> {
        self.ask_ahead(retries_of(&of, gap).collect()).await?;
        let mut missing = 0;
        let mut next = retry_invoice_id(&of);
        while let Some(invoice_id) = next.filter(|_| missing < gap) {
            match self.look_for(&invoice_id).await? {
                Looked::Missing => missing += 1,
                Looked::Known => missing = 0,
                Looked::Found(answer) => {
                    missing = 0;
                    let earlier = last.take().filter(Payout::retryable);
                    let kept = self.keep_found(answer, earlier.map(|earlier| earlier.id));
                    // How that one ended decides whether it was tried again too.
                    if let Some(found) = kept.await? {
                        self.in_turn(self.inquire(&found)).await??;
                        last = self.ports.ledger.payout(found.id).await?;
                    }
                }
            }
            next = retry_invoice_id(&invoice_id);
        }
        Ok(())
    }

    /// When the newest payout was released, of those before an instant.
    async fn last_release(&self, to: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
        let newest = PayoutQuery {
            search: String::new(),
            states: Vec::new(),
            payee_id: None,
            run: None,
            from: None,
            to,
            sort: PayoutSort::Newest,
            cursor: None,
            limit: 1,
        };
        let page = self.ports.ledger.payouts(newest).await?.page;
        Ok(page.rows.first().map(|payout| payout.created_at))
    }

    /// The series of invoice IDs that may have gone on in the lost ledger: those in use, and Remit's own of each month since.
    async fn series(&self, since: Timestamp) -> Result<Vec<InvoiceSeries>, Error> {
        let ledger = &self.ports.ledger;
        let mut series = ledger.invoice_series(NEWEST).await?;
        // A retry's number is looked for with the payout that it tries again.
        let mut of_retries = HashSet::new();
        for InvoiceSeries { prefix, .. } in &series {
            if let Some(first) = prefix.strip_suffix(RETRY)
                && ledger.payout_by_invoice(&first.into()).await?.is_some()
            {
                of_retries.insert(prefix.clone());
            }
        }
        series.retain(|series| !of_retries.contains(&series.prefix));
        let first = match self.last_release(Some(since)).await? {
            Some(newest) => newest,
            None => ledger
                .event_at(1)
                .await?
                .map_or(since, |event| event.event.at),
        };
        let month = |at: Timestamp| at.to_zoned(TimeZone::UTC).date().first_of_month();
        let mut known = [first, since, self.now()].map(month);
        known.sort();
        // The clock that the lost ledger went by may have been wrong.
        let first = known[0].saturating_sub(1.month());
        let last = known[2].saturating_add(1.month());
        let months = first.series(1.month()).take_while(|month| *month <= last);
        for prefix in months.take(MONTHS).map(suggested_prefix) {
            if !series.iter().any(|series| series.prefix == prefix) {
                series.push(InvoiceSeries {
                    prefix,
                    last: 0,
                    digits: 4,
                });
            }
        }
        Ok(series)
    }

    /// Walks a series forward until Pockyt has none of so many numbers in a row.
    async fn look_through(&self, series: InvoiceSeries) -> Result<(), Error> {
        let InvoiceSeries {
            prefix,
            last,
            digits,
        } = series;
        let mut missing = 0;
        // A form may have been open with a number that others had overtaken.
        let mut number = last.saturating_sub(GAP);
        while missing < GAP {
            // So many are asked about in any case.
            let beyond = number.saturating_add(GAP - missing);
            let next: Vec<_> = (number..beyond)
                .map(|number| InvoiceId(format!("{prefix}{number:0digits$}")))
                .collect();
            // No number is that large.
            if next.is_empty() {
                break;
            }
            number = beyond;
            self.ask_ahead_with_retries(&next).await?;
            for invoice_id in next {
                missing = match self.is_there(invoice_id).await? {
                    true => 0,
                    false => missing + 1,
                };
            }
            self.keep_answers().await?;
        }
        Ok(())
    }

    /// Whether the ledger or Pockyt has an invoice ID. What is found is recorded, and so are its retries.
    async fn is_there(&self, invoice_id: InvoiceId) -> Result<bool, Error> {
        let there = match self.look_for(&invoice_id).await? {
            Looked::Known => return Ok(true),
            // Pockyt does not have what it refused, and may have what was tried again.
            Looked::Missing => false,
            // A number that Pockyt refused, and that was tried again, may have been given once more after an earlier restore.
            Looked::Found(answer) => {
                self.keep_found(answer, None).await?;
                true
            }
        };
        self.look_for_retries_of(invoice_id, None, UNSEEN_RETRY_GAP)
            .await?;
        Ok(there)
    }

    async fn look_for(&self, invoice_id: &InvoiceId) -> Result<Looked, Error> {
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
    async fn ask_ahead(&self, mut invoices: Vec<InvoiceId>) -> Result<(), Error> {
        invoices.retain(|invoice_id| self.compared().look(invoice_id).is_none());
        let unknown = self.not_in_the_ledger(invoices).await?;
        self.side_by_side(unknown, |invoice_id| self.ask_pockyt(invoice_id))
            .await
    }

    /// The same, and about the retries of those that the ledger does not have.
    async fn ask_ahead_with_retries(&self, invoices: &[InvoiceId]) -> Result<(), Error> {
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
    pub(super) async fn held_under(
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

    /// Records a payout that Pockyt has and the ledger had not. Without a payee whose account it went to it is kept as an
    /// event.
    pub(super) async fn keep_found(
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
            channel: Channel::StandardAch,
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

    /// Asks when a request may leave, and counts it as long as it is on the wire.
    async fn in_turn<T>(&self, question: impl Future<Output = T>) -> Result<T, Error> {
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

/// The first invoice IDs that a payout's retries have.
pub(super) fn retries_of(of: &InvoiceId, count: u32) -> impl Iterator<Item = InvoiceId> + use<> {
    successors(retry_invoice_id(of), retry_invoice_id).take(count as usize)
}

/// What Pockyt has under an invoice ID.
enum Looked {
    /// The ledger has it.
    Known,
    Missing,
    Found(Answer<PayoutSnapshot>),
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
