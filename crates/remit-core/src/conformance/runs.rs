//! Payout runs: drafts, the release, and rows that become payouts, each once.

use super::samples::{
    account, apply, at, bring_to, payee, payout, record_payee, record_payout, usd,
};
use crate::{AcceptedWarning, PayoutId};
use crate::{
    AccountStatus, AccountToken, CellEdit, Channel, EventKind, Hold, InvoiceId, Ledger,
    LedgerError, LeftRow, NewEvent, OutcomeState, Payee, PayeeStatus, Payout, PayoutQuery,
    PayoutSort, Reason, RequestKey, RowDecision, RowState, Run, RunContent, RunId, RunOrigin,
    RunQuery, RunRow, RunState, Runs, Source, State, Subject,
};
use uuid::Uuid;

pub(super) async fn run<L: Ledger + Runs>(open: &impl AsyncFn() -> L) {
    a_draft_is_recorded_once_and_read_back(&open().await).await;
    what_was_typed_and_said_is_kept(&open().await).await;
    a_thrown_away_draft_is_forgotten(&open().await).await;
    runs_are_listed_newest_first(&open().await).await;
    only_what_was_reviewed_is_released_and_once(&open().await).await;
    what_a_release_leaves_out_is_kept(&open().await).await;
    rows_are_sent_in_order(&open().await).await;
    a_row_becomes_one_payout(&open().await).await;
    a_row_becomes_the_payout_that_was_reviewed(&open().await).await;
    one_bad_row_does_not_stop_the_others(&open().await).await;
    a_pause_holds_back_what_is_ready(&open().await).await;
    a_stop_is_for_good(&open().await).await;
    held_rows_wait_for_the_owner(&open().await).await;
    what_stands_still_is_found_however_old(&open().await).await;
    what_waits_for_its_day_is_found(&open().await).await;
    progress_is_counted(&open().await).await;
    invoices_are_used_by_payouts_and_by_rows_to_come(&open().await).await;
    what_is_still_to_be_paid_is_seen(&open().await).await;
    a_row_that_waited_is_given_an_account(&open().await).await;
}

fn run_id(number: u128) -> RunId {
    RunId(Uuid::from_u128(number))
}

fn draft(number: u128, name: &str) -> Run {
    Run {
        id: run_id(number),
        name: name.to_owned(),
        origin: RunOrigin::File,
        state: RunState::Draft,
        paused: false,
        not_before: None,
        content_hash: format!("{number:064x}"),
        follows: None,
        rows: 3,
        created_at: at(i64::try_from(number).unwrap()),
        released_at: None,
        revision: 0,
    }
}

fn content() -> RunContent {
    RunContent {
        source: b"payee,amount\nAna,1\n\xff\0".to_vec(),
        settings: "{\"sheet\":null}".to_owned(),
        edits: Vec::new(),
        decisions: Vec::new(),
    }
}

/// The row that becomes payout `number`.
fn row(place: u32, number: u128, payee: &Payee) -> RunRow {
    let like = payout(number, payee, usd(100 + i64::from(place)));
    RunRow {
        row: place,
        line: place + 2,
        payout_id: like.id,
        request_key: like.request_key,
        payee_id: payee.id,
        account_token: Some(like.account_token),
        account_seen: "seen".to_owned(),
        money: like.money,
        invoice_id: like.invoice_id,
        channel: Channel::SameDayAch,
        description: "October".to_owned(),
        note: "ask".to_owned(),
        retry_of: None,
        state: RowState::Queued,
        hold: None,
    }
}

fn waiting(place: u32, number: u128, payee: &Payee) -> RunRow {
    RunRow {
        account_token: None,
        account_seen: String::new(),
        state: RowState::Waiting,
        ..row(place, number, payee)
    }
}

/// The payout that a row becomes.
fn made_of(row: &RunRow, payee: &Payee) -> Payout {
    let number = row.payout_id.0.as_u128();
    Payout {
        money: row.money,
        invoice_id: row.invoice_id.clone(),
        retry_of: row.retry_of,
        created_at: at(1),
        since: at(1),
        next_at: Some(at(1)),
        ..payout(number, payee, row.money)
    }
}

fn about(run: RunId, kind: EventKind) -> Vec<NewEvent> {
    vec![NewEvent::new(at(0), Subject::Run(run), kind, Source::Owner)]
}

fn sent(row: &RunRow, payee: &Payee) -> (Payout, Vec<NewEvent>) {
    let event = NewEvent::new(
        at(1),
        Subject::Payout(row.payout_id),
        EventKind::Released,
        Source::Remit,
    );
    (made_of(row, payee), vec![event])
}

async fn record(ledger: &impl Runs, run: &Run) -> Run {
    ledger
        .record_run(run.clone(), content(), Vec::new())
        .await
        .unwrap()
}

/// A released run of these rows.
async fn released(ledger: &impl Runs, number: u128, rows: &[RunRow]) -> Run {
    let run = record(ledger, &draft(number, "October")).await;
    ledger
        .prepare_run(run.id, "review".to_owned(), rows.to_vec(), Vec::new())
        .await
        .unwrap();
    release(ledger, run).await.unwrap()
}

async fn release(ledger: &impl Runs, run: Run) -> Result<Run, LedgerError> {
    let released_at = Some(at(1_000 + i64::try_from(run.id.0.as_u128()).unwrap()));
    let run = Run {
        state: RunState::Released,
        released_at,
        ..run
    };
    let events = about(run.id, EventKind::RunReleased);
    ledger.release_run(run, "review".to_owned(), events).await
}

async fn to_send(ledger: &impl Runs, now: i64, limit: u32) -> Vec<(RunId, u32)> {
    let rows = ledger.rows_to_send(at(now), limit).await.unwrap();
    rows.into_iter().map(|(run, row)| (run, row.row)).collect()
}

