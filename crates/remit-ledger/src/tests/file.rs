//! The file: encrypted, private, and untouched when it cannot be opened.

use super::{beside, bytes, filled, key, payee, place, record};
use crate::file;
use crate::key::LedgerKey;
use crate::schema::tests::{leave_at, newest};
use crate::store::SqliteLedger;
use crate::writer::Scope;
use remit_core::{Ledger, LedgerError};
use std::fs;
use std::path::Path;

/// Copies a ledger that is in use, as a crash would leave it: the file and its log.
fn copy_as_after_a_crash(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
    fs::copy(beside(from, "-wal"), beside(to, "-wal")).unwrap();
}

#[tokio::test]
async fn shows_nothing_without_its_key() {
    let (_folder, path) = place();
    let (ledger, _) = filled(&path, 3).await;
    let (main, log) = bytes(&path);
    drop(ledger);
    let (closed, log_after) = bytes(&path);
    assert_eq!(log_after, None, "closing folds the log back into the file");
    for content in [main, log.unwrap(), closed] {
        for word in [
            "SQLite format 3",
            "CREATE TABLE",
            "Wilhelmina",
            "wilhelmina",
            "Confidential",
            "Distinctive",
            "Evidence",
            "example.com",
        ] {
            assert!(
                !content
                    .windows(word.len())
                    .any(|window| window == word.as_bytes()),
                "{word:?} can be read"
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_key_changes_nothing() {
    let (folder, path) = place();
    let (ledger, _) = filled(&path, 3).await;
    let crashed = folder.path().join("crashed.db");
    copy_as_after_a_crash(&path, &crashed);
    drop(ledger);
    for path in [path, crashed] {
        let before = bytes(&path);
        let answer = SqliteLedger::open(&path, &LedgerKey::generate().unwrap());
        assert!(matches!(answer, Err(LedgerError::Corrupt(_))), "{answer:?}");
        assert!(
            bytes(&path) == before,
            "the file and its log stay as they are"
        );
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        assert_eq!(
            ledger.verify().await.unwrap().events,
            3,
            "and open with the right key"
        );
    }
}

#[tokio::test]
async fn a_newer_file_is_refused_and_unchanged() {
    let (_folder, path) = place();
    drop(filled(&path, 1).await);
    let connection = file::connect(&path, &key()).unwrap();
    connection
        .pragma_update(None, "user_version", newest() + 1)
        .unwrap();
    connection.close().unwrap();
    let before = bytes(&path);
    assert!(matches!(
        SqliteLedger::open(&path, &key()),
        Err(LedgerError::Newer)
    ));
    assert!(bytes(&path) == before);
}

#[test]
fn what_is_not_a_ledger_is_refused_and_unchanged() {
    let (_folder, path) = place();
    for content in [
        "a letter to the tax office, long enough to be more than a page. ".repeat(100),
        "short".to_owned(),
    ] {
        fs::write(&path, &content).unwrap();
        let answer = SqliteLedger::open(&path, &key());
        assert!(matches!(answer, Err(LedgerError::Corrupt(_))), "{answer:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn damage_anywhere_is_found() {
    let (_folder, path) = place();
    drop(filled(&path, 40).await);
    let sound = fs::read(&path).unwrap();
    let check = async || {
        let ledger = SqliteLedger::open(&path, &key())?;
        ledger.verify().await
    };
    assert_eq!(check().await.unwrap().events, 40);
    for offset in (0..sound.len()).step_by(2039) {
        let mut damaged = sound.clone();
        damaged[offset] ^= 1;
        fs::write(&path, &damaged).unwrap();
        let answer = check().await;
        assert!(
            matches!(answer, Err(LedgerError::Corrupt(_))),
            "one bit at {offset} of {}: {answer:?}",
            sound.len()
        );
    }
    for length in [1, 1000, 4096, 5000, sound.len() / 2, sound.len() - 1] {
        fs::write(&path, &sound[..length]).unwrap();
        let answer = check().await;
        assert!(
            matches!(answer, Err(LedgerError::Corrupt(_))),
            "cut to {length}: {answer:?}"
        );
        assert!(
            fs::read(&path).unwrap().len() >= length,
            "a damaged file is not made anew"
        );
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let (folder, path) = place();
    fs::write(&path, "").unwrap();
    let answer = SqliteLedger::open(&path.join("ledger.db"), &key());
    assert!(
        matches!(&answer, Err(LedgerError::ReadOnly(told)) if told.contains("ledger.db")),
        "a folder that is a file: {answer:?}"
    );
    let answer = SqliteLedger::open(folder.path(), &key());
    assert!(
        matches!(answer, Err(LedgerError::ReadOnly(_))),
        "a file that is a folder: {answer:?}"
    );
}

#[tokio::test]
async fn a_log_without_its_file_is_kept() {
    let (_folder, path) = place();
    fs::write(beside(&path, "-wal"), "what only the log holds").unwrap();
    let answer = SqliteLedger::open(&path, &key());
    assert!(
        matches!(&answer, Err(LedgerError::Corrupt(told)) if told.contains("missing")),
        "{answer:?}"
    );
    assert_eq!(
        fs::read_to_string(beside(&path, "-wal")).unwrap(),
        "what only the log holds"
    );
    assert!(!path.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) = place();
    let path = folder
        .path()
        .join("profiles")
        .join("main")
        .join("ledger.db");
    let (_ledger, _) = filled(&path, 1).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for file in [path.clone(), beside(&path, "-wal"), beside(&path, "-shm")] {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn a_migration_leaves_a_sound_copy() {
    let (_folder, path) = place();
    leave_at(&path, &key(), 1);
    let connection = file::connect(&path, &key()).unwrap();
    crate::payees::record(&mut Scope::of(&connection), &payee(1), &[]).unwrap();
    connection.close().unwrap();

    let unfinished = path.with_file_name("unfinished-copy.remit");
    fs::create_dir(&unfinished).unwrap();
    let answer = SqliteLedger::open(&path, &key());
    assert!(
        matches!(answer, Err(LedgerError::ReadOnly(_))),
        "without a copy there is no migration: {answer:?}"
    );
    let version =
        |path: &Path| crate::schema::version(&file::connect(path, &key()).unwrap()).unwrap();
    assert_eq!(version(&path), 1, "the file is as it was");
    fs::remove_dir(&unfinished).unwrap();

    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let copy = beside(&path, &format!(".before-v{}", newest()));
    assert_eq!((version(&path), version(&copy)), (newest(), 1));
    assert_eq!(
        ledger.payee(payee(1).id).await,
        Ok(Some(payee(1))),
        "what was there is there"
    );
    let copied = crate::payees::find(&file::connect(&copy, &key()).unwrap(), payee(1).id);
    assert_eq!(
        copied,
        Ok(Some(payee(1))),
        "and in the copy, under the same key"
    );
    let content = fs::read(&copy).unwrap();
    assert!(
        !content.windows(10).any(|window| window == b"Wilhelmina"),
        "which is encrypted as well"
    );
    assert!(!unfinished.exists());
    drop(ledger);

    fs::remove_file(&copy).unwrap();
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    record(&ledger, &super::payout(1, &payee(1))).await.unwrap();
    assert!(!copy.exists(), "a file that is up to date is not copied");
}

#[tokio::test]
async fn what_is_answered_is_asked_of_the_disk() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    // What is deferred is not; what comes after it is.
    super::loss::accept(&ledger, 1, &payee).await;
    for (pragma, expected) in [
        ("synchronous", "2"),
        ("journal_mode", "wal"),
        ("fullfsync", "1"),
        ("checkpoint_fullfsync", "1"),
        ("foreign_keys", "1"),
        ("temp_store", "2"),
    ] {
        let setting = ledger.writer.write(move |connection| {
            let value = connection
                .query_row(&format!("PRAGMA {pragma}"), [], |row| {
                    row.get::<_, rusqlite::types::Value>(0)
                })
                .unwrap();
            Ok(match value {
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => panic!("{other:?}"),
            })
        });
        assert_eq!(setting.await.unwrap(), expected, "{pragma}");
    }
}
