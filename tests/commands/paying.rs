//! Step 5: what is refused before anything leaves, double clicks, withdrawing, and trying again.

use crate::desk::{Desk, payout_query, wait, with};
use crate::doubles::Keychain;
use crate::shop::{Shop, again, config, connection, draft, pay};
use pockyt_sandbox::{
    AccountKind, AccountStatus, Config, Currency, Effect, Fault, Money, NewMethod, PayeeStatus,
    Sandbox,
};
use serde_json::{Value, json};

const PAY: &str = "/v3/payouts/pay";

fn dollars(minor: i64) -> Money {
    Money {
        minor,
        currency: Currency::Usd,
    }
}

impl Shop {
    /// Neither a review nor a release of this form is possible, and neither leaves anything behind.
    #[track_caller]
    fn unpayable(&self, draft: &Value, code: &str, field: Option<&str>) {
        self.desk
            .refused("preview_payout", json!({ "draft": draft }), code, field);
        self.unreleasable(draft, "", code, field);
    }

    #[track_caller]
    fn unreleasable(&self, draft: &Value, review: &str, code: &str, field: Option<&str>) {
        let before = self.desk.payouts().len();
        self.desk.refused(
            "submit_payout",
            json!({ "draft": draft, "review": review }),
            code,
            field,
        );
        let after = self.desk.payouts().len();
        assert_eq!(after, before, "a refused release is no payout");
        let sent = self.pockyt.calls_of(PAY).len();
        assert_eq!(sent, before, "and nothing is sent");
    }

    fn review(&self, draft: &Value) -> String {
        let preview = self.desk.ok("preview_payout", json!({ "draft": draft }));
        preview["review"].as_str().unwrap().to_owned()
    }
}

#[test]
fn an_amount_that_cannot_be_paid_names_the_field() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    for (amount, code) in [
        ("0", "amount_not_positive"),
        ("0.00", "amount_not_positive"),
        ("-5.00", "amount_not_positive"),
        ("12.005", "amount_too_precise"),
        ("99999999999999999999", "amount_too_large"),
        ("92233720368547758.08", "amount_too_large"),
        ("", "amount_unreadable"),
        ("12,00", "amount_unreadable"),
        ("$12", "amount_unreadable"),
        ("1e3", "amount_unreadable"),
        ("１２", "amount_unreadable"),
    ] {
        shop.unpayable(
            &with(form.clone(), json!({ "amount": amount })),
            code,
            Some("amount"),
        );
    }
    for currency in ["XQZ", "", "dollars"] {
        let form = with(form.clone(), json!({ "currency": currency }));
        shop.unpayable(&form, "currency_unknown", Some("currency"));
    }
    // More decimals than the yen has.
    let yen = with(
        form.clone(),
        json!({ "amount": "12.50", "currency": "JPY" }),
    );
    shop.unpayable(&yen, "amount_too_precise", Some("amount"));
    // A currency that the account does not take.
    let other = with(form.clone(), json!({ "currency": "CNY" }));
    shop.unpayable(&other, "account_not_usable", Some("currency"));
    // Exact trailing zeros are no third decimal.
    shop.desk.ok(
        "preview_payout",
        json!({ "draft": with(form, json!({ "amount": "12.000" })) }),
    );
    shop.nothing_was_paid();
}

#[test]
fn texts_and_numbers_that_cannot_be_sent_name_their_field() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    for (changes, code, field) in [
        (
            json!({ "invoiceId": "  " }),
            "field_missing",
            Some("invoiceId"),
        ),
        (
            json!({ "invoiceId": "x".repeat(65) }),
            "text_too_long",
            Some("invoiceId"),
        ),
        (
            json!({ "description": "x".repeat(101) }),
            "text_too_long",
            Some("description"),
        ),
        (
            json!({ "note": "x".repeat(101) }),
            "text_too_long",
            Some("note"),
        ),
        (
            json!({ "draftId": "mine" }),
            "field_invalid",
            Some("draftId"),
        ),
        (
            json!({ "payeeId": uuid::Uuid::now_v7().to_string() }),
            "payee_not_found",
            None,
        ),
        (
            json!({ "retryOf": uuid::Uuid::now_v7().to_string() }),
            "payout_not_found",
            None,
        ),
    ] {
        shop.unpayable(&with(form.clone(), changes), code, field);
    }
    shop.nothing_was_paid();
}

