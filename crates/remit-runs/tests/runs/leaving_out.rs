//! The rows that a release leaves out: none is forgotten, and each can be paid later, once.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::shop::{self, Shop, now, status};
use remit_core::{LeftRow, PayeeStatus, Run, RunOrigin, RunState, Runs};
use remit_import::{Field, Standing};
use remit_runs::ProblemCode::{InvoiceUsed, NotPaidBefore};
use remit_runs::made::{below_header, table};
use remit_runs::{Book, Decision, Draft};

const HEADER: &str = "Payee,Amount,Currency,Note\n";

async fn check(shop: &Shop, draft: &mut Draft) {
    let checked = draft.check(&*shop.ledger, &*shop.ledger, now(), true);
    checked.await.unwrap();
}

async fn release(shop: &Shop, draft: &mut Draft) {
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    let turn = shop::turn(draft).await;
    let released = draft.release(&*shop.ledger, &turn, now(), &review.review, None);
    assert_eq!(released.await.unwrap().state, RunState::Released);
}

async fn left(shop: &Shop, draft: &Draft) -> Vec<LeftRow> {
    let left = shop.ledger.run_left(draft.run().id, None, 100).await;
    left.unwrap()
}

/// A run of what that one left out.
async fn run_of_left(shop: &Shop, earlier: &Draft) -> Draft {
    let mut opened = shop.open_again(earlier.run().id).await;
    let book = Book::load(&*shop.ledger).await.unwrap();
    let left = opened.left_again(book, &left(shop, earlier).await);
    let repeats = left.iter().enumerate();
    let repeats = repeats.filter_map(|(index, row)| Some((below_header(index), row.repeats?)));
    let repeats = repeats.collect();
    let rows: Vec<_> = left.into_iter().map(|row| row.made).collect();
    let source = table(&rows);
    shop.after(earlier.run().id, RunOrigin::Left, source, repeats)
        .await
}

/// Releases a draft without these rows.
async fn release_without(shop: &Shop, draft: &mut Draft, rows: &[u32]) {
    if !rows.is_empty() {
        let kept = draft.decide(rows, &Decision::Skip).unwrap();
        kept.record(&*shop.ledger, draft.run().id).await.unwrap();
    }
    check(shop, draft).await;
    release(shop, draft).await;
}

/// Which rows another run has paid or is to pay.
async fn paid(shop: &Shop, draft: &mut Draft) -> Vec<u32> {
    check(shop, draft).await;
    let rows = draft.checked().rows().iter();
    let used = rows.filter(|row| row.problems.iter().any(|one| one.code == InvoiceUsed));
    used.map(|row| row.row).collect()
}

/// A file of three rows.
fn three() -> String {
    format!(
        "{HEADER}ana@example.com,12.00,USD,\nana@example.com,9.00,USD,\nana@example.com,8.00,USD,\n"
    )
}

/// A released run of four rows, of which the first alone is sent.
async fn one_of_four(shop: &Shop) -> Draft {
    shop.sent("ana", 1_000, "OLD-1").await;
    let file = format!(
        "{HEADER}ana@example.com,12.00,USD,\nTom Reed,45.50,USD,May\nana@example.com,\"1,2,3\",USD,\n\
         ana@example.com,9.00,USD,\n"
    );
    let mut draft = shop.draft(&file).await;
    let kept = draft.decide(&[4], &Decision::Skip).unwrap();
    kept.record(&*shop.ledger, draft.run().id).await.unwrap();
    check(shop, &mut draft).await;
    release(shop, &mut draft).await;
    draft
}

#[tokio::test]
async fn each_row_that_a_release_leaves_out_is_kept_with_why() {
    let shop = Shop::new().await;
    let draft = one_of_four(&shop).await;
    let row = |row, payee: &str, amount: &str, skipped, problem: Option<&str>| LeftRow {
        row,
        line: row + 1,
        payee: payee.to_owned(),
        amount: amount.to_owned(),
        skipped,
        problem: problem.map(str::to_owned),
    };
    assert_eq!(
        left(&shop, &draft).await,
        [
            row(2, "Tom Reed", "USD 45.50", false, Some("payee_unknown")),
            row(3, "Ana Ruiz", "1,2,3", false, Some("amount_unreadable")),
            row(4, "Ana Ruiz", "USD 9.00", true, None),
        ]
    );
    let sent = shop.ledger.run_rows(draft.run().id, &[], None, 9).await;
    assert_eq!(sent.unwrap().len(), 1);
    let page = shop.ledger.run_left(draft.run().id, Some(2), 1).await;
    assert_eq!(page.unwrap()[0].row, 3);
}

#[tokio::test]
async fn a_row_that_is_left_out_for_another_reason_since_says_that_one() {
    let shop = Shop::new().await;
    shop.sent("ana", 1_000, "OLD-1").await;
    let file = format!("{HEADER}ana@example.com,12.00,USD,\npending@example.com,9.00,USD,\n");
    let mut draft = shop.draft(&file).await;
    check(&shop, &mut draft).await;
    let before = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    let waits = left(&shop, &draft).await;
    status(&shop, "pending", PayeeStatus::Declined).await;
    check(&shop, &mut draft).await;
    let now = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert_eq!(now.review, before.review, "what is sent is the same");
    let declined = left(&shop, &draft).await;
    assert_eq!((waits.len(), declined.len()), (1, 1));
    assert_ne!(waits[0].problem, declined[0].problem);
}

