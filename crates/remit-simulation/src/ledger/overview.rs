//! How the account stands, counted row by row.

use super::content::{Content, sums};
use jiff::Timestamp;
use remit_core::{
    LedgerError, Money, Need, Needed, Overview, OverviewQuery, PaidOut, PayeeStatus, Payout, State,
    UNDER_WAY, UnderWay,
};
use std::cmp::Reverse;

impl Content {
    pub(super) fn overview(&self, query: &OverviewQuery) -> Result<Overview, LedgerError> {
        let payees = |status: PayeeStatus| {
            let those = self.payees.values();
            those.filter(|payee| payee.status == status).count() as u64
        };
        Ok(Overview {
            begun: !self.payees.is_empty() || !self.payouts.is_empty(),
            declined: payees(PayeeStatus::Declined),
            refused: payees(PayeeStatus::Refused),
            needs: self.needs(query),
            under_way: self.under_way()?,
            paid: self.paid(&query.months)?,
        })
    }

    fn needs(&self, query: &OverviewQuery) -> Vec<Needed> {
        let needed = |need: Need| {
            let mut those: Vec<&Payout> = self
                .payouts
                .values()
                .filter(|payout| query.need(payout) == Some(need))
                .collect();
            those.sort_by_key(|payout| Reverse((payout.since, payout.id)));
            Needed {
                need,
                total: those.len() as u64,
                newest: those
                    .into_iter()
                    .take(query.limit as usize)
                    .cloned()
                    .collect(),
            }
        };
        let all = Need::ALL.into_iter().map(needed);
        all.filter(|needed| needed.total > 0).collect()
    }

    fn under_way(&self) -> Result<Vec<UnderWay>, LedgerError> {
        let mut found = Vec::new();
        for state in UNDER_WAY {
            let those = || {
                let payouts = self.payouts.values();
                payouts.filter(move |payout| payout.state == state)
            };
            for sum in sums(those().map(|payout| payout.money))? {
                found.push(UnderWay {
                    state,
                    payouts: count(those(), sum),
                    sum,
                });
            }
        }
        Ok(found)
    }

    fn paid(&self, months: &[Timestamp]) -> Result<Vec<PaidOut>, LedgerError> {
        let mut found = Vec::new();
        for (month, end) in months.iter().zip(months.iter().skip(1)) {
            let those = || {
                self.payouts.values().filter(|payout| {
                    let ended = payout.settled_at;
                    payout.state == State::Paid && ended.is_some_and(|at| at >= *month && at < *end)
                })
            };
            for sum in sums(those().map(|payout| payout.money))? {
                found.push(PaidOut {
                    month: *month,
                    payouts: count(those(), sum),
                    sum,
                });
            }
        }
        found.sort_by_key(|paid| (paid.sum.currency.code(), paid.month));
        Ok(found)
    }
}

/// How many of them are in the currency of a sum.
fn count<'r>(payouts: impl Iterator<Item = &'r Payout>, sum: Money) -> u64 {
    payouts
        .filter(|payout| payout.money.currency == sum.currency)
        .count() as u64
}
