//! Makes what the schedules of the open account say, when their days come.

use crate::going_on::keep_going;
use crate::runs::balance;
use async_trait::async_trait;
use remit_core::{Currency, Engine, Error, Money, Observer, PayeeId, Turn};
use remit_runs::{Scheduling, Till};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How much longer than it has to take Pockyt may be in telling about the payees of a run that is to go by itself: a computer
/// that just woke has no network for a moment. Later than this, the run waits for the owner.
const PATIENCE: Duration = Duration::from_secs(120);

/// The running schedules. Dropping it stops them; the next start goes on where the ledger says that they stand.
pub(crate) struct Scheduler {
    scheduling: Arc<Scheduling>,
    task: JoinHandle<()>,
}

impl Scheduler {
    pub(crate) fn start(scheduling: Scheduling, observer: Arc<dyn Observer>) -> Self {
        let scheduling = Arc::new(scheduling);
        let driven = Arc::clone(&scheduling);
        let drive = move |_| {
            let driven = Arc::clone(&driven);
            async move { driven.drive().await }
        };
        Self {
            scheduling,
            task: tokio::spawn(keep_going("schedules", observer, drive)),
        }
    }

    pub(crate) fn scheduling(&self) -> &Scheduling {
        &self.scheduling
    }

    /// Stops them, and returns when they do nothing any more.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a release by itself asks of the account.
pub(crate) struct AccountTill {
    engine: Arc<Engine>,
    has_token: bool,
    closing: watch::Receiver<bool>,
}

impl AccountTill {
    pub(crate) fn new(
        engine: Arc<Engine>,
        has_token: bool,
        closing: watch::Receiver<bool>,
    ) -> Self {
        Self {
            engine,
            has_token,
            closing,
        }
    }
}

#[async_trait]
impl Till for AccountTill {
    fn is_ready(&self) -> bool {
        self.has_token && !self.engine.compares()
    }

    fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    async fn refresh(
        &self,
        payees: &BTreeSet<PayeeId>,
        within: Duration,
    ) -> Result<BTreeSet<PayeeId>, Error> {
        let long = PATIENCE.saturating_add(self.engine.time_to_refresh(payees.len()));
        let untold = self.engine.refresh_payees(payees, long.min(within)).await?;
        if !untold.is_empty() {
            let (untold, of) = (untold.len(), payees.len());
            tracing::info!(untold, of, "Pockyt did not tell about a schedule's payees");
        }
        Ok(untold)
    }

    async fn turn(&self, payees: BTreeSet<PayeeId>) -> Turn {
        self.engine.turn_to_release_run(payees).await
    }

    async fn balance(&self, currency: Currency) -> Option<Money> {
        balance(&self.engine, currency).await
    }
}
