//! `cargo xtask bench`: how quick Remit is, each row a ratio against a named reference that was measured in the same run.
#![expect(
    clippy::print_stdout,
    reason = "a command-line program tells on standard output what it does"
)]

mod bare;
mod bundle;
mod engine;
mod import;
mod intents;
mod notifications;
mod ports;
mod runs;
mod samples;
mod sandbox;
mod search;
mod size;
mod table;
#[cfg(target_os = "linux")]
mod window;

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
    /// Measure only these, with commas between them
    #[arg(long, value_delimiter = ',')]
    only: Vec<Subject>,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// Durable intents in the ledger
    Intents,
    /// Payouts through the engine
    Engine,
    /// A file of 100,000 payouts read and validated
    Import,
    /// A run of 10,000 payouts: how long it takes, in how much memory, and when its first request leaves
    Run,
    /// Notifications taken by the relay and by the app's listener
    Notifications,
    /// Search as you type over 100,000 payees and 500,000 payouts, in the ledger and in the real window
    Search,
    /// From the start of the process to a usable list, in the real window (Linux)
    Start,
    /// The memory of all its processes after a journey (Linux)
    Memory,
    /// Scrolling 100,000 rows in the real window (Linux)
    Scroll,
    /// A payout run of 100,000 rows, scrolled and written in, in the real window (Linux)
    Grid,
    /// A page of rows between page and program (Linux)
    Ipc,
    /// What the built UI weighs
    Bundle,
    /// What the package and the program weigh
    Size,
}

/// What this program starts itself as.
#[derive(Subcommand)]
enum Part {
    /// A local Pockyt, until its standard input ends
    #[command(hide = true)]
    Sandbox {
        /// By how many milliseconds each answer is late
        #[arg(long)]
        latency_ms: u64,
    },
    /// A route that takes notifications and keeps nothing, until its standard input ends
    #[command(hide = true)]
    Route,
    /// The app's listener and what is behind it, until its standard input ends
    #[command(hide = true)]
    Listener,
    /// Releases payouts, or pays them through the engine against that Pockyt, for the system calls to be counted
    #[command(hide = true)]
    Pay(engine::Errand),
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.folder)?;
    match arguments.part {
        Some(Part::Sandbox { latency_ms }) => sandbox::serve(latency_ms).await,
        Some(Part::Pay(errand)) => engine::run_errand(&errand, &arguments.folder).await,
        Some(Part::Route) => notifications::serve_route().await,
        Some(Part::Listener) => notifications::serve_listener(&arguments.folder).await,
        None => {
            let wanted = |subject| arguments.only.is_empty() || arguments.only.contains(&subject);
            let mut rows = Vec::new();
            if wanted(Subject::Intents) {
                rows.extend(intents::measure(arguments.runs, &arguments.folder).await?);
            }
            if wanted(Subject::Engine) {
                rows.extend(engine::measure(arguments.runs, &arguments.folder).await?);
            }
            if wanted(Subject::Import) {
                rows.extend(import::measure(arguments.runs)?);
            }
            if wanted(Subject::Run) {
                rows.extend(runs::measure(arguments.runs, &arguments.folder).await?);
            }
            if wanted(Subject::Notifications) {
                rows.extend(notifications::measure(arguments.runs, &arguments.folder).await?);
            }
            if wanted(Subject::Search) {
                rows.extend(search::measure(arguments.runs, &arguments.folder).await?);
            }
            #[cfg(target_os = "linux")]
            {
                let wanted = window::Wanted {
                    start: wanted(Subject::Start),
                    memory: wanted(Subject::Memory),
                    search: wanted(Subject::Search),
                    scroll: wanted(Subject::Scroll),
                    grid: wanted(Subject::Grid),
                    ipc: wanted(Subject::Ipc),
                };
                if wanted.any() {
                    rows.extend(window::measure(arguments.runs, &arguments.folder, wanted).await?);
                }
            }
            if wanted(Subject::Bundle) {
                rows.extend(bundle::measure()?);
            }
            if wanted(Subject::Size) {
                rows.extend(size::measure()?);
            }
            table::print(&rows);
            Ok(())
        }
    }
}
