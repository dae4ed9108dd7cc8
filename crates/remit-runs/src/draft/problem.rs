//! What may be wrong with a row, the file's own problems and those that only the ledger shows.

use crate::seen::account_seen;
use remit_core::{AcceptedWarning, FundingAccount, RunId};
use remit_import::{Field, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is wrong. The texts are in the message catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename = "RunProblemCode", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(
    missing_docs,
    reason = "the first are those of remit_import::Problem; the texts of all are in the message catalogue"
)]
pub enum ProblemCode {
    Missing,
    Merged,
    FormulaWithoutValue,
    Fault,
    IsDate,
    IsBoolean,
    DigitsLost,
    TooLong,
    ControlCharacter,
    EmailInvalid,
    TotalRow,
    AmountUnreadable,
    AmountAmbiguous,
    AmountNotPositive,
    AmountTooPrecise,
    AmountTooLarge,
    TotalTooLarge,
    CurrencyUnknown,
    CurrencyMissing,
    CurrencyConflict,
    DateUnreadable,
    DateAmbiguous,
    PayeeUnknown,
    PayeeAmbiguous,
    PayeeNotActive,
    PayeeDeclined,
    NoAccount,
    NoAccountInCurrency,
    AccountAmbiguous,
    InvoiceRepeated,
    InvoiceUsed,
    InvoiceMissing,
    InvoiceSimilar,
    PayeeAmountRepeated,
    SameAmountRecently,
    SameAmountToCome,
    DayMayBePaid,
    PaidInPeriod,
    NotPaidBefore,
    AmountFarFromUsual,
    FirstPayout,
    NewAccount,
    AccountChanged,
    AccountUnseen,
}

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename = "RunProblemKind", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum ProblemKind {
    /// It must be mended, or the row left out.
    Error,
    /// It wants the owner's word.
    Warning,
    /// It is worth knowing, and wants nothing: the review says it, and the release is the answer.
    Note,
}

impl ProblemCode {
    /// The word that stands for it in the ledger and the window.
    #[must_use]
    pub fn word(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(word)) => word,
            _ => String::new(),
        }
    }

    /// How serious it is.
    #[must_use]
    pub fn kind(self) -> ProblemKind {
        match self {
            Self::InvoiceSimilar
            | Self::PayeeAmountRepeated
            | Self::SameAmountRecently
            | Self::SameAmountToCome
            | Self::DayMayBePaid
            | Self::PaidInPeriod
            | Self::NotPaidBefore
            | Self::AmountFarFromUsual
            | Self::NewAccount
            | Self::AccountChanged
            | Self::AccountUnseen => ProblemKind::Warning,
            Self::FirstPayout => ProblemKind::Note,
            _ => ProblemKind::Error,
        }
    }

    /// Whether one answer of the owner settles it, without a change of the cell.
    #[must_use]
    pub fn asks(self) -> bool {
        self.may_wait()
            || self.kind() == ProblemKind::Warning
            || matches!(
                self,
                Self::AmountAmbiguous
                    | Self::DateAmbiguous
                    | Self::CurrencyMissing
                    | Self::PayeeAmbiguous
                    | Self::AccountAmbiguous
            )
    }

    /// Whether it warns of the account.
    fn is_of_account(self) -> bool {
        matches!(
            self,
            Self::NewAccount | Self::AccountChanged | Self::AccountUnseen
        )
    }

    /// Whether it may pass by itself, so that the row may wait for that.
    #[must_use]
    pub fn may_wait(self) -> bool {
        matches!(
            self,
            Self::PayeeNotActive | Self::NoAccount | Self::NoAccountInCurrency
        )
    }
}

/// Something that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// At which cell; nothing if at none.
    pub field: Option<Field>,
    /// What.
    pub code: ProblemCode,
    /// What its text names.
    pub params: Vec<(&'static str, String)>,
    /// Of a warning: what it is about. To accept it accepts this, and nothing that comes later.
    pub(crate) about: String,
    /// Whether the owner accepted it, where it can be.
    pub accepted: bool,
}

impl RowProblem {
    pub(crate) fn new(field: Field, code: ProblemCode) -> Self {
        Self {
            field: Some(field),
            code,
            params: Vec::new(),
            about: String::new(),
            accepted: false,
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    /// With the run that is still to make the payout that it names.
    pub(crate) fn of_run(self, run: Option<RunId>) -> Self {
        match run {
            Some(run) => self.with("run", run),
            None => self,
        }
    }

    /// Notes what the warning is about: what its text names, and where it is of the account, all that the owner sees of that.
    pub(crate) fn concern(&mut self, account: Option<&FundingAccount>) {
        let account = account.filter(|_| self.code.is_of_account());
        let seen = account.map(|account| (account_seen(account), account.changed_at));
        self.about = json!([self.params, seen]).to_string();
    }

    /// Whether it is this that the owner accepted.
    pub(crate) fn is_accepted_by(&self, accepted: &AcceptedWarning) -> bool {
        accepted.code == self.code.word() && accepted.about == self.about
    }

    /// Whether it still stands in the way.
    #[must_use]
    pub fn open(&self) -> bool {
        !self.accepted && self.code.kind() != ProblemKind::Note
    }

    pub(crate) fn of_cell(field: Field, problem: Problem) -> Self {
        let code = match problem {
            Problem::Missing => ProblemCode::Missing,
            Problem::Merged => ProblemCode::Merged,
            Problem::FormulaWithoutValue => ProblemCode::FormulaWithoutValue,
            Problem::Fault => ProblemCode::Fault,
            Problem::IsDate => ProblemCode::IsDate,
            Problem::IsBoolean => ProblemCode::IsBoolean,
            Problem::DigitsLost => ProblemCode::DigitsLost,
            Problem::TooLong { most, length } => {
                return Self::new(field, ProblemCode::TooLong)
                    .with("most", most)
                    .with("length", length);
            }
            Problem::ControlCharacter => ProblemCode::ControlCharacter,
            Problem::EmailInvalid => ProblemCode::EmailInvalid,
            Problem::TotalRow => ProblemCode::TotalRow,
            Problem::AmountUnreadable => ProblemCode::AmountUnreadable,
            Problem::AmountAmbiguous { .. } => ProblemCode::AmountAmbiguous,
            Problem::AmountNotPositive => ProblemCode::AmountNotPositive,
            Problem::AmountTooPrecise { decimals } => {
                return Self::new(field, ProblemCode::AmountTooPrecise).with("decimals", decimals);
            }
            Problem::AmountTooLarge => ProblemCode::AmountTooLarge,
            Problem::CurrencyUnknown => ProblemCode::CurrencyUnknown,
            Problem::CurrencyMissing => ProblemCode::CurrencyMissing,
            Problem::CurrencyConflict { row } => {
                return Self::new(field, ProblemCode::CurrencyConflict)
                    .with("currency", row.code());
            }
            Problem::DateUnreadable => ProblemCode::DateUnreadable,
            Problem::DateAmbiguous => ProblemCode::DateAmbiguous,
        };
        Self::new(field, code)
    }
}
