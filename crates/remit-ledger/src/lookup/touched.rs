//! Which rows of a table were written since it was last looked at.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// More than this are not noted: to read the whole table is then quicker than to read them one by one.
const MOST: usize = 50_000;

#[derive(Default)]
pub(super) struct Touched(Mutex<Rows>);

#[derive(Default)]
struct Rows {
    /// Whether somebody holds the table, so that what is settled must be kept for it.
    wanted: bool,
    /// By transactions that are over.
    settled: Vec<i64>,
    /// By the transaction that goes on.
    unsettled: Vec<i64>,
}

impl Touched {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A row is written by the transaction that goes on. It is known here before the transaction can be committed.
    pub(super) fn note(&self, rowid: i64) {
        self.rows().unsettled.push(rowid);
    }

    /// The transaction is over.
    pub(super) fn settle(&self) {
        let mut rows = self.rows();
        let Rows {
            wanted,
            settled,
            unsettled,
        } = &mut *rows;
        if *wanted {
            settled.append(unsettled);
            if settled.len() > MOST {
                *wanted = false;
                *settled = Vec::new();
            }
        }
        unsettled.clear();
    }

    /// What is settled and not taken yet; nothing when it was not kept, from now on it is.
    pub(super) fn take_settled(&self) -> Option<Vec<i64>> {
        let mut rows = self.rows();
        if rows.wanted {
            Some(std::mem::take(&mut rows.settled))
        } else {
            rows.wanted = true;
            None
        }
    }

    /// Adds what may be committed by now, or may not; it stays here.
    pub(super) fn add_unsettled(&self, to: &mut Vec<i64>) {
        let rows = self.rows();
        to.extend(&rows.settled);
        to.extend(&rows.unsettled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_settled_is_kept_only_for_somebody() {
        let touched = Touched::default();
        touched.note(1);
        touched.settle();
        assert_eq!(touched.take_settled(), None, "nobody had asked");
        touched.note(2);
        let mut unsettled = Vec::new();
        touched.add_unsettled(&mut unsettled);
        assert_eq!(unsettled, [2]);
        assert_eq!(touched.take_settled(), Some(vec![]), "2 is not settled");
        touched.settle();
        assert_eq!(touched.take_settled(), Some(vec![2]));
    }

    #[test]
    fn a_transaction_that_began_before_is_not_missed() {
        let touched = Touched::default();
        touched.note(1);
        assert_eq!(touched.take_settled(), None);
        touched.settle();
        assert_eq!(touched.take_settled(), Some(vec![1]));
    }

    #[test]
    fn too_many_are_forgotten_and_that_is_told() {
        let touched = Touched::default();
        touched.take_settled();
        for rowid in 0..=MOST as i64 {
            touched.note(rowid);
        }
        touched.settle();
        assert_eq!(touched.take_settled(), None);
    }
}
