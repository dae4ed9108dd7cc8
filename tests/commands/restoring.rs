//! Putting back a copy. Whatever happened since: nobody is paid twice, what was paid is found again, and what was queued in
//! the copy is not sent by itself.

use crate::desk::{Desk, compared, wait, wait_for, with};
use crate::doubles::Keychain;
use crate::shop::{Shop, TOKEN, again, connection, draft_to_payable, form, pay};
use remit_core::{Secret, Vault, VaultError};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

fn back_up(desk: &Desk) -> Value {
    desk.ok("back_up_now", json!({}))["path"].clone()
}

fn restore(path: &Value) -> Value {
    json!({ "path": path, "recoveryKey": null, "profile": null })
}

/// The payouts by invoice ID.
fn payouts(desk: &Desk) -> BTreeMap<String, Value> {
    let payouts = desk.payouts();
    let count = payouts.len();
    let by_invoice: BTreeMap<String, Value> = payouts
        .into_iter()
        .map(|payout| (payout["invoiceId"].as_str().unwrap().to_owned(), payout))
        .collect();
    assert_eq!(by_invoice.len(), count, "no invoice ID twice");
    by_invoice
}

/// How many transfers Pockyt has for each invoice ID.
fn transfers(shop: &Shop) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for transfer in shop.pockyt.transfers() {
        *count.entry(transfer.invoice_id).or_default() += 1;
    }
    count
}

fn recovery_key(desk: &Desk) -> String {
    let shown = desk.ok("new_recovery_key", json!({}));
    shown["key"].as_str().unwrap().to_owned()
}

#[test]
fn an_old_copy_is_put_back_and_nobody_is_paid_twice() {
    let shop = Shop::new();
    let desk = &shop.desk;
    let first = shop.draft("ana@example.com");
    let suggest = || desk.ok("suggest_invoice_id", json!({}));
    let pay = |form: &Value| {
        let released = shop.pay(form);
        released["id"].as_str().unwrap().to_owned()
    };
    let fresh = |changes: Value| again(&first, with(json!({ "invoiceId": suggest() }), changes));
    let name = |form: &Value| form["invoiceId"].as_str().unwrap().to_owned();

    let before = fresh(json!({}));
    desk.until(&pay(&before), "paid");
    let failing = again(&first, json!({ "invoiceId": "INV-A7", "amount": "12.01" }));
    let failed = pay(&failing);
    desk.until(&failed, "failed");
    // Two wait in the queue while the copy is made.
    let limits = |per_minute: u32| json!({ "limits": { "inFlight": 4, "perMinute": per_minute } });
    desk.ok("set_limits", limits(1));
    let filler = fresh(json!({ "amount": "13.00" }));
    pay(&filler);
    let paid_later = fresh(json!({}));
    let paid_later_id = pay(&paid_later);
    let withdrawn = fresh(json!({ "amount": "14.00" }));
    let withdrawn_id = pay(&withdrawn);
    assert_eq!(
        desk.ok("payout", json!({ "id": withdrawn_id }))["payout"]["state"],
        "ready"
    );
    let copy = back_up(desk);

    desk.ok("cancel_payout", json!({ "id": withdrawn_id }));
    desk.ok("set_limits", limits(0));
    desk.until(&paid_later_id, "paid");
    let after = fresh(json!({ "amount": "15.00" }));
    desk.until(&pay(&after), "paid");
    let retry = desk.ok("prepare_retry", json!({ "id": failed }));
    let retry = with(retry, json!({ "amount": "12.00" }));
    desk.until(&pay(&retry), "paid");
    let sent = transfers(&shop);
    for form in [&before, &paid_later, &after, &retry] {
        assert_eq!(sent.get(&name(form)), Some(&1), "{sent:?}");
    }
    assert_eq!(sent.get(&name(&withdrawn)), None);

    let facts = desk.ok(
        "inspect_backup",
        json!({ "path": copy, "recoveryKey": null }),
    );
    assert!(facts["newerThanBackup"].as_u64().unwrap() > 3, "{facts}");
    let opened = desk.ok("restore_backup", restore(&copy));
    assert_eq!(opened["id"], shop.profile.as_str());
    let recovery = compared(desk);
    assert_eq!(recovery["cause"], "restored");
    assert!(recovery["found"].as_u64().unwrap() >= 2, "{recovery}");
    assert!(
        desk.host.troubles().is_empty(),
        "an older ledger is what was wanted: {:?}",
        desk.host.troubles()
    );

    let doubtful = desk.until(&withdrawn_id, "unknown");
    assert_eq!(
        doubtful["payout"]["reason"], "restored",
        "it is asked about, and not sent by itself"
    );
    for form in [&before, &paid_later, &after, &retry] {
        wait_for("what was paid to be in the list as paid", || {
            payouts(desk)
                .get(&name(form))
                .filter(|payout| payout["state"] == "paid")
                .cloned()
        });
    }
    // However long one waits, and however often one starts.
    let shop = shop.crash();
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(transfers(&shop), sent, "nothing was sent again");
    let desk = &shop.desk;
    let twice = desk.ask("prepare_retry", json!({ "id": failed }));
    if let Ok(draft) = twice {
        assert_ne!(
            draft["invoiceId"], retry["invoiceId"],
            "the retry of before is known"
        );
    }
    let next = again(
        &first,
        json!({ "invoiceId": desk.ok("suggest_invoice_id", json!({})), "amount": "16.00" }),
    );
    let released = shop.pay(&next);
    desk.until(released["id"].as_str().unwrap(), "paid");
    assert_eq!(
        transfers(&shop).get(&name(&next)),
        Some(&1),
        "paying goes on"
    );
    let report = desk.ok("verify_history", json!({}));
    assert_eq!(report["trouble"], Value::Null, "{report}");
    let kept = std::fs::read_dir(desk.profile_folder(&shop.profile)).unwrap();
    let kept = kept.filter(|file| {
        file.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("before-restore")
    });
    assert!(kept.count() > 0, "the ledger from before is kept");
}

