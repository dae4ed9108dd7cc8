//! Step 5, and what the owner may do with a payout afterwards.

use super::{account_view, count, payee_row};
use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{PayoutDraft, PayoutQuery};
use crate::ipc::views::{
    Balances, MoneyView, PayoutDetail, PayoutPage, PayoutPreview, PayoutRun, PayoutView,
    TimelineEvent,
};
use remit_core::{Code, Currency, PayoutId, RunState, State, Subject};
use tauri::State as Managed;

/// An invoice ID that no payout has.
#[tauri::command]
#[specta::specta]
pub async fn suggest_invoice_id(app: Managed<'_, App>) -> Result<String, IpcError> {
    Ok(app.session().await?.engine().suggest_invoice_id().await?.0)
}

/// Checks a payout and shows what pressing will do. Sends nothing.
#[tauri::command]
#[specta::specta]
pub async fn preview_payout(
    app: Managed<'_, App>,
    draft: PayoutDraft,
) -> Result<PayoutPreview, IpcError> {
    let session = app.session().await?;
    let preview = session.engine().preview_payout(&draft.try_into()?).await?;
    let payee = payee_row(&session, preview.payee.id).await?;
    let account = account_view(&session, preview.account.clone()).await?;
    Ok(PayoutPreview::new(preview, payee, account))
}

/// Step 5: releases a payout that was reviewed. Answers when the intent is durable.
#[tauri::command]
#[specta::specta]
pub async fn submit_payout(
    app: Managed<'_, App>,
    draft: PayoutDraft,
    review: String,
) -> Result<PayoutView, IpcError> {
    let session = app.session().await?;
    let payout = session
        .engine()
        .submit_payout(&draft.try_into()?, &review)
        .await?;
    session.wake();
    Ok(PayoutView::new(payout, session.engine()))
}

/// Withdraws a payout that nothing has left of yet.
#[tauri::command]
#[specta::specta]
pub async fn cancel_payout(app: Managed<'_, App>, id: String) -> Result<PayoutView, IpcError> {
    let session = app.session().await?;
    let payout = session.engine().cancel_payout(payout_id(&id)?).await?;
    Ok(PayoutView::new(payout, session.engine()))
}

/// A draft that tries a failed or returned payout again, linked to it.
#[tauri::command]
#[specta::specta]
pub async fn prepare_retry(app: Managed<'_, App>, id: String) -> Result<PayoutDraft, IpcError> {
    Ok(app
        .session()
        .await?
        .engine()
        .prepare_retry(payout_id(&id)?)
        .await?
        .into())
}

/// Asks Pockyt about a payout now.
#[tauri::command]
#[specta::specta]
pub async fn check_payout(app: Managed<'_, App>, id: String) -> Result<PayoutView, IpcError> {
    let session = app.session().await?;
    let payout = session.engine().check_payout(payout_id(&id)?).await?;
    session.wake();
    Ok(PayoutView::new(payout, session.engine()))
}

/// A page of payouts.
#[tauri::command]
#[specta::specta]
pub async fn list_payouts(
    app: Managed<'_, App>,
    query: PayoutQuery,
) -> Result<PayoutPage, IpcError> {
    let session = app.session().await?;
    let query: remit_core::PayoutQuery = query.try_into()?;
    let all = query.states.is_empty();
    let counting = remit_core::PayoutQuery {
        states: State::ALL.into_iter().filter(counts).collect(),
        cursor: None,
        limit: 1,
        ..query.clone()
    };
    let remit_core::PayoutPage { page, mut sums } = session.ledger().payouts(query).await?;
    if all {
        // A total of everything would add up money that never left, or that came back (I10).
        sums = session.ledger().payouts(counting).await?.sums;
    }
    Ok(PayoutPage {
        payouts: page
            .rows
            .into_iter()
            .map(|payout| PayoutView::new(payout, session.engine()))
            .collect(),
        next: page.next,
        total: count(page.total),
        sums: sums.into_iter().map(MoneyView::from).collect(),
    })
}

/// Whether a payout in this state was paid or is on its way.
fn counts(state: &State) -> bool {
    !matches!(state, State::Failed | State::Returned | State::Cancelled)
}

/// One payout with its payee and history.
#[tauri::command]
#[specta::specta]
pub async fn payout(app: Managed<'_, App>, id: String) -> Result<PayoutDetail, IpcError> {
    let session = app.session().await?;
    let id = payout_id(&id)?;
    let payout = session.engine().known_payout(id).await?;
    let payee = payee_row(&session, payout.payee_id).await?.into();
    let events = session
        .ledger()
        .events(Subject::Payout(id))
        .await?
        .into_iter()
        .map(TimelineEvent::from)
        .collect();
    let run = match session.runs().run_of_payout(id).await? {
        Some((run, line)) => {
            let run = session.runs().run(run).await?;
            run.map(|run| PayoutRun {
                id: run.id.to_string(),
                name: run.name,
                line,
                paused: run.paused && run.state == RunState::Released,
                stopped: run.state == RunState::Stopped,
            })
        }
        None => None,
    };
    Ok(PayoutDetail {
        payout: PayoutView::new(payout, session.engine()),
        payee,
        run,
        events,
    })
}

/// The balance at Pockyt.
#[tauri::command]
#[specta::specta]
pub async fn balances(app: Managed<'_, App>) -> Result<Balances, IpcError> {
    let session = app.session().await?;
    let engine = session.engine();
    let balance = engine
        .ports()
        .gateway
        .balance(Currency::USD)
        .await
        .map_err(remit_core::Error::from)?;
    Ok(Balances {
        balances: vec![balance.value.into()],
        checked_at: engine.now().to_string(),
    })
}

fn payout_id(text: &str) -> Result<PayoutId, IpcError> {
    text.parse()
        .map_err(|_| IpcError::bad_id(Code::PayoutNotFound))
}
