//! Copies: made, found, looked into, made each day; and every reason why not.

use crate::desk::{Desk, wait_for};
use crate::doubles::Keychain;
use crate::shop::{Shop, connection, form};
use remit::ipc::events::AppEvent;
use remit_core::{Code, VaultError};
use serde_json::{Value, json};
use std::path::Path;

fn status(desk: &Desk) -> Value {
    desk.ok("backup_status", json!({}))
}

fn copies(desk: &Desk) -> Vec<Value> {
    status(desk)["backups"].as_array().unwrap().clone()
}

fn inspect(path: &Value) -> Value {
    json!({ "path": path, "recoveryKey": null })
}

#[test]
fn a_copy_is_made_found_and_looked_into() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let before = status(desk);
    let place = desk.folder.join("backups").join(&shop.profile);
    assert_eq!(before["folder"], place.display().to_string());
    assert_eq!(
        (
            &before["folderIsDefault"],
            &before["automatic"],
            &before["recoveryKeySavedAt"]
        ),
        (&json!(true), &json!(true), &Value::Null)
    );
    // Nor does a copy of its own come between.
    let by_hand = json!({ "folder": null, "automatic": false });
    desk.ok("set_backup_options", json!({ "options": by_hand }));
    shop.register("ana@example.com");
    let made = desk.ok("back_up_now", json!({}));
    let name = made["name"].as_str().unwrap();
    assert!(
        name.starts_with("remit-corner-shop-200043-20") && name.ends_with(".backup"),
        "{name}"
    );
    assert_eq!(made["automatic"], false);
    let file = Path::new(made["path"].as_str().unwrap());
    assert_eq!(file, place.join(name));
    assert_eq!(made["bytes"], file.metadata().unwrap().len());
    assert!(copies(desk).contains(&made));
    let heard = desk
        .host
        .events
        .lock()
        .unwrap()
        .iter()
        .any(|event| matches!(event, AppEvent::Backups(_)));
    assert!(heard, "the window is told");

    let facts = desk.ok("inspect_backup", inspect(&made["path"]));
    assert_eq!(
        (
            &facts["backup"],
            &facts["profileId"],
            &facts["payees"],
            &facts["payouts"]
        ),
        (&made, &json!(shop.profile), &json!(1), &json!(0))
    );
    assert_eq!(
        facts["account"],
        json!({ "name": "Corner shop", "environment": "custom", "merchantNo": "200043", "storeNo": "300014" })
    );
    assert_eq!(
        facts["newerThanBackup"], 0,
        "nothing happened since: {facts}"
    );
    assert!(facts["events"].as_u64().unwrap() > 0 && facts["lastEventAt"].is_string());
    shop.register("ben@example.com");
    let facts = desk.ok("inspect_backup", inspect(&made["path"]));
    assert!(facts["newerThanBackup"].as_u64().unwrap() > 0, "{facts}");
    let missing = |desk: &Desk| {
        let status = status(desk);
        (status["missingPayouts"].clone(), status["lastAt"].clone())
    };
    assert_eq!(missing(desk), (json!(0), made["madeAt"].clone()));
    shop.pay(&shop.draft("cem@example.com"));
    assert_eq!(missing(desk), (json!(1), made["madeAt"].clone()));
    // A new account that is shown the same folder has no copy yet.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Desk::new(elsewhere.path(), &Keychain::new());
    other.ok("connect", json!({ "input": connection(&shop.sandbox) }));
    let options = json!({ "options": { "folder": place, "automatic": true } });
    let seen = other.ok("set_backup_options", options);
    assert_eq!(seen["backups"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&seen["lastAt"], &seen["missingPayouts"]),
        (&Value::Null, &json!(0))
    );

    let second = desk.ok("back_up_now", json!({}));
    assert_eq!(missing(desk), (json!(0), second["madeAt"].clone()));
    assert_ne!(
        second["path"], made["path"],
        "no copy takes the place of another"
    );
}

#[test]
fn what_is_no_copy_is_told_in_plain_words() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let desk = &shop.desk;
    let file = desk.folder.join("holiday.jpg");
    desk.refused(
        "inspect_backup",
        inspect(&json!(file)),
        "backup_unreadable",
        Some("path"),
    );
    std::fs::write(&file, b"short").unwrap();
    desk.refused(
        "inspect_backup",
        inspect(&json!(file)),
        "backup_unreadable",
        Some("path"),
    );
    std::fs::write(&file, [7; 100_000]).unwrap();
    desk.refused(
        "inspect_backup",
        inspect(&json!(file)),
        "recovery_key_needed",
        Some("recoveryKey"),
    );
    let with_key = |key: &str| json!({ "path": file, "recoveryKey": key });
    let error = desk.refused(
        "inspect_backup",
        with_key("K7Q2-1"),
        "recovery_key_invalid",
        Some("recoveryKey"),
    );
    assert!(
        error["message"].as_str().unwrap().contains("14 groups"),
        "{error}"
    );
    let other = remit_ledger::LedgerKey::generate().unwrap();
    let other = secrecy::ExposeSecret::expose_secret(&other.to_recovery_key()).to_owned();
    desk.refused(
        "inspect_backup",
        with_key(&other),
        "recovery_key_wrong",
        Some("recoveryKey"),
    );

    let made = desk.ok("back_up_now", json!({}));
    let copy = made["path"].as_str().unwrap();
    let mut bytes = std::fs::read(copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0);
    std::fs::write(copy, bytes).unwrap();
    desk.refused(
        "inspect_backup",
        inspect(&made["path"]),
        "backup_unreadable",
        Some("path"),
    );
}

