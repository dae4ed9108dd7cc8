//! SIGKILL under load, again and again, with Remit itself at the other end and closed in the middle of it now and then:
//! whatever the relay answered `success` to is on record afterwards, once, and moved its payout once.
//!
//! `REMIT_RELAY_KILLS=200` kills more often than the usual run does.

use crate::desk::{wait, wait_for};
use crate::doubles;
use crate::notifications::{patient, signed, signed_json, way_in};
use crate::shop::{Shop, again};
use relay::{Cluster, Load, Setup};
use remit_relay::link::Link;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

#[path = "../../crates/remit-relay/tests/relay/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the relay's own tests use the rest"
)]
mod relay;

/// How often the relay is killed, if nothing else is said; on a busy computer more often, until so much was posted.
const KILLS: usize = 12;
const POSTED: usize = 600;

/// The longest that a relay lives, and that Remit stays open.
const RELAY_MILLIS: u64 = 700;
const REMIT_MILLIS: u64 = 2500;

const PAYOUTS: usize = 100;

/// After so many notifications the next payout is written about for the first time, so that some are moved in every life.
const EACH: usize = 12;

fn kills() -> usize {
    std::env::var("REMIT_RELAY_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// What a notification tells of a payout, besides how often it was tried.
struct Told {
    invoice: String,
    transaction: String,
}

/// Pays some, which stay under way until a notification tells how they ended.
fn under_way(shop: &Shop) -> Vec<(String, Told)> {
    let draft = shop.draft("ana@example.com");
    let released: Vec<Value> = (0..PAYOUTS)
        .map(|_| shop.pay(&again(&draft, json!({}))))
        .collect();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let known = released.iter().map(|payout| {
        let id = text(&payout["id"]);
        let now = shop.desk.until(&id, "processing");
        let told = Told {
            invoice: text(&now["payout"]["invoiceId"]),
            transaction: text(&now["payout"]["transactionNo"]),
        };
        (id, told)
    });
    known.collect()
}

/// Which payout an attempt is about.
fn about(attempt: usize) -> usize {
    (attempt * 31) % (attempt / EACH + 1).min(PAYOUTS)
}

/// Notifications about these, each another content, in which `attempt` tells them apart; every third is the one before it
/// once more, as JSON.
fn bodies(told: Vec<Told>) -> impl Fn(usize) -> String + Send + Sync {
    move |number| {
        let once_more = number % 3 == 2;
        let attempt = if once_more { number - 1 } else { number };
        let about = &told[about(attempt)];
        let attempt = attempt.to_string();
        let fields = [
            ("amount", "12.00"),
            ("attempt", attempt.as_str()),
            ("currency", "USD"),
            ("invoiceId", about.invoice.as_str()),
            ("status", "success"),
            ("transactionNo", about.transaction.as_str()),
        ];
        if once_more {
            signed_json(&fields)
        } else {
            signed(&fields)
        }
    }
}

/// Which attempt a body or an evidence is.
fn attempt(text: &str) -> String {
    let after = text.split_once("attempt").unwrap().1;
    let digits = after.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    digits
        .split(|letter: char| !letter.is_ascii_digit())
        .next()
        .unwrap()
        .to_owned()
}

/// A notification that is on record.
struct OnRecord {
    payout: Option<uuid::Uuid>,
    source: String,
    verdict: String,
    attempt: String,
    again: u64,
}

fn on_record(shop: &Shop) -> Vec<OnRecord> {
    let file = shop.desk.profile_folder(&shop.profile).join("ledger.db");
    let ledger = doubles::connect(&file, &shop.desk.ledger_key(&shop.profile));
    let sql = "SELECT subject_id, source, verdict, evidence, again FROM events JOIN notifications USING (seq)";
    let mut rows = ledger.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| {
        let payout: Option<Vec<u8>> = row.get(0)?;
        let evidence: String = row.get(3)?;
        Ok(OnRecord {
            payout: payout.map(|id| uuid::Uuid::from_slice(&id).unwrap()),
            source: row.get(1)?,
            verdict: row.get(2)?,
            attempt: attempt(&evidence),
            again: row.get::<_, i64>(4)?.try_into().unwrap(),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Kills the relay, and closes Remit, while notifications about payouts pour in; then counts.
fn nothing_is_lost_and_nothing_is_applied_twice(setup: &Setup, harm: impl Fn(usize) + Sync) {
    let shop = Shop::at(patient());
    let mut running = setup.start();
    let key = way_in(&shop.desk)["relay"]["publicKey"].clone();
    let link = setup.mailbox(&key.as_str().unwrap().parse().unwrap());
    connect(&shop, &link);
    let (payouts, told): (Vec<String>, Vec<Told>) = under_way(&shop).into_iter().unzip();
    let load = wait(async { Load::start(&[link], bodies(told)) });
    let mut opened = 1;
    let (shop, (running, lives)) = thread::scope(|scope| {
        let mut shop = shop;
        let killer = scope.spawn(|| {
            let mut lives = 1;
            while lives <= kills() || load.begun() < POSTED {
                thread::sleep(Duration::from_millis(fastrand::u64(1..=RELAY_MILLIS)));
                running.kill();
                harm(lives);
                running = setup.start();
                lives += 1;
            }
            (running, lives)
        });
        while !killer.is_finished() {
            thread::sleep(Duration::from_millis(fastrand::u64(1..=REMIT_MILLIS)));
            // Dropped wherever it is, and opened again.
            shop = shop.crash();
            opened += 1;
        }
        (shop, killer.join().unwrap())
    });
    let (answered, cut_off) = wait(load.end());
    assert!(cut_off > 0, "no kill fell into a request");
    wait_for("the mailbox to be empty", || {
        setup.list().contains("  0 waiting").then_some(())
    });
    drop(running);

    let mut times = BTreeMap::<String, u64>::new();
    for body in answered.iter().flatten() {
        *times.entry(attempt(body)).or_default() += 1;
    }
    assert!(
        times.len() > POSTED / 3,
        "only {} were answered",
        times.len()
    );
    let rows = on_record(&shop);
    let mut counted = BTreeMap::new();
    for row in &rows {
        assert_eq!(row.source, "relay");
        assert!(
            counted.insert(&row.attempt, row.again + 1).is_none(),
            "attempt {} is on record twice",
            row.attempt
        );
    }
    for (attempt, answered) in &times {
        let counted = counted.get(attempt).copied().unwrap_or_default();
        assert!(
            counted >= *answered,
            "attempt {attempt} was answered `success` {answered} times and came {counted} times"
        );
    }
    let told: BTreeSet<usize> = times
        .keys()
        .map(|attempt| about(attempt.parse().unwrap()))
        .collect();
    assert!(
        told.len() > PAYOUTS / 4,
        "only {} payouts were told of",
        told.len()
    );
    for id in told.iter().map(|place| &payouts[*place]) {
        let payout = Some(id.parse().unwrap());
        let about = rows.iter().filter(|row| row.payout == payout);
        let (applied, others): (Vec<_>, Vec<_>) = about.partition(|row| row.verdict == "applied");
        assert_eq!(applied.len(), 1, "{id} must be moved once");
        assert!(others.iter().all(|row| row.verdict == "already_known"));
        let now = shop.desk.until(id, "paid");
        let moves = now["events"].as_array().unwrap().iter();
        let paid = moves.filter(|event| event["to"] == "paid" && event["from"] != "paid");
        assert_eq!(paid.count(), 1, "{now:#}");
    }
    assert_eq!(rows.iter().filter(|row| row.payout.is_none()).count(), 0);
    assert_eq!(shop.pockyt.transfers().len(), PAYOUTS);
    let came: u64 = counted.values().sum();
    eprintln!(
        "{} contents answered with success {} times in {lives} lives of the relay and {opened} of Remit: all on record once, {} payouts moved once; {cut_off} requests cut off, {came} arrivals",
        times.len(),
        times.values().sum::<u64>(),
        told.len(),
    );
}

fn connect(shop: &Shop, link: &Link) {
    let link = json!({ "link": link.reveal().as_str() });
    let told = shop.desk.ok("connect_relay", link);
    assert_eq!(told["inUse"], "relay", "{told}");
}

#[test]
fn with_sqlite_a_relay_that_is_killed_loses_nothing_and_remit_applies_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.db");
    let setup = Setup::new(file.display().to_string()).unlimited();
    nothing_is_lost_and_nothing_is_applied_twice(&setup, |_| {});
}

/// The database is killed too, now and then.
#[test]
fn with_postgresql_a_relay_that_is_killed_loses_nothing_and_remit_applies_it_once() {
    let cluster = Cluster::start();
    let setup = Setup::new(cluster.url()).unlimited();
    nothing_is_lost_and_nothing_is_applied_twice(&setup, |kill| {
        if kill % 5 == 3 {
            cluster.crash();
            cluster.up();
        }
    });
}
