//! `cargo xtask crash`: the app killed hundreds of times while payouts flow; Pockyt's own book counts the transfers.

use anyhow::{Result, bail};
use clap::{Args, value_parser};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::session::Session;
use crate::{app, setup, step, ui};

/// The program of tests/, and the tests in it, that do the work: payouts one by one, and a payout run.
const PROGRAM: &str = "crash";
const TESTS: [&str; 2] = ["storm::", "run::"];
/// One kill in so many is for the payout run.
const OF_THE_RUN: u32 = 5;

#[derive(Args)]
pub(crate) struct Options {
    /// How many times the app is killed: four fifths while single payouts flow, one fifth while a payout run does. From 200
    /// on, three more while a payment is on the wire that was sent before; else one
    #[arg(long, default_value_t = 500, value_parser = value_parser!(u32).range(2..))]
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
    let of_the_run = (options.kills / OF_THE_RUN).max(1);
    let of_the_storm = options.kills - of_the_run;
    test.args(["--test", PROGRAM, "--", "--nocapture"])
        .args(TESTS)
        .env("REMIT_CRASH_KILLS", of_the_storm.to_string())
        .env("REMIT_CRASH_RUN_KILLS", of_the_run.to_string())
        .env("REMIT_CRASH_SEED", seed.to_string());
    step::run(session.enter(&mut test))
}
