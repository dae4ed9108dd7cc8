//! What survives a restart: everything that was answered, and everything that was still to happen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and no test file uses all of the common module"
)]

mod common;

use std::path::Path;
use std::time::Duration;

use common::{Merchant, Ready, Receiver};
use pockyt_sandbox::{ClockMode, Config, Currency, SAMPLE_TOKEN, Sandbox, StartError};

fn kept_in(folder: &Path) -> Config {
    Config {
        clock: ClockMode::Virtual,
        state_file: Some(folder.join("sandbox.json")),
        ..Config::default()
    }
}

#[tokio::test]
async fn payees_payouts_keys_and_tries_survive() {
    let folder = tempfile::tempdir().unwrap();
    let (receiver, url) = Receiver::start(Some((500, ""))).await;
    let ready = Ready::with(kept_in(folder.path())).await;
    let mut order = ready.order("INV-1", "10.00");
    order.push(("ipnUrl", &url));
    let pay = async |merchant: &Merchant| {
        let sent = merchant
            .try_call("/v3/payouts/pay", &order, Some("key-1"))
            .await;
        sent.unwrap()
    };
    let first = pay(&ready.merchant).await;
    let control = ready.sandbox.control();
    control.advance(Duration::from_secs(5)).await.unwrap();
    assert_eq!(receiver.fields().len(), 1);
    ready.pay("INV-2", "20.00").await.ok();
    let Ready {
        sandbox,
        merchant: before,
        customer,
        ..
    } = &ready;
    let balance = control.balance(Currency::Usd);
    let mails = control.mails().len();
    assert!(before.base.starts_with("http://127.0.0.1:"));

    // Not stopped first: a crash, as far as the file can tell. The old one stands still on its virtual clock.
    let again = Sandbox::start(kept_in(folder.path())).await.unwrap();
    assert_ne!(again.base_url(), sandbox.base_url());
    let merchant = Merchant {
        base: again.base_url(),
        http: before.http.clone(),
        now: before.now.clone(),
    };
    let control = again.control();
    assert_eq!(control.balance(Currency::Usd), balance);
    assert_eq!(control.mails().len(), mails);
    assert_eq!(pay(&merchant).await, first, "the request ID is remembered");
    assert_eq!(control.transfers().len(), 2);
    let found = merchant
        .call("/v3/payee/retrieve", &[("customerNo", customer)])
        .await
        .ok();
    assert_eq!(found["customer"]["payeeStatus"], "Activated");
    control
        .advance(Duration::from_secs(3 * 3600))
        .await
        .unwrap();
    assert_eq!(merchant_status(&control, "INV-2"), "success");
    assert_eq!(
        receiver.fields().len(),
        8,
        "the tries go on where they were"
    );
}

fn merchant_status(control: &pockyt_sandbox::Control, invoice: &str) -> String {
    let transfers = control.transfers();
    let transfer = transfers.iter().find(|t| t.invoice_id == invoice).unwrap();
    transfer.status.clone()
}

#[tokio::test]
async fn the_file_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        pockyt_user: false,
        ..kept_in(folder.path())
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    let merchant = Merchant::of(&sandbox);
    let mut fields = common::payee("ana@example.com");
    fields.extend([("governmentId", "078-05-1120"), ("governmentIdType", "SSN")]);
    let sent = merchant
        .try_call("/v3/payee/register", &fields, Some("key"))
        .await;
    sent.unwrap().ok();
    let text = std::fs::read_to_string(folder.path().join("sandbox.json")).unwrap();
    assert!(text.contains("ana@example.com"));
    for secret in ["078-05-1120", SAMPLE_TOKEN] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_answered_as_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("deep");
    std::fs::create_dir(&deep).unwrap();
    let ready = Ready::with(kept_in(&deep)).await;
    std::fs::remove_dir_all(&deep).unwrap();
    ready
        .pay("INV-1", "10.00")
        .await
        .refused("000000", "system error");
}

#[tokio::test]
async fn a_broken_file_stops_the_start_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    std::fs::write(&path, "{").unwrap();
    let refused = Sandbox::start(kept_in(folder.path())).await.unwrap_err();
    assert!(matches!(refused, StartError::State(_)), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
}
