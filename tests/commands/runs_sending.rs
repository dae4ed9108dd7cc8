//! Payout runs from their release on: every row ends right, once, whatever the owner presses and whenever Remit is closed.

use crate::desk::{Desk, PATIENCE, payout_query, wait, wait_for, with};
use crate::shop::{PAY, Shop};
use pockyt_sandbox::{AccountKind, Control, Effect, Fault, NewMethod};
use remit::ipc::events::AppEvent;
use remit_core::{
    AccountToken, Channel, Currency, FundingAccount, InvoiceId, Money, PayeeId, Payout, PayoutId,
    RequestKey, RowState, Run, RunContent, RunId, RunOrigin, RunRow, RunState, State,
};
use remit_runs::account_seen;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How many requests are on the wire where it is crowded.
const WIRE: usize = 8;
/// By how many milliseconds each answer is late there.
const LATE: u64 = 400;

/// Whom a row pays, and where to; nowhere for one that waits.
pub type Target = (PayeeId, Option<FundingAccount>);

/// Payees that can be paid.
pub fn payable(shop: &Shop, count: usize) -> Vec<Target> {
    let who = |number| format!("payee{number}@example.com");
    (0..count)
        .map(|number| {
            let (payee, _) = shop.payable(&who(number));
            let id = payee["id"].as_str().unwrap().parse().unwrap();
            let accounts = wait(shop.desk.session().ledger().accounts(id)).unwrap();
            (id, Some(accounts[0].clone()))
        })
        .collect()
}

/// A row as a review makes it.
pub fn row(number: u32, (payee, account): &Target) -> RunRow {
    RunRow {
        row: number,
        line: number + 2,
        payout_id: PayoutId(Uuid::now_v7()),
        request_key: RequestKey(Uuid::new_v4()),
        payee_id: *payee,
        account_token: account.as_ref().map(|account| account.token.clone()),
        account_seen: account.as_ref().map(account_seen).unwrap_or_default(),
        money: Money::new(1200 + 100 * i64::from(number), Currency::USD),
        invoice_id: InvoiceId(format!("RUN-{number:04}")),
        channel: Channel::StandardAch,
        description: "October".to_owned(),
        note: String::new(),
        retry_of: None,
        state: if account.is_some() {
            RowState::Queued
        } else {
            RowState::Waiting
        },
        hold: None,
    }
}

/// As many rows, to these in turn.
pub fn rows(count: u32, to: &[Target]) -> Vec<RunRow> {
    (0..count)
        .map(|number| row(number, &to[number as usize % to.len()]))
        .collect()
}

/// A draft with these rows, reviewed.
fn reviewed(desk: &Desk, rows: &[RunRow]) -> Run {
    let session = desk.session();
    let draft = Run {
        id: RunId(Uuid::now_v7()),
        name: "October.csv".to_owned(),
        origin: RunOrigin::File,
        state: RunState::Draft,
        paused: false,
        not_before: None,
        content_hash: String::new(),
        follows: None,
        rows: rows.len() as u64,
        created_at: session.engine().now(),
        released_at: None,
        revision: 0,
    };
    let content = RunContent {
        source: Vec::new(),
        settings: String::new(),
        edits: Vec::new(),
        decisions: Vec::new(),
    };
    let runs = session.runs();
    let run = wait(runs.record_run(draft, content, Vec::new())).unwrap();
    wait(runs.prepare_run(run.id, "review".to_owned(), rows.to_vec(), Vec::new())).unwrap();
    run
}

fn release(desk: &Desk, run: Run) -> String {
    let session = desk.session();
    let run = Run {
        state: RunState::Released,
        released_at: Some(session.engine().now()),
        ..run
    };
    let run = wait(
        session
            .runs()
            .release_run(run, "review".to_owned(), Vec::new()),
    )
    .unwrap();
    session.wake();
    run.id.to_string()
}

pub fn released(desk: &Desk, rows: &[RunRow]) -> String {
    release(desk, reviewed(desk, rows))
}

/// Released, and put off until after the test.
pub fn released_later(desk: &Desk, rows: &[RunRow]) -> String {
    let not_before = Some("2031-01-01T00:00:00Z".parse().unwrap());
    let run = reviewed(desk, rows);
    release(desk, Run { not_before, ..run })
}

/// At most so many requests a minute, one at a time, so that there is time to press something.
pub fn slowly(desk: &Desk, per_minute: u32) {
    let limits = json!({ "inFlight": 1, "perMinute": per_minute });
    desk.ok("set_limits", json!({ "limits": limits }));
}

