//! Rosters: files of people that the owner said to invite, row by row with what became of each.

use crate::columns::{
    At, Cells, Columns, id, insert, insert_unless_taken, instant, owned, text, text_or_null, word,
    words_of,
};
use crate::errors::translate;
use crate::payees;
use crate::runs::execute;
use crate::writer::Scope;
use remit_core::{
    LedgerError, PayeeId, Roster, RosterCounts, RosterForm, RosterId, RosterRow, RosterState,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a row was to send is kept only as long as it is queued. A row that is settled stays so, whoever writes.
pub(crate) const SCHEMA: &str = "
CREATE TABLE rosters (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  headers TEXT NOT NULL,
  stopped INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rosters_by_age ON rosters (created_at, id);
CREATE TABLE roster_rows (
  roster_id BLOB NOT NULL REFERENCES rosters (id),
  place INTEGER NOT NULL,
  line INTEGER NOT NULL,
  payee_id BLOB NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  code TEXT,
  cells TEXT NOT NULL,
  form TEXT,
  state TEXT NOT NULL,
  same_as INTEGER,
  words TEXT,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (roster_id, place),
  CHECK ((state = 'queued') = (form IS NOT NULL))
) STRICT;
CREATE INDEX roster_rows_queued ON roster_rows (attempts, roster_id, place) WHERE state='queued';
CREATE INDEX roster_rows_of_code ON roster_rows (code) WHERE state IN ('invited','known') AND code IS NOT NULL;
CREATE TRIGGER rosters_never_go BEFORE DELETE ON rosters
  BEGIN SELECT RAISE(ABORT, 'rosters are never deleted'); END;
CREATE TRIGGER roster_rows_never_go BEFORE DELETE ON roster_rows
  BEGIN SELECT RAISE(ABORT, 'the rows of a roster are never deleted'); END;
CREATE TRIGGER roster_rows_are_settled_once BEFORE UPDATE ON roster_rows
  WHEN OLD.state <> 'queued'
  BEGIN SELECT RAISE(FAIL, 'a row of a roster that is settled remains so'); END;
";

/// Earlier builds kept every column of a file, also those that the owner had said are not needed, in which government IDs may
/// have stood (I9). Nobody can tell any more which those were: by what a row is recognised is left of it.
pub(crate) const RECOGNISED: &str = "
DROP TRIGGER roster_rows_are_settled_once;
UPDATE rosters SET headers=json_array('Name', 'E-mail');
UPDATE roster_rows SET cells=json_array(name, email);
CREATE TRIGGER roster_rows_are_settled_once BEFORE UPDATE ON roster_rows
  WHEN OLD.state <> 'queued'
  BEGIN SELECT RAISE(FAIL, 'a row of a roster that is settled remains so'); END;
";

/// A roster of a ledger that was put back waits for the owner.
pub(crate) const HELD: &str = "
ALTER TABLE rosters ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
";

/// What was wrong with a row is kept as codes, so that it can be told in any language. What earlier builds kept of it in English
/// stays among the words.
pub(crate) const FAULTS: &str = "
ALTER TABLE roster_rows ADD COLUMN faults TEXT NOT NULL DEFAULT '[]';
";

fn json(of: &impl Serialize) -> Result<String, LedgerError> {
    serde_json::to_string(of)
        .map_err(|cause| LedgerError::Failed(format!("a roster cannot be written: {cause}")))
}

fn parsed<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|cause| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(cause))
    })
}

fn columns<'a>(
    roster: &'a RosterId,
    row: &'a RosterRow,
    cells: &'a str,
    form: Option<&'a str>,
) -> Result<Columns<'a>, LedgerError> {
    Ok(vec![
        ("roster_id", id(&roster.0)),
        ("place", row.place.into()),
        ("line", row.line.into()),
        ("payee_id", id(&row.payee_id.0)),
        ("name", text(&row.name)),
        ("email", text(&row.email)),
        ("code", text_or_null(row.code.as_deref())),
        ("cells", text(cells)),
        ("form", text_or_null(form)),
        ("state", word(&row.state)?),
        (
            "same_as",
            owned(
                row.same_as
                    .map_or(Value::Null, |line| Value::Integer(line.into())),
            ),
        ),
        ("words", text_or_null(row.words.as_deref())),
        ("attempts", row.attempts.into()),
        ("faults", owned(json(&row.faults)?.into())),
    ])
}

fn read(row: &Row<'_>) -> rusqlite::Result<(RosterId, RosterRow)> {
    let mut cells = Cells::of(row);
    let roster = RosterId(cells.next()?);
    let row = RosterRow {
        place: cells.next()?,
        line: cells.next()?,
        payee_id: PayeeId(cells.next()?),
        name: cells.next()?,
        email: cells.next()?,
        code: cells.next()?,
        cells: parsed(&cells.next::<String>()?)?,
        form: cells
            .next::<Option<String>>()?
            .map(|form| parsed::<RosterForm>(&form))
            .transpose()?,
        state: cells.word()?,
        same_as: cells.next()?,
        words: cells.next()?,
        attempts: cells.next()?,
        faults: parsed(&cells.next::<String>()?)?,
    };
    Ok((roster, row))
}

