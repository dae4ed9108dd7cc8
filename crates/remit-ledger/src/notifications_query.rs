//! Notifications: which content is on record, how often it came again, and how they are listed.

use crate::columns::{At, count, instant, values_of};
use crate::errors::translate;
use crate::{events, payouts, search};
use jiff::Timestamp;
use remit_core::{
    Event, EventKind, Heard, LedgerError, NewEvent, NotificationQuery, NotificationRow, Page,
    Subject,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use sha2::{Digest, Sha256};

/// The most rows of one page.
const MOST: u32 = 500;

/// Names this list in its cursors.
const LIST: &str = "notifications ";

/// What the list holds, in the words of the index over it.
const TOLD: &str = "(kind='notified' OR (kind='inquired' AND to_word IN ('paid','failed','returned') AND from_word<>to_word))";

/// How often something came again is no history: it counts, and counts may change.
pub(crate) const SCHEMA: &str = "
CREATE TABLE notifications (
  seq INTEGER PRIMARY KEY,
  content BLOB NOT NULL,
  again INTEGER NOT NULL,
  again_at INTEGER
) STRICT;
CREATE INDEX notifications_by_content ON notifications (content, seq);
CREATE INDEX events_told ON events (seq, source, verdict, subject_id)
  WHERE (kind='notified' OR (kind='inquired' AND to_word IN ('paid','failed','returned') AND from_word<>to_word));
";

/// By what a content is recognised.
pub(crate) fn content(evidence: &str) -> [u8; 32] {
    Sha256::digest(evidence.as_bytes()).into()
}

/// Notes the content of a notification that is being recorded.
pub(crate) fn note(
    connection: &Connection,
    seq: Value,
    event: &NewEvent,
) -> Result<(), LedgerError> {
    let evidence = event.evidence.as_deref();
    let Some(evidence) = evidence.filter(|_| event.kind == EventKind::Notified) else {
        return Ok(());
    };
    connection
        .prepare_cached("INSERT INTO notifications (seq, content, again) VALUES (?, ?, 0)")
        .and_then(|mut statement| statement.execute((seq, content(evidence))))
        .map_err(translate)?;
    Ok(())
}

/// The newest notification with a content, among the forged or among the others.
pub(crate) fn find(
    connection: &Connection,
    content: &[u8; 32],
    forged: bool,
) -> Result<Option<Heard>, LedgerError> {
    let seq: Option<u64> = connection
        .prepare_cached(
            "SELECT seq FROM notifications JOIN events USING (seq)
             WHERE content=? AND (verdict IS 'forged')=? ORDER BY seq DESC LIMIT 1",
        )
        .and_then(|mut statement| {
            statement
                .query_row((content, forged), |row| row.get(0))
                .optional()
        })
        .map_err(translate)?;
    let Some(seq) = seq else {
        return Ok(None);
    };
    let found = events::at(connection, seq)?;
    Ok(found.map(|found| Heard {
        seq,
        verdict: found.event.verdict,
    }))
}

/// Counts that the content of a notification came again.
pub(crate) fn count_again(
    connection: &Connection,
    seq: u64,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let (at, seq) = (instant(at)?, count(seq)?);
    let counted = connection
        .prepare_cached("UPDATE notifications SET again=again+1, again_at=? WHERE seq=?")
        .and_then(|mut statement| statement.execute((at, seq)))
        .map_err(translate)?;
    if counted == 0 {
        return Err(LedgerError::NotFound);
    }
    Ok(())
}

pub(crate) fn list(
    connection: &Connection,
    query: &NotificationQuery,
) -> Result<Page<NotificationRow>, LedgerError> {
    let before = query.cursor.as_deref().map(place).transpose()?;
    let wanted = query.limit.clamp(1, MOST) as usize;
    let (mut from, mut values) = told(query)?;
    let total = connection
        .prepare_cached(&format!("SELECT count(*) {from}"))
        .and_then(|mut statement| statement.query_row(params_from_iter(&values), |row| row.get(0)))
        .map_err(translate)?;
    if let Some(before) = before {
        from.push_str(" AND seq<?");
        values.push(Value::Integer(before));
    }
    // One more than wanted tells whether there is a next page.
    let sql = format!(
        "SELECT events.*, again, again_at FROM (SELECT seq AS chosen {from} ORDER BY seq DESC LIMIT {})
         CROSS JOIN events ON events.seq=chosen LEFT JOIN notifications ON notifications.seq=chosen ORDER BY chosen DESC",
        wanted + 1
    );
    let mut found: Vec<(Event, u64, Option<Timestamp>)> = connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            statement
                .query_map(params_from_iter(&values), read)?
                .collect()
        })
        .map_err(translate)?;
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| more);
    let next = next.map(|(event, ..)| format!("{LIST}{}", event.seq));
    let with_payout = |(event, again, again_at): (Event, u64, Option<Timestamp>)| {
        let payout = match event.event.subject {
            Subject::Payout(id) => payouts::find(connection, id)?,
            _ => None,
        };
        Ok(NotificationRow {
            event,
            payout,
            again,
            again_at,
        })
    };
    Ok(Page {
        rows: found
            .into_iter()
            .map(with_payout)
            .collect::<Result<_, LedgerError>>()?,
        next,
        total,
    })
}

/// What follows SELECT for all that a query wants, with its values.
fn told(query: &NotificationQuery) -> Result<(String, Vec<Value>), LedgerError> {
    let mut from = format!("FROM events INDEXED BY events_told WHERE {TOLD}");
    let mut values = Vec::new();
    let mut any_of = |column: &str, words: Vec<Value>| {
        if !words.is_empty() {
            let places = vec!["?"; words.len()].join(",");
            from.push_str(&format!(" AND {column} IN ({places})"));
            values.extend(words);
        }
    };
    any_of("source", values_of(&query.sources)?);
    any_of("verdict", values_of(&query.verdicts)?);
    let words: Vec<String> = search::words(&query.search).collect();
    if !words.is_empty() {
        let each = " AND instr(payouts.search,?)>0".repeat(words.len());
        from.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM payouts WHERE payouts.id=events.subject_id{each})"
        ));
        values.extend(words.into_iter().map(Value::Text));
    }
    Ok((from, values))
}

fn place(cursor: &str) -> Result<i64, LedgerError> {
    cursor
        .strip_prefix(LIST)
        .and_then(|seq| seq.parse().ok())
        .ok_or_else(|| {
            LedgerError::Failed("this page belongs to another list. Reload the list".to_owned())
        })
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Event, u64, Option<Timestamp>)> {
    let again: Option<u64> = row.get("again")?;
    let again_at: Option<At> = row.get("again_at")?;
    Ok((
        events::read(row)?,
        again.unwrap_or_default(),
        again_at.map(|at| at.0),
    ))
}
