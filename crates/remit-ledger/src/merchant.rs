//! Whose ledger it is: a text that the shell makes, kept inside the encrypted file so that a copy can be opened on
//! another computer. It holds no secret.

use crate::errors::translate;
use remit_core::LedgerError;
use rusqlite::{Connection, OptionalExtension};

pub(crate) const SCHEMA: &str = "
CREATE TABLE merchant (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  account TEXT NOT NULL
) STRICT;
";

pub(crate) fn account(connection: &Connection) -> Result<Option<String>, LedgerError> {
    connection
        .prepare_cached("SELECT account FROM merchant")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)).optional())
        .map_err(translate)
}

pub(crate) fn set_account(connection: &Connection, account: &str) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "INSERT INTO merchant (only_row, account) VALUES (1, ?1)
             ON CONFLICT (only_row) DO UPDATE SET account=?1",
        )
        .and_then(|mut statement| statement.execute([account]))
        .map(drop)
        .map_err(translate)
}
