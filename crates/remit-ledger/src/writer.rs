//! The one writer: a thread that takes what waits, commits it together, and only then answers.

use crate::connection::{Lasting, met_damage};
use crate::errors::translate;
use crate::events;
use crate::file;
use crate::head::HeadFile;
use crate::log::Log;
use crate::lookup::Lookup;
use crate::queue::{GROUP, Operation, Queue};
use crate::telling::{Settled, Telling};
use remit_core::{ChainHead, Durability, LedgerError};
use rusqlite::{Connection, TransactionBehavior};
use std::io;
use std::ops::Deref;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

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
    pub(crate) fn start(
        connection: Lasting,
        log: Log,
        head: HeadFile,
        lookup: Arc<Lookup>,
    ) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let telling = Telling::start()?;
        let thread = thread::Builder::new()
            .name("ledger writer".to_owned())
            .spawn(move || serve(connection, log, head, &lookup, waiting, &telling))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// As [`Writer::write_with`], answered when it is on the disk.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: FnMut(&mut Scope<'_>) -> Result<T, LedgerError> + Send + 'static,
    {
        self.write_with(Durability::AtOnce, work).await
    }

    /// Does the work in a transaction and answers when that is committed. Work that fails leaves nothing behind, and may be
    /// done once more if other work did. Once it is queued it is done, even if the caller stops waiting for the answer.
    pub(crate) async fn write_with<T, F>(
        &self,
        durability: Durability,
        work: F,
    ) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: FnMut(&mut Scope<'_>) -> Result<T, LedgerError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let operation = Write {
            durability,
            work,
            outcome: None,
            reply,
        };
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue
            .send(Box::new(operation))
            .await
            .map_err(|_| stopped())?;
        // What the work holds is freed here, not by the one thread that everybody waits for.
        let (outcome, _work) = answer.await.map_err(|_| stopped())?;
        outcome
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

/// Where work is done: a connection in a transaction that other work shares.
pub(crate) struct Scope<'a> {
    connection: &'a Connection,
    undo: Undo,
    /// Where the chain stands, once somebody asked.
    head: Option<ChainHead>,
    /// Something failed after it had written, and what it had written is still there; or it met damage, after which this
    /// connection does nothing any more.
    spoiled: bool,
}

/// How what failed is undone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// With everything else: next to nothing fails after it has begun to write, and to prepare for it has its price.
    Together,
    /// By itself.
    Alone,
}

impl<'a> Scope<'a> {
    /// For one piece of work in a transaction that is given up when it fails.
    pub(crate) fn of(connection: &'a Connection) -> Self {
        Self::with(connection, Undo::Together)
    }

    fn with(connection: &'a Connection, undo: Undo) -> Self {
        Self {
            connection,
            undo,
            head: None,
            spoiled: false,
        }
    }

    /// Where the chain stands; whoever appends to it moves it.
    pub(crate) fn head(&mut self) -> Result<&mut ChainHead, LedgerError> {
        let head = match self.head.take() {
            Some(head) => head,
            None => events::head(self.connection)?,
        };
        Ok(self.head.insert(head))
    }

    /// Does a part of the work. If it fails, nothing of it remains.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        if self.undo == Undo::Alone {
            return self.attempt_alone(work);
        }
        let before = self.connection.total_changes();
        let outcome = work(self);
        if let Err(error) = &outcome {
            self.spoiled |= self.is_over(error) || self.connection.total_changes() != before;
        }
        outcome
    }

    /// Whether nothing else can be done in this transaction after an error.
    fn is_over(&self, error: &LedgerError) -> bool {
        // After a full disk or a failed read SQLite may have undone the whole transaction.
        self.connection.is_autocommit() || met_damage(self.connection, error)
    }

    fn attempt_alone<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let connection = self.connection;
        let run = |statement: &str| {
            connection
                .prepare_cached(statement)
                .and_then(|mut statement| statement.execute([]))
                .map_err(translate)
        };
        run("SAVEPOINT attempt")?;
        let head = self.head.clone();
        let outcome = work(self);
        if let Err(error) = &outcome {
            if self.is_over(error) {
                self.spoiled = true;
                return outcome;
            }
            run("ROLLBACK TO attempt")?;
            self.head = head;
        }
        run("RELEASE attempt")?;
        outcome
    }
}

impl Deref for Scope<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

struct Write<T, F> {
    durability: Durability,
    work: F,
    outcome: Option<Result<T, LedgerError>>,
    reply: oneshot::Sender<(Result<T, LedgerError>, F)>,
}

