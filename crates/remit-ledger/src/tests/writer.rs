//! The writer: together, durable, and nothing half-done.

use super::{filled, key, payout, place, record, released};
use crate::store::SqliteLedger;
use crate::writer::Scope;
use remit_core::{
    Durability, Ledger, LedgerError, PayeeId, Payout, PayoutChange, PayoutId, Recorded, State,
};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use uuid::Uuid;

/// Keeps the writer busy until the sender is dropped, so that operations queue up behind it.
pub(super) async fn hold(ledger: &Arc<SqliteLedger>) -> mpsc::Sender<()> {
    let (release, wait) = mpsc::channel::<()>();
    let (started, begun) = tokio::sync::oneshot::channel();
    let held = Arc::clone(ledger);
    let mut started = Some(started);
    tokio::spawn(async move {
        held.writer
            .write(move |_| {
                if let Some(started) = started.take() {
                    started.send(()).unwrap();
                }
                let _ = wait.recv();
                Ok(())
            })
            .await
    });
    begun.await.unwrap();
    release
}

/// Starts to record payouts, all of them waiting in the writer's queue when this returns.
pub(super) async fn queue(
    ledger: &Arc<SqliteLedger>,
    payouts: Vec<Payout>,
) -> Vec<tokio::task::JoinHandle<Result<Recorded<Payout>, LedgerError>>> {
    let tasks = payouts.into_iter().map(|payout| {
        let ledger = Arc::clone(ledger);
        tokio::spawn(async move { record(&ledger, &payout).await })
    });
    let tasks: Vec<_> = tasks.collect();
    // One thread runs all tasks here, in turn: after this each has been to where it waits for its answer.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    tasks
}

#[tokio::test]
async fn operations_that_wait_share_a_commit() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    let ledger = Arc::new(ledger);
    let commits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&commits);
    ledger
        .writer
        .write(move |connection| {
            let counter = Arc::clone(&counter);
            let count = move || {
                counter.fetch_add(1, Ordering::SeqCst);
                false
            };
            connection.commit_hook(Some(count)).unwrap();
            Ok(())
        })
        .await
        .unwrap();
    let before = commits.load(Ordering::SeqCst);
    let release = hold(&ledger).await;
    let mut payouts: Vec<_> = (1..=100).map(|number| payout(number, &payee)).collect();
    // One that fails undoes itself and nothing else.
    payouts[50].invoice_id = payouts[0].invoice_id.clone();
    let tasks = queue(&ledger, payouts).await;
    drop(release);
    let mut failed = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(Recorded::New(_)) => {}
            Err(LedgerError::InvoiceUsed(_)) => failed += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(failed, 1);
    assert_eq!(
        commits.load(Ordering::SeqCst) - before,
        1,
        "one for what kept the writer busy and the hundred that came meanwhile"
    );
    assert_eq!(ledger.verify().await.unwrap().events, 99);
}

#[tokio::test]
async fn what_must_be_on_the_disk_joins_no_group_that_need_not() {
    let (_folder, path) = place();
    let (ledger, _) = filled(&path, 0).await;
    let ledger = Arc::new(ledger);
    let (release, wait) = mpsc::channel::<()>();
    let (started, begun) = tokio::sync::oneshot::channel();
    let (held, mut started) = (Arc::clone(&ledger), Some(started));
    let level = |connection: &mut Scope<'_>| -> Result<i64, LedgerError> {
        Ok(connection
            .query_row("PRAGMA synchronous", [], |row| row.get(0))
            .unwrap())
    };
    let deferred = tokio::spawn(async move {
        let work = move |connection: &mut Scope<'_>| {
            if let Some(started) = started.take() {
                started.send(()).unwrap();
            }
            let _ = wait.recv();
            level(connection)
        };
        held.writer.write_with(Durability::Deferred, work).await
    });
    begun.await.unwrap();
    // One that may come, one that must wait for a group of its own, and one that joins that group.
    let behind = [
        Durability::Deferred,
        Durability::AtOnce,
        Durability::Deferred,
    ];
    let behind = behind.map(|durability| {
        let ledger = Arc::clone(&ledger);
        tokio::spawn(async move { ledger.writer.write_with(durability, level).await })
    });
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    drop(release);
    let (normal, full) = (Ok(1), Ok(2));
    assert_eq!(deferred.await.unwrap(), normal);
    let mut levels = Vec::new();
    for task in behind {
        levels.push(task.await.unwrap());
    }
    assert_eq!(levels, [normal, full.clone(), full]);
}

