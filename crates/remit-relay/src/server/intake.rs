//! Takes notifications. `success` is answered after the durable write and never else, so that Pockyt sends again whatever is
//! not kept. What is answered otherwise reveals nothing but the reason.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use super::metrics::Refusal;
use super::store::{Deposit, Deposited};
use super::{Relay, nothing, read};
use crate::key::Inbound;
use crate::sealed::Notification;

/// The largest body that is read; real ones have a few hundred bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// The longest content type that is kept.
const CONTENT_TYPE_LIMIT: usize = 256;

/// How long a sender may take for the body.
const BODY_WITHIN: Duration = Duration::from_secs(10);

pub(super) async fn take(
    State(relay): State<Arc<Relay>>,
    Path(inbound): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(inbound) = Inbound::parse(&inbound) else {
        relay.metrics.refused(Refusal::UnknownPath);
        return nothing().await.into_response();
    };
    let mailbox = match relay.directory.find(&*relay.store, &inbound).await {
        Ok(Some(mailbox)) => mailbox,
        Ok(None) => {
            relay.metrics.refused(Refusal::UnknownPath);
            return nothing().await.into_response();
        }
        Err(error) => {
            tracing::error!(%error, "a notification was not taken: its mailbox could not be looked up");
            return refuse(&relay, Refusal::Store);
        }
    };
    if let Err(wait) = relay.rates.take(mailbox.number, Instant::now()) {
        let mut response = refuse(&relay, Refusal::Rate);
        let seconds = HeaderValue::from(wait.as_secs() + 1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
        return response;
    }
    let content_type = match headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) {
        None => None,
        Some(Ok(text)) if text.len() <= CONTENT_TYPE_LIMIT => Some(text.to_owned()),
        Some(_) => return refuse(&relay, Refusal::Malformed),
    };
    let received_at = Timestamp::now();
    let body = match read(body, BODY_LIMIT, BODY_WITHIN).await {
        Ok(body) => body,
        Err(unread) => {
            relay.metrics.refused(Refusal::Malformed);
            return (unread.status(), "failed").into_response();
        }
    };
    let began = Instant::now();
    let notification = Notification {
        received_at,
        content_type,
        body,
    };
    let sealed = match mailbox.public_key.seal(mailbox.id, &notification) {
        Ok(sealed) => sealed,
        Err(error) => {
            tracing::error!(%error, "a notification was not taken: it could not be sealed");
            return refuse(&relay, Refusal::Malformed);
        }
    };
    let deposit = Deposit {
        mailbox: mailbox.number,
        received_at,
        sealed,
    };
    match relay.store.deposit(deposit).await {
        Ok(Deposited::Kept(_)) => {
            relay.metrics.taken(began.elapsed());
            relay.bell.ring(mailbox.number);
            (StatusCode::OK, "success").into_response()
        }
        Ok(Deposited::Full) => {
            tracing::warn!(mailbox = mailbox.number, "a mailbox is full");
            refuse(&relay, Refusal::Full)
        }
        Ok(Deposited::Gone) => {
            relay.metrics.refused(Refusal::UnknownPath);
            nothing().await.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a notification was not taken: it could not be written");
            refuse(&relay, Refusal::Store)
        }
    }
}

fn refuse(relay: &Relay, why: Refusal) -> Response {
    relay.metrics.refused(why);
    let status = match why {
        Refusal::UnknownPath => StatusCode::NOT_FOUND,
        Refusal::Rate => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Full => StatusCode::INSUFFICIENT_STORAGE,
        Refusal::Malformed => StatusCode::BAD_REQUEST,
        Refusal::Store => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, "failed").into_response()
}
