//! How an account stands. Every part is read from one end of an index to where it ends, and none grows with the whole
//! history but what was paid in the months that are asked for.

use crate::columns::{Word, instant, word};
use crate::errors::translate;
use crate::payouts_query::{all, summing};
use jiff::Timestamp;
use remit_core::{
    Currency, LedgerError, Money, Need, Needed, Overview, OverviewQuery, PaidOut, PayeeStatus,
    Payout, State, UNDER_WAY, UnderWay,
};
use rusqlite::{Connection, OptionalExtension, Row};
use std::cmp::Reverse;

/// The first holds few payouts: those that ended badly and were not paid again. The second holds what a sum needs, so that
/// the rows themselves are not read.
pub(crate) const INDEXES: &str = "
CREATE INDEX payouts_not_retried ON payouts (state, since)
  WHERE state IN ('failed','returned') AND retried_by IS NULL;
CREATE INDEX payouts_paid_out ON payouts (currency, settled_at, amount_minor) WHERE state = 'paid';
";

pub(crate) fn overview(
    connection: &Connection,
    query: &OverviewQuery,
) -> Result<Overview, LedgerError> {
    Ok(Overview {
        begun: begun(connection)?,
        declined: payees(connection, PayeeStatus::Declined)?,
        refused: payees(connection, PayeeStatus::Refused)?,
        needs: needs(connection, query)?,
        under_way: under_way(connection)?,
        paid: paid(connection, &query.months)?,
    })
}

fn begun(connection: &Connection) -> Result<bool, LedgerError> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM payees) OR EXISTS (SELECT 1 FROM payouts)")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(translate)
}

fn payees(connection: &Connection, status: PayeeStatus) -> Result<u64, LedgerError> {
    let status = word(&status)?;
    connection
        .prepare_cached("SELECT count(*) FROM payees WHERE status=?")
        .and_then(|mut statement| statement.query_row([status], |row| row.get(0)))
        .map_err(translate)
}

fn needs(connection: &Connection, query: &OverviewQuery) -> Result<Vec<Needed>, LedgerError> {
    let doubtful = doubtful(connection, query)?;
    let mut needs = Vec::new();
    for need in Need::ALL {
        let (total, newest) = match need {
            Need::Returned => not_retried(connection, State::Returned, query)?,
            Need::Failed => not_retried(connection, State::Failed, query)?,
            Need::Approval => approvals(connection, query)?,
            Need::Undecided | Need::Held | Need::Stalled => {
                let those = || {
                    let found = doubtful.iter();
                    found.filter(|payout| query.need(payout) == Some(need))
                };
                let newest = those().take(query.limit as usize).cloned().collect();
                (those().count() as u64, newest)
            }
        };
        if total > 0 {
            needs.push(Needed {
                need,
                total,
                newest,
            });
        }
    }
    Ok(needs)
}

/// Payouts that ended badly lately and were not paid again: how many, and the newest.
fn not_retried(
    connection: &Connection,
    state: State,
    query: &OverviewQuery,
) -> Result<(u64, Vec<Payout>), LedgerError> {
    // The first two conditions are those of the index, so that it may be used.
    const THOSE: &str = "FROM payouts INDEXED BY payouts_not_retried
       WHERE state IN ('failed','returned') AND retried_by IS NULL AND state=?1 AND since>=?2";
    let (state, since) = (word(&state)?, instant(query.ended_since)?);
    let total = connection
        .prepare_cached(&format!("SELECT count(*) {THOSE}"))
        .and_then(|mut statement| statement.query_row((&state, &since), |row| row.get(0)))
        .map_err(translate)?;
    let newest = format!("SELECT * {THOSE} ORDER BY since DESC, id DESC LIMIT ?3");
    let newest = all(connection, &newest, (&state, &since, query.limit))?;
    Ok((total, newest))
}

