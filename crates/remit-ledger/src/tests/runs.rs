//! Payout runs in the file: what a reopened one holds, and what the file itself refuses.

use super::{at, filled, key, payout, place};
use crate::store::SqliteLedger;
use crate::{file, restore};
use remit_core::{
    Channel, Hold, InvoiceSeries, Ledger, LeftRow, Payee, Payout, RowState, Run, RunContent, RunId,
    RunOrigin, RunRow, RunState, Runs, State,
};
use uuid::Uuid;

/// The row that becomes payout `number`.
pub(super) fn row(number: u32, payee: &Payee) -> RunRow {
    let like = payout(number.into(), payee);
    RunRow {
        row: number,
        line: number + 1,
        payout_id: like.id,
        request_key: like.request_key,
        payee_id: payee.id,
        account_token: Some(like.account_token),
        account_seen: String::new(),
        money: like.money,
        invoice_id: like.invoice_id,
        channel: Channel::StandardAch,
        description: String::new(),
        note: String::new(),
        retry_of: None,
        state: RowState::Queued,
        hold: None,
    }
}

/// A draft of so many rows, none of them prepared.
pub(super) async fn draft(ledger: &SqliteLedger, rows: u32) -> Run {
    let draft = Run {
        id: RunId(Uuid::from_u128(1)),
        name: "October".to_owned(),
        origin: RunOrigin::File,
        state: RunState::Draft,
        paused: false,
        not_before: None,
        content_hash: String::new(),
        follows: None,
        rows: rows.into(),
        created_at: at(0),
        released_at: None,
        revision: 0,
    };
    let content = RunContent {
        source: Vec::new(),
        settings: String::new(),
        edits: Vec::new(),
        decisions: Vec::new(),
    };
    ledger.record_run(draft, content, Vec::new()).await.unwrap()
}

/// The release of a draft whose rows are prepared for this review.
pub(super) async fn release(ledger: &SqliteLedger, draft: Run) -> Run {
    let run = Run {
        state: RunState::Released,
        released_at: Some(at(1)),
        ..draft
    };
    ledger
        .release_run(run, "review".to_owned(), Vec::new())
        .await
        .unwrap()
}

/// A released run of rows 1 to `rows`.
async fn released(ledger: &SqliteLedger, payee: &Payee, rows: u32) -> Run {
    let run = draft(ledger, rows).await;
    let left = LeftRow {
        row: rows + 1,
        line: rows + 2,
        payee: "Tom Reed".to_owned(),
        amount: String::new(),
        skipped: true,
        problem: None,
    };
    let rows = (1..=rows).map(|number| row(number, payee)).collect();
    ledger
        .prepare_run(run.id, "review".to_owned(), rows, vec![left])
        .await
        .unwrap();
    release(ledger, run).await
}

async fn send(ledger: &SqliteLedger, numbers: &[u32], payee: &Payee) -> Vec<bool> {
    let payouts: Vec<(Payout, _)> = numbers
        .iter()
        .map(|number| (payout((*number).into(), payee), Vec::new()))
        .collect();
    let answers = ledger.send_rows(payouts).await.unwrap();
    answers.iter().map(Result::is_ok).collect()
}

#[tokio::test]
async fn a_series_reaches_as_far_as_what_a_run_still_has_to_pay() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    assert_eq!(ledger.longest_run().await, Ok(0));
    released(&ledger, &payee, 3).await;
    assert_eq!(ledger.longest_run().await, Ok(4), "rows count from nought");
    assert_eq!(send(&ledger, &[1, 2], &payee).await, [true, true]);
    let of = InvoiceSeries::of(&payout(3, &payee).invoice_id).unwrap();
    let known = InvoiceSeries { span: 3, ..of };
    assert_eq!(ledger.invoice_series(1, 0).await, Ok(vec![known]));
}

#[tokio::test]
async fn a_reopened_file_goes_on_where_it_was_left() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    let run = released(&ledger, &payee, 3).await;
    assert_eq!(send(&ledger, &[1], &payee).await, [true]);
    drop(ledger);

    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    assert_eq!(ledger.run(run.id).await, Ok(Some(run.clone())));
    let next = ledger.rows_to_send(at(9), 9).await.unwrap();
    let next: Vec<_> = next.into_iter().map(|(_, row)| row).collect();
    assert_eq!(next, [row(2, &payee), row(3, &payee)]);
    assert_eq!(send(&ledger, &[1, 2, 3], &payee).await, [false, true, true]);
    let progress = ledger.run_progress(run.id).await.unwrap();
    assert_eq!(progress.payouts, [(State::Ready, 3)]);
    assert_eq!(ledger.due(at(9), 9).await.unwrap().ready.len(), 3);
}

