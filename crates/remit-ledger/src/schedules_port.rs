//! The ledger as the place where schedules are kept: which operation writes, which reads.

use crate::schedules;
use crate::store::SqliteLedger;
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use remit_core::{
    LedgerError, NewEvent, Occasion, Occurrence, Rhythm, Run, RunContent, RunId, Schedule,
    ScheduleId, Schedules, Stay, Untold,
};

#[async_trait]
impl Schedules for SqliteLedger {
    async fn record_schedule(
        &self,
        schedule: Schedule,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError> {
        self.writer
            .write(move |ledger| schedules::record(ledger, &schedule, &events))
            .await
    }

    async fn change_schedule(
        &self,
        schedule: Schedule,
        missed: Vec<Occasion>,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError> {
        self.writer
            .write(move |ledger| schedules::change(ledger, &schedule, &missed, &events))
            .await
    }

    async fn schedule(&self, id: ScheduleId) -> Result<Option<Schedule>, LedgerError> {
        self.readers
            .read(move |ledger| schedules::find(ledger, id))
            .await
    }

    async fn schedules(&self) -> Result<Vec<Schedule>, LedgerError> {
        self.readers.read(schedules::list).await
    }

    async fn occurrences(&self, id: ScheduleId) -> Result<Vec<Occurrence>, LedgerError> {
        self.readers
            .read(move |ledger| schedules::days(ledger, id))
            .await
    }

    async fn paid_in_period(
        &self,
        id: ScheduleId,
        rhythm: Rhythm,
        date: Date,
    ) -> Result<Option<Occurrence>, LedgerError> {
        self.readers
            .read(move |ledger| schedules::paid_in_period(ledger, id, rhythm, date))
            .await
    }

    async fn open_occurrences(&self) -> Result<Vec<Occurrence>, LedgerError> {
        self.readers.read(schedules::open_days).await
    }

    async fn record_missed(
        &self,
        schedule: Schedule,
        days: Vec<Occasion>,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError> {
        self.writer
            .write(move |ledger| schedules::record_missed(ledger, &schedule, &days, &events))
            .await
    }

    async fn take_back_missed(&self, now: Timestamp) -> Result<Vec<ScheduleId>, LedgerError> {
        self.writer
            .write(move |ledger| schedules::take_back(ledger, now))
            .await
    }

    async fn record_occurrence(
        &self,
        schedule: Schedule,
        occurrence: Occurrence,
        run: Run,
        content: RunContent,
        events: Vec<NewEvent>,
    ) -> Result<Schedule, LedgerError> {
        self.writer
            .write(move |ledger| {
                schedules::make(ledger, &schedule, &occurrence, &run, &content, &events)
            })
            .await
    }

    async fn skip_missed(
        &self,
        id: ScheduleId,
        days: Vec<Date>,
        events: Vec<NewEvent>,
    ) -> Result<u64, LedgerError> {
        self.writer
            .write(move |ledger| schedules::skip(ledger, id, &days, &events))
            .await
    }

    async fn release_occurrence(
        &self,
        run: Run,
        review: String,
        events: Vec<NewEvent>,
    ) -> Result<Run, LedgerError> {
        self.writer
            .write(move |ledger| schedules::release(ledger, &run, &review, &events))
            .await
    }

    async fn stay_draft(
        &self,
        run: RunId,
        stay: Stay,
        untold: Option<Untold>,
    ) -> Result<bool, LedgerError> {
        self.writer
            .write(move |ledger| schedules::stay(ledger, run, stay, untold.as_ref()))
            .await
    }

    async fn occurrence_of_run(&self, run: RunId) -> Result<Option<Occurrence>, LedgerError> {
        self.readers
            .read(move |ledger| schedules::of_run(ledger, run))
            .await
    }
}
