//! Runs that were released for a moment at which Remit was closed: they ask.

use crate::desk::wait_for;
use crate::doubles::connect;
use crate::runs_sending::{
    assert_each_paid_once, payable, released, released_later, rows, slowly, until_paid,
    until_status,
};
use crate::shop::Shop;
use remit::ipc::events::AppEvent;
use remit_core::RunRow;
use serde_json::json;
use std::time::Duration;

/// Closes Remit, makes the moment of every run one that passed so long ago, and opens it again.
fn closed_when_it_was_due(shop: Shop, ago: jiff::SignedDuration) -> Shop {
    let file = shop.desk.profile_folder(&shop.profile).join("ledger.db");
    let key = shop.desk.ledger_key(&shop.profile);
    let moment = (jiff::Timestamp::now() - ago).as_nanosecond();
    let moment = i64::try_from(moment).unwrap();
    shop.closed_while(|| {
        let moved = connect(&file, &key).execute("UPDATE runs SET not_before=?", [moment]);
        assert_eq!(moved.unwrap(), 1);
    })
}

fn three_for_later() -> (Shop, Vec<RunRow>, String) {
    let shop = Shop::new();
    let rows = rows(3, &payable(&shop, 2));
    let id = released_later(&shop.desk, &rows);
    assert_eq!(
        shop.desk.ok("run", json!({ "id": id }))["status"],
        "scheduled"
    );
    (shop, rows, id)
}

#[test]
fn a_run_that_missed_its_moment_asks_and_then_pays_each_row_once() {
    let (shop, rows, id) = three_for_later();
    let shop = closed_when_it_was_due(shop, jiff::SignedDuration::from_hours(2));
    until_status(&shop.desk, &id, "missed");
    wait_for("the word of it", || {
        let events = shop.desk.host.events.lock().unwrap();
        let told = |event: &AppEvent| matches!(event, AppEvent::RunMissed(of) if of.id == id);
        events.iter().any(told).then_some(())
    });
    let shop = shop.crash();
    until_status(&shop.desk, &id, "missed");
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(shop.pockyt.transfers().len(), 0);
    let resumed = shop.desk.ok("resume_run", json!({ "id": id }));
    assert_eq!(resumed["status"], "sending");
    until_status(&shop.desk, &id, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
}

#[test]
fn a_run_that_came_due_shortly_before_the_start_goes_out_once() {
    let (shop, rows, id) = three_for_later();
    let shop = closed_when_it_was_due(shop, jiff::SignedDuration::from_mins(20));
    until_status(&shop.desk, &id, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
}

#[test]
fn a_run_that_had_begun_goes_on_however_long_remit_was_closed_and_pays_each_row_once() {
    let shop = Shop::new();
    let rows = rows(3, &payable(&shop, 2));
    // The next one leaves a minute after the first: when Remit is closed, two are left and nothing is on the wire.
    slowly(&shop.desk, 1);
    let id = released(&shop.desk, &rows);
    until_paid(&shop.pockyt, 1);
    let shop = closed_when_it_was_due(shop, jiff::SignedDuration::from_hours(48));
    slowly(&shop.desk, 0);
    until_status(&shop.desk, &id, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
}
