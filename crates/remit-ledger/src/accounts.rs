//! Funding accounts of payees.

use crate::columns::{At, Columns, Word, insert, instant, instant_or_null, replace, word};
use crate::errors::translate;
use crate::{events, payees};
use remit_core::{AccountToken, FundingAccount, LedgerError, NewEvent, PayeeId};
use rusqlite::{Connection, OptionalExtension, Row};

pub(crate) const SCHEMA: &str = "
CREATE TABLE accounts (
  payee_id BLOB NOT NULL REFERENCES payees (id),
  token TEXT NOT NULL,
  kind TEXT NOT NULL,
  country TEXT NOT NULL,
  currency TEXT NOT NULL,
  masked TEXT,
  tag TEXT,
  status TEXT NOT NULL,
  status_raw TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  changed_at INTEGER,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (payee_id, token)
) STRICT, WITHOUT ROWID;
";

/// Leads from an account to its payee.
pub(crate) const BY_TOKEN: &str = "CREATE INDEX accounts_by_token ON accounts (token, payee_id);";

const IN_ORDER: &str = "ORDER BY CASE status WHEN 'activated' THEN 0 WHEN 'gone' THEN 2 ELSE 1 END, first_seen_at, token";

fn columns(account: FundingAccount) -> Result<Columns, LedgerError> {
    Ok(vec![
        ("payee_id", account.payee_id.0.into()),
        ("token", account.token.0.into()),
        ("kind", account.kind.into()),
        ("country", account.country.into()),
        ("currency", account.currency.into()),
        ("masked", account.masked.into()),
        ("tag", account.tag.into()),
        ("status", word(&account.status)?),
        ("status_raw", account.status_raw.into()),
        ("first_seen_at", instant(account.first_seen_at)?),
        ("changed_at", instant_or_null(account.changed_at)?),
        ("checked_at", instant(account.checked_at)?),
    ])
}

fn read(row: &Row<'_>) -> rusqlite::Result<FundingAccount> {
    Ok(FundingAccount {
        token: AccountToken(row.get("token")?),
        payee_id: PayeeId(row.get("payee_id")?),
        kind: row.get("kind")?,
        country: row.get("country")?,
        currency: row.get("currency")?,
        masked: row.get("masked")?,
        tag: row.get("tag")?,
        status: row.get::<_, Word<_>>("status")?.0,
        status_raw: row.get("status_raw")?,
        first_seen_at: row.get::<_, At>("first_seen_at")?.0,
        changed_at: row.get::<_, Option<At>>("changed_at")?.map(|at| at.0),
        checked_at: row.get::<_, At>("checked_at")?.0,
    })
}

/// Replaces the accounts listed, and leaves the payee's others as they are.
pub(crate) fn record(
    connection: &Connection,
    payee: PayeeId,
    accounts: Vec<FundingAccount>,
    events: Vec<NewEvent>,
) -> Result<(), LedgerError> {
    payees::find(connection, payee)?.ok_or(LedgerError::NotFound)?;
    for account in accounts {
        if account.payee_id != payee {
            return Err(LedgerError::Failed(
                "an account was listed for a payee whose it is not".to_owned(),
            ));
        }
        let known = connection
            .prepare_cached("SELECT 1 FROM accounts WHERE payee_id=? AND token=?")
            .and_then(|mut statement| statement.exists((payee.0, account.token.as_str())))
            .map_err(translate)?;
        let columns = columns(account)?;
        if known {
            replace(connection, "accounts", &["payee_id", "token"], columns)?;
        } else {
            insert(connection, "accounts", columns)?;
        }
    }
    events::append(connection, events)
}

/// A payee's accounts, usable ones first, those that are gone last.
pub(crate) fn of(
    connection: &Connection,
    payee: PayeeId,
) -> Result<Vec<FundingAccount>, LedgerError> {
    connection
        .prepare_cached(&format!(
            "SELECT * FROM accounts WHERE payee_id=? {IN_ORDER}"
        ))
        .and_then(|mut statement| statement.query_map([payee.0], read)?.collect())
        .map_err(translate)
}

/// A payee's first usable account.
pub(crate) fn first_usable(
    connection: &Connection,
    payee: PayeeId,
) -> Result<Option<FundingAccount>, LedgerError> {
    connection
        .prepare_cached(&format!(
            "SELECT * FROM accounts WHERE payee_id=? AND status='activated' {IN_ORDER} LIMIT 1"
        ))
        .and_then(|mut statement| statement.query_row([payee.0], read).optional())
        .map_err(translate)
}
