//! Step 5, from the press of the button on: once, whatever is pressed and whatever Pockyt says.

use crate::desk::{Desk, payout_query, wait, with};
use crate::doubles::Keychain;
use crate::shop::{PAY, Shop, again, connection, dollars, pay};
use pockyt_sandbox::{Effect, Fault, PayoutStatus};
use serde_json::{Value, json};

#[test]
fn an_invoice_id_that_another_payment_has_at_pockyt_is_for_the_owner_to_look_at() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    // Another computer with the same account, unknown to this one.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Desk::new(elsewhere.path(), &Keychain::new());
    other.ok("connect", json!({ "input": connection(&shop.sandbox) }));
    let payee = other.ok("link_payee", json!({ "email": "ana@example.com" }));
    other.ok("refresh_payee", json!({ "id": payee["id"] }));
    // However alike the other payment is, it must not pass for ours.
    for (count, amount) in ["50.00", "12.00"].into_iter().enumerate() {
        let ours = again(&form, json!({}));
        let changes =
            json!({ "payeeId": payee["id"], "amount": amount, "invoiceId": ours["invoiceId"] });
        let theirs = pay(&other, &again(&form, changes));
        other.until(theirs["id"].as_str().unwrap(), "paid");

        let released = shop.pay(&ours);
        let id = released["id"].as_str().unwrap();
        let open = shop.desk.until_that(id, "the owner must look", |payout| {
            payout["mustAct"] == "owner"
        });
        let payout = &open["payout"];
        assert_eq!(
            (&payout["state"], &payout["reason"], &payout["retryable"]),
            (&json!("unknown"), &json!("duplicate"), &json!(false)),
            "nothing invites to pay again what may have been paid: {payout}"
        );
        let transfers = shop.pockyt.transfers();
        assert_eq!(
            transfers.len(),
            count + 1,
            "only the other payment happened"
        );
        assert!(
            payout["detail"]
                .as_str()
                .unwrap()
                .contains(&transfers[count].transaction_no),
            "the owner can look the other payment up: {payout}"
        );
    }
}

#[test]
fn a_balance_that_fell_after_the_review_is_told_in_pockyts_words() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let review = shop.review(&form);
    wait(shop.pockyt.set_balance(dollars(0))).unwrap();
    let arguments = json!({ "draft": form, "review": review });
    let released = shop.desk.ok("submit_payout", arguments);
    let id = released["id"].as_str().unwrap();
    let unknown = shop.desk.until(id, "unknown")["payout"].clone();
    assert_eq!(
        unknown["reason"], "refused",
        "but 000040 may mean two things: Remit asks first (docs/adr/0004)"
    );
    assert!(
        unknown["detail"].as_str().unwrap().contains("balance"),
        "Pockyt's words: {unknown}"
    );
    assert_eq!(
        unknown["retryable"], false,
        "nobody pays again before it is certain"
    );
    assert!(shop.pockyt.transfers().is_empty());
    assert_eq!(shop.pockyt.calls_of(PAY).len(), 1);
}

#[test]
fn a_double_click_pays_once() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let review = shop.review(&form);
    let arguments = json!({ "draft": form, "review": review });
    let payouts: Vec<Value> = std::thread::scope(|scope| {
        let clicks: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| shop.desk.ok("submit_payout", arguments.clone())))
            .collect();
        clicks
            .into_iter()
            .map(|click| click.join().unwrap())
            .collect()
    });
    assert!(
        payouts.iter().all(|payout| payout["id"] == form["draftId"]),
        "every click answers with the one payout"
    );
    shop.desk.until(form["draftId"].as_str().unwrap(), "paid");
    let late = shop.desk.ok("submit_payout", arguments);
    assert_eq!(
        late["state"], "paid",
        "a late click only shows where it stands"
    );
    assert_eq!(
        (
            shop.pockyt.transfers().len(),
            shop.pockyt.calls_of(PAY).len()
        ),
        (1, 1)
    );
    assert_eq!(shop.desk.payouts().len(), 1);
}

#[test]
fn two_forms_for_one_invoice_at_the_same_time_pay_once() {
    let shop = Shop::new();
    let first = shop.draft("ana@example.com");
    let second = again(&first, json!({ "invoiceId": first["invoiceId"] }));
    let reviews = [shop.review(&first), shop.review(&second)];
    let desk = &shop.desk;
    let answers: Vec<_> = std::thread::scope(|scope| {
        let clicks: Vec<_> = [&first, &second]
            .into_iter()
            .zip(&reviews)
            .map(|(form, review)| {
                scope.spawn(move || {
                    desk.ask("submit_payout", json!({ "draft": form, "review": review }))
                })
            })
            .collect();
        clicks
            .into_iter()
            .map(|click| click.join().unwrap())
            .collect()
    });
    let refused: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().err())
        .collect();
    assert_eq!(refused.len(), 1, "one of the two is refused: {answers:?}");
    assert_eq!(
        (&refused[0]["code"], &refused[0]["field"]),
        (&json!("invoice_id_used"), &json!("invoiceId"))
    );
    let released = answers
        .iter()
        .find_map(|answer| answer.as_ref().ok())
        .unwrap();
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    assert_eq!(
        (shop.pockyt.transfers().len(), shop.desk.payouts().len()),
        (1, 1)
    );
}

#[test]
fn a_returned_payout_says_that_the_money_came_back() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let released = shop.pay(&form);
    let id = released["id"].as_str().unwrap();
    shop.desk.until(id, "paid");
    let invoice = form["invoiceId"].as_str().unwrap();
    wait(shop.pockyt.set_outcome(invoice, PayoutStatus::Returned)).unwrap();
    let returned = shop.desk.until(id, "returned");
    assert_eq!(
        (
            &returned["payout"]["reason"],
            &returned["payout"]["retryable"]
        ),
        (&json!("reported_returned"), &json!(true))
    );
    let states: Vec<_> = returned["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["to"].as_str())
        .collect();
    assert!(
        states.ends_with(&["paid", "returned"]),
        "its whole way is told: {states:?}"
    );
    let sums = shop.desk.ok(
        "list_payouts",
        json!({ "query": with(payout_query(), json!({ "states": ["paid"] })) }),
    );
    assert_eq!(
        (&sums["total"], &sums["sums"]),
        (&json!(0), &json!([])),
        "and it no longer counts as paid"
    );
}

#[test]
fn a_definite_refusal_fails_the_payout_with_pockyts_words() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let message = "parameter value error: description has forbidden words".to_owned();
    shop.pockyt.inject(Fault::on(
        PAY,
        Effect::Ret {
            code: "000023".to_owned(),
            message,
        },
    ));
    let released = shop.pay(&form);
    let failed = shop.desk.until(released["id"].as_str().unwrap(), "failed");
    assert_eq!(failed["payout"]["reason"], "refused");
    assert_eq!(
        failed["payout"]["detail"],
        "000023 parameter value error: description has forbidden words"
    );
    assert!(shop.pockyt.transfers().is_empty());
    assert_eq!(
        shop.pockyt.calls_of(PAY).len(),
        1,
        "a refusal is not argued with"
    );
}
