//! Notifications and their tries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{PayoutStatus, State};
use crate::assumptions::NOTIFICATION_TRIES;
use crate::clock::later;

/// Whether a notification is what Pockyt would send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// As Pockyt would send it.
    Genuine,
    /// A second copy.
    Duplicate,
    /// Signed with another token, claiming success.
    Forged,
    /// Signed rightly, but another amount.
    Mismatched,
}

/// How a notification's delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// To be tried (again).
    Waiting,
    /// The receiver answered 200 and `success`.
    Acknowledged,
    /// All tries are used up.
    GivenUp,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// What came of it, in words.
    pub outcome: String,
}

/// One notification.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Notification {
    /// Running number.
    pub id: u64,
    /// Which payout it is about.
    pub transaction_no: String,
    /// Where it goes.
    pub url: String,
    /// The status it announces.
    pub status: PayoutStatus,
    /// Genuine or not.
    pub kind: NotificationKind,
    /// When the first try is due.
    pub first: Timestamp,
    /// When the next try is due, while there is one.
    pub due: Timestamp,
    /// When the announced status came to be.
    pub settled: Timestamp,
    /// Tries so far.
    pub attempts: Vec<Attempt>,
    /// How delivery stands.
    pub progress: Progress,
}

impl State {
    /// Queues a notification for `first`.
    pub(crate) fn queue_notification(
        &mut self,
        transaction_no: &str,
        url: &str,
        status: PayoutStatus,
        kind: NotificationKind,
        settled: Timestamp,
        first: Timestamp,
    ) {
        let id = self
            .notifications
            .last_key_value()
            .map_or(1, |(id, _)| id + 1);
        let notification = Notification {
            id,
            transaction_no: transaction_no.to_owned(),
            url: url.to_owned(),
            status,
            kind,
            first,
            due: first,
            settled,
            attempts: Vec::new(),
            progress: Progress::Waiting,
        };
        self.notifications.insert(id, notification);
        self.deliveries.insert((first, id));
    }

    /// The notifications due at `now`.
    pub(crate) fn due_deliveries(&self, now: Timestamp) -> Vec<u64> {
        self.deliveries
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, id)| *id)
            .collect()
    }

    /// Makes a notification that was held back due at `at`, unless it has been tried by now.
    pub(crate) fn release(&mut self, id: u64, at: Timestamp) {
        if let Some(held) = self.notifications.get_mut(&id)
            && held.attempts.is_empty()
        {
            self.deliveries.remove(&(held.due, id));
            (held.first, held.due) = (at, at);
            self.deliveries.insert((at, id));
        }
    }

    /// Records one try: `Ok` ends it, `Err` plans the next try, if one is left. What is not genuine is tried once.
    pub(crate) fn record_attempt(&mut self, id: u64, at: Timestamp, outcome: Result<(), String>) {
        let Some(notification) = self.notifications.get_mut(&id) else {
            return;
        };
        self.deliveries.remove(&(notification.due, id));
        let acknowledged = outcome.is_ok();
        let outcome = outcome.err().unwrap_or_else(|| "acknowledged".to_owned());
        notification.attempts.push(Attempt { at, outcome });
        let genuine = matches!(
            notification.kind,
            NotificationKind::Genuine | NotificationKind::Duplicate
        );
        let next = NOTIFICATION_TRIES.get(notification.attempts.len());
        match next {
            _ if acknowledged => notification.progress = Progress::Acknowledged,
            Some(after) if genuine => {
                notification.due = later(notification.first, *after).max(at);
                self.deliveries.insert((notification.due, id));
            }
            _ => notification.progress = Progress::GivenUp,
        }
    }
}
