//! What the window sends.

mod accounts;
mod backups;
mod bulk;
mod engine;
mod files;
mod notices;
mod notifications;
mod payees;
mod payouts;
mod rosters;
mod run_query;
mod runs;
mod schedules;

pub use accounts::{
    ConnectInput, DemoPage, Environment, Language, Preferences, ProfileChanges, Theme,
};
pub use backups::{BackupOptions, RestoreElsewhere};
pub use bulk::{PayeeChoice, PayoutChoice};
pub use engine::Limits;
pub use files::{FileWords, Words};
pub use notices::{Notice, TrayWords};
pub use notifications::{NotificationQuery, NotificationSource};
pub use payees::{
    Extra, GovernmentIdType, MailLanguage, PayeeOrder, PayeeQuery, RegisterPayee, UpdatePayee,
};
pub use payouts::{PayoutDraft, PayoutOrder, PayoutQuery};
pub use rosters::{RosterEdit, RosterMapping};
pub use run_query::RunQuery;
pub use runs::{RunDecision, RunEdit, RunFormat, RunMapping};
pub(crate) use schedules::day as schedule_day;
pub use schedules::{ScheduleForm, ScheduleFrom, SchedulePayment, ScheduleRhythm};

use secrecy::SecretString;
use serde::Deserialize;
use specta::Type;
use std::fmt;

/// A text that must not be seen: it is taken from the window, and never given back.
#[derive(Clone, Deserialize, Type)]
#[serde(transparent)]
#[specta(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// The secret, for its one use.
    pub(crate) fn into_secret(self) -> SecretString {
        SecretString::from(self.0.trim().to_owned())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}
