//! The port to the durable store. Its operations are coarse: each is one transaction, and is answered only when it is
//! durable (I1), save where [`Durability`] says otherwise. [`crate::conformance`] tests any implementation.

use crate::event::{Event, NewEvent, Subject};
use crate::ids::{AccountToken, CustomerNo, InvoiceId, PayeeId, PayoutId, RunId};
use crate::machine::IllegalEdge;
use crate::money::{Currency, Money};
use crate::notified::{Heard, NotificationQuery, NotificationRow};
use crate::overview::{Overview, OverviewQuery};
use crate::payee::{FundingAccount, Payee, PayeeStatus};
use crate::payout::{Channel, Payout, Reason, State};
use crate::series::InvoiceSeries;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why the ledger did not do what was asked. Nothing is half-done: the file is as it was before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The row changed since it was read; read it again.
    #[error("The record changed in the meantime.")]
    Conflict,
    /// Another payout has this invoice ID.
    #[error("Invoice ID {0} is used by another payout. Choose another one, or open that payout.")]
    InvoiceUsed(InvoiceId),
    /// Another payee has this e-mail address.
    #[error(
        "Another payee in Remit has this e-mail address. Open that payee, or use another address."
    )]
    EmailUsed(PayeeId),
    /// The state machine has no such edge.
    #[error(transparent)]
    Illegal(#[from] IllegalEdge),
    /// No such row.
    #[error("There is no such record.")]
    NotFound,
    /// The disk is full.
    #[error("The disk is full. Free some space and try again; nothing was changed.")]
    DiskFull,
    /// The file cannot be written.
    #[error(
        "The data folder cannot be written. Make it writable and try again; nothing was changed."
    )]
    ReadOnly(String),
    /// The file is damaged, or the key does not open it.
    #[error(
        "The ledger cannot be read: {0}. The file is damaged, or the key in the keychain is not its key. Nothing was changed. Put back a copy of the file, or the keychain that was used before, then try again."
    )]
    Corrupt(String),
    /// A newer Remit wrote the file.
    #[error("A newer version of Remit wrote this ledger. Install that version or a newer one.")]
    Newer,
    /// Anything else.
    #[error(
        "The ledger did not work, and kept nothing half-done. Try again; if it stays so, check the disk."
    )]
    Failed(String),
}

/// Whether a record was made now, or had been made before under the same number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded<T> {
    /// Made now.
    New(T),
    /// Made before; here as it stands.
    Known(T),
}

impl<T> Recorded<T> {
    /// The record, whenever it was made.
    pub fn into_inner(self) -> T {
        match self {
            Self::New(record) | Self::Known(record) => record,
        }
    }
}

/// When a change must be on the disk; the greatest of what is made together counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// With the next change that must be there at once. Until then a power cut may take it along, as if it had never been
    /// made; the end of the process does not. Only for what the next start finds out again (docs/adr/0011).
    Deferred,
    /// Before it is answered.
    #[default]
    AtOnce,
}

/// A change of one payout: the row as it shall be, with the revision it was read at, and the events that explain it.
///
/// Money, payee, account, invoice ID and idempotency key of a payout never change; its body never changes while
/// `attempts` is above zero.
#[derive(Clone, Debug)]
pub struct PayoutChange {
    /// The row as it shall be; `revision` is the one that was read.
    pub payout: Payout,
    /// Why; none when only the schedule of the next check changes.
    pub events: Vec<NewEvent>,
    /// When it must be on the disk.
    pub durability: Durability,
}

impl PayoutChange {
    /// A change that must be on the disk before it is answered.
    #[must_use]
    pub fn new(payout: Payout, events: Vec<NewEvent>) -> Self {
        Self {
            payout,
            events,
            durability: Durability::AtOnce,
        }
    }
}

/// How payees are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayeeSort {
    /// By name.
    Name,
    /// By status, then name.
    Status,
    /// Last paid first; never paid last.
    LastPaid,
    /// Newest first.
    Newest,
}

