//! Files of people who are to become payees.

use super::super::IpcError;
use remit_core::{Roster, RosterCounts, RosterRow, RosterState};
use remit_import::{DateOrder, PersonField};
use remit_runs::{CheckedPerson, PersonFault, PersonStanding, RosterDraft};
use serde::Serialize;
use specta::Type;

/// A column of an open file.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename = "RosterColumn", rename_all = "camelCase")]
pub struct RosterColumn {
    /// What stands above it.
    pub header: String,
    /// What stands in its first rows; of secret ones, that something does.
    pub samples: Vec<String>,
    /// What it holds.
    pub field: Option<PersonField>,
}

/// An open file. Nothing of it is kept until the owner says to invite.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename = "RosterDraft", rename_all = "camelCase")]
pub struct RosterDraftView {
    /// Remit's number.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<RosterColumn>,
    /// The row of the headers, from 0.
    pub header_row: Option<u32>,
    /// Which comes first in a date, if the owner was asked.
    pub date_order: Option<DateOrder>,
    /// Whether the owner said so for an earlier file.
    pub remembered: bool,
    /// The first field that no column holds and nobody can be registered without.
    pub missing: Option<PersonField>,
    /// Whether the account needs government IDs.
    pub wants_id: bool,
    /// How many rows there are.
    pub rows: u32,
    /// How many will be invited.
    pub ready: u32,
    /// How many are payees already.
    pub known: u32,
    /// How many repeat another row.
    pub repeated: u32,
    /// How many have something to mend.
    pub faulty: u32,
}

impl RosterDraftView {
    pub(crate) fn new(draft: &RosterDraft) -> Self {
        let mapping = draft.mapping();
        let count = |is: fn(&PersonStanding) -> bool| {
            let rows = draft.checked().iter().filter(|row| is(&row.standing));
            u32::try_from(rows.count()).unwrap_or(u32::MAX)
        };
        let columns = draft.columns().into_iter().zip(&mapping.columns);
        Self {
            id: draft.id().to_string(),
            name: draft.name().to_owned(),
            columns: columns
                .map(|((header, samples), field)| RosterColumn {
                    header,
                    samples,
                    field: *field,
                })
                .collect(),
            header_row: mapping.header.and_then(|row| u32::try_from(row).ok()),
            date_order: mapping.date_order,
            remembered: draft.remembered(),
            missing: mapping.missing(),
            wants_id: draft.wants_id(),
            rows: count(|_| true),
            ready: count(|standing| *standing == PersonStanding::Ready),
            known: count(|standing| matches!(standing, PersonStanding::Known(_))),
            repeated: count(|standing| matches!(standing, PersonStanding::Repeated(_))),
            faulty: count(|standing| *standing == PersonStanding::Faulty),
        }
    }
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RosterFault {
    /// Which.
    pub field: PersonField,
    /// What.
    pub fault: PersonFault,
}

/// Where a row of an open file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RosterStanding {
    /// It will be invited.
    Ready,
    /// It is a payee already.
    Known,
    /// It repeats another row.
    Repeated,
    /// Something must be mended.
    Faulty,
}

/// A row of an open file.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RosterPerson {
    /// Its place.
    pub row: u32,
    /// The number that a spreadsheet shows beside it.
    pub line: u32,
    /// Where it stands.
    pub standing: RosterStanding,
    /// The payee that it is already.
    pub payee_id: Option<String>,
    /// The line that it repeats.
    pub same_as: Option<u32>,
    /// Its cells in the order of the fields that were asked for.
    pub cells: Vec<String>,
    /// What is wrong.
    pub faults: Vec<RosterFault>,
}

impl RosterPerson {
    pub(crate) fn new(draft: &RosterDraft, person: &CheckedPerson, fields: &[PersonField]) -> Self {
        let (standing, payee_id, same_as) = match person.standing {
            PersonStanding::Ready => (RosterStanding::Ready, None, None),
            PersonStanding::Known(payee) => (RosterStanding::Known, Some(payee.to_string()), None),
            PersonStanding::Repeated(line) => (RosterStanding::Repeated, None, Some(line)),
            PersonStanding::Faulty => (RosterStanding::Faulty, None, None),
        };
        let faults = person.faults.iter();
        Self {
            row: person.row,
            line: person.line,
            standing,
            payee_id,
            same_as,
            cells: fields
                .iter()
                .map(|field| draft.cell(person.row as usize, *field))
                .collect(),
            faults: faults
                .map(|(field, fault)| RosterFault {
                    field: *field,
                    fault: *fault,
                })
                .collect(),
        }
    }
}

