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
/// What is measured in the real window.
const IN_WINDOW: &[&str] = &["start", "memory", "search", "scroll", "grid", "ipc"];

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
    let build = |of: &str| {
        let mut build = step::cargo();
        build.args(["build", "--release"]).args(of.split(' '));
        step::run(&mut build)
    };
    // By itself, as it is packaged.
    if options.wants(&["notifications"]) {
        build("-p remit-relay")?;
    }
    let in_window = cfg!(target_os = "linux") && options.wants(IN_WINDOW);
    if in_window || options.wants(&["size"]) {
        // The empty window has nothing that the app has not: together they are of one toolkit, built once.
        build(
            "-p remit -p remit-empty-window --features remit/custom-protocol,remit-empty-window/custom-protocol",
        )?;
    }
    if in_window
        && options.wants(&["start", "memory"])
        && let Err(cause) = setup::install(&[BROWSER])
    {
        // What is measured against it is left out.
        println!("{cause:#}");
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
