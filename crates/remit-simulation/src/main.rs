//! Runs seeds, and tells which one breaks a promise, why, and with how little.
#![expect(
    clippy::print_stdout,
    reason = "a command-line program tells on standard output what it does"
)]

use clap::Parser;
use remit_simulation::{Fleet, On, Plan, run, shrink};
use std::process::ExitCode;
use std::time::Instant;

/// The engine in a made-up world where everything goes wrong
#[derive(Parser)]
struct Arguments {
    /// How many seeds
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Go on until so many have failed
    #[arg(long, default_value_t = 1, value_name = "FAILURES")]
    failures: usize,
    /// One run in so many is on the real ledger, with its file; 0 for none
    #[arg(long, default_value_t = 100, value_name = "RUNS")]
    real_one_in: u64,
    /// Put this mistake into the engine, to see that it is found
    #[cfg(feature = "mutants")]
    #[arg(long, value_name = "NAME", value_parser = mutant_named)]
    mutant: Option<remit_core::Mutant>,
    /// Only tell everything that happens in this seed
    #[arg(long, value_name = "SEED")]
    trace: Option<u64>,
}

/// The mistake of this name.
#[cfg(feature = "mutants")]
fn mutant_named(name: &str) -> Result<remit_core::Mutant, String> {
    let all = remit_core::Mutant::ALL;
    let found = all.into_iter().find(|mutant| format!("{mutant:?}") == name);
    found.ok_or_else(|| format!("the mistakes are {all:?}"))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let set_mutant = || {
        #[cfg(feature = "mutants")]
        remit_core::activate(arguments.mutant);
    };
    set_mutant();
    let fleet = Fleet {
        from: arguments.from,
        seeds: arguments.seeds,
        most_failures: arguments.failures,
        real_one_in: arguments.real_one_in,
    };
    if let Some(seed) = arguments.trace {
        return if tell(&Plan::new(seed), fleet.on(seed)) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let start = Instant::now();
    let broken = fleet.sail(set_mutant);
    let seconds = start.elapsed().as_secs_f64();
    for other in broken.iter().skip(1) {
        println!("seed {} fails: {}", other.seed, other.failure);
    }
    let Some(broken) = broken.first() else {
        let rate = arguments.seeds as f64 / seconds.max(0.001);
        println!(
            "{} seeds from {}: clean, in {seconds:.1} s, {rate:.0} seeds/s",
            arguments.seeds, arguments.from
        );
        return ExitCode::SUCCESS;
    };
    println!("seed {} fails: {}\n", broken.seed, broken.failure);
    let on = fleet.on(broken.seed);
    let plan = shrink(&Plan::new(broken.seed), on, &broken.failure);
    println!("The smallest cut of its plan that still fails:");
    print!("{plan}");
    println!("\nWhat happens in it:");
    tell(&plan, on);
    println!("\nThe whole run: --trace {}", broken.seed);
    ExitCode::FAILURE
}

/// Prints what happens; whether nothing was broken.
fn tell(plan: &Plan, on: On) -> bool {
    match run(plan, on, true) {
        Ok(outcome) => {
            for line in &outcome.trace {
                println!("{line}");
            }
            println!(
                "({} turns, {:.1} days)",
                outcome.turns,
                outcome.lasted.as_secs_f64() / 86_400.0
            );
            outcome.failure.is_none()
        }
        Err(error) => {
            println!("no ledger could be made: {error}");
            false
        }
    }
}
