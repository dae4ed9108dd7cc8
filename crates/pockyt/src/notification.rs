//! Notifications about payouts (pockyt-api.md section 5): form or JSON, signed, at any time, in any order, repeatedly.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;
use subtle::ConstantTimeEq;

use crate::amount::WireAmount;
use crate::ids::{AccountToken, CurrencyCode, InvoiceId, TransactionNo};
use crate::pairs;
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
    /// Neither a form nor a JSON object, or not in UTF-8.
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
    /// The same signature holds for other fields (section 3.2: the signed text does not tell where a value ends), and one of
    /// those that count would be among them.
    #[error("The notification can be read in two ways, so nothing in it is believed.")]
    Ambiguous,
    /// There is no token to check with.
    #[error("There is no API token to check the notification with.")]
    NoToken,
}

/// The fields that are read.
const READ: [&str; 8] = [
    "accountToken",
    "amount",
    "currency",
    "invoiceId",
    "paymentTime",
    "status",
    "transactionNo",
    "vendor",
];

/// A notification as it came; nothing in it is to be believed yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    fields: BTreeMap<String, String>,
    signature: Option<String>,
}

impl Received {
    /// Reads a body. It is JSON if `content_type` says so or it begins with `{`, otherwise a form; in UTF-8, whatever
    /// charset `content_type` names, with or without a byte order mark.
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
        let body = body
            .strip_prefix("\u{feff}".as_bytes())
            .unwrap_or(body)
            .trim_ascii();
        let says_json = content_type.is_some_and(|media| {
            let media = media.split(';').next().unwrap_or_default().trim();
            media.eq_ignore_ascii_case("application/json")
                || media.to_ascii_lowercase().ends_with("+json")
        });
        // One more than there may be shows that there are too many.
        let most = MOST_FIELDS + 1;
        let pairs = if says_json || body.starts_with(b"{") {
            pairs::of_json(body, most)
        } else {
            pairs::of_form(body, most)
        }
        .ok_or(ParseError::Malformed)?;
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
        if self.is_ambiguous() {
            return Err(Rejected::Ambiguous);
        }
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

