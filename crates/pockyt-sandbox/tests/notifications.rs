//! Notifications: signed, repeated until acknowledged, and wrong on demand.
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

use common::{Fields, Ready, Receiver, get, signed};
use pockyt_sandbox::{
    ClockMode, Config, NotificationEffect, NotificationFault, NotificationFormat, NotificationKind,
    PayoutStatus, Progress, SAMPLE_TOKEN, Speed, sign,
};

async fn ready() -> Ready {
    Ready::with(Config {
        clock: ClockMode::Virtual,
        ..Config::default()
    })
    .await
}

fn is_genuine(fields: &Fields) -> bool {
    let given = get(fields, sign::FIELD);
    let mut bare = fields.clone();
    bare.retain(|(name, _)| name != sign::FIELD);
    get(&signed(bare, SAMPLE_TOKEN), sign::FIELD) == given
}

#[tokio::test]
async fn form_and_json_carry_the_documented_fields() {
    for format in [NotificationFormat::Form, NotificationFormat::Json] {
        let ready = ready().await;
        let control = ready.sandbox.control();
        control.switch(|switches| switches.notification_format = format);
        let (receiver, url) = Receiver::start(None).await;
        let paid = ready.pay_notified("INV-1", "60.00", &url).await.ok();
        assert!(receiver.fields().is_empty(), "nothing before it settles");
        control.advance(Duration::from_secs(10)).await.unwrap();
        let [fields] = receiver.fields().try_into().unwrap();
        let mut names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "accountToken",
                "amount",
                "currency",
                "invoiceId",
                "paymentTime",
                "status",
                "transactionNo",
                "vendor",
                "verifySign"
            ]
        );
        assert!(is_genuine(&fields));
        assert_eq!(get(&fields, "amount"), "60.00");
        assert_eq!(get(&fields, "status"), "success");
        assert_eq!(get(&fields, "vendor"), "BANK_ACCOUNT");
        assert_eq!(
            paid["result"]["transactionNo"],
            get(&fields, "transactionNo").as_str()
        );
        let media = &receiver.received.lock().unwrap()[0].0;
        let json = format == NotificationFormat::Json;
        assert_eq!(media == "application/json", json);
        assert_eq!(control.notifications()[0].progress, Progress::Acknowledged);
    }
}

#[tokio::test]
async fn eight_tries_in_two_hours_and_no_more() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let (receiver, url) = Receiver::start(Some((200, "fail"))).await;
    receiver.first(&[(500, "success"), (200, ""), (302, "success")]);
    ready.pay_notified("INV-1", "60.00", &url).await.ok();
    control
        .advance(Duration::from_secs(3 * 3600))
        .await
        .unwrap();
    let [notification] = control.notifications().try_into().unwrap();
    assert_eq!(notification.progress, Progress::GivenUp);
    assert_eq!(receiver.fields().len(), 8);
    let began = notification.attempts[0].at;
    let spacing: Vec<i64> = notification
        .attempts
        .iter()
        .map(|attempt| attempt.at.as_second() - began.as_second())
        .collect();
    assert_eq!(spacing, [0, 15, 60, 180, 600, 1500, 3600, 7200]);
    let first = receiver.fields()[0].clone();
    assert!(receiver.fields().iter().all(|fields| *fields == first));
    control
        .advance(Duration::from_secs(24 * 3600))
        .await
        .unwrap();
    assert_eq!(receiver.fields().len(), 8);
}

#[tokio::test]
async fn tries_end_with_the_acknowledgement() {
    let ready = ready().await;
    let (receiver, url) = Receiver::start(None).await;
    receiver.first(&[(503, ""), (200, "ok")]);
    ready.pay_notified("INV-1", "60.00", &url).await.ok();
    ready
        .sandbox
        .control()
        .advance(Duration::from_secs(3600))
        .await
        .unwrap();
    assert_eq!(receiver.fields().len(), 3);
}

#[tokio::test]
async fn a_return_is_announced_after_the_success() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let (receiver, url) = Receiver::start(None).await;
    ready.pay_notified("INV-1-return", "60.00", &url).await.ok();
    ready.pay_notified("INV-2-silent", "60.00", &url).await.ok();
    control.advance(Duration::from_secs(60)).await.unwrap();
    assert_eq!(receiver.statuses(), ["success", "returned"]);
    ready.pay_notified("INV-3-twice", "60.00", &url).await.ok();
    control.advance(Duration::from_secs(60)).await.unwrap();
    assert_eq!(receiver.statuses()[2..], ["success", "success"]);
}

