//! `verifySign`: how requests and notifications are signed (pockyt-api.md section 3).

use std::collections::BTreeMap;
use std::fmt;

use md5::{Digest, Md5};
use secrecy::{ExposeSecret, SecretString};

use crate::invalid::InvalidValue;

/// The wire name of the signature. It is never part of what is signed.
pub const SIGNATURE_FIELD: &str = "verifySign";

/// What becomes of empty values when signing. Pockyt's own SDKs disagree (section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empties {
    /// `street2=&` is signed, as in the PHP, Python, Java and C# SDKs.
    Kept,
    /// The field is left out, as in the Go SDK.
    Skipped,
}

/// Signs with one API token, whose MD5 it holds.
#[derive(Clone)]
pub struct Signer {
    key: SecretString,
}

impl Signer {
    /// Takes the token, without white space around it, as two of the SDKs do.
    ///
    /// # Errors
    /// When the token is empty: anybody could sign with that.
    pub fn new(token: &SecretString) -> Result<Self, InvalidValue> {
        let token = token.expose_secret().trim();
        if token.is_empty() {
            return Err(InvalidValue::new("API token", "must not be empty"));
        }
        Ok(Self {
            key: md5_hex(token.as_bytes()).into(),
        })
    }

    /// The signature of decoded fields, as 32 lowercase hexadecimal digits. A `verifySign` among them is ignored.
    #[must_use]
    pub fn sign(&self, fields: &BTreeMap<String, String>, empties: Empties) -> String {
        let mut text = String::new();
        for (name, value) in fields {
            if name == SIGNATURE_FIELD || (value.is_empty() && empties == Empties::Skipped) {
                continue;
            }
            text.extend([name.as_str(), "=", value.as_str(), "&"]);
        }
        text.push_str(self.key.expose_secret());
        md5_hex(text.as_bytes())
    }

    pub(crate) fn key(&self) -> &SecretString {
        &self.key
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

fn md5_hex(bytes: &[u8]) -> String {
    Md5::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOKEN: &str = "5cbfb079f15b150122261c8537086d77a";

    fn sign(text: &str, empties: Empties) -> String {
        // V6 holds " & " inside a value, which a plain split would tear apart.
        let fields = text
            .replace(" & ", " \u{1} ")
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), value.replace('\u{1}', "&")))
            .collect();
        Signer::new(&TOKEN.into()).unwrap().sign(&fields, empties)
    }

    #[test]
    fn published_vectors() {
        // V1: the documents; V2: the Java SDK's own test.
        let v1 = r#"amount=1.00&storeNo=300014&currency=USD&merchantNo=200043&callbackUrl=https://wx.yuansfer.yunkeguan.com/wx&terminal=ONLINE&ipnUrl=https://wx.yuansfer.yunkeguan.com/wx&reference=seq_1525922323&vendor=alipay&goodsInfo=[{"goods_name":"Yuansfer","quantity":"1"}]&timeout=120"#;
        let v2 = "amount=0.01&currency=USD&reference=test1666247277861&settleCurrency=USD&status=success&time=20221020142817&transactionNo=305680500880311923";
        for empties in [Empties::Kept, Empties::Skipped] {
            assert_eq!(sign(v1, empties), "b6bfd66531ae7c9499115c7480a2c8aa");
            assert_eq!(sign(v2, empties), "435d01c5d5fa88cfe8168fbfbf732519");
        }
    }

    #[test]
    fn payout_vectors() {
        let v3 = "accountToken=2010305228294111721580&amount=60.00&currency=USD&customerNo=2000305228303182610217&invoiceId=9aae4c685d824c5da746f97620c59ec7&ipnUrl=https://example.com/ipn&merchantNo=200043&processingChannel=STANDARD_ACH&storeNo=300014&timestamp=2023-02-15T22:50:00Z";
        let v4 = "customerNo=2000305228303182610217&merchantNo=200043&storeNo=300014&timestamp=2023-02-13T12:35:14Z";
        let v5 = "accountToken=2010300192540133960288&amount=60.00&currency=USD&invoiceId=9aae4c685d824c5da746f97620c59ec7&paymentTime=2023-02-15T22:59:11Z&status=success&transactionNo=318453016214317262&vendor=BANK_ACCOUNT";
        let v6 = "city=New York&countryCode=US&email=jose+1@example.com&firstName=José&lastName=Núñez&merchantNo=200043&profileType=INDIVIDUAL&state=NY&storeNo=300014&street=123 Main St & Co&street2=&timestamp=2023-02-13T10:50:58Z&zip=10005";
        assert_eq!(sign(v3, Empties::Kept), "a1f95d6b8c69f10ba71ff681a97675ac");
        assert_eq!(sign(v4, Empties::Kept), "73f693e3df8f8a61a5918e0819b2cc71");
        assert_eq!(sign(v5, Empties::Kept), "4bdda832b839f1d0158719875cdfd50e");
        assert_eq!(sign(v6, Empties::Kept), "796ab8b731e18e7d700cd32d69cf1ebd");
        assert_eq!(
            sign(v6, Empties::Skipped),
            "7970527757d8f999288b24e703d54e0a"
        );
    }

    #[test]
    fn white_space_around_the_token_is_ignored_and_an_empty_token_refused() {
        let fields = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
        let plain = Signer::new(&TOKEN.into()).unwrap();
        let padded = Signer::new(&format!(" {TOKEN}\n").into()).unwrap();
        assert_eq!(
            plain.sign(&fields, Empties::Kept),
            padded.sign(&fields, Empties::Kept)
        );
        assert!(Signer::new(&" \n".into()).is_err());
    }

    #[test]
    fn debug_tells_neither_token_nor_key() {
        let signer = Signer::new(&TOKEN.into()).unwrap();
        let debug = format!("{signer:?}");
        assert!(!debug.contains(TOKEN) && !debug.contains("186abea4"));
    }

    /// The rule of section 3.1 written a second time, in the plainest way.
    fn naive(pairs: &[(String, String)], token: &str, keep_empty: bool) -> String {
        let mut lines: Vec<Vec<u8>> = Vec::new();
        let mut sorted = pairs.to_vec();
        sorted.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        for (name, value) in sorted {
            if name != "verifySign" && (keep_empty || !value.is_empty()) {
                lines.push(format!("{name}={value}").into_bytes());
            }
        }
        let mut digest = Md5::new();
        digest.update(token.as_bytes());
        let key = format!("{:032x}", u128::from_be_bytes(digest.finalize().into()));
        lines.push(key.into_bytes());
        let whole = lines.join(&b'&');
        format!("{:032x}", u128::from_be_bytes(Md5::digest(&whole).into()))
    }

    proptest! {
        #[test]
        fn agrees_with_a_naive_second_implementation(
            fields in proptest::collection::btree_map("[a-zA-Z0-9]{1,12}|verifySign", "\\PC{0,20}|", 0..12),
            token in "[a-zA-Z0-9]{1,40}",
        ) {
            let pairs: Vec<_> = fields.clone().into_iter().rev().collect();
            let signer = Signer::new(&token.as_str().into()).unwrap();
            prop_assert_eq!(signer.sign(&fields, Empties::Kept), naive(&pairs, &token, true));
            prop_assert_eq!(signer.sign(&fields, Empties::Skipped), naive(&pairs, &token, false));
        }
    }
}
