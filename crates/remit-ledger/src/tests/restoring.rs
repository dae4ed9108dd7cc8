//! Putting back a copy: the old ledger or the new one, at every moment, and nothing lost.

use super::{beside, bytes, filled, key, names, payee, payout, place, record};
use crate::schema::tests::leave_at;
use crate::store::SqliteLedger;
use crate::writer::Scope;
use crate::{inspect_backup, restore};
use remit_core::{EventKind, Ledger, LedgerError, Recovery, RecoveryCause, State, Subject};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A copy with 3 payouts, and the closed ledger with 5 that it was made of.
async fn old_copy(folder: &Path) -> (PathBuf, PathBuf) {
    let path = folder.join("ledger.db");
    let copy = folder.join("copy.remit");
    let (ledger, payee) = filled(&path, 3).await;
    ledger.back_up(&copy).await.unwrap();
    for number in 4..=5 {
        let mut released = payout(number, &payee);
        // The fifth never left.
        released.sent_at = (number == 4).then_some(released.created_at);
        record(&ledger, &released).await.unwrap();
    }
    (copy, path)
}

/// Whether the ledger is the copy that was put back, marked, or else the newer one, unmarked.
async fn is_restored(path: &Path) -> bool {
    let ledger = SqliteLedger::open(path, &key()).unwrap();
    let verified = ledger.verify().await.unwrap();
    assert_eq!(verified.broken_at, None);
    match ledger.recovery().await.unwrap() {
        None => {
            assert_eq!(verified.events, 5);
            false
        }
        Some(Recovery {
            cause,
            done_at,
            found,
            ..
        }) => {
            assert_eq!((cause, done_at, found), (RecoveryCause::Restored, None, 0));
            let events = ledger.events(Subject::Nothing).await.unwrap();
            assert_eq!(events.last().unwrap().event.kind, EventKind::RecoveryBegan);
            assert_eq!(verified.events, 4);
            true
        }
    }
}

#[tokio::test]
async fn a_copy_is_put_back_marked_and_the_ledger_kept() {
    let (folder, _) = place();
    let (copy, path) = old_copy(folder.path()).await;
    let copied = fs::read(&copy).unwrap();
    let restored = restore(&copy, &path, &key(), &[]).unwrap();
    assert_eq!(restored.facts, inspect_backup(&copy, &key()).unwrap());
    assert_eq!(restored.facts.payouts, 3);
    assert!(fs::read(&copy).unwrap() == copied, "the copy is as it was");
    let kept = restored.kept.unwrap();
    let name = kept.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(name.starts_with("ledger.db.before-restore-20"), "{name}");
    assert_eq!(
        inspect_backup(&kept, &key()).unwrap().payouts,
        5,
        "the ledger that was there is kept"
    );
    assert!(is_restored(&path).await);
    for _ in 0..2 {
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        let lacking = vec![payout(4, &payee(1)).invoice_id];
        assert_eq!(ledger.replaced_invoices().await, Ok(lacking));
        let recovery = ledger.recovery().await.unwrap().unwrap();
        assert_eq!(recovery.replaced, Some(1));
        drop(ledger);
        // Nor is it forgotten when the copy is put back once more.
        restore(&copy, &path, &key(), &[]).unwrap();
    }

    // And can be put back in turn, as can one with a log of its own; the names of those kept never meet.
    let again = restore(&kept, &path, &key(), &[]).unwrap();
    assert_eq!(again.facts.payouts, 5);
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    assert_eq!(ledger.recovery().await.unwrap().unwrap().done_at, None);
    assert_eq!(ledger.verify().await.unwrap().events, 6);
    let crashed = folder.path().join("crashed.db");
    fs::copy(&path, &crashed).unwrap();
    record(&ledger, &payout(6, &payee(1))).await.unwrap();
    fs::copy(beside(&path, "-wal"), beside(&crashed, "-wal")).unwrap();
    drop(ledger);
    let left = bytes(&crashed);
    assert!(left.1.is_some());
    let third = restore(&crashed, &path, &key(), &[]).unwrap();
    assert_eq!(third.facts.payouts, 6, "with what its log holds");
    assert!(bytes(&crashed) == left, "which stays as it is");
    let kept: Vec<_> = names(folder.path())
        .into_iter()
        .filter(|name| name.contains("before-restore") && !name.ends_with("-head"))
        .collect();
    assert_eq!(kept.len(), 5, "{kept:?}");
}

