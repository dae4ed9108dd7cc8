//! CSV into a table. The `csv-core` crate cuts it; around it stands what it leaves open: where a blank line counts, a
//! quotation mark that is never closed, and cells that are far too long.

use std::io::{Read, Seek};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::Encoding;

use crate::encoding::Decoded;
use crate::error::Measure;
use crate::table::{Origin, TableBuilder};
use crate::watch::Watch;
use crate::{Limits, ReadError, Table, delimiter};

pub(crate) fn read<R: Read + Seek>(
    file: R,
    encoding: &'static Encoding,
    chosen: Option<u8>,
    limits: &Limits,
    watch: &Watch<'_>,
) -> Result<Table, ReadError> {
    let mut pieces = Decoded::new(file, encoding)?;
    let head = match pieces.next()? {
        Some(head) => head.to_owned(),
        None => return Err(ReadError::Empty),
    };
    let (told, skipped) = match delimiter::told(&head) {
        Some((told, skipped)) => (Some(told), skipped),
        None => (None, 0),
    };
    let body = head.get(skipped..).unwrap_or_default();
    let delimiter = chosen
        .or(told)
        .unwrap_or_else(|| delimiter::sniff(body, head.len() < (30 << 10)));
    let origin = Origin::Csv {
        encoding: encoding.name(),
        delimiter: char::from(delimiter),
    };
    let mut cutter = Cutter {
        reader: ReaderBuilder::new().delimiter(delimiter).build(),
        cells: vec![0; 64 << 10],
        filled: 0,
        ends: vec![0; 256],
        ended: 0,
        row: 1,
        // The line that told the separator is not a row; its line break is still to come.
        last: if told.is_some() {
            Last::Skipped
        } else {
            Last::Other
        },
        within: false,
        table: TableBuilder::new(origin, limits),
        limits,
        watch,
    };
    cutter.feed(body.as_bytes())?;
    while let Some(piece) = pieces.next()? {
        cutter.feed(piece.as_bytes())?;
    }
    let table = cutter.finish()?;
    if table.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(table)
}

/// What came just before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A carriage return that ended a row: a line feed after it belongs to it.
    Return,
    /// A line that counts for nothing, up to its line break.
    Skipped,
    Other,
}

struct Cutter<'l, 'w, 'a> {
    reader: Reader,
    cells: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    ended: usize,
    /// The number of the row that is being read.
    row: u32,
    last: Last,
    /// Whether a row has begun.
    within: bool,
    table: TableBuilder<'l>,
    limits: &'l Limits,
    watch: &'w Watch<'a>,
}

impl Cutter<'_, '_, '_> {
    fn feed(&mut self, mut input: &[u8]) -> Result<(), ReadError> {
        while !input.is_empty() {
            if !self.within {
                input = self.line_breaks(input);
                if input.is_empty() {
                    break;
                }
                self.within = true;
            }
            let (result, read) = self.cut(input)?;
            let consumed = input.get(..read).unwrap_or_default();
            input = input.get(read..).unwrap_or_default();
            if result == ReadRecordResult::Record {
                self.last = match consumed.last() {
                    Some(b'\r') => Last::Return,
                    _ => Last::Other,
                };
                self.record()?;
            }
        }
        Ok(())
    }

    /// Goes past line breaks between rows, which `csv-core` would without counting them.
    fn line_breaks<'i>(&mut self, mut input: &'i [u8]) -> &'i [u8] {
        while let Some((first, rest)) = input.split_first() {
            match (first, self.last) {
                (b'\n', Last::Return) => self.last = Last::Other,
                (b'\n', Last::Skipped) => self.last = Last::Other,
                (b'\r', Last::Skipped) => self.last = Last::Return,
                (b'\n', Last::Other) => self.row = self.row.saturating_add(1),
                (b'\r', Last::Other | Last::Return) => {
                    self.row = self.row.saturating_add(1);
                    self.last = Last::Return;
                }
                _ => {
                    self.last = Last::Other;
                    break;
                }
            }
            input = rest;
        }
        input
    }

    fn cut(&mut self, input: &[u8]) -> Result<(ReadRecordResult, usize), ReadError> {
        let mut total = 0;
        loop {
            let rest = input.get(total..).unwrap_or_default();
            let cells = self.cells.get_mut(self.filled..).unwrap_or_default();
            let ends = self.ends.get_mut(self.ended..).unwrap_or_default();
            let (result, read, wrote, ended) = self.reader.read_record(rest, cells, ends);
            total += read;
            self.filled += wrote;
            self.ended += ended;
            match result {
                ReadRecordResult::OutputFull => {
                    let ended = self.ended.checked_sub(1);
                    let begins = ended.and_then(|last| self.ends.get(last));
                    let cell = self.filled - begins.copied().unwrap_or(0);
                    if cell > self.limits.cell_bytes {
                        return Err(self.too_long());
                    }
                    if self.filled > self.limits.text_bytes {
                        let limit = self.limits.text_bytes;
                        return Err(ReadError::too_large(Measure::TextBytes, limit));
                    }
                    self.cells.resize(self.cells.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    if self.ended > self.limits.columns {
                        let limit = self.limits.columns;
                        return Err(ReadError::too_large(Measure::Columns, limit));
                    }
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                _ => return Ok((result, total)),
            }
        }
    }

    fn record(&mut self) -> Result<(), ReadError> {
        let bytes = self.cells.get(..self.filled).unwrap_or_default();
        let ends = self.ends.get(..self.ended).unwrap_or_default();
        // Cut at ASCII characters from valid text, so valid.
        let text = std::str::from_utf8(bytes).map_err(ReadError::damaged)?;
        if !text.trim().is_empty() {
            self.table.row(self.row, text, ends)?;
            self.watch.row()?;
        }
        self.row = self.row.saturating_add(1);
        self.filled = 0;
        self.ended = 0;
        self.within = false;
        Ok(())
    }

    fn finish(mut self) -> Result<Table, ReadError> {
        if self.within {
            // A line break ends a row, unless it is within quotation marks.
            let (result, _) = self.cut(b"\n")?;
            if result != ReadRecordResult::Record {
                return Err(ReadError::UnclosedQuote { row: self.row });
            }
            self.record()?;
        }
        Ok(self.table.finish())
    }

    /// A cell without end is most likely a quotation mark without end.
    fn too_long(&self) -> ReadError {
        ReadError::UnclosedQuote { row: self.row }
    }
}
