//! Reads of the SQLite file, which go on beside its one writer.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::super::StoreError;
use super::super::writer::failed;
use super::BUSY;

/// How many reads go on at a time.
const READERS: usize = 2;

/// A few connections that only read.
pub(super) struct Readers {
    free: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(BUSY)?;
            Ok(connection)
        };
        let free: Result<Vec<_>, _> = (0..READERS).map(|_| open()).collect();
        Ok(Self {
            free: Arc::new(Mutex::new(free.map_err(failed)?)),
            permits: Arc::new(Semaphore::new(READERS)),
        })
    }

    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let gone = || StoreError("a reader of the store is gone; start the relay again".to_owned());
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| gone())?;
        let free = Arc::clone(&self.free);
        // The permit goes with the work: a caller that stops waiting does not free a connection that is in use.
        tokio::task::spawn_blocking(move || {
            let lock = || free.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = lock().pop().ok_or_else(gone)?;
            let outcome = work(&connection).map_err(failed);
            lock().push(connection);
            drop(permit);
            outcome
        })
        .await
        .unwrap_or_else(|_| Err(gone()))
    }
}
