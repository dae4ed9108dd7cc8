//! The cells of a file as they stand in it, all in one text, so that 100,000 rows cost a handful of allocations.

use std::collections::HashMap;

use serde::Serialize;

use crate::error::Measure;
use crate::{Limits, ReadError, guard};

/// What kind of thing a file says a cell is. In CSV every cell is text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text as somebody typed it.
    #[default]
    Text,
    /// A number, written here with a decimal point whatever the file's locale is.
    Number,
    /// A date, written here as `2026-01-31`, with a time after it where there is one.
    Date,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// A fault such as `#N/A`.
    Fault,
    /// A formula whose value was not saved.
    FormulaWithoutValue,
    /// Covered by a merged cell that begins elsewhere.
    Merged,
}

/// A cell: its text without space around it, and what kind of thing it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell<'t> {
    /// The text, trimmed.
    pub text: &'t str,
    /// The kind.
    pub kind: Kind,
}

/// Where a table comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum Origin {
    /// Text with separators.
    Csv {
        /// The encoding's name.
        encoding: &'static str,
        /// The separator.
        delimiter: char,
    },
    /// A workbook.
    Xlsx {
        /// The sheet that was read.
        sheet: String,
        /// All its sheets, in their order.
        sheets: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug)]
struct RowAt {
    first: u32,
    number: u32,
}

/// The cells of a file.
#[derive(Clone, Debug)]
pub struct Table {
    origin: Origin,
    text: String,
    /// Where each cell ends in `text`; it begins where the one before it ends.
    ends: Vec<u32>,
    /// Empty when all are text.
    kinds: Vec<Kind>,
    rows: Vec<RowAt>,
    width: usize,
    /// Whether cells may have been guarded when they were written: in CSV there is no other way to say that they are text.
    guarded: bool,
    /// What the owner changed.
    edits: HashMap<(u32, u32), String>,
    /// Columns of which nothing below a row is shown, and what is shown instead.
    hidden: Vec<(usize, usize)>,
    stand_in: String,
}

impl Table {
    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// How many rows there are. Wholly empty lines of the file are none.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many cells the longest row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number that a spreadsheet shows beside this row, from 1.
    #[must_use]
    pub fn number(&self, row: usize) -> u32 {
        self.rows.get(row).map_or(0, |at| at.number)
    }

    /// How many cells this row has; those after are empty.
    #[must_use]
    pub fn row_width(&self, row: usize) -> usize {
        let (first, end) = self.span(row);
        end - first
    }

    /// The cell in this row and column, both from 0; an empty one where the row is shorter.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        if !self.edits.is_empty()
            && let Some(text) = self.edits.get(&key(row, column))
        {
            return Cell {
                text: text.trim(),
                kind: Kind::Text,
            };
        }
        let (first, end) = self.span(row);
        let index = first + column;
        if index >= end {
            return Cell::default();
        }
        if self.is_hidden(row, column, index) {
            return Cell {
                text: &self.stand_in,
                kind: Kind::Text,
            };
        }
        Cell {
            text: trimmed(self.at(index)),
            kind: self.kinds.get(index).copied().unwrap_or_default(),
        }
    }

    /// The cell's text as it stands in the file, space around it included, unless it is withheld.
    #[must_use]
    pub fn raw(&self, row: usize, column: usize) -> &str {
        if let Some(text) = self.edits.get(&key(row, column)) {
            return text;
        }
        let (first, end) = self.span(row);
        let index = first + column;
        if index >= end {
            ""
        } else if self.is_hidden(row, column, index) {
            &self.stand_in
        } else {
            self.at(index)
        }
    }

    /// Puts what the owner typed in place of a cell. A row or column that is not there is left alone.
    pub fn set(&mut self, row: usize, column: usize, text: impl Into<String>) {
        if row < self.rows.len() && column < self.width {
            self.edits.insert(key(row, column), text.into());
        }
    }

    /// Whether the owner typed over a cell.
    #[must_use]
    pub fn is_edited(&self, row: usize, column: usize) -> bool {
        self.edits.contains_key(&key(row, column))
    }

    /// Adds an empty column after all others, for what the file has no place for, with its header in the given row. Returns
    /// the column.
    pub fn append_column(&mut self, header: Option<usize>, name: &str) -> usize {
        let column = self.width;
        self.width += 1;
        if let Some(row) = header {
            self.set(row, column, name);
        }
        column
    }

    fn span(&self, row: usize) -> (usize, usize) {
        let Some(at) = self.rows.get(row) else {
            return (0, 0);
        };
        let end = self
            .rows
            .get(row + 1)
            .map_or(self.ends.len(), |next| next.first as usize);
        (at.first as usize, end)
    }

    fn at(&self, index: usize) -> &str {
        let text = self.written(index);
        if self.guarded {
            guard::unguarded(text)
        } else {
            text
        }
    }

    fn written(&self, index: usize) -> &str {
        let start = index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize);
        let end = self.ends.get(index).map_or(start, |end| *end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    /// What the file says in each cell of a row, guards included, but for what is withheld.
    pub(crate) fn row_written(&self, row: usize) -> impl Iterator<Item = &str> {
        let (first, end) = self.span(row);
        (first..end).map(move |index| {
            if self.is_hidden(row, index - first, index) {
                &self.stand_in
            } else {
                self.written(index)
            }
        })
    }

    pub(crate) fn hide(&mut self, column: usize, below: usize) {
        if !self.hidden.contains(&(column, below)) {
            self.hidden.push((column, below));
        }
    }

    pub(crate) fn hides(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Says what is shown instead of what is withheld.
    pub fn call_hidden(&mut self, text: impl Into<String>) {
        self.stand_in = text.into();
    }

    /// An empty cell hides nothing.
    fn is_hidden(&self, row: usize, column: usize, index: usize) -> bool {
        let mut hidden = self.hidden.iter();
        hidden.any(|(hidden, below)| *hidden == column && *below < row)
            && !self.at(index).trim().is_empty()
    }

    pub(crate) fn mark_merged(&mut self, rows: (u32, u32), columns: (u32, u32)) {
        let from = self.rows.partition_point(|at| at.number <= rows.0);
        for row in from.saturating_sub(1)..self.rows.len() {
            let number = self.number(row);
            if number > rows.1 + 1 {
                break;
            }
            let (first, end) = self.span(row);
            for column in columns.0..=columns.1 {
                let index = first + column as usize;
                let begins = number == rows.0 + 1 && column == columns.0;
                if index >= end || number <= rows.0 || begins {
                    continue;
                }
                if let Some(kind) = self.kinds.get_mut(index)
                    && *kind == Kind::Text
                {
                    *kind = Kind::Merged;
                }
            }
        }
    }
}

/// Without space around it, which hardly any cell has.
fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => text,
        _ => text.trim(),
    }
}

