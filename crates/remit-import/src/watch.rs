//! How far reading is, and how it is stopped.

use std::cell::{Cell, RefCell};
use std::io::{self, Read, Seek, SeekFrom};

use crate::ReadError;

/// How far reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were gone through; a file is gone through twice, first to see what it is.
    pub done: u64,
    /// Bytes to go through.
    pub of: u64,
    /// Rows so far.
    pub rows: u64,
}

/// Told now and then how far reading is; answers whether to go on.
pub type Watcher<'a> = &'a mut dyn FnMut(Progress) -> bool;

const EVERY_BYTES: u64 = 256 << 10;
const EVERY_ROWS: u64 = 4096;

/// Shared by all who read one file.
pub(crate) struct Watch<'a> {
    watcher: RefCell<Watcher<'a>>,
    progress: Cell<Progress>,
    told: Cell<u64>,
    cancelled: Cell<bool>,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(watcher: Watcher<'a>, file_bytes: u64) -> Self {
        Self {
            watcher: RefCell::new(watcher),
            progress: Cell::new(Progress {
                of: file_bytes.saturating_mul(2),
                ..Progress::default()
            }),
            told: Cell::new(0),
            cancelled: Cell::new(false),
        }
    }

    /// Counts one more row.
    pub(crate) fn row(&self) -> Result<(), ReadError> {
        let mut progress = self.progress.get();
        progress.rows += 1;
        self.progress.set(progress);
        if progress.rows.is_multiple_of(EVERY_ROWS) {
            self.tell();
        }
        self.check()
    }

    fn bytes(&self, count: usize) {
        let mut progress = self.progress.get();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        // Some parts of a workbook are read more than twice.
        progress.done = progress.done.saturating_add(count).min(progress.of);
        self.progress.set(progress);
        self.told.set(self.told.get().saturating_add(count));
        if self.told.get() >= EVERY_BYTES {
            self.told.set(0);
            self.tell();
        }
    }

    pub(crate) fn tell(&self) {
        let go_on = (self.watcher.borrow_mut())(self.progress.get());
        if !go_on {
            self.cancelled.set(true);
        }
    }

    /// An error when the owner stopped it.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        if self.cancelled.get() {
            Err(ReadError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// A file whose bytes are counted as they are read; it ends with an error when the owner stops, so that a library which
/// reads at length stops as well.
pub(crate) struct Metered<'w, 'a, R> {
    inner: R,
    watch: &'w Watch<'a>,
}

impl<'w, 'a, R> Metered<'w, 'a, R> {
    pub(crate) fn new(inner: R, watch: &'w Watch<'a>) -> Self {
        Self { inner, watch }
    }
}

impl<R: Read> Read for Metered<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.watch.bytes(count);
        self.watch.check().map_err(io::Error::other)?;
        Ok(count)
    }
}

impl<R: Seek> Seek for Metered<'_, '_, R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}
