//! The history cannot be rewritten, and one that was shows where.

use super::{filled, key, place};
use crate::file;
use crate::store::SqliteLedger;
use remit_core::Ledger;

#[tokio::test]
async fn the_database_refuses_to_forget() {
    let (_folder, path) = place();
    let (ledger, _) = filled(&path, 3).await;
    for statement in [
        "UPDATE events SET reason='another' WHERE seq=2",
        "DELETE FROM events WHERE seq=3",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq=2",
        "INSERT INTO events SELECT 9, hash, at, subject, subject_id, kind, source, from_word, to_word, reason, verdict, evidence FROM events WHERE seq=1",
        "DELETE FROM payouts",
        "UPDATE payouts SET request_key=randomblob(16)",
        "UPDATE OR REPLACE payouts SET invoice_id='INV-9' WHERE invoice_id=(SELECT min(invoice_id) FROM payouts)",
        "UPDATE payouts SET amount_minor=amount_minor+1",
        "UPDATE payouts SET body='{}'; UPDATE payouts SET body='another'",
    ] {
        let connection = file::connect(&path, &key()).unwrap();
        let answer = connection.execute_batch(statement);
        assert!(answer.is_err(), "{statement}");
    }
    let verified = ledger.verify().await.unwrap();
    assert_eq!((verified.events, verified.broken_at), (3, None));
}

#[tokio::test]
async fn a_rewritten_event_is_named() {
    for (statement, broken_at) in [
        ("UPDATE events SET evidence='Another' WHERE seq=3", 3),
        ("UPDATE events SET at=at+1 WHERE seq=2", 2),
        ("UPDATE events SET hash='00' WHERE seq=4", 4),
        ("DELETE FROM events WHERE seq=2", 3),
        ("DELETE FROM events WHERE seq=1", 2),
        (
            "UPDATE events SET subject='nothing', subject_id=NULL WHERE seq=5",
            5,
        ),
    ] {
        let (_folder, path) = place();
        drop(filled(&path, 5).await);
        let connection = file::connect(&path, &key()).unwrap();
        connection
            .execute_batch("DROP TRIGGER events_never_change; DROP TRIGGER events_never_go;")
            .unwrap();
        connection.execute_batch(statement).unwrap();
        connection.close().unwrap();
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        let verified = ledger.verify().await.unwrap();
        assert_eq!(verified.broken_at, Some(broken_at), "{statement}");
    }
}
