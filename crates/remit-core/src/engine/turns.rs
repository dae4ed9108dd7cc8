//! Releases to the same payee take turns. What may have paid an invoice already is looked for among the payouts on record,
//! and a payout is not on record yet while its own check goes on: two at the same moment would each miss the other.

use super::Engine;
use crate::ids::PayeeId;
use futures_util::lock::{Mutex as Lock, OwnedMutexGuard};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Whose turn it is, payee by payee. The doubts are about payouts to one payee, so others never wait; but invoice IDs are the
/// same for all, so runs also wait for each other.
#[derive(Default)]
pub struct Turns {
    runs: Arc<Lock<()>>,
    payees: Mutex<HashMap<PayeeId, Weak<Lock<()>>>>,
}

/// Nobody else releases to these payees while it lives. It is held over work with the ledger alone: nobody waits for another's
/// wait for Pockyt.
#[must_use]
pub struct Turn {
    payees: BTreeSet<PayeeId>,
    _held: Vec<OwnedMutexGuard<()>>,
}

impl Turn {
    /// Whether it is the turn to release to all of these.
    #[must_use]
    pub fn covers(&self, payees: &BTreeSet<PayeeId>) -> bool {
        payees.is_subset(&self.payees)
    }
}

impl Turns {
    /// Waits for the turn to release to these payees.
    pub async fn to_release(&self, payees: impl IntoIterator<Item = PayeeId>) -> Turn {
        self.after(Vec::new(), payees.into_iter().collect()).await
    }

    /// Waits for the turn to release a run to these payees. One run is released at a time.
    pub async fn to_release_run(&self, payees: BTreeSet<PayeeId>) -> Turn {
        let alone = Arc::clone(&self.runs).lock_owned().await;
        self.after(vec![alone], payees).await
    }

    async fn after(&self, mut held: Vec<OwnedMutexGuard<()>>, payees: BTreeSet<PayeeId>) -> Turn {
        for payee in self.of(&payees) {
            held.push(payee.lock_owned().await);
        }
        Turn {
            payees,
            _held: held,
        }
    }

    /// Their locks in one order, so that no two wait for each other.
    fn of(&self, payees: &BTreeSet<PayeeId>) -> Vec<Arc<Lock<()>>> {
        let mut known = self.payees.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, lock| lock.strong_count() > 0);
        let lock_of = |payee: &PayeeId| {
            let lock = known.entry(*payee).or_default();
            lock.upgrade().unwrap_or_else(|| {
                let new = Arc::new(Lock::new(()));
                *lock = Arc::downgrade(&new);
                new
            })
        };
        payees.iter().map(lock_of).collect()
    }
}

impl Engine {
    /// Waits for the turn to release to these payees: to be held from the look for doubts until the payouts are on record.
    pub async fn turn_to_release(&self, payees: impl IntoIterator<Item = PayeeId>) -> Turn {
        self.turns.to_release(payees).await
    }

    /// The same for a run, by whomever it is released: its rows are looked at with all that was released before them.
    pub async fn turn_to_release_run(&self, payees: BTreeSet<PayeeId>) -> Turn {
        self.turns.to_release_run(payees).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use futures_util::future::join_all;
    use std::pin::pin;
    use std::time::Duration;
    use uuid::Uuid;

    fn payees(numbers: impl IntoIterator<Item = u128>) -> BTreeSet<PayeeId> {
        let id = |number| PayeeId(Uuid::from_u128(number));
        numbers.into_iter().map(id).collect()
    }

    #[tokio::test]
    async fn runs_go_one_after_the_other_and_payees_wait_only_for_theirs() {
        let turns = Turns::default();
        let run = turns.to_release_run(payees([1, 2])).await;
        assert!(run.covers(&payees([2])) && !run.covers(&payees([2, 3])));
        let mut other = pin!(turns.to_release_run(payees([3])));
        assert!((&mut other).now_or_never().is_none(), "invoice IDs are one");
        assert!(turns.to_release(payees([3])).now_or_never().is_some());
        let mut waits = pin!(turns.to_release(payees([2, 4])));
        assert!((&mut waits).now_or_never().is_none());
        drop(run);
        let held = waits.await;
        assert!(other.now_or_never().is_some());
        drop(held);
        assert!(turns.to_release(payees([2, 4])).now_or_never().is_some());
    }

    /// Every order of the same few payees, runs and single payouts side by side, on several threads.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_waits_for_ever() {
        let turns = Arc::new(Turns::default());
        let all = (0..40_u128).map(|number| {
            let turns = Arc::clone(&turns);
            tokio::spawn(async move {
                for round in 0..50 {
                    let few = [number, number * 7 + round, number + 3].map(|of| of % 5);
                    let turn = match number % 3 {
                        0 => turns.to_release_run(payees(few)).await,
                        1 => turns.to_release(payees(few)).await,
                        _ => turns.to_release(payees([few[0]])).await,
                    };
                    tokio::task::yield_now().await;
                    drop(turn);
                    if round % 7 == 0 {
                        // Whoever gives up leaves nothing locked.
                        let _ = turns.to_release_run(payees(few)).now_or_never();
                    }
                }
            })
        });
        let done = tokio::time::timeout(Duration::from_secs(30), join_all(all)).await;
        assert!(
            done.expect("nobody waits for ever")
                .iter()
                .all(Result::is_ok)
        );
    }

    #[tokio::test]
    async fn a_run_to_ten_thousand_payees_lets_all_others_pass() {
        let turns = Turns::default();
        let run = turns.to_release_run(payees(0..10_000)).await;
        let mut single = pin!(turns.to_release(payees([9_999])));
        assert!((&mut single).now_or_never().is_none());
        assert!(turns.to_release(payees([10_000])).now_or_never().is_some());
        drop(run);
        assert!(single.now_or_never().is_some());
    }
}
