//! Notifications as somebody might send them who is broken, or wishes the owner ill.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use pockyt::sign::{Empties, SIGNATURE_FIELD, Signer};
use pockyt::{NOTIFICATION_LIMIT, ParseError, Received, Rejected};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const TOKEN: &str = "5cbfb079f15b150122261c8537086d77a";

/// What one would be told with: form, JSON, nothing, nonsense.
const CONTENT_TYPES: [Option<&str>; 8] = [
    None,
    Some("application/x-www-form-urlencoded"),
    Some("application/x-www-form-urlencoded; charset=GBK"),
    Some("application/json"),
    Some("Application/JSON ; charset=utf-16"),
    Some("application/problem+json"),
    Some("text/plain"),
    Some(";;=\u{0}"),
];

type Fields = BTreeMap<String, String>;

/// The fields that have a value: an empty one means nothing, and Pockyt's own programs do not agree whether it is signed.
fn meant(fields: &Fields) -> Fields {
    let mut fields = fields.clone();
    fields.retain(|_, value| !value.is_empty());
    fields
}

/// What is believed of a body, if anything is.
fn believed(content_type: Option<&str>, body: &[u8]) -> Option<Fields> {
    let received = Received::parse(content_type, body).ok()?;
    let verified = received.verify(&TOKEN.into()).ok()?;
    Some(meant(verified.fields()))
}

#[derive(Clone, Copy, Debug)]
enum Encoding {
    Form,
    Json,
}

fn signed(fields: &Fields, empties: Empties, encoding: Encoding) -> Vec<u8> {
    let mut all = fields.clone();
    let signature = Signer::new(&TOKEN.into()).unwrap().sign(fields, empties);
    all.insert(SIGNATURE_FIELD.to_owned(), signature);
    match encoding {
        Encoding::Form => serde_urlencoded::to_string(&all).unwrap(),
        Encoding::Json => serde_json::to_string(&all).unwrap(),
    }
    .into_bytes()
}

fn payout() -> Fields {
    [
        ("accountToken", "2010300192540133960288"),
        ("amount", "60.00"),
        ("completedAt", ""),
        ("currency", "USD"),
        ("invoiceId", "INV 7/é&note=success+1%"),
        ("paymentTime", "2023-02-15T22:59:11Z"),
        ("status", "FAILED"),
        ("transactionNo", "318453016214317262"),
        ("vendor", "BANK_ACCOUNT"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// Every way to replace or leave out one byte, to insert one of ASCII, to swap two neighbours, and to cut the end off.
fn mutations(body: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = body.to_vec();
        change(&mut body);
        body
    };
    (0..=body.len()).flat_map(move |at| {
        let mut all: Vec<_> = (0..128)
            .map(|byte| changed(&|body| body.insert(at, byte)))
            .collect();
        if at < body.len() {
            all.extend((0..=u8::MAX).map(|byte| changed(&|body| body[at] = byte)));
            all.push(changed(&|body| _ = body.remove(at)));
            all.push(changed(&|body| body.truncate(at)));
        }
        if at + 1 < body.len() {
            all.push(changed(&|body| body.swap(at, at + 1)));
        }
        all
    })
}

#[test]
fn no_single_byte_makes_a_signed_body_mean_something_else() {
    let fields = payout();
    for (encoding, empties) in [
        (Encoding::Form, Empties::Kept),
        (Encoding::Form, Empties::Skipped),
        (Encoding::Json, Empties::Kept),
    ] {
        let body = signed(&fields, empties, encoding);
        assert_eq!(believed(None, &body), Some(meant(&fields)));
        let (mut refused, mut same) = (0_u32, 0_u32);
        for mutated in mutations(&body) {
            match believed(None, &mutated) {
                None => refused += 1,
                Some(read) => {
                    same += 1;
                    let mutated = String::from_utf8_lossy(&mutated);
                    assert_eq!(read, meant(&fields), "{mutated}");
                }
            }
        }
        // White space between members, escapes, capital letters in the signature, names of fields without a value.
        assert!(same > 0 && refused > 20 * same, "{same} and {refused}");
    }
}

#[test]
fn fields_are_the_same_however_they_are_escaped() {
    let field = |body: &[u8]| Received::parse(None, body).map(|read| read.fields()["a"].clone());
    for (body, value) in [
        ("a=1+2%2B%2b", "1 2++"),
        ("a=100%", "100%"),
        ("a=%4", "%4"),
        ("a=%zz%%41", "%zz%A"),
        ("a=%C3%A9é", "éé"),
        ("a=b=c%3D", "b=c="),
        ("a", ""),
        ("&&a=1&", "1"),
        ("%61=%00", "\u{0}"),
        ("\u{feff}a=1", "1"),
        ("\r\n a=1\r\n", "1"),
        ("\u{feff}{\"a\":\"1\"}", "1"),
        (r#"{"\u0061":"\ud83d\ude00"}"#, "😀"),
        (r#"{"a":-0.10e+2}"#, "-0.10e+2"),
    ] {
        assert_eq!(field(body.as_bytes()).as_deref(), Ok(value), "{body}");
    }
}

#[test]
fn what_is_no_utf8_or_says_a_thing_twice_is_refused() {
    let utf16: Vec<u8> = "{\"a\":1}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = [b"\xff\xfe", utf16.as_slice()].concat();
    for content_type in CONTENT_TYPES {
        for body in [
            b"a=\xe9".as_slice(),
            b"a=%E9",
            b"a=%C3",
            b"a=%ED%A0%80",
            b"%FF=1",
            b"{\"a\":\"\xe9\"}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":1,}",
            b"{\"a\":1}{\"a\":1}",
            b"{\"a\":NaN}",
            &utf16,
            &marked,
        ] {
            let read = Received::parse(content_type, body);
            assert_eq!(read, Err(ParseError::Malformed), "{body:?}");
        }
    }
    for twice in [
        "a=1&a=1",
        "a=1&%61=2",
        "a&b&a=",
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"verifySign":"","verifySign":""}"#,
    ] {
        let read = Received::parse(None, twice.as_bytes());
        assert_eq!(read, Err(ParseError::Repeated), "{twice}");
    }
    let many: Vec<_> = (0..101).map(|n| format!("\"f{n}\":1")).collect();
    let most = format!("{{{}}}", many[1..].join(","));
    assert_eq!(
        Received::parse(None, most.as_bytes())
            .unwrap()
            .fields()
            .len(),
        100
    );
    let above = format!("{{{}}}", many.join(","));
    let read = Received::parse(None, above.as_bytes());
    assert_eq!(read, Err(ParseError::TooManyFields));
    let broken = Received::parse(None, &above.as_bytes()[..above.len() - 1]);
    assert_eq!(broken, Err(ParseError::Malformed));
}

/// Deep enough to end a reader that calls itself for every level.
#[test]
fn depth_is_text_and_no_recursion() {
    let depth = NOTIFICATION_LIMIT / 2 - 10;
    for (open, close) in [("[", "]"), ("{\"\":", "}")] {
        let levels = depth * 2 / (open.len() + close.len());
        let value = format!("{}1{}", open.repeat(levels), close.repeat(levels));
        let value = value.replace(":1}", ":{}}");
        let read = Received::parse(None, format!("{{\"a\":{value}}}").as_bytes()).unwrap();
        assert_eq!(read.fields()["a"], value);
        assert_eq!(read.verify(&TOKEN.into()), Err(Rejected::NotSigned));
        let open = open.repeat(depth / open.len());
        for body in [format!("{{\"a\":{open}"), open] {
            let read = Received::parse(Some("application/json"), body.as_bytes());
            assert_eq!(read, Err(ParseError::Malformed));
        }
    }
}

/// Pieces that mean something to one reader or another.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b":",
        b",",
        b"\\",
        b"\\u00",
        b"\\ud83d",
        b"null",
        b"true",
        b"-1e9",
        b"&",
        b"=",
        b"%",
        b"%4",
        b"%41",
        b"%FF",
        b"%00",
        b"+",
        b" ",
        b"\r\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"verifySign",
        b"status",
        b"amount",
        b"4bdda832b839f1d0158719875cdfd50e",
    ];
    prop_oneof![
        4 => select(known).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 1..4),
    ]
}

