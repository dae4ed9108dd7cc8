//! What the owner chooses in the system's own windows.

use super::App;
use crate::host::Choice;
use crate::ipc::IpcError;

impl App {
    pub(crate) async fn choose_folder(&self) -> Result<Option<String>, IpcError> {
        Ok(self.choose(Choice::Folder).await)
    }

    pub(crate) async fn choose_backup(&self) -> Result<Option<String>, IpcError> {
        Ok(self.choose(Choice::Copy).await)
    }

    async fn choose(&self, what: Choice) -> Option<String> {
        // It opens where copies are.
        let profile = self.current().await.ok();
        let near = profile.map(|profile| profile.copies_folder(&self.folder.backups(&profile.id)));
        let chosen = self.host.choose(what, near).await?;
        Some(chosen.display().to_string())
    }
}
