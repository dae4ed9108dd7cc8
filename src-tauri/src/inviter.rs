//! Registers the rows of files of people of the open account.

use crate::going_on::keep_going;
use remit_core::Observer;
use remit_runs::Inviting;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The running inviter. Dropping it stops it; the next start goes on where the ledger says that it stands.
pub(crate) struct Inviter {
    inviting: Arc<Inviting>,
    task: JoinHandle<()>,
}

impl Inviter {
    pub(crate) fn start(inviting: Arc<Inviting>, observer: Arc<dyn Observer>) -> Self {
        let driven = Arc::clone(&inviting);
        let drive = move |_| {
            let driven = Arc::clone(&driven);
            async move { driven.drive().await }
        };
        Self {
            inviting,
            task: tokio::spawn(keep_going("invitations", observer, drive)),
        }
    }

    pub(crate) fn inviting(&self) -> &Inviting {
        &self.inviting
    }

    /// Stops it, and returns when it does nothing any more.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Inviter {
    fn drop(&mut self) {
        self.task.abort();
    }
}
