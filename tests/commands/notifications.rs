//! How the end of a payout reaches this computer: the listener, a public address, a relay, and what is on record of it.

use crate::desk::{Desk, wait, wait_for, with};
use crate::relay::Relay;
use crate::shop::{Shop, TOKEN, again, config};
use pockyt_sandbox::{Config, Speed};
use remit_core::Code;
use remit_relay::sealed::PrivateKey;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A sandbox that settles when a test says so.
pub fn patient() -> Config {
    Config {
        speed: Speed {
            settle: Duration::from_secs(3600),
            ..config().speed
        },
        ..config()
    }
}

pub fn way_in(desk: &Desk) -> Value {
    desk.ok("way_in", json!({}))
}

pub fn local_url(desk: &Desk) -> String {
    let way_in = way_in(desk);
    way_in["address"]["localUrl"].as_str().unwrap().to_owned()
}

pub fn query() -> Value {
    json!({ "search": "", "verdicts": [], "sources": [], "cursor": null, "limit": 100 })
}

/// What is on record, newest first.
pub fn listed(desk: &Desk, changes: Value) -> Vec<Value> {
    let query = with(query(), changes);
    let page = desk.ok("list_notifications", json!({ "query": query }));
    let rows = page["notifications"].as_array().unwrap().clone();
    assert!(page["total"].as_u64().unwrap() >= rows.len() as u64);
    rows
}

fn post(url: &str, body: &str) -> (StatusCode, String) {
    wait(async {
        let sent = reqwest::Client::new()
            .post(url)
            .body(body.to_owned())
            .send();
        let answer = sent.await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    })
}

fn public(desk: &Desk, url: &str) -> Value {
    desk.ok("set_public_url", json!({ "url": url }))
}

