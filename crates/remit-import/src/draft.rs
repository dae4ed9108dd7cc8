//! From cells to payouts to be: each row read by the mapping, with what is wrong at which cell. A row is read when it is
//! looked at and nothing is kept of it, so a grid of 100,000 rows costs what it shows.

use std::borrow::Cow;

use jiff::civil::Date;
use remit_core::{Currency, Money};
use serde::Serialize;

use crate::amount::{self, AmountCell, AmountStyle};
use crate::currency_mark::{self, Mark};
use crate::date::{self, DateOrder};
use crate::field::Field;
use crate::mapping::Mapping;
use crate::payee::PayeeKey;
use crate::table::{Cell, Table};
use crate::{Problem, invoice, problem};

/// The most that Pockyt takes as description and note (pockyt-api.md section 10, question 23).
const LONGEST_TEXT: usize = 100;

/// A table read by a mapping.
#[derive(Clone, Debug)]
pub struct Reading<'t> {
    table: &'t Table,
    mapping: &'t Mapping,
    payee_columns: Vec<(usize, Field)>,
    places: Places,
    amount_style: AmountStyle,
    /// How amounts are read that the owner typed, where that is in another way.
    typed_style: Option<AmountStyle>,
    date_order: Option<DateOrder>,
}

#[derive(Clone, Copy, Debug)]
struct Places {
    amount: Option<usize>,
    currency: Option<usize>,
    invoice_id: Option<usize>,
    description: Option<usize>,
    note: Option<usize>,
    date: Option<usize>,
}

/// What is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CellProblem {
    /// The field that cannot be read.
    pub field: Field,
    /// The column, from 0; nothing if none holds the field.
    pub column: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

/// A payout to be. A field is there only if nothing is wrong with its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRow<'t> {
    /// The row in the table, from 0.
    pub row: usize,
    /// The number that a spreadsheet shows beside it.
    pub number: u32,
    /// Who.
    pub payee: PayeeKey<'t>,
    /// How much. With its currency, this is how the amount was read.
    pub money: Option<Money>,
    /// The owner's number of the payment; without one, Remit gives one.
    pub invoice_id: Option<&'t str>,
    /// What the payee may read. Line breaks are spaces here: a payout has one line.
    pub description: Cow<'t, str>,
    /// What only the owner reads.
    pub note: Cow<'t, str>,
    /// When.
    pub date: Option<Date>,
    /// What is wrong.
    pub problems: Vec<CellProblem>,
}

impl<'t> Reading<'t> {
    /// Looks at the columns whose cells explain each other.
    #[must_use]
    pub fn new(table: &'t Table, mapping: &'t Mapping) -> Self {
        let places = Places {
            amount: mapping.column(Field::Amount),
            currency: mapping.column(Field::Currency),
            invoice_id: mapping.column(Field::InvoiceId),
            description: mapping.column(Field::Description),
            note: mapping.column(Field::Note),
            date: mapping.column(Field::Date),
        };
        let payee_columns = mapping.columns.iter().enumerate();
        let payee_columns = payee_columns
            .filter_map(|(column, field)| Some((column, (*field)?)))
            .filter(|(_, field)| field.names_payee())
            .collect();
        let rows = mapping.first_row()..table.len();
        let amount_style = match mapping.decimal_mark {
            Some(mark) => AmountStyle::Decided {
                mark,
                by_owner: true,
            },
            None => {
                let mut votes = amount::Votes::default();
                if let Some(column) = places.amount {
                    rows.clone()
                        .for_each(|row| votes.count(table.cell(row, column)));
                }
                votes.decide()
            }
        };
        let date_order = mapping.date_order.or_else(|| {
            let mut votes = date::Votes::default();
            if let Some(column) = places.date {
                rows.for_each(|row| votes.count(table.cell(row, column)));
            }
            votes.decide()
        });
        Self {
            table,
            mapping,
            payee_columns,
            places,
            amount_style,
            typed_style: None,
            date_order,
        }
    }

    /// The same of a table that was made here: how its amounts are written is known, but nobody said so of what is typed over
    /// them.
    #[must_use]
    pub fn of_made(mut self) -> Self {
        if let AmountStyle::Decided { mark, .. } = self.amount_style {
            self.typed_style = Some(AmountStyle::Decided {
                mark,
                by_owner: false,
            });
        }
        self
    }

    /// The rows that are payouts to be: all after the header.
    #[must_use]
    pub fn rows(&self) -> std::ops::Range<usize> {
        let end = self.table.len();
        self.mapping.first_row().min(end)..end
    }

    /// How the amounts are read.
    #[must_use]
    pub fn amount_style(&self) -> AmountStyle {
        self.amount_style
    }

    /// How the dates are read; nothing if no cell tells.
    #[must_use]
    pub fn date_order(&self) -> Option<DateOrder> {
        self.date_order
    }