/// Which payees.
#[derive(Clone, Debug)]
pub struct PayeeQuery {
    /// Part of the name, company, e-mail address or number, without regard to case and accents; empty for all.
    pub search: String,
    /// Only these; empty for all but refused registrations.
    pub statuses: Vec<PayeeStatus>,
    /// In which order.
    pub sort: PayeeSort,
    /// Where the page before ended ([`Page::next`]).
    pub cursor: Option<String>,
    /// At most how many, 1 to 500.
    pub limit: u32,
}

/// A payee with what a list shows beside it; totals come from the ledger (I10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayeeRow {
    /// The payee.
    pub payee: Payee,
    /// Its first usable account.
    pub usable_account: Option<FundingAccount>,
    /// Whether it has entered an account that Pockyt has not activated yet: it has been through its profile then.
    pub account_pending: bool,
    /// When it was last paid.
    pub last_paid_at: Option<Timestamp>,
    /// What was paid to it since the instant that the caller named, one sum a currency.
    pub paid: Vec<Money>,
}

/// How payouts are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutSort {
    /// Newest first.
    Newest,
    /// Largest first, by currency.
    Amount,
}

/// Which payouts.
#[derive(Clone, Debug)]
pub struct PayoutQuery {
    /// Part of the payee's name, invoice ID, transaction number or description; empty for all.
    pub search: String,
    /// Only these; empty for all.
    pub states: Vec<State>,
    /// Only this payee's.
    pub payee_id: Option<PayeeId>,
    /// Only this run's.
    pub run: Option<RunId>,
    /// Released at or after.
    pub from: Option<Timestamp>,
    /// Released before.
    pub to: Option<Timestamp>,
    /// In which order.
    pub sort: PayoutSort,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many, 1 to 500.
    pub limit: u32,
}

/// One page of a list, by keyset: no row twice, none left out, whatever changes in between (I10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; nothing after the last.
    pub next: Option<String>,
    /// How many rows the whole query has.
    pub total: u64,
}

/// A page of payouts with the sums over the whole query, one a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutPage {
    /// The page.
    pub page: Page<Payout>,
    /// The sums, by currency code.
    pub sums: Vec<Money>,
}

/// An earlier payout to a payee, as the review step looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Which.
    pub payout: PayoutId,
    /// How much, in minor units.
    pub minor: i64,
    /// When it was released.
    pub at: Timestamp,
}

/// What the ledger knows of earlier payouts to a payee in a currency, for the review step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// How many payouts to this payee were released and not cancelled or failed, in any currency.
    pub count: u64,
    /// The last 20 of them in this currency that [have paid, or may still](Payout::may_have_paid), newest first: money that came
    /// back, however often, says nothing of what is usual, and hides nothing that was paid.
    pub recent: Vec<Sent>,
    /// When the account was last sent a payout that was not cancelled or failed.
    pub account_last_used: Option<Timestamp>,
    /// The fees that Pockyt told of the last payouts in this currency, to whomever, the newest first: one for each channel and
    /// kind of account. Shared, as a review of many asks for each of them.
    pub fees: Arc<[ToldFee]>,
}

impl History {
    /// The fee of the last payout that went the same way: in this currency, by this channel, to an account of this kind.
    #[must_use]
    pub fn fee(&self, account: &FundingAccount, channel: Channel) -> Option<Money> {
        let kind = account.kind_shown();
        let alike = |told: &&ToldFee| told.channel == channel && told.kind == kind;
        self.fees.iter().find(alike).map(|told| told.fee)
    }
}

/// What Pockyt charged for a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldFee {
    /// The kind of account that was paid, as it is shown.
    pub kind: String,
    /// How it was sent.
    pub channel: Channel,
    /// The fee.
    pub fee: Money,
}

/// How many of the last payouts with a fee in a currency a history is asked for: what was charged longer ago tells little of
/// what is charged now.
pub const FEES_LOOKED_AT: usize = 200;

