//! Identifiers that travel on the wire, each checked when it is made (shapes: pockyt-api.md section 4).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::invalid::InvalidValue;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $field:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it has the right shape.
            ///
            /// # Errors
            /// When the shape is wrong.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
                let text = text.into();
                match $check(&text) {
                    Some(problem) => Err(InvalidValue::new($field, problem)),
                    None => Ok(Self(text)),
                }
            }

            /// The text as it goes on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidValue;

            fn try_from(text: String) -> Result<Self, InvalidValue> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

text_id! {
    /// A payee, as Pockyt numbers it: 22 digits beginning 2000 in the documents' examples.
    CustomerNo, "customerNo", token_problem
}
text_id! {
    /// A funding account of a payee: 22 digits beginning 2010 in the examples.
    AccountToken, "accountToken", token_problem
}
text_id! {
    /// A payout, as Pockyt numbers it: 18 digits beginning 3 in the examples.
    TransactionNo, "transactionNo", token_problem
}
text_id! {
    /// A payout, as the merchant numbers it: unique, at most 64 characters (our limit; Pockyt publishes none).
    InvoiceId, "invoiceId", invoice_problem
}
text_id! {
    /// The merchant: 6 digits in the examples.
    MerchantNo, "merchantNo", number_problem
}
text_id! {
    /// The merchant's store: 6 digits in the examples.
    StoreNo, "storeNo", number_problem
}
text_id! {
    /// The merchant group, in integrations by a software vendor only: 6 digits in the example.
    MerGroupNo, "merGroupNo", number_problem
}
text_id! {
    /// The payor of a merchant of record only: `P87654321` in the example.
    PayorNo, "payorNo", token_problem
}
text_id! {
    /// A currency as three to five letters, upper case. The documents use ISO 4217 codes, and USDC for wallets.
    CurrencyCode, "currency", currency_problem
}

fn token_problem(text: &str) -> Option<&'static str> {
    let fits = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    (!fits).then_some("must be 1 to 64 letters, digits, hyphens or underscores")
}

fn number_problem(text: &str) -> Option<&'static str> {
    let fits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (!fits).then_some("must be 1 to 20 digits")
}

fn invoice_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("must not be empty")
    } else if text.chars().count() > 64 {
        Some("must have at most 64 characters")
    } else if text.chars().any(char::is_control) || text.trim() != text {
        Some("must not hold control characters, nor begin or end with a space")
    } else {
        None
    }
}

fn currency_problem(text: &str) -> Option<&'static str> {
    let fits = (3..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    (!fits).then_some("must be three to five capital letters, such as USD")
}

/// The idempotency key of a pay request, sent as the `Pockyt-Request-ID` header (section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(Uuid);

impl From<Uuid> for RequestId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_examples_are_taken() {
        assert!(CustomerNo::new("2000305228303182610217").is_ok());
        assert!(AccountToken::new("2010305228294111721580").is_ok());
        assert!(TransactionNo::new("305469836617940464").is_ok());
        assert!(InvoiceId::new("9aae4c685d824c5da746f97620c59ec7").is_ok());
        assert!(MerchantNo::new("200043").is_ok());
        assert!(PayorNo::new("P87654321").is_ok());
    }

    #[test]
    fn wrong_shapes_are_refused_by_name() {
        assert!(CustomerNo::new("").is_err());
        assert!(CustomerNo::new("20/../00").is_err());
        assert!(MerchantNo::new("20004x").is_err());
        assert!(MerchantNo::new("２０００４３").is_err());
        assert!(CurrencyCode::new("usd").is_err());
        assert!(CurrencyCode::new("US").is_err());
        assert!(InvoiceId::new("a\nb").is_err());
        assert!(InvoiceId::new(" a").is_err());
        assert!(InvoiceId::new("é".repeat(64)).is_ok());
        let error = InvoiceId::new("é".repeat(65)).unwrap_err();
        assert_eq!(error.field(), "invoiceId");
        assert_eq!(
            error.to_string(),
            "invoiceId must have at most 64 characters"
        );
    }

    #[test]
    fn reading_from_json_checks_too() {
        assert!(serde_json::from_str::<StoreNo>(r#""300014""#).is_ok());
        assert!(serde_json::from_str::<StoreNo>(r#""30 0014""#).is_err());
    }
}
