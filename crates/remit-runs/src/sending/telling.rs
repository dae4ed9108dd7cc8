//! Tells how runs go: not of each of ten thousand payouts, but a few times a second.

use super::{RunChange, Sending};
use remit_core::{LedgerError, PayoutId, RunId, RunState};
use std::collections::HashSet;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How long to gather before the next word.
const PAUSE: Duration = Duration::from_millis(250);

/// What happened since the last word.
#[derive(Default)]
pub(super) struct News {
    gathered: Mutex<Gathered>,
    bell: Notify,
}

#[derive(Default)]
struct Gathered {
    payouts: HashSet<PayoutId>,
    runs: HashSet<RunId>,
    sent: HashSet<RunId>,
}

impl News {
    /// A payout changed, which may be of a run.
    pub(super) fn payout(&self, id: PayoutId) {
        self.gathered().payouts.insert(id);
        self.bell.notify_one();
    }

    /// A run changed.
    pub(super) fn run(&self, id: RunId) {
        self.gathered().runs.insert(id);
        self.bell.notify_one();
    }

    /// Rows of a run became payouts.
    pub(super) fn sent(&self, id: RunId) {
        self.gathered().sent.insert(id);
        self.run(id);
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Gathered {
        mem::take(&mut *self.gathered())
    }
}

impl Sending {
    /// Tells of what changes, for ever.
    pub(super) async fn tell(&self) {
        let mut open: HashSet<RunId> = HashSet::new();
        // Runs that were released before this start finish in it.
        self.news.bell.notify_one();
        loop {
            self.news.bell.notified().await;
            let gathered = self.news.take();
            // However quickly they end.
            open.extend(&gathered.sent);
            if let Err(error) = self.tell_of(gathered, &mut open).await {
                tracing::warn!(%error, "how runs go cannot be read");
            }
            self.engine.ports().clock.sleep(PAUSE).await;
        }
    }

    async fn tell_of(
        &self,
        gathered: Gathered,
        open: &mut HashSet<RunId>,
    ) -> Result<(), LedgerError> {
        let payouts = gathered.payouts.into_iter().collect();
        let mut changed = gathered.runs;
        changed.extend(self.runs.runs_of_payouts(payouts).await?);
        for run in changed {
            self.observer.told(RunChange::Changed(run));
        }
        let still_open: HashSet<RunId> = self.runs.open_runs().await?.into_iter().collect();
        let ended = mem::replace(open, still_open);
        for run in ended.difference(open) {
            let run = self.runs.run(*run).await?;
            if let Some(run) = run.filter(|run| run.state == RunState::Released) {
                self.observer.told(RunChange::Finished(run.id));
            }
        }
        Ok(())
    }
}
