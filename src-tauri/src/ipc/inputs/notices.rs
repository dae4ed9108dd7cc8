//! The system's own notifications.

use serde::Deserialize;
use specta::Type;

/// A notification for the system to show; nothing secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What happened, in one line.
    pub title: String,
    /// What it means.
    pub body: String,
    /// The address in the window that pressing it leads to, which gets it back as it is; nothing when the window stays where
    /// it is.
    pub leads_to: Option<String>,
}

/// What Remit's sign in the system's tray says; nothing secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrayWords {
    /// What is being sent, in one line.
    pub status: String,
    /// The entry that opens the window.
    pub open: String,
    /// The entry that ends Remit.
    pub quit: String,
    /// What the system tells when the window is closed and Remit goes on; nothing where closing the window ends Remit.
    pub stays: Option<Notice>,
    /// Whether something would wait until Remit is opened again: where the desktop shows no tray, the window asks before it
    /// closes.
    pub asks: bool,
}
