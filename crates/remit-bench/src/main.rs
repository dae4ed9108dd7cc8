//! `cargo xtask bench`: how quick Remit is, each row a ratio against a named reference that was measured in the same run.
#![expect(
    clippy::print_stdout,
    reason = "a command-line program tells on standard output what it does"
)]

mod bare;
mod engine;
mod intents;
mod samples;
mod table;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// How quick Remit is
#[derive(Parser)]
#[command(bin_name = "cargo xtask bench", version)]
struct Arguments {
    /// How many times each row is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(5..))]
    runs: u32,
    /// Where the ledgers are made; on the disk that is to be measured
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// Measure only these rows
    #[arg(long, value_enum)]
    only: Option<Rows>,
    #[command(subcommand)]
    part: Option<Part>,
}

/// Which rows are measured together.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rows {
    /// Durable intents
    Intents,
    /// A payout through the engine
    Payout,
}

/// What this program starts itself as.
#[derive(Subcommand)]
enum Part {
    /// A local Pockyt, until its standard input ends
    #[command(hide = true)]
    Sandbox,
    /// Releases payouts, or pays them through the engine against that Pockyt, for the system calls to be counted
    #[command(hide = true)]
    Pay(engine::Errand),
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.folder)?;
    match arguments.part {
        Some(Part::Sandbox) => engine::serve().await,
        Some(Part::Pay(errand)) => engine::run_errand(&errand, &arguments.folder).await,
        None => {
            let wanted = |rows| arguments.only.is_none_or(|only| only == rows);
            let (runs, folder) = (arguments.runs, &arguments.folder);
            let mut rows = Vec::new();
            if wanted(Rows::Intents) {
                rows.extend(intents::measure(runs, folder).await?);
            }
            if wanted(Rows::Payout) {
                rows.extend(engine::measure(runs, folder).await?);
            }
            table::print(&rows);
            Ok(())
        }
    }
}
