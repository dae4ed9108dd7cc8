//! A draft: an open file with what the owner changed of it, held against the ledger.

mod book;
mod by_itself;
mod change;
mod check;
mod columns;
mod currency;
mod facts;
mod left;
pub mod made;
mod opening;
mod paid;
mod problem;
mod review;
mod rows;
mod settings;
mod template;
mod told;

pub use book::{Book, Found};
pub use change::{Decision, Kept};
pub use check::{Checked, CheckedRow, ProblemCount, StandingTotal};
pub use columns::ChosenMapping;
pub use left::LeftAgain;
pub use opening::{NewDraft, content_of_left};
pub use problem::{ProblemCode, ProblemKind, RowProblem};
pub use review::Review;
pub use rows::Filter;
pub use settings::Settings;
pub use told::ReviewedWarning;

use facts::Facts;
use remit_core::{RowDecision, Run};
use remit_import::{Proposal, Table};
use review::Prepared;
use std::collections::HashMap;

/// An open draft. What is said here of a row is as of the last [`Draft::check`].
#[derive(Debug)]
pub struct Draft {
    run: Run,
    settings: Settings,
    table: Table,
    /// How many columns the file itself has.
    width: usize,
    proposals: Vec<Proposal>,
    decisions: HashMap<u32, RowDecision>,
    facts: Facts,
    checked: Checked,
    prepared: Option<Prepared>,
}

impl Draft {
    /// The run, as it was last read.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The run was changed elsewhere.
    pub fn set_run(&mut self, run: Run) {
        self.run = run;
    }

    /// How it is read.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The cells, as they stand now.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Says what is shown instead of cells that are not to be seen.
    pub fn call_hidden(&mut self, text: String) {
        self.table.call_hidden(text);
    }

    /// What the columns of the file seem to hold.
    #[must_use]
    pub fn proposals(&self) -> &[Proposal] {
        &self.proposals
    }

    /// How many columns the file itself has; those after were appended here.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The payees that rows mean.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.facts.book
    }

    /// What the last check found.
    #[must_use]
    pub fn checked(&self) -> &Checked {
        &self.checked
    }
}
