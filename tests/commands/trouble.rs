//! When the outcome of a payment is unknown: odd answers, a crash, notifications that lie. The payout says Checking, goes
//! nowhere else, and ends where it truly is; Pockyt moves the money at most once.

use crate::desk::wait_for;
use crate::shop::Shop;
use pockyt_sandbox::{Effect, Fault, NotificationEffect, NotificationFault};
use serde_json::{Value, json};

const PAY: &str = "/v3/payouts/pay";

/// Answers that tell nothing, and the reason that the payout shows for each.
fn odd_answers() -> [(Effect, &'static str); 7] {
    let ret = |code: &str, message: &str| Effect::Ret {
        code: code.to_owned(),
        message: message.to_owned(),
    };
    [
        (Effect::Drop, "connection_lost"),
        (Effect::Garbage, "garbled"),
        (Effect::Html, "garbled"),
        (Effect::Status { status: 502 }, "system_error"),
        (ret("000000", "system error"), "system_error"),
        (ret("000080", "supplier error"), "system_error"),
        (ret("000777", "moon phase"), "unrecognised_answer"),
    ]
}

fn states(detail: &Value) -> Vec<&str> {
    detail["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["to"].as_str())
        .collect()
}

#[test]
fn an_odd_answer_to_a_payment_that_went_through_ends_in_paid_with_one_transfer() {
    let shop = Shop::new();
    let mut form = shop.draft("ana@example.com");
    for (count, (effect, _)) in odd_answers().into_iter().enumerate() {
        shop.pockyt
            .inject(Fault::on(PAY, effect.clone()).after_processing());
        form = crate::shop::again(&form, json!({}));
        let released = shop.pay(&form);
        let paid = shop.desk.until(released["id"].as_str().unwrap(), "paid");
        assert!(
            !states(&paid).contains(&"failed"),
            "{effect:?}: never Failed on the way: {paid:#}"
        );
        assert_eq!(
            shop.pockyt.transfers().len(),
            count + 1,
            "{effect:?}: one transfer"
        );
        assert_eq!(
            shop.pockyt.calls_of(PAY).len(),
            count + 1,
            "{effect:?}: sent once"
        );
    }
}

#[test]
fn an_odd_answer_to_a_payment_that_never_arrived_stays_checking_and_is_not_sent_again_soon() {
    let shop = Shop::new();
    let mut form = shop.draft("ana@example.com");
    let mut waiting = Vec::new();
    for (effect, reason) in odd_answers() {
        shop.pockyt.inject(Fault::on(PAY, effect.clone()));
        form = crate::shop::again(&form, json!({}));
        let released = shop.pay(&form);
        let unknown = shop.desk.until(released["id"].as_str().unwrap(), "unknown");
        let payout = &unknown["payout"];
        assert_eq!(
            payout["reason"], reason,
            "{effect:?}: it says why: {payout}"
        );
        assert_eq!(
            payout["mustAct"], "remit",
            "{effect:?}: the owner need not do anything"
        );
        assert_eq!(
            (&payout["cancellable"], &payout["retryable"]),
            (&json!(false), &json!(false)),
            "{effect:?}: it may have arrived"
        );
        waiting.push((effect, released["id"].clone()));
    }
    for (effect, id) in waiting {
        let id = json!({ "id": id });
        let checked = shop.desk.ok("check_payout", id.clone());
        assert_eq!(
            checked["state"], "unknown",
            "{effect:?}: one \"no such payout\" proves nothing (I4)"
        );
        shop.desk
            .refused("cancel_payout", id.clone(), "not_cancellable", None);
        shop.desk
            .refused("prepare_retry", id, "not_retryable", None);
    }
    assert!(shop.pockyt.transfers().is_empty());
    assert_eq!(shop.pockyt.calls_of(PAY).len(), 7, "each was sent once");
}

#[test]
fn a_duplicate_answer_means_asking_not_failing() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    shop.pockyt
        .inject(Fault::on(PAY, Effect::Duplicate).after_processing());
    let released = shop.pay(&form);
    let paid = shop.desk.until(released["id"].as_str().unwrap(), "paid");
    assert!(!states(&paid).contains(&"failed"), "{paid:#}");
    assert_eq!(
        (
            shop.pockyt.transfers().len(),
            shop.pockyt.calls_of(PAY).len()
        ),
        (1, 1)
    );
}

#[test]
fn an_app_that_dies_while_sending_comes_back_checking_and_then_knows_the_truth() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    shop.pockyt.inject(
        Fault::on(PAY, Effect::Genuine)
            .after_processing()
            .delayed(60_000),
    );
    // Nobody tells the next app: it must ask.
    shop.pockyt
        .inject_notification(NotificationFault::forever(NotificationEffect::None));
    let released = shop.pay(&form);
    let id = released["id"].as_str().unwrap().to_owned();
    wait_for("Pockyt to have taken the payment", || {
        (shop.pockyt.transfers().len() == 1).then_some(())
    });
    assert_eq!(
        shop.desk.ok("payout", json!({ "id": id }))["payout"]["state"],
        "sending",
        "no answer yet"
    );

    let shop = shop.crash();
    let paid = shop.desk.until(&id, "paid");
    let recovered = paid["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["kind"] == "recovered");
    let recovered = recovered.expect("the start found it");
    assert_eq!(
        (&recovered["from"], &recovered["to"]),
        (&json!("sending"), &json!("unknown")),
        "it was Checking first"
    );
    assert_eq!(
        (
            shop.pockyt.transfers().len(),
            shop.pockyt.calls_of(PAY).len()
        ),
        (1, 1),
        "one transfer, sent once"
    );
    assert_eq!(shop.desk.payouts().len(), 1);
}

#[test]
fn an_app_that_dies_before_anything_arrived_shows_checking_and_does_not_send_anew_at_once() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    // The request hangs in front of Pockyt and never gets in.
    shop.pockyt
        .inject(Fault::on(PAY, Effect::Drop).delayed(60_000));
    let released = shop.pay(&form);
    let id = released["id"].as_str().unwrap().to_owned();
    shop.desk.until(&id, "sending");
    let shop = shop.crash();
    let unknown = shop.desk.until(&id, "unknown");
    assert_eq!(unknown["payout"]["reason"], "interrupted");
    let same = shop
        .desk
        .ok("submit_payout", json!({ "draft": form, "review": "" }));
    assert_eq!(
        (&same["id"], &same["state"]),
        (&json!(id), &json!("unknown")),
        "pressing again shows it and sends nothing"
    );
    assert_eq!(
        shop.desk.ok("check_payout", json!({ "id": id }))["state"],
        "unknown"
    );
    assert!(shop.pockyt.transfers().is_empty() && shop.pockyt.calls_of(PAY).is_empty());
}

