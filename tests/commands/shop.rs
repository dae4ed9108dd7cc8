//! A shop with an account at Pockyt: the sandbox, the app connected to it, and a person who plays payees.

use crate::desk::{Desk, wait, wait_for, with};
use crate::doubles::Keychain;
use pockyt_sandbox::{AccountKind, Config, Control, Currency, Money, NewMethod, Sandbox, Speed};
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;

/// A token that is found wherever it goes.
pub const TOKEN: &str = "tok3nTHATmustNEVERleak0123456789ab";

/// Where payments go.
pub const PAY: &str = "/v3/payouts/pay";

/// An amount of cents.
pub fn dollars(minor: i64) -> Money {
    Money {
        minor,
        currency: Currency::Usd,
    }
}

/// A sandbox that settles soon, but not before the answer to the payment is there.
pub fn config() -> Config {
    Config {
        api_token: TOKEN.to_owned(),
        speed: Speed {
            settle: Duration::from_millis(600),
            slow: Duration::from_secs(3600),
            bounce: Duration::from_millis(400),
        },
        ..Config::default()
    }
}

/// The shop.
pub struct Shop {
    pub desk: Desk,
    pub sandbox: Sandbox,
    pub pockyt: Control,
    pub profile: String,
    pub _folder: TempDir,
}

impl Shop {
    /// Connected, with no payee yet.
    pub fn new() -> Self {
        Self::at(config())
    }

    /// The same, at such a sandbox.
    pub fn at(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = wait(Sandbox::start(config)).unwrap();
        let desk = Desk::new(folder.path(), &Keychain::new());
        let profile = desk.ok("connect", json!({ "input": connection(&sandbox) }));
        let profile = profile["id"].as_str().unwrap().to_owned();
        desk.host.watch(
            desk.profile_folder(&profile).join("ledger.db"),
            desk.ledger_key(&profile),
        );
        Self {
            desk,
            pockyt: sandbox.control(),
            sandbox,
            profile,
            _folder: folder,
        }
    }

    /// The same shop after its app crashed and was started again.
    pub fn crash(self) -> Self {
        Self {
            desk: self.desk.crash(),
            ..self
        }
    }

    /// The same shop after its app was closed, and opened again once something else had happened.
    pub fn closed_while(self, meanwhile: impl FnOnce()) -> Self {
        let left = self.desk.quit();
        meanwhile();
        Self {
            desk: Desk::start(left),
            ..self
        }
    }

    /// Registers a payee.
    pub fn register(&self, email: &str) -> Value {
        self.desk
            .ok("register_payee", json!({ "input": form(email) }))
    }

    /// A payee that may be paid, and its account's token.
    pub fn payable(&self, email: &str) -> (Value, String) {
        payable(&self.desk, &self.pockyt, email)
    }

    /// A form for a payout of 12.00 USD to a payable payee.
    pub fn draft(&self, email: &str) -> Value {
        draft_to_payable(&self.desk, &self.pockyt, email)
    }

    /// Reviews and releases.
    #[track_caller]
    pub fn pay(&self, draft: &Value) -> Value {
        pay(&self.desk, draft)
    }

    /// Reviews. Returns what a release must name.
    pub fn review(&self, draft: &Value) -> String {
        let preview = self.desk.ok("preview_payout", json!({ "draft": draft }));
        preview["review"].as_str().unwrap().to_owned()
    }

    /// Nothing is at Pockyt, and nothing in the ledger.
    #[track_caller]
    pub fn nothing_was_paid(&self) {
        assert!(
            self.pockyt.transfers().is_empty(),
            "Pockyt must hold no transfer: {:?}",
            self.pockyt.transfers()
        );
        assert!(
            self.desk.payouts().is_empty(),
            "the ledger must hold no payout: {:?}",
            self.desk.payouts()
        );
    }
}

/// Registers a payee and plays it to the end, without the portal's pages; refreshed. Returns it with its account's token.
pub fn payable(desk: &Desk, pockyt: &Control, email: &str) -> (Value, String) {
    let payee = desk.ok("register_payee", json!({ "input": form(email) }));
    let number = payee["customerNo"].as_str().unwrap();
    let method = NewMethod::sample(AccountKind::BankAccount);
    let token = wait(pockyt.complete_payee(number, method)).unwrap();
    // What the engine asked a moment before may be answered, and recorded, after what is asked here.
    let refreshed = wait_for("the payee is approved", || {
        let detail = desk.ok("refresh_payee", json!({ "id": payee["id"] }));
        (detail["payee"]["status"] == "active").then(|| detail["payee"].clone())
    });
    (refreshed, token)
}

/// A form for a payout of 12.00 USD to a payable payee.
pub fn draft_to_payable(desk: &Desk, pockyt: &Control, email: &str) -> Value {
    let (payee, token) = payable(desk, pockyt, email);
    let invoice = format!("INV-{}", uuid::Uuid::new_v4().simple());
    draft(&payee["id"], &token, &invoice)
}

/// Reviews and releases; reviews again where what was paid just before moved in between.
#[track_caller]
pub fn pay(desk: &Desk, draft: &Value) -> Value {
    wait_for("a review that holds", || {
        let preview = desk.ok("preview_payout", json!({ "draft": draft }));
        let review = &preview["review"];
        match desk.ask("submit_payout", json!({ "draft": draft, "review": review })) {
            Ok(payout) => Some(payout),
            Err(error) if error["code"] == "review_changed" => None,
            Err(error) => panic!("submit_payout failed: {error}"),
        }
    })
}

/// What the owner types to connect the sandbox's merchant.
pub fn connection(sandbox: &Sandbox) -> Value {
    json!({
        "name": "Corner shop", "environment": "custom", "baseUrl": sandbox.base_url(), "merchantNo": "200043",
        "storeNo": "300014", "token": TOKEN, "pockytUser": true,
    })
}

/// A registration form as the Pockyt User feature needs it: no identity document, no bank details.
pub fn form(email: &str) -> Value {
    json!({
        "profileType": "INDIVIDUAL", "firstName": "Ana", "lastName": "Ruiz", "company": null, "email": email,
        "phone": null, "dateOfBirth": "1990-04-12", "countryCode": "US", "state": "NY", "city": "New York",
        "street": "1 Main St", "street2": null, "zip": "10001", "lang": "en", "governmentIdType": null,
        "governmentId": null, "extra": [], "requestId": uuid::Uuid::now_v7().to_string(),
    })
}

/// A payment form.
pub fn draft(payee: &Value, token: &str, invoice: &str) -> Value {
    json!({
        "draftId": uuid::Uuid::now_v7().to_string(), "payeeId": payee, "accountToken": token, "amount": "12.00",
        "currency": "USD", "invoiceId": invoice, "channel": "STANDARD_ACH", "description": "Spring work",
        "note": "", "retryOf": null,
    })
}

/// The same form opened anew, for another invoice.
pub fn again(draft: &Value, changes: Value) -> Value {
    let fresh = json!({
        "draftId": uuid::Uuid::now_v7().to_string(),
        "invoiceId": format!("INV-{}", uuid::Uuid::new_v4().simple()),
    });
    with(with(draft.clone(), fresh), changes)
}
