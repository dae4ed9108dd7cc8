//! `cargo xtask test`: every check and test, in tiers, the cheap ones first.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::session::Session;
use crate::verdicts::{Failure, Verdicts};
use crate::{app, setup, step, ui};

/// From what proptest draws its cases.
const PROPERTY_SEED: &str = "PROPTEST_RNG_SEED";

#[derive(Args)]
pub(crate) struct Options {
    /// Run only these; without any, all of them
    #[arg(value_enum, value_name = "TIER")]
    tiers: Vec<Tier>,
    /// Only list the tiers
    #[arg(long)]
    list: bool,
}

/// In the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tier {
    /// Formatting of the Rust code
    Fmt,
    /// svelte-check, eslint and prettier
    UiLint,
    /// Svelte components with a fake platform
    Components,
    /// Lints of the whole workspace; a warning is a failure
    Clippy,
    /// Whether the TypeScript bindings are those of the commands: tests/bindings*.rs
    Bindings,
    /// Unit, property, simulation and protocol tests: the crates' own
    Unit,
    /// The app through its IPC commands: tests/*.rs, as far as no other tier has them
    Commands,
    /// Journeys in the real window: tests/window*.rs
    Window,
    /// The real process, killed and restarted: tests/crash*.rs
    Crash,
}

#[derive(Clone, Copy)]
enum Outcome {
    Passed,
    Failed,
    /// There is no such test, or this system cannot run it.
    Skipped,
}

/// How a tier ended.
struct Report {
    outcome: Outcome,
    /// What failed at the first try. A tier that passed all the same has some that passed at the second.
    failures: Vec<Failure>,
}

/// Sets up and runs the tiers, each to its end whatever became of the others.
///
/// # Errors
/// When the set-up fails, or a tier failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.list {
        for tier in Tier::value_variants() {
            println!("{:12}{}", tier.name(), tier.help());
        }
        return Ok(());
    }
    let chosen = |tier: &&Tier| options.tiers.is_empty() || options.tiers.contains(tier);
    let tiers: Vec<_> = Tier::value_variants().iter().filter(chosen).collect();
    setup::everything()?;
    if tiers.iter().any(|tier| tier.compiles_app()) {
        ui::build()?;
    }
    let in_session = cfg!(target_os = "linux") && tiers.iter().any(|tier| tier.opens_app());
    let session = in_session.then(Session::start).transpose()?;

    let mut results = Vec::new();
    for tier in tiers {
        println!("\n== {}: {}", tier.name(), tier.help());
        let start = Instant::now();
        let report = tier.run(session.as_ref())?;
        results.push((tier.name(), report, start.elapsed()));
    }
    conclude(&results)
}

impl Tier {
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    fn help(self) -> String {
        self.to_possible_value()
            .and_then(|value| value.get_help().map(ToString::to_string))
            .unwrap_or_default()
    }

    /// Whether the app's library is compiled, which takes the built UI in.
    fn compiles_app(self) -> bool {
        self == Self::Clippy || self.opens_app()
    }

    /// Whether a display, a session bus or a keychain may be used.
    fn opens_app(self) -> bool {
        matches!(
            self,
            Self::Bindings | Self::Unit | Self::Commands | Self::Window | Self::Crash
        )
    }

    fn run(self, session: Option<&Session>) -> Result<Report> {
        let mut report = Report {
            outcome: Outcome::Skipped,
            failures: Vec::new(),
        };
        if self == Self::Window && !cfg!(target_os = "linux") {
            println!("skipped: it drives WebKitGTK, which only Linux has");
            return Ok(report);
        }
        let mut commands = self.commands()?;
        if commands.is_empty() {
            println!("skipped: there is no such test");
            return Ok(report);
        }
        report.outcome = Outcome::Passed;
        for command in &mut commands {
            if let Some(session) = session.filter(|_| self.opens_app()) {
                session.enter(command);
            }
            let mut verdicts = Verdicts::default();
            let passed = passes(command, |line| verdicts.hear(line));
            let whole = verdicts.are_whole();
            let failures = verdicts.failures();
            if !(passed || whole && self.passes_again(command, &failures)) {
                report.outcome = Outcome::Failed;
            }
            report.failures.extend(failures);
        }
        Ok(report)
    }

    /// Runs what failed once more, one after the other, where that may have been chance.
    fn passes_again(self, command: &mut Command, failures: &[Failure]) -> bool {
        let in_the_app = matches!(self, Self::Commands | Self::Window);
        if !in_the_app || failures.is_empty() || !failures.iter().all(Failure::may_be_chance) {
            return false;
        }
        println!("\nA second try for what failed:");
        command.args(["--", "--test-threads=1", "--exact"]);
        command.args(failures.iter().map(|failure| &failure.test));
        passes(command, |_| {})
    }

    /// What the tier runs, all of it even when some fails.
    fn commands(self) -> Result<Vec<Command>> {
        let npm_scripts =
            |scripts: &[&str]| scripts.iter().map(|script| npm_script(script)).collect();
        Ok(match self {
            Self::Fmt => vec![cargo_fmt()],
            Self::UiLint => npm_scripts(&["check", "lint", "format:check"]),
            Self::Components => npm_scripts(&["test"]),
            Self::Clippy => vec![cargo_clippy()],
            Self::Unit => vec![crate_tests()?, mutant_tests(), doc_tests()],
            Self::Bindings | Self::Commands | Self::Window | Self::Crash => self.app_tests()?,
        })
    }

