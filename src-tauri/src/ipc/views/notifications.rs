//! What Pockyt told and by which way, newest first.

use super::MoneyView;
use crate::ipc::inputs::NotificationSource;
use remit_core::{NotificationRow, State, Subject, Verdict};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A notification; or an inquiry that moved a payout to its end, so that no notification was needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Notification")]
pub struct NotificationView {
    /// Its place in the history.
    pub id: String,
    /// When it came.
    pub at: String,
    /// By which way.
    pub source: NotificationSource,
    /// What became of it; of an inquiry only where it did not agree.
    pub verdict: Option<Verdict>,
    /// The payout that it is, or claims to be, about; nothing when Remit has none like it.
    pub payout_id: Option<String>,
    /// That payout's invoice ID; without a payout, the one that it names.
    pub invoice_id: Option<String>,
    /// That payout's payee.
    pub payee_name: Option<String>,
    /// That payout's amount.
    pub amount: Option<MoneyView>,
    /// The state before, where it moved the payout.
    pub from: Option<State>,
    /// The state after, where it moved the payout.
    pub to: Option<State>,
    /// How many times the same came again.
    pub again: u32,
    /// When the same came last.
    pub again_at: Option<String>,
}

impl From<NotificationRow> for NotificationView {
    fn from(row: NotificationRow) -> Self {
        let NotificationRow {
            event,
            payout,
            again,
            again_at,
        } = row;
        let (id, event) = (event.seq.to_string(), event.event);
        let moved = event.from != event.to;
        let state = |word: &Option<String>| {
            let word = word.clone().filter(|_| moved)?;
            serde_json::from_value(word.into()).ok()
        };
        let claimed = || claimed_invoice_id(event.evidence.as_deref()?);
        Self {
            id,
            at: event.at.to_string(),
            source: NotificationSource::of(event.source),
            verdict: event.verdict,
            payout_id: match event.subject {
                Subject::Payout(id) => Some(id.to_string()),
                Subject::Payee(_) | Subject::Run(_) | Subject::Schedule(_) | Subject::Nothing => {
                    None
                }
            },
            from: state(&event.from),
            to: state(&event.to),
            invoice_id: match &payout {
                Some(payout) => Some(payout.invoice_id.0.clone()),
                None => claimed(),
            },
            amount: payout.as_ref().map(|payout| payout.money.into()),
            payee_name: payout.map(|payout| payout.payee_name),
            again: u32::try_from(again).unwrap_or(u32::MAX),
            again_at: again_at.map(|at| at.to_string()),
        }
    }
}

/// The invoice ID that a signed notification about no payout of ours names.
fn claimed_invoice_id(evidence: &str) -> Option<String> {
    let fields: serde_json::Value = serde_json::from_str(evidence).ok()?;
    fields.get("invoiceId")?.as_str().map(str::to_owned)
}

/// A page of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPage {
    /// The page, newest first.
    pub notifications: Vec<NotificationView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}
