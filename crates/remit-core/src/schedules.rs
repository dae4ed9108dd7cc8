//! Schedules: payout runs that come round. Here is what a schedule is, and the port to where schedules are kept. What makes
//! their drafts is in the crate `remit-runs`; the engine and its dispatcher know nothing of it. A day of a schedule is one
//! record, made in one transaction with its draft, so that whatever crashes no day is ever two runs (I3).

use crate::event::NewEvent;
use crate::ids::{AccountToken, PayeeId, RunId, ScheduleId};
use crate::ledger::LedgerError;
use crate::money::Money;
use crate::rhythm::{Occasion, Rhythm, TimeOfDay, occasions};
use crate::runs::{Run, RunContent};
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

/// What a schedule does when its day comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "ScheduleMode", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum ScheduleMode {
    /// It makes a draft, which the owner releases.
    Draft,
    /// It makes a draft and releases it, if nothing about it wants a word.
    Release,
}

/// Where a schedule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "ScheduleState", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum ScheduleState {
    /// Its days come round.
    Active,
    /// The owner paused it; days that pass meanwhile are no missed ones.
    Paused,
    /// The owner ended it.
    Ended,
}

/// A payment of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRow {
    /// Who is paid.
    pub payee_id: PayeeId,
    /// Where to; nothing where the payee is to have one account only.
    pub account_token: Option<AccountToken>,
    /// How much.
    pub money: Money,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Remit's number.
    pub id: ScheduleId,
    /// What the owner calls it; its runs are called so too.
    pub name: String,
    /// On which days it comes round.
    pub rhythm: Rhythm,
    /// At what time of those days.
    pub time: Time,
    /// In which time zone, by its IANA name.
    pub zone: String,
    /// What its invoice IDs begin with; the day follows.
    pub prefix: String,
    /// What it pays.
    pub rows: Vec<ScheduleRow>,
    /// What it does when its day comes.
    pub mode: ScheduleMode,
    /// Where it stands.
    pub state: ScheduleState,
    /// The day that comes next; nothing when none does, or while it is paused.
    pub next: Option<Occasion>,
    /// The ledger was put back to an earlier one at that moment: what came of the days until then is not known, and each asks.
    pub asks_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts the changes of this record; a change is refused when another came first.
    pub revision: u64,
}

impl Schedule {
    /// The first day after a moment that is none of these; nothing for a schedule that is not active.
    #[must_use]
    pub fn next_after(&self, after: Timestamp, made: &[Date]) -> Option<Occasion> {
        if self.state != ScheduleState::Active {
            return None;
        }
        self.days_after(after)?
            .find(|occasion| !made.contains(&occasion.date))
    }

    /// The days that have come by `now`, the next one first.
    #[must_use]
    pub fn come(&self, now: Timestamp) -> Vec<Occasion> {
        let Some(next) = self.next.filter(|next| next.at <= now) else {
            return Vec::new();
        };
        let later = self.days_after(next.at).into_iter().flatten();
        std::iter::once(next)
            .chain(later.take_while(|occasion| occasion.at <= now))
            .collect()
    }

    fn days_after(&self, after: Timestamp) -> Option<impl Iterator<Item = Occasion> + use<>> {
        let time = TimeOfDay::new(self.time, &self.zone)?;
        Some(occasions(self.rhythm, time, after))
    }

    /// The invoice ID of a row, from 0, on a day. The same day has the same ones in whatever ledger, so that Pockyt itself
    /// would refuse to pay it twice.
    #[must_use]
    pub fn invoice_id(&self, date: Date, row: usize) -> String {
        match self.rows.len() {
            0 | 1 => format!("{}-{date}", self.prefix),
            _ => format!("{}-{date}-{}", self.prefix, row + 1),
        }
    }
}

/// What became of a day of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "OccurrenceState", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum OccurrenceState {
    /// Remit was closed or asleep, or the ledger was put back: it waits for the owner's word.
    Missed,
    /// The owner skipped it.
    Skipped,
    /// It has a draft, which the owner releases.
    Drafted,
    /// It has a draft that is about to be released by itself.
    Releasing,
}

