//! The gateway over real HTTP: the happy path and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    reason = "a test fails by panicking, and no test file uses all of the common module"
)]

mod common;

use std::time::Duration;

use common::{Merchant, Ready, json_body, payee, signed};
use pockyt_sandbox::{ClockMode, Config, Currency, FeePayer, Money, SAMPLE_TOKEN, Sandbox, Speed};

fn virtual_time() -> Config {
    Config {
        clock: ClockMode::Virtual,
        ..Config::default()
    }
}

#[tokio::test]
async fn the_six_steps() {
    let sandbox = Sandbox::start(virtual_time()).await.unwrap();
    let merchant = Merchant::of(&sandbox);
    let registered = merchant.register("ana@example.com").await.ok();
    let customer = registered["customer"]["customerNo"].as_str().unwrap();
    assert_eq!(customer.len(), 22);
    assert!(customer.starts_with("2000"));
    let retrieve = async || {
        let found = merchant
            .call("/v3/payee/retrieve", &[("customerNo", customer)])
            .await
            .ok();
        found["customer"]["payeeStatus"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(retrieve().await, "Pending");
    let control = sandbox.control();
    assert_eq!(control.mails().len(), 1);
    let method = pockyt_sandbox::NewMethod::sample(pockyt_sandbox::AccountKind::Paypal);
    let token = control.complete_payee(customer, method).await.unwrap();
    assert_eq!(retrieve().await, "Activated");
    let accounts = merchant
        .call(
            "/v3/payee/payout-accounts",
            &[("customerNo", customer), ("accountToken", &token)],
        )
        .await
        .ok();
    assert_eq!(accounts["accounts"][0]["status"], "activated");
    assert_eq!(accounts["accounts"][0]["accountToken"], token.as_str());
    assert_eq!(accounts["user"]["email"], "ana@example.com");

    let ready = Ready {
        customer: customer.to_owned(),
        account: token,
        merchant: Merchant::of(&sandbox),
        sandbox,
    };
    let paid = ready.pay("INV-1", "1250.00").await.ok();
    assert_eq!(paid["result"]["status"], "pending");
    assert_eq!(paid["result"]["transactionFee"], "0.95");
    assert_eq!(paid["result"]["transactionNo"].as_str().unwrap().len(), 18);
    assert_eq!(ready.merchant.status_of("INV-1").await, "pending");
    control.advance(Duration::from_secs(10)).await.unwrap();
    assert_eq!(ready.merchant.status_of("INV-1").await, "success");
    let balance = ready
        .merchant
        .call("/v3/payouts/balance", &[("currency", "USD")])
        .await;
    assert!(
        balance
            .text
            .contains(r#""balance":[{"amount":248750.00,"currency":"USD"}]"#)
    );
    assert_eq!(balance.code(), "000100");
    assert_eq!(control.transfers_for("INV-1"), 1);
}
