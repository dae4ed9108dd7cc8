//! The pages, by form posts: the whole way of a payee, and what guards it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and no test file uses all of the common module"
)]

mod common;

use common::Merchant;
use pockyt_sandbox::{AccountStatus, Config, PayeeStatus, Sandbox, Stage, WAY_BACK};

/// What a form sends.
type Form<'a> = &'a [(&'a str, &'a str)];

struct Browser {
    http: reqwest::Client,
    base: String,
}

impl Browser {
    fn of(sandbox: &Sandbox) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base: sandbox.base_url(),
        }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let response = self
            .http
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn page(&self, path: &str) -> String {
        let (status, text) = self.get(path).await;
        assert_eq!(status, 200, "{path}");
        text
    }

    async fn post(&self, path: &str, form: Form<'_>) -> (u16, String) {
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("origin", &self.base)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string(form).unwrap());
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

/// The first link of a page that begins with `start`.
fn link<'a>(page: &'a str, start: &str) -> &'a str {
    let from = page.find(&format!("href=\"{start}")).unwrap() + 6;
    page[from..].split('"').next().unwrap()
}

async fn invited() -> (Sandbox, Browser, String, String) {
    invited_to(Config::default()).await
}

async fn invited_to(config: Config) -> (Sandbox, Browser, String, String) {
    let sandbox = Sandbox::start(config).await.unwrap();
    let browser = Browser::of(&sandbox);
    let registered = Merchant::of(&sandbox)
        .register("ana@example.com")
        .await
        .ok();
    let customer = registered["customer"]["customerNo"]
        .as_str()
        .unwrap()
        .to_owned();
    let mailbox = browser.page("/mailbox").await;
    let mail = browser.page(link(&mailbox, "/mailbox/")).await;
    assert!(mail.contains("You are invited"));
    let portal = link(&mail, "/portal/").to_owned();
    assert!(
        sandbox
            .control()
            .portal_link(&customer)
            .unwrap()
            .ends_with(&portal)
    );
    (sandbox, browser, portal, customer)
}

const IDENTITY: [(&str, &str); 4] = [
    ("name", "Ana Ruiz"),
    ("date_of_birth", "1990-04-12"),
    ("document", "passport"),
    ("document_number", "X1234567"),
];

async fn fill_in(browser: &Browser, portal: &str, method: Form<'_>) {
    assert!(browser.page(portal).await.contains("Welcome, Ana Ruiz"));
    let (_, page) = browser.post(&format!("{portal}/details"), &[]).await;
    assert!(page.contains("Confirm who you are"));
    let (_, page) = browser.post(&format!("{portal}/identity"), &IDENTITY).await;
    assert!(page.contains("Choose how you get paid"));
    let (_, page) = browser.post(&format!("{portal}/method"), method).await;
    assert!(page.contains("Check and submit"), "{page}");
    let (_, page) = browser.post(&format!("{portal}/submit"), &[]).await;
    assert!(page.contains("Your profile is in review"));
}

#[tokio::test]
async fn from_the_invitation_to_being_paid_by_each_method() {
    let methods: [(&str, Form, &str); 3] = [
        (
            "BANK_ACCOUNT",
            &[
                ("kind", "bank"),
                ("account_type", "checking"),
                ("routing_number", "021000021"),
                ("account_number", "1234567890"),
            ],
            "****7890",
        ),
        (
            "PAYPAL",
            &[("kind", "paypal"), ("paypal_email", "ana@example.com")],
            "a***@example.com",
        ),
        (
            "VENMO",
            &[("kind", "venmo"), ("venmo_id", "987-654-3210")],
            "****3210",
        ),
    ];
    for (kind, method, masked) in methods {
        let (sandbox, browser, portal, customer) = invited().await;
        let control = sandbox.control();
        fill_in(&browser, &portal, method).await;
        let review = &control.payees()[0];
        assert_eq!(
            (review.status, review.onboarding.stage),
            (PayeeStatus::Pending, Stage::InReview)
        );
        let [account] = control.accounts_of(&customer).try_into().unwrap();
        assert_eq!(account.status, AccountStatus::Pending);
        assert_eq!(
            (account.method.kind.wire(), account.method.masked.as_str()),
            (kind, masked)
        );
        let kept = format!("{:?}", control.payees());
        assert!(
            !kept.contains("X1234567"),
            "the document's number is thrown away"
        );

        let decision = format!("{portal}/decision");
        let (_, page) = browser.post(&decision, &[("decision", "approve")]).await;
        assert!(page.contains("You are ready to be paid"));
        assert_eq!(control.payees()[0].status, PayeeStatus::Active);
        assert_eq!(
            control.accounts_of(&customer)[0].status,
            AccountStatus::Activated
        );
        assert_eq!(control.mails().len(), 2);

        // Pressing the buttons of an older page again changes nothing.
        browser.post(&decision, &[("decision", "decline")]).await;
        browser.post(&format!("{portal}/submit"), &[]).await;
        assert_eq!(control.payees()[0].status, PayeeStatus::Active);
        browser.post(&format!("{portal}/method"), method).await;
        assert_eq!(
            control.accounts_of(&customer).len(),
            2,
            "another method may be added"
        );
    }
}

