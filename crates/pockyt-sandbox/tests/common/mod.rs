//! A small client that signs by the documents' rule, and a receiver of notifications.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use pockyt_sandbox::{AccountKind, Config, NewMethod, SAMPLE_TOKEN, Sandbox, sign};
use serde_json::{Map, Value};

/// One answer of the gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["ret_code"].as_str().unwrap().to_owned()
    }

    pub fn message(&self) -> String {
        self.json()["ret_msg"].as_str().unwrap().to_owned()
    }

    /// The reply, if it says success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.code(), "000100", "{}", self.text);
        self.json()
    }

    #[track_caller]
    pub fn refused(self, code: &str, words: &str) {
        assert_eq!(self.code(), code, "{}", self.text);
        assert!(self.message().contains(words), "{}", self.text);
    }
}

pub type Fields = Vec<(String, String)>;

pub fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn signed(mut fields: Fields, token: &str) -> Fields {
    let signature = sign::signature(fields.iter().map(|(n, v)| (n.as_str(), v.as_str())), token);
    fields.push((sign::FIELD.to_owned(), signature));
    fields
}

pub fn json_body(fields: &Fields) -> String {
    let object: Map<_, _> = fields
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    serde_json::to_string(&object).unwrap()
}

pub struct Merchant {
    pub base: String,
    pub http: reqwest::Client,
    pub now: String,
}

impl Merchant {
    pub fn of(sandbox: &Sandbox) -> Self {
        Self {
            base: sandbox.base_url(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            now: sandbox
                .control()
                .now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
        }
    }

    /// The fields every call has, and these.
    pub fn with_common(&self, pairs: &[(&str, &str)]) -> Fields {
        let mut all = fields(&[("merchantNo", "200043"), ("storeNo", "300014")]);
        all.push(("timestamp".to_owned(), self.now.clone()));
        for (name, value) in fields(pairs) {
            all.retain(|(known, _)| *known != name);
            all.push((name, value));
        }
        all
    }

    pub async fn post(
        &self,
        path: &str,
        media: &str,
        body: String,
        key: Option<&str>,
    ) -> reqwest::Result<Reply> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", media)
            .body(body);
        if let Some(key) = key {
            request = request.header("Pockyt-Request-ID", key);
        }
        let response = request.send().await?;
        Ok(Reply {
            status: response.status().as_u16(),
            text: response.text().await?,
        })
    }

    pub async fn try_call(
        &self,
        path: &str,
        pairs: &[(&str, &str)],
        key: Option<&str>,
    ) -> reqwest::Result<Reply> {
        let body = json_body(&signed(self.with_common(pairs), SAMPLE_TOKEN));
        self.post(path, "application/json", body, key).await
    }

    pub async fn call(&self, path: &str, pairs: &[(&str, &str)]) -> Reply {
        self.try_call(path, pairs, None).await.unwrap()
    }

    pub async fn register(&self, email: &str) -> Reply {
        self.call("/v3/payee/register", &payee(email)).await
    }

    pub async fn status_of(&self, invoice: &str) -> String {
        let found = self
            .call("/v3/payouts/inquiry", &[("invoiceId", invoice)])
            .await
            .ok();
        found["result"]["status"].as_str().unwrap().to_owned()
    }
}

/// What register needs with Pockyt User on.
pub fn payee(email: &str) -> Vec<(&str, &str)> {
    vec![
        ("profileType", "INDIVIDUAL"),
        ("email", email),
        ("firstName", "Ana"),
        ("lastName", "Ruiz"),
        ("dateOfBirth", "1990-04-12"),
        ("countryCode", "US"),
        ("state", "NY"),
        ("city", "New York"),
        ("street", "123 Main St & Co"),
        ("zip", "10005"),
    ]
}

/// A sandbox with one payee who may be paid.
pub struct Ready {
    pub sandbox: Sandbox,
    pub merchant: Merchant,
    pub customer: String,
    pub account: String,
}

impl Ready {
    pub async fn with(config: Config) -> Self {
        let sandbox = Sandbox::start(config).await.unwrap();
        let merchant = Merchant::of(&sandbox);
        let registered = merchant.register("ana@example.com").await.ok();
        let customer = registered["customer"]["customerNo"]
            .as_str()
            .unwrap()
            .to_owned();
        let method = NewMethod::sample(AccountKind::BankAccount);
        let account = sandbox
            .control()
            .complete_payee(&customer, method)
            .await
            .unwrap();
        Self {
            sandbox,
            merchant,
            customer,
            account,
        }
    }

    pub fn order<'a>(&'a self, invoice: &'a str, amount: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("customerNo", &self.customer),
            ("accountToken", &self.account),
            ("invoiceId", invoice),
            ("amount", amount),
            ("currency", "USD"),
        ]
    }

    pub async fn pay(&self, invoice: &str, amount: &str) -> Reply {
        self.merchant
            .call("/v3/payouts/pay", &self.order(invoice, amount))
            .await
    }

    pub async fn pay_notified(&self, invoice: &str, amount: &str, ipn: &str) -> Reply {
        let mut order = self.order(invoice, amount);
        order.push(("ipnUrl", ipn));
        self.merchant.call("/v3/payouts/pay", &order).await
    }
}

/// Takes notifications and answers as it is told.
#[derive(Clone, Default)]
pub struct Receiver {
    pub received: Arc<Mutex<Vec<(String, String)>>>,
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    usual: Option<(u16, &'static str)>,
}

impl Receiver {
    /// Answers `usual`, or "success" if that is none.
    pub async fn start(usual: Option<(u16, &'static str)>) -> (Self, String) {
        let receiver = Self {
            usual,
            ..Self::default()
        };
        let taker = receiver.clone();
        let router = Router::new().route(
            "/ipn",
            post(move |headers: HeaderMap, body: String| async move {
                let media = headers["content-type"].to_str().unwrap().to_owned();
                taker.received.lock().unwrap().push((media, body));
                let next = taker.answers.lock().unwrap().pop_front();
                let (status, word) = next.or(taker.usual).unwrap_or((200, "success"));
                (StatusCode::from_u16(status).unwrap(), word)
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ipn", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (receiver, url)
    }

    /// Answers these first.
    pub fn first(&self, answers: &[(u16, &'static str)]) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// What arrived, as fields.
    pub fn fields(&self) -> Vec<Fields> {
        self.received
            .lock()
            .unwrap()
            .iter()
            .map(|(media, body)| {
                if media == "application/json" {
                    let object: Map<String, Value> = serde_json::from_str(body).unwrap();
                    object
                        .into_iter()
                        .map(|(name, value)| (name, value.as_str().unwrap().to_owned()))
                        .collect()
                } else {
                    serde_urlencoded::from_str(body).unwrap()
                }
            })
            .collect()
    }

    pub fn statuses(&self) -> Vec<String> {
        self.fields().iter().map(|f| get(f, "status")).collect()
    }
}

pub fn get(fields: &Fields, name: &str) -> String {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .unwrap_or_else(|| panic!("no {name} in {fields:?}"))
        .1
        .clone()
}
