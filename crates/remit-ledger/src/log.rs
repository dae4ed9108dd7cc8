//! The log after a commit that failed. Two things may then be wrong with it:
//!
//! - A system that could not flush a file forgets that it was to: the next flush succeeds, and what was written before the
//!   failed one is in no more than the system's memory. So changes that were deferred, and all that follows them in the log,
//!   would be gone after a power cut, though a later commit was answered.
//! - What failed may stand in the log as a whole transaction, which the next start would take for one that was committed.
//!
//! SQLite forgives itself both. Hence the log is written once more where it stands, cut behind the last commit, and flushed,
//! before anything that failed is answered; and until that succeeds nothing is committed.
//!
//! And how the log is folded into the file: SQLite does not flush what it has folded as long as a reader keeps it from the
//! end of the log, and never folds it again, though the flush that was to take it along may fail. So it is flushed here.

use crate::disk;
use crate::errors::{translate, translate_io};
use remit_core::LedgerError;
use rusqlite::Connection;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How many bytes the header of a log has, and that of each page in it; and where the former says how large pages are
/// (<https://www.sqlite.org/fileformat2.html#walformat>).
const HEADER: u64 = 32;
const PAGE_HEADER: u64 = 24;
const SIZE_OF_PAGES: u64 = 8;

/// A log of so many pages, a few groups of the writer, is folded into the file.
const LONG: u64 = 4000;

/// How much is written at once.
const PIECE: usize = 1 << 20;

pub(crate) struct Log {
    ledger: PathBuf,
    /// The ledger, once it was flushed. It stays open: to close a file gives up every lock that the process has on it.
    file: Option<File>,
    path: PathBuf,
    in_doubt: bool,
    /// What was folded may not be on the disk. Then the log is kept as it is, and grows, until the next start folds all of it.
    kept: bool,
}

impl Log {
    pub(crate) fn of(ledger: &Path) -> Self {
        Self {
            ledger: ledger.to_owned(),
            file: None,
            path: disk::log_of(ledger),
            in_doubt: false,
            kept: false,
        }
    }

    /// A commit failed.
    pub(crate) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// Makes sure, after a doubt, that what was committed is on the disk, and nothing else.
    pub(crate) fn secure(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        if self.in_doubt {
            write_again(&self.path, look(connection)?.committed)
                .map_err(|error| translate_io(&error, &self.path))?;
            self.in_doubt = false;
        }
        Ok(())
    }

    /// After a commit that is on the disk: folds the log into the file if it is long, as far as readers let it.
    pub(crate) fn fold(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let before = look(connection)?;
        if self.kept || before.committed < LONG {
            return Ok(());
        }
        // When this fails nothing counts as folded, and the next time does it again.
        let after = pages(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
        if after.folded > before.folded && after.folded < after.committed {
            self.kept = true;
            self.flush_file()
                .map_err(|error| translate_io(&error, &self.ledger))?;
            self.kept = false;
        }
        Ok(())
    }

    fn flush_file(&mut self) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => File::options().write(true).open(&self.ledger)?,
        };
        self.file.insert(file).sync_all()
    }

    /// Whether the log must outlive the process.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept
    }
}

/// How many pages of the log were committed, and how many of those are in the file as well.
struct Pages {
    committed: u64,
    folded: u64,
}

fn look(connection: &Connection) -> Result<Pages, LedgerError> {
    pages(connection, "PRAGMA wal_checkpoint(NOOP)")
}

fn pages(connection: &Connection, fold: &str) -> Result<Pages, LedgerError> {
    // Less than none when there never was a log.
    let count = |pages: i64| u64::try_from(pages).unwrap_or(0);
    connection
        .prepare_cached(fold)
        .and_then(|mut statement| {
            statement.query_row([], |row| {
                Ok(Pages {
                    committed: count(row.get(1)?),
                    folded: count(row.get(2)?),
                })
            })
        })
        .map_err(translate)
}

/// Writes a log's first pages over themselves, so that a flush takes them along, and cuts off the others.
fn write_again(path: &Path, pages: u64) -> io::Result<()> {
    let mut file = match File::options().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && pages == 0 => return Ok(()),
        file => file?,
    };
    let length = if pages == 0 {
        0
    } else {
        let mut size = [0; 4];
        file.seek(SeekFrom::Start(SIZE_OF_PAGES))?;
        file.read_exact(&mut size)?;
        HEADER + pages * (PAGE_HEADER + u64::from(u32::from_be_bytes(size)))
    };
    let mut piece = vec![0; PIECE];
    let mut at = 0;
    while at < length {
        let size = usize::try_from(length - at).map_or(PIECE, |rest| rest.min(PIECE));
        let piece = piece.get_mut(..size).unwrap_or_default();
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(piece)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(piece)?;
        at += size as u64;
    }
    file.set_len(length)?;
    file.sync_all()
}