    /// The tests in tests/ whose names put them in this tier.
    fn app_tests(self) -> Result<Vec<Command>> {
        let names = test_programs(true)?;
        let ours: Vec<_> = names
            .into_iter()
            .filter(|name| Self::of(name) == self)
            .collect();
        if ours.is_empty() {
            return Ok(Vec::new());
        }
        let mut command = named_tests(&ours);
        command.env("REMIT_BIN", app::path(false)?);
        if self == Self::Window {
            command.env("TAURI_WEBVIEW_AUTOMATION", "true");
        }
        if self == Self::Commands && cfg!(unix) {
            // Which cargo does by itself for the relay's own tests only.
            return Ok(vec![app::build_of("remit-relay"), command]);
        }
        Ok(vec![command])
    }

    /// The tier that a program of tests/ is in.
    fn of(test: &str) -> Self {
        [
            (Self::Bindings, "bindings"),
            (Self::Window, "window"),
            (Self::Crash, "crash"),
        ]
        .into_iter()
        .find(|(_, prefix)| test.starts_with(prefix))
        .map_or(Self::Commands, |(tier, _)| tier)
    }
}

/// Whether a command could be started and succeeded.
fn passes(command: &mut Command, hear: impl FnMut(&str)) -> bool {
    step::run_heard(command, hear).unwrap_or_else(|error| {
        println!("{error:#}");
        false
    })
}

fn npm_script(script: &str) -> Command {
    let mut npm = step::npm();
    npm.args(["run", "--silent", script]);
    npm
}

fn cargo_fmt() -> Command {
    let mut fmt = step::cargo();
    fmt.args(["fmt", "--all", "--check"]);
    fmt
}

fn cargo_clippy() -> Command {
    let mut clippy = app::cargo("clippy");
    clippy.args(["--all-targets", "--", "-D", "warnings"]);
    clippy
}

/// The tests inside the code of every member, and the crates' tests/.
fn crate_tests() -> Result<Command> {
    let mut command = named_tests(&test_programs(false)?);
    command.args(["--lib", "--bins"]);
    // The same cases each time, so that what fails is what was changed. Other numbers try others.
    if std::env::var_os(PROPERTY_SEED).is_none() {
        command.env(PROPERTY_SEED, "1");
    }
    Ok(command)
}

/// Whether the simulation finds the mistakes that are made for it; a build of its own, so that the app never has them.
fn mutant_tests() -> Command {
    let mut command = named_tests(&["mutants".to_owned()]);
    command.args(["--features", "remit-simulation/mutants"]);
    command
}

fn doc_tests() -> Command {
    let mut command = app::cargo("test");
    command.args(["--no-fail-fast", "--doc"]);
    command
}

/// The test programs of these names. With those of the app cargo also builds the app itself.
fn named_tests(names: &[String]) -> Command {
    let mut command = app::cargo("test");
    command.arg("--no-fail-fast");
    command.args(names.iter().flat_map(|name| ["--test", name]));
    command
}

/// The names of the integration test programs, as cargo itself finds them: those of the app, or those of all others.
fn test_programs(of_app: bool) -> Result<Vec<String>> {
    let mut cargo = step::cargo();
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let output = cargo.output().context("cargo metadata did not start")?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).context("cargo metadata said nothing useful")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> = list(&metadata["packages"])
        .iter()
        .filter(|package| (package["name"] == "remit") == of_app)
        .flat_map(|package| list(&package["targets"]))
        .filter(|target| list(&target["kind"]).contains(&Value::from("test")))
        .filter(|target| list(&target["required-features"]).is_empty())
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// Prints what each test that failed said, then every tier's outcome and time and how many passed and failed.
fn conclude(results: &[(String, Report, Duration)]) -> Result<()> {
    for (tier, report, _) in results {
        for Failure { test, said } in &report.failures {
            println!("\n---- {tier}: {test}\n{said}");
        }
    }
    println!();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (tier, report, time) in results {
        let (word, count) = match report.outcome {
            Outcome::Passed => ("passed", &mut passed),
            Outcome::Failed => ("FAILED", &mut failed),
            Outcome::Skipped => ("skipped", &mut skipped),
        };
        *count += 1;
        let at_second_try = match (report.outcome, report.failures.len()) {
            (Outcome::Passed, tests @ 1..) => format!("   {tests} at the second try: see above"),
            _ => String::new(),
        };
        println!(
            "{tier:12}{word:8}{:7.1} s{at_second_try}",
            time.as_secs_f32()
        );
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        bail!("{failed} of {} tiers failed", results.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Tier;

    #[test]
    fn the_name_of_a_test_file_tells_its_tier() {
        assert!(Tier::of("window_journey") == Tier::Window);
        assert!(Tier::of("crash_while_sending") == Tier::Crash);
        assert!(Tier::of("bindings") == Tier::Bindings);
        assert!(Tier::of("commands_pay") == Tier::Commands);
        assert!(Tier::of("secrets_stay_out_of_sight") == Tier::Commands);
    }
}
