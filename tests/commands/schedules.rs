//! Schedules from the window's side, with the ledger, the task and Pockyt's sandbox real: a day is one draft and one payment,
//! whatever wants a word stays a draft, and what was missed asks.

use crate::desk::{Desk, PATIENCE, wait, wait_for, with};
use crate::shop::Shop;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pockyt_sandbox::{Effect, Fault};
use remit_core::{Rhythm, Schedule, ScheduleId, ScheduleMode, ScheduleRow, ScheduleState};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A day and a time of it, so long from now.
fn soon(millis: i64) -> (String, String) {
    let at = Timestamp::now() + SignedDuration::from_millis(millis);
    let at = at.to_zoned(TimeZone::UTC);
    (
        at.date().to_string(),
        at.strftime("%H:%M:%S%.f").to_string(),
    )
}

/// A schedule that comes once, so long from now, and pays a payee who can be paid.
fn form(payee: &Value, token: &str, millis: i64, mode: &str) -> Value {
    let (date, time) = soon(millis);
    json!({
        "name": "Rent", "rhythm": { "every": "once", "date": date }, "time": time, "zone": "UTC",
        "prefix": "RENT", "mode": mode,
        "rows": [{
            "payeeId": payee, "accountToken": token, "description": "December", "note": "",
            "amount": { "amount": "13.00", "currency": "USD" },
        }],
    })
}

#[track_caller]
fn make(desk: &Desk, form: &Value) -> String {
    let id = Uuid::now_v7().to_string();
    let made = desk.ok("make_schedule", json!({ "id": id, "form": form }));
    assert_eq!(made["state"], "active", "{made:#}");
    id
}

fn detail(desk: &Desk, id: &str) -> Value {
    desk.ok("schedule", json!({ "id": id }))
}

fn day(desk: &Desk, id: &str, what: &str, found: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let days = detail(desk, id)["days"].clone();
        if let Some(day) = days.get(0).filter(|day| found(day)) {
            assert_eq!(days.as_array().unwrap().len(), 1, "one day");
            return day.clone();
        }
        assert!(begun.elapsed() < PATIENCE, "never {what}: {days:#}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn runs(desk: &Desk) -> Vec<Value> {
    let query = json!({ "search": "", "cursor": null, "limit": 50 });
    let page = desk.ok("list_runs", json!({ "query": query }));
    page["runs"].as_array().unwrap().clone()
}

/// A payee who was paid before, so that nothing about another payment is unusual.
fn trusted(shop: &Shop) -> (Value, String) {
    let draft = shop.draft("ana@example.com");
    shop.pay(&draft);
    wait_for("the first payment", || {
        (shop.pockyt.transfers().len() == 1).then_some(())
    });
    let token = draft["accountToken"].as_str().unwrap().to_owned();
    (draft["payeeId"].clone(), token)
}

#[test]
fn a_day_is_one_draft_with_its_date_in_the_invoice_id() {
    let shop = Shop::new();
    let (payee, token) = shop.payable("ana@example.com");
    let form = form(&payee["id"], &token, 3000, "draft");
    let id = Uuid::now_v7().to_string();
    for _ in 0..2 {
        let arguments = json!({ "id": id, "form": form });
        shop.desk.ok("make_schedule", arguments);
    }
    let listed = shop.desk.ok("list_schedules", json!({}));
    assert_eq!(listed.as_array().unwrap().len(), 1, "pressed twice");
    assert_eq!(listed[0]["next"]["date"], form["rhythm"]["date"]);
    assert_eq!(
        listed[0]["totals"],
        json!([{ "amount": "13.00", "currency": "USD" }])
    );
    let drafted = day(&shop.desk, &id, "drafted", |day| day["state"] == "drafted");
    assert_eq!(drafted["runState"], "draft");
    let shop = shop.crash();
    let listed = shop.desk.ok("list_schedules", json!({}));
    assert_eq!(listed[0]["next"], Value::Null, "once is once");
    assert_eq!(listed[0]["drafts"][0]["runId"], drafted["runId"]);
    let runs = runs(&shop.desk);
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (&runs[0]["origin"], &runs[0]["status"]),
        (&json!("scheduled"), &json!("draft"))
    );
    let arguments = json!({ "id": drafted["runId"], "filter": "all", "from": 0, "limit": 9 });
    let rows = shop.desk.ok("run_rows", arguments);
    let date = form["rhythm"]["date"].as_str().unwrap();
    assert_eq!(rows["rows"][0]["invoiceId"], format!("RENT-{date}-1"));
    assert_eq!(rows["rows"][0]["payee"]["id"], payee["id"]);
    shop.nothing_was_paid();
}

