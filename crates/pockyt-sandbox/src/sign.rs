//! The `verifySign` rule (pockyt-api.md section 3), written from that page alone, so that a mistake in a client is
//! not repeated here.

use std::fmt::Write as _;

use md5::{Digest, Md5};

/// Name of the signature field.
pub const FIELD: &str = "verifySign";

fn hex_md5(text: &str) -> String {
    Md5::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(32), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// `name=value` pairs of all fields but the signature, sorted by name in byte order and joined with `&`.
fn canonical<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<_> = fields.filter(|(name, _)| *name != FIELD).collect();
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// The signature of `fields` under the API token: 32 lower-case hexadecimal digits.
#[must_use]
pub fn signature<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>, api_token: &str) -> String {
    hex_md5(&format!(
        "{}&{}",
        canonical(fields),
        hex_md5(api_token.trim())
    ))
}

/// How a signature fits.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Right,
    /// Right only if empty values are left out (question 8: both readings are accepted).
    RightWithoutEmpty,
    /// Wrong; the text says what to look at and never holds the right one.
    Wrong(&'static str),
}

/// Compares a signature with the fields it came with, and names the mistake where it can be recognised.
#[must_use]
pub fn verify(fields: &[(String, String)], given: &str, api_token: &str) -> Verdict {
    let all = || {
        fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    };
    let right = signature(all(), api_token);
    if given == right {
        return Verdict::Right;
    }
    if signature(all().filter(|(_, value)| !value.is_empty()), api_token) == given {
        return Verdict::RightWithoutEmpty;
    }
    let unsorted: Vec<_> = all()
        .filter(|(name, _)| *name != FIELD)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let token = api_token.trim();
    Verdict::Wrong(
        if given.len() != 32 || !given.bytes().all(|b| b.is_ascii_hexdigit()) {
            "it must be 32 hexadecimal digits"
        } else if given.eq_ignore_ascii_case(&right) {
            "write its digits in lower case"
        } else if given == hex_md5(&format!("{}&{token}", canonical(all()))) {
            "append the MD5 of the API token, not the token itself"
        } else if given == hex_md5(&format!("{}{}", canonical(all()), hex_md5(token))) {
            "put an & before the MD5 of the API token"
        } else if given == hex_md5(&format!("{}&{}", unsorted.join("&"), hex_md5(token))) {
            "sort the parameters by name"
        } else if given == signature(all().filter(|(name, _)| *name != "timestamp"), api_token) {
            "sign the timestamp too"
        } else if given == url_encoded_signature(fields, token) {
            "sign the values as they are, not URL-encoded"
        } else {
            "check the API token, and that exactly the fields sent are signed"
        },
    )
}

fn url_encoded_signature(fields: &[(String, String)], token: &str) -> String {
    let mut pairs: Vec<_> = fields.iter().filter(|(name, _)| name != FIELD).collect();
    pairs.sort_unstable();
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    hex_md5(&format!("{query}&{}", hex_md5(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "5cbfb079f15b150122261c8537086d77a";

    fn sign(query: &str) -> String {
        let pairs: Vec<_> = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .collect();
        signature(pairs.into_iter(), TOKEN)
    }

    #[test]
    fn published_and_regression_vectors() {
        let v1 = r#"storeNo=300014&amount=1.00&callbackUrl=https://wx.yuansfer.yunkeguan.com/wx&currency=USD&goodsInfo=[{"goods_name":"Yuansfer","quantity":"1"}]&ipnUrl=https://wx.yuansfer.yunkeguan.com/wx&merchantNo=200043&reference=seq_1525922323&terminal=ONLINE&timeout=120&vendor=alipay"#;
        assert_eq!(sign(v1), "b6bfd66531ae7c9499115c7480a2c8aa");
        let v2 = "amount=0.01&currency=USD&reference=test1666247277861&settleCurrency=USD&status=success&time=20221020142817&transactionNo=305680500880311923";
        assert_eq!(sign(v2), "435d01c5d5fa88cfe8168fbfbf732519");
        let v3 = "accountToken=2010305228294111721580&amount=60.00&currency=USD&customerNo=2000305228303182610217&invoiceId=9aae4c685d824c5da746f97620c59ec7&ipnUrl=https://example.com/ipn&merchantNo=200043&processingChannel=STANDARD_ACH&storeNo=300014&timestamp=2023-02-15T22:50:00Z";
        assert_eq!(sign(v3), "a1f95d6b8c69f10ba71ff681a97675ac");
        let v4 = "customerNo=2000305228303182610217&merchantNo=200043&storeNo=300014&timestamp=2023-02-13T12:35:14Z";
        assert_eq!(sign(v4), "73f693e3df8f8a61a5918e0819b2cc71");
        let v5 = "accountToken=2010300192540133960288&amount=60.00&currency=USD&invoiceId=9aae4c685d824c5da746f97620c59ec7&paymentTime=2023-02-15T22:59:11Z&status=success&transactionNo=318453016214317262&vendor=BANK_ACCOUNT";
        assert_eq!(sign(v5), "4bdda832b839f1d0158719875cdfd50e");
    }

    fn v6() -> Vec<(String, String)> {
        [
            ("city", "New York"),
            ("countryCode", "US"),
            ("email", "jose+1@example.com"),
            ("firstName", "José"),
            ("lastName", "Núñez"),
            ("merchantNo", "200043"),
            ("profileType", "INDIVIDUAL"),
            ("state", "NY"),
            ("storeNo", "300014"),
            ("street", "123 Main St & Co"),
            ("street2", ""),
            ("timestamp", "2023-02-13T10:50:58Z"),
            ("zip", "10005"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    #[test]
    fn both_readings_of_an_empty_value_are_right() {
        let kept = verify(&v6(), "796ab8b731e18e7d700cd32d69cf1ebd", TOKEN);
        assert_eq!(kept, Verdict::Right);
        let skipped = verify(&v6(), "7970527757d8f999288b24e703d54e0a", TOKEN);
        assert_eq!(skipped, Verdict::RightWithoutEmpty);
    }

    #[test]
    fn a_wrong_signature_is_explained_and_the_right_one_kept() {
        let wrong = |given: &str| match verify(&v6(), given, TOKEN) {
            Verdict::Wrong(why) => why,
            right => panic!("{given} taken as {right:?}"),
        };
        assert!(wrong("short").contains("32 hexadecimal"));
        assert!(wrong("796AB8B731E18E7D700CD32D69CF1EBD").contains("lower case"));
        let bare = hex_md5(&format!(
            "{}&{TOKEN}",
            canonical(v6().iter().map(|(n, v)| (n.as_str(), v.as_str())))
        ));
        assert!(wrong(&bare).contains("MD5 of the API token"));
        assert!(wrong(&url_encoded_signature(&v6(), TOKEN)).contains("URL-encoded"));
        assert!(wrong("00000000000000000000000000000000").contains("check the API token"));
    }
}
