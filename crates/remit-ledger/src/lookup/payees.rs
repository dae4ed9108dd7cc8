//! Payees, as a list needs them.

use super::table::{Entry, Held, Words};
use super::{Chosen, Lookup, order};
use crate::paging::Cursor;
use remit_core::{LedgerError, PayeeSort};
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, Row};
use std::cmp::Reverse;

pub(super) struct PayeeEntry {
    created_at: i64,
    last_paid_at: i64,
    /// Whether the name that payees are sorted by, which is the first line of the search text, is not empty.
    named: bool,
    status: u8,
}

/// Kept apart from the columns only by what follows them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT rowid, id, search, created_at, ifnull(last_paid_at, -9223372036854775808), name_key, status FROM payees ",
            $rest
        )
    };
}

impl Entry for PayeeEntry {
    type Kept = ();
    const ALL: &'static str = select!("INDEXED BY payees_whole");
    const ONE: &'static str = select!("WHERE rowid=?");
    const LAST: &'static str = "SELECT coalesce(max(rowid), 0) FROM payees";

    fn read(row: &Row<'_>, words: &mut Words, text: &str) -> rusqlite::Result<Self> {
        let name = row.get_ref(5)?.as_str()?;
        let named = !name.is_empty();
        if named && text.lines().next() != Some(name) {
            return Err(FromSqlError::InvalidType.into());
        }
        Ok(Self {
            created_at: row.get(3)?,
            last_paid_at: row.get(4)?,
            named,
            status: words.number(row.get_ref(6)?.as_str()?)?,
        })
    }
}

/// Which payees, besides the words.
pub(crate) struct PayeesWanted<'a> {
    /// By their status; nothing for all but refused registrations.
    pub(crate) statuses: &'a [String],
    pub(crate) sort: PayeeSort,
    pub(crate) cursor: Option<&'a Cursor>,
    pub(crate) rows: usize,
}

impl Lookup {
    pub(crate) fn payees(
        &self,
        connection: &Connection,
        words: &[String],
        wanted: &PayeesWanted<'_>,
    ) -> Result<Chosen, LedgerError> {
        let PayeesWanted {
            statuses,
            sort,
            cursor,
            rows,
        } = *wanted;
        self.payees.with(connection, |table| {
            let by_status = table.words.wanted(|status| {
                if statuses.is_empty() {
                    status != "refused"
                } else {
                    statuses.iter().any(|wanted| wanted == status)
                }
            });
            let wanted = |held: &Held<'_, PayeeEntry>| by_status[usize::from(held.entry.status)];
            let slots = table.containing(words);
            let mut total = 0;
            slots.each(|slot| total += u64::from(wanted(&table.row(slot))));
            let rowids = match sort {
                PayeeSort::Name => {
                    let order =
                        order(cursor, rows, false, |cursor| Ok(cursor.text(0)?.as_bytes()))?;
                    table.first(&slots, order, |held| wanted(&held).then(|| name(&held)))
                }
                PayeeSort::Status => {
                    let order = order(cursor, rows, false, |cursor| {
                        Ok((cursor.text(0)?, cursor.text(1)?.as_bytes()))
                    })?;
                    table.first(&slots, order, |held| {
                        wanted(&held).then(|| (held.words.get(held.entry.status), name(&held)))
                    })
                }
                PayeeSort::LastPaid => {
                    let order =
                        order(cursor, rows, true, |cursor| Ok(Reverse(cursor.integer(0)?)))?;
                    table.first(&slots, order, |held| {
                        wanted(&held).then_some(Reverse(held.entry.last_paid_at))
                    })
                }
                PayeeSort::Newest => {
                    let order =
                        order(cursor, rows, true, |cursor| Ok(Reverse(cursor.integer(0)?)))?;
                    table.first(&slots, order, |held| {
                        wanted(&held).then_some(Reverse(held.entry.created_at))
                    })
                }
            };
            Ok(Chosen { rowids, total })
        })
    }
}

fn name<'a>(held: &Held<'a, PayeeEntry>) -> &'a [u8] {
    if held.entry.named {
        held.first_line()
    } else {
        &[]
    }
}
