//! Payees.

use crate::columns::{At, Columns, Word, count, insert, instant, instant_or_null, replace, word};
use crate::errors::translate;
use crate::paging::{Filter, Sort, page};
use crate::{accounts, events, payouts_query, search};
use jiff::Timestamp;
use remit_core::{
    AccountToken, CustomerNo, LedgerError, NewEvent, Page, Payee, PayeeId, PayeeQuery, PayeeRow,
    PayeeSort, PayeeStatus, Recorded,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
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

fn columns(payee: Payee) -> Result<Columns, LedgerError> {
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
        ("id", payee.id.0.into()),
        (
            "customer_no",
            payee.customer_no.map(|number| number.0).into(),
        ),
        ("profile_type", word(&payee.profile_type)?),
        ("first_name", payee.first_name.into()),
        ("last_name", payee.last_name.into()),
        ("company", payee.company.into()),
        ("email_key", email_key(&payee.email).into()),
        ("email", payee.email.into()),
        ("phone", payee.phone.into()),
        ("country_code", payee.country_code.into()),
        ("state", payee.state.into()),
        ("city", payee.city.into()),
        ("street", payee.street.into()),
        ("street2", payee.street2.into()),
        ("zip", payee.zip.into()),
        ("lang", payee.lang.into()),
        ("status", word(&payee.status)?),
        ("status_raw", payee.status_raw.into()),
        ("status_since", instant(payee.status_since)?),
        ("reason", payee.reason.into()),
        ("checked_at", instant_or_null(payee.checked_at)?),
        ("next_check_at", instant_or_null(payee.next_check_at)?),
        ("checks", payee.checks.into()),
        ("note", payee.note.into()),
        ("created_at", instant(payee.created_at)?),
        ("revision", count(payee.revision)?),
        ("name_key", search::fold(&name).into()),
        ("search", search.into()),
    ])
}

fn read(row: &Row<'_>) -> rusqlite::Result<Payee> {
    Ok(Payee {
        id: PayeeId(row.get("id")?),
        customer_no: row.get::<_, Option<String>>("customer_no")?.map(CustomerNo),
        profile_type: row.get::<_, Word<_>>("profile_type")?.0,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        company: row.get("company")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        country_code: row.get("country_code")?,
        state: row.get("state")?,
        city: row.get("city")?,
        street: row.get("street")?,
        street2: row.get("street2")?,
        zip: row.get("zip")?,
        lang: row.get("lang")?,
        status: row.get::<_, Word<_>>("status")?.0,
        status_raw: row.get("status_raw")?,
        status_since: row.get::<_, At>("status_since")?.0,
        reason: row.get("reason")?,
        checked_at: row.get::<_, Option<At>>("checked_at")?.map(|at| at.0),
        next_check_at: row.get::<_, Option<At>>("next_check_at")?.map(|at| at.0),
        checks: row.get("checks")?,
        note: row.get("note")?,
        created_at: row.get::<_, At>("created_at")?.0,
        revision: row.get("revision")?,
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
    connection: &Connection,
    mut payee: Payee,
    events: Vec<NewEvent>,
) -> Result<Recorded<Payee>, LedgerError> {
    let known = find(connection, payee.id)?;
    if let Some(known) = known
        .as_ref()
        .filter(|known| known.status != PayeeStatus::Refused)
    {
        return Ok(Recorded::Known(known.clone()));
    }
    require_free_email(connection, &payee)?;
    if let Some(refused) = known {
        payee.revision = refused.revision + 1;
        replace(connection, "payees", &["id"], columns(payee.clone())?)?;
    } else {
        insert(connection, "payees", columns(payee.clone())?)?;
    }
    events::append(connection, events)?;
    Ok(Recorded::New(payee))
}

pub(crate) fn change(
    connection: &Connection,
    mut payee: Payee,
    events: Vec<NewEvent>,
) -> Result<Payee, LedgerError> {
    let known = find(connection, payee.id)?.ok_or(LedgerError::NotFound)?;
    if known.revision != payee.revision {
        return Err(LedgerError::Conflict);
    }
    require_free_email(connection, &payee)?;
    payee.revision += 1;
    replace(connection, "payees", &["id"], columns(payee.clone())?)?;
    events::append(connection, events)?;
    Ok(payee)
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

pub(crate) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, LedgerError> {
    connection
        .prepare_cached("SELECT min(next_check_at) FROM payees WHERE next_check_at IS NOT NULL")
        .and_then(|mut statement| statement.query_row([], |row| row.get::<_, Option<At>>(0)))
        .map(|at| at.map(|at| at.0))
        .map_err(translate)
}

fn with_surroundings(
    connection: &Connection,
    (payee, last_paid_at): (Payee, Option<Timestamp>),
    paid_since: Timestamp,
) -> Result<PayeeRow, LedgerError> {
    let usable_account = accounts::first_usable(connection, payee.id)?;
    let paid = payouts_query::paid_since(connection, payee.id, paid_since)?;
    Ok(PayeeRow {
        payee,
        usable_account,
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

pub(crate) fn list(
    connection: &Connection,
    query: &PayeeQuery,
    paid_since: Timestamp,
) -> Result<Page<PayeeRow>, LedgerError> {
    let mut filter = Filter::over("payees", "payees_whole");
    if query.statuses.is_empty() {
        filter.and("status<>'refused'", []);
    } else {
        filter.any_of(
            "status",
            query
                .statuses
                .iter()
                .map(word)
                .collect::<Result<Vec<Value>, _>>()?,
        );
    }
    filter.search(&query.search);
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
    let page = page(
        connection,
        &filter,
        &sort,
        query.cursor.as_deref(),
        query.limit,
        read_with_last_paid,
    )?;
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
