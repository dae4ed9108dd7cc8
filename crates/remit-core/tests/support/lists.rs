//! Sorting, paging and searching of the ledger in memory.

use jiff::Timestamp;
use remit_core::{LedgerError, Page};
use std::fmt::Display;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A row with the place that it has in a list.
pub(crate) struct Sorted<T> {
    place: (String, String),
    row: T,
}

impl<T> Sorted<T> {
    pub(crate) fn new(key: String, id: impl Display, row: T) -> Self {
        Self {
            place: (key, id.to_string()),
            row,
        }
    }
}

/// Text without case and accents, as searching compares it.
pub(crate) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .collect::<String>()
        .to_lowercase()
}

/// A key by which later instants come first, and none last.
pub(crate) fn descending(at: Option<Timestamp>) -> String {
    at.map_or_else(
        || "~".to_owned(),
        |at| format!("{:040}", i128::from(i64::MAX) * 1_000_000_000 - at.as_nanosecond()),
    )
}

/// One page by keyset: the cursor is the place of the last row before.
pub(crate) fn page_of<T>(
    mut rows: Vec<Sorted<T>>,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<T>, LedgerError> {
    let total = rows.len() as u64;
    rows.sort_by(|a, b| a.place.cmp(&b.place));
    if let Some(cursor) = cursor {
        let start: (String, String) = serde_json::from_str(cursor)
            .map_err(|_| LedgerError::Failed("this is not a cursor".to_owned()))?;
        rows.retain(|row| row.place > start);
    }
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| serde_json::json!(row.place).to_string());
    Ok(Page {
        rows: rows.into_iter().map(|row| row.row).collect(),
        next,
        total,
    })
}
