//! Where operations wait for the writer, and how many of them share a commit.

use crate::writer::Scope;
use remit_core::{Durability, LedgerError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// How many operations share one commit at most.
pub(crate) const GROUP: usize = 256;

/// A group waits for others at most this part of what the last one took.
const PATIENCE: u32 = 8;

/// An operation of any answer.
pub(crate) trait Operation: Send {
    /// When it must be on the disk.
    fn durability(&self) -> Durability;
    /// Does the work and keeps its outcome.
    fn run(&mut self, scope: &mut Scope<'_>) -> Result<(), LedgerError>;
    /// Tells the outcome, or why the group was not committed.
    fn answer(self: Box<Self>, committed: Result<(), LedgerError>);
}

/// Where operations wait for a group to be part of.
pub(crate) struct Queue {
    waiting: mpsc::Receiver<Box<dyn Operation>>,
    /// The first of the next group.
    kept_back: Option<Box<dyn Operation>>,
    /// How many the next group will be, as far as one can tell.
    expected: usize,
    /// How long it waits for them, all in all.
    patience: Duration,
}

impl Queue {
    pub(crate) fn of(waiting: mpsc::Receiver<Box<dyn Operation>>) -> Self {
        Self {
            waiting,
            kept_back: None,
            expected: 1,
            patience: Duration::ZERO,
        }
    }

    /// What waits, once something does. Nothing when nothing will come any more.
    pub(crate) fn next(&mut self) -> Option<Vec<Box<dyn Operation>>> {
        let first = self.kept_back.take();
        let mut group = vec![first.or_else(|| self.waiting.blocking_recv())?];
        self.join(&mut group, Durability::AtOnce);
        Some(group)
    }

    /// Lets what waits join a group that is as durable as it must be.
    fn join(&mut self, group: &mut Vec<Box<dyn Operation>>, durability: Durability) {
        while group.len() < GROUP && self.kept_back.is_none() {
            match self.waiting.try_recv() {
                Ok(next) if next.durability() <= durability => group.push(next),
                Ok(next) => self.kept_back = Some(next),
                Err(_) => break,
            }
        }
    }

    /// Lets join what came while a group was done, or comes in a moment: those who were just answered mostly come back at
    /// once, and would else wait for a commit that only the first of them has a part in. Returns whether anything did.
    pub(crate) fn join_late(
        &mut self,
        group: &mut Vec<Box<dyn Operation>>,
        durability: Durability,
    ) -> bool {
        let (begun, done) = (Instant::now(), group.len());
        let mut waited = Duration::ZERO;
        loop {
            self.join(group, durability);
            let enough = group.len() >= self.expected || self.kept_back.is_some();
            if group.len() > done || enough || waited > self.patience {
                self.patience = self.patience.saturating_sub(waited);
                return group.len() > done;
            }
            thread::yield_now();
            waited = begun.elapsed();
        }
    }

    /// After a group: what to expect of the next.
    pub(crate) fn expect(&mut self, done: usize, took: Duration) {
        let kept_back = usize::from(self.kept_back.is_some());
        self.expected = (done + kept_back + self.waiting.len()).min(GROUP);
        self.patience = took / PATIENCE;
    }
}
