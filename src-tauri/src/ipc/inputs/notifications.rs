//! Which notifications, and what else told how payouts ended.

use remit_core::{Source, Verdict};
use serde::{Deserialize, Serialize};
use specta::Type;

/// By which way Remit learnt something from Pockyt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NotificationSource {
    /// It was posted to this computer, through a tunnel or a fixed address.
    Listener,
    /// A relay kept it.
    Relay,
    /// Remit asked.
    Polling,
}

impl NotificationSource {
    /// The way that an event came.
    pub(crate) fn of(source: Source) -> Self {
        match source {
            Source::Relay => Self::Relay,
            Source::Inquiry => Self::Polling,
            // The ledger lists nothing from these but notifications.
            Source::Notification | Source::Owner | Source::Remit | Source::Answer => Self::Listener,
        }
    }

    /// What the ledger calls it.
    fn source(self) -> Source {
        match self {
            Self::Listener => Source::Notification,
            Self::Relay => Source::Relay,
            Self::Polling => Source::Inquiry,
        }
    }
}

/// Which of them.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotificationQuery {
    /// Part of an invoice ID or a payee's name.
    pub search: String,
    /// Only these; empty for all.
    pub verdicts: Vec<Verdict>,
    /// Only what came these ways; empty for all.
    pub sources: Vec<NotificationSource>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many.
    pub limit: u32,
}

impl From<NotificationQuery> for remit_core::NotificationQuery {
    fn from(query: NotificationQuery) -> Self {
        let sources = query.sources.into_iter();
        Self {
            search: query.search,
            verdicts: query.verdicts,
            sources: sources.map(NotificationSource::source).collect(),
            cursor: query.cursor,
            limit: query.limit.clamp(1, 500),
        }
    }
}
