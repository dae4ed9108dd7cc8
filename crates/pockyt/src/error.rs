//! What can go wrong with a call, sorted by the one question that matters for money: did it take effect?

use std::fmt;

use crate::invalid::InvalidValue;

/// A call that ended in no usable answer.
///
/// | Variant | Took effect? |
/// |---|---|
/// | [`Error::Refused`] | Pockyt answered with a `ret_code` that is no success and no system error |
/// | [`Error::NotSent`] | certainly not: no byte of the request left |
/// | [`Error::Unknown`] | nobody can tell from here |
///
/// For a pay request ask [`Error::pay_outcome_is_definite`] before calling it failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Pockyt refused.
    #[error("{0}")]
    Refused(Box<Refused>),
    /// The request never left this computer.
    #[error("{0}")]
    NotSent(NotSent),
    /// The request may have taken effect.
    #[error("{0}")]
    Unknown(Box<Unknown>),
}

impl Error {
    /// Whether a *pay* request that ended in this certainly created no transfer.
    ///
    /// Certain are: nothing was sent; and the refusals Pockyt documents (pockyt-api.md section 6), together with a wrong
    /// signature, all of which it gives instead of accepting. Not certain are: every [`Error::Unknown`]; a duplicate,
    /// because the first of the two may have been paid; and a code that is in no list, because nothing proves that it is
    /// a refusal. Then inquire by invoice ID, and never pay under a new one (questions 12 and 14).
    ///
    /// This speaks of the one request that was answered. When the same body was sent before and that outcome is still
    /// unknown, a refusal of the second request says nothing of the first: 000040 may even mean "already under way".
    #[must_use]
    pub fn pay_outcome_is_definite(&self) -> bool {
        match self {
            Self::NotSent(_) => true,
            Self::Unknown(_) => false,
            Self::Refused(refused) => {
                !matches!(refused.kind, RefusalKind::Duplicate | RefusalKind::Other)
            }
        }
    }

    /// Whether Pockyt has no such record (000021): on an inquiry, no such payout.
    #[must_use]
    pub fn is_no_such_record(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.kind == RefusalKind::NoSuchRecord)
    }

    /// Whether time ran out after the request left, or while connecting.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::NotSent(not_sent) => matches!(not_sent, NotSent::ConnectTimeout),
            Self::Unknown(unknown) => unknown.cause == UnknownCause::Timeout,
        }
    }

    /// Pockyt's `ret_code`, where it gave one.
    #[must_use]
    pub fn ret_code(&self) -> Option<&str> {
        match self {
            Self::Refused(refused) => Some(&refused.code),
            Self::NotSent(_) => None,
            Self::Unknown(unknown) => match &unknown.cause {
                UnknownCause::SystemError(code) => Some(code),
                _ => None,
            },
        }
    }

    /// Pockyt's `ret_msg`, where it gave one, without secrets.
    #[must_use]
    pub fn ret_msg(&self) -> Option<&str> {
        match self {
            Self::Refused(refused) => Some(&refused.message),
            Self::NotSent(_) => None,
            Self::Unknown(unknown) => unknown.message.as_deref(),
        }
    }

    /// What arrived, for the record.
    #[must_use]
    pub fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Refused(refused) => Some(&refused.evidence),
            Self::NotSent(_) => None,
            Self::Unknown(unknown) => Some(&unknown.evidence),
        }
    }

    /// Whether asking again may help and cannot hurt, the request being a read.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::NotSent(not_sent) => {
                matches!(not_sent, NotSent::Connect(_) | NotSent::ConnectTimeout)
            }
            Self::Unknown(unknown) => matches!(
                unknown.cause,
                UnknownCause::Timeout
                    | UnknownCause::ConnectionLost
                    | UnknownCause::ServerError(_)
                    | UnknownCause::SystemError(_)
            ),
        }
    }
}

impl From<InvalidValue> for Error {
    fn from(invalid: InvalidValue) -> Self {
        Self::NotSent(NotSent::Invalid(invalid))
    }
}

/// What arrived instead of an answer: bounded, and without the token or any government ID.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The HTTP status, if a response began at all.
    pub http_status: Option<u16>,
    /// The beginning of the body, at most 2 KiB.
    pub body_excerpt: String,
}

/// Pockyt's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `ret_code`, such as 000040.
    pub code: String,
    /// `ret_msg`, without secrets.
    pub message: String,
    /// What it means.
    pub kind: RefusalKind,
    /// What arrived.
    pub evidence: Evidence,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self.message.trim() {
            "" => "no reason given",
            message => message.trim_end_matches('.'),
        };
        write!(
            f,
            "Pockyt refused the request ({}: {message}). {}",
            self.code,
            self.kind.advice()
        )
    }
}

