//! Steps that many journeys have in common.

use crate::owner::{Owner, Setting};
use pockyt_sandbox::{AccountKind, Config, Currency, Money, NewMethod, Sandbox, Speed};
use std::time::Duration;

/// The token of the account that is connected; it must never be seen again.
pub(crate) const TOKEN: &str = "owner-token-7f3a9c0e51b24d68";
/// How the payee is called everywhere here.
pub(crate) const PAYEE: &str = "Ana Ruiz";
const EMAIL: &str = "ana@example.com";

/// A Pockyt of its own, where a payout takes long enough to be seen on its way.
pub(crate) async fn pockyt() -> Sandbox {
    Sandbox::start(pockyt_config()).await.unwrap()
}

/// How that Pockyt is set up.
pub(crate) fn pockyt_config() -> Config {
    Config {
        api_token: TOKEN.to_owned(),
        speed: Speed {
            settle: Duration::from_secs(3),
            ..Speed::demo()
        },
        ..Config::default()
    }
}

/// A Pockyt as quick as this, without its own guard, and an owner with plenty of money there and a payee who can be paid. Each
/// request that it gets is a transfer, so that nothing hides behind it; and what goes out again is the same body, which may be
/// older than its look at the timestamp allows.
pub(crate) async fn unguarded(speed: Speed) -> (Sandbox, Owner) {
    let config = Config {
        speed,
        ..pockyt_config()
    };
    let pockyt = Sandbox::start(config).await.unwrap();
    let control = pockyt.control();
    let plenty = Money {
        minor: 1_000_000_000_000,
        currency: Currency::Usd,
    };
    control.set_balance(plenty).await.unwrap();
    let owner = Setting::new("en", "light").start().await;
    have_a_payee(&owner, &pockyt).await;
    control.switch(|switches| {
        switches.accept_duplicates = true;
        switches.check_timestamp = false;
    });
    (pockyt, owner)
}

/// Fills in the form that connects an account.
pub(crate) async fn fill_connect_form(owner: &Owner, pockyt: &Sandbox, token: &str) {
    owner.enter("welcome.name", "Test account").await;
    let (environment, custom) = ("welcome.environment", "welcome.environmentCustom");
    owner
        .choose(&owner.say(environment), &owner.say(custom))
        .await;
    owner.enter("welcome.baseUrl", &pockyt.base_url()).await;
    owner.enter("welcome.merchantNo", "200043").await;
    owner.enter("welcome.storeNo", "300014").await;
    owner.enter("welcome.token", token).await;
}

/// Fills in the form that registers a payee.
pub(crate) async fn fill_register_form(owner: &Owner) {
    owner.enter("payees.firstName", "Ana").await;
    owner.enter("payees.lastName", "Ruiz").await;
    owner.enter("payees.dateOfBirth", "1990-04-30").await;
    owner.enter("payees.email", EMAIL).await;
    owner.enter("payees.street", "1 Main Street").await;
    owner.enter("payees.city", "Oakland").await;
    owner
        .choose(&owner.say("payees.stateUs"), "California (CA)")
        .await;
    owner.enter("payees.zipUs", "94607").await;
}

/// Connects, and registers a payee who can be paid.
pub(crate) async fn have_a_payee(owner: &Owner, pockyt: &Sandbox) {
    owner.push("welcome.connectButton").await;
    fill_connect_form(owner, pockyt, TOKEN).await;
    owner.push("welcome.connect").await;
    // It moves what stands above it; a press before that would miss.
    owner.read("help.tour1").await;
    owner.push("payees.register").await;
    fill_register_form(owner).await;
    owner.push("payees.submit").await;
    owner
        .read_with("payees.next_pending_payee", &[("name", PAYEE)])
        .await;
    let control = pockyt.control();
    let payee = control.payee_by_email(EMAIL).unwrap();
    let account = NewMethod {
        kind: AccountKind::BankAccount,
        country: "US".to_owned(),
        currency: "USD".to_owned(),
        masked: "****6789".to_owned(),
        label: "Checking".to_owned(),
    };
    control
        .complete_payee(&payee.customer_no, account)
        .await
        .unwrap();
    owner.push("payees.refresh").await;
    owner
        .read_with("payees.next_active", &[("name", PAYEE)])
        .await;
}

/// From the payee's page to the review of a payout of this amount.
pub(crate) async fn review_payout(owner: &Owner, amount: &str) {
    owner.push("payees.payPayee").await;
    owner.pick("6789").await;
    owner.enter("pay.amount", amount).await;
    owner.push("pay.toReview").await;
    owner.read("pay.reviewTitle").await;
}