#[tokio::test]
async fn they_become_a_run_of_their_own_and_none_is_paid_by_two_such_runs() {
    let shop = Shop::new().await;
    let earlier = one_of_four(&shop).await;
    let again = async || run_of_left(&shop, &earlier).await;
    let mut first = again().await;
    let second = again().await;
    assert_eq!(first.cell(1, Field::Payee), ("Tom Reed", false));
    assert_eq!(first.cell(1, Field::Amount), ("45.50", false));
    assert_eq!(first.cell(1, Field::Note), ("May", false));
    assert_eq!(first.cell(2, Field::Amount), ("", false), "none is guessed");
    assert_eq!(first.cell(3, Field::Payee), ("ana@example.com", false));
    let standing = |draft: &Draft, row| draft.checked().row(row).unwrap().standing;
    let all = [1, 2, 3].map(|row| standing(&first, row));
    assert_eq!(all, [Standing::Refused, Standing::Refused, Standing::Ready]);

    release(&shop, &mut first).await;
    assert_eq!(left(&shop, &first).await.len(), 2);
    let mut second = second;
    check(&shop, &mut second).await;
    let problems = &second.checked().row(3).unwrap().problems;
    assert!(
        problems.iter().any(|one| one.code == InvoiceUsed),
        "{problems:?}"
    );
}

#[tokio::test]
async fn what_runs_of_left_rows_paid_no_run_of_the_same_rows_pays_again() {
    let shop = Shop::new().await;
    shop.sent("ana", 1_000, "OLD-1").await;
    let mut file = shop.draft(&three()).await;
    release_without(&shop, &mut file, &[2, 3]).await;
    let mut first = run_of_left(&shop, &file).await;
    release_without(&shop, &mut first, &[2]).await;
    let mut second = run_of_left(&shop, &first).await;
    release_without(&shop, &mut second, &[]).await;

    let mut same_left = run_of_left(&shop, &file).await;
    assert_eq!(paid(&shop, &mut same_left).await, [1, 2]);
    let mut same_file = shop.draft(&three()).await;
    assert_eq!(paid(&shop, &mut same_file).await, [1, 2, 3]);
}

#[tokio::test]
async fn what_the_same_file_paid_again_no_run_of_left_rows_pays_too() {
    let shop = Shop::new().await;
    shop.sent("ana", 1_000, "OLD-1").await;
    let mut file = shop.draft(&three()).await;
    release_without(&shop, &mut file, &[2, 3]).await;
    let mut first = run_of_left(&shop, &file).await;
    let mut again = shop.draft(&three()).await;
    release_without(&shop, &mut again, &[2]).await;
    assert_eq!(left(&shop, &again).await.len(), 2, "one of them was paid");
    assert_eq!(paid(&shop, &mut first).await, [2]);
    release_without(&shop, &mut first, &[]).await;
    assert_eq!(
        paid(&shop, &mut shop.draft(&three()).await).await,
        [1, 2, 3]
    );
}

#[tokio::test]
async fn a_row_that_was_left_out_still_says_that_what_it_repeats_was_not_paid() {
    let shop = Shop::new().await;
    shop.sent("ana", 1_000, "OLD-1").await;
    let mut first = shop.draft(&three()).await;
    release_without(&shop, &mut first, &[]).await;
    let id = first.run().id;
    let run = shop.ledger.run(id).await.unwrap().unwrap();
    let stopped = Run {
        state: RunState::Stopped,
        ..run
    };
    shop.ledger.stop_run(stopped, Vec::new()).await.unwrap();
    let rows = shop.ledger.run_rows(id, &[], None, 9).await.unwrap();
    let repeats = rows.into_iter().map(|one| (one.row.row, one.row.payout_id));
    let again = three().replace(".00", ".01").into_bytes();
    let mut copy = shop
        .after(id, RunOrigin::Copied, again, repeats.collect())
        .await;
    let told = |draft: &Draft| {
        let rows = draft.checked().rows().iter();
        let told = rows.filter(|row| row.problems.iter().any(|one| one.code == NotPaidBefore));
        told.map(|row| row.row).collect::<Vec<_>>()
    };
    assert_eq!(told(&copy), [1, 2, 3]);

    // All but the first are left out of the copy, and all but the last of what that leaves.
    let accepts = Decision::Accept {
        codes: vec![NotPaidBefore],
        reason: "It is due again".to_owned(),
    };
    let kept = copy.decide(&[1], &accepts).unwrap();
    kept.record(&*shop.ledger, copy.run().id).await.unwrap();
    release_without(&shop, &mut copy, &[2, 3]).await;
    let mut left = run_of_left(&shop, &copy).await;
    assert_eq!(told(&left), [1, 2]);
    let kept = left.decide(&[1], &accepts).unwrap();
    kept.record(&*shop.ledger, left.run().id).await.unwrap();
    release_without(&shop, &mut left, &[2]).await;
    assert_eq!(told(&run_of_left(&shop, &left).await), [1]);
}
