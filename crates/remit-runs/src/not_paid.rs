//! Payments that were not made, or not for good: whoever repeats them is told.

use remit_core::{Ledger, LedgerError, Payout, RowState, RunRowOutcome, State};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Why a payment that is repeated was not made the last time, or not for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum NotPaid {
    /// Pockyt refused it.
    Failed,
    /// The money came back.
    Returned,
    /// The owner withdrew the payout.
    Cancelled,
    /// The owner stopped its run before its turn came.
    Stopped,
    /// Its row is held, and waits for the owner.
    Held,
}

/// The last payout that tries a payment again; the first where none does.
pub(crate) async fn last_try(ledger: &dyn Ledger, first: &Payout) -> Result<Payout, LedgerError> {
    let mut last = first.clone();
    let mut seen = HashSet::from([first.id]);
    while let Some(next) = last.retried_by.filter(|next| seen.insert(*next)) {
        let Some(again) = ledger.payout(next).await? else {
            break;
        };
        last = again;
    }
    Ok(last)
}

impl NotPaid {
    /// Of a payout, or of the last one that tried it again.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn of_payout(
        ledger: &dyn Ledger,
        payout: &Payout,
    ) -> Result<Option<Self>, LedgerError> {
        let last = last_try(ledger, payout).await?;
        Ok(match last.state {
            _ if last.paid_as_another() => None,
            State::Failed => Some(Self::Failed),
            State::Returned => Some(Self::Returned),
            State::Cancelled => Some(Self::Cancelled),
            _ => None,
        })
    }

    /// Of a row of a released run. One that goes on by itself is none of these.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn of_row(
        ledger: &dyn Ledger,
        outcome: &RunRowOutcome,
    ) -> Result<Option<Self>, LedgerError> {
        match (&outcome.payout, outcome.row.state) {
            (Some(payout), _) => Self::of_payout(ledger, payout).await,
            (None, RowState::Stopped) => Ok(Some(Self::Stopped)),
            (None, RowState::Held) => Ok(Some(Self::Held)),
            (None, RowState::Queued | RowState::Waiting | RowState::Sent) => Ok(None),
        }
    }

    /// The word that stands for it in the window.
    #[must_use]
    pub fn word(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(word)) => word,
            _ => String::new(),
        }
    }
}
