//! The durable store behind core's [`Ledger`](remit_core::Ledger) port: one SQLite file a profile, encrypted as a whole
//! with SQLCipher, one writer thread with group commit, a few readers, and a history chained by hash.
//!
//! An operation is answered only after its transaction is on the disk (I1, I5). A file that exists is never deleted,
//! recreated or, with the wrong key, written to (I12).

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

mod accounts;
mod changes;
mod columns;
mod connection;
mod copies;
mod disk;
mod due;
mod errors;
mod events;
#[cfg(feature = "faults")]
mod faults;
mod file;
mod guards;
mod head;
mod key;
mod log;
mod look_back;
mod lookup;
mod merchant;
mod notifications_query;
mod overview;
mod paging;
mod payees;
mod payout_change;
mod payouts;
mod payouts_query;
mod queue;
mod readers;
mod recovery;
mod restore;
mod rosters;
mod rosters_port;
mod run_left;
mod run_rows;
mod runs;
mod runs_port;
mod runs_query;
mod schedules;
mod schedules_port;
mod schema;
mod search;
mod series;
mod similar;
mod store;
mod telling;
#[cfg(test)]
mod tests;
mod writer;

pub use copies::{BackupFacts, fits, inspect_backup, salt};
pub use key::{KeyError, LedgerKey};
pub use restore::{Restored, restore};
pub use store::SqliteLedger;
