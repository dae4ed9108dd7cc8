//! The log after a commit that failed. Two things may then be wrong with it:
//!
//! - A system that could not flush a file forgets that it was to: the next flush succeeds, and what was written before the
//!   failed one is in no more than the system's memory. So changes that were deferred, and all that follows them in the log,
//!   would be gone after a power cut, though a later commit was answered.
//! - What failed may stand in the log as a whole transaction, which the next start would take for one that was committed.
//!
//! SQLite forgives itself both. Hence the log is written once more where it stands, cut behind the last commit, and flushed,
//! before anything that failed is answered; and until that succeeds nothing is committed.

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

/// How much is written at once.
const PIECE: usize = 1 << 20;

pub(crate) struct Log {
    path: PathBuf,
    in_doubt: bool,
}

impl Log {
    pub(crate) fn of(ledger: &Path) -> Self {
        Self {
            path: disk::log_of(ledger),
            in_doubt: false,
        }
    }

    /// A commit failed.
    pub(crate) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// Makes sure, after a doubt, that what was committed is on the disk, and nothing else.
    pub(crate) fn secure(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        if self.in_doubt {
            write_again(&self.path, committed(connection)?)
                .map_err(|error| translate_io(&error, &self.path))?;
            self.in_doubt = false;
        }
        Ok(())
    }
}

/// How many pages of the log were committed.
fn committed(connection: &Connection) -> Result<u64, LedgerError> {
    let pages: i64 = connection
        .query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1))
        .map_err(translate)?;
    // Less than none when there never was a log.
    Ok(u64::try_from(pages).unwrap_or(0))
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