#[test]
fn a_released_payout_survives_a_crash_before_it_was_claimed() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let preview = shop.desk.ok("preview_payout", json!({ "draft": form }));
    let released = shop.desk.ok(
        "submit_payout",
        json!({ "draft": form, "review": preview["review"] }),
    );
    // Whatever moment this is: claimed or not, sent or not.
    let shop = shop.crash();
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    assert_eq!(shop.pockyt.transfers().len(), 1);
}

#[test]
fn notifications_that_lie_or_repeat_move_nothing_wrongly_and_are_kept_with_their_verdict() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    for (effect, verdict) in [
        (NotificationEffect::Forged, "forged"),
        (NotificationEffect::Mismatched, "mismatched"),
        (NotificationEffect::Duplicated, "already_known"),
    ] {
        shop.pockyt
            .inject_notification(NotificationFault::once(effect.clone()));
        // It fails in truth, while a forged notification claims success.
        let form = crate::shop::again(&form, json!({ "amount": "12.01" }));
        let released = shop.pay(&form);
        let id = released["id"].as_str().unwrap();
        shop.desk.until(id, "failed");
        let kept = wait_for("the notification to be kept", || {
            let detail = shop.desk.ok("payout", json!({ "id": id }));
            let found = detail["events"]
                .as_array()
                .unwrap()
                .iter()
                .any(|event| event["verdict"] == verdict);
            found.then_some(detail)
        });
        assert!(
            !states(&kept).contains(&"paid"),
            "{effect:?}: it was never paid: {kept:#}"
        );
        assert_eq!(states(&kept).last(), Some(&"failed"));
        let heard = shop.desk.host.heard();
        assert!(
            heard
                .iter()
                .any(|event| event["verdict"] == verdict && event["payoutId"] == id),
            "{effect:?}: the window hears of it"
        );
    }
}

#[test]
fn without_any_notification_polling_alone_learns_the_outcome() {
    let shop = Shop::new();
    let form = crate::desk::with(
        shop.draft("ana@example.com"),
        json!({ "invoiceId": "INV-silent" }),
    );
    let released = shop.pay(&form);
    let paid = shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let settled = paid["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["to"] == "paid")
        .unwrap();
    assert_eq!(settled["source"], "inquiry", "{settled}");
    assert!(shop.pockyt.notifications().is_empty());
}
