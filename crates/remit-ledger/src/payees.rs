//! Payees.

use crate::columns::{
    At, Cells, Columns, count, id, insert, instant, instant_or_null, owned, replace, text,
    text_or_null, values_of, word, words_of,
};
use crate::errors::translate;
use crate::lookup::{Lookup, PayeesWanted};
use crate::paging::{Cursor, Filter, Sort, page, page_of, rows_of};
use crate::writer::Scope;
use crate::{accounts, events, payouts_query, search};
use jiff::Timestamp;
use remit_core::{
    AccountStatus, AccountToken, CustomerNo, FundingAccount, LedgerError, NewEvent, Page, Payee,
    PayeeId, PayeeQuery, PayeeRow, PayeeSort, PayeeStatus, Recorded,
};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use std::collections::HashMap;
use uuid::Uuid;

/// `email_key` is the address in lower case; `name_key` and `search` are folded. `last_paid_at` follows the payouts, so
/// that a list can be sorted by it.
pub(crate) const SCHEMA: &str = "
CREATE TABLE payees (
  id BLOB PRIMARY KEY,
  customer_no TEXT,
  profile_type TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  company TEXT,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  phone TEXT,
  country_code TEXT NOT NULL,
  state TEXT NOT NULL,
  city TEXT NOT NULL,
  street TEXT NOT NULL,
  street2 TEXT,
  zip TEXT NOT NULL,
  lang TEXT NOT NULL,
  status TEXT NOT NULL,
  status_raw TEXT,
  status_since INTEGER NOT NULL,
  reason TEXT,
  checked_at INTEGER,
  next_check_at INTEGER,
  checks INTEGER NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  name_key TEXT NOT NULL,
  search TEXT NOT NULL,
  last_paid_at INTEGER
) STRICT;
CREATE UNIQUE INDEX payees_email ON payees (email_key) WHERE status <> 'refused';
CREATE INDEX payees_customer_no ON payees (customer_no);
CREATE INDEX payees_due ON payees (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX payees_by_name ON payees (name_key, id);
CREATE INDEX payees_by_status ON payees (status, name_key, id);
CREATE INDEX payees_by_last_paid ON payees (ifnull(last_paid_at, -9223372036854775808), id);
CREATE INDEX payees_by_age ON payees (created_at, id);
CREATE INDEX payees_whole ON payees (status, name_key, created_at, last_paid_at, id, search);
";

fn columns(payee: &Payee) -> Result<Columns<'_>, LedgerError> {
    let name = payee.display_name();
    let search = search::text([
        name.as_str(),
        &payee.first_name,
        &payee.last_name,
        payee.company.as_deref().unwrap_or_default(),
        &payee.email,
        payee.customer_no.as_ref().map_or("", CustomerNo::as_str),
    ]);
    Ok(vec![
        ("id", id(&payee.id.0)),
        (
            "customer_no",
            text_or_null(payee.customer_no.as_ref().map(CustomerNo::as_str)),
        ),
        ("profile_type", word(&payee.profile_type)?),
        ("first_name", text(&payee.first_name)),
        ("last_name", text(&payee.last_name)),
        ("company", text_or_null(payee.company.as_deref())),
        ("email", text(&payee.email)),
        ("email_key", email_key(&payee.email).into()),
        ("phone", text_or_null(payee.phone.as_deref())),
        ("country_code", text(&payee.country_code)),
        ("state", text(&payee.state)),
        ("city", text(&payee.city)),
        ("street", text(&payee.street)),
        ("street2", text_or_null(payee.street2.as_deref())),
        ("zip", text(&payee.zip)),
        ("lang", text(&payee.lang)),
        ("status", word(&payee.status)?),
        ("status_raw", text_or_null(payee.status_raw.as_deref())),
        ("status_since", owned(instant(payee.status_since)?)),
        ("reason", text_or_null(payee.reason.as_deref())),
        ("checked_at", owned(instant_or_null(payee.checked_at)?)),
        (
            "next_check_at",
            owned(instant_or_null(payee.next_check_at)?),
        ),
        ("checks", payee.checks.into()),
        ("note", text(&payee.note)),
        ("created_at", owned(instant(payee.created_at)?)),
        ("revision", owned(count(payee.revision)?)),
        ("name_key", search::fold(&name).into()),
        ("search", search.into()),
    ])
}

