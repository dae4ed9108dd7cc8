//! Notifications about payouts (pockyt-api.md section 5): form or JSON, signed, at any time, in any order, repeatedly.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use subtle::ConstantTimeEq;

use crate::amount::WireAmount;
use crate::ids::{AccountToken, CurrencyCode, InvoiceId, TransactionNo};
use crate::sign::{Empties, SIGNATURE_FIELD, Signer};
use crate::status::PayoutStatus;

/// The body of the answer, with HTTP status 200, after which Pockyt stops repeating a notification.
pub const ACKNOWLEDGEMENT: &str = "success";

/// The largest body that is looked at: 64 KiB.
pub const NOTIFICATION_LIMIT: usize = 64 * 1024;

const MOST_FIELDS: usize = 100;

/// Why a body is no notification.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Above [`NOTIFICATION_LIMIT`].
    #[error("The notification is larger than 64 KiB.")]
    TooLarge,
    /// More fields than any notification has.
    #[error("The notification has more than 100 fields.")]
    TooManyFields,
    /// A field that comes twice: which one would count is anybody's guess.
    #[error("The notification has a field twice.")]
    Repeated,
    /// Neither a form nor a JSON object.
    #[error("The notification is neither a form nor a JSON object.")]
    Malformed,
}

/// Why a notification is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// It carries no signature.
    #[error("The notification is not signed.")]
    NotSigned,
    /// It was not signed with this token.
    #[error(
        "The notification's signature is wrong: it does not come from Pockyt, or the token has changed."
    )]
    WrongSignature,
    /// There is no token to check with.
    #[error("There is no API token to check the notification with.")]
    NoToken,
}

/// A notification as it came; nothing in it is to be believed yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    fields: BTreeMap<String, String>,
    signature: Option<String>,
}

impl Received {
    /// Reads a body. It is JSON if `content_type` says so or it begins with `{`, otherwise a form.
    ///
    /// Every field is kept, known or not. Numbers and booleans keep the text they are written with, nested values their
    /// JSON text; null becomes empty.
    ///
    /// # Errors
    /// [`ParseError`].
    pub fn parse(content_type: Option<&str>, body: &[u8]) -> Result<Self, ParseError> {
        if body.len() > NOTIFICATION_LIMIT {
            return Err(ParseError::TooLarge);
        }
        let body = body.trim_ascii();
        let says_json = content_type.is_some_and(|media| {
            let media = media.split(';').next().unwrap_or_default().trim();
            media.eq_ignore_ascii_case("application/json")
                || media.to_ascii_lowercase().ends_with("+json")
        });
        let pairs = if says_json || body.starts_with(b"{") {
            serde_json::from_slice::<Pairs>(body)
                .map_err(|_| ParseError::Malformed)?
                .0
        } else {
            serde_urlencoded::from_bytes(body).map_err(|_| ParseError::Malformed)?
        };
        if pairs.is_empty() {
            return Err(ParseError::Malformed);
        }
        if pairs.len() > MOST_FIELDS {
            return Err(ParseError::TooManyFields);
        }
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            if fields.insert(name, value).is_some() {
                return Err(ParseError::Repeated);
            }
        }
        let signature = fields.remove(SIGNATURE_FIELD);
        Ok(Self { fields, signature })
    }

    /// Every field but the signature, decoded.
    #[must_use]
    pub fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    /// The invoice ID it claims to be about, for the record of a notification that is not believed.
    #[must_use]
    pub fn claimed_invoice_id(&self) -> Option<InvoiceId> {
        InvoiceId::new(self.fields.get("invoiceId")?.as_str()).ok()
    }

    /// Checks the signature over all fields, whatever they are, in constant time. Both readings of empty values count
    /// (section 3.2): signing either needs the token.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn verify(&self, token: &SecretString) -> Result<VerifiedNotification, Rejected> {
        let signer = Signer::new(token).map_err(|_| Rejected::NoToken)?;
        let signature = self
            .signature
            .as_deref()
            .filter(|signature| !signature.is_empty())
            .ok_or(Rejected::NotSigned)?
            .to_ascii_lowercase();
        let matches = |empties| {
            signer
                .sign(&self.fields, empties)
                .as_bytes()
                .ct_eq(signature.as_bytes())
        };
        if bool::from(matches(Empties::Kept) | matches(Empties::Skipped)) {
            Ok(VerifiedNotification {
                fields: self.fields.clone(),
            })
        } else {
            Err(Rejected::WrongSignature)
        }
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("fields", &self.fields)
            .field("signed", &self.signature.is_some())
            .finish()
    }
}

/// A notification that whoever knows the token made. It may still be old, repeated or about something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedNotification {
    fields: BTreeMap<String, String>,
}

impl VerifiedNotification {
    /// Every field but the signature, decoded.
    #[must_use]
    pub fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The merchant's number of the payout; nothing if missing or malformed, as with all that follow.
    #[must_use]
    pub fn invoice_id(&self) -> Option<InvoiceId> {
        InvoiceId::new(self.field("invoiceId")?).ok()
    }

    /// Pockyt's number of the payout.
    #[must_use]
    pub fn transaction_no(&self) -> Option<TransactionNo> {
        TransactionNo::new(self.field("transactionNo")?).ok()
    }

    /// How much.
    #[must_use]
    pub fn amount(&self) -> Option<WireAmount> {
        WireAmount::new(self.field("amount")?).ok()
    }

    /// In which currency.
    #[must_use]
    pub fn currency(&self) -> Option<CurrencyCode> {
        CurrencyCode::new(self.field("currency")?.to_ascii_uppercase()).ok()
    }

    /// What became of it.
    #[must_use]
    pub fn status(&self) -> Option<PayoutStatus> {
        self.field("status").map(PayoutStatus::from_wire)
    }

    /// When it was paid.
    #[must_use]
    pub fn payment_time(&self) -> Option<Timestamp> {
        self.field("paymentTime")?.parse().ok()
    }

    /// The payee's account; may be absent.
    #[must_use]
    pub fn account_token(&self) -> Option<AccountToken> {
        AccountToken::new(self.field("accountToken")?).ok()
    }

    /// By which method, such as BANK_ACCOUNT.
    #[must_use]
    pub fn vendor(&self) -> Option<&str> {
        self.field("vendor")
    }
}

/// The members of a JSON object in their order, repetitions included.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            let text = match value.get() {
                "null" => String::new(),
                string if string.starts_with('"') => {
                    serde_json::from_str(string).map_err(serde::de::Error::custom)?
                }
                other => other.to_owned(),
            };
            pairs.push((name, text));
        }
        Ok(Pairs(pairs))
    }
}