#[tokio::test]
async fn a_new_computer_has_no_ledger_to_keep() {
    let (folder, _) = place();
    let (copy, _) = old_copy(folder.path()).await;
    let path = folder.path().join("new").join("profile").join("ledger.db");
    let restored = restore(&copy, &path, &key(), &[]).unwrap();
    assert_eq!(restored.kept, None);
    assert!(is_restored(&path).await);
    let beside = names(path.parent().unwrap());
    assert_eq!(beside, ["ledger.db", "ledger.db-head"]);
}

#[tokio::test]
async fn a_damaged_ledger_makes_room_with_all_its_files() {
    let (folder, _) = place();
    let (copy, path) = old_copy(folder.path()).await;
    fs::write(&path, "what is left of the file ".repeat(1000)).unwrap();
    fs::write(beside(&path, "-wal"), "what is left of the log").unwrap();
    fs::write(beside(&path, "-shm"), "shared").unwrap();
    let kept = restore(&copy, &path, &key(), &[]).unwrap().kept.unwrap();
    let left = bytes(&kept);
    assert!(left.0.starts_with(b"what is left of the file"));
    assert_eq!(left.1.as_deref(), Some(&b"what is left of the log"[..]));
    assert!(beside(&kept, "-shm").exists());
    assert!(
        is_restored(&path).await,
        "and its log is not taken for ours"
    );
}

#[tokio::test]
async fn records_of_another_key_are_read_when_they_make_room() {
    let (folder, _) = place();
    let (copy, path) = old_copy(folder.path()).await;
    let other = folder.path().join("other.db");
    let other_key = crate::LedgerKey::generate().unwrap();
    {
        let ledger = SqliteLedger::open(&other, &other_key).unwrap();
        let payee = ledger.record_payee(payee(1), Vec::new()).await.unwrap();
        let mut sent = payout(77, &payee.into_inner());
        sent.state = State::Sending;
        sent.sent_at = Some(sent.created_at);
        record(&ledger, &sent).await.unwrap();
    }
    for (keys, known) in [
        (vec![], None),
        (
            vec![crate::LedgerKey::generate().unwrap(), other_key.clone()],
            Some(1),
        ),
    ] {
        for suffix in ["", "-wal", "-shm", "-head"] {
            let _ = fs::remove_file(beside(&path, suffix));
            let _ = fs::copy(beside(&other, suffix), beside(&path, suffix));
        }
        restore(&copy, &path, &key(), &keys).unwrap();
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        let recovery = ledger.recovery().await.unwrap().unwrap();
        assert_eq!(recovery.replaced, known);
        let asked = ledger.replaced_invoices().await.unwrap();
        assert_eq!(asked.len() as u64, known.unwrap_or(0), "{asked:?}");
    }
}

#[tokio::test]
async fn a_ledger_that_is_open_is_not_replaced() {
    let (folder, _) = place();
    let (copy, path) = old_copy(folder.path()).await;
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let answer = restore(&copy, &path, &key(), &[]);
    assert!(
        matches!(&answer, Err(LedgerError::Failed(told)) if told.contains("busy")),
        "{answer:?}"
    );
    assert!(record(&ledger, &payout(6, &payee(1))).await.is_ok());
    drop(ledger);
    let before = bytes(&path);
    let other = crate::LedgerKey::generate().unwrap();
    let answer = restore(&copy, &path, &other, &[]);
    assert!(matches!(answer, Err(LedgerError::Corrupt(_))), "{answer:?}");
    assert!(bytes(&path) == before);
    restore(&copy, &path, &key(), &[]).unwrap();
    assert!(is_restored(&path).await);
}

