//! Notifications durably taken per second, beside the same routes without durability and without anything.
//!
//! ```text
//! cargo bench -p remit-relay -- [postgresql://...]
//! ```
//!
//! Three rows, each with the same 64 connections and bodies: `bare`, a route that reads the body and answers; `kept in
//! memory`, the relay with a store that forgets; `durable`, the relay with SQLite, or the PostgreSQL that is named.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use remit_relay::sealed::PrivateKey;
use remit_relay::server::{
    Answer, Bell, Deposit, Deposited, Limits, Mailbox, NewMailbox, Retention, Running, Settings,
    Store, StoreError, Summary, Swept, create_mailbox, open,
};
use remit_relay::wire::{Cursor, Page, ReaderId};
use remit_relay::{Inbound, MailboxId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(5);
const BODY: &str = "accountToken=2010300192540133960288&amount=60.00&currency=USD&invoiceId=9aae4c685d824c5da746f97620c59ec7\
    &paymentTime=2023-02-15T22%3A59%3A11Z&status=success&transactionNo=318453016214317262&vendor=BANK_ACCOUNT\
    &verifySign=4bdda832b839f1d0158719875cdfd50e";

type Failure = Box<dyn Error + Send + Sync>;

/// Knows its mailboxes from another store and forgets every notification.
struct Forgetful(Arc<dyn Store>);

#[async_trait]
impl Store for Forgetful {
    async fn create(&self, mailbox: NewMailbox) -> Result<(), StoreError> {
        self.0.create(mailbox).await
    }

    async fn remove(&self, id: MailboxId) -> Result<bool, StoreError> {
        self.0.remove(id).await
    }

    async fn mailboxes(&self) -> Result<Vec<Summary>, StoreError> {
        self.0.mailboxes().await
    }

    async fn by_inbound(&self, inbound: &Inbound) -> Result<Option<Mailbox>, StoreError> {
        self.0.by_inbound(inbound).await
    }

    async fn by_id(&self, id: MailboxId) -> Result<Option<Mailbox>, StoreError> {
        self.0.by_id(id).await
    }

    async fn deposit(&self, _: Deposit) -> Result<Deposited, StoreError> {
        Ok(Deposited::Kept(Cursor(1)))
    }

    async fn fetch(
        &self,
        _: i64,
        _: &ReaderId,
        _: Option<Cursor>,
        _: usize,
        _: Timestamp,
    ) -> Result<Answer<Page>, StoreError> {
        Ok(Answer::Gone)
    }

    async fn acknowledge(
        &self,
        _: i64,
        _: &ReaderId,
        _: Cursor,
        _: Timestamp,
    ) -> Result<Answer<Cursor>, StoreError> {
        Ok(Answer::Gone)
    }

    async fn sweep(&self, _: Timestamp) -> Result<Swept, StoreError> {
        Ok(Swept::default())
    }

    async fn probe(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let place = std::env::args()
        .skip(1)
        .find(|argument| argument.contains("://"))
        .unwrap_or_else(|| folder.path().join("relay.db").display().to_string());
    let limits = Limits {
        stored: i64::MAX,
        bytes: i64::MAX,
        readers: 4,
    };
    let retention = Retention {
        notifications: SignedDuration::from_hours(24),
        readers: SignedDuration::from_hours(24),
    };
    let bell = Bell::default();
    let store = open(&place, limits, retention, &bell).await?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let bare = Router::new().route("/in/x", post(|_: String| async { "success" }));
    let serving = tokio::spawn(async move { axum::serve(listener, bare).await });
    let bare = measure(address, "/in/x".to_owned()).await?;
    serving.abort();

    let forgetful = of_relay(Arc::new(Forgetful(Arc::clone(&store))), bell.clone()).await?;
    let durable = of_relay(store, bell).await?;
    let mut out = std::io::stdout().lock();
    for (name, row) in [
        ("bare", &bare),
        ("kept in memory", &forgetful),
        ("durable", &durable),
    ] {
        writeln!(
            out,
            "{name:16}{:>8} /s   p50 {:>7.2} ms   p99 {:>7.2} ms   {:.2} of bare",
            row.per_second,
            row.p50.as_secs_f64() * 1e3,
            row.p99.as_secs_f64() * 1e3,
            f64::from(row.per_second) / f64::from(bare.per_second)
        )?;
    }
    Ok(())
}

/// What a run came to.
struct Row {
    per_second: u32,
    p50: Duration,
    p99: Duration,
}

async fn of_relay(store: Arc<dyn Store>, bell: Bell) -> Result<Row, Failure> {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings {
        listen: any,
        observe: any,
        public_url: "http://127.0.0.1:1/".parse()?,
        admin: None,
        per_second: 1_000_000,
        burst: 1_000_000,
        connections: 2 * CONNECTIONS,
    };
    let key = PrivateKey::generate()?.public();
    let link = create_mailbox(&*store, &settings.public_url, key).await?;
    let url: url::Url = link.ipn_url().parse()?;
    let relay = Running::start(settings, store, bell).await?;
    let row = measure(relay.address(), url.path().to_owned()).await?;
    relay.stop().await;
    Ok(row)
}

async fn measure(address: SocketAddr, path: String) -> Result<Row, Failure> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: relay\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let from = Instant::now() + WARM_UP;
    let until = from + MEASURED;
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(send(address, request.clone(), from, until)))
        .collect();
    let mut took = Vec::new();
    for sender in senders {
        took.extend(sender.await??);
    }
    took.sort_unstable();
    let at = |percent: usize| {
        took.get(took.len() * percent / 100)
            .copied()
            .unwrap_or_default()
    };
    let count = u64::try_from(took.len())?;
    Ok(Row {
        per_second: u32::try_from(count / MEASURED.as_secs())?,
        p50: at(50),
        p99: at(99),
    })
}

/// Sends one request after the other; how long each answer took. An answer other than `success` ends the run.
async fn send(
    address: SocketAddr,
    request: String,
    from: Instant,
    until: Instant,
) -> Result<Vec<Duration>, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut took = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let began = Instant::now();
        if began >= until {
            return Ok(took);
        }
        stream.write_all(request.as_bytes()).await?;
        let mut length = 0;
        while !buffer[..length].ends_with(b"success") {
            match stream.read(&mut buffer[length..]).await? {
                0 => return Err(String::from_utf8_lossy(&buffer[..length]).into()),
                read => length += read,
            }
        }
        if began >= from {
            took.push(began.elapsed());
        }
    }
}