async fn send(
    ledger: &impl Runs,
    rows: &[&RunRow],
    payee: &Payee,
) -> Vec<Result<Payout, LedgerError>> {
    let payouts = rows.iter().map(|row| sent(row, payee)).collect();
    ledger.send_rows(payouts).await.unwrap()
}

async fn queue(
    ledger: &impl Runs,
    payout: PayoutId,
    account: Option<&str>,
    seen: &str,
) -> Result<(), LedgerError> {
    let account = account.map(|token| AccountToken(token.to_owned()));
    ledger
        .queue_row(payout, account, seen.to_owned(), Vec::new())
        .await
}

async fn states(ledger: &impl Runs, run: RunId) -> Vec<RowState> {
    let rows = ledger.run_rows(run, &[], None, 100).await.unwrap();
    rows.into_iter().map(|row| row.row.state).collect()
}

async fn pause(ledger: &impl Runs, run: Run, paused: bool) -> Run {
    ledger
        .change_run(Run { paused, ..run }, Vec::new())
        .await
        .unwrap()
}

async fn due(ledger: &impl Ledger) -> Vec<PayoutId> {
    let due = ledger.due(at(100), 100).await.unwrap();
    due.ready.into_iter().map(|payout| payout.id).collect()
}

async fn a_draft_is_recorded_once_and_read_back(ledger: &(impl Ledger + Runs)) {
    let first = record(ledger, &draft(1, "October")).await;
    let filled = Run {
        origin: RunOrigin::Retried,
        not_before: Some(at(7)),
        follows: Some(first.id),
        ..draft(2, "Überweisungen, November.xlsx")
    };
    let events = about(filled.id, EventKind::Created);
    let recorded = ledger.record_run(filled.clone(), content(), events).await;
    assert_eq!(recorded.as_ref(), Ok(&filled));
    assert_eq!(ledger.run(filled.id).await, Ok(Some(filled.clone())));
    assert_eq!(ledger.run_content(filled.id).await, Ok(Some(content())));

    let again = Run {
        name: "another".to_owned(),
        ..filled.clone()
    };
    let other = RunContent {
        source: Vec::new(),
        ..content()
    };
    assert_eq!(
        ledger
            .record_run(again, other, about(filled.id, EventKind::Created))
            .await,
        Ok(filled.clone()),
        "the same number again changes nothing"
    );
    assert_eq!(ledger.run_content(filled.id).await, Ok(Some(content())));
    let events = ledger.events(Subject::Run(filled.id)).await.unwrap();
    assert_eq!(events.len(), 1, "nor is it in the history twice");

    let renamed = Run {
        name: "November".to_owned(),
        ..filled.clone()
    };
    let renamed = ledger.change_run(renamed, Vec::new()).await.unwrap();
    assert_eq!(renamed.revision, filled.revision + 1);
    assert_eq!(
        ledger.change_run(filled, Vec::new()).await,
        Err(LedgerError::Conflict),
        "another change was first"
    );
    assert_eq!(ledger.run(renamed.id).await, Ok(Some(renamed)));
    assert_eq!(ledger.run(run_id(9)).await, Ok(None));
    assert_eq!(ledger.run_content(run_id(9)).await, Ok(None));
}

async fn what_was_typed_and_said_is_kept(ledger: &impl Runs) {
    let run = record(ledger, &draft(1, "October")).await;
    let typed = |row, column, text: &str| CellEdit {
        row,
        column,
        text: text.to_owned(),
    };
    let said = RowDecision {
        row: 4,
        skipped: true,
        accepted: vec![AcceptedWarning {
            about: "[[],null]".to_owned(),
            code: "first_payout".to_owned(),
            reason: "we have a contract".to_owned(),
        }],
        ..RowDecision::default()
    };
    let edits = vec![typed(0, 1, "5"), typed(0, 2, "USD")];
    ledger.record_edits(run.id, edits).await.unwrap();
    let edits = vec![typed(0, 1, "6"), typed(70_000, 1, "")];
    ledger.record_edits(run.id, edits).await.unwrap();
    let first = RowDecision {
        waits: true,
        ..said.clone()
    };
    ledger.record_decisions(run.id, vec![first]).await.unwrap();
    ledger
        .record_decisions(run.id, vec![said.clone()])
        .await
        .unwrap();
    ledger
        .record_settings(run.id, "{\"sheet\":1}".to_owned())
        .await
        .unwrap();
    let mut kept = ledger.run_content(run.id).await.unwrap().unwrap();
    kept.edits.sort_by_key(|edit| (edit.row, edit.column));
    assert_eq!(
        kept.edits,
        [typed(0, 1, "6"), typed(0, 2, "USD"), typed(70_000, 1, "")],
        "typing again replaces"
    );
    assert_eq!(kept.decisions, [said], "and so does saying");
    assert_eq!(kept.settings, "{\"sheet\":1}");
    assert_eq!(kept.source, content().source);
    assert_eq!(
        ledger.record_edits(run_id(9), Vec::new()).await,
        Err(LedgerError::NotFound)
    );
}

async fn a_thrown_away_draft_is_forgotten(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let run = record(ledger, &draft(1, "October")).await;
    let rows = vec![row(0, 1, &owner)];
    let left = LeftRow {
        row: 1,
        line: 3,
        payee: String::new(),
        amount: String::new(),
        skipped: true,
        problem: None,
    };
    ledger
        .prepare_run(run.id, "review".to_owned(), rows, vec![left])
        .await
        .unwrap();
    let gone = Run {
        state: RunState::Discarded,
        ..run.clone()
    };
    let gone = ledger.change_run(gone, Vec::new()).await.unwrap();
    assert_eq!(ledger.run_content(run.id).await, Ok(None));
    assert_eq!(states(ledger, run.id).await, []);
    assert_eq!(ledger.run_left(run.id, None, 9).await, Ok(Vec::new()));
    assert_eq!(
        ledger.runs_of_content(&run.content_hash).await,
        Ok(Vec::new())
    );
    assert_eq!(
        ledger.record_edits(run.id, Vec::new()).await,
        Err(LedgerError::Conflict)
    );
    assert_eq!(
        release(ledger, gone).await,
        Err(LedgerError::Conflict),
        "and is never released"
    );
}

