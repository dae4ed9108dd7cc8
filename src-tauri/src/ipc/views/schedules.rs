//! Schedules, and the days of theirs that have come.

use super::MoneyView;
use crate::ipc::inputs::ScheduleRhythm;
use remit_core::{
    Currency, Money, Occurrence, OccurrenceState, Payee, Run, RunState, Schedule, ScheduleMode,
    ScheduleRow, ScheduleState, Stay, Untold,
};
use remit_runs::NotPaid;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// The day that comes next.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleNext {
    /// The day, in the schedule's own time zone: `2026-12-01`.
    pub date: String,
    /// The moment.
    pub at: String,
    /// The date that has paid for the same period, or may still: this one asks before it does.
    pub paid_on: Option<String>,
}

/// A draft that a schedule made and that waits for its release.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleDraft {
    /// Of which day.
    pub date: String,
    /// The run.
    pub run_id: String,
    /// Why it was not released by itself.
    pub stay: Option<Stay>,
    /// About whom Pockyt did not tell, where that is why.
    pub untold: Option<Untold>,
}

/// A schedule.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "Schedule")]
pub struct ScheduleView {
    /// Remit's number.
    pub id: String,
    /// What the owner calls it.
    pub name: String,
    /// On which days it comes round.
    pub rhythm: ScheduleRhythm,
    /// At what time of those: `09:00`.
    pub time: String,
    /// In which time zone.
    pub zone: String,
    /// What its invoice IDs begin with.
    pub prefix: String,
    /// What it does when its day comes.
    pub mode: ScheduleMode,
    /// Where it stands.
    pub state: ScheduleState,
    /// The day that comes next.
    pub next: Option<ScheduleNext>,
    /// How many payments it makes on a day.
    pub payments: u32,
    /// What they come to, one sum a currency.
    pub totals: Vec<MoneyView>,
    /// The days that ask, oldest first, those that may be paid among them.
    pub missed: Vec<String>,
    /// Those of the days that ask which may have been paid already: a backup was put back.
    pub may_be_paid: Vec<String>,
    /// The drafts that wait for their release, oldest first.
    pub drafts: Vec<ScheduleDraft>,
    /// When a backup was put back with this schedule in it: since then it makes drafts only, until the owner says otherwise.
    pub restored_at: Option<String>,
}

impl ScheduleView {
    /// A schedule, with those of all open days that are its own, and the day that has paid for the period of its next one.
    pub(crate) fn new(schedule: &Schedule, open: &[Occurrence], paid: Option<&Occurrence>) -> Self {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for row in &schedule.rows {
            *sums.entry(row.money.currency).or_default() += i128::from(row.money.minor);
        }
        let sum = |(currency, minor)| Some(Money::new(i64::try_from(minor).ok()?, currency).into());
        let own = || open.iter().filter(|day| day.schedule == schedule.id);
        let missed = || own().filter(|day| day.state == OccurrenceState::Missed);
        let doubted = missed().filter(|day| schedule.may_have_paid(day.occasion));
        let draft = |day: &Occurrence| {
            Some(ScheduleDraft {
                date: day.occasion.date.to_string(),
                run_id: day.run?.to_string(),
                stay: day.stay,
                untold: day.untold.clone(),
            })
        };
        Self {
            id: schedule.id.to_string(),
            name: schedule.name.clone(),
            rhythm: schedule.rhythm.into(),
            time: schedule.time.strftime("%H:%M").to_string(),
            zone: schedule.zone.clone(),
            prefix: schedule.prefix.clone(),
            mode: schedule.mode,
            state: schedule.state,
            next: schedule.next.map(|next| ScheduleNext {
                date: next.date.to_string(),
                at: next.at.to_string(),
                paid_on: paid.map(|paid| paid.occasion.date.to_string()),
            }),
            payments: u32::try_from(schedule.rows.len()).unwrap_or(u32::MAX),
            totals: sums.into_iter().filter_map(sum).collect(),
            missed: missed().map(|day| day.occasion.date.to_string()).collect(),
            may_be_paid: doubted.map(|day| day.occasion.date.to_string()).collect(),
            drafts: own().filter_map(draft).collect(),
            restored_at: schedule.asks_until.map(|until| until.to_string()),
        }
    }
}

/// A payment of a schedule.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "ScheduleRow")]
pub struct ScheduleRowView {
    /// Who is paid.
    pub payee_id: String,
    /// What they are called.
    pub payee_name: String,
    /// Where to.
    pub account_token: Option<String>,
    /// How much.
    pub amount: MoneyView,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
    /// Why the payment that it repeats was not made, or not for good; only in a proposal.
    pub not_paid: Option<NotPaid>,
}

impl ScheduleRowView {
    /// A payment to a payee.
    pub(crate) fn new(row: &ScheduleRow, payee: Option<&Payee>, not_paid: Option<NotPaid>) -> Self {
        Self {
            payee_id: row.payee_id.to_string(),
            payee_name: payee.map(Payee::display_name).unwrap_or_default(),
            account_token: row.account_token.as_ref().map(ToString::to_string),
            amount: row.money.into(),
            description: row.description.clone(),
            note: row.note.clone(),
            not_paid,
        }
    }
}

/// A day of a schedule that has come.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleDay {
    /// Which.
    pub date: String,
    /// What became of it.
    pub state: OccurrenceState,
    /// Its run.
    pub run_id: Option<String>,
    /// Where that stands.
    pub run_state: Option<RunState>,
    /// Why it was not released by itself.
    pub stay: Option<Stay>,
    /// About whom Pockyt did not tell, where that is why.
    pub untold: Option<Untold>,
}

impl ScheduleDay {
    /// A day with its run.
    pub(crate) fn new(day: &Occurrence, run: Option<&Run>) -> Self {
        Self {
            date: day.occasion.date.to_string(),
            state: day.state,
            run_id: day.run.map(|run| run.to_string()),
            run_state: run.map(|run| run.state),
            stay: day.stay,
            untold: day.untold.clone(),
        }
    }
}

/// A schedule with all that it says and has done.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct ScheduleDetail {
    /// The schedule.
    pub schedule: ScheduleView,
    /// What it pays.
    pub rows: Vec<ScheduleRowView>,
    /// The days that have come, newest first.
    pub days: Vec<ScheduleDay>,
}

/// What a schedule may begin as.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct ScheduleProposal {
    /// What it may be called.
    pub name: String,
    /// What its invoice IDs may begin with.
    pub prefix: String,
    /// The computer's time zone.
    pub zone: String,
    /// Today there: `2026-11-26`.
    pub today: String,
    /// What it would pay.
    pub rows: Vec<ScheduleRowView>,
}
