//! Takes notifications on loopback (pockyt-api.md section 5). `success` is answered only after the durable write; nothing
//! else is revealed.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use remit_core::{Changed, Engine, Observer, Verdict};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The largest notification that is read, in bytes; real ones have a few hundred.
const BODY_LIMIT: usize = 64 * 1024;

/// How long a notification under way may take when the account is closed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A bound port, before anybody serves it: the engine must know the address before it can exist.
pub(crate) struct Bound {
    listener: TcpListener,
    path: String,
    port: u16,
}

/// A listener that serves until it is dropped.
pub(crate) struct Listener {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

impl Bound {
    /// Takes the port it had before, or a free one.
    pub(crate) async fn bind(port: u16, path: &str) -> std::io::Result<Self> {
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
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The address for Pockyt.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/{}", self.port, self.path)
    }

    /// Serves notifications to an engine.
    pub(crate) fn serve(self, engine: Arc<Engine>, observer: Arc<dyn Observer>) -> Listener {
        let intake = Intake { engine, observer };
        let app = Router::new()
            .route(&format!("/{}", self.path), post(take))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(intake);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let served = axum::serve(self.listener, app).with_graceful_shutdown(async {
                let _ = stopped.await;
            });
            if let Err(cause) = served.await {
                tracing::error!(%cause, "the listener stopped");
            }
        });
        Listener {
            task,
            stop: Some(stop),
        }
    }
}

impl Listener {
    /// Takes nothing new, lets what has begun end, and returns when nothing is under way any more.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        if timeout(LAST_WORDS, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Intake {
    engine: Arc<Engine>,
    observer: Arc<dyn Observer>,
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

async fn take(
    State(intake): State<Intake>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match intake.engine.take_notification(content_type, &body).await {
        Ok(Verdict::Forged) => (StatusCode::BAD_REQUEST, "failed"),
        Ok(_) => {
            intake.engine.wake();
            (StatusCode::OK, "success")
        }
        Err(error) => {
            tracing::error!(%error, "a notification could not be kept");
            intake.observer.changed(Changed::Trouble(error));
            (StatusCode::INTERNAL_SERVER_ERROR, "failed")
        }
    }
}