async fn runs_are_listed_newest_first(ledger: &impl Runs) {
    for (number, name) in [(1, "Ötober"), (2, "November"), (3, "December")] {
        let run = Run {
            content_hash: "same".to_owned(),
            ..draft(number, name)
        };
        record(ledger, &run).await;
    }
    let page = async |search: &str, cursor, limit| {
        let query = RunQuery {
            search: search.to_owned(),
            cursor,
            limit,
        };
        let page = ledger.runs(query).await.unwrap();
        let ids: Vec<_> = page.rows.iter().map(|run| run.id.0.as_u128()).collect();
        (ids, page.next, page.total)
    };
    let (ids, next, total) = page("", None, 2).await;
    assert_eq!((ids, total), (vec![3, 2], 3));
    assert_eq!(page("", next, 2).await, (vec![1], None, 3));
    assert_eq!(page("otob", None, 2).await.0, [1], "without accents");
    let newest = ledger.run(run_id(3)).await.unwrap().unwrap();
    let gone = Run {
        state: RunState::Discarded,
        ..newest
    };
    ledger.change_run(gone, Vec::new()).await.unwrap();
    assert_eq!(page("", None, 9).await, (vec![2, 1], None, 2));
    let same = ledger.runs_of_content("same").await.unwrap();
    let same: Vec<_> = same.iter().map(|run| run.id.0.as_u128()).collect();
    assert_eq!(same, [2, 1]);
}

async fn only_what_was_reviewed_is_released_and_once(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let run = record(ledger, &draft(1, "October")).await;
    assert_eq!(
        release(ledger, run.clone()).await,
        Err(LedgerError::Conflict),
        "nothing was prepared"
    );
    let rows = vec![row(0, 1, &owner)];
    ledger
        .prepare_run(run.id, "another".to_owned(), rows, Vec::new())
        .await
        .unwrap();
    assert_eq!(
        release(ledger, run.clone()).await,
        Err(LedgerError::Conflict),
        "something else was reviewed"
    );
    let rows = vec![row(0, 1, &owner), row(1, 2, &owner)];
    ledger
        .prepare_run(run.id, "review".to_owned(), rows.clone(), Vec::new())
        .await
        .unwrap();
    let edit = CellEdit {
        row: 0,
        column: 0,
        text: "9".to_owned(),
    };
    ledger.record_edits(run.id, vec![edit]).await.unwrap();
    assert_eq!(
        release(ledger, run.clone()).await,
        Err(LedgerError::Conflict),
        "something was typed since the review"
    );
    assert_eq!(to_send(ledger, 9_999, 9).await, [], "drafts send nothing");
    ledger
        .prepare_run(run.id, "review".to_owned(), rows.clone(), Vec::new())
        .await
        .unwrap();
    let first = release(ledger, run.clone()).await.unwrap();
    assert_eq!(first.state, RunState::Released);
    assert_eq!(
        release(ledger, run.clone()).await,
        Ok(first.clone()),
        "the second click of a double click"
    );
    let events = ledger.events(Subject::Run(run.id)).await.unwrap();
    assert_eq!(events.len(), 1, "it was released once");
    assert_eq!(
        ledger
            .prepare_run(run.id, "review".to_owned(), Vec::new(), Vec::new())
            .await,
        Err(LedgerError::Conflict),
        "what was released is not prepared again"
    );
    for state in [RunState::Draft, RunState::Discarded, RunState::Stopped] {
        let change = Run {
            state,
            ..first.clone()
        };
        assert_eq!(
            ledger.change_run(change, Vec::new()).await,
            Err(LedgerError::Conflict),
            "a released run does not go to {state:?} by a change of its record"
        );
    }
    let kept = ledger.run_rows(run.id, &[], None, 9).await.unwrap();
    let kept: Vec<_> = kept.into_iter().map(|row| row.row).collect();
    assert_eq!(kept, rows, "as they were reviewed");
}

async fn what_a_release_leaves_out_is_kept(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let run = record(ledger, &draft(1, "October")).await;
    let left = |row: u32, problem: Option<&str>| LeftRow {
        row,
        line: row + 2,
        payee: "Tom Reed".to_owned(),
        amount: "USD 9.00".to_owned(),
        skipped: problem.is_none(),
        problem: problem.map(str::to_owned),
    };
    let prepare = async |rows: Vec<RunRow>, left: &[LeftRow]| {
        ledger
            .prepare_run(run.id, "review".to_owned(), rows, left.to_vec())
            .await
    };
    let kept = async |after, limit| ledger.run_left(run.id, after, limit).await.unwrap();
    prepare(Vec::new(), &[left(0, Some("missing"))])
        .await
        .unwrap();
    let both = [left(1, Some("payee_unknown")), left(3, None)];
    prepare(vec![row(0, 1, &owner)], &both).await.unwrap();
    assert_eq!(kept(None, 9).await, both, "those of the last review alone");
    assert_eq!(kept(Some(1), 9).await, both[1..]);
    assert_eq!(kept(None, 1).await, both[..1]);
    release(ledger, run.clone()).await.unwrap();
    assert_eq!(
        prepare(Vec::new(), &[]).await,
        Err(LedgerError::Conflict),
        "what was released forgets nothing"
    );
    assert_eq!(kept(None, 9).await, both);
    let progress = ledger.run_progress(run.id).await.unwrap();
    assert_eq!(
        progress.rows,
        [(RowState::Queued, 1)],
        "they are not to be sent"
    );
}

