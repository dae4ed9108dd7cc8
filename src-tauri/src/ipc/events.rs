//! What the backend tells the window, always after it is durable.

use super::IpcError;
use super::views::ProfileView;
use remit_core::Schedule;
use remit_core::{Changed, State, Verdict};
use remit_runs::{RunChange, ScheduleChange};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// A payout changed.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct PayoutChanged {
    /// Which.
    pub id: String,
    /// Where it stands now.
    pub state: State,
}

/// A payee, or one of its accounts, changed.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct PayeeChanged {
    /// Which.
    pub id: String,
}

/// A notification arrived.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct NotificationArrived {
    /// The payout that it is about.
    pub payout_id: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
}

/// Another account was opened.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct ProfileChanged {
    /// Which is open now.
    pub profile: Option<ProfileView>,
}

/// Something failed in the background, and the owner must know.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct Trouble {
    /// What.
    pub error: IpcError,
}

/// What the engine is doing changed; `engine_status` tells.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type, Event)]
pub struct EngineChanged;

/// A copy of the ledger was made, or could not be made; `backup_status` tells.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type, Event)]
pub struct BackupsChanged;

/// How notifications reach this computer changed; `way_in` tells.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type, Event)]
pub struct WayInChanged;

/// The owner pressed a notification of the system's; the main window has come to the front.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct NoticePressed {
    /// The address in the window that it leads to.
    pub leads_to: Option<String>,
}

/// The owner closes the window while something would wait until Remit is opened again, and the desktop shows no tray: the
/// window asks, and `quit` ends Remit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type, Event)]
pub struct CloseAsked;

/// A payout run, or something of it, changed; `run` tells.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RunChanged {
    /// Which.
    pub id: String,
}

/// The last row of a payout run was settled, while Remit was open.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RunFinished {
    /// Which.
    pub id: String,
}

/// The moment for which a payout run was released passed without Remit: it is paused and asks.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RunMissed {
    /// Which.
    pub id: String,
}

/// A file of people, or one of its rows, changed; `roster` tells.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RosterChanged {
    /// Which.
    pub id: String,
}

/// How far the reading of a file has come.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct RunImport {
    /// Bytes that were gone through.
    #[specta(type = u32)]
    pub bytes: u64,
    /// Bytes to go through.
    #[specta(type = Option<u32>)]
    pub of_bytes: Option<u64>,
    /// Rows so far.
    #[specta(type = u32)]
    pub rows: u64,
}

/// A schedule, or a day of it, changed; `schedule` tells.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleChanged {
    /// Which.
    pub id: String,
}

/// What came of a schedule's day, or of days that passed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleOutcome {
    /// A draft waits for its release.
    Drafted,
    /// It was released by itself.
    Released,
    /// It could not be released by itself: a draft waits.
    Stayed,
    /// They passed by without Remit, and ask.
    Missed,
    /// A backup was put back: some of them may have been paid already, and they ask.
    MayBePaid,
}

/// A schedule's day came, or days of it passed by.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleCame {
    /// Which schedule.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What came of it.
    pub outcome: ScheduleOutcome,
    /// How many days.
    pub days: u32,
}

impl ScheduleCame {
    fn new(schedule: &Schedule, outcome: ScheduleOutcome, days: usize) -> Self {
        Self {
            id: schedule.id.to_string(),
            name: schedule.name.clone(),
            outcome,
            days: u32::try_from(days).unwrap_or(u32::MAX),
        }
    }
}

/// Any of them.
#[derive(Clone, Debug)]
pub enum AppEvent {
    /// See [`PayoutChanged`].
    Payout(PayoutChanged),
    /// See [`PayeeChanged`].
    Payee(PayeeChanged),
    /// See [`NotificationArrived`].
    Notification(NotificationArrived),
    /// See [`ProfileChanged`].
    Profile(Box<ProfileChanged>),
    /// See [`Trouble`].
    Trouble(Trouble),
    /// See [`EngineChanged`].
    Engine(EngineChanged),
    /// See [`BackupsChanged`].
    Backups(BackupsChanged),
    /// See [`WayInChanged`].
    WayIn(WayInChanged),
    /// See [`NoticePressed`].
    Notice(NoticePressed),
    /// See [`RunChanged`].
    Run(RunChanged),
    /// See [`RunFinished`].
    RunFinished(RunFinished),
    /// See [`RunMissed`].
    RunMissed(RunMissed),
    /// See [`RosterChanged`].
    Roster(RosterChanged),
    /// See [`RunImport`].
    Import(RunImport),
    /// See [`ScheduleChanged`].
    Schedule(ScheduleChanged),
    /// See [`ScheduleCame`].
    ScheduleCame(ScheduleCame),
}

impl From<RunChange> for AppEvent {
    fn from(change: RunChange) -> Self {
        match change {
            RunChange::Changed(id) => Self::Run(RunChanged { id: id.to_string() }),
            RunChange::Finished(id) => Self::RunFinished(RunFinished { id: id.to_string() }),
            RunChange::Missed(id) => Self::RunMissed(RunMissed { id: id.to_string() }),
            RunChange::Trouble(error) => Self::Trouble(Trouble {
                error: error.into(),
            }),
        }
    }
}

impl From<ScheduleChange> for AppEvent {
    fn from(change: ScheduleChange) -> Self {
        use ScheduleOutcome::{Drafted, MayBePaid, Missed, Released, Stayed};
        let came = |schedule, outcome, days| {
            Self::ScheduleCame(ScheduleCame::new(schedule, outcome, days))
        };
        match change {
            ScheduleChange::Changed(id) => Self::Schedule(ScheduleChanged { id: id.to_string() }),
            ScheduleChange::Drafted(schedule, _) => came(&schedule, Drafted, 1),
            ScheduleChange::Released(schedule, _) => came(&schedule, Released, 1),
            ScheduleChange::Stayed(schedule, ..) => came(&schedule, Stayed, 1),
            ScheduleChange::Missed(schedule, days) => {
                let doubt = days.iter().any(|day| schedule.may_have_paid(*day));
                let outcome = if doubt { MayBePaid } else { Missed };
                came(&schedule, outcome, days.len())
            }
            ScheduleChange::Trouble(error) => Self::Trouble(Trouble {
                error: error.into(),
            }),
        }
    }
}

impl From<Changed> for AppEvent {
    fn from(change: Changed) -> Self {
        match change {
            Changed::Payout(id, state) => Self::Payout(PayoutChanged {
                id: id.to_string(),
                state,
            }),
            Changed::Payee(id) => Self::Payee(PayeeChanged { id: id.to_string() }),
            Changed::Notification(payout, verdict) => Self::Notification(NotificationArrived {
                payout_id: payout.map(|id| id.to_string()),
                verdict,
            }),
            Changed::Engine | Changed::CameBack => Self::Engine(EngineChanged),
            Changed::Trouble(error) => Self::Trouble(Trouble {
                error: error.into(),
            }),
        }
    }
}
