//! The gateway: `POST /v3/...`, as pockyt-api.md section 4 has it.

mod account;
mod answer;
mod balance;
mod fields;
mod payee;
mod payout;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use jiff::Timestamp;

use crate::assumptions::{self, CLOCK_TOLERANCE, DUPLICATE_REQUEST, code};
use crate::clock::parse_wire;
use crate::config::{Config, Switches};
use crate::faults::{Effect, Fault, Faults};
use crate::record::Call;
use crate::serve::DropConnection;
use crate::state::{Completed, State};
use crate::world::World;
pub(crate) use account::is_routing_number;
pub(crate) use payee::adult;

use answer::{Answer, Refusal, envelope};
use fields::Fields;

/// The idempotency header (R11-IDEM).
const REQUEST_ID: &str = "Pockyt-Request-ID";

/// What an endpoint works on: the state as it is right now.
struct Desk<'a> {
    state: &'a mut State,
    now: Timestamp,
    config: &'a Config,
    switches: &'a Switches,
}

/// What serves a path.
type Serve = fn(&mut Desk<'_>, &Fields) -> Result<Answer, Refusal>;

/// Every path there is, what serves it, and whether it changes the state.
const ENDPOINTS: [(&str, Serve, bool); 16] = [
    ("/v3/payee/register", payee::register, true),
    ("/v3/payee/retrieve", payee::retrieve, false),
    ("/v3/payee/update", payee::update, true),
    (assumptions::DELETE_PAYEE, payee::delete, true),
    (assumptions::DEACTIVATE_PAYEE, payee::deactivate, true),
    ("/v3/payee/payout-accounts", account::list, false),
    (
        "/v3/payee/account/create/bank-account",
        account::create_bank,
        true,
    ),
    (
        "/v3/payee/account/create/paypal",
        account::create_paypal,
        true,
    ),
    (
        "/v3/payee/account/create/venmo",
        account::create_venmo,
        true,
    ),
    (
        "/v3/payee/account/create/crypto",
        account::create_crypto,
        true,
    ),
    (
        "/v3/payee/account/configurations",
        account::configurations,
        false,
    ),
    ("/v3/payee/account/delete", account::delete, true),
    ("/v3/payouts/pay", payout::pay, true),
    ("/v3/payouts/inquiry", payout::inquire, false),
    ("/v3/payouts/balance", balance::balance, false),
    (assumptions::FX_RATE, balance::fx_rate, false),
];

/// Paths of every endpoint, for people.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    ENDPOINTS.iter().map(|(path, ..)| *path)
}

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/v3/{*path}", post(receive))
        .layer(axum::extract::DefaultBodyLimit::max(64 * 1024))
}

/// Serves a call in a task of its own: like a real gateway, the sandbox finishes what it began when the caller hangs up.
async fn receive(
    Shared(world): Shared<Arc<World>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    let _waiting = world.wait_for(&path);
    let serving = Arc::clone(&world);
    let served = tokio::spawn(async move { serve(&serving, uri.path(), &headers, &body).await });
    served
        .await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn serve(world: &World, path: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let fault = world.faults(|faults: &mut Faults| faults.meet(path));
    let harmless = matches!(&fault, Some(fault) if fault.effect == Effect::Genuine);
    let delay = Duration::from_millis(fault.as_ref().map_or(0, |fault| fault.delay_ms));
    let processed = fault
        .as_ref()
        .is_none_or(|fault| fault.processed || harmless);
    let late = fault.as_ref().is_some_and(|fault| fault.processed);
    if !late {
        tokio::time::sleep(delay).await;
    }
    let request_id = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut call = Call {
        endpoint: path.to_owned(),
        at: world.clock.now(),
        request_id,
        invoice_id: None,
        customer_no: None,
        fields: Vec::new(),
        outcome: None,
        replayed: false,
        fault: fault.as_ref().map(describe),
        warnings: Vec::new(),
    };
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let fields = Fields::read(media, body);
    if let Ok(fields) = &fields {
        call.invoice_id = fields.get("invoiceId").map(str::to_owned);
        call.customer_no = fields.get("customerNo").map(str::to_owned);
        call.fields = fields.names();
    }
    let mut reply = None;
    if processed {
        reply = Some(match fields {
            Ok(mut fields) => {
                let reply = process(world, path, &mut fields, &mut call).await;
                call.warnings = fields.warnings;
                reply
            }
            Err(refusal) => refuse(refusal, &mut call),
        });
    }
    if let Some((code, message)) = &call.outcome {
        tracing::info!(endpoint = path, %code, %message, invoice = call.invoice_id, "call");
    }
    world.record(call);
    if late {
        tokio::time::sleep(delay).await;
    }
    match (fault.map(|fault| fault.effect), reply) {
        (None | Some(Effect::Genuine), Some(reply)) => reply,
        (effect, _) => strike(effect.unwrap_or_default()),
    }
}

fn describe(fault: &Fault) -> String {
    let when = if fault.processed { "after" } else { "before" };
    format!(
        "{:?} {when} processing, {} ms late",
        fault.effect, fault.delay_ms
    )
}

fn json(text: String) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json;charset=UTF-8")],
        text,
    )
        .into_response()
}

fn refuse(refusal: Refusal, call: &mut Call) -> Response {
    let text = envelope(refusal.code, &refusal.message, None);
    call.outcome = Some((refusal.code.to_owned(), refusal.message));
    json(text)
}

