//! Schedules and the days of theirs that have come. A day is one row, made in the transaction that makes its draft.

use crate::columns::{
    At, Cells, Columns, all, count, id, insert_unless_taken, instant, instant_or_null, owned,
    replace, text, word,
};
use crate::errors::translate;
use crate::runs::{self, execute};
use crate::writer::Scope;
use crate::{columns, events};
use jiff::Timestamp;
use jiff::civil::Date;
use remit_core::{
    LedgerError, NewEvent, Occasion, Occurrence, OccurrenceState, PayoutId, Rhythm, Run,
    RunContent, RunId, Schedule, ScheduleId, ScheduleMode, ScheduleState, Stay, Untold, days_apart,
    same_period,
};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A day that has a run keeps it: no trigger, crash or second clock makes it another, whoever writes (I3).
pub(crate) const SCHEMA: &str = "
CREATE TABLE schedules (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  rhythm TEXT NOT NULL,
  time TEXT NOT NULL,
  zone TEXT NOT NULL,
  prefix TEXT NOT NULL,
  payments TEXT NOT NULL,
  mode TEXT NOT NULL,
  state TEXT NOT NULL,
  next_date TEXT,
  next_at INTEGER,
  asks_until INTEGER,
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  CHECK ((next_date IS NULL) = (next_at IS NULL))
) STRICT;
CREATE TABLE schedule_days (
  schedule_id BLOB NOT NULL REFERENCES schedules (id),
  date TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  run_id BLOB UNIQUE REFERENCES runs (id),
  stay TEXT,
  PRIMARY KEY (schedule_id, date),
  CHECK ((state IN ('drafted','releasing')) = (run_id IS NOT NULL))
) STRICT;
CREATE INDEX schedule_days_missed ON schedule_days (due_at) WHERE state='missed';
CREATE TRIGGER schedules_never_go BEFORE DELETE ON schedules
  BEGIN SELECT RAISE(ABORT, 'schedules are never deleted'); END;
CREATE TRIGGER schedule_days_never_go BEFORE DELETE ON schedule_days
  WHEN OLD.state <> 'missed'
  BEGIN SELECT RAISE(ABORT, 'a day of a schedule that has come is never deleted'); END;
CREATE TRIGGER schedule_days_are_made_once BEFORE UPDATE ON schedule_days
  WHEN OLD.schedule_id IS NOT NEW.schedule_id OR OLD.date IS NOT NEW.date
    OR (OLD.run_id IS NOT NULL AND OLD.run_id IS NOT NEW.run_id)
    OR (OLD.state <> 'missed' AND NEW.state IS NOT OLD.state
      AND NOT (OLD.state = 'releasing' AND NEW.state = 'drafted'))
  BEGIN SELECT RAISE(FAIL, 'a day of a schedule is made once, or skipped for good'); END;
";

/// Each payment has a number of its own, by which its invoice IDs are told apart.
pub(crate) const NUMBERED: &str = "
UPDATE schedules SET payments =
  (SELECT json_group_array(json_set(value, '$.number', key + 1)) FROM json_each(payments));
";

/// The payees that Pockyt did not tell about, as JSON.
pub(crate) const UNTOLD: &str = "
ALTER TABLE schedule_days ADD COLUMN untold TEXT;
";

/// By which rhythm each day came. Of those before, the one that their schedule has now is the best that is known.
pub(crate) const RHYTHM: &str = "
ALTER TABLE schedule_days ADD COLUMN rhythm TEXT NOT NULL DEFAULT '';
UPDATE schedule_days SET rhythm=(SELECT rhythm FROM schedules WHERE id=schedule_id);
";

/// Whether a day has paid, or may still.
const PAID: &str = "EXISTS (SELECT 1 FROM runs JOIN run_rows ON run_rows.run_id=runs.id
  WHERE runs.id=schedule_days.run_id AND runs.state IN ('released','stopped')
    AND (run_rows.state IN ('queued','waiting','held')
      OR run_rows.state='sent' AND payout_state NOT IN ('failed','returned','cancelled')))";

