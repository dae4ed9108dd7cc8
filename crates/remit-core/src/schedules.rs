//! Schedules: payout runs that come round. Here is what a schedule is, and the port to where schedules are kept. What makes
//! their drafts is in the crate `remit-runs`; the engine and its dispatcher know nothing of it. A day of a schedule is one
//! record, made in one transaction with its draft, so that whatever crashes no day is ever two runs (I3).

use crate::event::NewEvent;
use crate::ids::{AccountToken, InvoiceId, PayeeId, RunId, ScheduleId};
use crate::ledger::LedgerError;
use crate::money::Money;
use crate::rhythm::{Occasion, Rhythm, TimeOfDay, occasions, same_period};
use crate::runs::{Run, RunContent};
use async_trait::async_trait;
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many days of a schedule are asked about at most after a ledger was put back: three years of weeks.
const MOST_LOST: usize = 160;

/// How many payments more than the ledger knows of a lost one may have had.
const MORE_ROWS: u32 = 3;

/// By how much another time in another zone can move a day at most.
const FURTHEST: SignedDuration = SignedDuration::from_hours(72);

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
    /// Which of the schedule's payments it is, from 1: its invoice IDs end in it, also when others are added or taken out. 0
    /// until the schedule is recorded, which [numbers](number_rows) it.
    pub number: u32,
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

    /// The days that were to come by what the schedule said `before` it was changed, and have passed by what it says now.
    #[must_use]
    pub fn overtaken(&self, before: &Self, now: Timestamp, made: &[Date]) -> Vec<Occasion> {
        let Some(next) = before.next.filter(|_| self.state == ScheduleState::Active) else {
            return Vec::new();
        };
        let Ok(since) = now.checked_sub(FURTHEST) else {
            return Vec::new();
        };
        let later = before.days_after(next.at).into_iter().flatten();
        let to_come: Vec<Date> = std::iter::once(next)
            .chain(later)
            .take_while(|occasion| occasion.at.duration_since(now) <= FURTHEST)
            .map(|occasion| occasion.date)
            .collect();
        let passed = self.days_after(since).into_iter().flatten();
        passed
            .take_while(|occasion| occasion.at <= now)
            .filter(|day| to_come.contains(&day.date) && !made.contains(&day.date))
            .collect()
    }

    fn days_after(&self, after: Timestamp) -> Option<impl Iterator<Item = Occasion> + use<>> {
        let time = TimeOfDay::new(self.time, &self.zone)?;
        Some(occasions(self.rhythm, time, after))
    }

    /// The invoice ID of a payment on a day. The same day has the same ones in whatever ledger, so that Pockyt itself would
    /// refuse to pay it twice.
    #[must_use]
    pub fn invoice_id(&self, date: Date, number: u32) -> String {
        format!("{}-{date}-{number}", self.prefix)
    }

    /// Whether a lost, newer ledger may have paid a day already.
    #[must_use]
    pub fn may_have_paid(&self, occasion: Occasion) -> bool {
        self.asks_until.is_some_and(|until| occasion.at <= until)
    }

    /// The invoice IDs that a lost ledger may have paid, which was newer than this one: of the days that are open here, and of
    /// those after `newest`, the last that is known here, up to `until`.
    #[must_use]
    pub fn lost_invoices(
        &self,
        open: &[Date],
        newest: Timestamp,
        until: Timestamp,
    ) -> Vec<InvoiceId> {
        let after = self.next.map_or(newest, |next| next.at);
        // What was ended is so for good. What is paused here may have gone on.
        let goes_on = self.state != ScheduleState::Ended;
        let later = self.days_after(after).into_iter().flatten();
        let lost = self
            .next
            .into_iter()
            .chain(later)
            .take_while(|occasion| goes_on && occasion.at <= until)
            .map(|occasion| occasion.date);
        let known = self.rows.iter().map(|row| row.number).max().unwrap_or(0);
        let dates = open.iter().copied().chain(lost).take(MOST_LOST);
        dates
            .flat_map(|date| (1..=known + MORE_ROWS).map(move |number| (date, number)))
            .map(|(date, number)| InvoiceId(self.invoice_id(date, number)))
            .collect()
    }
}

