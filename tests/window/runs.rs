//! A payout run: pasted, mended in the grid, reviewed, released, paused, interrupted, resumed, and paid.

use crate::owner::Setting;
use crate::steps;
use fantoccini::key::Key;
use std::fmt::Write;
use std::time::Duration;

/// How long a whole run may take.
const WITHIN: Duration = Duration::from_secs(180);

const ROWS: u32 = 40;

/// Where the grid has what.
const PAYEE: u32 = 0;
const AMOUNT: u32 = 1;
const CURRENCY: u32 = 2;
const INVOICE: u32 = 3;
const DESCRIPTION: u32 = 5;

/// Forty rows, eight of them with a fault, each of its own kind.
fn rows() -> String {
    let mut text = "Payee;Amount;Currency;Invoice ID;Description\n".to_owned();
    for row in 0..ROWS {
        let (mut payee, mut amount) = ("ana@example.com".to_owned(), format!("{}.00", 11 + row));
        let (mut currency, mut invoice) = ("USD".to_owned(), format!("MAY-{row:03}"));
        let mut description = format!("May, row {row}");
        match row {
            1 => payee = "nobody@example.com".to_owned(),
            2 => amount = "a hundred".to_owned(),
            3 => currency = "DOLLARIDOOS".to_owned(),
            5 => invoice = "MAY-004".to_owned(),
            6 => payee = String::new(),
            7 => amount = "18.005".to_owned(),
            8 => description = "x".repeat(101),
            9 => amount = String::new(),
            _ => {}
        }
        writeln!(text, "{payee};{amount};{currency};{invoice};{description}").unwrap();
    }
    text
}

/// What mends them.
const MENDS: [(u32, u32, &str); 8] = [
    (1, PAYEE, "ana@example.com"),
    (2, AMOUNT, "13.00"),
    (3, CURRENCY, "USD"),
    (5, INVOICE, "MAY-005"),
    (6, PAYEE, "ana@example.com"),
    (7, AMOUNT, "18.00"),
    (8, DESCRIPTION, "May, row 8"),
    (9, AMOUNT, "20.00"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_rows_are_mended_in_place_released_interrupted_and_each_paid_once() {
    let pockyt = steps::pockyt().await;
    let mut owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    // Slow enough to be stopped on the way.
    owner.push("common.settings").await;
    owner.enter("engine.perMinute", "120").await;
    owner.push("engine.limitsKeep").await;
    owner.read("engine.limitsKept").await;
    owner.push("runs.title").await;
    owner.read("runs.emptyTitle").await;
    owner.inspect("50-runs-empty").await;

    owner.push("runs.paste").await;
    // The driver has a key for the end of a line.
    let typed = rows().replace('\n', &char::from(Key::Enter).to_string());
    owner.enter("runs.pasteLabel", &typed).await;
    owner.push("runs.pasteDeed").await;
    owner.see("31 rows ready").await;
    owner.press_css("[data-cell='2-1']").await;
    owner.read("problems.text_amount_unreadable").await;
    owner.inspect("51-runs-grid").await;
    for (row, column, text) in MENDS {
        owner
            .press_css(&format!("[data-cell='{row}-{column}']"))
            .await;
        for character in text.chars() {
            owner.key(character).await;
        }
        owner.keys(&[Key::Enter]).await;
    }
    // First payouts to somebody are named, and want no word.
    owner.push("runs.review").await;
    owner.read("runs.reviewTitle").await;
    owner.inspect("52-runs-review").await;
    owner.see("First payout: 40 rows").await;
    owner.press("Pay USD 1,220.00 in 40 payouts").await;
    owner.push("runs.pause").await;
    owner.read("runs.status_paused").await;
    owner.inspect("54-runs-paused").await;

    owner.start_again().await;
    owner.push("runs.title").await;
    owner.read("runs.status_paused").await;
    owner.inspect("55-runs-list").await;
    owner.press_css("[role=row][aria-selected]").await;
    owner.push("runs.resume").await;
    owner.see_within("40 of 40 settled", WITHIN).await;
    owner.read("runs.status_finished").await;
    owner.inspect("56-runs-finished").await;

    let made = pockyt.control().payouts();
    let mut invoices: Vec<_> = made.iter().map(|payout| &payout.invoice_id).collect();
    invoices.sort_unstable();
    invoices.dedup();
    assert_eq!((made.len(), invoices.len()), (40, 40));
    pockyt.stop().await;
}
