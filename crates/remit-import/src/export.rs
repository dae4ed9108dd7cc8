//! Outcomes back into files: the original columns first, then what became of each row; and templates to fill in.

use std::io::{Seek, Write};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::field::{Field, Language};
use crate::guard::guarded;
use crate::mapping::Mapping;
use crate::table::{Kind, Table};
use crate::watch::{Progress, Watcher};

/// As many rows as a sheet of Excel has.
const SHEET_ROWS: usize = 1_048_576;
/// As many characters as a cell of Excel has.
const CELL_CHARACTERS: usize = 32_767;
/// How often the watcher is told.
const EVERY_ROWS: usize = 1024;

/// What a template asks for.
const TEMPLATE: [(Field, f64); 7] = [
    (Field::Payee, 34.0),
    (Field::Amount, 14.0),
    (Field::Currency, 10.0),
    (Field::InvoiceId, 20.0),
    (Field::Description, 36.0),
    (Field::Note, 36.0),
    (Field::Date, 14.0),
];

/// Why a file could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The owner stopped it.
    #[error("Writing was stopped. The file is not complete; delete it.")]
    Cancelled,
    /// More than a sheet of Excel has.
    #[error("A sheet of Excel has {rows} rows, and these are more. Export as CSV.")]
    TooManyRows {
        /// How many it has.
        rows: usize,
    },
    /// The disk did not take it.
    #[error("The file could not be written: {0}. Is there room, and may Remit write there?")]
    Disk(String),
}

impl From<csv::Error> for WriteError {
    fn from(error: csv::Error) -> Self {
        Self::Disk(error.to_string())
    }
}

impl From<std::io::Error> for WriteError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error.to_string())
    }
}

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        Self::Disk(error.to_string())
    }
}

/// What became of the rows, in columns of their own.
pub struct Outcomes<'o> {
    /// Their headers.
    pub headers: &'o [&'o str],
    /// Adds the cells of a row, one for each header.
    pub cells: &'o mut dyn FnMut(usize, &mut Vec<String>),
}

/// Writes a row of the table, or a blank one, and what comes after it.
type WriteRow<'w> = &'w mut dyn FnMut(Option<usize>, &[String]) -> Result<(), WriteError>;

/// CSV as Excel reads it best: UTF-8 with its mark, and its ends of lines.
fn for_spreadsheets<W: Write>(mut out: W) -> Result<csv::Writer<W>, WriteError> {
    out.write_all("\u{feff}".as_bytes())?;
    Ok(csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out))
}

/// Writes CSV as Excel reads it best: UTF-8 with its mark, commas, and no cell that a spreadsheet would run (see
/// [`guarded`]).
///
/// # Errors
/// When the disk does not take it, or the watcher says no.
pub fn write_csv<W: Write>(
    out: W,
    table: &Table,
    mapping: &Mapping,
    outcomes: Outcomes<'_>,
    watcher: Watcher<'_>,
) -> Result<(), WriteError> {
    let mut csv = for_spreadsheets(out)?;
    let width = table.width();
    each_row(table, mapping, outcomes, watcher, &mut |row, more| {
        for column in 0..width {
            let text = row.map_or("", |row| table.raw(row, column));
            csv.write_field(guarded(text).as_bytes())?;
        }
        for text in more {
            csv.write_field(guarded(text).as_bytes())?;
        }
        csv.write_record(None::<&[u8]>)?;
        Ok(())
    })?;
    csv.flush()?;
    Ok(())
}

/// Writes headers and rows as CSV in the way of [`write_csv`].
///
/// # Errors
/// When the disk does not take it.
pub fn write_list<W: Write, R: AsRef<[String]>>(
    out: W,
    headers: &[impl AsRef<str>],
    rows: impl IntoIterator<Item = R>,
) -> Result<(), WriteError> {
    let mut csv = for_spreadsheets(out)?;
    csv.write_record(
        headers
            .iter()
            .map(|text| guarded(text.as_ref()).into_owned()),
    )?;
    for row in rows {
        csv.write_record(row.as_ref().iter().map(|text| guarded(text).into_owned()))?;
    }
    csv.flush()?;
    Ok(())
}

