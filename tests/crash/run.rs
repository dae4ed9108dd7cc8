//! A payout run flows, is paused and resumed, and the process is killed at moments that nobody chose. Pockyt's book counts:
//! every row is there once, and every row is settled. A few kills here; as many as `REMIT_CRASH_RUN_KILLS` says with it.

#![expect(clippy::print_stdout, reason = "a long test tells what it counted")]

use crate::books::{self, Faults, UNSETTLED};
use crate::by_hand::ByHand;
use crate::commands::{accept_all, ask, outcomes, standing};
use crate::driver::{Driver, Ground};
use crate::owner::Owner;
use crate::{PAY, steps, until};
use fastrand::Rng;
use pockyt_sandbox::{Control, Effect, Fault, Speed};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const A_FEW: usize = 5;
/// How many rows there are for each kill: more than leave until it.
const ROWS_PER_KILL: usize = 60;
/// So long Pockyt takes to answer a payment, so that there is a moment to be hit.
const LATE: u64 = 250;
/// How long all of them may take to be settled. What Pockyt never got goes out again only when it was asked about several
/// times.
const UNTIL_SETTLED: Duration = Duration::from_secs(15 * 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_killed_again_and_again_pays_each_row_once() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let kills = number("REMIT_CRASH_RUN_KILLS").map_or(A_FEW, |kills: u64| kills as usize);
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
    let begun = Instant::now();
    let (mut in_flight, mut missed) = (Vec::new(), 0);
    let (remit, paused) = loop {
        assert!(missed <= kills, "most kills hit nothing: {in_flight:?}");
        tokio::time::sleep(Duration::from_millis(chance.u64(..700))).await;
        until("a payment is on the wire", || control.waiting(PAY) > 0).await;
        let pauses = in_flight.len() % 3 == 1;
        if pauses {
            ask(&owner.driver, "pause_run", &json!({ "id": id })).await;
        }
        // A kill that hits nothing does not count.
        match control.waiting(PAY) {
            0 => missed += 1,
            hit => in_flight.push(hit),
        }
        if in_flight.len() == kills {
            break (Undisturbed::after_a_kill(owner).await, pauses);
        }
        owner.start_again().await;
        nobody_is_paid_twice(&control);
        if pauses {
            stays_paused(&owner.driver, &control, &id).await;
            ask(&owner.driver, "resume_run", &json!({ "id": id })).await;
        }
    };
    let of_kills = begun.elapsed();
    let driver = &remit.driver;
    if paused {
        stays_paused(driver, &control, &id).await;
        ask(driver, "resume_run", &json!({ "id": id })).await;
    }
    control.clear_faults();
    let mut by_hand = ByHand::later();
    let forgotten = settle(driver, &control, &id, &mut by_hand).await;
    let faults = compare(driver, &control, &id, rows, &forgotten).await;
    in_flight.sort_unstable();
    println!(
        "crash: a run of {rows} rows, {kills} kills, {missed} more hit nothing; {} transfers in {} requests; {faults}; {by_hand}; \
         in flight at the kill {}/{}/{} (min/median/max); {of_kills:.0?} of kills, {:.0?} in all",
        control.transfers().len(),
        control.calls_of(PAY).len(),
        in_flight[0],
        in_flight[kills / 2],
        in_flight[kills - 1],
        begun.elapsed(),
    );
    faults.assert_none();
    by_hand.assert_rare(rows);
    pockyt.stop().await;
}

/// Remit as it runs on after the last kill. Nobody sits before it: the desk is for the next test while this one waits.
struct Undisturbed {
    driver: Driver,
    _home: TempDir,
}

impl Undisturbed {
    async fn after_a_kill(owner: Owner) -> Self {
        let home = owner.close();
        let web = home.path().join("web").display().to_string();
        let environment = [("XDG_DATA_HOME", web)];
        let data = home.path().join("data");
        Self {
            driver: Driver::remit(&data, Ground::Usual, &environment).await,
            _home: home,
        }
    }
}

/// What a row pays, no two the same.
fn amount_of(row: usize) -> i64 {
    11 + row as i64
}

fn invoice_of(row: usize) -> String {
    format!("RUN-{row:05}")
}

/// Releases a run of so many rows, as quickly as Remit may.
async fn release(owner: &Owner, rows: usize) -> Value {
    let driver = &owner.driver;
    let limits = json!({ "limits": { "inFlight": 8, "perMinute": 0 } });
    ask(driver, "set_limits", &limits).await;
    let mut text = "Email,Amount,Currency,Invoice ID\n".to_owned();
    for row in 0..rows {
        let (amount, invoice) = (amount_of(row), invoice_of(row));
        writeln!(text, "ana@example.com,{amount}.00,USD,{invoice}").unwrap();
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
async fn stays_paused(driver: &Driver, control: &Control, id: &Value) {
    let (status, _) = standing(driver, id).await;
    assert_eq!(status, "paused");
    let before = control.calls_of(PAY).len();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(control.calls_of(PAY).len(), before, "it sends while paused");
}

/// Waits until every row is paid. Returns what is not asked about when it was to be.
async fn settle(
    driver: &Driver,
    control: &Control,
    id: &Value,
    by_hand: &mut ByHand,
) -> Vec<String> {
    let begun = Instant::now();
    while begun.elapsed() < UNTIL_SETTLED {
        nobody_is_paid_twice(control);
        let (status, counts) = standing(driver, id).await;
        let open = |(state, count): &(String, u64)| state != "paid" && *count > 0;
        if !counts.iter().any(open) {
            assert_eq!(status, "finished", "{counts:?}");
            break;
        }
        let forgotten = books::forgotten(driver).await;
        if !forgotten.is_empty() {
            return forgotten;
        }
        by_hand.shorten_the_waiting(driver).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Vec::new()
}

/// Every row of the run against Pockyt's book.
async fn compare(
    driver: &Driver,
    control: &Control,
    id: &Value,
    rows: usize,
    forgotten: &[String],
) -> Faults {
    let mut faults = Faults::default();
    let book = books::transfers(control);
    let shown = outcomes(driver, id).await;
    let mut known: BTreeMap<&str, &Value> = shown
        .iter()
        .map(|row| (row["invoiceId"].as_str().unwrap(), row))
        .collect();
    for (invoice, transfers) in &book {
        if transfers.len() > 1 {
            faults.doubles.push(format!("{invoice}: {transfers:?}"));
        }
    }
    for row in 0..rows {
        let (invoice, minor) = (invoice_of(row), amount_of(row) * 100);
        let transfer = book.get(&invoice).and_then(|found| found.first());
        let Some(shown) = known.remove(invoice.as_str()) else {
            faults.lost.push(invoice);
            continue;
        };
        let state = shown["payoutState"].as_str().unwrap_or("none");
        if UNSETTLED.contains(&state) || forgotten.contains(&invoice) {
            faults.stuck.push(shown.to_string());
        } else if state != "paid" || transfer.is_none_or(|(_, paid)| *paid != minor) {
            let wrong = format!("{transfer:?} at Pockyt: {shown}");
            faults.wrong.push(wrong);
        }
    }
    faults.wrong.extend(known.values().map(ToString::to_string));
    faults
}

fn nobody_is_paid_twice(control: &Control) {
    for (invoice, transfers) in books::transfers(control) {
        assert_eq!(transfers.len(), 1, "{invoice} was paid more than once");
    }
}