    /// Whether somebody may have moved a field that counts into another's name or value, which leaves the signed text as it
    /// was.
    fn is_ambiguous(&self) -> bool {
        self.fields.iter().any(|(name, value)| {
            name.contains(['=', '&'])
                || READ.iter().any(|read| value.contains(&format!("&{read}=")))
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOKEN: &str = "5cbfb079f15b150122261c8537086d77a";
    const FORM: &str = "accountToken=2010300192540133960288&amount=60.00&currency=USD&invoiceId=9aae4c685d824c5da746f97620c59ec7&paymentTime=2023-02-15T22%3A59%3A11Z&status=success&transactionNo=318453016214317262&vendor=BANK_ACCOUNT&verifySign=4bdda832b839f1d0158719875cdfd50e";
    const JSON: &str = r#"{"accountToken":"2010300192540133960288","amount":"60.00","currency":"USD","invoiceId":"9aae4c685d824c5da746f97620c59ec7","paymentTime":"2023-02-15T22:59:11Z","status":"success","transactionNo":"318453016214317262","vendor":"BANK_ACCOUNT","verifySign":"4bdda832b839f1d0158719875cdfd50e"}"#;

    fn parse(content_type: Option<&str>, body: &str) -> Result<Received, ParseError> {
        Received::parse(content_type, body.as_bytes())
    }

    fn verify(body: &str) -> Result<VerifiedNotification, Rejected> {
        parse(None, body).unwrap().verify(&TOKEN.into())
    }

    #[test]
    fn vector_v5_in_both_encodings() {
        for (content_type, body) in [
            (Some("application/x-www-form-urlencoded"), FORM),
            (Some("application/json; charset=utf-8"), JSON),
            (Some("text/plain"), FORM),
            (Some("text/plain"), JSON),
            (None, FORM),
            (None, JSON),
        ] {
            let received = parse(content_type, body).unwrap();
            let notification = received.verify(&TOKEN.into()).unwrap();
            assert_eq!(notification.status(), Some(PayoutStatus::Success));
            assert_eq!(notification.amount(), WireAmount::new("60.00").ok());
            assert_eq!(notification.currency(), CurrencyCode::new("USD").ok());
            assert_eq!(notification.vendor(), Some("BANK_ACCOUNT"));
            assert_eq!(
                notification.payment_time(),
                "2023-02-15T22:59:11Z".parse().ok()
            );
            assert_eq!(notification.invoice_id(), received.claimed_invoice_id());
            assert_eq!(
                notification.account_token(),
                AccountToken::new("2010300192540133960288").ok()
            );
            assert_eq!(
                notification.transaction_no(),
                TransactionNo::new("318453016214317262").ok()
            );
            assert_eq!(notification.fields().len(), 8);
        }
    }

    #[test]
    fn any_change_breaks_the_signature() {
        for (from, to) in [
            ("60.00", "61.00"),
            ("success", "failed"),
            ("USD", "EUR"),
            ("&vendor=BANK_ACCOUNT", ""),
            ("&verifySign", "&more=1&verifySign"),
            ("4bdda8", "4bdda9"),
            ("cdfd50e", "cdfd50"),
        ] {
            let forged = FORM.replacen(from, to, 1);
            assert_ne!(forged, FORM);
            assert_eq!(verify(&forged), Err(Rejected::WrongSignature), "{forged}");
        }
        let other_token = parse(None, FORM).unwrap().verify(&"other".into());
        assert_eq!(other_token, Err(Rejected::WrongSignature));
    }

    #[test]
    fn a_field_that_was_moved_into_another_is_not_believed() {
        for (from, to) in [
            ("60.00&currency=USD", "60.00%26currency%3DUSD"),
            ("success&transactionNo=", "success%26transactionNo%3D"),
            ("amount=60.00", "amount%3D60.00"),
            ("&amount=60.00&", "%26amount%3D60.00&"),
        ] {
            let moved = FORM.replacen(from, to, 1);
            assert_ne!(moved, FORM);
            let refused = verify(&moved).unwrap_err();
            assert!(
                matches!(refused, Rejected::Ambiguous | Rejected::WrongSignature),
                "{moved}: {refused:?}"
            );
        }
        let moved = FORM.replacen("60.00&currency=USD", "60.00%26currency%3DUSD", 1);
        assert_eq!(verify(&moved), Err(Rejected::Ambiguous));
    }

    #[test]
    fn without_signature_or_token_nothing_is_believed() {
        let unsigned = FORM.split("&verifySign").next().unwrap();
        assert_eq!(verify(unsigned), Err(Rejected::NotSigned));
        assert_eq!(
            verify(&format!("{unsigned}&verifySign=")),
            Err(Rejected::NotSigned)
        );
        let no_token = parse(None, FORM).unwrap().verify(&" ".into());
        assert_eq!(no_token, Err(Rejected::NoToken));
    }

    #[test]
    fn capital_letters_in_the_signature_do_not_matter() {
        assert!(
            verify(&FORM.replace(
                "4bdda832b839f1d0158719875cdfd50e",
                "4BDDA832B839F1D0158719875CDFD50E"
            ))
            .is_ok()
        );
    }

    #[test]
    fn literal_text_is_kept() {
        let received = parse(
            None,
            r#" {"amount":60.00,"big":1.0E7,"yes":true,"none":null,"nested":{"a":[1, 2]},"text":"\u00e9"} "#,
        )
        .unwrap();
        let field = |name: &str| received.fields()[name].as_str();
        assert_eq!(field("amount"), "60.00");
        assert_eq!(field("big"), "1.0E7");
        assert_eq!(field("yes"), "true");
        assert_eq!(field("none"), "");
        assert_eq!(field("nested"), r#"{"a":[1, 2]}"#);
        assert_eq!(field("text"), "é");
    }

    #[test]
    fn what_is_no_notification_is_refused() {
        let long = format!("a={}", "x".repeat(NOTIFICATION_LIMIT));
        let many: Vec<_> = (0..=MOST_FIELDS).map(|n| format!("f{n}=1")).collect();
        for (content_type, body, error) in [
            (None, "", ParseError::Malformed),
            (None, "{", ParseError::Malformed),
            (None, "{}", ParseError::Malformed),
            (None, r#"{"a":1} x"#, ParseError::Malformed),
            (Some("application/json"), "a=1", ParseError::Malformed),
            (Some("application/json"), "[1]", ParseError::Malformed),
            (None, r#"{"a":1,"a":2}"#, ParseError::Repeated),
            (None, "status=success&status=failed", ParseError::Repeated),
            (None, "verifySign=a&verifySign=b", ParseError::Repeated),
            (None, &long, ParseError::TooLarge),
            (None, &many.join("&"), ParseError::TooManyFields),
        ] {
            assert_eq!(parse(content_type, body), Err(error));
        }
        let deep = format!(r#"{{"a":{}}}"#, "[".repeat(10_000));
        assert_eq!(parse(None, &deep), Err(ParseError::Malformed));
    }

    proptest! {
        #[test]
        fn nothing_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..300), json in any::<bool>()) {
            let content_type = json.then_some("application/json");
            let _ = Received::parse(content_type, &body);
        }

        #[test]
        fn whatever_is_signed_verifies_in_both_encodings_and_both_readings_of_empties(
            fields in proptest::collection::btree_map("[a-zA-Z]{1,10}", "\\PC{0,12}|", 1..10),
            skip in any::<bool>(),
        ) {
            let empties = if skip { Empties::Skipped } else { Empties::Kept };
            let signature = Signer::new(&TOKEN.into()).unwrap().sign(&fields, empties);
            let mut all = fields.clone();
            all.insert("verifySign".to_owned(), signature);
            let json = serde_json::to_string(&all).unwrap();
            let form = serde_urlencoded::to_string(&all).unwrap();
            for body in [json, form] {
                let verified = verify(&body).unwrap();
                prop_assert_eq!(verified.fields(), &fields);
            }
        }
    }
}
