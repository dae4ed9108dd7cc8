//! A payout run flows, is paused and resumed, and the process is killed at moments that nobody chose. Pockyt's book counts:
//! every row is there once. A few kills here; as many as `REMIT_CRASH_KILLS` says, and the wait until all is settled, with it.

#![expect(clippy::print_stdout, reason = "a long test tells what it counted")]

use crate::books;
use crate::commands::{accept_all, ask, outcomes, standing};
use crate::owner::Owner;
use crate::{PAY, steps, until};
use fastrand::Rng;
use pockyt_sandbox::{Control, Effect, Fault, Speed};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

const A_FEW: usize = 5;
/// How many rows there are for each kill: more than leave until it.
const ROWS_PER_KILL: usize = 60;
/// So long Pockyt takes to answer a payment, so that there is a moment to be hit.
const LATE: u64 = 250;
/// How long the rows may take that Pockyt has.
const UNTIL_KNOWN: Duration = Duration::from_secs(60);
/// How long those may take that it never got: they go out again only when it was asked about them several times.
const UNTIL_SETTLED: Duration = Duration::from_secs(15 * 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_killed_again_and_again_pays_each_row_once() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let asked: Option<usize> = number("REMIT_CRASH_KILLS").map(|kills: u64| kills as usize);
    let kills = asked.unwrap_or(A_FEW);
    let mut chance = Rng::with_seed(number("REMIT_CRASH_SEED").unwrap_or(1));
    let (pockyt, mut owner) = steps::unguarded(Speed {
        settle: Duration::from_secs(1),
        ..Speed::demo()
    })
    .await;
    let control = pockyt.control();
    let late = Fault::on(PAY, Effect::Genuine).after_processing();
    control.inject(late.delayed(LATE).forever());
    let rows = kills * ROWS_PER_KILL;
    let id = release(&owner, rows).await;
    let mut in_flight = Vec::new();
    for kill in 0..kills {
        until("a payment is on the wire", || control.waiting(PAY) > 0).await;
        tokio::time::sleep(Duration::from_millis(chance.u64(..700))).await;
        let pauses = kill % 3 == 1;
        if pauses {
            ask(&owner.driver, "pause_run", &json!({ "id": id })).await;
        }
        in_flight.push(control.waiting(PAY));
        owner.start_again().await;
        nobody_is_paid_twice(&control);
        if pauses {
            stays_paused(&owner, &control, &id).await;
            ask(&owner.driver, "resume_run", &json!({ "id": id })).await;
        }
    }
    control.clear_faults();
    let patience = asked.map_or(UNTIL_KNOWN, |_| UNTIL_SETTLED);
    let in_doubt = until_known(&owner, &control, &id, patience).await;
    compare(&owner, &control, &id, rows).await;
    println!(
        "crash: a run of {rows} rows, {kills} kills, in flight at each {in_flight:?}; {} transfers; {in_doubt} rows still asked about",
        control.transfers().len()
    );
    assert!(in_flight.iter().any(|count| *count > 0), "no kill hit one");
    if asked.is_some() {
        assert_eq!(in_doubt, 0, "stuck");
    }
    pockyt.stop().await;
}

/// Releases a run of so many rows, as quickly as Remit may.
async fn release(owner: &Owner, rows: usize) -> Value {
    let driver = &owner.driver;
    let limits = json!({ "limits": { "inFlight": 8, "perMinute": 0 } });
    ask(driver, "set_limits", &limits).await;
    let mut text = "Email,Amount,Currency,Invoice ID\n".to_owned();
    for row in 0..rows {
        writeln!(text, "ana@example.com,{}.00,USD,RUN-{row:05}", 11 + row).unwrap();
    }
    let draft = ask(driver, "paste_run", &json!({ "text": text })).await;
    let id = draft["run"]["id"].clone();
    accept_all(driver, &id).await;
    let review = ask(driver, "review_run", &json!({ "id": id })).await;
    assert_eq!(review["count"], rows, "{review}");
    let release = json!({ "id": id, "review": review["review"], "notBefore": null });
    ask(driver, "release_run", &release).await;
    id
}

/// What was paused before the kill is paused after it, and nothing more leaves.
async fn stays_paused(owner: &Owner, control: &Control, id: &Value) {
    let (status, _) = standing(&owner.driver, id).await;
    assert_eq!(status, "paused");
    let before = control.calls_of(PAY).len();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(control.calls_of(PAY).len(), before, "it sends while paused");
}

/// Waits until every row is paid, or is asked about because Pockyt never got it. How many those are.
async fn until_known(owner: &Owner, control: &Control, id: &Value, patience: Duration) -> u64 {
    let begun = Instant::now();
    loop {
        nobody_is_paid_twice(control);
        let (status, counts) = standing(&owner.driver, id).await;
        let of = |state: &str| {
            let found = counts.iter().find(|(known, _)| known == state);
            found.map_or(0, |(_, count)| *count)
        };
        let all: u64 = counts.iter().map(|(_, count)| count).sum();
        let in_doubt = of("unknown");
        let known = of("paid") + in_doubt == all
            && of("paid") == control.transfers().len() as u64
            && (in_doubt == 0 || patience == UNTIL_KNOWN);
        if known {
            let expected = if in_doubt == 0 { "finished" } else { "sending" };
            assert_eq!(status, expected, "{counts:?}");
            return in_doubt;
        }
        assert!(begun.elapsed() < patience, "{status}: {counts:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Every row of the run against Pockyt's book.
async fn compare(owner: &Owner, control: &Control, id: &Value, rows: usize) {
    let book = books::transfers(control);
    let shown = outcomes(&owner.driver, id).await;
    let shown: BTreeMap<&str, &Value> = shown
        .iter()
        .map(|row| (row["invoiceId"].as_str().unwrap(), row))
        .collect();
    assert_eq!(shown.len(), rows, "every row is there");
    for (invoice, row) in &shown {
        let transfers = book.get(*invoice).map_or(&[][..], Vec::as_slice);
        match row["payoutState"].as_str().unwrap() {
            "paid" => assert_eq!(transfers.len(), 1, "{row}"),
            "unknown" => assert_eq!(transfers.len(), 0, "{row}"),
            other => panic!("{other}: {row}"),
        }
    }
    for invoice in book.keys() {
        assert!(shown.contains_key(invoice.as_str()), "{invoice} is lost");
    }
}

fn nobody_is_paid_twice(control: &Control) {
    for (invoice, transfers) in books::transfers(control) {
        assert_eq!(transfers.len(), 1, "{invoice} was paid more than once");
    }
}
