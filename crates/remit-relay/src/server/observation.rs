//! Metrics and health, on an address of their own that the world does not see.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::Relay;

/// How long a check waits for an answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// The longest answer to a check.
const ANSWER_LIMIT: u64 = 4096;

pub(super) fn serve(listener: TcpListener, relay: Arc<Relay>) -> JoinHandle<()> {
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/health", get(health))
        .with_state(relay);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "metrics and health are not told any more");
        }
    })
}

async fn metrics(State(relay): State<Arc<Relay>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match relay.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn health(State(relay): State<Arc<Relay>>) -> (StatusCode, String) {
    if *relay.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    match relay.store.probe().await {
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
    }
}

/// Asks the relay that tells its health at that address.
///
/// # Errors
/// When it does not answer or is not well; says why.
pub async fn check(address: SocketAddr) -> io::Result<()> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        let request =
            format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream
            .take(ANSWER_LIMIT)
            .read_to_string(&mut answer)
            .await?;
        Ok(answer)
    };
    let answer: io::Result<String> = timeout(ANSWERED_WITHIN, asked)
        .await
        .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut)));
    let answer = answer.map_err(|error| {
        let said = format!("no relay answers at {address}: {error}. Is it running?");
        io::Error::new(error.kind(), said)
    })?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    let why = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Err(io::Error::other(format!(
        "the relay at {address} is not well: {}",
        why.trim()
    )))
}
