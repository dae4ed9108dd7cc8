//! Follows a relay: fetches what it kept, acknowledges what is committed here, and tells how the way to it is.

use super::intake::Intake;
use super::lock;
use crate::host::Host;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, WayInChanged};
use crate::ipc::views::{RelayState, RelayView};
use jiff::{SignedDuration, Timestamp};
use remit_core::Code;
use remit_relay::client::{Arrived, Client, ClientError, Intake as Commits, Told};
use std::fmt::Display;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Follows a relay until it is dropped.
pub(super) struct Follower {
    task: JoinHandle<()>,
    standing: Arc<Mutex<Standing>>,
}

/// How the way to the relay is.
struct Standing {
    state: RelayState,
    since: Timestamp,
    again_at: Option<Timestamp>,
    last_arrived_at: Option<Timestamp>,
    error: Option<IpcError>,
}

struct Following {
    intake: Arc<Intake>,
    host: Arc<dyn Host>,
    standing: Arc<Mutex<Standing>>,
}

impl Follower {
    /// Begins, and begins anew each time the computer `came_back`: what waited in vain is then not waited for.
    pub(super) fn start(
        client: Client,
        intake: Arc<Intake>,
        host: Arc<dyn Host>,
        came_back: Arc<Notify>,
    ) -> Self {
        let standing = Arc::new(Mutex::new(Standing {
            state: RelayState::Connecting,
            since: Timestamp::now(),
            again_at: None,
            last_arrived_at: None,
            error: None,
        }));
        let following = Following {
            intake,
            host,
            standing: Arc::clone(&standing),
        };
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = client.follow(&following) => {}
                    () = came_back.notified() => {}
                }
            }
        });
        Self { task, standing }
    }

    /// Stops, and returns when nothing is under way any more.
    pub(super) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    pub(super) fn view(&self) -> RelayView {
        let standing = lock(&self.standing);
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        RelayView {
            state: standing.state,
            since: Some(standing.since.to_string()),
            again_at: text(standing.again_at),
            last_arrived_at: text(standing.last_arrived_at),
            error: standing.error.clone(),
            ..none()
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Following {
    fn stands(&self, state: RelayState, again_at: Option<Timestamp>, error: Option<IpcError>) {
        let mut standing = lock(&self.standing);
        if standing.state != state {
            standing.since = Timestamp::now();
        }
        standing.state = state;
        standing.again_at = again_at;
        standing.error = error;
        drop(standing);
        self.host.tell(AppEvent::WayIn(WayInChanged));
    }
}

impl Commits for Following {
    async fn commit(&self, page: Vec<Arrived>) -> usize {
        let durable = self.intake.take_page(&page).await;
        if durable > 0 {
            lock(&self.standing).last_arrived_at = Some(Timestamp::now());
            self.host.tell(AppEvent::WayIn(WayInChanged));
        }
        durable
    }

    fn told(&self, told: Told<'_>) {
        match told {
            Told::Connected => self.stands(RelayState::Connected, None, None),
            Told::Interrupted { cause, again_in } => {
                tracing::warn!(%cause, "the relay was not asked");
                let state = match cause {
                    ClientError::Unauthorized
                    | ClientError::TooManyReaders
                    | ClientError::NotARelay => RelayState::Refused,
                    ClientError::Unreachable(_) | ClientError::Unavailable(_) => {
                        RelayState::Interrupted
                    }
                };
                let wait = SignedDuration::try_from(again_in).unwrap_or_default();
                let again_at = Timestamp::now().checked_add(wait).ok();
                self.stands(state, again_at, Some(trouble(cause)));
            }
            // The intake told why.
            Told::NotCommitted { .. } => {}
        }
    }
}

/// No relay.
pub(super) fn none() -> RelayView {
    RelayView {
        state: RelayState::None,
        host: None,
        since: None,
        again_at: None,
        last_arrived_at: None,
        error: None,
        public_key: None,
    }
}

/// What to tell when the relay cannot be asked.
pub(super) fn trouble(error: &ClientError) -> IpcError {
    let code = match error {
        ClientError::Unreachable(_) | ClientError::Unavailable(_) => Code::RelayUnreachable,
        ClientError::Unauthorized | ClientError::TooManyReaders | ClientError::NotARelay => {
            Code::RelayRefused
        }
    };
    let mut trouble = IpcError::new(code, sentence(error));
    trouble.retry = code == Code::RelayUnreachable;
    trouble
}

/// What a library said, as a sentence.
pub(super) fn sentence(said: &impl Display) -> String {
    let said = said.to_string();
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase);
    let sentence: String = first.into_iter().flatten().chain(letters).collect();
    format!("{sentence}.")
}
