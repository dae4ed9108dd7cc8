//! The record of calls: what reached the gateway, without what is nobody's business.

use jiff::Timestamp;
use serde::Serialize;

/// One call of the gateway. Of the fields only those named here are kept: no signature, no government ID.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// Path.
    pub endpoint: String,
    /// By the sandbox's clock.
    pub at: Timestamp,
    /// `Pockyt-Request-ID`, if it came with one.
    pub request_id: Option<String>,
    /// `invoiceId`, if it had one.
    pub invoice_id: Option<String>,
    /// `customerNo`, if it had one.
    pub customer_no: Option<String>,
    /// Names of the fields it sent, sorted.
    pub fields: Vec<String>,
    /// What the gateway made of it: `ret_code` and `ret_msg`. None if a fault kept it from being processed.
    pub outcome: Option<(String, String)>,
    /// Whether the kept answer of an earlier call with the same `Pockyt-Request-ID` was given.
    pub replayed: bool,
    /// The fault it met, in words.
    pub fault: Option<String>,
    /// What a careful client would not have done: empty fields, unknown ones.
    pub warnings: Vec<String>,
}

/// A transfer that happened: Pockyt accepted a payout and debited the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// Pockyt's number.
    pub transaction_no: String,
    /// The merchant's ID.
    pub invoice_id: String,
    /// To whom.
    pub customer_no: String,
    /// To which account.
    pub account_token: String,
    /// Minor units.
    pub minor: i64,
    /// Currency code.
    pub currency: String,
    /// Wire spelling of its status now.
    pub status: String,
    /// When it was accepted.
    pub at: Timestamp,
}
