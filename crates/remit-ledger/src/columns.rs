//! How values of core become columns and come back: instants as nanoseconds since 1970, words as serde writes them.

use crate::errors::translate;
use jiff::Timestamp;
use remit_core::LedgerError;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value};

/// A row about to be written: each column's name and value.
pub(crate) type Columns = Vec<(&'static str, Value)>;

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
pub(crate) fn word(of: &impl Serialize) -> Result<Value, LedgerError> {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => Ok(Value::Text(word)),
        _ => Err(LedgerError::Failed(
            "a value has no word to be stored as".to_owned(),
        )),
    }
}

pub(crate) fn word_or_null(of: Option<&impl Serialize>) -> Result<Value, LedgerError> {
    of.map_or(Ok(Value::Null), word)
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

/// Inserts a row.
pub(crate) fn insert(
    connection: &Connection,
    table: &str,
    columns: Columns,
) -> Result<(), LedgerError> {
    let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let places = vec!["?"; names.len()].join(",");
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({places})",
        names.join(",")
    );
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| statement.execute(params_from_iter(values)))
        .map_err(translate)?;
    Ok(())
}

/// Replaces the row whose columns `key` have the values that `columns` has for them.
pub(crate) fn replace(
    connection: &Connection,
    table: &str,
    key: &[&str],
    columns: Columns,
) -> Result<(), LedgerError> {
    let (keys, others): (Columns, Columns) = columns
        .into_iter()
        .partition(|(name, _)| key.contains(name));
    let assign = |columns: &Columns, between| {
        columns
            .iter()
            .map(|(name, _)| format!("{name}=?"))
            .collect::<Vec<_>>()
            .join(between)
    };
    let sql = format!(
        "UPDATE {table} SET {} WHERE {}",
        assign(&others, ","),
        assign(&keys, " AND ")
    );
    let values = others.into_iter().chain(keys).map(|(_, value)| value);
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| statement.execute(params_from_iter(values)))
        .map_err(translate)?;
    Ok(())
}
