//! What the window is shown: the ledger's rows in words, amounts as decimal texts, times as RFC 3339.

mod accounts;
mod backups;
mod bulk;
mod engine;
mod history;
mod notifications;
mod overview;
mod payees;
mod payouts;
mod rosters;
mod run_drafts;
mod run_outcomes;
mod run_rows;
mod runs;
mod schedules;
mod way_in;

pub use accounts::{Balances, ConnectionReport, KeychainState, ProfileView, Startup, StartupState};
pub use backups::{BackupAccount, BackupFacts, BackupStatus, BackupView, NewRecoveryKey};
pub use bulk::{BulkFailure, BulkReport, PayeeChosen, PayoutsChosen};
pub use engine::{AtWorkView, EngineStatusView, LearntView, RecoveryView};
pub use history::{BadEvent, HistoryReport, RememberedHead, TimelineEvent};
pub use notifications::{NotificationPage, NotificationView};
pub use overview::{NeededView, OverviewView, PaidMonth, UnderWayView};
pub use payees::{AccountView, PayeeDetail, PayeePage, PayeeView, RefreshReport};
pub use payouts::{PayoutDetail, PayoutPage, PayoutPreview, PayoutView, UnusualKind, UnusualView};
pub use rosters::{
    RosterColumn, RosterCount, RosterDraftView, RosterFault, RosterPerson, RosterPersonPage,
    RosterRowPage, RosterRowView, RosterStanding, RosterView,
};
pub use run_drafts::{
    RunChecks, RunColumn, RunDraftView, RunProblemCount, RunSource, RunStanding, RunTotal,
    SameContent,
};
pub use run_outcomes::{
    PayoutRun, RowToCome, RunLeftPage, RunLeftView, RunOutcomePage, RunOutcomeView, RunPage,
    SomeRuns,
};
pub use run_rows::{
    RunAccount, RunBalance, RunCandidate, RunCell, RunCells, RunEdited, RunPayee, RunProblem,
    RunReviewView, RunRowPage, RunRowView, RunWarning,
};
pub use runs::{RunPayoutCount, RunProgressView, RunRowCount, RunView};
pub use schedules::{
    ScheduleDay, ScheduleDetail, ScheduleDraft, ScheduleNext, ScheduleProposal, ScheduleRowView,
    ScheduleView,
};
pub use way_in::{
    AddressView, AskingView, ForgedView, IpnUrlSource, RelayState, RelayView, TestOutcome,
    TestResult, WayInView,
};

use remit_core::Money;
use serde::{Deserialize, Serialize};
use specta::Type;

/// An amount as a decimal text, with its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename = "Money")]
pub struct MoneyView {
    /// `1250.00`.
    pub amount: String,
    /// `USD`.
    pub currency: String,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self {
            amount: money.decimal(),
            currency: money.currency.code().to_owned(),
        }
    }
}
