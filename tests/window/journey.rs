//! The six steps from nothing to a payout that is paid, in both languages and themes.

use crate::owner::{Owner, Setting};
use crate::portal;
use crate::steps::{self, PAYEE, TOKEN};
use fantoccini::key::Key;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_six_steps_by_mouse_in_english_and_light() {
    let pockyt = steps::pockyt().await;
    let owner = Setting::new("en", "light").start().await;

    owner.read("welcome.title").await;
    owner.inspect("01-welcome").await;
    owner.push("welcome.connectButton").await;
    owner.push("welcome.connect").await;
    owner.read("welcome.required").await;
    owner.inspect("02-connect-errors").await;
    steps::fill_connect_form(&owner, &pockyt, TOKEN).await;
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
    steps::fill_register_form(&owner).await;
    owner.inspect("06-register-filled").await;
    owner.push("payees.submit").await;

    owner
        .read_with("payees.next_pending_payee", &[("name", PAYEE)])
        .await;
    owner.read("domain.act_payee").await;
    owner.inspect("07-payee-invited").await;

    let payee = portal::browser(&pockyt, "en-light").await;
    portal::complete_profile(&payee).await;
    drop(payee);
    let active = owner.say_with("payees.next_active", &[("name", PAYEE)]);
    // The payee is asked about ever more rarely, on a busy machine more so.
    owner.see_within(&active, Duration::from_secs(180)).await;
    owner.inspect("08-payee-active").await;

    owner.push("payees.payPayee").await;
    owner.read("pay.account").await;
    owner.pick("6789").await;
    owner.enter("pay.amount", "1,250").await;
    owner
        .read_with("common.amountReadAs", &[("amount", "USD 1,250.00")])
        .await;
    owner.inspect("09-pay").await;
    owner.push("pay.toReview").await;
    owner.read("pay.reviewTitle").await;
    owner.see_pressable("Pay USD 1,250.00 to Ana Ruiz").await;
    owner.inspect("10-review").await;
    owner.press("Pay USD 1,250.00 to Ana Ruiz").await;

    owner.read("payouts.details").await;
    owner.inspect("11-payout-on-its-way").await;
    owner.read("payouts.story_paid").await;
    // The notification brought it, not Remit's own question, which would come later.
    owner.read("domain.source_notification").await;
    owner.inspect("12-payout-paid").await;
    let transfers = pockyt.control().transfers();
    assert_eq!(transfers.len(), 1, "one press, one transfer: {transfers:?}");
    assert_eq!(transfers[0].minor, 125_000);

    owner.push("payouts.backToPayouts").await;
    owner.see(PAYEE).await;
    owner.inspect("13-payouts").await;
    owner.push("common.settings").await;
    owner.read("settings.appearance").await;
    owner.inspect("14-settings").await;
    pockyt.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_six_steps_by_keyboard_in_chinese_and_dark() {
    let owner = Setting::new("zh-CN", "dark").start().await;

    owner.read("welcome.title").await;
    owner.inspect("01-welcome").await;
    tab_and_press(&owner, "welcome.demoButton").await;
    owner.read("payees.firstTitle").await;
    owner.inspect("02-payees-empty").await;

    owner.key('?').await;
    owner.read("common.keysTitle").await;
    owner.inspect("03-keys").await;
    owner.keys(&[Key::Escape]).await;

    register_by_keyboard(&owner).await;
    owner
        .read_with("payees.next_pending_payee", &[("name", PAYEE)])
        .await;
    owner.inspect("06-payee-invited").await;
    tab_and_press(&owner, "common.demoMailbox").await;
    let payee = owner.turn_to_demo().await;
    portal::complete_profile(&payee).await;
    owner.go_back(&payee).await;
    let active = owner.say_with("payees.next_active", &[("name", PAYEE)]);
    // The payee is asked about ever more rarely, on a busy machine more so.
    owner.see_within(&active, Duration::from_secs(180)).await;
    owner.inspect("07-payee-active").await;

    pay_by_keyboard(&owner).await;
    owner.read("payouts.details").await;
    owner.inspect("10-payout-on-its-way").await;
    owner.read("payouts.story_paid").await;
    owner.read("domain.source_notification").await;
    owner.inspect("11-payout-paid").await;

    owner.keys(&[Key::Escape]).await;
    owner.read("payouts.columnInvoice").await;
    owner.inspect("12-payouts").await;
    owner.keys(&[Key::Down, Key::Enter]).await;
    owner.read("payouts.details").await;
    tab_and_press(&owner, "common.settings").await;
    owner.read("settings.appearance").await;
    owner.inspect("13-settings").await;
}

/// Goes to a button by Tab and presses it with Enter.
async fn tab_and_press(owner: &Owner, key: &str) {
    owner.tab_to(&owner.say(key)).await;
    owner.keys(&[Key::Enter]).await;
}

async fn register_by_keyboard(owner: &Owner) {
    owner.key('r').await;
    owner.read("payees.registerTitle").await;
    // The cursor is in the first field; in Chinese that is the family name.
    let typed = [
        ("payees.lastName", "Ruiz"),
        ("payees.firstName", "Ana"),
        ("payees.dateOfBirth", "1990-04-30"),
        ("payees.email", "ana@example.com"),
        ("payees.city", "Oakland"),
        ("payees.stateUs", "Calif"),
        ("payees.zipUs", "94607"),
    ];
    for (label, text) in typed {
        if owner.focused().await != owner.say(label) {
            owner.tab_to(&owner.say(label)).await;
        }
        owner.type_text(text).await;
        if label == "payees.email" {
            owner.keys(&[Key::Enter]).await;
            owner.read("payees.required").await;
            owner.inspect("04-register-errors").await;
            // The first field that is wrong has the focus.
            assert_eq!(owner.focused().await, owner.say("payees.street"));
            owner.type_text("1 Main Street").await;
        }
    }
    owner.inspect("05-register-filled").await;
    owner.keys(&[Key::Enter]).await;
}

async fn pay_by_keyboard(owner: &Owner) {
    owner.key('n').await;
    owner.read("pay.payee").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    owner.until_focused(&owner.say("pay.payee")).await;
    owner.type_text("ana").await;
    owner.see("ana@example.com").await;
    owner.keys(&[Key::Enter]).await;
    owner.see("6789").await;
    owner.until_focused(&owner.say("pay.amount")).await;
    owner.type_text("1250.5").await;
    owner
        .read_with("common.amountReadAs", &[("amount", "USD 1,250.50")])
        .await;
    owner.inspect("08-pay").await;
    tab_and_press(owner, "pay.toReview").await;
    owner.read("pay.reviewTitle").await;
    let deed = [("amount", "USD 1,250.50"), ("payee", PAYEE)];
    let deed = owner.say_with("pay.payNow", &deed);
    owner.see_pressable(&deed).await;
    owner.inspect("09-review").await;
    owner.tab_to(&deed).await;
    // An impatient owner.
    owner.keys(&[Key::Enter, Key::Enter]).await;
}
