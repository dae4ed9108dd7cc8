//! What the owner does with schedules.

use super::{Hand, ScheduleChange, Scheduling, is_active, missed_event};
use jiff::civil::{Date, Time};
use remit_core::{
    Code, Error, EventKind, LedgerError, NewEvent, OccurrenceState, Rhythm, RunId, Schedule,
    ScheduleId, ScheduleMode, ScheduleRow, ScheduleState, Source, Subject, TimeOfDay, number_rows,
};

/// The longest name; the day follows it in the names of its runs.
const LONGEST_NAME: usize = 100;

/// The longest beginning of its invoice IDs.
const LONGEST_PREFIX: usize = 24;

/// What the owner says about a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of remit_core::Schedule")]
pub struct ScheduleForm {
    pub name: String,
    pub rhythm: Rhythm,
    pub time: Time,
    pub zone: String,
    pub prefix: String,
    pub rows: Vec<ScheduleRow>,
    pub mode: ScheduleMode,
}

impl Scheduling {
    /// Makes a schedule. The same number again is the same schedule.
    ///
    /// # Errors
    /// What is wrong with the form, or [`Code::ScheduleNeverComes`].
    pub async fn begin(&self, id: ScheduleId, form: ScheduleForm) -> Result<Schedule, Error> {
        if let Some(known) = self.schedules().schedule(id).await? {
            return Ok(known);
        }
        let form = self.checked(id, form).await?;
        let now = self.now();
        let schedule = Schedule {
            id,
            name: form.name,
            rhythm: form.rhythm,
            time: form.time,
            zone: form.zone,
            prefix: form.prefix,
            rows: number_rows(form.rows, &[]),
            mode: form.mode,
            state: ScheduleState::Active,
            next: None,
            asks_until: None,
            created_at: now,
            revision: 0,
        };
        let schedule = comes(schedule.next_after(now, &[]), schedule)?;
        let events = vec![self.event(&schedule, EventKind::ScheduleMade)];
        let schedule = self.schedules().record_schedule(schedule, events).await?;
        self.changed(id);
        Ok(schedule)
    }

    /// Changes what a schedule says; drafts that it has made stay as they are.
    ///
    /// # Errors
    /// What is wrong with the form, [`Code::ScheduleEnded`], or [`Code::ScheduleNeverComes`].
    pub async fn change(&self, id: ScheduleId, form: ScheduleForm) -> Result<Schedule, Error> {
        let form = self.checked(id, form).await?;
        self.rewrite(id, |known| Schedule {
            name: form.name.clone(),
            rhythm: form.rhythm,
            time: form.time,
            zone: form.zone.clone(),
            prefix: form.prefix.clone(),
            rows: number_rows(form.rows.clone(), &known.rows),
            mode: form.mode,
            ..known
        })
        .await
    }

    /// Pauses a schedule, lets it go on, or ends it for good.
    ///
    /// # Errors
    /// [`Code::ScheduleEnded`], or [`Code::ScheduleNeverComes`] for one that has no day left to go on to.
    pub async fn set_state(&self, id: ScheduleId, state: ScheduleState) -> Result<Schedule, Error> {
        let known = self.known(id).await?;
        if known.state == state {
            return Ok(known);
        }
        self.rewrite(id, |known| Schedule { state, ..known }).await
    }

    async fn rewrite(
        &self,
        id: ScheduleId,
        change: impl Fn(Schedule) -> Schedule,
    ) -> Result<Schedule, Error> {
        loop {
            let known = self.known(id).await?;
            let now = self.now();
            let days = known.come(now);
            if !days.is_empty() {
                // What is due was due by what the schedule said until now. It is a draft: the owner may be stopping just it.
                match self.come(known, days, now, Hand::Owner).await {
                    Ok(()) | Err(Error::Ledger(LedgerError::Conflict)) => continue,
                    Err(error) => return Err(error),
                }
            }
            if known.state == ScheduleState::Ended {
                let message = "This schedule was ended, so it cannot be changed. Make a new one from one of its runs.";
                return Err(Error::rule(Code::ScheduleEnded, message));
            }
            let days = self.schedules().occurrences(id).await?;
            let made: Vec<Date> = days.iter().map(|day| day.occasion.date).collect();
            let schedule = change(known.clone());
            let next = schedule.next_after(now, &made);
            let schedule = comes(next, schedule)?;
            // Whoever moves the time of today to an earlier one that has passed is asked, and not just not paid.
            let missed = schedule.overtaken(&known, now, &made);
            let mut events = vec![self.event(&schedule, EventKind::ScheduleChanged)];
            events.extend(missed_event(&schedule, &missed, now));
            let changed = self
                .schedules()
                .change_schedule(schedule, missed.clone(), events);
            match changed.await {
                Err(LedgerError::Conflict) => {}
                changed => {
                    let schedule = changed?;
                    self.changed(id);
                    if !missed.is_empty() {
                        self.tell(ScheduleChange::Missed(schedule.clone(), missed));
                    }
                    return Ok(schedule);
                }
            }
        }
    }

    /// Makes the drafts of missed days. A day that was answered already is left as it is.
    ///
    /// # Errors
    /// [`Code::ScheduleAnswered`] when none of the days waits for an answer any more.
    pub async fn draft_missed(&self, id: ScheduleId, days: &[Date]) -> Result<Vec<RunId>, Error> {
        let mut made = Vec::new();
        for date in days {
            made.extend(self.draft_day(id, *date).await?);
        }
        if made.is_empty() {
            return Err(answered());
        }
        Ok(made)
    }

