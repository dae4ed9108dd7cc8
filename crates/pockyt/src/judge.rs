//! From an HTTP status and a body to a verdict (pockyt-api.md section 6).

use serde::Deserialize;

use crate::error::{Error, Evidence, RefusalKind, Refused, Unknown, UnknownCause};
use crate::fields::KNOWN_NAMES;
use crate::redact::{Redactor, excerpt};

const EVIDENCE_BYTES: usize = 2 * 1024;
const MESSAGE_BYTES: usize = 512;

#[derive(Deserialize)]
struct Envelope {
    ret_code: String,
    #[serde(default)]
    ret_msg: Option<String>,
}

/// Whether the answer is a success. `ret_code` counts whatever the HTTP status says (question 20), save that a refusal
/// inside a server error proves nothing: something may have gone wrong after the payout was taken.
pub(crate) fn judge(status: u16, body: &[u8], redactor: &Redactor) -> Result<(), Error> {
    let unknown = |cause, message| {
        Err(Error::Unknown(Box::new(Unknown {
            cause,
            message,
            evidence: evidence(Some(status), body, redactor),
        })))
    };
    // Without the brace, an array would do as well.
    let envelope = serde_json::from_slice::<Envelope>(body)
        .ok()
        .filter(|_| body.trim_ascii_start().starts_with(b"{"));
    let Some(envelope) = envelope else {
        return match status {
            500..=599 => unknown(UnknownCause::ServerError(status), None),
            200..=299 => unknown(UnknownCause::Garbled, None),
            429 => unknown(UnknownCause::TooMany, None),
            _ => unknown(UnknownCause::UnexpectedStatus(status), None),
        };
    };
    let message = redactor.clean(&envelope.ret_msg.unwrap_or_default());
    let message = excerpt(&message, MESSAGE_BYTES);
    let code = redactor.clean(&excerpt(&envelope.ret_code, 32));
    match kind(&code, &message) {
        Verdict::Success => Ok(()),
        Verdict::TooMany => unknown(UnknownCause::TooMany, Some(message)),
        _ if status == 429 => unknown(UnknownCause::TooMany, Some(message)),
        Verdict::SystemError => unknown(UnknownCause::SystemError(code), Some(message)),
        Verdict::Refused(_) if (500..=599).contains(&status) => {
            unknown(UnknownCause::ServerError(status), Some(message))
        }
        Verdict::Refused(kind) => Err(Error::Refused(Box::new(Refused {
            code,
            message,
            kind,
            evidence: evidence(Some(status), body, redactor),
        }))),
    }
}

/// What arrived, without secrets and bounded.
pub(crate) fn evidence(http_status: Option<u16>, body: &[u8], redactor: &Redactor) -> Evidence {
    Evidence {
        http_status,
        body_excerpt: excerpt(
            &redactor.clean(&String::from_utf8_lossy(body)),
            EVIDENCE_BYTES,
        ),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Success,
    SystemError,
    TooMany,
    Refused(RefusalKind),
}

fn kind(code: &str, message: &str) -> Verdict {
    if code == "000100" {
        return Verdict::Success;
    }
    let words = message.to_ascii_lowercase();
    if speaks_of_duplicate(&words) || (says_what_is_wrong(code) && hints_at_duplicate(&words)) {
        return Verdict::Refused(RefusalKind::Duplicate);
    }
    if speaks_of_too_many(&words) {
        return Verdict::TooMany;
    }
    Verdict::Refused(match code {
        "000000" | "000080" => return Verdict::SystemError,
        "000020" => RefusalKind::MissingParameter {
            name: missing_name(message),
        },
        "000010" | "000021" | "000022" | "000023" | "000030" | "000040"
            if speaks_of_signature(&words, &["sign", "signature", "verifysign"]) =>
        {
            RefusalKind::BadSignature
        }
        "000010" => RefusalKind::ApiVersion,
        "000021" => RefusalKind::NoSuchRecord,
        "000022" => RefusalKind::Mismatch,
        "000023" => RefusalKind::BadValue,
        "000030" => RefusalKind::AccessDenied,
        "000040" => RefusalKind::BalanceOrState,
        // Nobody knows what such a code means, so its words must be beyond doubt: "please sign the agreement" is not.
        _ if speaks_of_signature(&words, &["signature", "verifysign"]) => RefusalKind::BadSignature,
        _ => RefusalKind::Other,
    })
}

/// "Duplicate request error" is documented; the rest is caution: a duplicate taken for a plain refusal would let a paid
/// payout look failed, while a refusal taken for a duplicate only costs an inquiry.
fn speaks_of_duplicate(words: &str) -> bool {
    [
        "duplicate",
        "already exist",
        "already registered",
        "already used",
        "already been used",
    ]
    .iter()
    .any(|phrase| words.contains(phrase))
}

/// Codes under which a duplicate may come (question 12), and under which an inquiry is not told that there is no such payout.
fn says_what_is_wrong(code: &str) -> bool {
    matches!(code, "000022" | "000023" | "000030")
}

/// As [`speaks_of_duplicate`], in words that may mean something else too. Remit has seen to the form of an invoice ID: one that is
/// found fault with may be in use. The Chinese words are "again" and "already".
fn hints_at_duplicate(words: &str) -> bool {
    [
        "already", "exists", "repeat", "unique", "in use", "invoice", "重复", "重複", "已",
    ]
    .iter()
    .any(|hint| words.contains(hint))
}

/// No limit is documented (question 19). A refusal taken for a request to slow down costs an inquiry; the other way round, a
/// payout would fail that only came too soon.
fn speaks_of_too_many(words: &str) -> bool {
    ["too many", "too frequent", "rate limit", "too often"]
        .iter()
        .any(|phrase| words.contains(phrase))
}

fn speaks_of_signature(words: &str, telling: &[&str]) -> bool {
    words
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| telling.contains(&word))
}

