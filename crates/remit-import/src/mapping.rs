//! Which column holds what: proposed from the headers, changed by the owner, remembered for the next file with the same ones.

use remit_core::Currency;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::amount::{self, DecimalMark};
use crate::date::DateOrder;
use crate::field::{self, Confidence, Field};
use crate::payee::is_email;
use crate::table::{Kind, Table};

/// How far down a header is looked for: above it may be a title, an address, a date.
const HEADER_WITHIN: usize = 20;
/// How many rows a guess from what stands in a column looks at.
const SAMPLE: usize = 50;

/// Which column holds what, and the owner's answers that go with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Tells files with the same headers.
    pub fingerprint: String,
    /// The row of the headers, counted from 0; rows up to it are not payouts.
    pub header: Option<usize>,
    /// What each column holds.
    pub columns: Vec<Option<Field>>,
    /// Which mark stands before the decimals, if the owner was asked.
    pub decimal_mark: Option<DecimalMark>,
    /// Which comes first in a date, if the owner was asked.
    pub date_order: Option<DateOrder>,
    /// The currency of rows that name none.
    pub currency: Option<Currency>,
}

/// Why a column was taken for what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The column, from 0.
    pub column: usize,
    /// What it seems to hold.
    pub field: Field,
    /// How sure that is.
    pub confidence: Confidence,
    /// Another column has a better claim, so this one is left out unless the owner says otherwise.
    pub outdone: bool,
}

/// A mapping to show to the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// The mapping.
    pub mapping: Mapping,
    /// What speaks for it.
    pub proposals: Vec<Proposal>,
}

impl Mapping {
    /// The column that holds this.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|held| *held == Some(field))
    }

    /// The first row that is not header or above it.
    #[must_use]
    pub fn first_row(&self) -> usize {
        self.header.map_or(0, |header| header + 1)
    }

    /// Whether it says who gets how much.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let holds_payee = self
            .columns
            .iter()
            .flatten()
            .any(|field| field.names_payee());
        holds_payee && self.column(Field::Amount).is_some()
    }

    /// Puts a field on a column and takes it from any other.
    pub fn set(&mut self, column: usize, field: Option<Field>) {
        if field.is_some() {
            for held in &mut self.columns {
                if *held == field {
                    *held = None;
                }
            }
        }
        if let Some(held) = self.columns.get_mut(column) {
            *held = field;
        }
    }

    /// Says in which row the headers are.
    pub fn set_header(&mut self, table: &Table, header: Option<usize>) {
        self.header = header.filter(|row| *row < table.len());
        self.fingerprint = fingerprint(table, self.header);
    }

    /// This mapping for another file with the same headers, wherever its header stands; one that only the owner knows to be a
    /// header, where it stood. Of a file without headers only the number of columns is known: the other must have none
    /// either, and nothing in its cells may speak against it.
    #[must_use]
    pub fn for_table(&self, table: &Table) -> Option<Self> {
        let found = find_header(table, field::by_header);
        if self.header.is_none() {
            let held = |claim: &Proposal| self.columns.get(claim.column).copied().flatten();
            let mut claims = by_content(table).into_iter();
            if found.is_some() || claims.any(|claim| held(&claim) != Some(claim.field)) {
                return None;
            }
        }
        let mut headers = [found, self.header].into_iter();
        let header = headers.find(|header| fingerprint(table, *header) == self.fingerprint)?;
        Some(Self {
            header,
            ..self.clone()
        })
    }
}

/// Proposes which column holds what.
#[must_use]
pub fn propose(table: &Table) -> Proposed {
    let header = find_header(table, field::by_header);
    let mut claims: Vec<Proposal> = match header {
        Some(row) => (0..table.row_width(row))
            .filter_map(|column| {
                let (field, confidence) = field::by_header(table.cell(row, column).text)?;
                Some(claim(column, field, confidence))
            })
            .collect(),
        None => by_looks(table),
    };
    // The surest first; of equals the one further left.
    claims.sort_by_key(|claim| (std::cmp::Reverse(claim.confidence), claim.column));
    let mut columns = vec![None; table.width()];
    for claim in &mut claims {
        if columns.contains(&Some(claim.field)) {
            claim.outdone = true;
        } else if let Some(held) = columns.get_mut(claim.column) {
            *held = Some(claim.field);
        }
    }
    claims.sort_by_key(|claim| claim.column);
    Proposed {
        mapping: Mapping {
            fingerprint: fingerprint(table, header),
            header,
            columns,
            decimal_mark: None,
            date_order: None,
            currency: None,
        },
        proposals: claims,
    }
}

fn claim(column: usize, field: Field, confidence: Confidence) -> Proposal {
    Proposal {
        column,
        field,
        confidence,
        outdone: false,
    }
}

