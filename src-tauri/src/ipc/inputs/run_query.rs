//! Which payout runs are listed.

use serde::Deserialize;
use specta::Type;

/// Which runs.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunQuery {
    /// Part of the name.
    pub search: String,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many.
    pub limit: u32,
}

impl From<RunQuery> for remit_core::RunQuery {
    fn from(query: RunQuery) -> Self {
        Self {
            search: query.search,
            cursor: query.cursor,
            limit: query.limit.clamp(1, 500),
        }
    }
}
