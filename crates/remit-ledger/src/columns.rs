//! How values of core become columns and come back: instants as nanoseconds since 1970, words as serde writes them.

use crate::errors::translate;
use jiff::Timestamp;
use remit_core::LedgerError;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Params, Row, params_from_iter};
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value};
use uuid::Uuid;

/// A column's name and value.
type Column<'a> = (&'static str, ToSqlOutput<'a>);

/// A row about to be written.
pub(crate) type Columns<'a> = Vec<Column<'a>>;

/// More bytes than any statement made here has, so that none is moved while it grows.
const STATEMENT: usize = 768;

pub(crate) fn owned(value: Value) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(value)
}

pub(crate) fn text(text: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
}

pub(crate) fn text_or_null(text: Option<&str>) -> ToSqlOutput<'_> {
    text.map_or(ToSqlOutput::Borrowed(ValueRef::Null), self::text)
}

pub(crate) fn id(id: &Uuid) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes()))
}

pub(crate) fn id_or_null(id: Option<&Uuid>) -> ToSqlOutput<'_> {
    id.map_or(ToSqlOutput::Borrowed(ValueRef::Null), self::id)
}

/// An instant as nanoseconds since 1970; exact, and ordered as the instants are.
pub(crate) fn instant(at: Timestamp) -> Result<Value, LedgerError> {
    i64::try_from(at.as_nanosecond())
        .map(Value::Integer)
        .map_err(|_| {
            LedgerError::Failed(format!(
                "{at} is too far away to be recorded. Check the computer's clock"
            ))
        })
}

pub(crate) fn instant_or_null(at: Option<Timestamp>) -> Result<Value, LedgerError> {
    at.map_or(Ok(Value::Null), instant)
}

/// The word that serde writes for a unit variant or a text.
pub(crate) fn word(of: &impl Serialize) -> Result<ToSqlOutput<'static>, LedgerError> {
    // A variant's word lies in the program; others are written out.
    match serde_variant::to_variant_name(of) {
        Ok(word) => Ok(text(word)),
        Err(_) => word_text(of).map(|word| owned(Value::Text(word))),
    }
}

fn word_text(of: &impl Serialize) -> Result<String, LedgerError> {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(LedgerError::Failed(
            "a value has no word to be stored as".to_owned(),
        )),
    }
}

/// The words of several, each to be stored or looked for.
pub(crate) fn values_of(all: &[impl Serialize]) -> Result<Vec<Value>, LedgerError> {
    all.iter()
        .map(|of| word_text(of).map(Value::Text))
        .collect()
}

/// The words of several.
pub(crate) fn words_of(all: &[impl Serialize]) -> Result<Vec<String>, LedgerError> {
    all.iter().map(word_text).collect()
}

pub(crate) fn word_or_null(
    of: Option<&impl Serialize>,
) -> Result<ToSqlOutput<'static>, LedgerError> {
    of.map_or(Ok(owned(Value::Null)), word)
}

/// A counter.
pub(crate) fn count(of: u64) -> Result<Value, LedgerError> {
    i64::try_from(of)
        .map(Value::Integer)
        .map_err(|_| LedgerError::Failed("a counter ran over".to_owned()))
}

/// A column that holds an instant.
pub(crate) struct At(pub(crate) Timestamp);

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_nanosecond(i128::from(value.as_i64()?))
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

/// A column that holds a word.
pub(crate) struct Word<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text: value::StrDeserializer<'_, value::Error> = value.as_str()?.into_deserializer();
        T::deserialize(text).map(Self).map_err(FromSqlError::other)
    }
}

/// The columns of a row, one after the other in the order of the table: names would be looked for anew in each row.
pub(crate) struct Cells<'a, 's> {
    row: &'a Row<'s>,
    next: usize,
}

impl<'a, 's> Cells<'a, 's> {
    /// Those of a row that begins with all of a table's columns.
    pub(crate) fn of(row: &'a Row<'s>) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn next<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let value = self.row.get(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// The next column; the one behind it holds the same in another form.
    pub(crate) fn before_one_left_out<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let value = self.next();
        self.next += 1;
        value
    }

    pub(crate) fn word<T: DeserializeOwned>(&mut self) -> rusqlite::Result<T> {
        self.next::<Word<T>>().map(|word| word.0)
    }

    pub(crate) fn word_or_null<T: DeserializeOwned>(&mut self) -> rusqlite::Result<Option<T>> {
        let word = self.next::<Option<Word<T>>>()?;
        Ok(word.map(|word| word.0))
    }

