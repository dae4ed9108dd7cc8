//! SIGKILL under load, again and again: whatever was answered `success` is delivered afterwards.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::support;
use crate::support::{Setup, client, drain};
use remit_relay::link::Link;
use remit_relay::sealed::PrivateKey;

const SENDERS: usize = 24;

/// Posts distinct notifications to the mailboxes until told to stop; those that were answered `success`, by mailbox.
async fn load(
    links: &[Link],
    next: &Arc<AtomicUsize>,
    stop: &Arc<AtomicBool>,
) -> Vec<HashSet<String>> {
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let mailbox = sender % links.len();
            let url = links[mailbox].ipn_url().to_string();
            let (http, next, stop) = (http.clone(), Arc::clone(next), Arc::clone(stop));
            tokio::spawn(async move {
                let mut answered = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let body = format!("invoiceId={}", next.fetch_add(1, Ordering::Relaxed));
                    let sent = http.post(&url).body(body.clone()).send().await;
                    match sent {
                        Ok(answer) => {
                            if answer.text().await.is_ok_and(|said| said == "success") {
                                answered.push(body);
                            }
                        }
                        Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                    }
                }
                (mailbox, answered)
            })
        })
        .collect();
    let mut all = vec![HashSet::new(); links.len()];
    for sender in senders {
        let (mailbox, answered) = sender.await.unwrap();
        all[mailbox].extend(answered);
    }
    all
}

/// Runs the load while `harm` is done, then counts.
async fn nothing_is_lost<F: Future<Output = support::Process>>(
    setup: &Setup,
    links: &[Link],
    key: &PrivateKey,
    harm: impl FnOnce(support::Process) -> F,
) {
    let relay = setup.start();
    let (next, stop) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let harmed = async {
        let relay = harm(relay).await;
        stop.store(true, Ordering::Relaxed);
        relay
    };
    let (answered, relay) = tokio::join!(load(links, &next, &stop), harmed);
    for (link, answered) in links.iter().zip(&answered) {
        assert!(answered.len() > 20, "only {} were answered", answered.len());
        let delivered: Vec<String> = drain(&client(link, key, "laptop"))
            .await
            .into_iter()
            .map(|body| String::from_utf8(body).unwrap())
            .collect();
        let distinct: HashSet<String> = delivered.iter().cloned().collect();
        let lost: Vec<_> = answered.difference(&distinct).collect();
        assert!(
            lost.is_empty(),
            "{} of {} lost: {lost:?}",
            lost.len(),
            answered.len()
        );
        assert_eq!(delivered.len(), distinct.len(), "something was kept twice");
    }
    drop(relay);
}

async fn killed_thrice(setup: &Setup, relay: support::Process) -> support::Process {
    let mut relay = relay;
    for pause in [700, 431, 1013] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        relay.kill();
        // Other work goes on while the process starts.
        relay = tokio::task::block_in_place(|| setup.start());
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    relay
}

fn unlimited(setup: Setup) -> Setup {
    setup.with("--rate", 1_000_000).with("--burst", 1_000_000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_loses_nothing_when_the_relay_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let setup = unlimited(Setup::new(
        folder.path().join("relay.db").display().to_string(),
    ));
    let key = PrivateKey::generate().unwrap();
    let links: Vec<_> = (0..3).map(|_| setup.mailbox(&key)).collect();
    nothing_is_lost(&setup, &links, &key, |relay| killed_thrice(&setup, relay)).await;
}

/// And what one of two relays took wakes who waits at the other, and no sentinel is in the database's files.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_loses_nothing_when_the_relay_or_the_database_is_killed() {
    let cluster = support::Cluster::start();
    let setup = unlimited(Setup::new(cluster.url()));
    let key = PrivateKey::generate().unwrap();
    let links: Vec<_> = (0..3).map(|_| setup.mailbox(&key)).collect();
    nothing_is_lost(&setup, &links, &key, |relay| async {
        let relay = killed_thrice(&setup, relay).await;
        tokio::task::block_in_place(|| {
            cluster.crash();
            cluster.up();
        });
        tokio::time::sleep(Duration::from_secs(2)).await;
        relay
    })
    .await;

    let second = Setup::new(cluster.url());
    let (_first, _second) = (setup.start(), second.start());
    let at_second = Link::new(
        &second.url(),
        links[0].mailbox(),
        links[0].token().clone(),
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
        .post(links[0].ipn_url().as_str())
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
