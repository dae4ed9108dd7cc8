//! Schedules in the file: a day is made once, whatever comes twice or in between.

use super::{at, filled, key, payee, payout, place};
use crate::store::SqliteLedger;
use crate::{file, restore};
use remit_core::{
    CellEdit, Currency, EventKind, InvoiceId, Ledger, LedgerError, Money, NewEvent, Occasion,
    Occurrence, OccurrenceState, Payout, Recovery, RecoveryCause, Rhythm, RowDecision, Run,
    RunContent, RunId, RunOrigin, RunState, Runs, Schedule, ScheduleId, ScheduleMode, ScheduleRow,
    ScheduleState, Schedules, Source, Stay, Subject,
};
use std::path::Path;
use uuid::Uuid;

const ID: ScheduleId = ScheduleId(Uuid::from_u128(1));

/// Day 0 is the first of January 2026; one every week from then.
fn day(number: i64) -> Occasion {
    let at = at(number * 7 * 86_400 + 9 * 3600);
    Occasion {
        date: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        at,
    }
}

fn schedule() -> Schedule {
    Schedule {
        id: ID,
        name: "Rent".to_owned(),
        rhythm: Rhythm::Week { weekday: 4 },
        time: "09:00:00".parse().unwrap(),
        zone: "UTC".to_owned(),
        prefix: "RENT".to_owned(),
        rows: vec![ScheduleRow {
            number: 1,
            payee_id: payee(1).id,
            account_token: None,
            money: Money::new(90_000, Currency::USD),
            description: "Rent".to_owned(),
            note: String::new(),
        }],
        mode: ScheduleMode::Release,
        state: ScheduleState::Active,
        next: Some(day(0)),
        asks_until: None,
        created_at: at(0),
        revision: 0,
    }
}

fn run(number: u128) -> Run {
    Run {
        id: RunId(Uuid::from_u128(number)),
        name: "Rent".to_owned(),
        origin: RunOrigin::Scheduled,
        state: RunState::Draft,
        paused: false,
        not_before: None,
        content_hash: String::new(),
        follows: None,
        rows: 1,
        created_at: at(0),
        released_at: None,
        revision: 0,
    }
}

fn occurrence(occasion: Occasion, run: &Run, state: OccurrenceState) -> Occurrence {
    Occurrence {
        schedule: ID,
        occasion,
        rhythm: schedule().rhythm,
        state,
        run: Some(run.id),
        stay: None,
        untold: None,
    }
}

/// Makes a day's draft, and says that the next one comes after.
async fn make(
    ledger: &SqliteLedger,
    known: Schedule,
    number: i64,
    run: &Run,
    state: OccurrenceState,
) -> Result<Schedule, LedgerError> {
    let content = RunContent {
        source: Vec::new(),
        settings: String::new(),
        edits: Vec::new(),
        decisions: Vec::new(),
    };
    let next = Some(day(number + 1));
    let subject = Subject::Run(run.id);
    let event = NewEvent::new(at(0), subject, EventKind::RunDrafted, Source::Remit);
    let schedule = Schedule { next, ..known };
    let of = occurrence(day(number), run, state);
    ledger
        .record_occurrence(schedule, of, run.clone(), content, vec![event])
        .await
}

async fn opened(path: &Path) -> (SqliteLedger, Schedule) {
    let (ledger, _) = filled(path, 0).await;
    let known = ledger
        .record_schedule(schedule(), Vec::new())
        .await
        .unwrap();
    (ledger, known)
}

#[tokio::test]
async fn a_schedule_is_kept_as_it_was_said() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let again = Schedule {
        name: "Another".to_owned(),
        ..schedule()
    };
    let again = ledger.record_schedule(again, Vec::new()).await.unwrap();
    assert_eq!(again, known, "the same number is the same schedule");
    drop(ledger);
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    assert_eq!(ledger.schedule(ID).await, Ok(Some(schedule())));
    assert_eq!(ledger.schedules().await, Ok(vec![schedule()]));

    let paused = Schedule {
        state: ScheduleState::Paused,
        next: None,
        ..known.clone()
    };
    let changed = ledger
        .change_schedule(paused.clone(), Vec::new(), Vec::new())
        .await
        .unwrap();
    assert_eq!(changed.revision, 1);
    let stale = ledger.change_schedule(paused, Vec::new(), Vec::new()).await;
    assert_eq!(stale, Err(LedgerError::Conflict), "another was first");
}

