//! A keychain that knows nothing of the history, or cannot be asked for it: the file may be an older one, so nothing leaves
//! unasked.

use crate::desk::{Desk, compared, wait};
use crate::doubles::Keychain;
use crate::history::{files, put_back};
use crate::shop::{PAY, Shop, TOKEN, again, form, pay};
use remit_core::{Code, Secret, Vault};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;

/// How the comparison with Pockyt stands.
fn recovery(desk: &Desk) -> Value {
    desk.ok("engine_status", json!({}))["recovery"].clone()
}

fn limit(desk: &Desk, per_minute: u32) {
    let limits = json!({ "limits": { "inFlight": 4, "perMinute": per_minute } });
    desk.ok("set_limits", limits);
}

/// A shop that is closed while a payout is queued. Returns that one's form too.
fn closed_with_one_queued() -> (Shop, Value) {
    let shop = Shop::new();
    let first = shop.draft("ana@example.com");
    limit(&shop.desk, 1);
    shop.pay(&first);
    let queued = again(&first, json!({ "amount": "13.00" }));
    let released = shop.pay(&queued);
    let id = released["id"].as_str().unwrap();
    let seen = shop.desk.ok("payout", json!({ "id": id }));
    assert_eq!(seen["payout"]["state"], "ready", "it waits for its minute");
    (shop, queued)
}

/// How often a payout was sent.
fn sent(shop: &Shop, form: &Value) -> usize {
    let mut calls = shop.pockyt.calls_of(PAY);
    calls.retain(|call| call.invoice_id.as_deref() == form["invoiceId"].as_str());
    calls.len()
}

fn lose(keychain: &Keychain, profile: &str, kinds: &[fn(String) -> Secret]) {
    for kind in kinds {
        wait(keychain.delete(&kind(profile.to_owned()))).unwrap();
    }
}

#[test]
fn what_is_queued_in_an_older_folder_with_an_empty_keychain_is_asked_about_before_anything_leaves()
{
    let (shop, queued) = closed_with_one_queued();
    let shown = shop.desk.ok("new_recovery_key", json!({}));
    let account = shop.desk.profile_folder(&shop.profile);
    let Shop {
        desk,
        pockyt,
        profile,
        sandbox,
        _folder,
    } = shop;
    let place = desk.quit();
    let older = files(&account);
    let desk = Desk::start(place);
    limit(&desk, 0);
    desk.until(queued["draftId"].as_str().unwrap(), "paid");
    let place = desk.quit();
    put_back(&account, older);
    let all: [fn(String) -> Secret; 3] = [Secret::LedgerKey, Secret::ApiToken, Secret::LedgerHead];
    lose(&place.1, &profile, &all);

    let desk = Desk::start(place);
    let key = json!({ "profile": profile, "key": shown["key"] });
    desk.ok("enter_recovery_key", key);
    let changes = json!({ "name": "Corner shop", "pockytUser": true, "token": TOKEN });
    desk.ok(
        "update_profile",
        json!({ "id": profile, "changes": changes }),
    );
    let shop = Shop {
        desk,
        pockyt,
        profile,
        sandbox,
        _folder,
    };
    let desk = &shop.desk;
    assert_eq!(recovery(desk)["doneAt"], Value::Null);
    let other = again(&queued, json!({ "amount": "14.00" }));
    desk.refused(
        "preview_payout",
        json!({ "draft": other }),
        "still_comparing",
        None,
    );
    let done = compared(desk);
    assert_eq!(done["cause"], "restored", "{done}");
    desk.until(queued["draftId"].as_str().unwrap(), "paid");
    assert_eq!(sent(&shop, &queued), 1, "only by the ledger that was lost");
    assert_eq!(desk.host.troubles(), [], "nobody is alarmed");
    let paid = shop.pay(&other);
    desk.until(paid["id"].as_str().unwrap(), "paid");
    assert_eq!(sent(&shop, &other), 1, "and paying goes on");
}

