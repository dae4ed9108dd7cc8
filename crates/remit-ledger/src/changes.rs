//! How far the changes have come of what a release is held against: counted before any of them can be committed.

use crate::errors::translate;
use remit_core::{Changes, LedgerError};
use rusqlite::Connection;
use std::sync::atomic::{AtomicU64, Ordering};

/// The update hook hears of no table without `rowid`, as that of accounts, and tells not what changed: a trigger looks, and
/// writes to a table of the writer's own connection, of which the hook does hear. That a payee was paid is of the payouts; of a
/// run counts only whether it is released, and its rows change hands with its state or with a payout.
const WATCH: &str = "
CREATE TEMP TABLE payees_changed (times INTEGER);
CREATE TEMP TABLE runs_changed (times INTEGER);
INSERT INTO payees_changed VALUES (0);
INSERT INTO runs_changed VALUES (0);
CREATE TEMP TRIGGER payee_comes AFTER INSERT ON main.payees BEGIN UPDATE payees_changed SET times=times+1; END;
CREATE TEMP TRIGGER payee_goes AFTER DELETE ON main.payees BEGIN UPDATE payees_changed SET times=times+1; END;
CREATE TEMP TRIGGER payee_changes AFTER UPDATE ON main.payees
  WHEN OLD.revision IS NOT NEW.revision OR OLD.last_paid_at IS NEW.last_paid_at
  BEGIN UPDATE payees_changed SET times=times+1; END;
CREATE TEMP TRIGGER account_comes AFTER INSERT ON main.accounts BEGIN UPDATE payees_changed SET times=times+1; END;
CREATE TEMP TRIGGER account_goes AFTER DELETE ON main.accounts BEGIN UPDATE payees_changed SET times=times+1; END;
CREATE TEMP TRIGGER account_changes AFTER UPDATE ON main.accounts BEGIN UPDATE payees_changed SET times=times+1; END;
CREATE TEMP TRIGGER run_changes AFTER UPDATE OF state ON main.runs BEGIN UPDATE runs_changed SET times=times+1; END;
";

/// Where a ledger begins to count: no two of a process ever tell the same number.
static BEGIN: AtomicU64 = AtomicU64::new(0);
/// How far apart they begin.
const APART: u64 = 1 << 40;

/// What is counted.
pub(crate) struct Counts {
    payees: Count,
    payouts: Count,
}

impl Default for Counts {
    fn default() -> Self {
        let begin = BEGIN.fetch_add(APART, Ordering::Relaxed);
        Self {
            payees: Count::from(begin),
            payouts: Count::from(begin),
        }
    }
}

impl Counts {
    /// Prepares the writer's connection: what it changes comes to [`Counts::note`] by way of its update hook.
    pub(crate) fn watch(writer: &Connection) -> Result<(), LedgerError> {
        writer.execute_batch(WATCH).map_err(translate)
    }

    /// A row of a table is written.
    pub(crate) fn note(&self, table: &str) {
        match table {
            "payouts" | "runs_changed" => self.payouts.begin(),
            "payees_changed" => self.payees.begin(),
            _ => {}
        }
    }

    /// The transaction of the writer is over, whether it was committed or not.
    pub(crate) fn settle(&self) {
        self.payees.settle();
        self.payouts.settle();
    }

    /// How far they have come.
    pub(crate) fn now(&self) -> Changes {
        Changes {
            payees: self.payees.now(),
            payouts: self.payouts.now(),
        }
    }
}

/// Rises with each change, before the change can be committed.
struct Count {
    begun: AtomicU64,
    settled: AtomicU64,
}

impl Count {
    fn from(begin: u64) -> Self {
        Self {
            begun: AtomicU64::new(begin),
            settled: AtomicU64::new(begin),
        }
    }

    fn begin(&self) {
        self.begun.fetch_add(1, Ordering::SeqCst);
    }

    fn settle(&self) {
        let begun = self.begun.load(Ordering::SeqCst);
        self.settled.store(begun, Ordering::SeqCst);
    }

    /// Nothing while a change may be committed or not: whoever reads then may see it or not.
    fn now(&self) -> Option<u64> {
        let settled = self.settled.load(Ordering::SeqCst);
        (self.begun.load(Ordering::SeqCst) == settled).then_some(settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_committed_or_not_has_no_number() {
        let counts = Counts::default();
        let before = counts.now();
        assert!(before.payees.is_some() && before.payouts.is_some());
        counts.note("payouts");
        assert_eq!(counts.now().payouts, None);
        assert_eq!(counts.now().payees, before.payees);
        counts.settle();
        assert!(counts.now().payouts > before.payouts);
        assert_ne!(Counts::default().now().payees, before.payees);
    }
}
