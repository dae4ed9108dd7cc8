//! Why a file cannot be read at all. What is wrong with a single cell is a [`crate::Problem`].

use serde::Serialize;

/// What a file is when it is not one that Remit reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherFormat {
    /// The format of Excel before 2007, or a workbook locked with a password: both begin the same.
    OldOrLockedExcel,
    /// OpenDocument, as LibreOffice saves by default.
    OpenDocument,
    /// Excel's binary workbook (`.xlsb`).
    BinaryExcel,
    /// Apple's Numbers.
    Numbers,
    /// A PDF.
    Pdf,
    /// A web page; some systems call one `.xls`.
    WebPage,
    /// A packed folder that is no workbook.
    Zip,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ReadError {
    /// The owner stopped it.
    #[error("Reading was stopped. Nothing was imported.")]
    Cancelled,
    /// There is nothing in it.
    #[error("There are no rows in this file. Choose a file that lists who gets how much.")]
    Empty,
    /// Not text and no known format.
    #[error("This is not a table. Save it as CSV or XLSX and choose that file.")]
    Binary,
    /// A known format, but not one that is read.
    #[error(
        "Remit reads CSV and XLSX. Open this file where it was made and save it as one of these."
    )]
    OtherFormat {
        /// Which.
        format: OtherFormat,
    },
    /// Bytes that mean nothing in the file's encoding.
    #[error(
        "The text of this file is damaged: it is not {encoding} throughout. Save it again as “CSV UTF-8”."
    )]
    Undecodable {
        /// The encoding that it otherwise seems to have.
        encoding: &'static str,
    },
    /// A quotation mark is opened and never closed.
    #[error(
        "A quotation mark in row {row} is never closed, so all that follows runs into one cell. Is the file complete? Close the mark or export again."
    )]
    UnclosedQuote {
        /// The row where it is opened, as a spreadsheet counts.
        row: u32,
    },
    /// The workbook is cut short or inconsistent.
    #[error(
        "This workbook is damaged or incomplete ({detail}). Open it in Excel, save it again and choose the new file."
    )]
    Damaged {
        /// What was found.
        detail: String,
    },
    /// No sheet has this name.
    #[error("The workbook has no sheet “{sheet}”. Choose one that it has.")]
    NoSuchSheet {
        /// The name.
        sheet: String,
    },
    /// Larger than the limits.
    #[error("The file is too large: {what} is more than {limit}. Split it into several files.")]
    TooLarge {
        /// What is too large.
        what: Measure,
        /// How much it may be.
        limit: u64,
    },
    /// It unpacks to far more than a workbook would.
    #[error(
        "This workbook unpacks to more than {ratio} times its size, as no honest one does. It was not opened."
    )]
    Bomb {
        /// How many times its size it may have.
        ratio: u64,
    },
    /// The disk did not give it.
    #[error("The file could not be read: {detail}. Is it still there, and may Remit read it?")]
    Disk {
        /// What the system said.
        detail: String,
    },
}

/// What of a file is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Bytes of the file.
    FileBytes,
    /// Bytes of the unpacked workbook.
    UnpackedBytes,
    /// Files in the workbook.
    Parts,
    /// Bytes of all cells.
    TextBytes,
    /// Cells.
    Cells,
    /// Columns.
    Columns,
    /// Bytes of one cell.
    CellBytes,
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::FileBytes => "its size in bytes",
            Self::UnpackedBytes => "its unpacked size in bytes",
            Self::Parts => "the number of files in it",
            Self::TextBytes => "the text in it, in bytes,",
            Self::Cells => "the number of cells",
            Self::Columns => "the number of columns",
            Self::CellBytes => "a single cell, in bytes,",
        })
    }
}

impl ReadError {
    pub(crate) fn damaged(detail: impl ToString) -> Self {
        Self::Damaged {
            detail: detail.to_string(),
        }
    }

    pub(crate) fn too_large(what: Measure, limit: impl TryInto<u64>) -> Self {
        Self::TooLarge {
            what,
            limit: limit.try_into().unwrap_or(u64::MAX),
        }
    }
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk {
            detail: error.to_string(),
        }
    }
}
