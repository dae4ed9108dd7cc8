//! Cold starts in trouble: each ends in a window that says what to do, never in a panic; nothing is wiped or made anew; and
//! when the cause is mended, trying again works (I12).

use crate::desk::{Desk, assert_helpful, wait, wait_for};
use crate::doubles::{Keychain, connect};
use crate::shop::{config, connection, form};
use pockyt_sandbox::Sandbox;
use remit_core::{Secret, Vault, VaultError};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Starts, and must be in this trouble.
#[track_caller]
fn trouble(desk: &Desk, code: &str) -> Value {
    let begun = desk.ok("startup", json!({}));
    assert_eq!(begun["state"], "trouble", "{begun}");
    assert_eq!(begun["trouble"]["code"], code, "{begun}");
    assert_helpful(&begun["trouble"]);
    assert_eq!(begun["profile"], Value::Null, "no account is open");
    assert_eq!(
        begun["dataFolder"],
        desk.folder.display().to_string(),
        "the owner must know where to look"
    );
    begun
}

/// A folder with an account in it that holds one payee, and the app closed.
struct Closed {
    folder: tempfile::TempDir,
    keychain: std::sync::Arc<Keychain>,
    profile: String,
    _sandbox: Sandbox,
}

impl Closed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = wait(Sandbox::start(config())).unwrap();
        let keychain = Keychain::new();
        let desk = Desk::new(folder.path(), &keychain);
        let profile = desk.ok("connect", json!({ "input": connection(&sandbox) }));
        desk.ok(
            "register_payee",
            json!({ "input": form("ana@example.com") }),
        );
        Self {
            profile: profile["id"].as_str().unwrap().to_owned(),
            folder,
            keychain,
            _sandbox: sandbox,
        }
    }

    fn start(&self) -> Desk {
        Desk::new(self.folder.path(), &self.keychain)
    }

    fn ledger(&self) -> PathBuf {
        self.folder
            .path()
            .join("profiles")
            .join(&self.profile)
            .join("ledger.db")
    }

    /// What the folder of the account holds, byte for byte.
    fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let account = self.ledger();
        let mut files: Vec<_> = std::fs::read_dir(account.parent().unwrap())
            .unwrap()
            .map(|file| file.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
            .collect();
        files.sort();
        files
    }

    /// Once the cause is mended, the same window goes on with everything that was there.
    #[track_caller]
    fn works_again(&self, desk: &Desk) {
        let begun = desk.ok("startup", json!({}));
        assert_eq!(
            (&begun["state"], &begun["trouble"]),
            (&json!("ready"), &Value::Null),
            "{begun}"
        );
        assert_eq!(desk.payees().len(), 1, "nothing was lost");
    }
}

#[test]
fn an_account_opens_before_the_window_asks_for_it_and_only_once() {
    let closed = Closed::new();
    let desk = Desk::ahead(closed.folder.path(), &closed.keychain);
    wait_for("the account", || desk.has_account().then_some(()));
    // What fails from now on is none of the start's business, which is over.
    desk.keychain.fails(Some(VaultError::Locked));
    let begun = desk.ok("startup", json!({}));
    assert_eq!(
        (&begun["state"], &begun["profile"]["id"], &begun["keychain"]),
        (&json!("ready"), &json!(closed.profile), &json!("available")),
        "{begun}"
    );
    assert_eq!(desk.payees().len(), 1);
    // Whoever asks again is told how things stand then, of the account that is still open.
    let again = desk.ok("startup", json!({}));
    assert_eq!(
        (&again["state"], &again["keychain"]),
        (&json!("ready"), &json!("locked")),
        "{again}"
    );
    let opened = desk.host.heard().into_iter();
    let opened = opened.filter(|event| event["profile"].is_object());
    assert_eq!(opened.count(), 1, "it was opened once");
}

#[test]
fn a_window_that_asks_while_the_account_opens_waits_for_it() {
    let closed = Closed::new();
    let desk = Desk::ahead(closed.folder.path(), &closed.keychain);
    closed.works_again(&desk);
    let opened = desk.host.heard().into_iter();
    let opened = opened.filter(|event| event["profile"].is_object());
    assert_eq!(opened.count(), 1, "it was opened once");
}

