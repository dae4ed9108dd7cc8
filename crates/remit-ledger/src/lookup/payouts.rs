//! Payouts, as a list and its sums need them.

use super::table::{Entry, Held, Id, Words};
use super::{Chosen, Lookup};
use crate::paging::Cursor;
use remit_core::{LedgerError, PayoutSort};
use rusqlite::{Connection, Row};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

pub(super) struct PayoutEntry {
    created_at: i64,
    amount: i64,
    currency: u8,
    state: u8,
}

/// Kept apart from the columns only by what follows them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT rowid, id, search, created_at, amount_minor, currency, state FROM payouts ",
            $rest
        )
    };
}

impl Entry for PayoutEntry {
    const ALL: &'static str = select!("INDEXED BY payouts_whole");
    const ONE: &'static str = select!("WHERE rowid=?");

    fn read(row: &Row<'_>, words: &mut Words, _text: &str) -> rusqlite::Result<Self> {
        Ok(Self {
            created_at: row.get(3)?,
            amount: row.get(4)?,
            currency: words.number(row.get_ref(5)?.as_str()?)?,
            state: words.number(row.get_ref(6)?.as_str()?)?,
        })
    }
}

/// Which payouts, besides the words.
pub(crate) struct PayoutsWanted<'a> {
    /// By their state; nothing for all.
    pub(crate) states: &'a [String],
    /// Made then, in nanoseconds since 1970.
    pub(crate) created: RangeInclusive<i64>,
    pub(crate) sort: PayoutSort,
    pub(crate) cursor: Option<&'a Cursor>,
    pub(crate) rows: usize,
}

/// The sums of what matches, by the code of their currency; exact, and not yet known to be an amount.
pub(crate) type Sums = BTreeMap<String, i128>;

impl Lookup {
    pub(crate) fn payouts(
        &self,
        connection: &Connection,
        words: &[String],
        wanted: &PayoutsWanted<'_>,
    ) -> Result<(Chosen, Sums), LedgerError> {
        let PayoutsWanted {
            states,
            created,
            sort,
            cursor,
            rows,
        } = wanted;
        self.payouts.with(connection, |table| {
            let by_state = table
                .words
                .wanted(|state| states.is_empty() || states.iter().any(|wanted| wanted == state));
            let mut sums = vec![None; by_state.len()];
            let mut wanted = |held: &Held<'_, PayoutEntry>| {
                let entry = held.entry;
                let wanted =
                    by_state[usize::from(entry.state)] && created.contains(&entry.created_at);
                if wanted {
                    *sums[usize::from(entry.currency)].get_or_insert(0) += i128::from(entry.amount);
                }
                wanted
            };
            let chosen = match sort {
                PayoutSort::Newest => {
                    let behind = cursor.map(by_age).transpose()?;
                    table.choose(words, behind, *rows, |held| {
                        wanted(&held).then(|| Reverse((held.entry.created_at, *held.id)))
                    })
                }
                PayoutSort::Amount => {
                    let behind = cursor.map(by_amount).transpose()?;
                    table.choose(words, behind, *rows, |held| {
                        let currency = held.words.get(held.entry.currency);
                        wanted(&held).then(|| (currency, -held.entry.amount, *held.id))
                    })
                }
            };
            let currencies = sums.into_iter().zip(0..);
            let sums = currencies
                .filter_map(|(sum, number)| Some((table.words.get(number).to_owned(), sum?)))
                .collect();
            Ok((chosen, sums))
        })
    }
}

fn by_age(cursor: &Cursor) -> Result<Reverse<(i64, Id)>, LedgerError> {
    Ok(Reverse((cursor.integer(0)?, cursor.id())))
}

fn by_amount(cursor: &Cursor) -> Result<(&str, i64, Id), LedgerError> {
    Ok((cursor.text(0)?, cursor.integer(1)?, cursor.id()))
}
