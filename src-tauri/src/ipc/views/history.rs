//! The history, and what a check of it found.

use crate::ipc::IpcError;
use remit_core::{Event, EventKind, Source, Verdict};
use serde::{Deserialize, Serialize};
use specta::Type;

/// An event of a history.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of remit_core::NewEvent")]
pub struct TimelineEvent {
    pub id: String,
    pub at: String,
    pub kind: EventKind,
    pub source: Source,
    pub from: Option<String>,
    pub to: Option<String>,
    pub reason: Option<String>,
    pub verdict: Option<Verdict>,
    pub evidence: Option<String>,
}

impl From<Event> for TimelineEvent {
    fn from(event: Event) -> Self {
        let Event { seq, event, .. } = event;
        Self {
            id: seq.to_string(),
            at: event.at.to_string(),
            kind: event.kind,
            source: event.source,
            from: event.from,
            to: event.to,
            reason: event.reason,
            verdict: event.verdict,
            evidence: event.evidence,
        }
    }
}

/// How the file stands against the newest event that the keychain remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RememberedHead {
    /// The keychain remembers the newest event of the file.
    Matches,
    /// The keychain remembers none yet.
    None,
    /// The file has that event and newer ones, as it should while Remit runs.
    Behind,
    /// The file lacks events that the keychain remembers.
    MissingEvents,
    /// The file has another event in that place.
    Differs,
    /// The keychain could not be asked.
    Unreadable,
}

/// The first event that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BadEvent {
    /// Its place in the chain.
    pub seq: u32,
    /// When it says it was; nothing when it cannot be read any more, as what follows.
    pub at: Option<String>,
    /// What it says happened.
    pub kind: Option<EventKind>,
    /// The payout that it is about.
    pub payout_id: Option<String>,
    /// The payee that it is about.
    pub payee_id: Option<String>,
}

/// What a check of the whole history found.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryReport {
    /// How many events there are.
    pub events: u32,
    /// The newest event's hash; empty for an empty history.
    pub head: String,
    /// When it was checked.
    pub checked_at: String,
    /// The first event that is not as it was written; nothing when all are.
    pub first_bad: Option<BadEvent>,
    /// How the file stands against the keychain.
    pub keychain: RememberedHead,
    /// What is wrong and what to do; nothing when all is well.
    pub trouble: Option<IpcError>,
}
