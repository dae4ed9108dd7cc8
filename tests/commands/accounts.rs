//! Connecting, switching and changing accounts at Pockyt, and preferences.

use crate::desk::{Desk, wait, with};
use crate::doubles::Keychain;
use crate::shop::{Shop, TOKEN, config, connection, form};
use pockyt_sandbox::{Effect, Fault, Sandbox};
use remit_core::{Secret, Vault, VaultError};
use serde_json::{Value, json};

/// A sandbox and an app that is not connected to it yet.
struct Newcomer {
    desk: Desk,
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

impl Newcomer {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            desk: Desk::new(folder.path(), &Keychain::new()),
            sandbox: wait(Sandbox::start(config())).unwrap(),
            folder,
        }
    }

    /// Tries to connect with these changes, is refused, and finds that nothing was kept.
    #[track_caller]
    fn refused(&self, changes: Value, code: &str, field: Option<&str>) -> Value {
        let input = json!({ "input": with(connection(&self.sandbox), changes) });
        self.desk
            .refused("test_connection", input.clone(), code, field);
        let error = self.desk.refused("connect", input, code, field);
        assert_eq!(
            self.desk.ok("list_profiles", json!({})),
            json!([]),
            "a refused account is not kept"
        );
        assert_eq!(self.desk.ok("startup", json!({}))["state"], "welcome");
        assert!(
            self.desk.keychain.is_empty(),
            "no secret of a refused account is kept"
        );
        let kept = self.folder.path().join("profiles");
        assert!(!kept.exists(), "a refused account has no ledger");
        error
    }
}

#[test]
fn a_wrong_token_is_told_and_nothing_is_kept() {
    let newcomer = Newcomer::new();
    let error = newcomer.refused(json!({ "token": "another-token" }), "token_rejected", None);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("Merchant Portal"),
        "it says where the token is: {error}"
    );
    assert!(
        !error.to_string().contains("another-token"),
        "and does not repeat it"
    );
    newcomer.refused(json!({ "token": "  " }), "field_missing", Some("token"));
}

#[test]
fn a_wrong_merchant_or_store_number_is_told() {
    let newcomer = Newcomer::new();
    newcomer.refused(json!({ "merchantNo": "999999" }), "merchant_rejected", None);
    newcomer.refused(json!({ "storeNo": "999999" }), "merchant_rejected", None);
    newcomer.refused(
        json!({ "merchantNo": "20004x" }),
        "field_invalid",
        Some("merchantNo"),
    );
    newcomer.refused(json!({ "storeNo": "" }), "field_missing", Some("storeNo"));
}

#[test]
fn a_host_that_cannot_be_reached_is_told_and_worth_a_retry() {
    let newcomer = Newcomer::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let address = format!("http://{nobody}");
    let error = newcomer.refused(json!({ "baseUrl": address }), "unreachable", None);
    assert_eq!(error["retry"], true, "the same may work in a minute");
    for address in ["http://mapi.pockyt.io", "mapi.pockyt.io"] {
        newcomer.refused(
            json!({ "baseUrl": address }),
            "address_not_https",
            Some("baseUrl"),
        );
    }
    newcomer.refused(json!({ "baseUrl": null }), "field_missing", Some("baseUrl"));
}

#[test]
fn what_is_not_pockyt_at_the_address_is_told() {
    let newcomer = Newcomer::new();
    let control = newcomer.sandbox.control();
    for (effect, code) in [
        (Effect::Html, "garbled"),
        (Effect::Garbage, "garbled"),
        (Effect::Status { status: 404 }, "garbled"),
        (Effect::Status { status: 503 }, "gateway_busy"),
        (
            Effect::Ret {
                code: "000999".to_owned(),
                message: "moon phase".to_owned(),
            },
            "gateway_refused",
        ),
    ] {
        control.inject(Fault {
            endpoint: None,
            ..Fault::on("", effect.clone()).forever()
        });
        let error = newcomer.refused(json!({}), code, None);
        if code == "gateway_refused" {
            assert_eq!(
                error["detail"], "000999 moon phase",
                "Pockyt's own words are kept apart"
            );
        }
        control.clear_faults();
    }
    let report = newcomer.desk.ok(
        "test_connection",
        json!({ "input": connection(&newcomer.sandbox) }),
    );
    assert_eq!(
        report["balances"],
        json!([{ "amount": "250000.00", "currency": "USD" }]),
        "once mended it works"
    );
    assert_eq!(
        newcomer.desk.ok("list_profiles", json!({})),
        json!([]),
        "a test keeps nothing"
    );
}