/// Gives each payment its number: the one that it had among those known, or one beyond all of them. It is known by all that is
/// said of it, else by its payee, account and amount, else without the amount, else by its payee alone.
#[must_use]
pub fn number_rows(rows: Vec<ScheduleRow>, known: &[ScheduleRow]) -> Vec<ScheduleRow> {
    let mut left: Vec<&ScheduleRow> = known.iter().collect();
    let mut rows: Vec<ScheduleRow> = rows
        .into_iter()
        .map(|row| ScheduleRow { number: 0, ..row })
        .collect();
    let alike: [fn(&ScheduleRow, &ScheduleRow) -> bool; 4] = [
        |one, other| (&one.description, &one.note) == (&other.description, &other.note),
        |one, other| one.money == other.money,
        |one, other| one.account_token == other.account_token,
        |one, other| one.payee_id == other.payee_id,
    ];
    for from in 0..alike.len() {
        let tests = alike.get(from..).unwrap_or_default();
        for row in rows.iter_mut().filter(|row| row.number == 0) {
            let same = |known: &&ScheduleRow| tests.iter().all(|alike| alike(known, row));
            if let Some(at) = left.iter().position(same) {
                row.number = left.remove(at).number;
            }
        }
    }
    let mut last = known.iter().map(|row| row.number).max().unwrap_or(0);
    for row in rows.iter_mut().filter(|row| row.number == 0) {
        last += 1;
        row.number = last;
    }
    rows
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
    /// Pockyt did not tell, in time or at all, where some of its payees stand.
    NotTold,
    /// Remit was closed before the release, and its moment has passed.
    Late,
    /// The owner changed the draft or the schedule meanwhile.
    Changed,
    /// The ledger was put back to an earlier one before the release.
    Restored,
}

/// The payees that Pockyt did not tell about, so that the owner knows whom to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "ScheduleUntold")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Untold {
    /// What some of them were called then.
    pub names: Vec<String>,
    /// How many more there are.
    pub more: u32,
}

/// A day of a schedule that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Of which schedule.
    pub schedule: ScheduleId,
    /// Which day, and its moment.
    pub occasion: Occasion,
    /// By which rhythm it came; the schedule's may be another by now.
    pub rhythm: Rhythm,
    /// What became of it.
    pub state: OccurrenceState,
    /// Its run.
    pub run: Option<RunId>,
    /// Why that was not released by itself.
    pub stay: Option<Stay>,
    /// For [`Stay::NotTold`], about whom.
    pub untold: Option<Untold>,
}

