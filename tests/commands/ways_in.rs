//! How the end of a payout reaches this computer: a public address, a relay, and a test of either.

use crate::desk::{Desk, wait, wait_for};
use crate::doubles::Keychain;
use crate::notifications::{heard, listed, local_url, patient, post, signed, way_in};
use crate::relay::Relay;
use crate::shop::{Shop, again, connection};
use remit_core::{Secret, Vault};
use remit_relay::link::Link;
use remit_relay::sealed::PrivateKey;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use tempfile::TempDir;

fn public(desk: &Desk, url: &str) -> Value {
    desk.ok("set_public_url", json!({ "url": url }))
}

pub fn connect(desk: &Desk, relay: &Relay) -> String {
    let key = way_in(desk)["relay"]["publicKey"].clone();
    let link = relay.link(key.as_str().unwrap());
    let told = desk.ok("connect_relay", json!({ "link": link }));
    assert_eq!(told["inUse"], "relay", "{told}");
    stands(desk, "connected");
    link
}

/// Waits until the way to the relay is so.
#[track_caller]
fn stands(desk: &Desk, state: &str) -> Value {
    wait_for(&format!("the relay to be {state}"), || {
        let relay = way_in(desk)["relay"].clone();
        (relay["state"] == state).then_some(relay)
    })
}

#[test]
fn a_public_address_is_used_from_then_on_and_remembered() {
    let shop = Shop::at(patient());
    for (url, code) in [
        ("http://pay.example.org/ipn", "address_not_https"),
        ("pay.example.org", "field_invalid"),
        ("https://a:b@pay.example.org/ipn", "field_invalid"),
    ] {
        let url = json!({ "url": url });
        shop.desk.refused("set_public_url", url, code, Some("url"));
    }
    let draft = shop.draft("ana@example.com");
    let before = shop.pay(&draft);
    let local = local_url(&shop.desk);
    // What a tunnel is from outside: another name that leads here.
    let tunnel = local.replace("127.0.0.1", "localhost");
    let told = public(&shop.desk, &tunnel);
    assert_eq!(
        (&told["inUse"], &told["address"]["publicUrl"]),
        (&json!("address"), &json!(tunnel))
    );
    let after = shop.pay(&again(&draft, json!({})));
    let sent_to = |payout: &Value| {
        let invoice = payout["invoiceId"].as_str().unwrap();
        wait_for("the payout to be at Pockyt", || {
            let mut payouts = shop.pockyt.payouts().into_iter();
            payouts.find(|payout| payout.invoice_id == invoice)
        })
        .ipn_url
    };
    assert_eq!(sent_to(&before), Some(local.clone()));
    assert_eq!(sent_to(&after), Some(tunnel.clone()));
    let shop = shop.crash();
    assert_eq!(way_in(&shop.desk)["address"]["publicUrl"], tunnel);
    let outcome = shop.desk.ok("send_test_notification", json!({}));
    assert_eq!(
        (&outcome["result"], &outcome["sentTo"]),
        (&json!("arrived"), &json!("address")),
        "{outcome}"
    );
    assert_eq!(way_in(&shop.desk)["lastTest"], outcome);
    assert!(
        listed(&shop.desk, json!({})).is_empty(),
        "a test is no part of the history"
    );
    let told = shop.desk.ok("set_public_url", json!({ "url": null }));
    assert_eq!(told["inUse"], "local", "{told}");
}

/// Something that is no Remit: it answers the same to everybody.
fn stranger(status: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all((head + body).as_bytes());
        }
    });
    format!("http://127.0.0.1:{port}/ipn")
}

#[test]
fn a_test_says_which_step_failed() {
    let shop = Shop::new();
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/ipn", listener.local_addr().unwrap())
    };
    let local = local_url(&shop.desk);
    for (url, result, code) in [
        (nobody, "unreachable", "test_unreachable"),
        (format!("{local}x"), "wrong_answer", "test_wrong_answer"),
        (
            stranger("200 OK", "<html>sign in</html>"),
            "wrong_answer",
            "test_wrong_answer",
        ),
        (
            stranger("302 Found", "success"),
            "wrong_answer",
            "test_wrong_answer",
        ),
        (
            stranger("200 OK", "success"),
            "not_arrived",
            "test_not_arrived",
        ),
    ] {
        public(&shop.desk, &url);
        let outcome = shop.desk.ok("send_test_notification", json!({}));
        assert_eq!(
            (&outcome["result"], &outcome["error"]["code"]),
            (&json!(result), &json!(code)),
            "{url}: {outcome}"
        );
        assert_eq!(outcome["tookMs"], Value::Null);
    }
}

