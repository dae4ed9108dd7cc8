//! Payouts over real HTTP: orders, one transfer each, and money that adds up.
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
use pockyt_sandbox::{ClockMode, Config, Currency, FeePayer, Money, Speed};

fn virtual_time() -> Config {
    Config {
        clock: ClockMode::Virtual,
        ..Config::default()
    }
}

#[tokio::test]
async fn an_order_must_be_right_in_every_field() {
    let ready = Ready::with(virtual_time()).await;
    let pay = async |name: &str, value: &str| {
        let mut order = ready.order("INV-1", "10.00");
        order.push((name, value));
        ready.merchant.call("/v3/payouts/pay", &order).await
    };
    for amount in [
        "0",
        "0.00",
        "-1",
        "1.001",
        "1,000.00",
        "abc",
        "99999999999999999999",
    ] {
        pay("amount", amount).await.refused("000023", "amount");
    }
    pay("currency", "XXX").await.refused("000023", "currency");
    pay("currency", "KRW").await.refused("000040", "balance");
    pay("invoiceId", "").await.refused("000020", "invoiceId");
    pay("invoiceId", &"x".repeat(65))
        .await
        .refused("000023", "invoiceId");
    pay("customerNo", "2000").await.refused("000021", "payee");
    pay("accountToken", "2010")
        .await
        .refused("000021", "accountToken");
    pay("processingChannel", "PIGEON")
        .await
        .refused("000023", "processingChannel");
    pay("ipnUrl", "http://example.com/")
        .await
        .refused("000023", "https");
    pay("note", &"x".repeat(101))
        .await
        .refused("000023", "note");
    pay("amount", "250000.01")
        .await
        .refused("000040", "account balance is not sufficient");

    let other = ready.merchant.register("bo@example.com").await.ok();
    let other = other["customer"]["customerNo"].as_str().unwrap();
    pay("customerNo", other)
        .await
        .refused("000022", "accountToken does not belong");
    let control = ready.sandbox.control();
    control
        .set_account_status(&ready.account, pockyt_sandbox::AccountStatus::Invalid)
        .await
        .unwrap();
    pay("note", "x")
        .await
        .refused("000040", "the funding account is INVALID");
    control.remove_account(&ready.account).await.unwrap();
    pay("note", "x").await.refused("000021", "accountToken");
    assert!(control.transfers().is_empty(), "a refusal moves no money");
    let usd = control.balance(Currency::Usd);
    assert_eq!(usd, 25_000_000);
}

#[tokio::test]
async fn an_invoice_id_pays_once() {
    let ready = Ready::with(virtual_time()).await;
    let control = ready.sandbox.control();
    ready.pay("INV-1", "10.00").await.ok();
    ready
        .pay("INV-1", "10.00")
        .await
        .refused("000023", "Duplicate request error");
    ready
        .pay("INV-1", "11.00")
        .await
        .refused("000023", "Duplicate request error");
    assert_eq!(control.transfers_for("INV-1"), 1);

    // A refused order does not use its invoice ID up.
    ready
        .pay("INV-2", "999999.00")
        .await
        .refused("000040", "balance");
    ready.pay("INV-2", "10.00").await.ok();

    control.switch(|switches| switches.accept_duplicates = true);
    ready.pay("INV-1", "10.00").await.ok();
    assert_eq!(
        control.transfers_for("INV-1"),
        2,
        "the count shows what a missing guard costs"
    );
}

#[tokio::test]
async fn a_request_id_gives_the_first_answer_again() {
    let ready = Ready::with(virtual_time()).await;
    let control = ready.sandbox.control();
    let pay = async |invoice: &str, amount: &str, key: &str| {
        ready
            .merchant
            .try_call("/v3/payouts/pay", &ready.order(invoice, amount), Some(key))
            .await
            .unwrap()
    };
    let first = pay("INV-1", "10.00", "key-1").await;
    control.advance(Duration::from_secs(60)).await.unwrap();
    // Long after, and the first answer still says pending.
    control.advance(Duration::from_secs(7200)).await.unwrap();
    assert_eq!(pay("INV-1", "10.00", "key-1").await, first);
    assert!(control.calls().last().unwrap().replayed);
    pay("INV-1", "11.00", "key-1")
        .await
        .refused("000022", "used for another request");

    // What did not complete is run again.
    control.switch(|switches| switches.check_timestamp = false);
    pay("INV-2", "999999.00", "key-2")
        .await
        .refused("000040", "balance");
    let plenty = Money {
        minor: 200_000_000,
        currency: Currency::Usd,
    };
    control.set_balance(plenty).await.unwrap();
    pay("INV-2", "999999.00", "key-2").await.ok();

    control.forget_request_ids().await.unwrap();
    pay("INV-1", "10.00", "key-1")
        .await
        .refused("000023", "Duplicate request error");
    assert_eq!(control.transfers().len(), 2);
}