#[tokio::test]
async fn a_day_is_one_draft_with_its_record_or_nothing() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let state = OccurrenceState::Drafted;
    let made = make(&ledger, known.clone(), 0, &run(1), state).await;
    let made = made.unwrap();
    assert_eq!(made.next, Some(day(1)));
    // A second tick that read the schedule before the first was done.
    let twice = make(&ledger, known, 0, &run(2), state).await;
    assert_eq!(twice, Err(LedgerError::Conflict));
    // And one that read it after, but means the same day.
    let twice = make(&ledger, made, 0, &run(3), state).await;
    assert_eq!(twice, Err(LedgerError::Conflict));
    for lost in [2, 3] {
        let id = RunId(Uuid::from_u128(lost));
        assert_eq!(ledger.run(id).await, Ok(None), "nothing of it is left");
    }
    let days = ledger.occurrences(ID).await.unwrap();
    assert_eq!(days, [occurrence(day(0), &run(1), state)]);
    assert_eq!(
        ledger.schedule(ID).await.unwrap().unwrap().next,
        Some(day(1))
    );
    let of_run = ledger.open_occurrences().await.unwrap();
    assert_eq!(of_run, days, "its draft waits for the owner");
}

#[tokio::test]
async fn a_missed_day_waits_for_one_answer() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let next = Some(day(3));
    let missed = vec![day(0), day(1), day(2)];
    let known = ledger
        .record_missed(Schedule { next, ..known }, missed, Vec::new())
        .await
        .unwrap();
    assert_eq!(ledger.open_occurrences().await.unwrap().len(), 3);
    let drafted = make(&ledger, known, 1, &run(1), OccurrenceState::Drafted).await;
    let again = make(
        &ledger,
        drafted.unwrap(),
        1,
        &run(2),
        OccurrenceState::Drafted,
    )
    .await;
    assert_eq!(again, Err(LedgerError::Conflict));
    let dates = vec![day(0).date, day(1).date, day(7).date];
    let skipped = ledger.skip_missed(ID, dates.clone(), Vec::new()).await;
    assert_eq!(skipped, Ok(1), "only what still asks");
    assert_eq!(ledger.skip_missed(ID, dates, Vec::new()).await, Ok(0));
    let states: Vec<_> = ledger.occurrences(ID).await.unwrap();
    let states: Vec<_> = states.iter().map(|day| day.state).collect();
    use OccurrenceState::{Drafted, Missed, Skipped};
    assert_eq!(states, [Missed, Drafted, Skipped]);

    let known = ledger.schedule(ID).await.unwrap().unwrap();
    let ended = Schedule {
        state: ScheduleState::Ended,
        next: None,
        ..known
    };
    let ended = ledger
        .change_schedule(ended, Vec::new(), Vec::new())
        .await
        .unwrap();
    let days = ledger.occurrences(ID).await.unwrap();
    assert_eq!(days[0].state, Skipped, "an ended one asks nothing");
    let revived = Schedule {
        state: ScheduleState::Active,
        ..ended
    };
    let revived = ledger
        .change_schedule(revived, Vec::new(), Vec::new())
        .await;
    assert_eq!(revived, Err(LedgerError::Conflict));
}

#[tokio::test]
async fn a_clock_that_was_set_forward_leaves_no_question() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let next = Some(day(53));
    let missed = (0..53).map(day).collect();
    let known = ledger
        .record_missed(Schedule { next, ..known }, missed, Vec::new())
        .await
        .unwrap();
    let state = OccurrenceState::Drafted;
    let known = make(&ledger, known, 4, &run(1), state).await.unwrap();
    let known = Schedule {
        next: Some(day(53)),
        ..known
    };
    ledger
        .change_schedule(known, Vec::new(), Vec::new())
        .await
        .unwrap();
    // The right time is after the third day.
    let now = at(3 * 7 * 86_400);
    assert_eq!(ledger.take_back_missed(now).await, Ok(vec![ID]));
    let days = ledger.occurrences(ID).await.unwrap();
    let kept: Vec<_> = days.iter().map(|of| of.occasion).collect();
    assert_eq!(kept, [day(4), day(2), day(1), day(0)]);
    let known = ledger.schedule(ID).await.unwrap().unwrap();
    assert_eq!(known.next, Some(day(3)), "and it comes round again");
    let passed = known.next_after(day(3).at, &[day(4).date]);
    assert_eq!(passed, Some(day(5)), "but not on a day that it has made");
    assert_eq!(ledger.take_back_missed(now).await, Ok(Vec::new()));
}

