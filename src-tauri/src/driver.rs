//! Drives the engine of the open account.

use crate::going_on::keep_going;
use remit_core::{Changed, Engine, Observer};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The running driver. Dropping it stops it; whatever it was doing is found by the next start.
pub(crate) struct Driver {
    task: JoinHandle<()>,
}

impl Driver {
    /// Begins with an engine that has recovered.
    pub(crate) fn start(engine: Arc<Engine>, observer: Arc<dyn Observer>) -> Self {
        let teller = Arc::clone(&observer);
        let drive = move |anew| {
            let (engine, observer) = (Arc::clone(&engine), Arc::clone(&observer));
            async move {
                if anew {
                    take_up(&engine, observer.as_ref()).await;
                }
                engine.drive().await;
            }
        };
        Self {
            task: tokio::spawn(keep_going("the engine", teller, drive)),
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

/// Goes on from what is on the disk, as a start does: whatever was on its way is asked about.
async fn take_up(engine: &Engine, observer: &dyn Observer) {
    // What was claimed and has not left is queued again, and nothing to ask Pockyt about.
    let given_back = engine.standstill().await.map(drop);
    let recovered = engine.recover().await.map(drop);
    // The engine's rounds make up for both.
    if let Err(error) = given_back.and(recovered) {
        observer.changed(Changed::Trouble(error));
    }
}
