//! Payout runs.

use crate::ipc::IpcError;
use remit_core::{Code, Currency};
use remit_import::{DateOrder, DecimalMark, Field};
use remit_runs::{ChosenMapping, Decision, ProblemCode};
use serde::Deserialize;
use specta::Type;

/// A kind of file that Remit writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RunFormat {
    /// Text with commas.
    Csv,
    /// A workbook.
    Xlsx,
}

impl RunFormat {
    /// How the file's name ends.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// How a file is to be read.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunMapping {
    /// What each column holds.
    pub columns: Vec<Option<Field>>,
    /// The row of the headers.
    pub header_row: Option<u32>,
    /// Which mark stands before the decimals; nothing when the column tells.
    pub decimal_mark: Option<DecimalMark>,
    /// Which comes first in a date; nothing when the column tells.
    pub date_order: Option<DateOrder>,
    /// The currency of rows that name none.
    pub currency: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

impl TryFrom<RunMapping> for ChosenMapping {
    type Error = IpcError;

    fn try_from(mapping: RunMapping) -> Result<Self, IpcError> {
        let code = mapping.currency.as_deref().map(str::trim);
        let currency = code
            .filter(|code| !code.is_empty())
            .map(Currency::from_code)
            .transpose()
            .map_err(|error| IpcError::from(remit_core::Error::amount(&error)))?;
        Ok(Self {
            columns: mapping.columns,
            header_row: mapping.header_row.map(|row| row as usize),
            decimal_mark: mapping.decimal_mark,
            date_order: mapping.date_order,
            currency,
            sheet: mapping.sheet,
        })
    }
}

/// A cell's new text.
#[derive(Clone, Debug, Deserialize, Type)]
pub struct RunEdit {
    /// The row.
    pub row: u32,
    /// The field.
    pub field: Field,
    /// What stands there from now on.
    pub text: String,
}

/// What the owner says about rows.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RunDecision {
    /// Leave them out.
    Skip,
    /// Take them in again.
    Include,
    /// This payee is meant.
    Payee {
        /// Which.
        payee: String,
    },
    /// This account is meant.
    Account {
        /// Which.
        account: String,
    },
    /// Whether they are sent by themselves once their payee can be paid.
    Wait {
        /// Whether.
        waits: bool,
    },
    /// These warnings are all right.
    Accept {
        /// Which.
        codes: Vec<ProblemCode>,
        /// Why.
        reason: String,
    },
}

impl TryFrom<RunDecision> for Decision {
    type Error = IpcError;

    fn try_from(decision: RunDecision) -> Result<Self, IpcError> {
        Ok(match decision {
            RunDecision::Skip => Self::Skip,
            RunDecision::Include => Self::Include,
            RunDecision::Payee { payee } => Self::Payee(
                payee
                    .parse()
                    .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))?,
            ),
            RunDecision::Account { account } => Self::Account(account.as_str().into()),
            RunDecision::Wait { waits } => Self::Wait(waits),
            RunDecision::Accept { codes, reason } => Self::Accept { codes, reason },
        })
    }
}
