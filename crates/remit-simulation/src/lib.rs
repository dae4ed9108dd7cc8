//! Remit's engine in a made-up world: one thread, virtual time, a model of Pockyt, an owner who clicks, and everything that
//! can go wrong. One seed is one run, the same every time. After each step it is checked that nobody was paid twice and
//! that nothing was lost; in the end, that the ledger says what is true.

mod chance;
mod checks;
mod executor;
mod faults;
mod fleet;
mod ledger;
mod owner;
mod plan;
mod pockyt;
mod run;
mod setting;
mod shrink;
mod stories;
mod time;
mod world;

pub use fleet::{Broken, Fleet};
pub use ledger::{Fault, MemoryLedger};
pub use plan::Plan;
pub use run::{On, Outcome, run};
pub use shrink::shrink;
