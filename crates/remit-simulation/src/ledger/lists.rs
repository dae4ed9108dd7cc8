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
    text.trim()
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .collect::<String>()
        .to_lowercase()
}

/// A key by which later instants come first, and none last.
pub(crate) fn descending(at: Option<Timestamp>) -> String {
    at.map_or_else(
        || "~".to_owned(),
        |at| {
            format!(
                "{:040}",
                i128::from(i64::MAX) * 1_000_000_000 - at.as_nanosecond()
            )
        },
    )
}

/// One page by keyset: the cursor names the list, and the place of the last row before.
pub(crate) fn page_of<T>(
    list: &str,
    mut rows: Vec<Sorted<T>>,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<T>, LedgerError> {
    let total = rows.len() as u64;
    rows.sort_by(|a, b| a.place.cmp(&b.place));
    if let Some(cursor) = cursor {
        let (_, start): (String, (String, String)) = serde_json::from_str(cursor)
            .ok()
            .filter(|(of, _): &(String, _)| of == list)
            .ok_or_else(|| LedgerError::Failed("this is not a cursor of this list".to_owned()))?;
        rows.retain(|row| row.place > start);
    }
    let limit = limit.clamp(1, 500) as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| serde_json::json!([list, row.place]).to_string());
    Ok(Page {
        rows: rows.into_iter().map(|row| row.row).collect(),
        next,
        total,
    })
}
