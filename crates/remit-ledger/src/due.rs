//! What the engine has to do, and when it has to look again.

use crate::columns::{At, instant, values_of};
use crate::errors::translate;
use crate::{payees, payouts_query};
use jiff::Timestamp;
use remit_core::{Due, LedgerError, State};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::sync::LazyLock;

/// The index by state and time tells what is next as well, state by state. One by time alone cost each claim and each
/// acceptance a page or two more, to be encrypted and written.
pub(crate) const SCHEMA: &str = "DROP INDEX payouts_next_due;";

/// The earliest time of a payout behind an instant: one look into the index a state.
static NEXT_PAYOUT: LazyLock<String> = LazyLock::new(|| {
    let looks =
        State::ALL.map(|_| "SELECT min(next_at) AS at FROM payouts WHERE next_at>?1 AND state=?");
    format!("SELECT min(at) FROM ({})", looks.join(" UNION ALL "))
});

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
    let earliest = |sql: &str, values: Vec<Value>| {
        connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row(params_from_iter(values), |row| row.get::<_, Option<At>>(0))
            })
            .map_err(translate)
    };
    let mut values = vec![after.clone()];
    values.extend(values_of(&State::ALL)?);
    let payout = earliest(&NEXT_PAYOUT, values)?;
    let payee = earliest(
        "SELECT min(next_check_at) FROM payees WHERE next_check_at>?",
        vec![after],
    )?;
    Ok(payout.into_iter().chain(payee).map(|at| at.0).min())
}
