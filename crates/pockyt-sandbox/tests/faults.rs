//! Faults on demand, and what a caller sees of them.
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

use common::Ready;
use pockyt_sandbox::{ClockMode, Config, Effect, Fault};
use serde_json::json;

const PAY: &str = "/v3/payouts/pay";

async fn ready() -> Ready {
    Ready::with(Config {
        clock: ClockMode::Virtual,
        ..Config::default()
    })
    .await
}

#[tokio::test]
async fn a_dropped_call_was_processed_or_not_as_asked() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let pay = async |invoice: &str| {
        let order = ready.order(invoice, "10.00");
        ready.merchant.try_call(PAY, &order, None).await
    };
    control.inject(Fault::on(PAY, Effect::Drop));
    assert!(pay("INV-1").await.is_err());
    assert_eq!(control.transfers_for("INV-1"), 0);
    control.inject(Fault::on(PAY, Effect::Drop).after_processing());
    assert!(pay("INV-1").await.is_err());
    assert_eq!(control.transfers_for("INV-1"), 1);
    pay("INV-1").await.unwrap().refused("000023", "Duplicate");
    let calls = control.calls_of(PAY);
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[0].outcome, None);
    assert_eq!(calls[1].outcome.as_ref().unwrap().0, "000100");
    assert!(calls[1].fault.as_ref().unwrap().contains("Drop after"));
}

#[tokio::test]
async fn a_caller_is_counted_while_it_waits() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    control.inject(
        Fault::on(PAY, Effect::Genuine)
            .after_processing()
            .delayed(300),
    );
    let order = ready.order("INV-1", "10.00");
    let looked = async {
        while control.transfers().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        control.waiting(PAY)
    };
    let (answer, waiting) = tokio::join!(ready.merchant.try_call(PAY, &order, None), looked);
    answer.unwrap().ok();
    assert_eq!((waiting, control.waiting(PAY)), (1, 0));

    // One that hangs up waits no longer.
    control.inject(Fault::on(PAY, Effect::Drop).delayed(60_000));
    let order = ready.order("INV-2", "10.00");
    let call = ready.merchant.try_call(PAY, &order, None);
    let hung_up = tokio::time::timeout(Duration::from_millis(100), call).await;
    assert!(hung_up.is_err());
    while control.waiting(PAY) > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn every_kind_of_wrong_answer() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let strange = Effect::Ret {
        code: "000099".to_owned(),
        message: "never seen".to_owned(),
    };
    let unavailable = Effect::Status { status: 503 };
    for effect in [
        unavailable.clone(),
        Effect::Garbage,
        Effect::Html,
        strange.clone(),
        Effect::Duplicate,
    ] {
        control.inject(Fault::on(PAY, effect));
    }
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(ready.pay("INV-1", "10.00").await);
    }
    assert_eq!(seen[0].status, 503);
    assert!(serde_json::from_str::<serde_json::Value>(&seen[1].text).is_err());
    assert!(seen[2].text.contains("<h1>"));
    assert_eq!(seen[3].code(), "000099");
    assert_eq!(seen[4].message(), "Duplicate request error");
    assert!(control.transfers().is_empty());
    assert!(control.faults().gateway.is_empty());

    control.inject(Fault::on(PAY, Effect::Duplicate).after_processing());
    ready
        .pay("INV-1", "10.00")
        .await
        .refused("000023", "Duplicate");
    assert_eq!(control.transfers_for("INV-1"), 1);

    control.inject(Fault::on(PAY, unavailable).forever());
    for _ in 0..3 {
        assert_eq!(ready.pay("INV-2", "10.00").await.status, 503);
    }
    assert_eq!(
        ready.merchant.status_of("INV-1").await,
        "pending",
        "other paths are unharmed"
    );
    control.clear_faults();
    ready.pay("INV-2", "10.00").await.ok();
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_stop_the_gateway() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    control.inject(Fault::on(PAY, Effect::Genuine).delayed(3000));
    let impatient = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    let merchant = common::Merchant {
        http: impatient,
        base: ready.merchant.base.clone(),
        now: ready.merchant.now.clone(),
    };
    let order = ready.order("INV-1", "10.00");
    assert!(
        merchant
            .try_call(PAY, &order, None)
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(control.transfers_for("INV-1"), 0);
    for _ in 0..500 {
        if control.transfers_for("INV-1") == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the gateway did not finish what it began");
}

#[tokio::test]
async fn the_control_api_does_the_same_over_http() {
    let ready = ready().await;
    let http = &ready.merchant.http;
    let url = |path: &str| format!("{}/_control/{path}", ready.sandbox.base_url());
    let post = async |path: &str, body: serde_json::Value| {
        let request = http
            .post(url(path))
            .header("content-type", "application/json")
            .body(body.to_string());
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let get = async |path: &str| -> serde_json::Value {
        let text = http
            .get(url(path))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let fault = json!({"endpoint": PAY, "processed": true, "times": 1, "effect": {"kind": "status", "status": 500}});
    assert_eq!(post("faults", fault).await.0, 200);
    assert_eq!(ready.pay("INV-1", "10.00").await.status, 500);
    assert_eq!(get("transfers").await[0]["invoice_id"], "INV-1");
    assert_eq!(get("calls").await.as_array().unwrap().len(), 2);

    assert_eq!(
        post("payouts/INV-1/outcome", json!({"status": "failed"}))
            .await
            .0,
        200
    );
    assert_eq!(ready.merchant.status_of("INV-1").await, "failed");
    let (status, text) = post("payouts/INV-1/outcome", json!({"status": "success"})).await;
    assert_eq!(status, 409, "{text}");
    assert_eq!(
        post("payouts/INV-9/outcome", json!({"status": "failed"}))
            .await
            .0,
        404
    );

    assert_eq!(
        post("balance", json!({"currency": "USD", "amount": "5.00"}))
            .await
            .0,
        200
    );
    assert_eq!(get("balance").await["USD"], "5.00");
    ready
        .pay("INV-2", "10.00")
        .await
        .refused("000040", "balance");

    let (_, text) = post("advance", json!({"seconds": 60})).await;
    assert!(text.contains("now"));
    let mut switches = get("switches").await;
    switches["required_at_register"] = json!(["phone"]);
    let put = http
        .put(url("switches"))
        .header("content-type", "application/json")
        .body(switches.to_string());
    assert_eq!(put.send().await.unwrap().status().as_u16(), 200);
    ready
        .merchant
        .register("bo@example.com")
        .await
        .refused("000020", "phone");
    let (status, text) = post("faults", json!({"effect": {"kind": "nonsense"}})).await;
    assert_eq!(status, 422);
    assert!(text.contains("error"), "{text}");
    let status = post(
        &format!("payees/{}/status", ready.customer),
        json!({"status": "declined"}),
    )
    .await;
    assert_eq!(status.0, 200);
    ready
        .pay("INV-3", "1.00")
        .await
        .refused("000040", "Declined");
}

#[tokio::test]
async fn without_control_there_is_no_control_api() {
    let ready = Ready::with(Config {
        control: false,
        ..Config::default()
    })
    .await;
    let url = format!("{}/_control/calls", ready.sandbox.base_url());
    let answer = ready.merchant.http.get(url).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 404);
}