fn quickly(desk: &Desk) {
    slowly(desk, 0);
}

#[track_caller]
pub fn until_status(desk: &Desk, id: &str, status: &str) -> Value {
    let begun = Instant::now();
    loop {
        let run = desk.ok("run", json!({ "id": id }));
        if run["status"] == status {
            return run;
        }
        assert!(begun.elapsed() < PATIENCE, "never {status}: {run:#}");
        std::thread::sleep(Duration::from_millis(25));
    }
}

pub fn until_paid(pockyt: &Control, at_least: usize) {
    wait_for("transfers", || {
        (pockyt.transfers().len() >= at_least).then_some(())
    });
}

pub fn outcomes(desk: &Desk, id: &str) -> Vec<Value> {
    let arguments = json!({ "id": id, "states": [], "after": null, "limit": 500 });
    let page = desk.ok("run_outcomes", arguments);
    page["rows"].as_array().unwrap().clone()
}

/// Every row is one transfer, of its amount.
#[track_caller]
pub fn assert_each_paid_once(pockyt: &Control, rows: &[RunRow]) {
    let transfers = pockyt.transfers();
    let expected: BTreeSet<_> = rows
        .iter()
        .map(|row| (row.invoice_id.0.clone(), row.money.minor))
        .collect();
    let found: Vec<_> = transfers
        .iter()
        .map(|transfer| (transfer.invoice_id.clone(), transfer.minor))
        .collect();
    assert_eq!(found.len(), rows.len(), "one transfer a row: {found:?}");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
}

fn finishes(desk: &Desk, id: &str) -> usize {
    let events = desk.host.events.lock().unwrap();
    let finished = |event: &&AppEvent| matches!(event, AppEvent::RunFinished(of) if of.id == id);
    events.iter().filter(finished).count()
}