/// Writes XLSX. Every text is a text cell, which no spreadsheet runs, and stays one when it is edited. The rows pass through a
/// temporary file without a name, so that memory stays flat.
///
/// # Errors
/// When there are more rows than a sheet has, the disk does not take it, or the watcher says no.
pub fn write_xlsx<W: Write + Seek + Send>(
    out: W,
    table: &Table,
    mapping: &Mapping,
    outcomes: Outcomes<'_>,
    watcher: Watcher<'_>,
) -> Result<(), WriteError> {
    if table.len() >= SHEET_ROWS {
        return Err(WriteError::TooManyRows { rows: SHEET_ROWS });
    }
    let mut workbook = Workbook::new();
    let mut sheet = SheetRow {
        sheet: workbook.add_worksheet_with_low_memory()?,
        text: Format::new().set_num_format("@"),
        formula: Format::new().set_num_format("@").set_quote_prefix(),
        row: 0,
        column: 0,
    };
    let width = table.width();
    each_row(table, mapping, outcomes, watcher, &mut |row, more| {
        for column in 0..width {
            let kind = row.map_or(Kind::Text, |row| table.cell(row, column).kind);
            let text = row.map_or("", |row| table.raw(row, column));
            sheet.cell(text, kind)?;
        }
        for text in more {
            sheet.cell(text, Kind::Text)?;
        }
        sheet.row += 1;
        sheet.column = 0;
        Ok(())
    })?;
    workbook.save_to_writer(out)?;
    Ok(())
}

/// Hands over every row of the table with its outcome; the header's outcome is their headers. Without a header a row with
/// those alone comes first.
fn each_row(
    table: &Table,
    mapping: &Mapping,
    outcomes: Outcomes<'_>,
    watcher: Watcher<'_>,
    write: WriteRow<'_>,
) -> Result<(), WriteError> {
    let headers: Vec<String> = outcomes.headers.iter().copied().map(String::from).collect();
    let empty = vec![String::new(); headers.len()];
    let mut more = Vec::with_capacity(headers.len());
    let of = table.len() as u64;
    if mapping.header.is_none() {
        write(None, &headers)?;
    }
    for row in 0..table.len() {
        if row.is_multiple_of(EVERY_ROWS) {
            let done = row as u64;
            let progress = Progress {
                done,
                of,
                rows: done,
            };
            if !watcher(progress) {
                return Err(WriteError::Cancelled);
            }
        }
        if mapping.header == Some(row) {
            write(Some(row), &headers)?;
        } else if row < mapping.first_row() {
            write(Some(row), &empty)?;
        } else {
            more.clear();
            (outcomes.cells)(row, &mut more);
            more.resize(headers.len(), String::new());
            write(Some(row), &more)?;
        }
    }
    Ok(())
}

struct SheetRow<'s> {
    sheet: &'s mut Worksheet,
    text: Format,
    formula: Format,
    row: u32,
    column: u16,
}

impl SheetRow<'_> {
    fn cell(&mut self, text: &str, kind: Kind) -> Result<(), WriteError> {
        let (row, column) = (self.row, self.column);
        self.column = self.column.saturating_add(1);
        if text.is_empty() {
            return Ok(());
        }
        // Numbers that a spreadsheet keeps whole stay numbers; all else is text.
        if kind == Kind::Number && text.bytes().filter(u8::is_ascii_digit).count() <= 15 {
            if let Ok(number) = text.parse::<f64>() {
                self.sheet.write_number(row, column, number)?;
            }
            return Ok(());
        }
        let format = match guarded(text) {
            std::borrow::Cow::Owned(_) => &self.formula,
            std::borrow::Cow::Borrowed(_) => &self.text,
        };
        let fits = text.char_indices().nth(CELL_CHARACTERS - 1);
        let shortened = fits
            .and_then(|(end, _)| text.get(..end))
            .map(|text| format!("{text}…"));
        let text = shortened.as_deref().unwrap_or(text);
        self.sheet
            .write_string_with_format(row, column, text, format)?;
        Ok(())
    }
}

/// An empty file to fill in, as CSV.
///
/// # Errors
/// When the disk does not take it.
pub fn template_csv<W: Write>(mut out: W, language: Language) -> Result<(), WriteError> {
    let headers = TEMPLATE.map(|(field, _)| field.header(language));
    write!(out, "\u{feff}{}\r\n", headers.join(","))?;
    Ok(())
}

/// An empty file to fill in, as XLSX. Payees and invoice IDs are text there, so that no long number loses its end.
///
/// # Errors
/// When the disk does not take it.
pub fn template_xlsx<W: Write + Seek + Send>(out: W, language: Language) -> Result<(), WriteError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, (field, width)) in (0_u16..).zip(TEMPLATE) {
        let format = match field {
            Field::Amount => Format::new().set_num_format("#,##0.00"),
            Field::Date => Format::new().set_num_format("yyyy-mm-dd"),
            _ => Format::new().set_num_format("@"),
        };
        sheet.set_column_format(column, &format)?;
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, field.header(language), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_writer(out)?;
    Ok(())
}
