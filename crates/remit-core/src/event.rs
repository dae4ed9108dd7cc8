//! History: what happened, when, from whom, and the evidence. Append-only, chained by hash in the ledger (I7).

use crate::digest::sha256_hex;
use crate::ids::{PayeeId, PayoutId, RunId, ScheduleId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Subject {
    /// A payee.
    Payee(PayeeId),
    /// A payout.
    Payout(PayoutId),
    /// A payout run.
    Run(RunId),
    /// A schedule.
    Schedule(ScheduleId),
    /// Nothing that Remit knows: a notification that matches no payout.
    Nothing,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum EventKind {
    /// The owner entered it.
    Created,
    /// The owner released it, or it was queued again because it certainly never left.
    Released,
    /// It was to be sent, and its payee or its account is not what it was when it was released.
    Held,
    /// The intent became durable; the request follows.
    Sending,
    /// The intent became durable in a ledger that was put back to an earlier one: the request follows only if Pockyt, which is
    /// asked first, has nothing under the invoice ID.
    Asking,
    /// Pockyt answered the request.
    Answered,
    /// Remit asked Pockyt about it.
    Inquired,
    /// A notification arrived.
    Notified,
    /// The next start found it interrupted.
    Recovered,
    /// The owner withdrew it.
    Cancelled,
    /// Pockyt reports a new status of a payee.
    StatusChanged,
    /// Pockyt registered the payee.
    Registered,
    /// The owner changed it.
    Updated,
    /// A funding account was seen for the first time.
    AccountSeen,
    /// A funding account changed.
    AccountChanged,
    /// A funding account is no longer listed.
    AccountGone,
    /// Pockyt refused the registration.
    RegistrationRefused,
    /// No reliable answer to the registration.
    RegistrationUnknown,
    /// The ledger was put back to an earlier one; it compares itself with Pockyt.
    RecoveryBegan,
    /// That comparison is complete.
    RecoveryEnded,
    /// Pockyt had a payout that the ledger, put back to an earlier one, had not.
    Found,
    /// The owner released a payout run.
    RunReleased,
    /// The owner paused a payout run; or Remit did, because its moment had passed.
    RunPaused,
    /// The owner let a paused payout run go on; or Remit did, when its moment was still to come by a clock that was set right.
    RunResumed,
    /// The owner stopped a payout run.
    RunStopped,
    /// The owner accepted a warning about rows of a payout run, with a reason.
    WarningAccepted,
    /// The owner looked at a held row of a payout run, and let it go on.
    RowQueued,
    /// A schedule made the draft of a payout run.
    RunDrafted,
    /// The owner made a schedule.
    ScheduleMade,
    /// The owner changed a schedule, paused it, resumed it or ended it.
    ScheduleChanged,
    /// Days of a schedule passed by without Remit.
    ScheduleMissed,
    /// The owner skipped missed days of a schedule.
    ScheduleSkipped,
}

/// From whom Remit learnt it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "EventSource", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Source {
    /// The owner.
    Owner,
    /// Remit itself.
    Remit,
    /// Pockyt's answer to a request.
    Answer,
    /// Pockyt's answer to an inquiry.
    Inquiry,
    /// A notification that was posted to this computer.
    Notification,
    /// A notification that a relay kept for this computer.
    Relay,
}

/// What became of a notification, or of an inquiry that did not tell what it should (I6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "NotificationVerdict", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Verdict {
    /// It moved the payout.
    Applied,
    /// Remit knew already.
    AlreadyKnown,
    /// Its signature does not hold.
    Forged,
    /// It disagrees with the payout about the amount, the currency, or Pockyt's number.
    Mismatched,
    /// No payout has its invoice ID.
    Unmatched,
    /// It tells of a state that cannot follow the one that the payout is in.
    OutOfOrder,
    /// It tells that what failed, or was withdrawn, was paid.
    Contradicts,
    /// A status word that Remit does not know.
    Unrecognised,
    /// A relay kept it, and what it kept cannot be opened here.
    Unopened,
}

/// How much evidence one event keeps: far more than an answer about one payout or payee holds.
const KEPT: usize = 16 * 1024;

/// About how many bytes of what is hashed of an event are not its evidence.
const FRAME: usize = 512;

/// The beginning of a piece of evidence, as much as an event keeps.
pub(crate) fn kept(mut evidence: String) -> String {
    evidence.truncate(evidence.floor_char_boundary(KEPT));
    evidence
}

/// The word that the ledger uses for a state or a reason.
pub(crate) fn word(of: &impl Serialize) -> Option<String> {
    let value = serde_json::to_value(of).ok()?;
    value.as_str().map(str::to_owned)
}