fn read(row: &Row<'_>) -> rusqlite::Result<Payee> {
    let mut cells = Cells::of(row);
    Ok(Payee {
        id: PayeeId(cells.next()?),
        customer_no: cells.next::<Option<String>>()?.map(CustomerNo),
        profile_type: cells.word()?,
        first_name: cells.next()?,
        last_name: cells.next()?,
        company: cells.next()?,
        email: cells.before_one_left_out()?,
        phone: cells.next()?,
        country_code: cells.next()?,
        state: cells.next()?,
        city: cells.next()?,
        street: cells.next()?,
        street2: cells.next()?,
        zip: cells.next()?,
        lang: cells.next()?,
        status: cells.word()?,
        status_raw: cells.next()?,
        status_since: cells.instant()?,
        reason: cells.next()?,
        checked_at: cells.instant_or_null()?,
        next_check_at: cells.instant_or_null()?,
        checks: cells.next()?,
        note: cells.next()?,
        created_at: cells.instant()?,
        revision: cells.next()?,
    })
}

/// A payee with when it was last paid.
fn read_with_last_paid(row: &Row<'_>) -> rusqlite::Result<(Payee, Option<Timestamp>)> {
    Ok((
        read(row)?,
        row.get::<_, Option<At>>("last_paid_at")?.map(|at| at.0),
    ))
}

fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The index on `email_key` would refuse as well, but could not tell whose address it is.
fn require_free_email(connection: &Connection, payee: &Payee) -> Result<(), LedgerError> {
    if payee.status == PayeeStatus::Refused {
        return Ok(());
    }
    let holder: Option<Uuid> = connection
        .prepare_cached("SELECT id FROM payees WHERE email_key=? AND status<>'refused' AND id<>?")
        .and_then(|mut statement| {
            statement
                .query_row((email_key(&payee.email), payee.id.0), |row| row.get(0))
                .optional()
        })
        .map_err(translate)?;
    holder.map_or(Ok(()), |id| Err(LedgerError::EmailUsed(PayeeId(id))))
}

pub(crate) fn record(
    scope: &mut Scope<'_>,
    payee: &Payee,
    events: &[NewEvent],
) -> Result<Recorded<Payee>, LedgerError> {
    let known = find(scope, payee.id)?;
    if let Some(known) = known
        .as_ref()
        .filter(|known| known.status != PayeeStatus::Refused)
    {
        return Ok(Recorded::Known(known.clone()));
    }
    require_free_email(scope, payee)?;
    let mut payee = payee.clone();
    if let Some(refused) = known {
        payee.revision = refused.revision;
        payee = write_change(scope, &refused, payee)?;
    } else {
        insert(scope, "payees", &columns(&payee)?)?;
    }
    events::append(scope, events)?;
    Ok(Recorded::New(payee))
}

pub(crate) fn change(
    scope: &mut Scope<'_>,
    payee: &Payee,
    events: &[NewEvent],
) -> Result<Payee, LedgerError> {
    let known = find(scope, payee.id)?.ok_or(LedgerError::NotFound)?;
    if known.revision != payee.revision {
        return Err(LedgerError::Conflict);
    }
    require_free_email(scope, payee)?;
    let payee = write_change(scope, &known, payee.clone())?;
    events::append(scope, events)?;
    Ok(payee)
}

/// Writes what changed of a row, with the next revision.
fn write_change(
    connection: &Connection,
    known: &Payee,
    mut payee: Payee,
) -> Result<Payee, LedgerError> {
    payee.revision += 1;
    replace(
        connection,
        "payees",
        &["id"],
        &columns(known)?,
        &columns(&payee)?,
    )?;
    Ok(payee)
}

/// There must be such a payee.
pub(crate) fn require(connection: &Connection, id: PayeeId) -> Result<(), LedgerError> {
    connection
        .prepare_cached("SELECT 1 FROM payees WHERE id=?")
        .and_then(|mut statement| statement.exists([id.0]))
        .map_err(translate)?
        .then_some(())
        .ok_or(LedgerError::NotFound)
}

fn one(
    connection: &Connection,
    condition: &str,
    value: impl ToSql,
) -> Result<Option<Payee>, LedgerError> {
    connection
        .prepare_cached(&format!("SELECT * FROM payees WHERE {condition}"))
        .and_then(|mut statement| statement.query_row([value], read).optional())
        .map_err(translate)
}

pub(crate) fn find(connection: &Connection, id: PayeeId) -> Result<Option<Payee>, LedgerError> {
    one(connection, "id=?", id.0)
}

pub(crate) fn find_by_customer_no(
    connection: &Connection,
    customer_no: &CustomerNo,
) -> Result<Option<Payee>, LedgerError> {
    one(connection, "customer_no=?", customer_no.as_str())
}

pub(crate) fn find_by_email(
    connection: &Connection,
    email: &str,
) -> Result<Option<Payee>, LedgerError> {
    one(
        connection,
        "email_key=? AND status<>'refused'",
        email_key(email),
    )
}

pub(crate) fn find_by_account(
    connection: &Connection,
    token: &AccountToken,
) -> Result<Option<Payee>, LedgerError> {
    one(
        connection,
        "id=(SELECT min(payee_id) FROM accounts WHERE token=?)",
        token.as_str(),
    )
}