async fn rows_are_sent_in_order(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let mut not_ready = payee(2, "Li", "Wei");
    not_ready.status = PayeeStatus::Pending;
    let not_ready = record_payee(ledger, &not_ready).await;
    let without = record_payee(ledger, &payee(3, "Bo", "Ek")).await;
    for (who, status) in [
        (&owner, AccountStatus::Activated),
        (&not_ready, AccountStatus::Activated),
        (&without, AccountStatus::Pending),
    ] {
        let accounts = vec![account(who, "1", status, 1)];
        ledger
            .record_accounts(who.id, accounts, Vec::new())
            .await
            .unwrap();
    }
    let second = [
        row(0, 1, &owner),
        waiting(1, 2, &not_ready),
        row(2, 3, &owner),
    ];
    released(ledger, 2, &second).await;
    let first = [
        row(0, 4, &owner),
        waiting(1, 5, &owner),
        waiting(2, 7, &without),
    ];
    released(ledger, 1, &first).await;
    let (one, two) = (run_id(1), run_id(2));
    assert_eq!(
        to_send(ledger, 0, 9).await,
        [(one, 0), (two, 0), (two, 2), (one, 1)],
        "the run released first, in the order of the file; then those that wait for a payee who can be paid now"
    );
    assert_eq!(to_send(ledger, 0, 2).await, [(one, 0), (two, 0)]);
    let mut now_active = not_ready.clone();
    now_active.status = PayeeStatus::Active;
    ledger.change_payee(now_active, Vec::new()).await.unwrap();
    assert_eq!(
        to_send(ledger, 0, 9).await,
        [(one, 0), (two, 0), (two, 2), (one, 1), (two, 1)]
    );

    let later = record(ledger, &draft(3, "November")).await;
    let rows = vec![row(0, 6, &owner)];
    ledger
        .prepare_run(later.id, "review".to_owned(), rows, Vec::new())
        .await
        .unwrap();
    let put_off = Run {
        not_before: Some(at(50)),
        ..later
    };
    release(ledger, put_off).await.unwrap();
    assert_eq!(to_send(ledger, 49, 9).await.len(), 5, "not before its time");
    assert_eq!(ledger.next_run_at(at(49)).await, Ok(Some(at(50))));
    assert_eq!(to_send(ledger, 50, 9).await.len(), 6);
    assert_eq!(ledger.next_run_at(at(50)).await, Ok(None));
}

async fn a_row_becomes_one_payout(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let rows = [row(0, 1, &owner), row(1, 2, &owner), waiting(2, 3, &owner)];
    let run = released(ledger, 1, &rows).await;
    let both = send(ledger, &[&rows[0], &rows[2]], &owner).await;
    assert_eq!(
        both,
        [Ok(made_of(&rows[0], &owner)), Ok(made_of(&rows[2], &owner))]
    );
    assert_eq!(
        send(ledger, &[&rows[0], &rows[1], &rows[2]], &owner).await,
        [
            Err(LedgerError::Conflict),
            Ok(made_of(&rows[1], &owner)),
            Err(LedgerError::Conflict)
        ],
        "a row is a payout once"
    );
    assert_eq!(to_send(ledger, 0, 9).await, []);
    assert_eq!(due(ledger).await.len(), 3);
    assert_eq!(ledger.ready_to_send(9).await, Ok(3));
    assert_eq!(ledger.ready_to_send(2).await, Ok(2));
    for row in &rows {
        let found = ledger.run_of_payout(row.payout_id).await;
        assert_eq!(found, Ok(Some((run.id, row.line))));
        let events = ledger.events(Subject::Payout(row.payout_id)).await;
        assert_eq!(events.unwrap().len(), 1, "one release in its history");
    }
    let alone = record_payout(ledger, &payout(9, &owner, usd(5))).await;
    assert_eq!(ledger.run_of_payout(alone.id).await, Ok(None));
    let ids = vec![alone.id, rows[0].payout_id, rows[1].payout_id];
    assert_eq!(ledger.runs_of_payouts(ids).await, Ok(vec![run.id]));

    let outcomes = ledger.run_rows(run.id, &[], Some(0), 9).await.unwrap();
    let found: Vec<_> = outcomes.iter().map(|one| one.row.row).collect();
    assert_eq!(found, [1, 2], "behind the row");
    assert_eq!(outcomes[0].payout, Some(made_of(&rows[1], &owner)));
    assert_eq!(
        outcomes[1].row.account_token,
        Some(made_of(&rows[2], &owner).account_token),
        "the account that was chosen when its time came"
    );
    let query = PayoutQuery {
        search: String::new(),
        states: Vec::new(),
        payee_id: None,
        run: Some(run.id),
        from: None,
        to: None,
        sort: PayoutSort::Newest,
        cursor: None,
        limit: 9,
    };
    let listed = ledger.payouts(query).await.unwrap();
    assert_eq!(listed.page.total, 3, "the list of the run's payouts");
    assert_eq!(listed.sums, [usd(100 + 101 + 102)]);
}

async fn a_row_becomes_the_payout_that_was_reviewed(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let rows = [row(0, 1, &owner)];
    let run = released(ledger, 1, &rows).await;
    let good = made_of(&rows[0], &owner);
    let others = [
        Payout {
            money: usd(7),
            ..good.clone()
        },
        Payout {
            invoice_id: InvoiceId::from("X"),
            ..good.clone()
        },
        Payout {
            request_key: RequestKey(Uuid::from_u128(5)),
            ..good.clone()
        },
        Payout {
            account_token: AccountToken::from("1"),
            ..good.clone()
        },
    ];
    for other in others {
        let answers = ledger.send_rows(vec![(other, Vec::new())]).await.unwrap();
        assert!(
            matches!(answers[..], [Err(LedgerError::Failed(_))]),
            "what was not reviewed is not sent: {answers:?}"
        );
    }
    let of_no_run = payout(9, &owner, usd(5));
    assert_eq!(
        ledger.send_rows(vec![(of_no_run, Vec::new())]).await,
        Ok(vec![Err(LedgerError::NotFound)])
    );
    assert_eq!(states(ledger, run.id).await, [RowState::Queued]);
}

