//! Runs that were released for a moment that passed without Remit. What the owner meant for Friday may be wrong on Monday, so
//! nothing of it is sent before they say so.

use super::{RunChange, Sending};
use crate::scheduling::GRACE;
use crate::status::has_begun;
use jiff::Timestamp;
use remit_core::{Error, EventKind, LedgerError, NewEvent, Run, RunId, Source, Subject};
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
    /// start takes. One that has to wait here although it came due in time is none of them. What was paused so by a clock that was
    /// wrong, and is still to come by the right one, is taken back.
    pub(super) async fn see_to_missed(&self, now: Timestamp) -> Result<(), Error> {
        let since = self.seen_to.until();
        let in_time = now - GRACE;
        let is_late = |moment: Timestamp| since < moment && moment < in_time;
        // Of what the clock showed before a start nobody knows.
        let went_back = since == Timestamp::UNIX_EPOCH || now < since;
        if went_back || self.runs.next_run_at(since).await?.is_some_and(is_late) {
            for id in self.runs.open_runs().await? {
                let Some(run) = self.runs.run(id).await? else {
                    continue;
                };
                let is_to_come = run.not_before > Some(now);
                if run.paused && is_to_come && self.was_missed(id).await? {
                    self.set_missed(run, false, now).await?;
                } else if !run.paused
                    && run.not_before.is_some_and(is_late)
                    && !has_begun(&self.runs.run_progress(id).await?)
                {
                    self.set_missed(run, true, now).await?;
                }
            }
        }
        self.seen_to.set(now);
        Ok(())
    }

    async fn set_missed(&self, run: Run, missed: bool, now: Timestamp) -> Result<(), Error> {
        let id = run.id;
        let kind = match missed {
            true => EventKind::RunPaused,
            false => EventKind::RunResumed,
        };
        let event = NewEvent::new(now, Subject::Run(id), kind, Source::Remit);
        let change = Run {
            paused: missed,
            ..run
        };
        match self.runs.change_run(change, vec![event]).await {
            // The owner did something with it just now.
            Err(LedgerError::Conflict) => return Ok(()),
            changed => changed?,
        };
        self.news.run(id);
        if missed {
            self.observer.told(RunChange::Missed(id));
        }
        Ok(())
    }

    /// Whether it was Remit, and not the owner, who paused a run.
    async fn was_missed(&self, id: RunId) -> Result<bool, LedgerError> {
        let events = self.engine.ports().ledger.events(Subject::Run(id)).await?;
        let kinds = [EventKind::RunPaused, EventKind::RunResumed];
        let mut newest = events.iter().rev().map(|event| &event.event);
        let last = newest.find(|event| kinds.contains(&event.kind));
        Ok(last.is_some_and(|event| event.source == Source::Remit))
    }
}
