//! Accounts at Pockyt: connected, changed, opened in place of another.

use super::App;
use crate::gateway;
use crate::ipc::IpcError;
use crate::ipc::inputs::{ConnectInput, Environment, ProfileChanges, SecretText};
use crate::ipc::views::{ConnectionReport, MoneyView, ProfileView};
use crate::profiles::Profile;
use remit_core::{Code, Currency, Gateway, Secret};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

impl App {
    /// Asks Pockyt for the balance with these details, and keeps nothing.
    ///
    /// # Errors
    /// Input that cannot be sent, or what Pockyt or the network says.
    pub async fn test_connection(&self, input: ConnectInput) -> Result<ConnectionReport, IpcError> {
        let (profile, token) = self.read_input(input)?;
        ask(&profile, &token).await
    }

    /// Connects an account: tests it, keeps its token in the keychain, opens it.
    ///
    /// # Errors
    /// As [`App::test_connection`], and when the keychain or the ledger does not work. Then nothing is kept.
    pub async fn connect(&self, input: ConnectInput) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let (profile, token) = self.read_input(input)?;
        self.vault.probe().await?;
        self.claim_folder()?;
        let settings = self.host.settings()?;
        // One account has one ledger: two could pay the same invoice twice.
        let holder = profile.holder();
        let profile = match settings.profiles.iter().find(|known| holder.is(known)) {
            Some(known) => Profile {
                name: profile.name,
                pockyt_user: profile.pockyt_user,
                ..known.clone()
            },
            None => profile,
        };
        ask(&profile, &token).await?;
        let known = settings.profile(&profile.id).is_ok();
        let id = profile.id.clone();
        let token_place = Secret::ApiToken(id.clone());
        self.vault.set(&token_place, &token).await?;
        let opened = self.open(profile, settings).await;
        if opened.is_err() && !known {
            // Nothing was paid from an account that was never open: leave no trace of it.
            self.leave_no_trace(&id).await;
        }
        opened
    }

    /// Removes an account that could not be set up.
    pub(super) async fn leave_no_trace(&self, id: &str) {
        let _ = std::fs::remove_dir_all(self.folder.profile(id));
        for secret in [
            Secret::LedgerKey,
            Secret::LedgerHead,
            Secret::ApiToken,
            Secret::RelayLink,
            Secret::RelayKey,
        ] {
            let _ = self.vault.delete(&secret(id.to_owned())).await;
        }
    }

    fn read_input(&self, input: ConnectInput) -> Result<(Profile, SecretString), IpcError> {
        let ConnectInput {
            name,
            environment,
            base_url,
            merchant_no,
            store_no,
            token,
            pockyt_user,
        } = input;
        let text = |field: &str, value: String| {
            let value = value.trim().to_owned();
            if value.is_empty() {
                Err(IpcError::field(
                    Code::FieldMissing,
                    field,
                    "Pockyt needs this to know the account.",
                ))
            } else {
                Ok(value)
            }
        };
        let base_url = match environment {
            Environment::Demo => {
                return Err(IpcError::field(
                    Code::FieldInvalid,
                    "environment",
                    "The demo needs no connection. Choose Try the demo.",
                ));
            }
            Environment::Sandbox => pockyt::SANDBOX_URL.to_owned(),
            Environment::Production => pockyt::PRODUCTION_URL.to_owned(),
            Environment::Custom => text("baseUrl", base_url.unwrap_or_default())?,
        };
        let numbers = (text("merchantNo", merchant_no)?, text("storeNo", store_no)?);
        let token = token.into_secret();
        if token.expose_secret().is_empty() {
            return Err(IpcError::field(
                Code::FieldMissing,
                "token",
                "Copy the API token from Pockyt's Merchant Portal, under Developers.",
            ));
        }
        let name = if name.trim().is_empty() {
            format!("Pockyt {}", numbers.0)
        } else {
            name.trim().to_owned()
        };
        let profile = self.profile(
            self.ids.uuid().to_string(),
            name,
            environment,
            base_url,
            numbers,
            pockyt_user,
        );
        Ok((profile, token))
    }

    /// Every connected account, the demo among them.
    ///
    /// # Errors
    /// When the settings or the keychain cannot be read.
    pub async fn profiles(&self) -> Result<Vec<ProfileView>, IpcError> {
        let open = self.session.read().await.clone();
        let mut views = Vec::new();
        for profile in self.host.settings()?.profiles {
            if let Some(session) = open
                .as_ref()
                .filter(|session| session.profile().id == profile.id)
            {
                views.push(session.view());
                continue;
            }
            let stored = self
                .vault
                .get(&Secret::ApiToken(profile.id.clone()))
                .await?
                .is_some();
            views.push(profile.view(true, stored, &profile.base_url));
        }
        if let Some(session) =
            open.filter(|session| !views.iter().any(|view| view.id == session.profile().id))
        {
            views.push(session.view());
        }
        Ok(views)
    }

    /// Opens another account.
    ///
    /// # Errors
    /// When there is no such account, or it cannot be opened; the one before is then closed.
    pub async fn switch_profile(&self, id: &str) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let settings = self.host.settings()?;
        let profile = settings.profile(id)?.clone();
        self.open(profile, settings).await
    }

    /// Changes an account, and opens it anew if it is open.
    ///
    /// # Errors
    /// When a new token is not accepted, or the keychain or the settings cannot be written.
    pub async fn update_profile(
        &self,
        id: &str,
        changes: ProfileChanges,
    ) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let settings = self.host.settings()?;
        let mut profile = settings.profile(id)?.clone();
        if changes.name.trim().is_empty() {
            return Err(IpcError::field(
                Code::FieldMissing,
                "name",
                "Give the account a name.",
            ));
        }
        changes.name.trim().clone_into(&mut profile.name);
        profile.pockyt_user = changes.pockyt_user;
        let token = changes
            .token
            .map(SecretText::into_secret)
            .filter(|token| !token.expose_secret().is_empty());
        if let Some(token) = token {
            if profile.environment == Environment::Demo {
                return Err(IpcError::field(
                    Code::FieldInvalid,
                    "token",
                    "The demo makes its own token.",
                ));
            }
            ask(&profile, &token).await?;
            self.vault
                .set(&Secret::ApiToken(profile.id.clone()), &token)
                .await?;
        }
        let open = self
            .session
            .read()
            .await
            .as_ref()
            .is_some_and(|session| session.profile().id == profile.id);
        if open {
            return self.open(profile, settings).await;
        }
        let stored = self
            .vault
            .get(&Secret::ApiToken(profile.id.clone()))
            .await?
            .is_some();
        let view = profile.view(true, stored, &profile.base_url);
        let mut settings = settings;
        settings.change(profile);
        self.host.save_settings(&settings)?;
        Ok(view)
    }
}

/// Asks Pockyt for the balance.
pub(super) async fn ask(
    profile: &Profile,
    token: &SecretString,
) -> Result<ConnectionReport, IpcError> {
    let (_open, closing) = watch::channel(false);
    let gateway = gateway::PockytGateway::new(&profile.base_url, profile, Some(token), closing)?;
    let balance = gateway
        .balance(Currency::USD)
        .await
        .map_err(remit_core::Error::from)?;
    Ok(ConnectionReport {
        balances: vec![MoneyView::from(balance.value)],
        base_url: profile.base_url.clone(),
    })
}