/// What is kept as JSON.
struct Json<T>(T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

fn json(of: &impl Serialize) -> Result<rusqlite::types::Value, LedgerError> {
    serde_json::to_string(of)
        .map(Into::into)
        .map_err(|_| LedgerError::Failed("a schedule cannot be written".to_owned()))
}

fn json_or_null(of: Option<&impl Serialize>) -> Result<rusqlite::types::Value, LedgerError> {
    of.map_or(Ok(rusqlite::types::Value::Null), json)
}

fn columns(schedule: &Schedule) -> Result<Columns<'_>, LedgerError> {
    let next = schedule.next;
    Ok(vec![
        ("id", id(&schedule.id.0)),
        ("name", text(&schedule.name)),
        ("rhythm", owned(json(&schedule.rhythm)?)),
        ("time", word(&schedule.time)?),
        ("zone", text(&schedule.zone)),
        ("prefix", text(&schedule.prefix)),
        ("payments", owned(json(&schedule.rows)?)),
        ("mode", word(&schedule.mode)?),
        ("state", word(&schedule.state)?),
        (
            "next_date",
            columns::word_or_null(next.map(|next| next.date).as_ref())?,
        ),
        ("next_at", owned(instant_or_null(next.map(|next| next.at))?)),
        ("asks_until", owned(instant_or_null(schedule.asks_until)?)),
        ("created_at", owned(instant(schedule.created_at)?)),
        ("revision", owned(count(schedule.revision)?)),
    ])
}

fn read(row: &Row<'_>) -> rusqlite::Result<Schedule> {
    let mut cells = Cells::of(row);
    Ok(Schedule {
        id: ScheduleId(cells.next()?),
        name: cells.next()?,
        rhythm: cells.next::<Json<_>>()?.0,
        time: cells.word()?,
        zone: cells.next()?,
        prefix: cells.next()?,
        rows: cells.next::<Json<_>>()?.0,
        mode: cells.word()?,
        state: cells.word()?,
        next: cells
            .word_or_null()?
            .zip(cells.instant_or_null()?)
            .map(|(date, at)| Occasion { date, at }),
        asks_until: cells.instant_or_null()?,
        created_at: cells.instant()?,
        revision: cells.next()?,
    })
}

fn day_columns(of: &Occurrence) -> Result<Columns<'_>, LedgerError> {
    Ok(vec![
        ("schedule_id", id(&of.schedule.0)),
        ("date", word(&of.occasion.date)?),
        ("due_at", owned(instant(of.occasion.at)?)),
        ("state", word(&of.state)?),
        (
            "run_id",
            columns::id_or_null(of.run.as_ref().map(|run| &run.0)),
        ),
        ("stay", columns::word_or_null(of.stay.as_ref())?),
        ("untold", owned(json_or_null(of.untold.as_ref())?)),
        ("rhythm", owned(json(&of.rhythm)?)),
    ])
}

fn read_day(row: &Row<'_>) -> rusqlite::Result<Occurrence> {
    let mut cells = Cells::of(row);
    Ok(Occurrence {
        schedule: ScheduleId(cells.next()?),
        occasion: Occasion {
            date: cells.word()?,
            at: cells.instant()?,
        },
        state: cells.word()?,
        run: cells.next::<Option<Uuid>>()?.map(RunId),
        stay: cells.word_or_null()?,
        untold: cells.next::<Option<Json<_>>>()?.map(|untold| untold.0),
        rhythm: cells.next::<Json<_>>()?.0,
    })
}

pub(crate) fn find(
    connection: &Connection,
    id: ScheduleId,
) -> Result<Option<Schedule>, LedgerError> {
    connection
        .prepare_cached("SELECT * FROM schedules WHERE id=?")
        .and_then(|mut statement| statement.query_row([id.0], read).optional())
        .map_err(translate)
}

