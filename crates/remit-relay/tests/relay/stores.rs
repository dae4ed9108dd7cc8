//! What every store must do. One suite, run against SQLite and against PostgreSQL.

use std::sync::Arc;

#[cfg(target_os = "linux")]
use crate::support;
use jiff::{SignedDuration, Timestamp};
use remit_relay::sealed::PrivateKey;
use remit_relay::server::{
    Answer, Bell, Deposit, Deposited, Limits, NewMailbox, Retention, Store, open,
};
use remit_relay::wire::{Cursor, Page, ReaderId};
use remit_relay::{Inbound, MailboxId, Token};

const LIMITS: Limits = Limits {
    stored: 5,
    bytes: 10_000,
    readers: 2,
};
const RETENTION: Retention = Retention {
    notifications: SignedDuration::from_hours(24 * 30),
    readers: SignedDuration::from_hours(24 * 14),
};

fn now() -> Timestamp {
    Timestamp::from_second(1_780_000_000).unwrap()
}

fn days_later(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

/// A store and a new mailbox in it.
struct Bench {
    store: Arc<dyn Store>,
    id: MailboxId,
    inbound: Inbound,
    number: i64,
}

impl Bench {
    async fn new(store: &Arc<dyn Store>) -> Self {
        let (id, inbound, token) = (
            MailboxId::generate().unwrap(),
            Inbound::generate().unwrap(),
            Token::generate().unwrap(),
        );
        let key = PrivateKey::generate().unwrap().public();
        let mailbox = NewMailbox::new(id, &inbound, &token, key, now());
        store.create(mailbox).await.unwrap();
        let number = store.by_id(id).await.unwrap().unwrap().number();
        Self {
            store: Arc::clone(store),
            id,
            inbound,
            number,
        }
    }

    async fn put(&self, bytes: &[u8]) -> Deposited {
        self.put_at(bytes, now()).await
    }

    async fn put_at(&self, bytes: &[u8], received_at: Timestamp) -> Deposited {
        let deposit = Deposit {
            mailbox: self.number,
            received_at,
            sealed: bytes.to_owned(),
        };
        self.store.deposit(deposit).await.unwrap()
    }

    async fn ask(&self, name: &str, after: Option<i64>, limit: usize) -> Answer<Page> {
        self.store
            .fetch(self.number, &reader(name), after.map(Cursor), limit, now())
            .await
            .unwrap()
    }

    /// The cursors on the page.
    async fn get(&self, name: &str, after: Option<i64>) -> Vec<i64> {
        let Answer::Done(page) = self.ask(name, after, 100).await else {
            panic!("refused");
        };
        page.notifications
            .iter()
            .map(|kept| kept.cursor.0)
            .collect()
    }

    async fn acknowledge(&self, name: &str, through: i64) -> Answer<Cursor> {
        self.acknowledge_at(name, through, now()).await
    }

    async fn acknowledge_at(&self, name: &str, through: i64, at: Timestamp) -> Answer<Cursor> {
        self.store
            .acknowledge(self.number, &reader(name), Cursor(through), at)
            .await
            .unwrap()
    }

    async fn held(&self) -> i64 {
        let all = self.store.mailboxes().await.unwrap();
        all.iter()
            .find(|mailbox| mailbox.id == self.id)
            .unwrap()
            .held
    }
}

fn reader(name: &str) -> ReaderId {
    name.parse().unwrap()
}

fn kept(cursor: i64) -> Deposited {
    Deposited::Kept(Cursor(cursor))
}

async fn suite(store: Arc<dyn Store>) {
    store.probe().await.unwrap();
    mailboxes_are_found_and_removed(&store).await;
    notifications_come_in_their_order(&store).await;
    a_full_mailbox_takes_nothing(&store).await;
    two_readers_each_have_their_own_cursor(&store).await;
    a_reader_starts_where_it_acknowledged(&store).await;
    the_old_and_the_silent_go(&store).await;
    pages_end(&store).await;
    many_at_once_lose_nothing(&store).await;
}

async fn mailboxes_are_found_and_removed(store: &Arc<dyn Store>) {
    let bench = Bench::new(store).await;
    let other = Bench::new(store).await;
    let found = store.by_inbound(&bench.inbound).await.unwrap().unwrap();
    assert_eq!(found.number(), bench.number);
    assert_ne!(other.number, bench.number);
    let nobody = Inbound::generate().unwrap();
    assert!(store.by_inbound(&nobody).await.unwrap().is_none());
    assert_eq!(bench.put(b"x").await, kept(1));
    assert!(store.remove(bench.id).await.unwrap());
    assert!(!store.remove(bench.id).await.unwrap());
    assert!(store.by_id(bench.id).await.unwrap().is_none());
    assert_eq!(bench.put(b"x").await, Deposited::Gone);
    assert_eq!(bench.ask("a", None, 1).await, Answer::Gone);
    assert_eq!(bench.acknowledge("a", 1).await, Answer::Gone);
    assert_eq!(other.put(b"x").await, kept(1), "the other is untouched");
}

async fn notifications_come_in_their_order(store: &Arc<dyn Store>) {
    let bench = Bench::new(store).await;
    for (cursor, bytes) in [(1, b"one".as_slice()), (2, b"two"), (3, b"")] {
        assert_eq!(bench.put(bytes).await, kept(cursor));
    }
    let Answer::Done(page) = bench.ask("a", None, 2).await else {
        panic!("refused");
    };
    assert!(page.more);
    assert_eq!(page.notifications[0].sealed, b"one");
    assert_eq!(page.notifications[1].sealed, b"two");
    let Answer::Done(page) = bench.ask("a", Some(2), 2).await else {
        panic!("refused");
    };
    assert!(!page.more);
    assert_eq!(page.notifications[0].sealed, b"");
    assert!(bench.get("a", Some(3)).await.is_empty());
}

async fn a_full_mailbox_takes_nothing(store: &Arc<dyn Store>) {
    let bench = Bench::new(store).await;
    for cursor in 1..=5 {
        assert_eq!(bench.put(b"x").await, kept(cursor));
    }
    assert_eq!(bench.put(b"x").await, Deposited::Full);
    assert_eq!(bench.acknowledge("a", 2).await, Answer::Done(Cursor(2)));
    assert_eq!(
        bench.put(b"x").await,
        kept(6),
        "a cursor is never given twice"
    );
    let bench = Bench::new(store).await;
    assert_eq!(bench.put(&[0; 6_000]).await, kept(1));
    assert_eq!(bench.put(&[0; 6_000]).await, Deposited::Full);
    assert_eq!(bench.put(&[0; 4_000]).await, kept(2));
    bench.acknowledge("a", 1).await;
    assert_eq!(bench.put(&[0; 6_000]).await, kept(3));
}

async fn two_readers_each_have_their_own_cursor(store: &Arc<dyn Store>) {
    let bench = Bench::new(store).await;
    for _ in 0..3 {
        bench.put(b"x").await;
    }
    assert_eq!(bench.get("laptop", None).await, [1, 2, 3]);
    assert_eq!(bench.get("desktop", None).await, [1, 2, 3]);
    assert_eq!(
        bench.acknowledge("laptop", 3).await,
        Answer::Done(Cursor(3))
    );
    assert!(bench.get("laptop", None).await.is_empty());
    assert_eq!(
        bench.get("desktop", None).await,
        [1, 2, 3],
        "the other has not"
    );
    assert_eq!(bench.held().await, 3);
    assert_eq!(
        bench.acknowledge("desktop", 2).await,
        Answer::Done(Cursor(2))
    );
    assert_eq!(bench.held().await, 1);
    // Twice, backwards, and beyond the end.
    assert_eq!(
        bench.acknowledge("desktop", 2).await,
        Answer::Done(Cursor(2))
    );
    assert_eq!(
        bench.acknowledge("desktop", 1).await,
        Answer::Done(Cursor(2))
    );
    assert_eq!(
        bench.acknowledge("desktop", -7).await,
        Answer::Done(Cursor(2))
    );
    assert_eq!(bench.get("desktop", None).await, [3]);
    assert_eq!(
        bench.acknowledge("desktop", 99).await,
        Answer::Done(Cursor(3))
    );
    assert_eq!(bench.held().await, 0);
    assert_eq!(
        bench.put(b"x").await,
        kept(4),
        "not acknowledged in advance"
    );
    assert_eq!(bench.get("desktop", None).await, [4]);
    assert_eq!(bench.ask("third", None, 1).await, Answer::TooManyReaders);
    assert_eq!(bench.acknowledge("third", 4).await, Answer::TooManyReaders);
    assert_eq!(bench.held().await, 1);
}

async fn a_reader_starts_where_it_acknowledged(store: &Arc<dyn Store>) {
    let bench = Bench::new(store).await;
    for _ in 0..3 {
        bench.put(b"x").await;
    }
    bench.get("other", None).await;
    bench.acknowledge("a", 1).await;
    assert_eq!(bench.get("a", None).await, [2, 3]);
    assert_eq!(bench.get("a", Some(2)).await, [3]);
    assert_eq!(bench.get("a", Some(0)).await, [1, 2, 3]);
    // As after a relay was set up anew under a laptop that remembers more.
    assert_eq!(bench.get("a", Some(500)).await, [2, 3]);
    assert_eq!(bench.get("a", Some(-1)).await, [2, 3]);
}

async fn the_old_and_the_silent_go(store: &Arc<dyn Store>) {
    let bench = Bench::new(store).await;
    bench.put_at(b"old", now()).await;
    bench.put_at(b"new", days_later(10)).await;
    bench.get("silent", None).await;
    bench.get("busy", None).await;
    store.sweep(days_later(13)).await.unwrap();
    assert_eq!(bench.held().await, 2);
    bench.acknowledge_at("busy", 1, days_later(13)).await;
    assert_eq!(bench.held().await, 2, "the silent one is still waited for");
    store.sweep(days_later(15)).await.unwrap();
    assert_eq!(bench.held().await, 1, "and then no more");
    store.sweep(days_later(39)).await.unwrap();
    assert_eq!(bench.held().await, 1, "nobody is left to have it");
    store.sweep(days_later(41)).await.unwrap();
    assert_eq!(bench.held().await, 0);
    assert_eq!(bench.put_at(b"x", days_later(41)).await, kept(3));
}

async fn pages_end(store: &Arc<dyn Store>) {
    let bench = Bench::new(store).await;
    for _ in 0..5 {
        bench.put(&[7; 2_000]).await;
    }
    let Answer::Done(page) = bench.ask("a", None, 5).await else {
        panic!("refused");
    };
    assert!(!page.more);
    assert_eq!(page.notifications.len(), 5);
    let Answer::Done(page) = bench.ask("a", None, 1).await else {
        panic!("refused");
    };
    assert!(page.more);
    assert_eq!(page.notifications.len(), 1);
}

/// Cursors have no gap and no double, though many write into the same mailboxes at once, and a limit is met exactly.
async fn many_at_once_lose_nothing(store: &Arc<dyn Store>) {
    let benches = [
        Arc::new(Bench::new(store).await),
        Arc::new(Bench::new(store).await),
    ];
    let tasks: Vec<_> = (0..40_usize)
        .map(|number| {
            let bench = Arc::clone(&benches[number % 2]);
            tokio::spawn(async move { bench.put(&[1]).await })
        })
        .collect();
    let mut full = 0;
    for task in tasks {
        full += usize::from(task.await.unwrap() == Deposited::Full);
    }
    assert_eq!(full, 30);
    for bench in benches {
        assert_eq!(bench.get("a", None).await, [1, 2, 3, 4, 5]);
        assert_eq!(bench.held().await, 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db").display().to_string();
    let bell = Bell::default();
    let store = open(&path, LIMITS, RETENTION, &bell).await.unwrap();
    let bench = Bench::new(&store).await;
    suite(Arc::clone(&store)).await;
    bench.put(b"kept").await;
    drop((store, bench.store));
    let store = open(&path, LIMITS, RETENTION, &bell).await.unwrap();
    assert!(store.by_inbound(&bench.inbound).await.unwrap().is_some());
}

#[tokio::test]
async fn a_store_that_cannot_be_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let bell = Bell::default();
    let damaged = folder.path().join("damaged.db");
    std::fs::write(&damaged, "this is no database, ".repeat(100)).unwrap();
    for (place, why) in [
        (damaged.to_str().unwrap(), "not a database"),
        ("/nowhere/at/all/relay.db", "unable to open"),
        (":memory:", "not be durable"),
        ("mysql://localhost/relay", "postgresql:// URL"),
        (
            "postgresql://127.0.0.1:1/relay?connect_timeout=1",
            "no connection",
        ),
        ("postgresql://127.0.0.1:port/relay", "not understood"),
    ] {
        let error = open(place, LIMITS, RETENTION, &bell).await.err().unwrap();
        assert!(error.to_string().contains(why), "{place}: {error}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_keeps_the_rules() {
    let cluster = support::Cluster::start();
    let (url, bell) = (cluster.url(), Bell::default());
    let (first, second) = tokio::join!(
        open(&url, LIMITS, RETENTION, &bell),
        open(&url, LIMITS, RETENTION, &bell)
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    // Both write into one mailbox at once.
    let bench = Bench::new(&first).await;
    let same = Bench {
        store: Arc::clone(&second),
        inbound: bench.inbound.clone(),
        ..bench
    };
    let (mut first_kept, mut second_kept) = (0, 0);
    for _ in 0..10 {
        let (at_first, at_second) = tokio::join!(bench.put(b"x"), same.put(b"x"));
        first_kept += i32::from(matches!(at_first, Deposited::Kept(_)));
        second_kept += i32::from(matches!(at_second, Deposited::Kept(_)));
    }
    assert_eq!(first_kept + second_kept, 5);
    assert_eq!(same.get("a", None).await, [1, 2, 3, 4, 5]);
    suite(first).await;
    // The second relay of two, on what the first left.
    suite(second).await;
    cluster.tell("ALTER SYSTEM SET fsync = off");
    cluster.tell("SELECT pg_reload_conf()");
    let begun = std::time::Instant::now();
    let error = loop {
        match open(&url, LIMITS, RETENTION, &bell).await {
            Err(error) => break error,
            Ok(_) => assert!(begun.elapsed().as_secs() < 30, "the server has not heard"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    assert!(error.to_string().contains("fsync off"), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db").display().to_string();
    drop(
        open(&path, LIMITS, RETENTION, &Bell::default())
            .await
            .unwrap(),
    );
    // Even for root.
    let place = format!("file:{path}?mode=ro");
    let opened = open(&place, LIMITS, RETENTION, &Bell::default()).await;
    let error = opened.err().expect("it is opened").to_string();
    assert!(error.contains("may not be written"), "{error}");
}
