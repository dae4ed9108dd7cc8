//! The ledger of a run: the real one or the fast one, watched, and with writes that fail and processes that die around them.
//! Others have a turn before each operation; the operation itself is done within one turn, so that a run repeats exactly.

use super::known::Known;
use super::store::Store;
use crate::executor::{end_here, others_first};
use crate::faults::WriteFate;
use crate::world::{World, open};
use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{
    AccountToken, ChainHead, Currency, CustomerNo, Due, Durability, Event, FundingAccount, Heard,
    History, InvoiceId, InvoiceSeries, Learnt, Ledger, LedgerError, Money, NewEvent,
    NotificationQuery, NotificationRow, Overview, OverviewQuery, Page, Payee, PayeeId, PayeeQuery,
    PayeeRow, Payout, PayoutChange, PayoutId, PayoutPage, PayoutQuery, Reason, Recorded, Recovery,
    SimilarInvoice, State, StillToPay, Subject, Verified,
};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Does something that does not depend on virtual time to its end, here and now.
pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => return result,
            Poll::Pending => thread::park(),
        }
    }
}

/// The port, for one process.
pub(crate) struct Watched {
    world: Arc<World>,
    store: Arc<dyn Store>,
    ledger: Arc<dyn Ledger>,
    known: Arc<Mutex<Known>>,
}

impl Watched {
    pub(crate) fn new(world: Arc<World>, store: Arc<dyn Store>, known: Arc<Mutex<Known>>) -> Self {
        let ledger = store.ledger();
        Self {
            world,
            store,
            ledger,
            known,
        }
    }

    async fn read<T>(
        &self,
        work: impl Future<Output = Result<T, LedgerError>>,
    ) -> Result<T, LedgerError> {
        others_first().await;
        at_once(work)
    }

    /// A write that is on the disk when it is answered.
    async fn write<T>(
        &self,
        what: &'static str,
        work: impl Future<Output = Result<T, LedgerError>>,
        note: impl FnOnce(&mut Known, &T),
    ) -> Result<T, LedgerError> {
        self.write_with(Durability::AtOnce, what, work, note).await
    }

    /// A write, with what it meets; `note` is told what was written.
    async fn write_with<T>(
        &self,
        durability: Durability,
        what: &'static str,
        work: impl Future<Output = Result<T, LedgerError>>,
        note: impl FnOnce(&mut Known, &T),
    ) -> Result<T, LedgerError> {
        others_first().await;
        let fate = self.world.faults.next_write();
        if fate != WriteFate::Kept {
            self.world.trace.say("disk", || format!("{what}: {fate:?}"));
        }
        if fate == WriteFate::DiesBefore {
            self.world.kill();
            end_here().await;
        }
        if fate == WriteFate::Fails {
            self.store.break_next_write();
        }
        let result = at_once(work);
        match &result {
            Ok(done) => {
                let mut known = open(&self.known);
                note(&mut known, done);
                if durability == Durability::AtOnce {
                    known.flushed();
                }
                self.store.wrote(durability);
            }
            Err(LedgerError::Illegal(edge)) => self
                .world
                .fail(|| format!("the engine asks for an edge that is not there: {edge}")),
            Err(_) => {}
        }
        if fate == WriteFate::DiesAfter {
            self.world.kill();
            end_here().await;
        }
        result
    }
}

fn nothing<T>(_: &mut Known, _: &T) {}

#[async_trait]
impl Ledger for Watched {
    async fn record_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payee>, LedgerError> {
        self.write(
            "record a payee",
            self.ledger.record_payee(payee, events),
            nothing,
        )
        .await
    }

    async fn change_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Payee, LedgerError> {
        self.write(
            "change a payee",
            self.ledger.change_payee(payee, events),
            nothing,
        )
        .await
    }

    async fn record_accounts(
        &self,
        payee: PayeeId,
        accounts: Vec<FundingAccount>,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        let work = self.ledger.record_accounts(payee, accounts, events);
        self.write("record accounts", work, nothing).await
    }

    async fn payee(&self, id: PayeeId) -> Result<Option<Payee>, LedgerError> {
        self.read(self.ledger.payee(id)).await
    }