fn approvals(
    connection: &Connection,
    query: &OverviewQuery,
) -> Result<(u64, Vec<Payout>), LedgerError> {
    const THOSE: &str = "FROM payouts INDEXED BY payouts_by_state WHERE state=?1";
    let state = word(&State::AwaitingApproval)?;
    let total = connection
        .prepare_cached(&format!("SELECT count(*) {THOSE}"))
        .and_then(|mut statement| statement.query_row([&state], |row| row.get(0)))
        .map_err(translate)?;
    let newest = format!("SELECT * {THOSE} ORDER BY since DESC, id DESC LIMIT ?2");
    Ok((total, all(connection, &newest, (&state, query.limit))?))
}

/// Payouts on their way of which some may wait for the owner, the latest first. Which they are core alone decides.
fn doubtful(connection: &Connection, query: &OverviewQuery) -> Result<Vec<Payout>, LedgerError> {
    let latest = query.stalled_since.iter().map(|(_, since)| *since).max();
    let mut found = all(
        connection,
        "SELECT * FROM payouts INDEXED BY payouts_by_state WHERE state IN ('ready','unknown','processing')
           AND (reason IN ('duplicate','invoice_taken','account_changed','payee_not_active') OR (state='processing' AND since<=?))",
        [instant(latest.unwrap_or(Timestamp::UNIX_EPOCH))?],
    )?;
    found.sort_by_key(|payout| Reverse((payout.since, payout.id)));
    Ok(found)
}

fn under_way(connection: &Connection) -> Result<Vec<UnderWay>, LedgerError> {
    let mut found = Vec::new();
    for state in UNDER_WAY {
        let of = [word(&state)?];
        let read = |row: &Row<'_>| {
            Ok(UnderWay {
                state,
                payouts: row.get(1)?,
                sum: Money::new(row.get(2)?, row.get::<_, Word<_>>(0)?.0),
            })
        };
        let of_state: Vec<UnderWay> = connection
            .prepare_cached(
                "SELECT currency, count(*), sum(amount_minor) FROM payouts INDEXED BY payouts_by_state
                 WHERE state=? GROUP BY currency ORDER BY currency",
            )
            .and_then(|mut statement| statement.query_map(of, read)?.collect())
            .map_err(summing)?;
        found.extend(of_state);
    }
    Ok(found)
}

fn paid(connection: &Connection, months: &[Timestamp]) -> Result<Vec<PaidOut>, LedgerError> {
    let mut found = Vec::new();
    let mut before = String::new();
    while let Some(currency) = next_currency(connection, &before)? {
        for (month, end) in months.iter().zip(months.iter().skip(1)) {
            let range = (currency.code(), instant(*month)?, instant(*end)?);
            let (payouts, minor): (u64, Option<i64>) = connection
                .prepare_cached(
                    "SELECT count(*), sum(amount_minor) FROM payouts INDEXED BY payouts_paid_out
                     WHERE state='paid' AND currency=? AND settled_at>=? AND settled_at<?",
                )
                .and_then(|mut statement| {
                    statement.query_row(range, |row| Ok((row.get(0)?, row.get(1)?)))
                })
                .map_err(summing)?;
            found.extend(minor.map(|minor| PaidOut {
                month: *month,
                payouts,
                sum: Money::new(minor, currency),
            }));
        }
        before = currency.code().to_owned();
    }
    Ok(found)
}

/// The currency that comes next in which anything was paid: a step in the index, where sorting out all rows would read it
/// as a whole.
fn next_currency(connection: &Connection, after: &str) -> Result<Option<Currency>, LedgerError> {
    connection
        .prepare_cached(
            "SELECT currency FROM payouts INDEXED BY payouts_paid_out
             WHERE state='paid' AND currency>? ORDER BY currency LIMIT 1",
        )
        .and_then(|mut statement| {
            let read = |row: &Row<'_>| Ok(row.get::<_, Word<Currency>>(0)?.0);
            statement.query_row([after], read).optional()
        })
        .map_err(translate)
}
