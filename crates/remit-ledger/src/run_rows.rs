//! The rows of payout runs: how they become payouts, each once, or are held.

use crate::columns::{Cells, Columns, id, id_or_null, text, text_or_null, word, word_or_null};
use crate::errors::translate;
use crate::runs::execute;
use crate::writer::Scope;
use crate::{events, payouts};
use remit_core::{
    AccountToken, Hold, InvoiceId, LedgerError, Money, NewEvent, PayeeId, Payout, PayoutId,
    RequestKey, RowState, RunId, RunRow, normalised_invoice,
};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

fn columns<'a>(run: &'a RunId, row: &'a RunRow) -> Result<Columns<'a>, LedgerError> {
    Ok(vec![
        ("run_id", id(&run.0)),
        ("place", row.row.into()),
        ("line", row.line.into()),
        ("payout_id", id(&row.payout_id.0)),
        ("request_key", id(&row.request_key.0)),
        ("payee_id", id(&row.payee_id.0)),
        (
            "account_token",
            text_or_null(row.account_token.as_ref().map(AccountToken::as_str)),
        ),
        ("account_seen", text(&row.account_seen)),
        ("amount_minor", row.money.minor.into()),
        ("currency", word(&row.money.currency)?),
        ("invoice_id", text(row.invoice_id.as_str())),
        ("channel", word(&row.channel)?),
        ("description", text(&row.description)),
        ("note", text(&row.note)),
        (
            "retry_of",
            id_or_null(row.retry_of.as_ref().map(|id| &id.0)),
        ),
        ("state", word(&row.state)?),
        ("hold", word_or_null(row.hold.as_ref())?),
    ])
}

/// The run and the row, of a row that begins with all of the table's columns.
pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<(RunId, RunRow)> {
    let mut cells = Cells::of(row);
    let run = RunId(cells.next()?);
    let row = RunRow {
        row: cells.next()?,
        line: cells.next()?,
        payout_id: PayoutId(cells.next()?),
        request_key: RequestKey(cells.next()?),
        payee_id: PayeeId(cells.next()?),
        account_token: cells.next::<Option<String>>()?.map(AccountToken),
        account_seen: cells.next()?,
        money: Money::new(cells.next()?, cells.word()?),
        invoice_id: InvoiceId(cells.next()?),
        channel: cells.word()?,
        description: cells.next()?,
        note: cells.next()?,
        retry_of: cells.next::<Option<Uuid>>()?.map(PayoutId),
        state: cells.word()?,
        hold: cells.word_or_null()?,
    };
    Ok((run, row))
}

pub(crate) fn insert(connection: &Connection, run: RunId, row: &RunRow) -> Result<(), LedgerError> {
    let mut columns = columns(&run, row)?;
    let normalised = normalised_invoice(row.invoice_id.as_str());
    columns.push(("normalised", normalised.into()));
    crate::columns::insert(connection, "run_rows", &columns)
}

/// The row that becomes a payout, and whether its run goes on.
fn of_payout(
    connection: &Connection,
    payout: PayoutId,
) -> Result<Option<(RunRow, bool)>, LedgerError> {
    connection
        .prepare_cached(
            "SELECT run_rows.*, runs.state='released' AND NOT runs.paused
             FROM run_rows JOIN runs ON runs.id=run_rows.run_id WHERE payout_id=?",
        )
        .and_then(|mut statement| {
            let found =
                |row: &Row<'_>| Ok((read(row)?.1, row.get(row.as_ref().column_count() - 1)?));
            statement.query_row([payout.0], found).optional()
        })
        .map_err(translate)
}

/// Makes payouts of rows, each by itself. An error of the store itself, rather than of one payout, ends the call.
pub(crate) fn send(
    scope: &mut Scope<'_>,
    sent: &[payouts::New],
) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError> {
    let mut answers = Vec::with_capacity(sent.len());
    for new in sent {
        answers.push(payouts::by_itself(scope, |scope| send_one(scope, new))?);
    }
    Ok(answers)
}

fn send_one(scope: &mut Scope<'_>, new: &payouts::New) -> Result<Payout, LedgerError> {
    let payout = &new.payout;
    let (row, goes_on) = of_payout(scope, payout.id)?.ok_or(LedgerError::NotFound)?;
    if !goes_on || !matches!(row.state, RowState::Queued | RowState::Waiting) {
        return Err(LedgerError::Conflict);
    }
    let as_reviewed = payout.request_key == row.request_key
        && payout.payee_id == row.payee_id
        && payout.money == row.money
        && payout.invoice_id == row.invoice_id
        && payout.retry_of == row.retry_of
        && row
            .account_token
            .is_none_or(|token| token == payout.account_token);
    if !as_reviewed {
        return Err(LedgerError::Failed(
            "a row of a payout run was to become another payout than the one reviewed".to_owned(),
        ));
    }
    let known = payouts::record(scope, new)?;
    let payout = known.unwrap_or_else(|| payout.clone());
    let values = (
        payout.account_token.as_str(),
        word(&payout.state)?,
        payout.id.0,
    );
    let sql =
        "UPDATE run_rows SET state='sent', account_token=?1, payout_state=?2 WHERE payout_id=?3";
    execute(scope, sql, values)?;
    Ok(payout)
}

pub(crate) fn hold(scope: &mut Scope<'_>, payout: PayoutId, hold: Hold) -> Result<(), LedgerError> {
    let sql = "UPDATE run_rows SET state='held', hold=? WHERE payout_id=? AND state IN ('queued','waiting')";
    one(execute(scope, sql, (word(&hold)?, payout.0))?)
}

pub(crate) fn queue(
    scope: &mut Scope<'_>,
    payout: PayoutId,
    account: Option<&AccountToken>,
    account_seen: &str,
    events: &[NewEvent],
) -> Result<(), LedgerError> {
    // Only who was shown that the account changed has looked at it, or who has chosen one.
    let sql = "UPDATE run_rows SET state=iif(ifnull(account_token, ?1) IS NULL, 'waiting', 'queued'), hold=NULL,
               account_seen=iif(hold='account_changed' OR account_token IS NULL, ?2, account_seen),
               account_token=ifnull(account_token, ?1)
               WHERE payout_id=?3 AND state='held'";
    let token = account.map(AccountToken::as_str);
    one(execute(scope, sql, (token, account_seen, payout.0))?)?;
    events::append(scope, events)
}

/// Holds what is still to be sent of every released run.
pub(crate) fn hold_restored(scope: &mut Scope<'_>) -> Result<(), LedgerError> {
    let sql =
        "UPDATE run_rows SET state='held', hold='restored' WHERE state IN ('queued', 'waiting')
               AND run_id IN (SELECT id FROM runs WHERE state='released')";
    execute(scope, sql, ())?;
    Ok(())
}

fn one(rows: usize) -> Result<(), LedgerError> {
    if rows == 1 {
        Ok(())
    } else {
        Err(LedgerError::Conflict)
    }
}
