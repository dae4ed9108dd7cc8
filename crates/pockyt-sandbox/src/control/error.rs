//! Why a control operation did nothing.

use crate::store::StoreError;

/// Why a control operation did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No such payee, account or payout.
    #[error("there is no {what} {id}")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// By which ID.
        id: String,
    },
    /// A payout cannot go from where it is to there.
    #[error("a payout that is {from} cannot become {to}")]
    Impossible {
        /// Its status.
        from: &'static str,
        /// The status asked for.
        to: &'static str,
    },
    /// The portal's forms do not take what there is.
    #[error("the portal refuses: {0}")]
    Refused(&'static str),
    /// The balance asked for does not fit.
    #[error("that balance is too large")]
    TooLarge,
    /// Only a virtual clock can be moved.
    #[error("the sandbox runs on the computer's clock; start it on a virtual one to move time")]
    RealClock,
    /// It happened, but could not be kept.
    #[error(transparent)]
    State(#[from] StoreError),
}

pub(super) fn unknown(what: &'static str, id: &str) -> ControlError {
    ControlError::Unknown {
        what,
        id: id.to_owned(),
    }
}
