//! Many seeds at once: each run on one thread, and as many threads as there are cores.

use crate::plan::Plan;
use crate::run::{On, run};
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Which seeds, and on which ledger.
#[derive(Clone, Copy, Debug)]
pub struct Fleet {
    /// The first seed.
    pub from: u64,
    /// How many.
    pub seeds: u64,
    /// After how many failures to stop.
    pub most_failures: usize,
    /// One in so many runs on the real ledger; none for 0.
    pub real_one_in: u64,
}

/// A seed that broke a promise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// Which.
    pub seed: u64,
    /// What it broke.
    pub failure: String,
}

impl Fleet {
    /// On which ledger a seed runs.
    #[must_use]
    pub fn on(&self, seed: u64) -> On {
        let real = seed
            .checked_rem(self.real_one_in)
            .is_some_and(|rest| rest == 0);
        if real { On::Disk } else { On::Memory }
    }

    /// Runs them until enough have failed; those that did, the lowest first. `each` is called on each thread before its
    /// first run.
    #[must_use]
    pub fn sail(&self, each: impl Fn() + Sync) -> Vec<Broken> {
        let next = AtomicU64::new(0);
        let broken: Mutex<Vec<Broken>> = Mutex::default();
        let open = || broken.lock().unwrap_or_else(PoisonError::into_inner);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(|| {
                    each();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= self.seeds || open().len() >= self.most_failures {
                            return;
                        }
                        let seed = self.from.wrapping_add(number);
                        let outcome = run(&Plan::new(seed), self.on(seed), false);
                        let failure = match outcome {
                            Ok(outcome) => outcome.failure,
                            Err(error) => Some(format!("no ledger could be made: {error}")),
                        };
                        if let Some(failure) = failure {
                            open().push(Broken { seed, failure });
                        }
                    }
                });
            }
        });
        let mut broken = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
        broken.sort();
        broken
    }
}
