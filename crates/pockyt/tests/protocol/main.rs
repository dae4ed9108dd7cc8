//! The client against gateways over real HTTP: one that answers by script, one that breaks, and the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod answers;
mod faults;
mod requests;
mod sandbox;
mod support;
