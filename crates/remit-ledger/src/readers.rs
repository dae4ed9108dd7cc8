//! The readers: a few threads, each with its own connection, which see what is committed. Whoever read last reads next
//! when it is free: what it has decrypted is still at hand, unless there was a commit in between.

use crate::connection::Lasting;
use crate::errors::translate;
use crate::writer::stopped;
use remit_core::LedgerError;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Lasting) + Send>;

pub(crate) struct Readers {
    jobs: Arc<Jobs>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Jobs(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    /// Who has nothing to do; last who worked last.
    idle: Vec<Thread>,
    closed: bool,
}

impl Readers {
    pub(crate) fn start(connections: Vec<Lasting>) -> io::Result<Self> {
        let mut readers = Self {
            jobs: Arc::default(),
            threads: Vec::with_capacity(connections.len()),
        };
        for connection in connections {
            let jobs = Arc::clone(&readers.jobs);
            let thread = thread::Builder::new()
                .name("ledger reader".to_owned())
                .spawn(move || serve(connection, &jobs))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Does the work in a read transaction, so that all it reads is of one moment.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    {
        self.start_to_read(work)
            .await
            .unwrap_or_else(|_| Err(stopped()))
    }

    /// Has the work done in a read transaction, whether or not anybody waits for what it answers.
    pub(crate) fn start_to_read<T, F>(&self, work: F) -> oneshot::Receiver<Result<T, LedgerError>>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = move |connection: &mut Lasting| {
            let mut outcome = connection.get().and_then(|connection| {
                let transaction = connection.transaction().map_err(translate)?;
                work(&transaction)
            });
            if let Err(error) = &mut outcome {
                connection.give_up_after(error);
            }
            // Nobody may be waiting any more.
            let _ = reply.send(outcome);
        };
        self.jobs.push(Box::new(job));
        answer
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs.open().closed = true;
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

impl Jobs {
    fn open(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) {
        let idle = {
            let mut queue = self.open();
            queue.waiting.push_back(job);
            queue.idle.pop()
        };
        if let Some(thread) = idle {
            thread.unpark();
        }
    }

    /// The next job; nothing once all were done and the readers are being closed.
    fn next(&self) -> Option<Job> {
        let me = thread::current();
        loop {
            {
                let mut queue = self.open();
                // It may have been woken for no reason.
                queue.idle.retain(|thread| thread.id() != me.id());
                if let Some(job) = queue.waiting.pop_front() {
                    return Some(job);
                }
                if queue.closed {
                    return None;
                }
                queue.idle.push(me.clone());
            }
            thread::park();
        }
    }
}

fn serve(mut connection: Lasting, jobs: &Jobs) {
    while let Some(job) = jobs.next() {
        job(&mut connection);
    }
}
