//! The one writer of an SQLite store: a thread that takes what waits, commits it together, and only then answers.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Savepoint, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;

/// How many operations share one commit at most.
const GROUP: usize = 256;

/// How many operations wait before callers wait too.
const QUEUE: usize = 4 * GROUP;

/// The longest that a group waits to become as large as the last one was, and how often it looks.
const GATHERED_WITHIN: Duration = Duration::from_millis(2);
const LOOK_EVERY: Duration = Duration::from_micros(100);

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
    // Where many call, the first call after a commit comes a little before the others: to commit it alone would make them
    // wait for two commits. Half a commit is well spent on waiting for them.
    let (mut usual, mut patience) = (1, Duration::ZERO);
    while let Some(first) = waiting.blocking_recv() {
        let mut group = gather(&mut waiting, first, usual, patience);
        let began = Instant::now();
        let committed = commit(&mut connection, &mut group);
        patience = (began.elapsed() / 2).min(GATHERED_WITHIN);
        usual = group.len();
        for operation in group {
            operation.answer(committed.clone());
        }
    }
}

/// What waits after the first, and what comes in that time as long as the group is smaller than usual.
fn gather(
    waiting: &mut mpsc::Receiver<Box<dyn Operation>>,
    first: Box<dyn Operation>,
    usual: usize,
    patience: Duration,
) -> Vec<Box<dyn Operation>> {
    let until = Instant::now() + patience;
    let mut group = vec![first];
    while group.len() < GROUP {
        match waiting.try_recv() {
            Ok(next) => group.push(next),
            Err(_) if group.len() < usual && Instant::now() < until => thread::sleep(LOOK_EVERY),
            Err(_) => break,
        }
    }
    group
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
