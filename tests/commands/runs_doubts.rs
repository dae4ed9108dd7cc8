//! What a released run is still to pay is seen by single payouts, and a row that waits pays only what the owner let it pay.

use crate::desk::{wait, wait_for, with};
use crate::runs_sending::{
    assert_each_paid_once, outcomes, payable, released, released_later, row, until_status,
};
use crate::shop::Shop;
use pockyt_sandbox::{AccountKind, NewMethod};
use remit_core::{AccountToken, FundingAccount, InvoiceId, Money};
use serde_json::{Value, json};

fn unusual<'a>(preview: &'a Value, kind: &str) -> Vec<&'a Value> {
    let all = preview["unusual"].as_array().unwrap().iter();
    all.filter(|one| one["kind"] == kind).collect()
}

#[test]
fn a_single_payout_is_asked_about_what_a_run_is_still_to_pay() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let payee = form["payeeId"].as_str().unwrap().parse().unwrap();
    // It waits, so that it is no payout while the owner pays by hand.
    let mut waits = row(1, &(payee, None));
    waits.money = Money::new(4_321, remit_core::Currency::from_code("EUR").unwrap());
    waits.invoice_id = InvoiceId::from("INV-0099");
    let run = released(&shop.desk, std::slice::from_ref(&waits));
    until_status(&shop.desk, &run, "attention");

    let similar = with(form.clone(), json!({ "invoiceId": "#99" }));
    let preview = shop.desk.ok("preview_payout", json!({ "draft": similar }));
    let found = unusual(&preview, "similar_invoice");
    assert_eq!(found.len(), 1, "{preview}");
    assert_eq!(found[0]["params"], json!({ "run": run }));
    let same = with(form, json!({ "invoiceId": "INV-0099" }));
    let arguments = json!({ "draft": same });
    shop.desk.refused(
        "preview_payout",
        arguments,
        "invoice_id_used",
        Some("invoiceId"),
    );
}

#[test]
fn a_run_released_after_the_review_of_a_payout_is_told_before_it_is_paid() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let payee = form["payeeId"].as_str().unwrap().parse().unwrap();
    let review = shop.review(&form);
    let mut waits = row(1, &(payee, None));
    let cents = form["amount"].as_str().unwrap().replace('.', "");
    waits.money = Money::new(cents.parse().unwrap(), remit_core::Currency::USD);
    let run = released_later(&shop.desk, &[waits]);
    let arguments = json!({ "draft": form, "review": review });
    shop.desk
        .refused("submit_payout", arguments, "review_changed", None);
    let preview = shop.desk.ok("preview_payout", json!({ "draft": form }));
    let found = unusual(&preview, "same_amount_recently");
    assert_eq!(found[0]["params"], json!({ "run": run }), "{preview}");
    shop.nothing_was_paid();
}

#[test]
fn a_review_holds_the_balance_against_what_others_are_still_to_take() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let to = [payable(&shop, 1).remove(0)];
    let plenty = pockyt_sandbox::Money {
        minor: 5_000,
        currency: pockyt_sandbox::Currency::Usd,
    };
    wait(shop.pockyt.set_balance(plenty)).unwrap();
    let text = "Email,Amount,Currency,Invoice ID\npayee0@example.com,30.00,USD,NEXT-1\n";
    let draft = desk.ok("paste_run", json!({ "text": text }));
    let id = &draft["run"]["id"];
    let alone = desk.ok("review_run", json!({ "id": id }))["balances"][0].clone();
    let usd = |amount: &str| json!({ "amount": amount, "currency": "USD" });
    assert_eq!(alone["others"], Value::Null);
    assert_eq!(alone["after"], usd("20.00"), "{alone}");

    let mut other = row(1, &to[0]);
    other.money = Money::new(2_500, remit_core::Currency::USD);
    released_later(desk, &[other]);
    let both = desk.ok("review_run", json!({ "id": id }))["balances"][0].clone();
    assert_eq!(both["balance"], usd("50.00"));
    assert_eq!(both["others"], usd("25.00"), "{both}");
    assert_eq!(both["after"], usd("-5.00"));
}

#[test]
fn a_row_that_waited_is_held_when_its_account_changed_after_the_payee_could_be_paid() {
    let shop = Shop::new();
    let payee = shop.register("bo@example.com");
    let id = payee["id"].as_str().unwrap();
    let rows = [row(1, &(id.parse().unwrap(), None))];
    let run = released(&shop.desk, &rows);
    until_status(&shop.desk, &run, "attention");
    let paused = shop.desk.ok("pause_run", json!({ "id": run }));
    assert_eq!(paused["status"], "paused");
    let number = payee["customerNo"].as_str().unwrap();
    let method = NewMethod::sample(AccountKind::BankAccount);
    let token = wait(shop.pockyt.complete_payee(number, method)).unwrap();
    shop.desk.ok("refresh_payee", json!({ "id": id }));
    // Somebody changes it, now that money may come.
    let session = shop.desk.session();
    let payee_id = id.parse().unwrap();
    let accounts = wait(session.ledger().accounts(payee_id)).unwrap();
    let changed: Vec<FundingAccount> = accounts
        .into_iter()
        .map(|account| FundingAccount {
            masked: Some("****6666".to_owned()),
            changed_at: Some(session.engine().now()),
            ..account
        })
        .collect();
    wait(
        session
            .ledger()
            .record_accounts(payee_id, changed, Vec::new()),
    )
    .unwrap();
    shop.desk.ok("resume_run", json!({ "id": run }));
    let held = wait_for("the row to be held", || {
        let found = outcomes(&shop.desk, &run).remove(0);
        (found["state"] == "held").then_some(found)
    });
    assert_eq!(held["hold"], "account_changed", "{held}");
    assert_eq!(held["accounts"].as_array().unwrap().len(), 1);
    shop.nothing_was_paid();

    // The owner looks at the account, and says that it is the one.
    let arguments = json!({ "id": run, "row": 1, "account": "another" });
    shop.desk
        .refused("queue_run_row", arguments, "account_gone", Some("account"));
    let arguments = json!({ "id": run, "row": 1, "account": held["accounts"][0]["token"] });
    shop.desk.ok("queue_run_row", arguments);
    until_status(&shop.desk, &run, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
    let paid = wait(session.engine().known_payout(rows[0].payout_id)).unwrap();
    assert_eq!(paid.account_token, AccountToken(token));
}
