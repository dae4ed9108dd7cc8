//! Schedules, as the owner makes and changes them.

use super::super::App;
use super::run_id;
use crate::ipc::IpcError;
use crate::ipc::inputs::{ScheduleForm, ScheduleFrom, schedule_day};
use crate::ipc::views::{
    ScheduleDay, ScheduleDetail, ScheduleProposal, ScheduleRowView, ScheduleView,
};
use crate::runs::known_run;
use crate::session::Session;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use remit_core::{
    Code, Occurrence, RunId, RunState, Schedule, ScheduleId, ScheduleRow, ScheduleState,
};
use remit_runs::{NotPaid, all_rows};
use std::path::Path;

/// As much of a name as an invoice ID begins with.
const PREFIX: usize = 12;

impl App {
    pub(crate) async fn list_schedules(&self) -> Result<Vec<ScheduleView>, IpcError> {
        let session = self.session().await?;
        let open = session.scheduling().schedules().open_occurrences().await?;
        let schedules = session.scheduling().schedules().schedules().await?;
        let mut views = Vec::with_capacity(schedules.len());
        for schedule in &schedules {
            views.push(view_among(&session, schedule, &open).await?);
        }
        Ok(views)
    }

    pub(crate) async fn schedule(&self, id: String) -> Result<ScheduleDetail, IpcError> {
        let id = schedule_id(&id)?;
        let session = self.session().await?;
        let schedule = session.scheduling().schedules().schedule(id).await?;
        let schedule = schedule.ok_or_else(|| IpcError::bad_id(Code::ScheduleNotFound))?;
        let mut days = Vec::new();
        for day in session.scheduling().schedules().occurrences(id).await? {
            let run = match day.run {
                Some(run) => session.runs().run(run).await?,
                None => None,
            };
            days.push(ScheduleDay::new(&day, run.as_ref()));
        }
        Ok(ScheduleDetail {
            rows: row_views(&session, schedule.rows.iter().map(|row| (row, None))).await?,
            schedule: view(&session, &schedule).await?,
            days,
        })
    }

    pub(crate) async fn propose_schedule(
        &self,
        from: ScheduleFrom,
    ) -> Result<ScheduleProposal, IpcError> {
        self.aside(move |session| async move {
            let (name, rows) = match from {
                ScheduleFrom::Run { id } => of_run(&session, run_id(&id)?).await?,
                ScheduleFrom::Payout { id } => of_payout(&session, &id).await?,
            };
            let taken: Vec<String> = session
                .scheduling()
                .schedules()
                .schedules()
                .await?
                .into_iter()
                .map(|schedule| schedule.prefix)
                .collect();
            let zone = TimeZone::system();
            let name_of_zone = zone.iana_name().unwrap_or("UTC").to_owned();
            let now = session.engine().now();
            Ok(ScheduleProposal {
                prefix: prefix(&name, &taken),
                name,
                zone: name_of_zone,
                today: now.to_zoned(zone).date().to_string(),
                rows: row_views(&session, rows.iter().map(|(row, why)| (row, *why))).await?,
            })
        })
        .await
    }

    pub(crate) async fn make_schedule(
        &self,
        id: String,
        form: ScheduleForm,
    ) -> Result<ScheduleView, IpcError> {
        let id = schedule_id(&id)?;
        let session = self.session().await?;
        let made = session.scheduling().begin(id, form.try_into()?).await?;
        view(&session, &made).await
    }

    pub(crate) async fn change_schedule(
        &self,
        id: String,
        form: ScheduleForm,
    ) -> Result<ScheduleView, IpcError> {
        let id = schedule_id(&id)?;
        let session = self.session().await?;
        let changed = session.scheduling().change(id, form.try_into()?).await?;
        view(&session, &changed).await
    }

    pub(crate) async fn set_schedule_state(
        &self,
        id: String,
        state: ScheduleState,
    ) -> Result<ScheduleView, IpcError> {
        let id = schedule_id(&id)?;
        let session = self.session().await?;
        let changed = session.scheduling().set_state(id, state).await?;
        view(&session, &changed).await
    }

    pub(crate) async fn draft_missed(
        &self,
        id: String,
        days: Vec<String>,
    ) -> Result<Vec<String>, IpcError> {
        let id = schedule_id(&id)?;
        let session = self.session().await?;
        let made = session
            .scheduling()
            .draft_missed(id, &dates(&days)?)
            .await?;
        for run in &made {
            self.tell_run(*run);
        }
        Ok(made.iter().map(RunId::to_string).collect())
    }

    pub(crate) async fn skip_missed(
        &self,
        id: String,
        days: Vec<String>,
    ) -> Result<ScheduleView, IpcError> {
        let id = schedule_id(&id)?;
        let session = self.session().await?;
        let skipped = session.scheduling().skip_missed(id, &dates(&days)?).await?;
        view(&session, &skipped).await
    }
}

