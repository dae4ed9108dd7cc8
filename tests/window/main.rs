//! The real program in its real window, by mouse and by keyboard, with the payee's side in a browser. `cargo xtask test
//! window` gives these tests a desktop of their own; the pictures they take are in `target/screens`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod backup;
#[path = "../support/catalogue.rs"]
mod catalogue;
mod closing;
#[path = "../support/commands.rs"]
mod commands;
mod desktop;
#[path = "../support/driver.rs"]
#[expect(dead_code, reason = "the crash tests use the rest")]
mod driver;
mod first_payout;
mod guards;
mod journey;
mod keyboard;
mod large_run;
mod looks;
mod mishaps;
mod notifications;
mod overview;
#[path = "../support/owner.rs"]
#[expect(dead_code, reason = "the crash tests use the rest")]
mod owner;
mod portal;
mod reader;
mod relay;
mod roster;
mod runs;
mod schedules;
mod screens;
#[path = "../support/steps.rs"]
mod steps;
mod tray;
mod trouble;
#[path = "../support/wall.rs"]
mod wall;
#[path = "../support/window.rs"]
mod window;