async fn one_bad_row_does_not_stop_the_others(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let rows = [row(0, 1, &owner), row(1, 2, &owner), row(2, 3, &owner)];
    let run = released(ledger, 1, &rows).await;
    let mut taken = payout(9, &owner, usd(5));
    taken.invoice_id = rows[1].invoice_id.clone();
    record_payout(ledger, &taken).await;
    let answers = send(ledger, &[&rows[0], &rows[1], &rows[2]], &owner).await;
    assert_eq!(
        answers,
        [
            Ok(made_of(&rows[0], &owner)),
            Err(LedgerError::InvoiceUsed(rows[1].invoice_id.clone())),
            Ok(made_of(&rows[2], &owner))
        ]
    );
    let stand = [RowState::Sent, RowState::Queued, RowState::Sent];
    assert_eq!(states(ledger, run.id).await, stand);
    assert_eq!(ledger.payout(rows[1].payout_id).await, Ok(None));
}

async fn a_pause_holds_back_what_is_ready(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let rows = [row(0, 1, &owner), row(1, 2, &owner)];
    let run = released(ledger, 1, &rows).await;
    send(ledger, &[&rows[0]], &owner).await.remove(0).unwrap();
    let alone = record_payout(ledger, &payout(9, &owner, usd(5))).await;
    let paused = pause(ledger, run, true).await;
    assert_eq!(
        due(ledger).await,
        [alone.id],
        "only what is of no paused run"
    );
    assert_eq!(ledger.held_back(rows[0].payout_id).await, Ok(true));
    assert_eq!(ledger.held_back(alone.id).await, Ok(false));
    assert_eq!(ledger.ready_to_send(9).await, Ok(1));
    assert_eq!(to_send(ledger, 0, 9).await, []);
    assert_eq!(
        send(ledger, &[&rows[1]], &owner).await,
        [Err(LedgerError::Conflict)],
        "whoever read the rows before the pause"
    );
    let sending = ledger.payout(rows[0].payout_id).await.unwrap().unwrap();
    pause(ledger, paused, false).await;
    assert_eq!(ledger.held_back(rows[0].payout_id).await, Ok(false));
    assert_eq!(due(ledger).await, [rows[0].payout_id, alone.id]);
    assert_eq!(to_send(ledger, 0, 9).await, [(run_id(1), 1)]);
    let sending = bring_to(ledger, sending, &[State::Sending], 0).await;
    let run = ledger.run(run_id(1)).await.unwrap().unwrap();
    pause(ledger, run, true).await;
    let due = ledger.due(at(100), 100).await.unwrap();
    assert_eq!(
        due.overdue,
        [sending],
        "what may have left is looked after in a paused run, too"
    );
}

async fn a_stop_is_for_good(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let rows = [
        row(0, 1, &owner),
        row(1, 2, &owner),
        row(2, 3, &owner),
        waiting(3, 4, &owner),
        row(4, 5, &owner),
    ];
    let run = released(ledger, 1, &rows).await;
    send(ledger, &[&rows[0], &rows[1]], &owner).await;
    let first = ledger.payout(rows[0].payout_id).await.unwrap().unwrap();
    bring_to(ledger, first, &[State::Sending, State::Processing], 0).await;
    ledger
        .hold_row(rows[2].payout_id, Hold::PayeeNotActive)
        .await
        .unwrap();
    assert_eq!(ledger.to_withdraw(9).await, Ok(Vec::new()));
    let stopped = Run {
        state: RunState::Stopped,
        ..run.clone()
    };
    let stopped = ledger
        .stop_run(stopped, about(run.id, EventKind::RunStopped))
        .await
        .unwrap();
    let end = [
        RowState::Sent,
        RowState::Sent,
        RowState::Stopped,
        RowState::Stopped,
        RowState::Stopped,
    ];
    assert_eq!(states(ledger, run.id).await, end);
    assert_eq!(due(ledger).await, [], "what was ready is not sent any more");
    assert_eq!(
        ledger.held_back(rows[0].payout_id).await,
        Ok(true),
        "nor what may have to go out once more"
    );
    assert_eq!(
        ledger.to_withdraw(9).await,
        Ok(vec![rows[1].payout_id]),
        "but withdrawn"
    );
    let ready = ledger.payout(rows[1].payout_id).await.unwrap().unwrap();
    bring_to(ledger, ready, &[State::Cancelled], 5).await;
    assert_eq!(ledger.to_withdraw(9).await, Ok(Vec::new()));
    assert_eq!(
        send(ledger, &[&rows[4]], &owner).await,
        [Err(LedgerError::Conflict)]
    );
    assert_eq!(
        queue(ledger, rows[2].payout_id, None, "").await,
        Err(LedgerError::Conflict)
    );
    let again = Run {
        state: RunState::Stopped,
        ..stopped.clone()
    };
    assert_eq!(
        ledger.stop_run(again, Vec::new()).await,
        Err(LedgerError::Conflict)
    );
    let back = Run {
        state: RunState::Released,
        ..stopped
    };
    assert_eq!(
        ledger.change_run(back, Vec::new()).await,
        Err(LedgerError::Conflict)
    );
}

