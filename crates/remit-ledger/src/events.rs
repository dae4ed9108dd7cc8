//! The history: append-only by triggers, numbered without gaps, chained by hash (I7).

use crate::columns::{
    Cells, count, id, id_or_null, insert, instant, owned, text, text_or_null, word, word_or_null,
};
use crate::errors::translate;
use crate::notifications_query;
use crate::writer::Scope;
use remit_core::{
    ChainHead, Event, LedgerError, NewEvent, PayeeId, PayoutId, RunId, ScheduleId, Subject,
    Verified, chained,
};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension, Row};

/// `INSERT OR REPLACE` would delete a row without firing a delete trigger, so inserting checks the number as well.
pub(crate) const SCHEMA: &str = "
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  subject TEXT NOT NULL,
  subject_id BLOB,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  from_word TEXT,
  to_word TEXT,
  reason TEXT,
  verdict TEXT,
  evidence TEXT
) STRICT;
CREATE INDEX events_subject ON events (subject, subject_id, seq);
CREATE TRIGGER events_in_order BEFORE INSERT ON events
  WHEN NEW.seq IS NOT (SELECT ifnull(max(seq), 0) + 1 FROM events)
  BEGIN SELECT RAISE(ABORT, 'history has no gaps and no second version'); END;
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
";

fn subject(subject: &Subject) -> (&'static str, ToSqlOutput<'_>) {
    match subject {
        Subject::Payee(payee) => ("payee", id(&payee.0)),
        Subject::Payout(payout) => ("payout", id(&payout.0)),
        Subject::Run(run) => ("run", id(&run.0)),
        Subject::Schedule(schedule) => ("schedule", id(&schedule.0)),
        Subject::Nothing => ("nothing", id_or_null(None)),
    }
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    let mut cells = Cells::of(row);
    let (seq, hash, at) = (cells.next()?, cells.next()?, cells.instant()?);
    let subject = match (cells.next::<String>()?.as_str(), cells.next()?) {
        ("payee", Some(id)) => Subject::Payee(PayeeId(id)),
        ("payout", Some(id)) => Subject::Payout(PayoutId(id)),
        ("run", Some(id)) => Subject::Run(RunId(id)),
        ("schedule", Some(id)) => Subject::Schedule(ScheduleId(id)),
        _ => Subject::Nothing,
    };
    let event = NewEvent {
        at,
        subject,
        kind: cells.word()?,
        source: cells.word()?,
        from: cells.next()?,
        to: cells.next()?,
        reason: cells.next()?,
        verdict: cells.word_or_null()?,
        evidence: cells.next()?,
    };
    Ok(Event { seq, hash, event })
}

/// Where the chain stands.
pub(crate) fn head(connection: &Connection) -> Result<ChainHead, LedgerError> {
    let read = |row: &Row<'_>| {
        Ok(ChainHead {
            seq: row.get(0)?,
            hash: row.get(1)?,
        })
    };
    connection
        .prepare_cached("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")
        .and_then(|mut statement| statement.query_row([], read).optional())
        .map(Option::unwrap_or_default)
        .map_err(translate)
}

/// An event about to be appended, with what is hashed of it: made before it is the turn of the one writer, for which all wait.
#[derive(Clone)]
pub(crate) struct Prepared {
    event: NewEvent,
    content: Vec<u8>,
}

impl Prepared {
    pub(crate) fn all(events: Vec<NewEvent>) -> Vec<Self> {
        let prepared = |event: NewEvent| Self {
            content: event.content(),
            event,
        };
        events.into_iter().map(prepared).collect()
    }
}

/// Appends events to the chain.
pub(crate) fn append(scope: &mut Scope<'_>, events: &[NewEvent]) -> Result<(), LedgerError> {
    let mut each = events.iter();
    each.try_for_each(|event| append_one(scope, event, &event.content()))
}