/// The parameter that a 000020 is about: "parameter null: email", "bankCode is missing".
fn missing_name(message: &str) -> Option<String> {
    let words = || {
        message
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .filter(|word| !word.is_empty())
    };
    let known = |word: &str| {
        KNOWN_NAMES
            .iter()
            .find(|name| name.eq_ignore_ascii_case(word))
            .map(|name| (*name).to_owned())
    };
    let after_colon = message.rsplit_once([':', '：']).and_then(|(_, after)| {
        let name = after.split([',', ';']).next()?.trim();
        let one_word = !name.is_empty()
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        one_word.then(|| known(name).unwrap_or_else(|| name.to_owned()))
    });
    let camel_case = |word: &&str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.contains(|letter: char| letter.is_ascii_uppercase())
    };
    after_colon
        .or_else(|| words().find_map(known))
        .or_else(|| words().find(camel_case).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, body: &str) -> Result<(), Error> {
        judge(status, body.as_bytes(), &Redactor::default())
    }

    fn refused(code: &str, message: &str) -> (RefusalKind, bool) {
        let body = serde_json::json!({"ret_code": code, "ret_msg": message}).to_string();
        match verdict(200, &body).unwrap_err() {
            Error::Refused(refused) => {
                let kind = refused.kind.clone();
                (kind, Error::Refused(refused).pay_outcome_is_definite())
            }
            other => panic!("{other:?}"),
        }
    }

    fn unknown(status: u16, body: &str) -> UnknownCause {
        match verdict(status, body).unwrap_err() {
            Error::Unknown(unknown) => {
                let cause = unknown.cause.clone();
                assert!(!Error::Unknown(unknown).pay_outcome_is_definite());
                cause
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn documented_refusals_are_definite() {
        for (code, kind) in [
            ("000010", RefusalKind::ApiVersion),
            ("000020", RefusalKind::MissingParameter { name: None }),
            ("000021", RefusalKind::NoSuchRecord),
            ("000022", RefusalKind::Mismatch),
            ("000023", RefusalKind::BadValue),
            ("000030", RefusalKind::AccessDenied),
            ("000040", RefusalKind::BalanceOrState),
        ] {
            assert_eq!(refused(code, "some words"), (kind, true), "{code}");
        }
        assert_eq!(
            refused("000030", "verifySign does not match"),
            (RefusalKind::BadSignature, true)
        );
        assert_eq!(
            refused("000030", "sign error"),
            (RefusalKind::BadSignature, true)
        );
        assert_eq!(
            refused("000099", "Signature error"),
            (RefusalKind::BadSignature, true)
        );
    }

    #[test]
    fn duplicates_and_unseen_codes_are_not_definite() {
        assert_eq!(
            refused("000023", "Duplicate request error"),
            (RefusalKind::Duplicate, false)
        );
        assert_eq!(
            refused("000000", "DUPLICATE"),
            (RefusalKind::Duplicate, false)
        );
        assert_eq!(
            refused("000023", "invoiceId already exists"),
            (RefusalKind::Duplicate, false)
        );
        assert_eq!(
            refused("000077", "no signer assigned"),
            (RefusalKind::Other, false)
        );
        assert_eq!(
            refused("000077", "Please sign the agreement"),
            (RefusalKind::Other, false)
        );
        assert_eq!(refused("100", ""), (RefusalKind::Other, false));
    }

    #[test]
    fn a_used_invoice_id_is_told_in_many_words() {
        for words in [
            "invoiceId exists",
            "parameter value error: invoiceId",
            "Repeat request",
            "the order was already paid",
            "reference must be unique",
            "请勿重复提交",
            "订单号重複",
            "商户订单号已存在",
            "交易已完成",
        ] {
            for code in ["000022", "000023", "000030"] {
                let (kind, definite) = refused(code, words);
                assert_eq!((kind, definite), (RefusalKind::Duplicate, false), "{words}");
            }
        }
        for words in ["no such payout exists", "invoiceId", "记录不存在"] {
            let (kind, definite) = refused("000021", words);
            assert_eq!(
                (kind, definite),
                (RefusalKind::NoSuchRecord, true),
                "an inquiry's answer stays what it is: {words}"
            );
        }
        for words in [
            "parameter value error: amount",
            "description has forbidden words",
            "参数值错误",
        ] {
            assert_eq!(refused("000023", words), (RefusalKind::BadValue, true));
        }
    }

    #[test]
    fn what_proves_nothing_is_unknown() {
        assert_eq!(
            unknown(200, r#"{"ret_code":"000000","ret_msg":"system error"}"#),
            UnknownCause::SystemError("000000".to_owned())
        );
        assert_eq!(
            unknown(200, r#"{"ret_code":"000080"}"#),
            UnknownCause::SystemError("000080".to_owned())
        );
        assert_eq!(unknown(503, "<html>"), UnknownCause::ServerError(503));
        assert_eq!(
            unknown(500, r#"{"error":1}"#),
            UnknownCause::ServerError(500)
        );
        for (status, body) in [
            (429, "<html>"),
            (429, r#"{"ret_code":"000023","ret_msg":"slow down"}"#),
            (
                200,
                r#"{"ret_code":"000030","ret_msg":"Too many requests"}"#,
            ),
        ] {
            assert_eq!(unknown(status, body), UnknownCause::TooMany, "{body}");
        }
        assert_eq!(unknown(302, ""), UnknownCause::UnexpectedStatus(302));
        assert_eq!(unknown(404, "<html>"), UnknownCause::UnexpectedStatus(404));
        for garbage in [
            "",
            "<html>",
            "{",
            "[]",
            "{}",
            r#"{"ret_code":100}"#,
            r#"["000100"]"#,
            "\u{0}",
        ] {
            assert_eq!(unknown(200, garbage), UnknownCause::Garbled, "{garbage}");
        }
    }

    #[test]
    fn a_refusal_inside_a_server_error_proves_nothing() {
        for message in ["x", "Duplicate request error"] {
            for code in ["000021", "000023", "000077"] {
                let body = serde_json::json!({"ret_code": code, "ret_msg": message}).to_string();
                assert_eq!(
                    unknown(500, &body),
                    UnknownCause::ServerError(500),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn the_code_counts_whatever_the_http_status() {
        assert!(verdict(500, r#"{"ret_code":"000100","ret_msg":"pending"}"#).is_ok());
        assert!(matches!(
            verdict(400, r#"{"ret_code":"000021","ret_msg":"x"}"#),
            Err(error) if error.is_no_such_record()
        ));
    }

    #[test]
    fn the_missing_parameter_is_named() {
        for (message, name) in [
            ("parameter null: email", Some("email")),
            ("parameter null：PHONE", Some("phone")),
            ("parameter null(governmentId)", Some("governmentId")),
            ("bankCode is missing", Some("bankCode")),
            ("newThing is missing", Some("newThing")),
            ("parameter null: company_name, phone", Some("company_name")),
            ("parameter null", None),
            ("error: something is missing", None),
        ] {
            assert_eq!(missing_name(message).as_deref(), name, "{message}");
        }
    }

    #[test]
    fn secrets_stay_out_of_messages_and_evidence() {
        let mut redactor = Redactor::default();
        redactor.add(&"123-45-6789".into());
        let body = r#"{"ret_code":"000023","ret_msg":"parameter value error: 123-45-6789"}"#;
        let error = judge(200, body.as_bytes(), &redactor).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("6789"));
        assert_eq!(error.ret_msg(), Some("parameter value error: [redacted]"));

        let mut redactor = Redactor::default();
        redactor.add(&"1990-04-30".into());
        let body = r#"{"ret_code":"000023","ret_msg":"too young: 1990-04-30, 19900430"}"#;
        let error = judge(200, body.as_bytes(), &redactor).unwrap_err();
        assert_eq!(error.ret_msg(), Some("too young: [redacted], [redacted]"));
    }

    #[test]
    fn evidence_is_bounded() {
        let error = verdict(502, &"x".repeat(100_000)).unwrap_err();
        assert_eq!(error.evidence().unwrap().body_excerpt.len(), 2048);
    }
}