async fn held_rows_wait_for_the_owner(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let rows = [row(0, 1, &owner), waiting(1, 2, &owner), row(2, 3, &owner)];
    let run = released(ledger, 1, &rows).await;
    let hold = async |row: &RunRow, hold| ledger.hold_row(row.payout_id, hold).await;
    hold(&rows[0], Hold::AccountChanged).await.unwrap();
    hold(&rows[1], Hold::AccountUnclear).await.unwrap();
    assert_eq!(
        hold(&rows[0], Hold::Refused).await,
        Err(LedgerError::Conflict),
        "it is held already"
    );
    assert_eq!(to_send(ledger, 0, 9).await, [(run.id, 2)]);
    let kept = ledger.run_rows(run.id, &[], None, 9).await.unwrap();
    let holds: Vec<_> = kept.iter().map(|row| row.row.hold).collect();
    assert_eq!(
        holds,
        [Some(Hold::AccountChanged), Some(Hold::AccountUnclear), None]
    );
    assert_eq!(
        send(ledger, &[&rows[0]], &owner).await,
        [Err(LedgerError::Conflict)],
        "what is held is not sent"
    );
    for row in &rows[..2] {
        queue(ledger, row.payout_id, None, "seen again")
            .await
            .unwrap();
    }
    assert_eq!(
        queue(ledger, rows[2].payout_id, None, "").await,
        Err(LedgerError::Conflict),
        "it is not held"
    );
    let kept = ledger.run_rows(run.id, &[], None, 9).await.unwrap();
    assert_eq!(kept[0].row.account_seen, "seen again");
    let stand = [RowState::Queued, RowState::Waiting, RowState::Queued];
    assert_eq!(states(ledger, run.id).await, stand, "each as it was");
}

async fn what_stands_still_is_found_however_old(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let halted = async |limit| {
        let (runs, total) = ledger.halted_runs(limit).await.unwrap();
        let numbers: Vec<_> = runs.iter().map(|run| run.id.0.as_u128()).collect();
        (numbers, total)
    };
    let mut runs = Vec::new();
    for number in 1..=6_u128 {
        let rows = [row(0, number * 10, &owner), row(1, number * 10 + 1, &owner)];
        runs.push((released(ledger, number, &rows).await, rows));
    }
    record(ledger, &draft(7, "November")).await;
    assert_eq!(halted(9).await, (vec![], 0), "all go on by themselves");

    let [held, queued, ready, unknown, asks, done] = runs.as_slice() else {
        panic!("six runs");
    };
    ledger
        .hold_row(held.1[1].payout_id, Hold::Refused)
        .await
        .unwrap();
    pause(ledger, queued.0.clone(), true).await;
    for (run, rows) in [ready, unknown, asks, done] {
        let rows: Vec<_> = rows.iter().collect();
        for payout in send(ledger, &rows, &owner).await {
            if run.id == ready.0.id {
                continue;
            }
            let mut sent = bring_to(ledger, payout.unwrap(), &[State::Sending], 1).await;
            sent.state = match run.id == done.0.id {
                true => State::Processing,
                false => State::Unknown,
            };
            sent.reason = (run.id == asks.0.id).then_some(Reason::Duplicate);
            apply(ledger, sent).await;
        }
        pause(ledger, run.clone(), true).await;
    }
    assert_eq!(
        halted(9).await,
        (vec![4, 3, 2, 1], 4),
        "not one of which nothing more can be sent"
    );
    assert_eq!(halted(1).await, (vec![4], 4), "the rest is counted");
    for (run, told) in [(unknown, (0, 2)), (asks, (2, 0))] {
        let progress = ledger.run_progress(run.0.id).await.unwrap();
        assert_eq!((progress.asks, progress.unsure), told);
    }

    let run = ledger.run(held.0.id).await.unwrap().unwrap();
    let stopped = Run {
        state: RunState::Stopped,
        ..run
    };
    ledger.stop_run(stopped, Vec::new()).await.unwrap();
    let run = ledger.run(queued.0.id).await.unwrap().unwrap();
    pause(ledger, run, false).await;
    assert_eq!(halted(9).await, (vec![4, 3], 2));
}

async fn what_waits_for_its_day_is_found(ledger: &(impl Ledger + Runs)) {
    let ana = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let tom = record_payee(ledger, &payee(2, "Tom", "Reed")).await;
    let mut numbers = Vec::new();
    for (number, not_before) in [(1, None), (2, Some(90)), (3, Some(60)), (4, Some(70))] {
        let rows = [row(0, number * 10, &ana), waiting(1, number * 10 + 1, &tom)];
        let draft = Run {
            not_before: not_before.map(at),
            ..draft(number, "October")
        };
        let run = record(ledger, &draft).await;
        ledger
            .prepare_run(run.id, "review".to_owned(), rows.to_vec(), Vec::new())
            .await
            .unwrap();
        if number != 4 {
            numbers.push((release(ledger, run).await.unwrap(), rows));
        }
    }
    let coming = async |now, limit| {
        let (runs, total) = ledger.coming_runs(at(now), limit).await.unwrap();
        let numbers: Vec<_> = runs.iter().map(|run| run.id.0.as_u128()).collect();
        (numbers, total)
    };
    assert_eq!(coming(50, 9).await, (vec![3, 2], 2), "the next one first");
    assert_eq!(coming(50, 1).await, (vec![3], 2), "the rest is counted");
    let goes_out = ledger.run_progress(run_id(3)).await.unwrap().queued;
    assert_eq!(goes_out, [numbers[2].1[0].money], "not what waits for Tom");
    assert_eq!(
        coming(60, 9).await,
        (vec![2], 1),
        "not one whose day has come"
    );

    let found = async |search: &str| {
        let found = ledger.rows_to_come(search, 9).await.unwrap();
        let place = |(run, row): &(Run, RunRow)| (run.id.0.as_u128(), row.row);
        found.iter().map(place).collect::<Vec<_>>()
    };
    let [at_once, later, _] = numbers.as_slice() else {
        panic!("three runs are released");
    };
    let invoice = later.1[1].invoice_id.as_str();
    assert_eq!(found(invoice).await, [(2, 1)]);
    assert_eq!(found(&invoice.to_lowercase()).await, [(2, 1)]);
    assert_eq!(found("REED tom").await, [(3, 1), (2, 1), (1, 1)]);
    assert_eq!(found("tom ana").await, [], "each word is in it");
    assert_eq!(found("  ").await, [], "nothing is looked for");
    send(ledger, &[&at_once.1[0]], &ana)
        .await
        .remove(0)
        .unwrap();
    assert_eq!(
        found("ana").await,
        [(3, 0), (2, 0)],
        "one is a payout by now"
    );
    pause(ledger, later.0.clone(), true).await;
    assert_eq!(coming(50, 9).await, (vec![3], 1), "nor one that is paused");
    assert_eq!(found(invoice).await, [(2, 1)], "which is still to come");
}