    async fn draft_day(&self, id: ScheduleId, date: Date) -> Result<Option<RunId>, Error> {
        loop {
            let schedule = self.known(id).await?;
            let known = self.schedules().occurrences(id).await?;
            let missed = known
                .iter()
                .find(|day| day.occasion.date == date && day.state == OccurrenceState::Missed);
            let Some(day) = missed else {
                return Ok(None);
            };
            // What the owner asks for now is looked at by the owner.
            let made = self.make(schedule, day.occasion, Source::Owner, Hand::Owner);
            match made.await {
                Err(Error::Ledger(LedgerError::Conflict)) => {}
                made => return made.map(Some),
            }
        }
    }

    /// Skips missed days.
    ///
    /// # Errors
    /// [`Code::ScheduleAnswered`] when none of the days waits for an answer any more.
    pub async fn skip_missed(&self, id: ScheduleId, days: &[Date]) -> Result<Schedule, Error> {
        let schedule = self.known(id).await?;
        let dates: Vec<String> = days.iter().map(Date::to_string).collect();
        let event = self
            .event(&schedule, EventKind::ScheduleSkipped)
            .evidence(serde_json::json!(dates).to_string());
        let skipped = self
            .schedules()
            .skip_missed(id, days.to_vec(), vec![event])
            .await?;
        if skipped == 0 {
            return Err(answered());
        }
        self.changed(id);
        Ok(schedule)
    }

    async fn checked(&self, id: ScheduleId, form: ScheduleForm) -> Result<ScheduleForm, Error> {
        let invalid = |field, message: &str| Err(Error::input(Code::FieldInvalid, field, message));
        let name = form.name.trim().to_owned();
        if name.is_empty() {
            let message = "Give the schedule a name.";
            return Err(Error::input(Code::FieldMissing, "name", message));
        }
        if name.chars().count() > LONGEST_NAME {
            let message = "The name may have 100 characters. Shorten it.";
            return Err(Error::input(Code::TextTooLong, "name", message));
        }
        let prefix = form.prefix.trim().to_owned();
        let fits = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        if prefix.is_empty() || prefix.len() > LONGEST_PREFIX || !prefix.chars().all(fits) {
            let message = "Invoice IDs begin with up to 24 letters A to Z, digits, hyphens, dots or underscores. The date follows by itself.";
            return invalid("prefix", message);
        }
        for other in self.schedules().schedules().await? {
            let same = other.prefix.eq_ignore_ascii_case(&prefix);
            if same && other.id != id && other.state != ScheduleState::Ended {
                let message = "Another schedule begins its invoice IDs like this. Choose another beginning, so that the IDs never repeat.";
                return invalid("prefix", message);
            }
        }
        if TimeOfDay::new(form.time, &form.zone).is_none() {
            return invalid(
                "zone",
                "This is not a time zone that Remit knows. Choose one from the list.",
            );
        }
        if !form.rhythm.is_sound() {
            return invalid("rhythm", "There is no such day. Choose another one.");
        }
        if form.rows.is_empty() {
            let message = "There is nobody to pay in it. Take a run with at least one row.";
            return Err(Error::rule(Code::RunEmpty, message));
        }
        for row in &form.rows {
            if row.money.minor <= 0 {
                let message = "An amount must be more than zero. Change it.";
                return Err(Error::input(Code::AmountNotPositive, "rows", message));
            }
            if self.ports.ledger.payee(row.payee_id).await?.is_none() {
                let message = "A payee of it is not in the ledger of this account.";
                return Err(Error::input(Code::PayeeNotFound, "rows", message));
            }
            if let Some(token) = &row.account_token
                && let Some(holder) = self.ports.ledger.payee_by_account(token).await?
                && holder.id != row.payee_id
            {
                let message = "An account of it is another payee's. Choose one of the payee's own.";
                return Err(Error::input(Code::AccountGone, "rows", message));
            }
        }
        Ok(ScheduleForm {
            name,
            prefix,
            ..form
        })
    }

    /// An event about a schedule, with all that it says, so that the history tells what was agreed to.
    fn event(&self, schedule: &Schedule, kind: EventKind) -> NewEvent {
        let subject = Subject::Schedule(schedule.id);
        let says = serde_json::json!({
            "name": schedule.name,
            "rhythm": schedule.rhythm,
            "time": schedule.time,
            "zone": schedule.zone,
            "prefix": schedule.prefix,
            "rows": schedule.rows,
            "mode": schedule.mode,
            "state": schedule.state,
            "next": schedule.next,
        });
        NewEvent::new(self.now(), subject, kind, Source::Owner).evidence(says.to_string())
    }

    fn changed(&self, id: ScheduleId) {
        self.tell(ScheduleChange::Changed(id));
        self.bell.notify_one();
    }
}

/// The schedule with the day that comes next; an active one needs one.
fn comes(next: Option<remit_core::Occasion>, schedule: Schedule) -> Result<Schedule, Error> {
    if next.is_none() && is_active(&schedule) {
        let message =
            "This day is past, so the schedule would never come round. Choose a later one.";
        return Err(Error::input(Code::ScheduleNeverComes, "date", message));
    }
    Ok(Schedule { next, ..schedule })
}

pub(super) fn not_found() -> Error {
    let message = "This schedule is not in the ledger of this account. Go back to the schedules and open it again.";
    Error::rule(Code::ScheduleNotFound, message)
}

fn answered() -> Error {
    let message = "These days do not wait for an answer any more. Look at the schedule again.";
    Error::rule(Code::ScheduleAnswered, message)
}
