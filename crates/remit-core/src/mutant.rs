//! Deliberate mistakes at the engine's points of decision, to see that the simulation finds each. Without the feature
//! `mutants`, which the app is never built with, there are none.

#[cfg(feature = "mutants")]
use std::cell::Cell;

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// The request leaves before its intent is durable.
    SendsBeforeCommit,
    /// The request leaves when its intent is written, but may not be on the disk.
    DefersClaims,
    /// A commit that failed counts as done.
    SwallowsFailedCommit,
    /// A second request has a new idempotency key.
    NewKeyOnResend,
    /// A second request has a new body.
    NewBodyOnResend,
    /// No answer in time counts as failed.
    FailsOnTimeout,
    /// HTTP 5xx, 000000 and 000080 count as failed.
    FailsOnServerError,
    /// "Duplicate" counts as accepted.
    AcceptsDuplicate,
    /// The first "no such payout" sends the request again.
    ResendsAtFirstNotFound,
    /// Some minutes of "no such payout" count as proof.
    GivesUpTooSoon,
    /// "No such payout" counts although the clock was just set.
    BelievesTheClock,
    /// A clock that was set back goes unnoticed.
    IgnoresClockSetBack,
    /// A notification moves a payout whatever its signature.
    TrustsForgedNotification,
    /// A notification moves a payout whatever its amount.
    TrustsAnyAmount,
    /// A late "pending" takes a paid payout back.
    TakesPaidBack,
    /// What failed and was paid after all can be tried again.
    PaysWhatWasPaidAfterAll,
    /// A payout that is on its way can be withdrawn.
    CancelsWhatWasSent,
    /// What was claimed and given back leaves nevertheless.
    SendsWhatWasGivenBack,
    /// A change is applied whatever became of the row since it was read.
    ClaimsWithoutRevision,
    /// What a crash interrupted is not all found again.
    RecoverySkipsRows,
    /// After the first inquiry there is no other.
    AsksOnlyOnce,
    /// A ledger that was put back sends at once.
    RestoredSendsAtOnce,
    /// What Pockyt has, and a ledger that was put back has not, is not recorded.
    FindsNothing,
    /// A ledger that was put back takes new payouts before it has been compared.
    ReleasesWhileComparing,
    /// What a ledger that was put back finds to have been tried again can be tried again, and that retry is sent.
    RetriesFoundAreNotLinked,
    /// A ledger that was put back sends without asking Pockyt first.
    SkipsAskingFirst,
    /// What is held back goes out again all the same.
    ResendsWhatIsHeldBack,
    /// A later request that did not leave makes a payout as if no earlier one had.
    ForgetsEarlierRequests,
}

impl Mutant {
    /// Every mistake.
    pub const ALL: [Self; 28] = [
        Self::SendsBeforeCommit,
        Self::DefersClaims,
        Self::SwallowsFailedCommit,
        Self::NewKeyOnResend,
        Self::NewBodyOnResend,
        Self::FailsOnTimeout,
        Self::FailsOnServerError,
        Self::AcceptsDuplicate,
        Self::ResendsAtFirstNotFound,
        Self::GivesUpTooSoon,
        Self::BelievesTheClock,
        Self::IgnoresClockSetBack,
        Self::TrustsForgedNotification,
        Self::TrustsAnyAmount,
        Self::TakesPaidBack,
        Self::PaysWhatWasPaidAfterAll,
        Self::CancelsWhatWasSent,
        Self::SendsWhatWasGivenBack,
        Self::ClaimsWithoutRevision,
        Self::RecoverySkipsRows,
        Self::AsksOnlyOnce,
        Self::RestoredSendsAtOnce,
        Self::FindsNothing,
        Self::ReleasesWhileComparing,
        Self::RetriesFoundAreNotLinked,
        Self::SkipsAskingFirst,
        Self::ResendsWhatIsHeldBack,
        Self::ForgetsEarlierRequests,
    ];
}

#[cfg(feature = "mutants")]
thread_local! {
    static ACTIVE: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// Makes this mistake, and no other, on this thread from now on.
#[cfg(feature = "mutants")]
pub fn activate(mutant: Option<Mutant>) {
    ACTIVE.set(mutant);
}

/// Whether this mistake is to be made here.
#[cfg(feature = "mutants")]
#[must_use]
pub fn mutated(mutant: Mutant) -> bool {
    ACTIVE.get() == Some(mutant)
}

/// Whether this mistake is to be made here: never.
#[cfg(not(feature = "mutants"))]
#[must_use]
pub const fn mutated(_: Mutant) -> bool {
    false
}