fn require(connection: &Connection, id: ScheduleId) -> Result<Schedule, LedgerError> {
    find(connection, id)?.ok_or(LedgerError::NotFound)
}

pub(crate) fn list(connection: &Connection) -> Result<Vec<Schedule>, LedgerError> {
    let sql = "SELECT * FROM schedules ORDER BY state='ended', next_at IS NULL, next_at, created_at DESC, id";
    all(connection, sql, (), read)
}

pub(crate) fn days(
    connection: &Connection,
    id: ScheduleId,
) -> Result<Vec<Occurrence>, LedgerError> {
    let sql = "SELECT * FROM schedule_days WHERE schedule_id=? ORDER BY date DESC";
    all(connection, sql, [id.0], read_day)
}

pub(crate) fn open_days(connection: &Connection) -> Result<Vec<Occurrence>, LedgerError> {
    let sql = "SELECT schedule_days.* FROM schedule_days LEFT JOIN runs ON runs.id=schedule_days.run_id
               WHERE schedule_days.state='missed' OR runs.state='draft' ORDER BY due_at, schedule_id";
    all(connection, sql, (), read_day)
}

pub(crate) fn of_run(
    connection: &Connection,
    run: RunId,
) -> Result<Option<Occurrence>, LedgerError> {
    let sql = "SELECT * FROM schedule_days WHERE run_id=?";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([run.0], read_day).optional())
        .map_err(translate)
}

pub(crate) fn of_same(
    connection: &Connection,
    run: RunId,
    payouts: &[PayoutId],
) -> Result<Vec<PayoutId>, LedgerError> {
    let Some(ours) = of_run(connection, run)? else {
        return Ok(Vec::new());
    };
    let sql = "SELECT schedule_days.* FROM schedule_days JOIN run_rows ON run_rows.run_id=schedule_days.run_id
               WHERE payout_id=? AND schedule_id=?";
    let mut found = Vec::new();
    for payout in payouts {
        let theirs = all(connection, sql, (payout.0, ours.schedule.0), read_day)?;
        let other = |theirs: &Occurrence| theirs.run != ours.run && !theirs.is_of_period(&ours);
        found.extend(theirs.iter().any(other).then_some(*payout));
    }
    Ok(found)
}

pub(crate) fn paid_in_period(
    connection: &Connection,
    id: ScheduleId,
    rhythm: Rhythm,
    date: Date,
) -> Result<Option<Occurrence>, LedgerError> {
    let before = format!(
        "SELECT * FROM schedule_days WHERE schedule_id=? AND date<? AND {PAID} ORDER BY date DESC LIMIT 1"
    );
    let after = format!(
        "SELECT * FROM schedule_days WHERE schedule_id=? AND date>? AND {PAID} ORDER BY date LIMIT 1"
    );
    let mut paid = Vec::new();
    for sql in [before, after] {
        paid.extend(all(connection, &sql, (id.0, word(&date)?), read_day)?);
    }
    let nearest = paid
        .into_iter()
        .min_by_key(|of| days_apart(of.occasion.date, date));
    let same = |of: &Occurrence| same_period((of.rhythm, of.occasion.date), (rhythm, date));
    Ok(nearest.filter(same))
}

/// The same for the day that a run is.
pub(crate) fn run_paid_in_period(
    connection: &Connection,
    run: RunId,
) -> Result<Option<Occurrence>, LedgerError> {
    match of_run(connection, run)? {
        Some(day) => paid_in_period(connection, day.schedule, day.rhythm, day.occasion.date),
        None => Ok(None),
    }
}

pub(crate) fn record(
    scope: &mut Scope<'_>,
    schedule: &Schedule,
    events: &[NewEvent],
) -> Result<Schedule, LedgerError> {
    if !insert_unless_taken(scope, "schedules", &columns(schedule)?)? {
        return require(scope, schedule.id);
    }
    events::append(scope, events)?;
    Ok(schedule.clone())
}

