//! Step 1: registering a payee, and linking one that Pockyt already has.

use crate::desk::{Desk, assert_helpful, payee_query, wait, with};
use crate::doubles::Keychain;
use crate::shop::{Shop, config, connection, form};
use pockyt_sandbox::{Config, Effect, Fault};
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
