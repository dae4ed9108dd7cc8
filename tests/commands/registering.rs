//! Steps 1 to 4: registering, linking, changing and refreshing payees and their accounts.

use crate::desk::{Desk, assert_helpful, payee_query, wait, with};
use crate::doubles::Keychain;
use crate::shop::{Shop, config, connection, form};
use pockyt_sandbox::{AccountKind, AccountStatus, Config, Effect, Fault, NewMethod, PayeeStatus};
use serde_json::{Value, json};

const REGISTER: &str = "/v3/payee/register";

fn refused_payees(desk: &Desk) -> Value {
    let query = with(payee_query(), json!({ "statuses": ["refused"] }));
    desk.ok("list_payees", json!({ "query": query }))["payees"].clone()
}

#[test]
fn a_form_that_cannot_be_sent_names_its_field_and_sends_nothing() {
    let shop = Shop::new();
    for (changes, code, field) in [
        (json!({ "firstName": " " }), "field_missing", "firstName"),
        (json!({ "zip": "" }), "field_missing", "zip"),
        (
            json!({ "email": "ana at example.com" }),
            "email_invalid",
            "email",
        ),
        (
            json!({ "dateOfBirth": "12.04.1990" }),
            "field_invalid",
            "dateOfBirth",
        ),
        (
            json!({ "countryCode": "USA" }),
            "field_invalid",
            "countryCode",
        ),
        (json!({ "city": "x".repeat(201) }), "text_too_long", "city"),
        (
            json!({ "requestId": "again" }),
            "field_invalid",
            "requestId",
        ),
    ] {
        let input = with(form("ana@example.com"), changes);
        shop.desk.refused(
            "register_payee",
            json!({ "input": input }),
            code,
            Some(field),
        );
    }
    assert!(
        shop.pockyt.calls_of(REGISTER).is_empty(),
        "Pockyt was not asked"
    );
    assert!(
        shop.desk.payees().is_empty() && refused_payees(&shop.desk) == json!([]),
        "and the ledger has no such payee"
    );
}

#[test]
fn a_parameter_that_pockyt_misses_is_named_and_can_be_added() {
    let shop = Shop::new();
    shop.pockyt.switch(|switches| {
        switches.required_at_register = vec!["phone".to_owned(), "companyTaxNo".to_owned()]
    });
    let first = form("ana@example.com");
    let error = shop.desk.refused(
        "register_payee",
        json!({ "input": first.clone() }),
        "parameter_missing",
        Some("phone"),
    );
    assert!(
        error["detail"].as_str().unwrap().contains("phone"),
        "Pockyt's own words: {error}"
    );
    // The owner goes on in the same form.
    let second = with(first, json!({ "phone": "+1 212 555 0100" }));
    shop.desk.refused(
        "register_payee",
        json!({ "input": second.clone() }),
        "parameter_missing",
        Some("companyTaxNo"),
    );
    assert!(shop.pockyt.payees().is_empty(), "Pockyt has no payee yet");
    assert!(shop.desk.payees().is_empty(), "and the list shows none");
    let extra = json!([{ "name": "companyTaxNo", "value": "98-7654321" }]);
    let third = with(second, json!({ "extra": extra }));
    let payee = shop.desk.ok("register_payee", json!({ "input": third }));
    assert_eq!(payee["status"], "pending");
    assert!(
        !payee.to_string().contains("98-7654321"),
        "what was only asked for on the way is not kept: {payee}"
    );
    assert_eq!(
        (shop.pockyt.payees().len(), shop.desk.payees().len()),
        (1, 1)
    );
}

#[test]
fn without_the_pockyt_user_feature_a_government_id_is_needed_and_passes_through() {
    let shop = Shop::at(Config {
        pockyt_user: false,
        ..config()
    });
    let input = form("ana@example.com");
    shop.desk.refused(
        "register_payee",
        json!({ "input": input }),
        "parameter_missing",
        Some("governmentId"),
    );
    let input = with(
        form("ana@example.com"),
        json!({ "governmentIdType": "SSN", "governmentId": "078-05-1120" }),
    );
    let payee = shop.desk.ok("register_payee", json!({ "input": input }));
    let call = shop.pockyt.calls_of(REGISTER).pop().unwrap();
    assert!(
        call.fields.contains(&"governmentId".to_owned()),
        "it reached Pockyt: {:?}",
        call.fields
    );
    assert!(call.fields.contains(&"governmentIdType".to_owned()));
    assert!(
        !payee.to_string().contains("078-05-1120"),
        "and is not in the answer"
    );
    let detail = shop.desk.ok("refresh_payee", json!({ "id": payee["id"] }));
    assert_eq!(
        detail["payee"]["status"], "active",
        "such payees start Active: {detail}"
    );
    assert!(
        !detail.to_string().contains("078-05-1120"),
        "nor in the history"
    );
}

#[test]
fn with_the_pockyt_user_feature_no_document_is_sent() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let fields = shop.pockyt.calls_of(REGISTER).pop().unwrap().fields;
    for document in [
        "governmentId",
        "governmentIdType",
        "bankAccountId",
        "branchId",
    ] {
        assert!(
            !fields.contains(&document.to_owned()),
            "the payee gives {document} in the portal: {fields:?}"
        );
    }
}