/// A payout, or a row of a released run that becomes one, whose invoice ID is one that was asked about, or differs from it
/// only in how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimilarInvoice {
    /// The invoice ID that was asked about.
    pub asked: InvoiceId,
    /// The payout.
    pub payout: PayoutId,
    /// Its invoice ID.
    pub invoice_id: InvoiceId,
    /// Who is paid.
    pub payee_id: PayeeId,
    /// How much.
    pub money: Money,
    /// Whether it [has paid, or may still](Payout::may_have_paid).
    pub may_have_paid: bool,
    /// The run of which a row becomes it; nothing once it is a payout.
    pub run: Option<RunId>,
}

/// What a check of the whole ledger found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events the chain has.
    pub events: u64,
    /// The last hash; empty for an empty chain.
    pub head: String,
    /// The first event whose hash does not fit, if any.
    pub broken_at: Option<u64>,
}

/// Where the chain of events stands: the newest event's place and hash. The keychain keeps a copy, so that a ledger that
/// was put back to an earlier one is noticed (docs/adr/0008).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// The place of the newest event; 0 for an empty chain.
    pub seq: u64,
    /// Its hash; empty for an empty chain.
    pub hash: String,
}

/// What is due at a moment, each kind earliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Payouts in sending, whose answer is overdue.
    pub overdue: Vec<Payout>,
    /// Payouts that are ready.
    pub ready: Vec<Payout>,
    /// Payouts that are unknown, in processing or paid, to be asked about; and what ended and Pockyt contradicted.
    pub open: Vec<Payout>,
    /// Payees to be looked at.
    pub payees: Vec<Payee>,
    /// When the next thing is due that is not due yet; the moment itself when as many as asked for are due of a kind, so
    /// that there may be more.
    pub next: Option<Timestamp>,
}

impl Due {
    /// How many that are overdue are found at once, however few others are wanted: one that cannot change must not hide the
    /// rest.
    pub const OVERDUE: u32 = 256;

    const ASKED_ABOUT: [State; 5] = [
        State::Unknown,
        State::Processing,
        State::Paid,
        State::Failed,
        State::Cancelled,
    ];

    /// The states of the payouts in each list, in their order, and how many of them at most.
    #[must_use]
    pub const fn lists(limit: u32) -> [(&'static [State], u32); 3] {
        [
            (&[State::Sending], Self::OVERDUE),
            (&[State::Ready], limit),
            (&Self::ASKED_ABOUT, limit),
        ]
    }

    /// What is due at `now`, as it was found with this `limit`; `later` is the first thing that is due after `now`.
    #[must_use]
    pub fn of(
        payouts: [Vec<Payout>; 3],
        payees: Vec<Payee>,
        later: Option<Timestamp>,
        now: Timestamp,
        limit: u32,
    ) -> Self {
        let more = payees.len() >= limit as usize
            || payouts
                .iter()
                .zip(Self::lists(limit))
                .any(|(list, (_, most))| list.len() >= most as usize);
        let [overdue, ready, open] = payouts;
        Self {
            overdue,
            ready,
            open,
            payees,
            next: if more { Some(now) } else { later },
        }
    }
}

/// Why a ledger may be older than what was sent from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "RecoveryCause", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RecoveryCause {
    /// The owner put back a copy, or may have put back an older file: the keychain knows nothing of the history.
    Restored,
    /// The keychain remembers events that the file does not have: an older file, or one without its log.
    RolledBack,
}

/// A ledger that may be older than what was sent from it compares itself with Pockyt before it sends anything, and asks
/// about every invoice ID before its first request ever after (docs/adr/0008).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Why.
    pub cause: RecoveryCause,
    /// Since when.
    pub since: Timestamp,
    /// When the comparison was complete; nothing while it goes on, and nothing is sent.
    pub done_at: Option<Timestamp>,
    /// How many payouts Pockyt had that the ledger had not.
    pub found: u64,
    /// How many invoice IDs are asked about because the records that made room for a copy have them and it has not; nothing
    /// when those records could not be read, so that invoice IDs in no series are not known.
    pub replaced: Option<u64>,
}

/// From whom Remit learnt how payouts ended that were to be notified about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// A notification told first.
    pub notified: u64,
    /// An inquiry told first, and the notification came later or may still come.
    pub asked_first: u64,
    /// An inquiry told, and in all the time in which Pockyt repeats a notification none came.
    pub repaired: u64,
}

