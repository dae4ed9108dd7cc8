//! `cargo xtask run`: the app, ready to be looked at.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::session::{self, Session};
use crate::{app, setup, step, ui};

/// What the app prints once its window is shown and painted.
const WINDOW_READY: &str = "remit: window ready";

/// How long the app may take until then.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Args)]
pub(crate) struct Options {
    /// Save what the window shows as a PNG file, then end the app (Linux)
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// Build it optimised
    #[arg(long)]
    release: bool,
    /// Arguments for the app itself; REMIT_DATA_DIR in the environment names its data folder
    #[arg(last = true)]
    app_arguments: Vec<String>,
}

/// Sets up, builds and opens the app.
///
/// # Errors
/// When a step fails, the app ends with a failure, or no picture of it can be taken.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.screenshot.is_some() && !cfg!(target_os = "linux") {
        bail!(
            "--screenshot is supported on Linux only: elsewhere the app would open among the user's own windows"
        );
    }
    setup::everything()?;
    ui::build()?;
    let mut app = step::program(&app::build(options.release)?.to_string_lossy());
    app.args(&options.app_arguments);
    if let Some(file) = &options.screenshot {
        return photograph(&Session::start()?, &mut app, &std::path::absolute(file)?);
    }
    if !Session::is_needed() {
        return step::run(&mut app);
    }
    println!(
        "no display here: Remit opens on a virtual one that nobody sees; its home and keychain go when it ends"
    );
    println!("(`--screenshot FILE` shows it; Ctrl-C ends it)");
    let session = Session::start()?;
    step::run(session.enter(&mut app))
}

/// Opens the app in the session, saves a picture of its window and ends it.
fn photograph(session: &Session, app: &mut Command, file: &Path) -> Result<()> {
    let mut app = session
        .enter(app)
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start the app")?;
    wait_for_window(&mut app)?;
    session.capture(&app, file)?;
    println!("the window is in {}", file.display());
    session::close(&mut app)
}

/// Passes on what the app prints, and returns when it says that its window is ready.
fn wait_for_window(app: &mut Child) -> Result<()> {
    let output = app.stdout.take().context("the app has no output")?;
    let (ready, window) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{line}");
            if line == WINDOW_READY && ready.send(()).is_err() {
                break;
            }
        }
    });
    match window.recv_timeout(PATIENCE) {
        Ok(()) => Ok(()),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            bail!("the app ended before its window was ready")
        }
        Err(mpsc::RecvTimeoutError::Timeout) => {
            bail!("the app's window was not ready within {PATIENCE:?}")
        }
    }
}