#[test]
fn trouble_before_the_window_asks_is_told_and_can_be_mended() {
    let closed = Closed::new();
    closed.keychain.fails(Some(VaultError::Locked));
    let desk = Desk::ahead(closed.folder.path(), &closed.keychain);
    let begun = trouble(&desk, "keychain_locked");
    assert_eq!(
        (&begun["keychain"], &begun["troubled"]),
        (&json!("locked"), &Value::Null),
        "a keychain that may work again is no reason to put back a copy"
    );
    desk.keychain.fails(None);
    closed.works_again(&desk);
}

#[track_caller]
fn demo_works(desk: &Desk, keeps: bool) {
    let profile = desk.ok("try_demo", json!({}));
    assert_eq!(profile["keeps"], keeps, "{profile}");
    let email = format!("{}@example.com", uuid::Uuid::new_v4().simple());
    desk.ok("register_payee", json!({ "input": form(&email) }));
    assert_eq!(desk.payees()[0]["email"], email.as_str());
}

fn data_folder_is_no_folder(file: &Path, folder: &Path) {
    std::fs::write(file, b"not a folder").unwrap();
    let desk = Desk::new(folder, &Keychain::new());
    trouble(&desk, "data_folder_read_only");
    demo_works(&desk, false);
    let input = json!({ "input": { "name": "", "environment": "custom", "baseUrl": "http://127.0.0.1:1", "merchantNo": "200043", "storeNo": "300014", "token": "t", "pockytUser": true } });
    desk.refused("connect", input, "data_folder_read_only", None);
    drop(desk);
    assert_eq!(
        std::fs::read(file).unwrap(),
        b"not a folder",
        "what is in the way is the owner's"
    );

    let desk = Desk::new(folder, &Keychain::new());
    trouble(&desk, "data_folder_read_only");
    std::fs::remove_file(file).unwrap();
    assert_eq!(
        desk.ok("startup", json!({}))["state"],
        "welcome",
        "trying again works once it is mended"
    );
}

#[test]
fn a_data_folder_that_is_a_file() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("remit");
    data_folder_is_no_folder(&file, &file);
}

#[test]
fn a_data_folder_below_a_file() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("remit");
    data_folder_is_no_folder(&file, &file.join("data"));
}

#[test]
fn settings_that_cannot_be_read_are_told_and_not_replaced() {
    let closed = Closed::new();
    let settings = closed.folder.path().join("settings.json");
    let kept = std::fs::read(&settings).unwrap();
    std::fs::write(&settings, b"{ \"profiles\": 7").unwrap();
    let desk = closed.start();
    trouble(&desk, "data_folder_read_only");
    assert_eq!(
        std::fs::read(&settings).unwrap(),
        b"{ \"profiles\": 7",
        "the damaged file stays for whoever can mend it"
    );
    std::fs::write(&settings, kept).unwrap();
    closed.works_again(&desk);
}

#[test]
fn a_keychain_that_is_missing_or_locked() {
    let closed = Closed::new();
    for (cause, code, state) in [
        (
            VaultError::Missing("Install gnome-keyring and log in again.".to_owned()),
            "keychain_missing",
            "missing",
        ),
        (VaultError::Locked, "keychain_locked", "locked"),
        (
            VaultError::Failed("It gave back something else than was written.".to_owned()),
            "keychain_failed",
            "missing",
        ),
    ] {
        let desk = closed.start();
        desk.keychain.fails(Some(cause));
        let before = closed.contents();
        let begun = trouble(&desk, code);
        assert_eq!(begun["keychain"], state);
        assert_eq!(
            closed.contents(),
            before,
            "{code}: the account is left alone"
        );
        demo_works(&desk, false);
        drop(desk);
        let desk = closed.start();
        trouble(&desk, code);
        desk.keychain.fails(None);
        closed.works_again(&desk);
    }
}

