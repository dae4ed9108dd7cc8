//! The release of a schedule's run without the owner: only of exactly what the schedule says, and only where nothing at all
//! about it wants a word.

use super::Draft;
use super::book::Found;
use super::check::CheckedRow;
use crate::error::RunError;
use jiff::Timestamp;
use jiff::civil::Date;
use remit_core::{Run, Schedule, ScheduleRow, Schedules, Source, Turn};
use remit_import::Standing;

impl Draft {
    /// Whether every row is as the schedule says for this day, and nothing is wrong with any, nor to be accepted.
    #[must_use]
    pub(crate) fn asks_nothing(&self, schedule: &Schedule, date: Date) -> bool {
        let rows = self.checked.rows();
        let wanted = schedule.rows.iter();
        rows.len() == schedule.rows.len()
            && rows.iter().zip(wanted).all(|(row, wanted)| {
                let invoice = schedule.invoice_id(date, wanted.number);
                self.is_as_wanted(row, wanted) && row.invoice_id.as_ref() == Some(&invoice)
            })
    }

    fn is_as_wanted(&self, row: &CheckedRow, wanted: &ScheduleRow) -> bool {
        let Found::One(place) = row.payee else {
            return false;
        };
        let payee = self.book().payee(place).map(|payee| payee.id);
        let accounts = self.book().accounts(place);
        let account = row.account.and_then(|index| accounts.get(index as usize));
        let account = account.map(|account| &account.token);
        row.standing == Standing::Ready
            && row.problems.is_empty()
            && payee == Some(wanted.payee_id)
            && account.is_some()
            // Where the schedule's account is gone, another that is there is not the one that the owner chose.
            && (wanted.account_token.is_none() || wanted.account_token.as_ref() == account)
            && row.money == Some(wanted.money)
    }

    /// Releases what was reviewed as [`Draft::release`] does, by Remit's own hand.
    ///
    /// # Errors
    /// As those of [`Draft::release`]; [`remit_core::LedgerError::Conflict`] when the day, the schedule or the run changed meanwhile.
    pub(crate) async fn release_by_itself(
        &mut self,
        schedules: &dyn Schedules,
        turn: &Turn,
        now: Timestamp,
        review: &str,
    ) -> Result<Run, RunError> {
        let (run, events) = self.releasing(Source::Remit, turn, now, review, None)?;
        let released = schedules.release_occurrence(run, review.to_owned(), events);
        Ok(self.released(released.await?))
    }
}
