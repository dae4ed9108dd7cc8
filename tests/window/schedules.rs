//! A run that is repeated by the calendar: made, missed while Remit was closed, asked about, and come round in time. The clock
//! is set, so that weeks pass.

use crate::desktop::Desktop;
use crate::owner::{Owner, Setting};
use crate::steps;
use crate::wall::Clock;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::time::Duration;

/// How long until Remit has looked at the clock again, which it does twice a minute.
const WITHIN: Duration = Duration::from_secs(90);

/// Repeats the run that is open, every week on the day that it is.
async fn repeat(owner: &Owner, picture: &str) {
    let more = format!("[aria-label='{}']", owner.say("runs.more"));
    owner.press_css(&more).await;
    // Its note is a part of the entry.
    owner.press_css("[role=menuitem]:nth-child(2)").await;
    owner.read("schedules.newTitle").await;
    owner.enter("schedules.name", "Cleaning").await;
    let (how, week) = (
        owner.say("schedules.how"),
        owner.say("schedules.every_week"),
    );
    owner.choose(&how, &week).await;
    owner.inspect(picture).await;
    owner.push("schedules.make").await;
    owner.read("schedules.details").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_asks_and_what_comes_in_time_is_a_draft() {
    let mut desktop = Desktop::new().await;
    let pockyt = steps::pockyt().await;
    let clock = Clock::right();
    let setting = clock.on_the_wall_of(Setting::new("en", "dark"));
    let mut owner = setting.start().await;
    steps::have_a_payee(&owner, &pockyt).await;
    let today = Timestamp::now().to_zoned(TimeZone::system());
    owner.push("runs.title").await;
    owner.push("schedules.title").await;
    owner.read("schedules.emptyTitle").await;
    owner.inspect("60-schedules-empty").await;
    owner.push("schedules.emptyDeed").await;
    owner.push("runs.paste").await;
    let enter = char::from(fantoccini::key::Key::Enter);
    let rows = format!("Payee;Amount;Currency{enter}ana@example.com;85.00;USD{enter}");
    owner.enter("runs.pasteLabel", &rows).await;
    owner.push("runs.pasteDeed").await;
    owner.see("1 row ready").await;
    repeat(&owner, "61-schedule-form").await;
    owner.inspect("62-schedule").await;
    owner.push("schedules.edit").await;
    owner.read("schedules.editTitle").await;
    owner.read("pay.account").await;
    owner.inspect("62-schedule-change").await;
    owner.push("common.cancel").await;

    // Remit is closed for three weeks and a day.
    clock.set("+22d");
    owner.start_again().await;
    owner.push("overview.title").await;
    owner.read("schedules.missedAsk").await;
    owner.inspect("63-schedule-needs").await;
    owner.push("runs.title").await;
    owner.push("schedules.missedAnswer").await;
    owner.read("schedules.missedText").await;
    owner.inspect("64-schedule-missed").await;
    owner.press_css("li button").await;
    owner.see("A draft is among the runs").await;
    owner.push("schedules.skipAll").await;
    owner.read("schedules.day_skipped").await;
    owner.inspect("65-schedule-answered").await;
    owner.push("schedules.title").await;
    owner.read("schedules.state_active").await;
    owner.inspect("66-schedules").await;

    // The next day of it comes while Remit is open: ten past nine, four weeks from now.
    let day = today.date().checked_add(28.days()).unwrap();
    let then = day.at(9, 10, 0, 0).to_zoned(today.time_zone().clone());
    let apart = then.unwrap().timestamp().as_second() - Timestamp::now().as_second();
    // Nobody looks at the window meanwhile: the system tells, and leads to the schedule.
    owner.push("common.settings").await;
    owner.read("notices.title").await;
    desktop.look_away();
    clock.set(&format!("+{apart}"));
    let drafted = owner.say_with("notices.schedule_drafted", &[("name", "Cleaning")]);
    let notice = desktop.until(WITHIN, &drafted).await;
    desktop.press(&notice).await;
    owner.read("schedules.details").await;
    owner.push("overview.title").await;
    let day = day.strftime("%b %-d, %Y").to_string();
    let waits = [("name", "Cleaning"), ("day", day.as_str())];
    let waits = owner.say_with("schedules.draftWaits", &waits);
    owner.see_within(&waits, WITHIN).await;
    owner.inspect("67-schedule-came").await;
    assert!(
        pockyt.control().transfers().is_empty(),
        "a draft pays nothing"
    );
    pockyt.stop().await;
}
