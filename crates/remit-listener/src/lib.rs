//! Takes notifications on this computer's own address (pockyt-api.md section 5), for owners with a tunnel or a fixed address
//! that leads there, and for the demo. Whoever finds the port learns nothing: all but POST on one unguessable path is an
//! empty 404. `success` is answered only after the [`Intake`] says that what came is kept.

pub mod connections;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The largest notification that is read, in bytes; real ones have a few hundred.
pub const BODY_LIMIT: usize = 64 * 1024;

/// How many connections are served at once; whoever comes beyond them waits in the system's queue.
pub const CONNECTIONS: usize = 256;

/// How long a sender may take for the body.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// How long a notification under way may take when the listener stops.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What became of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is durable: the sender may forget it.
    Durably,
    /// It is not believed.
    Refused,
    /// It could not be kept: the sender is to try again.
    Failed,
}

/// Keeps what arrives.
pub trait Intake: Send + Sync + 'static {
    /// Keeps a notification; answers when it is durable.
    fn take(&self, content_type: Option<&str>, body: &[u8]) -> impl Future<Output = Kept> + Send;
}

/// A bound port, before anybody serves it: the engine must know the address before it can exist.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    path: String,
    port: u16,
}

/// A listener that serves until it is dropped.
#[derive(Debug)]
pub struct Listener {
    task: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Bound {
    /// Takes the port it had before, or a free one. The path is letters and digits that nobody can guess.
    ///
    /// # Errors
    /// When this computer's own address cannot be listened on.
    pub async fn bind(port: u16, path: &str) -> io::Result<Self> {
        let listener = match TcpListener::bind(address(port)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(address(0)).await?,
        };
        let port = listener.local_addr()?.port();
        Ok(Self {
            listener,
            path: path.to_owned(),
            port,
        })
    }

    /// The port it has.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address for Pockyt, or for a tunnel.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/{}", self.port, self.path)
    }

    /// Gives what arrives to an intake.
    #[must_use]
    pub fn serve<I: Intake>(self, intake: Arc<I>) -> Listener {
        let router = Router::new()
            .route(&format!("/{}", self.path), any(take::<I>))
            .fallback(nothing)
            .with_state(intake);
        let (stop, stopped) = watch::channel(false);
        let served = connections::serve(self.listener, router, CONNECTIONS, stopped);
        Listener {
            task: tokio::spawn(served),
            stop,
        }
    }
}

impl Listener {
    /// Takes nothing new, lets what has begun end, and returns when nothing is under way any more.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if timeout(LAST_WORDS, &mut self.task).await.is_err() {
            tracing::warn!("some connections did not end in time; what they sent was not answered");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// What is not there is not explained.
async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn take<I: Intake>(
    State(intake): State<Arc<I>>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    // A router that knows which methods there are would tell in `Allow` that the path is right.
    if method != Method::POST {
        return nothing().await.into_response();
    }
    let body = match timeout(BODY_WITHIN, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, "failed").into_response(),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, "failed").into_response(),
    };
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match intake.take(content_type, &body).await {
        Kept::Durably => (StatusCode::OK, "success"),
        Kept::Refused => (StatusCode::BAD_REQUEST, "failed"),
        Kept::Failed => (StatusCode::SERVICE_UNAVAILABLE, "failed"),
    }
    .into_response()
}
