//! Tells those who waited for a commit what came of it.

use crate::queue::Operation;
use remit_core::LedgerError;
use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

/// An operation, and whether it was committed.
pub(crate) type Settled = (Box<dyn Operation>, Result<(), LedgerError>);

/// So many are told by the writer itself. To hand over fewer takes longer than to tell them.
const FEW: usize = 16;

/// To wake many takes a while, and the first of them are back with more work before the last is told: so a thread of its
/// own tells them, and the writer goes on with that work meanwhile.
pub(crate) struct Telling {
    /// Gone while it is being dropped.
    groups: Option<Sender<Vec<Settled>>>,
    thread: Option<JoinHandle<()>>,
}

impl Telling {
    pub(crate) fn start() -> io::Result<Self> {
        let (groups, settled) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("ledger answers".to_owned())
            .spawn(move || settled.into_iter().for_each(tell))?;
        Ok(Self {
            groups: Some(groups),
            thread: Some(thread),
        })
    }

    /// Tells all of a group, now or in a moment.
    pub(crate) fn tell(&self, group: Vec<Settled>) {
        let here = match &self.groups {
            Some(groups) if group.len() > FEW => groups.send(group).err().map(|back| back.0),
            _ => Some(group),
        };
        here.into_iter().for_each(tell);
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        // Whoever still waits is told before the thread ends.
        drop(self.groups.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn tell(group: Vec<Settled>) {
    for (operation, committed) in group {
        operation.answer(committed);
    }
}
