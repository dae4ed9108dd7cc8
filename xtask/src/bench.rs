//! `cargo xtask bench`: the bench, built for release. The machine should have nothing else to do.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;

use crate::session::Session;
use crate::{setup, step, ui};

/// What makes packages of the app; the version of the toolkit's own parts.
const PACKAGER: &str = "@tauri-apps/cli@2.12.5";
/// The browser that the window is measured against.
const BROWSER: &str = "chromium";

#[derive(Args)]
pub(crate) struct Options {
    /// Measure only these, with commas between them; `--help` behind `--` names them
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// What else the bench takes, such as `--runs 9`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl Options {
    fn wants(&self, subjects: &[&str]) -> bool {
        self.only.is_empty()
            || subjects
                .iter()
                .any(|one| self.only.iter().any(|only| only == one))
    }
}

/// # Errors
/// When the set-up, a build or the bench fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    ui::build()?;
    let build = |package: &str, features: &[&str]| {
        step::run(
            step::cargo()
                .args(["build", "--release", "-p", package])
                .args(features),
        )
    };
    // Each by itself, as it is packaged.
    if options.wants(&["notifications"]) {
        build("remit-relay", &[])?;
    }
    let in_window =
        cfg!(target_os = "linux") && options.wants(&["start", "memory", "search", "scroll", "ipc"]);
    if in_window || options.wants(&["size"]) {
        build("remit", &["--features", "custom-protocol"])?;
    }
    if in_window {
        build("remit-empty-window", &[])?;
        if options.wants(&["start", "memory"]) {
            // Without it, what is measured against it is left out.
            if let Err(cause) = setup::install(&[BROWSER]) {
                println!("{cause:#}");
            }
        }
    }
    if options.wants(&["size"]) && cfg!(target_os = "linux") {
        step::run(step::program("npx").args(["--yes", PACKAGER, "bundle", "--bundles", "deb"]))?;
    }
    let mut bench = step::cargo();
    bench.args(["run", "--release", "-p", "remit-bench", "--"]);
    if !options.only.is_empty() {
        bench.args(["--only", &options.only.join(",")]);
    }
    bench.args(&options.arguments);
    if in_window {
        // Also where there is a display: what is measured must not depend on it.
        return step::run(Session::start()?.enter(&mut bench));
    }
    step::run(&mut bench)
}
