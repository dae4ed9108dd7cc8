//! What the owner types and says about rows.

use super::Draft;
use super::problem::{ProblemCode, ProblemKind, RowProblem};
use crate::error::RunError;
use remit_core::{
    AcceptedWarning, AccountToken, CellEdit, Code, LedgerError, PayeeId, RowDecision, RunId, Runs,
};
use remit_import::Field;

/// As many characters as a spreadsheet keeps in a cell.
const LONGEST_CELL: usize = 32_767;

/// What the owner says about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Leave it out.
    Skip,
    /// Take it in again.
    Include,
    /// This payee is meant.
    Payee(PayeeId),
    /// This account is meant.
    Account(AccountToken),
    /// Whether it is sent by itself once its payee can be paid.
    Wait(bool),
    /// These warnings are all right.
    Accept {
        /// Which.
        codes: Vec<ProblemCode>,
        /// Why.
        reason: String,
    },
}

/// What must be recorded of a change.
#[must_use = "a change that is not recorded does not survive a crash"]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    settings: Option<String>,
    edits: Vec<CellEdit>,
    decisions: Vec<RowDecision>,
}

impl Kept {
    /// Records it.
    ///
    /// # Errors
    /// When the ledger fails. The draft is then ahead of it, and must be opened again.
    pub async fn record(self, runs: &dyn Runs, id: RunId) -> Result<(), LedgerError> {
        // A cell in a column that the settings do not name yet would be of no row.
        if let Some(settings) = self.settings {
            runs.record_settings(id, settings).await?;
        }
        if !self.edits.is_empty() {
            runs.record_edits(id, self.edits).await?;
        }
        if !self.decisions.is_empty() {
            runs.record_decisions(id, self.decisions).await?;
        }
        Ok(())
    }
}

impl Draft {
    /// Puts what the owner typed in place of cells.
    ///
    /// # Errors
    /// A row that is none, a field that cannot be typed, a text that is too long. Nothing is changed then.
    pub fn edit(&mut self, edits: &[(u32, Field, String)]) -> Result<Kept, RunError> {
        for (row, field, text) in edits {
            self.check_row(*row)?;
            if !EDITABLE.contains(field) {
                let message =
                    "This cell cannot be changed here. Change it in the file and import it again.";
                return Err(RunError::input(Code::FieldInvalid, "field", message));
            }
            if text.chars().count() > LONGEST_CELL {
                let message =
                    "This text is longer than a cell of a spreadsheet can be. Shorten it.";
                return Err(RunError::input(Code::TextTooLong, "text", message));
            }
        }
        let mut kept = Kept::default();
        let mut appended = false;
        for (row, field, text) in edits {
            appended |= match field {
                Field::Payee => self.type_payee(*row, text, &mut kept),
                field => {
                    let (column, appended) = self.column_for(*field);
                    self.type_cell(*row, column, text, &mut kept);
                    appended
                }
            };
            if let Some(said) = self.decisions.get_mut(row) {
                let before = said.clone();
                let names_payee = *field == Field::Payee;
                if names_payee {
                    said.payee = None;
                }
                if names_payee || *field == Field::Currency {
                    said.account = None;
                }
                // What was accepted was accepted of what stood there.
                if !matches!(field, Field::Description | Field::Note) {
                    said.accepted.clear();
                }
                if *said != before {
                    kept.decisions.push(said.clone());
                }
            }
        }
        if appended {
            kept.settings = Some(self.settings.text()?);
        }
        self.prepared = None;
        Ok(kept)
    }

    /// What the owner says about rows.
    ///
    /// # Errors
    /// A row that is none, or a warning that is not to be accepted.
    pub fn decide(&mut self, rows: &[u32], decision: &Decision) -> Result<Kept, RunError> {
        for row in rows {
            self.check_row(*row)?;
        }
        if let Decision::Accept { codes, .. } = decision
            && codes.iter().any(|code| code.kind() != ProblemKind::Warning)
        {
            let message = "Only a warning can be accepted. Mend the cell, or leave the row out.";
            return Err(RunError::input(Code::FieldInvalid, "codes", message));
        }
        let mut kept = Kept::default();
        for row in rows {
            let has = self.checked.row(*row as usize);
            let has = has.map_or(&[][..], |row| row.problems.as_slice());
            let said = self.decisions.entry(*row).or_insert_with(|| RowDecision {
                row: *row,
                ..RowDecision::default()
            });
            match decision {
                Decision::Skip => said.skipped = true,
                Decision::Include => said.skipped = false,
                Decision::Payee(payee) => {
                    said.payee = Some(*payee);
                    said.account = None;
                    said.accepted.clear();
                }
                Decision::Account(account) => {
                    said.account = Some(account.clone());
                    said.accepted.clear();
                }
                Decision::Wait(waits) => said.waits = *waits,
                Decision::Accept { codes, reason } => {
                    let meant = |problem: &&RowProblem| codes.contains(&problem.code);
                    said.accepted
                        .retain(|one| !codes.iter().any(|code| code.word() == one.code));
                    said.accepted
                        .extend(has.iter().filter(meant).map(|problem| AcceptedWarning {
                            code: problem.code.word(),
                            about: problem.about.clone(),
                            reason: reason.trim().to_owned(),
                        }));
                }
            }
            kept.decisions.push(said.clone());
        }
        self.prepared = None;
        Ok(kept)
    }

    /// The rows on which a warning is still open.
    #[must_use]
    pub fn rows_with(&self, code: ProblemCode) -> Vec<u32> {
        let open = |row: &&super::CheckedRow| {
            let mut problems = row.problems.iter();
            row.standing != remit_import::Standing::Skipped
                && problems.any(|problem| problem.code == code && problem.open())
        };
        self.checked
            .rows()
            .iter()
            .filter(open)
            .map(|row| row.row)
            .collect()
    }

    /// What must be recorded after [`Draft::map`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mapped(&self) -> Result<Kept, RunError> {
        Ok(Kept {
            settings: Some(self.settings.text()?),
            ..Kept::default()
        })
    }

    fn check_row(&self, row: u32) -> Result<(), RunError> {
        if self.payout_rows().contains(&(row as usize)) {
            return Ok(());
        }
        let message = "There is no such row in this run. Open the run again.";
        Err(RunError::input(Code::FieldInvalid, "row", message))
    }

    fn type_cell(&mut self, row: u32, column: usize, text: &str, kept: &mut Kept) {
        self.table.set(row as usize, column, text);
        kept.edits.push(CellEdit {
            row,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            text: text.to_owned(),
        });
    }

    /// What is typed for the payee counts alone: all else that the row says of it is emptied. Returns whether a column was
    /// appended for it.
    fn type_payee(&mut self, row: u32, text: &str, kept: &mut Kept) -> bool {
        let mapping = &self.settings.mapping;
        let email = mapping.column(Field::Email);
        let (column, appended) = match (mapping.column(Field::Payee), email) {
            (None, Some(email)) if text.contains('@') => (email, false),
            _ => self.column_for(Field::Payee),
        };
        self.type_cell(row, column, text, kept);
        for other in self.payee_columns() {
            if other != column && !self.table.cell(row as usize, other).text.is_empty() {
                self.type_cell(row, other, "", kept);
            }
        }
        appended
    }
}

/// What can be typed.
const EDITABLE: [Field; 6] = [
    Field::Payee,
    Field::Amount,
    Field::Currency,
    Field::InvoiceId,
    Field::Description,
    Field::Note,
];
