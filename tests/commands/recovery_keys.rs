//! The recovery key: shown, proved to be kept, and entered on the day when the keychain is empty.

use crate::desk::{Desk, wait};
use crate::doubles::Keychain;
use crate::shop::{Shop, form};
use remit_core::{Secret, Vault};
use remit_ledger::LedgerKey;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

#[test]
fn the_key_is_shown_and_its_last_groups_prove_that_it_was_kept() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let shown = desk.ok("new_recovery_key", json!({}));
    let key = shown["key"].as_str().unwrap().to_owned();
    assert_eq!(key.split('-').count(), 14, "14 groups to write down");
    let confirm = |text: &str| json!({ "lastGroups": text });
    let groups: Vec<&str> = key.split('-').collect();
    let last = format!("{} {}", groups[12], groups[13]);
    for wrong in [
        "",
        groups[13],
        &format!("{} {}", groups[13], groups[12]),
        &key,
    ] {
        desk.refused(
            "confirm_recovery_key",
            confirm(wrong),
            "recovery_key_wrong",
            Some("lastGroups"),
        );
    }
    assert_eq!(
        desk.ok("backup_status", json!({}))["recoveryKeySavedAt"],
        Value::Null
    );
    let kept = desk.ok("confirm_recovery_key", confirm(&last.to_lowercase()));
    assert!(kept["recoveryKeySavedAt"].is_string(), "{kept}");
    let shop = shop.crash();
    let status = shop.desk.ok("backup_status", json!({}));
    assert_eq!(
        status["recoveryKeySavedAt"], kept["recoveryKeySavedAt"],
        "it is remembered"
    );
    let settings = std::fs::read_to_string(shop.desk.folder.join("settings.json")).unwrap();
    assert!(
        !settings.contains(&key) && !settings.contains(groups[13]),
        "but the key is nowhere"
    );
}

#[test]
fn the_key_opens_a_ledger_whose_key_is_gone_from_the_keychain() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path(), &Keychain::new());
    desk.open_demo();
    desk.ok(
        "register_payee",
        json!({ "input": form("ana@example.com") }),
    );
    let shown = desk.ok("new_recovery_key", json!({}));
    let key = shown["key"].as_str().unwrap();
    let before = desk.ledger_key("demo");
    let (folder, keychain) = desk.quit();
    for gone in [Secret::LedgerKey, Secret::ApiToken, Secret::LedgerHead] {
        wait(keychain.delete(&gone("demo".to_owned()))).unwrap();
    }

    let desk = Desk::start((folder, keychain));
    let begun = desk.ok("startup", json!({}));
    assert_eq!(begun["trouble"]["code"], "ledger_key_missing");
    assert_eq!(
        begun["troubled"]["id"], "demo",
        "the window knows which account it is about"
    );
    let enter = |key: &str| json!({ "profile": "demo", "key": key });
    let mistyped = format!(
        "{}{}",
        &key[..68],
        if key.ends_with('7') { "8" } else { "7" }
    );
    let error = desk.refused(
        "enter_recovery_key",
        enter(&mistyped),
        "recovery_key_invalid",
        Some("key"),
    );
    assert!(
        error["message"].as_str().unwrap().contains("Group 14") && error["detail"] == "14",
        "{error}"
    );
    let other = LedgerKey::generate().unwrap().to_recovery_key();
    desk.refused(
        "enter_recovery_key",
        enter(other.expose_secret()),
        "recovery_key_wrong",
        Some("key"),
    );
    let missing = json!({ "profile": "nobody", "key": key });
    desk.refused("enter_recovery_key", missing, "profile_not_found", None);

    let opened = desk.ok(
        "enter_recovery_key",
        enter(&key.to_lowercase().replace('-', " ")),
    );
    assert_eq!(opened["id"], "demo");
    assert_eq!(desk.payees().len(), 1, "everything is there");
    let recovery = desk.ok("engine_status", json!({}))["recovery"].clone();
    assert_eq!(
        (&recovery["cause"], &recovery["doneAt"]),
        (&json!("restored"), &Value::Null),
        "nothing tells that it is the newest file: {recovery}"
    );
    assert_eq!(desk.host.troubles(), [], "and nothing that it is not");
    assert_eq!(
        desk.ledger_key("demo").expose_secret(),
        before.expose_secret()
    );
    let answers = desk.answers().join("\n");
    assert!(
        !answers.contains(key) && !answers.contains(&mistyped),
        "no error repeats a key"
    );
    let heard = format!("{:?}", desk.host.heard());
    assert!(!heard.contains(key));
}
