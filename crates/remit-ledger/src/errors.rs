//! What SQLite's errors mean to the owner. No message holds SQL or a stored value.

use remit_core::LedgerError;
use rusqlite::{ErrorCode, ffi};
use std::io;
use std::path::Path;

pub(crate) fn translate(error: rusqlite::Error) -> LedgerError {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            let said = message.unwrap_or_else(|| failure.to_string());
            match failure.code {
                ErrorCode::DiskFull => LedgerError::DiskFull,
                // The shared-memory file beside the ledger could not grow.
                _ if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => LedgerError::DiskFull,
                ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => LedgerError::ReadOnly(said),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => LedgerError::Corrupt(said),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => LedgerError::Failed(
                    "another program keeps the ledger file busy. Close other windows of Remit and try again".to_owned(),
                ),
                _ => LedgerError::Failed(said),
            }
        }
        // The statement itself is left out.
        rusqlite::Error::SqlInputError { msg, .. } => LedgerError::Failed(msg),
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::Utf8Error(..) => {
            LedgerError::Corrupt("a stored record cannot be read".to_owned())
        }
        other => LedgerError::Failed(other.to_string()),
    }
}

/// What an error of the file system means, while `path` was being made or opened.
pub(crate) fn translate_io(error: &io::Error, path: &Path) -> LedgerError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LedgerError::DiskFull,
        _ => LedgerError::ReadOnly(format!("{}: {error}", path.display())),
    }
}
