//! Identifiers, and the two ports that make a run repeatable: the clock and the source of fresh identifiers.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

uuid_id!(
    /// Remit's own number of a payee; made when the form is opened, so that a form submitted twice registers once.
    PayeeId
);
uuid_id!(
    /// Remit's own number of a payout; made when the form is opened, so that a form submitted twice pays once.
    PayoutId
);
uuid_id!(
    /// The idempotency key that goes out as `Pockyt-Request-ID` (pockyt-api.md section 2).
    RequestKey
);
uuid_id!(
    /// Remit's own number of a payout run; made when the file is read, so that a run recorded twice is one run.
    RunId
);
uuid_id!(
    /// Remit's own number of a roster; made when the file is opened, so that one that is invited twice is invited once.
    RosterId
);
uuid_id!(
    /// Remit's own number of a schedule; made when its form is opened, so that a form submitted twice is one schedule.
    ScheduleId
);
text_id!(
    /// Pockyt's number of a payee (pockyt-api.md section 4.1).
    CustomerNo
);
text_id!(
    /// Pockyt's number of a funding account (pockyt-api.md section 4.5).
    AccountToken
);
text_id!(
    /// Pockyt's number of a payout (pockyt-api.md section 4.12).
    TransactionNo
);
text_id!(
    /// The owner's number of a payment; unique at Pockyt and in the ledger (pockyt-api.md section 4.12).
    InvoiceId
);
text_id!(
    /// The exact unsigned body of a pay request. The signature is a function of it and the token, so the same body
    /// goes out byte for byte the same however often it is sent, and nothing derived from the token is stored.
    WireBody
);

impl PayeeId {
    /// The merchant's own code for this payee at Pockyt. Derived, so that a registration whose answer was lost can be
    /// found again (pockyt-api.md section 4.2).
    #[must_use]
    pub fn customer_code(&self) -> String {
        self.0.simple().to_string()
    }
}

/// Tells the time and waits. The engine never asks the system.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now, in UTC. May jump, forwards and backwards.
    fn now(&self) -> Timestamp;
    /// How long some steady clock has run. Never goes back; may stand still while the computer sleeps.
    fn steady(&self) -> Duration;
    /// Waits by the steady clock.
    async fn sleep(&self, span: Duration);
}

/// Makes fresh identifiers and the jitter of retries. The engine never asks the system for chance.
pub trait Ids: Send + Sync {
    /// A fresh UUID.
    fn uuid(&self) -> Uuid;
    /// A number from 0 up to, but not including, `bound`; 0 when `bound` is 0.
    fn below(&self, bound: u64) -> u64;
}
