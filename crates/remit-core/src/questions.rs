//! Answers about a payee count in the order in which they were asked for, whatever order they come in: of two questions on the
//! wire at once the older may be answered last, and would put back what the newer one told.

use crate::ids::{AccountToken, PayeeId};
use futures_util::lock::{Mutex as Lock, MutexGuard};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// What is being asked about payees.
#[derive(Default)]
pub(crate) struct Questions {
    asked: AtomicU64,
    payees: Mutex<HashMap<PayeeId, Weak<Lock<Told>>>>,
}

/// Which question told last what is on record of a payee. Forgotten once nothing is asked about the payee any more: what is
/// asked then is newer than all of it.
#[derive(Default)]
struct Told {
    status: u64,
    accounts: u64,
    account: HashMap<AccountToken, u64>,
}

/// A question that is about to leave.
pub(crate) struct Question {
    number: u64,
    told: Arc<Lock<Told>>,
}

/// The turn to record an answer. It is held over work with the ledger alone.
pub(crate) struct Answered<'q> {
    number: u64,
    told: MutexGuard<'q, Told>,
}

impl Questions {
    /// Asks about a payee; before the request leaves.
    pub(crate) fn ask(&self, payee: PayeeId) -> Question {
        let mut known = self.payees.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, told| told.strong_count() > 0);
        let of_payee = known.entry(payee).or_default();
        let told = of_payee.upgrade().unwrap_or_else(|| {
            let new = Arc::default();
            *of_payee = Arc::downgrade(&new);
            new
        });
        Question {
            number: 1 + self.asked.fetch_add(1, Ordering::Relaxed),
            told,
        }
    }
}

impl Question {
    /// Waits until no other answer about the payee is being recorded.
    pub(crate) async fn answered(&self) -> Answered<'_> {
        Answered {
            number: self.number,
            told: self.told.lock().await,
        }
    }
}

/// What an answer tells is counted before it is written: whoever asked may give up in the middle of that.
impl Answered<'_> {
    /// Whether what it tells of the status is newer than what is on record, and is now to be.
    pub(crate) fn tells_status(&mut self) -> bool {
        let newer = self.told.status < self.number;
        self.told.status = self.told.status.max(self.number);
        newer
    }

    /// Whether what it tells of an account is newer than what is on record.
    pub(crate) fn is_news_of(&self, token: &AccountToken) -> bool {
        let alone = self.told.account.get(token).copied().unwrap_or_default();
        self.told.accounts.max(alone) < self.number
    }

    /// What it tells of all accounts, or of one, is now to be on record, where it is news.
    pub(crate) fn tells_accounts(&mut self, only: Option<&AccountToken>) {
        let told = match only {
            Some(token) => self.told.account.entry(token.clone()).or_default(),
            None => &mut self.told.accounts,
        };
        *told = self.number.max(*told);
    }
}
