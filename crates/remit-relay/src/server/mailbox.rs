//! Hands notifications out to laptops and takes their acknowledgements.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use super::store::{Answer, Mailbox, StoreError};
use super::{Refused, Relay, bearer, read};
use crate::key::Token;
use crate::wire::{Acknowledge, Acknowledged, Fetch, LARGEST_PAGE, Page};

/// The longest that a long-poll waits.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How many may wait for one mailbox at a time.
const WAITERS: usize = 32;

/// Acknowledgements are short.
const BODY_LIMIT: usize = 1024;
const BODY_WITHIN: Duration = Duration::from_secs(10);

const UNAUTHORIZED: Refused = Refused(
    StatusCode::UNAUTHORIZED,
    "there is no such mailbox, or this is not its token",
);
const BUSY: Refused = Refused(
    StatusCode::SERVICE_UNAVAILABLE,
    "too many wait already; ask again later",
);

/// Answers what there is, or waits for something to come.
pub(super) async fn notifications(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    query: Result<Query<Fetch>, QueryRejection>,
) -> Result<Json<Page>, Refused> {
    let mailbox = authorize(&relay, &id, &headers).await?;
    let Query(fetch) = query.map_err(|_| {
        let why = "the query must have a reader, and may have after, wait and limit";
        Refused(StatusCode::BAD_REQUEST, why)
    })?;
    let limit = fetch.limit.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    let until = Instant::now() + Duration::from_secs(fetch.wait).min(LONGEST_WAIT);
    let listener = relay.bell.listen(mailbox.number, WAITERS).ok_or(BUSY)?;
    let mut stopping = relay.stopping.clone();
    let mut permit = None;
    loop {
        // Listened to from before the look, so that nothing slips in between the look and the wait.
        let mut rung = std::pin::pin!(listener.rope().notified());
        rung.as_mut().enable();
        let answer = relay
            .store
            .fetch(
                mailbox.number,
                &fetch.reader,
                fetch.after,
                limit,
                Timestamp::now(),
            )
            .await;
        let page = answered(answer)?;
        let over = Instant::now() >= until || *stopping.borrow();
        if over || !page.notifications.is_empty() {
            relay.metrics.delivered(page.notifications.len());
            return Ok(Json(page));
        }
        if permit.is_none() {
            let waits = relay.waiting.try_acquire().map_err(|_| BUSY)?;
            permit = Some((waits, relay.metrics.waiting()));
        }
        tokio::select! {
            () = rung => {}
            () = sleep_until(until) => {}
            _ = stopping.changed() => {}
        }
    }
}

/// Notes what a reader has.
pub(super) async fn acknowledge(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Acknowledged>, Refused> {
    let mailbox = authorize(&relay, &id, &headers).await?;
    let body = read(body, BODY_LIMIT, BODY_WITHIN).await?;
    let asked: Acknowledge = serde_json::from_slice(&body).map_err(|_| {
        let why = r#"the body must be like {"reader":"laptop","through":12}"#;
        Refused(StatusCode::BAD_REQUEST, why)
    })?;
    let answer = relay
        .store
        .acknowledge(
            mailbox.number,
            &asked.reader,
            asked.through,
            Timestamp::now(),
        )
        .await;
    let through = answered(answer)?;
    relay.metrics.acknowledged();
    Ok(Json(Acknowledged { through }))
}

/// The mailbox, if the token is its own.
async fn authorize(relay: &Relay, id: &str, headers: &HeaderMap) -> Result<Mailbox, Refused> {
    let unauthorized = || {
        relay.metrics.unauthorized();
        UNAUTHORIZED
    };
    let token = bearer(headers).and_then(Token::parse);
    let (Some(token), Ok(id)) = (token, id.parse()) else {
        return Err(unauthorized());
    };
    let mailbox = relay
        .store
        .by_id(id)
        .await
        .map_err(|error| broken(&error))?;
    mailbox
        .filter(|mailbox| mailbox.opens_with(&token))
        .ok_or_else(unauthorized)
}

fn answered<T>(answer: Result<Answer<T>, StoreError>) -> Result<T, Refused> {
    match answer {
        Ok(Answer::Done(done)) => Ok(done),
        Ok(Answer::Gone) => Err(UNAUTHORIZED),
        Ok(Answer::TooManyReaders) => {
            let why = "this mailbox has as many readers as it may; one that is not used any more is forgotten in time";
            Err(Refused(StatusCode::CONFLICT, why))
        }
        Err(error) => Err(broken(&error)),
    }
}

fn broken(error: &StoreError) -> Refused {
    tracing::error!(%error, "a reader could not be served");
    let why = "the relay cannot reach its store; ask again later";
    Refused(StatusCode::SERVICE_UNAVAILABLE, why)
}
