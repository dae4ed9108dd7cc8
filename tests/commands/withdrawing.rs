//! Withdrawing a payout that has not left, and trying a failed one again.

use crate::desk::{wait, wait_for, with};
use crate::shop::{PAY, Shop, again, config};
use pockyt_sandbox::{Config, Sandbox};
use serde_json::{Value, json};

#[test]
fn a_payout_that_has_not_left_can_be_withdrawn_and_is_never_sent() {
    let state = tempfile::tempdir().unwrap();
    let file = Some(state.path().join("sandbox.json"));
    let shop = Shop::at(Config {
        state_file: file.clone(),
        ..config()
    });
    let form = shop.draft("ana@example.com");
    let review = shop.review(&form);
    let address = shop.pockyt.addr();
    wait(shop.sandbox.stop());
    let released = shop
        .desk
        .ok("submit_payout", json!({ "draft": form, "review": review }));
    let id = released["id"].as_str().unwrap();
    wait_for("the engine to know that Pockyt cannot be reached", || {
        let status = shop.desk.ok("engine_status", json!({}));
        (status["offlineSince"].is_string() && status["waiting"] == 1).then_some(())
    });
    let waiting = shop.desk.ok("payout", json!({ "id": id }))["payout"].clone();
    assert_eq!(
        (&waiting["state"], &waiting["cancellable"]),
        (&json!("ready"), &json!(true)),
        "{waiting}"
    );
    assert_eq!(
        waiting["sentAt"],
        Value::Null,
        "it never left this computer"
    );
    assert!(
        waiting["nextCheckAt"].is_string(),
        "it says when Remit tries again"
    );
    let cancelled = shop.desk.ok("cancel_payout", json!({ "id": id }));
    assert_eq!(
        (&cancelled["state"], &cancelled["reason"]),
        (&json!("cancelled"), &json!("withdrawn"))
    );
    assert_eq!(
        shop.desk.ok("cancel_payout", json!({ "id": id })),
        cancelled,
        "twice is once"
    );

    let back = wait(Sandbox::start(Config {
        addr: address,
        state_file: file,
        ..config()
    }))
    .unwrap();
    shop.desk
        .ok("refresh_payee", json!({ "id": form["payeeId"] }));
    // Longer than the first three waits of the engine.
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(
        back.control().calls_of(PAY).is_empty(),
        "what was withdrawn is never sent"
    );
    assert!(back.control().transfers().is_empty());
    assert_eq!(
        shop.desk.ok("payout", json!({ "id": id }))["payout"],
        cancelled
    );

    // The invoice was never paid, yet its number stays with the withdrawn payout.
    let same = again(&form, json!({ "invoiceId": form["invoiceId"] }));
    shop.desk.refused(
        "preview_payout",
        json!({ "draft": same }),
        "invoice_id_used",
        Some("invoiceId"),
    );
}

#[test]
fn a_payout_that_waited_for_the_network_is_sent_once_when_it_is_back() {
    let state = tempfile::tempdir().unwrap();
    let file = Some(state.path().join("sandbox.json"));
    let shop = Shop::at(Config {
        state_file: file.clone(),
        ..config()
    });
    let form = shop.draft("ana@example.com");
    let review = shop.review(&form);
    let address = shop.pockyt.addr();
    wait(shop.sandbox.stop());
    let released = shop
        .desk
        .ok("submit_payout", json!({ "draft": form, "review": review }));
    let back = wait(Sandbox::start(Config {
        addr: address,
        state_file: file,
        ..config()
    }))
    .unwrap();
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    assert_eq!(back.control().transfers().len(), 1);
}

#[test]
fn what_was_paid_can_be_neither_withdrawn_nor_tried_again() {
    let shop = Shop::new();
    let paid = shop.pay(&shop.draft("ana@example.com"));
    let id = json!({ "id": paid["id"] });
    shop.desk.until(paid["id"].as_str().unwrap(), "paid");
    shop.desk
        .refused("cancel_payout", id.clone(), "not_cancellable", None);
    shop.desk
        .refused("prepare_retry", id.clone(), "not_retryable", None);
    assert_eq!(shop.desk.ok("check_payout", id)["state"], "paid");
    for command in ["cancel_payout", "prepare_retry", "check_payout", "payout"] {
        let nobody = json!({ "id": uuid::Uuid::now_v7().to_string() });
        shop.desk.refused(command, nobody, "payout_not_found", None);
    }
}

#[test]
fn a_failed_payout_is_tried_again_once_by_a_new_one_that_is_linked() {
    let shop = Shop::new();
    let form = with(shop.draft("ana@example.com"), json!({ "amount": "12.01" }));
    let first = shop.pay(&form);
    let first = shop.desk.until(first["id"].as_str().unwrap(), "failed");
    assert_eq!(first["payout"]["reason"], "reported_failed");
    assert_eq!(
        (&first["payout"]["mustAct"], &first["payout"]["retryable"]),
        (&json!("owner"), &json!(true))
    );

    let retry = shop
        .desk
        .ok("prepare_retry", json!({ "id": first["payout"]["id"] }));
    assert_eq!(retry["retryOf"], first["payout"]["id"]);
    assert_eq!(
        (&retry["amount"], &retry["accountToken"]),
        (&json!("12.01"), &form["accountToken"]),
        "all but the numbers is filled in"
    );
    assert_ne!(
        retry["invoiceId"], form["invoiceId"],
        "under an invoice ID of its own"
    );
    let retry = with(retry, json!({ "amount": "12.00" }));
    let second = shop.pay(&retry);
    assert_eq!(second["retryOf"], first["payout"]["id"]);
    let second = shop.desk.until(second["id"].as_str().unwrap(), "paid");
    let old = shop
        .desk
        .ok("payout", json!({ "id": first["payout"]["id"] }))["payout"]
        .clone();
    assert_eq!(
        (&old["state"], &old["retriedBy"]),
        (&json!("failed"), &second["payout"]["id"]),
        "the link goes both ways"
    );
    assert_eq!(
        (&old["retryable"], &old["mustAct"]),
        (&json!(false), &json!("nobody"))
    );
    shop.desk.refused(
        "prepare_retry",
        json!({ "id": old["id"] }),
        "not_retryable",
        None,
    );
    let third = again(&form, json!({ "retryOf": old["id"] }));
    shop.desk.refused(
        "preview_payout",
        json!({ "draft": third }),
        "not_retryable",
        None,
    );
    let statuses: Vec<_> = shop
        .pockyt
        .transfers()
        .into_iter()
        .map(|transfer| transfer.status)
        .collect();
    assert_eq!(statuses, ["failed", "success"], "money arrived once");
}
