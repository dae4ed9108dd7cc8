//! Payout runs until their release, and their files.

mod changing;
mod exporting;
mod making;
mod naming;
mod releasing;
mod scheduling;

pub(super) use exporting::{why, write_whole};
pub(super) use making::read_file;

use super::{App, no_profile};
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, RunChanged};
use crate::ipc::views::RunDraftView;
use crate::session::Session;
use remit_core::{Code, RunId};
use remit_runs::Draft;
use std::sync::Arc;

impl App {
    /// Does something that takes long where it holds up nobody.
    pub(in crate::app) async fn aside<T, F>(
        &self,
        work: impl FnOnce(Arc<Session>) -> F + Send + 'static,
    ) -> Result<T, IpcError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, IpcError>>,
    {
        let session = self.session().await?;
        let runtime = tokio::runtime::Handle::current();
        let done = tokio::task::spawn_blocking(move || {
            let open = Arc::clone(&session);
            let closed = open.unless_closed(work(session));
            runtime
                .block_on(closed)
                .unwrap_or_else(|| Err(no_profile()))
        });
        done.await.unwrap_or_else(|cause| {
            tracing::error!(%cause, "work on a payout run was cut short");
            Err(IpcError::new(
                Code::Internal,
                "Something unforeseen went wrong in Remit. Open the run again; what you typed before is kept.",
            ))
        })
    }

    fn tell_run(&self, id: RunId) {
        self.host
            .tell(AppEvent::Run(RunChanged { id: id.to_string() }));
    }
}

/// What the window is shown of a draft.
async fn view(session: &Session, draft: &Draft) -> Result<RunDraftView, IpcError> {
    let same = session
        .runs()
        .runs_of_content(&draft.run().content_hash)
        .await?;
    Ok(RunDraftView::new(draft, &same, session.engine().now()))
}

fn run_id(text: &str) -> Result<RunId, IpcError> {
    text.parse()
        .map_err(|_| IpcError::bad_id(Code::RunNotFound))
}
