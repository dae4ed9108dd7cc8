//! The ledger itself: which operation writes, which reads.

use crate::connection::Lasting;
use crate::copies::{self, BackupFacts};
use crate::events::Prepared;
use crate::head::DurableHead;
use crate::key::LedgerKey;
use crate::lookup::Lookup;
use crate::readers::Readers;
use crate::writer::Writer;
use crate::{
    accounts, due, events, file, look_back, merchant, notifications_query, overview, payees,
    payouts, payouts_query, recovery, runs_query, series, similar,
};
use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{
    AccountToken, ChainHead, Changes, Currency, CustomerNo, Due, Event, FundingAccount, Heard,
    History, InvoiceId, InvoiceSeries, Learnt, Ledger, LedgerError, Money, NewEvent,
    NotificationQuery, NotificationRow, Overview, OverviewQuery, Page, Payee, PayeeId, PayeeQuery,
    PayeeRow, Payout, PayoutChange, PayoutId, PayoutPage, PayoutQuery, Reason, Recorded, Recovery,
    SimilarInvoice, State, StillToPay, Subject, Verified,
};
use rusqlite::Connection;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many reads go on at once.
pub(crate) const READERS: usize = 4;

/// A ledger in one encrypted SQLite file. Dropping it writes what is queued and closes the file; that may take a moment.
///
/// It needs no particular async runtime: the work is done on threads of its own.
pub struct SqliteLedger {
    path: PathBuf,
    key: LedgerKey,
    head: DurableHead,
    lookup: Arc<Lookup>,
    // Fields are dropped in this order: the last connection to close, the writer's, folds the log back into the file.
    pub(crate) readers: Readers,
    pub(crate) writer: Writer,
}

impl SqliteLedger {
    /// Opens the ledger in a file, or makes the file, and its folder, when there is none. Blocks while it does.
    ///
    /// Before a file of an earlier version is brought up to date, a copy is made beside it and checked.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] when the file is damaged or the key is not its key, [`LedgerError::Newer`] when a newer
    /// Remit wrote it, [`LedgerError::ReadOnly`] when the folder cannot be written, [`LedgerError::DiskFull`], or
    /// [`LedgerError::Failed`]. The file is then as it was.
    pub fn open(path: &Path, key: &LedgerKey) -> Result<Self, LedgerError> {
        let (connection, log, head) = file::open(path, key)?;
        let durable = head.durable();
        let anew = |open: fn(&Path, &LedgerKey) -> Result<Connection, LedgerError>| {
            let (path, key) = (path.to_owned(), key.clone());
            move || open(&path, &key)
        };
        let lookup = Arc::<Lookup>::default();
        Lookup::watch(&lookup, &connection)?;
        let open_writer = anew(file::open_writer);
        let watching = Arc::clone(&lookup);
        let connection = Lasting::new(connection, move || {
            let connection = open_writer()?;
            Lookup::watch(&watching, &connection)?;
            Ok(connection)
        });
        let readers = (0..READERS)
            .map(|_| {
                let connection = file::open_reader(path, key)?;
                Ok(Lasting::new(connection, anew(file::open_reader)))
            })
            .collect::<Result<_, LedgerError>>()?;
        let no_thread =
            |error: io::Error| LedgerError::Failed(format!("no thread could be started: {error}"));
        let readers = Readers::start(readers).map_err(no_thread)?;
        let writer =
            Writer::start(connection, log, head, Arc::clone(&lookup)).map_err(no_thread)?;
        Ok(Self {
            path: path.to_owned(),
            key: key.clone(),
            head: durable,
            lookup,
            readers,
            writer,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies the ledger to a file, under the same key, while everything else goes on. The copy is checked, every page and
    /// the whole chain, before it gets its name.
    ///
    /// # Errors
    /// [`LedgerError::ReadOnly`] when there is such a file already or the folder cannot be written,
    /// [`LedgerError::DiskFull`], [`LedgerError::Corrupt`] when the ledger itself does not fit together. Nothing is then
    /// left behind.
    pub async fn back_up(&self, to: &Path) -> Result<BackupFacts, LedgerError> {
        let (to, key) = (to.to_owned(), self.key.clone());
        self.readers
            .read(move |ledger| copies::make(ledger, &to, &key))
            .await
    }

    /// How many payouts there are.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn payout_count(&self) -> Result<u64, LedgerError> {
        self.readers.read(payouts_query::count).await
    }

    /// How many payouts a copy lacks; nothing when it is no copy of this very ledger as it once stood.
    ///
    /// # Errors
    /// When this ledger cannot be read.
    pub async fn missing_in(&self, copy: &Path) -> Result<Option<u64>, LedgerError> {
        let (copy, key) = (copy.to_owned(), self.key.clone());
        self.readers
            .read(move |ledger| copies::missing_in(ledger, &copy, &key))
            .await
    }

    /// Whose ledger it is, as [`SqliteLedger::set_account`] was told.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn account(&self) -> Result<Option<String>, LedgerError> {
        self.readers.read(merchant::account).await
    }

    /// Keeps a text that says whose ledger it is inside the file, so that a copy can be opened on another computer. It
    /// must hold no secret.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn set_account(&self, account: String) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| merchant::set_account(ledger, &account))
            .await
    }
}