#[test]
fn a_relay_is_one_link_and_survives_a_crash() {
    let shop = Shop::new();
    let relay = Relay::start();
    let link = connect(&shop.desk, &relay);
    let outcome = shop.desk.ok("send_test_notification", json!({}));
    assert_eq!(
        (&outcome["result"], &outcome["sentTo"]),
        (&json!("arrived"), &json!("relay")),
        "{outcome}"
    );
    let draft = shop.draft("ana@example.com");
    let released = shop.pay(&draft);
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    heard(&shop.desk, &released["invoiceId"], "relay");
    assert!(listed(&shop.desk, json!({ "sources": ["listener"] })).is_empty());
    let told = way_in(&shop.desk)["relay"].clone();
    assert_eq!(told["host"], "127.0.0.1");
    assert!(told["lastArrivedAt"].is_string(), "{told}");

    let shop = shop.crash();
    stands(&shop.desk, "connected");
    let next = shop.pay(&again(&draft, json!({})));
    shop.desk.until(next["id"].as_str().unwrap(), "paid");
    heard(&shop.desk, &next["invoiceId"], "relay");

    let told = shop.desk.ok("disconnect_relay", json!({}));
    assert_eq!(
        (&told["relay"]["state"], &told["inUse"]),
        (&json!("none"), &json!("local"))
    );
    let secret = link.split('#').nth(1).unwrap();
    let shop = shop.crash();
    assert_eq!(way_in(&shop.desk)["relay"]["state"], "none");
    holds_nowhere(&shop, &[&link, secret]);
}

/// None of these is in the settings, the ledger, an event or an answer.
#[track_caller]
fn holds_nowhere(shop: &Shop, secrets: &[&str]) {
    let mut places = vec![(
        "the settings".to_owned(),
        std::fs::read_to_string(shop.desk.folder.join("settings.json")).unwrap(),
    )];
    let key = shop.desk.ledger_key(&shop.profile);
    let ledger = shop.desk.profile_folder(&shop.profile).join("ledger.db");
    let ledger = crate::doubles::connect(&ledger, &key);
    for table in ["events", "payouts", "payees", "notifications"] {
        let mut rows = ledger.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let rows = rows
            .query_map([], |row| {
                let cells = (0..columns).map(|cell| row.get::<_, rusqlite::types::Value>(cell));
                Ok(format!("{:?}", cells.collect::<Vec<_>>()))
            })
            .unwrap();
        let text: Vec<String> = rows.map(Result::unwrap).collect();
        places.push((table.to_owned(), text.join("\n")));
    }
    places.push(("an answer".to_owned(), shop.desk.answers().join("\n")));
    let events = shop.desk.host.heard();
    places.push(("an event".to_owned(), json!(events).to_string()));
    for secret in secrets {
        for (place, text) in &places {
            assert!(!text.contains(secret), "{place} holds {secret}");
        }
    }
}

#[test]
fn a_link_that_cannot_be_used_is_refused_and_changes_nothing() {
    let shop = Shop::new();
    let mut relay = Relay::start();
    let key = way_in(&shop.desk)["relay"]["publicKey"].clone();
    let good = relay.link(key.as_str().unwrap());
    let stranger = PrivateKey::generate().unwrap().public().to_string();
    let foreign = relay.link(&stranger);
    let gone = relay.link(key.as_str().unwrap());
    relay.forget(&gone);
    let cut = &good[..good.len() - 3];
    let refused = |link: &str, code: &str, field: Option<&str>| {
        let input = json!({ "link": link });
        let error = shop.desk.refused("connect_relay", input, code, field);
        let secret = link.split('#').nth(1).unwrap_or("#");
        assert!(!error.to_string().contains(secret), "{error}");
    };
    for (link, code, field) in [
        ("", "relay_link_invalid", Some("link")),
        (
            "https://relay.example.org/",
            "relay_link_invalid",
            Some("link"),
        ),
        (cut, "relay_link_invalid", Some("link")),
        (&foreign, "relay_link_of_another_key", Some("link")),
        (&gone, "relay_refused", None),
    ] {
        refused(link, code, field);
    }
    relay.stop();
    refused(&good, "relay_unreachable", None);
    let told = way_in(&shop.desk);
    assert_eq!(
        (&told["relay"]["state"], &told["inUse"]),
        (&json!("none"), &json!("local"))
    );
    relay.go_on();
    shop.desk
        .ok("connect_relay", json!({ "link": format!("  {good}\n") }));
    stands(&shop.desk, "connected");
}

