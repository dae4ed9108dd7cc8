//! The rows of payout runs that their release left out: kept as they stood, so that none of them is forgotten.

use crate::columns::{Cells, Columns, all, id, insert as insert_columns, text, text_or_null};
use remit_core::{LedgerError, LeftRow, RunId};
use rusqlite::{Connection, Row};

/// They are made anew with each review of a draft, and remain from the release on.
pub(crate) const SCHEMA: &str = "
CREATE TABLE run_left (
  run_id BLOB NOT NULL REFERENCES runs (id),
  place INTEGER NOT NULL,
  line INTEGER NOT NULL,
  payee TEXT NOT NULL,
  amount TEXT NOT NULL,
  skipped INTEGER NOT NULL,
  problem TEXT,
  PRIMARY KEY (run_id, place)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER run_left_never_go BEFORE DELETE ON run_left
  WHEN (SELECT state FROM runs WHERE id=OLD.run_id) NOT IN ('draft','discarded')
  BEGIN SELECT RAISE(ABORT, 'what a released payout run left out is never deleted'); END;
CREATE TRIGGER run_left_come_before_the_release BEFORE INSERT ON run_left
  WHEN (SELECT state FROM runs WHERE id=NEW.run_id) <> 'draft'
  BEGIN SELECT RAISE(ABORT, 'a released payout run leaves nothing more out'); END;
CREATE TRIGGER run_left_stay BEFORE UPDATE ON run_left
  BEGIN SELECT RAISE(ABORT, 'what a payout run left out does not change'); END;
";

fn columns<'a>(run: &'a RunId, row: &'a LeftRow) -> Columns<'a> {
    vec![
        ("run_id", id(&run.0)),
        ("place", row.row.into()),
        ("line", row.line.into()),
        ("payee", text(&row.payee)),
        ("amount", text(&row.amount)),
        ("skipped", row.skipped.into()),
        ("problem", text_or_null(row.problem.as_deref())),
    ]
}

fn read(row: &Row<'_>) -> rusqlite::Result<LeftRow> {
    let mut cells = Cells::of(row);
    Ok(LeftRow {
        row: cells.next()?,
        line: cells.next()?,
        payee: cells.next()?,
        amount: cells.next()?,
        skipped: cells.next()?,
        problem: cells.next()?,
    })
}

pub(crate) fn insert(
    connection: &Connection,
    run: RunId,
    row: &LeftRow,
) -> Result<(), LedgerError> {
    insert_columns(connection, "run_left", &columns(&run, row))
}

/// In the order of the file, behind a row.
pub(crate) fn rows(
    connection: &Connection,
    id: RunId,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<LeftRow>, LedgerError> {
    let sql = "SELECT place, line, payee, amount, skipped, problem FROM run_left
               WHERE run_id=? AND place>? ORDER BY place LIMIT ?";
    let after = after.map_or(-1, i64::from);
    all(connection, sql, (id.0, after, limit), read)
}
