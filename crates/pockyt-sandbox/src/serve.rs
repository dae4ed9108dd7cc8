//! Listening: loopback only, own names only, and able to hang up without an answer.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::world::World;
use crate::{control, gateway, web};

/// Marks a response that must never reach the caller: the connection closes instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DropConnection;

/// How long a caller may take to send its headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
#[error("the connection is to close without an answer")]
struct HangUp;

impl From<Infallible> for HangUp {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

pub(crate) fn router(world: &Arc<World>) -> Router {
    let mut router = gateway::router().merge(web::router());
    if world.config.control {
        router = router.merge(control::router());
    }
    router
        .layer(from_fn_with_state(Arc::clone(world), guard))
        .with_state(Arc::clone(world))
}

/// Refuses names that are not this computer's (DNS rebinding) and writes from other sites' pages (CSRF).
async fn guard(Shared(world): Shared<Arc<World>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let port = world.addr.port();
    let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
    let names_us = |value: &str| own.iter().any(|name| name == value);
    let text = |headers: &HeaderMap, name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default().to_owned())
    };
    if !text(headers, header::HOST).is_some_and(|host| names_us(&host)) {
        let why = "The sandbox answers only to its own loopback address.";
        return (StatusCode::MISDIRECTED_REQUEST, why).into_response();
    }
    let foreign = text(headers, header::ORIGIN)
        .is_some_and(|origin| !origin.strip_prefix("http://").is_some_and(names_us));
    if foreign && request.method() != Method::GET {
        let why = "The sandbox takes no orders from other sites' pages.";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Accepts connections until told to stop, then drops those that are open.
pub(crate) async fn listen(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, router.clone()));
                }
                Err(error) => pause_after(&error).await,
            },
            Some(_) = connections.join_next() => {}
            _ = stop.changed() => return,
        }
    }
}

/// Too many open files passes; spinning on it would not help.
async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "could not accept a connection");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn serve(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let answer = |answer: Result<Response, Infallible>| match answer {
        Ok(response) if response.extensions().get::<DropConnection>().is_some() => Err(HangUp),
        Ok(response) => Ok(response),
        Err(never) => Err(HangUp::from(never)),
    };
    let service = TowerToHyperService::new(ServiceExt::<hyper::Request<Incoming>>::map_result(
        router, answer,
    ));
    // An error here is a caller that went away, or a connection the sandbox was told to drop.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
