//! Closing the window closes the account properly: the keychain knows where the history ended, and the process is gone.

use crate::owner::Setting;
use crate::steps;
use crate::window::{GLANCE, PATIENCE};
use nix::unistd::Pid;
use pockyt_sandbox::Sandbox;
use remit_core::{Ledger, Secret, Vault};
use remit_ledger::{LedgerKey, SqliteLedger};
use remit_vault::KeyringVault;
use secrecy::ExposeSecret;
use std::time::{Duration, Instant};
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};

const KEYCHAIN_SERVICE: &str = "io.github.remit-payouts.remit";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_the_window_lets_the_keychain_know_where_the_history_ended() {
    let pockyt = steps::pockyt().await;
    let setting = Setting::new("en", "light");
    let folder = setting.data_folder().to_owned();
    let owner = setting.start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    let program = owner.driver.program();
    let window = owner.driver.window_on_display("^Remit$").unwrap();
    ask_to_close(window.parse().unwrap());
    let start = Instant::now();
    while runs(program) {
        assert!(start.elapsed() < PATIENCE, "Remit outlives its window");
        tokio::time::sleep(GLANCE).await;
    }

    let accounts = std::fs::read(folder.join("accounts.json")).unwrap();
    let accounts: serde_json::Value = serde_json::from_slice(&accounts).unwrap();
    let account = accounts["active"].as_str().unwrap();
    let vault = KeyringVault::new(KEYCHAIN_SERVICE);
    let key = vault.get(&Secret::LedgerKey(account.to_owned())).await;
    let key = LedgerKey::parse(&key.unwrap().unwrap()).unwrap();
    let ledger = folder.join("profiles").join(account).join("ledger.db");
    let log = ledger.with_file_name("ledger.db-wal");
    assert!(!log.exists(), "the ledger was closed, not torn away");
    let head = SqliteLedger::open(&ledger, &key).unwrap().head().await;
    let head = head.unwrap();
    let known = vault.get(&Secret::LedgerHead(account.to_owned())).await;
    let known = known.unwrap().expect("the keychain knows of the history");
    assert_eq!(
        known.expose_secret(),
        format!("{} {}", head.seq, head.hash),
        "to the last event"
    );
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_tray_closing_says_that_something_waits_and_the_next_start_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = steps::pockyt_config();
    config.state_file = Some(folder.path().join("pockyt.json"));
    let pockyt = Sandbox::start(config.clone()).await.unwrap();
    let mut owner = Setting::new("en", "dark").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "61").await;
    config.addr = pockyt.control().addr();
    pockyt.stop().await;
    owner.press("Pay USD 61.00 to Ana Ruiz").await;
    owner.read("engine.waitsNetwork").await;

    let program = owner.driver.program();
    let window = owner.driver.window_on_display("^Remit$").unwrap();
    let window = window.parse().unwrap();
    ask_to_close(window);
    owner.read("tray.closeText").await;
    owner.see("1 payout waits for the network").await;
    owner.inspect("80-closing").await;
    owner.push("tray.leaveNot").await;
    owner.until_no_layer().await;
    assert!(runs(program), "the owner stays");
    ask_to_close(window);
    owner.read("tray.closeText").await;
    // Who closes it once more wants it closed.
    ask_to_close(window);
    let start = Instant::now();
    while runs(program) {
        assert!(start.elapsed() < PATIENCE, "Remit does not end");
        tokio::time::sleep(GLANCE).await;
    }

    let pockyt = Sandbox::start(config).await.unwrap();
    owner.start_again().await;
    let news = "USD 61.00 to Ana Ruiz has been paid since you closed Remit";
    owner.see_within(news, Duration::from_secs(90)).await;
    owner.inspect("81-paid-meanwhile").await;
    assert_eq!(pockyt.control().transfers().len(), 1);
    owner.start_again().await;
    owner.read("overview.title").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!owner.text().await.contains(news), "it is told once");
    pockyt.stop().await;
}

/// Does what a press on the window's cross does; WebDriver's own way of closing kills the program.
pub(crate) fn ask_to_close(window: u32) {
    let (display, _) = x11rb::connect(None).unwrap();
    let atom = |name: &[u8]| {
        let asked = display.intern_atom(false, name).unwrap();
        asked.reply().unwrap().atom
    };
    let close = [atom(b"WM_DELETE_WINDOW"), 0, 0, 0, 0];
    let message = ClientMessageEvent::new(32, window, atom(b"WM_PROTOCOLS"), close);
    display
        .send_event(false, window, EventMask::NO_EVENT, message)
        .unwrap()
        .check()
        .unwrap();
}

/// Whether a process still does something; one that nobody has taken leave of yet does not.
pub(crate) fn runs(process: Pid) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z "))
}