#[test]
fn copies_go_where_the_owner_wants_them() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let desk = &shop.desk;
    let stick = tempfile::tempdir().unwrap();
    let options = |folder: Value, automatic: bool| json!({ "options": { "folder": folder, "automatic": automatic } });
    let in_the_way = stick.path().join("file");
    std::fs::write(&in_the_way, b"a file").unwrap();
    for folder in [
        json!("copies"),
        json!(in_the_way),
        json!(in_the_way.join("below")),
        json!(desk.profile_folder(&shop.profile)),
        json!(desk.profile_folder(&shop.profile).join("copies")),
    ] {
        desk.refused(
            "set_backup_options",
            options(folder, true),
            "backup_folder_unusable",
            Some("folder"),
        );
    }
    let place = stick.path().join("Remit copies");
    let chosen = desk.ok("set_backup_options", options(json!(place), false));
    assert_eq!(
        (
            &chosen["folder"],
            &chosen["folderIsDefault"],
            &chosen["automatic"],
            &chosen["nextAt"]
        ),
        (&json!(place), &json!(false), &json!(false), &Value::Null)
    );
    let made = desk.ok("back_up_now", json!({}));
    assert!(
        Path::new(made["path"].as_str().unwrap()).starts_with(&place),
        "{made}"
    );
    let shop = shop.crash();
    let kept = status(&shop.desk);
    assert_eq!(
        (&kept["folder"], &kept["backups"]),
        (&json!(place), &json!([made])),
        "it is remembered"
    );

    std::fs::remove_dir_all(&place).unwrap();
    std::fs::write(&place, b"in the way").unwrap();
    shop.desk
        .refused("back_up_now", json!({}), "backup_folder_unusable", None);
    let back = shop
        .desk
        .ok("set_backup_options", options(Value::Null, true));
    assert_eq!(
        (&back["folderIsDefault"], back["nextAt"].is_string()),
        (&json!(true), true)
    );
    shop.desk.ok("back_up_now", json!({}));
}

#[test]
fn the_owner_chooses_in_the_systems_own_window() {
    let shop = Shop::new();
    *shop.desk.host.choice.lock().unwrap() = Some("/media/stick".into());
    assert_eq!(shop.desk.ok("choose_folder", json!({})), "/media/stick");
    assert_eq!(
        shop.desk.ok("choose_backup", json!({})),
        Value::Null,
        "the owner chose nothing"
    );
    let asked = shop.desk.host.pages.lock().unwrap().join("\n");
    assert!(
        asked.contains("Folder near") && asked.contains("Copy near") && asked.contains("backups"),
        "{asked}"
    );
}

#[test]
fn a_copy_is_made_each_day_and_a_failure_is_told_once() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    assert_eq!(
        copies(&shop.desk),
        Vec::<Value>::new(),
        "an account without a history needs no copy"
    );
    let shop = shop.crash();
    let made = wait_for("the daily copy", || copies(&shop.desk).pop());
    assert_eq!(made["automatic"], true);
    let next = status(&shop.desk)["nextAt"]
        .as_str()
        .unwrap()
        .parse::<jiff::Timestamp>()
        .unwrap();
    let made_at = made["madeAt"]
        .as_str()
        .unwrap()
        .parse::<jiff::Timestamp>()
        .unwrap();
    assert_eq!(next.duration_since(made_at).as_hours(), 24);
    let shop = shop.crash();
    shop.register("ben@example.com");
    assert_eq!(
        copies(&shop.desk),
        vec![made.clone()],
        "one a day is enough"
    );

    // Two days later the place is gone.
    let folder = Path::new(made["path"].as_str().unwrap())
        .parent()
        .unwrap()
        .to_owned();
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, b"in the way").unwrap();
    let shop = shop.crash();
    let trouble = wait_for("the trouble", || {
        let trouble = status(&shop.desk)["trouble"].clone();
        (!trouble.is_null()).then_some(trouble)
    });
    assert_eq!(trouble["code"], "backup_folder_unusable");
    crate::desk::assert_helpful(&trouble);
    let told = wait_for("the word of it", || {
        let told = shop.desk.host.troubles();
        (!told.is_empty()).then_some(told)
    });
    assert_eq!(told, [Code::BackupFolderUnusable]);
    std::fs::remove_file(&folder).unwrap();
    let shop = shop.crash();
    wait_for("the daily copy", || copies(&shop.desk).pop());
    assert_eq!(status(&shop.desk)["trouble"], Value::Null);
}

#[test]
fn a_demo_that_keeps_nothing_has_nothing_to_copy() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path(), &Keychain::new());
    desk.refused("backup_status", json!({}), "no_profile", None);
    desk.refused("back_up_now", json!({}), "no_profile", None);
    desk.keychain.fails(Some(VaultError::Missing(
        "Install gnome-keyring.".to_owned(),
    )));
    desk.ok("try_demo", json!({}));
    desk.ok(
        "register_payee",
        json!({ "input": form("ana@example.com") }),
    );
    desk.refused("backup_status", json!({}), "nothing_kept", None);
    desk.refused("back_up_now", json!({}), "nothing_kept", None);
    desk.refused("new_recovery_key", json!({}), "nothing_kept", None);
    let options = json!({ "options": { "folder": null, "automatic": true } });
    desk.refused("set_backup_options", options, "nothing_kept", None);
    let restore = json!({ "path": "/x", "recoveryKey": null, "profile": null });
    desk.refused("restore_backup", restore, "nothing_kept", None);
}