#[tokio::test]
async fn notifications_go_wrong_on_demand() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let (receiver, url) = Receiver::start(None).await;
    let pay = async |invoice: &str, effects: &[NotificationEffect]| -> Vec<Fields> {
        for effect in effects {
            control.inject_notification(NotificationFault::once(effect.clone()));
        }
        receiver.received.lock().unwrap().clear();
        ready.pay_notified(invoice, "60.00", &url).await.ok();
        control.advance(Duration::from_secs(30)).await.unwrap();
        receiver.fields()
    };
    assert!(pay("INV-1", &[NotificationEffect::None]).await.is_empty());
    assert_eq!(
        pay("INV-2", &[NotificationEffect::Duplicated]).await.len(),
        2
    );

    let forged = pay("INV-3-fail", &[NotificationEffect::Forged]).await;
    let genuine: Vec<_> = forged.iter().filter(|fields| is_genuine(fields)).collect();
    assert_eq!((forged.len(), genuine.len()), (2, 1));
    assert_eq!(get(genuine[0], "status"), "failed");
    let lie = forged.iter().find(|fields| !is_genuine(fields)).unwrap();
    assert_eq!(get(lie, "status"), "success");

    let mismatched = pay(
        "INV-4",
        &[NotificationEffect::Mismatched, NotificationEffect::None],
    )
    .await;
    assert_eq!(mismatched.len(), 1);
    assert!(is_genuine(&mismatched[0]));
    assert_eq!(get(&mismatched[0], "amount"), "61.00");

    assert!(
        pay("INV-5", &[NotificationEffect::Delayed { seconds: 100 }])
            .await
            .is_empty()
    );
    control.advance(Duration::from_secs(100)).await.unwrap();
    assert_eq!(receiver.fields().len(), 1);
    assert!(control.faults().notifications.is_empty());
    let once = |kind| {
        control
            .notifications()
            .iter()
            .filter(|n| n.kind == kind)
            .count()
    };
    assert_eq!(once(NotificationKind::Forged), 1);
}

#[tokio::test]
async fn what_is_not_genuine_is_tried_once() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let (receiver, url) = Receiver::start(Some((403, "no"))).await;
    for effect in [
        NotificationEffect::Forged,
        NotificationEffect::Mismatched,
        NotificationEffect::None,
    ] {
        control.inject_notification(NotificationFault::once(effect));
    }
    ready.pay_notified("INV-1", "60.00", &url).await.ok();
    control
        .advance(Duration::from_secs(3 * 3600))
        .await
        .unwrap();
    assert_eq!(receiver.fields().len(), 2);
}

#[tokio::test]
async fn a_reordered_notification_is_overtaken_by_the_next() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let (receiver, url) = Receiver::start(None).await;
    control.inject_notification(NotificationFault::once(NotificationEffect::Reordered));
    ready.pay_notified("INV-1-return", "60.00", &url).await.ok();
    control.advance(Duration::from_secs(30)).await.unwrap();
    assert_eq!(receiver.statuses(), ["returned", "success"]);
}

#[tokio::test]
async fn outcomes_set_by_hand_are_announced() {
    let ready = ready().await;
    let control = ready.sandbox.control();
    let (receiver, url) = Receiver::start(None).await;
    ready
        .pay_notified("INV-1-pending", "60.00", &url)
        .await
        .ok();
    control.advance(Duration::from_secs(86_400)).await.unwrap();
    assert!(receiver.fields().is_empty());
    control
        .set_outcome("INV-1-pending", PayoutStatus::Success)
        .await
        .unwrap();
    control
        .set_outcome("INV-1-pending", PayoutStatus::Returned)
        .await
        .unwrap();
    assert!(
        control
            .set_outcome("INV-1-pending", PayoutStatus::Failed)
            .await
            .is_err()
    );
    control.advance(Duration::from_secs(1)).await.unwrap();
    let mut statuses = receiver.statuses();
    statuses.sort();
    assert_eq!(statuses, ["returned", "success"]);
}

#[tokio::test]
async fn they_come_by_themselves_in_real_time() {
    let ready = Ready::with(Config {
        speed: Speed::instant(),
        ..Config::default()
    })
    .await;
    let (receiver, url) = Receiver::start(None).await;
    for n in 0..40 {
        ready
            .pay_notified(&format!("INV-{n}"), "60.00", &url)
            .await
            .ok();
    }
    for _ in 0..1000 {
        if receiver.fields().len() == 40 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(receiver.fields().len(), 40);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(receiver.fields().len(), 40, "none twice");
}