/// Writes a schedule that nobody else has changed meanwhile, with the next revision.
fn write(connection: &Connection, schedule: &Schedule) -> Result<Schedule, LedgerError> {
    let known = require(connection, schedule.id)?;
    let ended = known.state == ScheduleState::Ended;
    if known.revision != schedule.revision || ended && schedule.state != known.state {
        return Err(LedgerError::Conflict);
    }
    let mut schedule = schedule.clone();
    schedule.revision += 1;
    let (before, after) = (columns(&known)?, columns(&schedule)?);
    replace(connection, "schedules", &["id"], &before, &after)?;
    Ok(schedule)
}

pub(crate) fn change(
    scope: &mut Scope<'_>,
    schedule: &Schedule,
    missed: &[Occasion],
    events: &[NewEvent],
) -> Result<Schedule, LedgerError> {
    let schedule = record_missed(scope, schedule, missed, &[])?;
    if schedule.state == ScheduleState::Ended {
        let sql = "UPDATE schedule_days SET state='skipped' WHERE schedule_id=? AND state='missed'";
        execute(scope, sql, [schedule.id.0])?;
    }
    let sql = "UPDATE schedule_days SET state='drafted', stay=?1 WHERE schedule_id=?2 AND state='releasing'
               AND run_id IN (SELECT id FROM runs WHERE state='draft')";
    execute(scope, sql, (word(&Stay::Changed)?, schedule.id.0))?;
    events::append(scope, events)?;
    Ok(schedule)
}

pub(crate) fn record_missed(
    scope: &mut Scope<'_>,
    schedule: &Schedule,
    missed: &[Occasion],
    events: &[NewEvent],
) -> Result<Schedule, LedgerError> {
    let schedule = write(scope, schedule)?;
    for occasion in missed {
        let day = Occurrence {
            schedule: schedule.id,
            occasion: *occasion,
            rhythm: schedule.rhythm,
            state: OccurrenceState::Missed,
            run: None,
            stay: None,
            untold: None,
        };
        insert_unless_taken(scope, "schedule_days", &day_columns(&day)?)?;
    }
    events::append(scope, events)?;
    Ok(schedule)
}

pub(crate) fn take_back(
    scope: &mut Scope<'_>,
    now: Timestamp,
) -> Result<Vec<ScheduleId>, LedgerError> {
    let early = "SELECT DISTINCT schedule_id FROM schedule_days WHERE state='missed' AND due_at>?";
    let of: Vec<ScheduleId> = all(scope, early, [instant(now)?], |row| {
        Ok(ScheduleId(row.get(0)?))
    })?;
    let sql = "DELETE FROM schedule_days WHERE schedule_id=? AND state='missed' AND due_at>?";
    for id in &of {
        execute(scope, sql, (id.0, instant(now)?))?;
        let schedule = require(scope, *id)?;
        let made: Vec<Date> = days(scope, *id)?
            .iter()
            .map(|day| day.occasion.date)
            .collect();
        let next = schedule.next_after(now, &made);
        write(scope, &Schedule { next, ..schedule })?;
    }
    Ok(of)
}

pub(crate) fn make(
    scope: &mut Scope<'_>,
    schedule: &Schedule,
    day: &Occurrence,
    run: &Run,
    content: &RunContent,
    events: &[NewEvent],
) -> Result<Schedule, LedgerError> {
    let schedule = write(scope, schedule)?;
    runs::record(scope, run, content, &[])?;
    if !insert_unless_taken(scope, "schedule_days", &day_columns(day)?)? {
        let sql = "UPDATE schedule_days SET state=?, run_id=? WHERE schedule_id=? AND date=? AND state='missed'";
        let values = (
            word(&day.state)?,
            run.id.0,
            day.schedule.0,
            word(&day.occasion.date)?,
        );
        if execute(scope, sql, values)? == 0 {
            return Err(LedgerError::Conflict);
        }
    }
    events::append(scope, events)?;
    Ok(schedule)
}