impl<T, F> Operation for Write<T, F>
where
    T: Send,
    F: FnMut(&mut Scope<'_>) -> Result<T, LedgerError> + Send,
{
    fn durability(&self) -> Durability {
        self.durability
    }

    fn run(&mut self, scope: &mut Scope<'_>) -> Result<(), LedgerError> {
        let outcome = (self.work)(scope);
        let result = outcome.as_ref().map(drop).map_err(Clone::clone);
        self.outcome = Some(outcome);
        result
    }

    fn answer(self: Box<Self>, committed: Result<(), LedgerError>) {
        let Self {
            work,
            outcome,
            reply,
            ..
        } = *self;
        let outcome = committed.and_then(|()| outcome.unwrap_or_else(|| Err(stopped())));
        // Nobody may be waiting any more.
        let _ = reply.send((outcome, work));
    }
}

fn serve(
    mut connection: Lasting,
    mut log: Log,
    mut head: HeadFile,
    lookup: &Lookup,
    waiting: mpsc::Receiver<Box<dyn Operation>>,
    telling: &Telling,
) {
    let mut queue = Queue::of(waiting);
    while let Some(group) = queue.next() {
        let begun = Instant::now();
        let done = settle(
            &mut connection,
            &mut log,
            &mut head,
            group,
            Some(&mut queue),
        );
        lookup.written();
        // Before anybody is answered, who may be back at once.
        queue.expect(done.len(), begun.elapsed());
        telling.tell(done);
    }
    if log.is_kept()
        && let Err(error) = connection.get().and_then(|last| file::leave_log(last))
    {
        tracing::warn!(%error, "the ledger could not be closed as it should be");
    }
}

/// Does a group of operations, and what joins them from the queue.
fn settle(
    connection: &mut Lasting,
    log: &mut Log,
    head: &mut HeadFile,
    mut group: Vec<Box<dyn Operation>>,
    mut queue: Option<&mut Queue>,
) -> Vec<Settled> {
    let durability = group.iter().map(|operation| operation.durability()).max();
    let durability = durability.unwrap_or_default();
    let mut committed = connection.get().and_then(|connection| {
        log.secure(connection)?;
        file::flush_commits(connection, durability)?;
        let join = |group: &mut Vec<_>| {
            let queue = queue.as_deref_mut();
            queue.is_some_and(|queue| queue.join_late(group, durability))
        };
        let head = commit(connection, &mut group, join).inspect_err(|_| {
            log.doubt();
            if let Err(error) = log.secure(connection) {
                tracing::warn!(%error, "the log could not be made good after a commit that failed");
            }
        })?;
        if durability == Durability::AtOnce
            && let Err(error) = log.fold(connection)
        {
            tracing::warn!(%error, "the log could not be folded into the ledger");
        }
        Ok(head)
    });
    if let Err(error) = &mut committed
        && connection.give_up_after(error)
        && group.len() > 1
    {
        // Which of them met damage is found out by doing each by itself.
        let alone = |operation| settle(connection, log, head, vec![operation], None);
        return group.into_iter().flat_map(alone).collect();
    }
    let committed = committed.map(|now| {
        // What is deferred is on the disk once events that are not follow it.
        if let Some(now) = now.filter(|_| durability == Durability::AtOnce) {
            head.tell(now);
        }
    });
    let settled = |operation| (operation, committed.clone());
    group.into_iter().map(settled).collect()
}

/// Does a group of operations in one transaction, and others that join it meanwhile. One that fails does not undo the
/// others. Returns where the chain then stands, if it moved.
fn commit(
    connection: &mut Connection,
    group: &mut Vec<Box<dyn Operation>>,
    join: impl FnMut(&mut Vec<Box<dyn Operation>>) -> bool,
) -> Result<Option<ChainHead>, LedgerError> {
    match commit_with(connection, group, Undo::Together, join)? {
        Done::Committed(head) => Ok(head),
        Done::Spoiled(error) if met_damage(connection, &error) => Err(error),
        Done::Spoiled(_) => match commit_with(connection, group, Undo::Alone, |_| false)? {
            Done::Committed(head) => Ok(head),
            Done::Spoiled(error) => Err(error),
        },
    }
}

enum Done {
    Committed(Option<ChainHead>),
    /// Nothing was committed, because of what failed.
    Spoiled(LedgerError),
}

fn commit_with(
    connection: &mut Connection,
    group: &mut Vec<Box<dyn Operation>>,
    undo: Undo,
    mut join: impl FnMut(&mut Vec<Box<dyn Operation>>) -> bool,
) -> Result<Done, LedgerError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(translate)?;
    let mut scope = Scope::with(&transaction, undo);
    let mut done = 0;
    loop {
        for operation in group.iter_mut().skip(done) {
            let outcome = scope.attempt(|scope| operation.run(scope));
            if scope.spoiled {
                return Ok(Done::Spoiled(outcome.err().unwrap_or_else(stopped)));
            }
        }
        done = group.len();
        if !join(group) {
            break;
        }
    }
    let head = scope.head;
    transaction.commit().map_err(translate)?;
    Ok(Done::Committed(head))
}
