//! Files of payouts, and of people who are to become payees: reads CSV and XLSX as Excel, Numbers, LibreOffice and Google
//! Sheets write them, and says of each row what it means and what is wrong with it. Knows neither the ledger nor Pockyt nor a
//! window.
//!
//! ```
//! use remit_import::{Decisions, Limits, Reading, Standing, check, propose, read_text};
//!
//! let table = read_text("E-mail;Amount;Currency\nana@example.com;1.250,50;USD\n", &Limits::default())?;
//! let mapping = propose(&table).mapping;
//! let reading = Reading::new(&table, &mapping);
//! let row = reading.row(1);
//! assert_eq!(row.money.map(|money| money.to_string()).as_deref(), Some("USD 1250.50"));
//! assert_eq!(check(&reading, &Decisions::default()).count(Standing::Ready), 1);
//! # Ok::<(), remit_import::ReadError>(())
//! ```
//!
//! 1. [`read`] makes a [`Table`] of a file, or a [`ReadError`].
//! 2. [`propose`] says which column holds what; the owner may change the [`Mapping`].
//! 3. [`Reading`] turns rows into [`DraftRow`]s with their [`Problem`]s.
//! 4. [`check()`] looks at all rows together.
//! 5. [`write_csv`] and [`write_xlsx`] write what became of them.

#![deny(clippy::float_arithmetic)]

mod amount;
mod archive;
mod check;
mod csv_file;
mod currency_mark;
mod date;
mod delimiter;
mod draft;
mod encoding;
mod error;
mod export;
mod field;
mod guard;
mod invoice;
mod limits;
mod mapping;
mod open;
mod payee;
mod people;
mod person_field;
mod problem;
mod synonyms;
mod table;
mod watch;
mod withheld;
mod xlsx_file;

pub use amount::{AmountStyle, DecimalMark};
pub use check::{Checked, Decisions, Duplicate, Likeness, Standing, Total, check};
pub use date::DateOrder;
pub use draft::{CellProblem, DraftRow, Reading};
pub use encoding::ENCODINGS;
pub use error::{Measure, OtherFormat, ReadError};
pub use export::{
    Outcomes, WriteError, template_csv, template_xlsx, write_csv, write_list, write_xlsx,
};
pub use field::{Confidence, Field, Language};
pub use guard::guarded;
pub use limits::Limits;
pub use mapping::{Mapping, Proposal, Proposed, propose};
pub use open::{Choices, read, read_path, read_text};
pub use payee::PayeeKey;
pub use people::{PeopleMapping, PeopleReading, like_government_id, people_template};
pub use person_field::PersonField;
pub use problem::Problem;
pub use table::{Cell, Kind, Origin, Table};
pub use watch::{Progress, Watcher};
