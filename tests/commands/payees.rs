//! Steps 3 and 4, and changes: payees and their accounts as Pockyt has them.

use crate::desk::{assert_helpful, wait, with};
use crate::shop::Shop;
use pockyt_sandbox::{AccountKind, AccountStatus, Effect, Fault, NewMethod, PayeeStatus};
use serde_json::{Value, json};

fn changes(email: &str) -> Value {
    json!({
        "email": email, "phone": "+1 212 555 0100", "countryCode": "US", "state": "CA", "city": "Oakland",
        "street": "2 Side St", "street2": null, "zip": "94601", "note": "prefers mail",
    })
}

#[test]
fn a_change_is_made_at_pockyt_first_and_a_refused_one_changes_nothing() {
    let shop = Shop::new();
    let payee = shop.register("ana@example.com");
    shop.register("ben@example.com");
    let id = &payee["id"];
    let changed = shop.desk.ok(
        "update_payee",
        json!({ "id": id, "changes": changes("ana@new.example") }),
    );
    assert_eq!(
        (&changed["email"], &changed["city"], &changed["note"]),
        (
            &json!("ana@new.example"),
            &json!("Oakland"),
            &json!("prefers mail")
        )
    );
    let theirs = shop
        .pockyt
        .payee_by_email("ana@new.example")
        .expect("Pockyt has the new address");
    assert_eq!(
        theirs.profile.get("city").map(String::as_str),
        Some("Oakland")
    );
    assert!(
        !theirs.profile.values().any(|value| value == "prefers mail"),
        "the note is the owner's own"
    );

    let taken = json!({ "id": id, "changes": changes("ben@example.com") });
    shop.desk
        .refused("update_payee", taken, "email_registered", Some("email"));
    let wrong = json!({ "id": id, "changes": changes("ana") });
    shop.desk
        .refused("update_payee", wrong, "email_invalid", Some("email"));
    shop.pockyt
        .inject(Fault::on("/v3/payee/update", Effect::Html));
    let garbled = json!({ "id": id, "changes": changes("third@example.com") });
    shop.desk.refused("update_payee", garbled, "garbled", None);
    let detail = shop.desk.ok("payee", json!({ "id": id }));
    assert_eq!(detail["payee"], changed, "what was refused changed nothing");

    let calls = shop.pockyt.calls_of("/v3/payee/update").len();
    let note = with(changes("ana@new.example"), json!({ "note": "new note" }));
    shop.desk
        .ok("update_payee", json!({ "id": id, "changes": note }));
    assert_eq!(
        shop.pockyt.calls_of("/v3/payee/update").len(),
        calls,
        "a note alone is nobody's business"
    );
    let nobody =
        json!({ "id": uuid::Uuid::now_v7().to_string(), "changes": changes("x@example.com") });
    shop.desk
        .refused("update_payee", nobody, "payee_not_found", None);
}

#[test]
fn one_account_is_asked_for_with_the_account_token_filter() {
    let shop = Shop::new();
    let (payee, token) = shop.payable("ana@example.com");
    let number = payee["customerNo"].as_str().unwrap();
    let second = wait(shop.pockyt.add_account(
        number,
        NewMethod::sample(AccountKind::Paypal),
        AccountStatus::Pending,
    ))
    .unwrap();
    let before = shop.pockyt.calls_of("/v3/payee/payout-accounts").len();
    let both = shop
        .desk
        .ok("list_funding_accounts", json!({ "payeeId": payee["id"] }));
    assert_eq!(both.as_array().unwrap().len(), 2);
    wait(
        shop.pockyt
            .set_account_status(&token, AccountStatus::Invalid),
    )
    .unwrap();
    wait(
        shop.pockyt
            .set_account_status(&second, AccountStatus::Activated),
    )
    .unwrap();
    let one = shop.desk.ok(
        "refresh_account",
        json!({ "payeeId": payee["id"], "accountToken": second }),
    );
    assert_eq!(
        (&one["token"], &one["usable"]),
        (&json!(second), &json!(true))
    );
    let calls = shop
        .pockyt
        .calls_of("/v3/payee/payout-accounts")
        .split_off(before);
    let filtered: Vec<_> = calls
        .iter()
        .map(|call| call.fields.contains(&"accountToken".to_owned()))
        .collect();
    assert_eq!(
        filtered,
        [false, true],
        "the list asks for all, the refresh of one for that one alone"
    );
    let detail = shop.desk.ok("payee", json!({ "id": payee["id"] }));
    let first = detail["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|account| account["token"] == token.as_str())
        .unwrap();
    assert_eq!(
        first["usable"], true,
        "the other account was not asked about, so it stays as it was: {first}"
    );

    wait(shop.pockyt.remove_account(&second)).unwrap();
    let gone = shop.desk.ok(
        "refresh_account",
        json!({ "payeeId": payee["id"], "accountToken": second }),
    );
    assert_eq!(
        (&gone["status"], &gone["usable"]),
        (&json!("gone"), &json!(false))
    );
    let unknown = json!({ "payeeId": payee["id"], "accountToken": "2010000000000000000000" });
    shop.desk
        .refused("refresh_account", unknown, "account_gone", None);
}

#[test]
fn refreshing_all_tells_what_changed_and_what_could_not_be_asked() {
    let shop = Shop::new();
    let ana = shop.register("ana@example.com");
    shop.register("ben@example.com");
    let cleo = shop.register("cleo@example.com");
    wait(
        shop.pockyt
            .set_payee_status(ana["customerNo"].as_str().unwrap(), PayeeStatus::Active),
    )
    .unwrap();
    wait(
        shop.pockyt
            .set_payee_status(cleo["customerNo"].as_str().unwrap(), PayeeStatus::Declined),
    )
    .unwrap();
    let report = shop.desk.ok("refresh_all_payees", json!({}));
    assert_eq!(
        report,
        json!({ "asked": 3, "changed": 2, "failed": 0, "firstError": null })
    );
    let cleo = shop.desk.ok("payee", json!({ "id": cleo["id"] }));
    assert_eq!(
        (&cleo["payee"]["status"], &cleo["payee"]["mustAct"]),
        (&json!("declined"), &json!("owner"))
    );
    assert!(
        cleo["events"]
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["kind"] == "status_changed")
    );

    let html = Fault::on("/v3/payee/retrieve", Effect::Html).forever();
    shop.pockyt.inject(html);
    let report = shop.desk.ok("refresh_all_payees", json!({}));
    assert_eq!(
        (&report["asked"], &report["failed"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(report["firstError"]["code"], "garbled");
    assert_helpful(&report["firstError"]);
    assert_eq!(
        shop.desk.ok("payee", json!({ "id": ana["id"] }))["payee"]["status"],
        "active",
        "no answer changes nothing"
    );
    let nobody = json!({ "id": uuid::Uuid::now_v7().to_string() });
    shop.desk
        .refused("refresh_payee", nobody, "payee_not_found", None);
    shop.desk.refused(
        "payee",
        json!({ "id": "not-a-number" }),
        "payee_not_found",
        None,
    );
}
