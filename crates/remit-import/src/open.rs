//! From bytes to a table: sees what the file is and has it read.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::UTF_8;

use crate::error::{Measure, OtherFormat};
use crate::watch::{Metered, Watch, Watcher};
use crate::{Limits, ReadError, Table, csv_file, encoding, xlsx_file};

/// What the owner chose where the guess was wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Which sheet of a workbook; else the first visible one that is not empty.
    pub sheet: Option<String>,
    /// Which encoding, one of [`crate::ENCODINGS`]; else the one it seems to have.
    pub encoding: Option<String>,
    /// Which separator: `,` `;` `|` or a tab; else the one that cuts it into columns.
    pub delimiter: Option<char>,
}

/// Reads the file at this path.
///
/// # Errors
/// When it is no table that Remit reads, is damaged or too large, or the watcher says no.
pub fn read_path(
    path: &Path,
    choices: &Choices,
    limits: &Limits,
    watcher: Watcher<'_>,
) -> Result<Table, ReadError> {
    read(std::fs::File::open(path)?, choices, limits, watcher)
}

/// Reads what was copied from a spreadsheet, or typed.
///
/// # Errors
/// As [`read_path`].
pub fn read_text(text: &str, limits: &Limits) -> Result<Table, ReadError> {
    let mut patient = |_| true;
    let watch = Watch::new(&mut patient, 0);
    check_size(text.len() as u64, limits)?;
    csv_file::read(Cursor::new(text), UTF_8, None, limits, &watch)
}

/// Reads a file.
///
/// # Errors
/// As [`read_path`].
pub fn read<R: Read + Seek>(
    mut file: R,
    choices: &Choices,
    limits: &Limits,
    watcher: Watcher<'_>,
) -> Result<Table, ReadError> {
    let bytes = file.seek(SeekFrom::End(0))?;
    check_size(bytes, limits)?;
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(1024);
    file.by_ref().take(1024).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let watch = Watch::new(watcher, bytes);
    watch.tell();
    let outcome = match signature(&head)? {
        Signature::Zip => {
            let file = Metered::new(file, &watch);
            let sheet = choices.sheet.as_deref();
            xlsx_file::read(file, bytes, sheet, limits, &watch)
        }
        Signature::Unknown => text(Metered::new(file, &watch), choices, limits, &watch),
    };
    // Whatever a library made of the end of its file, the owner's word is the reason.
    watch.check()?;
    watch.tell();
    outcome
}

fn text<R: Read + Seek>(
    mut file: R,
    choices: &Choices,
    limits: &Limits,
    watch: &Watch<'_>,
) -> Result<Table, ReadError> {
    let detected = encoding::detect(&mut file, &|| watch.check())?;
    let encoding = match &choices.encoding {
        Some(name) => encoding::named(name).unwrap_or(detected),
        None => detected,
    };
    let delimiter = choices
        .delimiter
        .and_then(|delimiter| u8::try_from(delimiter).ok())
        .filter(u8::is_ascii);
    csv_file::read(file, encoding, delimiter, limits, watch)
}

fn check_size(bytes: u64, limits: &Limits) -> Result<(), ReadError> {
    match bytes {
        0 => Err(ReadError::Empty),
        bytes if bytes > limits.file_bytes => {
            Err(ReadError::too_large(Measure::FileBytes, limits.file_bytes))
        }
        _ => Ok(()),
    }
}

enum Signature {
    Zip,
    Unknown,
}

fn signature(head: &[u8]) -> Result<Signature, ReadError> {
    let other = |format| Err(ReadError::OtherFormat { format });
    let begins = |bytes: &[u8]| head.starts_with(bytes);
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let page = text.trim_ascii_start().to_ascii_lowercase();
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        Ok(Signature::Zip)
    } else if begins(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") || begins(b"\x09\x08") {
        other(OtherFormat::OldOrLockedExcel)
    } else if begins(b"%PDF-") {
        other(OtherFormat::Pdf)
    } else if [&b"<!doctype"[..], b"<html", b"<table", b"<?xml"]
        .iter()
        .any(|tag| page.starts_with(tag))
    {
        other(OtherFormat::WebPage)
    } else {
        Ok(Signature::Unknown)
    }
}
