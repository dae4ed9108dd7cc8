//! What a relay kept while Remit was closed: all of it is taken, a page at a time, and a page shares its commits.

use crate::desk::{wait, wait_for};
use crate::notifications::{listed, patient, signed};
use crate::relay::Relay;
use crate::shop::Shop;
use crate::ways_in::connect;
use remit_relay::link::Link;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// Notifications that hold, each about an invoice that nobody has.
fn about_nobody(count: usize) -> Vec<String> {
    let body = |number| {
        let invoice = format!("INV-nobody-{number}");
        signed(&[
            ("amount", "1.00"),
            ("currency", "USD"),
            ("invoiceId", &invoice),
            ("status", "success"),
        ])
    };
    (0..count).map(body).collect()
}

/// Posts all of them; each is answered `success`, sooner or later.
fn post_all(link: &str, bodies: Vec<String>) {
    const SENDERS: usize = 16;
    let url = Link::parse(link).unwrap().ipn_url().as_str().to_owned();
    let bodies = Arc::new(bodies);
    wait(async {
        let client = reqwest::Client::new();
        let senders = (0..SENDERS).map(|sender| {
            let (client, url, bodies) = (client.clone(), url.clone(), Arc::clone(&bodies));
            tokio::spawn(async move {
                for body in bodies.iter().skip(sender).step_by(SENDERS) {
                    let post = || client.post(&url).body(body.clone()).send();
                    while post().await.unwrap().text().await.unwrap() != "success" {
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                }
            })
        });
        for sender in senders.collect::<Vec<_>>() {
            sender.await.unwrap();
        }
    });
}

/// How many commits a write-ahead log holds: their last frames tell how large the file then is, and no others do.
fn commits(log: &Path) -> usize {
    const HEAD: usize = 32;
    const FRAME_HEAD: usize = 24;
    let log = std::fs::read(log).unwrap();
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let (page, salts) = (number(8) as usize, (number(16), number(20)));
    (HEAD..log.len().saturating_sub(FRAME_HEAD))
        .step_by(FRAME_HEAD + page)
        .take_while(|frame| (number(frame + 8), number(frame + 12)) == salts)
        .filter(|frame| number(frame + 4) != 0)
        .count()
}

#[test]
fn a_page_shares_its_commits() {
    const KEPT: usize = 60;
    let shop = Shop::at(patient());
    let relay = Relay::start();
    let link = connect(&shop.desk, &relay);
    let shop = shop.closed_while(|| post_all(&link, about_nobody(KEPT)));
    wait_for("all of them to be acknowledged", || {
        (relay.held() == 0).then_some(())
    });
    let log = shop
        .desk
        .profile_folder(&shop.profile)
        .join("ledger.db-wal");
    let commits = commits(&log);
    assert_eq!(listed(&shop.desk, json!({})).len(), KEPT);
    assert!((1..KEPT / 2).contains(&commits), "{commits} commits");
}

#[test]
fn a_mailbox_of_thousands_is_drained() {
    const KEPT: usize = 2_345;
    let shop = Shop::at(patient());
    let relay = Relay::start();
    let link = connect(&shop.desk, &relay);
    let shop = shop.closed_while(|| {
        post_all(&link, about_nobody(KEPT));
        assert_eq!(relay.held(), i64::try_from(KEPT).unwrap());
    });
    wait_for("the mailbox to be empty", || {
        (relay.held() == 0).then_some(())
    });
    let query = json!({ "search": "", "verdicts": ["unmatched"], "sources": ["relay"], "cursor": null, "limit": 1 });
    let page = shop
        .desk
        .ok("list_notifications", json!({ "query": query }));
    assert_eq!(page["total"], KEPT);
}
