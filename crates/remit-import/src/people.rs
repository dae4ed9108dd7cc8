//! Files of people who are to become payees: which column holds what, and what each row says. Whether a field is right is
//! checked where the form for a single payee is checked, in `remit_core::form_faults`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::date::{self, DateOrder, Votes};
use crate::field::{Confidence, Language};
use crate::mapping::{find_header, fingerprint};
use crate::payee::{identifier, is_email};
use crate::person_field::PersonField;
use crate::problem::unusable;
use crate::table::Table;
use crate::{Problem, WriteError, write_list};

/// How many rows a look at what stands in a column takes.
const SAMPLE: usize = 50;

/// Which column holds what; remembered for the next file with the same headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleMapping {
    /// Tells files with the same headers.
    pub fingerprint: String,
    /// The row of the headers, counted from 0.
    pub header: Option<usize>,
    /// What each column holds.
    pub columns: Vec<Option<PersonField>>,
    /// Which comes first in a date, if the owner was asked.
    pub date_order: Option<DateOrder>,
}

impl PeopleMapping {
    /// Proposes which column holds what.
    #[must_use]
    pub fn propose(table: &Table) -> Self {
        let header = find_header(table, PersonField::by_header);
        let mut columns: Vec<Option<PersonField>> = vec![None; table.width()];
        let mut claims: Vec<_> = (0..table.width())
            .filter_map(|column| {
                let said =
                    header.and_then(|row| PersonField::by_header(table.cell(row, column).text));
                let (field, sure) = match said {
                    Some(said) => said,
                    None => (by_content(table, column, header)?, Confidence::Guess),
                };
                Some((std::cmp::Reverse(sure), column, field))
            })
            .collect();
        claims.sort_by_key(|(sure, column, _)| (*sure, *column));
        for (_, column, field) in claims {
            // There may be several columns with government IDs, and none of them may be seen.
            let free = field == PersonField::GovernmentId || !columns.contains(&Some(field));
            if let Some(held) = columns.get_mut(column).filter(|_| free) {
                *held = Some(field);
            }
        }
        Self {
            fingerprint: fingerprint(table, header),
            header,
            columns,
            date_order: None,
        }
    }

    /// This mapping for another file with the same headers.
    #[must_use]
    pub fn for_table(&self, table: &Table) -> Option<Self> {
        let headers = [find_header(table, PersonField::by_header), self.header];
        let same = |header: &Option<usize>| fingerprint(table, *header) == self.fingerprint;
        let header = headers.into_iter().find(same)?;
        let mut columns = self.columns.clone();
        columns.resize(table.width(), None);
        Some(Self {
            header,
            columns,
            ..self.clone()
        })
    }

    /// Says in which row the headers are.
    pub fn set_header(&mut self, table: &Table, header: Option<usize>) {
        self.header = header.filter(|row| *row < table.len());
        self.fingerprint = fingerprint(table, self.header);
    }

    /// The column that holds this.
    #[must_use]
    pub fn column(&self, field: PersonField) -> Option<usize> {
        self.columns.iter().position(|held| *held == Some(field))
    }

    /// The first row that is not header or above it.
    #[must_use]
    pub fn first_row(&self) -> usize {
        self.header.map_or(0, |header| header + 1)
    }

    /// The first field without which nobody can be registered, if no column holds it.
    #[must_use]
    pub fn missing(&self) -> Option<PersonField> {
        let mut required = PersonField::REQUIRED.into_iter();
        required.find(|field| self.column(*field).is_none())
    }

    /// Whether what stands in a column is secret: it is said to be a government ID, or its header or what stands in it says so
    /// whatever the owner chose.
    #[must_use]
    pub fn is_secret(&self, table: &Table, column: usize) -> bool {
        let held = self.columns.get(column).copied().flatten();
        let header = self.header.map(|row| table.cell(row, column).text);
        held == Some(PersonField::GovernmentId)
            || header.is_some_and(names_a_government_id)
            || by_content(table, column, self.header) == Some(PersonField::GovernmentId)
    }
}

/// Whether a header speaks of government IDs; also where a short name of one stands among other words.
pub(crate) fn names_a_government_id(header: &str) -> bool {
    match PersonField::by_header(header) {
        Some((PersonField::GovernmentId, _)) => true,
        Some((_, Confidence::Certain)) => false,
        _ => names_one_in_a_word(header),
    }
}

pub(crate) fn names_one_in_a_word(header: &str) -> bool {
    let mut words = header.split(|char: char| !char.is_alphanumeric());
    words.any(|word| {
        let said = PersonField::by_header(word);
        said == Some((PersonField::GovernmentId, Confidence::Certain))
    })
}

/// Without a header that tells, only what cannot be anything else is proposed, and what could be secret is taken as such.
fn by_content(table: &Table, column: usize, header: Option<usize>) -> Option<PersonField> {
    let first = header.map_or(0, |row| row + 1);
    let cells: Vec<_> = (first..table.len().min(first + SAMPLE))
        .map(|row| table.cell(row, column).text)
        .filter(|text| !text.is_empty())
        .collect();
    let all =
        |test: &dyn Fn(&str) -> bool| !cells.is_empty() && cells.iter().all(|text| test(text));
    if all(&is_email) {
        Some(PersonField::Email)
    } else if all(&like_government_id) {
        Some(PersonField::GovernmentId)
    } else {
        None
    }
}

