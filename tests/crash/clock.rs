//! The computer's clock jumps while a payout is under way.

use crate::owner::Setting;
use crate::wall::Clock;
use crate::{DEED, INQUIRY, PAY, assert_one_transfer_one_request, steps, until};
use pockyt_sandbox::{Effect, Fault, NotificationEffect, NotificationFault};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_back_by_hours_delays_nothing() {
    let pockyt = steps::pockyt().await;
    let control = pockyt.control();
    let clock = Clock::right();
    let owner = clock
        .on_the_wall_of(Setting::new("en", "light"))
        .start()
        .await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "1250").await;
    // Only asking tells how it went, and the first answer is lost. This Pockyt takes the computer's word for the time.
    control.switch(|switches| switches.check_timestamp = false);
    control.inject_notification(NotificationFault::forever(NotificationEffect::None));
    control.inject(Fault::on(PAY, Effect::Drop).after_processing());
    control.inject(Fault::on(INQUIRY, Effect::Status { status: 502 }).times(2));
    owner.press(DEED).await;
    owner.read("domain.payout_unknown").await;

    clock.set("-2h");
    let paid = owner.say("payouts.story_paid");
    owner.see_within(&paid, Duration::from_secs(60)).await;
    owner.picture("crash-12-clock-set-back").await;
    assert_one_transfer_one_request(&control);
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_clock_a_day_behind_nothing_false_is_shown_and_set_right_it_goes_on() {
    let pockyt = steps::pockyt().await;
    let control = pockyt.control();
    let clock = Clock::right();
    let owner = clock
        .on_the_wall_of(Setting::new("en", "light"))
        .start()
        .await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "1250").await;
    control.inject_notification(NotificationFault::forever(NotificationEffect::None));
    control.inject(Fault::on(PAY, Effect::Drop).after_processing());
    owner.press(DEED).await;
    owner.read("domain.payout_unknown").await;

    // Pockyt refuses whoever is that far off, so nobody knows how it went; nothing is sent, nothing called failed.
    clock.set("-1d");
    let asked = control.calls_of(INQUIRY).len();
    until("Remit has asked in vain", || {
        control.calls_of(INQUIRY).len() > asked + 1
    })
    .await;
    owner.read("domain.payout_unknown").await;
    owner.picture("crash-13-clock-a-day-behind").await;

    clock.set("+0");
    let paid = owner.say("payouts.story_paid");
    owner.see_within(&paid, Duration::from_secs(90)).await;
    assert_one_transfer_one_request(&control);
    pockyt.stop().await;
}
