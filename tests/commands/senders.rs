//! Notifications from a sender that shares no code with Remit: the vendor's rules, once more, in Python.

use crate::notifications::{listed, local_url, patient};
use crate::shop::{Shop, TOKEN, again};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// How many valid notifications the sender knows.
const VALID: usize = 11;

/// Sends, and returns what was answered to each.
fn send(order: &Value) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/senders/notify.py");
    let mut sender = Command::new("python3")
        .arg("-B")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there; `cargo xtask setup` installs it");
    let mut input = sender.stdin.take().unwrap();
    input.write_all(order.to_string().as_bytes()).unwrap();
    drop(input);
    let done = sender.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", done.status);
    let lines = String::from_utf8(done.stdout).unwrap();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

#[test]
fn what_the_vendors_rules_sign_is_believed_and_any_change_of_one_byte_is_not() {
    let shop = Shop::at(patient());
    let draft = shop.draft("ana@example.com");
    let payouts: Vec<Value> = (0..=VALID)
        .map(|_| shop.pay(&again(&draft, json!({}))))
        .map(|payout| {
            shop.desk
                .until(payout["id"].as_str().unwrap(), "processing")
        })
        .collect();
    let told = |payout: &Value| {
        let payout = &payout["payout"];
        json!({
            "invoiceId": payout["invoiceId"], "transactionNo": payout["transactionNo"],
            "amount": payout["amount"]["amount"], "currency": payout["amount"]["currency"],
            "accountToken": payout["accountToken"],
        })
    };
    let order = json!({
        "url": local_url(&shop.desk), "token": TOKEN,
        "payouts": payouts.iter().map(told).collect::<Vec<_>>(),
    });
    let answers = send(&order);
    let (valid, changed): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer["kind"] == "valid");
    assert_eq!(valid.len(), 2 * VALID, "each is sent twice");
    assert!(changed.len() > 700, "{}", changed.len());
    for answer in valid {
        let said = (&answer["status"], &answer["answer"]);
        assert_eq!(said, (&json!(200), &json!("success")), "{answer}");
    }
    for answer in changed {
        let said = (&answer["status"], &answer["answer"]);
        assert_eq!(said, (&json!(400), &json!("failed")), "{answer}");
    }
    let (untouched, believed) = payouts.split_last().unwrap();
    for payout in believed {
        let payout = &payout["payout"];
        shop.desk.until(payout["id"].as_str().unwrap(), "paid");
        let rows = listed(
            &shop.desk,
            json!({ "search": payout["invoiceId"], "verdicts": ["applied"] }),
        );
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(
            (&rows[0]["to"], &rows[0]["again"]),
            (&json!("paid"), &json!(1))
        );
    }
    let id = untouched["payout"]["id"].as_str().unwrap();
    let now = shop.desk.ok("payout", json!({ "id": id }));
    assert_eq!(now["payout"]["state"], "processing");
    assert_eq!(
        listed(&shop.desk, json!({ "verdicts": ["forged"] })).len(),
        20
    );
}
