//! Chromium with the built UI as an app window. What Remit answered is there by heart: no ledger, no program behind it.

use super::{SCRIPT, processes};
use anyhow::{Context, Result};
use axum::extract::{Json, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, serve};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Component, Path};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, UnboundedSender};

const BUILT: &str = "ui/dist";
const PATIENCE: Duration = Duration::from_secs(60);

/// The bridge to the program, as far as the UI's first screens use it.
const BRIDGE: &str = r"
window.__TAURI_INTERNALS__ = {
  metadata: { currentWindow: { label: 'main' }, currentWebview: { label: 'main', windowLabel: 'main' } },
  transformCallback: () => 1,
  unregisterCallback: () => undefined,
  invoke: (command) => command in answers
    ? Promise.resolve(structuredClone(answers[command]))
    : Promise.resolve(null),
};
window.__TAURI_EVENT_PLUGIN_INTERNALS__ = { unregisterListener: () => undefined };
addEventListener('load', async () => {
  const tell = (seen) => fetch('/seen', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(seen),
  });
  try {
    const painted = await page.painted();
    const list = await page.firstList();
    if (journey) await page.payouts();
    await tell({ painted, list });
  } catch (error) {
    await tell({ painted: 0, list: 0, error: String(error) });
  }
});
";

/// What Chromium's page has seen.
#[derive(Deserialize)]
struct Told {
    painted: f64,
    list: f64,
    error: Option<String>,
}

pub(crate) struct Seen {
    /// In milliseconds after the browser was started.
    pub(crate) painted: f64,
    pub(crate) list: f64,
    pub(crate) memory: Option<f64>,
}

struct Site {
    head: String,
    told: UnboundedSender<Told>,
}

async fn file(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let path = match uri.path() {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    };
    let path = Path::new(path);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let Some(content) = inside
        .then(|| std::fs::read(Path::new(BUILT).join(path)).ok())
        .flatten()
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (kind, content) = match path.extension().and_then(|kind| kind.to_str()) {
        Some("html") => {
            let page = String::from_utf8_lossy(&content);
            (
                "text/html",
                page.replacen("<head>", &site.head, 1).into_bytes(),
            )
        }
        Some("js") => ("text/javascript", content),
        Some("css") => ("text/css", content),
        _ => ("application/octet-stream", content),
    };
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}

async fn seen(State(site): State<Arc<Site>>, Json(told): Json<Told>) {
    let _ = site.told.send(told);
}

/// Whether Chromium can be started.
pub(crate) fn is_there() -> bool {
    let version = Command::new("chromium")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// Opens the UI in Chromium; with a rest, the payouts are listed too, and its memory is looked at after it.
pub(crate) async fn look(answers: Value, rest: Option<Duration>) -> Result<Seen> {
    let (told, mut telling) = mpsc::unbounded_channel();
    // Nothing in a script may look like its end.
    let answers = answers.to_string().replace("</", "<\\/");
    let journey = rest.is_some();
    let head = format!(
        "<head><script>const answers = {answers}, journey = {journey};{SCRIPT}{BRIDGE}</script>"
    );
    let site = Router::new()
        .route("/seen", post(seen))
        .fallback(get(file))
        .with_state(Arc::new(Site { head, told }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(async move { serve(listener, site).await });
    let home = tempfile::tempdir()?;
    let mut chromium = Command::new("chromium")
        .arg(format!("--app=http://{address}/#/payees"))
        .arg(format!("--user-data-dir={}", home.path().display()))
        .args(["--no-sandbox", "--no-first-run", "--window-size=1180,780"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("Chromium is in the package chromium")?;
    let told = tokio::time::timeout(PATIENCE, telling.recv()).await;
    let looked = async {
        let told = told
            .context("Chromium painted nothing")?
            .context("the server is gone")?;
        if let Some(error) = told.error {
            anyhow::bail!("in Chromium: {error}");
        }
        let begun = processes::begun(chromium.id())?;
        let memory = match rest {
            Some(rest) => {
                tokio::time::sleep(rest).await;
                Some(processes::memory(chromium.id())?)
            }
            None => None,
        };
        Ok(Seen {
            painted: told.painted - begun,
            list: told.list - begun,
            memory,
        })
    };
    let looked = looked.await;
    chromium.kill()?;
    chromium.wait()?;
    server.abort();
    looked
}
