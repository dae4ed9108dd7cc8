//! A test notification: signed as Pockyt signs, posted to where Pockyt would post, and awaited here.

use super::intake::Intake;
use crate::ipc::IpcError;
use crate::ipc::views::{IpnUrlSource, TestOutcome, TestResult};
use pockyt::ACKNOWLEDGEMENT;
use pockyt::sign::{Empties, SIGNATURE_FIELD, Signer};
use remit_core::{Code, Engine, InvoiceId};
use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tauri::Url;
use tokio::time::{timeout, timeout_at};

/// How long it may take in all.
const WITHIN: Duration = Duration::from_secs(30);

/// The longest answer that is read.
const ANSWER: usize = 4 * 1024;

/// Sends one, and waits for it.
pub(super) async fn send(
    intake: &Intake,
    engine: &Engine,
    sent_to: IpnUrlSource,
    url: &str,
    token: &SecretString,
) -> Result<TestOutcome, IpcError> {
    let id = InvoiceId(format!("remit-test-{}", uuid::Uuid::new_v4().simple()));
    let body = body(&id, token)?;
    let (at, began) = (engine.now(), Instant::now());
    let deadline = tokio::time::Instant::now() + WITHIN;
    intake.expect(id.clone());
    let answered = match timeout(WITHIN, post(url, body)).await {
        Ok(answered) => answered,
        Err(_) => Err(unreachable()),
    };
    let (result, error) = match answered {
        Err(error) if error.code == Code::TestUnreachable => (TestResult::Unreachable, Some(error)),
        Err(error) => (TestResult::WrongAnswer, Some(error)),
        Ok(()) => match timeout_at(deadline, intake.arrived(&id)).await {
            Ok(()) => (TestResult::Arrived, None),
            Err(_) => (TestResult::NotArrived, Some(not_arrived(sent_to))),
        },
    };
    let took = u32::try_from(began.elapsed().as_millis()).ok();
    Ok(TestOutcome {
        at: at.to_string(),
        sent_to,
        result,
        took_ms: took.filter(|_| result == TestResult::Arrived),
        error,
    })
}

/// A notification about nothing: no payout has such an invoice ID.
fn body(id: &InvoiceId, token: &SecretString) -> Result<String, IpcError> {
    let signer = Signer::new(token).map_err(|_| super::no_token())?;
    let fields = [
        ("amount", "0.00"),
        ("currency", "USD"),
        ("invoiceId", id.as_str()),
        ("status", "pending"),
    ];
    let mut fields: BTreeMap<String, String> = fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let signature = signer.sign(&fields, Empties::Kept);
    fields.insert(SIGNATURE_FIELD.to_owned(), signature);
    // `Url` writes forms as the standard has them.
    let mut form = Url::parse("form:").map_err(|_| unreachable())?;
    form.query_pairs_mut().extend_pairs(&fields);
    Ok(form.query().unwrap_or_default().to_owned())
}

/// Posts as Pockyt does, and wants the answer that Pockyt wants.
async fn post(url: &str, body: String) -> Result<(), IpcError> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|_| unreachable())?;
    let sent = client
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await;
    let mut response = sent.map_err(|cause| {
        // Without the address, which may be a secret.
        tracing::warn!(cause = %cause.without_url(), "the test notification was not answered");
        unreachable()
    })?;
    let status = response.status();
    let mut said = Vec::new();
    while said.len() < ANSWER
        && let Ok(Some(chunk)) = response.chunk().await
    {
        said.extend_from_slice(&chunk);
    }
    if status == 200 && said.trim_ascii() == ACKNOWLEDGEMENT.as_bytes() {
        return Ok(());
    }
    Err(IpcError {
        detail: Some(format!("HTTP {}", status.as_u16())),
        ..IpcError::new(
            Code::TestWrongAnswer,
            "Something answered at the address, but not with what Pockyt waits for. Check that the tunnel or proxy leads to \
             this computer's address with its whole path, and that nothing in between asks to sign in.",
        )
    })
}

fn unreachable() -> IpcError {
    IpcError::new(
        Code::TestUnreachable,
        "The address could not be reached. Check that the tunnel runs, that the address is spelt right, and that its \
         certificate is valid.",
    )
}

fn not_arrived(sent_to: IpnUrlSource) -> IpcError {
    let message = if sent_to == IpnUrlSource::Relay {
        "The relay took the test notification, but it did not arrive here. Check that the relay is connected."
    } else {
        "The test notification was answered there, but did not arrive here. The address leads to another Remit or another \
         program: check where the tunnel leads to."
    };
    IpcError::new(Code::TestNotArrived, message)
}
