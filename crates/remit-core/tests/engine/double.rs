//! The ledger in memory keeps the promises of the port, so what is tested on it holds on any other.

use crate::support::MemoryLedger;

#[tokio::test]
async fn the_ledger_in_memory_passes_the_suite() {
    remit_core::conformance::ledger(async || MemoryLedger::default()).await;
}