    pub(crate) fn instant(&mut self) -> rusqlite::Result<Timestamp> {
        self.next::<At>().map(|at| at.0)
    }

    pub(crate) fn instant_or_null(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        let at = self.next::<Option<At>>()?;
        Ok(at.map(|at| at.0))
    }
}

/// Every row that a query finds.
pub(crate) fn all<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, LedgerError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_map(values, read)?.collect())
        .map_err(translate)
}

/// Inserts a row.
pub(crate) fn insert(
    connection: &Connection,
    table: &str,
    columns: &Columns<'_>,
) -> Result<(), LedgerError> {
    execute(connection, &insertion(table, columns), columns.iter()).map(drop)
}

/// Inserts a row, unless another has what may be there only once. Returns whether it did.
pub(crate) fn insert_unless_taken(
    connection: &Connection,
    table: &str,
    columns: &Columns<'_>,
) -> Result<bool, LedgerError> {
    let mut sql = insertion(table, columns);
    sql.push_str(" ON CONFLICT DO NOTHING");
    execute(connection, &sql, columns.iter()).map(|rows| rows > 0)
}

/// A statement of one row that fails has mostly written nothing, and what it has the writer's scope undoes. `OR FAIL` tells
/// SQLite so: else it would copy aside each page that it changes where there are triggers (see `guards.rs`).
fn insertion(table: &str, columns: &Columns<'_>) -> String {
    let mut sql = String::with_capacity(STATEMENT);
    sql.push_str("INSERT OR FAIL INTO ");
    sql.push_str(table);
    sql.push_str(" (");
    for (index, (name, _)) in columns.iter().enumerate() {
        sql.push_str(if index > 0 { "," } else { "" });
        sql.push_str(name);
    }
    sql.push_str(") VALUES (");
    for index in 0..columns.len() {
        sql.push_str(if index > 0 { ",?" } else { "?" });
    }
    sql.push(')');
    sql
}

/// Which of these columns have another value in a row that begins with all of them in their order.
pub(crate) fn differing(row: &Row<'_>, columns: &Columns<'_>) -> rusqlite::Result<Vec<bool>> {
    let differs = |(index, (_, new)): (usize, &Column<'_>)| {
        let old = row.get_ref(index)?;
        Ok(match new {
            ToSqlOutput::Borrowed(new) => old != *new,
            ToSqlOutput::Owned(new) => old != ValueRef::from(new),
            // Nothing else is made here.
            _ => true,
        })
    };
    columns.iter().enumerate().map(differs).collect()
}

/// Changes the row whose columns `key` have the values that `after` has for them, where it differs from what it is known
/// to hold.
pub(crate) fn replace(
    connection: &Connection,
    table: &str,
    key: &[&str],
    before: &Columns<'_>,
    after: &Columns<'_>,
) -> Result<(), LedgerError> {
    let both = after.iter().zip(before);
    let differs: Vec<bool> = both.map(|(new, old)| new.1 != old.1).collect();
    update(connection, table, key, after, &differs)
}

/// Changes some columns of the row whose columns `key` have the values that are given for them: a column that is written costs its
/// indices and triggers, changed or not.
pub(crate) fn update(
    connection: &Connection,
    table: &str,
    key: &[&str],
    columns: &Columns<'_>,
    differs: &[bool],
) -> Result<(), LedgerError> {
    let is_key = |name: &str| key.contains(&name);
    let changed: Vec<&Column<'_>> = columns
        .iter()
        .zip(differs)
        .filter(|((name, _), differs)| **differs && !is_key(name))
        .map(|(column, _)| column)
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let keys = || columns.iter().filter(|(name, _)| is_key(name));
    let mut sql = String::with_capacity(STATEMENT);
    sql.push_str("UPDATE OR FAIL ");
    sql.push_str(table);
    sql.push_str(" SET ");
    for (index, (name, _)) in changed.iter().enumerate() {
        sql.push_str(if index > 0 { "," } else { "" });
        sql.push_str(name);
        sql.push_str("=?");
    }
    for (index, (name, _)) in keys().enumerate() {
        sql.push_str(if index > 0 { " AND " } else { " WHERE " });
        sql.push_str(name);
        sql.push_str("=?");
    }
    execute(connection, &sql, changed.into_iter().chain(keys())).map(drop)
}

fn execute<'a, 'v: 'a>(
    connection: &Connection,
    sql: &str,
    columns: impl Iterator<Item = &'a Column<'v>>,
) -> Result<usize, LedgerError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement.execute(params_from_iter(columns.map(|(_, value)| value)))
        })
        .map_err(translate)
}
