//! A commit that fails when told to, for the simulation. A build of the whole workspace has it; the app never calls it.

use crate::SqliteLedger;
use crate::errors::translate;
use remit_core::LedgerError;

impl SqliteLedger {
    /// Makes SQLite refuse the next commit, so that it undoes the transaction.
    ///
    /// # Errors
    /// When the writer has stopped.
    pub async fn break_next_commit(&self) -> Result<(), LedgerError> {
        let mut commits = 0;
        // The first commit is the one of the transaction that this runs in.
        let refuse = move || {
            commits += 1;
            commits == 2
        };
        self.writer
            .write(move |ledger| ledger.commit_hook(Some(refuse)).map_err(translate))
            .await
    }
}