#[tokio::test]
async fn the_file_refuses_to_change_what_was_released() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    released(&ledger, &payee, 2).await;
    send(&ledger, &[1], &payee).await;
    drop(ledger);
    let file = file::connect(&path, &key()).unwrap();
    for statement in [
        "DELETE FROM runs",
        "UPDATE runs SET state='draft'",
        "UPDATE runs SET review='another'",
        "DELETE FROM run_rows",
        "UPDATE run_rows SET amount_minor=1",
        "DELETE FROM run_left",
        "UPDATE run_left SET payee=''",
        "INSERT INTO run_left SELECT run_id, 9, 9, payee, amount, skipped, problem FROM run_left",
        "UPDATE run_rows SET payout_id=randomblob(16)",
        "UPDATE run_rows SET request_key=randomblob(16)",
        "UPDATE run_rows SET account_token='1'",
        "UPDATE run_rows SET state='queued', payout_state=NULL WHERE state='sent'",
        "INSERT INTO run_rows SELECT run_id, 9, 9, randomblob(16), randomblob(16), payee_id, account_token, account_seen,
           amount_minor, currency, 'X', channel, description, note, retry_of, 'queued', NULL, NULL, NULL, NULL FROM run_rows",
    ] {
        let refused = file.execute_batch(statement);
        assert!(refused.is_err(), "{statement}");
    }
}

/// However many rows a run has, its next ones are found without looking at the others.
#[tokio::test]
async fn the_next_rows_are_found_without_sorting() {
    let (_folder, path) = place();
    let (ledger, _) = filled(&path, 0).await;
    let plan = ledger
        .readers
        .read(|ledger| {
            let explain = format!("EXPLAIN QUERY PLAN {}", crate::runs_query::QUEUED);
            let mut statement = ledger.prepare(&explain).unwrap();
            let lines = statement.query_map((0, 1), |row| row.get::<_, String>("detail"));
            Ok(lines.unwrap().map(Result::unwrap).collect::<Vec<_>>())
        })
        .await
        .unwrap();
    assert_eq!(
        plan,
        ["SEARCH run_rows USING INDEX run_rows_queued (run_id=?)"]
    );
}

#[tokio::test]
async fn nothing_of_a_run_goes_out_by_itself_after_a_copy_was_put_back() {
    let (folder, path) = place();
    let copy = folder.path().join("copy.remit");
    let (ledger, payee) = filled(&path, 0).await;
    let run = released(&ledger, &payee, 3).await;
    send(&ledger, &[1], &payee).await;
    ledger.back_up(&copy).await.unwrap();
    drop(ledger);
    restore(&copy, &path, &key(), &[]).unwrap();

    let ledger = SqliteLedger::open(&path, &key()).unwrap();
    assert_eq!(ledger.rows_to_send(at(9), 10).await, Ok(Vec::new()));
    let rows = ledger.run_rows(run.id, &[], None, 10).await.unwrap();
    let holds: Vec<_> = rows.iter().map(|outcome| outcome.row.hold).collect();
    assert_eq!(holds, [None, Some(Hold::Restored), Some(Hold::Restored)]);
    let second = payout(2, &payee).id;
    ledger
        .queue_row(second, None, String::new(), Vec::new())
        .await
        .unwrap();
    let next = ledger.rows_to_send(at(9), 10).await.unwrap();
    assert_eq!(next.len(), 1, "the owner has looked at one");
}

#[tokio::test]
async fn only_a_look_at_a_changed_account_accepts_it() {
    let (_folder, path) = place();
    let (ledger, payee) = filled(&path, 0).await;
    let run = released(&ledger, &payee, 2).await;
    for (number, hold, seen) in [
        (1, Hold::PayeeNotActive, ""),
        (2, Hold::AccountChanged, "as it is now"),
    ] {
        let id = payout(number, &payee).id;
        ledger.hold_row(id, hold).await.unwrap();
        ledger
            .queue_row(id, None, "as it is now".to_owned(), Vec::new())
            .await
            .unwrap();
        let place = u32::try_from(number).unwrap();
        let rows = ledger
            .run_rows(run.id, &[], Some(place - 1), 1)
            .await
            .unwrap();
        assert_eq!(rows[0].row.account_seen, seen);
    }
}
