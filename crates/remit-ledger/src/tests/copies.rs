//! Copies: whole, checked, and harmless to what they are copied from.

use super::{at, beside, bytes, filled, key, names, payee, payout, place, record};
use crate::key::LedgerKey;
use crate::schema::tests::{leave_at, newest};
use crate::store::SqliteLedger;
use crate::{BackupFacts, fits, inspect_backup, restore};
use remit_core::{EventKind, Ledger, LedgerError, NewEvent, Source, Subject};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[tokio::test]
async fn a_copy_says_what_it_holds() {
    let (folder, path) = place();
    let (ledger, _) = filled(&path, 3).await;
    let copy = folder.path().join("copy.remit");
    let facts = ledger.back_up(&copy).await.unwrap();
    let head = ledger.head().await.unwrap();
    let expected = BackupFacts {
        version: newest(),
        events: 3,
        last_event_at: Some(super::at(0)),
        head,
        payees: 1,
        payouts: 3,
        account: None,
    };
    assert_eq!(facts, expected);
    assert_eq!(inspect_backup(&copy, &key()), Ok(facts));

    assert_eq!(ledger.account().await, Ok(None));
    for account in ["first", "{\"name\":\"Büro\"}"] {
        ledger.set_account(account.to_owned()).await.unwrap();
        assert_eq!(ledger.account().await, Ok(Some(account.to_owned())));
    }
    let second = folder.path().join("second.remit");
    let facts = ledger.back_up(&second).await.unwrap();
    assert_eq!(facts.account.as_deref(), Some("{\"name\":\"Büro\"}"));
    assert_eq!(inspect_backup(&copy, &key()), Ok(expected), "as it was");

    let empty = folder.path().join("empty.remit");
    let other = SqliteLedger::open(&folder.path().join("other.db"), &key()).unwrap();
    let facts = other.back_up(&empty).await.unwrap();
    assert_eq!((facts.events, facts.last_event_at), (0, None));
}

