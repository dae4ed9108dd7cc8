//! The one writer: a thread that takes what waits, commits it together, and only then answers.

use crate::errors::translate;
use crate::events;
use crate::head::HeadFile;
use remit_core::LedgerError;
use rusqlite::{Connection, Savepoint, TransactionBehavior};
use std::io;
use std::thread::{self, JoinHandle};
use tokio::sync::{mpsc, oneshot};

/// How many operations share one commit at most.
const GROUP: usize = 256;

/// How many operations wait before callers wait too.
const QUEUE: usize = 4 * GROUP;

/// What to tell when a thread of the ledger is gone.
pub(crate) fn stopped() -> LedgerError {
    LedgerError::Failed("it has stopped. Close Remit and open it again; nothing is lost".to_owned())
}

pub(crate) struct Writer {
    /// Gone while the writer is being dropped.
    queue: Option<mpsc::Sender<Box<dyn Operation>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection, head: HeadFile) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new()
            .name("ledger writer".to_owned())
            .spawn(|| serve(connection, head, waiting))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Does the work in a transaction and answers when it is durable. Work that fails leaves nothing behind. Once it is
    /// queued it is done, even if the caller stops waiting for the answer.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Savepoint<'_>) -> Result<T, LedgerError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let operation = Write {
            work: Some(work),
            outcome: None,
            reply,
        };
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue
            .send(Box::new(operation))
            .await
            .map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What is queued is still written before the thread ends.
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// An operation of any answer.
trait Operation: Send {
    /// Does the work and keeps its outcome.
    fn run(&mut self, savepoint: &mut Savepoint<'_>) -> Result<(), LedgerError>;
    /// Tells the outcome, or why the group was not committed.
    fn answer(self: Box<Self>, committed: Result<(), LedgerError>);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, LedgerError>>,
    reply: oneshot::Sender<Result<T, LedgerError>>,
}

impl<T, F> Operation for Write<T, F>
where
    T: Send,
    F: FnOnce(&mut Savepoint<'_>) -> Result<T, LedgerError> + Send,
{
    fn run(&mut self, savepoint: &mut Savepoint<'_>) -> Result<(), LedgerError> {
        let Some(work) = self.work.take() else {
            return Ok(());
        };
        let outcome = work(savepoint);
        let result = outcome.as_ref().map(drop).map_err(Clone::clone);
        self.outcome = Some(outcome);
        result
    }

    fn answer(self: Box<Self>, committed: Result<(), LedgerError>) {
        let Self { outcome, reply, .. } = *self;
        // Nobody may be waiting any more.
        let _ = reply.send(committed.and_then(|()| outcome.unwrap_or_else(|| Err(stopped()))));
    }
}

fn serve(
    mut connection: Connection,
    mut head: HeadFile,
    mut waiting: mpsc::Receiver<Box<dyn Operation>>,
) {
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            let Ok(next) = waiting.try_recv() else { break };
            group.push(next);
        }
        let committed = commit(&mut connection, &mut group);
        if committed.is_ok()
            && let Ok(now) = events::head(&connection)
        {
            head.tell(now);
        }
        for operation in group {
            operation.answer(committed.clone());
        }
    }
}

/// Does a group of operations in one transaction, each in a savepoint, so that one that fails does not undo the others.
fn commit(
    connection: &mut Connection,
    group: &mut [Box<dyn Operation>],
) -> Result<(), LedgerError> {
    let mut transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(translate)?;
    for operation in group {
        let mut savepoint = transaction.savepoint().map_err(translate)?;
        match operation.run(&mut savepoint) {
            Ok(()) => savepoint.commit().map_err(translate)?,
            // After a full disk or a failed read SQLite may have undone the whole transaction, not this savepoint alone.
            Err(error) if savepoint.is_autocommit() => return Err(error),
            Err(_) => savepoint.finish().map_err(translate)?,
        }
    }
    transaction.commit().map_err(translate)
}
