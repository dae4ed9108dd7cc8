//! The six steps, and the demo.

use crate::desk::{Desk, wait, wait_for};
use crate::doubles::Keychain;
use crate::shop::{Shop, draft, form};
use pockyt_sandbox::{Effect, Fault, Progress};
use remit_core::{State, VaultError, reachable};
use serde_json::{Value, json};

/// Sends a form of the payee portal.
fn post(page: &str, fields: &[(&str, &str)]) {
    let encoded = tauri::Url::parse_with_params("http://localhost/", fields).unwrap();
    let status = wait(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .post(page)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded.query().unwrap_or_default().to_owned());
        request.send().await.unwrap().status()
    });
    assert!(status.is_success(), "the portal refuses {page}: {status}");
}

/// Plays the payee and then the compliance team in the portal's own pages.
fn complete_in_the_portal(portal: &str) {
    post(&format!("{portal}/details"), &[]);
    post(
        &format!("{portal}/identity"),
        &[
            ("name", "Ana Ruiz"),
            ("date_of_birth", "1990-04-12"),
            ("document", "passport"),
            ("document_number", "X1234567"),
        ],
    );
    post(
        &format!("{portal}/method"),
        &[
            ("kind", "bank"),
            ("account_type", "checking"),
            ("routing_number", "021000021"),
            ("account_number", "1234567890"),
        ],
    );
    post(&format!("{portal}/submit"), &[]);
    post(&format!("{portal}/decision"), &[("decision", "approve")]);
}

/// Step 3 on: learns that the payee is active, picks its account, reviews, pays, and sees it paid. Returns the payout.
fn pay_and_see_it_paid(desk: &Desk, payee: &Value) -> Value {
    let detail = desk.ok("refresh_payee", json!({ "id": payee["id"] }));
    assert_eq!(
        detail["payee"]["status"], "active",
        "approved in the portal: {detail}"
    );
    let accounts = desk.ok("list_funding_accounts", json!({ "payeeId": payee["id"] }));
    assert_eq!(
        accounts.as_array().unwrap().len(),
        1,
        "one account was entered: {accounts}"
    );
    assert_eq!(
        accounts[0]["usable"], true,
        "approved, so it may be paid to: {accounts}"
    );
    assert_eq!(
        accounts[0]["label"], "Bank account ••••7890",
        "as the owner may tell it apart"
    );

    let invoice = desk.ok("suggest_invoice_id", json!({}));
    let draft = draft(
        &payee["id"],
        accounts[0]["token"].as_str().unwrap(),
        invoice.as_str().unwrap(),
    );
    let preview = desk.ok("preview_payout", json!({ "draft": draft }));
    assert_eq!(
        preview["amount"],
        json!({ "amount": "12.00", "currency": "USD" })
    );
    assert_eq!(
        preview["balance"],
        json!({ "amount": "250000.00", "currency": "USD" }),
        "read from Pockyt"
    );
    assert_eq!(
        preview["balanceAfter"],
        json!({ "amount": "249988.00", "currency": "USD" })
    );
    assert!(
        preview["unusual"].to_string().contains("first_payout"),
        "a first payout deserves a look: {preview}"
    );
    let released = desk.ok(
        "submit_payout",
        json!({ "draft": draft, "review": preview["review"] }),
    );
    assert_eq!(
        released["id"], draft["draftId"],
        "the form is the payout, so it can never become two"
    );
    assert_ne!(released["state"], "paid", "pressing is not paying (I11)");
    let paid = desk.until(released["id"].as_str().unwrap(), "paid");
    assert_eq!(paid["payee"]["id"], payee["id"]);
    assert!(
        paid["payout"]["transactionNo"].is_string(),
        "Pockyt's number is kept: {paid}"
    );
    assert_eq!(
        paid["payout"]["fee"],
        json!({ "amount": "0.95", "currency": "USD" })
    );
    paid
}