    async fn payee_row(
        &self,
        id: PayeeId,
        paid_since: Timestamp,
    ) -> Result<Option<PayeeRow>, LedgerError> {
        self.read(self.ledger.payee_row(id, paid_since)).await
    }

    async fn payee_by_customer_no(
        &self,
        customer_no: &CustomerNo,
    ) -> Result<Option<Payee>, LedgerError> {
        self.read(self.ledger.payee_by_customer_no(customer_no))
            .await
    }

    async fn payee_by_email(&self, email: &str) -> Result<Option<Payee>, LedgerError> {
        self.read(self.ledger.payee_by_email(email)).await
    }

    async fn accounts(&self, payee: PayeeId) -> Result<Vec<FundingAccount>, LedgerError> {
        self.read(self.ledger.accounts(payee)).await
    }

    async fn payees(
        &self,
        query: PayeeQuery,
        paid_since: Timestamp,
    ) -> Result<Page<PayeeRow>, LedgerError> {
        self.read(self.ledger.payees(query, paid_since)).await
    }

    async fn payees_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Payee>, LedgerError> {
        self.read(self.ledger.payees_due(now, limit)).await
    }

    async fn record_payout(
        &self,
        payout: Payout,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payout>, LedgerError> {
        let note = |known: &mut Known, recorded: &Recorded<Payout>| {
            if let Recorded::New(payout) = recorded {
                known.recorded(payout.clone(), &self.world);
            }
        };
        self.write(
            "record a payout",
            self.ledger.record_payout(payout, events),
            note,
        )
        .await
    }

    async fn apply(
        &self,
        changes: Vec<PayoutChange>,
    ) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError> {
        let durability = changes.iter().map(|change| change.durability).max();
        let durability = durability.unwrap_or_default();
        let note = |known: &mut Known, applied: &Vec<Result<Payout, LedgerError>>| {
            for outcome in applied {
                match outcome {
                    Ok(payout) => known.changed(payout.clone(), durability, &self.world),
                    Err(LedgerError::Illegal(edge)) => {
                        self.world.fail(|| {
                            format!("the engine asks for an edge that is not there: {edge}")
                        });
                    }
                    Err(_) => {}
                }
            }
        };
        self.write_with(
            durability,
            "change payouts",
            self.ledger.apply(changes),
            note,
        )
        .await
    }

    async fn payout(&self, id: PayoutId) -> Result<Option<Payout>, LedgerError> {
        self.read(self.ledger.payout(id)).await
    }

    async fn payout_by_invoice(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Option<Payout>, LedgerError> {
        self.read(self.ledger.payout_by_invoice(invoice_id)).await
    }

    async fn similar_invoices(
        &self,
        invoices: &[InvoiceId],
    ) -> Result<Vec<SimilarInvoice>, LedgerError> {
        self.read(self.ledger.similar_invoices(invoices)).await
    }

    async fn invoices_used(
        &self,
        invoice_ids: Vec<InvoiceId>,
    ) -> Result<Vec<(InvoiceId, PayoutId)>, LedgerError> {
        self.read(self.ledger.invoices_used(invoice_ids)).await
    }

    async fn still_to_pay(
        &self,
        of: Vec<(PayeeId, Money)>,
    ) -> Result<Vec<Option<StillToPay>>, LedgerError> {
        self.read(self.ledger.still_to_pay(of)).await
    }

    async fn to_leave(&self) -> Result<Vec<Money>, LedgerError> {
        self.read(self.ledger.to_leave()).await
    }

    async fn payouts(&self, query: PayoutQuery) -> Result<PayoutPage, LedgerError> {
        self.read(self.ledger.payouts(query)).await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Due, LedgerError> {
        self.read(self.ledger.due(now, limit)).await
    }

    async fn held_back(&self, id: PayoutId) -> Result<bool, LedgerError> {
        self.read(self.ledger.held_back(id)).await
    }

    async fn moved_targets(
        &self,
        payouts: Vec<PayoutId>,
    ) -> Result<Vec<(PayoutId, Reason)>, LedgerError> {
        self.read(self.ledger.moved_targets(payouts)).await
    }

    async fn payouts_put_off(
        &self,
        states: &[State],
        beyond: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        self.read(self.ledger.payouts_put_off(states, beyond, limit))
            .await
    }

    async fn payouts_in(
        &self,
        state: State,
        after: Option<PayoutId>,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        self.read(self.ledger.payouts_in(state, after, limit)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, LedgerError> {
        self.read(self.ledger.next_due()).await
    }

    async fn history(
        &self,
        payee: PayeeId,
        account: &AccountToken,
        currency: Currency,
    ) -> Result<History, LedgerError> {
        self.read(self.ledger.history(payee, account, currency))
            .await
    }

    async fn last_invoice_number(&self, prefix: &str) -> Result<Option<u64>, LedgerError> {
        self.read(self.ledger.last_invoice_number(prefix)).await
    }

    async fn record_events(&self, events: Vec<NewEvent>) -> Result<(), LedgerError> {
        self.write("record events", self.ledger.record_events(events), nothing)
            .await
    }

    async fn events(&self, subject: Subject) -> Result<Vec<Event>, LedgerError> {
        self.read(self.ledger.events(subject)).await
    }

    async fn verify(&self) -> Result<Verified, LedgerError> {
        self.read(self.ledger.verify()).await
    }

    async fn head(&self) -> Result<ChainHead, LedgerError> {
        self.read(self.ledger.head()).await
    }

    async fn event_at(&self, seq: u64) -> Result<Option<Event>, LedgerError> {
        self.read(self.ledger.event_at(seq)).await
    }

    async fn overview(&self, query: OverviewQuery) -> Result<Overview, LedgerError> {
        self.read(self.ledger.overview(query)).await
    }

    async fn learnt(&self, since: Timestamp, overdue: Timestamp) -> Result<Learnt, LedgerError> {
        self.read(self.ledger.learnt(since, overdue)).await
    }

    async fn notified(&self, evidence: &str, forged: bool) -> Result<Option<Heard>, LedgerError> {
        self.read(self.ledger.notified(evidence, forged)).await
    }

    async fn notified_again(&self, seq: u64, at: Timestamp) -> Result<(), LedgerError> {
        let counted = self.ledger.notified_again(seq, at);
        self.write("count a notification", counted, nothing).await
    }

    async fn notifications(
        &self,
        query: NotificationQuery,
    ) -> Result<Page<NotificationRow>, LedgerError> {
        self.read(self.ledger.notifications(query)).await
    }

    async fn recovery(&self) -> Result<Option<Recovery>, LedgerError> {
        self.read(self.ledger.recovery()).await
    }

    async fn record_recovery(
        &self,
        recovery: Recovery,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        let note = |known: &mut Known, (): &()| {
            self.world
                .trace
                .say("ledger", || format!("recovery: {recovery:?}"));
            known.set_recovery(recovery);
        };
        self.write(
            "record the recovery",
            self.ledger.record_recovery(recovery, events),
            note,
        )
        .await
    }

    async fn replaced_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        self.read(self.ledger.replaced_invoices()).await
    }

    async fn lost_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        self.read(self.ledger.lost_invoices()).await
    }

    async fn compared_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        self.read(self.ledger.compared_invoices()).await
    }

    async fn record_compared(&self, invoices: Vec<InvoiceId>) -> Result<(), LedgerError> {
        let recorded = self.ledger.record_compared(invoices);
        self.write("record what was compared", recorded, |_, (): &()| {})
            .await
    }

    async fn payee_by_account(&self, token: &AccountToken) -> Result<Option<Payee>, LedgerError> {
        self.read(self.ledger.payee_by_account(token)).await
    }

    async fn invoice_series(
        &self,
        several: u32,
        single: u32,
    ) -> Result<Vec<InvoiceSeries>, LedgerError> {
        self.read(self.ledger.invoice_series(several, single)).await
    }

    async fn longest_run(&self) -> Result<u64, LedgerError> {
        self.read(self.ledger.longest_run()).await
    }
}
