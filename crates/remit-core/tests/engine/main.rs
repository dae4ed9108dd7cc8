//! The engine against a ledger in memory and a small Pockyt that counts: what it promises whatever goes wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod ahead;
mod called_back;
mod double;
mod driving;
mod hearing;
mod holding;
mod lost_series;
mod notifications;
mod paying;
mod recovering;
mod registering;
mod sending;
mod simulation;
mod unknown;
