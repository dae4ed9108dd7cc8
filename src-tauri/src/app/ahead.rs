//! The start before the window asks for it: the account opens while the web view is still starting.

use super::App;
use crate::ipc::views::Startup;
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

/// Begins to open the account that was open last. It goes on from where it stood, be there a window or not.
pub fn begin_ahead<R: Runtime>(tauri: &AppHandle<R>) {
    let handle = tauri.clone();
    let start = spawn(async move { handle.state::<App>().start().await });
    let app = tauri.state::<App>();
    let mut ahead = app.ahead.0.lock().unwrap_or_else(PoisonError::into_inner);
    *ahead = Some(start);
}
