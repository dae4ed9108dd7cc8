//! What the open account is doing that the closing of Remit, or of the account, would interrupt.

use super::App;
use crate::ipc::IpcError;
use crate::ipc::views::AtWorkView;
use remit_core::{OccurrenceState, ScheduleMode};

impl App {
    pub(crate) async fn at_work(&self) -> Result<AtWorkView, IpcError> {
        let session = self.session().await?;
        let (engine, inviting) = (session.engine(), session.inviting());
        // In the order in which one becomes the next, so that nothing is missed while it does.
        let open = session.scheduling().schedules().open_occurrences().await?;
        let days = open
            .iter()
            .filter(|day| day.state == OccurrenceState::Releasing)
            .count();
        let now = engine.now();
        let rows = session.runs().rows_queued(now).await?;
        let next_run_at = session.runs().next_run_at(now).await?;
        let schedules = session.scheduling().schedules().schedules().await?;
        let by_themselves = schedules
            .iter()
            .filter(|schedule| schedule.mode == ScheduleMode::Release);
        // Only of an active one anything is next.
        let next_day_at = by_themselves
            .filter_map(|schedule| Some(schedule.next?.at))
            .min();
        let ready = session.runs().ready_to_send(u32::MAX).await?;
        let ids = inviting.ids_kept();
        let people = inviting.rosters().people_to_invite().await?;
        let status = engine.status();
        Ok(AtWorkView {
            days: number(days),
            payouts: number(rows)
                .saturating_add(ready)
                .saturating_add(status.ahead),
            under_way: status.under_way,
            people: number(people),
            ids: number(ids),
            next_run_at: next_run_at.map(|at| at.to_string()),
            next_day_at: next_day_at.map(|at| at.to_string()),
            offline: status.offline_since.is_some(),
        })
    }
}

fn number<N: TryInto<u32>>(number: N) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}
