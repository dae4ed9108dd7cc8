//! The ledger as the place where rosters are kept.

use crate::rosters;
use crate::store::SqliteLedger;
use async_trait::async_trait;
use remit_core::{
    LedgerError, PayeeId, Roster, RosterCounts, RosterId, RosterRow, RosterState, Rosters,
};

#[async_trait]
impl Rosters for SqliteLedger {
    async fn begin_roster(
        &self,
        roster: Roster,
        rows: Vec<RosterRow>,
    ) -> Result<bool, LedgerError> {
        self.writer
            .write(move |ledger| rosters::begin(ledger, &roster, &rows))
            .await
    }

    async fn rosters(&self, limit: u32) -> Result<Vec<(Roster, RosterCounts)>, LedgerError> {
        self.readers
            .read(move |ledger| rosters::list(ledger, limit))
            .await
    }

    async fn roster(&self, id: RosterId) -> Result<Option<(Roster, RosterCounts)>, LedgerError> {
        self.readers
            .read(move |ledger| rosters::find(ledger, id))
            .await
    }

    async fn roster_rows(
        &self,
        id: RosterId,
        states: &[RosterState],
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<RosterRow>, LedgerError> {
        let states = states.to_vec();
        self.readers
            .read(move |ledger| rosters::rows(ledger, id, &states, after, limit))
            .await
    }

    async fn codes_of_payees(&self) -> Result<Vec<(String, PayeeId)>, LedgerError> {
        self.readers.read(rosters::codes).await
    }

    async fn rows_to_invite(&self, limit: u32) -> Result<Vec<(RosterId, RosterRow)>, LedgerError> {
        self.readers
            .read(move |ledger| rosters::to_invite(ledger, limit))
            .await
    }

    async fn begin_row(&self, id: RosterId, place: u32) -> Result<bool, LedgerError> {
        self.writer
            .write(move |ledger| rosters::begin_row(ledger, id, place))
            .await
    }

    async fn unbegin_row(&self, id: RosterId, place: u32) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| rosters::unbegin_row(ledger, id, place))
            .await
    }

    async fn settle_row(
        &self,
        id: RosterId,
        place: u32,
        state: RosterState,
        payee: PayeeId,
        words: Option<String>,
    ) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| {
                rosters::settle(ledger, (id, place), state, payee, words.as_deref())
            })
            .await
    }

    async fn stop_roster(&self, id: RosterId) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| rosters::stop(ledger, id))
            .await
    }

    async fn resume_roster(&self, id: RosterId) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| rosters::resume(ledger, id))
            .await
    }

    async fn people_to_invite(&self) -> Result<u64, LedgerError> {
        self.readers.read(rosters::queued).await
    }
}
