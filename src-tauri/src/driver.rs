//! Drives the engine of the open account.

use remit_core::Engine;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The running driver. Dropping it stops it; whatever it was doing is found by the next start.
pub(crate) struct Driver {
    task: JoinHandle<()>,
}

impl Driver {
    pub(crate) fn start(engine: Arc<Engine>) -> Self {
        Self {
            task: tokio::spawn(async move { engine.drive().await }),
        }
    }

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