/// Every payee but refused ones, oldest first, with its accounts.
pub(crate) fn with_accounts(
    connection: &Connection,
) -> Result<Vec<(Payee, Vec<FundingAccount>)>, LedgerError> {
    let mut of: HashMap<PayeeId, Vec<FundingAccount>> = HashMap::new();
    for account in accounts::all(connection)? {
        of.entry(account.payee_id).or_default().push(account);
    }
    let payees: Vec<Payee> = connection
        .prepare_cached("SELECT * FROM payees WHERE status<>'refused' ORDER BY created_at, id")
        .and_then(|mut statement| statement.query_map([], read)?.collect())
        .map_err(translate)?;
    let mut accounts = |payee: Payee| {
        let accounts = of.remove(&payee.id).unwrap_or_default();
        (payee, accounts)
    };
    Ok(payees.into_iter().map(&mut accounts).collect())
}

/// Payees whose next check has come, earliest first.
pub(crate) fn due(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Payee>, LedgerError> {
    let now = instant(now)?;
    connection
        .prepare_cached(
            "SELECT * FROM payees WHERE next_check_at<=? ORDER BY next_check_at, id LIMIT ?",
        )
        .and_then(|mut statement| statement.query_map((now, limit), read)?.collect())
        .map_err(translate)
}

fn with_surroundings(
    connection: &Connection,
    (payee, last_paid_at): (Payee, Option<Timestamp>),
    paid_since: Timestamp,
) -> Result<PayeeRow, LedgerError> {
    let accounts = accounts::of(connection, payee.id)?;
    let is_pending = |account: &FundingAccount| account.status == AccountStatus::Pending;
    let account_pending = accounts.iter().any(is_pending);
    let usable_account = accounts.into_iter().find(FundingAccount::usable);
    let paid = payouts_query::paid_since(connection, payee.id, paid_since)?;
    Ok(PayeeRow {
        payee,
        usable_account,
        account_pending,
        last_paid_at,
        paid,
    })
}

pub(crate) fn find_row(
    connection: &Connection,
    id: PayeeId,
    paid_since: Timestamp,
) -> Result<Option<PayeeRow>, LedgerError> {
    let found = connection
        .prepare_cached("SELECT * FROM payees WHERE id=?")
        .and_then(|mut statement| statement.query_row([id.0], read_with_last_paid).optional())
        .map_err(translate)?;
    found
        .map(|found| with_surroundings(connection, found, paid_since))
        .transpose()
}

/// A page of payees. It is looked up when there is something to search for, and whenever that can be done at once.
pub(crate) fn list(
    connection: &Connection,
    lookup: &Lookup,
    query: &PayeeQuery,
    paid_since: Timestamp,
) -> Result<Page<PayeeRow>, LedgerError> {
    let sort = match query.sort {
        PayeeSort::Name => Sort {
            list: "payees by name",
            keys: &["name_key"],
            descending: false,
        },
        PayeeSort::Status => Sort {
            list: "payees by status",
            keys: &["status", "name_key"],
            descending: false,
        },
        PayeeSort::LastPaid => Sort {
            list: "payees by last paid",
            keys: &["ifnull(last_paid_at, -9223372036854775808)"],
            descending: true,
        },
        PayeeSort::Newest => Sort {
            list: "payees by age",
            keys: &["created_at"],
            descending: true,
        },
    };
    let words: Vec<String> = search::words(&query.search).collect();
    let cursor = query.cursor.as_deref();
    let cursor = cursor.map(|text| Cursor::read(&sort, text)).transpose()?;
    let rows = rows_of(query.limit);
    let read = read_with_last_paid;
    let page = if !words.is_empty() || lookup.has_payees() {
        let wanted = PayeesWanted {
            statuses: &words_of(&query.statuses)?,
            sort: query.sort,
            cursor: cursor.as_ref(),
            rows,
        };
        let chosen = lookup.payees(connection, &words, &wanted)?;
        page_of(connection, "payees", &sort, &chosen, rows, read)?
    } else {
        let filter = unsearched(query)?;
        page(
            connection,
            &filter,
            &sort,
            query.cursor.as_deref(),
            query.limit,
            read,
        )?
    };
    let rows = page
        .rows
        .into_iter()
        .map(|found| with_surroundings(connection, found, paid_since))
        .collect::<Result<_, _>>()?;
    Ok(Page {
        rows,
        next: page.next,
        total: page.total,
    })
}

fn unsearched(query: &PayeeQuery) -> Result<Filter, LedgerError> {
    // Without a word to search for nothing but the status matters, whose index has a third of the pages.
    let mut filter = Filter::over("payees", "payees_by_status");
    if query.statuses.is_empty() {
        filter.and("status<>'refused'", []);
    } else {
        filter.any_of("status", values_of(&query.statuses)?);
    }
    Ok(filter)
}
