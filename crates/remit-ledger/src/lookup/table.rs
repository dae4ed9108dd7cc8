//! The rows of a table: what of them is held, and how they are chosen.

use super::first::{First, Place};
use super::texts::{Slots, Texts};
use crate::errors::translate;
use remit_core::LedgerError;
use rusqlite::{Connection, Row};

/// A row's `id`, which decides among equals.
pub(super) type Id = [u8; 16];

/// More rows than this are not held.
const MOST: i64 = 1 << 28;

/// For more rows than this no room is made before they come.
const AHEAD: i64 = 1 << 20;

const NONE: u32 = u32::MAX;

/// What is held of a row besides its text, its number and its `id`.
pub(super) trait Entry: Sized {
    /// What is worth keeping of a look until a row changes.
    type Kept;
    /// Selects `rowid`, `id`, `search` and what [`Entry::read`] reads, of all rows.
    const ALL: &'static str;
    /// The same of one row, by its `rowid`.
    const ONE: &'static str;
    /// Selects the greatest `rowid`, 0 without rows.
    const LAST: &'static str;

    /// Reads an entry; `text` is the row's search text.
    fn read(row: &Row<'_>, words: &mut Words, text: &str) -> rusqlite::Result<Self>;
}

/// A few texts that many rows share.
#[derive(Default)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// The number of a text.
    pub(super) fn number(&mut self, word: &str) -> rusqlite::Result<u8> {
        let known = self.0.iter().position(|known| known == word);
        let number = known.unwrap_or_else(|| {
            self.0.push(word.to_owned());
            self.0.len() - 1
        });
        u8::try_from(number).map_err(|_| rusqlite::Error::InvalidQuery)
    }

    pub(super) fn get(&self, number: u8) -> &str {
        &self.0[usize::from(number)]
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// For each number, whether its text is wanted.
    pub(super) fn wanted(&self, wanted: impl Fn(&str) -> bool) -> Vec<bool> {
        self.0.iter().map(|word| wanted(word)).collect()
    }
}

pub(super) struct Table<E: Entry> {
    pub(super) texts: Texts,
    pub(super) entries: Vec<E>,
    pub(super) words: Words,
    /// Gone when a row was read anew.
    pub(super) kept: Option<E::Kept>,
    ids: Vec<Id>,
    rowids: Vec<u32>,
    /// By `rowid`, whose numbers have next to no gaps.
    slots: Vec<u32>,
}

impl<E: Entry> Table<E> {
    pub(super) fn load(connection: &Connection) -> Result<Self, LedgerError> {
        let mut table = Self {
            texts: Texts::default(),
            entries: Vec::new(),
            words: Words::default(),
            kept: None,
            ids: Vec::new(),
            rowids: Vec::new(),
            slots: Vec::new(),
        };
        // Room for all at once: lists that grow leave holes in the memory of the process, which stay.
        let last: i64 = connection
            .query_row(E::LAST, [], |row| row.get(0))
            .map_err(translate)?;
        let count = usize::try_from(last.min(AHEAD)).unwrap_or_default();
        table.texts.reserve(count);
        table.entries.reserve_exact(count);
        table.ids.reserve_exact(count);
        table.rowids.reserve_exact(count);
        table.slots.reserve_exact(count + 1);
        let mut statement = connection.prepare(E::ALL).map_err(translate)?;
        let mut rows = statement.query([]).map_err(translate)?;
        while let Some(row) = rows.next().map_err(translate)? {
            table.take(row)?;
        }
        drop(rows);
        drop(statement);
        // The connection has the pages of all rows at hand, of which none is looked at again.
        connection
            .execute_batch("PRAGMA shrink_memory")
            .map_err(translate)?;
        table.texts.shrink();
        table.entries.shrink_to_fit();
        table.ids.shrink_to_fit();
        table.rowids.shrink_to_fit();
        table.slots.shrink_to_fit();
        Ok(table)
    }