/// Why a draft was not released by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "ScheduleStay", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Stay {
    /// Something about a row wants the owner's word, or cannot be paid.
    Asks,
    /// The balance does not suffice.
    BalanceTooLow,
    /// Remit cannot send: no API token, or it compares a ledger that was put back with Pockyt.
    NotReady,
    /// Remit was closed before the release, and its moment has passed.
    Late,
    /// The owner changed the draft or the schedule meanwhile.
    Changed,
    /// The ledger was put back to an earlier one before the release.
    Restored,
}

/// A day of a schedule that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Of which schedule.
    pub schedule: ScheduleId,
    /// Which day, and its moment.
    pub occasion: Occasion,
    /// What became of it.
    pub state: OccurrenceState,
    /// Its run.
    pub run: Option<RunId>,
    /// Why that was not released by itself.
    pub stay: Option<Stay>,
}

/// Where schedules are kept; beside the runs, in the same file, so that a day and its draft are recorded in one transaction.
/// There are few: they are read as a whole.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// Records a schedule. The same number again changes nothing.
    async fn record_schedule(
        &self,
        schedule: Schedule,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError>;
    /// Replaces a schedule's record if it is still at the given revision, and returns it with the next one. One that is ended
    /// remains so, and its missed days are skipped. Its drafts that were about to be released by themselves are left to the
    /// owner in the same transaction: what is changed may be just what they were to pay.
    async fn change_schedule(
        &self,
        schedule: Schedule,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError>;
    /// One schedule.
    async fn schedule(&self, id: ScheduleId) -> Result<Option<Schedule>, LedgerError>;
    /// All schedules, the one that comes next first.
    async fn schedules(&self) -> Result<Vec<Schedule>, LedgerError>;
    /// The days of a schedule that have come, newest first.
    async fn occurrences(&self, id: ScheduleId) -> Result<Vec<Occurrence>, LedgerError>;
    /// The missed days of all schedules, and the drafts that were not released yet, oldest first.
    async fn open_occurrences(&self) -> Result<Vec<Occurrence>, LedgerError>;

    /// Records that days passed by without Remit, with the day that comes next, if the schedule is still at the given
    /// revision. A day that has a record already keeps it.
    async fn record_missed(
        &self,
        schedule: Schedule,
        days: Vec<Occasion>,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError>;
    /// Takes back the missed days that are still to come by this clock: the clock was set forward, and now is right.
    async fn take_back_missed(&self, now: Timestamp) -> Result<Vec<ScheduleId>, LedgerError>;
    /// Records a day with its draft, and the schedule with the day that comes next, if the schedule is still at the given
    /// revision. [`LedgerError::Conflict`] when it is not, or when the day has a record that is not a missed one.
    async fn record_occurrence(
        &self,
        schedule: Schedule,
        occurrence: Occurrence,
        run: Run,
        content: RunContent,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError>;
    /// Skips missed days; others are left as they are. Returns how many were.
    async fn skip_missed(
        &self,
        id: ScheduleId,
        days: Vec<Date>,
        events: Vec<NewEvent>,
    ) -> Result<u64, LedgerError>;
    /// Releases the run of a day by itself, as [`Runs::release_run`](crate::Runs::release_run) does what the owner releases.
    /// [`LedgerError::Conflict`] when the day no longer is about to be released, its schedule is not active and set to
    /// release, or the run is no draft any more.
    async fn release_occurrence(
        &self,
        run: Run,
        review: String,
        events: Vec<NewEvent>,
    ) -> Result<Run, LedgerError>;
    /// Leaves a draft that was about to be released by itself to the owner. Returns whether it was: what no longer is a draft,
    /// or about to be released, is left as it is.
    async fn stay_draft(&self, run: RunId, stay: Stay) -> Result<bool, LedgerError>;
    /// The day of a schedule that a run is.
    async fn occurrence_of_run(&self, run: RunId) -> Result<Option<Occurrence>, LedgerError>;
}
