//! The relay: takes notifications, keeps them sealed, hands them out.

mod admin;
mod bell;
mod directory;
mod intake;
mod mailbox;
mod metrics;
mod observation;
mod rates;
mod store;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use remit_listener::connections;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use url::Url;

pub use admin::{AdminToken, CreateError, WeakAdminToken, create_mailbox};
pub use bell::Bell;
pub use observation::check;
pub use store::{
    Answer, Deposit, Deposited, Limits, Mailbox, NewMailbox, PostgresStore, Retention, SqliteStore,
    Store, StoreError, Summary, Swept, open,
};

use directory::Directory;
use metrics::Metrics;
use rates::Rates;

/// How often to look for what is too old.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// How long requests under way may take when the relay stops.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// How a relay is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where Pockyt and laptops come in, through a proxy that speaks TLS.
    pub listen: SocketAddr,
    /// Where metrics and health are told.
    pub observe: SocketAddr,
    /// The address that the proxy has in the world; goes into relay links.
    pub public_url: Url,
    /// What lets one create mailboxes over HTTP; without it, nobody can.
    pub admin: Option<AdminToken>,
    /// Notifications a second that a mailbox takes.
    pub per_second: u32,
    /// Notifications that it takes at once.
    pub burst: u32,
    /// Connections at a time.
    pub connections: usize,
}

/// What requests share.
pub(crate) struct Relay {
    store: Arc<dyn Store>,
    bell: Bell,
    directory: Directory,
    rates: Rates,
    metrics: Metrics,
    public_url: Url,
    admin: Option<AdminToken>,
    /// One for each long-poll that may wait: a quarter of the connections is left for what arrives.
    waiting: Semaphore,
    stopping: watch::Receiver<bool>,
}

/// A relay that serves.
pub struct Running {
    address: SocketAddr,
    observe: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    observation: JoinHandle<()>,
    sweeping: JoinHandle<()>,
}

impl Running {
    /// Begins to serve from that store. The bell must be the one that the store was opened with.
    ///
    /// # Errors
    /// When an address cannot be taken.
    pub async fn start(settings: Settings, store: Arc<dyn Store>, bell: Bell) -> io::Result<Self> {
        let listener = bind(settings.listen).await?;
        let observer = bind(settings.observe).await?;
        let (address, observe) = (listener.local_addr()?, observer.local_addr()?);
        let (stop, stopping) = watch::channel(false);
        let relay = Arc::new(Relay {
            store,
            bell,
            directory: Directory::default(),
            rates: Rates::new(settings.per_second, settings.burst),
            metrics: Metrics::new(),
            public_url: settings.public_url,
            admin: settings.admin,
            waiting: Semaphore::new((settings.connections * 3 / 4).max(1)),
            stopping: stopping.clone(),
        });
        Ok(Self {
            address,
            observe,
            stop,
            observation: observation::serve(observer, Arc::clone(&relay)),
            sweeping: tokio::spawn(sweep(Arc::clone(&relay))),
            serving: tokio::spawn(connections::serve(
                listener,
                router(relay),
                settings.connections,
                stopping,
            )),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it tells metrics and health.
    #[must_use]
    pub fn observe(&self) -> SocketAddr {
        self.observe
    }

    /// Takes nothing new, ends long-polls, lets what has begun end, and returns when nothing is under way any more.
    pub async fn stop(mut self) {
        self.sweeping.abort();
        let _ = self.stop.send(true);
        if tokio::time::timeout(LAST_WORDS, &mut self.serving)
            .await
            .is_err()
        {
            tracing::warn!("some connections did not end in time; what they sent was not answered");
            self.serving.abort();
        }
        self.observation.abort();
    }
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })
}

fn router(relay: Arc<Relay>) -> Router {
    Router::new()
        .route("/in/{inbound}", post(intake::take))
        .route(
            "/v1/mailbox/{id}/notifications",
            get(mailbox::notifications),
        )
        .route("/v1/mailbox/{id}/acknowledge", post(mailbox::acknowledge))
        .route("/v1/mailboxes", post(admin::create))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn(with_headers))
        .with_state(relay)
}

/// What is not there is not explained.
async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn sweep(relay: Arc<Relay>) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    loop {
        ticks.tick().await;
        match relay.store.sweep(Timestamp::now()).await {
            Ok(swept) if swept.notifications > 0 => {
                tracing::info!(
                    notifications = swept.notifications,
                    mailboxes = swept.mailboxes,
                    "removed what was too old"
                );
                relay.metrics.expired(swept.notifications);
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "what is too old could not be removed"),
        }
    }
}

/// An answer that says in words, if at all, why something was not done.
struct Refused(StatusCode, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        if self.1.is_empty() {
            return self.0.into_response();
        }
        let error = self.1.to_owned();
        (self.0, axum::Json(crate::wire::Refusal { error })).into_response()
    }
}

/// The token after `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// Reads a body of at most so many bytes within so long.
async fn read(body: axum::body::Body, most: usize, within: Duration) -> Result<Vec<u8>, Unread> {
    let reading = axum::body::to_bytes(body, most);
    match tokio::time::timeout(within, reading).await {
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(_)) => Err(Unread::TooLongOrBroken),
        Err(_) => Err(Unread::TooSlow),
    }
}

/// Why a body was not read.
enum Unread {
    TooLongOrBroken,
    TooSlow,
}

impl Unread {
    fn status(&self) -> StatusCode {
        match self {
            Self::TooLongOrBroken => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

impl From<Unread> for Refused {
    fn from(unread: Unread) -> Self {
        Self(unread.status(), "the body is too long, broken or too slow")
    }
}