/// A stretch of an open file's rows.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RosterPersonPage {
    /// What each cell of a row is of.
    pub fields: Vec<PersonField>,
    /// The rows.
    pub rows: Vec<RosterPerson>,
    /// How many there are altogether.
    pub total: u32,
}

/// How many rows of a roster stand where.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RosterCount {
    /// Where.
    pub state: RosterState,
    /// How many.
    pub rows: u32,
}

/// A file whose people the owner said to invite.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename = "Roster", rename_all = "camelCase")]
pub struct RosterView {
    /// Remit's number.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// When the owner said so.
    pub created_at: String,
    /// Whether the owner cancelled what had not been sent.
    pub stopped: bool,
    /// Whether nothing more of it is sent before the owner says so, since a copy of the ledger was put back.
    pub held: bool,
    /// How many rows stand where; those that there are none of are left out.
    pub counts: Vec<RosterCount>,
    /// How many rows there are.
    pub rows: u32,
    /// How many are still to be settled.
    pub open: u32,
    /// Of those, how many Remit is asking Pockyt about.
    pub checking: u32,
    /// What keeps it from going on.
    pub trouble: Option<IpcError>,
}

impl RosterView {
    pub(crate) fn new(roster: &Roster, counts: &RosterCounts, trouble: Option<IpcError>) -> Self {
        let narrow = |rows: u64| u32::try_from(rows).unwrap_or(u32::MAX);
        let open = counts.in_state(RosterState::Queued);
        let counted = RosterState::ALL.into_iter().map(|state| RosterCount {
            state,
            rows: narrow(counts.in_state(state)),
        });
        Self {
            id: roster.id.to_string(),
            name: roster.name.clone(),
            created_at: roster.created_at.to_string(),
            stopped: roster.stopped,
            held: roster.held && open > 0,
            counts: counted.filter(|count| count.rows > 0).collect(),
            rows: narrow(counts.total()),
            open: narrow(open),
            checking: narrow(counts.checking),
            trouble: trouble.filter(|_| open > 0),
        }
    }
}

/// What became of a row.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename = "RosterRow", rename_all = "camelCase")]
pub struct RosterRowView {
    /// Its place.
    pub row: u32,
    /// The number that a spreadsheet shows beside it.
    pub line: u32,
    /// Whom it names.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What became of it.
    pub state: RosterState,
    /// Whether its registration was begun and has no reliable answer yet.
    pub checking: bool,
    /// The payee that it is.
    pub payee_id: Option<String>,
    /// The line that it repeats.
    pub same_as: Option<u32>,
    /// Pockyt's words.
    pub words: Option<String>,
    /// What was wrong with it when the others were invited.
    pub faults: Vec<RosterFault>,
}

impl From<RosterRow> for RosterRowView {
    fn from(row: RosterRow) -> Self {
        let is_payee = matches!(row.state, RosterState::Invited | RosterState::Known);
        Self {
            row: row.place,
            line: row.line,
            name: row.name,
            email: row.email,
            state: row.state,
            checking: row.state == RosterState::Queued && row.attempts > 0,
            payee_id: is_payee.then(|| row.payee_id.to_string()),
            same_as: row.same_as,
            words: row.words,
            faults: row.faults.into_iter().filter_map(fault).collect(),
        }
    }
}

fn fault((field, fault): (String, String)) -> Option<RosterFault> {
    Some(RosterFault {
        field: serde_json::from_value(field.into()).ok()?,
        fault: serde_json::from_value(fault.into()).ok()?,
    })
}

/// A stretch of a roster's rows.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RosterRowPage {
    /// The rows.
    pub rows: Vec<RosterRowView>,
    /// Where the next stretch begins.
    pub next: Option<u32>,
}
