//! Releases to the same payee take turns. What may have paid an invoice already is looked for among the payouts on record,
//! and a payout is not on record yet while its own check goes on: two at the same moment would each miss the other.

use super::Engine;
use crate::ids::PayeeId;
use futures_util::lock::{Mutex as Lock, OwnedMutexGuard};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Whose turn it is, payee by payee. Both doubts are about payouts to one payee, so others never wait.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<PayeeId, Weak<Lock<()>>>>);

/// Nobody else releases to these payees while it lives.
#[must_use]
pub struct Turn {
    _held: Vec<OwnedMutexGuard<()>>,
}

impl Turns {
    fn of(&self, payee: PayeeId) -> Arc<Lock<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, lock| lock.strong_count() > 0);
        if let Some(lock) = turns.get(&payee).and_then(Weak::upgrade) {
            return lock;
        }
        let lock = Arc::new(Lock::new(()));
        turns.insert(payee, Arc::downgrade(&lock));
        lock
    }
}

impl Engine {
    /// Waits for the turn to release to these payees: to be held from the look for doubts until the payouts are on record.
    pub async fn turn_to_release(&self, payees: impl IntoIterator<Item = PayeeId>) -> Turn {
        // In one order, so that no two wait for each other.
        let payees: BTreeSet<PayeeId> = payees.into_iter().collect();
        let mut held = Vec::with_capacity(payees.len());
        for payee in payees {
            held.push(self.turns.of(payee).lock_owned().await);
        }
        Turn { _held: held }
    }
}
