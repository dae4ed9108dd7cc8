//! A ledger that lacks what was once on the disk says so when it is opened, and no other does.

use super::{beside, filled, key, payout, place, record, released};
use crate::store::SqliteLedger;
use remit_core::{Durability, EventKind, Ledger, PayoutChange, RecoveryCause, State, Subject};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Whether opening the ledger begins a recovery.
async fn lost(path: &Path) -> bool {
    let ledger = SqliteLedger::open(path, &key()).unwrap();
    let recovery = ledger.recovery().await.unwrap();
    let began = ledger.events(Subject::Nothing).await.unwrap();
    assert_eq!(recovery.is_some(), !began.is_empty());
    if let Some(recovery) = recovery {
        assert_eq!(recovery.cause, RecoveryCause::RolledBack);
        assert_eq!(recovery.done_at, None);
        assert_eq!(began[0].event.kind, EventKind::RecoveryBegan);
        assert_eq!(ledger.verify().await.unwrap().broken_at, None);
    }
    recovery.is_some()
}

const CRASH: &str = "REMIT_LEDGER_TEST_LOSS";
const WRITES: &str = "REMIT_LEDGER_TEST_LOSS_WRITES";

/// Opens the ledger, records some payouts and waits to be killed.
#[tokio::test]
#[ignore = "a part of the tests below"]
async fn writes_and_waits() {
    let path = std::env::var_os(CRASH).expect("started by a test that kills");
    let ledger = SqliteLedger::open(Path::new(&path), &key()).unwrap();
    let payee = super::payee(1);
    let writes: u128 = std::env::var(WRITES).unwrap().parse().unwrap();
    let first = u128::from(ledger.head().await.unwrap().seq) + 1;
    for number in first..first + writes {
        record(&ledger, &payout(number, &payee)).await.unwrap();
    }
    writeln!(std::io::stdout(), "\nwritten").unwrap();
    std::future::pending::<()>().await;
}

/// A process that opened the ledger, recorded some payouts, and was killed.
fn killed_after(path: &Path, writes: u32) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::loss::writes_and_waits",
            "--ignored",
            "--nocapture",
        ])
        .env(CRASH, path)
        .env(WRITES, writes.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "written"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_lost_log_is_noticed() {
    for writes in [1, 5, 400] {
        let (_folder, path) = place();
        drop(filled(&path, 3).await);
        killed_after(&path, writes);
        fs::remove_file(beside(&path, "-wal")).unwrap();
        assert!(lost(&path).await, "after {writes}");
        // It is told once: what is written from now on is on record beside it.
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        let events = ledger.head().await.unwrap().seq;
        drop(ledger);
        assert!(lost(&path).await, "and is remembered");
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        assert_eq!(ledger.head().await.unwrap().seq, events);
    }
}

#[tokio::test]
async fn a_log_that_was_emptied_or_cut_is_noticed() {
    for length in [0, 10, 5000] {
        let (_folder, path) = place();
        drop(filled(&path, 3).await);
        killed_after(&path, 5);
        let log = fs::OpenOptions::new()
            .write(true)
            .open(beside(&path, "-wal"))
            .unwrap();
        log.set_len(length).unwrap();
        assert!(lost(&path).await, "cut to {length}");
    }
}

#[tokio::test]
async fn an_older_file_is_noticed() {
    let (folder, path) = place();
    let (ledger, payee) = filled(&path, 3).await;
    let older = folder.path().join("older.db");
    ledger.back_up(&older).await.unwrap();
    record(&ledger, &payout(4, &payee)).await.unwrap();
    drop(ledger);
    fs::copy(&older, &path).unwrap();
    assert!(lost(&path).await);
}

#[tokio::test]
async fn a_crash_alone_is_no_loss() {
    let (_folder, path) = place();
    killed_before_it_was_made(&path).await;
    for writes in [0, 1, 7, 0] {
        killed_after(&path, writes);
        assert!(!lost(&path).await, "after {writes}");
    }
    // Before the first write there is nothing in the log to lose.
    killed_after(&path, 0);
    let _ = fs::remove_file(beside(&path, "-wal"));
    assert!(!lost(&path).await);
    // Another program may have folded the log into the file.
    killed_after(&path, 5);
    let connection = crate::file::connect(&path, &key()).unwrap();
    crate::schema::version(&connection).unwrap();
    connection.close().unwrap();
    assert!(!beside(&path, "-wal").exists());
    assert!(!lost(&path).await);
}

/// A ledger that never came further than being made.
async fn killed_before_it_was_made(path: &Path) {
    drop(filled(path, 0).await);
    assert!(!lost(path).await);
}

#[tokio::test]
async fn what_cannot_be_read_beside_the_ledger_is_no_loss() {
    for text in ["", "7", "99 abc\n", "0000000000000000", "nonsense \u{0}\n"] {
        let (_folder, path) = place();
        drop(filled(&path, 3).await);
        fs::write(beside(&path, "-head"), text).unwrap();
        assert!(!lost(&path).await, "{text:?}");
    }
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 3).await;
    fs::remove_file(beside(&path, "-head")).unwrap();
    record(&ledger, &payout(4, &payee)).await.unwrap();
    drop(ledger);
    assert!(!lost(&path).await);
    let (ledger, head) = (
        SqliteLedger::open(&path, &key()).unwrap(),
        beside(&path, "-head"),
    );
    record(&ledger, &payout(5, &payee)).await.unwrap();
    let told = fs::read_to_string(head).unwrap();
    let newest = ledger.head().await.unwrap();
    assert_eq!(told, format!("{:020} {}\n", newest.seq, newest.hash));
}

