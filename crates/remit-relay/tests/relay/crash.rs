//! SIGKILL under load, again and again: whatever was answered `success` is delivered afterwards, and applied once.
//!
//! `REMIT_RELAY_KILLS=500 cargo test -p remit-relay crash` kills more often than the usual run does.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::support;
use crate::support::{Laptop, Load, Setup, client};
use futures_util::future::join_all;
use remit_relay::link::Link;
use remit_relay::sealed::PrivateKey;

/// How often the relay is killed, if nothing else is said; on a busy computer more often, until so much was posted.
const KILLS: usize = 20;
const POSTED: usize = 400;

/// The longest that a relay lives.
const LIFE_MILLIS: u64 = 700;

/// How long the laptops may take for the rest, once nothing is killed any more.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

fn kills() -> usize {
    std::env::var("REMIT_RELAY_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// Posts to the mailboxes while laptops follow them and relays are killed, then counts.
async fn nothing_is_lost(setup: &Setup, links: &[Link], key: &PrivateKey, harm: impl Fn(usize)) {
    let folder = tempfile::tempdir().unwrap();
    let laptops: Vec<_> = links
        .iter()
        .enumerate()
        .map(|(number, link)| {
            let file = folder.path().join(number.to_string());
            Laptop::new(client(link, key, "laptop"), file)
        })
        .collect();
    let mut relay = setup.start();
    let load = Load::start(links, unsigned);
    let mut lives = 1;
    let script = async {
        while lives <= kills() || load.begun() < POSTED {
            let life = Duration::from_millis(fastrand::u64(1..=LIFE_MILLIS));
            tokio::time::sleep(life).await;
            relay.kill();
            // Other work goes on while the process starts.
            relay = tokio::task::block_in_place(|| {
                harm(lives);
                setup.start()
            });
            lives += 1;
        }
        tokio::time::sleep(Duration::from_millis(LIFE_MILLIS)).await;
        let (answered, cut_off) = load.end().await;
        let answered = distinct(answered);
        for laptop in &laptops {
            laptop.leave_open();
        }
        let until = Instant::now() + CAUGHT_UP_WITHIN;
        while !tokio::task::block_in_place(|| setup.list())
            .lines()
            .all(|mailbox| mailbox.contains("  0 waiting"))
        {
            assert!(Instant::now() < until, "something is never acknowledged");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        (answered, cut_off)
    };
    let (answered, cut_off) = tokio::select! {
        _ = join_all(laptops.iter().map(Laptop::work)) => unreachable!("laptops work for ever"),
        done = script => done,
    };
    assert!(cut_off > 0, "no kill fell into a request");
    let mut again = 0;
    for (laptop, answered) in laptops.iter().zip(&answered) {
        assert!(answered.len() > 20, "only {} were answered", answered.len());
        let applied = laptop.applied();
        let distinct: HashSet<String> = applied.iter().cloned().collect();
        let lost: Vec<_> = answered.difference(&distinct).collect();
        assert!(
            lost.is_empty(),
            "{} of {} lost: {lost:?}",
            lost.len(),
            answered.len()
        );
        assert_eq!(applied.len(), distinct.len(), "something was applied twice");
        again += laptop.arrivals() - applied.len();
    }
    let total: usize = answered.iter().map(HashSet::len).sum();
    eprintln!(
        "{total} answered with success in {lives} lives of the relay, all applied once; {cut_off} requests cut off, {again} arrived again"
    );
}

fn distinct(answered: Vec<Vec<String>>) -> Vec<HashSet<String>> {
    let distinct = answered.into_iter().map(HashSet::from_iter);
    distinct.collect()
}

/// The test's laptops look at no signature.
fn unsigned(number: usize) -> String {
    format!("invoiceId={number}&status=success")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_loses_nothing_when_the_relay_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.db");
    let setup = Setup::new(file.display().to_string()).unlimited();
    let key = PrivateKey::generate().unwrap();
    let links: Vec<_> = (0..3).map(|_| setup.mailbox(&key.public())).collect();
    nothing_is_lost(&setup, &links, &key, |_| {}).await;
}

/// The database is killed too, now and then.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_loses_nothing_when_the_relay_or_the_database_is_killed() {
    let cluster = support::Cluster::start();
    let setup = Setup::new(cluster.url()).unlimited();
    let key = PrivateKey::generate().unwrap();
    let links: Vec<_> = (0..3).map(|_| setup.mailbox(&key.public())).collect();
    nothing_is_lost(&setup, &links, &key, |kill| {
        if kill % 7 == 3 {
            cluster.crash();
            cluster.up();
        }
    })
    .await;
}

/// The database ends while the relay goes on, which answers `success` for nothing that is not kept, and recovers.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_outlives_its_postgresql() {
    let cluster = support::Cluster::start();
    let setup = Setup::new(cluster.url()).unlimited();
    let key = PrivateKey::generate().unwrap();
    let links: Vec<_> = (0..3).map(|_| setup.mailbox(&key.public())).collect();
    let _relay = setup.start();
    let load = Load::start(&links, unsigned);
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(800)).await;
        tokio::task::block_in_place(|| {
            cluster.crash();
            cluster.up();
        });
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (answered, _) = load.end().await;
    for (link, answered) in links.iter().zip(distinct(answered)) {
        assert!(answered.len() > 20, "only {} were answered", answered.len());
        let kept: HashSet<String> = support::drain(&client(link, &key, "laptop"))
            .await
            .into_iter()
            .map(|body| String::from_utf8(body).unwrap())
            .collect();
        assert!(answered.is_subset(&kept));
    }
}

/// What one of two relays took wakes who waits at the other, and no sentinel is in the database's files.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_relays_share_a_postgresql_that_reads_nothing() {
    let cluster = support::Cluster::start();
    let setup = Setup::new(cluster.url());
    let key = PrivateKey::generate().unwrap();
    let link = setup.mailbox(&key.public());
    let second = Setup::new(cluster.url());
    let (_first, _second) = (setup.start(), second.start());
    let at_second = Link::new(
        &second.url(),
        link.mailbox(),
        link.token().clone(),
        remit_relay::Inbound::generate().unwrap(),
        &key.public(),
    )
    .unwrap();
    let waits = client(&at_second, &key, "laptop");
    let waits = tokio::spawn(async move { waits.fetch(None, Duration::from_secs(50)).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let sent = std::time::Instant::now();
    let sentinel = "sentinel-for-the-thief";
    let post = reqwest::Client::new()
        .post(link.ipn_url().as_str())
        .body(sentinel);
    assert_eq!(post.send().await.unwrap().text().await.unwrap(), "success");
    let (arrived, _) = waits.await.unwrap().unwrap();
    assert_eq!(arrived.len(), 1);
    assert!(
        sent.elapsed() < Duration::from_secs(10),
        "{:?}",
        sent.elapsed()
    );
    // Into its data files.
    cluster.tell("CHECKPOINT");
    assert!(!support::found_in(cluster.files(), sentinel.as_bytes()));
    // The search finds what is there.
    assert!(support::found_in(cluster.files(), b"remit_relay"));
}
