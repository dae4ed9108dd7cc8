//! Deeds for many rows at once. None of them sends money: what is to be paid becomes a draft of a run, which is reviewed.

use super::{count, start_of_year};
use crate::app::App;
use crate::chosen;
use crate::ipc::IpcError;
use crate::ipc::inputs::{FileWords, PayeeChoice, PayoutChoice};
use crate::ipc::views::{
    BulkFailure, BulkReport, PayeeChosen, PayoutsChosen, RefreshReport, RunDraftView,
};
use crate::session::Session;
use remit_core::{Code, PayeeStatus, Payout, State};
use tauri::State as Managed;

/// What Pockyt can say something new about.
const OPEN: [State; 2] = [State::Unknown, State::Processing];
/// What may not have left yet.
const QUEUED: [State; 4] = [
    State::Draft,
    State::Scheduled,
    State::AwaitingApproval,
    State::Ready,
];
/// What may be tried again.
pub(crate) const ENDED: [State; 3] = [State::Failed, State::Returned, State::Cancelled];
/// How many failures are named.
const NAMED: usize = 20;

/// Says what may be done with the payouts that are marked. Changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn look_at_payouts(
    app: Managed<'_, App>,
    choice: PayoutChoice,
) -> Result<PayoutsChosen, IpcError> {
    let session = app.session().await?;
    let queued = chosen::payouts(&session, &choice, &QUEUED).await?;
    let ended = chosen::payouts(&session, &choice, &ENDED).await?;
    Ok(PayoutsChosen {
        count: count(chosen::count_payouts(&session, &choice, &[]).await?),
        checkable: count(chosen::count_payouts(&session, &choice, &OPEN).await?),
        withdrawable: count(queued.iter().filter(|payout| payout.cancellable()).count()),
        retryable: count(ended.iter().filter(|payout| payout.retryable()).count()),
    })
}

/// Asks Pockyt about those of the marked payouts that have not ended.
#[tauri::command]
#[specta::specta]
pub async fn check_payouts(
    app: Managed<'_, App>,
    choice: PayoutChoice,
) -> Result<BulkReport, IpcError> {
    let session = app.session().await?;
    let open = chosen::payouts(&session, &choice, &OPEN).await?;
    let report = each(&session, open, async |session, payout| {
        session.engine().check_payout(payout.id).await.map(drop)
    });
    let report = report.await;
    session.wake();
    Ok(report)
}

/// Withdraws those of the marked payouts that nothing has left of yet.
#[tauri::command]
#[specta::specta]
pub async fn withdraw_payouts(
    app: Managed<'_, App>,
    choice: PayoutChoice,
) -> Result<BulkReport, IpcError> {
    let session = app.session().await?;
    let mut queued = chosen::payouts(&session, &choice, &QUEUED).await?;
    queued.retain(Payout::cancellable);
    let report = each(&session, queued, async |session, payout| {
        session.engine().cancel_payout(payout.id).await.map(drop)
    });
    Ok(report.await)
}

/// Makes a draft of a run of those of the marked payouts that failed or came back, linked to them, under new invoice IDs.
#[tauri::command]
#[specta::specta]
pub async fn retry_payouts(
    app: Managed<'_, App>,
    choice: PayoutChoice,
) -> Result<RunDraftView, IpcError> {
    app.retry_payouts(choice).await
}

/// Writes a CSV file of the marked payouts, where the owner chooses; nothing when the owner chose no place.
#[tauri::command]
#[specta::specta]
pub async fn export_payouts(
    app: Managed<'_, App>,
    choice: PayoutChoice,
    words: FileWords,
) -> Result<Option<String>, IpcError> {
    app.export_payouts(choice, words).await
}

/// The marked payees, as far as a deed of many needs them.
#[tauri::command]
#[specta::specta]
pub async fn chosen_payees(
    app: Managed<'_, App>,
    choice: PayeeChoice,
) -> Result<Vec<PayeeChosen>, IpcError> {
    let session = app.session().await?;
    let rows = chosen::payees(&session, choice, start_of_year(&session)).await?;
    let chosen = rows.into_iter().map(|row| PayeeChosen {
        id: row.payee.id.to_string(),
        payable: row.payee.status == PayeeStatus::Active,
        email: row.payee.email,
    });
    Ok(chosen.collect())
}

/// Asks Pockyt where the marked payees stand.
#[tauri::command]
#[specta::specta]
pub async fn refresh_payees(
    app: Managed<'_, App>,
    choice: PayeeChoice,
) -> Result<RefreshReport, IpcError> {
    let session = app.session().await?;
    let rows = chosen::payees(&session, choice, start_of_year(&session)).await?;
    let mut report = RefreshReport::default();
    for row in rows {
        if super::payees::refresh(&session, &row.payee, &mut report).await {
            break;
        }
    }
    Ok(report)
}

/// Writes a CSV file of the marked payees, where the owner chooses; nothing when the owner chose no place.
#[tauri::command]
#[specta::specta]
pub async fn export_payees(
    app: Managed<'_, App>,
    choice: PayeeChoice,
    words: FileWords,
) -> Result<Option<String>, IpcError> {
    app.export_payees(choice, words).await
}

/// Does something for each payout, one after the other, and tells what came of each.
async fn each(
    session: &Session,
    payouts: Vec<Payout>,
    deed: impl AsyncFn(&Session, &Payout) -> Result<(), remit_core::Error>,
) -> BulkReport {
    let mut report = BulkReport::default();
    let mut left = payouts.into_iter();
    while let Some(payout) = left.next() {
        let Err(error) = deed(session, &payout).await else {
            report.done += 1;
            continue;
        };
        let in_vain = stops_all(error.code());
        report.failed += 1;
        if report.failures.len() < NAMED {
            report.failures.push(BulkFailure {
                payout_id: payout.id.to_string(),
                payee_name: payout.payee_name,
                invoice_id: payout.invoice_id.0,
                error: error.into(),
            });
        }
        if in_vain {
            report.untried = count(left.len());
            break;
        }
    }
    report
}

/// What stops one question to Pockyt stops the others too.
pub(super) fn stops_all(code: Code) -> bool {
    matches!(
        code,
        Code::Unreachable
            | Code::Timeout
            | Code::TokenRejected
            | Code::MerchantRejected
            | Code::TokenMissing
    )
}
