//! Accounts, and how the start went.

use super::MoneyView;
use crate::ipc::IpcError;
use crate::ipc::inputs::{Environment, Preferences};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Whether secrets can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// Yes.
    Available,
    /// There is none.
    Missing,
    /// There is one, and it is locked.
    Locked,
}

/// An account, without its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Profile")]
pub struct ProfileView {
    /// Remit's number.
    pub id: String,
    /// The owner's name for it.
    pub name: String,
    /// Where it lives.
    pub environment: Environment,
    /// The address.
    pub base_url: String,
    /// The merchant number.
    pub merchant_no: String,
    /// The store number.
    pub store_no: String,
    /// Whether it has the "Pockyt User" feature.
    pub pockyt_user: bool,
    /// Whether anything outlives the window.
    pub keeps: bool,
    /// Whether a token is in the keychain.
    pub token_stored: bool,
}

/// How the start went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StartupState {
    /// No account yet.
    Welcome,
    /// An account is open.
    Ready,
    /// Something must be mended first.
    Trouble,
}

/// What the window needs to begin.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Startup {
    /// How the start went.
    pub state: StartupState,
    /// What must be mended.
    pub trouble: Option<IpcError>,
    /// The open account.
    pub profile: Option<ProfileView>,
    /// The account that could not be opened.
    pub troubled: Option<ProfileView>,
    /// Whether secrets can be kept.
    pub keychain: KeychainState,
    /// What the owner prefers.
    pub preferences: Preferences,
    /// Where everything is kept.
    pub data_folder: String,
    /// Remit's version.
    pub version: String,
}

/// What a test of a connection found.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionReport {
    /// The balances.
    pub balances: Vec<MoneyView>,
    /// The address that answered.
    pub base_url: String,
}

/// The balances now.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Balances {
    /// One a currency.
    pub balances: Vec<MoneyView>,
    /// When Pockyt told.
    pub checked_at: String,
}
