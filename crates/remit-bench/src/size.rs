//! What is installed: the package for Debian and the program in it, as `cargo xtask bench` has built them.

use crate::table::Row;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Where packages lie beside the program.
const PACKAGES: &str = "bundle/deb";

pub(crate) fn measure() -> Result<Vec<Row>> {
    let program = std::env::current_exe()?;
    let built = program.parent().context("this program is in no folder")?;
    let mut rows = vec![row("the release binary", &built.join("remit"), "")?];
    // Only where Debian's tools are is there a package.
    if let Ok(entries) = fs::read_dir(built.join(PACKAGES)) {
        let mut packages = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|kind| kind == "deb"));
        if let Some(package) = packages.next() {
            rows.push(row("the package for Debian", &package, "< 12")?);
        }
    }
    Ok(rows)
}

fn row(what: &'static str, file: &Path, goal: &'static str) -> Result<Row> {
    let bytes = fs::metadata(file)
        .with_context(|| format!("could not read {}", file.display()))?
        .len();
    Ok(Row {
        what,
        against: "(MB)",
        runs: vec![f64::from(u32::try_from(bytes / 1000)?) / 1000.0],
        goal,
    })
}
