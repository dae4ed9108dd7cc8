//! The gateway over real HTTP: the happy path and what it refuses.
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

use std::time::Duration;

use common::{Merchant, Ready, json_body, payee, signed};
use pockyt_sandbox::{ClockMode, Config, SAMPLE_TOKEN, Sandbox};

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

#[tokio::test]
async fn a_form_is_as_good_as_json() {
    let ready = Ready::with(virtual_time()).await;
    let order = signed(
        ready.merchant.with_common(&ready.order("INV-1", "1.0")),
        SAMPLE_TOKEN,
    );
    let form = serde_urlencoded::to_string(&order).unwrap();
    let media = "application/x-www-form-urlencoded; charset=utf-8";
    let paid = ready
        .merchant
        .post("/v3/payouts/pay", media, form, None)
        .await;
    assert_eq!(paid.unwrap().ok()["result"]["amount"], "1.00");
}

#[tokio::test]
async fn who_calls_is_checked_before_what_they_want() {
    let sandbox = Sandbox::start(virtual_time()).await.unwrap();
    let merchant = Merchant::of(&sandbox);
    let balance = async |pairs: &[(&str, &str)]| {
        let mut all = vec![("currency", "USD")];
        all.extend(pairs);
        merchant.call("/v3/payouts/balance", &all).await
    };
    balance(&[]).await.ok();
    balance(&[("merchantNo", "999999")])
        .await
        .refused("000021", "merchantNo");
    balance(&[("storeNo", "999999")])
        .await
        .refused("000022", "storeNo");
    balance(&[("merchantNo", "")])
        .await
        .refused("000020", "parameter null: merchantNo");
    balance(&[("timestamp", "")])
        .await
        .refused("000020", "parameter null: timestamp");
    balance(&[("timestamp", "2023-02-13 11:50:58")])
        .await
        .refused("000023", "timestamp");
    balance(&[("timestamp", "2023-02-13T11:50:58Z")])
        .await
        .refused("000023", "seconds away");

    let common = merchant.with_common(&[("currency", "USD")]);
    let wrong = signed(common.clone(), "another token");
    let right = signed(common.clone(), SAMPLE_TOKEN).pop().unwrap().1;
    let post = async |fields| {
        let body = json_body(&fields);
        merchant
            .post("/v3/payouts/balance", "application/json", body, None)
            .await
            .unwrap()
    };
    let reply = post(wrong).await;
    assert!(
        !reply.text.contains(&right),
        "the right signature is not given away"
    );
    reply.refused("000030", "verifySign does not match: check the API token");
    post(common)
        .await
        .refused("000020", "parameter null: verifySign");
    let mut tampered = signed(merchant.with_common(&[("currency", "USD")]), SAMPLE_TOKEN);
    tampered.push(("extra".to_owned(), "1".to_owned()));
    post(tampered)
        .await
        .refused("000030", "exactly the fields sent");
}

#[tokio::test]
async fn clock_skew_can_be_set_and_the_check_switched_off() {
    let ready = Ready::with(virtual_time()).await;
    let control = ready.sandbox.control();
    control.switch(|switches| switches.clock_skew_seconds = 3600);
    ready
        .pay("INV-1", "1.00")
        .await
        .refused("000023", "-3600 seconds away");
    control.switch(|switches| switches.check_timestamp = false);
    ready.pay("INV-1", "1.00").await.ok();
}

