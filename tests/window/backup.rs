//! Copies of the records, put back while Pockyt has gone on; the recovery key; the check of the history.

use crate::owner::{Owner, Setting};
use crate::steps::{self, PAYEE};
use crate::trouble::with_account;
use fantoccini::key::Key;
use pockyt_sandbox::{Effect, Fault, Sandbox};
use remit_ledger::{LedgerKey, SqliteLedger};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The comparison asks Pockyt about many numbers, and the machine may be small.
const COMPARISON: Duration = Duration::from_secs(7 * 60);
/// It waits ten seconds, and the clock is looked at each minute.
const DAILY_COPY: Duration = Duration::from_secs(3 * 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_put_back_and_what_was_paid_since_is_found_in_english() {
    let said = Said {
        found: "Found 1 payout made after the copy.",
        released: "1 payout was released after this copy.",
        fit: "events fit",
    };
    put_back("en", "light", said).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_put_back_and_what_was_paid_since_is_found_in_chinese() {
    let said = Said {
        found: "找到 1 笔备份之后付出的款项。",
        released: "备份之后放行了 1 笔付款。",
        fit: "条事件都吻合",
    };
    put_back("zh-CN", "dark", said).await;
}

/// What a plural becomes.
struct Said {
    found: &'static str,
    released: &'static str,
    fit: &'static str,
}

async fn put_back(language: &'static str, theme: &'static str, said: Said) {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new(language, theme).start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    owner.push("common.settings").await;
    owner.read("backups.keyAsk").await;
    save_the_recovery_key(&owner).await;
    until_daily_copy(&owner).await;
    owner.push("backups.backUp").await;
    owner.read("backups.copyByHand").await;
    turn_to(&owner, "backups.title").await;
    owner.inspect("30-backups").await;

    pay(&owner).await;

    owner.push("common.settings").await;
    owner.push("backups.lookInside").await;
    owner.see(said.released).await;
    owner.inspect("31-restore").await;
    // The first answer takes its time, so that the comparison is seen.
    let slow = Fault::on("/v3/payouts/inquiry", Effect::Genuine);
    pockyt.control().inject(slow.delayed(4_000));
    owner.press_css("button.danger").await;
    owner.read("engine.recovering").await;
    owner.picture("32-comparing").await;
    owner.see_within(said.found, COMPARISON).await;
    owner.inspect("33-found").await;

    owner.press_css("[role=status] a").await;
    owner.read("payouts.filterFound").await;
    owner.see("USD 12.34").await;
    owner.inspect("34-what-was-found").await;
    owner.press_css("[role=row][aria-selected]").await;
    owner.read("domain.event_found").await;
    owner.read("payouts.story_paid").await;
    owner.inspect("35-found-payout").await;
    assert_paid_once(&pockyt);

    owner.push("common.settings").await;
    owner.push("engine.verify").await;
    owner.see(said.fit).await;
    turn_to(&owner, "engine.historyTitle").await;
    owner.inspect("36-history").await;
    turn_to(&owner, "engine.title").await;
    owner.inspect("37-sending").await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_keychain_is_mended_by_the_recovery_key() {
    let setting = Setting::new("en", "light");
    let ledger = with_account(&setting, "window-key-entered");
    let key = LedgerKey::generate().unwrap();
    drop(SqliteLedger::open(&ledger, &key).unwrap());
    let owner = setting.start().await;
    owner.read("errors.ledger_key_missing.title").await;
    owner.push("backups.enterKey").await;
    let written = key.to_recovery_key().expose_secret().to_owned();
    let (begun, rest) = written.split_at(10);
    owner
        .enter("backups.keyField", &format!("{begun}!{rest}"))
        .await;
    owner
        .read_with("backups.keyFieldGroupWrong", &[("group", "3")])
        .await;
    owner.inspect("40-key-mistyped").await;
    // One other character: only the backend can tell which group it is in.
    let mut mistyped = written.clone().into_bytes();
    mistyped[20] = if mistyped[20] == b'7' { b'8' } else { b'7' };
    let mistyped = String::from_utf8(mistyped).unwrap();
    owner.enter("backups.keyField", &mistyped).await;
    owner.push("backups.keyOpen").await;
    owner
        .read_with("backups.keyFieldGroupWrong", &[("group", "5")])
        .await;
    owner
        .enter("backups.keyField", &written.to_lowercase())
        .await;
    owner.inspect("41-key-typed").await;
    owner.push("backups.keyOpen").await;
    owner.read("payees.firstTitle").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_ledger_is_mended_by_a_copy() {
    let pockyt = steps::pockyt().await;
    let mut owner = Setting::new("zh-CN", "dark").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    owner.push("common.settings").await;
    owner.push("backups.backUp").await;
    owner.read("backups.copyByHand").await;
    owner.start_again_after(damage).await;
    owner.read("errors.ledger_corrupt.title").await;
    owner.inspect("42-ledger-corrupt").await;
    owner.push("backups.putBack").await;
    owner.push("backups.lookInside").await;
    owner.read("backups.reviewWill").await;
    owner.inspect("43-put-back").await;
    owner.press_css("button.danger").await;
    owner.see(PAYEE).await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_for_a_copy_from_another_computer_says_what_is_wrong() {
    let owner = Setting::new("zh-CN", "light").start().await;
    owner.push("backups.bringButton").await;
    owner.push("backups.look").await;
    owner.read("welcome.required").await;
    owner
        .enter("backups.bringPath", "/nowhere/remit.backup")
        .await;
    let key = LedgerKey::generate().unwrap().to_recovery_key();
    owner.enter("backups.keyField", key.expose_secret()).await;
    owner.push("backups.look").await;
    owner.read("errors.backup_unreadable.title").await;
    owner.inspect("44-restore-elsewhere").await;
}

/// Writes the recovery key down, and proves it: once wrongly, once rightly.
async fn save_the_recovery_key(owner: &Owner) {
    owner.push("backups.keyShow").await;
    owner.read("backups.keyNext").await;
    let groups =
        "return [...document.querySelectorAll('[role=dialog] li')].map((one) => one.textContent)";
    owner.see_pressable(&owner.say("backups.keyNext")).await;
    let groups = owner.driver.run(groups).await;
    let groups: Vec<&str> = groups
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|group| group.as_str())
        .collect();
    assert_eq!(groups.len(), 14, "a key is 14 groups");
    owner.inspect("28-recovery-key").await;
    owner.push("backups.keyNext").await;
    owner.enter("backups.keyConfirmField", "0000 0000").await;
    owner.keys(&[Key::Enter]).await;
    owner.read("backups.keyConfirmWrong").await;
    owner.inspect("29-recovery-key-confirm").await;
    owner
        .enter("backups.keyConfirmField", &groups[12..].join("-"))
        .await;
    owner.keys(&[Key::Enter]).await;
    owner.read("backups.keySavedText").await;
}

/// Pays the one payee, and waits until it is paid.
async fn pay(owner: &Owner) {
    owner.push("common.payees").await;
    owner.see("ana@example.com").await;
    owner.press_css("[role=row][aria-selected]").await;
    steps::review_payout(owner, "12.34").await;
    let deed = [("amount", "USD 12.34"), ("payee", PAYEE)];
    owner.press(&owner.say_with("pay.payNow", &deed)).await;
    let paid = owner.say("payouts.story_paid");
    owner.see_within(&paid, Duration::from_secs(40)).await;
}

/// Remit makes a copy of its own some seconds after the account was opened. Made after the one by hand, it might be the newest, and
/// hold the payout.
async fn until_daily_copy(owner: &Owner) {
    let copies = owner.data_folder().join("backups");
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let is_daily = |path: &PathBuf| path.to_string_lossy().ends_with("-daily.backup");
    let begun = Instant::now();
    while !names(&copies)
        .iter()
        .flat_map(|of| names(of))
        .any(|path| is_daily(&path))
    {
        assert!(begun.elapsed() < DAILY_COPY, "no daily copy was made");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Scrolls to the card of this title.
async fn turn_to(owner: &Owner, key: &str) {
    let title = owner.say(key);
    let script = format!(
        "[...document.querySelectorAll('h2')].find((one) => one.textContent === '{title}').scrollIntoView()"
    );
    owner.driver.run(&script).await;
}

fn assert_paid_once(pockyt: &Sandbox) {
    let transfers = pockyt.control().transfers();
    assert_eq!(transfers.len(), 1, "not paid exactly once: {transfers:?}");
}

/// Writes other bytes over the one ledger of a data folder.
fn damage(data_folder: &Path) {
    let profiles = std::fs::read_dir(data_folder.join("profiles")).unwrap();
    let ledgers: Vec<PathBuf> = profiles
        .map(|profile| profile.unwrap().path().join("ledger.db"))
        .filter(|ledger| ledger.is_file())
        .collect();
    assert_eq!(ledgers.len(), 1, "{ledgers:?}");
    for rest in ["ledger.db-wal", "ledger.db-shm"] {
        let _none = std::fs::remove_file(ledgers[0].with_file_name(rest));
    }
    std::fs::write(&ledgers[0], b"this is no ledger".repeat(400)).unwrap();
}
