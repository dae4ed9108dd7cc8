//! Payout runs: many payouts that are prepared, reviewed and released together. Here is what a run is, and the port to where
//! runs are kept; how files become rows is in the crate `remit-runs`. The engine knows only payouts: a released run becomes
//! payouts, a few at a time, each under the numbers that its row was given before the release, so that whatever crashes a row
//! is never two payouts (I3).

use crate::event::NewEvent;
use crate::ids::{AccountToken, InvoiceId, PayeeId, PayoutId, RequestKey, RunId};
use crate::ledger::{LedgerError, Page};
use crate::money::Money;
use crate::payee::{FundingAccount, Payee};
use crate::payout::{Channel, Payout, State};
use crate::schedules::Occurrence;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a run stands. Whether a released one is finished follows from its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RunState {
    /// Being prepared; nothing of it is sent.
    Draft,
    /// The owner released it: its rows become payouts.
    Released,
    /// The owner stopped it: what had not become a payout never will.
    Stopped,
    /// A draft that the owner threw away.
    Discarded,
}

/// Where the rows of a run come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "RunOrigin", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RunOrigin {
    /// A file.
    File,
    /// The clipboard.
    Pasted,
    /// Payees that the owner chose.
    Composed,
    /// An earlier run.
    Copied,
    /// What failed or came back of an earlier run.
    Retried,
    /// A schedule, whose day came.
    Scheduled,
    /// The rows of an earlier run that were left out of it.
    Left,
}

impl RunOrigin {
    /// Whether its table is the owner's own, as they wrote it, and was not made here.
    #[must_use]
    pub fn is_owners(self) -> bool {
        matches!(self, Self::File | Self::Pasted)
    }
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Remit's number.
    pub id: RunId,
    /// What the owner calls it; at first the file's name, without its folder.
    pub name: String,
    /// Where its rows come from.
    pub origin: RunOrigin,
    /// Where it stands.
    pub state: RunState,
    /// Whether the owner paused it: no row becomes a payout, and what is ready of it is not sent.
    pub paused: bool,
    /// Nothing of it is sent before.
    pub not_before: Option<Timestamp>,
    /// The SHA-256 of what it was read from, in hexadecimal digits: the same file again is recognised.
    pub content_hash: String,
    /// The run that this one copies, tries again, or comes after in its schedule.
    pub follows: Option<RunId>,
    /// How many rows it has; of a draft, as far as they were counted.
    pub rows: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the owner released it.
    pub released_at: Option<Timestamp>,
    /// Counts the changes of this record; a change is refused when another came first.
    pub revision: u64,
}

/// What a draft is opened from again, after a crash too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunContent {
    /// The file, byte for byte, or the text that was pasted or composed.
    pub source: Vec<u8>,
    /// How it is read (columns, encoding, sheet, decimal mark), as the crate that reads it wrote it; JSON.
    pub settings: String,
    /// What the owner typed over cells, in no order.
    pub edits: Vec<CellEdit>,
    /// What the owner said about rows, in no order.
    pub decisions: Vec<RowDecision>,
}

/// A cell that the owner typed over. Typing again replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellEdit {
    /// The row, from 0.
    pub row: u32,
    /// The column, from 0.
    pub column: u32,
    /// What stands there now.
    pub text: String,
}

/// What the owner said about a row. Saying something again replaces all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowDecision {
    /// The row, from 0.
    pub row: u32,
    /// Leave it out.
    pub skipped: bool,
    /// The payee, where the file's word for it fits several.
    pub payee: Option<PayeeId>,
    /// The account, where the payee has several.
    pub account: Option<AccountToken>,
    /// Send it by itself once its payee can be paid.
    pub waits: bool,
    /// The warnings that the owner accepted, each with a reason; kept as events at the release.
    pub accepted: Vec<AcceptedWarning>,
}

