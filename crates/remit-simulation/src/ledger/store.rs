//! Where a run's ledger is kept: something that can be broken, copied, put back, and found again after a crash.

use super::known::Known;
use super::memory::{Fault, MemoryLedger};
use super::watched::at_once;
use crate::world::open;
use remit_core::{Durability, Ledger, LedgerError, PayoutId};
use remit_ledger::{LedgerKey, SqliteLedger};
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A copy of everything that was durable at a moment.
pub(crate) struct Copy {
    content: Content,
    pub(crate) known: Known,
}

enum Content {
    Memory(Box<MemoryLedger>),
    Folder(TempDir),
}

/// Where the ledger is kept.
pub(crate) trait Store: Send + Sync {
    /// The ledger as it is open now.
    fn ledger(&self) -> Arc<dyn Ledger>;
    /// The next write fails, as on a full disk.
    fn break_next_write(&self);
    /// The process died: the ledger is opened again with what was durable at that moment.
    fn reopen(&self) -> Result<(), LedgerError>;
    /// A write was done.
    fn wrote(&self, durability: Durability);
    /// The power is cut while the process is dead: at most so many of the newest changes are lost that were not yet on the
    /// disk. Returns how many.
    fn cut_power(&self, most: usize) -> Result<usize, LedgerError>;
    /// A copy of what is durable.
    fn copy(&self, known: Known) -> Result<Copy, LedgerError>;
    /// Holds these back, and no others, as those whose runs are paused. Whether it can: the real one does so by its runs, of
    /// which there are none here.
    fn hold_back(&self, _: &BTreeSet<PayoutId>) -> bool {
        false
    }
    /// Puts a copy in place of what there is. Returns how many invoice IDs of what made room it has not, if that was `readable`.
    fn put_back(&self, copy: &Copy, readable: bool) -> Result<Option<u64>, LedgerError>;
}

/// The fast one.
#[derive(Default)]
pub(crate) struct InMemory(Arc<MemoryLedger>);

impl Store for InMemory {
    fn ledger(&self) -> Arc<dyn Ledger> {
        self.0.clone()
    }

    fn break_next_write(&self) {
        self.0.break_writes([Fault::Fails(LedgerError::DiskFull)]);
    }

    fn reopen(&self) -> Result<(), LedgerError> {
        self.0.break_writes([]);
        Ok(())
    }

    fn wrote(&self, _: Durability) {}

    fn cut_power(&self, most: usize) -> Result<usize, LedgerError> {
        self.0.cut_power(most);
        Ok(most)
    }

    fn copy(&self, known: Known) -> Result<Copy, LedgerError> {
        let content = Content::Memory(Box::new(self.0.copy()));
        Ok(Copy { content, known })
    }

    fn hold_back(&self, payouts: &BTreeSet<PayoutId>) -> bool {
        self.0.hold_back(payouts.iter().copied());
        true
    }

    fn put_back(&self, copy: &Copy, readable: bool) -> Result<Option<u64>, LedgerError> {
        match &copy.content {
            Content::Memory(ledger) => Ok(self.0.put_back(ledger, readable)),
            Content::Folder(_) => Ok(None),
        }
    }
}

/// The real one: a file of remit-ledger in a folder of its own.
pub(crate) struct OnDisk {
    open: Mutex<(Arc<SqliteLedger>, TempDir)>,
    key: LedgerKey,
    /// How long the log was after the newest write that is on the disk, and after each since.
    lengths: Mutex<Vec<u64>>,
}

const FILE: &str = "ledger.db";
const LOG: &str = "ledger.db-wal";
/// Tells of the newest event that is on the disk.
const HEAD: &str = "ledger.db-head";

/// A log that is longer may have been folded into the file, which is then on the disk.
const NEVER_FOLDED: u64 = 3_000 * 4_096;

