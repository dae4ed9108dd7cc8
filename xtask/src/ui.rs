//! The frontend's packages and build, made anew only when what they come from has changed.
//!
//! What was installed and built is noted inside `node_modules`, so that the notes go when it goes.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{place, step};

/// Installs the npm packages that package-lock.json names.
///
/// # Errors
/// When npm fails or the frontend's folder cannot be read.
pub(crate) fn install() -> Result<()> {
    let lock_file = place::ui().join("package-lock.json");
    let lock =
        fs::read(&lock_file).with_context(|| format!("could not read {}", lock_file.display()))?;
    let fingerprint = fingerprint(&lock);
    if noted("installed") == Some(fingerprint.clone()) {
        return Ok(());
    }
    step::run(step::npm().args(["ci", "--no-audit", "--no-fund"]))?;
    note("installed", &fingerprint)
}

/// Builds the frontend into `ui/dist`.
///
/// # Errors
/// When the build fails or the frontend's folder cannot be read.
pub(crate) fn build() -> Result<()> {
    // What was built counts too: a build by hand, of other sources, must not pass for this one.
    let both = || -> Result<String> {
        let mut sources = files(&place::ui(), &|name| {
            !matches!(name, "node_modules" | "dist" | "coverage")
        })?;
        // The interface shows the program's icon.
        sources.extend(files(&place::icons(), &|name| name == "icon.svg")?);
        let dist = place::ui().join("dist");
        let built = if dist.is_dir() {
            files(&dist, &|_| true)?
        } else {
            BTreeMap::new()
        };
        Ok(format!("{} {}", fingerprint(&sources), fingerprint(&built)))
    };
    if place::ui().join("dist/index.html").is_file() && noted("built") == Some(both()?) {
        return Ok(());
    }
    step::run(step::npm().args(["run", "build"]))?;
    note("built", &both()?)
}

/// The files below a folder with their content, leaving out every entry whose name is not wanted.
fn files(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?
    {
        let entry = entry?;
        if !wanted(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path(), wanted)?);
        } else {
            found.insert(entry.path(), fs::read(entry.path())?);
        }
    }
    Ok(found)
}

fn fingerprint(content: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn noted(what: &str) -> Option<String> {
    fs::read_to_string(note_file(what)).ok()
}

fn note(what: &str, fingerprint: &str) -> Result<()> {
    fs::write(note_file(what), fingerprint)
        .with_context(|| format!("could not note what was {what}"))
}

fn note_file(what: &str) -> PathBuf {
    place::ui()
        .join("node_modules")
        .join(format!(".remit-{what}"))
}
