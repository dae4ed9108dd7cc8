//! However Pockyt's word reaches this computer, a payout ends the same, and Activity tells how it was learnt.

use crate::owner::{Owner, Setting};
use crate::relay::Relay;
use crate::steps::{self, PAYEE, TOKEN};
use crate::window::GLANCE;
use fantoccini::key::Key;
use pockyt_sandbox::{
    ClockMode, Config, Control, Effect, Fault, NotificationEffect, NotificationFault, Sandbox,
};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

const AMOUNT: &str = "USD 75.00";
/// How long an outcome, or the word of it, may take.
const WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_no_notification_ever_comes_asking_learns_the_outcome_and_says_so() {
    let pockyt = steps::pockyt().await;
    let silent = NotificationFault::forever(NotificationEffect::None);
    pockyt.control().inject_notification(silent);
    let owner = Setting::new("en", "dark").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    owner.push("common.activity").await;
    owner.read("activity.emptyTitle").await;
    owner.inspect("30-activity-empty").await;
    open_settings(&owner).await;
    owner.read("wayIn.alwaysOn").await;
    owner.inspect("31-asking").await;

    pay(&owner).await;
    see_paid_once(&owner, &pockyt).await;
    owner.push("common.activity").await;
    owner.read("activity.learntSoFar").await;
    see_row(&owner, "verdict_asked", "source_polling", true).await;
    owner.inspect("32-activity-asked").await;
    owner.press_css("[role=row][aria-selected]").await;
    owner.read("activity.did_asked").await;
    owner.see("\"result\"").await;
    owner.inspect("33-answer").await;
    assert_eq!(pockyt.control().notifications().len(), 0);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owners_own_address_tells_directly() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("zh-CN", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    open_settings(&owner).await;
    owner.push("wayIn.addressSetUp").await;
    owner
        .enter("wayIn.addressPublic", "http://pay.example.org")
        .await;
    owner.push("wayIn.addressSave").await;
    owner.read("errors.address_not_https.title").await;
    owner.inspect("29-address-refused").await;

    // A tunnel that leads to something else.
    let local = shown(&owner, "http://127.0.0.1:").await;
    owner.enter("wayIn.addressPublic", &pockyt.base_url()).await;
    owner.push("wayIn.addressSave").await;
    owner.read("wayIn.addressRemove").await;
    owner.push("wayIn.test").await;
    owner.read("errors.test_wrong_answer.title").await;
    show_way_in(&owner).await;
    owner.inspect("30-address-leads-elsewhere").await;

    // The right one: from outside it is called as on this computer, for want of a tunnel.
    owner.enter("wayIn.addressPublic", &local).await;
    owner.push("wayIn.addressSave").await;
    owner.read("wayIn.addressSaved").await;
    owner.read("wayIn.inUse").await;
    owner.push("wayIn.test").await;
    owner.read("wayIn.testArrivedNow").await;
    show_way_in(&owner).await;
    owner.inspect("31-address-tested").await;

    ask_slowly(&pockyt.control());
    pay(&owner).await;
    see_paid_once(&owner, &pockyt).await;
    owner.push("common.activity").await;
    owner.read("activity.learntWorks").await;
    see_row(&owner, "verdict_applied", "source_listener", true).await;
    owner.inspect("32-activity-direct").await;
    owner.press_css("[role=row][aria-selected]").await;
    owner.read("activity.did_applied").await;
    owner.see("transactionNo").await;
    owner.inspect("33-notification").await;
    owner.keys(&[Key::Escape]).await;

    // What nobody but Pockyt may say, and what is not this payout's, is kept and moves nothing.
    let control = pockyt.control();
    for effect in [NotificationEffect::Forged, NotificationEffect::Mismatched] {
        control.inject_notification(NotificationFault::once(effect));
    }
    review(&owner).await;
    // The same amount on the same day: only who says that it is another invoice may pay it.
    owner.push("pay.doubtAnswer").await;
    press_pay(&owner).await;
    owner
        .see_within(&owner.say("payouts.story_paid"), WITHIN)
        .await;
    owner.push("common.activity").await;
    see_row(&owner, "verdict_forged", "source_listener", false).await;
    see_row(&owner, "verdict_mismatched", "source_listener", false).await;
    owner.inspect("34-activity-forged").await;
    assert_eq!(control.transfers().len(), 2);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_tells_and_its_link_is_never_seen_again() {
    let pockyt = steps::pockyt().await;
    let relay = Relay::start().await;
    let owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    let link = connect(&owner, &relay).await;
    owner.push("wayIn.test").await;
    owner.see("The way in works.").await;
    show_way_in(&owner).await;
    owner.inspect("30-relay-tested").await;
    assert_hidden(&owner, &link).await;

    ask_slowly(&pockyt.control());
    pay(&owner).await;
    see_paid_once(&owner, &pockyt).await;
    owner.push("common.activity").await;
    owner.read("activity.learntWorks").await;
    see_row(&owner, "verdict_applied", "source_relay", true).await;
    owner.inspect("31-activity-relay").await;
    assert_hidden(&owner, &link).await;
    make_small(&owner).await;
    owner.inspect("32-activity-small").await;
    open_settings(&owner).await;
    owner.inspect("33-relay-small").await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_relay_down_asking_learns_it_and_the_late_word_changes_nothing() {
    let pockyt = steps::pockyt().await;
    let mut relay = Relay::start().await;
    let owner = Setting::new("zh-CN", "dark").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    connect(&owner, &relay).await;
    relay.stop().await;
    owner.read("wayIn.relay_interrupted").await;
    show_way_in(&owner).await;
    owner.inspect("30-relay-down").await;

    pay(&owner).await;
    see_paid_once(&owner, &pockyt).await;
    owner.push("common.activity").await;
    see_row(&owner, "verdict_asked", "source_polling", true).await;
    owner.inspect("31-activity-asked").await;

    // Pockyt tries again, and finds the relay.
    relay.start_again().await;
    see_row(&owner, "verdict_already_known", "source_relay", false).await;
    owner.inspect("32-activity-late").await;
    assert_eq!(pockyt.control().transfers().len(), 1);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asleep_beyond_all_eight_tries_the_outcome_is_found_on_waking() {
    let pockyt = Sandbox::start(Config {
        clock: ClockMode::Virtual,
        ..steps::pockyt_config()
    });
    let pockyt = pockyt.await.unwrap();
    let control = pockyt.control();
    // The computer's clock goes on where Pockyt's stands still, and the other way round.
    control.switch(|switches| switches.check_timestamp = false);
    let mut owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    pay(&owner).await;
    owner.read("domain.payout_processing").await;

    owner.start_again_after(|_| two_hours_pass(&control)).await;
    let told = control.notifications();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].attempts.len(), 8, "{told:?}");

    owner.push("common.payouts").await;
    owner.see(AMOUNT).await;
    owner.press_css("[role=row][aria-selected]").await;
    see_paid_once(&owner, &pockyt).await;
    owner.push("common.activity").await;
    owner.read("activity.learntSoFar").await;
    see_row(&owner, "verdict_asked", "source_polling", true).await;
    owner.inspect("40-activity-after-sleep").await;
    pockyt.stop().await;
}

/// From wherever the owner is to a payout of [`AMOUNT`] on its way.
async fn pay(owner: &Owner) {
    review(owner).await;
    press_pay(owner).await;
}

async fn review(owner: &Owner) {
    owner.push("common.payees").await;
    owner.see("ana@example.com").await;
    owner.press_css("[role=row][aria-selected]").await;
    steps::review_payout(owner, AMOUNT.trim_start_matches("USD ")).await;
}

async fn press_pay(owner: &Owner) {
    let deed = [("amount", AMOUNT), ("payee", PAYEE)];
    owner.press(&owner.say_with("pay.payNow", &deed)).await;
    owner.read("payouts.details").await;
}

/// The same end, whoever told it.
async fn see_paid_once(owner: &Owner, pockyt: &Sandbox) {
    owner
        .see_within(&owner.say("payouts.story_paid"), WITHIN)
        .await;
    let transfers = pockyt.control().transfers();
    assert_eq!(transfers.len(), 1, "one press, one transfer: {transfers:?}");
    assert_eq!(transfers[0].minor, 7_500);
}

async fn open_settings(owner: &Owner) {
    owner.push("common.settings").await;
    owner.read("wayIn.askingTitle").await;
    show_way_in(owner).await;
}

/// Brings the card about the ways in into view, for the picture.
async fn show_way_in(owner: &Owner) {
    let title = serde_json::Value::from(owner.say("wayIn.title"));
    let script = format!(
        "[...document.querySelectorAll('h2')].find((one) => one.textContent === {title})?.scrollIntoView();
         return null"
    );
    owner.driver.run(&script).await;
}

/// Makes the window as small as it may be. Nothing may stick out.
async fn make_small(owner: &Owner) {
    owner.driver.client.set_window_size(900, 600).await.unwrap();
    let shape = "return [innerWidth, document.documentElement.scrollWidth]";
    let start = Instant::now();
    while owner.driver.run(shape).await != json!([900, 900]) {
        assert!(
            start.elapsed() < WITHIN,
            "the window does not fit 900 pixels"
        );
        tokio::time::sleep(GLANCE).await;
    }
}

/// The text to copy that begins so.
async fn shown(owner: &Owner, beginning: &str) -> String {
    owner.see(beginning).await;
    let texts =
        "return [...document.querySelectorAll('.copy .mono')].map((one) => one.textContent)";
    let texts: Vec<String> = serde_json::from_value(owner.driver.run(texts).await).unwrap();
    let found = texts.into_iter().find(|text| text.starts_with(beginning));
    found.unwrap_or_else(|| panic!("nothing to copy begins with {beginning}"))
}

/// Gives the public key to the relay's owner, and pastes what comes back.
async fn connect(owner: &Owner, relay: &Relay) -> String {
    open_settings(owner).await;
    owner.push("wayIn.relaySetUp").await;
    let key = shown(owner, "remit-relay-key:").await;
    owner
        .enter("wayIn.relayLink", "remit-relay:https://cut.off")
        .await;
    owner.push("wayIn.relayConnect").await;
    owner.read("errors.relay_link_invalid.title").await;
    show_way_in(owner).await;
    owner.inspect("29-relay-link-refused").await;
    let link = relay.link_for(&key).await;
    owner.enter("wayIn.relayLink", &link).await;
    owner.push("wayIn.relayConnect").await;
    owner.read("wayIn.relay_connected").await;
    owner.read("wayIn.inUse").await;
    link
}

/// Waits for a row of Activity with this verdict, by this way, with an effect or without.
async fn see_row(owner: &Owner, verdict: &str, source: &str, moved: bool) {
    let effect = if moved {
        "domain.payout_paid"
    } else {
        "activity.effectNone"
    };
    let words = [
        owner.say(&format!("activity.{verdict}")),
        owner.say(&format!("activity.{source}")),
        owner.say(effect),
    ];
    let script = "return [...document.querySelectorAll('[role=row][aria-selected]')].map((row) => row.innerText)";
    let start = Instant::now();
    loop {
        let rows = owner.driver.run(script).await;
        let rows: Vec<String> = serde_json::from_value(rows).unwrap();
        let fits = |row: &String| words.iter().all(|word| row.contains(word));
        if rows.iter().any(fits) {
            return;
        }
        if start.elapsed() > WITHIN {
            owner.picture("missed").await;
            panic!("no row tells {words:?}: {rows:?}");
        }
        tokio::time::sleep(GLANCE).await;
    }
}

/// The link, a secret, is nowhere in the page, nor is the token.
async fn assert_hidden(owner: &Owner, link: &str) {
    let all = "return [document.documentElement.outerHTML, ...[...document.querySelectorAll('input')].map((one) => one.value)].join('\\n')";
    let all = owner.driver.run(all).await.to_string();
    let secret = link.rsplit_once('#').unwrap().1;
    assert!(!all.contains(secret), "the relay link is in the page");
    assert!(!all.contains(TOKEN), "the token is in the page");
    let asked = "window.__TAURI_INTERNALS__.invoke('way_in')";
    let answer = owner.driver.run_async(asked).await;
    assert_eq!(answer["inUse"], json!("relay"), "{answer}");
    assert!(!answer.to_string().contains(secret), "given back: {answer}");
}

/// Makes Pockyt's answers about payouts late, so that a notification comes first.
fn ask_slowly(control: &Control) {
    let inquiry = Fault::on("/v3/payouts/inquiry", Effect::Genuine);
    control.inject(inquiry.forever().delayed(8_000));
}

/// Time passes at Pockyt while nobody listens: the payout ends, and every try to tell of it fails.
fn two_hours_pass(control: &Control) {
    let pass = control.advance(Duration::from_secs(3 * 3600));
    tokio::task::block_in_place(|| Handle::current().block_on(pass)).unwrap();
}
