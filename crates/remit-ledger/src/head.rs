//! The head of the chain as far as it is on the disk, in a small file beside the ledger and for whoever asks. It is told after
//! a commit is on the disk, so that it never tells of anything that is not; a ledger that lacks the event it tells of has lost its log or is an older file.

use crate::disk;
use crate::errors::translate_io;
use remit_core::{ChainHead, LedgerError};
use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) const SUFFIX: &str = "-head";

/// The head that the file beside a ledger tells; nothing when there is none, or it cannot be read.
pub(crate) fn read(ledger: &Path) -> Option<ChainHead> {
    let text = fs::read_to_string(disk::beside(ledger, SUFFIX)).ok()?;
    let (seq, hash) = text.strip_suffix('\n')?.split_once(' ')?;
    let whole = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then_some(ChainHead {
        seq: seq.parse().ok()?,
        hash: hash.to_owned(),
    })
}

/// The file beside a ledger that is open.
pub(crate) struct HeadFile {
    path: PathBuf,
    file: Option<File>,
    told: ChainHead,
    durable: DurableHead,
}

/// The head as far as it is on the disk.
#[derive(Clone, Default)]
pub(crate) struct DurableHead(Arc<Mutex<ChainHead>>);

impl DurableHead {
    pub(crate) fn get(&self) -> ChainHead {
        let head = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        head.clone()
    }

    fn set(&self, head: &ChainHead) {
        let mut durable = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        durable.clone_from(head);
    }
}

impl HeadFile {
    pub(crate) fn of(ledger: &Path) -> Self {
        Self {
            path: disk::beside(ledger, SUFFIX),
            file: None,
            told: ChainHead::default(),
            durable: DurableHead::default(),
        }
    }

    pub(crate) fn durable(&self) -> DurableHead {
        self.durable.clone()
    }

    /// Tells of a commit that is on the disk. What it told first after opening is made durable; to lose what it told
    /// later in a power failure loses only a warning.
    pub(crate) fn tell(&mut self, head: ChainHead) {
        self.durable.set(&head);
        if head == self.told {
            return;
        }
        match self.write(&head) {
            Ok(()) => self.told = head,
            Err(error) => {
                tracing::warn!(%error, "where the history stands could not be noted beside the ledger")
            }
        }
    }

    fn write(&mut self, head: &ChainHead) -> Result<(), LedgerError> {
        let first = self.file.is_none();
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        // Always as long, so that one text replaces the other as a whole.
        let text = format!("{:020} {}\n", head.seq, head.hash);
        file.rewind()
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(|error| translate_io(&error, &self.path))?;
        if first {
            file.sync_all()
                .map_err(|error| translate_io(&error, &self.path))?;
            disk::sync_folder(disk::folder_of(&self.path))?;
        }
        self.file = Some(file);
        Ok(())
    }

    fn open(&self) -> Result<File, LedgerError> {
        if !self.path.exists() {
            return disk::create_private(&self.path);
        }
        File::options()
            .write(true)
            .open(&self.path)
            .map_err(|error| translate_io(&error, &self.path))
    }
}

impl Drop for HeadFile {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // As above: only a warning could be lost.
            let _ = file.sync_all();
        }
    }
}
