//! What goes wrong while the owner works: each has one message that says what to do, and pays nobody twice.

use crate::owner::Setting;
use crate::steps;
use pockyt_sandbox::Sandbox;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_connects_nothing_and_says_so() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("en", "dark").start().await;
    owner.push("welcome.connectButton").await;
    steps::fill_connect_form(&owner, &pockyt, "not-the-token").await;
    owner.push("welcome.connect").await;
    owner.read("errors.token_rejected.title").await;
    owner.inspect("01-wrong-token").await;
    let owner = owner.after_a_power_cut().await;
    owner.read("welcome.title").await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amount_that_cannot_be_paid_is_explained_and_a_double_click_pays_once() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("en", "dark").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    owner.inspect("02-payee").await;
    owner.push("payees.payPayee").await;
    owner.pick("6789").await;
    let typed = [
        ("0", "common.amountNotPositive"),
        ("-5", "common.amountNotPositive"),
        ("99999999999999999999", "common.amountTooLarge"),
    ];
    for (amount, message) in typed {
        owner.enter("pay.amount", amount).await;
        owner.push("pay.toReview").await;
        owner.read(message).await;
    }
    owner.enter("pay.amount", "12.3456").await;
    owner.push("pay.toReview").await;
    owner.see("USD has 2 decimals").await;
    owner.inspect("03-amount-too-precise").await;
    owner.enter("pay.amount", "300000").await;
    owner.push("pay.toReview").await;
    owner.read("errors.balance_too_low.title").await;
    owner.inspect("04-balance-too-low").await;

    owner.enter("pay.amount", "12.30").await;
    owner.push("pay.toReview").await;
    owner.read("pay.reviewTitle").await;
    owner.see_pressable("Pay USD 12.30 to Ana Ruiz").await;
    owner.inspect("05-review").await;
    owner.double_click("Pay USD 12.30 to Ana Ruiz").await;
    owner.read("payouts.story_paid").await;
    assert_eq!(pockyt.control().transfers().len(), 1);
    owner.inspect("06-paid").await;
    owner.push("payouts.backToPayouts").await;
    owner.see("1 payout").await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_network_the_payout_waits_and_goes_out_once_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = steps::pockyt_config();
    config.state_file = Some(folder.path().join("pockyt.json"));
    let pockyt = Sandbox::start(config.clone()).await.unwrap();
    let owner = Setting::new("en", "dark").start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    steps::review_payout(&owner, "75").await;
    config.addr = pockyt.control().addr();
    pockyt.stop().await;

    owner.press("Pay USD 75.00 to Ana Ruiz").await;
    owner.read("domain.payout_ready").await;
    owner.read("engine.waitsNetwork").await;
    // A while of failing tries heaps up no messages.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let messages = owner
        .count("[role=alert], [role=status].banner, .message")
        .await;
    assert!(messages <= 1, "{messages} messages about one cause");
    owner.inspect("07-waits-for-network").await;
    owner.push("payouts.cancel").await;
    owner.read("payouts.cancelTitle").await;
    owner.inspect("08-cancel").await;
    owner.push("payouts.cancelKeep").await;

    let pockyt = Sandbox::start(config).await.unwrap();
    let within = Duration::from_secs(90);
    owner
        .see_within(&owner.say("payouts.story_paid"), within)
        .await;
    assert_eq!(pockyt.control().transfers().len(), 1);
    pockyt.stop().await;
}
