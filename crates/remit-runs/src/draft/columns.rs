//! Which column holds a field, and how that is changed.

use super::Draft;
use super::opening::read_table;
use super::settings::Settings;
use crate::error::RunError;
use remit_core::{Code, Currency, RunOrigin};
use remit_import::{DateOrder, DecimalMark, Field, Language, Mapping, Origin, propose};

impl Draft {
    /// The column that holds a field of a row, the payee's as it is shown: the surest that says something.
    pub(super) fn column(&self, row: usize, field: Field) -> Option<usize> {
        let mapping = &self.settings.mapping;
        if field != Field::Payee {
            return mapping.column(field);
        }
        let sure = [
            Field::Payee,
            Field::PayeeName,
            Field::Email,
            Field::CustomerNo,
            Field::PayeeCode,
        ];
        let columns = sure.iter().filter_map(|field| mapping.column(*field));
        let mut said = columns
            .clone()
            .filter(|column| !self.table.cell(row, *column).text.is_empty());
        said.next().or_else(|| columns.clone().next())
    }

    /// The columns of a row that say who is paid.
    pub(super) fn payee_columns(&self) -> Vec<usize> {
        let columns = self.settings.mapping.columns.iter().enumerate();
        columns
            .filter(|(_, field)| field.is_some_and(Field::names_payee))
            .map(|(column, _)| column)
            .collect()
    }

    /// A cell as it stands, and whether the owner typed it.
    #[must_use]
    pub fn cell(&self, row: usize, field: Field) -> (&str, bool) {
        match self.column(row, field) {
            Some(column) => (
                self.table.raw(row, column),
                self.table.is_edited(row, column),
            ),
            None => ("", false),
        }
    }

    /// The column for a field; a new one after all others where none holds it.
    pub(super) fn column_for(&mut self, field: Field) -> (usize, bool) {
        if let Some(column) = self.settings.mapping.column(field) {
            return (column, false);
        }
        let appended = self.settings.appended.iter();
        let column = match appended.clone().position(|known| *known == field) {
            Some(place) => self.width + place,
            None => {
                self.settings.appended.push(field);
                let header = field.header(Language::English);
                self.table
                    .append_column(self.settings.mapping.header, header)
            }
        };
        self.settings
            .mapping
            .columns
            .resize(self.table.width(), None);
        self.settings.mapping.set(column, Some(field));
        (column, true)
    }

    /// The currency that the rows which say none have, and other answers about the whole file.
    ///
    /// # Errors
    /// [`Code::RunSheetFixed`] when another sheet is chosen after cells of this one were changed; a sheet that cannot be read.
    pub fn map(
        &mut self,
        source: impl FnOnce() -> Vec<u8>,
        chosen: &ChosenMapping,
    ) -> Result<(), RunError> {
        let sheet = match self.table.origin() {
            Origin::Xlsx { sheet, .. } => chosen.sheet.clone().filter(|other| other != sheet),
            Origin::Csv { .. } => None,
        };
        if let Some(sheet) = sheet {
            return self.turn_to(sheet, &source());
        }
        let mapping = &mut self.settings.mapping;
        mapping.columns = vec![None; self.table.width()];
        for (column, field) in chosen.columns.iter().enumerate() {
            mapping.set(column, *field);
        }
        // What was typed where the file has no column stays where it was typed, unless the file has one now.
        for (place, field) in self.settings.appended.iter().enumerate() {
            if mapping.column(*field).is_none() {
                mapping.set(self.width + place, Some(*field));
            }
        }
        mapping.set_header(&self.table, chosen.header_row);
        self.table.withhold(mapping.header);
        mapping.decimal_mark = chosen.decimal_mark;
        mapping.date_order = chosen.date_order;
        mapping.currency = chosen.currency;
        self.settings.remembered = false;
        self.prepared = None;
        Ok(())
    }

    fn turn_to(&mut self, sheet: String, source: &[u8]) -> Result<(), RunError> {
        if self.is_touched() {
            return Err(RunError::input(
                Code::RunSheetFixed,
                "sheet",
                "Rows of this sheet were changed already. Import the file again to read another sheet of it.",
            ));
        }
        let mut settings = Settings {
            sheet: Some(sheet),
            remembered: false,
            ..self.settings.clone()
        };
        let mut table = read_table(source, &settings.choices(), &mut |_| true)?;
        let proposed = propose(&table);
        table.withhold(proposed.mapping.header);
        settings.mapping = proposed.mapping;
        self.width = table.width();
        self.proposals = proposed.proposals;
        self.table = table;
        self.settings = settings;
        self.prepared = None;
        Ok(())
    }

    /// What to remember for the next file with the same headers; nothing of what came from no file.
    #[must_use]
    pub fn to_remember(&self) -> Option<Mapping> {
        let mut mapping = self.settings.mapping.clone();
        mapping.columns.truncate(self.width);
        (self.run.origin == RunOrigin::File).then_some(mapping)
    }
}

/// How the owner wants the file to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChosenMapping {
    /// What each column holds.
    pub columns: Vec<Option<Field>>,
    /// The row of the headers.
    pub header_row: Option<usize>,
    /// Which mark stands before the decimals.
    pub decimal_mark: Option<DecimalMark>,
    /// Which comes first in a date.
    pub date_order: Option<DateOrder>,
    /// The currency of rows that name none.
    pub currency: Option<Currency>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}