#[tokio::test]
async fn a_copy_is_private_and_encrypted_and_replaces_nothing() {
    let (folder, path) = place();
    let (ledger, _) = filled(&path, 1).await;
    let elsewhere = folder.path().join("copies #1 of 50%?");
    fs::create_dir(&elsewhere).unwrap();
    // What a crash would have left.
    fs::write(elsewhere.join("unfinished-copy.remit"), "half").unwrap();
    fs::write(elsewhere.join("unfinished-copy.remit-wal"), "half").unwrap();
    let copy = elsewhere.join("copy.remit");
    ledger.back_up(&copy).await.unwrap();
    assert_eq!(names(&elsewhere), ["copy.remit"]);
    let content = fs::read(&copy).unwrap();
    for word in ["SQLite format 3", "Wilhelmina", "Evidence"] {
        assert!(
            !content
                .windows(word.len())
                .any(|window| window == word.as_bytes()),
            "{word:?} can be read"
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&copy).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }

    let answer = ledger.back_up(&copy).await;
    assert!(
        matches!(&answer, Err(LedgerError::ReadOnly(told)) if told.contains("copy.remit")),
        "{answer:?}"
    );
    assert!(fs::read(&copy).unwrap() == content, "and is as it was");
    let answer = ledger.back_up(&elsewhere.join("no/such/copy")).await;
    assert!(
        matches!(answer, Err(LedgerError::ReadOnly(_))),
        "{answer:?}"
    );
    assert_eq!(names(&elsewhere), ["copy.remit"], "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_while_much_is_written_is_of_one_moment() {
    let (folder, path) = place();
    let (ledger, payee) = filled(&path, 300).await;
    let ledger = Arc::new(ledger);
    let written = Arc::new(AtomicU64::new(300));
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writers: Vec<_> = (1..=8_u128)
        .map(|writer| {
            let (ledger, written) = (Arc::clone(&ledger), Arc::clone(&written));
            let (stop, payee) = (Arc::clone(&stop), payee.clone());
            tokio::spawn(async move {
                let mut number = writer * 1_000_000;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    record(&ledger, &payout(number, &payee)).await.unwrap();
                    written.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let mut meanwhile = 0;
    for number in 1..=5 {
        let copy = folder.path().join(format!("copy-{number}.remit"));
        let before = written.load(Ordering::SeqCst);
        let facts = ledger.back_up(&copy).await.unwrap();
        meanwhile += written.load(Ordering::SeqCst) - before;
        assert_eq!(facts.events, facts.payouts, "no event without its payout");
        assert!(facts.payouts >= before, "what was answered is in it");
        let newest = ledger.event_at(facts.head.seq).await.unwrap().unwrap();
        assert_eq!(newest.hash, facts.head.hash);
        assert_eq!(inspect_backup(&copy, &key()), Ok(facts));
    }
    assert!(meanwhile > 0, "others write while they are made");
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(ledger.verify().await.unwrap().broken_at, None);
}

#[tokio::test]
async fn looking_into_a_copy_changes_nothing() {
    let (folder, path) = place();
    let (ledger, _) = filled(&path, 3).await;
    let elsewhere = folder.path().join("copies");
    fs::create_dir(&elsewhere).unwrap();
    let copy = elsewhere.join("copy.remit");
    ledger.back_up(&copy).await.unwrap();
    let before = fs::read(&copy).unwrap();
    let other = LedgerKey::generate().unwrap();
    assert_eq!(fits(&copy, &key()), Ok(true));
    assert_eq!(fits(&copy, &other), Ok(false));
    let answer = inspect_backup(&copy, &other);
    assert!(matches!(answer, Err(LedgerError::Corrupt(_))), "{answer:?}");
    inspect_backup(&copy, &key()).unwrap();

    // The ledger itself, in use or as a crash left it: its log is its own.
    let crashed = elsewhere.join("crashed.db");
    fs::copy(&path, &crashed).unwrap();
    fs::copy(beside(&path, "-wal"), beside(&crashed, "-wal")).unwrap();
    let left = bytes(&crashed);
    assert_eq!(inspect_backup(&crashed, &key()).unwrap().payouts, 3);
    assert_eq!(inspect_backup(&path, &key()).unwrap().payouts, 3);
    assert_eq!(fits(&path, &key()), Ok(true));
    assert!(bytes(&crashed) == left);
    assert!(fs::read(&copy).unwrap() == before);
    assert_eq!(
        names(&elsewhere),
        ["copy.remit", "crashed.db", "crashed.db-wal"]
    );

    let missing = elsewhere.join("missing");
    assert_eq!(fits(&missing, &key()), Err(LedgerError::NotFound));
    assert_eq!(inspect_backup(&missing, &key()), Err(LedgerError::NotFound));
    fs::write(&missing, "").unwrap();
    assert!(matches!(
        fits(&missing, &key()),
        Err(LedgerError::Corrupt(_))
    ));
}

#[tokio::test]
async fn a_damaged_copy_is_refused() {
    let (folder, path) = place();
    let (ledger, _) = filled(&path, 20).await;
    let copy = folder.path().join("copy.remit");
    ledger.back_up(&copy).await.unwrap();
    drop(ledger);
    let sound = fs::read(&copy).unwrap();
    let ours = fs::read(&path).unwrap();
    let refused = |what: &str| {
        let answer = inspect_backup(&copy, &key());
        assert!(
            matches!(answer, Err(LedgerError::Corrupt(_))),
            "{what}: {answer:?}"
        );
        let answer = restore(&copy, &path, &key(), &[]);
        assert!(
            matches!(answer, Err(LedgerError::Corrupt(_))),
            "{what}: {answer:?}"
        );
        assert!(fs::read(&path).unwrap() == ours, "{what}");
    };
    for offset in (0..sound.len()).step_by(5003) {
        let mut damaged = sound.clone();
        damaged[offset] ^= 1;
        fs::write(&copy, &damaged).unwrap();
        refused(&format!("one bit at {offset}"));
    }
    for length in [0, 100, 4096, sound.len() / 2, sound.len() - 1] {
        fs::write(&copy, &sound[..length]).unwrap();
        refused(&format!("cut to {length}"));
    }
    fs::write(&copy, &sound).unwrap();
    inspect_backup(&copy, &key()).unwrap();
}

#[tokio::test]
async fn a_history_that_was_rewritten_is_neither_copied_nor_put_back() {
    let (folder, path) = place();
    drop(filled(&path, 3).await);
    let connection = crate::file::connect(&path, &key()).unwrap();
    connection
        .execute_batch("DROP TRIGGER events_never_change; UPDATE events SET reason='x' WHERE seq=2")
        .unwrap();
    connection.close().unwrap();
    let told = |answer: Result<(), LedgerError>| {
        assert!(
            matches!(&answer, Err(LedgerError::Corrupt(told)) if told.contains("event 2")),
            "{answer:?}"
        );
    };
    told(restore(&path, &folder.path().join("new.db"), &key(), &[]).map(drop));
    told(inspect_backup(&path, &key()).map(drop));
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let copy = folder.path().join("copy.remit");
    told(ledger.back_up(&copy).await.map(drop));
    assert!(!copy.exists());
}

#[test]
fn a_copy_of_any_version_is_read() {
    let (folder, _) = place();
    for version in 1..=newest() {
        let path = folder.path().join(format!("{version}.db"));
        leave_at(&path, &key(), version);
        let facts = inspect_backup(&path, &key()).unwrap();
        assert_eq!(facts.version, version);
    }
    let newer = folder.path().join(format!("{}.db", newest()));
    let connection = crate::file::connect(&newer, &key()).unwrap();
    connection
        .pragma_update(None, "user_version", newest() + 1)
        .unwrap();
    connection.close().unwrap();
    assert_eq!(inspect_backup(&newer, &key()), Err(LedgerError::Newer));
}

/// A disk of two megabytes, where this system lets a test have one.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "none"])
            .arg(folder.path())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_leaves_no_part_of_a_copy() {
    let Some(disk) = SmallDisk::new() else {
        eprintln!("skipped: only the superuser may mount a small disk");
        return;
    };
    let small = disk.0.path();
    let (folder, path) = place();
    let (ledger, payee) = filled(&path, 2).await;
    let mut large = payout(9, &payee);
    large.description = "long ".repeat(400_000);
    record(&ledger, &large).await.unwrap();

    let copy = small.join("copy.remit");
    assert_eq!(ledger.back_up(&copy).await, Err(LedgerError::DiskFull));
    assert_eq!(names(small), [""; 0]);

    let copy = folder.path().join("copy.remit");
    ledger.back_up(&copy).await.unwrap();
    let there = small.join("ledger.db");
    drop(filled(&there, 1).await);
    let before = bytes(&there);
    assert_eq!(
        restore(&copy, &there, &key(), &[]),
        Err(LedgerError::DiskFull)
    );
    assert!(bytes(&there) == before, "the ledger is as it was");
    assert_eq!(names(small), ["ledger.db", "ledger.db-head"]);
}

const CRASH: &str = "REMIT_LEDGER_TEST_COPIES";

/// Makes copies for ever. Killed by the test below.
#[tokio::test]
#[ignore = "a part of a_kill_leaves_whole_copies_or_none"]
async fn copies_until_it_is_killed() {
    let path = std::env::var_os(CRASH).expect("started by a_kill_leaves_whole_copies_or_none");
    let path = Path::new(&path);
    let ledger = SqliteLedger::open(path, &key()).unwrap();
    loop {
        let copy = path.with_file_name(format!("{}.copy", uuid::Uuid::new_v4()));
        let facts = ledger.back_up(&copy).await.unwrap();
        let number = u128::from(facts.payouts) + 1;
        record(&ledger, &payout(number, &payee(1))).await.unwrap();
        writeln!(std::io::stdout(), "\ncopied {}", copy.display()).unwrap();
    }
}

#[tokio::test]
async fn a_kill_leaves_whole_copies_or_none() {
    let (folder, path) = place();
    drop(filled(&path, 100).await);
    for round in 0..6_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "tests::copies::copies_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(CRASH, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.find_map(|line| line.unwrap().strip_prefix("copied ").map(str::to_owned));
        // Somewhere in the making of a later one.
        std::thread::sleep(std::time::Duration::from_millis(7 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut whole = 0;
        for name in names(folder.path()) {
            if name.ends_with(".copy") {
                inspect_backup(&folder.path().join(&name), &key()).unwrap();
                whole += 1;
            }
        }
        assert!(whole > round && first.is_some());
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        assert_eq!(ledger.verify().await.unwrap().broken_at, None);
        assert_eq!(ledger.recovery().await, Ok(None));
        ledger
            .back_up(&folder.path().join(format!("after-{round}.copy")))
            .await
            .unwrap();
        assert!(!folder.path().join("unfinished-copy.remit").exists());
    }
}

#[tokio::test]
async fn what_a_copy_lacks_is_counted_and_another_ledgers_copy_is_none_of_its_own() {
    let (folder, path) = place();
    let (ledger, payee) = filled(&path, 2).await;
    let copy = folder.path().join("copy.remit");
    ledger.back_up(&copy).await.unwrap();
    assert_eq!(ledger.missing_in(&copy).await, Ok(Some(0)));
    record(&ledger, &payout(3, &payee)).await.unwrap();
    assert_eq!(ledger.missing_in(&copy).await, Ok(Some(1)));

    // Of the same key, with another history.
    let other = folder.path().join("other.db");
    let (other, _) = filled(&other, 1).await;
    let event = NewEvent::new(at(9), Subject::Nothing, EventKind::Updated, Source::Owner);
    other.record_events(vec![event]).await.unwrap();
    assert_eq!(other.missing_in(&copy).await, Ok(None));
    // Of another key; no copy at all; not there.
    let stranger = crate::LedgerKey::generate().unwrap();
    let stranger = SqliteLedger::open(&folder.path().join("stranger.db"), &stranger).unwrap();
    assert_eq!(stranger.missing_in(&copy).await, Ok(None));
    std::fs::write(&copy, b"no copy").unwrap();
    assert_eq!(ledger.missing_in(&copy).await, Ok(None));
    std::fs::remove_file(&copy).unwrap();
    assert_eq!(ledger.missing_in(&copy).await, Ok(None));
}
