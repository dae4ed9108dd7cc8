//! Payout runs from their release on: how they stand, what became of each row, and what the owner may do.

use super::count;
use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::RunQuery;
use crate::ipc::views::{
    RowToCome, RunAccount, RunLeftPage, RunOutcomePage, RunOutcomeView, RunPage, RunView, SomeRuns,
};
use crate::session::Session;
use remit_core::{AccountToken, Code, Hold, OutcomeState, PayeeId, Run, RunId, RunRow, RunState};
use std::collections::HashMap;
use tauri::State as Managed;

/// The most rows of one page.
const MOST: u32 = 500;
/// How many of the runs that stand still or wait for their day are named: how each stands is counted from its rows.
const NAMED: u32 = 20;

/// A page of runs, newest first.
#[tauri::command]
#[specta::specta]
pub async fn list_runs(app: Managed<'_, App>, query: RunQuery) -> Result<RunPage, IpcError> {
    let session = app.session().await?;
    let page = session.runs().runs(query.into()).await?;
    let mut runs = Vec::with_capacity(page.rows.len());
    for run in page.rows {
        runs.push(view(&session, &run).await?);
    }
    Ok(RunPage {
        runs,
        next: page.next,
        total: count(page.total),
    })
}

/// Released runs that stand still until the owner says something, however old: those that are paused or missed their time, and
/// those of which rows are held.
#[tauri::command]
#[specta::specta]
pub async fn halted_runs(app: Managed<'_, App>) -> Result<SomeRuns, IpcError> {
    let session = app.session().await?;
    some(&session, session.runs().halted_runs(NAMED).await?).await
}

/// Released runs that wait for their day, the next one first: nothing of them is a payout yet.
#[tauri::command]
#[specta::specta]
pub async fn coming_runs(app: Managed<'_, App>) -> Result<SomeRuns, IpcError> {
    let session = app.session().await?;
    let now = session.engine().now();
    some(&session, session.runs().coming_runs(now, NAMED).await?).await
}

/// Rows of released runs that are no payouts yet, by words of the payee's name or the invoice ID.
#[tauri::command]
#[specta::specta]
pub async fn rows_to_come(
    app: Managed<'_, App>,
    search: String,
    limit: u32,
) -> Result<Vec<RowToCome>, IpcError> {
    let session = app.session().await?;
    let now = session.engine().now();
    let limit = limit.clamp(1, MOST);
    let found = session.runs().rows_to_come(&search, limit).await?;
    let mut rows = Vec::with_capacity(found.len());
    for (run, row) in found {
        let payee = session.ledger().payee(row.payee_id).await?;
        let waits = run.not_before.filter(|at| !run.paused && *at > now);
        rows.push(RowToCome {
            run_id: run.id.to_string(),
            run_name: run.name,
            line: row.line,
            payee_name: payee.map(|payee| payee.display_name()).unwrap_or_default(),
            amount: row.money.into(),
            invoice_id: row.invoice_id.0,
            goes_out_at: waits.map(|at| at.to_string()),
        });
    }
    Ok(rows)
}

/// One run.
#[tauri::command]
#[specta::specta]
pub async fn run(app: Managed<'_, App>, id: String) -> Result<RunView, IpcError> {
    let session = app.session().await?;
    let run = session.sending().known_run(run_id(&id)?).await?;
    view(&session, &run).await
}

/// The rows of a released run with what became of them; with `states`, only those that stand there.
#[tauri::command]
#[specta::specta]
pub async fn run_outcomes(
    app: Managed<'_, App>,
    id: String,
    states: Vec<OutcomeState>,
    after: Option<u32>,
    limit: u32,
) -> Result<RunOutcomePage, IpcError> {
    let session = app.session().await?;
    let limit = limit.clamp(1, MOST);
    // One more than wanted tells whether there is a next page.
    let mut found = session
        .runs()
        .run_rows(run_id(&id)?, &states, after, limit + 1)
        .await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().map(|last| last.row.row).filter(|_| more);
    let mut names: HashMap<PayeeId, String> = HashMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for outcome in found {
        let payee = outcome.row.payee_id;
        let name = match (&outcome.payout, names.get(&payee)) {
            (Some(payout), _) => payout.payee_name.clone(),
            (None, Some(name)) => name.clone(),
            (None, None) => {
                let found = session.ledger().payee(payee).await?;
                let name = found.map(|payee| payee.display_name()).unwrap_or_default();
                names.insert(payee, name.clone());
                name
            }
        };
        let accounts = accounts(&session, &outcome.row).await?;
        rows.push(RunOutcomeView::new(outcome, name, accounts));
    }
    Ok(RunOutcomePage { rows, next })
}

