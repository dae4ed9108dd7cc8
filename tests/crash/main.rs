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
mod by_hand;
#[path = "../support/catalogue.rs"]
mod catalogue;
mod clock;
#[path = "../support/commands.rs"]
mod commands;
mod damage;
#[path = "../support/driver.rs"]
mod driver;
mod full_disk;
mod orders;
#[path = "../support/owner.rs"]
#[expect(dead_code, reason = "the window tests use the rest")]
mod owner;
mod power_cut;
mod run;
#[path = "../support/steps.rs"]
mod steps;
mod storm;
mod twice;
#[path = "../support/wall.rs"]
mod wall;
mod weather;
#[path = "../support/window.rs"]
#[expect(dead_code, reason = "the window tests use the rest")]
mod window;

use pockyt_sandbox::Control;
use std::time::{Duration, Instant};

const PAY: &str = "/v3/payouts/pay";
const INQUIRY: &str = "/v3/payouts/inquiry";

/// What the button says that releases the payout of [`steps::review_payout`].
const DEED: &str = "Pay USD 1,250.00 to Ana Ruiz";

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(90), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn assert_one_transfer_one_request(control: &Control) {
    let transfers = control.transfers();
    assert_eq!(transfers.len(), 1, "paid more than once: {transfers:?}");
    let requests = control.calls_of(PAY);
    assert_eq!(requests.len(), 1, "sent again without need: {requests:?}");
}
