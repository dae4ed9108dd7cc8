//! When the outcome of a payment is unknown: odd answers, a crash, notifications that lie. The payout says Checking, goes
//! nowhere else, and ends where it truly is; Pockyt moves the money at most once.

use crate::desk::{Desk, wait, wait_for};
use crate::doubles::Keychain;
use crate::notifications::listed;
use crate::shop::{PAY, Shop, again, dollars, draft_to_payable, pay};
use pockyt_sandbox::{Control, Effect, Fault, NotificationEffect, NotificationFault};
use serde_json::{Value, json};

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
        form = again(&form, json!({}));
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
        form = again(&form, json!({}));
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

/// The demo is less patient than a real account: what takes minutes there takes seconds here.
struct Demo {
    desk: Desk,
    pockyt: Control,
    _folder: tempfile::TempDir,
}

impl Demo {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::new(folder.path(), &Keychain::new());
        Self {
            pockyt: desk.open_demo(),
            desk,
            _folder: folder,
        }
    }

    fn draft(&self) -> Value {
        draft_to_payable(&self.desk, &self.pockyt, "ana@example.com")
    }
}

#[test]
fn a_payment_that_never_arrived_goes_out_again_the_same_and_pays_once() {
    let demo = Demo::new();
    let form = demo.draft();
    demo.pockyt.inject(Fault::on(PAY, Effect::Drop));
    let released = pay(&demo.desk, &form);
    let paid = demo.desk.until(released["id"].as_str().unwrap(), "paid");
    let way = states(&paid);
    assert_eq!(
        way,
        [
            "ready",
            "sending",
            "unknown",
            "sending",
            "processing",
            "paid"
        ],
        "Checking first, and never Failed"
    );
    let calls = demo.pockyt.calls_of(PAY);
    assert_eq!(calls.len(), 2, "it went out again once");
    assert_eq!(
        (&calls[0].request_id, &calls[0].invoice_id),
        (&calls[1].request_id, &calls[1].invoice_id),
        "under the same key and invoice ID (I4)"
    );
    let asked = demo.pockyt.calls_of("/v3/payouts/inquiry");
    let nothing = asked.iter().filter(|call| {
        call.at < calls[1].at
            && call
                .outcome
                .as_ref()
                .is_some_and(|(code, _)| code == "000021")
    });
    assert!(
        nothing.count() >= 3,
        "only after Pockyt said several times that it has no such payout"
    );
    assert_eq!(demo.pockyt.transfers().len(), 1);
}

#[test]
fn a_refusal_that_may_mean_two_things_fails_only_after_pockyt_was_asked() {
    let demo = Demo::new();
    let form = demo.draft();
    let preview = demo.desk.ok("preview_payout", json!({ "draft": form }));
    wait(demo.pockyt.set_balance(dollars(0))).unwrap();
    let released = demo.desk.ok(
        "submit_payout",
        json!({ "draft": form, "review": preview["review"] }),
    );
    let failed = demo.desk.until(released["id"].as_str().unwrap(), "failed");
    assert_eq!(states(&failed), ["ready", "sending", "unknown", "failed"]);
    let payout = &failed["payout"];
    assert_eq!(
        (&payout["reason"], &payout["retryable"]),
        (&json!("refused"), &json!(true))
    );
    assert_eq!(
        demo.pockyt.calls_of(PAY).len(),
        1,
        "what was refused is not sent again"
    );
    assert!(demo.pockyt.transfers().is_empty());
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
fn whatever_moment_the_app_dies_each_released_payout_is_paid_once() {
    let demo = Demo::new();
    let base = demo.draft();
    let forms: Vec<_> = (0..4).map(|_| again(&base, json!({}))).collect();
    for form in &forms {
        pay(&demo.desk, form);
    }
    // Some have been sent by now, some are being sent, some wait.
    let Demo { desk, _folder, .. } = demo;
    let desk = desk.crash();
    let pockyt = desk.demo();
    for form in &forms {
        desk.until(form["draftId"].as_str().unwrap(), "paid");
        let invoice = form["invoiceId"].as_str().unwrap();
        assert_eq!(pockyt.transfers_for(invoice), 1, "paid once (I3)");
    }
    assert_eq!(pockyt.transfers().len(), forms.len());
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
        let form = again(&form, json!({ "amount": "12.01" }));
        let released = shop.pay(&form);
        let id = released["id"].as_str().unwrap();
        shop.desk.until(id, "failed");
        let kept = wait_for("the notification to be kept or counted", || {
            let detail = shop.desk.ok("payout", json!({ "id": id }));
            let kept = detail["events"]
                .as_array()
                .unwrap()
                .iter()
                .any(|event| event["verdict"] == verdict);
            let search = json!({ "search": released["invoiceId"] });
            let counted = listed(&shop.desk, search)
                .iter()
                .any(|row| row["again"] != 0);
            (kept || (counted && verdict == "already_known")).then_some(detail)
        });
        assert!(
            !states(&kept).contains(&"paid"),
            "{effect:?}: it was never paid: {kept:#}"
        );
        assert_eq!(states(&kept).last(), Some(&"failed"));
        shop.desk.host.hears("what became of it", |event| {
            event["verdict"] == verdict && event["payoutId"] == id
        });
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
