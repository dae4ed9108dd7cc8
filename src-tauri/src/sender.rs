//! Sends the released payout runs of the open account.

use crate::going_on::keep_going;
use remit_core::Observer;
use remit_runs::Sending;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The running sender. Dropping it stops it; the next start goes on where the ledger says that it stands.
pub(crate) struct RunSender {
    sending: Arc<Sending>,
    task: JoinHandle<()>,
}

impl RunSender {
    pub(crate) fn start(sending: Arc<Sending>, observer: Arc<dyn Observer>) -> Self {
        let driven = Arc::clone(&sending);
        let drive = move |_| {
            let driven = Arc::clone(&driven);
            async move { driven.drive().await }
        };
        Self {
            sending,
            task: tokio::spawn(keep_going("payout runs", observer, drive)),
        }
    }

    pub(crate) fn sending(&self) -> &Sending {
        &self.sending
    }

    /// Stops it, and returns when it does nothing any more.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for RunSender {
    fn drop(&mut self) {
        self.task.abort();
    }
}
