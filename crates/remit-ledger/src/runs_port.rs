//! The ledger as the place where payout runs are kept: which operation writes, which reads.

use crate::store::SqliteLedger;
use crate::{payouts, run_left, run_rows, runs, runs_query, schedules};
use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{
    AccountToken, CellEdit, Hold, LedgerError, LeftRow, NewEvent, Occurrence, OutcomeState, Page,
    PayeeId, PayeeWithAccounts, Payout, PayoutId, RowDecision, Run, RunContent, RunId, RunProgress,
    RunQuery, RunRow, RunRowOutcome, Runs,
};

#[async_trait]
impl Runs for SqliteLedger {
    async fn record_run(
        &self,
        run: Run,
        content: RunContent,
        events: Vec<NewEvent>,
    ) -> Result<Run, LedgerError> {
        self.writer
            .write(move |ledger| runs::record(ledger, &run, &content, &events))
            .await
    }

    async fn change_run(&self, run: Run, events: Vec<NewEvent>) -> Result<Run, LedgerError> {
        self.writer
            .write(move |ledger| runs::change(ledger, &run, &events))
            .await
    }

    async fn run(&self, id: RunId) -> Result<Option<Run>, LedgerError> {
        self.readers
            .read(move |ledger| runs::find(ledger, id))
            .await
    }

    async fn runs(&self, query: RunQuery) -> Result<Page<Run>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::list(ledger, &query))
            .await
    }

    async fn runs_of_content(&self, content_hash: &str) -> Result<Vec<Run>, LedgerError> {
        let hash = content_hash.to_owned();
        self.readers
            .read(move |ledger| runs_query::of_content(ledger, &hash))
            .await
    }

    async fn run_content(&self, id: RunId) -> Result<Option<RunContent>, LedgerError> {
        self.readers
            .read(move |ledger| runs::content(ledger, id))
            .await
    }

    async fn record_settings(&self, id: RunId, settings: String) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| runs::record_settings(ledger, id, &settings))
            .await
    }

    async fn record_edits(&self, id: RunId, edits: Vec<CellEdit>) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| runs::record_edits(ledger, id, &edits))
            .await
    }

    async fn record_decisions(
        &self,
        id: RunId,
        decisions: Vec<RowDecision>,
    ) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| runs::record_decisions(ledger, id, &decisions))
            .await
    }

    async fn prepare_run(
        &self,
        id: RunId,
        review: String,
        rows: Vec<RunRow>,
        left: Vec<LeftRow>,
    ) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| runs::prepare(ledger, id, &review, &rows, &left))
            .await
    }

    async fn release_run(
        &self,
        run: Run,
        review: String,
        events: Vec<NewEvent>,
    ) -> Result<Run, LedgerError> {
        self.writer
            .write(move |ledger| runs::release(ledger, &run, &review, &events))
            .await
    }

    async fn rows_to_send(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(RunId, RunRow)>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::to_send(ledger, now, limit))
            .await
    }

    async fn payees_of_rows(
        &self,
        payees: Vec<PayeeId>,
    ) -> Result<Vec<Option<PayeeWithAccounts>>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::payees_of_rows(ledger, &payees))
            .await
    }

    async fn next_run_at(&self, now: Timestamp) -> Result<Option<Timestamp>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::next_at(ledger, now))
            .await
    }

    async fn rows_queued(&self, now: Timestamp) -> Result<u64, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::queued(ledger, now))
            .await
    }

    async fn ready_to_send(&self, most: u32) -> Result<u32, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::ready(ledger, most))
            .await
    }

    async fn send_rows(
        &self,
        payouts: Vec<(Payout, Vec<NewEvent>)>,
    ) -> Result<Vec<Result<Payout, LedgerError>>, LedgerError> {
        let new = |(payout, events)| payouts::New::of(payout, events);
        let payouts: Vec<_> = payouts.into_iter().map(new).collect();
        self.writer
            .write(move |ledger| run_rows::send(ledger, &payouts))
            .await
    }

    async fn hold_row(&self, payout: PayoutId, hold: Hold) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| run_rows::hold(ledger, payout, hold))
            .await
    }

    async fn queue_row(
        &self,
        payout: PayoutId,
        account: Option<AccountToken>,
        account_seen: String,
        events: Vec<NewEvent>,
    ) -> Result<(), LedgerError> {
        self.writer
            .write(move |ledger| {
                run_rows::queue(ledger, payout, account.as_ref(), &account_seen, &events)
            })
            .await
    }

    async fn stop_run(&self, run: Run, events: Vec<NewEvent>) -> Result<Run, LedgerError> {
        self.writer
            .write(move |ledger| runs::stop(ledger, &run, &events))
            .await
    }

    async fn to_withdraw(&self, limit: u32) -> Result<Vec<PayoutId>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::to_withdraw(ledger, limit))
            .await
    }

    async fn run_progress(&self, id: RunId) -> Result<RunProgress, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::progress(ledger, id))
            .await
    }

    async fn run_rows(
        &self,
        id: RunId,
        states: &[OutcomeState],
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<RunRowOutcome>, LedgerError> {
        let states = states.to_vec();
        self.readers
            .read(move |ledger| runs_query::rows(ledger, id, &states, after, limit))
            .await
    }

    async fn run_left(
        &self,
        id: RunId,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<LeftRow>, LedgerError> {
        self.readers
            .read(move |ledger| run_left::rows(ledger, id, after, limit))
            .await
    }

    async fn run_of_payout(&self, id: PayoutId) -> Result<Option<(RunId, u32)>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::of_payout(ledger, id))
            .await
    }

    async fn runs_of_payouts(&self, ids: Vec<PayoutId>) -> Result<Vec<RunId>, LedgerError> {
        self.readers
            .read(move |ledger| runs_query::of_payouts(ledger, &ids))
            .await
    }

    async fn open_runs(&self) -> Result<Vec<RunId>, LedgerError> {
        self.readers.read(runs_query::open).await
    }

    async fn halted_runs(&self, limit: u32) -> Result<(Vec<Run>, u64), LedgerError> {
        self.readers
            .read(move |ledger| runs_query::halted(ledger, limit))
            .await
    }

    async fn coming_runs(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<(Vec<Run>, u64), LedgerError> {
        self.readers
            .read(move |ledger| runs_query::coming(ledger, now, limit))
            .await
    }

    async fn rows_to_come(
        &self,
        search: &str,
        limit: u32,
    ) -> Result<Vec<(Run, RunRow)>, LedgerError> {
        let search = search.to_owned();
        self.readers
            .read(move |ledger| runs_query::to_come(ledger, &search, limit))
            .await
    }

    async fn of_same_schedule(
        &self,
        run: RunId,
        payouts: Vec<PayoutId>,
    ) -> Result<Vec<PayoutId>, LedgerError> {
        self.readers
            .read(move |ledger| schedules::of_same(ledger, run, &payouts))
            .await
    }

    async fn paid_in_period(&self, run: RunId) -> Result<Option<Occurrence>, LedgerError> {
        self.readers
            .read(move |ledger| schedules::run_paid_in_period(ledger, run))
            .await
    }

    async fn may_have_been_paid(&self, run: RunId) -> Result<bool, LedgerError> {
        self.readers
            .read(move |ledger| schedules::may_have_paid(ledger, run))
            .await
    }
}