#[tokio::test]
async fn a_declined_payee_may_start_again() {
    let (sandbox, browser, portal, customer) = invited().await;
    let control = sandbox.control();
    let method = [("kind", "paypal"), ("paypal_email", "ana@example.com")];
    fill_in(&browser, &portal, &method).await;
    let (_, page) = browser
        .post(&format!("{portal}/decision"), &[("decision", "decline")])
        .await;
    assert!(page.contains("declined"));
    assert_eq!(
        control.accounts_of(&customer)[0].status,
        AccountStatus::Invalid
    );
    browser.post(&format!("{portal}/restart"), &[]).await;
    fill_in(&browser, &portal, &method).await;
    assert_eq!(control.payees()[0].onboarding.stage, Stage::InReview);
}

#[tokio::test]
async fn a_payee_is_played_to_the_end_as_the_forms_would_have_it_and_once() {
    let (sandbox, browser, portal, customer) = invited().await;
    let control = sandbox.control();
    let (first, second) =
        tokio::join!(control.play_payee(&customer), control.play_payee(&customer));
    assert_eq!(
        (first.unwrap(), second.unwrap()),
        (PayeeStatus::Active, PayeeStatus::Active)
    );
    let payee = &control.payees()[0];
    assert_eq!(payee.onboarding.identity.as_ref().unwrap().name, "Ana Ruiz");
    let [account] = control.accounts_of(&customer).try_into().unwrap();
    assert_eq!(
        (account.status, account.method.masked.as_str()),
        (AccountStatus::Activated, "****6789")
    );
    let page = browser.page(&portal).await;
    assert!(page.contains("You are ready to be paid"));
    let mailbox = browser.page("/mailbox").await;
    assert_eq!(mailbox.matches("profile is approved").count(), 1);
}

#[tokio::test]
async fn playing_a_payee_fills_in_only_what_is_missing() {
    let (sandbox, browser, portal, customer) = invited().await;
    let control = sandbox.control();
    browser.post(&format!("{portal}/details"), &[]).await;
    browser.post(&format!("{portal}/identity"), &IDENTITY).await;
    let paypal = [("kind", "paypal"), ("paypal_email", "ana@example.com")];
    browser.post(&format!("{portal}/method"), &paypal).await;
    control.play_payee(&customer).await.unwrap();
    let [account] = control.accounts_of(&customer).try_into().unwrap();
    assert_eq!(account.method.masked, "a***@example.com");

    let (sandbox, browser, portal, customer) = invited().await;
    let control = sandbox.control();
    fill_in(&browser, &portal, &paypal).await;
    assert_eq!(
        control.play_payee(&customer).await.unwrap(),
        PayeeStatus::Active
    );
    assert_eq!(control.accounts_of(&customer).len(), 1);
}