#[test]
fn what_cannot_be_put_back_changes_nothing() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let desk = &shop.desk;
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Desk::new(elsewhere.path(), &Keychain::new());
    other.open_demo();
    other.ok(
        "register_payee",
        json!({ "input": form("eve@example.com") }),
    );
    let theirs = back_up(&other);
    let key = recovery_key(&other);
    desk.refused(
        "restore_backup",
        restore(&theirs),
        "recovery_key_needed",
        Some("recoveryKey"),
    );
    let with_key = with(restore(&theirs), json!({ "recoveryKey": key }));
    desk.refused(
        "restore_backup",
        with_key,
        "backup_of_another_account",
        None,
    );
    let file = desk.folder.join("no.backup");
    desk.refused(
        "restore_backup",
        restore(&json!(file)),
        "backup_unreadable",
        Some("path"),
    );
    let of_nobody = with(restore(&theirs), json!({ "profile": "nobody" }));
    desk.refused("restore_backup", of_nobody, "profile_not_found", None);
    assert_eq!(desk.payees().len(), 1, "the account is open as before");

    // The copy is whole, but the account cannot be opened with it.
    let copy = back_up(desk);
    shop.register("ben@example.com");
    desk.host.full.store(true, Ordering::Release);
    desk.refused(
        "restore_backup",
        restore(&copy),
        "data_folder_read_only",
        None,
    );
    desk.host.full.store(false, Ordering::Release);
    assert_eq!(desk.payees().len(), 2, "the ledger from before is back");
    assert_eq!(desk.ok("engine_status", json!({}))["recovery"], Value::Null);
    shop.register("cem@example.com");
    let shop = shop.crash();
    assert_eq!(shop.desk.payees().len(), 3, "and goes on");
}

