//! The start before the window asks for it: the account opens while the web view is still starting.

use super::App;
use crate::commands::start_of_year;
use crate::ipc::views::Startup;
use crate::session::Session;
use remit_core::{PayeeQuery, PayeeSort};
use std::sync::{Mutex, PoisonError};
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::{AppHandle, Manager, Runtime};

/// A start that is under way, or the answer that nobody has asked for yet.
#[derive(Default)]
pub(super) struct Ahead(Mutex<Option<JoinHandle<Startup>>>);

impl Ahead {
    /// Its answer, once: whoever asks later asks how things stand then. Nothing where none began.
    pub(super) async fn answer(&self) -> Option<Startup> {
        let begun = {
            let mut ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            ahead.take()
        };
        begun?.await.ok()
    }
}

/// How many payees the window asks for at once.
const ROWS: u32 = 100;

/// Reads the payees that a window most likely shows first: what was decrypted is then at hand. An error is met again by
/// whoever asks for them.
async fn read_ahead(session: &Session) {
    let first = PayeeQuery {
        search: String::new(),
        statuses: Vec::new(),
        sort: PayeeSort::Name,
        cursor: None,
        limit: ROWS,
    };
    let since = start_of_year(session);
    let _ = session.ledger().payees(first, since).await;
}

/// Begins to open the account that was open last. It goes on from where it stood, be there a window or not.
pub fn begin_ahead<R: Runtime>(tauri: &AppHandle<R>) {
    let handle = tauri.clone();
    let start = spawn(async move {
        let startup = handle.state::<App>().start().await;
        if let Ok(session) = handle.state::<App>().session().await {
            spawn(async move { read_ahead(&session).await });
        }
        startup
    });
    let app = tauri.state::<App>();
    let mut ahead = app.ahead.0.lock().unwrap_or_else(PoisonError::into_inner);
    *ahead = Some(start);
}
