//! Laptops that fetch, with Remit's own client.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::extract::Query;
use axum::routing::get;
use axum::{Json, Router};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use remit_relay::client::{Arrived, Intake, Told};
use remit_relay::link::Link;
use remit_relay::sealed::{Notification, PrivateKey};
use remit_relay::wire::{Cursor, Fetch, Kept, Page};
use remit_relay::{Inbound, MailboxId, Token};
use tokio::net::TcpListener;

use crate::support::{Scene, Setup, body, cursors, drain, taken};

#[tokio::test]
async fn a_long_poll_wakes_at_once() {
    let scene = Scene::new(|setup| setup);
    let client = scene.client("laptop");
    let waiting = tokio::spawn(async move {
        let (arrived, _) = client.fetch(None, Duration::from_secs(30)).await.unwrap();
        (Instant::now(), arrived.len())
    });
    let until = Instant::now() + Duration::from_secs(20);
    while !scene.metrics().await.contains("remit_relay_waiting 1\n") {
        assert!(Instant::now() < until, "nobody waits");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(scene.post("a=1").await, taken());
    let sent = Instant::now();
    let (woken, arrived) = waiting.await.unwrap();
    assert_eq!(arrived, 1);
    let late = woken.saturating_duration_since(sent);
    assert!(late < Duration::from_secs(2), "{late:?}");
    // Without anything to tell, it waits as long as it was asked to.
    let client = scene.client("laptop");
    let began = Instant::now();
    let (arrived, _) = client
        .fetch(Some(Cursor(1)), Duration::from_secs(1))
        .await
        .unwrap();
    assert!(arrived.is_empty());
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn two_laptops_read_one_mailbox() {
    let scene = Scene::new(|setup| setup);
    let (first, second) = (scene.client("first"), scene.client("second"));
    for _ in 0..3 {
        assert_eq!(scene.post("a=1").await, taken());
    }
    for client in [&first, &second] {
        let (arrived, _) = client.fetch(None, Duration::ZERO).await.unwrap();
        assert_eq!(cursors(&arrived), [Cursor(1), Cursor(2), Cursor(3)]);
    }
    assert_eq!(first.acknowledge(Cursor(3)).await.unwrap(), Cursor(3));
    assert_eq!(first.acknowledge(Cursor(3)).await.unwrap(), Cursor(3));
    assert_eq!(drain(&first).await.len(), 0);
    assert_eq!(drain(&second).await.len(), 3);
    assert_eq!(drain(&second).await.len(), 0);
}

/// What the app would do: commits in memory, and fails now and then.
#[derive(Default)]
struct Ledger {
    bodies: Mutex<Vec<Vec<u8>>>,
    calls: AtomicUsize,
    told: Mutex<Vec<&'static str>>,
}

impl Intake for Ledger {
    async fn commit(&self, page: Vec<Arrived>) -> usize {
        let mut bodies = self.bodies.lock().unwrap();
        // The second notification is not committed the first time.
        let first = self.calls.fetch_add(1, Ordering::Relaxed) == 0;
        let before = bodies.len();
        let most = if first { 1 } else { usize::MAX };
        bodies.extend(page.into_iter().take(most).map(body));
        bodies.len() - before
    }

    fn told(&self, told: Told<'_>) {
        self.told.lock().unwrap().push(match told {
            Told::Connected => "connected",
            Told::Interrupted { .. } => "interrupted",
            Told::NotCommitted { .. } => "not committed",
        });
    }
}

#[tokio::test]
async fn a_laptop_follows_through_refusals_and_restarts() {
    let mut scene = Scene::new(|setup| setup);
    for sent in ["1", "2", "3"] {
        assert_eq!(scene.post(sent).await, taken());
    }
    let (client, ledger) = (scene.client("laptop"), Ledger::default());
    let arrived = |count: usize| {
        let ledger = &ledger;
        async move {
            while ledger.bodies.lock().unwrap().len() < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    let script = async {
        arrived(3).await;
        // What a relay has not heard to be taken when it dies comes once more.
        let same = scene.client("laptop");
        while !same.fetch(None, Duration::ZERO).await.unwrap().0.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        scene.relay.take().unwrap().kill();
        while ledger.told.lock().unwrap().last() != Some(&"interrupted") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        scene.relay = Some(scene.setup.start());
        assert_eq!(scene.post("4").await, taken());
        arrived(4).await;
    };
    tokio::select! {
        () = client.follow(&ledger) => {}
        done = tokio::time::timeout(Duration::from_secs(60), script) => done.unwrap(),
    }
    let bodies = ledger.bodies.lock().unwrap().clone();
    // "1" was committed and acknowledged before "2" was refused.
    assert_eq!(bodies, [b"1", b"2", b"3", b"4"]);
    let told = ledger.told.lock().unwrap().clone();
    assert_eq!(told[..2], ["connected", "not committed"]);
    assert!(told.ends_with(&["interrupted", "connected"]), "{told:?}");
}

/// Commits whatever comes, and notes how much came at a time.
#[derive(Default)]
struct Pages(Mutex<Vec<Vec<Cursor>>>);

impl Intake for Pages {
    async fn commit(&self, page: Vec<Arrived>) -> usize {
        self.0.lock().unwrap().push(cursors(&page));
        page.len()
    }

    fn told(&self, _: Told<'_>) {}
}

#[tokio::test]
async fn a_laptop_that_slept_long_drains_thousands_in_their_order() {
    const KEPT: i64 = 2_345;
    let scene = Scene::new(Setup::unlimited);
    let posts = futures_util::stream::iter(0..KEPT).map(|number| scene.post(number.to_string()));
    let posted: Vec<_> = posts.buffer_unordered(32).collect().await;
    assert!(posted.iter().all(|answer| *answer == taken()));
    let (client, pages) = (scene.client("laptop"), Pages::default());
    let empty = async {
        while !scene.setup.list().contains("  0 waiting") {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        () = client.follow(&pages) => {}
        done = tokio::time::timeout(Duration::from_secs(60), empty) => done.unwrap(),
    }
    let pages = pages.0.into_inner().unwrap();
    let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [vec![100; 23], vec![45]].concat());
    assert_eq!(pages.concat(), (1..=KEPT).map(Cursor).collect::<Vec<_>>());
}

/// A relay of another version, whose pages may be larger, gives as many as it is asked for.
#[tokio::test]
async fn no_more_is_asked_for_than_is_opened() {
    const KEPT: i64 = 500;
    let key = PrivateKey::generate().unwrap();
    let mailbox = MailboxId::generate().unwrap();
    let sealed = key.public().seal(
        mailbox,
        &Notification {
            received_at: Timestamp::UNIX_EPOCH,
            content_type: None,
            body: b"a=1".to_vec(),
        },
    );
    let sealed = sealed.unwrap();
    let answer = move |Query(fetch): Query<Fetch>| async move {
        let kept = (1..=KEPT).map(|cursor| Kept {
            cursor: Cursor(cursor),
            sealed: sealed.clone(),
        });
        let notifications = kept.take(fetch.limit.unwrap_or(usize::MAX)).collect();
        Json(Page {
            notifications,
            more: true,
        })
    };
    let path = format!("/v1/mailbox/{mailbox}/notifications");
    let relay = Router::new().route(&path, get(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, relay).await });
    let link = Link::new(
        &url,
        mailbox,
        Token::generate().unwrap(),
        Inbound::generate().unwrap(),
        &key.public(),
    );
    let client = crate::support::client(&link.unwrap(), &key, "laptop");
    let (arrived, more) = client.fetch(None, Duration::ZERO).await.unwrap();
    assert_eq!((arrived.len(), more), (100, true));
}
