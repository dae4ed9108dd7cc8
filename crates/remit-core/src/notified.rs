//! What Pockyt told by itself, by which way, and how often.

use crate::event::{Event, Source, Verdict};
use crate::payout::Payout;
use jiff::Timestamp;

/// By which way a notification came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// It was posted to this computer.
    Listener,
    /// A relay kept it for this computer.
    Relay,
}

impl Way {
    /// What an event calls it.
    #[must_use]
    pub fn source(self) -> Source {
        match self {
            Self::Listener => Source::Notification,
            Self::Relay => Source::Relay,
        }
    }
}

/// A notification as it was posted; nothing in it is to be believed yet.
#[derive(Clone, Copy, Debug)]
pub struct Posted<'a> {
    /// The request's content type, if it had one.
    pub content_type: Option<&'a str>,
    /// The request's body.
    pub body: &'a [u8],
}

/// A notification that is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The place of its event in the chain.
    pub seq: u64,
    /// What became of it.
    pub verdict: Option<Verdict>,
}

impl Heard {
    /// Whether to keep the same content once more, with that verdict, would tell nothing new.
    pub(crate) fn tells(self, verdict: Verdict) -> bool {
        let late = matches!(verdict, Verdict::AlreadyKnown | Verdict::OutOfOrder);
        let believed = matches!(
            self.verdict,
            Some(
                Verdict::Applied
                    | Verdict::AlreadyKnown
                    | Verdict::Contradicts
                    | Verdict::Unrecognised
            )
        );
        verdict != Verdict::Applied && (self.verdict == Some(verdict) || (late && believed))
    }
}

/// Which notifications, and inquiries that told how a payout ended; newest first.
#[derive(Clone, Debug, Default)]
pub struct NotificationQuery {
    /// Part of the payee's name or the numbers of the payout that it is about; empty for all.
    pub search: String,
    /// Only these; empty for all, those without a verdict among them.
    pub verdicts: Vec<Verdict>,
    /// Only what is known from these; empty for all.
    pub sources: Vec<Source>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many, 1 to 500.
    pub limit: u32,
}

/// A notification, or an inquiry that told how a payout ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationRow {
    /// Its event.
    pub event: Event,
    /// The payout that it is about, as it stands now.
    pub payout: Option<Payout>,
    /// How many times the same came again.
    pub again: u64,
    /// When the same came last.
    pub again_at: Option<Timestamp>,
}
