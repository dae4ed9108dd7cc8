//! How cargo is asked to build the app and its tests.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{place, step};

/// A cargo command over the whole workspace.
///
/// Cargo unites the features of the packages it is asked for. Whatever is built, checked or tested is therefore asked
/// for in these same words and narrowed by target (`--lib`, `--test NAME`), never by package: one set of features, so
/// that one chore's build serves the next.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut cargo = step::cargo();
    cargo.args([
        subcommand,
        "--workspace",
        "--features",
        "remit/custom-protocol",
    ]);
    cargo
}

/// Builds the app and returns its path.
///
/// # Errors
/// When the build fails.
pub(crate) fn build(release: bool) -> Result<PathBuf> {
    let mut build = build_of("remit");
    if release {
        build.arg("--release");
    }
    step::run(&mut build)?;
    path(release)
}

/// A cargo command that builds one of the programs.
pub(crate) fn build_of(program: &str) -> Command {
    let mut build = cargo("build");
    // There are no examples. Asking for them makes cargo unite features as it does for tests, so both share one build.
    build.args(["--bin", program, "--examples"]);
    build
}

/// Where cargo puts the app.
///
/// # Errors
/// When the target directory cannot be told.
pub(crate) fn path(release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    Ok(place::target()?
        .join(profile)
        .join(format!("remit{}", std::env::consts::EXE_SUFFIX)))
}