    /// Reads a row.
    #[must_use]
    pub fn row(&self, row: usize) -> DraftRow<'t> {
        let mut problems = Vec::new();
        let payee = self.payee(row, &mut problems);
        let money = self.money(row, &mut problems);
        let place = self.places.invoice_id;
        let invoice_id = invoice::read(self.cell(row, place)).unwrap_or_else(|problem| {
            problems.push(CellProblem {
                field: Field::InvoiceId,
                column: place,
                problem,
            });
            None
        });
        let mut text = |field, column| {
            free_text(self.cell(row, column)).unwrap_or_else(|problem| {
                problems.push(CellProblem {
                    field,
                    column,
                    problem,
                });
                Cow::Borrowed("")
            })
        };
        let description = text(Field::Description, self.places.description);
        let note = text(Field::Note, self.places.note);
        let date = date::read(self.cell(row, self.places.date), self.date_order);
        let date = date.unwrap_or_else(|problem| {
            problems.push(CellProblem {
                field: Field::Date,
                column: self.places.date,
                problem,
            });
            None
        });
        DraftRow {
            row,
            number: self.table.number(row),
            payee,
            money,
            invoice_id,
            description,
            note,
            date,
            problems,
        }
    }

    fn cell(&self, row: usize, column: Option<usize>) -> Cell<'t> {
        column.map_or(Cell::default(), |column| self.table.cell(row, column))
    }

    fn payee(&self, row: usize, problems: &mut Vec<CellProblem>) -> PayeeKey<'t> {
        let mut key = PayeeKey::default();
        for (column, field) in &self.payee_columns {
            if let Err(problem) = key.add(*field, self.table.cell(row, *column)) {
                problems.push(CellProblem {
                    field: *field,
                    column: Some(*column),
                    problem,
                });
            }
        }
        let sure = key.customer_no.is_some() || key.email.is_some();
        let problem = if sure || !problems.is_empty() {
            None
        } else if self.is_total(row) {
            key = PayeeKey::default();
            Some(Problem::TotalRow)
        } else if key.surest().is_none() {
            Some(Problem::Missing)
        } else {
            None
        };
        if let Some(problem) = problem {
            let first = self.payee_columns.first();
            problems.push(CellProblem {
                field: first.map_or(Field::Payee, |(_, field)| *field),
                column: first.map(|(column, _)| *column),
                problem,
            });
        }
        key
    }

    /// Whether the row begins with a word such as "Total".
    fn is_total(&self, row: usize) -> bool {
        const WORDS: [&str; 9] = [
            "total",
            "totals",
            "subtotal",
            "grand total",
            "sum",
            "suma",
            "合计",
            "总计",
            "小计",
        ];
        let cells = (0..self.table.row_width(row)).map(|column| self.table.cell(row, column).text);
        let first = cells.into_iter().find(|text| !text.is_empty());
        first.is_some_and(|text| {
            let text = text.trim_end_matches([':', '：']).trim_end();
            WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        })
    }

    fn money(&self, row: usize, problems: &mut Vec<CellProblem>) -> Option<Money> {
        let mut wrong = |field, column, problem| {
            problems.push(CellProblem {
                field,
                column,
                problem,
            });
        };
        let place = self.places.amount;
        let amount = AmountCell::new(self.cell(row, place));
        let mark = amount.as_ref().map_or(Mark::None, AmountCell::mark);
        let currency = match self.currency(row, mark) {
            Ok(currency) => Some(currency),
            Err(problem) => {
                wrong(Field::Currency, self.places.currency, problem);
                None
            }
        };
        let amount = match amount {
            Ok(amount) => amount,
            Err(problem) => {
                wrong(Field::Amount, place, problem);
                return None;
            }
        };
        let currency = currency?;
        if !mark.allows(currency) {
            let problem = Problem::CurrencyConflict { row: currency };
            wrong(Field::Amount, place, problem);
            return None;
        }
        let typed = place.is_some_and(|column| self.table.is_edited(row, column));
        let style = self.typed_style.filter(|_| typed);
        match amount.read(style.unwrap_or(self.amount_style), currency) {
            Ok(money) => Some(money),
            Err(problem) => {
                wrong(Field::Amount, place, problem);
                None
            }
        }
    }

    /// What the row's own cell says; else the sign beside its amount; else what the owner chose for the file.
    fn currency(&self, row: usize, beside: Mark) -> Result<Currency, Problem> {
        let cell = self.cell(row, self.places.currency);
        problem::unusable(cell)?;
        let chosen = self.mapping.currency;
        match (currency_mark::read(cell.text), beside) {
            (None, _) => Err(Problem::CurrencyUnknown),
            (Some(Mark::One(own)), _) => Ok(own),
            (Some(own), Mark::One(beside)) if own.allows(beside) => Ok(beside),
            (Some(own), beside) => chosen
                .filter(|chosen| {
                    own.allows(*chosen) && (beside.allows(*chosen) || own != Mark::None)
                })
                .ok_or(Problem::CurrencyMissing),
        }
    }
}

fn free_text(cell: Cell<'_>) -> Result<Cow<'_, str>, Problem> {
    problem::unusable(cell)?;
    if cell.text.len() <= LONGEST_TEXT && invoice::is_plain(cell.text) {
        return Ok(Cow::Borrowed(cell.text));
    }
    let text = if cell.text.contains(['\n', '\r', '\t']) {
        let words: Vec<_> = cell.text.split_whitespace().collect();
        Cow::Owned(words.join(" "))
    } else {
        Cow::Borrowed(cell.text)
    };
    invoice::text(&text, LONGEST_TEXT)?;
    Ok(text)
}
