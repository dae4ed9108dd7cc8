//! Where things are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The web frontend.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// The program's icon, its drawings and its sizes.
pub(crate) fn icons() -> PathBuf {
    root().join("src-tauri/icons")
}

/// The target directory in use, whatever chose it: this program lies in it, and cargo marks it.
///
/// # Errors
/// When this program lies in no target directory.
pub(crate) fn target() -> Result<PathBuf> {
    let program = std::env::current_exe().context("the path of this program")?;
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").is_file();
    let target = program.ancestors().find(marked);
    Ok(target
        .context("this program lies outside a target directory")?
        .to_owned())
}
