//! What Linux tells of processes.

use anyhow::{Context, Result};
use nix::time::{ClockId, clock_gettime};
use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How many of the kernel's ticks are a second, on every Linux there is.
const TICKS: f64 = 100.0;

/// The fields of a process behind its name, which may hold anything.
fn stat(process: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

/// When a process began, in milliseconds since 1970; up to a hundredth of a second early.
pub(crate) fn begun(process: u32) -> Result<f64> {
    let stat = stat(process).context("the program has ended")?;
    let ticks: f64 = stat.get(19).context("no start time")?.parse()?;
    let up = Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME)?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok((now.as_secs_f64() - (up.as_secs_f64() - ticks / TICKS)) * 1e3)
}

/// Whether a process runs; one that nobody waited for does not.
pub(crate) fn runs(process: u32) -> bool {
    stat(process).is_some_and(|stat| stat.first().is_some_and(|state| state != "Z"))
}

/// The processes that a process has started and that still run.
pub(crate) fn children(parent: u32) -> Result<Vec<u32>> {
    let parent = parent.to_string();
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc")? {
        if let Ok(process) = entry?.file_name().to_string_lossy().parse()
            && stat(process).is_some_and(|stat| stat.get(1) == Some(&parent))
        {
            children.push(process);
        }
    }
    Ok(children)
}

/// The share of memory, in MB, of a process and all that it has started, whoever of them started whom.
pub(crate) fn memory(process: u32) -> Result<f64> {
    let mut memory = 0.0;
    let mut left = vec![process];
    while let Some(process) = left.pop() {
        left.extend(children(process)?);
        let told = fs::read_to_string(format!("/proc/{process}/smaps_rollup"));
        let pss = |told: String| -> Option<f64> {
            let line = told.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.trim().strip_suffix("kB")?.trim().parse().ok()
        };
        // One may have ended meanwhile.
        memory += told.ok().and_then(pss).unwrap_or_default();
    }
    Ok(memory / 1024.0)
}
