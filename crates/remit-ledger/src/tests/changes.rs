//! How far the changes have come, as the ledger tells: every write that a release is held against moves it, whoever makes it.

use super::runs::{draft, release, row};
use super::{at, filled, key, payee, payout, place, record};
use crate::file;
use crate::lookup::Lookup;
use crate::store::SqliteLedger;
use remit_core::{
    AccountStatus, AccountToken, CellEdit, Changes, FundingAccount, Ledger, Payee, RowDecision,
    Run, RunState, Runs,
};
use std::sync::Arc;

/// What moved since the last look.
struct Moved<'a>(&'a SqliteLedger, Changes);

impl<'a> Moved<'a> {
    fn of(ledger: &'a SqliteLedger) -> Self {
        Self(ledger, ledger.changes())
    }

    /// Whether payees did, and payouts.
    fn since(&mut self) -> (bool, bool) {
        let (before, now) = (self.1, self.0.changes());
        assert!(now.payees.is_some() && now.payouts.is_some(), "{now:?}");
        self.1 = now;
        (now.payees != before.payees, now.payouts != before.payouts)
    }
}

fn account(of: &Payee, masked: &str) -> FundingAccount {
    FundingAccount {
        token: AccountToken::from("2010305228294111721580"),
        payee_id: of.id,
        kind: "BANK_ACCOUNT".to_owned(),
        country: "US".to_owned(),
        currency: "USD".to_owned(),
        masked: Some(masked.to_owned()),
        tag: None,
        status: AccountStatus::Activated,
        status_raw: "ACTIVATED".to_owned(),
        first_seen_at: at(0),
        changed_at: None,
        checked_at: at(0),
    }
}

#[tokio::test]
async fn payees_and_their_accounts_are_counted() {
    let (_folder, path) = place();
    let (ledger, one) = filled(&path, 0).await;
    let mut moved = Moved::of(&ledger);
    ledger.record_payee(payee(2), Vec::new()).await.unwrap();
    assert_eq!(moved.since(), (true, false));
    let status = Payee {
        note: "Another".to_owned(),
        ..one.clone()
    };
    ledger.change_payee(status, Vec::new()).await.unwrap();
    assert_eq!(moved.since(), (true, false));
    for masked in ["****0001", "****0002"] {
        let accounts = vec![account(&one, masked)];
        ledger
            .record_accounts(one.id, accounts, Vec::new())
            .await
            .unwrap();
        assert_eq!(moved.since(), (true, false), "{masked}");
    }
    ledger.record_events(Vec::new()).await.unwrap();
    ledger.payee(one.id).await.unwrap();
    assert_eq!(moved.since(), (false, false));
}

#[tokio::test]
async fn payouts_are_counted_and_what_is_released_to_become_some() {
    let (_folder, path) = place();
    let (ledger, one) = filled(&path, 0).await;
    let mut moved = Moved::of(&ledger);
    record(&ledger, &payout(100, &one)).await.unwrap();
    assert_eq!(moved.since(), (false, true));

    let run = draft(&ledger, 2).await;
    ledger
        .record_edits(
            run.id,
            vec![CellEdit {
                row: 1,
                column: 1,
                text: "5".to_owned(),
            }],
        )
        .await
        .unwrap();
    ledger
        .record_decisions(run.id, vec![RowDecision::default()])
        .await
        .unwrap();
    let rows = vec![row(1, &one), row(2, &one)];
    ledger
        .prepare_run(run.id, "review".to_owned(), rows, Vec::new())
        .await
        .unwrap();
    assert_eq!(moved.since(), (false, false), "a draft pays nobody");
    let run = release(&ledger, run).await;
    assert_eq!(moved.since(), (false, true));
    ledger
        .send_rows(vec![(payout(1, &one), Vec::new())])
        .await
        .unwrap();
    assert_eq!(moved.since(), (false, true));
    let stopped = Run {
        state: RunState::Stopped,
        ..run
    };
    ledger.stop_run(stopped, Vec::new()).await.unwrap();
    assert_eq!(moved.since(), (false, true));
}

/// Nobody forgets to count: the writer's connection itself does.
#[tokio::test]
async fn a_statement_of_any_kind_is_counted_before_it_can_be_committed() {
    let (_folder, path) = place();
    let (ledger, one) = filled(&path, 1).await;
    let accounts = vec![account(&one, "****0001")];
    ledger
        .record_accounts(one.id, accounts, Vec::new())
        .await
        .unwrap();
    let run = draft(&ledger, 0).await;
    drop(ledger);
    let lookup = Arc::<Lookup>::default();
    let connection = file::open_writer(&path, &key()).unwrap();
    Lookup::watch(&lookup, &connection).unwrap();
    for (statement, payees, payouts) in [
        ("UPDATE accounts SET masked='****0002'", true, false),
        ("DELETE FROM accounts", true, false),
        ("UPDATE payees SET status='pending'", true, false),
        ("UPDATE payees SET last_paid_at=7, revision=9", true, false),
        ("UPDATE payees SET last_paid_at=8", false, false),
        ("UPDATE payouts SET state='sending'", false, true),
        ("UPDATE runs SET review='another'", false, false),
        ("UPDATE runs SET state='released'", false, true),
    ] {
        let before = lookup.changes();
        connection.execute_batch(statement).unwrap();
        let unsettled = lookup.changes();
        assert_eq!(unsettled.payees.is_none(), payees, "{statement}");
        assert_eq!(unsettled.payouts.is_none(), payouts, "{statement}");
        lookup.written();
        let now = lookup.changes();
        assert_eq!(now.payees != before.payees, payees, "{statement}");
        assert_eq!(now.payouts != before.payouts, payouts, "{statement}");
    }
    assert_eq!(run.state, RunState::Draft);
}
