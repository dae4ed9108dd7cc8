//! How the end of a payout reaches this computer.

use super::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{NotificationQuery, SecretText};
use crate::ipc::views::{NotificationPage, TestOutcome, WayInView};
use remit_core::Code;

fn not_yet() -> IpcError {
    IpcError::new(Code::Internal, "This version of Remit cannot do that.")
}

impl App {
    pub(crate) async fn way_in(&self) -> Result<WayInView, IpcError> {
        Err(not_yet())
    }
    pub(crate) async fn set_public_url(&self, _url: Option<String>) -> Result<WayInView, IpcError> {
        Err(not_yet())
    }
    pub(crate) async fn connect_relay(&self, _link: SecretText) -> Result<WayInView, IpcError> {
        Err(not_yet())
    }
    pub(crate) async fn disconnect_relay(&self) -> Result<WayInView, IpcError> {
        Err(not_yet())
    }
    pub(crate) async fn send_test_notification(&self) -> Result<TestOutcome, IpcError> {
        Err(not_yet())
    }
    pub(crate) async fn list_notifications(
        &self,
        _query: NotificationQuery,
    ) -> Result<NotificationPage, IpcError> {
        Err(not_yet())
    }
    pub(crate) async fn notification_text(&self, _id: &str) -> Result<String, IpcError> {
        Err(not_yet())
    }
}