/// What a refusal means (pockyt-api.md section 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Pockyt has this already: the request, the invoice ID or the payee. No code is documented; the words are matched.
    Duplicate,
    /// The signature is wrong, and so the token. No code is documented; the words are matched.
    BadSignature,
    /// 000030.
    AccessDenied,
    /// 000020.
    MissingParameter {
        /// Its wire name, guessed from the words.
        name: Option<String>,
    },
    /// 000021.
    NoSuchRecord,
    /// 000022.
    Mismatch,
    /// 000023.
    BadValue,
    /// 000040: "account balance is not sufficient" in one source, "transaction status error" in another (question 11).
    BalanceOrState,
    /// 000010.
    ApiVersion,
    /// A code that is in no list.
    Other,
}

impl RefusalKind {
    fn advice(&self) -> String {
        match self {
            Self::Duplicate => {
                "Pockyt knows this already: look it up before doing anything again.".to_owned()
            }
            Self::BadSignature => {
                "Check the API token, and that it belongs to this merchant and this address.".to_owned()
            }
            Self::AccessDenied => {
                "Check the merchant and store numbers and the API token, and ask Pockyt whether payouts are enabled."
                    .to_owned()
            }
            Self::MissingParameter { name: Some(name) } => format!("Fill in {name} and try again."),
            Self::MissingParameter { name: None } => {
                "Fill in what is missing and try again.".to_owned()
            }
            Self::NoSuchRecord => {
                "Pockyt has no such record: check the numbers, and that this is the right account.".to_owned()
            }
            Self::Mismatch => "Values do not belong together: check merchant, store, payee and account.".to_owned(),
            Self::BadValue => "A value has the wrong form: correct it and try again.".to_owned(),
            Self::BalanceOrState => {
                "Check the balance, and the state of the payee and the account.".to_owned()
            }
            Self::ApiVersion => "Check the address of the gateway.".to_owned(),
            Self::Other => "This code is in no list: ask Pockyt what it means.".to_owned(),
        }
    }
}

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// A value that Pockyt would not take.
    #[error("Nothing was sent: {0}. Correct it and try again.")]
    Invalid(InvalidValue),
    /// The gateway could not be reached: name not found, no connection, or no trusted TLS.
    #[error(
        "Pockyt could not be reached, so nothing was sent ({0}). Check the connection and the address."
    )]
    Connect(String),
    /// The gateway did not take the connection in time.
    #[error(
        "Pockyt did not take the connection in time, so nothing was sent. Check the connection and try again."
    )]
    ConnectTimeout,
    /// The HTTP client could not be set up or the request not be built.
    #[error("The request could not be made, so nothing was sent ({0}).")]
    Setup(String),
}

/// An answer that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// How it went wrong.
    pub cause: UnknownCause,
    /// `ret_msg` where there was one, without secrets.
    pub message: Option<String>,
    /// What arrived.
    pub evidence: Evidence,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            UnknownCause::Timeout => f.write_str("Pockyt did not answer in time."),
            UnknownCause::ConnectionLost => {
                f.write_str("The connection to Pockyt broke before the answer was complete.")
            }
            UnknownCause::Garbled => f.write_str("The answer was not what Pockyt sends."),
            UnknownCause::TooLarge => {
                f.write_str("The answer was far larger than anything Pockyt sends.")
            }
            UnknownCause::TooMany => f.write_str("Pockyt asks for fewer requests."),
            UnknownCause::UnexpectedStatus(status) => write!(
                f,
                "The address answered with HTTP status {status}, which is not Pockyt's way. Check the address."
            ),
            UnknownCause::ServerError(status) => {
                write!(f, "Pockyt is in trouble (HTTP status {status}).")
            }
            UnknownCause::SystemError(code) => {
                write!(f, "Pockyt reported trouble of its own ({code}")?;
                match self.message.as_deref().map(str::trim) {
                    None | Some("") => f.write_str(")."),
                    Some(message) => write!(f, ": {message})."),
                }
            }
        }?;
        f.write_str(
            " The request may or may not have taken effect: look it up before doing it again.",
        )
    }
}

/// Why the outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownCause {
    /// No complete answer in time.
    Timeout,
    /// The connection broke after it had been made.
    ConnectionLost,
    /// HTML, broken JSON, no `ret_code`, a success without its payload, or an answer about another invoice ID.
    Garbled,
    /// A body above the limit.
    TooLarge,
    /// The gateway asks for fewer requests: HTTP 429, or a message that says so.
    TooMany,
    /// A redirect, or another status that is neither success nor 5xx, without a `ret_code`.
    UnexpectedStatus(u16),
    /// HTTP 5xx without a success.
    ServerError(u16),
    /// `ret_code` 000000 (system error) or 000080 (supplier's system error).
    SystemError(String),
}
