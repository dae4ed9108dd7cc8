//! The relay link, keys and sealed notifications: what was written is read, and nothing else is, without a panic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use proptest::prelude::*;
use remit_relay::link::{Link, LinkError, address};
use remit_relay::sealed::{Notification, OpenError, PrivateKey, PublicKey};
use remit_relay::{Inbound, MailboxId, Token};

fn link(relay: &str, key: &PrivateKey) -> Link {
    Link::new(
        relay,
        MailboxId::generate().unwrap(),
        Token::generate().unwrap(),
        Inbound::generate().unwrap(),
        &key.public(),
    )
    .unwrap()
}

fn notification(kind: Option<&str>, body: &[u8]) -> Notification {
    Notification {
        received_at: Timestamp::from_millisecond(1_780_000_000_123).unwrap(),
        content_type: kind.map(str::to_owned),
        body: body.to_owned(),
    }
}

#[test]
fn a_link_comes_back_with_all_it_carries() {
    let key = PrivateKey::generate().unwrap();
    let first = link("https://relay.example.org/remit", &key);
    let text = first.reveal();
    assert!(text.starts_with("remit-relay:https://relay.example.org/remit/#"));
    let again = Link::parse(&text).unwrap();
    assert_eq!(again.mailbox(), first.mailbox());
    assert_eq!(*again.token().reveal(), *first.token().reveal());
    assert_eq!(*again.ipn_url(), *first.ipn_url());
    assert!(
        again
            .ipn_url()
            .starts_with("https://relay.example.org/remit/in/")
    );
    assert!(again.is_for(&key.public()));
    assert!(!again.is_for(&PrivateKey::generate().unwrap().public()));
    let shown = format!("{again:?}");
    assert!(!shown.contains(again.token().reveal().as_str()), "{shown}");
}

#[test]
fn a_link_survives_white_space_and_no_other_change() {
    let key = PrivateKey::generate().unwrap();
    let text = link("https://relay.example.org", &key).reveal().to_string();
    let broken = format!(" {}\r\n  {}\n", &text[..60], &text[60..]);
    assert!(Link::parse(&broken).is_ok());
    for length in 0..text.len() {
        assert!(Link::parse(&text[..length]).is_err(), "cut at {length}");
    }
    let elsewhere = text.replace("example.org", "example.com");
    assert_eq!(Link::parse(&elsewhere).unwrap_err(), LinkError::Damaged);
    let newer = text.replace("#A", "#B");
    assert_eq!(Link::parse(&newer).unwrap_err(), LinkError::Version);
}

#[test]
fn a_relay_has_an_address_that_keeps_the_token_secret() {
    for good in [
        "https://relay.example.org",
        "https://relay.example.org:8443/a/b",
        "http://localhost:1",
        "http://127.0.0.1:8787/",
        "http://[::1]:8787",
    ] {
        assert!(address(good).is_ok(), "{good}");
    }
    for (bad, why) in [
        ("http://relay.example.org", LinkError::Insecure),
        ("http://localhost.example.org", LinkError::Insecure),
        ("ftp://relay.example.org", LinkError::Address),
        ("https://user@relay.example.org", LinkError::Address),
        ("https://relay.example.org?a", LinkError::Address),
        ("https://relay.example.org#a", LinkError::Address),
        ("relay.example.org", LinkError::Address),
        ("", LinkError::Address),
    ] {
        assert_eq!(address(bad).unwrap_err(), why, "{bad}");
    }
}

#[test]
fn a_key_survives_its_text_and_no_change() {
    let key = PrivateKey::generate().unwrap();
    let text = key.public().to_string();
    assert_eq!(text.parse(), Ok(key.public()));
    let again = PrivateKey::parse(&key.reveal()).unwrap();
    assert_eq!(again.public(), key.public());
    for length in 0..text.len() {
        assert!(text[..length].parse::<PublicKey>().is_err());
    }
    let (at, letter) = text.char_indices().nth(30).unwrap();
    let other = if letter == 'A' { "B" } else { "A" };
    let mut changed = text;
    changed.replace_range(at..=at, other);
    assert!(changed.parse::<PublicKey>().is_err());
}

#[test]
fn only_the_owner_opens_and_only_in_the_right_mailbox() {
    let key = PrivateKey::generate().unwrap();
    let mailbox = MailboxId::generate().unwrap();
    let sent = notification(Some("application/json"), b"{}");
    let sealed = key.public().seal(mailbox, &sent).unwrap();
    assert_eq!(key.open(mailbox, &sealed), Ok(sent));
    let stranger = PrivateKey::generate().unwrap();
    assert_eq!(stranger.open(mailbox, &sealed), Err(OpenError::Damaged));
    let elsewhere = MailboxId::generate().unwrap();
    assert_eq!(key.open(elsewhere, &sealed), Err(OpenError::Damaged));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(key.open(mailbox, &changed).is_err(), "byte {at}");
        assert!(key.open(mailbox, &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn lengths_tell_little() {
    let key = PrivateKey::generate().unwrap();
    let mailbox = MailboxId::generate().unwrap();
    let length = |amount: &[u8]| {
        let sealed = key.public().seal(mailbox, &notification(None, amount));
        sealed.unwrap().len()
    };
    assert_eq!(length(b"amount=1.00"), length(b"amount=1000000.00"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_sealed_opens_as_it_was(
        kind in proptest::option::of("[ -~]{1,80}"),
        body in proptest::collection::vec(any::<u8>(), 0..2000),
        at in 0_i64..4_000_000_000_000,
    ) {
        let key = PrivateKey::generate().unwrap();
        let mailbox = MailboxId::generate().unwrap();
        let sent = Notification {
            received_at: Timestamp::from_millisecond(at).unwrap(),
            content_type: kind,
            body,
        };
        let sealed = key.public().seal(mailbox, &sent).unwrap();
        prop_assert_eq!(key.open(mailbox, &sealed), Ok(sent));
    }

    #[test]
    fn no_bytes_make_the_opener_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), versioned: bool) {
        let mut bytes = bytes;
        if versioned {
            bytes.insert(0, 1);
        }
        let key = PrivateKey::generate().unwrap();
        prop_assert!(key.open(MailboxId::generate().unwrap(), &bytes).is_err());
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in "\\PC{0,300}", start in 0_usize..4) {
        let text = ["", "remit-relay:", "remit-relay:https://a.example/#", "remit-relay-key:"][start].to_owned() + &text;
        prop_assert!(Link::parse(&text).is_err());
        prop_assert!(text.parse::<PublicKey>().is_err());
        let _ = (address(&text), PrivateKey::parse(&text), Token::parse(&text));
        let _ = text.parse::<MailboxId>();
    }

    #[test]
    fn a_changed_letter_is_noticed(at in 0_usize..200, letter in "[A-Za-z0-9_-]") {
        let key = PrivateKey::generate().unwrap();
        let text = link("https://relay.example.org", &key).reveal().to_string();
        let start = text.find('#').unwrap() + 1;
        let at = start + at % (text.len() - start);
        prop_assume!(text[at..=at] != letter);
        let mut changed = text;
        changed.replace_range(at..=at, &letter);
        prop_assert!(Link::parse(&changed).is_err());
    }
}
