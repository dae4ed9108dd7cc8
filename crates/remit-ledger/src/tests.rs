//! Tests of the ledger from within: what only its insides show.

use crate::key::LedgerKey;
use crate::store::SqliteLedger;
use remit_core::conformance;

#[tokio::test]
async fn keeps_every_promise_of_the_port() {
    let folder = tempfile::tempdir().unwrap();
    let key = LedgerKey::generate().unwrap();
    let count = std::cell::Cell::new(0);
    conformance::ledger(async || {
        count.set(count.get() + 1);
        SqliteLedger::open(&folder.path().join(format!("{}.db", count.get())), &key).unwrap()
    })
    .await;
}