#[tokio::test]
async fn a_payee_who_is_declined_or_unknown_is_not_played() {
    let (sandbox, browser, portal, customer) = invited().await;
    let control = sandbox.control();
    control
        .set_payee_status(&customer, PayeeStatus::Declined)
        .await
        .unwrap();
    assert_eq!(
        control.play_payee(&customer).await.unwrap(),
        PayeeStatus::Declined
    );
    assert!(control.accounts_of(&customer).is_empty());
    assert!(browser.page(&portal).await.contains("declined"));
    let play = |number: &str| format!("/_control/payees/{number}/play");
    let (status, answer) = browser.post(&play("2000"), &[]).await;
    assert_eq!((status, answer.contains("no payee 2000")), (404, true));
    let (_, answer) = browser.post(&play(&customer), &[]).await;
    assert_eq!(answer, r#"{"status":"declined"}"#);
}

#[tokio::test]
async fn the_made_up_answers_suit_every_country() {
    for (country, currency, masked) in [
        ("US", "USD", "****6789"),
        ("CN", "CNY", "****0000"),
        ("DE", "USD", "****3000"),
    ] {
        let sandbox = Sandbox::start(Config::default()).await.unwrap();
        let mut fields = common::payee("ana@example.com");
        fields.retain(|(name, _)| *name != "countryCode");
        fields.push(("countryCode", country));
        let merchant = Merchant::of(&sandbox);
        let registered = merchant.call("/v3/payee/register", &fields).await.ok();
        let customer = registered["customer"]["customerNo"].as_str().unwrap();
        let control = sandbox.control();
        control.play_payee(customer).await.unwrap();
        let [account] = control.accounts_of(customer).try_into().unwrap();
        assert_eq!(
            (
                account.method.currency.as_str(),
                account.method.masked.as_str()
            ),
            (currency, masked),
            "{country}"
        );
    }
}

#[tokio::test]
async fn pages_that_a_program_shows_lead_back_to_it_and_others_nowhere() {
    let (sandbox, browser, portal, customer) = invited().await;
    sandbox.control().play_payee(&customer).await.unwrap();
    assert!(!browser.page(&portal).await.contains(WAY_BACK));
    assert_eq!(browser.get(WAY_BACK).await.0, 404);

    let shown = Config {
        program: Some("Remit"),
        ..Config::default()
    };
    let (sandbox, browser, portal, customer) = invited_to(shown).await;
    sandbox.control().play_payee(&customer).await.unwrap();
    for path in ["/", "/mailbox", "/portal", "/mailbox/1"] {
        assert!(
            browser.get(path).await.1.contains("Back to Remit"),
            "{path}"
        );
    }
    let last = browser.page(&portal).await;
    assert_eq!(
        last.matches("href=\"/back\"").count(),
        2,
        "also below the outcome"
    );
    assert!(last.contains("The payee's part ends here"), "{last}");
    let tab = browser.page("/back?lang=zh").await;
    assert!(
        tab.contains("回到 Remit 的窗口"),
        "a browser closes no tab: {tab}"
    );
}

#[tokio::test]
async fn mistakes_are_named_and_nothing_is_lost() {
    let (sandbox, browser, portal, _) = invited().await;
    browser.post(&format!("{portal}/details"), &[]).await;
    let wrong = [("name", ""), ("date_of_birth", "2020-01-01")];
    let (status, page) = browser.post(&format!("{portal}/identity"), &wrong).await;
    assert_eq!(status, 422);
    for message in ["Enter your full name", "18 or older", "Choose a document"] {
        assert!(page.contains(message), "{message}");
    }
    assert!(
        page.contains("value=\"2020-01-01\""),
        "what was typed is still there"
    );
    browser.post(&format!("{portal}/identity"), &IDENTITY).await;
    let wrong = [
        ("kind", "bank"),
        ("routing_number", "1"),
        ("account_number", "x"),
    ];
    let (status, page) = browser.post(&format!("{portal}/method"), &wrong).await;
    assert_eq!(status, 422);
    for message in [
        "valid routing number",
        "account number: 4 to 17",
        "checking or savings",
    ] {
        assert!(page.contains(message), "{message}");
    }
    assert_eq!(
        browser
            .post(&format!("{portal}/method"), &[("kind", "crypto")])
            .await
            .0,
        422
    );
    assert_eq!(
        sandbox.control().payees()[0].onboarding.stage,
        Stage::Method
    );
}

#[tokio::test]
async fn steps_cannot_be_skipped() {
    let (sandbox, browser, portal, _) = invited().await;
    let method = [("kind", "paypal"), ("paypal_email", "ana@example.com")];
    browser.post(&format!("{portal}/method"), &method).await;
    browser.post(&format!("{portal}/submit"), &[]).await;
    browser
        .post(&format!("{portal}/decision"), &[("decision", "approve")])
        .await;
    let payee = &sandbox.control().payees()[0];
    assert_eq!(
        (payee.status, payee.onboarding.stage),
        (PayeeStatus::Pending, Stage::Details)
    );
}

#[tokio::test]
async fn pages_speak_chinese() {
    let (_sandbox, browser, portal, _) = invited().await;
    let page = browser.page(&format!("{portal}?lang=zh")).await;
    assert!(page.contains("<html lang=\"zh-Hans\">"));
    assert!(page.contains("欢迎，Ana Ruiz"));
    let (_, page) = browser
        .post(&format!("{portal}/details?lang=zh"), &[])
        .await;
    assert!(page.contains("确认您的身份"), "the language goes along");
    assert!(
        browser
            .page("/mailbox?lang=zh")
            .await
            .contains("邀请您通过 Pockyt 收款")
    );
    assert!(browser.page("/?lang=zh").await.contains("可以试的结果"));
}

#[tokio::test]
async fn pages_are_safe() {
    let sandbox = Sandbox::start(Config::default()).await.unwrap();
    let browser = Browser::of(&sandbox);
    let merchant = Merchant::of(&sandbox);
    let mut fields = common::payee("ana@example.com");
    fields.push(("firstName", "<script>alert(1)</script>"));
    merchant.call("/v3/payee/register", &fields).await.ok();
    let mailbox = browser.page("/mailbox").await;
    let mail = link(&mailbox, "/mailbox/").to_owned();
    for path in ["/", "/mailbox", "/portal", &mail] {
        let url = format!("{}{path}", browser.base);
        let response = browser.http.get(url).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        let text = response.text().await.unwrap();
        assert!(!text.contains("<script"), "{path}");
        assert!(
            !text.contains("style=") && !text.contains("http://www"),
            "{path}"
        );
        assert!(!text.contains(pockyt_sandbox::SAMPLE_TOKEN), "{path}");
        assert!(text.contains("nothing here is real"), "{path}");
    }
    assert!(browser.page(&mail).await.contains("&lt;script&gt;"));
    assert_eq!(browser.get("/portal/guess").await.0, 404);
    assert_eq!(browser.get("/mailbox/guess").await.0, 404);
    assert_eq!(browser.get("/nowhere").await.0, 404);
    let style = browser.page("/assets/sandbox.css").await;
    assert!(!style.contains("url(") && !style.contains("@import"));
}
