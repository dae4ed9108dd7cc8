//! What is on record of notifications: verdicts, repetitions, and no more than a little of a flood.

use crate::desk::{Desk, wait, wait_for, with};
use crate::shop::{Shop, TOKEN, config};
use pockyt::sign::{Empties, SIGNATURE_FIELD, Signer};
use pockyt_sandbox::{Config, Speed};
use remit_core::Code;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

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

pub fn post(url: &str, body: &str) -> (StatusCode, String) {
    wait(async {
        let sent = reqwest::Client::new()
            .post(url)
            .body(body.to_owned())
            .send();
        let answer = sent.await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    })
}

/// Waits until a notification about an invoice is on record.
#[track_caller]
pub fn heard(desk: &Desk, invoice: &Value, source: &str) -> Value {
    let changes = json!({ "search": invoice, "sources": [source] });
    wait_for("a notification", || {
        listed(desk, changes.clone()).into_iter().next()
    })
}

/// A form that Pockyt would have signed.
pub fn signed(fields: &[(&str, &str)]) -> String {
    let pairs = with_signature(fields).into_iter();
    let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

/// The same as JSON.
pub fn signed_json(fields: &[(&str, &str)]) -> String {
    json!(with_signature(fields)).to_string()
}

fn with_signature(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut fields: BTreeMap<_, _> = fields.iter().map(owned).collect();
    let signer = Signer::new(&TOKEN.into()).unwrap();
    let signature = signer.sign(&fields, Empties::Kept);
    fields.insert(SIGNATURE_FIELD.to_owned(), signature);
    fields
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
    let fields = [
        ("amount", "12.00"),
        ("currency", "USD"),
        ("invoiceId", invoice),
        ("status", "success"),
    ];
    let padded = format!("{}&nothing=&more=", signed(&fields));
    assert_eq!(post(&url, &padded), success, "and with what nobody signed");
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
        (&json!("processing"), &json!("paid"), &json!(2))
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

/// Remit keeps of a notification that holds its fields as JSON, without the signature; somebody posts just that first.
#[test]
fn a_forged_copy_that_comes_first_takes_nothing_from_the_true_one() {
    let shop = Shop::at(patient());
    let released = shop.pay(&shop.draft("ana@example.com"));
    let id = released["id"].as_str().unwrap();
    shop.desk.until(id, "processing");
    let url = local_url(&shop.desk);
    let told = |invoice: &str, verdicts: [&str; 2]| {
        let fields = [
            ("amount", "12.00"),
            ("currency", "USD"),
            ("invoiceId", invoice),
            ("status", "success"),
        ];
        let kept = json!(BTreeMap::from(fields)).to_string();
        for _ in 0..2 {
            assert_eq!(post(&url, &kept).0, StatusCode::BAD_REQUEST);
            assert_eq!(post(&url, &signed(&fields)).0, StatusCode::OK);
        }
        let rows = listed(&shop.desk, json!({ "verdicts": verdicts }));
        let found: Vec<_> = rows
            .iter()
            .filter(|row| row["invoiceId"] == invoice)
            .map(|row| (row["verdict"].as_str().unwrap(), row["again"].as_u64()))
            .collect();
        assert_eq!(found, verdicts.map(|verdict| (verdict, Some(1))));
        for row in rows.iter().filter(|row| row["invoiceId"] == invoice) {
            let asked = json!({ "id": row["id"] });
            assert_eq!(shop.desk.ok("notification_text", asked), kept);
        }
    };
    told(
        released["invoiceId"].as_str().unwrap(),
        ["applied", "forged"],
    );
    shop.desk.until(id, "paid");
    told("INV-nobody", ["unmatched", "forged"]);
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