/// Whether a text can hardly be anything but a government ID: `078-05-1120`, or the 18 characters of a Chinese identity card.
#[must_use]
pub fn like_government_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let social = bytes.len() == 11
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            3 | 6 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let chinese = bytes.len() == 18
        && bytes.get(..17).is_some_and(digits)
        && bytes
            .last()
            .is_some_and(|last| last.is_ascii_digit() || *last == b'X');
    social || chinese
}

/// A table read by a mapping.
#[derive(Clone, Debug)]
pub struct PeopleReading<'t> {
    table: &'t Table,
    mapping: &'t PeopleMapping,
    date_order: Option<DateOrder>,
}

impl<'t> PeopleReading<'t> {
    /// Looks at the column of dates, whose cells explain each other.
    #[must_use]
    pub fn new(table: &'t Table, mapping: &'t PeopleMapping) -> Self {
        let date_order = mapping.date_order.or_else(|| {
            let mut votes = Votes::default();
            if let Some(column) = mapping.column(PersonField::DateOfBirth) {
                (mapping.first_row()..table.len())
                    .for_each(|row| votes.count(table.cell(row, column)));
            }
            votes.decide()
        });
        Self {
            table,
            mapping,
            date_order,
        }
    }

    /// The rows that are people.
    #[must_use]
    pub fn rows(&self) -> std::ops::Range<usize> {
        let end = self.table.len();
        self.mapping.first_row().min(end)..end
    }

    /// What a cell says; nothing if it is empty or no column holds the field.
    ///
    /// # Errors
    /// When a spreadsheet spoilt it.
    pub fn text(&self, row: usize, field: PersonField) -> Result<&'t str, Problem> {
        let Some(column) = self.mapping.column(field) else {
            return Ok("");
        };
        let cell = self.table.cell(row, column);
        unusable(cell)?;
        if matches!(
            field,
            PersonField::CustomerNo | PersonField::Code | PersonField::GovernmentId
        ) {
            identifier(cell)?;
        }
        if cell.text.chars().any(char::is_control) {
            return Err(Problem::ControlCharacter);
        }
        Ok(cell.text)
    }

    /// The date of birth; nothing if the cell is empty.
    ///
    /// # Errors
    /// When it is no date, or nobody can tell the day from the month.
    pub fn date_of_birth(&self, row: usize) -> Result<Option<Date>, Problem> {
        let Some(column) = self.mapping.column(PersonField::DateOfBirth) else {
            return Ok(None);
        };
        let cell = self.table.cell(row, column);
        // `19900430`, as some systems write it.
        if cell.text.len() == 8
            && cell.text.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(date) = Date::strptime("%Y%m%d", cell.text)
        {
            return Ok(Some(date));
        }
        date::read(cell, self.date_order)
    }
}

/// Writes an empty CSV file to fill in: what is always needed first. Government IDs are not asked for.
///
/// # Errors
/// When the disk does not take it.
pub fn people_template<W: std::io::Write>(out: W, language: Language) -> Result<(), WriteError> {
    let fields = PersonField::ALL.into_iter().filter(|field| {
        !matches!(
            field,
            PersonField::CustomerNo | PersonField::GovernmentId | PersonField::GovernmentIdType
        )
    });
    let headers: Vec<_> = fields.map(|field| field.header(language)).collect();
    write_list(out, &headers, [] as [[String; 0]; 0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, read_text};
    use proptest::prelude::*;

    #[test]
    fn what_could_be_a_government_id_is_secret_whatever_its_column_is_called() {
        let text = "First name;Last name;Email;Nr\nAna;Ruiz;ana@example.com;000-00-0000\n";
        let table = read_text(text, &Limits::default()).unwrap();
        let mapping = PeopleMapping::propose(&table);
        assert_eq!(mapping.header, Some(0));
        assert!(mapping.is_secret(&table, 3) && !mapping.is_secret(&table, 2));
        assert_eq!(mapping.for_table(&table), Some(mapping.clone()));
    }

    #[test]
    fn what_is_secret_stays_so_whatever_the_owner_says_of_it() {
        let text = "Email;SSN;Contractor's SSN number;Passport no.;Mobile;ID type;Nr\n\
                    ana@example.com;123456789;123456789;X1234567;5550100;SSN;000-00-0000\n";
        let table = read_text(text, &Limits::default()).unwrap();
        let mut mapping = PeopleMapping::propose(&table);
        mapping.columns = vec![None; 7];
        let secret: Vec<_> = (0..7)
            .map(|column| mapping.is_secret(&table, column))
            .collect();
        assert_eq!(secret, [false, true, true, true, false, false, true]);
    }

    #[test]
    fn dates_are_read_by_their_column() {
        let text =
            "First name;Last name;Date of birth\nA;B;03/04/1990\nC;D;25/12/1991\nE;F;19900430\n";
        let table = read_text(text, &Limits::default()).unwrap();
        let mapping = PeopleMapping::propose(&table);
        let reading = PeopleReading::new(&table, &mapping);
        let dates = reading
            .rows()
            .map(|row| reading.date_of_birth(row).unwrap().unwrap().to_string());
        assert_eq!(
            dates.collect::<Vec<_>>(),
            ["1990-04-03", "1991-12-25", "1990-04-30"]
        );
    }

    proptest! {
        #[test]
        fn any_file_is_proposed_and_read_without_a_fault(text in ".{0,300}") {
            if let Ok(table) = read_text(&text, &Limits::default()) {
                let mapping = PeopleMapping::propose(&table);
                let reading = PeopleReading::new(&table, &mapping);
                for row in reading.rows() {
                    for field in PersonField::ALL {
                        let _ = reading.text(row, field);
                    }
                    let _ = reading.date_of_birth(row);
                }
            }
        }
    }
}