    /// Reads these rows anew. Rows are never deleted; one that is not there is not there yet, or was given up.
    pub(super) fn refresh(
        &mut self,
        connection: &Connection,
        rowids: &[i64],
    ) -> Result<(), LedgerError> {
        let mut statement = connection.prepare_cached(E::ONE).map_err(translate)?;
        for rowid in rowids {
            let mut rows = statement.query([rowid]).map_err(translate)?;
            if let Some(row) = rows.next().map_err(translate)? {
                self.take(row)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, row: &Row<'_>) -> Result<(), LedgerError> {
        let read = |row: &Row<'_>, words: &mut Words| {
            let text = row.get_ref("search")?.as_str()?;
            Ok((row.get(0)?, row.get(1)?, E::read(row, words, text)?))
        };
        let (rowid, id, entry): (i64, Id, E) = read(row, &mut self.words).map_err(translate)?;
        let text = row
            .get_ref(2)
            .and_then(|text| Ok(text.as_str()?))
            .map_err(translate)?;
        let number = u32::try_from(rowid)
            .ok()
            .filter(|_| rowid < MOST)
            .ok_or_else(|| {
                LedgerError::Failed(format!("row {rowid} is more than can be searched"))
            })?;
        let place = number as usize;
        if self.slots.len() <= place {
            self.slots.resize(place + 1, NONE);
        }
        self.kept = None;
        match self.slots[place] {
            NONE => {
                self.slots[place] = u32::try_from(self.entries.len()).unwrap_or(NONE);
                self.texts.push(text)?;
                self.entries.push(entry);
                self.ids.push(id);
                self.rowids.push(number);
            }
            slot => {
                let slot = slot as usize;
                self.texts.replace(slot, text)?;
                self.entries[slot] = entry;
                self.ids[slot] = id;
            }
        }
        Ok(())
    }

    /// The slots of the rows whose texts contain each of the words.
    pub(super) fn containing(&mut self, words: &[String]) -> Slots {
        self.texts.containing(words).clone()
    }

    /// The `rowid`s of the first of some rows, by their keys.
    pub(super) fn first<'a, K: Ord + Copy>(
        &'a self,
        slots: &Slots,
        order: Order<K>,
        mut key: impl FnMut(Held<'a, E>) -> Option<K>,
    ) -> Vec<i64> {
        let invert = order.descending;
        let behind = order.behind.map(|(key, id)| (key, inverted(id, invert)));
        let mut first = First::new(order.rows, behind);
        slots.each(|slot| {
            if let Some(key) = key(self.row(slot)) {
                first.offer(key, || inverted(self.ids[slot], invert), slot);
            }
        });
        first
            .slots()
            .map(|slot| i64::from(self.rowids[slot]))
            .collect()
    }

    pub(super) fn row(&self, slot: usize) -> Held<'_, E> {
        Held {
            entry: &self.entries[slot],
            words: &self.words,
            texts: &self.texts,
            slot,
        }
    }
}

/// In which order rows are chosen.
pub(super) struct Order<K> {
    /// Where the page before ended.
    pub(super) behind: Option<Place<K>>,
    /// Whether the key is one whose order is reversed, so that the order by `id` has to be, too.
    pub(super) descending: bool,
    /// How many are chosen.
    pub(super) rows: usize,
}

/// Inverted, the last `id` is the first.
fn inverted(id: Id, invert: bool) -> Id {
    if invert { id.map(|byte| !byte) } else { id }
}

/// A row that is looked at.
pub(super) struct Held<'a, E> {
    pub(super) entry: &'a E,
    pub(super) words: &'a Words,
    texts: &'a Texts,
    slot: usize,
}

impl<'a, E> Held<'a, E> {
    /// The first line of the row's search text.
    pub(super) fn first_line(&self) -> &'a [u8] {
        self.texts.first_line(self.slot)
    }
}
