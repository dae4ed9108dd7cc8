//! Drives the engine of the open account: at once when something was released, else when the next thing is due.

use jiff::{SignedDuration, Timestamp};
use remit_core::{Changed, Engine, Observer};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// However far away the next due time is, the clock is looked at this often: a laptop may have slept.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// How long to wait after the ledger failed.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);

/// A clock that goes back by less than this is only being kept exact.
const CLOCK_WOBBLE: SignedDuration = SignedDuration::from_secs(5);

/// The running driver. Dropping it stops it; whatever it was doing is found by the next start.
pub(crate) struct Driver {
    task: JoinHandle<()>,
}

impl Driver {
    pub(crate) fn start(
        engine: Arc<Engine>,
        wake: Arc<Notify>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self {
            task: tokio::spawn(drive(engine, wake, observer)),
        }
    }
}

impl Driver {
    /// Stops it, and returns when it does nothing any more.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn drive(engine: Arc<Engine>, wake: Arc<Notify>, observer: Arc<dyn Observer>) {
    let mut told = false;
    let mut seen = Timestamp::now();
    loop {
        let now = Timestamp::now();
        let set_back = now.duration_since(seen) < -CLOCK_WOBBLE;
        seen = now;
        let wait = match round(&engine, set_back).await {
            Ok(wait) => {
                told = false;
                wait
            }
            Err(error) => {
                tracing::error!(?error, "the engine could not go on");
                // One message a cause, never a storm.
                if !std::mem::replace(&mut told, true) {
                    observer.changed(Changed::Trouble(error));
                }
                AFTER_TROUBLE
            }
        };
        let _ = tokio::time::timeout(wait, wake.notified()).await;
    }
}

/// Does what is due and tells how long there is nothing to do.
async fn round(engine: &Engine, clock_set_back: bool) -> Result<Duration, remit_core::Error> {
    if clock_set_back {
        engine.clock_was_set_back().await?;
    }
    if engine.tick().await? > 0 {
        return Ok(Duration::ZERO);
    }
    let Some(due) = engine.next_due().await? else {
        return Ok(LONGEST_WAIT);
    };
    let wait = due.duration_since(Timestamp::now());
    // Due now, and the round above found nothing to do: something else is in the way, so do not spin.
    let wait = Duration::try_from(wait)
        .unwrap_or(Duration::ZERO)
        .max(Duration::from_millis(200));
    Ok(wait.min(LONGEST_WAIT))
}
