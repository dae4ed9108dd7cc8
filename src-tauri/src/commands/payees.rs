//! Steps 1 to 4: payees and their funding accounts.

use super::bulk::stops_all;
use super::{account_view, account_views, count, payee_id, payee_row, start_of_year};
use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{PayeeQuery, RegisterPayee, UpdatePayee};
use crate::ipc::views::{
    AccountView, PayeeDetail, PayeePage, PayeeView, RefreshReport, TimelineEvent,
};
use crate::session::Session;
use remit_core::{Code, Payee, PayeeId, PayeeSort, Subject};
use tauri::State;

/// Step 1: registers a payee.
#[tauri::command]
#[specta::specta]
pub async fn register_payee(
    app: State<'_, App>,
    input: RegisterPayee,
) -> Result<PayeeView, IpcError> {
    let session = app.session().await?;
    let registered = session
        .engine()
        .register_payee(input.into_registration()?)
        .await;
    // Whatever came of it, there may be something to check soon.
    session.wake();
    Ok(payee_row(&session, registered?.id).await?.into())
}

/// Takes over a payee that Pockyt already knows.
#[tauri::command]
#[specta::specta]
pub async fn link_payee(app: State<'_, App>, email: String) -> Result<PayeeView, IpcError> {
    let session = app.session().await?;
    let payee = session.engine().link_payee(&email).await?;
    session.wake();
    Ok(payee_row(&session, payee.id).await?.into())
}

/// Changes a payee.
#[tauri::command]
#[specta::specta]
pub async fn update_payee(
    app: State<'_, App>,
    id: String,
    changes: UpdatePayee,
) -> Result<PayeeView, IpcError> {
    let session = app.session().await?;
    let payee = session
        .engine()
        .update_payee(payee_id(&id)?, changes.into())
        .await?;
    Ok(payee_row(&session, payee.id).await?.into())
}

/// Steps 3 and 4: asks Pockyt where a payee stands and which accounts it has.
#[tauri::command]
#[specta::specta]
pub async fn refresh_payee(app: State<'_, App>, id: String) -> Result<PayeeDetail, IpcError> {
    let session = app.session().await?;
    let payee = session.engine().refresh_payee(payee_id(&id)?).await?;
    detail(&session, payee.id).await
}

/// The same for every payee, one after the other.
#[tauri::command]
#[specta::specta]
pub async fn refresh_all_payees(app: State<'_, App>) -> Result<RefreshReport, IpcError> {
    let session = app.session().await?;
    let mut report = RefreshReport::default();
    let mut cursor = None;
    loop {
        let query = remit_core::PayeeQuery {
            search: String::new(),
            statuses: Vec::new(),
            sort: PayeeSort::Newest,
            cursor,
            limit: 200,
        };
        let page = session
            .ledger()
            .payees(query, start_of_year(&session))
            .await?;
        for row in page.rows {
            if refresh(&session, &row.payee, &mut report).await {
                return Ok(report);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(report);
        }
    }
}

/// Asks about one more payee. Whether asking about others is in vain: then nobody waits for each.
pub(super) async fn refresh(session: &Session, known: &Payee, report: &mut RefreshReport) -> bool {
    report.asked += 1;
    match session.engine().refresh_payee(known.id).await {
        Ok(payee) => {
            report.changed += u32::from(payee.status != known.status);
            false
        }
        Err(error) => {
            let in_vain = stops_all(error.code());
            report.failed += 1;
            report.first_error.get_or_insert(error.into());
            in_vain
        }
    }
}

/// A page of payees.
#[tauri::command]
#[specta::specta]
pub async fn list_payees(app: State<'_, App>, query: PayeeQuery) -> Result<PayeePage, IpcError> {
    let session = app.session().await?;
    let page = session
        .ledger()
        .payees(query.into(), start_of_year(&session))
        .await?;
    Ok(PayeePage {
        payees: page.rows.into_iter().map(PayeeView::from).collect(),
        next: page.next,
        total: count(page.total),
    })
}

/// One payee with its accounts and history.
#[tauri::command]
#[specta::specta]
pub async fn payee(app: State<'_, App>, id: String) -> Result<PayeeDetail, IpcError> {
    let session = app.session().await?;
    detail(&session, payee_id(&id)?).await
}

/// Step 4: asks Pockyt for a payee's funding accounts.
#[tauri::command]
#[specta::specta]
pub async fn list_funding_accounts(
    app: State<'_, App>,
    payee_id: String,
) -> Result<Vec<AccountView>, IpcError> {
    let session = app.session().await?;
    let payee = payee_row(&session, self::payee_id(&payee_id)?).await?.payee;
    let accounts = session.engine().refresh_accounts(&payee, None).await?;
    account_views(&session, accounts).await
}

/// Step 4 with the `accountToken` filter: asks Pockyt for one account.
#[tauri::command]
#[specta::specta]
pub async fn refresh_account(
    app: State<'_, App>,
    payee_id: String,
    account_token: String,
) -> Result<AccountView, IpcError> {
    let session = app.session().await?;
    let payee = payee_row(&session, self::payee_id(&payee_id)?).await?.payee;
    let token = account_token.as_str().into();
    let accounts = session
        .engine()
        .refresh_accounts(&payee, Some(&token))
        .await?;
    let account = accounts.into_iter().find(|account| account.token == token);
    let account = account.ok_or_else(|| {
        IpcError::new(
            Code::AccountGone,
            "Pockyt does not list this funding account for the payee.",
        )
    })?;
    account_view(&session, account).await
}

pub(super) async fn detail(session: &Session, id: PayeeId) -> Result<PayeeDetail, IpcError> {
    let payee = payee_row(session, id).await?.into();
    let accounts = account_views(session, session.ledger().accounts(id).await?).await?;
    let events = session
        .ledger()
        .events(Subject::Payee(id))
        .await?
        .into_iter()
        .map(TimelineEvent::from)
        .collect();
    Ok(PayeeDetail {
        payee,
        accounts,
        events,
    })
}
