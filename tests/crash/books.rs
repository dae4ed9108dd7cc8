//! The two books that must agree: Remit's, seen through its own commands, and Pockyt's.

use crate::commands::invoke;
use crate::driver::Driver;
use pockyt_sandbox::{Control, PayoutStatus};
use remit_core::{Ledger, Secret, Vault, Verified};
use remit_ledger::{LedgerKey, SqliteLedger};
use remit_vault::KeyringVault;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The name under which Remit keeps its secrets.
const KEYCHAIN_SERVICE: &str = "io.github.remit-payouts.remit";

/// The size of a page of the file, which is SQLCipher's own.
const PAGE: u64 = 4096;

/// The states that are not the last.
pub(crate) const UNSETTLED: [&str; 4] = ["ready", "sending", "unknown", "processing"];

/// The payouts in these states, or all; page by page, as the list reads them.
pub(crate) async fn payouts(driver: &Driver, states: &[&str]) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let query = json!({
            "search": "", "states": states, "payeeId": null, "from": null, "to": null,
            "sort": "newest", "cursor": cursor, "limit": 500,
        });
        let page = invoke(driver, "list_payouts", &json!({ "query": query })).await;
        let mut page = page.unwrap_or_else(|refused| panic!("the list was refused: {refused}"));
        found.extend(page["payouts"].as_array().unwrap().iter().cloned());
        cursor = page["next"].take();
        if cursor.is_null() {
            return found;
        }
    }
}

/// How many payouts are in these states.
pub(crate) async fn count(driver: &Driver, states: &[&str]) -> u64 {
    let query = json!({
        "search": "", "states": states, "payeeId": null, "from": null, "to": null,
        "sort": "newest", "cursor": null, "limit": 1,
    });
    let page = invoke(driver, "list_payouts", &json!({ "query": query })).await;
    page.unwrap_or_else(|refused| panic!("the list was refused: {refused}"))["total"]
        .as_u64()
        .unwrap()
}

/// The state that Remit must show for a transfer in this status.
pub(crate) fn shown_for(status: PayoutStatus) -> &'static str {
    match status {
        PayoutStatus::Pending => "processing",
        PayoutStatus::Success => "paid",
        PayoutStatus::Failed => "failed",
        PayoutStatus::Returned => "returned",
    }
}

/// What Pockyt holds under each invoice ID.
pub(crate) fn transfers(control: &Control) -> BTreeMap<String, Vec<(PayoutStatus, i64)>> {
    let mut book: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for payout in control.payouts() {
        let one = (payout.status, payout.amount.minor);
        book.entry(payout.invoice_id).or_default().push(one);
    }
    book
}

/// The ledger's file of a Remit that is not running, with its key from the keychain.
pub(crate) struct LedgerFile {
    pub(crate) path: PathBuf,
    key: LedgerKey,
}

impl LedgerFile {
    /// The one in this data folder, which has one account.
    pub(crate) async fn of(data_folder: &Path) -> Self {
        let folders = std::fs::read_dir(data_folder.join("profiles")).unwrap();
        let folder = folders.map(|entry| entry.unwrap().path()).next().unwrap();
        let profile = folder.file_name().unwrap().to_string_lossy().into_owned();
        let secret = Secret::LedgerKey(profile);
        let key = KeyringVault::new(KEYCHAIN_SERVICE).get(&secret).await;
        Self {
            path: folder.join("ledger.db"),
            key: LedgerKey::parse(&key.unwrap().expect("the key is in the keychain")).unwrap(),
        }
    }

    /// Verifies it as it lies on the disk.
    pub(crate) async fn verify(&self) -> Verified {
        let ledger = SqliteLedger::open(&self.path, &self.key).unwrap();
        ledger.verify().await.unwrap()
    }

    /// Folds its log into the file, as closing Remit does.
    pub(crate) fn fold(&self) {
        let log = self.path.with_extension("db-wal");
        let folded = || {
            drop(SqliteLedger::open(&self.path, &self.key).unwrap());
            !log.exists()
        };
        assert!((0..20).any(|_| folded()), "the log stays beside the file");
    }

    /// Where in the file the oldest events lie: the first leaf of their table.
    pub(crate) fn oldest_events(&self) -> Range<u64> {
        let file = rusqlite::Connection::open(&self.path).unwrap();
        let key = format!("x'{}'", self.key.to_secret().expose_secret());
        file.pragma_update(None, "key", key).unwrap();
        let first_leaf = "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 1";
        let number: u64 = file.query_row(first_leaf, [], |row| row.get(0)).unwrap();
        (number - 1) * PAGE..number * PAGE
    }
}