fn dropped() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(DropConnection);
    response
}

/// What a fault answers in place of the genuine answer.
fn strike(effect: Effect) -> Response {
    match effect {
        Effect::Genuine | Effect::Drop => dropped(),
        Effect::Status { status } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            (status, json("{\"error\":\"upstream\"}".to_owned())).into_response()
        }
        Effect::Garbage => json("\u{1}\u{2}{\"ret_code\":\"0001".to_owned()),
        Effect::Html => {
            let page = "<!doctype html><title>Sign in</title><h1>Sign in to this network</h1>";
            ([(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        Effect::Ret { code, message } => json(envelope(&code, &message, None)),
        Effect::Duplicate => json(envelope(code::BAD_VALUE, DUPLICATE_REQUEST, None)),
    }
}

/// Merchant, store and signature: what every call must get right before anything else is looked at.
fn authenticate(world: &World, fields: &mut Fields) -> Result<(), Refusal> {
    let config = &world.config;
    if fields.require("merchantNo")? != config.merchant_no {
        return Err(Refusal::new(
            code::NO_SUCH_RECORD,
            "parameter has no related information: no such merchantNo",
        ));
    }
    if fields.require("storeNo")? != config.store_no {
        return Err(Refusal::new(
            code::MISMATCH,
            "parameters do not match: storeNo does not belong to merchantNo",
        ));
    }
    fields.check_signature(&config.api_token)
}

fn check_timestamp(fields: &Fields, switches: &Switches, now: Timestamp) -> Result<(), Refusal> {
    let sent = fields.require("timestamp")?;
    let sent = parse_wire(sent)
        .ok_or_else(|| Refusal::bad("timestamp", "write it as yyyy-MM-ddTHH:mm:ssZ, in UTC"))?;
    let off = sent.as_second() - now.as_second() - switches.clock_skew_seconds;
    if switches.check_timestamp && off.unsigned_abs() > CLOCK_TOLERANCE.as_secs() {
        let rule =
            format!("{off} seconds away from the server's clock; check the computer's clock");
        return Err(Refusal::bad("timestamp", rule));
    }
    Ok(())
}

async fn process(world: &World, path: &str, fields: &mut Fields, call: &mut Call) -> Response {
    let Some((_, endpoint, changes)) = ENDPOINTS.iter().find(|(known, ..)| *known == path) else {
        let message = format!("API version error: there is no {path}");
        let response = refuse(Refusal::new(code::NO_SUCH_PATH, message), call);
        return (StatusCode::NOT_FOUND, response).into_response();
    };
    if let Err(refusal) = authenticate(world, fields) {
        return refuse(refusal, call);
    }
    let fields = &*fields;
    let switches = world.switches();
    let scope = call
        .request_id
        .as_deref()
        .filter(|_| *changes && !switches.accept_duplicates)
        .map(|id| assumptions::request_scope(path, id));
    let decided = world
        .work(|state, now| {
            let desk = &mut Desk {
                state,
                now,
                config: &world.config,
                switches: &switches,
            };
            let decided = decide(desk, *endpoint, fields, scope);
            let changed = *changes && decided.as_ref().is_ok_and(|decided| !decided.replayed);
            (decided, changed)
        })
        .await;
    match decided {
        Ok(Ok(decided)) => {
            call.outcome = Some((code::SUCCESS.to_owned(), decided.message.to_owned()));
            call.replayed = decided.replayed;
            if decided.lost {
                call.fault = Some("the answer is lost, as the order asked".to_owned());
                dropped()
            } else {
                json(decided.response)
            }
        }
        Ok(Err(refusal)) => refuse(refusal, call),
        Err(_) => refuse(
            Refusal::new(
                code::SYSTEM_ERROR,
                "system error: the sandbox could not write its state file",
            ),
            call,
        ),
    }
}

/// Replays what was completed under this request ID; otherwise serves the request and remembers the answer.
fn decide(
    desk: &mut Desk<'_>,
    endpoint: Serve,
    fields: &Fields,
    scope: Option<String>,
) -> Result<Decided, Refusal> {
    let kept = |scope: &String| desk.state.requests.get(scope);
    if let Some(completed) = scope.as_ref().and_then(kept) {
        return replay(completed, fields);
    }
    check_timestamp(fields, desk.switches, desk.now)?;
    let answer = endpoint(desk, fields)?;
    let response = envelope(code::SUCCESS, answer.message, Some(&answer));
    if let Some(scope) = scope {
        let completed = Completed {
            fingerprint: fields.fingerprint(),
            response: response.clone(),
        };
        desk.state.requests.insert(scope, completed);
    }
    Ok(Decided {
        message: answer.message,
        response,
        lost: answer.lost,
        replayed: false,
    })
}

struct Decided {
    message: &'static str,
    response: String,
    lost: bool,
    replayed: bool,
}

/// The kept answer of a completed request, if this one is the same.
fn replay(completed: &Completed, fields: &Fields) -> Result<Decided, Refusal> {
    if completed.fingerprint != fields.fingerprint() {
        return Err(Refusal::new(
            code::MISMATCH,
            "parameters do not match: this Pockyt-Request-ID was used for another request",
        ));
    }
    Ok(Decided {
        message: "the answer of the first request",
        response: completed.response.clone(),
        lost: false,
        replayed: true,
    })
}
