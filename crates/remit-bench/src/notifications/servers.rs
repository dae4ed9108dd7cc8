//! The servers that are measured, each a process of its own.

use super::load::Connection;
use anyhow::{Context, Result, bail};
use axum::Router;
use axum::routing::post;
use pockyt::ACKNOWLEDGEMENT;
use remit_relay::sealed::PrivateKey;
use remit_relay::wire::{CreatedMailbox, NewMailbox};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// Who may create mailboxes in the relay that is measured.
const ADMIN_TOKEN: &str = "bench-0123456789abcdef0123456789abcdef";

const STARTED_WITHIN: Duration = Duration::from_secs(20);

/// Serves the bare route until standard input ends, and tells on standard output where it is.
pub(crate) async fn serve_route() -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/in/bench", listener.local_addr()?);
    let route = Router::new().route("/in/{inbound}", post(|_: String| async { ACKNOWLEDGEMENT }));
    let serving = tokio::spawn(async move { axum::serve(listener, route).await });
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    serving.abort();
    Ok(())
}

/// Starts a part of this program that tells on standard output where it is; it ends with the value.
pub(crate) async fn part(name: &str, folder: &Path) -> Result<(Child, Url)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("--folder")
        .arg(folder)
        .arg(name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().context("no output")?;
    let line = BufReader::new(output).lines().next_line().await?;
    Ok((child, line.context("it did not start")?.parse()?))
}

/// How much of the processor a server took so far. Only Linux tells.
pub(crate) fn cpu(server: &Child) -> Result<Duration> {
    let id = server.id().context("the server has ended")?;
    let mut spent = Duration::ZERO;
    for thread in std::fs::read_dir(format!("/proc/{id}/task"))? {
        let said = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        let nanoseconds = said.split(' ').next().context("no such figure")?;
        spent += Duration::from_nanos(nanoseconds.parse()?);
    }
    Ok(spent)
}

/// A relay, the real program.
pub(crate) struct Relay {
    pub(crate) child: Child,
    url: Url,
}

impl Relay {
    /// Starts it with a new store in that folder, and with these arguments too.
    pub(crate) async fn start(folder: &Path, arguments: &[&str]) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("remit-relay");
        if !program.exists() {
            bail!("`cargo build --release -p remit-relay` makes the relay that is measured");
        }
        let (listen, observe) = (free_address()?, free_address()?);
        let url: Url = format!("http://{listen}").parse()?;
        let child = Command::new(program)
            .args(["serve", "--listen", &listen, "--observe", &observe])
            .args(["--public-url", url.as_str()])
            .arg("--store")
            .arg(folder.join("relay.db"))
            .args(arguments)
            .env("REMIT_RELAY_ADMIN_TOKEN", ADMIN_TOKEN)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let until = Instant::now() + STARTED_WITHIN;
        while Connection::open(&url).await.is_err() {
            if Instant::now() > until {
                bail!("the relay did not start");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { child, url })
    }

    /// Creates so many mailboxes; where each takes notifications.
    pub(crate) async fn mailboxes(&self, count: usize) -> Result<Vec<Url>> {
        let asked = NewMailbox {
            public_key: PrivateKey::generate()?.public().to_string(),
        };
        let asked = serde_json::to_string(&asked)?;
        let headers = format!("Authorization: Bearer {ADMIN_TOKEN}\r\n");
        let mut connection = Connection::open(&self.url).await?;
        let mut urls = Vec::new();
        for _ in 0..count {
            let answer = connection.post("/v1/mailboxes", &headers, &asked).await?;
            let created: CreatedMailbox = serde_json::from_str(&answer)?;
            urls.push(created.ipn_url.parse()?);
        }
        Ok(urls)
    }

    /// Mebibytes of memory that are its own or its share, and all that it has mapped in.
    pub(crate) fn memory(&self) -> Result<(f64, f64)> {
        let id = self.child.id().context("the relay has ended")?;
        let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup"))?;
        let mebibytes = |name: &str| -> Result<f64> {
            let line = rollup.lines().find_map(|line| line.strip_prefix(name));
            let kibibytes: f64 = line
                .and_then(|line| line.split_whitespace().next())
                .context("no such line")?
                .parse()?;
            Ok(kibibytes / 1024.0)
        };
        Ok((mebibytes("Pss:")?, mebibytes("Rss:")?))
    }
}

/// An address that was free a moment ago.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .to_string())
}
