//! What can go wrong, in words for the owner: what happened, and what to do.

use crate::gateway::{Certainty, GatewayError, Refusal};
use crate::ledger::LedgerError;
use crate::money::MoneyError;
use crate::vault::VaultError;
use serde::{Deserialize, Serialize};

/// The kinds of trouble that the interface tells apart. It has a text for each in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "ErrorCode", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(
    missing_docs,
    reason = "the texts that go with the codes are in the message catalogue"
)]
pub enum Code {
    FieldMissing,
    FieldInvalid,
    TextTooLong,
    EmailInvalid,
    AmountUnreadable,
    AmountNotPositive,
    AmountTooPrecise,
    AmountTooLarge,
    CurrencyUnknown,
    InvoiceIdUsed,
    AddressNotHttps,
    PayeeNotFound,
    PayoutNotFound,
    ProfileNotFound,
    PayeeNotRegistered,
    PayeeNotActive,
    AccountNotUsable,
    AccountGone,
    BalanceTooLow,
    ReviewChanged,
    NotCancellable,
    NotRetryable,
    /// Pockyt says that a payout that failed, or was withdrawn, was paid.
    PaidAfterAll,
    StillComparing,
    EmailRegistered,
    RegistrationUnknown,
    TokenRejected,
    MerchantRejected,
    Unreachable,
    Timeout,
    Garbled,
    GatewayBusy,
    GatewayRefused,
    ParameterMissing,
    RateLimited,
    NoProfile,
    KeychainMissing,
    KeychainLocked,
    KeychainFailed,
    TokenMissing,
    DataFolderReadOnly,
    DiskFull,
    AlreadyOpen,
    LedgerKeyMissing,
    LedgerCorrupt,
    LedgerNewer,
    LedgerFailed,
    LedgerRolledBack,
    HistoryAltered,
    BackupUnreadable,
    BackupFailed,
    BackupFolderUnusable,
    BackupOfAnotherAccount,
    BackupOfDemo,
    RecoveryKeyInvalid,
    RecoveryKeyWrong,
    RecoveryKeyNeeded,
    AccountKnown,
    NothingKept,
    DemoOnly,
    NotificationForged,
    NotificationMismatched,
    NotificationUnopened,
    NotificationNotFound,
    NoWayIn,
    TestUnreachable,
    TestWrongAnswer,
    TestNotArrived,
    RelayLinkInvalid,
    RelayLinkOfAnotherKey,
    RelayUnreachable,
    RelayRefused,
    RunNotFound,
    RunReleased,
    RunNotReleased,
    RunWarningsOpen,
    RunSheetFixed,
    RunEmpty,
    RunNothingToRetry,
    RosterNotFound,
    ScheduleNotFound,
    ScheduleEnded,
    ScheduleNeverComes,
    ScheduleAnswered,
    ScheduleRowsUnclear,
    Cancelled,
    FileEmpty,
    FileNotATable,
    FileOtherFormat,
    FileUndecodable,
    FileUnclosedQuote,
    FileDamaged,
    FileNoSuchSheet,
    FileTooLarge,
    FileBomb,
    FileUnreadable,
    FileNotWritten,
    Internal,
}

