//! The place of `session` on systems that open no virtual display.

use std::path::Path;
use std::process::{Child, Command};

use anyhow::{Result, bail};

/// A session that cannot be.
pub(crate) enum Session {}

impl Session {
    /// Never: the user's own desktop is there.
    pub(crate) fn is_needed() -> bool {
        false
    }

    /// # Errors
    /// Always.
    pub(crate) fn start() -> Result<Self> {
        bail!("a virtual display, and so --screenshot, is supported on Linux only")
    }

    pub(crate) fn enter<'c>(&self, _command: &'c mut Command) -> &'c mut Command {
        match *self {}
    }

    pub(crate) fn capture(&self, _process: &Child, _file: &Path) -> Result<()> {
        match *self {}
    }
}

/// Ends a process.
///
/// # Errors
/// When it cannot be ended.
pub(crate) fn close(process: &mut Child) -> Result<()> {
    process.kill()?;
    process.wait()?;
    Ok(())
}