fn connect(desk: &Desk, relay: &Relay) -> String {
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

/// Waits until a notification about an invoice is on record.
#[track_caller]
fn heard(desk: &Desk, invoice: &Value, source: &str) -> Value {
    let changes = json!({ "search": invoice, "sources": [source] });
    wait_for("a notification", || {
        listed(desk, changes.clone()).into_iter().next()
    })
}

/// A form that Pockyt would have signed.
fn signed(fields: &[(&str, &str)]) -> String {
    use pockyt::sign::{Empties, Signer};

    let map = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let signature = Signer::new(&TOKEN.into())
        .unwrap()
        .sign(&map, Empties::Kept);
    let mut pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.push(format!("verifySign={signature}"));
    pairs.join("&")
}

#[test]
fn by_itself_remit_asks_and_a_pockyt_on_this_computer_reaches_it() {
    let shop = Shop::new();
    let told = way_in(&shop.desk);
    assert_eq!(told["inUse"], "local", "{told}");
    assert_eq!(told["relay"]["state"], "none", "{told}");
    assert_eq!(told["address"]["publicUrl"], Value::Null);
    assert_eq!(told["lastTest"], Value::Null);
    let key = told["relay"]["publicKey"].as_str().unwrap().to_owned();
    assert_eq!(
        way_in(&shop.desk)["relay"]["publicKey"],
        key,
        "the key is made once"
    );
    let released = shop.pay(&shop.draft("ana@example.com"));
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let row = heard(&shop.desk, &released["invoiceId"], "listener");
    assert!(
        ["applied", "already_known"].contains(&row["verdict"].as_str().unwrap()),
        "{row}"
    );
    assert_eq!(row["payoutId"], released["id"]);
    assert_eq!(row["payeeName"], released["payeeName"]);
    assert_eq!(row["amount"], released["amount"]);
    let text = shop
        .desk
        .ok("notification_text", json!({ "id": row["id"] }));
    let fields: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(fields["invoiceId"], released["invoiceId"]);
    for id in ["0", "999999", "x", ""] {
        let asked = json!({ "id": id });
        shop.desk
            .refused("notification_text", asked, "notification_not_found", None);
    }
    let shop = shop.crash();
    let again = way_in(&shop.desk);
    assert_eq!(again["relay"]["publicKey"], key);
    assert_eq!(again["address"], told["address"], "the address is kept");
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
fn what_came_is_listed_filtered_and_counted() {
    let shop = Shop::at(patient());
    let released = shop.pay(&shop.draft("ana@example.com"));
    let id = released["id"].as_str().unwrap();
    shop.desk.until(id, "processing");
    let url = local_url(&shop.desk);
    let invoice = released["invoiceId"].as_str().unwrap();
    let told = |invoice: &str, amount: &str, status: &str| {
        let fields = [
            ("amount", amount),
            ("currency", "USD"),
            ("invoiceId", invoice),
            ("status", status),
        ];
        post(&url, &signed(&fields))
    };
    let success = (StatusCode::OK, "success".to_owned());
    let failed = (StatusCode::BAD_REQUEST, "failed".to_owned());
    assert_eq!(told("INV-nobody", "1.00", "success"), success);
    assert_eq!(told(invoice, "12.01", "success"), success);
    assert_eq!(
        shop.desk.until(id, "processing")["payout"]["state"],
        "processing"
    );
    assert_eq!(told(invoice, "12.00", "success"), success);
    assert_eq!(told(invoice, "12.00", "success"), success, "again");
    assert_eq!(
        post(&url, "invoiceId=x&status=success&verifySign=0"),
        failed
    );
    shop.desk.until(id, "paid");

    let rows = listed(&shop.desk, json!({}));
    let verdicts: Vec<&str> = rows
        .iter()
        .map(|row| row["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["forged", "applied", "mismatched", "unmatched"]);
    let applied = &rows[1];
    assert_eq!(
        (&applied["from"], &applied["to"], &applied["again"]),
        (&json!("processing"), &json!("paid"), &json!(1))
    );
    assert!(applied["againAt"].is_string());
    assert_eq!(rows[3]["invoiceId"], "INV-nobody");
    assert_eq!(rows[3]["payoutId"], Value::Null);
    let count = |changes| listed(&shop.desk, changes).len();
    assert_eq!(count(json!({ "search": invoice })), 2);
    assert_eq!(count(json!({ "verdicts": ["forged", "unmatched"] })), 2);
    assert_eq!(count(json!({ "sources": ["relay"] })), 0);
    let first = json!({ "query": with(query(), json!({ "limit": 3 })) });
    let first = shop.desk.ok("list_notifications", first);
    assert_eq!(first["total"], 4);
    assert_eq!(count(json!({ "limit": 3, "cursor": first["next"] })), 1);
    let text = shop
        .desk
        .ok("notification_text", json!({ "id": rows[0]["id"] }));
    assert_eq!(text, "invoiceId=x&status=success&verifySign=0");
    assert_eq!(
        shop.desk.host.troubles(),
        [Code::NotificationMismatched, Code::NotificationForged],
        "each is told once"
    );
    assert_eq!(way_in(&shop.desk)["learnt"]["notified"], 1);
}

/// The size of a ledger with its log.
fn size(shop: &Shop) -> u64 {
    let folder = shop.desk.profile_folder(&shop.profile);
    ["ledger.db", "ledger.db-wal"]
        .into_iter()
        .filter_map(|name| std::fs::metadata(folder.join(name)).ok())
        .map(|file| file.len())
        .sum()
}

#[test]
fn a_flood_of_forged_ones_costs_no_disk_and_one_message() {
    const FLOOD: u32 = 10_000;
    let shop = Shop::at(patient());
    let released = shop.pay(&shop.draft("ana@example.com"));
    let id = released["id"].as_str().unwrap();
    shop.desk.until(id, "processing");
    let url = local_url(&shop.desk);
    let invoice = released["invoiceId"].as_str().unwrap().to_owned();
    let before = size(&shop);
    let began = Instant::now();
    wait(async {
        let mut senders = Vec::new();
        for sender in 0..16 {
            let (url, invoice) = (url.clone(), invoice.clone());
            senders.push(tokio::spawn(async move {
                let client = reqwest::Client::new();
                for number in (sender..FLOOD).step_by(16) {
                    let more = "x".repeat(1500);
                    let body = format!(
                        "invoiceId={invoice}&amount=12.00&currency=USD&status=success&n={number}&more={more}&verifySign=0"
                    );
                    let sent = client.post(&url).body(body).send().await.unwrap();
                    assert_eq!(sent.status(), StatusCode::BAD_REQUEST);
                }
            }));
        }
        for sender in senders {
            sender.await.unwrap();
        }
    });
    println!("{FLOOD} forged notifications in {:?}", began.elapsed());
    let grown = size(&shop).saturating_sub(before);
    assert!(grown < 512 * 1024, "the ledger grew by {grown} bytes");
    assert_eq!(
        listed(&shop.desk, json!({ "verdicts": ["forged"] })).len(),
        20
    );
    assert_eq!(shop.desk.host.troubles(), [Code::NotificationForged]);
    let forged = way_in(&shop.desk)["forged"].clone();
    assert_eq!(
        (&forged["came"], &forged["notKept"]),
        (&json!(FLOOD), &json!(FLOOD - 20))
    );
    shop.desk.until(id, "processing");
    let fields = [
        ("amount", "12.00"),
        ("currency", "USD"),
        ("invoiceId", invoice.as_str()),
        ("status", "success"),
    ];
    let (status, _) = post(&url, &signed(&fields));
    assert_eq!(status, StatusCode::OK, "a true one gets through");
    shop.desk.until(id, "paid");
}
