//! Payout runs, as the lists show them.

use super::MoneyView;
use jiff::Timestamp;
use remit_core::{RowState, Run, RunOrigin, RunProgress, State};
use remit_runs::{Pace, RunStatus};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Rows that are no payouts yet.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type)]
pub struct RunRowCount {
    /// Where they stand.
    pub state: RowState,
    /// How many.
    pub count: u32,
}

/// Payouts of a run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type)]
pub struct RunPayoutCount {
    /// Where they stand.
    pub state: State,
    /// How many.
    pub count: u32,
}

/// How far a released run has come.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "RunProgress")]
pub struct RunProgressView {
    /// Rows that are no payouts yet.
    pub rows: Vec<RunRowCount>,
    /// Its payouts.
    pub payouts: Vec<RunPayoutCount>,
    /// What the whole run comes to.
    pub total: Vec<MoneyView>,
    /// What of it waits for its turn, or for the run's day.
    pub queued: Vec<MoneyView>,
    /// What of it is paid.
    pub paid: Vec<MoneyView>,
    /// How many are sent a minute; nothing while it is unknown, or when nothing is sent.
    pub per_minute: Option<u32>,
    /// How long the rest takes at that rate.
    pub seconds_left: Option<u32>,
}

/// A payout run.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "Run")]
#[expect(missing_docs, reason = "the fields are those of remit_core::Run")]
pub struct RunView {
    pub id: String,
    pub name: String,
    pub origin: RunOrigin,
    pub status: RunStatus,
    pub rows: u32,
    /// How many of the rows its release left out.
    pub left: u32,
    pub created_at: String,
    pub released_at: Option<String>,
    pub not_before: Option<String>,
    pub follows: Option<String>,
    pub progress: Option<RunProgressView>,
}

impl RunView {
    /// The run as it stands now; `progress` of one that was released.
    #[must_use]
    pub fn new(run: &Run, progress: Option<RunProgress>, now: Timestamp) -> Self {
        Self {
            id: run.id.to_string(),
            name: run.name.clone(),
            origin: run.origin,
            status: match &progress {
                Some(progress) => RunStatus::of(run, progress, now),
                None => RunStatus::of(run, &RunProgress::default(), now),
            },
            rows: number(run.rows),
            left: number(progress.as_ref().map_or(0, |progress| left(run, progress))),
            created_at: run.created_at.to_string(),
            released_at: run.released_at.map(|at| at.to_string()),
            not_before: run.not_before.map(|at| at.to_string()),
            follows: run.follows.map(|id| id.to_string()),
            progress: progress.map(|progress| RunProgressView::new(run, progress, now)),
        }
    }
}

impl RunProgressView {
    fn new(run: &Run, progress: RunProgress, now: Timestamp) -> Self {
        let pace = Pace::of(run, &progress, now);
        Self {
            rows: progress
                .rows
                .iter()
                .map(|(state, count)| RunRowCount {
                    state: *state,
                    count: number(*count),
                })
                .collect(),
            payouts: progress
                .payouts
                .iter()
                .map(|(state, count)| RunPayoutCount {
                    state: *state,
                    count: number(*count),
                })
                .collect(),
            total: progress.total.into_iter().map(MoneyView::from).collect(),
            queued: progress.queued.into_iter().map(MoneyView::from).collect(),
            paid: progress.paid.into_iter().map(MoneyView::from).collect(),
            per_minute: pace.map(|pace| number(pace.per_minute)),
            seconds_left: pace.map(|pace| number(pace.seconds_left)),
        }
    }
}

/// Rows of a released run that are not among those it sends.
fn left(run: &Run, progress: &RunProgress) -> u64 {
    let rows = progress.rows.iter().map(|(_, count)| count);
    let payouts = progress.payouts.iter().map(|(_, count)| count);
    run.rows.saturating_sub(rows.chain(payouts).sum())
}

fn number(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
