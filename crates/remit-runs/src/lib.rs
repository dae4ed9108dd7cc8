//! Payout runs: from a file, or payees that the owner chose, to a reviewed and released run. Files are read by
//! `remit-import`; whom and what they mean is found in the ledger here. Knows no window and no Pockyt.
//!
//! 1. [`NewDraft`] makes a [`Draft`] of a file and says what must be recorded; [`Draft::open`] opens it again.
//! 2. [`Draft::check`] holds all rows against the ledger; [`Draft::edit`] and [`Draft::decide`] change them.
//! 3. [`Draft::review`] says what would be sent, and [`Draft::release`] releases exactly that.
//! 4. [`Sending`] turns the rows of released runs into payouts, which the engine sends; [`RunStatus`] says how a run stands.
//! 5. [`Scheduling`] makes the drafts of schedules whose day has come.
//!
//! A file of people goes the same way: [`RosterDraft`] opens and checks it, and [`Inviting`] registers its rows.

#![deny(clippy::float_arithmetic)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests fail by panicking"
    )
)]

mod draft;
mod error;
mod not_paid;
mod roster;
mod scheduling;
mod seen;
mod sending;
mod status;
mod whole;

pub use draft::{
    Book, Checked, CheckedRow, ChosenMapping, Decision, Draft, Filter, Found, Kept, LeftAgain,
    NewDraft, ProblemCode, ProblemCount, ProblemKind, Review, ReviewedWarning, RowProblem,
    Settings, StandingTotal, content_of_left, made,
};
pub use error::RunError;
pub use not_paid::NotPaid;
pub use roster::{
    Acquainted, Begun, CheckedPerson, House, Inviting, PersonFault, PersonStanding, RosterDraft,
    Told,
};
pub use scheduling::{
    ScheduleChange, ScheduleForm, ScheduleObserver, SchedulePorts, Scheduling, Till,
};
pub use seen::account_seen;
pub use sending::{RunChange, RunObserver, Sending};
pub use status::{Pace, RunStatus};
pub use whole::{all_left, all_rows};
