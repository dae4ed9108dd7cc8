//! How the account stands.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::views::OverviewView;
use crate::session::Session;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use tauri::State;

/// How many months back what was paid is told, the current one among them.
const MONTHS: i64 = 12;

/// What waits for the owner, what is on its way, and what was paid in the last twelve months of the owner's calendar.
#[tauri::command]
#[specta::specta]
pub async fn overview(app: State<'_, App>) -> Result<OverviewView, IpcError> {
    let session = app.session().await?;
    let (months, end) = months(&session);
    let bounds = months.keys().copied().chain([end]).collect();
    let found = session.engine().overview(bounds).await?;
    OverviewView::new(found, &months, session.engine())
}

/// When each of the last months began in the computer's own time zone, with its name; and when the current one ends.
fn months(session: &Session) -> (BTreeMap<Timestamp, String>, Timestamp) {
    let now = session.engine().now();
    let today = now.to_zoned(TimeZone::system());
    let first = today.date().first_of_month();
    let begins = |back: i64| {
        let day = first.checked_sub(back.months()).unwrap_or(first);
        let begun = day.to_zoned(today.time_zone().clone());
        (begun.map_or(now, |begun| begun.timestamp()), day)
    };
    let named = (0..MONTHS).map(|back| {
        let (begun, day) = begins(back);
        (begun, format!("{:04}-{:02}", day.year(), day.month()))
    });
    (named.collect(), begins(-1).0)
}
