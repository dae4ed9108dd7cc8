//! What Remit is about, without anything it runs on: money, payees, payouts, the state machine and the engine that
//! drives every payout to its true end. The outside world is five ports ([`Gateway`], [`Ledger`], [`Vault`], [`Clock`],
//! [`Ids`]), so that the same engine runs against Pockyt, against the sandbox, and in a simulation under virtual time.
//!
//! Nothing here does I/O, sleeps or spawns.

#![deny(clippy::float_arithmetic, clippy::disallowed_types)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests fail by panicking"
    )
)]

pub mod conformance;
mod digest;
mod engine;
mod error;
mod event;
mod form;
mod funding_accounts;
mod gateway;
mod ids;
mod invoice;
mod ledger;
mod machine;
mod money;
mod mutant;
mod notified;
mod overview;
mod pay;
mod payee;
mod payee_status;
mod payout;
mod questions;
mod registration;
mod release;
mod rhythm;
mod rosters;
mod runs;
mod schedules;
mod series;
mod unusual;
mod vault;

pub use engine::{
    Changed, Engine, EngineStatus, Flood, Limits, Observer, Policy, Ports, Standstill, Turn, Turns,
};
pub use error::{Code, Error};
pub use event::{Event, EventKind, NewEvent, Source, Subject, Verdict, chained};
pub use form::{FormFault, form_faults};
pub use gateway::{
    Accepted, AccountSnapshot, Answer, Certainty, Gateway, GatewayError, Notification, PayOrder,
    PayeeKey, PayeeSnapshot, PayoutSnapshot, Refusal, Registered, Registration, WireStatus,
};
pub use ids::{
    AccountToken, Clock, CustomerNo, Ids, InvoiceId, PayeeId, PayoutId, RequestKey, RosterId,
    RunId, ScheduleId, TransactionNo, WireBody,
};
pub use invoice::normalised_invoice;
pub use ledger::{
    ChainHead, Changes, Due, Durability, FEES_LOOKED_AT, History, Learnt, Ledger, LedgerError,
    Page, PayeeQuery, PayeeRow, PayeeSort, PayoutChange, PayoutPage, PayoutQuery, PayoutSort,
    Recorded, Recovery, RecoveryCause, Sent, SimilarInvoice, StillToPay, ToldFee, Verified,
};
pub use machine::{EDGES, IllegalEdge, allowed, reachable};
pub use money::{Currency, Money, MoneyError};
#[cfg(feature = "mutants")]
pub use mutant::activate;
pub use mutant::{Mutant, mutated};
pub use notified::{Heard, NotificationQuery, NotificationRow, Posted, Way};
pub use overview::{Need, Needed, Overview, OverviewQuery, PaidOut, UNDER_WAY, UnderWay};
pub use pay::{Draft, Preview, suggested_prefix};
pub use payee::{AccountStatus, FundingAccount, Payee, PayeeChanges, PayeeStatus, ProfileType};
pub use payout::{Actor, Channel, Payout, Reason, State};
pub use release::Intent;
pub use rhythm::{Occasion, Rhythm, TimeOfDay, days_apart, occasions, same_period};
pub use rosters::{Roster, RosterCounts, RosterForm, RosterRow, RosterState, Rosters};
pub use runs::{
    AcceptedWarning, CellEdit, Hold, LeftRow, OutcomeState, PayeeWithAccounts, RowDecision,
    RowState, Run, RunContent, RunOrigin, RunProgress, RunQuery, RunRow, RunRowOutcome, RunState,
    Runs,
};
pub use schedules::{
    Occurrence, OccurrenceState, Schedule, ScheduleMode, ScheduleRow, ScheduleState, Schedules,
    Stay, Untold, number_rows,
};
pub use series::{InvoiceSeries, SeriesInUse};
pub use unusual::{Unusual, far_from_usual, sent_lately, unlike_before};
pub use vault::{Secret, Vault, VaultError};
