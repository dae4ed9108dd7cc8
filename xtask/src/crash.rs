//! `cargo xtask crash`: the app killed hundreds of times while payouts flow; Pockyt's own book counts the transfers.

use anyhow::{Result, bail};
use clap::Args;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::session::Session;
use crate::{app, setup, step, ui};

/// The program of tests/, and the test in it, that does the work.
const PROGRAM: &str = "crash";
const TEST: &str = "storm::";

#[derive(Args)]
pub(crate) struct Options {
    /// How many times the app is killed
    #[arg(long, default_value_t = 500)]
    kills: u32,
    /// What chance begins with; without it, the time
    #[arg(long)]
    seed: Option<u64>,
}

/// Sets up, builds, and kills.
///
/// # Errors
/// When the set-up fails, or a payout was made twice, got lost or stays unsettled.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the crash test drives WebKitGTK, which only Linux has");
    }
    setup::everything()?;
    ui::build()?;
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = options
        .seed
        .unwrap_or_else(|| since_epoch.map_or(1, |time| time.as_secs()));
    let session = Session::start()?;
    let mut test = app::cargo("test");
    test.args(["--test", PROGRAM, "--", "--nocapture", TEST])
        .env("REMIT_CRASH_KILLS", options.kills.to_string())
        .env("REMIT_CRASH_SEED", seed.to_string());
    step::run(session.enter(&mut test))
}
