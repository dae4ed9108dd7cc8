//! A connection that outlives damage: once SQLCipher has met a page that does not fit its code it never lets that connection
//! read or write again, whatever page is asked for, so that another takes its place.

use remit_core::LedgerError;
use rusqlite::Connection;

type Open = Box<dyn Fn() -> Result<Connection, LedgerError> + Send>;

pub(crate) struct Lasting {
    open: Open,
    /// Gone after it met damage, until it is asked for.
    connection: Option<Connection>,
}

impl Lasting {
    /// A connection, and how another is opened.
    pub(crate) fn new(
        connection: Connection,
        open: impl Fn() -> Result<Connection, LedgerError> + Send + 'static,
    ) -> Self {
        Self {
            open: Box::new(open),
            connection: Some(connection),
        }
    }

    /// The connection.
    pub(crate) fn get(&mut self) -> Result<&mut Connection, LedgerError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => (self.open)()?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Gives the connection up if it met damage on the way to this error. Returns whether it did.
    pub(crate) fn give_up_after(&mut self, error: &mut LedgerError) -> bool {
        let met = self
            .connection
            .as_ref()
            .is_some_and(|connection| met_damage(connection, error));
        if met {
            self.connection = None;
            if let LedgerError::Failed(_) = error {
                *error = LedgerError::Corrupt("a page does not fit its code".to_owned());
            }
        }
        met
    }
}

/// Whether a connection can do nothing any more after an error. Often the error itself does not say why.
pub(crate) fn met_damage(connection: &Connection, error: &LedgerError) -> bool {
    matches!(error, LedgerError::Corrupt(_) | LedgerError::Failed(_))
        && connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
            .is_err()
}
