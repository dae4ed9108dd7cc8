//! Every chore of the repository, on all three systems: `cargo xtask setup | run | test | simulate | crash | screens | bench | audit |
//! icons`.
#![expect(
    clippy::print_stdout,
    reason = "a command-line program tells on standard output what it does"
)]

mod app;
mod audit;
mod bench;
mod crash;
mod icons;
mod place;
mod run;
mod screens;
#[cfg(target_os = "linux")]
mod session;
#[cfg(not(target_os = "linux"))]
#[path = "no_session.rs"]
mod session;
mod setup;
mod simulate;
mod step;
mod tiers;
mod ui;
mod verdicts;

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
    /// Kill the app hundreds of times while payouts flow, and compare its ledger with Pockyt's book (Linux)
    Crash(crash::Options),
    /// Run many seeds of the engine in a made-up world where everything goes wrong
    Simulate(simulate::Options),
    /// Take pictures of every screen in every state, into target/screens/looks (Linux)
    Screens(screens::Options),
    /// Check dependencies: licences, bans and sources of the crates; known flaws of the npm packages
    Audit,
    /// Set up and measure how quick Remit is, each row against a named reference of the same run
    Bench(bench::Options),
    /// Make the app's icon at every size from its drawings in src-tauri/icons
    Icons,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Setup => setup::everything(),
        Chore::Run(options) => run::run(&options),
        Chore::Test(options) => tiers::run(&options),
        Chore::Crash(options) => crash::run(&options),
        Chore::Simulate(options) => simulate::run(&options),
        Chore::Screens(options) => screens::run(&options),
        Chore::Audit => audit::run(),
        Chore::Bench(options) => bench::run(&options),
        Chore::Icons => icons::make(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
