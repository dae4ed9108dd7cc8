//! A whole world for the engine: a ledger in memory, a Pockyt that counts, a clock that only moves when told.

mod ledger;
mod lists;
mod pockyt;
mod world;

pub(crate) use ledger::{Copy, Fault, MemoryLedger};
pub(crate) use pockyt::{Fate, Pockyt, notification, refusal, trouble};
pub(crate) use world::{VirtualClock, World, account, code, dies};
