//! A page that was damaged is told to whoever reads it, and to nobody else.

use super::writer::{hold, queue};
use super::{filled, key, payout, place, record};
use crate::store::{READERS, SqliteLedger};
use crate::{events, file};
use remit_core::{Ledger, LedgerError, Payee};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Barrier};
use tempfile::TempDir;

/// A ledger, open, whose oldest events are on a damaged page.
async fn damaged() -> (TempDir, Arc<SqliteLedger>, Payee) {
    let (folder, path) = place();
    let (ledger, payee) = filled(&path, 60).await;
    drop(ledger);
    flip(&path, "events", "ASC");
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    (folder, Arc::new(ledger), payee)
}

/// Flips a bit in the middle of the first, or last, page of a table.
fn flip(path: &Path, table: &str, order: &str) {
    let connection = file::connect(path, &key()).unwrap();
    let leaf = format!(
        "SELECT pageno, pgsize FROM dbstat WHERE name='{table}' AND pagetype='leaf' ORDER BY path {order} LIMIT 1"
    );
    let (number, size): (usize, usize) = connection
        .query_row(&leaf, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    connection.close().unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes[(number - 1) * size + size / 2] ^= 0b100;
    fs::write(path, bytes).unwrap();
}

/// What each reader answers, all of them at once, to a look at the damaged page.
async fn met_by_every_reader(ledger: &Arc<SqliteLedger>) -> LedgerError {
    let all_at_once = Arc::new(Barrier::new(READERS));
    let looks: Vec<_> = (0..READERS)
        .map(|_| {
            let (ledger, all_at_once) = (Arc::clone(ledger), Arc::clone(&all_at_once));
            tokio::spawn(async move {
                let look = move |connection: &Connection| {
                    all_at_once.wait();
                    events::at(connection, 1)
                };
                ledger.readers.read(look).await.unwrap_err()
            })
        })
        .collect();
    let mut answers = Vec::new();
    for look in looks {
        answers.push(look.await.unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.remove(0)
}

#[tokio::test]
async fn a_read_of_damaged_history_stops_no_other_on_any_reader() {
    let (folder, ledger, payee) = damaged().await;
    for _ in 0..2 {
        let met = met_by_every_reader(&ledger).await;
        assert!(matches!(met, LedgerError::Corrupt(_)), "{met:?}");
        let copy = ledger.back_up(&folder.path().join("copy.db")).await;
        assert!(matches!(copy, Err(LedgerError::Corrupt(_))), "{copy:?}");
        let whole = ledger.verify().await;
        assert!(matches!(whole, Err(LedgerError::Corrupt(_))), "{whole:?}");
        for number in 1..=60 {
            let found = ledger.payout(payout(number, &payee).id).await;
            assert!(matches!(found, Ok(Some(_))), "{found:?}");
        }
    }
}

#[tokio::test]
async fn a_write_that_meets_damage_stops_no_other() {
    let (_folder, ledger, payee) = damaged().await;
    let release = hold(&ledger).await;
    let before = queue(&ledger, vec![payout(61, &payee)]).await;
    let meets = {
        let ledger = Arc::clone(&ledger);
        tokio::spawn(async move { ledger.writer.write(|scope| events::at(scope, 1)).await })
    };
    let after = queue(&ledger, vec![payout(62, &payee)]).await;
    drop(release);
    let met = meets.await.unwrap();
    assert!(matches!(met, Err(LedgerError::Corrupt(_))), "{met:?}");
    for task in before.into_iter().chain(after) {
        let recorded = task.await.unwrap();
        assert!(recorded.is_ok(), "{recorded:?}");
    }
    record(&ledger, &payout(63, &payee)).await.unwrap();
    assert_eq!(ledger.head().await.unwrap().seq, 63);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_opened_again_says_why_and_goes_on_once_it_can() {
    let (folder, ledger, payee) = damaged().await;
    let (path, aside) = (ledger.path().to_owned(), folder.path().join("aside"));
    fs::rename(&path, &aside).unwrap();
    met_by_every_reader(&ledger).await;
    let answer = ledger.payout(payout(1, &payee).id).await;
    assert!(
        matches!(answer, Err(LedgerError::ReadOnly(_))),
        "{answer:?}"
    );
    fs::rename(&aside, &path).unwrap();
    let answer = ledger.payout(payout(1, &payee).id).await;
    assert!(matches!(answer, Ok(Some(_))), "{answer:?}");
}
