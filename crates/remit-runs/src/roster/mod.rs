//! Files of people who are to become payees. A file is open in memory only, since it may hold what the ledger must not keep
//! (I9); when the owner says "Invite", its rows are recorded, and [`Inviting`] registers one after the other.

mod check;
mod inviting;
mod read;

pub use check::{CheckedPerson, PersonFault, PersonStanding};
pub use inviting::{Inviting, Told};

use crate::draft::Book;
use crate::error::RunError;
use jiff::Timestamp;
use remit_core::{Code, Ids, PayeeId, Roster, RosterForm, RosterId, RosterRow, RosterState};
use remit_import::{
    Choices, DateOrder, Language, Limits, PeopleMapping, PersonField, Table, Watcher,
    like_government_id, read,
};
use secrecy::SecretString;
use serde::Serialize;
use std::collections::HashMap;
use std::io::Cursor;

/// As many characters as a spreadsheet keeps in a cell.
const LONGEST_CELL: usize = 32_767;

/// Who is a payee already.
#[derive(Debug, Default)]
pub struct Acquainted {
    /// By all that a file may call them.
    pub book: Book,
    /// By the owner's own code, in lower case, from earlier files.
    pub codes: HashMap<String, PayeeId>,
}

/// How the account takes payees.
#[derive(Clone, Debug)]
pub struct House {
    /// Whether the payee hands in documents, not the owner (the "Pockyt User" feature).
    pub invites: bool,
    /// `en` or `zh`, for rows that do not say.
    pub lang: String,
}

/// An open file.
#[derive(Debug)]
pub struct RosterDraft {
    id: RosterId,
    name: String,
    table: Table,
    /// How many columns the file itself has.
    width: usize,
    mapping: PeopleMapping,
    /// Which columns of the file may hold government IDs, whatever the owner said of them.
    secret: Vec<bool>,
    remembered: bool,
    house: House,
    checked: Vec<CheckedPerson>,
}

/// What the owner said to invite, ready to be recorded.
#[derive(Debug)]
pub struct Begun {
    /// The roster.
    pub roster: Roster,
    /// All its rows.
    pub rows: Vec<RosterRow>,
    /// The government IDs of those to be registered: they stay in memory (I9).
    pub ids: HashMap<PayeeId, SecretString>,
}

impl RosterDraft {
    /// Reads a file. `remembered` are mappings that the owner chose before.
    ///
    /// # Errors
    /// When it cannot be read, or the watcher says no.
    pub fn read(
        id: RosterId,
        name: String,
        source: &[u8],
        remembered: &[PeopleMapping],
        house: House,
        watcher: Watcher<'_>,
    ) -> Result<Self, RunError> {
        let choices = Choices::default();
        let table = read(Cursor::new(source), &choices, &Limits::default(), watcher)?;
        let known = remembered.iter().find_map(|known| known.for_table(&table));
        let remembered = known.is_some();
        let mapping = known.unwrap_or_else(|| PeopleMapping::propose(&table));
        let width = table.width();
        Ok(Self {
            id,
            name,
            width,
            remembered,
            secret: secret(&mapping, &table, width),
            mapping,
            table,
            house,
            checked: Vec::new(),
        })
    }

