//! Funding accounts of payees.

use crate::columns::{
    Cells, Columns, id, insert, instant, instant_or_null, owned, replace, text, text_or_null, word,
};
use crate::errors::translate;
use crate::writer::Scope;
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

fn columns(account: &FundingAccount) -> Result<Columns<'_>, LedgerError> {
    Ok(vec![
        ("payee_id", id(&account.payee_id.0)),
        ("token", text(account.token.as_str())),
        ("kind", text(&account.kind)),
        ("country", text(&account.country)),
        ("currency", text(&account.currency)),
        ("masked", text_or_null(account.masked.as_deref())),
        ("tag", text_or_null(account.tag.as_deref())),
        ("status", word(&account.status)?),
        ("status_raw", text(&account.status_raw)),
        ("first_seen_at", owned(instant(account.first_seen_at)?)),
        ("changed_at", owned(instant_or_null(account.changed_at)?)),
        ("checked_at", owned(instant(account.checked_at)?)),
    ])
}

fn read(row: &Row<'_>) -> rusqlite::Result<FundingAccount> {
    let mut cells = Cells::of(row);
    Ok(FundingAccount {
        payee_id: PayeeId(cells.next()?),
        token: AccountToken(cells.next()?),
        kind: cells.next()?,
        country: cells.next()?,
        currency: cells.next()?,
        masked: cells.next()?,
        tag: cells.next()?,
        status: cells.word()?,
        status_raw: cells.next()?,
        first_seen_at: cells.instant()?,
        changed_at: cells.instant_or_null()?,
        checked_at: cells.instant()?,
    })
}

/// Replaces the accounts listed, and leaves the payee's others as they are.
pub(crate) fn record(
    scope: &mut Scope<'_>,
    payee: PayeeId,
    accounts: &[FundingAccount],
    events: &[NewEvent],
) -> Result<(), LedgerError> {
    payees::require(scope, payee)?;
    for account in accounts {
        if account.payee_id != payee {
            return Err(LedgerError::Failed(
                "an account was listed for a payee whose it is not".to_owned(),
            ));
        }
        let known = scope
            .prepare_cached("SELECT * FROM accounts WHERE payee_id=? AND token=?")
            .and_then(|mut statement| {
                statement
                    .query_row((payee.0, account.token.as_str()), read)
                    .optional()
            })
            .map_err(translate)?;
        let columns = columns(account)?;
        match &known {
            Some(known) => replace(
                scope,
                "accounts",
                &["payee_id", "token"],
                &self::columns(known)?,
                &columns,
            )?,
            None => insert(scope, "accounts", &columns)?,
        }
    }
    events::append(scope, events)
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

/// The accounts of all payees, those of a payee together, in the order of [`of`].
pub(crate) fn all(connection: &Connection) -> Result<Vec<FundingAccount>, LedgerError> {
    let sql = format!(
        "SELECT * FROM accounts {}",
        IN_ORDER.replace("ORDER BY", "ORDER BY payee_id,")
    );
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| statement.query_map([], read)?.collect())
        .map_err(translate)
}
