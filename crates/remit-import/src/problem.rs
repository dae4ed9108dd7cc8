//! What can be wrong with a cell. The texts are in the message catalogue; here are the codes, and what the texts need.

use remit_core::Currency;
use serde::Serialize;

use crate::table::{Cell, Kind};

/// Why a cell cannot be taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Problem {
    /// Nothing is in it, or its column is not there, and something must be.
    Missing,
    /// It is covered by a merged cell, so that nobody can tell whether the value counts for this row too.
    Merged,
    /// It is a formula whose value was not saved. Opening and saving it in Excel does that.
    FormulaWithoutValue,
    /// It holds a fault of the spreadsheet such as `#N/A`.
    Fault,
    /// It is a date, and should not be. Spreadsheets turn `3-1` into one.
    IsDate,
    /// It is `TRUE` or `FALSE`.
    IsBoolean,
    /// A spreadsheet cut digits off: it took a long number as an amount and kept 15 of its digits.
    DigitsLost,
    /// More characters than Pockyt takes.
    TooLong {
        /// How many it takes.
        most: usize,
        /// How many there are.
        length: usize,
    },
    /// Line breaks or other control characters where none can be sent.
    ControlCharacter,
    /// Not an e-mail address.
    EmailInvalid,
    /// The row seems to be the sum of those above.
    TotalRow,
    /// Not an amount.
    AmountUnreadable,
    /// One of two amounts, and nothing in the column tells which. Both are in minor units.
    AmountAmbiguous {
        /// If the mark is a decimal point; nothing if it then has too many decimals.
        as_decimal: Option<i64>,
        /// If it only groups thousands.
        as_thousands: Option<i64>,
    },
    /// Zero or less.
    AmountNotPositive,
    /// More decimals than the currency has.
    AmountTooPrecise {
        /// How many it has.
        decimals: u32,
    },
    /// Too large to be counted.
    AmountTooLarge,
    /// No currency has this code or sign.
    CurrencyUnknown,
    /// Neither the row nor the owner's choice says which currency it is.
    CurrencyMissing,
    /// The amount has the sign of another currency than the row says.
    CurrencyConflict {
        /// What the row says.
        row: Currency,
    },
    /// Not a date.
    DateUnreadable,
    /// Day and month could be either way round, and nothing in the column tells which.
    DateAmbiguous,
}

impl Problem {
    /// Whether one answer of the owner would settle it, without a change of the cell.
    #[must_use]
    pub fn asks(self) -> bool {
        matches!(
            self,
            Self::AmountAmbiguous { .. } | Self::DateAmbiguous | Self::CurrencyMissing
        )
    }
}

/// What no field can be read from.
pub(crate) fn unusable(cell: Cell<'_>) -> Result<(), Problem> {
    match cell.kind {
        Kind::Merged => Err(Problem::Merged),
        Kind::FormulaWithoutValue => Err(Problem::FormulaWithoutValue),
        Kind::Fault => Err(Problem::Fault),
        Kind::Text | Kind::Number | Kind::Date | Kind::Boolean => Ok(()),
    }
}
