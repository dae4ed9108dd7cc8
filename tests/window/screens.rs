//! The states and dialogs that the journeys do not come by: each readable, none with a barrier.

use crate::owner::{Owner, Setting};
use crate::steps::{self, PAYEE};
use fantoccini::key::Key;
use pockyt_sandbox::{Control, Effect, Fault, NotificationEffect, NotificationFault};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_outcome_of_a_payout_in_chinese_and_light() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("zh-CN", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    owner.inspect("01-payee").await;

    // The cents choose what becomes of a payout at the sandbox.
    pay(&owner, "USD 10.01").await;
    owner.read("payouts.story_failed_reported_failed").await;
    owner.inspect("02-failed").await;
    owner.push("payouts.payAgain").await;
    owner.read("pay.retryTitle").await;
    owner.inspect("03-pay-again").await;
    leave(&owner).await;

    pay(&owner, "USD 20.02").await;
    let patience = Duration::from_secs(40);
    let returned = owner.say("payouts.story_returned");
    owner.see_within(&returned, patience).await;
    owner.inspect("05-returned").await;

    check_slowly(&pockyt.control());
    pay(&owner, "USD 30.06").await;
    owner.read("domain.payout_unknown").await;
    owner.inspect("06-checking").await;
    pockyt.control().clear_faults();
    let paid = owner.say("payouts.story_paid");
    owner.see_within(&paid, patience).await;

    owner.keys(&[Key::Escape]).await;
    owner.see("USD 10.01").await;
    owner.inspect("07-payouts").await;
    owner.fill_css("[data-search]", "nobody at all").await;
    owner.read("payouts.noMatchTitle").await;
    owner.inspect("08-no-payout-fits").await;

    owner.push("common.payees").await;
    owner.see("ana@example.com").await;
    owner.inspect("09-payees").await;
    owner.press_css("[role=row][aria-selected]").await;
    owner.push("payees.edit").await;
    owner.read("common.save").await;
    owner.inspect("10-edit-payee").await;
    pockyt.stop().await;
}

/// Pays the one payee an amount as the window writes it, and waits for the payout's page.
async fn pay(owner: &Owner, amount: &str) {
    owner.push("common.payees").await;
    owner.see("ana@example.com").await;
    owner.press_css("[role=row][aria-selected]").await;
    steps::review_payout(owner, amount.trim_start_matches("USD ")).await;
    let deed = [("amount", amount), ("payee", PAYEE)];
    owner.press(&owner.say_with("pay.payNow", &deed)).await;
    owner.read("payouts.details").await;
}

/// Begins another payout in place of what is being written, says so when asked, and leaves that one by the keyboard.
async fn leave(owner: &Owner) {
    owner.enter("pay.note", "written").await;
    owner.push("common.pay").await;
    owner.read("pay.leaveTitle").await;
    owner.inspect("04-leave").await;
    owner.push("pay.leaveGo").await;
    owner.read("pay.toReview").await;
    owner.keys(&[Key::Escape]).await;
    owner.read("payouts.columnInvoice").await;
}

/// Makes Pockyt's answers about payouts late, and keeps its notifications back.
fn check_slowly(control: &Control) {
    control.inject_notification(NotificationFault::forever(NotificationEffect::None));
    let inquiry = Fault::on("/v3/payouts/inquiry", Effect::Genuine);
    control.inject(inquiry.forever().delayed(5_000));
}