/// A warning that the owner accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedWarning {
    /// Which.
    pub code: String,
    /// What it was about, such as the account and the payout that it named: of anything else it accepts nothing. Empty in drafts
    /// of before this was kept, which ask again.
    #[serde(default)]
    pub about: String,
    /// Why, in the owner's words; may be empty.
    pub reason: String,
}

/// Where a row of a reviewed or released run stands, until it is a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RowState {
    /// It becomes a payout when its turn comes.
    Queued,
    /// It becomes one when its payee can be paid.
    Waiting,
    /// It is a payout.
    Sent,
    /// Something changed since the review; the owner must look.
    Held,
    /// The run was stopped before its turn came.
    Stopped,
}

/// Where a row of a released run stands: as the payout that it is, or before it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum OutcomeState {
    /// As a payout.
    Payout(State),
    /// As a row that is none yet, or never will be.
    Row(RowState),
}

/// Why a row is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Hold {
    /// The payee is not Active any more.
    PayeeNotActive,
    /// The account changed, is gone, or cannot be paid in this currency.
    AccountChanged,
    /// The payee has several accounts that could be paid, and the owner chose none.
    AccountUnclear,
    /// Another payout has the invoice ID.
    InvoiceUsed,
    /// Pockyt's rules or the ledger's forbid the payout as it is.
    Refused,
    /// The ledger was put back to an earlier one, in which the row was still to be sent: what came of it since is not known.
    Restored,
}

/// A row as it was reviewed: nothing of it is decided later but, for one that waits, the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// Its place in the file, from 0.
    pub row: u32,
    /// The number that the owner's spreadsheet shows beside it.
    pub line: u32,
    /// The payout that it becomes.
    pub payout_id: PayoutId,
    /// That payout's idempotency key.
    pub request_key: RequestKey,
    /// Who is paid.
    pub payee_id: PayeeId,
    /// Where to; nothing for a row that waits.
    pub account_token: Option<AccountToken>,
    /// The account as the owner saw it, as a hash; empty for a row that waits.
    pub account_seen: String,
    /// How much.
    pub money: Money,
    /// The owner's number.
    pub invoice_id: InvoiceId,
    /// How quickly.
    pub channel: Channel,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
    /// The payout that this one tries again.
    pub retry_of: Option<PayoutId>,
    /// Where it stands.
    pub state: RowState,
    /// Why it is held.
    pub hold: Option<Hold>,
}

/// A row of the file that the release left out, as it stood then. It is no payout and never becomes one in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftRow {
    /// Its place in the file, from 0.
    pub row: u32,
    /// The number that the owner's spreadsheet shows beside it.
    pub line: u32,
    /// Whom it names: the payee where it is known, else as it is written.
    pub payee: String,
    /// How much, with the currency where both can be read, else as it is written.
    pub amount: String,
    /// Whether the owner left it out, rather than what is wrong with it.
    pub skipped: bool,
    /// What was wrong with it first of all, in the word of whoever checked it.
    pub problem: Option<String>,
}

/// A row of a released run with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRowOutcome {
    /// The row.
    pub row: RunRow,
    /// Its payout, once it is one.
    pub payout: Option<Payout>,
}

/// How many rows stand where, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunProgress {
    /// Rows that are no payouts, by where they stand; none that are [`RowState::Sent`].
    pub rows: Vec<(RowState, u64)>,
    /// Payouts, by where they stand.
    pub payouts: Vec<(State, u64)>,
    /// What the whole run comes to, one sum a currency.
    pub total: Vec<Money>,
    /// What of it waits for its turn, or for the run's day.
    pub queued: Vec<Money>,
    /// What of it is paid.
    pub paid: Vec<Money>,
    /// The newest moment at which a payout of the run was sent.
    pub last_sent_at: Option<Timestamp>,
    /// How many were sent in the minute up to `last_sent_at`.
    pub sent_in_last_minute: u64,
    /// How many payouts of it only the owner can tell about: Pockyt has another payment under their invoice ID.
    pub asks: u64,
    /// How many of those that are being checked may go out again, should Pockyt turn out not to have them.
    pub unsure: u64,
}

