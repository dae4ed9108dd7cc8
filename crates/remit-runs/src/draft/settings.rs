//! How a draft is read, as the ledger keeps it beside the file.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use remit_core::{Ledger, LedgerError, PayoutId, suggested_prefix};
use remit_import::{Choices, Field, Mapping};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the rows are cut by: the sheet or the separator.
pub(crate) type Cut = (Option<String>, Option<char>);

/// How a draft is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Which column holds what.
    pub mapping: Mapping,
    /// Whether the owner chose the same for an earlier file with these headers.
    pub remembered: bool,
    /// The sheet of a workbook. Drafts of an earlier Remit name it only where the owner chose one.
    pub sheet: Option<String>,
    /// The encoding, where it is known.
    pub encoding: Option<String>,
    /// The separator, where it is known.
    pub delimiter: Option<char>,
    /// What has a column after those of the file, in their order.
    pub appended: Vec<Field>,
    /// Where Remit's own invoice IDs come from.
    pub numbers: Numbers,
    /// The payouts that rows try again, by row.
    pub retries: BTreeMap<u32, PayoutId>,
    /// What rows repeat of an earlier run, by row: the payouts that those rows became, or were to become.
    #[serde(default)]
    pub repeats: BTreeMap<u32, PayoutId>,
}

impl Settings {
    pub(crate) fn choices(&self) -> Choices {
        Choices {
            sheet: self.sheet.clone(),
            encoding: self.encoding.clone(),
            delimiter: self.delimiter,
        }
    }

    pub(crate) fn cut(&self) -> Cut {
        (self.sheet.clone(), self.delimiter)
    }

    pub(crate) fn text(&self) -> Result<String, LedgerError> {
        serde_json::to_string(self).map_err(|cause| LedgerError::Failed(cause.to_string()))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, LedgerError> {
        serde_json::from_str(text).map_err(|cause| {
            LedgerError::Corrupt(format!("how a payout run is read is not known ({cause})"))
        })
    }
}

/// Remit's own invoice IDs for rows that have none: a row's place in the file makes its number, so that it keeps it whatever
/// else changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// What precedes the number.
    pub prefix: String,
    /// The number of the first row of the file.
    pub first: u64,
}

impl Numbers {
    /// The numbers after the largest one of this month's.
    pub(crate) async fn next(ledger: &dyn Ledger, now: Timestamp) -> Result<Self, LedgerError> {
        let prefix = suggested_prefix(now.to_zoned(TimeZone::UTC).date());
        let last = ledger.last_invoice_number(&prefix).await?.unwrap_or(0);
        Ok(Self {
            prefix,
            first: last.saturating_add(1),
        })
    }

    /// The number of a row.
    pub(crate) fn of(&self, row: usize) -> String {
        let number = self.first.saturating_add(row as u64);
        format!("{}{number:04}", self.prefix)
    }
}