#[tokio::test]
async fn the_file_refuses_a_second_run_for_a_day() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let state = OccurrenceState::Releasing;
    let known = make(&ledger, known, 0, &run(1), state).await.unwrap();
    make(&ledger, known, 1, &run(2), OccurrenceState::Drafted)
        .await
        .unwrap();
    drop(ledger);
    let file = file::connect(&path, &key()).unwrap();
    for statement in [
        "DELETE FROM schedules",
        "DELETE FROM schedule_days",
        "UPDATE schedule_days SET run_id=NULL",
        "UPDATE schedule_days SET date='2030-01-01'",
        "UPDATE schedule_days SET state='missed', run_id=NULL",
        "UPDATE schedule_days SET state='releasing' WHERE state='drafted'",
        "UPDATE schedule_days SET state='skipped'",
    ] {
        assert!(file.execute_batch(statement).is_err(), "{statement}");
    }
}

/// Prepares a day's run and releases it by itself.
async fn goes_by_itself(ledger: &SqliteLedger, run: &Run) -> Result<Run, LedgerError> {
    let released = Run {
        state: RunState::Released,
        ..ledger.run(run.id).await.unwrap().unwrap()
    };
    ledger
        .release_occurrence(released, "review".to_owned(), Vec::new())
        .await
}

async fn prepared(ledger: &SqliteLedger, run: &Run) {
    let review = "review".to_owned();
    ledger
        .prepare_run(run.id, review, Vec::new(), Vec::new())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_run_goes_by_itself_only_while_its_schedule_says_so() {
    use OccurrenceState::{Drafted, Releasing};
    // Written by whatever means, in between or by an earlier Remit.
    for (statement, goes) in [
        ("SELECT 1", true),
        ("UPDATE schedules SET state='paused'", false),
        ("UPDATE schedules SET mode='draft'", false),
        ("UPDATE schedule_days SET state='drafted'", false),
        ("UPDATE runs SET state='discarded'", false),
        // The owner released it just before: it did not go by itself.
        ("UPDATE runs SET state='released'", false),
    ] {
        let (_folder, path) = place();
        let (ledger, known) = opened(&path).await;
        make(&ledger, known, 0, &run(1), Releasing).await.unwrap();
        prepared(&ledger, &run(1)).await;
        drop(ledger);
        let file = file::connect(&path, &key()).unwrap();
        file.execute_batch(statement).unwrap();
        drop(file);
        let ledger = SqliteLedger::open(&path, &key()).unwrap();
        let released = goes_by_itself(&ledger, &run(1)).await;
        assert_eq!(released.is_ok(), goes, "{statement}: {released:?}");
        let stayed = ledger.stay_draft(run(1).id, Stay::Asks, None).await;
        assert!(!goes || stayed == Ok(false), "what is released is no draft");
    }
    // A draft that the owner releases is none of these.
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    make(&ledger, known, 0, &run(1), Drafted).await.unwrap();
    prepared(&ledger, &run(1)).await;
    let released = goes_by_itself(&ledger, &run(1)).await;
    assert_eq!(released, Err(LedgerError::Conflict));
    assert_eq!(
        ledger.stay_draft(run(1).id, Stay::Asks, None).await,
        Ok(false)
    );
}

#[tokio::test]
async fn whoever_changes_a_schedule_stops_what_was_about_to_go() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let state = OccurrenceState::Releasing;
    let known = make(&ledger, known, 0, &run(1), state).await.unwrap();
    prepared(&ledger, &run(1)).await;
    goes_by_itself(&ledger, &run(1)).await.unwrap();
    let known = make(&ledger, known, 1, &run(2), state).await.unwrap();
    prepared(&ledger, &run(2)).await;
    let renamed = Schedule {
        name: "Flat".to_owned(),
        ..known
    };
    ledger
        .change_schedule(renamed, Vec::new(), Vec::new())
        .await
        .unwrap();
    let days = ledger.occurrences(ID).await.unwrap();
    let days: Vec<_> = days.iter().map(|day| (day.state, day.stay)).collect();
    let left = (OccurrenceState::Drafted, Some(Stay::Changed));
    assert_eq!(days, [left, (state, None)], "what went, went");
    let released = goes_by_itself(&ledger, &run(2)).await;
    assert_eq!(released, Err(LedgerError::Conflict));
}