fn schedule_id(text: &str) -> Result<ScheduleId, IpcError> {
    text.parse()
        .map_err(|_| IpcError::bad_id(Code::ScheduleNotFound))
}

fn dates(days: &[String]) -> Result<Vec<Date>, IpcError> {
    days.iter().map(|day| schedule_day(day)).collect()
}

async fn view(session: &Session, schedule: &Schedule) -> Result<ScheduleView, IpcError> {
    let open = session.scheduling().schedules().open_occurrences().await?;
    view_among(session, schedule, &open).await
}

/// A schedule among all days that are open.
async fn view_among(
    session: &Session,
    schedule: &Schedule,
    open: &[Occurrence],
) -> Result<ScheduleView, IpcError> {
    let schedules = session.scheduling().schedules();
    let paid = match schedule.next {
        Some(next) => {
            let found = schedules.paid_in_period(schedule.id, schedule.rhythm, next.date);
            found.await?
        }
        None => None,
    };
    Ok(ScheduleView::new(schedule, open, paid.as_ref()))
}

async fn row_views<'a>(
    session: &Session,
    rows: impl Iterator<Item = (&'a ScheduleRow, Option<NotPaid>)> + Send,
) -> Result<Vec<ScheduleRowView>, IpcError> {
    let mut views = Vec::new();
    for (row, not_paid) in rows {
        let payee = session.ledger().payee(row.payee_id).await?;
        views.push(ScheduleRowView::new(row, payee.as_ref(), not_paid));
    }
    Ok(views)
}

/// What is repeated, and why it was not paid, or not for good.
type Repeated = (ScheduleRow, Option<NotPaid>);

/// What a run pays, and what it is called.
async fn of_run(session: &Session, id: RunId) -> Result<(String, Vec<Repeated>), IpcError> {
    let run = known_run(session, id).await?;
    let rows = if run.state == RunState::Draft {
        let mut opened = session.drafts().open(session, id).await?;
        let rows = opened.draft()?.template().ok_or_else(|| {
            IpcError::new(
                Code::ScheduleRowsUnclear,
                "It is not certain of every row whom or how much it pays. Mend those rows or leave them out, then repeat the run.",
            )
        })?;
        rows.into_iter().map(|row| (row, None)).collect()
    } else {
        let mut rows = Vec::new();
        for outcome in all_rows(session.runs(), id, &[]).await? {
            let not_paid = NotPaid::of_row(session.ledger(), &outcome).await?;
            let row = ScheduleRow {
                number: 0,
                payee_id: outcome.row.payee_id,
                account_token: outcome.row.account_token,
                money: outcome.row.money,
                description: outcome.row.description,
                note: outcome.row.note,
            };
            rows.push((row, not_paid));
        }
        rows
    };
    Ok((stem(&run.name), rows))
}

async fn of_payout(session: &Session, id: &str) -> Result<(String, Vec<Repeated>), IpcError> {
    let id = id
        .parse()
        .map_err(|_| IpcError::bad_id(Code::PayoutNotFound))?;
    let payout = session.engine().known_payout(id).await?;
    let not_paid = NotPaid::of_payout(session.ledger(), &payout).await?;
    let row = ScheduleRow {
        number: 0,
        payee_id: payout.payee_id,
        account_token: Some(payout.account_token),
        money: payout.money,
        description: payout.description,
        note: payout.note,
    };
    Ok((payout.payee_name, vec![(row, not_paid)]))
}

/// A file's name without its ending.
fn stem(name: &str) -> String {
    let path = Path::new(name);
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv" | "xlsx" | "txt" | "tsv") => path.file_stem().map_or_else(
            || name.to_owned(),
            |stem| stem.to_string_lossy().into_owned(),
        ),
        _ => name.to_owned(),
    }
}

/// What the invoice IDs of a schedule of this name may begin with, so that no other's do.
fn prefix(name: &str, taken: &[String]) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let mut prefix: String = letters
        .take(PREFIX)
        .collect::<String>()
        .to_ascii_uppercase();
    // A date alone says nothing, and the day follows by itself.
    if !prefix.contains(|char: char| char.is_ascii_alphabetic()) {
        "PAY".clone_into(&mut prefix);
    }
    let numbered = (2_u32..).map(|number| format!("{prefix}-{number}"));
    std::iter::once(prefix.clone())
        .chain(numbered)
        .find(|one| !taken.iter().any(|taken| taken.eq_ignore_ascii_case(one)))
        .unwrap_or(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invoice_ids_begin_with_the_name_and_like_no_others() {
        assert_eq!(stem("November 2026.csv"), "November 2026");
        assert_eq!(stem("Dr. Who"), "Dr. Who");
        assert_eq!(prefix("Rent, flat 2", &[]), "RENTFLAT2");
        assert_eq!(prefix("房租", &[]), "PAY");
        assert_eq!(prefix("2026-11-26", &[]), "PAY");
        let taken = ["rent".to_owned(), "RENT-2".to_owned()];
        assert_eq!(prefix("Rent", &taken), "RENT-3");
    }
}
