//! Starts that cannot succeed: each opens a window that says what to do, and changes nothing on disk.

use crate::owner::{Owner, Setting};
use crate::steps::TOKEN;
use remit_core::{Secret, Vault};
use remit_ledger::{LedgerKey, SqliteLedger};
use remit_vault::KeyringVault;
use secrecy::SecretString;
use serde_json::json;
use std::path::PathBuf;

/// The name under which Remit keeps its secrets.
const KEYCHAIN_SERVICE: &str = "io.github.remit-payouts.remit";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_folder_that_cannot_be_written_is_named() {
    let setting = Setting::new("en", "light").with_a_file_for_a_folder();
    let folder = setting.data_folder().display().to_string();
    let owner = setting.start().await;
    owner.read("settings.troubleTitle").await;
    owner.read("errors.data_folder_read_only.title").await;
    owner.see(&folder).await;
    owner.inspect("20-folder-unusable").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_keychain_the_demo_works_and_keeps_nothing() {
    let owner = Setting::new("zh-CN", "dark")
        .without_keychain()
        .start()
        .await;
    owner.push("welcome.connectButton").await;
    owner.read("errors.keychain_missing.title").await;
    owner.inspect("20-no-keychain").await;
    owner.push("welcome.backToWelcome").await;
    owner.push("welcome.demoButton").await;
    owner.read("payees.firstTitle").await;
    owner.read("common.demoKeepsNothing").await;
    owner.inspect("21-demo-keeps-nothing").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_keychain_an_account_waits_untouched() {
    let setting = Setting::new("zh-CN", "dark").without_keychain();
    with_account(&setting, "window-no-keychain");
    let owner = setting.start().await;
    owner.read("errors.keychain_missing.title").await;
    owner.inspect("22-account-without-keychain").await;
    owner.push("settings.openDemo").await;
    owner.read("common.demoKeepsNothing").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_ledger_is_told_and_left_alone() {
    let setting = Setting::new("en", "light");
    let ledger = with_account(&setting, "window-corrupt");
    keep_secrets("window-corrupt", &LedgerKey::generate().unwrap()).await;
    let damaged = b"this is no ledger, and certainly not an encrypted one".repeat(200);
    std::fs::write(&ledger, &damaged).unwrap();
    let owner = setting.start().await;
    owner.read("errors.ledger_corrupt.title").await;
    owner.read("errors.ledger_corrupt.action").await;
    owner.inspect("23-ledger-corrupt").await;
    assert_eq!(std::fs::read(&ledger).unwrap(), damaged, "the file changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_whose_key_is_lost_is_told_and_left_alone() {
    let setting = Setting::new("en", "light");
    let ledger = with_account(&setting, "window-key-lost");
    drop(SqliteLedger::open(&ledger, &LedgerKey::generate().unwrap()).unwrap());
    let before = std::fs::read(&ledger).unwrap();
    let owner = setting.start().await;
    owner.read("errors.ledger_key_missing.title").await;
    owner.inspect("24-ledger-key-lost").await;
    assert_eq!(std::fs::read(&ledger).unwrap(), before, "the file changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_from_a_newer_remit_is_refused_and_works_again_later() {
    let setting = Setting::new("en", "light");
    let ledger = with_account(&setting, "window-newer");
    let key = LedgerKey::generate().unwrap();
    keep_secrets("window-newer", &key).await;
    drop(SqliteLedger::open(&ledger, &key).unwrap());
    let known = schema_version(&ledger, &key, None);
    schema_version(&ledger, &key, Some(known + 1));
    let owner: Owner = setting.start().await;
    owner.read("errors.ledger_newer.title").await;
    owner.inspect("25-ledger-newer").await;

    // The cause is mended while the window is open.
    schema_version(&ledger, &key, Some(known));
    owner.push("common.tryAgain").await;
    owner.read("payees.firstTitle").await;
}

/// Makes an account the active one, and returns where its ledger is to be.
pub(crate) fn with_account(setting: &Setting, id: &str) -> PathBuf {
    let profile = json!({
        "id": id,
        "name": "Test account",
        "environment": "custom",
        "base_url": "http://127.0.0.1:9",
        "merchant_no": "200043",
        "store_no": "300014",
        "pockyt_user": true,
        "listener_port": 0,
        "listener_path": "unguessable",
    });
    setting.settings(json!([profile]), json!(id));
    let folder = setting.data_folder().join("profiles").join(id);
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("ledger.db")
}

async fn keep_secrets(id: &str, key: &LedgerKey) {
    let vault = KeyringVault::new(KEYCHAIN_SERVICE);
    let token = SecretString::from(TOKEN);
    let secrets = [
        (Secret::ApiToken(id.to_owned()), token),
        (Secret::LedgerKey(id.to_owned()), key.to_secret()),
    ];
    for (name, value) in secrets {
        vault.set(&name, &value).await.unwrap();
    }
}

/// Reads, or else sets, the version of the file's schema.
fn schema_version(ledger: &PathBuf, key: &LedgerKey, new: Option<u32>) -> u32 {
    use secrecy::ExposeSecret;
    let file = rusqlite::Connection::open(ledger).unwrap();
    let secret = key.to_secret();
    file.pragma_update(None, "key", format!("x'{}'", secret.expose_secret()))
        .unwrap();
    if let Some(version) = new {
        file.pragma_update(None, "user_version", version).unwrap();
    }
    file.pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}
