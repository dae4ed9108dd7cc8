//! The readers: a few threads, each with its own connection, which see what is committed.

use crate::errors::translate;
use crate::writer::stopped;
use remit_core::LedgerError;
use rusqlite::Connection;
use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(crate) struct Readers {
    /// Gone while the readers are being dropped.
    queue: Option<mpsc::Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(crate) fn start(connections: Vec<Connection>) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut readers = Self {
            queue: Some(queue),
            threads: Vec::with_capacity(connections.len()),
        };
        for connection in connections {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new()
                .name("ledger reader".to_owned())
                .spawn(move || serve(connection, &waiting))?;
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
        let (reply, answer) = oneshot::channel();
        let job = move |connection: &mut Connection| {
            let outcome = connection
                .transaction()
                .map_err(translate)
                .and_then(|transaction| work(&transaction));
            // Nobody may be waiting any more.
            let _ = reply.send(outcome);
        };
        self.queue
            .as_ref()
            .ok_or_else(stopped)?
            .send(Box::new(job))
            .map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.queue.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn serve(mut connection: Connection, waiting: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        // The lock is held only while waiting, never during a job.
        let job = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = job else { return };
        job(&mut connection);
    }
}