#[test]
fn while_the_relay_is_down_polling_learns_and_afterwards_what_it_kept_arrives() {
    let shop = Shop::new();
    let mut relay = Relay::start();
    let link = connect(&shop.desk, &relay);
    relay.stop();
    let interrupted = stands(&shop.desk, "interrupted");
    assert_eq!(interrupted["error"]["code"], "relay_unreachable");
    let released = shop.pay(&shop.draft("ana@example.com"));
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let row = heard(&shop.desk, &released["invoiceId"], "polling");
    assert_eq!(
        (&row["to"], &row["verdict"]),
        (&json!("paid"), &Value::Null)
    );
    relay.go_on();
    stands(&shop.desk, "connected");
    let outcome = shop.desk.ok("send_test_notification", json!({}));
    assert_eq!(outcome["result"], "arrived", "{outcome}");
    relay.forget(&link);
    let refused = stands(&shop.desk, "refused");
    assert_eq!(refused["error"]["code"], "relay_refused");
}

#[test]
fn another_laptop_knows_a_test_notification_and_believes_no_unsigned_one() {
    let shop = Shop::at(patient());
    let relay = Relay::start();
    let link = connect(&shop.desk, &relay);
    let second = Second::of(&shop);
    second.desk.ok("connect_relay", json!({ "link": link }));
    stands(&second.desk, "connected");
    let outcome = shop.desk.ok("send_test_notification", json!({}));
    assert_eq!(outcome["result"], "arrived", "{outcome}");

    let url = Link::parse(&link).unwrap().ipn_url().as_str().to_owned();
    let like_a_test = |amount: &'static str| {
        [
            ("amount", amount),
            ("currency", "USD"),
            ("invoiceId", "remit-test-1"),
            ("status", "pending"),
        ]
    };
    let taken = (StatusCode::OK, "success".to_owned());
    let unsigned = signed(&like_a_test("0.00")).replace("verifySign=", "verifySign=0");
    assert_eq!(post(&url, &unsigned), taken);
    // About money, and so no test, whatever its number looks like.
    assert_eq!(post(&url, &signed(&like_a_test("12.00"))), taken);
    for desk in [&shop.desk, &second.desk] {
        let rows = wait_for("what is no test to be on record", || {
            let rows = listed(desk, json!({}));
            (rows.len() >= 2).then_some(rows)
        });
        let verdicts: Vec<_> = rows.iter().map(|row| row["verdict"].clone()).collect();
        assert_eq!(verdicts.len(), 2, "{rows:?}");
        assert!(verdicts.contains(&json!("unmatched")) && verdicts.contains(&json!("forged")));
    }
}

/// The owner's second laptop: the same account at Pockyt, the same relay key.
struct Second {
    desk: Desk,
    _folder: TempDir,
}

impl Second {
    fn of(shop: &Shop) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keychain = Keychain::new();
        let desk = Desk::new(folder.path(), &keychain);
        let input = json!({ "input": connection(&shop.sandbox) });
        let profile = desk.ok("connect", input)["id"].as_str().unwrap().to_owned();
        let key = wait(
            shop.desk
                .keychain
                .get(&Secret::RelayKey(shop.profile.clone())),
        );
        let key = key.unwrap().unwrap();
        wait(keychain.set(&Secret::RelayKey(profile), &key)).unwrap();
        Self {
            desk,
            _folder: folder,
        }
    }
}
