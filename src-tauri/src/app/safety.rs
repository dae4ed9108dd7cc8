//! Copies, the recovery key, the history, the engine.

use super::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{BackupOptions, Limits, RestoreElsewhere, SecretText};
use crate::ipc::views::{
    BackupFacts, BackupStatus, BackupView, EngineStatusView, HistoryReport, NewRecoveryKey,
    ProfileView,
};
use remit_core::Code;

fn not_yet<T>() -> Result<T, IpcError> {
    Err(IpcError::new(Code::Internal, "This is not there yet."))
}

impl App {
    pub(crate) async fn backup_status(&self) -> Result<BackupStatus, IpcError> {
        not_yet()
    }
    pub(crate) async fn set_backup_options(
        &self,
        _: BackupOptions,
    ) -> Result<BackupStatus, IpcError> {
        not_yet()
    }
    pub(crate) async fn choose_folder(&self) -> Result<Option<String>, IpcError> {
        not_yet()
    }
    pub(crate) async fn choose_backup(&self) -> Result<Option<String>, IpcError> {
        not_yet()
    }
    pub(crate) async fn back_up_now(&self) -> Result<BackupView, IpcError> {
        not_yet()
    }
    pub(crate) async fn inspect_backup(
        &self,
        _: String,
        _: Option<SecretText>,
    ) -> Result<BackupFacts, IpcError> {
        not_yet()
    }
    pub(crate) async fn restore_backup(
        &self,
        _: String,
        _: Option<SecretText>,
        _: Option<String>,
    ) -> Result<ProfileView, IpcError> {
        not_yet()
    }
    pub(crate) async fn restore_elsewhere(
        &self,
        _: RestoreElsewhere,
    ) -> Result<ProfileView, IpcError> {
        not_yet()
    }
    pub(crate) async fn new_recovery_key(&self) -> Result<NewRecoveryKey, IpcError> {
        not_yet()
    }
    pub(crate) async fn confirm_recovery_key(
        &self,
        _: SecretText,
    ) -> Result<BackupStatus, IpcError> {
        not_yet()
    }
    pub(crate) async fn enter_recovery_key(
        &self,
        _: &str,
        _: SecretText,
    ) -> Result<ProfileView, IpcError> {
        not_yet()
    }
    pub(crate) async fn engine_status(&self) -> Result<EngineStatusView, IpcError> {
        not_yet()
    }
    pub(crate) async fn set_limits(&self, _: Limits) -> Result<EngineStatusView, IpcError> {
        not_yet()
    }
    pub(crate) async fn verify_history(&self) -> Result<HistoryReport, IpcError> {
        not_yet()
    }
}