#[tokio::test]
async fn whoever_changes_a_draft_stops_what_was_about_to_go() {
    let edit = || CellEdit {
        row: 1,
        column: 0,
        text: "1.00".to_owned(),
    };
    let skip = || RowDecision {
        row: 1,
        skipped: true,
        ..RowDecision::default()
    };
    for way in 0..3 {
        let (_folder, path) = place();
        let (ledger, known) = opened(&path).await;
        let state = OccurrenceState::Releasing;
        let id = run(1).id;
        make(&ledger, known, 0, &run(1), state).await.unwrap();
        let recorded = match way {
            0 => ledger.record_edits(id, vec![edit()]).await,
            1 => ledger.record_decisions(id, vec![skip()]).await,
            _ => ledger.record_settings(id, "{}".to_owned()).await,
        };
        recorded.unwrap();
        // Whoever read it before prepares what it said then.
        prepared(&ledger, &run(1)).await;
        let released = goes_by_itself(&ledger, &run(1)).await;
        assert_eq!(released, Err(LedgerError::Conflict), "way {way}");
        let day = ledger.occurrences(ID).await.unwrap().remove(0);
        let left = (OccurrenceState::Drafted, Some(Stay::Changed));
        assert_eq!((day.state, day.stay), left, "way {way}");
    }
}

#[tokio::test]
async fn days_of_an_earlier_ledger_came_by_the_rhythm_of_their_schedule() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let state = OccurrenceState::Drafted;
    make(&ledger, known, 0, &run(1), state).await.unwrap();
    drop(ledger);
    let file = file::connect(&path, &key()).unwrap();
    let column = "ALTER TABLE schedule_days DROP COLUMN rhythm";
    file.execute_batch(column).unwrap();
    file.execute_batch(crate::schedules::RHYTHM).unwrap();
    drop(file);
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let days = ledger.occurrences(ID).await.unwrap();
    assert_eq!(days, [occurrence(day(0), &run(1), state)]);
}

#[tokio::test]
async fn after_an_older_ledger_was_put_back_nothing_goes_by_itself() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.remit");
    let (ledger, known) = opened(&path).await;
    let state = OccurrenceState::Releasing;
    make(&ledger, known, 0, &run(1), state).await.unwrap();
    ledger.back_up(&copy).await.unwrap();
    drop(ledger);
    restore(&copy, &path, &key(), &[]).unwrap();
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let days = ledger.occurrences(ID).await.unwrap();
    assert_eq!(
        (days[0].state, days[0].stay),
        (OccurrenceState::Drafted, Some(Stay::Restored))
    );
    let known = ledger.schedule(ID).await.unwrap().unwrap();
    let recovery = ledger.recovery().await.unwrap().unwrap();
    assert_eq!(known.asks_until, Some(recovery.since));
    assert_eq!(
        known.mode,
        ScheduleMode::Draft,
        "until the owner says so again"
    );
    assert_eq!(ledger.may_have_been_paid(run(1).id).await, Ok(true));
    assert_eq!(ledger.may_have_been_paid(run(2).id).await, Ok(false));
}