/// As [`append`].
pub(crate) fn append_prepared(
    scope: &mut Scope<'_>,
    events: &[Prepared],
) -> Result<(), LedgerError> {
    let mut each = events.iter();
    each.try_for_each(|Prepared { event, content }| append_one(scope, event, content))
}

fn append_one(scope: &mut Scope<'_>, event: &NewEvent, content: &[u8]) -> Result<(), LedgerError> {
    let head = scope.head()?;
    let seq = head.seq + 1;
    let hash = chained(seq, &head.hash, content);
    let (subject, subject_id) = subject(&event.subject);
    let columns = vec![
        ("seq", owned(count(seq)?)),
        ("hash", text(&hash)),
        ("at", owned(instant(event.at)?)),
        ("subject", text(subject)),
        ("subject_id", subject_id),
        ("kind", word(&event.kind)?),
        ("source", word(&event.source)?),
        ("from_word", text_or_null(event.from.as_deref())),
        ("to_word", text_or_null(event.to.as_deref())),
        ("reason", text_or_null(event.reason.as_deref())),
        ("verdict", word_or_null(event.verdict.as_ref())?),
        ("evidence", text_or_null(event.evidence.as_deref())),
    ];
    insert(scope, "events", &columns)?;
    notifications_query::note(scope, count(seq)?, event)?;
    *scope.head()? = ChainHead { seq, hash };
    Ok(())
}

/// The events about a subject, oldest first.
pub(crate) fn about(connection: &Connection, of: Subject) -> Result<Vec<Event>, LedgerError> {
    let (subject, subject_id) = subject(&of);
    connection
        .prepare_cached("SELECT * FROM events WHERE subject=? AND subject_id IS ? ORDER BY seq")
        .and_then(|mut statement| statement.query_map((subject, subject_id), read)?.collect())
        .map_err(translate)
}

/// The event at a place in the chain.
pub(crate) fn at(connection: &Connection, seq: u64) -> Result<Option<Event>, LedgerError> {
    // No chain reaches a place that SQLite cannot count to.
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    connection
        .prepare_cached("SELECT * FROM events WHERE seq=?")
        .and_then(|mut statement| statement.query_row([seq], read).optional())
        .map_err(translate)
}

/// Checks the whole file, then the chain.
pub(crate) fn verify(connection: &Connection) -> Result<Verified, LedgerError> {
    check_file(connection)?;
    check_chain(connection)
}

/// Checks every page and the structure that they form.
pub(crate) fn check_file(connection: &Connection) -> Result<(), LedgerError> {
    // Each page against its own authentication code: lines only where one does not fit.
    let broken_pages: Vec<String> = lines(connection, "PRAGMA cipher_integrity_check")?;
    if let Some(first) = broken_pages.first() {
        return Err(LedgerError::Corrupt(first.clone()));
    }
    let structure = lines(connection, "PRAGMA integrity_check")?;
    if structure != ["ok"] {
        return Err(LedgerError::Corrupt(
            structure.into_iter().next().unwrap_or_default(),
        ));
    }
    Ok(())
}

/// Walks the chain from its beginning.
pub(crate) fn check_chain(connection: &Connection) -> Result<Verified, LedgerError> {
    let mut verified = Verified {
        events: 0,
        head: String::new(),
        broken_at: None,
    };
    let mut statement = connection
        .prepare("SELECT * FROM events ORDER BY seq")
        .map_err(translate)?;
    let mut rows = statement.query([]).map_err(translate)?;
    while let Some(row) = rows.next().map_err(translate)? {
        let event = read(row).map_err(translate)?;
        verified.events += 1;
        let fits = event.seq == verified.events
            && event.hash == event.event.hash(event.seq, &verified.head);
        if !fits && verified.broken_at.is_none() {
            verified.broken_at = Some(event.seq);
        }
        verified.head = event.hash;
    }
    Ok(verified)
}

/// The lines that a statement without parameters answers with.
pub(crate) fn lines(connection: &Connection, statement: &str) -> Result<Vec<String>, LedgerError> {
    connection
        .prepare(statement)
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(translate)
}
