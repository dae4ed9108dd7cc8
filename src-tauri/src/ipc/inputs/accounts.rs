//! Accounts, and what the owner prefers.

use super::SecretText;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Where an account lives (pockyt-api.md section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The sandbox inside Remit.
    Demo,
    /// Pockyt's sandbox.
    Sandbox,
    /// Pockyt's production.
    Production,
    /// An address that the owner gives.
    Custom,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The language of the window: `system`, or the tag of a catalogue, such as `zh-CN`. Which there are only the window
/// knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(transparent)]
#[specta(transparent)]
pub struct Language(String);

impl Language {
    /// The tag of the chosen language; nothing when it is as the system has it.
    #[must_use]
    pub fn chosen(&self) -> Option<&str> {
        (self.0 != "system").then_some(self.0.as_str())
    }

    /// The language in which headers are understood, closest to it.
    pub(crate) fn of_headers(&self) -> remit_import::Language {
        match self.0.get(..2) {
            Some("zh") => remit_import::Language::Chinese,
            Some("es") => remit_import::Language::Spanish,
            _ => remit_import::Language::English,
        }
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("system".to_owned())
    }
}

/// What the owner prefers. Nothing secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// The language.
    pub language: Language,
}

/// An account to connect.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectInput {
    /// The owner's name for it.
    pub name: String,
    /// Where it lives.
    pub environment: Environment,
    /// The address, for [`Environment::Custom`].
    pub base_url: Option<String>,
    /// 6 digits.
    pub merchant_no: String,
    /// 6 digits.
    pub store_no: String,
    /// The API token.
    pub token: SecretText,
    /// Whether the account has the "Pockyt User" feature (pockyt-api.md section 8).
    pub pockyt_user: bool,
}

/// Changes of an account.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileChanges {
    /// The owner's name for it.
    pub name: String,
    /// Whether it has the "Pockyt User" feature.
    pub pockyt_user: bool,
    /// A new token; nothing keeps the stored one.
    pub token: Option<SecretText>,
}

/// A page of the demo's sandbox.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DemoPage {
    /// Mails to payees.
    Mailbox,
    /// The payee portal.
    Portal,
    /// How a payout is made to fail, come back or stay in doubt.
    Outcomes,
}
