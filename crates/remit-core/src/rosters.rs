//! Files of people who are to become payees, here called rosters: what one is, and the port to where they are kept. How a
//! file becomes rows is in the crate `remit-runs`. Each row carries the number of the payee that it becomes from the moment
//! that the owner says "Invite", so that whatever crashes a row is never two registrations.

use crate::gateway::Registration;
use crate::ids::{PayeeId, RosterId};
use crate::ledger::LedgerError;
use crate::payee::ProfileType;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A file of people that the owner said to invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// Remit's number.
    pub id: RosterId,
    /// The file's name, without its folder.
    pub name: String,
    /// The headers of the columns that are kept, as the file has them.
    pub headers: Vec<String>,
    /// Whether the owner cancelled what had not been sent.
    pub stopped: bool,
    /// Whether nothing more of it is sent before the owner says so: the ledger is a copy that was put back, and the one that
    /// was lost may have cancelled the rest.
    pub held: bool,
    /// When the owner said to invite.
    pub created_at: Timestamp,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "RosterRowState", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RosterState {
    /// To be registered.
    Queued,
    /// Pockyt registered the payee, and invites it.
    Invited,
    /// It was a payee already.
    Known,
    /// An earlier row of the same file is the same one.
    Repeated,
    /// Pockyt refused.
    Refused,
    /// Something was wrong with it when the others were invited.
    Faulty,
    /// The owner cancelled it before it was sent.
    Cancelled,
    /// Its government ID was only in the file, which Remit keeps nowhere (I9), and Remit was closed before its turn came.
    IdGone,
}

impl RosterState {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Invited,
        Self::Known,
        Self::Repeated,
        Self::Refused,
        Self::Faulty,
        Self::Cancelled,
        Self::IdGone,
    ];
}

/// What is sent of a row, without its government ID; forgotten once the row is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in Registration")]
pub struct RosterForm {
    pub profile_type: ProfileType,
    pub first_name: String,
    pub last_name: String,
    pub company: Option<String>,
    pub email: String,
    pub phone: Option<String>,
    pub date_of_birth: String,
    pub country_code: String,
    pub state: String,
    pub city: String,
    pub street: String,
    pub street2: Option<String>,
    pub zip: String,
    pub lang: String,
    /// Kind of the government ID that the file had.
    pub government_id_type: Option<String>,
    /// Whether the file had a government ID, which must then go out with it.
    pub has_id: bool,
}

impl RosterForm {
    /// As the form that the owner fills in for a single payee; without a government ID.
    #[must_use]
    pub fn registration(&self, payee_id: PayeeId) -> Registration {
        let of = self.clone();
        Registration {
            payee_id,
            profile_type: of.profile_type,
            first_name: of.first_name,
            last_name: of.last_name,
            company: of.company,
            email: of.email,
            phone: of.phone,
            date_of_birth: of.date_of_birth,
            country_code: of.country_code,
            state: of.state,
            city: of.city,
            street: of.street,
            street2: of.street2,
            zip: of.zip,
            lang: of.lang,
            government_id_type: of.government_id_type,
            government_id: None,
            extra: Vec::new(),
        }
    }
}

/// A row of a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRow {
    /// Its place in the file, from 0.
    pub place: u32,
    /// The number that a spreadsheet shows beside it.
    pub line: u32,
    /// The payee that it becomes; of one that is known, that payee.
    pub payee_id: PayeeId,
    /// Whom the row names, to be shown.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The owner's own code, in lower case.
    pub code: Option<String>,
    /// The cells of the columns that are kept, as they stand in the file: those that the owner said are needed, without
    /// government IDs and dates of birth.
    pub cells: Vec<String>,
    /// What is sent; nothing once it is settled.
    pub form: Option<RosterForm>,
    /// What became of it.
    pub state: RosterState,
    /// The line of the row that it repeats.
    pub same_as: Option<u32>,
    /// Pockyt's words.
    pub words: Option<String>,
    /// How often its registration was begun.
    pub attempts: u32,
    /// What was wrong with it when the others were invited: fields with their faults, in the words of whoever checked it.
    pub faults: Vec<(String, String)>,
}

/// How many rows stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RosterCounts {
    /// By the place of the state in [`RosterState::ALL`].
    pub of: [u64; RosterState::ALL.len()],
    /// Of the queued ones, those whose registration was begun and has no reliable answer yet.
    pub checking: u64,
}

impl RosterCounts {
    /// How many rows are in a state.
    #[must_use]
    pub fn in_state(&self, state: RosterState) -> u64 {
        let mut both = RosterState::ALL.into_iter().zip(self.of);
        both.find(|(other, _)| *other == state)
            .map_or(0, |(_, count)| count)
    }

    /// How many rows there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.of.iter().sum()
    }
}

/// Where rosters are kept.
#[async_trait]
pub trait Rosters: Send + Sync {
    /// Records a roster with all its rows in one transaction. The same number again changes nothing; returns whether it was
    /// new. A queued row whose e-mail address or own code is a payee's by now becomes known.
    async fn begin_roster(&self, roster: Roster, rows: Vec<RosterRow>)
    -> Result<bool, LedgerError>;
    /// The latest rosters, newest first, with their counts.
    async fn rosters(&self, limit: u32) -> Result<Vec<(Roster, RosterCounts)>, LedgerError>;
    /// One roster with its counts.
    async fn roster(&self, id: RosterId) -> Result<Option<(Roster, RosterCounts)>, LedgerError>;
    /// Rows of a roster in the order of the file, from behind `after`; with `states`, only those.
    async fn roster_rows(
        &self,
        id: RosterId,
        states: &[RosterState],
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<RosterRow>, LedgerError>;
    /// The payees that have an own code of the owner's from an earlier file, by the code in lower case.
    async fn codes_of_payees(&self) -> Result<Vec<(String, PayeeId)>, LedgerError>;
    /// Queued rows, oldest roster first: those that were not begun, then those that were; none of a roster that is held.
    async fn rows_to_invite(&self, limit: u32) -> Result<Vec<(RosterId, RosterRow)>, LedgerError>;
    /// Counts the beginning of a row's registration; to be called before. Returns whether it may be sent: not one that is not
    /// queued any more or whose roster is held, and one of a stopped roster is cancelled here.
    async fn begin_row(&self, id: RosterId, place: u32) -> Result<bool, LedgerError>;
    /// The registration did not leave this computer: it does not count as begun, and is cancelled if the roster was stopped.
    async fn unbegin_row(&self, id: RosterId, place: u32) -> Result<(), LedgerError>;
    /// Says what became of a queued row, and forgets what was to be sent. One that is settled stays as it is.
    async fn settle_row(
        &self,
        id: RosterId,
        place: u32,
        state: RosterState,
        payee: PayeeId,
        words: Option<String>,
    ) -> Result<(), LedgerError>;
    /// Cancels the rows whose registration was not begun.
    async fn stop_roster(&self, id: RosterId) -> Result<(), LedgerError>;
    /// Holds the roster no longer.
    async fn resume_roster(&self, id: RosterId) -> Result<(), LedgerError>;
    /// How many rows are still to be settled of rosters that are not held.
    async fn people_to_invite(&self) -> Result<u64, LedgerError>;
}