#[test]
fn without_a_keychain_no_account_is_connected() {
    let newcomer = Newcomer::new();
    for (trouble, code) in [
        (
            VaultError::Missing("Install gnome-keyring.".to_owned()),
            "keychain_missing",
        ),
        (VaultError::Locked, "keychain_locked"),
    ] {
        newcomer.desk.keychain.fails(Some(trouble));
        let input = json!({ "input": connection(&newcomer.sandbox) });
        newcomer.desk.refused("connect", input, code, None);
    }
    newcomer.desk.keychain.fails(None);
    assert_eq!(newcomer.desk.ok("list_profiles", json!({})), json!([]));
    assert!(
        newcomer.sandbox.control().calls().is_empty(),
        "nothing is asked of Pockyt with a token that cannot be kept"
    );
}

#[test]
fn one_account_has_one_ledger_however_often_it_is_connected() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let again = with(connection(&shop.sandbox), json!({ "name": "Renamed" }));
    let profile = shop.desk.ok("connect", json!({ "input": again }));
    assert_eq!(
        profile["id"],
        shop.profile.as_str(),
        "two ledgers could pay the same invoice twice"
    );
    assert_eq!(profile["name"], "Renamed");
    assert_eq!(shop.desk.payees().len(), 1, "with what was in it");
    assert_eq!(
        shop.desk
            .ok("list_profiles", json!({}))
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn switching_keeps_ledgers_apart() {
    let shop = Shop::new();
    let draft = shop.draft("ana@example.com");
    let paid = shop.pay(&draft);
    shop.desk.until(paid["id"].as_str().unwrap(), "paid");
    let demo = shop.desk.ok("try_demo", json!({}));
    assert!(
        shop.desk.payees().is_empty() && shop.desk.payouts().is_empty(),
        "the demo has rows of its own"
    );
    shop.desk.refused(
        "payout",
        json!({ "id": paid["id"] }),
        "payout_not_found",
        None,
    );
    shop.desk.ok(
        "register_payee",
        json!({ "input": form("demo@example.com") }),
    );

    let other = wait(Sandbox::start(config())).unwrap();
    let second = with(connection(&other), json!({ "name": "Second shop" }));
    let second = shop.desk.ok("connect", json!({ "input": second }));
    assert!(
        shop.desk.payees().is_empty(),
        "so has another account, even with the same numbers elsewhere"
    );

    let profiles = shop.desk.ok("list_profiles", json!({}));
    let ids: Vec<_> = profiles
        .as_array()
        .unwrap()
        .iter()
        .map(|profile| profile["id"].clone())
        .collect();
    assert_eq!(
        ids,
        [
            json!(shop.profile),
            demo["id"].clone(),
            second["id"].clone()
        ]
    );
    let back = shop
        .desk
        .ok("switch_profile", json!({ "id": shop.profile }));
    assert_eq!(back["id"], shop.profile.as_str());
    assert_eq!(shop.desk.payees()[0]["email"], "ana@example.com");
    assert_eq!(shop.desk.payouts()[0]["id"], paid["id"]);
    shop.desk.ok("switch_profile", json!({ "id": "demo" }));
    assert_eq!(shop.desk.payees()[0]["email"], "demo@example.com");
    shop.desk.refused(
        "switch_profile",
        json!({ "id": "nobody" }),
        "profile_not_found",
        None,
    );
    assert_eq!(
        shop.desk.payees()[0]["email"],
        "demo@example.com",
        "an account that is not there closes nothing"
    );
    assert_eq!(shop.pockyt.transfers().len(), 1);
}

#[test]
fn an_account_is_changed_only_with_a_token_that_works() {
    let shop = Shop::new();
    let change = |changes: Value| json!({ "id": shop.profile, "changes": changes });
    let wrong = change(json!({ "name": "New", "pockytUser": true, "token": "wrong" }));
    shop.desk
        .refused("update_profile", wrong, "token_rejected", None);
    let empty = change(json!({ "name": " ", "pockytUser": true, "token": null }));
    shop.desk
        .refused("update_profile", empty, "field_missing", Some("name"));
    let kept = wait(
        shop.desk
            .keychain
            .get(&Secret::ApiToken(shop.profile.clone())),
    )
    .unwrap();
    assert_eq!(
        secrecy::ExposeSecret::expose_secret(&kept.unwrap()),
        TOKEN,
        "a refused token replaces nothing"
    );
    let fine = change(json!({ "name": "New", "pockytUser": false, "token": null }));
    let changed = shop.desk.ok("update_profile", fine);
    assert_eq!(
        (&changed["name"], &changed["pockytUser"]),
        (&json!("New"), &json!(false))
    );
    shop.desk.ok("balances", json!({}));
    let shop = shop.crash();
    assert_eq!(
        shop.desk.ok("startup", json!({}))["profile"],
        changed,
        "it is the same after a restart"
    );
    shop.desk.ok("try_demo", json!({}));
    let demo =
        json!({ "id": "demo", "changes": { "name": "Demo", "pockytUser": true, "token": "mine" } });
    shop.desk
        .refused("update_profile", demo, "field_invalid", Some("token"));
}

#[test]
fn a_second_app_on_the_same_folder_is_told_and_touches_nothing() {
    let shop = Shop::new();
    let second = Desk::new(&shop.desk.folder, &shop.desk.keychain);
    let begun = second.ok("startup", json!({}));
    assert_eq!(begun["state"], "trouble");
    assert_eq!(
        begun["trouble"]["code"], "already_open",
        "two senders on one ledger must not be (I2): {begun}"
    );
    crate::desk::assert_helpful(&begun["trouble"]);
    second.refused(
        "list_payees",
        json!({ "query": crate::desk::payee_query() }),
        "no_profile",
        None,
    );
    shop.register("ana@example.com");
    drop(shop.desk);
    crate::desk::wait_for("the folder to be free", || {
        (second.ok("startup", json!({}))["state"] == "ready").then_some(())
    });
    assert_eq!(
        second.payees().len(),
        1,
        "closing the first lets the second in"
    );
}

#[test]
fn without_an_account_every_command_says_so() {
    let newcomer = Newcomer::new();
    let id = uuid::Uuid::now_v7().to_string();
    let draft = crate::shop::draft(&json!(id), "2010", "INV-1");
    for (command, arguments) in [
        (
            "register_payee",
            json!({ "input": form("ana@example.com") }),
        ),
        ("link_payee", json!({ "email": "ana@example.com" })),
        ("refresh_payee", json!({ "id": id })),
        ("refresh_all_payees", json!({})),
        (
            "list_payees",
            json!({ "query": crate::desk::payee_query() }),
        ),
        ("payee", json!({ "id": id })),
        ("list_funding_accounts", json!({ "payeeId": id })),
        (
            "refresh_account",
            json!({ "payeeId": id, "accountToken": "2010" }),
        ),
        ("suggest_invoice_id", json!({})),
        ("preview_payout", json!({ "draft": draft })),
        ("submit_payout", json!({ "draft": draft, "review": "" })),
        ("cancel_payout", json!({ "id": id })),
        ("prepare_retry", json!({ "id": id })),
        ("check_payout", json!({ "id": id })),
        (
            "list_payouts",
            json!({ "query": crate::desk::payout_query() }),
        ),
        ("payout", json!({ "id": id })),
        ("balances", json!({})),
        ("open_demo_page", json!({ "page": "portal" })),
        ("play_payee", json!({ "id": id })),
    ] {
        newcomer
            .desk
            .refused(command, arguments, "no_profile", None);
    }
}

#[test]
fn preferences_are_kept_and_only_the_demo_has_pages() {
    let shop = Shop::new();
    let wanted = json!({ "theme": "dark", "language": "zh-CN" });
    assert_eq!(
        shop.desk
            .ok("set_preferences", json!({ "preferences": wanted })),
        wanted
    );
    shop.desk.refused(
        "open_demo_page",
        json!({ "page": "mailbox" }),
        "demo_only",
        None,
    );
    shop.desk.ok("window_ready", json!({}));
    assert_eq!(
        *shop.desk.host.pages.lock().unwrap(),
        ["window"],
        "the window is shown, and no demo page"
    );
    let shop = shop.crash();
    let begun = shop.desk.ok("startup", json!({}));
    assert_eq!(
        begun["preferences"], wanted,
        "preferences survive a restart"
    );
    assert_eq!(
        begun["profile"]["id"],
        shop.profile.as_str(),
        "so does the choice of the account"
    );
}
