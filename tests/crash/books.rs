//! The two books that must agree: Remit's, seen through its own commands, and Pockyt's.

use crate::commands::invoke;
use crate::driver::Driver;
use jiff::{SignedDuration, Timestamp};
use pockyt_sandbox::{Control, PayoutStatus};
use remit_core::{Ledger, Secret, Vault, Verified};
use remit_ledger::{LedgerKey, SqliteLedger};
use remit_vault::KeyringVault;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The name under which Remit keeps its secrets.
const KEYCHAIN_SERVICE: &str = "io.github.remit-payouts.remit";

/// The size of a page of the file, which is SQLCipher's own.
const PAGE: u64 = 4096;

/// What is due is asked about at once; so much later, on a busy machine and with much to ask about, it was forgotten.
const OVERDUE: SignedDuration = SignedDuration::from_secs(90);

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

/// In what time Remit asks about a payout by itself; less than nothing when it was to already.
pub(crate) fn asks_in(payout: &Value) -> Option<SignedDuration> {
    let next = payout["nextCheckAt"].as_str()?.parse::<Timestamp>();
    Some(next.unwrap().duration_since(Timestamp::now()))
}

/// The invoices of the payouts that Remit does not ask about any more, though it is to until they are settled.
pub(crate) async fn forgotten(driver: &Driver) -> Vec<String> {
    let open = payouts(driver, &["unknown", "processing"]).await;
    open.iter()
        .filter(|payout| asks_in(payout).is_none_or(|left| left < -OVERDUE))
        .map(|payout| payout["invoiceId"].as_str().unwrap().to_owned())
        .collect()
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

/// What the two books, and the answers that Remit gave, do not agree on.
#[derive(Default)]
pub(crate) struct Faults {
    /// Paid more than once.
    pub(crate) doubles: Vec<String>,
    /// Taken by Remit, or held by Pockyt, and not to be found in Remit.
    pub(crate) lost: Vec<String>,
    /// Not settled, or not asked about in time.
    pub(crate) stuck: Vec<String>,
    /// Shown otherwise than Pockyt has it.
    pub(crate) wrong: Vec<String>,
}

impl Faults {
    pub(crate) fn assert_none(&self) {
        assert_eq!(self.doubles, [""; 0], "paid twice");
        assert_eq!(self.lost, [""; 0], "lost");
        assert_eq!(self.stuck, [""; 0], "stuck");
        assert_eq!(self.wrong, [""; 0], "shown wrongly");
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [doubles, lost, stuck, wrong] =
            [&self.doubles, &self.lost, &self.stuck, &self.wrong].map(Vec::len);
        write!(
            out,
            "{doubles} doubles, {lost} lost, {stuck} stuck, {wrong} wrong"
        )
    }
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