#[test]
fn a_damaged_ledger_is_replaced_at_the_start() {
    let shop = Shop::new();
    let released = shop.pay(&shop.draft("ana@example.com"));
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let copy = back_up(&shop.desk);
    let Shop {
        desk,
        pockyt,
        profile,
        sandbox: _sandbox,
        ..
    } = shop;
    let ledger = desk.profile_folder(&profile).join("ledger.db");
    let (folder, keychain) = desk.quit();
    std::fs::write(&ledger, b"{}").unwrap();

    let desk = Desk::new(&folder, &keychain);
    let begun = desk.ok("startup", json!({}));
    assert_eq!(begun["trouble"]["code"], "ledger_corrupt", "{begun}");
    assert_eq!(begun["troubled"]["id"], profile.as_str());
    let status = desk.ok("backup_status", json!({}));
    assert_eq!(
        status["backups"][0]["path"], copy,
        "the copies are shown: {status}"
    );
    let facts = desk.ok(
        "inspect_backup",
        json!({ "path": copy, "recoveryKey": null }),
    );
    assert_eq!(
        (&facts["payouts"], &facts["newerThanBackup"]),
        (&json!(1), &Value::Null)
    );
    desk.ok("restore_backup", restore(&copy));
    compared(&desk);
    assert_eq!(desk.payouts().len(), 1);
    assert_eq!(pockyt.transfers().len(), 1);
    assert_eq!(desk.ok("startup", json!({}))["state"], "ready");
}

#[test]
fn a_demo_is_put_back_too_and_what_was_queued_fails_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path(), &Keychain::new());
    let pockyt = desk.open_demo();
    let first = draft_to_payable(&desk, &pockyt, "ana@example.com");
    let limits = |per_minute: u32| json!({ "limits": { "inFlight": 4, "perMinute": per_minute } });
    desk.ok("set_limits", limits(1));
    pay(&desk, &first);
    let queued = pay(&desk, &again(&first, json!({ "amount": "13.00" })));
    let id = queued["id"].as_str().unwrap();
    let copy = back_up(&desk);
    desk.ok("cancel_payout", json!({ "id": id }));
    desk.ok("set_limits", limits(0));
    desk.until(first["draftId"].as_str().unwrap(), "paid");
    desk.ok(
        "register_payee",
        json!({ "input": form("ben@example.com") }),
    );
    desk.ok("restore_backup", restore(&copy));
    assert_eq!(compared(&desk)["cause"], "restored");
    assert_eq!(desk.payees().len(), 1);
    let failed = desk.until(id, "failed")["payout"].clone();
    assert_eq!(
        (&failed["reason"], &failed["retryable"]),
        (&json!("restored"), &json!(true)),
        "the owner may pay it again: {failed}"
    );
    desk.until(first["draftId"].as_str().unwrap(), "paid");
    let invoices: Vec<String> = desk
        .demo()
        .transfers()
        .into_iter()
        .map(|transfer| transfer.invoice_id)
        .collect();
    assert_eq!(invoices, [first["invoiceId"].as_str().unwrap()]);
    let elsewhere =
        json!({ "input": { "path": copy, "recoveryKey": recovery_key(&desk), "token": "t" } });
    desk.refused("restore_elsewhere", elsewhere, "backup_of_demo", None);
}

