//! Ten thousand mailboxes that are idle cost the relay next to nothing.

use std::sync::Arc;

use crate::support::Setup;
use jiff::{SignedDuration, Timestamp};
use remit_relay::sealed::PrivateKey;
use remit_relay::server::{Bell, Limits, NewMailbox, Retention, open};
use remit_relay::{Inbound, MailboxId, Token};

const MAILBOXES: usize = 10_000;
const MOST_MIB: u64 = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_mailboxes_fit_in_50_mib() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db").display().to_string();
    let limits = Limits {
        stored: 1000,
        bytes: 1_000_000,
        readers: 4,
    };
    let retention = Retention {
        notifications: SignedDuration::from_hours(24),
        readers: SignedDuration::from_hours(24),
    };
    let store = open(&path, limits, retention, &Bell::default())
        .await
        .unwrap();
    let key = PrivateKey::generate().unwrap().public();
    let mut inbound = Vec::new();
    let mut creating = Vec::new();
    for _ in 0..MAILBOXES {
        let address = Inbound::generate().unwrap();
        let (id, token) = (MailboxId::generate().unwrap(), Token::generate().unwrap());
        let mailbox = NewMailbox::new(id, &address, &token, key.clone(), Timestamp::now());
        inbound.push(address);
        let store = Arc::clone(&store);
        creating.push(tokio::spawn(async move { store.create(mailbox).await }));
    }
    for created in creating {
        created.await.unwrap().unwrap();
    }
    drop(store);
    let setup = Setup::new(path);
    let relay = setup.start();
    // Each has taken something once.
    let http = reqwest::Client::new();
    let inbound = Arc::new(inbound);
    let posting: Vec<_> = (0..16)
        .map(|first| {
            let (http, inbound, url) = (http.clone(), Arc::clone(&inbound), setup.url());
            tokio::spawn(async move {
                for address in inbound.iter().skip(first).step_by(16) {
                    let to = format!("{url}/in/{}", *address.reveal());
                    let answer = http.post(to).body("a=1").send().await.unwrap();
                    assert_eq!(answer.text().await.unwrap(), "success");
                }
            })
        })
        .collect();
    for posted in posting {
        posted.await.unwrap();
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", relay.id())).unwrap();
    let resident = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kib: u64 = resident.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kib < MOST_MIB * 1024, "{kib} KiB");
}
