//! A test notification: signed as Pockyt signs, posted to where Pockyt would post, and awaited here.

use super::intake::Intake;
use crate::ipc::IpcError;
use crate::ipc::views::{IpnUrlSource, TestOutcome, TestResult};
use pockyt::ACKNOWLEDGEMENT;
use pockyt::sign::{Empties, SIGNATURE_FIELD, Signer};
use remit_core::{Code, Engine, InvoiceId, PayoutSnapshot};
use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tauri::Url;
use tokio::time::{timeout, timeout_at};

/// How the invoice IDs of test notifications begin.
const PREFIX: &str = "remit-test-";

/// What a test notification is about. Nobody is ever paid that.
const AMOUNT: &str = "0.00";

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
    let id = InvoiceId(format!("{PREFIX}{}", uuid::Uuid::new_v4().simple()));
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

/// Whether a notification whose signature holds is a test, sent from here or from another computer with the same API token.
/// The number alone does not make it one: an owner may give an invoice any.
pub(super) fn is_one(told: &PayoutSnapshot) -> bool {
    told.invoice_id.as_str().starts_with(PREFIX) && told.money.is_some_and(|money| money.minor == 0)
}

/// A notification about nothing.
fn body(id: &InvoiceId, token: &SecretString) -> Result<String, IpcError> {
    let signer = Signer::new(token).map_err(|_| super::no_token())?;
    let fields = [
        ("amount", AMOUNT),
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
