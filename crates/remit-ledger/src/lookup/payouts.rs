//! Payouts, as a list and its sums need them.

use super::table::{Entry, Table, Words};
use super::texts::Slots;
use super::{Chosen, Lookup, order};
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
    type Kept = Counted;
    const ALL: &'static str = select!("INDEXED BY payouts_whole");
    const ONE: &'static str = select!("WHERE rowid=?");
    const LAST: &'static str = "SELECT coalesce(max(rowid), 0) FROM payouts";

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
            let slots = table.containing(words);
            let counted = match table.kept.take() {
                Some(counted) if counted.words == words && counted.created == *created => counted,
                _ => Counted::of(table, &slots, words, created),
            };
            let by_state = table
                .words
                .wanted(|state| states.is_empty() || states.iter().any(|wanted| wanted == state));
            let (total, sums) = counted.in_states(&by_state);
            let sums = sums
                .into_iter()
                .map(|(currency, sum)| (table.words.get(currency).to_owned(), sum))
                .collect();
            table.kept = Some(counted);
            let wanted = |entry: &PayoutEntry| {
                by_state[usize::from(entry.state)] && created.contains(&entry.created_at)
            };
            let rowids = match sort {
                PayoutSort::Newest => {
                    let order = order(*cursor, *rows, true, |cursor| {
                        Ok(Reverse(cursor.integer(0)?))
                    })?;
                    table.first(&slots, order, |held| {
                        wanted(held.entry).then_some(Reverse(held.entry.created_at))
                    })
                }
                PayoutSort::Amount => {
                    let order = order(*cursor, *rows, false, |cursor| {
                        Ok((cursor.text(0)?, cursor.integer(1)?))
                    })?;
                    table.first(&slots, order, |held| {
                        let currency = held.words.get(held.entry.currency);
                        wanted(held.entry).then_some((currency, -held.entry.amount))
                    })
                }
            };
            Ok((Chosen { rowids, total }, sums))
        })
    }
}

/// What contains some words, counted and added up. A list asks for it twice: once for its page, and once more for the sums
/// of those payouts that count.
pub(super) struct Counted {
    words: Vec<String>,
    created: RangeInclusive<i64>,
    /// By the numbers of state and currency, so many of each as there are words.
    each: Vec<(u64, i128)>,
    numbers: usize,
}

impl Counted {
    fn of(
        table: &Table<PayoutEntry>,
        slots: &Slots,
        words: &[String],
        created: &RangeInclusive<i64>,
    ) -> Self {
        let numbers = table.words.count();
        let mut each = vec![(0, 0); numbers * numbers];
        slots.each(|slot| {
            let entry = &table.entries[slot];
            if created.contains(&entry.created_at) {
                let (count, sum) =
                    &mut each[usize::from(entry.state) * numbers + usize::from(entry.currency)];
                *count += 1;
                *sum += i128::from(entry.amount);
            }
        });
        Self {
            words: words.to_vec(),
            created: created.clone(),
            each,
            numbers,
        }
    }

    /// How many are in the wanted states, and their sums by the number of the currency.
    fn in_states(&self, wanted: &[bool]) -> (u64, BTreeMap<u8, i128>) {
        let (mut total, mut sums) = (0, BTreeMap::new());
        let states = self.each.chunks(self.numbers.max(1)).zip(wanted);
        for (currencies, _) in states.filter(|(_, wanted)| **wanted) {
            for (currency, (count, sum)) in (0..).zip(currencies) {
                if *count > 0 {
                    total += count;
                    *sums.entry(currency).or_insert(0) += sum;
                }
            }
        }
        (total, sums)
    }
}