/// The rows that the release of a run left out, each with why.
#[tauri::command]
#[specta::specta]
pub async fn run_left(
    app: Managed<'_, App>,
    id: String,
    after: Option<u32>,
    limit: u32,
) -> Result<RunLeftPage, IpcError> {
    let session = app.session().await?;
    let limit = limit.clamp(1, MOST);
    let mut found = session
        .runs()
        .run_left(run_id(&id)?, after, limit + 1)
        .await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().map(|last| last.row).filter(|_| more);
    Ok(RunLeftPage {
        rows: found.into_iter().map(Into::into).collect(),
        next,
    })
}

/// Sends nothing more of a run until it is resumed.
#[tauri::command]
#[specta::specta]
pub async fn pause_run(app: Managed<'_, App>, id: String) -> Result<RunView, IpcError> {
    let session = app.session().await?;
    let run = session.sending().pause(run_id(&id)?).await?;
    view(&session, &run).await
}

/// Lets a paused run go on.
#[tauri::command]
#[specta::specta]
pub async fn resume_run(app: Managed<'_, App>, id: String) -> Result<RunView, IpcError> {
    let session = app.session().await?;
    let run = session.sending().resume(run_id(&id)?).await?;
    view(&session, &run).await
}

/// Stops what of a run has not been sent, for good.
#[tauri::command]
#[specta::specta]
pub async fn stop_run(app: Managed<'_, App>, id: String) -> Result<RunView, IpcError> {
    let session = app.session().await?;
    let run = session.sending().stop(run_id(&id)?).await?;
    view(&session, &run).await
}

/// Queues a held row again, after the owner has looked; one that waited goes to this account.
#[tauri::command]
#[specta::specta]
pub async fn queue_run_row(
    app: Managed<'_, App>,
    id: String,
    row: u32,
    account: Option<String>,
) -> Result<RunView, IpcError> {
    let session = app.session().await?;
    let account = account.map(AccountToken);
    let queued = session.sending().queue_row(run_id(&id)?, row, account);
    let run = queued.await?;
    view(&session, &run).await
}

/// Where a row may go that waited and is held because of its account: the owner has seen none of them yet.
async fn accounts(session: &Session, row: &RunRow) -> Result<Vec<RunAccount>, IpcError> {
    let asks = matches!(row.hold, Some(Hold::AccountUnclear | Hold::AccountChanged));
    if !asks || row.account_token.is_some() {
        return Ok(Vec::new());
    }
    let code = row.money.currency.code();
    let accounts = session.ledger().accounts(row.payee_id).await?;
    let usable = accounts
        .iter()
        .filter(|account| account.usable() && account.currency.eq_ignore_ascii_case(code));
    Ok(usable.map(RunAccount::from).collect())
}

async fn some(session: &Session, found: (Vec<Run>, u64)) -> Result<SomeRuns, IpcError> {
    let mut runs = Vec::with_capacity(found.0.len());
    for run in found.0 {
        runs.push(view(session, &run).await?);
    }
    Ok(SomeRuns {
        runs,
        total: count(found.1),
    })
}

async fn view(session: &Session, run: &Run) -> Result<RunView, IpcError> {
    let progress = match run.state {
        RunState::Draft | RunState::Discarded => None,
        RunState::Released | RunState::Stopped => Some(session.runs().run_progress(run.id).await?),
    };
    Ok(RunView::new(run, progress, session.engine().now()))
}

fn run_id(text: &str) -> Result<RunId, IpcError> {
    text.parse()
        .map_err(|_| IpcError::bad_id(Code::RunNotFound))
}