#[test]
fn who_is_paid_and_where_to_may_change_until_the_day_comes() {
    let shop = Shop::new();
    let (ana, anas) = shop.payable("ana@example.com");
    let (ben, bens) = shop.payable("ben@example.com");
    let id = make(&shop.desk, &form(&ana["id"], &anas, 600_000, "draft"));
    let change = |payee: &Value, token: &str| {
        let form = form(&payee["id"], token, 3000, "draft");
        (
            form["rhythm"]["date"].clone(),
            json!({ "id": id, "form": form }),
        )
    };
    let (_, mixed) = change(&ben, &anas);
    shop.desk
        .refused("change_schedule", mixed, "account_gone", Some("rows"));
    let (date, right) = change(&ben, &bens);
    shop.desk.ok("change_schedule", right);
    let drafted = day(&shop.desk, &id, "drafted", |day| day["state"] == "drafted");
    let arguments = json!({ "id": drafted["runId"], "filter": "all", "from": 0, "limit": 9 });
    let rows = shop.desk.ok("run_rows", arguments);
    let row = &rows["rows"][0];
    assert_eq!(
        (&row["payee"]["id"], &row["account"]["token"]),
        (&ben["id"], &json!(bens)),
        "{row}"
    );
    // Nobody gets the number of somebody else.
    let invoice = format!("RENT-{}-2", date.as_str().unwrap());
    assert_eq!(row["invoiceId"], invoice);
    shop.nothing_was_paid();
}

#[test]
fn what_asks_nothing_is_paid_by_itself_once() {
    let shop = Shop::new();
    let (payee, token) = trusted(&shop);
    let form = form(&payee, &token, 3000, "release");
    let id = make(&shop.desk, &form);
    let date = form["rhythm"]["date"].as_str().unwrap().to_owned();
    wait_for("the payment", || {
        (shop.pockyt.transfers().len() == 2).then_some(())
    });
    let day = day(&shop.desk, &id, "released", |day| {
        day["runState"] == "released"
    });
    assert_eq!(day["stay"], Value::Null);
    let shop = shop.crash();
    std::thread::sleep(Duration::from_millis(500));
    let transfers = shop.pockyt.transfers();
    assert_eq!(transfers.len(), 2, "once");
    assert_eq!(transfers[1].invoice_id, format!("RENT-{date}-1"));
    assert_eq!(transfers[1].minor, 1300);
}

#[test]
fn what_wants_a_word_stays_a_draft() {
    let shop = Shop::new();
    let (payee, token) = shop.payable("ana@example.com");
    let id = make(&shop.desk, &form(&payee["id"], &token, 3000, "release"));
    let day = day(&shop.desk, &id, "left to the owner", |day| {
        day["stay"] != Value::Null
    });
    assert_eq!(
        (&day["stay"], &day["runState"]),
        (&json!("asks"), &json!("draft"))
    );
    std::thread::sleep(Duration::from_millis(300));
    shop.nothing_was_paid();
    let listed = shop.desk.ok("list_schedules", json!({}));
    assert_eq!(listed[0]["drafts"][0]["stay"], "asks");
}

#[test]
fn pockyt_is_asked_about_the_payees_before_anything_goes_by_itself() {
    // The account is another now, and Remit has not been told.
    let shop = Shop::new();
    let (payee, token) = trusted(&shop);
    wait(shop.pockyt.remove_account(&token)).unwrap();
    let id = make(&shop.desk, &form(&payee, &token, 3000, "release"));
    let left = day(&shop.desk, &id, "left to the owner", |day| {
        day["stay"] != Value::Null
    });
    assert_eq!(
        (&left["stay"], &left["runState"]),
        (&json!("asks"), &json!("draft"))
    );
    assert_eq!(shop.pockyt.transfers().len(), 1, "it was not paid");

    // Pockyt does not say.
    let shop = Shop::new();
    let (payee, token) = trusted(&shop);
    let refuses = Effect::Ret {
        code: "000050".to_owned(),
        message: "The merchant is closed".to_owned(),
    };
    shop.pockyt.inject(Fault {
        times: None,
        ..Fault::on("/v3/payee/retrieve", refuses)
    });
    let id = make(&shop.desk, &form(&payee, &token, 3000, "release"));
    let left = day(&shop.desk, &id, "left to the owner", |day| {
        day["stay"] != Value::Null
    });
    assert_eq!(
        (&left["stay"], &left["runState"]),
        (&json!("not_told"), &json!("draft"))
    );
    assert_eq!(left["untold"]["names"].as_array().unwrap().len(), 1);
    assert_eq!(shop.pockyt.transfers().len(), 1, "it was not paid");
}

