//! What the demo alone can do: show its sandbox's pages, and play a payee's part there.

use super::{payee_id, payee_row, payees};
use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::DemoPage;
use crate::ipc::views::PayeeDetail;
use crate::session::Session;
use pockyt_sandbox::{ControlError, Sandbox};
use remit_core::Code;
use tauri::State;

/// Shows a page of the demo's sandbox, in the owner's language.
#[tauri::command]
#[specta::specta]
pub async fn open_demo_page(app: State<'_, App>, page: DemoPage) -> Result<(), IpcError> {
    let session = app.session().await?;
    let sandbox = sandbox(&session)?;
    let (url, part) = match page {
        DemoPage::Mailbox => (sandbox.mailbox_url(), ""),
        DemoPage::Portal => (sandbox.portal_url(), ""),
        DemoPage::Outcomes => (sandbox.base_url(), "#outcomes"),
    };
    let settings = app.host().settings().unwrap_or_default();
    // Without a choice of the owner's the pages go by the system's language, as the window does.
    let url = match settings.preferences.language.chosen() {
        Some(tag) => format!("{url}?lang={tag}{part}"),
        None => format!("{url}{part}"),
    };
    app.host().show_demo_page(&url)
}

/// Plays what is left of a payee's part in the demo's portal, and Pockyt's approval; then asks Pockyt, as
/// [`payees::refresh_payee`] does. Whoever is done with the portal stays as they are.
#[tauri::command]
#[specta::specta]
pub async fn play_payee(app: State<'_, App>, id: String) -> Result<PayeeDetail, IpcError> {
    let session = app.session().await?;
    let control = sandbox(&session)?.control();
    let payee = payee_row(&session, payee_id(&id)?).await?.payee;
    let number = payee.customer_no.ok_or_else(|| {
        IpcError::new(
            Code::PayeeNotRegistered,
            "Pockyt has not confirmed this payee's registration yet. Wait for it, then try again.",
        )
    })?;
    control
        .play_payee(number.as_str())
        .await
        .map_err(not_played)?;
    let payee = session.engine().refresh_payee(payee.id).await?;
    payees::detail(&session, payee.id).await
}

fn sandbox(session: &Session) -> Result<&Sandbox, IpcError> {
    session.sandbox().ok_or_else(|| {
        IpcError::new(
            Code::DemoOnly,
            "Only the demo has a Pockyt of its own to play with.",
        )
    })
}

fn not_played(cause: ControlError) -> IpcError {
    tracing::error!(%cause, "a payee's part could not be played");
    match cause {
        ControlError::State(_) => IpcError::new(
            Code::DataFolderReadOnly,
            "The demo could not keep what it did. Check that the data folder can be written and the disk is not full.",
        ),
        other => IpcError {
            detail: Some(other.to_string()),
            ..IpcError::new(
                Code::GatewayRefused,
                "The demo's Pockyt does not take the made-up answers. Play the payee yourself: open the mailbox.",
            )
        },
    }
}