impl Occurrence {
    /// Whether it and another day of the same schedule are of one period, which is paid once.
    #[must_use]
    pub fn is_of_period(&self, other: &Self) -> bool {
        let [one, other] = [self, other].map(|of| (of.rhythm, of.occasion.date));
        same_period(one, other)
    }
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
    /// owner in the same transaction: what is changed may be just what they were to pay. Days that the change itself made pass
    /// are recorded as missed.
    async fn change_schedule(
        &self,
        schedule: Schedule,
        missed: Vec<Occasion>,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError>;
    /// One schedule.
    async fn schedule(&self, id: ScheduleId) -> Result<Option<Schedule>, LedgerError>;
    /// All schedules, the one that comes next first.
    async fn schedules(&self) -> Result<Vec<Schedule>, LedgerError>;
    /// The days of a schedule that have come, newest first.
    async fn occurrences(&self, id: ScheduleId) -> Result<Vec<Occurrence>, LedgerError>;
    /// The nearest day to this one that has paid, or may still, if both are of [one period](crate::same_period): whoever pays this
    /// one too pays for it twice.
    async fn paid_in_period(
        &self,
        id: ScheduleId,
        rhythm: Rhythm,
        date: Date,
    ) -> Result<Option<Occurrence>, LedgerError>;
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
    async fn stay_draft(
        &self,
        run: RunId,
        stay: Stay,
        untold: Option<Untold>,
    ) -> Result<bool, LedgerError>;
    /// The day of a schedule that a run is.
    async fn occurrence_of_run(&self, run: RunId) -> Result<Option<Occurrence>, LedgerError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use uuid::Uuid;

    fn pays(payee: u128, account: Option<&str>, minor: i64) -> ScheduleRow {
        ScheduleRow {
            number: 0,
            payee_id: PayeeId(Uuid::from_u128(payee)),
            account_token: account.map(AccountToken::from),
            money: Money::new(minor, Currency::USD),
            description: String::new(),
            note: String::new(),
        }
    }

    fn numbers(rows: &[ScheduleRow]) -> Vec<u32> {
        rows.iter().map(|row| row.number).collect()
    }

    #[test]
    fn a_payment_keeps_its_number_whatever_is_added_or_taken_out() {
        let rows = vec![
            pays(1, None, 10),
            pays(2, Some("a"), 20),
            pays(2, Some("b"), 30),
        ];
        let first = number_rows(rows, &[]);
        assert_eq!(numbers(&first), [1, 2, 3]);
        // Another amount, another order, one out, one in, and an account in the place of another.
        let changed = vec![
            pays(3, None, 5),
            pays(2, Some("b"), 31),
            pays(2, Some("c"), 20),
        ];
        let second = number_rows(changed, &first);
        assert_eq!(numbers(&second), [4, 3, 2]);
        // What a form says of numbers counts for nothing.
        assert_eq!(numbers(&number_rows(second.clone(), &second)), [4, 3, 2]);
        assert_eq!(numbers(&number_rows(vec![pays(2, None, 1)], &second)), [3]);
    }

    #[test]
    fn of_several_payments_to_one_account_each_keeps_its_own_number() {
        let all = vec![
            pays(1, Some("a"), 10),
            pays(1, Some("a"), 20),
            ScheduleRow {
                note: "rent".to_owned(),
                ..pays(1, Some("a"), 20)
            },
        ];
        let known = number_rows(all, &[]);
        assert_eq!(numbers(&known), [1, 2, 3]);
        assert_eq!(numbers(&number_rows(known[1..].to_vec(), &known)), [2, 3]);
        assert_eq!(numbers(&number_rows(known[2..].to_vec(), &known)), [3]);
        // What was paid as much is it rather than what is paid to the same account.
        let raised = vec![pays(1, Some("a"), 11), pays(1, Some("a"), 10)];
        assert_eq!(numbers(&number_rows(raised, &known)), [2, 1]);
    }

    #[test]
    fn what_a_lost_ledger_may_have_paid_is_known_by_its_invoice_ids() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let date = |text: &str| -> Date { text.parse().unwrap() };
        let schedule = Schedule {
            id: ScheduleId(Uuid::nil()),
            name: "Rent".to_owned(),
            rhythm: Rhythm::Week { weekday: 5 },
            time: "09:00:00".parse().unwrap(),
            zone: "UTC".to_owned(),
            prefix: "RENT".to_owned(),
            rows: number_rows(vec![pays(1, None, 10)], &[]),
            mode: ScheduleMode::Release,
            state: ScheduleState::Active,
            next: Some(Occasion {
                date: date("2026-12-04"),
                at: at("2026-12-04T09:00:00Z"),
            }),
            asks_until: None,
            created_at: at("2026-11-01T00:00:00Z"),
            revision: 0,
        };
        let newest = at("2026-11-30T00:00:00Z");
        let until = at("2026-12-11T09:00:00Z");
        let dates = |schedule: &Schedule, open: &[&str]| -> Vec<String> {
            let open: Vec<Date> = open.iter().map(|day| date(day)).collect();
            let lost = schedule.lost_invoices(&open, newest, until);
            let first = lost
                .iter()
                .filter_map(|id| id.as_str().strip_suffix("-1").map(str::to_owned));
            let first: Vec<String> = first.collect();
            assert_eq!(lost.len(), first.len() * 4, "and of rows it may have had");
            first
        };
        let (one, two) = ("RENT-2026-12-04", "RENT-2026-12-11");
        assert_eq!(dates(&schedule, &[]), [one, two]);
        assert_eq!(
            dates(&schedule, &["2026-11-27"]),
            ["RENT-2026-11-27", one, two]
        );
        let paused = Schedule {
            state: ScheduleState::Paused,
            next: None,
            ..schedule.clone()
        };
        assert_eq!(dates(&paused, &[]), [one, two], "it may have gone on");
        let ended = Schedule {
            state: ScheduleState::Ended,
            ..paused
        };
        assert_eq!(dates(&ended, &["2026-11-27"]), ["RENT-2026-11-27"]);
    }
}
