//! The pages: overview, mailbox and payee portal. Rendered here, without scripts and without anything from elsewhere.

mod mailbox;
mod overview;
mod page;
mod portal;
mod reader;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::config::WAY_BACK;
use crate::world::World;
pub(crate) use portal::fill_in;
use reader::{Reader, Values};

const STYLE: &str = include_str!("../../assets/sandbox.css");
const MARK: &str = include_str!("../../assets/mark.svg");

/// Nothing but our own style sheet and images; forms only to ourselves; no frames.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(overview::show))
        .route(
            "/assets/sandbox.css",
            get(async || asset("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/assets/mark.svg",
            get(async || asset("image/svg+xml", MARK)),
        )
        .route(WAY_BACK, get(way_back))
        .merge(mailbox::router())
        .merge(portal::router())
        .fallback(nowhere)
        .layer(from_fn(harden))
}

fn asset(media: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, media)], text)
}

async fn nowhere(
    Shared(world): Shared<Arc<World>>,
    Query(query): Query<Values>,
    headers: HeaderMap,
) -> Response {
    page::problem(
        &Reader::new(&world, &query, &headers, ""),
        StatusCode::NOT_FOUND,
    )
}

/// For a browser that was given the address: no page can close its tab.
async fn way_back(
    Shared(world): Shared<Arc<World>>,
    Query(query): Query<Values>,
    headers: HeaderMap,
) -> Response {
    let reader = Reader::new(&world, &query, &headers, "");
    match reader.program {
        Some(program) => page::farewell(&reader, program).into_response(),
        None => page::problem(&reader, StatusCode::NOT_FOUND),
    }
}

async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    // Not "no-referrer": with it browsers send "Origin: null" with forms, which is refused as foreign.
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}