fn read_roster(row: &Row<'_>) -> rusqlite::Result<Roster> {
    Ok(Roster {
        id: RosterId(row.get("id")?),
        name: row.get("name")?,
        headers: parsed(&row.get::<_, String>("headers")?)?,
        stopped: row.get("stopped")?,
        held: row.get("held")?,
        created_at: row.get::<_, At>("created_at")?.0,
    })
}

pub(crate) fn begin(
    scope: &mut Scope<'_>,
    roster: &Roster,
    rows: &[RosterRow],
) -> Result<bool, LedgerError> {
    let headers = json(&roster.headers)?;
    let new = insert_unless_taken(
        scope,
        "rosters",
        &vec![
            ("id", id(&roster.id.0)),
            ("name", text(&roster.name)),
            ("headers", text(&headers)),
            ("stopped", roster.stopped.into()),
            ("held", roster.held.into()),
            ("created_at", owned(instant(roster.created_at)?)),
        ],
    )?;
    if !new {
        return Ok(false);
    }
    for row in rows {
        let mut row = row.clone();
        if row.state == RosterState::Queued
            && let Some(payee) = payee_of(scope, &row)?
        {
            row.state = RosterState::Known;
            row.payee_id = payee;
        }
        if row.state != RosterState::Queued {
            row.form = None;
        }
        let cells = json(&row.cells)?;
        let form = row.form.as_ref().map(json).transpose()?;
        insert(
            scope,
            "roster_rows",
            &columns(&roster.id, &row, &cells, form.as_deref())?,
        )?;
    }
    Ok(true)
}

/// The payee that a row means, if there is one by now.
fn payee_of(connection: &Connection, row: &RosterRow) -> Result<Option<PayeeId>, LedgerError> {
    if let Some(payee) = payees::find_by_email(connection, &row.email)? {
        return Ok(Some(payee.id));
    }
    let Some(code) = &row.code else {
        return Ok(None);
    };
    let found = connection
        .prepare_cached(
            "SELECT payee_id FROM roster_rows WHERE code=? AND code IS NOT NULL AND state IN ('invited','known')
             AND EXISTS (SELECT 1 FROM payees WHERE id=payee_id AND status<>'refused') LIMIT 1",
        )
        .and_then(|mut statement| statement.query_row([code], |row| row.get(0)).optional());
    Ok(found.map_err(translate)?.map(PayeeId))
}

pub(crate) fn codes(connection: &Connection) -> Result<Vec<(String, PayeeId)>, LedgerError> {
    connection
        .prepare_cached(
            "SELECT code, payee_id FROM roster_rows WHERE code IS NOT NULL AND state IN ('invited','known')
             AND EXISTS (SELECT 1 FROM payees WHERE id=payee_id AND status<>'refused')",
        )
        .and_then(|mut statement| {
            statement
                .query_map([], |row| Ok((row.get(0)?, PayeeId(row.get(1)?))))?
                .collect()
        })
        .map_err(translate)
}

fn find_roster(connection: &Connection, id: RosterId) -> Result<Option<Roster>, LedgerError> {
    connection
        .prepare_cached("SELECT * FROM rosters WHERE id=?")
        .and_then(|mut statement| statement.query_row([id.0], read_roster).optional())
        .map_err(translate)
}

pub(crate) fn find(
    connection: &Connection,
    id: RosterId,
) -> Result<Option<(Roster, RosterCounts)>, LedgerError> {
    let Some(roster) = find_roster(connection, id)? else {
        return Ok(None);
    };
    Ok(Some((roster, counts(connection, id)?)))
}

pub(crate) fn list(
    connection: &Connection,
    limit: u32,
) -> Result<Vec<(Roster, RosterCounts)>, LedgerError> {
    let rosters: Vec<Roster> = connection
        .prepare_cached("SELECT * FROM rosters ORDER BY created_at DESC, id DESC LIMIT ?")
        .and_then(|mut statement| statement.query_map([limit], read_roster)?.collect())
        .map_err(translate)?;
    rosters
        .into_iter()
        .map(|roster| {
            let counts = counts(connection, roster.id)?;
            Ok((roster, counts))
        })
        .collect()
}

