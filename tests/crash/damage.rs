//! A ledger file that came to harm. It is told, left as it is, and with the file put right all goes on; nobody is paid
//! twice for it.

use crate::books::{self, LedgerFile, UNSETTLED};
use crate::commands;
use crate::orders::{self, Target};
use crate::owner::{Owner, Setting};
use crate::{PAY, steps};
use fantoccini::Locator;
use fastrand::Rng;
use pockyt_sandbox::{Config, Sandbox, Speed};
use serde_json::{Value, json};
use std::ops::Range;
use std::time::{Duration, Instant};

/// So many payouts have more events than one page of the file holds.
const PAYOUTS: usize = 12;
/// Long enough for Remit to compare its ledger with Pockyt's, which it does only after the three minutes for which a request may be on its way.
const A_WHILE: Duration = Duration::from_secs(7 * 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_cut_short_is_told_and_works_once_it_is_put_back() {
    let (owner, pockyt, file) = with_paid_payouts().await;
    let whole = std::fs::read(&file.path).unwrap();
    let cut = &whole[..whole.len() / 2];
    std::fs::write(&file.path, cut).unwrap();
    told_then_mended(owner, &file, cut, &whole, "crash-7-cut-short").await;
    assert_eq!(pockyt.control().transfers().len(), PAYOUTS);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bit_that_flipped_in_the_first_page_is_told_and_works_once_it_is_put_back() {
    let (owner, pockyt, file) = with_paid_payouts().await;
    let whole = std::fs::read(&file.path).unwrap();
    let damaged = flip(&whole, 0..4096);
    std::fs::write(&file.path, &damaged).unwrap();
    told_then_mended(owner, &file, &damaged, &whole, "crash-8-bit-flipped").await;
    assert_eq!(pockyt.control().transfers().len(), PAYOUTS);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bit_that_flipped_in_old_history_is_told_when_that_is_read_and_stops_nothing_else() {
    let (mut owner, pockyt, file) = with_paid_payouts().await;
    let whole = std::fs::read(&file.path).unwrap();
    let damaged = flip(&whole, file.oldest_events());
    std::fs::write(&file.path, &damaged).unwrap();
    owner.start_again().await;
    // The start does not read old history; who looks at it is told.
    owner.push("common.payouts").await;
    owner.see("DAMAGE-00").await;
    press_row(&owner, "DAMAGE-00").await;
    owner.read("errors.ledger_corrupt.title").await;
    owner.picture("crash-9-history-damaged").await;

    owner.driver.kill_program();
    std::fs::write(&file.path, &whole).unwrap();
    owner.start_again().await;
    owner.push("common.payouts").await;
    owner.see("DAMAGE-00").await;
    press_row(&owner, "DAMAGE-00").await;
    owner.read("payouts.story_paid").await;
    assert_eq!(pockyt.control().transfers().len(), PAYOUTS);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payouts_that_a_lost_log_took_along_are_found_at_pockyt_and_never_paid_again() {
    let (mut owner, pockyt, file) = with_paid_payouts().await;
    owner.start_again().await;
    let control = pockyt.control();
    let target = Target::of(&owner, &control).await;
    let later = (PAYOUTS..PAYOUTS + 3).collect();
    pay(&owner, &target, later, 2).await;
    owner.driver.kill_program();
    for kind in ["wal", "shm"] {
        std::fs::remove_file(file.path.with_extension(format!("db-{kind}"))).unwrap();
    }

    owner.start_again().await;
    let found = async || books::count(&owner.driver, &["paid"]).await;
    let begun = Instant::now();
    while found().await < PAYOUTS as u64 + 3 {
        assert!(
            begun.elapsed() < A_WHILE,
            "only {} are known",
            found().await
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    owner.push("common.payouts").await;
    owner.see("DAMAGE-14").await;
    owner.picture("crash-14-found-again").await;
    let requests = control.calls_of(PAY).len();
    assert_eq!(requests, PAYOUTS + 3, "something was sent again");
    let next = commands::invoke(&owner.driver, "suggest_invoice_id", &json!({})).await;
    assert!(next.is_ok(), "{next:?}");
    pockyt.stop().await;
}

/// Starts on the damaged file, reads what is wrong, puts the whole one back and goes on.
async fn told_then_mended(
    mut owner: Owner,
    file: &LedgerFile,
    damaged: &[u8],
    whole: &[u8],
    picture: &str,
) {
    owner.start_again().await;
    owner.read("errors.ledger_corrupt.title").await;
    owner.read("errors.ledger_corrupt.action").await;
    owner.inspect(picture).await;
    let now = std::fs::read(&file.path).unwrap();
    assert!(now == damaged, "the damaged file was changed");

    std::fs::write(&file.path, whole).unwrap();
    owner.push("common.tryAgain").await;
    owner.push("common.payouts").await;
    owner.see("DAMAGE-00").await;
    assert_eq!(books::count(&owner.driver, &["paid"]).await, PAYOUTS as u64);
}

/// An owner whose Remit has paid, and was then closed: the file holds everything.
async fn with_paid_payouts() -> (Owner, Sandbox, LedgerFile) {
    let pockyt = Sandbox::start(Config {
        speed: Speed::instant(),
        ..steps::pockyt_config()
    });
    let pockyt = pockyt.await.unwrap();
    let owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    let target = Target::of(&owner, &pockyt.control()).await;
    pay(&owner, &target, (0..PAYOUTS).collect(), 1).await;
    assert_eq!(books::count(&owner.driver, &UNSETTLED).await, 0);
    owner.driver.kill_program();
    let file = LedgerFile::of(owner.data_folder()).await;
    file.fold();
    (owner, pockyt, file)
}

/// Pays DAMAGE-00 and so on, and waits until all that was ever paid is.
async fn pay(owner: &Owner, target: &Target, numbers: Vec<usize>, seed: u64) {
    let paid = numbers.last().unwrap() + 1;
    let mut ids = Rng::with_seed(seed);
    let order = |number: usize| {
        let invoice = format!("DAMAGE-{number:02}");
        // No two alike: the second would want a word first.
        let minor = 1_000 + 100 * i64::try_from(number).unwrap();
        let draft = target.draft(&orders::uuid_of(&mut ids), &invoice, minor);
        // The first one's events are the oldest.
        let after = if number == 0 { 0 } else { 400 };
        json!({ "draft": draft, "after": after, "twice": false, "withdraw": false })
    };
    let orders: Vec<Value> = numbers.into_iter().map(order).collect();
    owner.driver.run(&orders::release(&json!(orders))).await;
    while books::count(&owner.driver, &["paid"]).await < paid as u64 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn press_row(owner: &Owner, invoice: &str) {
    let row = format!("//*[@role='row'][contains(., '{invoice}')]");
    let client = &owner.driver.client;
    let row = client.find(Locator::XPath(&row)).await.unwrap();
    // By script: it may stand below the list's end, where no mouse reaches it.
    let arguments = vec![serde_json::to_value(&row).unwrap()];
    client
        .execute("arguments[0].click()", arguments)
        .await
        .unwrap();
}

/// The same bytes but for one bit in the middle of a range.
fn flip(whole: &[u8], range: Range<u64>) -> Vec<u8> {
    let mut damaged = whole.to_vec();
    let middle = usize::try_from((range.start + range.end) / 2).unwrap();
    damaged[middle] ^= 0b100;
    damaged
}
