//! A large run of which one row in a hundred meets each fault that Pockyt's sandbox knows: a file, read and released in the
//! window, and at the end every row as Pockyt's book has it. A thousand rows here; as many as `REMIT_RUN_ROWS` says with it.

#![expect(clippy::print_stdout, reason = "a long test tells what it counted")]

use crate::commands::{accept_all, ask, outcomes, standing};
use crate::owner::Owner;
use crate::steps;
use pockyt_sandbox::{
    Control, Effect, Fault, NotificationEffect, NotificationFault, PayoutStatus, Speed,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

const PAY: &str = "/v3/payouts/pay";
const A_FEW: usize = 1_000;
/// How long what Pockyt never got is asked about before it goes out again, more than three times over.
const IN_DOUBT: Duration = Duration::from_secs(15 * 60);
/// So long Remit asks by itself only; then the owner presses Check now, as what stays pending is asked about rarely.
const BY_ITSELF: Duration = Duration::from_secs(5 * 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "what never arrived goes out again after minutes; `cargo test -p remit --features custom-protocol --test window -- --ignored large_run` in a session with a keychain"]
async fn a_large_run_ends_right_whatever_one_row_in_a_hundred_meets() {
    let rows = std::env::var("REMIT_RUN_ROWS");
    let rows = rows.map_or(A_FEW, |text| text.parse().unwrap());
    let (pockyt, owner) = steps::unguarded(Speed {
        settle: Duration::from_secs(2),
        slow: Duration::from_secs(20),
        bounce: Duration::from_secs(1),
    })
    .await;
    let control = pockyt.control();
    faults(&control, rows);

    let begun = Instant::now();
    let id = in_review(&owner, rows).await;
    let prepared = begun.elapsed();
    let released = Instant::now();
    owner.press(&pay_button(rows)).await;
    let sent = until_sent(&owner, &control, &id, rows).await;
    until_settled(&owner, &control, &id, rows).await;
    let took = released.elapsed();
    compare(&owner, &control, &id, rows).await;

    // The rows of one state, by the keyboard alone, and the way back.
    owner.press_css("[aria-label='Show only: Failed']").await;
    owner.inspect("57-runs-failed-rows").await;
    owner.press_css("[aria-label='Show all rows']").await;
    owner.inspect("58-runs-large-finished").await;
    let (_, counts) = standing(&owner.driver, &id).await;
    println!(
        "a run of {rows} rows: read and checked in {prepared:.1?}, sent in {sent:.1?}, settled in {took:.0?}; {} requests, {} transfers; {counts:?}",
        control.calls_of(PAY).len(),
        control.transfers().len(),
    );
    pockyt.stop().await;
}

/// What the last digits of a row's amount are: of the first rows in each hundred they say what becomes of it at Pockyt.
fn cents(row: usize) -> usize {
    if row % 100 < 8 { row % 100 } else { 0 }
}

/// What pays them all.
fn pay_button(rows: usize) -> String {
    let minor: usize = (0..rows).map(|row| (11 + row) * 100 + cents(row)).sum();
    let (whole, cents) = (grouped(minor / 100), minor % 100);
    format!("Pay USD {whole}.{cents:02} in {} payouts", grouped(rows))
}

/// A number as the window writes it.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// One call in a hundred meets each thing that can go wrong on the way, before Pockyt took it and after; and one change of
/// status in a hundred each thing that can go wrong with a notification.
fn faults(control: &Control, rows: usize) {
    let ret = |code: &str| Effect::Ret {
        code: code.to_owned(),
        message: "system error".to_owned(),
    };
    let effects = [
        Effect::Drop,
        Effect::Status { status: 502 },
        Effect::Garbage,
        Effect::Html,
        ret("000000"),
        ret("000080"),
        Effect::Duplicate,
    ];
    // The sandbox meets one after the other: each lets so many requests pass and is then spent.
    let inject = |fault: Fault| control.inject(Fault { skip: 6, ..fault });
    for _ in 0..rows / 100 {
        for effect in &effects {
            let fault = || Fault::on(PAY, effect.clone());
            inject(fault().after_processing());
            // That it is a duplicate Pockyt says only of what it has.
            if *effect != Effect::Duplicate {
                inject(fault());
            }
        }
        inject(
            Fault::on(PAY, Effect::Genuine)
                .after_processing()
                .delayed(400),
        );
        for effect in [
            NotificationEffect::None,
            NotificationEffect::Duplicated,
            NotificationEffect::Reordered,
            NotificationEffect::Delayed { seconds: 5 },
            NotificationEffect::Forged,
            NotificationEffect::Mismatched,
        ] {
            control.inject_notification(NotificationFault::once(effect));
        }
    }
}

/// A file of so many rows, as the button reads it, up to where it can be released. The last digits of seven rows in a hundred
/// say what becomes of them at Pockyt.
async fn in_review(owner: &Owner, rows: usize) -> Value {
    let mut text = "Email,Amount,Currency,Invoice ID\n".to_owned();
    for row in 0..rows {
        writeln!(
            text,
            "ana@example.com,{}.{:02},USD,LARGE-{row:05}",
            11 + row,
            cents(row)
        )
        .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("november.csv");
    std::fs::write(&path, text).unwrap();
    let driver = &owner.driver;
    let limits = json!({ "limits": { "inFlight": 32, "perMinute": 0 } });
    ask(driver, "set_limits", &limits).await;
    let draft = ask(driver, "import_run", &json!({ "path": path })).await;
    let id = draft["run"]["id"].clone();
    accept_all(driver, &id).await;
    let place = format!("#/runs/{}?step=review", id.as_str().unwrap());
    driver
        .run(&format!("location.hash = {};", json!(place)))
        .await;
    owner.read("runs.reviewTitle").await;
    id
}

/// Waits until nothing is still to be sent for the first time. How long that took.
async fn until_sent(owner: &Owner, control: &Control, id: &Value, rows: usize) -> Duration {
    let begun = Instant::now();
    loop {
        nobody_is_paid_twice(control);
        let (_, counts) = standing(&owner.driver, id).await;
        let open = ["queued", "ready", "sending"];
        let left = counts
            .iter()
            .filter(|(state, _)| open.contains(&state.as_str()));
        if counts.iter().map(|(_, count)| count).sum::<u64>() == rows as u64 && left.count() == 0 {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < IN_DOUBT, "{counts:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Waits until nothing is in doubt but what only the owner can decide, and nothing is on its way but what Pockyt never settles.
async fn until_settled(owner: &Owner, control: &Control, id: &Value, rows: usize) {
    let begun = Instant::now();
    let mut told = begun;
    let pending = (rows / 100) as u64;
    loop {
        nobody_is_paid_twice(control);
        let (_, counts) = standing(&owner.driver, id).await;
        let of = |state: &str| {
            let found = counts.iter().find(|(known, _)| known == state);
            found.map_or(0, |(_, count)| *count)
        };
        let open = of("queued") + of("ready") + of("sending");
        let known = of("unknown") <= pending && of("processing") <= pending;
        if open == 0 && known && !some_settle_yet(control) {
            return;
        }
        assert!(begun.elapsed() < IN_DOUBT, "{counts:?}");
        if told.elapsed() > Duration::from_secs(30) {
            told = Instant::now();
            println!(
                "a run of {rows} rows after {:.0?}: {counts:?}",
                begun.elapsed()
            );
        }
        if begun.elapsed() > BY_ITSELF {
            check_now(owner, id, &["processing"]).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Whether Pockyt has any that is on its way and will arrive: not the ones whose amounts say that they never settle.
fn some_settle_yet(control: &Control) -> bool {
    let mut all = control.payouts().into_iter();
    all.any(|payout| payout.status == PayoutStatus::Pending && payout.amount.minor % 100 != 5)
}

/// Whether only the owner can tell what became of it: Pockyt said of its very first request that it was a duplicate, so what
/// Pockyt has under the invoice ID may be another's.
async fn is_the_owners_to_decide(owner: &Owner, row: &Value) -> bool {
    let id = json!({ "id": row["payoutId"] });
    let payout = &ask(&owner.driver, "payout", &id).await["payout"];
    payout["state"] == "unknown" && payout["reason"] == "duplicate" && payout["mustAct"] == "owner"
}

/// Asks about the rows whose payouts stand there.
async fn check_now(owner: &Owner, id: &Value, states: &[&str]) {
    for row in outcomes(&owner.driver, id).await {
        if states.contains(&row["payoutState"].as_str().unwrap_or_default()) {
            ask(
                &owner.driver,
                "check_payout",
                &json!({ "id": row["payoutId"] }),
            )
            .await;
        }
    }
}

/// Every row against Pockyt's book. What came back only later Remit learns by notification, or by a look a day later: here the
/// owner looks now.
async fn compare(owner: &Owner, control: &Control, id: &Value, rows: usize) {
    let mut book: BTreeMap<String, PayoutStatus> = BTreeMap::new();
    for payout in control.payouts() {
        let twice = book.insert(payout.invoice_id.clone(), payout.status);
        assert_eq!(twice, None, "{} is there twice", payout.invoice_id);
    }
    for row in outcomes(&owner.driver, id).await {
        let returned =
            book.get(row["invoiceId"].as_str().unwrap()) == Some(&PayoutStatus::Returned);
        if returned && row["payoutState"] != "returned" {
            ask(
                &owner.driver,
                "check_payout",
                &json!({ "id": row["payoutId"] }),
            )
            .await;
        }
    }
    let shown = outcomes(&owner.driver, id).await;
    assert_eq!((shown.len(), book.len()), (rows, rows), "every row, once");
    let mut asked = 0;
    for row in &shown {
        if row["payoutState"] == "unknown" {
            assert!(is_the_owners_to_decide(owner, row).await, "{row}");
            asked += 1;
            continue;
        }
        let expected = match book[row["invoiceId"].as_str().unwrap()] {
            PayoutStatus::Pending => "processing",
            PayoutStatus::Success => "paid",
            PayoutStatus::Failed => "failed",
            PayoutStatus::Returned => "returned",
        };
        assert_eq!(row["payoutState"], expected, "{row}");
    }
    assert!(asked <= rows / 100, "{asked} are asked about");
}

fn nobody_is_paid_twice(control: &Control) {
    let mut invoices: Vec<_> = control
        .payouts()
        .into_iter()
        .map(|one| one.invoice_id)
        .collect();
    let all = invoices.len();
    invoices.sort_unstable();
    invoices.dedup();
    assert_eq!(invoices.len(), all, "one was paid more than once");
}
