//! Every chore of the repository, on all three systems: `cargo xtask setup | run | test | audit | bench`.
#![expect(
    clippy::print_stdout,
    reason = "a command-line program tells on standard output what it does"
)]

mod app;
mod audit;
mod bench;
mod place;
mod run;
#[cfg(target_os = "linux")]
mod session;
#[cfg(not(target_os = "linux"))]
#[path = "no_session.rs"]
mod session;
mod setup;
mod step;
mod tiers;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The repository's chores
#[derive(Parser)]
#[command(bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what building and testing need, or name what is missing
    Setup,
    /// Set up, build and open the app
    Run(run::Options),
    /// Set up and run every check and test, or the tiers named
    Test(tiers::Options),
    /// Check dependencies: licences, bans and sources of the crates; known flaws of the npm packages
    Audit,
    /// Set up and measure how quick Remit is, each row against a named reference of the same run
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Setup => setup::everything(),
        Chore::Run(options) => run::run(&options),
        Chore::Test(options) => tiers::run(&options),
        Chore::Audit => audit::run(),
        Chore::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