#[test]
fn a_head_that_is_gone_or_cannot_be_read_is_one_comparison_of_that_account_alone() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    shop.desk.open_demo();
    let email = json!({ "input": form("ben@example.com") });
    shop.desk.ok("register_payee", email);
    let Shop {
        desk,
        profile,
        sandbox: _sandbox,
        _folder,
        ..
    } = shop;
    let mut place = desk.quit();
    let head = Secret::LedgerHead("demo".to_owned());
    for lost in [None, Some("seven and then some".to_owned())] {
        match lost {
            None => wait(place.1.delete(&head)).unwrap(),
            Some(text) => wait(place.1.set(&head, &SecretString::from(text))).unwrap(),
        }
        let desk = Desk::start(place);
        let begun = recovery(&desk);
        assert_eq!(
            (&begun["cause"], &begun["doneAt"]),
            (&json!("restored"), &Value::Null),
            "{begun}"
        );
        let done = compared(&desk);
        assert_eq!(
            (&done["since"], &done["found"]),
            (&begun["since"], &json!(0))
        );
        assert_eq!(desk.host.troubles(), []);
        let desk = Desk::start(desk.quit());
        assert_eq!(recovery(&desk), done, "once");
        desk.ok("switch_profile", json!({ "id": profile }));
        assert_eq!(recovery(&desk), Value::Null, "others are as they were");
        desk.ok("switch_profile", json!({ "id": "demo" }));
        place = desk.quit();
    }
}

#[test]
fn an_account_that_is_new_compares_nothing_however_soon_it_crashes() {
    let shop = Shop::new();
    let form = shop.draft("ana@example.com");
    let shop = shop.crash();
    assert_eq!(recovery(&shop.desk), Value::Null);
    let released = pay(&shop.desk, &form);
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let demo = shop.desk;
    demo.open_demo();
    demo.ok(
        "register_payee",
        json!({ "input": crate::shop::form("ben@example.com") }),
    );
    let demo = demo.crash();
    assert_eq!(demo.payees()[0]["email"], "ben@example.com");
    assert_eq!(recovery(&demo), Value::Null);
}

#[test]
fn a_keychain_that_cannot_be_asked_at_the_start_holds_what_is_queued_until_it_can() {
    let (shop, queued) = closed_with_one_queued();
    let head = Secret::LedgerHead(shop.profile.clone());
    let keychain = std::sync::Arc::clone(&shop.desk.keychain);
    let shop = shop.closed_while(|| keychain.withholds(Some(head)));
    let desk = &shop.desk;
    assert_eq!(desk.host.troubles(), [Code::KeychainLocked]);
    limit(desk, 0);
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(sent(&shop, &queued), 0, "it may have been sent already");
    let other = again(&queued, json!({ "amount": "14.00" }));
    desk.refused(
        "preview_payout",
        json!({ "draft": other }),
        "keychain_locked",
        None,
    );

    keychain.withholds(None);
    let id = queued["draftId"].as_str().unwrap();
    desk.until(id, "paid");
    assert_eq!(sent(&shop, &queued), 1, "by itself, once");
    assert_eq!(recovery(desk), Value::Null, "it was the newest file");
    assert_eq!(desk.host.troubles(), [Code::KeychainLocked], "told once");
}

#[test]
fn a_keychain_that_can_be_asked_later_and_knows_of_more_lets_nothing_leave_unasked() {
    let (shop, queued) = closed_with_one_queued();
    let head = Secret::LedgerHead(shop.profile.clone());
    let keychain = std::sync::Arc::clone(&shop.desk.keychain);
    let shop = shop.closed_while(|| {
        let newer = SecretString::from(format!("9999 {}", "0".repeat(64)));
        wait(keychain.set(&head, &newer)).unwrap();
        keychain.withholds(Some(head));
    });
    let desk = &shop.desk;
    limit(desk, 0);
    keychain.withholds(None);
    let recovery = crate::desk::wait_for("the comparison", || {
        Some(recovery(desk)).filter(|recovery| recovery.is_object())
    });
    assert_eq!(recovery["cause"], "rolled_back");
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(sent(&shop, &queued), 0);
}