#[tokio::test]
async fn one_claim_of_many_wins() {
    let (_folder, path) = place();
    let (ledger, _) = filled(&path, 1).await;
    let ledger = Arc::new(ledger);
    let ready = ledger
        .payout(PayoutId(Uuid::from_u128(1)))
        .await
        .unwrap()
        .unwrap();
    let claims: Vec<_> = (0..50)
        .map(|_| {
            let ledger = Arc::clone(&ledger);
            let mut claimed = ready.clone();
            claimed.state = State::Sending;
            tokio::spawn(async move {
                ledger
                    .apply(vec![PayoutChange::new(claimed.clone(), released(&claimed))])
                    .await
            })
        })
        .collect();
    let mut won = 0;
    for claim in claims {
        match claim.await.unwrap().unwrap().remove(0) {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(error, LedgerError::Conflict),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_half_done() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 5).await;
    let ledger = Arc::new(ledger);
    let limit_pages = async |extra: Option<i64>| {
        ledger
            .writer
            .write(move |connection| {
                let pages: i64 = connection
                    .query_row("PRAGMA page_count", [], |row| row.get(0))
                    .unwrap();
                let most = extra.map_or(i64::from(u32::MAX) - 1, |extra| pages + extra);
                connection
                    .query_row(&format!("PRAGMA max_page_count={most}"), [], |_| Ok(()))
                    .unwrap();
                Ok(())
            })
            .await
            .unwrap();
    };
    limit_pages(Some(1)).await;
    let large = |number| {
        let mut payout = payout(number, &payee);
        payout.description = "long ".repeat(4000);
        payout
    };
    assert_eq!(
        record(&ledger, &large(6)).await.unwrap_err(),
        LedgerError::DiskFull
    );

    // In a group: whoever is told that it worked can rely on it, whoever is told that it did not can rely on that too.
    let release = hold(&ledger).await;
    let small = |number| payout(number, &payee);
    let tasks = queue(&ledger, vec![small(7), large(8), small(9)]).await;
    drop(release);
    let mut recorded = 5;
    for (number, task) in (7..).zip(tasks) {
        let answer = task.await.unwrap();
        let stored = ledger
            .payout(PayoutId(Uuid::from_u128(number)))
            .await
            .unwrap();
        assert_eq!(
            answer.is_ok(),
            stored.is_some(),
            "payout {number}: {answer:?}"
        );
        recorded += u64::from(stored.is_some());
        if number == 8 {
            assert_eq!(answer, Err(LedgerError::DiskFull));
        }
    }
    let verified = ledger.verify().await.unwrap();
    assert_eq!(
        (verified.events, verified.broken_at),
        (recorded, None),
        "no event without its payout"
    );

    limit_pages(None).await;
    assert!(
        record(&ledger, &large(8)).await.is_ok(),
        "once there is space it goes on"
    );
}

#[tokio::test]
async fn closing_writes_what_is_queued() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    let ledger = Arc::new(ledger);
    let release = hold(&ledger).await;
    let tasks = queue(
        &ledger,
        (1..=20).map(|number| payout(number, &payee)).collect(),
    )
    .await;
    // Whoever waited is gone, as when the window is closed.
    for task in tasks {
        task.abort();
        let _ = task.await;
    }
    drop(release);
    while Arc::strong_count(&ledger) > 1 {
        tokio::task::yield_now().await;
    }
    drop(ledger);
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    assert_eq!(ledger.verify().await.unwrap().events, 20);
}

const CRASH: &str = "REMIT_LEDGER_TEST_CRASH";

/// Records payouts for ever and says which were answered. Killed by the test below.
#[tokio::test]
#[ignore = "a part of what_was_answered_survives_a_kill"]
async fn writes_until_it_is_killed() {
    let path = std::env::var_os(CRASH).expect("started by what_was_answered_survives_a_kill");
    let ledger = Arc::new(SqliteLedger::open(Path::new(&path), &key()).unwrap());
    let payee = ledger
        .payee(PayeeId(Uuid::from_u128(1)))
        .await
        .unwrap()
        .unwrap();
    loop {
        let batch = (0..10).map(|_| {
            let (ledger, payout) = (
                Arc::clone(&ledger),
                payout(Uuid::new_v4().as_u128() >> 1, &payee),
            );
            tokio::spawn(async move {
                record(&ledger, &payout).await.unwrap();
                use std::io::Write;
                writeln!(std::io::stdout().lock(), "answered {}", payout.id).unwrap();
            })
        });
        for task in batch.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let (_folder, path) = place();
    drop(filled(&path, 0).await);
    for round in 1..=5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "tests::writer::writes_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(CRASH, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut answered: Vec<PayoutId> = Vec::new();
        for line in lines {
            let Ok(line) = line else { break };
            if let Some(id) = line.strip_prefix("answered ") {
                answered.extend(id.parse::<PayoutId>());
            }
            if answered.len() == 37 * round {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(
            answered.len() >= 37 * round,
            "it was killed in the middle of its work"
        );
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        for id in answered {
            assert!(
                ledger.payout(id).await.unwrap().is_some(),
                "{id} was answered and is gone"
            );
        }
        assert_eq!(ledger.verify().await.unwrap().broken_at, None);
    }
}

#[tokio::test]
async fn what_fails_after_it_has_written_is_undone() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 1).await;
    // The last thing that an operation writes: an event that the ledger cannot hold.
    let unwritable = |payout: &Payout| {
        let mut events = released(payout);
        events[0].at = "9000-01-01T00:00:00Z".parse().unwrap();
        events
    };
    let second = payout(2, &payee);
    let answer = ledger
        .record_payout(second.clone(), unwritable(&second))
        .await;
    assert!(matches!(answer, Err(LedgerError::Failed(_))), "{answer:?}");
    assert_eq!(ledger.payout(second.id).await, Ok(None));

    let first = ledger.payout(payout(1, &payee).id).await.unwrap().unwrap();
    let third = ledger
        .record_payout(payout(3, &payee), released(&payout(3, &payee)))
        .await
        .unwrap()
        .into_inner();
    let sending = |payout: &Payout| {
        let mut payout = payout.clone();
        payout.state = State::Sending;
        payout
    };
    let changes = vec![
        PayoutChange::new(sending(&first), unwritable(&first)),
        PayoutChange::new(sending(&third), released(&third)),
    ];
    let answers = ledger.apply(changes).await.unwrap();
    assert!(
        matches!(answers[0], Err(LedgerError::Failed(_))),
        "{:?}",
        answers[0]
    );
    assert!(answers[1].is_ok(), "the other goes through");
    assert_eq!(ledger.payout(first.id).await, Ok(Some(first)), "as it was");
    assert_eq!(ledger.verify().await.unwrap().events, 3);
}