/// Writes a schedule as it was when Remit was closed some weeks ago.
fn left_weeks_ago(shop: &Shop, payee: &Value, token: &str) -> String {
    let session = shop.desk.session();
    let now = session.engine().now();
    let day = now.to_zoned(TimeZone::UTC).date();
    let long_ago = now - SignedDuration::from_hours(24 * 16);
    let mut schedule = Schedule {
        id: ScheduleId(Uuid::now_v7()),
        name: "Rent".to_owned(),
        rhythm: Rhythm::Week {
            weekday: day.weekday().to_monday_one_offset(),
        },
        time: "00:00:00".parse().unwrap(),
        zone: "UTC".to_owned(),
        prefix: "RENT".to_owned(),
        rows: vec![ScheduleRow {
            number: 1,
            payee_id: payee.as_str().unwrap().parse().unwrap(),
            account_token: Some(token.into()),
            money: remit_core::Money::new(1300, remit_core::Currency::USD),
            description: String::new(),
            note: String::new(),
        }],
        mode: ScheduleMode::Release,
        state: ScheduleState::Active,
        next: None,
        asks_until: None,
        created_at: long_ago,
        revision: 0,
    };
    schedule.next = schedule.next_after(long_ago, &[]);
    let id = schedule.id.to_string();
    let schedules = session.scheduling().schedules();
    wait(schedules.record_schedule(schedule, Vec::new())).unwrap();
    id
}

#[test]
fn what_was_missed_asks_and_pays_nothing() {
    let shop = Shop::new();
    let (payee, token) = trusted(&shop);
    let id = left_weeks_ago(&shop, &payee, &token);
    let shop = shop.closed_while(|| ());
    let missed = wait_for("the question", || {
        let listed = shop.desk.ok("list_schedules", json!({}));
        let missed = listed[0]["missed"].as_array().unwrap().clone();
        (!missed.is_empty()).then_some(missed)
    });
    assert_eq!(missed.len(), 3);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(shop.pockyt.transfers().len(), 1, "none fires");
    assert!(runs(&shop.desk).is_empty());

    let arguments = json!({ "id": id, "days": [missed[0], missed[2]] });
    let made = shop.desk.ok("draft_missed", arguments.clone());
    assert_eq!(made.as_array().unwrap().len(), 2);
    shop.desk
        .refused("draft_missed", arguments, "schedule_answered", None);
    let arguments = json!({ "id": id, "days": [missed[1]] });
    let left = shop.desk.ok("skip_missed", arguments);
    assert_eq!(left["missed"], json!([]));
    let shop = shop.crash();
    let listed = shop.desk.ok("list_schedules", json!({}));
    assert_eq!(listed[0]["missed"], json!([]), "answered for good");
    assert_eq!(listed[0]["drafts"].as_array().unwrap().len(), 2);
    assert_eq!(runs(&shop.desk).len(), 2);
    assert_eq!(shop.pockyt.transfers().len(), 1, "a draft is no payment");
}

