//! What the engine has to do, and when it has to look again.

use crate::columns::{At, instant};
use crate::errors::translate;
use crate::{payees, payouts_query};
use jiff::Timestamp;
use remit_core::{Due, LedgerError};
use rusqlite::Connection;
use rusqlite::types::Value;

/// What is due now. Mostly nothing is, and one look tells.
pub(crate) fn find(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Due, LedgerError> {
    let next = next(connection, None)?;
    if next.is_none_or(|next| next > now) {
        return Ok(Due {
            next,
            ..Due::default()
        });
    }
    let [overdue, ready, open] =
        Due::lists(limit).map(|(states, most)| payouts_query::due(connection, states, now, most));
    Ok(Due::of(
        [overdue?, ready?, open?],
        payees::due(connection, now, limit)?,
        self::next(connection, Some(now))?,
        now,
        limit,
    ))
}

/// The earliest time at which something is due, of those after an instant.
pub(crate) fn next(
    connection: &Connection,
    after: Option<Timestamp>,
) -> Result<Option<Timestamp>, LedgerError> {
    let after = after.map_or(Ok(Value::Integer(i64::MIN)), instant)?;
    let earliest = |sql: &str| {
        connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row([&after], |row| row.get::<_, Option<At>>(0))
            })
            .map_err(translate)
    };
    let payout = earliest("SELECT min(next_at) FROM payouts WHERE next_at>?")?;
    let payee = earliest("SELECT min(next_check_at) FROM payees WHERE next_check_at>?")?;
    Ok(payout.into_iter().chain(payee).map(|at| at.0).min())
}