#[tokio::test]
async fn a_copy_of_an_earlier_version_is_brought_up_to_date() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.remit");
    leave_at(&copy, &key(), 1);
    let connection = crate::file::connect(&copy, &key()).unwrap();
    crate::payees::record(&mut Scope::of(&connection), &payee(1), &[]).unwrap();
    connection.close().unwrap();
    assert_eq!(restore(&copy, &path, &key(), &[]).unwrap().facts.version, 1);
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    assert_eq!(ledger.payee(payee(1).id).await, Ok(Some(payee(1))));
    assert!(ledger.recovery().await.unwrap().is_some());
}

#[tokio::test]
async fn an_exchange_that_was_interrupted_is_carried_through() {
    // The exchange is a few renamings; a crash may come before each of them.
    let suffixes = ["", "-wal", "-shm", "-head"];
    for renamed in 0..=suffixes.len() {
        let (folder, _) = place();
        let (copy, path) = old_copy(folder.path()).await;
        fs::write(beside(&path, "-wal"), "the old log").unwrap();
        fs::write(beside(&path, "-shm"), "shared").unwrap();
        let elsewhere = folder.path().join("elsewhere.db");
        restore(&copy, &elsewhere, &key(), &[]).unwrap();
        fs::rename(&elsewhere, beside(&path, ".restoring-20260101T000000Z")).unwrap();
        let kept = beside(&path, ".before-restore-20260101T000000Z");
        for suffix in &suffixes[..renamed] {
            fs::rename(beside(&path, suffix), beside(&kept, suffix)).unwrap();
        }
        assert!(is_restored(&path).await, "after {renamed}");
        for suffix in suffixes {
            assert!(beside(&kept, suffix).exists(), "{renamed}: {suffix}");
        }
        let coming = names(folder.path());
        assert!(!coming.iter().any(|name| name.contains("restoring")));
    }
}

const CRASH: &str = "REMIT_LEDGER_TEST_RESTORE";

/// Puts back a copy. Killed by the test below.
#[test]
#[ignore = "a part of a_kill_leaves_the_old_ledger_or_the_new_one"]
fn restores_until_it_is_killed() {
    let folder = std::env::var_os(CRASH).expect("started by the test that kills");
    let folder = Path::new(&folder);
    restore(
        &folder.join("copy.remit"),
        &folder.join("ledger.db"),
        &key(),
        &[],
    )
    .unwrap();
}

#[tokio::test]
async fn a_kill_leaves_the_old_ledger_or_the_new_one() {
    let (mut old, mut new) = (0, 0);
    let start = |folder: &Path| {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "tests::restoring::restores_until_it_is_killed",
                "--ignored",
            ])
            .env(CRASH, folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    // How long it takes when nobody kills it.
    let (folder, _) = place();
    let (_, path) = old_copy(folder.path()).await;
    let begun = Instant::now();
    assert!(start(folder.path()).wait().unwrap().success());
    let whole = begun.elapsed();
    assert!(is_restored(&path).await);
    for round in 0..16_u32 {
        let (folder, _) = place();
        let (_, path) = old_copy(folder.path()).await;
        let mut child = start(folder.path());
        // Once it has begun, a little later each time.
        let unfinished = folder.path().join("unfinished-copy.remit");
        while !unfinished.exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(whole * round / 8);
        child.kill().unwrap();
        child.wait().unwrap();
        if is_restored(&path).await {
            new += 1;
            let mut kept = names(folder.path());
            kept.retain(|name| name.contains("before-restore") && !name.ends_with("-head"));
            assert_eq!(kept.len(), 1, "{kept:?}");
            let kept = inspect_backup(&folder.path().join(&kept[0]), &key()).unwrap();
            assert_eq!(kept.payouts, 5);
        } else {
            old += 1;
        }
        inspect_backup(&folder.path().join("copy.remit"), &key()).unwrap();
    }
    assert!(old > 0 && new > 0, "{old} old, {new} new");
}
