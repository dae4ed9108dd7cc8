//! Which rows of a list a deed of many is for.

use super::{PayeeQuery, PayoutQuery};
use serde::Deserialize;
use specta::Type;

/// Payouts that the owner has marked.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayoutChoice {
    /// All that it finds but `ids`; without it, `ids` alone.
    pub query: Option<PayoutQuery>,
    /// The marked ones, or the ones left out.
    pub ids: Vec<String>,
}

/// Payees that the owner has marked.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayeeChoice {
    /// All that it finds but `ids`; without it, `ids` alone.
    pub query: Option<PayeeQuery>,
    /// The marked ones, or the ones left out.
    pub ids: Vec<String>,
}
