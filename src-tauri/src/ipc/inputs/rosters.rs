//! Files of people who are to become payees.

use super::SecretText;
use remit_import::{DateOrder, PersonField};
use serde::Deserialize;
use specta::Type;

/// Which column of an open file holds what.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RosterMapping {
    /// The row of the headers, from 0.
    pub header_row: Option<u32>,
    /// What each column holds.
    pub columns: Vec<Option<PersonField>>,
    /// Which comes first in a date.
    pub date_order: Option<DateOrder>,
}

/// What the owner typed in place of a cell. It may be a government ID.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RosterEdit {
    /// The row.
    pub row: u32,
    /// The field.
    pub field: PersonField,
    /// The text.
    pub text: SecretText,
}