/// An event about to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// About what.
    pub subject: Subject,
    /// What happened.
    pub kind: EventKind,
    /// From whom.
    pub source: Source,
    /// The state before, as the word the ledger uses, where it changed.
    pub from: Option<String>,
    /// The state after.
    pub to: Option<String>,
    /// Why, in a word or in Pockyt's own words.
    pub reason: Option<String>,
    /// What became of a notification; of an inquiry only where it neither moved the payout nor agreed with it.
    pub verdict: Option<Verdict>,
    /// The raw request, answer or notification, without secrets; at most its first 16 KiB.
    pub evidence: Option<String>,
}

/// An event on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the chain, from 1.
    pub seq: u64,
    /// SHA-256 over the hash of the event before and this event's content, in lower-case hex.
    pub hash: String,
    /// What happened.
    pub event: NewEvent,
}

impl NewEvent {
    /// An event with nothing but the necessary.
    #[must_use]
    pub fn new(at: Timestamp, subject: Subject, kind: EventKind, source: Source) -> Self {
        Self {
            at,
            subject,
            kind,
            source,
            from: None,
            to: None,
            reason: None,
            verdict: None,
            evidence: None,
        }
    }

    /// With the raw request, answer or notification.
    #[must_use]
    pub fn evidence(mut self, evidence: impl Into<Option<String>>) -> Self {
        self.evidence = evidence.into().map(kept);
        self
    }

    /// With the reason.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<Option<String>>) -> Self {
        self.reason = reason.into();
        self
    }

    /// The hash of this event in a chain whose last hash is `previous` (empty for the first).
    #[must_use]
    pub fn hash(&self, seq: u64, previous: &str) -> String {
        chained(seq, previous, &self.content())
    }

    /// What is hashed of this event, wherever in a chain it stands.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        // JSON is unambiguous: every text is quoted and escaped.
        let (kind, id) = match self.subject {
            Subject::Payee(id) => ("payee", Some(id.0)),
            Subject::Payout(id) => ("payout", Some(id.0)),
            Subject::Run(id) => ("run", Some(id.0)),
            Subject::Schedule(id) => ("schedule", Some(id.0)),
            Subject::Nothing => ("nothing", None),
        };
        let subject = HashedSubject { id, r#type: kind };
        let content = Hashed {
            at: self.at,
            evidence: self.evidence.as_deref(),
            from: self.from.as_deref(),
            kind: self.kind,
            reason: self.reason.as_deref(),
            source: self.source,
            subject,
            to: self.to.as_deref(),
            verdict: self.verdict,
        };
        // Room for all of it, quotes in the evidence escaped, so that nothing is moved while it grows.
        let evidence = self.evidence.as_ref().map_or(0, String::len);
        let mut text = Vec::with_capacity(FRAME + evidence + evidence / 4);
        if serde_json::to_writer(&mut text, &content).is_err() {
            text.clear();
        }
        text
    }
}

/// The hash of an event with this [content](NewEvent::content) in a chain whose last hash is `previous` (empty for the first).
#[must_use]
pub fn chained(seq: u64, previous: &str, content: &[u8]) -> String {
    // The three as a list in JSON; a hash has nothing to escape.
    let place = format!("[{seq},\"{previous}\",");
    sha256_hex(&[place.as_bytes(), content, b"]"])
}

/// What is hashed of an event, its names in alphabetical order: no feature of a library may ever change it.
#[derive(Serialize)]
struct Hashed<'a> {
    at: Timestamp,
    evidence: Option<&'a str>,
    from: Option<&'a str>,
    kind: EventKind,
    reason: Option<&'a str>,
    source: Source,
    subject: HashedSubject,
    to: Option<&'a str>,
    verdict: Option<Verdict>,
}

#[derive(Serialize)]
struct HashedSubject {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    r#type: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_same_for_ever() {
        let at = "2026-11-25T13:00:00.123456789Z".parse().unwrap();
        let payout = Subject::Payout(PayoutId(Uuid::from_u128(7)));
        let mut full = NewEvent::new(at, payout, EventKind::Notified, Source::Notification)
            .reason("“Zeit”\n".to_owned())
            .evidence("{\"status\":\"success\"}".to_owned());
        full.from = Some("sending".to_owned());
        full.to = Some("paid".to_owned());
        full.verdict = Some(Verdict::Applied);
        let bare = NewEvent::new(at, Subject::Nothing, EventKind::Created, Source::Owner);
        let payee = Subject::Payee(PayeeId(Uuid::from_u128(8)));
        let third = NewEvent::new(at, payee, EventKind::Created, Source::Owner);
        let first = full.hash(1, "");
        let second = bare.hash(2, &first);
        let third = third.hash(3, &second);
        assert_eq!(
            [first, second, third],
            [
                "199ece8b92bf0874efd08be7e01284c3f14ad82029461231ac5ef8f638d8be1c",
                "625909ba9ad8071cae762697fedc00db111954c80e9173fba7969160d43cb212",
                "0e2dda2b35ff603a93c153dfc9824fc79fce616744bd6358e1fe50787537c0f3",
            ]
        );
    }
}