fn counts(connection: &Connection, roster: RosterId) -> Result<RosterCounts, LedgerError> {
    let words = words_of(&RosterState::ALL)?;
    let mut counts = RosterCounts::default();
    let found: Vec<(String, bool, u64)> = connection
        .prepare_cached(
            "SELECT state, attempts>0, count(*) FROM roster_rows WHERE roster_id=? GROUP BY 1, 2",
        )
        .and_then(|mut statement| {
            statement
                .query_map([roster.0], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?
                .collect()
        })
        .map_err(translate)?;
    for (state, begun, rows) in found {
        let places = counts.of.iter_mut().zip(&words);
        for (place, _) in places.filter(|(_, word)| **word == state) {
            *place += rows;
        }
        if begun && words.first() == Some(&state) {
            counts.checking += rows;
        }
    }
    Ok(counts)
}

pub(crate) fn rows(
    connection: &Connection,
    roster: RosterId,
    states: &[RosterState],
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<RosterRow>, LedgerError> {
    let wanted = json(&words_of(states)?)?;
    connection
        .prepare_cached(
            "SELECT * FROM roster_rows WHERE roster_id=?1 AND place>?2
             AND (?3='[]' OR state IN (SELECT value FROM json_each(?3))) ORDER BY place LIMIT ?4",
        )
        .and_then(|mut statement| {
            let after = after.map_or(-1, i64::from);
            statement
                .query_map((roster.0, after, wanted, limit), |row| {
                    read(row).map(|(_, row)| row)
                })?
                .collect()
        })
        .map_err(translate)
}

pub(crate) fn to_invite(
    connection: &Connection,
    limit: u32,
) -> Result<Vec<(RosterId, RosterRow)>, LedgerError> {
    connection
        .prepare_cached(
            "SELECT rows.* FROM roster_rows AS rows JOIN rosters ON rosters.id=roster_id
             WHERE state='queued' AND NOT held ORDER BY attempts, created_at, roster_id, place LIMIT ?",
        )
        .and_then(|mut statement| statement.query_map([limit], read)?.collect())
        .map_err(translate)
}

pub(crate) fn queued(connection: &Connection) -> Result<u64, LedgerError> {
    connection
        .prepare_cached(
            "SELECT count(*) FROM roster_rows JOIN rosters ON rosters.id=roster_id
             WHERE state='queued' AND NOT held",
        )
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(translate)
}

/// Counts one beginning more, unless the roster was stopped or is held.
pub(crate) fn begin_row(
    scope: &mut Scope<'_>,
    roster: RosterId,
    place: u32,
) -> Result<bool, LedgerError> {
    if cancel_if_stopped(scope, roster, place)? {
        return Ok(false);
    }
    let changed = execute(
        scope,
        "UPDATE roster_rows SET attempts=attempts+1 WHERE roster_id=?1 AND place=?2 AND state='queued'
         AND NOT (SELECT held FROM rosters WHERE id=?1)",
        (roster.0, place),
    )?;
    Ok(changed > 0)
}

/// Counts the last beginning back.
pub(crate) fn unbegin_row(
    scope: &mut Scope<'_>,
    roster: RosterId,
    place: u32,
) -> Result<(), LedgerError> {
    if cancel_if_stopped(scope, roster, place)? {
        return Ok(());
    }
    execute(
        scope,
        "UPDATE roster_rows SET attempts=max(0, attempts-1) WHERE roster_id=? AND place=? AND state='queued'",
        (roster.0, place),
    )
    .map(drop)
}

fn cancel_if_stopped(
    scope: &mut Scope<'_>,
    roster: RosterId,
    place: u32,
) -> Result<bool, LedgerError> {
    let cancelled = execute(
        scope,
        "UPDATE roster_rows SET state='cancelled', form=NULL WHERE roster_id=?1 AND place=?2 AND state='queued'
         AND (SELECT stopped FROM rosters WHERE id=?1)",
        (roster.0, place),
    )?;
    Ok(cancelled > 0)
}

pub(crate) fn settle(
    scope: &mut Scope<'_>,
    (roster, place): (RosterId, u32),
    state: RosterState,
    payee: PayeeId,
    words: Option<&str>,
) -> Result<(), LedgerError> {
    execute(
        scope,
        "UPDATE roster_rows SET state=?3, payee_id=?4, words=?5, form=NULL
         WHERE roster_id=?1 AND place=?2 AND state='queued'",
        (roster.0, place, word(&state)?, payee.0, words),
    )
    .map(drop)
}

pub(crate) fn stop(scope: &mut Scope<'_>, roster: RosterId) -> Result<(), LedgerError> {
    // What was begun is still settled.
    let sql = "UPDATE rosters SET stopped=1, held=0 WHERE id=?";
    execute(scope, sql, [roster.0])?;
    execute(
        scope,
        "UPDATE roster_rows SET state='cancelled', form=NULL WHERE roster_id=? AND state='queued' AND attempts=0",
        [roster.0],
    )
    .map(drop)
}

pub(crate) fn resume(scope: &mut Scope<'_>, roster: RosterId) -> Result<(), LedgerError> {
    execute(scope, "UPDATE rosters SET held=0 WHERE id=?", [roster.0]).map(drop)
}

/// Holds every roster that is not done.
pub(crate) fn hold_restored(scope: &mut Scope<'_>) -> Result<(), LedgerError> {
    let sql = "UPDATE rosters SET held=1
               WHERE id IN (SELECT roster_id FROM roster_rows WHERE state='queued')";
    execute(scope, sql, ()).map(drop)
}