/// Something that the owner asked for and that could not be done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A field has a wrong value.
    #[error("{message}")]
    Input {
        /// What kind.
        code: Code,
        /// Which field, by its name in the form.
        field: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
    /// A rule forbids it now.
    #[error("{message}")]
    Rule {
        /// What kind.
        code: Code,
        /// Why, and what to do.
        message: String,
    },
    /// Pockyt refused, or could not be asked.
    #[error("{}", gateway_message(.0))]
    Gateway(#[from] GatewayError),
    /// The ledger could not do it.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The keychain could not do it.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Error {
    /// A rule that forbids it now.
    pub fn rule(code: Code, message: impl Into<String>) -> Self {
        Self::Rule {
            code,
            message: message.into(),
        }
    }

    /// A field with a wrong value.
    pub fn input(code: Code, field: &'static str, message: impl Into<String>) -> Self {
        Self::Input {
            code,
            field,
            message: message.into(),
        }
    }

    /// An amount that cannot be paid.
    #[must_use]
    pub fn amount(error: &MoneyError) -> Self {
        let code = match error {
            MoneyError::Unreadable(_) => Code::AmountUnreadable,
            MoneyError::TooPrecise { .. } => Code::AmountTooPrecise,
            MoneyError::TooLarge => Code::AmountTooLarge,
            MoneyError::NotPositive => Code::AmountNotPositive,
            MoneyError::UnknownCurrency(_) | MoneyError::CurrencyMismatch(..) => {
                Code::CurrencyUnknown
            }
        };
        let field = if code == Code::CurrencyUnknown {
            "currency"
        } else {
            "amount"
        };
        Self::input(code, field, error.to_string())
    }

    /// What kind it is.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Input { code, .. } | Self::Rule { code, .. } => *code,
            Self::Gateway(error) => gateway_code(error),
            Self::Ledger(error) => match error {
                LedgerError::InvoiceUsed(_) => Code::InvoiceIdUsed,
                LedgerError::EmailUsed(_) => Code::EmailRegistered,
                LedgerError::DiskFull => Code::DiskFull,
                LedgerError::ReadOnly(_) => Code::DataFolderReadOnly,
                LedgerError::Corrupt(_) => Code::LedgerCorrupt,
                LedgerError::Newer => Code::LedgerNewer,
                LedgerError::Conflict
                | LedgerError::Illegal(_)
                | LedgerError::NotFound
                | LedgerError::Failed(_) => Code::LedgerFailed,
            },
            Self::Vault(error) => match error {
                VaultError::Missing(_) => Code::KeychainMissing,
                VaultError::Locked => Code::KeychainLocked,
                VaultError::Failed(_) => Code::KeychainFailed,
            },
        }
    }

    /// Which field it is about, by its name in the form.
    #[must_use]
    pub fn field(&self) -> Option<String> {
        match self {
            Self::Input { field, .. } => Some((*field).to_owned()),
            Self::Gateway(error) => error.field.clone(),
            Self::Ledger(LedgerError::InvoiceUsed(_)) => Some("invoiceId".to_owned()),
            Self::Ledger(LedgerError::EmailUsed(_)) => Some("email".to_owned()),
            Self::Rule { .. } | Self::Ledger(_) | Self::Vault(_) => None,
        }
    }

    /// Pockyt's own words, where it said any.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Gateway(error) => error.words.clone(),
            Self::Input { .. } | Self::Rule { .. } | Self::Ledger(_) | Self::Vault(_) => None,
        }
    }

    /// Whether the same thing may work if it is tried again without a change.
    #[must_use]
    pub fn worth_retrying(&self) -> bool {
        match self {
            Self::Gateway(error) => error.certainty != Certainty::Refused,
            Self::Ledger(error) => matches!(error, LedgerError::Conflict | LedgerError::DiskFull),
            Self::Vault(error) => *error == VaultError::Locked,
            Self::Input { .. } | Self::Rule { .. } => false,
        }
    }
}

fn gateway_code(error: &GatewayError) -> Code {
    match error.kind {
        Refusal::TokenRejected => Code::TokenRejected,
        Refusal::MerchantRejected => Code::MerchantRejected,
        Refusal::MissingParameter => Code::ParameterMissing,
        Refusal::EmailRegistered => Code::EmailRegistered,
        Refusal::Unreachable | Refusal::ConnectionLost => Code::Unreachable,
        Refusal::Timeout => Code::Timeout,
        Refusal::Garbled => Code::Garbled,
        Refusal::SystemError => Code::GatewayBusy,
        Refusal::RateLimited => Code::RateLimited,
        Refusal::TokenUnavailable => Code::TokenMissing,
        Refusal::Duplicate
        | Refusal::NoSuchRecord
        | Refusal::BadValue
        | Refusal::BalanceOrState
        | Refusal::Other
        | Refusal::Unrecognised
        | Refusal::Invalid => Code::GatewayRefused,
    }
}

fn gateway_message(error: &GatewayError) -> String {
    let said = error
        .words
        .as_deref()
        .map(|words| format!(" Pockyt said: {words}"))
        .unwrap_or_default();
    let told = match error.kind {
        Refusal::TokenRejected => {
            "Pockyt does not accept the API token. Copy it again from the Merchant Portal and enter it in Settings."
        }
        Refusal::MerchantRejected => {
            "Pockyt does not know this merchant or store number, or it has no right to do this. Check both numbers in Settings."
        }
        Refusal::MissingParameter => "Pockyt needs one more detail. Add it and send again.",
        Refusal::EmailRegistered => {
            "Pockyt already has a payee with this e-mail address. Link that payee, or use another address."
        }
        Refusal::Unreachable => {
            "Pockyt cannot be reached. Check the internet connection and the address in Settings, then try again."
        }
        Refusal::ConnectionLost => "The connection to Pockyt broke. Try again.",
        Refusal::Timeout => "Pockyt did not answer in time. Try again in a moment.",
        Refusal::Garbled => {
            "The answer did not come from Pockyt's API. Check the address in Settings, or whether a proxy or sign-in page is in between."
        }
        Refusal::SystemError => {
            "Pockyt has an internal problem at the moment. Try again in a few minutes."
        }
        Refusal::RateLimited => "Pockyt asks for fewer requests. Wait a minute and try again.",
        Refusal::TokenUnavailable => "The API token is not in the keychain. Enter it in Settings.",
        Refusal::BalanceOrState => {
            "Pockyt refused: the balance is too low, or the payout cannot be changed any more."
        }
        Refusal::NoSuchRecord => "Pockyt has no such record.",
        Refusal::Duplicate => "Pockyt has received this request before.",
        Refusal::BadValue | Refusal::Other | Refusal::Unrecognised => "Pockyt refused the request.",
        Refusal::Invalid => {
            "A value has a form that Pockyt does not take, so nothing was sent. Check the numbers and the address in Settings."
        }
    };
    format!("{told}{said}")
}