    /// Remit's number.
    #[must_use]
    pub fn id(&self) -> RosterId {
        self.id
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which column holds what.
    #[must_use]
    pub fn mapping(&self) -> &PeopleMapping {
        &self.mapping
    }

    /// Whether the owner chose that for an earlier file.
    #[must_use]
    pub fn remembered(&self) -> bool {
        self.remembered
    }

    /// The rows, as of the last check.
    #[must_use]
    pub fn checked(&self) -> &[CheckedPerson] {
        &self.checked
    }

    /// Whether government IDs are needed for a person.
    #[must_use]
    pub fn wants_id(&self) -> bool {
        !self.house.invites
    }

    /// The columns of the file: the header of each, and what stands in its first rows. What is secret is not shown.
    #[must_use]
    pub fn columns(&self) -> Vec<(String, Vec<String>)> {
        let first = self.mapping.first_row();
        let rows = first..self.table.len().min(first + 3);
        let column = |column: usize| {
            let samples = rows.clone().map(|row| self.shown(row, column));
            (self.header(column), samples.collect())
        };
        (0..self.width).map(column).collect()
    }

    /// A row's cell, as it may be seen.
    #[must_use]
    pub fn cell(&self, row: usize, field: PersonField) -> String {
        let column = self.mapping.column(field);
        column.map_or_else(String::new, |column| self.shown(row, column))
    }

    fn shown(&self, row: usize, column: usize) -> String {
        let text = self.table.cell(row, column).text;
        if self.is_secret(row, column) && !text.is_empty() {
            return "••••".to_owned();
        }
        text.to_owned()
    }

    /// What stands above a column; not what belongs below it.
    fn header(&self, column: usize) -> String {
        let header = self
            .mapping
            .header
            .map(|row| self.table.cell(row, column).text);
        let header = header.filter(|header| !like_government_id(header));
        header.unwrap_or_default().to_owned()
    }

    /// Whether a cell may hold a government ID.
    fn is_secret(&self, row: usize, column: usize) -> bool {
        self.may_be_secret(column) || like_government_id(self.table.cell(row, column).text)
    }

    fn may_be_secret(&self, column: usize) -> bool {
        let said = self.mapping.columns.get(column);
        said == Some(&Some(PersonField::GovernmentId))
            || self.secret.get(column).copied().unwrap_or(false)
    }

    /// Says which column holds what.
    ///
    /// # Errors
    /// When these are not the columns of the file.
    pub fn map(
        &mut self,
        header: Option<usize>,
        columns: Vec<Option<PersonField>>,
        date_order: Option<DateOrder>,
    ) -> Result<(), RunError> {
        if columns.len() != self.width {
            let message = "These are not the columns of the file. Open the file again.";
            return Err(RunError::input(Code::FieldInvalid, "columns", message));
        }
        self.mapping.set_header(&self.table, header);
        // What was appended for cells that the file has no column for stays behind it, as long as the file has none.
        let mut appended = self
            .mapping
            .columns
            .split_off(self.width.min(self.mapping.columns.len()));
        for (column, held) in (self.width..).zip(&mut appended) {
            if columns.contains(held) {
                *held = None;
                (0..self.table.len()).for_each(|row| self.table.set(row, column, ""));
            }
        }
        self.mapping.columns = columns.into_iter().chain(appended).collect();
        self.mapping.date_order = date_order;
        self.secret = secret(&self.mapping, &self.table, self.width);
        Ok(())
    }

    /// The mapping, to be remembered for the next file with the same headers.
    #[must_use]
    pub fn to_remember(&self) -> PeopleMapping {
        let mut mapping = self.mapping.clone();
        mapping.columns.truncate(self.width);
        mapping
    }

    /// Puts what the owner typed in place of a cell.
    ///
    /// # Errors
    /// A row that is none, or a text that is too long.
    pub fn edit(&mut self, row: u32, field: PersonField, text: &str) -> Result<(), RunError> {
        let row = row as usize;
        if !(self.mapping.first_row()..self.table.len()).contains(&row) {
            let message = "There is no such row in this file. Open the file again.";
            return Err(RunError::input(Code::FieldInvalid, "row", message));
        }
        if text.chars().count() > LONGEST_CELL {
            let message = "This text is longer than a cell of a spreadsheet can be. Shorten it.";
            return Err(RunError::input(Code::TextTooLong, "text", message));
        }
        let column = self.mapping.column(field).unwrap_or_else(|| {
            let header = field.header(Language::English);
            let column = self.table.append_column(self.mapping.header, header);
            self.mapping.columns.resize(column, None);
            self.mapping.columns.push(Some(field));
            column
        });
        self.table.set(row, column, text);
        Ok(())
    }

    /// What there is to record: each row that is right becomes a payee under a fresh number, and all others say why not.
    ///
    /// # Errors
    /// When nobody is to be invited.
    pub fn begin(&self, now: Timestamp, fresh: &dyn Ids) -> Result<Begun, RunError> {
        let ready = |row: &&CheckedPerson| row.standing == PersonStanding::Ready;
        if !self.checked.iter().any(|row| ready(&row)) {
            let message = "Nobody in this file is to be invited. Mend a row, or open another file.";
            return Err(RunError::rule(Code::RunEmpty, message));
        }
        let kept = self.kept();
        let roster = Roster {
            id: self.id,
            name: self.name.clone(),
            headers: kept.iter().map(|column| self.header(*column)).collect(),
            stopped: false,
            held: false,
            created_at: now,
        };
        let mut ids = HashMap::new();
        let mut rows = Vec::with_capacity(self.checked.len());
        for person in &self.checked {
            let row = person.row as usize;
            let (mut payee_id, mut form, mut same_as) = (PayeeId(fresh.uuid()), None, None);
            let state = match person.standing {
                PersonStanding::Ready => {
                    let id = self.secret(row);
                    let has_id = id.is_some();
                    form = Some(RosterForm {
                        has_id,
                        ..person.form.clone()
                    });
                    ids.extend(id.map(|id| (payee_id, id)));
                    RosterState::Queued
                }
                PersonStanding::Known(payee) => {
                    payee_id = payee;
                    RosterState::Known
                }
                PersonStanding::Repeated(line) => {
                    same_as = Some(line);
                    RosterState::Repeated
                }
                PersonStanding::Faulty => RosterState::Faulty,
            };
            let faults = person.faults.iter();
            let faults = faults.map(|(field, fault)| (code(field), code(fault)));
            rows.push(RosterRow {
                place: person.row,
                line: person.line,
                payee_id,
                name: person.name(),
                email: person.form.email.clone(),
                code: person.code.clone(),
                cells: kept
                    .iter()
                    .map(|column| self.cell_kept(row, *column))
                    .collect(),
                form,
                state,
                same_as,
                words: None,
                attempts: 0,
                faults: faults.collect(),
            });
        }
        Ok(Begun { roster, rows, ids })
    }

    /// The columns that the ledger keeps: those that the owner said are needed, but, as of a payee that is registered alone,
    /// no government IDs and no dates of birth. What else a file holds is not Remit's.
    fn kept(&self) -> Vec<usize> {
        let columns = self.mapping.columns.iter().enumerate();
        let kept = columns.filter(|(column, held)| {
            held.is_some_and(|field| field != PersonField::DateOfBirth)
                && !self.may_be_secret(*column)
        });
        kept.map(|(column, _)| column).collect()
    }

    fn cell_kept(&self, row: usize, column: usize) -> String {
        if self.is_secret(row, column) {
            return String::new();
        }
        self.table.raw(row, column).to_owned()
    }

    fn secret(&self, row: usize) -> Option<SecretString> {
        let column = self.mapping.column(PersonField::GovernmentId)?;
        let text = self.table.cell(row, column).text;
        (!text.is_empty()).then(|| SecretString::from(text.to_owned()))
    }
}

/// The code of a field or a fault.
fn code(of: &impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

fn secret(mapping: &PeopleMapping, table: &Table, width: usize) -> Vec<bool> {
    (0..width)
        .map(|column| mapping.is_secret(table, column))
        .collect()
}
