//! `cargo xtask simulate`: many seeds of the engine in a made-up world.

use anyhow::Result;
use clap::Args;

use crate::step;

#[derive(Args)]
pub(crate) struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One run in so many is on the real ledger, with its file; 0 for none
    #[arg(long, default_value_t = 100, value_name = "RUNS")]
    real_one_in: u64,
    /// Put this mistake into the engine, to see that it is found; an unknown name lists them
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// Only tell everything that happens in this seed
    #[arg(long, value_name = "SEED")]
    trace: Option<u64>,
}

/// Builds the simulation, optimised, and runs it.
///
/// # Errors
/// When it cannot be built, or a seed breaks a promise.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut cargo = step::cargo();
    cargo.args([
        "run",
        "--release",
        "--quiet",
        "--package",
        "remit-simulation",
    ]);
    if options.mutant.is_some() {
        cargo.args(["--features", "mutants"]);
    }
    cargo.arg("--");
    let mut pass = |name: &str, value: String| {
        cargo.args([format!("--{name}"), value]);
    };
    pass("seeds", options.seeds.to_string());
    pass("from", options.from.to_string());
    pass("real-one-in", options.real_one_in.to_string());
    if let Some(mutant) = &options.mutant {
        pass("mutant", mutant.clone());
    }
    if let Some(seed) = options.trace {
        pass("trace", seed.to_string());
    }
    step::run(&mut cargo)
}
