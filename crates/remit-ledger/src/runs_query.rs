//! Payout runs: how they and their rows are listed, counted and chosen.

use crate::columns::{At, Word, all, id as id_of, instant, word};
use crate::errors::translate;
use crate::paging::{Filter, Sort, page};
use crate::runs::HELD_BACK;
use crate::{accounts, payees, payouts, run_rows, runs, search};
use jiff::{SignedDuration, Timestamp};
use remit_core::{
    Currency, InvoiceId, LedgerError, Money, OutcomeState, Page, PayeeId, PayeeWithAccounts,
    PayoutId, Reason, RowState, Run, RunId, RunProgress, RunQuery, RunRow, RunRowOutcome, State,
};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use uuid::Uuid;

pub(crate) fn list(connection: &Connection, query: &RunQuery) -> Result<Page<Run>, LedgerError> {
    let mut filter = Filter::over("runs", "runs_whole");
    filter.and("state<>'discarded'", []);
    filter.search(&query.search);
    let newest = Sort {
        list: "runs by age",
        keys: &["created_at"],
        descending: true,
    };
    let cursor = query.cursor.as_deref();
    page(
        connection,
        &filter,
        &newest,
        cursor,
        query.limit,
        runs::read,
    )
}

pub(crate) fn of_content(connection: &Connection, hash: &str) -> Result<Vec<Run>, LedgerError> {
    let sql = "SELECT * FROM runs WHERE content_hash=? AND state<>'discarded' ORDER BY created_at DESC, id DESC";
    all(connection, sql, [hash], runs::read)
}

/// Finds the next queued rows of a run; by an index that has them in their order.
pub(crate) const QUEUED: &str = "SELECT * FROM run_rows INDEXED BY run_rows_queued
   WHERE run_id=? AND state='queued' ORDER BY place LIMIT ?";

/// Those that waited and whose payee can be paid now.
pub(crate) const WAITED: &str = "run_rows.state='waiting' AND payees.status='active'
   AND EXISTS (SELECT 1 FROM accounts WHERE accounts.payee_id=payees.id AND accounts.status='activated'
     AND accounts.currency=run_rows.currency COLLATE NOCASE)";

/// The runs whose rows become payouts now.
const GOING_ON: &str =
    "SELECT id FROM runs WHERE state='released' AND NOT paused AND ifnull(not_before<=?, 1)";

/// The next rows to become payouts: queued ones, then those that waited and whose payee can be paid now.
pub(crate) fn to_send(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(RunId, RunRow)>, LedgerError> {
    let sql = format!("{GOING_ON} ORDER BY released_at, id");
    let runs: Vec<Uuid> = all(connection, &sql, [instant(now)?], |row| row.get(0))?;
    let waited = format!(
        "SELECT run_rows.* FROM run_rows INDEXED BY run_rows_waiting
         CROSS JOIN payees ON payees.id=run_rows.payee_id
         WHERE run_id=? AND {WAITED} ORDER BY place LIMIT ?"
    );
    let limit = limit as usize;
    let mut rows = Vec::new();
    for which in [QUEUED, &waited] {
        for run in &runs {
            let room = limit.saturating_sub(rows.len());
            if room == 0 {
                return Ok(rows);
            }
            rows.extend(all(connection, which, (run, room), run_rows::read)?);
        }
    }
    Ok(rows)
}

pub(crate) fn payees_of_rows(
    connection: &Connection,
    payees: &[PayeeId],
) -> Result<Vec<Option<PayeeWithAccounts>>, LedgerError> {
    let found = |id: &PayeeId| {
        let payee = payees::find(connection, *id)?;
        payee
            .map(|payee| Ok((payee, accounts::of(connection, *id)?)))
            .transpose()
    };
    payees.iter().map(found).collect()
}

/// How many rows wait for nothing but their turn.
pub(crate) fn queued(connection: &Connection, now: Timestamp) -> Result<u64, LedgerError> {
    let now = instant(now)?;
    connection
        .prepare_cached(&format!(
            "SELECT count(*) FROM run_rows INDEXED BY run_rows_queued WHERE state='queued' AND run_id IN ({GOING_ON})"
        ))
        .and_then(|mut statement| statement.query_row([now], |row| row.get(0)))
        .map_err(translate)
}

/// When the next run that is put off begins.
pub(crate) fn next_at(
    connection: &Connection,
    now: Timestamp,
) -> Result<Option<Timestamp>, LedgerError> {
    let now = instant(now)?;
    connection
        .prepare_cached(
            "SELECT min(not_before) FROM runs WHERE state='released' AND NOT paused AND not_before>?",
        )
        .and_then(|mut statement| statement.query_row([now], |row| row.get::<_, Option<At>>(0)))
        .map(|at| at.map(|at| at.0))
        .map_err(translate)
}

pub(crate) fn ready(connection: &Connection, most: u32) -> Result<u32, LedgerError> {
    connection
        .prepare_cached(&format!(
            "SELECT count(*) FROM (SELECT 1 FROM payouts WHERE state='ready' AND NOT {HELD_BACK}
               AND ifnull(reason NOT IN ('account_changed','payee_not_active'), 1) LIMIT ?)"
        ))
        .and_then(|mut statement| statement.query_row([most], |row| row.get(0)))
        .map_err(translate)
}