#[test]
fn a_payee_that_is_not_active_is_not_paid() {
    let shop = Shop::new();
    let payee = shop.register("ana@example.com");
    let number = payee["customerNo"].as_str().unwrap();
    let token = wait(
        shop.pockyt
            .submit_payee(number, NewMethod::sample(AccountKind::BankAccount)),
    )
    .unwrap();
    let form = draft(&payee["id"], &token, "INV-1");
    shop.unpayable(&form, "payee_not_active", None);
    for status in [PayeeStatus::Declined, PayeeStatus::Deactivated] {
        wait(shop.pockyt.set_payee_status(number, status)).unwrap();
        shop.unpayable(&form, "payee_not_active", None);
    }
    shop.nothing_was_paid();
}

#[test]
fn a_payee_without_a_usable_account_is_not_paid() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let token = form["accountToken"].as_str().unwrap().to_owned();
    for status in [AccountStatus::Pending, AccountStatus::Invalid] {
        wait(shop.pockyt.set_account_status(&token, status)).unwrap();
        shop.unpayable(&form, "account_not_usable", Some("accountToken"));
    }
    let stranger = with(form, json!({ "accountToken": "2010000000000000000000" }));
    shop.unpayable(&stranger, "account_gone", Some("accountToken"));
    shop.nothing_was_paid();
}

#[test]
fn what_changed_since_the_review_is_told_and_nothing_leaves() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let review = shop.review(&form);
    for changes in [
        json!({ "amount": "120.00" }),
        json!({ "invoiceId": "INV-OTHER" }),
        json!({ "channel": "REAL_TIME_PAY" }),
        json!({ "description": "Autumn work" }),
    ] {
        let other = with(form.clone(), changes);
        shop.unreleasable(&other, &review, "review_changed", None);
    }
    shop.unreleasable(&form, "", "review_changed", None);

    let payee = shop.desk.ok("payee", json!({ "id": form["payeeId"] }));
    let number = payee["payee"]["customerNo"].as_str().unwrap();
    wait(shop.pockyt.set_payee_status(number, PayeeStatus::Declined)).unwrap();
    shop.unreleasable(&form, &review, "payee_not_active", None);
    let shown = shop.desk.ok("payee", json!({ "id": form["payeeId"] }));
    assert_eq!(
        shown["payee"]["status"], "declined",
        "the screen shows why: {shown}"
    );
    wait(shop.pockyt.set_payee_status(number, PayeeStatus::Active)).unwrap();

    wait(
        shop.pockyt
            .remove_account(form["accountToken"].as_str().unwrap()),
    )
    .unwrap();
    shop.unreleasable(&form, &review, "account_gone", Some("accountToken"));
    let shown = shop.desk.ok("payee", json!({ "id": form["payeeId"] }));
    assert_eq!(
        shown["accounts"][0]["status"], "gone",
        "the vanished account shows as such: {shown}"
    );
    shop.nothing_was_paid();
}

#[test]
fn an_invoice_id_that_was_used_here_is_refused() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let paid = shop.pay(&form);
    shop.desk.until(paid["id"].as_str().unwrap(), "paid");
    let same = again(
        &form,
        json!({ "invoiceId": form["invoiceId"], "amount": "99.00" }),
    );
    shop.unpayable(&same, "invoice_id_used", Some("invoiceId"));
    let spaced = format!(" {} ", form["invoiceId"].as_str().unwrap());
    shop.unpayable(
        &again(&form, json!({ "invoiceId": spaced })),
        "invoice_id_used",
        Some("invoiceId"),
    );
    assert_eq!(shop.pockyt.transfers().len(), 1);

    let first = shop.desk.ok("suggest_invoice_id", json!({}));
    let next = again(&form, json!({ "invoiceId": first }));
    shop.pay(&next);
    let second = shop.desk.ok("suggest_invoice_id", json!({}));
    assert_ne!(first, second, "a used number is not suggested again");
}