#[test]
fn six_steps_from_connecting_to_a_payout_paid_because_a_signed_notification_arrived() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let payee = desk.ok(
        "register_payee",
        json!({ "input": form("ana@example.com") }),
    );
    assert_eq!(
        payee["status"], "pending",
        "until the payee has completed the portal: {payee}"
    );
    assert_eq!(payee["mustAct"], "payee", "it is the payee's turn");
    let customer_no = payee["customerNo"].as_str().unwrap();
    complete_in_the_portal(&shop.pockyt.portal_link(customer_no).unwrap());
    // No inquiry is answered before the notification comes, however busy the machine.
    let inquiry = Fault::on("/v3/payouts/inquiry", Effect::Genuine);
    shop.pockyt.inject(inquiry.delayed(8_000).forever());
    let paid = pay_and_see_it_paid(desk, &payee);

    let history = paid["events"].as_array().unwrap();
    let settled = history.iter().find(|event| event["to"] == "paid").unwrap();
    assert_eq!(
        settled["kind"], "notified",
        "the notification was quicker than any poll: {history:#?}"
    );
    assert_eq!(settled["source"], "notification");
    assert_eq!(settled["verdict"], "applied");
    let kinds: Vec<_> = history
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        &kinds[..3],
        ["released", "sending", "answered"],
        "the whole way is told: {kinds:?}"
    );

    let transfers = shop.pockyt.transfers();
    assert_eq!(transfers.len(), 1, "Pockyt moved the money once");
    assert_eq!(
        (transfers[0].minor, transfers[0].currency.as_str()),
        (1200, "USD")
    );
    let pay = shop.pockyt.calls_of("/v3/payouts/pay");
    assert_eq!(pay.len(), 1, "and was asked once");
    assert!(pay[0].request_id.is_some(), "with an idempotency key");
    assert!(
        pay[0].fields.contains(&"ipnUrl".to_owned()),
        "a loopback Pockyt can reach the listener: {:?}",
        pay[0].fields
    );
    let careless: Vec<_> = shop
        .pockyt
        .calls()
        .into_iter()
        .filter(|call| !call.warnings.is_empty())
        .collect();
    assert!(
        careless.is_empty(),
        "nothing sent that a careful client would not: {careless:?}"
    );

    let id = paid["payout"]["id"].as_str().unwrap();
    desk.host.hears("the notification", |event| {
        event["verdict"] == "applied" && event["payoutId"] == id
    });
    wait_for("the last event", || {
        let told = desk.host.payouts.lock().unwrap();
        let mut told = told.iter().filter(|told| told.id == id);
        told.any(|told| told.event == State::Paid).then_some(())
    });
    let mut told = desk.host.payouts.lock().unwrap();
    told.retain(|told| told.id == id);
    let states: Vec<_> = told.iter().map(|told| told.event).collect();
    assert!(
        states.len() >= 4,
        "ready, sending, processing and paid are told: {states:?}"
    );
    for told in told.iter() {
        let committed = told
            .committed
            .expect("an event comes only after the row is committed");
        assert!(
            reachable(told.event, committed),
            "told {:?} while the ledger still had {committed:?}: events come after the commit",
            told.event
        );
    }
}

#[test]
fn the_demo_is_the_whole_journey_and_keeps_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path(), &Keychain::new());
    assert_eq!(desk.ok("startup", json!({}))["state"], "welcome");
    let profile = desk.ok("try_demo", json!({}));
    assert_eq!(
        (&profile["environment"], &profile["keeps"]),
        (&json!("demo"), &json!(true))
    );
    let id = demo_journey(&desk);

    desk.ok("open_demo_page", json!({ "page": "mailbox" }));
    assert!(desk.host.pages.lock().unwrap()[0].ends_with("/mailbox"));
    let desk = desk.crash();
    let begun = desk.ok("startup", json!({}));
    assert_eq!(
        begun["profile"]["environment"], "demo",
        "the demo opens again: {begun}"
    );
    assert_eq!(desk.payouts()[0]["id"], id, "with what was done in it");
    assert_eq!(desk.payouts()[0]["state"], "paid");
}

#[test]
fn the_demo_works_without_a_keychain_and_says_that_it_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Keychain::new();
    keychain.fails(Some(VaultError::Missing(
        "There is no Secret Service.".to_owned(),
    )));
    let desk = Desk::new(folder.path(), &keychain);
    let begun = desk.ok("startup", json!({}));
    assert_eq!(
        (&begun["state"], &begun["keychain"]),
        (&json!("welcome"), &json!("missing"))
    );
    let profile = desk.ok("try_demo", json!({}));
    assert_eq!(profile["keeps"], false, "there is no place for a key");
    demo_journey(&desk);
    let files = std::fs::read_dir(folder.path()).unwrap();
    let mut left: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    left.retain(|name| name != "lock");
    assert!(
        left.is_empty(),
        "nothing is written to the data folder: {left:?}"
    );

    let desk = desk.crash();
    assert_eq!(
        desk.ok("startup", json!({}))["state"],
        "welcome",
        "nothing was kept"
    );
}

/// The journey inside the demo. Returns the payout's number.
fn demo_journey(desk: &Desk) -> Value {
    let payee = desk.ok(
        "register_payee",
        json!({ "input": form("ana@example.com") }),
    );
    let customer_no = payee["customerNo"].as_str().unwrap();
    let pockyt = desk.demo();
    complete_in_the_portal(&pockyt.portal_link(customer_no).unwrap());
    let id = pay_and_see_it_paid(desk, &payee)["payout"]["id"].clone();
    assert_eq!(
        pockyt.transfers().len(),
        1,
        "the demo's Pockyt moved the money once"
    );
    wait_for("the notification to be acknowledged", || {
        pockyt
            .notifications()
            .iter()
            .any(|sent| sent.progress == Progress::Acknowledged)
            .then_some(())
    });
    id
}