pub(crate) fn to_withdraw(
    connection: &Connection,
    limit: u32,
) -> Result<Vec<PayoutId>, LedgerError> {
    let sql = "SELECT payout_id FROM runs CROSS JOIN run_rows ON run_rows.run_id=runs.id
               WHERE runs.state='stopped' AND run_rows.state='sent' AND run_rows.payout_state='ready' LIMIT ?";
    all(connection, sql, [limit], |row| Ok(PayoutId(row.get(0)?)))
}

/// Released runs of which something is still to be sent or to be settled.
pub(crate) fn open(connection: &Connection) -> Result<Vec<RunId>, LedgerError> {
    let sql = "SELECT id FROM runs WHERE state='released' AND (
                 EXISTS (SELECT 1 FROM run_rows WHERE run_id=runs.id AND state IN ('queued','waiting','held'))
                 OR EXISTS (SELECT 1 FROM run_rows WHERE run_id=runs.id AND state='sent'
                   AND payout_state IN ('ready','sending','unknown','processing')))
               ORDER BY released_at, id";
    all(connection, sql, [], |row| Ok(RunId(row.get(0)?)))
}

/// Released runs that stand still until the owner says something. Each run is looked at by a step or two in the index of its
/// rows, so that ten thousand that are long done cost little.
pub(crate) fn halted(connection: &Connection, limit: u32) -> Result<(Vec<Run>, u64), LedgerError> {
    // A paused run keeps what Pockyt turns out not to have; of what it has another payment for, only the payout is told.
    const THOSE: &str = "SELECT * FROM runs WHERE state='released' AND (
         EXISTS (SELECT 1 FROM run_rows WHERE run_id=runs.id AND state='held')
         OR paused AND (
           EXISTS (SELECT 1 FROM run_rows WHERE run_id=runs.id AND state IN ('queued','waiting'))
           OR EXISTS (SELECT 1 FROM run_rows WHERE run_id=runs.id AND state='sent' AND (payout_state='ready'
             OR payout_state='unknown' AND ifnull(payout_reason NOT IN ('duplicate','invoice_taken'), 1)))))
       ORDER BY released_at DESC, id DESC";
    // All are read once, as those that stand still are few, where a count beside them would look at every run again.
    Ok(first_of(all(connection, THOSE, [], runs::read)?, limit))
}