impl OnDisk {
    pub(crate) fn new() -> Result<Self, LedgerError> {
        let digits = SecretString::from("5a".repeat(32));
        let key =
            LedgerKey::parse(&digits).map_err(|error| LedgerError::Failed(error.to_string()))?;
        let folder = folder()?;
        let ledger = Arc::new(SqliteLedger::open(&folder.path().join(FILE), &key)?);
        Ok(Self {
            open: Mutex::new((ledger, folder)),
            key,
            lengths: Mutex::default(),
        })
    }

    /// The files as they are at this moment, in a folder of their own: what a process that died here leaves behind.
    fn snapshot(&self) -> Result<TempDir, LedgerError> {
        let to = folder()?;
        copy_files(&[FILE, LOG, HEAD], open(&self.open).1.path(), to.path())?;
        Ok(to)
    }

    fn open_in(&self, folder: TempDir) -> Result<(), LedgerError> {
        let ledger = Arc::new(SqliteLedger::open(&folder.path().join(FILE), &self.key)?);
        let before = std::mem::replace(&mut *open(&self.open), (ledger, folder));
        drop(before);
        open(&self.lengths).clear();
        Ok(())
    }

    fn log_length(&self) -> u64 {
        let log = open(&self.open).1.path().join(LOG);
        fs::metadata(log).map_or(0, |log| log.len())
    }
}

impl Store for OnDisk {
    fn ledger(&self) -> Arc<dyn Ledger> {
        open(&self.open).0.clone()
    }

    fn break_next_write(&self) {
        let ledger = Arc::clone(&open(&self.open).0);
        // Only a writer that has stopped refuses, and then the next write fails as well.
        let _ = at_once(ledger.break_next_commit());
    }

    fn reopen(&self) -> Result<(), LedgerError> {
        let left = self.snapshot()?;
        self.open_in(left)
    }

    fn wrote(&self, durability: Durability) {
        let mut lengths = open(&self.lengths);
        if durability == Durability::AtOnce {
            lengths.clear();
        }
        lengths.push(self.log_length());
    }

    fn cut_power(&self, most: usize) -> Result<usize, LedgerError> {
        let lengths = std::mem::take(&mut *open(&self.lengths));
        let grows = lengths.is_sorted_by(|shorter, longer| shorter < longer);
        let newest = lengths.last().copied().unwrap_or_default();
        let kept = lengths.len().checked_sub(1 + most);
        let (Some(kept), true) = (kept, grows && newest < NEVER_FOLDED) else {
            return Ok(0);
        };
        let left = self.snapshot()?;
        let log = fs::File::options().write(true).open(left.path().join(LOG));
        log.and_then(|log| log.set_len(lengths[kept]))
            .map_err(failed)?;
        self.open_in(left)?;
        Ok(most)
    }

    fn copy(&self, known: Known) -> Result<Copy, LedgerError> {
        let content = Content::Folder(self.snapshot()?);
        Ok(Copy { content, known })
    }

    /// The files are exchanged as after a loss of the folder: there are no records to read.
    fn put_back(&self, copy: &Copy, _: bool) -> Result<Option<u64>, LedgerError> {
        let Content::Folder(from) = &copy.content else {
            return Ok(None);
        };
        let to = folder()?;
        copy_files(&[FILE, LOG], from.path(), to.path())?;
        self.open_in(to)?;
        Ok(None)
    }
}

/// A folder that goes away by itself; in memory where the system has such a place.
fn folder() -> Result<TempDir, LedgerError> {
    let memory = PathBuf::from("/dev/shm");
    let place = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    TempDir::new_in(place).map_err(failed)
}

fn copy_files(names: &[&str], from: &Path, to: &Path) -> Result<(), LedgerError> {
    for name in names {
        let source = from.join(name);
        if source.exists() {
            fs::copy(source, to.join(name)).map_err(failed)?;
        }
    }
    Ok(())
}

fn failed(error: io::Error) -> LedgerError {
    LedgerError::Failed(error.to_string())
}