#[test]
fn every_row_of_a_released_run_is_paid_once() {
    let shop = Shop::new();
    let to = payable(&shop, 4);
    let rows = rows(40, &to);
    let id = released(&shop.desk, &rows);
    let run = until_status(&shop.desk, &id, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
    assert_eq!(shop.pockyt.calls_of(PAY).len(), 40, "and nothing twice");
    let progress = &run["progress"];
    assert_eq!(
        progress["payouts"],
        json!([{ "state": "paid", "count": 40 }])
    );
    assert_eq!(progress["rows"], json!([]));
    assert_eq!(progress["paid"], progress["total"]);
    assert_eq!(
        progress["total"],
        json!([{ "amount": "1260.00", "currency": "USD" }])
    );
    wait_for("the word that it finished", || {
        (finishes(&shop.desk, &id) > 0).then_some(())
    });

    let rows = outcomes(&shop.desk, &id);
    assert_eq!(rows.len(), 40);
    assert_eq!(
        (&rows[7]["row"], &rows[7]["line"], &rows[7]["payoutState"]),
        (&json!(7), &json!(9), &json!("paid"))
    );
    assert_eq!(rows[7]["payeeName"], "Ana Ruiz");
    let arguments = json!({ "id": id, "states": ["paid"], "after": 30, "limit": 5 });
    let page = shop.desk.ok("run_outcomes", arguments);
    assert_eq!(
        (&page["rows"][0]["row"], &page["next"]),
        (&json!(31), &json!(35))
    );

    let detail = shop.desk.ok("payout", json!({ "id": rows[7]["payoutId"] }));
    assert_eq!(
        detail["run"],
        json!({ "id": id, "name": "October.csv", "line": 9, "paused": false, "stopped": false })
    );
    let query = with(payout_query(), json!({ "run": id, "limit": 10 }));
    let listed = shop.desk.ok("list_payouts", json!({ "query": query }));
    assert_eq!(listed["total"], 40);
    let query = json!({ "search": "octo", "cursor": null, "limit": 10 });
    let listed = shop.desk.ok("list_runs", json!({ "query": query }));
    assert_eq!(
        (&listed["total"], &listed["runs"][0]["id"]),
        (&json!(1), &json!(id))
    );
    assert_eq!(finishes(&shop.desk, &id), 1, "told once");
}

#[test]
fn a_paused_run_sends_nothing_until_it_is_resumed() {
    let shop = Shop::new();
    let rows = rows(40, &payable(&shop, 2));
    slowly(&shop.desk, 240);
    let id = released(&shop.desk, &rows);
    until_paid(&shop.pockyt, 3);
    let paused = shop.desk.ok("pause_run", json!({ "id": id }));
    assert_eq!(paused["status"], "paused");
    quickly(&shop.desk);
    // What was leaving at that moment.
    std::thread::sleep(Duration::from_secs(1));
    let sent = shop.pockyt.transfers().len();
    assert!(sent < 40, "the pause came too late to show anything");
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(shop.pockyt.transfers().len(), sent, "nothing more is sent");
    let arguments = json!({ "id": id });
    assert_eq!(
        shop.desk.ok("pause_run", arguments.clone())["status"],
        "paused",
        "pausing again changes nothing"
    );
    let first = outcomes(&shop.desk, &id).remove(0);
    let detail = shop.desk.ok("payout", json!({ "id": first["payoutId"] }));
    assert_eq!(detail["run"]["paused"], true, "{detail}");
    let halted = || shop.desk.ok("halted_runs", json!({}));
    let told = halted();
    assert_eq!(told["total"], 1, "it waits for the owner: {told}");
    assert_eq!(
        (&told["runs"][0]["id"], &told["runs"][0]["status"]),
        (&json!(id), &json!("paused"))
    );
    assert_ne!(shop.desk.ok("resume_run", arguments)["status"], "paused");
    assert_eq!(halted(), json!({ "runs": [], "total": 0 }));
    until_status(&shop.desk, &id, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
}

#[test]
fn a_run_that_waits_for_its_day_is_named_and_found_by_its_rows() {
    let shop = Shop::new();
    let rows = rows(2, &payable(&shop, 2));
    let id = released_later(&shop.desk, &rows);
    let coming = shop.desk.ok("coming_runs", json!({}));
    assert_eq!(coming["total"], 1, "{coming}");
    let run = &coming["runs"][0];
    assert_eq!(
        (&run["id"], &run["status"]),
        (&json!(id), &json!("scheduled"))
    );
    let look = |search: &str| {
        shop.desk
            .ok("rows_to_come", json!({ "search": search, "limit": 6 }))
    };
    let found = look(rows[1].invoice_id.as_str());
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["runId"], json!(id));
    assert_eq!(found[0]["goesOutAt"], "2031-01-01T00:00:00Z");
    assert_eq!(look("nobody at all"), json!([]));
}

/// Eight requests are on the wire, each answered late, and others wait for their answers: more than the wire holds are in
/// sending. Returns the run.
fn crowded(shop: &Shop, rows: &[RunRow]) -> String {
    let limits = json!({ "inFlight": WIRE, "perMinute": 0 });
    shop.desk.ok("set_limits", json!({ "limits": limits }));
    let late = Fault::on(PAY, Effect::Genuine).after_processing();
    shop.pockyt.inject(late.delayed(LATE).forever());
    let id = released(&shop.desk, rows);
    wait_for("claims ahead of a full wire", || {
        let full = shop.pockyt.waiting(PAY) == WIRE;
        (full && in_state(&shop.desk, State::Sending).len() > WIRE + 1).then_some(())
    });
    id
}

fn in_state(desk: &Desk, state: State) -> Vec<Payout> {
    let session = desk.session();
    wait(session.ledger().payouts_in(state, None, 500)).unwrap()
}

/// What has left, or was claimed to.
fn gone(desk: &Desk, id: &str) -> usize {
    let stays = |outcome: &&Value| {
        let states = [&outcome["state"], &outcome["payoutState"]];
        states.iter().any(|state| {
            let state = state.as_str().unwrap_or_default();
            ["queued", "stopped", "ready", "cancelled"].contains(&state)
        })
    };
    let all = outcomes(desk, id);
    all.len() - all.iter().filter(stays).count()
}

/// After the owner's word only what is on the wire comes to its end; what was claimed ahead is as if nobody had claimed it.
#[track_caller]
fn only_the_wire_ends(shop: &Shop, id: &str) {
    let sending = in_state(&shop.desk, State::Sending);
    assert!(sending.len() <= WIRE, "{} are claimed", sending.len());
    let gone_by_then = gone(&shop.desk, id);
    for ready in in_state(&shop.desk, State::Ready) {
        let never_left = (ready.attempts, ready.body.clone(), ready.sent_at);
        assert_eq!(never_left, (0, None, None), "{ready:?}");
    }
    wait_for("what was on the wire", || {
        in_state(&shop.desk, State::Sending)
            .is_empty()
            .then_some(())
    });
    std::thread::sleep(Duration::from_millis(2 * LATE));
    assert_eq!(shop.pockyt.calls_of(PAY).len(), gone_by_then);
    assert_eq!(shop.pockyt.transfers().len(), gone_by_then);
    assert_eq!(gone(&shop.desk, id), gone_by_then);
}

#[test]
fn what_was_claimed_ahead_of_the_wire_comes_back_with_a_pause_and_leaves_once_after_it() {
    let shop = Shop::new();
    let rows = rows(80, &payable(&shop, 3));
    let id = crowded(&shop, &rows);
    let arguments = json!({ "id": id });
    let paused = shop.desk.ok("pause_run", arguments.clone());
    assert_eq!(paused["status"], "paused");
    only_the_wire_ends(&shop, &id);
    assert!(
        shop.pockyt.transfers().len() < 80,
        "the pause came too late"
    );
    shop.pockyt.clear_faults();
    shop.desk.ok("resume_run", arguments);
    until_status(&shop.desk, &id, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
    assert_eq!(shop.pockyt.calls_of(PAY).len(), 80, "each was sent once");
}

#[test]
fn what_was_claimed_ahead_of_the_wire_is_withdrawn_with_a_stop() {
    let shop = Shop::new();
    let rows = rows(80, &payable(&shop, 3));
    let id = crowded(&shop, &rows);
    let stopped = shop.desk.ok("stop_run", json!({ "id": id }));
    assert_eq!(stopped["status"], "stopped");
    only_the_wire_ends(&shop, &id);
    wait_for("the rest to be withdrawn", || {
        in_state(&shop.desk, State::Ready).is_empty().then_some(())
    });
    let paid = shop.pockyt.transfers().len();
    let withdrawn = in_state(&shop.desk, State::Cancelled).len();
    let never = outcomes(&shop.desk, &id);
    let never = never.iter().filter(|row| row["state"] == "stopped");
    assert_eq!(paid + withdrawn + never.count(), 80, "every row is known");
    assert!(withdrawn > 0 && paid < 80, "the stop came too late");
}

#[test]
fn a_stopped_run_sends_nothing_any_more() {
    let shop = Shop::new();
    let rows = rows(500, &payable(&shop, 2));
    slowly(&shop.desk, 240);
    let id = released(&shop.desk, &rows);
    until_paid(&shop.pockyt, 1);
    let stopped = shop.desk.ok("stop_run", json!({ "id": id }));
    assert_eq!(stopped["status"], "stopped");
    quickly(&shop.desk);
    let settled = |outcome: &Value| {
        outcome["state"] == "stopped"
            || outcome["payoutState"] == "cancelled"
            || outcome["payoutState"] == "paid"
    };
    let rows = wait_for("every row to be settled", || {
        let rows = outcomes(&shop.desk, &id);
        rows.iter().all(settled).then_some(rows)
    });
    let count = |field: &str, state: &str| rows.iter().filter(|row| row[field] == state).count();
    assert_eq!(
        count("payoutState", "paid"),
        shop.pockyt.transfers().len(),
        "what had left came to its end"
    );
    assert!(
        count("payoutState", "cancelled") > 0,
        "what was ready is withdrawn"
    );
    assert!(
        count("state", "stopped") > 0,
        "the rest never became payouts"
    );
    assert_eq!(rows.len(), 500);
    let arguments = json!({ "id": id });
    shop.desk
        .refused("resume_run", arguments.clone(), "run_not_released", None);
    let again = shop.desk.ok("stop_run", arguments);
    assert_eq!(again["status"], "stopped", "stopping again changes nothing");
}

#[test]
fn whenever_remit_is_closed_or_crashes_a_run_goes_on_and_pays_each_row_once() {
    let mut shop = Shop::new();
    let rows = rows(200, &payable(&shop, 3));
    slowly(&shop.desk, 3000);
    let id = released(&shop.desk, &rows);
    for (round, millis) in [1, 30, 90, 200, 350, 550].into_iter().enumerate() {
        std::thread::sleep(Duration::from_millis(millis));
        let before = shop.pockyt.transfers().len();
        assert!(
            before < 200,
            "round {round}: there is nothing left to interrupt"
        );
        if round % 2 == 0 {
            shop = shop.crash();
        } else {
            shop = shop.closed_while(|| ());
        }
    }
    quickly(&shop.desk);
    // What was leaving when Remit ended is asked about for minutes before it may be sent again (I4).
    let in_doubt = |outcome: &Value| outcome["payoutState"] == "unknown";
    let found = wait_for("every row to be paid or in doubt", || {
        let found = outcomes(&shop.desk, &id);
        let done = |outcome: &Value| outcome["payoutState"] == "paid" || in_doubt(outcome);
        found.iter().all(done).then_some(found)
    });
    let doubtful = found.iter().filter(|outcome| in_doubt(outcome)).count();
    assert!(doubtful <= 6, "one at most for each time that Remit ended");
    assert_eq!(found.len(), 200);
    let transfers = shop.pockyt.transfers();
    let distinct: BTreeSet<_> = transfers.iter().map(|one| &one.invoice_id).collect();
    assert_eq!(distinct.len(), transfers.len(), "no row is paid twice");
    for outcome in found.iter().filter(|outcome| !in_doubt(outcome)) {
        let invoice = outcome["invoiceId"].as_str().unwrap();
        assert!(distinct.contains(&invoice.to_owned()), "{outcome}");
    }
    let asked = shop.pockyt.calls_of(PAY).len();
    assert!(asked <= 200, "{asked} requests for 200 rows");
}

#[test]
fn a_row_whose_account_changed_since_the_review_waits_for_the_owner() {
    let shop = Shop::new();
    let to = payable(&shop, 2);
    let rows = rows(4, &to);
    let run = reviewed(&shop.desk, &rows);
    let (payee, account) = to[1].clone();
    let mut changed = account.unwrap();
    changed.masked = Some("****9999".to_owned());
    let session = shop.desk.session();
    wait(
        session
            .ledger()
            .record_accounts(payee, vec![changed], Vec::new()),
    )
    .unwrap();
    drop(session);
    let id = release(&shop.desk, run);
    let run = until_status(&shop.desk, &id, "attention");
    assert_eq!(
        run["progress"]["rows"],
        json!([{ "state": "held", "count": 2 }])
    );
    let found = outcomes(&shop.desk, &id);
    let holds: Vec<_> = found.iter().map(|row| row["hold"].clone()).collect();
    let (free, held) = (Value::Null, json!("account_changed"));
    assert_eq!(holds, [free.clone(), held.clone(), free, held]);
    assert_eq!(
        shop.pockyt.transfers().len(),
        2,
        "one bad row stops no other"
    );

    for row in [1, 3] {
        let arguments = json!({ "id": id, "row": row });
        shop.desk.ok("queue_run_row", arguments);
    }
    until_status(&shop.desk, &id, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
}

#[test]
fn a_row_that_waits_goes_out_when_its_payee_can_be_paid() {
    let shop = Shop::new();
    let payee = shop.register("bo@example.com");
    let id = payee["id"].as_str().unwrap();
    let mut rows = rows(1, &payable(&shop, 1));
    rows.push(row(1, &(id.parse().unwrap(), None)));
    let run = released(&shop.desk, &rows);
    let waits = until_status(&shop.desk, &run, "attention");
    assert_eq!(
        waits["progress"]["rows"],
        json!([{ "state": "waiting", "count": 1 }])
    );
    let number = payee["customerNo"].as_str().unwrap();
    let method = NewMethod::sample(AccountKind::BankAccount);
    let token = wait(shop.pockyt.complete_payee(number, method)).unwrap();
    shop.desk.ok("refresh_payee", json!({ "id": id }));
    until_status(&shop.desk, &run, "finished");
    assert_each_paid_once(&shop.pockyt, &rows);
    let session = shop.desk.session();
    let paid = wait(session.engine().known_payout(rows[1].payout_id)).unwrap();
    assert_eq!(paid.account_token, AccountToken(token));
}

#[test]
fn rows_that_cannot_be_paid_as_they_were_reviewed_are_held_each_with_its_reason() {
    let shop = Shop::new();
    let to = payable(&shop, 1);
    let mut rows = rows(3, &to);
    let form = shop.draft("ana@example.com");
    let paid = shop.pay(&form);
    rows[1].invoice_id = InvoiceId(paid["invoiceId"].as_str().unwrap().to_owned());
    let declined = shop.register("dora@example.com");
    let target = (
        declined["id"].as_str().unwrap().parse().unwrap(),
        to[0].1.clone(),
    );
    rows[2] = row(2, &target);
    let id = released(&shop.desk, &rows);
    let found = wait_for("the good row to be paid", || {
        let found = outcomes(&shop.desk, &id);
        (found[0]["payoutState"] == "paid").then_some(found)
    });
    until_status(&shop.desk, &id, "attention");
    assert_eq!(found[1]["hold"], "invoice_used");
    assert_eq!(found[2]["hold"], "payee_not_active");
    assert_eq!(finishes(&shop.desk, &id), 0, "it is not finished");
}
