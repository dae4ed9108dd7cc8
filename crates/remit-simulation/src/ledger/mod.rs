//! The ledger of a run.

mod content;
mod known;
mod lists;
mod memory;
mod store;
mod watched;

pub(crate) use known::Known;
pub use memory::{Fault, MemoryLedger};
pub(crate) use store::{Copy, InMemory, OnDisk, Store};
pub(crate) use watched::{Watched, at_once};