#[tokio::test]
async fn register_says_which_parameter_is_missing() {
    let sandbox = Sandbox::start(virtual_time()).await.unwrap();
    let merchant = Merchant::of(&sandbox);
    let control = sandbox.control();
    let register = async |more: &[(&str, &str)]| {
        let fields = [payee("ana@example.com").as_slice(), more].concat();
        merchant.call("/v3/payee/register", &fields).await
    };
    for (name, _) in payee("") {
        let mut fields = payee("ana@example.com");
        fields.retain(|(known, _)| *known != name);
        let reply = merchant.call("/v3/payee/register", &fields).await;
        reply.refused("000020", &format!("parameter null: {name}"));
    }
    for (pair, words) in [
        (("dateOfBirth", "2020-01-01"), "18 or older"),
        (("dateOfBirth", "1990-4-1"), "yyyy-mm-dd"),
        (("email", "nobody"), "email"),
        (("profileType", "PERSON"), "INDIVIDUAL"),
        (("countryCode", "USA"), "countryCode"),
        (("state", "New York"), "state"),
    ] {
        register(&[pair]).await.refused("000023", words);
    }

    control.switch(|switches| switches.required_at_register = vec!["phone".to_owned()]);
    register(&[])
        .await
        .refused("000020", "parameter null: phone");
    control.switch(|switches| switches.pockyt_user = false);
    register(&[])
        .await
        .refused("000020", "parameter null: governmentId");
    let complete = [
        ("phone", "2125550100"),
        ("governmentId", "078-05-1120"),
        ("governmentIdType", "SSN"),
    ];
    let registered = register(&complete).await.ok();
    let customer = registered["customer"]["customerNo"].as_str().unwrap();
    register(&complete)
        .await
        .refused("000023", "email already registered");
    assert!(control.mails().is_empty(), "no mail without Pockyt User");
    let found = merchant
        .call("/v3/payee/retrieve", &[("customerNo", customer)])
        .await;
    assert!(
        !found.text.contains("078-05-1120"),
        "the government ID is not echoed"
    );
    assert_eq!(found.ok()["customer"]["payeeStatus"], "Activated");
    let recorded = format!("{:?}{:?}", control.calls(), control.payees());
    assert!(!recorded.contains("078-05-1120"), "nor kept");
}

