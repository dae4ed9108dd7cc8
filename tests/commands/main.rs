//! Every IPC command, called as the window calls it: JSON in and out through Tauri's mock runtime. Behind the commands
//! everything is real (ledger file, HTTP, signatures, notifications); only the desktop and the keychain are doubles,
//! and Pockyt is the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "tests fail by panicking, and their modules are of one program"
)]

mod accounts;
mod backups;
mod bulk;
#[path = "../support/catalogue.rs"]
mod catalogue;
mod demo;
mod desk;
mod doubles;
mod driving;
mod engine;
mod history;
mod journey;
mod keychain_lost;
#[cfg(target_os = "linux")]
mod killed_relay;
mod lists;
mod notifications;
mod overview;
mod pages;
mod payees;
mod paying;
mod recovery_keys;
mod register_file;
mod registering;
mod relay;
mod restoring;
mod reviewing;
mod runs_after;
mod runs_doubts;
mod runs_drafting;
mod runs_missed;
mod runs_sending;
mod runs_turns;
mod schedules;
mod secrets;
mod senders;
mod shop;
mod startup;
mod trouble;
mod ways_in;
mod withdrawing;
mod words;
