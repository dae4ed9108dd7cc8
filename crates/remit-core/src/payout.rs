//! A payout: one payment to one account of one payee.

use crate::ids::{
    AccountToken, CustomerNo, InvoiceId, PayeeId, PayoutId, RequestKey, TransactionNo, WireBody,
};
use crate::money::Money;
use crate::mutant::{Mutant, mutated};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a payout stands. Which may follow which is the table in `machine.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename = "PayoutState", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum State {
    /// Being written; editable.
    Draft,
    /// Waits for its date.
    Scheduled,
    /// Policy wants a second look.
    AwaitingApproval,
    /// Released by the owner; the dispatcher may claim it.
    Ready,
    /// The intent is on disk; the request may be on the wire.
    Sending,
    /// No reliable answer; Remit is checking and will not send it anew under another name (I4).
    Unknown,
    /// Pockyt accepted it.
    Processing,
    /// Pockyt reports success.
    Paid,
    /// Definitely not paid.
    Failed,
    /// The money came back.
    Returned,
    /// Withdrawn before it was sent.
    Cancelled,
}

impl State {
    /// Every state, in the order of a payout's life.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::Scheduled,
        Self::AwaitingApproval,
        Self::Ready,
        Self::Sending,
        Self::Unknown,
        Self::Processing,
        Self::Paid,
        Self::Failed,
        Self::Returned,
        Self::Cancelled,
    ];

    /// Whether a payout that stands here for this reason has paid, or may still. What is being written, failed, came back or
    /// was withdrawn pays nothing twice, unless Pockyt says that it was paid after all.
    #[must_use]
    pub fn may_have_paid(self, reason: Option<Reason>) -> bool {
        match self {
            Self::Scheduled
            | Self::AwaitingApproval
            | Self::Ready
            | Self::Sending
            | Self::Unknown
            | Self::Processing
            | Self::Paid => true,
            Self::Draft | Self::Failed | Self::Returned | Self::Cancelled => paid_after_all(reason),
        }
    }

    /// Whether a payout here was released and has not certainly left.
    #[must_use]
    pub const fn to_leave(self) -> bool {
        matches!(
            self,
            Self::Scheduled | Self::AwaitingApproval | Self::Ready | Self::Sending | Self::Unknown
        )
    }
}

/// Who must act next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Actor {
    /// The owner of this business.
    Owner,
    /// The payee.
    Payee,
    /// Pockyt.
    Pockyt,
    /// Remit, by itself.
    Remit,
    /// Nobody: it is settled.
    Nobody,
}

/// Why a payout stands where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "PayoutReason", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Reason {
    /// Pockyt definitely refused it.
    Refused,
    /// No answer in time.
    NoAnswer,
    /// The connection broke after the request may have left.
    ConnectionLost,
    /// The answer could not be read.
    Garbled,
    /// Pockyt or its supplier had an internal error (000000, 000080, HTTP 5xx).
    SystemError,
    /// Pockyt says that it already has this invoice ID.
    Duplicate,
    /// An answer code that Remit does not know.
    UnrecognisedAnswer,
    /// Remit was closed, or crashed, while it was sending.
    Interrupted,
    /// The request certainly never left this computer; it goes out when it can.
    NotSent,
    /// Pockyt says that it has no such payout; Remit asks again before it believes it.
    NotFoundYet,
    /// Pockyt reports failure.
    ReportedFailed,
    /// Pockyt reports that the money came back.
    ReportedReturned,
    /// The owner withdrew it.
    Withdrawn,
    /// A status word that Remit does not know; not final.
    UnrecognisedStatus,
    /// The API token could not be read from the keychain.
    TokenUnavailable,
    /// Pockyt's record under this invoice ID is, or seems to be, of another payment.
    InvoiceTaken,
    /// Pockyt has no record of it, a day after the last request: it was never paid.
    NeverArrived,
    /// The ledger was put back to an earlier one, in which this was not settled. Remit asks Pockyt, and does not send it.
    Restored,
    /// The ledger was put back to an earlier one, and Pockyt has a retry of this payout that the lost one made. It is not sent.
    TriedAgain,
    /// It failed, or was withdrawn, and Pockyt says since that it was paid. It stays where it is, and the owner must look.
    PaidAfterAll,
    /// Before it left, the payee was not Active any more. It waits until that is so again, or the owner withdraws it.
    PayeeNotActive,
    /// Before it left, its account had changed, or was gone, since it was released. It is never sent; the owner withdraws it.
    AccountChanged,
}

/// How quickly the money travels (pockyt-api.md section 4.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "ProcessingChannel", rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Channel {
    /// The default.
    StandardAch,
    /// The same day.
    SameDayAch,
    /// At once, where the bank takes part.
    RealTimePay,
    /// None is named to Pockyt: those above are of the clearing of US banks, and the money goes elsewhere.
    Unspecified,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 4] = [
        Self::StandardAch,
        Self::SameDayAch,
        Self::RealTimePay,
        Self::Unspecified,
    ];
}

/// A payout, as the ledger holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// Remit's number.
    pub id: PayoutId,
    /// Who is paid.
    pub payee_id: PayeeId,
    /// Pockyt's number of the payee, as it was when the payout was released.
    pub customer_no: CustomerNo,
    /// The payee's name, as it was then.
    pub payee_name: String,
    /// Where the money goes.
    pub account_token: AccountToken,
    /// What the owner saw of that account.
    pub account_label: String,
    /// How much.
    pub money: Money,
    /// Pockyt's fee, once it has told.
    pub fee: Option<Money>,
    /// The owner's number of the payment.
    pub invoice_id: InvoiceId,
    /// The idempotency key: one for the payout's whole life (I4).
    pub request_key: RequestKey,
    /// How quickly.
    pub channel: Channel,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
    /// Where Pockyt sends its notifications.
    pub ipn_url: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Why.
    pub reason: Option<Reason>,
    /// Pockyt's own words about it.
    pub detail: Option<String>,
    /// Since when it stands there.
    pub since: Timestamp,
    /// When the owner released it.
    pub created_at: Timestamp,
    /// When the first request may have left.
    pub sent_at: Option<Timestamp>,
    /// When it became paid, failed, returned or cancelled.
    pub settled_at: Option<Timestamp>,
    /// Pockyt's number of it.
    pub transaction_no: Option<TransactionNo>,
    /// The exact body; made when first claimed, the same ever after (I1, I4).
    pub body: Option<WireBody>,
    /// How many times a request may have left.
    pub attempts: u32,
    /// In unknown: how many inquiries in a row have found no such payout since the last request. In ready: how many
    /// tries in a row did not leave this computer.
    pub not_found: u32,
    /// How many inquiries have been made in this state.
    pub checks: u32,
    /// When Pockyt last answered a question about it.
    pub last_checked_at: Option<Timestamp>,
    /// When the engine acts next: sends a ready one, inquires about another.
    pub next_at: Option<Timestamp>,
    /// The payout this one tries again.
    pub retry_of: Option<PayoutId>,
    /// The payout that tries this one again.
    pub retried_by: Option<PayoutId>,
    /// Counts the changes of this row; a change is refused when another came first.
    pub revision: u64,
}

impl Payout {
    /// Whether the owner may still withdraw it: nothing has left this computer.
    #[must_use]
    pub fn cancellable(&self) -> bool {
        if self.state == State::Sending && mutated(Mutant::CancelsWhatWasSent) {
            return true;
        }
        matches!(
            self.state,
            State::Draft | State::Scheduled | State::AwaitingApproval | State::Ready
        ) && self.attempts == 0
    }

    /// Whether a new payout, linked to this one, may try again. A cancelled one may when it was itself a retry: the payout
    /// that it was to try again is linked to it for good. One that a lost ledger tried again was tried again, and one of which
    /// Pockyt says that it was paid is not paid again.
    #[must_use]
    pub fn retryable(&self) -> bool {
        let ended = match self.state {
            _ if self.paid_after_all() => false,
            State::Failed => !self.paid_as_another(),
            State::Returned => true,
            State::Cancelled => self.retry_of.is_some(),
            _ => false,
        };
        ended && self.retried_by.is_none()
    }

    /// Whether Pockyt says that it was paid, although it failed or was withdrawn.
    #[must_use]
    pub fn paid_after_all(&self) -> bool {
        paid_after_all(self.reason)
    }

    /// Whether a ledger that was lost paid it, or may have, under the invoice ID of a retry.
    #[must_use]
    pub fn paid_as_another(&self) -> bool {
        self.state == State::Failed && self.reason == Some(Reason::TriedAgain)
    }

    /// Whether it has paid, or may still.
    #[must_use]
    pub fn may_have_paid(&self) -> bool {
        self.state.may_have_paid(self.reason)
    }

    /// Whether it is released and does not leave, since whom or where it pays is not what it was then.
    #[must_use]
    pub fn on_hold(&self) -> bool {
        let moved = matches!(
            self.reason,
            Some(Reason::PayeeNotActive | Reason::AccountChanged)
        );
        self.state == State::Ready && moved
    }

    /// Whether it was released and has not certainly left, and may leave. One under whose invoice ID Pockyt has another payment
    /// never goes out again; whatever was sent of it before has left the balance.
    #[must_use]
    pub fn to_leave(&self) -> bool {
        let taken = self.reason == Some(Reason::InvoiceTaken)
            || self.reason == Some(Reason::Duplicate) && self.attempts <= 1;
        self.state.to_leave() && !(self.state == State::Unknown && taken)
    }

    /// Who must act next.
    #[must_use]
    pub fn must_act(&self) -> Actor {
        match self.state {
            _ if self.paid_after_all() || self.on_hold() => Actor::Owner,
            State::Draft | State::AwaitingApproval => Actor::Owner,
            // Only the owner can tell whose payment it is that Pockyt has under this invoice ID.
            State::Unknown
                if self.reason == Some(Reason::Duplicate)
                    && self.attempts <= 1
                    && self.checks > 0 =>
            {
                Actor::Owner
            }
            State::Unknown | State::Processing if self.reason == Some(Reason::InvoiceTaken) => {
                Actor::Owner
            }
            State::Scheduled | State::Ready | State::Sending | State::Unknown => Actor::Remit,
            State::Processing => Actor::Pockyt,
            State::Failed | State::Returned if self.retried_by.is_none() => Actor::Owner,
            State::Paid | State::Failed | State::Returned | State::Cancelled => Actor::Nobody,
        }
    }
}
fn paid_after_all(reason: Option<Reason>) -> bool {
    reason == Some(Reason::PaidAfterAll) && !mutated(Mutant::PaysWhatWasPaidAfterAll)
}
