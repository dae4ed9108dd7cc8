//! Statuses, read without regard to case. The documents spell them in several ways (pockyt-api.md sections 5 and 8).

use std::fmt;

/// Letters and digits only, lower case: `In review`, `IN_REVIEW` and `InReview` are one word.
fn plain(word: &str) -> String {
    word.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

macro_rules! status {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $wire:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A word that is in no list, as it came. Never final.
            Other(String),
        }

        impl $name {
            /// Reads Pockyt's word.
            #[must_use]
            pub fn from_wire(word: &str) -> Self {
                match plain(word).as_str() {
                    $($wire $(| $alias)* => Self::$variant,)+
                    _ => Self::Other(word.to_owned()),
                }
            }

            /// One word for each status, lower case; another's word as it came.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

status! {
    /// What became of a payout (section 5). The older words completed, refunded, reversed, unclaimed, onhold and
    /// blocked stay [`PayoutStatus::Other`]: nobody documents how they relate to these four.
    PayoutStatus {
        /// Accepted and queued.
        Pending = "pending" | "processing",
        /// Credited to the payee.
        Success = "success",
        /// Not completed; nothing was deducted.
        Failed = "failed",
        /// The money came back. May follow success.
        Returned = "returned",
    }
}

status! {
    /// Whether a payee may be paid (section 8).
    PayeeStatus {
        /// May be paid. Also spelled Activated.
        Active = "active" | "activated",
        /// Documents or the agreement are outstanding.
        Pending = "pending",
        /// Documents are with Pockyt's compliance review.
        InReview = "inreview" | "underreview",
        /// Rejected.
        Declined = "declined",
        /// Off-boarded.
        Deactivated = "deactivated",
    }
}

status! {
    /// Whether a funding account may receive money (section 8).
    AccountStatus {
        /// Usable.
        Activated = "activated" | "active",
        /// Under compliance review.
        Pending = "pending",
        /// Unusable.
        Invalid = "invalid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_case_do_not_matter() {
        assert_eq!(PayeeStatus::from_wire("Activated"), PayeeStatus::Active);
        assert_eq!(PayeeStatus::from_wire("ACTIVE"), PayeeStatus::Active);
        assert_eq!(
            PayeeStatus::from_wire("Under review"),
            PayeeStatus::InReview
        );
        assert_eq!(PayeeStatus::from_wire("IN_REVIEW"), PayeeStatus::InReview);
        assert_eq!(
            AccountStatus::from_wire("activated"),
            AccountStatus::Activated
        );
        assert_eq!(PayoutStatus::from_wire("SUCCESS"), PayoutStatus::Success);
        assert_eq!(
            PayoutStatus::from_wire(" Processing"),
            PayoutStatus::Pending
        );
    }

    #[test]
    fn unknown_words_stay_as_they_came() {
        for word in ["completed", "Refunded", "onhold", "", "成功"] {
            let status = PayoutStatus::from_wire(word);
            assert_eq!(status, PayoutStatus::Other(word.to_owned()));
            assert_eq!(status.as_str(), word);
        }
    }
}
