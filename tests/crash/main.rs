//! The real process, killed without warning while payouts flow and started again, or put on ground that gives way under
//! it. Pockyt's own book counts the transfers. `cargo xtask test crash` gives these tests a desktop of their own;
//! `cargo xtask crash` kills hundreds of times.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod books;
#[path = "../support/catalogue.rs"]
mod catalogue;
#[path = "../support/driver.rs"]
#[expect(dead_code, reason = "the window tests use the rest")]
mod driver;
#[path = "../support/owner.rs"]
#[expect(dead_code, reason = "the window tests use the rest")]
mod owner;
mod power_cut;
#[path = "../support/steps.rs"]
mod steps;
mod storm;
mod weather;
#[path = "../support/window.rs"]
#[expect(dead_code, reason = "the window tests use the rest")]
mod window;

const PAY: &str = "/v3/payouts/pay";
const INQUIRY: &str = "/v3/payouts/inquiry";
