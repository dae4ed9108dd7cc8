//! The one writer of an SQLite store: a thread that takes what waits, commits it together, and only then answers.

use std::io;
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, Savepoint, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;

/// How many operations share one commit at most.
const GROUP: usize = 256;

/// How many operations wait before callers wait too.
const QUEUE: usize = 4 * GROUP;

fn stopped() -> StoreError {
    StoreError("the store has stopped; start the relay again".to_owned())
}

pub(super) struct Writer {
    /// Gone while the writer is being dropped.
    queue: Option<mpsc::Sender<Box<dyn Operation>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new()
            .name("store writer".to_owned())
            .spawn(|| serve(connection, waiting))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Does the work in a transaction and answers when it is durable. Work that fails leaves nothing behind.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Savepoint<'_>) -> rusqlite::Result<T> + Send + 'static,
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
    /// Does the work and keeps its outcome; whether it was done.
    fn run(&mut self, savepoint: &Savepoint<'_>) -> bool;
    /// Tells the outcome, or why the group was not committed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Operation for Write<T, F>
where
    T: Send,
    F: FnOnce(&Savepoint<'_>) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, savepoint: &Savepoint<'_>) -> bool {
        let outcome = self.work.take().map(|work| work(savepoint).map_err(failed));
        let done = matches!(outcome, Some(Ok(_)));
        self.outcome = outcome;
        done
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { outcome, reply, .. } = *self;
        // Nobody may be waiting any more.
        let _ = reply.send(committed.and_then(|()| outcome.unwrap_or_else(|| Err(stopped()))));
    }
}

fn serve(mut connection: Connection, mut waiting: mpsc::Receiver<Box<dyn Operation>>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            let Ok(next) = waiting.try_recv() else { break };
            group.push(next);
        }
        let committed = commit(&mut connection, &mut group);
        for operation in group {
            operation.answer(committed.clone());
        }
    }
}

/// Does a group of operations in one transaction, each in a savepoint, so that one that fails does not undo the others.
fn commit(connection: &mut Connection, group: &mut [Box<dyn Operation>]) -> Result<(), StoreError> {
    let mut transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    for operation in group {
        let mut savepoint = transaction.savepoint().map_err(failed)?;
        if operation.run(&savepoint) {
            savepoint.commit().map_err(failed)?;
        } else if savepoint.is_autocommit() {
            // After a full disk or a failed read SQLite may have undone the whole transaction, not this savepoint alone.
            return Err(StoreError(
                "the store's file could not be written; is the disk full?".to_owned(),
            ));
        } else {
            savepoint.rollback().map_err(failed)?;
            savepoint.finish().map_err(failed)?;
        }
    }
    transaction.commit().map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn failed(error: rusqlite::Error) -> StoreError {
    StoreError(format!("SQLite: {error}"))
}