/// A value with what forms and JSON escape, or nothing.
const VALUE: &str = "([a-z0-9&=+%{}\"\\\\ \u{e9}\u{6210}\u{0}]|\\PC){0,8}";

proptest! {
    #[test]
    fn noise_is_read_without_panic_and_never_believed(
        pieces in proptest::collection::vec(piece(), 0..60),
        content_type in select(&CONTENT_TYPES[..]),
    ) {
        prop_assert_eq!(believed(content_type, &pieces.concat()), None);
    }

    #[test]
    fn a_change_of_one_byte_is_refused_or_means_the_same(
        fields in proptest::collection::btree_map("[a-z%]{0,4}", VALUE, 1..6),
        (skip, json) in any::<(bool, bool)>(),
        (at, byte, kind) in any::<(Index, u8, u8)>(),
        content_type in select(&CONTENT_TYPES[..]),
    ) {
        let empties = if skip { Empties::Skipped } else { Empties::Kept };
        let encoding = if json { Encoding::Json } else { Encoding::Form };
        let mut body = signed(&fields, empties, encoding);
        prop_assert_eq!(believed(None, &body), Some(meant(&fields)));
        let at = at.index(body.len());
        match kind % 3 {
            0 => body[at] = byte,
            1 => body.insert(at, byte),
            _ => _ = body.remove(at),
        }
        if let Some(read) = believed(content_type, &body) {
            prop_assert_eq!(read, meant(&fields), "{}", String::from_utf8_lossy(&body));
        }
    }

    #[test]
    fn what_two_bodies_are_cut_and_joined_from_is_refused_or_means_one_of_them(
        (first, second) in any::<(Index, Index)>(),
        json in any::<bool>(),
    ) {
        let encoding = if json { Encoding::Json } else { Encoding::Form };
        let failed = payout();
        let mut paid = payout();
        paid.extend([("amount", "61.00"), ("status", "success")].map(|(name, value)| (name.to_owned(), value.to_owned())));
        let (one, other) = (signed(&failed, Empties::Kept, encoding), signed(&paid, Empties::Kept, encoding));
        let mut body = one[..first.index(one.len())].to_vec();
        body.extend_from_slice(&other[second.index(other.len())..]);
        if let Some(read) = believed(None, &body) {
            prop_assert!([meant(&failed), meant(&paid)].contains(&read));
        }
    }
}
