//! Step 5, up to the press of the button: what is refused at the review or at the release, before anything leaves.

use crate::desk::{wait, with};
use crate::shop::{PAY, Shop, again, dollars, draft};
use pockyt_sandbox::{AccountKind, AccountStatus, NewMethod, PayeeStatus};
use serde_json::{Value, json};

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