#[test]
fn an_invoice_id_that_another_payment_has_at_pockyt_fails_as_such() {
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
        let failed = shop.desk.until(released["id"].as_str().unwrap(), "failed");
        let payout = &failed["payout"];
        assert_eq!(payout["reason"], "invoice_taken", "it says why: {payout}");
        assert_eq!(
            (&payout["mustAct"], &payout["retryable"]),
            (&json!("owner"), &json!(true))
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
        let retry = shop
            .desk
            .ok("prepare_retry", json!({ "id": released["id"] }));
        assert_ne!(
            retry["invoiceId"], ours["invoiceId"],
            "the way out is another invoice ID"
        );
    }
}

#[test]
fn a_balance_that_is_too_low_is_told_at_the_review() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    wait(shop.pockyt.set_balance(dollars(1199))).unwrap();
    let error = shop.desk.refused(
        "preview_payout",
        json!({ "draft": form }),
        "balance_too_low",
        Some("amount"),
    );
    assert!(
        error["message"].as_str().unwrap().contains("11.99"),
        "it says what there is: {error}"
    );
    shop.nothing_was_paid();
    let balances = shop.desk.ok("balances", json!({}));
    assert_eq!(
        balances["balances"],
        json!([{ "amount": "11.99", "currency": "USD" }])
    );
    wait(shop.pockyt.set_balance(dollars(1200))).unwrap();
    let preview = shop.desk.ok("preview_payout", json!({ "draft": form }));
    assert_eq!(
        preview["balanceAfter"]["amount"], "0.00",
        "exactly enough is enough"
    );
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
fn a_payout_that_has_not_left_can_be_withdrawn_and_is_never_sent() {
    let state = tempfile::tempdir().unwrap();
    let file = Some(state.path().join("sandbox.json"));
    let shop = Shop::at(Config {
        state_file: file.clone(),
        ..config()
    });
    let form = shop.draft("ana@example.com");
    let review = shop.review(&form);
    let address = shop.pockyt.addr();
    wait(shop.sandbox.stop());
    let released = shop
        .desk
        .ok("submit_payout", json!({ "draft": form, "review": review }));
    let id = released["id"].as_str().unwrap();
    let waiting = crate::desk::wait_for("the reason why it has not left", || {
        let payout = shop.desk.ok("payout", json!({ "id": id }))["payout"].clone();
        (payout["reason"] == "not_sent").then_some(payout)
    });
    assert_eq!(
        (&waiting["state"], &waiting["cancellable"]),
        (&json!("ready"), &json!(true)),
        "{waiting}"
    );
    assert_eq!(
        waiting["sentAt"],
        Value::Null,
        "it never left this computer"
    );
    assert!(
        waiting["nextCheckAt"].is_string(),
        "it says when Remit tries again"
    );
    let cancelled = shop.desk.ok("cancel_payout", json!({ "id": id }));
    assert_eq!(
        (&cancelled["state"], &cancelled["reason"]),
        (&json!("cancelled"), &json!("withdrawn"))
    );
    assert_eq!(
        shop.desk.ok("cancel_payout", json!({ "id": id })),
        cancelled,
        "twice is once"
    );

    let back = wait(Sandbox::start(Config {
        addr: address,
        state_file: file,
        ..config()
    }))
    .unwrap();
    shop.desk
        .ok("refresh_payee", json!({ "id": form["payeeId"] }));
    // Longer than the first three waits of the engine.
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(
        back.control().calls_of(PAY).is_empty(),
        "what was withdrawn is never sent"
    );
    assert!(back.control().transfers().is_empty());
    assert_eq!(
        shop.desk.ok("payout", json!({ "id": id }))["payout"],
        cancelled
    );

    // The invoice was never paid, yet its number stays with the withdrawn payout.
    let same = again(&form, json!({ "invoiceId": form["invoiceId"] }));
    shop.desk.refused(
        "preview_payout",
        json!({ "draft": same }),
        "invoice_id_used",
        Some("invoiceId"),
    );
}

