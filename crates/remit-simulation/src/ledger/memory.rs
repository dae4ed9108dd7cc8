//! A ledger in memory that keeps every promise of the port, and can break on demand. Core's own tests use it, and most
//! runs of the simulation; [`remit_core::conformance`] holds it to the behaviour of the real one.

use super::content::{Content, due, sums};
use crate::executor::others_first;
use crate::world::open;
use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{
    AccountToken, ChainHead, Currency, CustomerNo, Due, Event, FundingAccount, Heard, History,
    InvoiceId, InvoiceSeries, Learnt, Ledger, LedgerError, Money, NewEvent, NotificationQuery,
    NotificationRow, Overview, OverviewQuery, Page, Payee, PayeeId, PayeeQuery, PayeeRow,
    PayeeStatus, Payout, PayoutChange, PayoutId, PayoutPage, PayoutQuery, Reason, Recorded,
    Recovery, RunId, SimilarInvoice, State, StillToPay, Subject, Verified,
};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

/// What goes wrong with one write.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing: this write goes through.
    None,
    /// It fails and changes nothing.
    Fails(LedgerError),
    /// It becomes durable, and the process dies before it learns so.
    DiesAfter,
}

/// A whole ledger in memory.
#[derive(Default)]
pub struct MemoryLedger {
    content: Mutex<Content>,
}

impl MemoryLedger {
    /// The next writes meet these faults, one each.
    pub fn break_writes(&self, faults: impl IntoIterator<Item = Fault>) {
        self.open().faults = faults.into_iter().collect();
    }

    /// Each change of this payout is refused, until told otherwise.
    pub fn refuse_changes_of(&self, payout: Option<PayoutId>) {
        self.open().stuck = payout;
    }

    /// A payout, for a test to look at.
    #[must_use]
    pub fn payout_by_id(&self, id: PayoutId) -> Option<Payout> {
        self.open().payouts.get(&id).cloned()
    }

    /// Every payout, for a test to look at.
    #[must_use]
    pub fn all_payouts(&self) -> Vec<Payout> {
        self.open().payouts.values().cloned().collect()
    }

    /// Another one with the same content.
    #[must_use]
    pub fn copy(&self) -> Self {
        let mut content = self.open().clone();
        content.deferred.clear();
        Self {
            content: Mutex::new(content),
        }
    }

    /// Puts a copy in place of all that is on record. Returns how many invoice IDs of what was on record the copy has not;
    /// nothing when that was not `readable`.
    pub fn put_back(&self, copy: &Self, readable: bool) -> Option<u64> {
        let mut copy = copy.open().clone();
        let mut content = self.open();
        if readable {
            let known: BTreeSet<_> = copy
                .payouts
                .values()
                .map(|known| &known.invoice_id)
                .collect();
            let sent = content
                .payouts
                .values()
                .filter(|lost| lost.sent_at.is_some());
            let lost = sent.map(|lost| &lost.invoice_id).chain(&content.replaced);
            let lost: Vec<_> = lost.filter(|lost| !known.contains(lost)).cloned().collect();
            copy.replaced.extend(lost);
        }
        // As remit-ledger has it: what was answered while the copy was made is asked about again.
        copy.compared.clear();
        *content = copy;
        readable.then_some(content.replaced.len() as u64)
    }

    /// What a lost ledger may have paid beside series, as a ledger with schedules would derive it.
    pub fn may_lack(&self, invoices: Vec<InvoiceId>) {
        self.open().lost = invoices;
    }

    /// These are payouts of a run with so many rows, as if there were runs here.
    pub fn of_run(&self, run: RunId, rows: u64, payouts: impl IntoIterator<Item = PayoutId>) {
        let (runs, longest) = &mut self.open().runs;
        runs.extend(payouts.into_iter().map(|payout| (payout, run)));
        *longest = rows.max(*longest);
    }

    /// Nothing is sent of these, and of no others, as of payouts whose runs are paused.
    pub fn hold_back(&self, payouts: impl IntoIterator<Item = PayoutId>) {
        self.open().held_back = payouts.into_iter().collect();
    }

    /// The power is cut: so many of the newest changes are lost that were not yet on the disk.
    pub fn cut_power(&self, changes: usize) {
        self.open().lose(changes);
    }

    /// The content, after others have had a turn.
    async fn read<T>(&self, look: impl FnOnce(&Content) -> T) -> T {
        others_first().await;
        look(&self.open())
    }

