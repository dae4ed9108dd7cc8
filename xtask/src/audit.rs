//! `cargo xtask audit`: what the dependencies may be, apart from the tests because it asks the registries.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{place, setup, step};

/// Checks the crates against deny.toml, and asks for known flaws of the npm packages.
///
/// # Errors
/// When a check finds something or cannot be made.
pub(crate) fn run() -> Result<()> {
    setup::everything()?;
    println!(
        "advisories about crates are not checked: their database is another repository, which is not fetched here"
    );
    step::run(
        step::program(&cargo_deny()?.to_string_lossy())
            .args(["check", "bans", "licenses", "sources"]),
    )?;
    npm_audit()
}

/// The path of cargo-deny, installed into the target directory when it is not there.
fn cargo_deny() -> Result<PathBuf> {
    let tools = place::target()?.join("tools");
    let program = tools
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        // Without a target directory of ours cargo builds it in a temporary one, and leaves nothing but the program.
        let mut install = step::cargo();
        install.args([
            "install",
            "--locked",
            "--version",
            "^0.20",
            "cargo-deny",
            "--root",
        ]);
        step::run(install.arg(&tools).env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(program)
}

/// Reports the known flaws of the npm packages; a registry that knows none of this service is told of, not failed on.
fn npm_audit() -> Result<()> {
    println!("$ npm audit");
    let output = step::npm()
        .args(["audit", "--json"])
        .output()
        .context("could not start npm")?;
    let report: Value =
        serde_json::from_slice(&output.stdout).context("npm audit gave no report")?;
    let Some(flaws) = report
        .pointer("/metadata/vulnerabilities/total")
        .and_then(Value::as_u64)
    else {
        println!("not checked: the registry in use does not answer questions about known flaws");
        return Ok(());
    };
    if flaws > 0 {
        bail!("{flaws} known flaws in npm packages; `npm audit` in ui/ lists them");
    }
    println!("no known flaw in npm packages");
    Ok(())
}
