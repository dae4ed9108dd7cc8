//! Runs that were released for a moment that passed without Remit. What the owner meant for Friday may be wrong on Monday, so
//! nothing of it is sent before they say so.

use super::Sending;
use crate::scheduling::GRACE;
use crate::status::has_begun;
use jiff::Timestamp;
use remit_core::{Error, EventKind, LedgerError, NewEvent, Run, Source, Subject};
use std::sync::{Mutex, PoisonError};

/// Until when every run that came due was seen to.
#[derive(Default)]
pub(super) struct SeenTo(Mutex<Option<Timestamp>>);

impl SeenTo {
    fn until(&self) -> Timestamp {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }
}

impl Sending {
    /// Pauses the runs that came due while nobody looked, because Remit was closed or the computer slept, and longer ago than a
    /// start takes. One that has to wait here although it came due in time is none of them.
    pub(super) async fn pause_missed(&self, now: Timestamp) -> Result<(), Error> {
        let since = self.seen_to.until();
        let in_time = now - GRACE;
        let is_late = |moment: Timestamp| since < moment && moment < in_time;
        if self.runs.next_run_at(since).await?.is_some_and(is_late) {
            for id in self.runs.open_runs().await? {
                let run = self.runs.run(id).await?;
                let Some(run) = run.filter(|run| run.not_before.is_some_and(is_late)) else {
                    continue;
                };
                if !run.paused && !has_begun(&self.runs.run_progress(id).await?) {
                    self.pause_for(run, now).await?;
                }
            }
        }
        self.seen_to.set(now);
        Ok(())
    }

    async fn pause_for(&self, run: Run, now: Timestamp) -> Result<(), Error> {
        let id = run.id;
        let event = NewEvent::new(now, Subject::Run(id), EventKind::RunPaused, Source::Remit);
        let paused = Run {
            paused: true,
            ..run
        };
        match self.runs.change_run(paused, vec![event]).await {
            // The owner did something with it just now.
            Err(LedgerError::Conflict) => Ok(()),
            changed => {
                changed?;
                self.news.run(id);
                Ok(())
            }
        }
    }
}
