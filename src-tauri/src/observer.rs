//! What happens in an open account, told to whoever must know.

use crate::host::Host;
use remit_core::{Changed, Observer};
use remit_runs::{RunChange, RunObserver, ScheduleChange, ScheduleObserver, Sending};
use std::sync::{Arc, OnceLock, Weak};
use tokio::sync::Notify;

/// Tells the window, the one that sends runs, and whatever else waits for the network.
pub(crate) struct HostObserver {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) came_back: Arc<Notify>,
    pub(crate) sending: OnceLock<Weak<Sending>>,
}

impl Observer for HostObserver {
    fn changed(&self, change: Changed) {
        if matches!(change, Changed::CameBack) {
            self.came_back.notify_one();
        }
        if let Some(sending) = self.sending.get().and_then(Weak::upgrade) {
            sending.heard(&change);
        }
        self.host.tell(change.into());
    }
}

impl RunObserver for HostObserver {
    fn told(&self, change: RunChange) {
        self.host.tell(change.into());
    }
}

impl ScheduleObserver for HostObserver {
    fn heard(&self, change: ScheduleChange) {
        if let ScheduleChange::Released(..) = change
            && let Some(sending) = self.sending.get().and_then(Weak::upgrade)
        {
            sending.wake();
        }
        let run = match &change {
            ScheduleChange::Drafted(_, run)
            | ScheduleChange::Released(_, run)
            | ScheduleChange::Stayed(_, run, _) => Some(*run),
            _ => None,
        };
        if let Some(run) = run {
            self.host.tell(RunChange::Changed(run).into());
        }
        self.host.tell(change.into());
    }
}
