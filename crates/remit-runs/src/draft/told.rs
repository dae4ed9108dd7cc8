//! What a review tells beside the rows: the warnings, what is worth knowing, the fees and the sums.

use super::Draft;
use super::check::ProblemCount;
use super::problem::{ProblemCode, ProblemKind};
use remit_core::{Currency, Money, RowState, RunRow};
use remit_import::Standing;
use std::collections::BTreeMap;

/// A warning about rows that can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewedWarning {
    /// Which.
    pub code: ProblemCode,
    /// On how many rows.
    pub rows: usize,
    /// On how many the owner accepted it.
    pub accepted: usize,
}

impl Draft {
    pub(super) fn warnings(&self) -> Vec<ReviewedWarning> {
        let mut counts: BTreeMap<ProblemCode, (usize, usize)> = BTreeMap::new();
        let rows = self.checked.rows().iter();
        for row in rows.filter(|row| row.standing == Standing::Ready || row.waits || row.warned) {
            for problem in &row.problems {
                if problem.code.kind() == ProblemKind::Warning {
                    let count = counts.entry(problem.code).or_default();
                    count.0 += 1;
                    count.1 += usize::from(problem.accepted);
                }
            }
        }
        let warning = |(code, (rows, accepted))| ReviewedWarning {
            code,
            rows,
            accepted,
        };
        counts.into_iter().map(warning).collect()
    }

    pub(super) fn notes(&self) -> Vec<ProblemCount> {
        let mut counts: BTreeMap<ProblemCode, usize> = BTreeMap::new();
        let rows = self.checked.rows().iter();
        for row in rows.filter(|row| row.standing == Standing::Ready || row.waits) {
            for problem in &row.problems {
                if problem.code.kind() == ProblemKind::Note {
                    *counts.entry(problem.code).or_default() += 1;
                }
            }
        }
        let note = |(code, rows)| ProblemCount { code, rows };
        counts.into_iter().map(note).collect()
    }

    pub(super) fn fees(&self, rows: &[RunRow]) -> Vec<Money> {
        let fee = |row: &RunRow| {
            let token = row.account_token.as_ref()?;
            let accounts = self.book().accounts(self.book().place(row.payee_id)?);
            let account = accounts.iter().find(|account| account.token == *token)?;
            let target = (row.payee_id, token.clone(), row.money.currency);
            let history = self.facts.histories.get(&target)?;
            history.fee(account, account.channel(row.channel))
        };
        let sent_now = rows.iter().filter(|row| row.state == RowState::Queued);
        let sum: Vec<Option<Money>> = sent_now.map(fee).collect();
        if sum.iter().any(Option::is_none) {
            return Vec::new();
        }
        sums(sum.into_iter().flatten())
    }
}

/// Sums by currency. What is checked comes to no more than an amount can be.
pub(super) fn sums(amounts: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for money in amounts {
        let sum = sums.entry(money.currency).or_default();
        *sum = sum.saturating_add(i128::from(money.minor));
    }
    let money = |(currency, minor)| Some(Money::new(i64::try_from(minor).ok()?, currency));
    sums.into_iter().filter_map(money).collect()
}
