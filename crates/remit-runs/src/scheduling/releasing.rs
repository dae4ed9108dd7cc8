//! The release of a draft by itself, or why it stays one.

use super::{GRACE, ScheduleChange, Scheduling};
use crate::draft::{Draft, Review};
use crate::error::RunError;
use jiff::Timestamp;
use remit_core::{Code, Error, Occurrence, RunId, RunState, Schedule, Stay};

impl Scheduling {
    /// Releases the draft of a day, or leaves it to the owner.
    pub(super) async fn release(
        &self,
        occurrence: &Occurrence,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(id) = occurrence.run else {
            return Ok(());
        };
        let schedule = self.known(occurrence.schedule).await?;
        match self.try_release(&schedule, occurrence, id, now).await? {
            Tried::Released => self.tell(ScheduleChange::Released(schedule, id)),
            Tried::Stays(stay) => {
                self.schedules().stay_draft(id, stay).await?;
                self.tell(ScheduleChange::Changed(schedule.id));
                self.tell(ScheduleChange::Stayed(schedule, id, stay));
            }
            // The owner was first.
            Tried::Settled => {}
        }
        Ok(())
    }

    async fn try_release(
        &self,
        schedule: &Schedule,
        occurrence: &Occurrence,
        id: RunId,
        now: Timestamp,
    ) -> Result<Tried, Error> {
        let (runs, ledger) = (self.ports.runs.as_ref(), self.ports.ledger.as_ref());
        let (Some(run), Some(content)) = (runs.run(id).await?, runs.run_content(id).await?) else {
            return Ok(Tried::Settled);
        };
        if run.state != RunState::Draft {
            return Ok(Tried::Settled);
        }
        if now.duration_since(occurrence.occasion.at) > GRACE {
            return Ok(Tried::Stays(Stay::Late));
        }
        if !content.edits.is_empty() {
            return Ok(Tried::Stays(Stay::Changed));
        }
        if !self.ports.till.is_ready() {
            return Ok(Tried::Stays(Stay::NotReady));
        }
        let mut draft = Draft::open(run, &content).map_err(plain)?;
        draft.check(ledger, runs, now, true).await.map_err(plain)?;
        if !draft.asks_nothing(schedule, occurrence.occasion.date) {
            return Ok(Tried::Stays(Stay::Asks));
        }
        let ids = self.ports.ids.as_ref();
        let review = draft.review(runs, ids).await.map_err(plain)?;
        if !self.suffices(&review).await {
            return Ok(Tried::Stays(Stay::BalanceTooLow));
        }
        match draft.release_by_itself(runs, now, &review.review).await {
            Ok(_) => Ok(Tried::Released),
            Err(RunError::Core(error)) if error.code() == Code::ReviewChanged => {
                Ok(Tried::Stays(Stay::Changed))
            }
            Err(error) => Err(plain(error)),
        }
    }

    /// Whether no balance that is known is lower than what is sent with its fees.
    async fn suffices(&self, review: &Review) -> bool {
        for total in &review.totals {
            let fee = review
                .fees
                .iter()
                .find(|fee| fee.currency == total.currency);
            let needed = fee.map_or(Some(*total), |fee| total.checked_add(*fee).ok());
            let balance = self.ports.till.balance(total.currency).await;
            if let Some(balance) = balance
                && needed.is_none_or(|needed| balance.minor < needed.minor)
            {
                return false;
            }
        }
        true
    }
}

/// What came of it.
enum Tried {
    Released,
    Stays(Stay),
    Settled,
}

fn plain(error: RunError) -> Error {
    match error {
        RunError::Core(error) => error,
        RunError::Read(error) => Error::rule(Code::Internal, error.to_string()),
    }
}