/// How far the changes have come of what a release is held against. What is read after a number was told, is as it was then or
/// newer; told again and still the same, the number says that nothing of it was written in between. Nothing where it is being
/// written just now, or where nobody counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Of payees and their accounts.
    pub payees: Option<u64>,
    /// Of payouts, and of which runs are released: what was paid, or is still to be.
    pub payouts: Option<u64>,
}

/// A payout that was released and has not certainly left, with the run that is still to make it one.
pub type StillToPay = (PayoutId, Option<RunId>);

/// The durable store of one profile.
#[async_trait]
pub trait Ledger: Send + Sync {
    // Payees

    /// Records the intent to register a payee. The same payee ID again: [`Recorded::Known`], or, while the stored one is
    /// refused, its replacement. The e-mail address is unique without regard to case among payees that are not refused.
    async fn record_payee(
        &self,
        payee: Payee,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payee>, LedgerError>;
    /// Replaces a payee's row if it is still at the given revision, and returns it with the next revision.
    async fn change_payee(&self, payee: Payee, events: Vec<NewEvent>)
    -> Result<Payee, LedgerError>;
    /// Replaces the accounts listed for a payee (others keep their rows).
    async fn record_accounts(
        &self,
        payee: PayeeId,
        accounts: Vec<FundingAccount>,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError>;
    /// One payee.
    async fn payee(&self, id: PayeeId) -> Result<Option<Payee>, LedgerError>;
    /// One payee with what a list shows beside it; `paid_since` starts [`PayeeRow::paid`].
    async fn payee_row(
        &self,
        id: PayeeId,
        paid_since: Timestamp,
    ) -> Result<Option<PayeeRow>, LedgerError>;
    /// The payee with Pockyt's number.
    async fn payee_by_customer_no(
        &self,
        customer_no: &CustomerNo,
    ) -> Result<Option<Payee>, LedgerError>;
    /// The payee, not a refused one, with an e-mail address, without regard to case.
    async fn payee_by_email(&self, email: &str) -> Result<Option<Payee>, LedgerError>;
    /// A payee's accounts, usable ones first, then by when they were first seen; those that are gone last.
    async fn accounts(&self, payee: PayeeId) -> Result<Vec<FundingAccount>, LedgerError>;
    /// A page of payees.
    async fn payees(
        &self,
        query: PayeeQuery,
        paid_since: Timestamp,
    ) -> Result<Page<PayeeRow>, LedgerError>;
    /// Every payee but refused registrations, oldest first, each with its accounts as [`Ledger::accounts`] lists them: what a
    /// payout run is checked against.
    async fn payees_with_accounts(&self) -> Result<Vec<(Payee, Vec<FundingAccount>)>, LedgerError> {
        let mut found = Vec::new();
        let mut query = PayeeQuery {
            search: String::new(),
            statuses: Vec::new(),
            sort: PayeeSort::Newest,
            cursor: None,
            limit: 500,
        };
        loop {
            // Any instant that every ledger can record; what was paid since is not looked at.
            let page = self.payees(query.clone(), Timestamp::UNIX_EPOCH).await?;
            for row in page.rows {
                let accounts = self.accounts(row.payee.id).await?;
                found.push((row.payee, accounts));
            }
            query.cursor = page.next;
            if query.cursor.is_none() {
                found.reverse();
                return Ok(found);
            }
        }
    }
    /// Payees whose `next_check_at` has come, earliest first.
    async fn payees_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Payee>, LedgerError>;

    /// How far the changes have come, so that what was read need not be read again while nothing of it changed. A ledger that
    /// does not count is read again.
    fn changes(&self) -> Changes {
        Changes::default()
    }

    // Payouts

    /// Records the intent to pay. The same payout ID again: [`Recorded::Known`]. With `retry_of`, the payout that is tried
    /// again is marked in the same transaction; [`LedgerError::Conflict`] when another retry was first.
    async fn record_payout(
        &self,
        payout: Payout,
        events: Vec<NewEvent>,
    ) -> Result<Recorded<Payout>, LedgerError>;
    /// Applies changes in one transaction, which is on the disk when this returns unless all may be
    /// [deferred](Durability::Deferred). Each either replaces its row, if that is still at its revision and the edge is
    /// legal, or is answered with why not; the others go through.
    async fn apply(
        &self,
        changes: Vec<PayoutChange>,
    ) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError>;
    /// One payout.
    async fn payout(&self, id: PayoutId) -> Result<Option<Payout>, LedgerError>;
    /// The payout with an invoice ID.
    async fn payout_by_invoice(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Option<Payout>, LedgerError>;
    /// The payouts, to whomever and whatever became of them, and the rows of released runs still to become payouts, that have
    /// these invoice IDs or similar ones, which [come out the same](crate::normalised_invoice): those of the first that was
    /// asked about first, the newest of each first. Quick for many at once and over many years.
    async fn similar_invoices(
        &self,
        invoices: &[InvoiceId],
    ) -> Result<Vec<SimilarInvoice>, LedgerError>;
    /// Which of these invoice IDs payouts, or rows of released runs that are still to be sent, have; in no order.
    async fn invoices_used(
        &self,
        invoice_ids: Vec<InvoiceId>,
    ) -> Result<Vec<(InvoiceId, PayoutId)>, LedgerError>;
    /// For each payee and amount a payout that was released and has not certainly left, however old it is, or one that a row
    /// of a released run is still to become, with that run. Quick for many.
    async fn still_to_pay(
        &self,
        of: Vec<(PayeeId, Money)>,
    ) -> Result<Vec<Option<StillToPay>>, LedgerError>;
    /// What all these together come to, one sum a currency, as far as it may leave the balance without another word: of rows
    /// of released runs not those that are held, nor those that wait for a payee who cannot be paid. What Pockyt accepted is
    /// not among it: that is off the balance already.
    async fn to_leave(&self) -> Result<Vec<Money>, LedgerError>;
    /// A page of payouts with sums.
    async fn payouts(&self, query: PayoutQuery) -> Result<PayoutPage, LedgerError>;
    /// What the engine has to do now, at most so many of each kind, but up to [`Due::OVERDUE`] that are overdue.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Due, LedgerError>;
    /// Payouts in these states whose `next_at` lies beyond an instant, furthest first.
    async fn payouts_put_off(
        &self,
        states: &[State],
        beyond: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError>;
    /// Payouts in a state, whatever their time, oldest first, at most `limit`, after the given one (by ID of the last).
    async fn payouts_in(
        &self,
        state: State,
        after: Option<PayoutId>,
        limit: u32,
    ) -> Result<Vec<Payout>, LedgerError>;
    /// Whether a payout belongs to a run that the owner paused or stopped, so that nothing of it is sent. A ledger without runs
    /// holds nothing back.
    async fn held_back(&self, _: PayoutId) -> Result<bool, LedgerError> {
        Ok(false)
    }
    /// Of these payouts those whose payee is not Active any more, or whose account changed since they were released or is gone,
    /// each with why. Quick for many: it is asked before each claim.
    async fn moved_targets(
        &self,
        payouts: Vec<PayoutId>,
    ) -> Result<Vec<(PayoutId, Reason)>, LedgerError>;
    /// When the engine next has something to do: the earliest `next_at` of payouts and `next_check_at` of payees.
    async fn next_due(&self) -> Result<Option<Timestamp>, LedgerError>;
    /// What is known of earlier payouts.
    async fn history(
        &self,
        payee: PayeeId,
        account: &AccountToken,
        currency: Currency,
    ) -> Result<History, LedgerError>;
    /// The same for many at once, in their order.
    async fn histories(
        &self,
        of: Vec<(PayeeId, AccountToken, Currency)>,
    ) -> Result<Vec<History>, LedgerError> {
        let mut found = Vec::with_capacity(of.len());
        for (payee, account, currency) in of {
            found.push(self.history(payee, &account, currency).await?);
        }
        Ok(found)
    }
    /// The largest number that ends an invoice ID starting with this prefix; nothing when there is none.
    async fn last_invoice_number(&self, prefix: &str) -> Result<Option<u64>, LedgerError>;
    /// How the account stands, all of one moment.
    async fn overview(&self, query: OverviewQuery) -> Result<Overview, LedgerError>;

    // History

    /// Records events that change no row, such as a notification that moves nothing.
    async fn record_events(&self, events: Vec<NewEvent>) -> Result<(), LedgerError>;
    /// The events about a subject, oldest first.
    async fn events(&self, subject: Subject) -> Result<Vec<Event>, LedgerError>;
    /// Checks the file and the whole chain.
    async fn verify(&self) -> Result<Verified, LedgerError>;
    /// Where the chain stands, as far as it is on the disk: a copy of this elsewhere never tells of what a power cut took.
    async fn head(&self) -> Result<ChainHead, LedgerError>;
    /// The event at a place in the chain.
    async fn event_at(&self, seq: u64) -> Result<Option<Event>, LedgerError>;
    /// How those payouts came to be known that were to be notified about and that Pockyt reported as paid, failed or
    /// returned since `since`: from whom the event came that moved each to where it stands. One learnt by inquiry counts
    /// as repaired when it ended before `overdue` and no notification about it was ever [applied](crate::Verdict::Applied) or
    /// [already known](crate::Verdict::AlreadyKnown).
    async fn learnt(&self, since: Timestamp, overdue: Timestamp) -> Result<Learnt, LedgerError>;
    /// The newest notification with exactly this evidence, among those that are [forged](crate::Verdict::Forged) or among
    /// the others: what is kept does not tell whether somebody had signed it.
    async fn notified(&self, evidence: &str, forged: bool) -> Result<Option<Heard>, LedgerError>;
    /// Counts that what the notification at a place in the chain told came again.
    async fn notified_again(&self, seq: u64, at: Timestamp) -> Result<(), LedgerError>;
    /// A page of the notifications, whatever became of them, and of the inquiries that moved a payout to paid, failed or
    /// returned; newest first.
    async fn notifications(
        &self,
        query: NotificationQuery,
    ) -> Result<Page<NotificationRow>, LedgerError>;

    // Recovery

    /// Whether the ledger may be older than what was sent from it; nothing for one that never was.
    async fn recovery(&self) -> Result<Option<Recovery>, LedgerError>;
    /// Records how the recovery stands, with the events that explain it. One that begins forgets what the one before was
    /// answered, and so does one that ends; that forgets, too, which [lost invoices](Ledger::lost_invoices) are on record now
    /// or nowhere at Pockyt.
    async fn record_recovery(
        &self,
        recovery: Recovery,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError>;
    /// The invoice IDs that the records had that made room for a copy, and it has not, as far as they could be read.
    async fn replaced_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError>;
    /// The invoice IDs beside those of series that a lost, newer ledger may have paid, as far as this one can derive them: those
    /// of days of schedules.
    async fn lost_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError>;
    /// About which invoice IDs Pockyt has answered in the comparison that is under way.
    async fn compared_invoices(&self) -> Result<Vec<InvoiceId>, LedgerError>;
    /// Records that Pockyt has answered about these, too.
    async fn record_compared(&self, invoices: Vec<InvoiceId>) -> Result<(), LedgerError>;
    /// The payee that has, or had, a funding account.
    async fn payee_by_account(&self, token: &AccountToken) -> Result<Option<Payee>, LedgerError>;
    /// The series that the invoice IDs of payouts belong to, and of rows of released runs that are still to become payouts: that
    /// of the newest first, so many at most of those with `several` invoice IDs, and so many of those with a `single` one. Each is
    /// told with the largest number that any of these has in it. An invoice ID that ends in no number, or in one too long to
    /// count, belongs to none, and so do a retry's and those of days of schedules.
    async fn invoice_series(
        &self,
        several: u32,
        single: u32,
    ) -> Result<Vec<InvoiceSeries>, LedgerError>;
    /// How many rows the longest file of a payout run has, as far as it is known.
    async fn longest_run(&self) -> Result<u64, LedgerError>;
}
