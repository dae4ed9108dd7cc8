//! A look into a workbook before it is opened: a zip file may unpack to a thousand times its size, and may lie about it.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{Measure, OtherFormat};
use crate::{Limits, ReadError};

/// Under this size any ratio will do: a short workbook of nothing but equal cells packs well.
const SMALL: u64 = 32 << 20;

/// What was found while looking.
pub(crate) struct Looked {
    /// Whether any sheet may have merged cells; they are listed after the cells, so reading them takes a second pass.
    pub(crate) merged: bool,
}

/// Unpacks everything once without keeping it.
pub(crate) fn look<R: Read + Seek>(
    file: &mut R,
    file_bytes: u64,
    limits: &Limits,
    check: &dyn Fn() -> Result<(), ReadError>,
) -> Result<Looked, ReadError> {
    let mut archive = match ZipArchive::new(file) {
        Ok(archive) => archive,
        Err(error) => {
            check()?;
            return Err(zip_error(&error));
        }
    };
    if archive.len() > limits.parts {
        return Err(ReadError::too_large(Measure::Parts, limits.parts));
    }
    if let Some(format) = other_format(&archive) {
        return Err(ReadError::OtherFormat { format });
    }
    let mut unpacked = Unpacked {
        total: 0,
        file_bytes,
        limits,
    };
    let mut looked = Looked { merged: false };
    let mut piece = vec![0; 64 << 10];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| zip_error(&error))?;
        let strings = part
            .name()
            .is_ok_and(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"));
        let mut tail = Vec::new();
        let mut first = true;
        loop {
            let count = match part.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) => {
                    check()?;
                    return Err(ReadError::damaged(error));
                }
            };
            check()?;
            unpacked.add(count)?;
            let bytes = piece.get(..count).unwrap_or_default();
            if first && strings {
                believable_count(bytes, limits)?;
            }
            first = false;
            tail.extend_from_slice(bytes);
            looked.merged |= contains(&tail, b"<mergeCell ");
            let keep = tail.len().saturating_sub(16);
            tail.drain(..keep);
        }
    }
    Ok(looked)
}

struct Unpacked<'l> {
    total: u64,
    file_bytes: u64,
    limits: &'l Limits,
}

impl Unpacked<'_> {
    fn add(&mut self, count: usize) -> Result<(), ReadError> {
        self.total += u64::try_from(count).unwrap_or(u64::MAX);
        let ratio = self.limits.unpacked_ratio;
        if self.total > SMALL && self.total / ratio > self.file_bytes {
            return Err(ReadError::Bomb { ratio });
        }
        if self.total > self.limits.unpacked_bytes {
            let limit = self.limits.unpacked_bytes;
            return Err(ReadError::too_large(Measure::UnpackedBytes, limit));
        }
        Ok(())
    }
}

/// The reader of workbooks makes room for as many texts as the workbook says it has, before it sees one.
fn believable_count(head: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let head = String::from_utf8_lossy(head.get(..4096).unwrap_or(head)).into_owned();
    for (_, after) in head
        .split("uniqueCount")
        .filter_map(|part| part.split_once(['"', '\'']))
    {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let count: u64 = after.get(..digits).unwrap_or_default().parse().unwrap_or(0);
        if digits > 12 || count > limits.cells as u64 {
            return Err(ReadError::too_large(Measure::Cells, limits.cells));
        }
    }
    Ok(())
}

fn other_format<R: Read + Seek>(archive: &ZipArchive<R>) -> Option<OtherFormat> {
    let names: Vec<_> = archive.file_names().flatten().collect();
    let has = |name: &str| names.iter().any(|part| part.eq_ignore_ascii_case(name));
    let begins = |folder: &str| names.iter().any(|part| part.starts_with(folder));
    if has("xl/workbook.bin") {
        Some(OtherFormat::BinaryExcel)
    } else if has("content.xml") && has("mimetype") {
        Some(OtherFormat::OpenDocument)
    } else if has("Index/Document.iwa") || has("index.apxl") || begins("Index/Tables/") {
        Some(OtherFormat::Numbers)
    } else if !has("[Content_Types].xml") || !has("_rels/.rels") {
        Some(OtherFormat::Zip)
    } else {
        None
    }
}

fn zip_error(error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::OtherFormat {
            format: OtherFormat::OldOrLockedExcel,
        },
        error => ReadError::damaged(error),
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(bytes, word).is_some()
}
