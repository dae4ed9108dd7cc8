//! What of a draft a schedule repeats.

use super::Draft;
use super::book::Found;
use remit_core::ScheduleRow;
use remit_import::Standing;

impl Draft {
    /// The rows that the owner did not leave out, as a schedule pays them; nothing while it is not certain whom or how much
    /// one of them pays.
    #[must_use]
    pub fn template(&self) -> Option<Vec<ScheduleRow>> {
        let reading = self.reading();
        let rows = self.checked.rows().iter();
        rows.filter(|row| row.standing != Standing::Skipped)
            .map(|row| {
                let Found::One(place) = row.payee else {
                    return None;
                };
                let account = row
                    .account
                    .and_then(|index| self.book().accounts(place).get(index as usize));
                let read = reading.row(row.row as usize);
                Some(ScheduleRow {
                    payee_id: self.book().payee(place)?.id,
                    account_token: account.map(|account| account.token.clone()),
                    money: row.money?,
                    description: read.description.into_owned(),
                    note: read.note.into_owned(),
                })
            })
            .collect()
    }
}