#[test]
fn a_form_that_is_sent_twice_registers_once() {
    let shop = Shop::new();
    shop.pockyt
        .inject(Fault::on(REGISTER, Effect::Genuine).delayed(150));
    let input = json!({ "input": form("ana@example.com") });
    let ids: Vec<Value> = std::thread::scope(|scope| {
        let clicks: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| shop.desk.ok("register_payee", input.clone())["id"].clone()))
            .collect();
        clicks
            .into_iter()
            .map(|click| click.join().unwrap())
            .collect()
    });
    assert!(
        ids.iter().all(|id| *id == ids[0]),
        "three clicks are one payee: {ids:?}"
    );
    shop.desk.ok("register_payee", input);
    assert_eq!(
        shop.pockyt.calls_of(REGISTER).len(),
        1,
        "Pockyt was asked once"
    );
    assert_eq!(
        (shop.pockyt.payees().len(), shop.desk.payees().len()),
        (1, 1)
    );
}

#[test]
fn an_address_that_is_registered_here_is_refused_before_anything_is_sent() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let second = json!({ "input": form("Ana@Example.com") });
    shop.desk
        .refused("register_payee", second, "email_registered", Some("email"));
    assert_eq!(
        shop.pockyt.calls_of(REGISTER).len(),
        1,
        "Pockyt was not asked again"
    );
    assert_eq!(
        (shop.pockyt.payees().len(), shop.desk.payees().len()),
        (1, 1)
    );
}

#[test]
fn an_address_that_only_pockyt_knows_can_be_linked() {
    let shop = Shop::new();
    let before = tempfile::tempdir().unwrap();
    let former = Desk::new(before.path(), &Keychain::new());
    former.ok("connect", json!({ "input": connection(&shop.sandbox) }));
    former.ok(
        "register_payee",
        json!({ "input": form("ana@example.com") }),
    );

    let input = json!({ "input": form("ana@example.com") });
    let error = shop
        .desk
        .refused("register_payee", input, "email_registered", Some("email"));
    assert!(
        error["message"].as_str().unwrap().contains("Link"),
        "it says what to do: {error}"
    );
    assert!(
        shop.desk.payees().is_empty(),
        "the refused form is no payee"
    );
    assert_eq!(
        refused_payees(&shop.desk).as_array().unwrap().len(),
        1,
        "but it is not forgotten either"
    );

    let payee = shop
        .desk
        .ok("link_payee", json!({ "email": "ana@example.com" }));
    assert_eq!(
        (&payee["status"], &payee["displayName"]),
        (&json!("pending"), &json!("Ana Ruiz"))
    );
    assert_eq!(
        payee["customerNo"],
        shop.pockyt.payees()[0].customer_no.as_str(),
        "it is Pockyt's payee"
    );
    let again = shop
        .desk
        .ok("link_payee", json!({ "email": "ana@example.com" }));
    assert_eq!(again["id"], payee["id"], "linking twice is one payee");
    assert_eq!(
        (shop.pockyt.payees().len(), shop.desk.payees().len()),
        (1, 1)
    );
    shop.desk.refused(
        "link_payee",
        json!({ "email": "nobody@example.com" }),
        "gateway_refused",
        None,
    );
    assert_eq!(shop.desk.payees().len(), 1);
}

#[test]
fn a_registration_without_a_reliable_answer_shows_as_such_and_is_never_sent_twice() {
    for (index, effect) in [
        Effect::Drop,
        Effect::Garbage,
        Effect::Html,
        Effect::Status { status: 502 },
        Effect::Ret {
            code: "000000".to_owned(),
            message: "system error".to_owned(),
        },
        Effect::Ret {
            code: "000777".to_owned(),
            message: "moon phase".to_owned(),
        },
    ]
    .into_iter()
    .enumerate()
    {
        let shop = Shop::new();
        let email = format!("ana{index}@example.com");
        shop.pockyt
            .inject(Fault::on(REGISTER, effect.clone()).after_processing());
        let input = json!({ "input": form(&email) });
        match shop.desk.ask("register_payee", input.clone()) {
            Err(error) => {
                assert_eq!(error["code"], "registration_unknown", "{effect:?}: {error}");
                assert_helpful(&error);
            }
            // Remit's own check may have been quicker than the answer.
            Ok(payee) => assert_eq!(payee["status"], "pending", "{effect:?}: {payee}"),
        }
        let payee = shop.desk.payees().pop();
        let payee = payee.unwrap_or_else(|| panic!("{effect:?}: the payee must show"));
        let again = shop.desk.ok("register_payee", input);
        assert_eq!(
            again["id"], payee["id"],
            "{effect:?}: the same form is the same payee"
        );
        let found = shop.desk.ok("refresh_payee", json!({ "id": payee["id"] }));
        assert_eq!(
            found["payee"]["status"], "pending",
            "{effect:?}: asking by customer code finds it"
        );
        assert!(found["payee"]["customerNo"].is_string());
        assert_eq!(
            shop.pockyt.calls_of(REGISTER).len(),
            1,
            "{effect:?}: sent once"
        );
        assert_eq!(
            (shop.pockyt.payees().len(), shop.desk.payees().len()),
            (1, 1),
            "{effect:?}"
        );
    }
}

#[test]
fn a_registration_that_never_left_is_refused_and_can_be_tried_again() {
    let shop = Shop::new();
    wait(shop.sandbox.stop());
    let input = json!({ "input": form("ana@example.com") });
    let error = shop
        .desk
        .refused("register_payee", input, "unreachable", None);
    assert_eq!(error["retry"], true);
    assert!(
        shop.desk.payees().is_empty(),
        "it certainly did not go through, so it is no payee"
    );
    assert_eq!(refused_payees(&shop.desk).as_array().unwrap().len(), 1);
}

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