async fn progress_is_counted(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let rows: Vec<_> = (0..6).map(|n| row(n, 1 + u128::from(n), &owner)).collect();
    let run = released(ledger, 1, &rows).await;
    assert_eq!(ledger.open_runs().await, Ok(vec![run.id]));
    let before = ledger.run_progress(run.id).await.unwrap();
    assert_eq!(before.rows, [(RowState::Queued, 6)]);
    assert_eq!((before.payouts, before.last_sent_at), (Vec::new(), None));
    assert_eq!(before.total, [usd(600 + 15)]);

    let all: Vec<_> = rows.iter().take(4).collect();
    let mut payouts = Vec::new();
    for answer in send(ledger, &all, &owner).await {
        payouts.push(answer.unwrap());
    }
    for (payout, sent_at) in payouts.iter_mut().zip([10, 60, 69, 70]) {
        payout.created_at = at(sent_at);
        let mut sending = payout.clone();
        sending.created_at = made_of(&rows[0], &owner).created_at;
        sending.state = State::Sending;
        sending.sent_at = Some(at(sent_at));
        sending.attempts = 1;
        *payout = apply(ledger, sending).await;
    }
    let paid = [State::Processing, State::Paid];
    bring_to(ledger, payouts[0].clone(), &paid, 80).await;
    bring_to(ledger, payouts[1].clone(), &[State::Failed], 80).await;
    let mut doubtful = payouts[2].clone();
    doubtful.state = State::Unknown;
    doubtful.reason = Some(Reason::Duplicate);
    apply(ledger, doubtful).await;
    ledger
        .hold_row(rows[4].payout_id, Hold::Refused)
        .await
        .unwrap();
    let mut now = ledger.run_progress(run.id).await.unwrap();
    now.rows.sort_by_key(|(_, count)| *count);
    now.payouts.sort_by_key(|(state, _)| format!("{state:?}"));
    assert_eq!(now.rows.len(), 2);
    assert!(now.rows.contains(&(RowState::Held, 1)));
    assert!(now.rows.contains(&(RowState::Queued, 1)));
    assert_eq!(
        now.payouts,
        [
            (State::Failed, 1),
            (State::Paid, 1),
            (State::Sending, 1),
            (State::Unknown, 1)
        ]
    );
    assert_eq!(now.total, [usd(600 + 15)]);
    assert_eq!(now.paid, [usd(100)]);
    assert_eq!((now.asks, now.unsure), (1, 0));
    assert_eq!(now.last_sent_at, Some(at(70)));
    assert_eq!(now.sent_in_last_minute, 3, "not the one a minute before");
    let those = [OutcomeState::Payout(State::Failed)];
    let failed = ledger.run_rows(run.id, &those, None, 9).await;
    let failed: Vec<_> = failed.unwrap().iter().map(|one| one.row.row).collect();
    assert_eq!(failed, [1]);
    let those = [those[0], OutcomeState::Row(RowState::Held)];
    let both = ledger.run_rows(run.id, &those, None, 9).await.unwrap();
    let both: Vec<_> = both.iter().map(|one| one.row.row).collect();
    assert_eq!(both, [1, rows[4].row]);
    let behind = ledger.run_rows(run.id, &those, Some(1), 1).await.unwrap();
    assert_eq!(behind.len(), 1, "the next page");

    let done = [row(0, 31, &owner)];
    let done_run = released(ledger, 2, &done).await;
    let payout = send(ledger, &[&done[0]], &owner).await.remove(0).unwrap();
    assert_eq!(ledger.open_runs().await, Ok(vec![run.id, done_run.id]));
    bring_to(ledger, payout, &[State::Sending, State::Failed], 80).await;
    assert_eq!(ledger.open_runs().await, Ok(vec![run.id]), "all is settled");
}

async fn invoices_are_used_by_payouts_and_by_rows_to_come(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let paid = record_payout(ledger, &payout(9, &owner, usd(5))).await;
    let rows = [row(0, 1, &owner), row(1, 2, &owner)];
    let run = released(ledger, 1, &rows).await;
    let prepared = record(ledger, &draft(2, "November")).await;
    let third = row(0, 3, &owner);
    ledger
        .prepare_run(
            prepared.id,
            "review".to_owned(),
            vec![third.clone()],
            Vec::new(),
        )
        .await
        .unwrap();
    let ask = vec![
        InvoiceId::from("none"),
        rows[0].invoice_id.clone(),
        paid.invoice_id.clone(),
        third.invoice_id,
    ];
    let used = ledger.invoices_used(ask.clone()).await.unwrap();
    assert_eq!(used.len(), 2, "a draft uses no invoice ID yet: {used:?}");
    assert!(used.contains(&(rows[0].invoice_id.clone(), rows[0].payout_id)));
    assert!(used.contains(&(paid.invoice_id.clone(), paid.id)));
    send(ledger, &[&rows[0]], &owner).await.remove(0).unwrap();
    assert_eq!(ledger.invoices_used(ask.clone()).await.unwrap().len(), 2);
    let stopped = Run {
        state: RunState::Stopped,
        ..run
    };
    ledger.stop_run(stopped, Vec::new()).await.unwrap();
    let second = vec![rows[1].invoice_id.clone()];
    assert_eq!(
        ledger.invoices_used(second).await,
        Ok(Vec::new()),
        "what was stopped never was"
    );
}

