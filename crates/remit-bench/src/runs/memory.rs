//! How much memory the process has, looked at all the while.

use std::fs;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const OFTEN: Duration = Duration::from_millis(20);

pub(super) struct Memory {
    samples: std::sync::Arc<std::sync::Mutex<Vec<(Duration, f64)>>>,
    task: JoinHandle<()>,
}

impl Memory {
    pub(super) fn begin() -> Self {
        let samples = std::sync::Arc::<std::sync::Mutex<Vec<_>>>::default();
        let kept = std::sync::Arc::clone(&samples);
        let begun = Instant::now();
        let task = tokio::spawn(async move {
            loop {
                if let (Some(now), Ok(mut kept)) = (megabytes(), kept.lock()) {
                    kept.push((begun.elapsed(), now));
                }
                sleep(OFTEN).await;
            }
        });
        Self { samples, task }
    }

    /// The most in the first half of the time so far, and in the second.
    pub(super) fn halves(self) -> (f64, f64) {
        self.task.abort();
        let samples = self
            .samples
            .lock()
            .map(|kept| kept.clone())
            .unwrap_or_default();
        let middle = samples.last().map_or(Duration::ZERO, |(at, _)| *at / 2);
        let most = |late: bool| {
            let of = samples.iter().filter(|(at, _)| (*at > middle) == late);
            of.map(|(_, size)| *size).fold(0.0, f64::max)
        };
        (most(false), most(true))
    }
}

/// What is resident now, where the system tells.
fn megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}
