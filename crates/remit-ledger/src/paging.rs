//! Pages by keyset: a page ends at a row's sort key, and the next begins behind it. Rows that come or go in between
//! move nothing else, so no row shows twice and none is left out (I10).

use crate::errors::translate;
use crate::lookup::Chosen;
use crate::search;
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

/// Which rows of a table; all conditions must hold.
pub(crate) struct Filter {
    table: &'static str,
    /// An index that holds every column that lists of the table filter, sort and sum by. Reading it from one end to the
    /// other takes a fraction of what the table takes, where each page has to be decrypted.
    whole: &'static str,
    /// Whether a text is searched for, so that no sort order helps and most rows may have to be looked at.
    searching: bool,
    /// Whether few rows can match, and another index finds them.
    narrow: bool,
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    pub(crate) fn over(table: &'static str, whole: &'static str) -> Self {
        Self {
            table,
            whole,
            searching: false,
            narrow: false,
            conditions: vec!["1".to_owned()],
            values: Vec::new(),
        }
    }

    pub(crate) fn and(
        &mut self,
        condition: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) {
        self.conditions.push(condition.into());
        self.values.extend(values);
    }

    /// The column has this value, which few rows share.
    pub(crate) fn only(&mut self, column: &str, value: Value) {
        self.narrow_to(format!("{column}=?"), value);
    }

    /// A condition that few rows fulfil, and an index finds them.
    pub(crate) fn narrow_to(&mut self, condition: impl Into<String>, value: Value) {
        self.narrow = true;
        self.and(condition, [value]);
    }

    /// The column has one of these values.
    pub(crate) fn any_of(&mut self, column: &str, values: Vec<Value>) {
        self.and(
            format!("{column} IN ({})", vec!["?"; values.len()].join(",")),
            values,
        );
    }

    /// The column `search` contains each word of the query.
    pub(crate) fn search(&mut self, query: &str) {
        for word in search::words(query) {
            self.searching = true;
            self.and("instr(search,?)>0", [Value::Text(word)]);
        }
    }

    /// What follows SELECT where every matching row counts.
    pub(crate) fn all(&self) -> String {
        self.source(!self.narrow)
    }

    /// What follows SELECT where the first rows of a sort order are wanted.
    fn first(&self) -> String {
        self.source(self.searching && !self.narrow)
    }

    fn source(&self, read_whole: bool) -> String {
        let (table, conditions) = (self.table, self.conditions.join(" AND "));
        if read_whole {
            format!("FROM {table} INDEXED BY {} WHERE {conditions}", self.whole)
        } else {
            format!("FROM {table} WHERE {conditions}")
        }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.values.iter()
    }
}

/// The sort key of the last row of a page; a text that means nothing to the caller.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cursor {
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
        // They follow the columns of the table.
        let all = row.as_ref().column_count();
        let keys = (all - sort.keys.len()..all)
            .map(|index| match row.get(index)? {
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

    pub(crate) fn read(sort: &Sort, text: &str) -> Result<Self, LedgerError> {
        serde_json::from_str(text)
            .ok()
            .filter(|cursor: &Self| {
                cursor.list == sort.list && cursor.keys.len() == sort.keys.len()
            })
            .ok_or_else(of_another_list)
    }

    /// The integer among the sort keys that is at this index.
    pub(crate) fn integer(&self, index: usize) -> Result<i64, LedgerError> {
        match self.keys.get(index) {
            Some(Key::Integer(integer)) => Ok(*integer),
            _ => Err(of_another_list()),
        }
    }

    /// The text among the sort keys that is at this index.
    pub(crate) fn text(&self, index: usize) -> Result<&str, LedgerError> {
        match self.keys.get(index) {
            Some(Key::Text(text)) => Ok(text),
            _ => Err(of_another_list()),
        }
    }

    pub(crate) fn id(&self) -> [u8; 16] {
        *self.id.as_bytes()
    }
}

fn of_another_list() -> LedgerError {
    LedgerError::Failed("this page belongs to another list. Reload the list".to_owned())
}

/// How many rows to look for, one more than are wanted, which tells whether there is a next page.
pub(crate) fn rows_of(limit: u32) -> usize {
    limit.clamp(1, MOST) as usize + 1
}

/// Reads one page, and how many rows the filter lets through in all.
pub(crate) fn page<T>(
    connection: &Connection,
    filter: &Filter,
    sort: &Sort,
    cursor: Option<&str>,
    limit: u32,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Page<T>, LedgerError> {
    let rows = rows_of(limit);
    let cursor = cursor.map(|text| Cursor::read(sort, text)).transpose()?;
    let total = connection
        .prepare_cached(&format!("SELECT count(*) {}", filter.all()))
        .and_then(|mut statement| {
            statement.query_row(params_from_iter(filter.values()), |row| row.get(0))
        })
        .map_err(translate)?;

    let (direction, behind) = if sort.descending {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    let mut first = filter.first();
    let mut values: Vec<Value> = filter.values().cloned().collect();
    if let Some(cursor) = cursor {
        let places = vec!["?"; sort.keys.len() + 1].join(",");
        first = format!(
            "{first} AND ({},id) {behind} ({places})",
            sort.keys.join(",")
        );
        values.extend(cursor.keys.into_iter().map(Value::from));
        values.push(Value::from(cursor.id));
    }
    let numbered = |each: &dyn Fn(usize, &str) -> String| -> String {
        let keys = sort.keys.iter().enumerate();
        keys.map(|(index, key)| each(index, key)).collect()
    };
    let keys = numbered(&|index, key| format!("{key} AS sort_{index},"));
    let inner_order = numbered(&|_, key| format!("{key} {direction},"));
    let sorted_by = numbered(&|index, _| format!(",sort_{index}"));
    let outer_order = numbered(&|index, _| format!("sort_{index} {direction},"));
    // The rows of the page are fetched once they are chosen.
    let sql = format!(
        "SELECT row.*{sorted_by} FROM (SELECT {keys} rowid AS chosen {first} ORDER BY {inner_order} id {direction} LIMIT {rows})
         CROSS JOIN {} AS row ON row.rowid=chosen ORDER BY {outer_order} id {direction}",
        filter.table
    );

    let mut statement = connection.prepare_cached(&sql).map_err(translate)?;
    let found = statement
        .query_map(params_from_iter(values), |row| {
            Ok((read(row)?, Cursor::of(sort, row)?))
        })
        .and_then(Iterator::collect)
        .map_err(translate)?;
    ended(found, rows, total)
}

/// Reads the rows of a page that were chosen already.
pub(crate) fn page_of<T>(
    connection: &Connection,
    table: &str,
    sort: &Sort,
    chosen: &Chosen,
    rows: usize,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Page<T>, LedgerError> {
    let keys = sort.keys.join(",");
    let mut statement = connection
        .prepare_cached(&format!("SELECT *,{keys} FROM {table} WHERE rowid=?"))
        .map_err(translate)?;
    let found = chosen
        .rowids
        .iter()
        .map(|rowid| statement.query_row([rowid], |row| Ok((read(row)?, Cursor::of(sort, row)?))))
        .collect::<Result<_, _>>()
        .map_err(translate)?;
    ended(found, rows, chosen.total)
}

/// The page of what was found, which is one row more than it has if another follows.
fn ended<T>(mut found: Vec<(T, Cursor)>, rows: usize, total: u64) -> Result<Page<T>, LedgerError> {
    let more = found.len() == rows;
    found.truncate(rows - 1);
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