pub(crate) fn skip(
    scope: &mut Scope<'_>,
    id: ScheduleId,
    dates: &[Date],
    events: &[NewEvent],
) -> Result<u64, LedgerError> {
    let sql = "UPDATE schedule_days SET state='skipped' WHERE schedule_id=? AND date=? AND state='missed'";
    let mut skipped = 0;
    for date in dates {
        skipped += execute(scope, sql, (id.0, word(date)?))? as u64;
    }
    if skipped > 0 {
        events::append(scope, events)?;
    }
    Ok(skipped)
}

/// Looks again, where nothing can come in between, at all that lets a run go by itself.
pub(crate) fn release(
    scope: &mut Scope<'_>,
    run: &Run,
    review: &str,
    events: &[NewEvent],
) -> Result<Run, LedgerError> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM schedule_days JOIN schedules ON schedules.id=schedule_id
                 JOIN runs ON runs.id=run_id
                 WHERE run_id=? AND schedule_days.state='releasing' AND schedules.state='active'
                   AND schedules.mode='release' AND runs.state='draft')";
    let goes: bool = scope
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([run.id.0], |row| row.get(0)))
        .map_err(translate)?;
    if !goes {
        return Err(LedgerError::Conflict);
    }
    runs::release(scope, run, review, events)
}

pub(crate) fn stay(
    scope: &mut Scope<'_>,
    run: RunId,
    stay: Stay,
    untold: Option<&Untold>,
) -> Result<bool, LedgerError> {
    let sql =
        "UPDATE schedule_days SET state='drafted', stay=?, untold=? WHERE run_id=? AND state='releasing'
               AND run_id IN (SELECT id FROM runs WHERE state='draft')";
    Ok(execute(scope, sql, (word(&stay)?, json_or_null(untold)?, run.0))? > 0)
}

/// Whether a run is a day of a schedule that a lost ledger may have paid.
pub(crate) fn may_have_paid(connection: &Connection, run: RunId) -> Result<bool, LedgerError> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM schedule_days JOIN schedules ON schedules.id=schedule_id
               WHERE run_id=? AND due_at<=asks_until)";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([run.0], |row| row.get(0)))
        .map_err(translate)
}

/// The invoice IDs that a lost ledger may have paid on days of schedules, as they are known here.
pub(crate) fn lost_invoices(
    connection: &Connection,
    until: Timestamp,
) -> Result<Vec<String>, LedgerError> {
    let newest = "SELECT at FROM events ORDER BY seq DESC LIMIT 1";
    let newest = all(connection, newest, (), |row| Ok(row.get::<_, At>(0)?.0))?;
    let newest = newest.first().copied().unwrap_or(until);
    let open = open_days(connection)?;
    let mut lost = Vec::new();
    for schedule in list(connection)? {
        let own = open.iter().filter(|day| day.schedule == schedule.id);
        let own: Vec<Date> = own.map(|day| day.occasion.date).collect();
        let invoices = schedule.lost_invoices(&own, newest, until);
        lost.extend(invoices.into_iter().map(|invoice| invoice.0));
    }
    Ok(lost)
}

/// What came of the days until then is not known: each that has no record asks, and no draft is released by itself. What the
/// owner changed since is not known either, and a schedule may have been ended or paused: until the owner says so again,
/// each makes drafts only. Whoever read one before cannot write it back.
pub(crate) fn ask_restored(scope: &mut Scope<'_>, since: Timestamp) -> Result<(), LedgerError> {
    let since = instant(since)?;
    let draft = word(&ScheduleMode::Draft)?;
    execute(
        scope,
        "UPDATE schedules SET asks_until=?, mode=?, revision=revision+1",
        (since, draft),
    )?;
    let sql = "UPDATE schedule_days SET state='drafted', stay=? WHERE state='releasing'
               AND run_id IN (SELECT id FROM runs WHERE state='draft')";
    execute(scope, sql, [word(&Stay::Restored)?]).map(drop)
}