/// Released runs that wait for their day.
pub(crate) fn coming(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<(Vec<Run>, u64), LedgerError> {
    const THOSE: &str = "SELECT * FROM runs WHERE state='released' AND NOT paused AND not_before>?
       AND EXISTS (SELECT 1 FROM run_rows WHERE run_id=runs.id AND state='queued')
       ORDER BY not_before, id";
    Ok(first_of(
        all(connection, THOSE, [instant(now)?], runs::read)?,
        limit,
    ))
}

/// The first runs of those found, and how many there are.
fn first_of(mut found: Vec<Run>, limit: u32) -> (Vec<Run>, u64) {
    let total = found.len() as u64;
    found.truncate(limit as usize);
    (found, total)
}

/// Rows that may become payouts and are none yet, by the words of their payees and invoice IDs.
pub(crate) fn to_come(
    connection: &Connection,
    query: &str,
    limit: u32,
) -> Result<Vec<(Run, RunRow)>, LedgerError> {
    let mut sql = "SELECT run_rows.* FROM runs
       CROSS JOIN run_rows ON run_rows.run_id=runs.id AND run_rows.state IN ('queued','waiting','held')
       CROSS JOIN payees ON payees.id=run_rows.payee_id
       WHERE runs.state='released'"
        .to_owned();
    let mut values: Vec<rusqlite::types::Value> = Vec::new();
    for word in search::words(query) {
        sql.push_str(" AND (instr(lower(run_rows.invoice_id),?)>0 OR instr(payees.search,?)>0)");
        values.extend([word.clone().into(), word.into()]);
    }
    if values.is_empty() {
        return Ok(Vec::new());
    }
    sql.push_str(" ORDER BY runs.released_at DESC, runs.id, place LIMIT ?");
    values.push(limit.into());
    let rows = all(connection, &sql, params_from_iter(values), run_rows::read)?;
    let with_run = |(id, row)| Ok(runs::find(connection, id)?.map(|run| (run, row)));
    rows.into_iter()
        .filter_map(|found| with_run(found).transpose())
        .collect()
}

/// What is counted of a row.
struct Counted {
    row: RowState,
    payout: Option<State>,
    reason: Option<Reason>,
    money: Money,
    sent_at: Option<Timestamp>,
}

fn counted(row: &Row<'_>) -> rusqlite::Result<Counted> {
    let currency: Word<Currency> = row.get(3)?;
    Ok(Counted {
        row: row.get::<_, Word<_>>(0)?.0,
        payout: row.get::<_, Option<Word<_>>>(1)?.map(|word| word.0),
        reason: row.get::<_, Option<Word<_>>>(2)?.map(|word| word.0),
        money: Money::new(row.get(4)?, currency.0),
        sent_at: row.get::<_, Option<At>>(5)?.map(|at| at.0),
    })
}

pub(crate) fn progress(connection: &Connection, id: RunId) -> Result<RunProgress, LedgerError> {
    let sql = "SELECT state, payout_state, payout_reason, currency, amount_minor, sent_at FROM run_rows WHERE run_id=?";
    let rows = all(connection, sql, [id.0], counted)?;
    let mut progress = RunProgress::default();
    for row in &rows {
        match row.payout {
            Some(state) => count(&mut progress.payouts, state),
            None => count(&mut progress.rows, row.row),
        }
        if row.payout.is_none() && row.row == RowState::Queued {
            add(&mut progress.queued, row.money)?;
        }
        add(&mut progress.total, row.money)?;
        if row.payout == Some(State::Paid) {
            add(&mut progress.paid, row.money)?;
        }
        let doubtful = matches!(row.payout, Some(State::Unknown | State::Processing));
        if doubtful && matches!(row.reason, Some(Reason::Duplicate | Reason::InvoiceTaken)) {
            progress.asks += 1;
        } else if row.payout == Some(State::Unknown) {
            progress.unsure += 1;
        }
        progress.last_sent_at = progress.last_sent_at.max(row.sent_at);
    }
    let minute_before = progress
        .last_sent_at
        .and_then(|last| last.checked_sub(SignedDuration::from_mins(1)).ok());
    if let Some(begin) = minute_before {
        let lately = rows.iter().filter(|row| row.sent_at > Some(begin));
        progress.sent_in_last_minute = lately.count() as u64;
    }
    Ok(progress)
}

fn count<T: PartialEq>(counts: &mut Vec<(T, u64)>, of: T) {
    match counts.iter_mut().find(|(known, _)| *known == of) {
        Some((_, count)) => *count += 1,
        None => counts.push((of, 1)),
    }
}

fn add(sums: &mut Vec<Money>, money: Money) -> Result<(), LedgerError> {
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => {
            *sum = sum.checked_add(money).map_err(|_| {
                LedgerError::Failed("these amounts are too large to be added up exactly".to_owned())
            })?;
        }
        None => sums.push(money),
    }
    Ok(())
}

