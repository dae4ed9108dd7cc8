//! What is searched, held in memory: a list's search texts, sort keys and amounts, so that a keystroke's page, total and
//! sums need no reading of the whole encrypted table.
//!
//! It is exact. The writer notes which rows it touches; whoever searches reads those anew from the very moment that its own
//! read transaction sees, and only then looks. Nothing of it is on the disk, and the writer does no more than note a number.

mod first;
mod lines;
mod marks;
mod payees;
mod payouts;
mod table;
mod texts;
mod touched;

use crate::changes::Counts;
use crate::errors::translate;
use crate::paging::Cursor;
pub(crate) use payees::PayeesWanted;
pub(crate) use payouts::PayoutsWanted;

use payees::PayeeEntry;
use payouts::PayoutEntry;
use remit_core::{Changes, LedgerError};
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use table::{Entry, Order, Table};
use touched::Touched;

/// The rows of a page, in order, by `rowid`, and one more if there is a next page; and how many rows match in all.
pub(crate) struct Chosen {
    pub(crate) rowids: Vec<i64>,
    pub(crate) total: u64,
}

/// What is held of the lists that can be searched.
#[derive(Default)]
pub(crate) struct Lookup {
    payees: Held<PayeeEntry>,
    payouts: Held<PayoutEntry>,
    counts: Counts,
}

impl Lookup {
    /// Notes what a connection writes from now on. It must be the only one that writes.
    pub(crate) fn watch(lookup: &Arc<Self>, writer: &Connection) -> Result<(), LedgerError> {
        Counts::watch(writer)?;
        let lookup = Arc::clone(lookup);
        writer
            .update_hook(Some(move |_, _: &str, table: &str, rowid: i64| {
                lookup.counts.note(table);
                match table {
                    "payees" => lookup.payees.touched.note(rowid),
                    "payouts" => lookup.payouts.touched.note(rowid),
                    _ => {}
                }
            }))
            .map_err(translate)
    }

    /// How far the changes have come.
    pub(crate) fn changes(&self) -> Changes {
        self.counts.now()
    }

    /// The transaction of the writer is over, whether it was committed or not.
    pub(crate) fn written(&self) {
        self.payees.touched.settle();
        self.payouts.touched.settle();
        self.counts.settle();
    }

    /// Whether payees can be looked up at once.
    pub(crate) fn has_payees(&self) -> bool {
        self.payees.is_loaded()
    }

    /// Whether payouts can be looked up at once.
    pub(crate) fn has_payouts(&self) -> bool {
        self.payouts.is_loaded()
    }

    /// Whether the payees should be read now, behind a first answer: asked for the first time.
    pub(crate) fn wants_payees(&self) -> bool {
        self.payees.is_wanted()
    }

    /// Whether the payouts should be.
    pub(crate) fn wants_payouts(&self) -> bool {
        self.payouts.is_wanted()
    }

    /// Reads the payees, unless they are held. The transaction must not have read anything yet.
    pub(crate) fn load_payees(&self, connection: &Connection) -> Result<(), LedgerError> {
        self.payees.with(connection, |_| Ok(()))
    }

    /// Reads the payouts likewise.
    pub(crate) fn load_payouts(&self, connection: &Connection) -> Result<(), LedgerError> {
        self.payouts.with(connection, |_| Ok(()))
    }
}

/// The order in which the rows behind a cursor are chosen; `key` reads its key.
fn order<'a, K>(
    cursor: Option<&'a Cursor>,
    rows: usize,
    descending: bool,
    key: impl FnOnce(&'a Cursor) -> Result<K, LedgerError>,
) -> Result<Order<K>, LedgerError> {
    let place = |cursor: &'a Cursor| Ok::<_, LedgerError>((key(cursor)?, cursor.id()));
    Ok(Order {
        behind: cursor.map(place).transpose()?,
        descending,
        rows,
    })
}

/// A table as it was at some moment, and what was touched since.
struct Held<E: Entry> {
    touched: Touched,
    /// Whether the table is there. Told without its lock, which whoever reads it for the first time has for long.
    loaded: AtomicBool,
    wanted: AtomicBool,
    table: Mutex<Option<Table<E>>>,
}

impl<E: Entry> Default for Held<E> {
    fn default() -> Self {
        Self {
            touched: Touched::default(),
            loaded: AtomicBool::default(),
            wanted: AtomicBool::default(),
            table: Mutex::default(),
        }
    }
}

impl<E: Entry> Held<E> {
    fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    /// One reader at most reads it behind an answer: others have work to do.
    fn is_wanted(&self) -> bool {
        !self.is_loaded() && !self.wanted.swap(true, Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Table<E>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the table as the connection's transaction sees it. The transaction must not have read anything yet: what it
    /// sees begins here, so that it is never older than what another has brought the table to.
    fn with<T>(
        &self,
        connection: &Connection,
        look: impl FnOnce(&mut Table<E>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let mut held = self.lock();
        // What is settled before the transaction begins is in what it sees. What is not may or may not be, and is read
        // again next time.
        let settled = self.touched.take_settled();
        begin(connection)?;
        // Not held when an error ends this: the next look then reads everything.
        self.loaded
            .store(held.is_some() && settled.is_some(), Ordering::Release);
        let mut table = match held.take().zip(settled) {
            Some((mut table, settled)) => {
                let mut rowids = settled;
                self.touched.add_unsettled(&mut rowids);
                rowids.sort_unstable();
                rowids.dedup();
                table
                    .refresh(connection, &rowids)
                    .inspect_err(|_| self.loaded.store(false, Ordering::Release))?;
                table
            }
            None => Table::load(connection)?,
        };
        let seen = look(&mut table);
        *held = Some(table);
        self.loaded.store(true, Ordering::Release);
        seen
    }
}

/// A deferred transaction sees what is there at its first look.
fn begin(connection: &Connection) -> Result<(), LedgerError> {
    connection
        .prepare_cached("SELECT count(*) FROM sqlite_schema WHERE 0")
        .and_then(|mut statement| statement.query_row([], |_| Ok(())))
        .map_err(translate)
}