async fn what_is_still_to_be_paid_is_seen(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let other = record_payee(ledger, &payee(2, "Bo", "Ek")).await;
    let named = |place, number, invoice: &str| RunRow {
        invoice_id: InvoiceId::from(invoice),
        ..row(place, number, &owner)
    };
    let prepared = record(ledger, &draft(2, "November")).await;
    ledger
        .prepare_run(
            prepared.id,
            "review".to_owned(),
            vec![named(0, 9, "INV-7")],
            Vec::new(),
        )
        .await
        .unwrap();
    let similar = async || {
        let found = ledger.similar_invoices(&[InvoiceId::from("#7")]).await;
        let found = found.unwrap().into_iter();
        found
            .map(|one| (one.payout, one.may_have_paid, one.run))
            .collect::<Vec<_>>()
    };
    let to_leave = async || ledger.to_leave().await.unwrap();
    let to_pay = async |payee: &Payee, minor| {
        let asked = vec![(payee.id, usd(1)), (payee.id, usd(minor))];
        ledger.still_to_pay(asked).await.unwrap()
    };
    assert_eq!(similar().await, [], "a draft pays nothing");
    assert_eq!(to_pay(&owner, 100).await, [None, None]);
    assert_eq!(to_leave().await, []);

    let waits = RunRow {
        invoice_id: InvoiceId::from("inv 007"),
        ..waiting(1, 2, &owner)
    };
    let rows = [named(0, 1, "INV-0007"), waits.clone()];
    let run = released(ledger, 1, &rows).await;
    let ready = |row: &RunRow, run| (row.payout_id, true, run);
    assert_eq!(
        similar().await,
        [ready(&waits, Some(run.id)), ready(&rows[0], Some(run.id))]
    );
    let first = Some((rows[0].payout_id, Some(run.id)));
    assert_eq!(to_pay(&owner, 100).await, [None, first]);
    assert_eq!(to_pay(&other, 100).await, [None, None], "to nobody else");
    assert_eq!(to_leave().await, [rows[0].money], "she cannot be paid yet");
    let usable = vec![account(&owner, "2010-usd", AccountStatus::Activated, 1)];
    let recorded = ledger.record_accounts(owner.id, usable, Vec::new()).await;
    recorded.unwrap();
    let both = usd(rows[0].money.minor + waits.money.minor);
    assert_eq!(to_leave().await, [both]);
    let held = waiting(0, 8, &other);
    let held_run = released(ledger, 3, std::slice::from_ref(&held)).await;
    let hold = ledger.hold_row(held.payout_id, Hold::AccountUnclear).await;
    hold.unwrap();
    assert_eq!(to_leave().await, [both], "what is held may never leave");
    let seen = Some((held.payout_id, Some(held_run.id)));
    assert_eq!(to_pay(&other, 100).await, [None, seen], "but it may");

    send(ledger, &[&rows[0]], &owner).await.remove(0).unwrap();
    let found = similar().await;
    assert_eq!(found.len(), 2, "each once: {found:?}");
    assert!(found.contains(&ready(&rows[0], None)));
    let left = Some((rows[0].payout_id, None));
    assert_eq!(
        to_pay(&owner, 100).await,
        [None, left],
        "it is a payout, which has not left"
    );
    assert_eq!(to_leave().await, [both], "each once");
    let stopped = Run {
        state: RunState::Stopped,
        ..run
    };
    ledger.stop_run(stopped, Vec::new()).await.unwrap();
    assert_eq!(similar().await, [ready(&rows[0], None)]);
    assert_eq!(to_pay(&owner, 101).await, [None, None], "it was stopped");
    assert_eq!(to_leave().await, [rows[0].money]);
    let sent = ledger.payout(rows[0].payout_id).await.unwrap().unwrap();
    let sent = bring_to(ledger, sent, &[State::Sending, State::Unknown], 1).await;
    assert_eq!(
        to_pay(&owner, 100).await,
        [None, left],
        "nor certainly by now"
    );
    assert_eq!(to_leave().await, [rows[0].money]);
    let told = async |payout: Payout, reason, attempts| {
        let told = Payout {
            reason: Some(reason),
            attempts,
            ..payout
        };
        apply(ledger, told).await
    };
    // What Pockyt has under its invoice ID is another payment: it never leaves, unless an earlier request of its own may have.
    let sent = told(sent, Reason::Duplicate, 2).await;
    assert_eq!(to_leave().await, [rows[0].money], "it may go out again");
    let sent = told(sent, Reason::InvoiceTaken, 2).await;
    assert_eq!(to_leave().await, []);
    assert_eq!(to_pay(&owner, 100).await, [None, left], "but it may be it");
    let sent = told(sent, Reason::Duplicate, 1).await;
    assert_eq!(to_leave().await, []);
    bring_to(ledger, sent, &[State::Processing], 1).await;
    assert_eq!(to_pay(&owner, 100).await, [None, None], "it has");
    assert_eq!(to_leave().await, []);
}

async fn a_row_that_waited_is_given_an_account(ledger: &(impl Ledger + Runs)) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Ruiz")).await;
    let waits = waiting(0, 1, &owner);
    let chosen = row(1, 2, &owner);
    let run = released(ledger, 1, &[waits.clone(), chosen.clone()]).await;
    for row in [&waits, &chosen] {
        ledger
            .hold_row(row.payout_id, Hold::AccountUnclear)
            .await
            .unwrap();
    }
    queue(ledger, waits.payout_id, Some("new"), "seen")
        .await
        .unwrap();
    queue(ledger, chosen.payout_id, Some("new"), "seen")
        .await
        .unwrap();
    let rows = ledger.run_rows(run.id, &[], None, 9).await.unwrap();
    let token = |at: usize| rows[at].row.account_token.clone();
    assert_eq!(token(0), Some(AccountToken("new".to_owned())));
    assert_eq!(rows[0].row.account_seen, "seen");
    assert_eq!(rows[0].row.state, RowState::Queued);
    assert_eq!(token(1), chosen.account_token, "what was reviewed stays");
    assert_eq!(rows[1].row.account_seen, chosen.account_seen);
}
