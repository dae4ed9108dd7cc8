//! The relay's stores, and the relay itself as a process. It runs on Linux; macOS tests it without PostgreSQL.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

mod crash;
mod http;
mod laptops;
#[cfg(target_os = "linux")]
mod memory;
mod stores;
mod support;
