//! Whether the history is as it was written: checked on demand, and at each start against what the keychain remembers.

use crate::desk::{Desk, wait};
use crate::doubles::{Keychain, connect};
use crate::shop::{Shop, again};
use remit_core::{Code, Secret, Vault, VaultError};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn check(desk: &Desk) -> Value {
    desk.ok("verify_history", json!({}))
}

/// The account's files.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect()
}

/// What a backup program of the owner's does, of which Remit knows nothing.
pub fn put_back(folder: &Path, older: Vec<(PathBuf, Vec<u8>)>) {
    for (path, _) in files(folder) {
        std::fs::remove_file(path).unwrap();
    }
    for (path, bytes) in older {
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_history_as_it_was_written_is_confirmed() {
    let shop = Shop::new();
    let released = shop.pay(&shop.draft("ana@example.com"));
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let report = check(&shop.desk);
    assert!(report["events"].as_u64().unwrap() > 5, "{report}");
    assert_eq!(report["head"].as_str().unwrap().len(), 64);
    assert_eq!(
        (&report["firstBad"], &report["trouble"]),
        (&Value::Null, &Value::Null),
        "{report}"
    );
    assert_eq!(
        check(&shop.desk)["keychain"],
        "matches",
        "the check lets the keychain know"
    );
    shop.register("ben@example.com");
    assert_eq!(
        check(&shop.desk)["keychain"],
        "behind",
        "newer events are no trouble"
    );
    shop.desk.keychain.fails(Some(VaultError::Locked));
    let report = check(&shop.desk);
    assert_eq!(
        (&report["keychain"], &report["trouble"]["code"]),
        (&json!("unreadable"), &json!("keychain_locked"))
    );
}

#[test]
fn an_event_that_was_changed_is_named() {
    let shop = Shop::new();
    let released = shop.pay(&shop.draft("ana@example.com"));
    let id = released["id"].as_str().unwrap();
    shop.desk.until(id, "paid");
    let ledger = shop.desk.profile_folder(&shop.profile).join("ledger.db");
    let connection = connect(&ledger, &shop.desk.ledger_key(&shop.profile));
    let seq: u32 = connection
        .query_row(
            "SELECT min(seq) FROM events WHERE kind = 'sending'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        connection
            .execute_batch(&format!("DROP TRIGGER \"{trigger}\""))
            .unwrap();
    }
    connection
        .execute("UPDATE events SET source = 'owner' WHERE seq = ?1", [seq])
        .unwrap();
    drop(connection);
    let report = check(&shop.desk);
    let bad = &report["firstBad"];
    assert_eq!(
        (&bad["seq"], &bad["kind"], &bad["payoutId"], &bad["payeeId"]),
        (&json!(seq), &json!("sending"), &json!(id), &Value::Null),
        "{report}"
    );
    assert!(bad["at"].is_string());
    assert_eq!(report["trouble"]["code"], "history_altered");
    crate::desk::assert_helpful(&report["trouble"]);
}

#[test]
fn an_older_file_in_place_of_the_ledger_is_noticed_and_nothing_is_paid_twice() {
    let shop = Shop::new();
    let first = shop.draft("ana@example.com");
    let suggested = |desk: &Desk| desk.ok("suggest_invoice_id", json!({}));
    let pay = |desk: &Desk| {
        let form = again(&first, json!({ "invoiceId": suggested(desk) }));
        let released = crate::shop::pay(desk, &form);
        desk.until(released["id"].as_str().unwrap(), "paid");
        form["invoiceId"].clone()
    };
    pay(&shop.desk);
    let Shop {
        desk,
        pockyt,
        profile,
        ..
    } = shop;
    let account = desk.profile_folder(&profile);
    let place = desk.quit();
    // A backup program of the owner's keeps the whole folder, and puts it back later.
    let older = files(&account);
    let desk = Desk::start(place);
    let lost = pay(&desk);
    let place = desk.quit();
    put_back(&account, older);

    let desk = Desk::start(place);
    assert!(
        desk.host.troubles().contains(&Code::LedgerRolledBack),
        "the owner is told"
    );
    let recovery = crate::desk::compared(&desk);
    assert_eq!(
        (&recovery["cause"], &recovery["found"]),
        (&json!("rolled_back"), &json!(1)),
        "{recovery}"
    );
    assert!(
        desk.payouts()
            .iter()
            .any(|payout| payout["invoiceId"] == lost),
        "what was paid after that is in the list again"
    );
    assert_eq!(pockyt.transfers().len(), 2);
    pay(&desk);
    assert_eq!(pockyt.transfers().len(), 3, "and paying goes on");
    assert_eq!(check(&desk)["trouble"], Value::Null);
    let desk = Desk::start(desk.quit());
    assert!(
        !desk.host.troubles().contains(&Code::LedgerRolledBack),
        "told once"
    );
}

#[test]
fn a_keychain_that_fails_while_running_stops_no_payout() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let Shop {
        desk,
        pockyt,
        profile,
        sandbox: _sandbox,
        ..
    } = shop;
    let (folder, keychain) = desk.quit();
    let head = Secret::LedgerHead(profile);
    let kept = wait(keychain.get(&head))
        .unwrap()
        .expect("the keychain knows where the history ended");
    let (seq, hash) = kept.expose_secret().split_once(' ').unwrap();
    assert!(
        seq.parse::<u64>().unwrap() > 0 && hash.len() == 64,
        "{}",
        kept.expose_secret()
    );

    let desk = Desk::start((folder, keychain));
    let form = crate::shop::draft_to_payable(&desk, &pockyt, "ben@example.com");
    desk.keychain.fails(Some(VaultError::Locked));
    let texts = |keychain: &Keychain| {
        let mut texts: Vec<String> = keychain
            .values()
            .iter()
            .map(|text| text.expose_secret().to_owned())
            .collect();
        texts.sort();
        texts
    };
    let before = texts(&desk.keychain);
    let released = crate::shop::pay(&desk, &form);
    desk.until(released["id"].as_str().unwrap(), "paid");
    let (folder, keychain) = desk.quit();
    assert_eq!(texts(&keychain), before, "what it held still holds");
    keychain.fails(None);
    let desk = Desk::start((folder, keychain));
    assert_eq!(desk.host.troubles(), [], "being behind is no trouble");
    assert_eq!(desk.ok("engine_status", json!({}))["recovery"], Value::Null);
}