fn key(row: usize, column: usize) -> (u32, u32) {
    let narrow = |value| u32::try_from(value).unwrap_or(u32::MAX);
    (narrow(row), narrow(column))
}

/// Takes cells in their order, within the limits.
pub(crate) struct TableBuilder<'l> {
    table: Table,
    limits: &'l Limits,
}

impl<'l> TableBuilder<'l> {
    pub(crate) fn new(origin: Origin, limits: &'l Limits) -> Self {
        let table = Table {
            guarded: matches!(origin, Origin::Csv { .. }),
            origin,
            text: String::new(),
            ends: Vec::new(),
            kinds: Vec::new(),
            rows: Vec::new(),
            width: 0,
            edits: HashMap::new(),
            hidden: Vec::new(),
            stand_in: "••••".to_owned(),
        };
        Self { table, limits }
    }

    /// A whole row at once: its text, and where each cell ends in it. Empty cells at its end are left out.
    pub(crate) fn row(&mut self, number: u32, text: &str, ends: &[usize]) -> Result<(), ReadError> {
        let filled = ends.iter().take_while(|end| **end < text.len()).count() + 1;
        let ends = ends.get(..filled).unwrap_or(ends);
        if text.len() > self.limits.cell_bytes {
            let mut start = 0;
            for end in ends {
                if end - start > self.limits.cell_bytes {
                    return Err(self.cell_too_large());
                }
                start = *end;
            }
        }
        self.begin(number)?;
        let base = self.table.text.len();
        self.table.text.push_str(text);
        self.room(ends.len())?;
        // The text is under the limit, which is under 4 GiB.
        let narrow = |end: &usize| u32::try_from(base + end).unwrap_or(u32::MAX);
        self.table.ends.extend(ends.iter().map(narrow));
        self.end()
    }

    /// Begins a row that is given cell by cell.
    pub(crate) fn begin(&mut self, number: u32) -> Result<(), ReadError> {
        self.room(0)?;
        let first = u32::try_from(self.table.ends.len()).unwrap_or(u32::MAX);
        self.table.rows.push(RowAt { first, number });
        Ok(())
    }

    /// The next cell of the row.
    pub(crate) fn cell(&mut self, text: &str, kind: Kind) -> Result<(), ReadError> {
        if text.len() > self.limits.cell_bytes {
            return Err(self.cell_too_large());
        }
        self.table.text.push_str(text);
        self.room(1)?;
        let end = u32::try_from(self.table.text.len()).unwrap_or(u32::MAX);
        self.table.ends.push(end);
        self.table.kinds.push(kind);
        Ok(())
    }

    /// Ends the row.
    pub(crate) fn end(&mut self) -> Result<(), ReadError> {
        let width = self.table.row_width(self.table.len().saturating_sub(1));
        if width > self.limits.columns {
            let limit = self.limits.columns;
            return Err(ReadError::too_large(Measure::Columns, limit));
        }
        self.table.width = self.table.width.max(width);
        Ok(())
    }

    /// How many cells the row has so far.
    pub(crate) fn width_so_far(&self) -> usize {
        self.table.row_width(self.table.len().saturating_sub(1))
    }

    pub(crate) fn finish(self) -> Table {
        self.table
    }

    fn room(&self, cells: usize) -> Result<(), ReadError> {
        let Limits {
            text_bytes,
            cells: most,
            ..
        } = *self.limits;
        if self.table.text.len() > text_bytes {
            return Err(ReadError::too_large(Measure::TextBytes, text_bytes));
        }
        if self.table.ends.len() + cells > most {
            return Err(ReadError::too_large(Measure::Cells, most));
        }
        Ok(())
    }

    fn cell_too_large(&self) -> ReadError {
        ReadError::too_large(Measure::CellBytes, self.limits.cell_bytes)
    }
}