#[test]
fn a_payout_that_waited_for_the_network_is_sent_once_when_it_is_back() {
    let state = tempfile::tempdir().unwrap();
    let file = Some(state.path().join("sandbox.json"));
    let shop = Shop::at(Config {
        state_file: file.clone(),
        ..config()
    });
    let form = shop.draft("ana@example.com");
    let review = shop.review(&form);
    let address = shop.pockyt.addr();
    wait(shop.sandbox.stop());
    let released = shop
        .desk
        .ok("submit_payout", json!({ "draft": form, "review": review }));
    let back = wait(Sandbox::start(Config {
        addr: address,
        state_file: file,
        ..config()
    }))
    .unwrap();
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    assert_eq!(back.control().transfers().len(), 1);
}

#[test]
fn what_was_paid_can_be_neither_withdrawn_nor_tried_again() {
    let shop = Shop::new();
    let paid = shop.pay(&shop.draft("ana@example.com"));
    let id = json!({ "id": paid["id"] });
    shop.desk.until(paid["id"].as_str().unwrap(), "paid");
    shop.desk
        .refused("cancel_payout", id.clone(), "not_cancellable", None);
    shop.desk
        .refused("prepare_retry", id.clone(), "not_retryable", None);
    assert_eq!(shop.desk.ok("check_payout", id)["state"], "paid");
    for command in ["cancel_payout", "prepare_retry", "check_payout", "payout"] {
        let nobody = json!({ "id": uuid::Uuid::now_v7().to_string() });
        shop.desk.refused(command, nobody, "payout_not_found", None);
    }
}

#[test]
fn a_failed_payout_is_tried_again_once_by_a_new_one_that_is_linked() {
    let shop = Shop::new();
    let form = with(shop.draft("ana@example.com"), json!({ "amount": "12.01" }));
    let first = shop.pay(&form);
    let first = shop.desk.until(first["id"].as_str().unwrap(), "failed");
    assert_eq!(first["payout"]["reason"], "reported_failed");
    assert_eq!(
        (&first["payout"]["mustAct"], &first["payout"]["retryable"]),
        (&json!("owner"), &json!(true))
    );

    let retry = shop
        .desk
        .ok("prepare_retry", json!({ "id": first["payout"]["id"] }));
    assert_eq!(retry["retryOf"], first["payout"]["id"]);
    assert_eq!(
        (&retry["amount"], &retry["accountToken"]),
        (&json!("12.01"), &form["accountToken"]),
        "all but the numbers is filled in"
    );
    assert_ne!(
        retry["invoiceId"], form["invoiceId"],
        "under an invoice ID of its own"
    );
    let retry = with(retry, json!({ "amount": "12.00" }));
    let second = shop.pay(&retry);
    assert_eq!(second["retryOf"], first["payout"]["id"]);
    let second = shop.desk.until(second["id"].as_str().unwrap(), "paid");
    let old = shop
        .desk
        .ok("payout", json!({ "id": first["payout"]["id"] }))["payout"]
        .clone();
    assert_eq!(
        (&old["state"], &old["retriedBy"]),
        (&json!("failed"), &second["payout"]["id"]),
        "the link goes both ways"
    );
    assert_eq!(
        (&old["retryable"], &old["mustAct"]),
        (&json!(false), &json!("nobody"))
    );
    shop.desk.refused(
        "prepare_retry",
        json!({ "id": old["id"] }),
        "not_retryable",
        None,
    );
    let third = again(&form, json!({ "retryOf": old["id"] }));
    shop.desk.refused(
        "preview_payout",
        json!({ "draft": third }),
        "not_retryable",
        None,
    );
    let statuses: Vec<_> = shop
        .pockyt
        .transfers()
        .into_iter()
        .map(|transfer| transfer.status)
        .collect();
    assert_eq!(statuses, ["failed", "success"], "money arrived once");
}

#[test]
fn a_returned_payout_says_that_the_money_came_back() {
    let shop = Shop::new();
    let form = with(shop.draft("ana@example.com"), json!({ "amount": "12.02" }));
    let paid = shop.pay(&form);
    let returned = shop.desk.until(paid["id"].as_str().unwrap(), "returned");
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
