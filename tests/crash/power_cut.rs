//! One cut of the power, at a chosen moment, and what the owner sees after it.

use crate::owner::{Owner, Setting};
use crate::{DEED, INQUIRY, PAY, assert_one_transfer_one_request, steps, until};
use pockyt_sandbox::{Control, Effect, Fault, NotificationEffect, NotificationFault};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_after_pockyt_took_it_pays_once() {
    let pockyt = steps::pockyt().await;
    let control = pockyt.control();
    let owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "1250").await;

    // Pockyt makes the transfer and keeps its answer back.
    let late = Fault::on(PAY, Effect::Genuine).after_processing();
    control.inject(late.delayed(60_000));
    // Nor does it tell: however long the start takes, the payout is still Checking after it.
    control.inject_notification(NotificationFault::forever(NotificationEffect::None));
    owner.press(DEED).await;
    until("Pockyt has made the transfer", || {
        control.transfers().len() == 1
    })
    .await;
    owner.read("domain.payout_sending").await;
    let owner = checking_after_a_power_cut(owner, &control).await;

    control.clear_faults();
    owner
        .see_within(&owner.say("payouts.story_paid"), Duration::from_secs(60))
        .await;
    owner.read("domain.event_recovered").await;
    owner.picture("crash-2-paid").await;
    assert_one_transfer_one_request(&control);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_before_pockyt_took_it_neither_loses_nor_repeats_it() {
    let pockyt = steps::pockyt().await;
    let control = pockyt.control();
    let owner = Setting::new("en", "light").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "1250").await;

    // The request hangs on the way and is then lost.
    control.inject(Fault::on(PAY, Effect::Drop).delayed(60_000));
    owner.press(DEED).await;
    owner.read("domain.payout_sending").await;
    until("the request is on the wire", || {
        control.faults().gateway.is_empty()
    })
    .await;
    let owner = checking_after_a_power_cut(owner, &control).await;

    control.clear_faults();
    // Pockyt does not know it. That alone is no proof yet, so it is neither sent again at once nor called failed.
    until("Remit has asked several times", || {
        control.calls_of(INQUIRY).len() >= 3
    })
    .await;
    owner.read("domain.payout_unknown").await;
    assert_eq!(control.transfers().len(), 0);

    // A second cut changes nothing.
    let owner = owner.after_a_power_cut().await;
    open_the_payout(&owner).await;
    owner.read("domain.payout_unknown").await;
    assert_eq!(control.transfers().len(), 0);
    pockyt.stop().await;
}

/// Cuts the power, starts again, and finds the payout as Checking while Pockyt takes its time to answer.
async fn checking_after_a_power_cut(owner: Owner, control: &Control) -> Owner {
    control.inject(
        Fault::on(INQUIRY, Effect::Genuine)
            .forever()
            .delayed(15_000),
    );
    let owner = owner.after_a_power_cut().await;
    open_the_payout(&owner).await;
    owner.read("domain.payout_unknown").await;
    owner.read("payouts.story_unknown_interrupted").await;
    owner.picture("crash-1-checking").await;
    owner
}

async fn open_the_payout(owner: &Owner) {
    owner.push("common.payouts").await;
    owner.press_css("[role=row][aria-selected]").await;
    owner.read("payouts.details").await;
}
