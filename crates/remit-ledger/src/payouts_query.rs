//! Payouts: how they are listed, summed and looked back at.

use crate::columns::{At, Word, instant, word};
use crate::errors::translate;
use crate::paging::{Filter, Sort, page};
use crate::payouts::{read, read_fee};
use jiff::Timestamp;
use remit_core::{
    AccountToken, Currency, History, LedgerError, Money, PayeeId, Payout, PayoutId, PayoutPage,
    PayoutQuery, PayoutSort, State,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params, Row, params_from_iter};

/// Released, and neither withdrawn nor certainly not paid.
const COUNTED: &str = "state IN ('ready','sending','unknown','processing','paid','returned')";

fn all(
    connection: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<Vec<Payout>, LedgerError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_map(values, read)?.collect())
        .map_err(translate)
}

fn payouts() -> Filter {
    Filter::over("payouts", "payouts_whole")
}

fn sums(connection: &Connection, filter: &Filter) -> Result<Vec<Money>, LedgerError> {
    let sql = format!(
        "SELECT currency, sum(amount_minor) {} GROUP BY currency ORDER BY currency",
        filter.all()
    );
    let sum = |row: &Row<'_>| Ok(Money::new(row.get(1)?, row.get::<_, Word<_>>(0)?.0));
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            statement
                .query_map(params_from_iter(filter.values()), sum)?
                .collect()
        })
        .map_err(|error| match error {
            // SQLite refuses to wrap a sum of integers.
            rusqlite::Error::SqliteFailure(_, Some(said)) if said == "integer overflow" => {
                LedgerError::Failed("these amounts are too large to be added up exactly".to_owned())
            }
            other => translate(other),
        })
}

/// What was paid to a payee since an instant, one sum a currency.
pub(crate) fn paid_since(
    connection: &Connection,
    payee: PayeeId,
    since: Timestamp,
) -> Result<Vec<Money>, LedgerError> {
    let mut filter = payouts();
    filter.only("payee_id", payee.0.into());
    filter.and("state='paid'", []);
    filter.and("settled_at>=?", [instant(since)?]);
    sums(connection, &filter)
}

pub(crate) fn list(
    connection: &Connection,
    query: &PayoutQuery,
) -> Result<PayoutPage, LedgerError> {
    let mut filter = payouts();
    if !query.states.is_empty() {
        filter.any_of(
            "state",
            query
                .states
                .iter()
                .map(word)
                .collect::<Result<Vec<Value>, _>>()?,
        );
    }
    if let Some(payee) = query.payee_id {
        filter.only("payee_id", payee.0.into());
    }
    if let Some(from) = query.from {
        filter.and("created_at>=?", [instant(from)?]);
    }
    if let Some(to) = query.to {
        filter.and("created_at<?", [instant(to)?]);
    }
    filter.search(&query.search);
    let sort = match query.sort {
        PayoutSort::Newest => Sort {
            list: "payouts by age",
            keys: &["created_at"],
            descending: true,
        },
        PayoutSort::Amount => Sort {
            list: "payouts by amount",
            keys: &["currency", "-amount_minor"],
            descending: false,
        },
    };
    let page = page(
        connection,
        &filter,
        &sort,
        query.cursor.as_deref(),
        query.limit,
        read,
    )?;
    Ok(PayoutPage {
        page,
        sums: sums(connection, &filter)?,
    })
}

/// Payouts in these states whose time has come, earliest first.
pub(crate) fn due(
    connection: &Connection,
    states: &[State],
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Payout>, LedgerError> {
    let mut values = states.iter().map(word).collect::<Result<Vec<Value>, _>>()?;
    let places = vec!["?"; values.len()].join(",");
    values.push(instant(now)?);
    let sql = format!(
        "SELECT * FROM payouts WHERE state IN ({places}) AND next_at<=?
         ORDER BY next_at, created_at, id LIMIT {limit}"
    );
    all(connection, &sql, params_from_iter(values))
}

/// Payouts in a state, oldest first, behind the given one.
pub(crate) fn in_state(
    connection: &Connection,
    state: State,
    after: Option<PayoutId>,
    limit: u32,
) -> Result<Vec<Payout>, LedgerError> {
    all(
        connection,
        "SELECT * FROM payouts WHERE state=?1
           AND (?2 IS NULL OR (created_at,id)>((SELECT created_at FROM payouts WHERE id=?2),?2))
         ORDER BY created_at, id LIMIT ?3",
        (word(&state)?, after.map(|id| id.0), limit),
    )
}

pub(crate) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, LedgerError> {
    connection
        .prepare_cached("SELECT min(next_at) FROM payouts WHERE next_at IS NOT NULL")
        .and_then(|mut statement| statement.query_row([], |row| row.get::<_, Option<At>>(0)))
        .map(|at| at.map(|at| at.0))
        .map_err(translate)
}

pub(crate) fn history(
    connection: &Connection,
    payee: PayeeId,
    account: &AccountToken,
    currency: Currency,
) -> Result<History, LedgerError> {
    let look_up = || {
        let count = connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM payouts WHERE payee_id=? AND {COUNTED}"
            ))?
            .query_row([payee.0], |row| row.get(0))?;
        let recent = connection
            .prepare_cached(&format!(
                "SELECT amount_minor, created_at FROM payouts WHERE payee_id=? AND currency=? AND {COUNTED}
                 ORDER BY created_at DESC, id DESC LIMIT 20"
            ))?
            .query_map((payee.0, currency.code()), |row| Ok((row.get(0)?, row.get::<_, At>(1)?.0)))?
            .collect::<Result<_, _>>()?;
        let account_last_used = connection
            .prepare_cached(&format!("SELECT max(sent_at) FROM payouts WHERE payee_id=? AND account_token=? AND {COUNTED}"))?
            .query_row((payee.0, account.as_str()), |row| row.get::<_, Option<At>>(0))?
            .map(|at| at.0);
        let last_fee = connection
            .prepare_cached(
                "SELECT fee_minor, fee_currency FROM payouts WHERE currency=? AND fee_minor IS NOT NULL
                 ORDER BY created_at DESC, id DESC LIMIT 1",
            )?
            .query_row([currency.code()], read_fee)
            .optional()?
            .flatten();
        Ok(History {
            count,
            recent,
            account_last_used,
            last_fee,
        })
    };
    look_up().map_err(translate)
}

/// The largest number that ends an invoice ID starting with `prefix`.
pub(crate) fn last_invoice_number(
    connection: &Connection,
    prefix: &str,
) -> Result<Option<u64>, LedgerError> {
    let number = |row: &Row<'_>| {
        let invoice_id: String = row.get(0)?;
        let rest = invoice_id.strip_prefix(prefix).unwrap_or_default();
        let digits = rest.len()
            - rest
                .trim_end_matches(|character: char| character.is_ascii_digit())
                .len();
        // A number that is too long to count is not one of a series.
        Ok(rest.split_at(rest.len() - digits).1.parse::<u64>().ok())
    };
    // The index on the invoice ID gives the range of those that start with the prefix.
    let numbers: Vec<Option<u64>> = connection
        .prepare_cached("SELECT invoice_id FROM payouts WHERE invoice_id>=?1 AND invoice_id<?2")
        .and_then(|mut statement| {
            statement
                .query_map([prefix, &format!("{prefix}{}", char::MAX)], number)?
                .collect()
        })
        .map_err(translate)?;
    Ok(numbers.into_iter().flatten().max())
}
