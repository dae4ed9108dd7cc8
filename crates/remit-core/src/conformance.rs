//! What any [`Ledger`] and [`Runs`] must do. An implementation's own tests call [`ledger`] and [`runs()`] with a function that opens a fresh, empty
//! one; each part of the suite asks for its own, so that no part depends on another.

// Only tests call this module, and a test fails by panicking; a message says which promise of the port was broken.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a suite for tests, which fail by panicking"
)]
#![allow(
    clippy::missing_panics_doc,
    reason = "to panic is how every function here reports"
)]

mod history;
mod notifications;
mod overview;
mod pages;
mod payees;
mod payouts;
mod recovery;
mod runs;
mod samples;

use crate::{Ledger, Runs};

/// Runs the whole suite. `open` opens a fresh, empty ledger each time it is called.
pub async fn ledger<L: Ledger>(open: impl AsyncFn() -> L) {
    payees::run(&open).await;
    payouts::run(&open).await;
    pages::run(&open).await;
    overview::run(&open).await;
    history::run(&open).await;
    notifications::run(&open).await;
    recovery::run(&open).await;
}

/// Runs the suite of the port to payout runs, of whatever keeps them beside the payouts.
pub async fn runs<L: Ledger + Runs>(open: impl AsyncFn() -> L) {
    runs::run(&open).await;
}