/// The same for all files whose headers are the same but for case, accents and spaces; without headers, for all of the same
/// width.
#[must_use]
pub(crate) fn fingerprint(table: &Table, header: Option<usize>) -> String {
    let mut digest = Sha256::new();
    match header {
        Some(row) => {
            for column in 0..table.row_width(row) {
                digest.update(field::bare(table.cell(row, column).text));
                digest.update([0]);
            }
        }
        None => digest.update(format!("{} columns", table.width())),
    }
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The row that names most fields; at least two, or all that it has.
pub(crate) fn find_header<F: PartialEq>(
    table: &Table,
    by_header: impl Fn(&str) -> Option<(F, Confidence)>,
) -> Option<usize> {
    let mut best = None;
    for row in 0..table.len().min(HEADER_WITHIN) {
        let mut filled = 0;
        let mut known = Vec::new();
        let mut sure = false;
        for column in 0..table.row_width(row) {
            let cell = table.cell(row, column);
            if cell.text.is_empty() {
                continue;
            }
            filled += 1;
            // A value is no header, even where it contains a word that could be one.
            if cell.kind != Kind::Text || is_email(cell.text) || cell.text.chars().count() > 60 {
                continue;
            }
            if let Some((field, confidence)) = by_header(cell.text) {
                sure |= confidence == Confidence::Certain;
                if !known.contains(&field) {
                    known.push(field);
                }
            }
        }
        let enough = sure && (known.len() >= 2 || (known.len() == 1 && filled == 1));
        if enough && best.is_none_or(|(most, _)| known.len() > most) {
            best = Some((known.len(), row));
        }
    }
    best.map(|(_, row)| row)
}

/// Without a header only what cannot be anything else is proposed.
fn by_content(table: &Table) -> Vec<Proposal> {
    let rows = table.len().min(SAMPLE);
    let mut amounts = Vec::new();
    let mut claims = Vec::new();
    for column in 0..table.width() {
        let cells: Vec<_> = (0..rows)
            .map(|row| table.cell(row, column))
            .filter(|cell| !cell.text.is_empty())
            .collect();
        let all = |test: &dyn Fn(&str) -> bool| {
            !cells.is_empty() && cells.iter().all(|cell| test(cell.text))
        };
        if all(&is_email) {
            claims.push(claim(column, Field::Email, Confidence::Guess));
        } else if all(&|text| text.len() == 3 && Currency::from_code(text).is_ok()) {
            claims.push(claim(column, Field::Currency, Confidence::Guess));
        } else if all(&crate::payee::is_customer_no) {
            claims.push(claim(column, Field::CustomerNo, Confidence::Guess));
        } else if all(&|text| text.contains(['.', ',']) && is_number(text)) {
            amounts.push(column);
        }
    }
    if let [column] = amounts.as_slice() {
        claims.push(claim(*column, Field::Amount, Confidence::Guess));
    }
    claims
}

/// Without a header, what cannot be anything else; and of what is left, the columns that look like the amount and the payee. The
/// owner is asked about each.
fn by_looks(table: &Table) -> Vec<Proposal> {
    let mut claims = by_content(table);
    let rows = table.len().min(SAMPLE);
    let texts = |column: usize| {
        let cells = (0..rows).map(move |row| table.cell(row, column));
        cells.map(|cell| cell.text).filter(|text| !text.is_empty())
    };
    let free: Vec<usize> = (0..table.width())
        .filter(|column| claims.iter().all(|claim| claim.column != *column))
        .filter(|column| texts(*column).next().is_some())
        .collect();
    if !claims.iter().any(|claim| claim.field == Field::Amount) {
        let numbers = free
            .iter()
            .filter(|column| texts(**column).all(amount::looks_like_one));
        let numbers: Vec<usize> = numbers.copied().collect();
        let with_cents = numbers
            .iter()
            .filter(|column| texts(**column).any(|text| text.contains(['.', ','])));
        let with_cents: Vec<usize> = with_cents.copied().collect();
        // Of several, whole numbers may be counted things or the owner's own numbers.
        if let ([column], _) | (_, [column]) = (numbers.as_slice(), with_cents.as_slice()) {
            claims.push(claim(*column, Field::Amount, Confidence::Guess));
        }
    }
    if !claims.iter().any(|claim| claim.field.names_payee()) {
        let named = |text: &str| is_email(text) || is_name(text);
        let names: Vec<usize> = free
            .into_iter()
            .filter(|column| texts(*column).all(named))
            .collect();
        let with_address = names
            .iter()
            .copied()
            .find(|column| texts(*column).any(is_email));
        if let Some(column) = with_address.or(names.first().copied()) {
            claims.push(claim(column, Field::Payee, Confidence::Guess));
        }
    }
    claims
}

/// Whether somebody may be called so.
fn is_name(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && !text.chars().any(|char| char.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    text.chars()
        .all(|char| char.is_ascii_digit() || ".,' ".contains(char))
}
