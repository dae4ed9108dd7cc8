//! A ledger that was put back to an earlier one does not know what was sent after that. It compares itself with Pockyt before
//! anything is sent, and never sends by itself what it cannot know to be unsent (docs/adr/0008).

mod asking;
mod found;
mod series;

pub(super) use asking::Compared;

use super::doubt::{of_a_lost_ledger, resend_is_ruled_out};
use super::transition::Input;
use super::{Changed, Engine};
use crate::error::Error;
use crate::event::{EventKind, NewEvent, Source, Subject};
use crate::gateway::{Answer, PayoutSnapshot};
use crate::ids::{InvoiceId, PayoutId};
use crate::ledger::{PayoutQuery, PayoutSort, Recovery, RecoveryCause};
use crate::mutant::{Mutant, mutated};
use crate::pay::{RETRY, retry_invoice_id};
use crate::payout::{Payout, Reason, State};
use asking::Looked;
use jiff::{Timestamp, ToSpan};
use std::iter::successors;
use std::sync::{MutexGuard, PoisonError};

/// How many retries of one payout in a row Pockyt must not have before no more are looked for.
const RETRY_GAP: u32 = 10;
/// The same for a number that Pockyt does not have and the ledger never knew.
pub(super) const UNSEEN_RETRY_GAP: u32 = 3;

/// About how many Pockyt is asked before its answers are made durable.
const TOGETHER: u16 = 64;

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

    /// Whether the comparison is still to be made, or whether it is cannot be told, so that nothing may be sent.
    #[must_use]
    pub fn compares(&self) -> bool {
        self.is_to_compare() || self.held().is_some()
    }

    /// Whether the comparison is still to be made.
    pub(super) fn is_to_compare(&self) -> bool {
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
        for (series, gap) in self.series(since).await? {
            self.look_through(series, gap).await?;
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
                    let found = self.keep_and_ask(answer, None).await?;
                    self.look_for_retries_of(invoice_id.clone(), found, UNSEEN_RETRY_GAP)
                        .await?;
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
    /// one that it refused is not there, and the next may be. Each that is there tries the one before it again.
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
            next = retry_invoice_id(&invoice_id);
            let there = match self.look_for(&invoice_id).await? {
                Looked::Missing => {
                    missing += 1;
                    continue;
                }
                Looked::Known => self.ports.ledger.payout_by_invoice(&invoice_id).await?,
                Looked::Found(answer) => {
                    let earlier = last.as_ref().filter(|earlier| earlier.retryable());
                    let earlier = earlier.map(|earlier| earlier.id);
                    self.keep_and_ask(answer, earlier).await?
                }
            };
            missing = 0;
            if let Some(earlier) = last {
                self.was_tried_again(earlier.id, there.as_ref()).await?;
            }
            last = there;
        }
        Ok(())
    }

    /// Records what Pockyt has, and how it ended: that decides whether it was tried again too.
    async fn keep_and_ask(
        &self,
        answer: Answer<PayoutSnapshot>,
        retry_of: Option<PayoutId>,
    ) -> Result<Option<Payout>, Error> {
        let Some(found) = self.keep_found(answer, retry_of).await? else {
            return Ok(None);
        };
        self.in_turn(self.inquire(&found)).await??;
        Ok(self.ports.ledger.payout(found.id).await?)
    }

    /// The lost ledger tried a payout again as this one; as one that is on record without a payee, where there is none. So
    /// nobody tries it again beside that, whatever becomes of it here.
    pub(super) async fn was_tried_again(
        &self,
        id: PayoutId,
        by: Option<&Payout>,
    ) -> Result<(), Error> {
        if mutated(Mutant::RetriesFoundAreNotLinked) {
            return Ok(());
        }
        self.advance(id, |now| {
            let open = now.state == State::Unknown;
            let other = by.is_some_and(|by| {
                // The invoice ID only looks like a retry's; or that one is tried again by this one.
                by.payee_id != now.payee_id || by.retried_by == Some(now.id)
            });
            let linked = now.retried_by.is_some() || now.reason == Some(Reason::TriedAgain);
            let concerns = open || by.is_some() && now.retryable();
            if other || linked || !concerns {
                return Ok(None);
            }
            Ok(Some(self.step(now, tried_again(by))?.change))
        })
        .await
        .map(drop)
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
}

/// What it means for a payout that another tries it again. Nobody knows how that ended which has no payee on record.
pub(super) fn tried_again(by: Option<&Payout>) -> Input {
    Input::TriedAgain {
        by: by.map(|by| by.id),
        lives: by.is_none_or(Payout::may_have_paid),
    }
}

/// The first invoice IDs under which a payment was tried before this retry of it.
pub(super) fn tries_before(retry: &InvoiceId) -> impl Iterator<Item = InvoiceId> + use<'_> {
    let first = retry.as_str().rsplit_once(RETRY);
    let first = first.map(|(first, _)| InvoiceId::from(first));
    successors(first, retry_invoice_id)
        .take(RETRY_GAP as usize)
        .take_while(move |tried| tried != retry)
}

/// The first invoice IDs that a payout's retries have.
pub(super) fn retries_of(of: &InvoiceId, count: u32) -> impl Iterator<Item = InvoiceId> + use<> {
    successors(retry_invoice_id(of), retry_invoice_id).take(count as usize)
}