#[test]
fn whenever_remit_dies_a_day_is_paid_once() {
    let mut shop = Shop::new();
    let (payee, token) = trusted(&shop);
    let mut ids = Vec::new();
    for (round, late) in [0, 4, 9, 15, 25, 60].into_iter().enumerate() {
        let amount = json!({ "amount": format!("{}.00", 13 + round), "currency": "USD" });
        let due = Instant::now() + Duration::from_millis(1500);
        let mut form = form(&payee, &token, 1500, "release");
        form["prefix"] = json!(format!("RENT{round}"));
        form["rows"][0] = with(form["rows"][0].clone(), json!({ "amount": amount }));
        ids.push(make(&shop.desk, &form));
        let crash = due - Duration::from_millis(5) + Duration::from_millis(late);
        std::thread::sleep(crash.saturating_duration_since(Instant::now()));
        shop = shop.crash();
    }
    for id in &ids {
        day(&shop.desk, id, "released", |day| {
            day["runState"] == "released"
        });
    }
    assert_eq!(runs(&shop.desk).len(), ids.len(), "one run a day");
    // What was leaving when Remit died is asked about for minutes before it may be sent again (I4).
    let payouts = wait_for("every payout to be paid or in doubt", || {
        let payouts = shop.desk.payouts();
        let done = |payout: &Value| payout["state"] == "paid" || payout["state"] == "unknown";
        (payouts.len() == 7 && payouts.iter().all(done)).then_some(payouts)
    });
    let transfers = shop.pockyt.transfers();
    let distinct: BTreeSet<_> = transfers.iter().map(|one| &one.invoice_id).collect();
    assert_eq!(distinct.len(), transfers.len(), "none is paid twice");
    for payout in payouts.iter().filter(|payout| payout["state"] == "paid") {
        let invoice = payout["invoiceId"].as_str().unwrap().to_owned();
        assert!(distinct.contains(&invoice), "{invoice}");
    }
}

#[test]
fn a_schedule_repeats_a_payout_or_a_run_and_can_be_paused_and_ended() {
    let shop = Shop::new();
    let (payee, token) = trusted(&shop);
    let paid = &shop.desk.payouts()[0];
    let from = json!({ "kind": "payout", "id": paid["id"] });
    let proposed = shop.desk.ok("propose_schedule", json!({ "from": from }));
    assert_eq!(proposed["name"], "Ana Ruiz");
    assert_eq!(proposed["prefix"], "ANARUIZ");
    let row = &proposed["rows"][0];
    assert_eq!(
        (&row["payeeId"], &row["accountToken"]),
        (&payee, &json!(token))
    );
    assert_eq!(row["amount"]["amount"], "12.00");

    let text = "Payee,Amount,Currency\nana@example.com,20.00,USD\nnobody@example.com,1.00,USD\n";
    let draft = shop.desk.ok("paste_run", json!({ "text": text }));
    let run = &draft["run"]["id"];
    let from = json!({ "from": { "kind": "run", "id": run } });
    shop.desk.refused(
        "propose_schedule",
        from.clone(),
        "schedule_rows_unclear",
        None,
    );
    let skip = json!({ "id": run, "rows": [2], "decision": { "kind": "skip" } });
    shop.desk.ok("decide_run_rows", skip);
    let proposed = shop.desk.ok("propose_schedule", from);
    assert_eq!(proposed["rows"].as_array().unwrap().len(), 1);
    assert_eq!(proposed["rows"][0]["amount"]["amount"], "20.00");

    let monthly = json!({ "rhythm": { "every": "month", "day": 31 }, "zone": "Europe/Berlin" });
    let form = with(form(&payee, &token, 0, "draft"), monthly);
    let id = make(&shop.desk, &form);
    let again = json!({ "id": Uuid::now_v7().to_string(), "form": form });
    shop.desk
        .refused("make_schedule", again, "field_invalid", Some("prefix"));
    let state = |state: &str| json!({ "id": id, "state": state });
    let paused = shop.desk.ok("set_schedule_state", state("paused"));
    assert_eq!(paused["next"], Value::Null);
    let active = shop.desk.ok("set_schedule_state", state("active"));
    assert_ne!(active["next"], Value::Null);
    let next_day = || shop.desk.ok("at_work", json!({}))["nextDayAt"].clone();
    assert_eq!(next_day(), Value::Null, "a draft waits for the owner");
    let changed = with(form, json!({ "name": "Flat", "mode": "release" }));
    let changed = json!({ "id": id, "form": changed });
    let renamed = shop.desk.ok("change_schedule", changed.clone());
    assert_eq!(renamed["name"], "Flat");
    assert!(next_day().is_string(), "it is known to pay by itself");
    let ended = shop.desk.ok("set_schedule_state", state("ended"));
    assert_eq!(ended["state"], "ended");
    assert_eq!(next_day(), Value::Null);
    shop.desk
        .refused("change_schedule", changed, "schedule_ended", None);
}
