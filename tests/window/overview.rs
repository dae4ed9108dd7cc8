//! The overview, and what the system tells while nobody looks at the window.

use crate::desktop::Desktop;
use crate::owner::{Owner, Setting};
use crate::steps::{self, PAYEE};
use serde_json::json;
use std::time::Duration;

/// How long an outcome may take.
const WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_overview_names_what_came_back_and_is_where_the_window_begins() {
    let pockyt = steps::pockyt().await;
    let mut owner = Setting::new("en", "dark").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    owner.push("overview.title").await;
    owner.read("overview.needsNoneText").await;
    owner.read("overview.paidNone").await;
    owner.inspect("40-overview-calm").await;

    pay(&owner, "USD 75.00", "payouts.story_paid").await;
    // The cents choose what becomes of a payout at the sandbox.
    pay(&owner, "USD 20.02", "payouts.story_returned").await;
    owner.start_again().await;
    owner.read("overview.needs").await;
    owner.see("USD 20.02 to Ana Ruiz").await;
    owner
        .read_with("overview.paidIn", &[("currency", "USD")])
        .await;
    owner.inspect("41-overview").await;
    owner.driver.client.set_window_size(900, 600).await.unwrap();
    owner.press_css("summary").await;
    owner.read("overview.columnMonth").await;
    owner.inspect("42-overview-small").await;
    let shape = "return [innerWidth, document.documentElement.scrollWidth]";
    assert_eq!(owner.driver.run(shape).await, json!([900, 900]));
    owner.press_css("main section li a").await;
    owner.read("payouts.story_returned").await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_back_while_nobody_looks_is_told_by_the_system_and_leads_there() {
    let mut desktop = Desktop::new().await;
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    release(&owner, "USD 20.02").await;
    owner.push("common.settings").await;
    owner.read("notices.title").await;
    desktop.look_away();
    let notice = desktop
        .until(WITHIN, "USD 20.02 to Ana Ruiz came back")
        .await;
    assert_eq!(
        notice.body,
        "The money came back. Pay again once the account is right."
    );
    desktop.press(&notice).await;
    owner.read("payouts.story_returned").await;
    pockyt.stop().await;
}

/// Pays the one payee an amount as the window writes it, and waits for its end.
async fn pay(owner: &Owner, amount: &str, end: &str) {
    release(owner, amount).await;
    owner.see_within(&owner.say(end), WITHIN).await;
}

/// Releases a payout to the one payee.
async fn release(owner: &Owner, amount: &str) {
    owner.push("common.payees").await;
    owner.see("ana@example.com").await;
    owner.press_css("[role=row][aria-selected]").await;
    steps::review_payout(owner, amount.trim_start_matches("USD ")).await;
    let deed = [("amount", amount), ("payee", PAYEE)];
    owner.press(&owner.say_with("pay.payNow", &deed)).await;
    owner.read("payouts.details").await;
}