#[test]
fn a_copy_sets_up_the_account_on_another_computer() {
    let shop = Shop::new();
    let released = shop.pay(&shop.draft("ana@example.com"));
    shop.desk.until(released["id"].as_str().unwrap(), "paid");
    let copy = back_up(&shop.desk);
    let key = recovery_key(&shop.desk);
    let input = |changes: Value| {
        let input = json!({ "path": copy, "recoveryKey": key, "token": TOKEN });
        json!({ "input": with(input, changes) })
    };
    shop.desk
        .refused("restore_elsewhere", input(json!({})), "account_known", None);

    let elsewhere = tempfile::tempdir().unwrap();
    let desk = Desk::new(elsewhere.path(), &Keychain::new());
    let look = |key: Value| json!({ "path": copy, "recoveryKey": key });
    desk.refused(
        "inspect_backup",
        look(Value::Null),
        "recovery_key_needed",
        Some("recoveryKey"),
    );
    let facts = desk.ok("inspect_backup", look(json!(key)));
    assert_eq!(
        (
            &facts["account"]["name"],
            &facts["profileId"],
            &facts["payouts"],
            &facts["newerThanBackup"]
        ),
        (&json!("Corner shop"), &Value::Null, &json!(1), &Value::Null)
    );
    let other = remit_ledger::LedgerKey::generate()
        .unwrap()
        .to_recovery_key();
    for (changes, code, field) in [
        (json!({ "token": "another" }), "token_rejected", None),
        (json!({ "token": " " }), "field_missing", Some("token")),
        (
            json!({ "recoveryKey": "" }),
            "recovery_key_invalid",
            Some("recoveryKey"),
        ),
        (
            json!({ "recoveryKey": other.expose_secret() }),
            "recovery_key_wrong",
            Some("recoveryKey"),
        ),
        (
            json!({ "path": elsewhere.path().join("none") }),
            "backup_unreadable",
            Some("path"),
        ),
    ] {
        desk.refused("restore_elsewhere", input(changes), code, field);
        assert!(desk.keychain.is_empty(), "{code}: nothing is kept");
        assert_eq!(desk.ok("list_profiles", json!({})), json!([]));
        assert!(!elsewhere.path().join("profiles").exists());
    }
    desk.keychain.fails(Some(VaultError::Locked));
    desk.refused(
        "restore_elsewhere",
        input(json!({})),
        "keychain_locked",
        None,
    );
    desk.keychain.fails(None);

    let opened = desk.ok("restore_elsewhere", input(json!({})));
    assert_eq!(
        (&opened["name"], &opened["tokenStored"]),
        (&json!("Corner shop"), &json!(true))
    );
    compared(&desk);
    assert_eq!(desk.payouts().len(), 1);
    assert_eq!(shop.pockyt.transfers().len(), 1);
    let status = desk.ok("backup_status", json!({}));
    assert!(
        status["recoveryKeySavedAt"].is_string(),
        "whoever restored with it has it"
    );
    let token = Secret::ApiToken(opened["id"].as_str().unwrap().to_owned());
    assert!(wait(desk.keychain.get(&token)).unwrap().is_some());
    let desk = Desk::start(desk.quit());
    assert_eq!(desk.ok("startup", json!({}))["state"], "ready");
}

#[test]
fn a_copy_with_another_key_leaves_the_ledger_before_readable() {
    let shop = Shop::new();
    shop.register("ana@example.com");
    let copy = back_up(&shop.desk);
    let key = recovery_key(&shop.desk);
    // A new computer, where the owner connected first and thought of the copy later.
    let elsewhere = tempfile::tempdir().unwrap();
    let desk = Desk::new(elsewhere.path(), &Keychain::new());
    let profile = desk.ok("connect", json!({ "input": connection(&shop.sandbox) }));
    let id = profile["id"].as_str().unwrap();
    desk.ok(
        "register_payee",
        json!({ "input": form("ben@example.com") }),
    );
    let before = desk.ledger_key(id);
    desk.refused(
        "restore_backup",
        restore(&copy),
        "recovery_key_needed",
        Some("recoveryKey"),
    );
    desk.ok(
        "restore_backup",
        with(restore(&copy), json!({ "recoveryKey": key })),
    );
    assert_eq!(desk.payees()[0]["email"], "ana@example.com");
    assert_eq!(
        desk.ok("engine_status", json!({}))["recovery"]["replacedRead"],
        json!(true),
        "the records that made room were read with their own key"
    );
    assert_eq!(
        desk.ledger_key(id).expose_secret(),
        shop.desk.ledger_key(&shop.profile).expose_secret()
    );

    // As if the exchange had ended between the keychain and the file.
    let ledger = desk.profile_folder(id).join("ledger.db");
    let beside = std::fs::read_dir(desk.profile_folder(id)).unwrap();
    let kept = beside.map(|entry| entry.unwrap().path()).find(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.contains("before-restore") && name.ends_with('Z')
    });
    let (folder, keychain) = desk.quit();
    std::fs::rename(kept.expect("the ledger before is kept"), &ledger).unwrap();
    let desk = Desk::start((folder, keychain));
    assert_eq!(desk.payees()[0]["email"], "ben@example.com");
    assert_eq!(desk.ledger_key(id).expose_secret(), before.expose_secret());
}