/// Rows in the order of the file, behind a row.
pub(crate) fn rows(
    connection: &Connection,
    id: RunId,
    states: &[OutcomeState],
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<RunRowOutcome>, LedgerError> {
    let chosen = if states.is_empty() {
        String::new()
    } else {
        let one = |state: &OutcomeState| match state {
            OutcomeState::Payout(_) => "payout_state=?",
            OutcomeState::Row(_) => "state=?",
        };
        let any: Vec<_> = states.iter().map(one).collect();
        format!(" AND ({})", any.join(" OR "))
    };
    let sql =
        format!("SELECT * FROM run_rows WHERE run_id=? AND place>?{chosen} ORDER BY place LIMIT ?");
    let after = after.map_or(-1, i64::from);
    let mut values = vec![id_of(&id.0), after.into()];
    for state in states {
        values.push(match state {
            OutcomeState::Payout(state) => word(state)?,
            OutcomeState::Row(state) => word(state)?,
        });
    }
    values.push(limit.into());
    let rows = all(connection, &sql, params_from_iter(values), run_rows::read)?;
    let outcome = |(_, row): (RunId, RunRow)| {
        let payout = match row.state {
            RowState::Sent => payouts::find(connection, row.payout_id)?,
            _ => None,
        };
        Ok(RunRowOutcome { row, payout })
    };
    rows.into_iter().map(outcome).collect()
}

pub(crate) fn of_payout(
    connection: &Connection,
    id: PayoutId,
) -> Result<Option<(RunId, u32)>, LedgerError> {
    connection
        .prepare_cached("SELECT run_id, line FROM run_rows WHERE payout_id=? AND state='sent'")
        .and_then(|mut statement| {
            statement
                .query_row([id.0], |row| Ok((RunId(row.get(0)?), row.get(1)?)))
                .optional()
        })
        .map_err(translate)
}

pub(crate) fn of_payouts(
    connection: &Connection,
    ids: &[PayoutId],
) -> Result<Vec<RunId>, LedgerError> {
    let mut found = Vec::new();
    for id in ids {
        let run = of_payout(connection, *id)?.map(|(run, _)| run);
        found.extend(run.filter(|run| !found.contains(run)));
    }
    Ok(found)
}

/// Which of these invoice IDs payouts, or rows of released runs that are still to be sent, have.
pub(crate) fn invoices_used(
    connection: &Connection,
    invoices: &[InvoiceId],
) -> Result<Vec<(InvoiceId, PayoutId)>, LedgerError> {
    let mut look_up = connection
        .prepare_cached(
            "SELECT id FROM payouts WHERE invoice_id=?1
             UNION ALL
             SELECT payout_id FROM run_rows JOIN runs ON runs.id=run_rows.run_id
             WHERE invoice_id=?1 AND runs.state='released'
               AND (run_rows.state='queued' OR run_rows.state='waiting' OR run_rows.state='held')
             LIMIT 1",
        )
        .map_err(translate)?;
    let mut used = Vec::new();
    for invoice in invoices {
        let holder: Option<Uuid> = look_up
            .query_row([invoice.as_str()], |row| row.get(0))
            .optional()
            .map_err(translate)?;
        used.extend(holder.map(|id| (invoice.clone(), PayoutId(id))));
    }
    Ok(used)
}