    fn open(&self) -> MutexGuard<'_, Content> {
        open(&self.content)
    }

    /// A change that is on the disk when it is answered, and all before it.
    async fn write<T>(
        &self,
        change: impl FnOnce(&mut Content) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let flushed = |content: &mut Content| {
            let result = change(content)?;
            content.deferred.clear();
            Ok(result)
        };
        self.write_with(flushed).await
    }

    async fn write_with<T>(
        &self,
        change: impl FnOnce(&mut Content) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        // Others get a turn before each operation, as they do with a real store.
        others_first().await;
        let (result, dies) = {
            let mut content = self.open();
            let fault = content.faults.pop_front().unwrap_or(Fault::None);
            if let Fault::Fails(error) = fault {
                return Err(error);
            }
            (change(&mut content), matches!(fault, Fault::DiesAfter))
        };
        if dies {
            std::future::pending::<()>().await;
        }
        result
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn record_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payee>, LedgerError> {
        self.write(|content| {
            let mut payee = payee;
            if let Some(known) = content.payees.get(&payee.id) {
                if known.status != PayeeStatus::Refused {
                    return Ok(Recorded::Known(known.clone()));
                }
                payee.revision = known.revision + 1;
            }
            content.email_free(&payee)?;
            content.payees.insert(payee.id, payee.clone());
            content.append(events);
            Ok(Recorded::New(payee))
        })
        .await
    }

    async fn change_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Payee, LedgerError> {
        self.write(|content| {
            let known = content.payees.get(&payee.id).ok_or(LedgerError::NotFound)?;
            if known.revision != payee.revision {
                return Err(LedgerError::Conflict);
            }
            content.email_free(&payee)?;
            let payee = Payee {
                revision: payee.revision + 1,
                ..payee
            };
            content.payees.insert(payee.id, payee.clone());
            content.append(events);
            Ok(payee)
        })
        .await
    }

    async fn record_accounts(
        &self,
        payee: PayeeId,
        accounts: Vec<FundingAccount>,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        self.write(|content| {
            if !content.payees.contains_key(&payee) {
                return Err(LedgerError::NotFound);
            }
            for account in accounts {
                content
                    .accounts
                    .insert((payee, account.token.clone()), account);
            }
            content.append(events);
            Ok(())
        })
        .await
    }

    async fn payee(&self, id: PayeeId) -> Result<Option<Payee>, LedgerError> {
        Ok(self.read(|content| content.payees.get(&id).cloned()).await)
    }

    async fn payee_row(
        &self,
        id: PayeeId,
        paid_since: Timestamp,
    ) -> Result<Option<PayeeRow>, LedgerError> {
        others_first().await;
        let content = self.open();
        Ok(content
            .payees
            .get(&id)
            .map(|payee| content.row(payee, paid_since)))
    }

    async fn payee_by_customer_no(
        &self,
        customer_no: &CustomerNo,
    ) -> Result<Option<Payee>, LedgerError> {
        others_first().await;
        let content = self.open();
        let mut payees = content.payees.values();
        Ok(payees
            .find(|payee| payee.customer_no.as_ref() == Some(customer_no))
            .cloned())
    }

    async fn payee_by_email(&self, email: &str) -> Result<Option<Payee>, LedgerError> {
        let same = |payee: &&Payee| {
            payee.status != PayeeStatus::Refused
                && payee.email.to_lowercase() == email.to_lowercase()
        };
        Ok(self
            .read(|content| content.payees.values().find(same).cloned())
            .await)
    }

    async fn accounts(&self, payee: PayeeId) -> Result<Vec<FundingAccount>, LedgerError> {
        Ok(self.read(|content| content.accounts_of(payee)).await)
    }

    async fn payees(
        &self,
        query: PayeeQuery,
        paid_since: Timestamp,
    ) -> Result<Page<PayeeRow>, LedgerError> {
        self.read(|content| content.payees(query, paid_since)).await
    }

    async fn payees_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Payee>, LedgerError> {
        others_first().await;
        let content = self.open();
        let rows = content.payees.values();
        Ok(due(rows, |payee| payee.next_check_at, now, limit))
    }

    async fn record_payout(
        &self,
        payout: Payout,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payout>, LedgerError> {
        self.write(|content| {
            if let Some(known) = content.payouts.get(&payout.id) {
                return Ok(Recorded::Known(known.clone()));
            }
            if content
                .payouts
                .values()
                .any(|other| other.invoice_id == payout.invoice_id)
            {
                return Err(LedgerError::InvoiceUsed(payout.invoice_id));
            }
            if !content.payees.contains_key(&payout.payee_id) {
                return Err(LedgerError::NotFound);
            }
            if let Some(earlier) = payout.retry_of {
                let earlier = content
                    .payouts
                    .get_mut(&earlier)
                    .ok_or(LedgerError::NotFound)?;
                if !earlier.retryable() {
                    return Err(LedgerError::Conflict);
                }
                earlier.retried_by = Some(payout.id);
                earlier.revision += 1;
            }
            content.payouts.insert(payout.id, payout.clone());
            content.append(events);
            Ok(Recorded::New(payout))
        })
        .await
    }

    async fn apply(
        &self,
        changes: Vec<PayoutChange>,
    ) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError> {
        self.write_with(|content| Ok(content.apply_all(changes)))
            .await
    }

    async fn payout(&self, id: PayoutId) -> Result<Option<Payout>, LedgerError> {
        Ok(self.read(|content| content.payouts.get(&id).cloned()).await)
    }

    async fn payout_by_invoice(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Option<Payout>, LedgerError> {
        others_first().await;
        let content = self.open();
        let mut payouts = content.payouts.values();
        Ok(payouts
            .find(|payout| payout.invoice_id == *invoice_id)
            .cloned())
    }

    async fn payouts(&self, query: PayoutQuery) -> Result<PayoutPage, LedgerError> {
        self.read(|content| content.payouts(query)).await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Due, LedgerError> {
        Ok(self.read(|content| content.due(now, limit)).await)
    }

    async fn held_back(&self, id: PayoutId) -> Result<bool, LedgerError> {
        Ok(self.read(|content| content.held_back.contains(&id)).await)
    }

    async fn moved_targets(
        &self,
        payouts: Vec<PayoutId>,
    ) -> Result<Vec<(PayoutId, Reason)>, LedgerError> {
        Ok(self
            .read(|content| {
                let moved = |id: PayoutId| Some((id, content.moved_target(id)?));
                payouts.into_iter().filter_map(moved).collect()
            })
            .await)
    }

    async fn payouts_put_off(
        &self,
        states: &[State],
        beyond: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        others_first().await;
        let content = self.open();
        let put_off = |payout: &&Payout| {
            states.contains(&payout.state) && payout.next_at.is_some_and(|next| next > beyond)
        };
        let mut rows: Vec<Payout> = content.payouts.values().filter(put_off).cloned().collect();
        rows.sort_by_key(|payout| (payout.next_at, payout.created_at, payout.id));
        rows.reverse();
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn payouts_in(
        &self,
        state: State,
        after: Option<PayoutId>,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        others_first().await;
        let content = self.open();
        let place = |payout: &Payout| (payout.created_at, payout.id);
        let start = after
            .map(|id| content.payouts.get(&id).ok_or(LedgerError::NotFound))
            .transpose()?
            .map(place);
        let mut rows: Vec<Payout> = content
            .payouts
            .values()
            .filter(|payout| {
                payout.state == state && start.is_none_or(|start| place(payout) > start)
            })
            .cloned()
            .collect();
        rows.sort_by_key(place);
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, LedgerError> {
        Ok(self.read(|content| content.dues().min()).await)
    }

    async fn history(
        &self,
        payee: PayeeId,
        account: &AccountToken,
        currency: Currency,
    ) -> Result<History, LedgerError> {
        self.read(|content| content.history(payee, account, currency))
            .await
    }

    async fn last_invoice_number(&self, prefix: &str) -> Result<Option<u64>, LedgerError> {
        others_first().await;
        let content = self.open();
        let number = |payout: &Payout| {
            let rest = payout.invoice_id.as_str().strip_prefix(prefix)?;
            let start = rest.trim_end_matches(|letter: char| letter.is_ascii_digit());
            rest[start.len()..].parse().ok()
        };
        Ok(content.payouts.values().filter_map(number).max())
    }

    async fn similar_invoices(
        &self,
        invoices: &[InvoiceId],
    ) -> Result<Vec<SimilarInvoice>, LedgerError> {
        Ok(self
            .read(|content| content.similar_invoices(invoices))
            .await)
    }

    async fn invoices_used(
        &self,
        invoice_ids: Vec<InvoiceId>,
    ) -> Result<Vec<(InvoiceId, PayoutId)>, LedgerError> {
        let used = |content: &Content| {
            let payouts = content.payouts.values();
            let used = payouts.filter(|payout| invoice_ids.contains(&payout.invoice_id));
            used.map(|payout| (payout.invoice_id.clone(), payout.id))
                .collect()
        };
        Ok(self.read(used).await)
    }

    /// There are no runs here.
    async fn still_to_pay(
        &self,
        of: Vec<(PayeeId, Money)>,
    ) -> Result<Vec<Option<StillToPay>>, LedgerError> {
        let to_leave = |content: &Content| {
            let find = |(payee, money): &(PayeeId, Money)| {
                let mut payouts = content.payouts.values();
                let same = payouts.find(|known| {
                    known.state.to_leave() && (known.payee_id, known.money) == (*payee, *money)
                });
                same.map(|known| (known.id, None))
            };
            of.iter().map(find).collect()
        };
        Ok(self.read(to_leave).await)
    }

    async fn to_leave(&self) -> Result<Vec<Money>, LedgerError> {
        let to_leave = |content: &Content| {
            let payouts = content.payouts.values();
            let those = payouts.filter(|payout| payout.to_leave());
            sums(those.map(|payout| payout.money))
        };
        self.read(to_leave).await
    }

    async fn record_events(&self, events: Vec<NewEvent>) -> Result<(), LedgerError> {
        self.write(|content| {
            content.append(events);
            Ok(())
        })
        .await
    }

    async fn events(&self, subject: Subject) -> Result<Vec<Event>, LedgerError> {
        others_first().await;
        let content = self.open();
        let about = content
            .events
            .iter()
            .filter(|event| event.event.subject == subject);
        Ok(about.cloned().collect())
    }

    async fn verify(&self) -> Result<Verified, LedgerError> {
        others_first().await;
        let content = self.open();
        let mut previous = "";
        let mut broken_at = None;
        for event in &content.events {
            if broken_at.is_none() && event.event.hash(event.seq, previous) != event.hash {
                broken_at = Some(event.seq);
            }
            previous = &event.hash;
        }
        Ok(Verified {
            events: content.events.len() as u64,
            head: previous.to_owned(),
            broken_at,
        })
    }

    async fn head(&self) -> Result<ChainHead, LedgerError> {
        Ok(self.read(Content::head).await)
    }

    async fn event_at(&self, seq: u64) -> Result<Option<Event>, LedgerError> {
        let at = |content: &Content| {
            let index = usize::try_from(seq.checked_sub(1)?).ok()?;
            content.events.get(index).cloned()
        };
        Ok(self.read(at).await)
    }

    async fn overview(&self, query: OverviewQuery) -> Result<Overview, LedgerError> {
        self.read(|content| content.overview(&query)).await
    }

    async fn learnt(&self, since: Timestamp, overdue: Timestamp) -> Result<Learnt, LedgerError> {
        self.read(|content| content.learnt(since, overdue)).await
    }

    async fn notified(&self, evidence: &str, forged: bool) -> Result<Option<Heard>, LedgerError> {
        let found = self.read(|content| content.notified(evidence, forged));
        Ok(found.await)
    }

    async fn notified_again(&self, seq: u64, at: Timestamp) -> Result<(), LedgerError> {
        self.write(|content| content.notified_again(seq, at)).await
    }

    async fn notifications(
        &self,
        query: NotificationQuery,
    ) -> Result<Page<NotificationRow>, LedgerError> {
        self.read(|content| content.notifications(&query)).await
    }

    async fn recovery(&self) -> Result<Option<Recovery>, LedgerError> {
        Ok(self.read(|content| content.recovery).await)
    }

    async fn record_recovery(
        &self,
        recovery: Recovery,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        self.write(|content| {
            content.compare(recovery);
            content.append(events);
            Ok(())
        })
        .await
    }

    async fn replaced_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        Ok(self
            .read(|content| content.replaced.iter().cloned().collect())
            .await)
    }

    async fn lost_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        Ok(self.read(|content| content.lost.clone()).await)
    }

    async fn compared_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        Ok(self
            .read(|content| content.compared.iter().cloned().collect())
            .await)
    }

    async fn record_compared(&self, invoices: Vec<InvoiceId>) -> Result<(), LedgerError> {
        self.write(|content| {
            content.compared.extend(invoices);
            Ok(())
        })
        .await
    }

    async fn payee_by_account(&self, token: &AccountToken) -> Result<Option<Payee>, LedgerError> {
        others_first().await;
        let content = self.open();
        let mut keys = content.accounts.keys();
        let holder = keys.find(|(_, account)| account == token);
        Ok(holder.and_then(|(payee, _)| content.payees.get(payee).cloned()))
    }

    async fn invoice_series(
        &self,
        several: u32,
        single: u32,
    ) -> Result<Vec<InvoiceSeries>, LedgerError> {
        self.read(|content| content.invoice_series(several, single))
            .await
    }

    async fn longest_run(&self) -> Result<u64, LedgerError> {
        self.read(|content| Ok(content.runs.1)).await
    }
}
