//! A window under WebKitWebDriver.

use super::{SCRIPT, processes};
use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
/// How long a script may take, in milliseconds.
const SCRIPT_MS: u32 = 600_000;

/// WebKitWebDriver with the program it has started.
pub(crate) struct Driver {
    process: Child,
    program: u32,
    client: Client,
}

impl Driver {
    pub(crate) async fn open(program: &Path, environment: &[(&str, PathBuf)]) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let process = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("WebKitWebDriver is in the package webkit2gtk-driver")?;
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if begun.elapsed() > PATIENCE {
                bail!("WebKitWebDriver does not listen");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut capabilities = Map::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": program, "args": [] }),
        );
        capabilities.insert("timeouts".to_owned(), json!({ "script": SCRIPT_MS }));
        // The page is asked as soon as there is one.
        capabilities.insert("pageLoadStrategy".to_owned(), json!("none"));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .with_context(|| format!("{} opened no window", program.display()))?;
        let children = processes::children(process.id())?;
        let program = children.first().copied().context("the program has ended")?;
        let driver = Self {
            process,
            program,
            client,
        };
        driver.load().await?;
        Ok(driver)
    }

    /// Runs the script in the program's page, once that has come in place of the empty one.
    async fn load(&self) -> Result<()> {
        let begun = Instant::now();
        let script =
            format!("if (location.protocol !== 'tauri:') return false; {SCRIPT} return true;");
        // While one page takes another's place, there may be none to ask.
        while !matches!(
            self.client.execute(&script, Vec::new()).await,
            Ok(Value::Bool(true))
        ) {
            if begun.elapsed() > PATIENCE {
                bail!("the window shows no page");
            }
        }
        Ok(())
    }

    pub(crate) fn program(&self) -> u32 {
        self.program
    }

    /// What a promise of the page becomes.
    pub(crate) async fn ask(&self, promise: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1]; \
             Promise.resolve().then(() => {promise}).then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let mut answer = self.client.execute_async(&script, Vec::new()).await?;
        if let Some(error) = answer.get("error") {
            bail!("{promise}: {error}");
        }
        Ok(answer["value"].take())
    }

    /// How many milliseconds after the program's process began the moment was that a promise of the page tells.
    pub(crate) async fn after_begun(&self, promise: &str) -> Result<f64> {
        let moment = self.ask(promise).await?;
        let moment = moment.as_f64().context("the page told no moment")?;
        Ok(moment - processes::begun(self.program)?)
    }

    pub(crate) async fn close(mut self) -> Result<()> {
        // The driver ends its program with the session.
        let closed = self.client.clone().close().await;
        let begun = Instant::now();
        while processes::runs(self.program) && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.process.kill()?;
        self.process.wait()?;
        Ok(closed?)
    }
}