#[tokio::test]
async fn what_a_lost_ledger_may_have_paid_is_to_be_asked_about() {
    async fn asked(ledger: &SqliteLedger) -> Vec<String> {
        let lost = ledger.lost_invoices().await.unwrap();
        lost.into_iter().map(|invoice| invoice.0).collect()
    }
    let days = |days: &[i64]| -> Vec<String> {
        let numbers = days
            .iter()
            .flat_map(|of| (1..=4).map(move |number| (of, number)));
        numbers
            .map(|(of, number)| format!("RENT-{}-{number}", day(*of).date))
            .collect()
    };
    // The first day is a draft in the copy, the second was missed, and the third is to come.
    let (folder, path) = place();
    let copy = folder.path().join("copy.remit");
    let (ledger, known) = opened(&path).await;
    let known = make(&ledger, known, 0, &run(1), OccurrenceState::Drafted).await;
    let missed = Schedule {
        next: Some(day(2)),
        ..known.unwrap()
    };
    ledger
        .record_missed(missed, vec![day(1)], Vec::new())
        .await
        .unwrap();
    ledger.back_up(&copy).await.unwrap();
    let recovery = |since| Recovery {
        cause: RecoveryCause::RolledBack,
        since,
        done_at: None,
        found: 0,
        replaced: None,
    };
    // A file that was put back without Remit is noticed by its head; so until that moment.
    ledger
        .record_recovery(recovery(day(3).at), Vec::new())
        .await
        .unwrap();
    assert_eq!(asked(&ledger).await, days(&[0, 1, 2, 3]));
    let known = ledger.schedule(ID).await.unwrap().unwrap();
    assert_eq!(known.asks_until, Some(day(3).at));
    // What is done with later is no new beginning.
    ledger
        .record_recovery(
            Recovery {
                found: 1,
                ..recovery(day(9).at)
            },
            Vec::new(),
        )
        .await
        .unwrap();
    assert_eq!(asked(&ledger).await.len(), 16);
    // What Pockyt does not have is done with at the end; what is there under another payee stays.
    let nowhere = days(&[0, 1, 2]).into_iter().map(InvoiceId);
    ledger.record_compared(nowhere.collect()).await.unwrap();
    let done = Recovery {
        done_at: Some(day(10).at),
        ..recovery(day(9).at)
    };
    ledger.record_recovery(done, Vec::new()).await.unwrap();
    assert_eq!(asked(&ledger).await, days(&[3]));
    drop(ledger);
    restore(&copy, &path, &key(), &[]).unwrap();
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let found = asked(&ledger).await;
    assert!(found.starts_with(&days(&[0, 1, 2, 3, 4])), "{found:?}");
}

#[tokio::test]
async fn payments_are_numbered_when_an_earlier_ledger_is_opened() {
    let (_folder, path) = place();
    let (ledger, _) = opened(&path).await;
    drop(ledger);
    let file = file::connect(&path, &key()).unwrap();
    let row = |minor| {
        format!(
            r#"{{"payee_id":"{}","account_token":null,"money":{{"minor":{minor},"currency":"USD"}},"description":"Rent","note":""}}"#,
            payee(1).id
        )
    };
    let rows = format!("[{},{}]", row(1), row(2));
    file.execute("UPDATE schedules SET payments=?", [rows])
        .unwrap();
    file.execute_batch(crate::schedules::NUMBERED).unwrap();
    drop(file);
    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    let rows = ledger.schedule(ID).await.unwrap().unwrap().rows;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.number, row.money.minor))
        .collect();
    assert_eq!(rows, [(1, 1), (2, 2)]);
}

#[tokio::test]
async fn the_invoice_ids_of_a_day_go_on_in_no_series() {
    let (_folder, path) = place();
    let (ledger, known) = opened(&path).await;
    let (state, released) = (OccurrenceState::Drafted, run(1));
    make(&ledger, known, 0, &released, state).await.unwrap();
    let file = file::connect(&path, &key()).unwrap();
    for (number, invoice) in [(1, "RENT-2026-01-01-1"), (2, "INV-0007")] {
        let owner = payee(1);
        let payout = Payout {
            invoice_id: InvoiceId::from(invoice),
            ..payout(number, &owner)
        };
        ledger
            .record_payout(payout.clone(), Vec::new())
            .await
            .unwrap();
        let sql = "INSERT INTO run_rows (run_id, place, line, payout_id, request_key, payee_id, account_seen, amount_minor,
                   currency, invoice_id, channel, description, note, state, payout_state)
                   VALUES (?1, ?2, ?2, ?3, ?4, ?5, '', 1, 'USD', ?6, 'standard_ach', '', '', 'sent', 'ready')";
        let key = Uuid::from_u128(number);
        let values = (
            released.id.0,
            number as i64,
            payout.id.0,
            key,
            owner.id.0,
            invoice,
        );
        file.execute(sql, values).unwrap();
    }
    let series = ledger.invoice_series(9, 9).await.unwrap();
    let prefixes: Vec<_> = series.iter().map(|series| series.prefix.as_str()).collect();
    assert_eq!(prefixes, ["INV-"]);
}
