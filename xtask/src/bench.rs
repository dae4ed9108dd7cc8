//! `cargo xtask bench`: the bench, built for release. The machine should have nothing else to do.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;

use crate::{setup, step, ui};

#[derive(Args)]
pub(crate) struct Options {
    /// What the bench itself takes, such as `--runs 9`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// # Errors
/// When the set-up, a build or the bench fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    ui::build()?;
    // By itself, as it is packaged.
    step::run(step::cargo().args(["build", "--release", "-p", "remit-relay"]))?;
    let mut bench = step::cargo();
    bench.args(["run", "--release", "-p", "remit-bench", "--"]);
    step::run(bench.args(&options.arguments))
}
