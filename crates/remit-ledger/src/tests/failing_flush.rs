//! A flush of the log that fails, as Linux lets it: with a library in front of the system's that forgets what it could not
//! flush (`failing_disk.c`). Nothing that was answered may be lost in a power cut after that, and nothing that failed may be
//! there after a crash.

use super::loss::accept;
use super::{beside, filled, key, payout, record};
use crate::file;
use crate::store::SqliteLedger;
use remit_core::{Ledger, State};
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

const FOLDER: &str = "REMIT_LEDGER_TEST_FLUSH";

/// What is in the folder after the child is done: the ledger as a power cut or a crash at some moment would leave it.
const CRASHED: &str = "crashed.db";
const CUT: &str = "cut.db";

/// So many large payouts make a log that is folded.
const FOLDED: u128 = 100;

fn keep(path: &Path, name: &str, log: &str) {
    let to = path.with_file_name(name);
    for (from, to_suffix) in [("", ""), (log, "-wal"), ("-head", "-head")] {
        fs::copy(beside(path, from), beside(&to, to_suffix)).unwrap();
    }
}

/// Works on a disk that fails.
#[tokio::test]
#[ignore = "a part of the test below"]
async fn works_on_a_failing_disk() {
    let folder = std::env::var_os(FOLDER).expect("started by the test below");
    let path = Path::new(&folder).join("ledger.db");
    let (ledger, payee) = filled(&path, 1).await;
    let fail = |times: usize| fs::write(beside(&path, "-wal.fails"), vec![b'.'; times]).unwrap();

    accept(&ledger, 2, &payee).await;
    fail(1);
    let refused = record(&ledger, &payout(3, &payee)).await;
    assert!(refused.is_err(), "it is told: {refused:?}");
    keep(&path, CRASHED, "-wal");
    record(&ledger, &payout(4, &payee)).await.unwrap();

    // It goes on failing: nothing is committed until the log is good.
    accept(&ledger, 5, &payee).await;
    fail(3);
    for number in 6..8 {
        let refused = record(&ledger, &payout(number, &payee)).await;
        assert!(refused.is_err(), "{number}: {refused:?}");
    }
    record(&ledger, &payout(8, &payee)).await.unwrap();
    keep(&path, CUT, "-wal.disk");
}

/// Works on a disk that fails while the log is folded into the file.
#[tokio::test]
#[ignore = "a part of the test below"]
async fn folds_on_a_failing_disk() {
    let folder = std::env::var_os(FOLDER).expect("started by the test below");
    let path = Path::new(&folder).join("ledger.db");
    let cut = path.with_file_name(CUT);
    let (ledger, payee) = filled(&path, 1).await;
    drop(ledger);
    // What is on the disk of the file, as no later flush of it is to be relied on.
    fs::copy(&path, &cut).unwrap();
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let write = async |numbers: Range<u128>| {
        for number in numbers {
            let mut large = payout(number, &payee);
            large.description = "long ".repeat(20_000);
            record(&ledger, &large).await.unwrap();
        }
    };
    write(2..20).await;
    let reader = file::open_reader(&path, &key()).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM payouts;")
        .unwrap();
    fs::write(beside(&path, ".fails"), "").unwrap();
    write(20..FOLDED).await;
    assert!(
        !beside(&path, ".fails").exists(),
        "a part of the log was folded, and its flush failed"
    );
    drop(reader);
    // What the reader kept from being folded.
    write(FOLDED..FOLDED + 5).await;
    drop(ledger);
    for suffix in ["-wal", "-head"] {
        fs::copy(beside(&path, suffix), beside(&cut, suffix)).unwrap();
    }
}

#[tokio::test]
async fn after_a_failed_flush_of_the_file_the_log_still_has_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    run_on_a_failing_disk(folder.path(), "folds_on_a_failing_disk");
    let ledger = SqliteLedger::open(&folder.path().join(CUT), &key()).unwrap();
    assert_eq!(ledger.recovery().await, Ok(None), "nothing is missed");
    assert_eq!(ledger.verify().await.unwrap().broken_at, None);
    let written = u64::try_from(FOLDED).unwrap() + 4;
    assert_eq!(ledger.payout_count().await, Ok(written));
}

/// Runs one of the parts above in a process of its own.
fn run_on_a_failing_disk(folder: &Path, part: &str) {
    let library = folder.join("failing_disk.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/failing_disk.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-w", "-o"])
        .args([library.as_os_str(), source.as_ref(), "-ldl".as_ref()])
        .status()
        .unwrap();
    assert!(built.success(), "SQLite was built by the same compiler");
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture"])
        .arg(format!("tests::failing_flush::{part}"))
        .env("LD_PRELOAD", &library)
        .env(FOLDER, folder)
        .status()
        .unwrap();
    assert!(done.success());
}

#[tokio::test]
async fn after_a_failed_flush_nothing_answered_is_lost_and_nothing_refused_is_there() {
    let folder = tempfile::tempdir().unwrap();
    run_on_a_failing_disk(folder.path(), "works_on_a_failing_disk");

    for (name, there, not_there) in [
        (CRASHED, &[1, 2][..], &[3][..]),
        (CUT, &[1, 2, 4, 5, 8], &[3, 6, 7]),
    ] {
        let ledger = SqliteLedger::open(&folder.path().join(name), &key()).unwrap();
        assert_eq!(
            ledger.recovery().await,
            Ok(None),
            "{name}: nothing is missed"
        );
        assert_eq!(ledger.verify().await.unwrap().broken_at, None, "{name}");
        let state = async |number: &u128| {
            let id = super::payout(*number, &super::payee(1)).id;
            ledger.payout(id).await.unwrap().map(|payout| payout.state)
        };
        for number in there {
            let accepted = [2, 5].contains(number);
            let expected = if accepted {
                State::Processing
            } else {
                State::Ready
            };
            assert_eq!(state(number).await, Some(expected), "{name}: {number}");
        }
        for number in not_there {
            assert_eq!(state(number).await, None, "{name}: {number} was refused");
        }
    }
}
