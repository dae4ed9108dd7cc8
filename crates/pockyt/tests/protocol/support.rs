//! A gateway that answers by script and keeps what it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use pockyt::{
    AccountToken, BaseUrl, Client, Clock, Config, CurrencyCode, CustomerNo, InvoiceId, Merchant,
    MerchantNo, PayOrder, RequestId, Retry, StoreNo, WireAmount,
};
use tokio::net::TcpListener;

pub(crate) const TOKEN: &str = "5cbfb079f15b150122261c8537086d77a";
pub(crate) const TOKEN_MD5: &str = "186abea4b8610d7ff03768255588597a";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

type Script = Arc<Mutex<(VecDeque<(u16, String)>, Vec<Seen>)>>;

pub(crate) struct Gateway {
    pub(crate) base: String,
    script: Script,
}

impl Gateway {
    /// Gives the answers in turn, the last one for ever.
    pub(crate) async fn answering(answers: &[(u16, &str)]) -> Self {
        let answers = answers
            .iter()
            .map(|(status, body)| (*status, (*body).to_owned()))
            .collect();
        let script: Script = Arc::new(Mutex::new((answers, Vec::new())));
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&script));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, script }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.script.lock().unwrap().1.clone()
    }
}

async fn answer(
    State(script): State<Script>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    let mut script = script.lock().unwrap();
    script.1.push(Seen {
        path: uri.path().to_owned(),
        headers,
        body,
    });
    let (status, body) = if script.0.len() > 1 {
        script.0.pop_front().unwrap()
    } else {
        script.0[0].clone()
    };
    let location = [("location", "/elsewhere")];
    (StatusCode::from_u16(status).unwrap(), location, body)
}

pub(crate) fn merchant() -> Merchant {
    Merchant {
        merchant_no: MerchantNo::new("200043").unwrap(),
        store_no: StoreNo::new("300014").unwrap(),
        mer_group_no: None,
        payor_no: None,
    }
}

/// At a fixed time, impatient, and without repetitions.
pub(crate) fn config(base: &str) -> Config {
    Config {
        connect_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_secs(2),
        retry: Retry::NEVER,
        clock: Clock::new(|| "2023-02-15T22:50:00.987Z".parse().unwrap()),
        ..Config::new(BaseUrl::parse(base).unwrap(), merchant(), TOKEN.into())
    }
}

pub(crate) fn client(base: &str) -> Client {
    Client::new(config(base)).unwrap()
}

pub(crate) fn customer_no() -> CustomerNo {
    CustomerNo::new("2000305228303182610217").unwrap()
}

pub(crate) fn account_token() -> AccountToken {
    AccountToken::new("2010305228294111721580").unwrap()
}

pub(crate) fn usd() -> CurrencyCode {
    CurrencyCode::new("USD").unwrap()
}

pub(crate) fn request_id() -> RequestId {
    serde_json::from_str(r#""123e4567-e89b-12d3-a456-426614174000""#).unwrap()
}

/// The order of vector V3.
pub(crate) fn order() -> PayOrder {
    PayOrder {
        customer_no: customer_no(),
        account_token: account_token(),
        invoice_id: InvoiceId::new("9aae4c685d824c5da746f97620c59ec7").unwrap(),
        amount: WireAmount::new("60.00").unwrap(),
        currency: usd(),
        ipn_url: Some("https://example.com/ipn".to_owned()),
        processing_channel: Some(pockyt::ProcessingChannel::StandardAch),
        description: None,
        note: None,
        subject: None,
    }
}