#[tokio::test]
async fn accounts_by_api_without_pockyt_user() {
    let config = Config {
        pockyt_user: false,
        ..virtual_time()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    let merchant = Merchant::of(&sandbox);
    let mut fields = payee("ana@example.com");
    fields.extend([("governmentId", "1"), ("governmentIdType", "PASSPORT")]);
    let registered = merchant.call("/v3/payee/register", &fields).await.ok();
    let customer = registered["customer"]["customerNo"].as_str().unwrap();
    let common = [
        ("customerNo", customer),
        ("accountCountry", "US"),
        ("accountCurrency", "USD"),
        ("accountTag", "main"),
    ];
    let create = async |kind: &str, more: &[(&str, &str)]| {
        let path = format!("/v3/payee/account/create/{kind}");
        merchant.call(&path, &[&common[..], more].concat()).await
    };
    let bank = [
        ("accountType", "BANK_ACCOUNT"),
        ("bankAccountPurpose", "CHECKING"),
        ("bankAccountId", "1234567890"),
        ("branchId", "021000021"),
    ];
    let created = create("bank-account", &bank).await.ok();
    assert_eq!(created["result"]["accountStatus"], "ACTIVATED");
    create(
        "bank-account",
        &[&bank[..], &[("branchId", "021000020")]].concat(),
    )
    .await
    .refused("000023", "branchId");
    create("paypal", &[("bankAccountId", "ana@example.com")])
        .await
        .ok();
    create("venmo", &[])
        .await
        .refused("000020", "bankAccountId");
    create("venmo", &[("bankAccountId", "9876543210")])
        .await
        .ok();
    create(
        "crypto",
        &[
            ("blockchain", "ETH - Ethereum"),
            ("walletAddress", "0x1234abcd"),
        ],
    )
    .await
    .ok();

    let list = async || {
        merchant
            .call("/v3/payee/payout-accounts", &[("customerNo", customer)])
            .await
            .ok()["accounts"]
            .as_array()
            .unwrap()
            .clone()
    };
    let accounts = list().await;
    let kinds: Vec<_> = accounts
        .iter()
        .map(|a| a["accountType"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["BANK_ACCOUNT", "PAYPAL", "VENMO", "CRYPTO"]);
    assert_eq!(accounts[0]["cardNumber"], "****7890");
    let token = accounts[0]["accountToken"].as_str().unwrap();
    merchant
        .call(
            "/v3/payee/account/delete",
            &[("customerNo", customer), ("accountToken", token)],
        )
        .await
        .ok();
    assert_eq!(list().await.len(), 3);
    let wanted = [
        ("accountCountry", "US"),
        ("accountCurrency", "USD"),
        ("accountType", "BANK_ACCOUNT"),
    ];
    let schema = merchant
        .call("/v3/payee/account/configurations", &wanted)
        .await
        .ok();
    assert_eq!(schema["result"]["parameters"][1]["name"], "branchId");
}

#[tokio::test]
async fn update_deactivate_and_delete() {
    let ready = Ready::with(virtual_time()).await;
    let merchant = &ready.merchant;
    merchant.register("bo@example.com").await.ok();
    let customer = ("customerNo", ready.customer.as_str());
    let update = async |pair| merchant.call("/v3/payee/update", &[customer, pair]).await;
    assert_eq!(
        update(("zip", "10006")).await.ok()["customer"]["zip"],
        "10006"
    );
    update(("email", "BO@example.com"))
        .await
        .refused("000023", "email already registered");
    update(("email", "ana@example.com")).await.ok();
    merchant
        .call("/v3/payee/deactivate", &[customer])
        .await
        .ok();
    let found = merchant
        .call("/v3/payee/retrieve", &[("email", "ana@example.com")])
        .await
        .ok();
    assert_eq!(found["customer"]["payeeStatus"], "Deactivated");
    ready
        .pay("INV-1", "1.00")
        .await
        .refused("000040", "the payee is Deactivated");
    merchant.call("/v3/payee/delete", &[customer]).await.ok();
    merchant
        .call("/v3/payee/retrieve", &[customer])
        .await
        .refused("000021", "no such payee");
    merchant.register("ana@example.com").await.ok();
}

#[tokio::test]
async fn fx_and_unknown_paths() {
    let sandbox = Sandbox::start(virtual_time()).await.unwrap();
    let merchant = Merchant::of(&sandbox);
    let pairs = [("sourceCurrency", "USD"), ("destinationCurrency", "CNY")];
    let rate = merchant
        .call(pockyt_sandbox::assumptions::FX_RATE, &pairs)
        .await
        .ok();
    assert_eq!(rate["result"]["rate"], "7.1026254");
    let nowhere = merchant.call("/v3/payout/pay", &[]).await;
    assert_eq!(nowhere.status, 404);
    nowhere.refused("000010", "there is no /v3/payout/pay");
}

#[tokio::test]
async fn only_this_computer_by_its_own_name() {
    let everywhere = Config {
        addr: "0.0.0.0:0".parse().unwrap(),
        ..Config::default()
    };
    let refused = Sandbox::start(everywhere).await.unwrap_err();
    assert!(refused.to_string().contains("loopback"));

    let sandbox = Sandbox::start(virtual_time()).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/_control/settle", sandbox.base_url());
    let status = async |name: &str, value: &str| {
        let request = http.post(&url).header(name, value).body("{}");
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("x-nothing", "").await, 200);
    assert_eq!(status("host", "evil.example").await, 421);
    assert_eq!(status("origin", "https://evil.example").await, 403);
    assert_eq!(status("origin", "null").await, 403);
    assert_eq!(status("origin", &sandbox.base_url()).await, 200);
}

#[tokio::test]
async fn nothing_prints_the_token() {
    let config = Config {
        api_token: "a-secret-token".to_owned(),
        ..virtual_time()
    };
    let printed = format!("{config:?}");
    let sandbox = Sandbox::start(config).await.unwrap();
    let printed = printed + &format!("{sandbox:?}{:?}", sandbox.control());
    assert!(!printed.contains("a-secret-token"));
}