#[test]
fn a_ledger_that_is_damaged() {
    let closed = Closed::new();
    let whole = std::fs::read(closed.ledger()).unwrap();
    let mut torn = whole.clone();
    torn[..512].fill(b'x');
    let mut cut = whole.clone();
    cut.truncate(100);
    for damaged in [torn, cut, b"{}".to_vec()] {
        std::fs::write(closed.ledger(), &damaged).unwrap();
        let desk = closed.start();
        trouble(&desk, "ledger_corrupt");
        trouble(&desk, "ledger_corrupt");
        assert_eq!(
            std::fs::read(closed.ledger()).unwrap(),
            damaged,
            "a damaged ledger is not touched: it may be mended"
        );
        demo_works(&desk, true);
        drop(desk);
        std::fs::write(closed.ledger(), &whole).unwrap();
        let desk = closed.start();
        desk.ok("switch_profile", json!({ "id": closed.profile }));
        closed.works_again(&desk);
    }
}

#[test]
fn a_ledger_of_a_newer_remit() {
    let closed = Closed::new();
    let key = wait(
        closed
            .keychain
            .get(&Secret::LedgerKey(closed.profile.clone())),
    )
    .unwrap()
    .unwrap();
    let connection = connect(&closed.ledger(), &key);
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    connection
        .execute_batch("PRAGMA user_version = 999")
        .unwrap();
    drop(connection);
    let before = std::fs::read(closed.ledger()).unwrap();
    let desk = closed.start();
    let begun = trouble(&desk, "ledger_newer");
    assert!(
        begun["trouble"]["message"]
            .as_str()
            .unwrap()
            .contains("newer"),
        "{begun}"
    );
    assert_eq!(
        std::fs::read(closed.ledger()).unwrap(),
        before,
        "an older Remit writes nothing into it"
    );
    connect(&closed.ledger(), &key)
        .execute_batch(&format!("PRAGMA user_version = {version}"))
        .unwrap();
    closed.works_again(&desk);
}

#[test]
fn a_ledger_whose_key_is_gone_or_wrong() {
    let closed = Closed::new();
    let secret = Secret::LedgerKey(closed.profile.clone());
    let key = wait(closed.keychain.get(&secret)).unwrap().unwrap();
    let before = closed.contents();
    let desk = closed.start();
    wait(closed.keychain.delete(&secret)).unwrap();
    trouble(&desk, "ledger_key_missing");
    assert!(
        wait(closed.keychain.get(&secret)).unwrap().is_none(),
        "no new key is made in place of the lost one"
    );
    wait(closed.keychain.set(&secret, &"not a key".to_owned().into())).unwrap();
    trouble(&desk, "ledger_key_missing");
    let other = remit_ledger::LedgerKey::generate().unwrap().to_secret();
    wait(closed.keychain.set(&secret, &other)).unwrap();
    trouble(&desk, "ledger_corrupt");
    let ledger = |files: Vec<(PathBuf, Vec<u8>)>| {
        files
            .into_iter()
            .find(|(path, _)| path.ends_with("ledger.db"))
    };
    assert_eq!(
        ledger(closed.contents()),
        ledger(before),
        "the ledger is exactly as it was"
    );
    wait(closed.keychain.set(&secret, &key)).unwrap();
    closed.works_again(&desk);
}

#[test]
fn an_account_whose_token_is_gone_opens_and_says_what_is_missing() {
    let closed = Closed::new();
    let secret = Secret::ApiToken(closed.profile.clone());
    wait(closed.keychain.delete(&secret)).unwrap();
    let desk = closed.start();
    let begun = desk.ok("startup", json!({}));
    assert_eq!(
        (&begun["state"], &begun["profile"]["tokenStored"]),
        (&json!("ready"), &json!(false)),
        "{begun}"
    );
    assert_eq!(
        desk.payees().len(),
        1,
        "the ledger can be read without Pockyt"
    );
    desk.refused("balances", json!({}), "token_missing", None);
    let payee = &desk.payees()[0]["id"];
    desk.refused(
        "refresh_payee",
        json!({ "id": payee }),
        "token_missing",
        None,
    );
    let changes = json!({ "name": "Corner shop", "pockytUser": true, "token": crate::shop::TOKEN });
    let changed = desk.ok(
        "update_profile",
        json!({ "id": closed.profile, "changes": changes }),
    );
    assert_eq!(changed["tokenStored"], true);
    desk.ok("balances", json!({}));
}
