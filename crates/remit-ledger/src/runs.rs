//! Payout runs: how they are recorded, edited, released and stopped. Their rows are in `run_rows.rs`, and how both are listed
//! and counted in `runs_query.rs`.

use crate::columns::{
    Cells, Columns, count, id, id_or_null, insert, insert_unless_taken, instant, instant_or_null,
    owned, replace, text, word,
};
use crate::errors::translate;
use crate::writer::Scope;
use crate::{events, run_left, run_rows, schedules, search};
use remit_core::{
    CellEdit, LedgerError, LeftRow, NewEvent, RowDecision, RowState, Run, RunContent, RunId,
    RunState, Stay,
};
use rusqlite::{Connection, OptionalExtension, Params, Row};
use uuid::Uuid;

/// `review` names the review that a draft's rows were prepared for. `payout_state`, `payout_reason` and `sent_at` of a row
/// follow its payout, so that a run is counted without looking at ten thousand payouts. What a row pays, and that it is a
/// payout, cannot change once the run was released, whoever writes (I3).
pub(crate) const SCHEMA: &str = "
CREATE TABLE runs (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  paused INTEGER NOT NULL,
  not_before INTEGER,
  content_hash TEXT NOT NULL,
  follows BLOB REFERENCES runs (id),
  row_count INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  released_at INTEGER,
  revision INTEGER NOT NULL,
  review TEXT,
  search TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_age ON runs (created_at, id);
CREATE INDEX runs_whole ON runs (created_at, id, state, search);
CREATE INDEX runs_of_content ON runs (content_hash, created_at);
CREATE INDEX runs_released ON runs (released_at, id) WHERE state='released';
CREATE INDEX runs_stopped ON runs (id) WHERE state='stopped';
CREATE TABLE run_contents (
  run_id BLOB PRIMARY KEY REFERENCES runs (id),
  source BLOB NOT NULL,
  settings TEXT NOT NULL
) STRICT;
CREATE TABLE run_edits (
  run_id BLOB NOT NULL REFERENCES runs (id),
  place INTEGER NOT NULL,
  field INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (run_id, place, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_decisions (
  run_id BLOB NOT NULL REFERENCES runs (id),
  place INTEGER NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (run_id, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_rows (
  run_id BLOB NOT NULL REFERENCES runs (id),
  place INTEGER NOT NULL,
  line INTEGER NOT NULL,
  payout_id BLOB NOT NULL UNIQUE,
  request_key BLOB NOT NULL UNIQUE,
  payee_id BLOB NOT NULL REFERENCES payees (id),
  account_token TEXT,
  account_seen TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  invoice_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  description TEXT NOT NULL,
  note TEXT NOT NULL,
  retry_of BLOB REFERENCES payouts (id),
  state TEXT NOT NULL,
  hold TEXT,
  payout_state TEXT,
  payout_reason TEXT,
  sent_at INTEGER,
  PRIMARY KEY (run_id, place),
  CHECK ((state = 'held') = (hold IS NOT NULL)),
  CHECK ((state = 'sent') = (payout_state IS NOT NULL))
) STRICT;
CREATE INDEX run_rows_queued ON run_rows (run_id, place) WHERE state='queued';
CREATE INDEX run_rows_waiting ON run_rows (run_id, place) WHERE state='waiting';
CREATE INDEX run_rows_counted ON run_rows (run_id, state, payout_state, payout_reason, currency, amount_minor, sent_at);
CREATE INDEX run_rows_of_invoice ON run_rows (invoice_id) WHERE state IN ('queued','waiting','held');
CREATE TRIGGER runs_never_go BEFORE DELETE ON runs
  BEGIN SELECT RAISE(ABORT, 'payout runs are never deleted'); END;
CREATE TRIGGER runs_are_released_once BEFORE UPDATE ON runs
  WHEN OLD.state <> 'draft' AND (NEW.released_at IS NOT OLD.released_at OR NEW.review IS NOT OLD.review
    OR NOT (NEW.state = OLD.state OR OLD.state = 'released' AND NEW.state = 'stopped'))
  BEGIN SELECT RAISE(ABORT, 'a payout run is released once, and cannot go back'); END;
CREATE TRIGGER run_rows_never_go BEFORE DELETE ON run_rows
  WHEN (SELECT state FROM runs WHERE id=OLD.run_id) NOT IN ('draft','discarded')
  BEGIN SELECT RAISE(ABORT, 'the rows of a released payout run are never deleted'); END;
CREATE TRIGGER run_rows_come_before_the_release BEFORE INSERT ON run_rows
  WHEN (SELECT state FROM runs WHERE id=NEW.run_id) <> 'draft'
  BEGIN SELECT RAISE(ABORT, 'a released payout run gets no more rows'); END;
CREATE TRIGGER run_rows_keep_what_was_reviewed BEFORE UPDATE ON run_rows
  WHEN OLD.run_id IS NOT NEW.run_id OR OLD.place IS NOT NEW.place OR OLD.payout_id IS NOT NEW.payout_id
    OR OLD.request_key IS NOT NEW.request_key OR OLD.payee_id IS NOT NEW.payee_id
    OR (OLD.account_token IS NOT NULL AND OLD.account_token IS NOT NEW.account_token)
    OR OLD.amount_minor IS NOT NEW.amount_minor OR OLD.currency IS NOT NEW.currency
    OR OLD.invoice_id IS NOT NEW.invoice_id OR OLD.channel IS NOT NEW.channel
    OR OLD.retry_of IS NOT NEW.retry_of
  BEGIN SELECT RAISE(FAIL, 'what a row of a payout run pays cannot change once it was reviewed'); END;
CREATE TRIGGER run_rows_are_sent_once BEFORE UPDATE ON run_rows
  WHEN OLD.state IN ('sent','stopped') AND NEW.state IS NOT OLD.state
  BEGIN SELECT RAISE(FAIL, 'a row that is a payout, or was stopped, remains so'); END;
CREATE TRIGGER run_rows_follow_their_payouts AFTER UPDATE OF state, reason, sent_at ON payouts
  WHEN OLD.state IS NOT NEW.state OR OLD.reason IS NOT NEW.reason OR OLD.sent_at IS NOT NEW.sent_at
  BEGIN
    UPDATE run_rows SET payout_state=NEW.state, payout_reason=NEW.reason, sent_at=NEW.sent_at
      WHERE payout_id=NEW.id AND state='sent';
  END;
";

/// Whether a payout belongs to a run that the owner paused or stopped.
pub(crate) const HELD_BACK: &str =
    "EXISTS (SELECT 1 FROM run_rows JOIN runs ON runs.id=run_rows.run_id
     WHERE run_rows.payout_id=payouts.id AND (runs.paused OR runs.state='stopped'))";

/// All columns but `review` and the one that is searched.
fn columns(run: &Run) -> Result<Columns<'_>, LedgerError> {
    Ok(vec![
        ("id", id(&run.id.0)),
        ("name", text(&run.name)),
        ("origin", word(&run.origin)?),
        ("state", word(&run.state)?),
        ("paused", run.paused.into()),
        ("not_before", owned(instant_or_null(run.not_before)?)),
        ("content_hash", text(&run.content_hash)),
        ("follows", id_or_null(run.follows.as_ref().map(|id| &id.0))),
        ("row_count", owned(count(run.rows)?)),
        ("created_at", owned(instant(run.created_at)?)),
        ("released_at", owned(instant_or_null(run.released_at)?)),
        ("revision", owned(count(run.revision)?)),
    ])
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Run> {
    let mut cells = Cells::of(row);
    Ok(Run {
        id: RunId(cells.next()?),
        name: cells.next()?,
        origin: cells.word()?,
        state: cells.word()?,
        paused: cells.next()?,
        not_before: cells.instant_or_null()?,
        content_hash: cells.next()?,
        follows: cells.next::<Option<Uuid>>()?.map(RunId),
        rows: cells.next()?,
        created_at: cells.instant()?,
        released_at: cells.instant_or_null()?,
        revision: cells.next()?,
    })
}

pub(crate) fn find(connection: &Connection, id: RunId) -> Result<Option<Run>, LedgerError> {
    connection
        .prepare_cached("SELECT * FROM runs WHERE id=?")
        .and_then(|mut statement| statement.query_row([id.0], read).optional())
        .map_err(translate)
}

fn require(connection: &Connection, id: RunId) -> Result<Run, LedgerError> {
    find(connection, id)?.ok_or(LedgerError::NotFound)
}

fn require_draft(connection: &Connection, id: RunId) -> Result<Run, LedgerError> {
    let run = require(connection, id)?;
    if run.state == RunState::Draft {
        Ok(run)
    } else {
        Err(LedgerError::Conflict)
    }
}

pub(crate) fn execute(
    connection: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<usize, LedgerError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(values))
        .map_err(translate)
}

pub(crate) fn record(
    scope: &mut Scope<'_>,
    run: &Run,
    content: &RunContent,
    events: &[NewEvent],
) -> Result<Run, LedgerError> {
    if run.state != RunState::Draft {
        return Err(LedgerError::Failed(
            "a payout run was to begin as something else than a draft".to_owned(),
        ));
    }
    let mut columns = columns(run)?;
    columns.push(("search", search::text([run.name.as_str()]).into()));
    if !insert_unless_taken(scope, "runs", &columns)? {
        return require(scope, run.id);
    }
    let source = vec![
        ("run_id", id(&run.id.0)),
        ("source", content.source.as_slice().into()),
        ("settings", text(&content.settings)),
    ];
    insert(scope, "run_contents", &source)?;
    keep_edits(scope, run.id, &content.edits)?;
    keep_decisions(scope, run.id, &content.decisions)?;
    events::append(scope, events)?;
    Ok(run.clone())
}

pub(crate) fn change(
    scope: &mut Scope<'_>,
    run: &Run,
    events: &[NewEvent],
) -> Result<Run, LedgerError> {
    let known = require(scope, run.id)?;
    let may = known.state == run.state
        || (known.state, run.state) == (RunState::Draft, RunState::Discarded);
    if known.revision != run.revision || !may {
        return Err(LedgerError::Conflict);
    }
    let run = write_change(scope, &known, run.clone())?;
    if run.state == RunState::Discarded {
        for table in [
            "run_rows",
            "run_left",
            "run_edits",
            "run_decisions",
            "run_contents",
        ] {
            execute(
                scope,
                &format!("DELETE FROM {table} WHERE run_id=?"),
                [run.id.0],
            )?;
        }
    }
    events::append(scope, events)?;
    Ok(run)
}

/// Writes what changed of a run's record, with the next revision.
fn write_change(connection: &Connection, known: &Run, mut run: Run) -> Result<Run, LedgerError> {
    run.revision += 1;
    replace(
        connection,
        "runs",
        &["id"],
        &columns(known)?,
        &columns(&run)?,
    )?;
    if known.name != run.name {
        let search = search::text([run.name.as_str()]);
        execute(
            connection,
            "UPDATE runs SET search=? WHERE id=?",
            (search, run.id.0),
        )?;
    }
    Ok(run)
}

/// What was prepared no longer is what the draft says. Whoever read it before may prepare that once more; so a day of a schedule
/// does not go by itself any more, and what the owner releases is another review.
fn unmake_review(scope: &mut Scope<'_>, id: RunId) -> Result<(), LedgerError> {
    let sql = "UPDATE runs SET review=NULL WHERE id=? AND review IS NOT NULL";
    execute(scope, sql, [id.0])?;
    schedules::stay(scope, id, Stay::Changed, None).map(drop)
}

pub(crate) fn record_settings(
    scope: &mut Scope<'_>,
    id: RunId,
    settings: &str,
) -> Result<(), LedgerError> {
    require_draft(scope, id)?;
    unmake_review(scope, id)?;
    let sql = "UPDATE run_contents SET settings=? WHERE run_id=?";
    execute(scope, sql, (settings, id.0)).map(drop)
}

pub(crate) fn record_edits(
    scope: &mut Scope<'_>,
    id: RunId,
    edits: &[CellEdit],
) -> Result<(), LedgerError> {
    require_draft(scope, id)?;
    unmake_review(scope, id)?;
    keep_edits(scope, id, edits)
}

fn keep_edits(connection: &Connection, id: RunId, edits: &[CellEdit]) -> Result<(), LedgerError> {
    let sql = "INSERT INTO run_edits (run_id, place, field, content) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET content=?4";
    for edit in edits {
        let values = (id.0, edit.row, edit.column, &edit.text);
        execute(connection, sql, values)?;
    }
    Ok(())
}

pub(crate) fn record_decisions(
    scope: &mut Scope<'_>,
    id: RunId,
    decisions: &[RowDecision],
) -> Result<(), LedgerError> {
    require_draft(scope, id)?;
    unmake_review(scope, id)?;
    keep_decisions(scope, id, decisions)
}

fn keep_decisions(
    connection: &Connection,
    id: RunId,
    decisions: &[RowDecision],
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO run_decisions (run_id, place, decision) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET decision=?3";
    for decision in decisions {
        let written = serde_json::to_string(decision).map_err(|_| {
            LedgerError::Failed("what was said about a row cannot be written".to_owned())
        })?;
        execute(connection, sql, (id.0, decision.row, written))?;
    }
    Ok(())
}

pub(crate) fn content(
    connection: &Connection,
    id: RunId,
) -> Result<Option<RunContent>, LedgerError> {
    let kept = connection
        .prepare_cached("SELECT source, settings FROM run_contents WHERE run_id=?")
        .and_then(|mut statement| {
            statement
                .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(translate)?;
    let Some((source, settings)) = kept else {
        return Ok(None);
    };
    let edits = connection
        .prepare_cached("SELECT place, field, content FROM run_edits WHERE run_id=?")
        .and_then(|mut statement| {
            let read = |row: &Row<'_>| {
                Ok(CellEdit {
                    row: row.get(0)?,
                    column: row.get(1)?,
                    text: row.get(2)?,
                })
            };
            statement.query_map([id.0], read)?.collect()
        })
        .map_err(translate)?;
    let decisions: Vec<String> = connection
        .prepare_cached("SELECT decision FROM run_decisions WHERE run_id=?")
        .and_then(|mut statement| statement.query_map([id.0], |row| row.get(0))?.collect())
        .map_err(translate)?;
    let decisions = decisions
        .iter()
        .map(|written| serde_json::from_str(written))
        .collect::<Result<_, _>>()
        .map_err(|_| LedgerError::Corrupt("a row's decision cannot be read".to_owned()))?;
    Ok(Some(RunContent {
        source,
        settings,
        edits,
        decisions,
    }))
}

/// Keeps the reviewed rows, and those that are left out, in the place of those kept before.
pub(crate) fn prepare(
    scope: &mut Scope<'_>,
    id: RunId,
    review: &str,
    rows: &[remit_core::RunRow],
    left: &[LeftRow],
) -> Result<(), LedgerError> {
    require_draft(scope, id)?;
    for table in ["run_rows", "run_left"] {
        execute(
            scope,
            &format!("DELETE FROM {table} WHERE run_id=?"),
            [id.0],
        )?;
    }
    for row in left {
        run_left::insert(scope, id, row)?;
    }
    for row in rows {
        if !matches!(row.state, RowState::Queued | RowState::Waiting) {
            return Err(LedgerError::Failed(
                "a row was to begin as something else than queued or waiting".to_owned(),
            ));
        }
        run_rows::insert(scope, id, row)?;
    }
    execute(scope, "UPDATE runs SET review=? WHERE id=?", (review, id.0)).map(drop)
}

pub(crate) fn release(
    scope: &mut Scope<'_>,
    run: &Run,
    review: &str,
    events: &[NewEvent],
) -> Result<Run, LedgerError> {
    let known = require(scope, run.id)?;
    let prepared: Option<String> = scope
        .prepare_cached("SELECT review FROM runs WHERE id=?")
        .and_then(|mut statement| statement.query_row([run.id.0], |row| row.get(0)))
        .map_err(translate)?;
    if prepared.as_deref() != Some(review) {
        return Err(LedgerError::Conflict);
    }
    match known.state {
        RunState::Draft if known.revision == run.revision && run.state == RunState::Released => {
            let run = write_change(scope, &known, run.clone())?;
            events::append(scope, events)?;
            Ok(run)
        }
        // The second click of a double click: the first released it.
        RunState::Released => Ok(known),
        _ => Err(LedgerError::Conflict),
    }
}

pub(crate) fn stop(
    scope: &mut Scope<'_>,
    run: &Run,
    events: &[NewEvent],
) -> Result<Run, LedgerError> {
    let known = require(scope, run.id)?;
    let legal = known.state == RunState::Released && run.state == RunState::Stopped;
    if !legal || known.revision != run.revision {
        return Err(LedgerError::Conflict);
    }
    let run = write_change(scope, &known, run.clone())?;
    let sql = "UPDATE run_rows SET state='stopped', hold=NULL
               WHERE run_id=? AND state IN ('queued','waiting','held')";
    execute(scope, sql, [run.id.0])?;
    events::append(scope, events)?;
    Ok(run)
}
