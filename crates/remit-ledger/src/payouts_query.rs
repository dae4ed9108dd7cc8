//! Payouts: how they are listed and summed.

use crate::columns::{self, Word, instant, values_of, word, words_of};
use crate::errors::translate;
use crate::lookup::{Lookup, PayoutsWanted};
use crate::paging::{Cursor, Filter, Sort, page, page_of, rows_of};
use crate::payouts::read;
use crate::runs::HELD_BACK;
use crate::search;
use jiff::Timestamp;
use remit_core::{
    Currency, InvoiceId, InvoiceSeries, Learnt, LedgerError, Money, PayeeId, Payout, PayoutId,
    PayoutPage, PayoutQuery, PayoutSort, Reason, Source, State,
};
use rusqlite::{Connection, OptionalExtension, Params, Row, params_from_iter};
use std::cmp::Reverse;

pub(crate) fn all(
    connection: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<Vec<Payout>, LedgerError> {
    columns::all(connection, sql, values, read)
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
        .map_err(summing)
}

/// What went wrong with a sum.
pub(crate) fn summing(error: rusqlite::Error) -> LedgerError {
    match error {
        // SQLite refuses to wrap a sum of integers.
        rusqlite::Error::SqliteFailure(_, Some(said)) if said == "integer overflow" => too_large(),
        other => translate(other),
    }
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

/// A page of payouts with the sums. It is looked up once they are held; but those of one payee or run are few, and an index
/// finds them.
pub(crate) fn list(
    connection: &Connection,
    lookup: &Lookup,
    query: &PayoutQuery,
) -> Result<PayoutPage, LedgerError> {
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
    let one_of_all = query.payee_id.is_none() && query.run.is_none();
    if one_of_all && (lookup.has_payouts() || search::words(&query.search).next().is_some()) {
        return looked_up(connection, lookup, query, &sort);
    }
    let mut filter = payouts();
    if !query.states.is_empty() {
        filter.any_of("state", values_of(&query.states)?);
    }
    if let Some(payee) = query.payee_id {
        filter.only("payee_id", payee.0.into());
    }
    if let Some(run) = query.run {
        filter.narrow_to(
            "id IN (SELECT payout_id FROM run_rows WHERE run_id=?)",
            run.0.into(),
        );
    }
    if let Some(from) = query.from {
        filter.and("created_at>=?", [instant(from)?]);
    }
    if let Some(to) = query.to {
        filter.and("created_at<?", [instant(to)?]);
    }
    filter.search(&query.search);
    let cursor = query.cursor.as_deref();
    Ok(PayoutPage {
        page: page(connection, &filter, &sort, cursor, query.limit, read)?,
        sums: sums(connection, &filter)?,
    })
}

fn looked_up(
    connection: &Connection,
    lookup: &Lookup,
    query: &PayoutQuery,
    sort: &Sort,
) -> Result<PayoutPage, LedgerError> {
    let words: Vec<String> = search::words(&query.search).collect();
    let cursor = query.cursor.as_deref();
    let cursor = cursor.map(|text| Cursor::read(sort, text)).transpose()?;
    let from = query.from.map_or(i128::MIN, Timestamp::as_nanosecond);
    let to = query.to.map_or(i128::MAX, Timestamp::as_nanosecond);
    let rows = rows_of(query.limit);
    let wanted = PayoutsWanted {
        states: &words_of(&query.states)?,
        created: within(from)..=within(to.saturating_sub(1)),
        sort: query.sort,
        cursor: cursor.as_ref(),
        rows,
    };
    let (chosen, sums) = lookup.payouts(connection, &words, &wanted)?;
    Ok(PayoutPage {
        page: page_of(connection, "payouts", sort, &chosen, rows, read)?,
        sums: sums.into_iter().map(sum_of).collect::<Result<_, _>>()?,
    })
}

/// An instant as a column holds it; what no column can hold, as the nearest that one can.
fn within(nanosecond: i128) -> i64 {
    let least_or_most = if nanosecond < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(nanosecond).unwrap_or(least_or_most)
}

fn sum_of((currency, minor): (String, i128)) -> Result<Money, LedgerError> {
    let currency = Currency::from_code(&currency)
        .map_err(|_| LedgerError::Corrupt(format!("{currency} is no currency")))?;
    let minor = i64::try_from(minor).map_err(|_| too_large())?;
    Ok(Money::new(minor, currency))
}

fn too_large() -> LedgerError {
    LedgerError::Failed("these amounts are too large to be added up exactly".to_owned())
}

pub(crate) fn count(connection: &Connection) -> Result<u64, LedgerError> {
    connection
        .query_row("SELECT count(*) FROM payouts", [], |row| row.get(0))
        .map_err(translate)
}

/// Payouts in these states whose time has come, earliest first; what is ready of a run that does not go on has to wait. Payouts
/// made in one go share their time: among them the order is that of the index, or all their rows would be read for the first few.
pub(crate) fn due(
    connection: &Connection,
    states: &[State],
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Payout>, LedgerError> {
    let held_back = if states.contains(&State::Ready) {
        format!(" AND NOT {HELD_BACK}")
    } else {
        String::new()
    };
    let sql = format!(
        "SELECT * FROM payouts WHERE state=? AND next_at<=?{held_back}
         ORDER BY next_at, rowid LIMIT ?"
    );
    let mut rows = of_each(connection, &sql, states, now, limit)?;
    rows.sort_by_key(|payout| payout.next_at);
    rows.truncate(limit as usize);
    Ok(rows)
}

/// Whether nothing of a payout is sent because of its run.
pub(crate) fn held_back(connection: &Connection, id: PayoutId) -> Result<bool, LedgerError> {
    connection
        .prepare_cached(&format!("SELECT 1 FROM payouts WHERE id=? AND {HELD_BACK}"))
        .and_then(|mut statement| statement.exists([id.0]))
        .map_err(translate)
}

/// Whether the payee or the account of a payout is not what it was when it was released: two looks, each by a key.
const TARGET: &str = "SELECT payees.status<>'active',
   ifnull(accounts.status='gone' OR accounts.changed_at>payouts.created_at, 0)
   FROM payouts CROSS JOIN payees ON payees.id=payouts.payee_id
   LEFT JOIN accounts ON accounts.payee_id=payouts.payee_id AND accounts.token=payouts.account_token
   WHERE payouts.id=?";

pub(crate) fn moved_targets(
    connection: &Connection,
    payouts: &[PayoutId],
) -> Result<Vec<(PayoutId, Reason)>, LedgerError> {
    let mut statement = connection.prepare_cached(TARGET).map_err(translate)?;
    let mut moved = Vec::new();
    for id in payouts {
        let target = statement
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(translate)?;
        // That the account changed weighs more: nothing makes it good.
        moved.extend(match target {
            Some((_, true)) => Some((*id, Reason::AccountChanged)),
            Some((true, false)) => Some((*id, Reason::PayeeNotActive)),
            Some((false, false)) | None => None,
        });
    }
    Ok(moved)
}

/// Payouts in these states that wait beyond an instant, furthest first.
pub(crate) fn put_off(
    connection: &Connection,
    states: &[State],
    beyond: Timestamp,
    limit: u32,
) -> Result<Vec<Payout>, LedgerError> {
    let sql = "SELECT * FROM payouts WHERE state=? AND next_at>?
               ORDER BY next_at DESC, created_at DESC, id DESC LIMIT ?";
    let mut rows = of_each(connection, sql, states, beyond, limit)?;
    rows.sort_by_key(|payout| Reverse((payout.next_at, payout.created_at, payout.id)));
    rows.truncate(limit as usize);
    Ok(rows)
}

/// One state at a time the index gives the order; for several together every row that qualifies would be read and sorted.
fn of_each(
    connection: &Connection,
    sql: &str,
    states: &[State],
    at: Timestamp,
    limit: u32,
) -> Result<Vec<Payout>, LedgerError> {
    let mut rows = Vec::new();
    for state in states {
        rows.extend(all(connection, sql, (word(state)?, instant(at)?, limit))?);
    }
    Ok(rows)
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

/// The largest number that ends an invoice ID starting with `prefix`: one of a payout, or of a row of a released run that is still
/// to become a payout.
pub(crate) fn last_invoice_number(
    connection: &Connection,
    prefix: &str,
) -> Result<Option<u64>, LedgerError> {
    let number = |invoice: String| {
        let rest = invoice.strip_prefix(prefix)?.to_owned();
        InvoiceSeries::of(&InvoiceId(rest)).map(|series| series.last)
    };
    let end = format!("{prefix}{}", char::MAX);
    let numbers: Vec<Option<u64>> = connection
        .prepare_cached(
            "SELECT invoice_id FROM payouts WHERE invoice_id>=?1 AND invoice_id<?2
             UNION ALL
             SELECT invoice_id FROM run_rows JOIN runs ON runs.id=run_rows.run_id
             WHERE invoice_id>=?1 AND invoice_id<?2 AND runs.state='released'
               AND (run_rows.state='queued' OR run_rows.state='waiting' OR run_rows.state='held')",
        )
        .and_then(|mut statement| {
            statement
                .query_map([prefix, end.as_str()], |row| Ok(number(row.get(0)?)))?
                .collect()
        })
        .map_err(translate)?;
    Ok(numbers.into_iter().flatten().max())
}

/// From whom Remit learnt how payouts ended that were to be notified about.
pub(crate) fn learnt(
    connection: &Connection,
    since: Timestamp,
    overdue: Timestamp,
) -> Result<Learnt, LedgerError> {
    let read = |row: &Row<'_>| {
        let source: Option<Word<Source>> = row.get(0)?;
        Ok((source.map(|word| word.0), row.get(1)?, row.get(2)?))
    };
    let range = [instant(since)?, instant(overdue)?];
    // By when they ended: by their states, which SQLite would choose, it would look at every payout there is.
    let counts: Vec<(Option<Source>, bool, u64)> = connection
        .prepare_cached(
            "SELECT
               (SELECT source FROM events WHERE subject='payout' AND subject_id=payouts.id
                  AND to_word=payouts.state AND from_word<>to_word ORDER BY seq DESC LIMIT 1) AS told,
               settled_at<?2 AND NOT EXISTS (SELECT 1 FROM events WHERE subject='payout' AND subject_id=payouts.id
                  AND kind='notified' AND verdict IN ('applied','already_known')) AS missed,
               count(*)
             FROM payouts INDEXED BY payouts_by_end
             WHERE ipn_url IS NOT NULL AND settled_at>=?1
               AND (state IN ('paid','returned') OR (state='failed' AND reason='reported_failed'))
             GROUP BY told, missed",
        )
        .and_then(|mut statement| {
            statement
                .query_map(range, read)?
                .collect()
        })
        .map_err(translate)?;
    let mut learnt = Learnt::default();
    for (told, missed, payouts) in counts {
        match told {
            Some(Source::Notification | Source::Relay) => learnt.notified += payouts,
            Some(Source::Inquiry) if missed => learnt.repaired += payouts,
            Some(Source::Inquiry) => learnt.asked_first += payouts,
            _ => {}
        }
    }
    Ok(learnt)
}
