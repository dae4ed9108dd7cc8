//! A sender that costs little: one thread, connections kept open, one request after the other on each.

use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use url::Url;

pub(crate) const CONNECTIONS: usize = 64;

const WARM_UP: Duration = Duration::from_millis(500);

/// How long a service is measured.
const MEASURED: Duration = Duration::from_secs(4);

/// Makes the body of the notification with that number.
pub(crate) type Body = Arc<dyn Fn(u64) -> String + Send + Sync>;

/// Something that takes notifications: a route, a relay, a listener.
#[derive(Clone)]
pub(crate) struct Service {
    /// Where it takes them; each connection posts to one of these.
    pub(crate) urls: Vec<Url>,
    pub(crate) body: Body,
    /// How many bodies were made, so that none is made twice.
    pub(crate) made: Arc<AtomicU64>,
}

impl Service {
    pub(crate) fn new(urls: Vec<Url>, body: Body) -> Self {
        Self {
            urls,
            body,
            made: Arc::default(),
        }
    }
}

/// What a run came to.
pub(crate) struct Taken {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// How many in all, before the measuring began too.
    pub(crate) all: f64,
}

/// Posts with all connections at once. An answer other than `success` ends the run.
pub(crate) async fn measure(service: Service) -> Result<Taken> {
    tokio::task::spawn_blocking(move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(post(service))
    })
    .await?
}

async fn post(service: Service) -> Result<Taken> {
    let from = Instant::now() + WARM_UP;
    let until = from + MEASURED;
    let mut connections = JoinSet::new();
    let made = service.made.load(Ordering::Relaxed);
    for number in 0..CONNECTIONS {
        let service = service.clone();
        connections.spawn(async move {
            let url = &service.urls[number % service.urls.len()];
            let mut connection = Connection::open(url).await?;
            let mut took = Vec::new();
            loop {
                let body = (service.body)(service.made.fetch_add(1, Ordering::Relaxed));
                let began = Instant::now();
                if began >= until {
                    return Ok::<_, anyhow::Error>(took);
                }
                let answer = connection.post(url.path(), FORM, &body).await?;
                if answer != "success" {
                    bail!("a notification was answered `{answer}`");
                }
                if began >= from {
                    took.push(began.elapsed());
                }
            }
        });
    }
    let mut took = Vec::new();
    while let Some(connection) = connections.join_next().await {
        took.extend(connection??);
    }
    took.sort_unstable();
    let percentile = |percent: usize| {
        let at = took.get(took.len() * percent / 100);
        at.map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    };
    Ok(Taken {
        per_second: f64::from(u32::try_from(took.len())?) / MEASURED.as_secs_f64(),
        p50_ms: percentile(50),
        p99_ms: percentile(99),
        all: f64::from(u32::try_from(service.made.load(Ordering::Relaxed) - made)?),
    })
}

/// What a form says that it is.
pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A connection that is kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(url: &Url) -> Result<Self> {
        let address: SocketAddr = url
            .socket_addrs(|| None)?
            .first()
            .copied()
            .context("no address")?;
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    /// Posts, and returns the body of an answer that says that all is well.
    pub(crate) async fn post(&mut self, path: &str, headers: &str, body: &str) -> Result<String> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection was closed");
            }
            let said = std::str::from_utf8(&self.buffer)?;
            let Some((head, body)) = said.split_once("\r\n\r\n") else {
                continue;
            };
            let length: usize = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .context("an answer without a length")?
                .1
                .parse()?;
            if body.len() < length {
                continue;
            }
            if !head.starts_with("HTTP/1.1 20") {
                bail!("{said}");
            }
            return Ok(body.to_owned());
        }
    }
}
