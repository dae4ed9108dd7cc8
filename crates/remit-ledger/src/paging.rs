//! Pages by keyset: a page ends at a row's sort key, and the next begins behind it. Rows that come or go in between
//! move nothing else, so no row shows twice and none is left out (I10).

use crate::errors::translate;
use remit_core::{LedgerError, Page};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most rows of one page.
const MOST: u32 = 500;

/// How a list is sorted: by expressions, all in one direction, and by `id` among equals.
pub(crate) struct Sort {
    /// Names the list in its cursors, so that one of another list is refused instead of misread.
    pub(crate) list: &'static str,
    pub(crate) keys: &'static [&'static str],
    pub(crate) descending: bool,
}

/// Which rows; all conditions must hold.
#[derive(Default)]
pub(crate) struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    pub(crate) fn and(
        &mut self,
        condition: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) {
        self.conditions.push(condition.into());
        self.values.extend(values);
    }

    /// The column has one of these values.
    pub(crate) fn any_of(&mut self, column: &str, values: Vec<Value>) {
        self.and(
            format!("{column} IN ({})", vec!["?"; values.len()].join(",")),
            values,
        );
    }

    pub(crate) fn sql(&self) -> String {
        if self.conditions.is_empty() {
            "1".to_owned()
        } else {
            self.conditions.join(" AND ")
        }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.values.iter()
    }
}

/// The sort key of the last row of a page; a text that means nothing to the caller.
#[derive(Serialize, Deserialize)]
struct Cursor {
    list: String,
    keys: Vec<Key>,
    id: Uuid,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Integer(i64),
    Text(String),
}

impl From<Key> for Value {
    fn from(key: Key) -> Self {
        match key {
            Key::Integer(integer) => Self::Integer(integer),
            Key::Text(text) => Self::Text(text),
        }
    }
}

impl Cursor {
    fn of(sort: &Sort, row: &Row<'_>) -> rusqlite::Result<Self> {
        let keys = (0..sort.keys.len())
            .map(|index| match row.get(format!("sort_{index}").as_str())? {
                Value::Integer(integer) => Ok(Key::Integer(integer)),
                Value::Text(text) => Ok(Key::Text(text)),
                _ => Err(rusqlite::Error::InvalidQuery),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            list: sort.list.to_owned(),
            keys,
            id: row.get("id")?,
        })
    }

    fn read(sort: &Sort, text: &str) -> Result<Self, LedgerError> {
        serde_json::from_str(text)
            .ok()
            .filter(|cursor: &Self| {
                cursor.list == sort.list && cursor.keys.len() == sort.keys.len()
            })
            .ok_or_else(|| {
                LedgerError::Failed("this page belongs to another list. Reload the list".to_owned())
            })
    }
}

/// Reads one page of a table, and how many rows the filter lets through in all.
pub(crate) fn page<T>(
    connection: &Connection,
    table: &str,
    filter: &Filter,
    sort: &Sort,
    cursor: Option<&str>,
    limit: u32,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Page<T>, LedgerError> {
    let wanted = limit.clamp(1, MOST) as usize;
    let total = connection
        .prepare_cached(&format!(
            "SELECT count(*) FROM {table} WHERE {}",
            filter.sql()
        ))
        .and_then(|mut statement| {
            statement.query_row(params_from_iter(filter.values()), |row| row.get(0))
        })
        .map_err(translate)?;

    let (direction, behind) = if sort.descending {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    let mut condition = filter.sql();
    let mut values: Vec<Value> = filter.values().cloned().collect();
    if let Some(text) = cursor {
        let cursor = Cursor::read(sort, text)?;
        let places = vec!["?"; sort.keys.len() + 1].join(",");
        condition = format!(
            "{condition} AND ({},id) {behind} ({places})",
            sort.keys.join(",")
        );
        values.extend(cursor.keys.into_iter().map(Value::from));
        values.push(Value::from(cursor.id));
    }
    let keys: String = sort
        .keys
        .iter()
        .enumerate()
        .map(|(index, key)| format!(",{key} AS sort_{index}"))
        .collect();
    let order: String = sort
        .keys
        .iter()
        .map(|key| format!("{key} {direction},"))
        .collect();
    // One row more than wanted tells whether there is a next page.
    let sql = format!(
        "SELECT *{keys} FROM {table} WHERE {condition} ORDER BY {order}id {direction} LIMIT {}",
        wanted + 1
    );

    let mut statement = connection.prepare_cached(&sql).map_err(translate)?;
    let mut found = statement
        .query_map(params_from_iter(values), |row| {
            Ok((read(row)?, Cursor::of(sort, row)?))
        })
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(translate)?;
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = match found.last().filter(|_| more) {
        Some((_, cursor)) => {
            let text = serde_json::to_string(cursor);
            Some(text.map_err(|_| {
                LedgerError::Failed("the end of the page could not be noted".to_owned())
            })?)
        }
        None => None,
    };
    Ok(Page {
        rows: found.into_iter().map(|(row, _)| row).collect(),
        next,
        total,
    })
}