impl fmt::Debug for SqliteLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLedger")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn record_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payee>, LedgerError> {
        self.writer
            .write(move |ledger| payees::record(ledger, &payee, &events))
            .await
    }

    async fn change_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Payee, LedgerError> {
        self.writer
            .write(move |ledger| payees::change(ledger, &payee, &events))
            .await
    }

    async fn record_accounts(
        &self,
        payee: PayeeId,
        accounts: Vec<FundingAccount>,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| accounts::record(ledger, payee, &accounts, &events))
            .await
    }

    async fn payee(&self, id: PayeeId) -> Result<Option<Payee>, LedgerError> {
        self.readers
            .read(move |ledger| payees::find(ledger, id))
            .await
    }

    async fn payee_row(
        &self,
        id: PayeeId,
        paid_since: Timestamp,
    ) -> Result<Option<PayeeRow>, LedgerError> {
        self.readers
            .read(move |ledger| payees::find_row(ledger, id, paid_since))
            .await
    }

    async fn payee_by_customer_no(
        &self,
        customer_no: &CustomerNo,
    ) -> Result<Option<Payee>, LedgerError> {
        let customer_no = customer_no.clone();
        self.readers
            .read(move |ledger| payees::find_by_customer_no(ledger, &customer_no))
            .await
    }

    async fn payee_by_email(&self, email: &str) -> Result<Option<Payee>, LedgerError> {
        let email = email.to_owned();
        self.readers
            .read(move |ledger| payees::find_by_email(ledger, &email))
            .await
    }

    async fn payees_with_accounts(&self) -> Result<Vec<(Payee, Vec<FundingAccount>)>, LedgerError> {
        self.readers.read(payees::with_accounts).await
    }

    fn changes(&self) -> Changes {
        self.lookup.changes()
    }

    async fn accounts(&self, payee: PayeeId) -> Result<Vec<FundingAccount>, LedgerError> {
        self.readers
            .read(move |ledger| accounts::of(ledger, payee))
            .await
    }

    async fn payees(
        &self,
        query: PayeeQuery,
        paid_since: Timestamp,
    ) -> Result<Page<PayeeRow>, LedgerError> {
        let lookup = Arc::clone(&self.lookup);
        let page = self
            .readers
            .read(move |ledger| payees::list(ledger, &lookup, &query, paid_since))
            .await?;
        if self.lookup.wants_payees() {
            let lookup = Arc::clone(&self.lookup);
            // The next list, or the first search, then has them at hand. An error is met again by whoever searches.
            drop(
                self.readers
                    .start_to_read(move |ledger| lookup.load_payees(ledger)),
            );
        }
        Ok(page)
    }

    async fn payees_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Payee>, LedgerError> {
        self.readers
            .read(move |ledger| payees::due(ledger, now, limit))
            .await
    }

    async fn record_payout(
        &self,
        payout: Payout,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payout>, LedgerError> {
        // What needs no transaction is done before, and what is answered is not copied in it.
        let new = Arc::new(payouts::New::of(payout, events));
        let asked = Arc::clone(&new);
        let known = self
            .writer
            .write(move |ledger| payouts::record(ledger, &asked))
            .await?;
        Ok(match known {
            Some(known) => Recorded::Known(known),
            None => Recorded::New(Arc::unwrap_or_clone(new).payout),
        })
    }

    async fn apply(
        &self,
        changes: Vec<PayoutChange>,
    ) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError> {
        let durability = changes.iter().map(|change| change.durability).max();
        let prepared = |change: PayoutChange| (change.payout, Prepared::all(change.events));
        let changes: Arc<Vec<_>> = Arc::new(changes.into_iter().map(prepared).collect());
        let asked = Arc::clone(&changes);
        let revisions = self
            .writer
            .write_with(durability.unwrap_or_default(), move |ledger| {
                payouts::apply(ledger, &asked)
            })
            .await?;
        let changed = Arc::unwrap_or_clone(changes).into_iter().zip(revisions);
        let changed = changed
            .map(|((payout, _), revision)| revision.map(|revision| Payout { revision, ..payout }));
        Ok(changed.collect())
    }

    async fn payout(&self, id: PayoutId) -> Result<Option<Payout>, LedgerError> {
        self.readers
            .read(move |ledger| payouts::find(ledger, id))
            .await
    }

    async fn payout_by_invoice(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Option<Payout>, LedgerError> {
        let invoice_id = invoice_id.clone();
        self.readers
            .read(move |ledger| payouts::find_by_invoice(ledger, &invoice_id))
            .await
    }

    async fn similar_invoices(
        &self,
        invoices: &[InvoiceId],
    ) -> Result<Vec<SimilarInvoice>, LedgerError> {
        let invoices = invoices.to_vec();
        self.readers
            .read(move |ledger| similar::find(ledger, &invoices))
            .await
    }

    async fn invoices_used(
        &self,
        invoice_ids: Vec<InvoiceId>,
    ) -> Result<Vec<(InvoiceId, PayoutId)>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::invoices_used(ledger, &invoice_ids))
            .await
    }

    async fn still_to_pay(
        &self,
        of: Vec<(PayeeId, Money)>,
    ) -> Result<Vec<Option<StillToPay>>, LedgerError> {
        self.readers
            .read(move |ledger| similar::still_to_pay(ledger, &of))
            .await
    }

    async fn to_leave(&self) -> Result<Vec<Money>, LedgerError> {
        self.readers.read(similar::to_leave).await
    }

    async fn payouts(&self, query: PayoutQuery) -> Result<PayoutPage, LedgerError> {
        let lookup = Arc::clone(&self.lookup);
        // Remit asks by itself now and then for those in some states, which are few; whoever looks at all may search next.
        let all = query.states.is_empty();
        let page = self
            .readers
            .read(move |ledger| payouts_query::list(ledger, &lookup, &query))
            .await?;
        if all && self.lookup.wants_payouts() {
            let lookup = Arc::clone(&self.lookup);
            // As of the payees.
            drop(
                self.readers
                    .start_to_read(move |ledger| lookup.load_payouts(ledger)),
            );
        }
        Ok(page)
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Due, LedgerError> {
        self.readers
            .read(move |ledger| due::find(ledger, now, limit))
            .await
    }

    async fn payouts_put_off(
        &self,
        states: &[State],
        beyond: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        let states = states.to_vec();
        self.readers
            .read(move |ledger| payouts_query::put_off(ledger, &states, beyond, limit))
            .await
    }

    async fn payouts_in(
        &self,
        state: State,
        after: Option<PayoutId>,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError> {
        self.readers
            .read(move |ledger| payouts_query::in_state(ledger, state, after, limit))
            .await
    }

    async fn held_back(&self, id: PayoutId) -> Result<bool, LedgerError> {
        self.readers
            .read(move |ledger| payouts_query::held_back(ledger, id))
            .await
    }

    async fn moved_targets(
        &self,
        payouts: Vec<PayoutId>,
    ) -> Result<Vec<(PayoutId, Reason)>, LedgerError> {
        self.readers
            .read(move |ledger| payouts_query::moved_targets(ledger, &payouts))
            .await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, LedgerError> {
        self.readers.read(|ledger| due::next(ledger, None)).await
    }

    async fn histories(
        &self,
        of: Vec<(PayeeId, AccountToken, Currency)>,
    ) -> Result<Vec<History>, LedgerError> {
        self.readers
            .read(move |ledger| look_back::histories(ledger, &of))
            .await
    }

    async fn history(
        &self,
        payee: PayeeId,
        account: &AccountToken,
        currency: Currency,
    ) -> Result<History, LedgerError> {
        let of = [(payee, account.clone(), currency)];
        let found = self
            .readers
            .read(move |ledger| look_back::histories(ledger, &of));
        found.await.map(|mut found| found.pop().unwrap_or_default())
    }

    async fn last_invoice_number(&self, prefix: &str) -> Result<Option<u64>, LedgerError> {
        let prefix = prefix.to_owned();
        self.readers
            .read(move |ledger| payouts_query::last_invoice_number(ledger, &prefix))
            .await
    }

    async fn record_events(&self, events: Vec<NewEvent>) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| events::append(ledger, &events))
            .await
    }

    async fn events(&self, subject: Subject) -> Result<Vec<Event>, LedgerError> {
        self.readers
            .read(move |ledger| events::about(ledger, subject))
            .await
    }

    async fn verify(&self) -> Result<Verified, LedgerError> {
        self.readers.read(events::verify).await
    }

    async fn head(&self) -> Result<ChainHead, LedgerError> {
        Ok(self.head.get())
    }

    async fn event_at(&self, seq: u64) -> Result<Option<Event>, LedgerError> {
        self.readers
            .read(move |ledger| events::at(ledger, seq))
            .await
    }

    async fn overview(&self, query: OverviewQuery) -> Result<Overview, LedgerError> {
        self.readers
            .read(move |ledger| overview::overview(ledger, &query))
            .await
    }

    async fn learnt(&self, since: Timestamp, overdue: Timestamp) -> Result<Learnt, LedgerError> {
        self.readers
            .read(move |ledger| payouts_query::learnt(ledger, since, overdue))
            .await
    }

    async fn notified(&self, evidence: &str, forged: bool) -> Result<Option<Heard>, LedgerError> {
        let content = notifications_query::content(evidence);
        self.readers
            .read(move |ledger| notifications_query::find(ledger, &content, forged))
            .await
    }

    async fn notified_again(&self, seq: u64, at: Timestamp) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| notifications_query::count_again(ledger, seq, at))
            .await
    }

    async fn notifications(
        &self,
        query: NotificationQuery,
    ) -> Result<Page<NotificationRow>, LedgerError> {
        self.readers
            .read(move |ledger| notifications_query::list(ledger, &query))
            .await
    }

    async fn recovery(&self) -> Result<Option<Recovery>, LedgerError> {
        self.readers.read(recovery::find).await
    }

    async fn record_recovery(
        &self,
        recovery: Recovery,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| recovery::record(ledger, recovery, &events))
            .await
    }

    async fn replaced_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        self.readers.read(recovery::replaced).await
    }

    async fn lost_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        self.readers.read(recovery::lost).await
    }

    async fn compared_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError> {
        self.readers.read(recovery::compared).await
    }

    async fn record_compared(&self, invoices: Vec<InvoiceId>) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| recovery::record_compared(ledger, &invoices))
            .await
    }

    async fn payee_by_account(&self, token: &AccountToken) -> Result<Option<Payee>, LedgerError> {
        let token = token.clone();
        self.readers
            .read(move |ledger| payees::find_by_account(ledger, &token))
            .await
    }

    async fn invoice_series(
        &self,
        several: u32,
        single: u32,
    ) -> Result<Vec<InvoiceSeries>, LedgerError> {
        self.readers
            .read(move |ledger| series::in_use(ledger, several, single))
            .await
    }

    async fn longest_run(&self) -> Result<u64, LedgerError> {
        self.readers.read(series::longest_run).await
    }
}