/// Which runs.
#[derive(Clone, Debug)]
pub struct RunQuery {
    /// Part of the name; empty for all. Discarded drafts are never listed.
    pub search: String,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many, 1 to 500.
    pub limit: u32,
}

/// A payee with all accounts.
pub type PayeeWithAccounts = (Payee, Vec<FundingAccount>);

/// Where runs are kept; beside the payouts, in the same file, so that a row and its payout change in one transaction.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Records a draft with what it was read from. The same number again changes nothing.
    async fn record_run(
        &self,
        run: Run,
        content: RunContent,
        events: Vec<NewEvent>,
    ) -> Result<Run, LedgerError>;
    /// Replaces a run's record if it is still at the given revision, and returns it with the next one. Of its state only a
    /// draft's may change, and only to discarded: what a discarded draft was made of is forgotten.
    async fn change_run(&self, run: Run, events: Vec<NewEvent>) -> Result<Run, LedgerError>;
    /// One run.
    async fn run(&self, id: RunId) -> Result<Option<Run>, LedgerError>;
    /// A page of runs, newest first.
    async fn runs(&self, query: RunQuery) -> Result<Page<Run>, LedgerError>;
    /// The runs, not discarded ones, that were read from the same content, newest first.
    async fn runs_of_content(&self, content_hash: &str) -> Result<Vec<Run>, LedgerError>;
    /// What a draft is opened from.
    async fn run_content(&self, id: RunId) -> Result<Option<RunContent>, LedgerError>;
    /// Replaces how a draft is read. [`LedgerError::Conflict`] when it is no draft any more; so with the next two. What was
    /// prepared before can no longer be released, and a day of a schedule that was about to be released by itself is left to
    /// the owner in the same transaction: whoever read it before would release what it said then.
    async fn record_settings(&self, id: RunId, settings: String) -> Result<(), LedgerError>;
    /// Keeps what was typed.
    async fn record_edits(&self, id: RunId, edits: Vec<CellEdit>) -> Result<(), LedgerError>;
    /// Keeps what was said.
    async fn record_decisions(
        &self,
        id: RunId,
        decisions: Vec<RowDecision>,
    ) -> Result<(), LedgerError>;

    /// Keeps the rows of a draft as they were reviewed, in the place of those kept before, under the fingerprint of the
    /// review, and those that the release leaves out. So the release itself is one small write, however many rows there are.
    async fn prepare_run(
        &self,
        id: RunId,
        review: String,
        rows: Vec<RunRow>,
        left: Vec<LeftRow>,
    ) -> Result<(), LedgerError>;
    /// Releases a draft, if its prepared rows are those of this review, and returns it. [`LedgerError::Conflict`] when they are
    /// not, or when it is no draft any more; the very same release again is answered with the run as it stands.
    async fn release_run(
        &self,
        run: Run,
        review: String,
        events: Vec<NewEvent>,
    ) -> Result<Run, LedgerError>;
    /// The next rows to become payouts, of runs that are released, not paused and not put off beyond `now`: queued ones,
    /// oldest run first, in the order of the file, then waiting ones whose payee is Active and has a usable account in the
    /// currency.
    async fn rows_to_send(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(RunId, RunRow)>, LedgerError>;
    /// These payees with all their accounts, in the order that is asked; nothing for one that is not known.
    async fn payees_of_rows(
        &self,
        payees: Vec<PayeeId>,
    ) -> Result<Vec<Option<PayeeWithAccounts>>, LedgerError>;

    /// How many rows are queued to become payouts now.
    async fn rows_queued(&self, now: Timestamp) -> Result<u64, LedgerError>;
    /// When the next run that is put off begins.
    async fn next_run_at(&self, now: Timestamp) -> Result<Option<Timestamp>, LedgerError>;
    /// How many payouts are ready and not held back by a pause, counted as far as `most`.
    async fn ready_to_send(&self, most: u32) -> Result<u32, LedgerError>;
    /// Makes payouts of rows, in one transaction, each with its events; the payout's ID and key are the row's. One whose row is
    /// not queued or waiting any more, or whose run is paused or stopped by now, is [`LedgerError::Conflict`]; the others go
    /// through.
    async fn send_rows(
        &self,
        payouts: Vec<(Payout, Vec<NewEvent>)>,
    ) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError>;
    /// Holds a row that is queued or waits and cannot become a payout as it was reviewed. [`LedgerError::Conflict`] when it is
    /// something else by now.
    async fn hold_row(&self, payout: PayoutId, hold: Hold) -> Result<(), LedgerError>;
    /// Queues a held row of a released run again, with its account as the owner has seen it now; one that has none is given
    /// this one, or waits. [`LedgerError::Conflict`] when it is not held any more.
    async fn queue_row(
        &self,
        payout: PayoutId,
        account: Option<AccountToken>,
        account_seen: String,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError>;
    /// Stops a released run, as [`Runs::change_run`] would: what is queued, waits or is held never becomes a payout, and what is
    /// ready is not sent any more (see [`Runs::to_withdraw`]).
    async fn stop_run(&self, run: Run, events: Vec<NewEvent>) -> Result<Run, LedgerError>;
    /// Payouts that are ready although their run was stopped: they are to be withdrawn.
    async fn to_withdraw(&self, limit: u32) -> Result<Vec<PayoutId>, LedgerError>;

    /// How a released run stands.
    async fn run_progress(&self, id: RunId) -> Result<RunProgress, LedgerError>;
    /// The prepared or released rows, in the order of the file, after a row; with `states`, only those that stand there.
    async fn run_rows(
        &self,
        id: RunId,
        states: &[OutcomeState],
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<RunRowOutcome>, LedgerError>;
    /// The rows that the release left out, or would, in the order of the file, after a row.
    async fn run_left(
        &self,
        id: RunId,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<LeftRow>, LedgerError>;
    /// The run that a payout comes from, and the line of its file that the owner's spreadsheet shows beside the row.
    async fn run_of_payout(&self, id: PayoutId) -> Result<Option<(RunId, u32)>, LedgerError>;
    /// The runs that any of these payouts come from, each once.
    async fn runs_of_payouts(&self, ids: Vec<PayoutId>) -> Result<Vec<RunId>, LedgerError>;
    /// Released runs of which something is still to be sent or to be settled, oldest first.
    async fn open_runs(&self) -> Result<Vec<RunId>, LedgerError>;
    /// Released runs that stand still until the owner says something: those of which a row is held, and paused ones of which
    /// anything could still be sent. The last released first, at most so many, and how many there are in all, however old.
    async fn halted_runs(&self, limit: u32) -> Result<(Vec<Run>, u64), LedgerError>;
    /// Released runs that are put off beyond `now` and not paused, of which rows still become payouts. The next one first, at most
    /// so many, and how many there are in all.
    async fn coming_runs(&self, now: Timestamp, limit: u32)
    -> Result<(Vec<Run>, u64), LedgerError>;
    /// Rows of released runs that are no payouts yet and may become some, whose invoice ID or payee contains each word. Of the
    /// last released first, at most so many, each with its run.
    async fn rows_to_come(
        &self,
        search: &str,
        limit: u32,
    ) -> Result<Vec<(Run, RunRow)>, LedgerError>;
    /// Of these payouts, those that other days of the schedule have made that this run is a day of, but for days that are of
    /// [one period](crate::same_period) with it.
    async fn of_same_schedule(
        &self,
        run: RunId,
        payouts: Vec<PayoutId>,
    ) -> Result<Vec<PayoutId>, LedgerError>;
    /// For the day of a schedule that this run is, what [`Schedules::paid_in_period`](crate::Schedules::paid_in_period) tells.
    async fn paid_in_period(&self, run: RunId) -> Result<Option<Occurrence>, LedgerError>;
    /// Whether a run is a day of a schedule that a lost, newer ledger may have paid already.
    async fn may_have_been_paid(&self, run: RunId) -> Result<bool, LedgerError>;
}
