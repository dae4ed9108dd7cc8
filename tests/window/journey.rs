//! The six steps from nothing to a payout that is paid, in both languages and themes.

use crate::owner::Owner;
use crate::portal;
use pockyt_sandbox::{Config, Sandbox, Speed};
use std::time::Duration;

/// The token of the account that is connected; it must never be seen again.
const TOKEN: &str = "owner-token-7f3a9c0e51b24d68";

async fn sandbox() -> Sandbox {
    let config = Config {
        api_token: TOKEN.to_owned(),
        speed: Speed {
            settle: Duration::from_secs(3),
            ..Speed::demo()
        },
        ..Config::default()
    };
    Sandbox::start(config).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_six_steps_by_mouse_in_english_and_light() {
    let pockyt = sandbox().await;
    let owner = Owner::new("en", "light").await;

    owner.read("welcome.title").await;
    owner.inspect("01-welcome").await;
    owner.push("welcome.connectButton").await;
    owner.push("welcome.connect").await;
    owner.read("welcome.required").await;
    owner.inspect("02-connect-errors").await;
    owner.enter("welcome.name", "Test account").await;
    owner
        .choose(
            &owner.say("welcome.environment"),
            &owner.say("welcome.environmentCustom"),
        )
        .await;
    owner.enter("welcome.baseUrl", &pockyt.base_url()).await;
    owner.enter("welcome.merchantNo", "200043").await;
    owner.enter("welcome.storeNo", "300014").await;
    owner.enter("welcome.token", TOKEN).await;
    owner.push("welcome.test").await;
    owner.read("welcome.testOk").await;
    owner.inspect("03-connect-tested").await;
    owner.push("welcome.connect").await;

    owner.read("payees.firstTitle").await;
    owner.inspect("04-payees-empty").await;
    owner.push("payees.register").await;
    owner.read("payees.registerTitle").await;
    owner.push("payees.submit").await;
    owner.read("payees.required").await;
    owner.inspect("05-register-errors").await;
    owner.enter("payees.firstName", "Ana").await;
    owner.enter("payees.lastName", "Ruiz").await;
    owner.enter("payees.dateOfBirth", "1990-04-30").await;
    owner.enter("payees.email", "ana@example.com").await;
    owner.enter("payees.street", "1 Main Street").await;
    owner.enter("payees.city", "Oakland").await;
    owner
        .choose(&owner.say("payees.stateUs"), "California (CA)")
        .await;
    owner.enter("payees.zipUs", "94607").await;
    owner.inspect("06-register-filled").await;
    owner.push("payees.submit").await;

    owner
        .see(&owner.say_with("payees.next_pending_payee", &[("name", "Ana Ruiz")]))
        .await;
    owner.read("domain.act_payee").await;
    owner.inspect("07-payee-invited").await;

    portal::complete_profile(&pockyt.base_url(), "en", "en-light").await;
    owner
        .see(&owner.say_with("payees.next_active", &[("name", "Ana Ruiz")]))
        .await;
    owner.inspect("08-payee-active").await;

    owner.push("payees.payPayee").await;
    owner.read("pay.account").await;
    owner.pick("6789").await;
    owner.enter("pay.amount", "1,250").await;
    owner.see("Read as USD 1,250.00").await;
    owner.inspect("09-pay").await;
    owner.push("pay.toReview").await;
    owner.read("pay.reviewTitle").await;
    owner.inspect("10-review").await;
    owner.press("Pay USD 1,250.00 to Ana Ruiz").await;

    owner.read("payouts.details").await;
    owner.inspect("11-payout-on-its-way").await;
    owner.read("payouts.story_paid").await;
    owner.read("domain.source_notification").await;
    owner.inspect("12-payout-paid").await;
    let transfers = pockyt.control().transfers();
    assert_eq!(transfers.len(), 1, "one press, one transfer: {transfers:?}");
    assert_eq!(transfers[0].minor, 125_000);

    owner.push("payouts.backToPayouts").await;
    owner.see("Ana Ruiz").await;
    owner.inspect("13-payouts").await;
    owner.push("common.settings").await;
    owner.read("settings.appearance").await;
    owner.inspect("14-settings").await;
    pockyt.stop().await;
}
