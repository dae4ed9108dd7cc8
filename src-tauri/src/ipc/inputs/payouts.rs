//! Payouts.

use crate::ipc::IpcError;
use remit_core::{Channel, Code, Draft, PayoutId, PayoutSort, State};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A payment form.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayoutDraft {
    /// Made once per opened form (UUID).
    pub draft_id: String,
    /// Who is paid.
    pub payee_id: String,
    /// Where to.
    pub account_token: String,
    /// A decimal text.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The owner's number.
    pub invoice_id: String,
    /// How quickly.
    pub channel: Channel,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
    /// The payout that this one tries again.
    pub retry_of: Option<String>,
}

impl TryFrom<PayoutDraft> for Draft {
    type Error = IpcError;

    fn try_from(draft: PayoutDraft) -> Result<Self, IpcError> {
        let retry_of = draft
            .retry_of
            .map(|id| id.parse::<PayoutId>())
            .transpose()
            .map_err(|_| IpcError::bad_id(Code::PayoutNotFound))?;
        Ok(Self {
            id: draft.draft_id.parse().map_err(|_| {
                IpcError::field(Code::FieldInvalid, "draftId", "Open the form again.")
            })?,
            payee_id: draft
                .payee_id
                .parse()
                .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))?,
            account_token: draft.account_token.as_str().into(),
            amount: draft.amount,
            currency: draft.currency,
            invoice_id: draft.invoice_id,
            channel: draft.channel,
            description: draft.description,
            note: draft.note,
            retry_of,
        })
    }
}

impl From<Draft> for PayoutDraft {
    fn from(draft: Draft) -> Self {
        Self {
            draft_id: draft.id.to_string(),
            payee_id: draft.payee_id.to_string(),
            account_token: draft.account_token.0,
            amount: draft.amount,
            currency: draft.currency,
            invoice_id: draft.invoice_id,
            channel: draft.channel,
            description: draft.description,
            note: draft.note,
            retry_of: draft.retry_of.map(|id| id.to_string()),
        }
    }
}

/// How payouts are sorted.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PayoutOrder {
    /// Newest first.
    Newest,
    /// Largest first.
    Amount,
}

/// Which payouts.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayoutQuery {
    /// Part of a name or number.
    pub search: String,
    /// Only these; empty for all.
    pub states: Vec<State>,
    /// Only this payee's.
    pub payee_id: Option<String>,
    /// Only this run's.
    pub run: Option<String>,
    /// Released at or after (RFC 3339).
    pub from: Option<String>,
    /// Released before (RFC 3339).
    pub to: Option<String>,
    /// In which order.
    pub sort: PayoutOrder,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many.
    pub limit: u32,
}

impl TryFrom<PayoutQuery> for remit_core::PayoutQuery {
    type Error = IpcError;

    fn try_from(query: PayoutQuery) -> Result<Self, IpcError> {
        let time = |field: &str, text: Option<String>| {
            text.map(|text| text.parse())
                .transpose()
                .map_err(|_| IpcError::field(Code::FieldInvalid, field, "This is not a time."))
        };
        Ok(Self {
            search: query.search,
            states: query.states,
            payee_id: query
                .payee_id
                .map(|id| id.parse())
                .transpose()
                .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))?,
            run: query
                .run
                .map(|id| id.parse())
                .transpose()
                .map_err(|_| IpcError::bad_id(Code::RunNotFound))?,
            from: time("from", query.from)?,
            to: time("to", query.to)?,
            sort: match query.sort {
                PayoutOrder::Newest => PayoutSort::Newest,
                PayoutOrder::Amount => PayoutSort::Amount,
            },
            cursor: query.cursor,
            limit: query.limit.clamp(1, 500),
        })
    }
}
