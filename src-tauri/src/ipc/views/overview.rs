//! How an account stands.

use super::{MoneyView, PayoutView};
use crate::ipc::IpcError;
use remit_core::{Code, Currency, Engine, Money, Need, Needed, Overview, State, UNDER_WAY};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Overview")]
pub struct OverviewView {
    /// Whether there is any payee or payout.
    pub begun: bool,
    /// How many payees Pockyt declined.
    pub declined: u32,
    /// How many registrations Pockyt refused.
    pub refused: u32,
    /// What waits for the owner, the most pressing first.
    pub needs: Vec<NeededView>,
    /// What is on its way, in the order of a payout's life.
    pub under_way: Vec<UnderWayView>,
    /// What has yet to leave the balance, one sum a currency.
    pub to_leave: Vec<MoneyView>,
    /// What was paid and has not come back, by month, earliest first; the last is the current one.
    pub months: Vec<PaidMonth>,
}

/// Payouts that wait for the owner for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Needed")]
pub struct NeededView {
    /// Why.
    pub need: Need,
    /// How many they are.
    pub total: u32,
    /// Those that came last into their state.
    pub newest: Vec<PayoutView>,
}

/// Payouts in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "UnderWay")]
pub struct UnderWayView {
    /// Where they stand.
    pub state: State,
    /// How many they are.
    pub payouts: u32,
    /// What they come to, one sum a currency.
    pub sums: Vec<MoneyView>,
}

/// What was paid in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PaidMonth {
    /// Which month of which year: `2026-11`.
    pub month: String,
    /// How many payouts.
    pub payouts: u32,
    /// What they come to, one sum a currency.
    pub sums: Vec<MoneyView>,
}

impl OverviewView {
    /// What was found, with the name of each month by when it began.
    pub(crate) fn new(
        found: Overview,
        months: &BTreeMap<jiff::Timestamp, String>,
        engine: &Engine,
    ) -> Result<Self, IpcError> {
        let to_leave = to_leave(&found)?;
        let under_way = UNDER_WAY.into_iter().filter_map(|state| {
            let those = found.under_way.iter().filter(|of| of.state == state);
            let payouts = those.clone().map(|of| of.payouts).sum();
            (payouts > 0).then(|| UnderWayView {
                state,
                payouts: count(payouts),
                sums: those.map(|of| of.sum.into()).collect(),
            })
        });
        let months = months.iter().map(|(begun, month)| {
            let those = found.paid.iter().filter(|of| of.month == *begun);
            PaidMonth {
                month: month.clone(),
                payouts: count(those.clone().map(|of| of.payouts).sum()),
                sums: those.map(|of| of.sum.into()).collect(),
            }
        });
        Ok(Self {
            begun: found.begun,
            declined: count(found.declined),
            refused: count(found.refused),
            under_way: under_way.collect(),
            months: months.collect(),
            to_leave,
            needs: found
                .needs
                .into_iter()
                .map(|needed| needed_view(needed, engine))
                .collect(),
        })
    }
}

fn needed_view(needed: Needed, engine: &Engine) -> NeededView {
    NeededView {
        need: needed.need,
        total: count(needed.total),
        newest: needed
            .newest
            .into_iter()
            .map(|payout| PayoutView::new(payout, engine))
            .collect(),
    }
}

/// What Pockyt has not accepted yet, one sum a currency.
fn to_leave(found: &Overview) -> Result<Vec<MoneyView>, IpcError> {
    let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
    for of in &found.under_way {
        if of.state == State::Processing {
            continue;
        }
        let sum = sums
            .entry(of.sum.currency)
            .or_insert(Money::new(0, of.sum.currency));
        *sum = sum
            .checked_add(of.sum)
            .map_err(|error| IpcError::new(Code::Internal, error.to_string()))?;
    }
    Ok(sums.into_values().map(MoneyView::from).collect())
}

fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