#[tokio::test]
async fn the_same_request_many_times_at_once_is_one_transfer() {
    let ready = std::sync::Arc::new(Ready::with(virtual_time()).await);
    let calls = (0..20).map(|n| {
        let ready = std::sync::Arc::clone(&ready);
        tokio::spawn(async move {
            let key = (n % 2 == 0).then_some("key");
            let order = ready.order("INV-1", "10.00");
            let reply = ready
                .merchant
                .try_call("/v3/payouts/pay", &order, key)
                .await;
            reply.unwrap().code()
        })
    });
    let mut accepted = 0;
    for call in calls.collect::<Vec<_>>() {
        accepted += usize::from(call.await.unwrap() == "000100");
    }
    assert!((1..=10).contains(&accepted), "{accepted}");
    assert_eq!(ready.sandbox.control().transfers_for("INV-1"), 1);
}

#[tokio::test]
async fn money_is_conserved_through_every_outcome() {
    for fee_payer in [FeePayer::Payee, FeePayer::Merchant] {
        let ready = Ready::with(Config {
            fee_payer,
            ..virtual_time()
        })
        .await;
        let control = ready.sandbox.control();
        let fee = if fee_payer == FeePayer::Merchant {
            95
        } else {
            0
        };
        for marker in [
            "", "-fail", "-return", "-slow", "-silent", "-pending", "-twice",
        ] {
            ready.pay(&format!("INV{marker}"), "100.00").await.ok();
        }
        assert_eq!(
            control.balance(Currency::Usd),
            25_000_000 - 7 * (10_000 + fee)
        );
        control.advance(Duration::from_secs(600)).await.unwrap();
        assert_eq!(
            control.balance(Currency::Usd),
            25_000_000 - 5 * (10_000 + fee)
        );
        let booked: i64 = control
            .movements()
            .iter()
            .filter(|movement| movement.currency == Currency::Usd)
            .map(|movement| movement.minor)
            .sum();
        assert_eq!(booked, control.balance(Currency::Usd));
        for (invoice, status) in [
            ("INV", "success"),
            ("INV-fail", "failed"),
            ("INV-return", "returned"),
            ("INV-slow", "success"),
            ("INV-pending", "pending"),
        ] {
            control.switch(|switches| switches.check_timestamp = false);
            assert_eq!(ready.merchant.status_of(invoice).await, status, "{invoice}");
        }
    }
}

#[tokio::test]
async fn outcomes_follow_the_plan_in_real_time_too() {
    let config = Config {
        speed: Speed::instant(),
        ..Config::default()
    };
    let ready = Ready::with(config).await;
    ready.pay("INV-1", "10.01").await.ok();
    assert_eq!(ready.merchant.status_of("INV-1").await, "failed");
    let lost = ready
        .merchant
        .try_call("/v3/payouts/pay", &ready.order("INV-2", "10.06"), None)
        .await;
    assert!(lost.is_err(), "the answer is lost");
    assert_eq!(ready.merchant.status_of("INV-2").await, "success");
}

#[tokio::test]
async fn inquiry_finds_by_either_number() {
    let ready = Ready::with(virtual_time()).await;
    let paid = ready.pay("INV-1", "10.00").await.ok();
    let number = paid["result"]["transactionNo"].as_str().unwrap();
    let inquire =
        async |pairs: &[(&str, &str)]| ready.merchant.call("/v3/payouts/inquiry", pairs).await;
    assert_eq!(
        inquire(&[("transactionNo", number)]).await.ok()["result"]["invoiceId"],
        "INV-1"
    );
    inquire(&[("invoiceId", "INV-9")])
        .await
        .refused("000021", "no such payout");
    inquire(&[("invoiceId", "INV-9"), ("transactionNo", number)])
        .await
        .refused("000021", "no such payout");
    inquire(&[]).await.refused("000020", "invoiceId");
}