/// Pockyt accepted a payout: a change that may be deferred.
pub(super) async fn accept(ledger: &SqliteLedger, number: u128, payee: &remit_core::Payee) {
    let mut payout = payout(number, payee);
    payout.state = State::Sending;
    let recorded = record(ledger, &payout).await.unwrap().into_inner();
    let mut accepted = recorded;
    accepted.state = State::Processing;
    let change = PayoutChange {
        durability: Durability::Deferred,
        ..PayoutChange::new(accepted.clone(), released(&accepted))
    };
    let answers = ledger.apply(vec![change]).await.unwrap();
    assert!(answers[0].is_ok(), "{:?}", answers[0]);
}

#[tokio::test]
async fn what_was_deferred_is_lost_in_a_power_cut_unnoticed_and_nothing_else_is() {
    let (folder, path) = place();
    let (ledger, payee) = filled(&path, 3).await;
    let length = || fs::metadata(beside(&path, "-wal")).unwrap().len();
    let state = async |ledger: &SqliteLedger, number| {
        let id = payout(number, &payee).id;
        ledger.payout(id).await.unwrap().unwrap().state
    };
    let copy = |name: &str| {
        let to = folder.path().join(name);
        for suffix in ["", "-wal", "-head"] {
            fs::copy(beside(&path, suffix), beside(&to, suffix)).unwrap();
        }
        to
    };

    accept(&ledger, 4, &payee).await;
    let with_4 = length();
    let told = fs::read_to_string(beside(&path, "-head")).unwrap();
    let head = ledger.head().await.unwrap();
    assert_eq!(head.seq, 4, "the intent, and not the acceptance");
    assert_eq!(told, format!("{:020} {}\n", head.seq, head.hash));
    accept(&ledger, 5, &payee).await;
    assert_eq!(ledger.head().await.unwrap().seq, 6);

    // The process dies: all is there. Only then is it on the disk, and only then does the file beside it tell so.
    let killed = copy("killed.db");
    assert!(!lost(&killed).await);
    let opened = SqliteLedger::open(&killed, &key()).unwrap();
    assert_eq!(state(&opened, 5).await, State::Processing);
    assert_eq!(opened.head().await.unwrap().seq, 7);

    // The power is cut before the disk has it.
    let cut = copy("cut.db");
    let log = fs::OpenOptions::new()
        .write(true)
        .open(beside(&cut, "-wal"))
        .unwrap();
    log.set_len(length() - 1).unwrap();
    assert!(!lost(&cut).await, "it is no older ledger");
    let opened = SqliteLedger::open(&cut, &key()).unwrap();
    assert_eq!(state(&opened, 5).await, State::Sending);
    assert_eq!(
        state(&opened, 4).await,
        State::Processing,
        "the next intent took it along"
    );
    assert_eq!(opened.verify().await.unwrap().broken_at, None);

    // Had the disk lost what it promised to keep, that would be noticed.
    let log = fs::OpenOptions::new()
        .write(true)
        .open(beside(&copy("broken.db"), "-wal"))
        .unwrap();
    log.set_len(with_4).unwrap();
    assert!(lost(&folder.path().join("broken.db")).await);
}
