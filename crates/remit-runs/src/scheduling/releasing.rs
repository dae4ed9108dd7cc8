//! The release of a draft by itself, or why it stays one.

use super::{GRACE, ScheduleChange, Scheduling, is_active};
use crate::draft::{Draft, Review};
use crate::error::RunError;
use jiff::Timestamp;
use remit_core::{
    Code, Error, LedgerError, Occurrence, RunId, RunState, Schedule, ScheduleMode, Stay,
};

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
        let stay = match self.try_release(&schedule, occurrence, id, now).await {
            Ok(Tried::Released) => {
                self.tell(ScheduleChange::Released(schedule, id));
                return Ok(());
            }
            Ok(Tried::Settled) => return Ok(()),
            Ok(Tried::Stays(stay)) => stay,
            // Something changed while it was looked at.
            Err(Error::Ledger(LedgerError::Conflict)) => Stay::Changed,
            Err(error) => return Err(error),
        };
        // Where the owner was first there is nothing to tell.
        if self.schedules().stay_draft(id, stay).await? {
            self.tell(ScheduleChange::Changed(schedule.id));
            self.tell(ScheduleChange::Stayed(schedule, id, stay));
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
        if !is_active(schedule) || schedule.mode != ScheduleMode::Release {
            return Ok(Tried::Stays(Stay::Changed));
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
        let schedules = self.schedules();
        let released = draft.release_by_itself(schedules, now, &review.review);
        released.await.map_err(plain)?;
        Ok(Tried::Released)
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
    /// The owner was first.
    Settled,
}

fn plain(error: RunError) -> Error {
    match error {
        RunError::Core(error) => error,
        RunError::Read(error) => Error::rule(Code::Internal, error.to_string()),
    }
}
