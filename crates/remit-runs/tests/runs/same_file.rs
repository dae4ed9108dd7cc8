//! A file that was released, taken in once more: no row of it that was paid is paid again, whatever came between.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::shop::{self, Shop, now};
use remit_core::{Reason, RunOrigin, Runs, State};
use remit_import::{Field, Standing};
use remit_runs::ProblemCode::InvoiceUsed;
use remit_runs::{ChosenMapping, Draft};
use rust_xlsxwriter::Workbook;

/// Two payments without invoice IDs.
const FILE: &str = "Payee,Amount,Currency\nana@example.com,12.00,USD\nana@example.com,9.00,USD\n";

/// The same in a workbook, after which comes a sheet with nothing to pay.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheets = [
        ("Pay", FILE),
        ("Notes", "Remark,Who\nPaid on Fridays,Ana\n"),
    ];
    for (name, text) in sheets {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, line) in (0..).zip(text.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// A shop that has paid Ana before.
async fn shop() -> Shop {
    let shop = Shop::new().await;
    shop.sent("ana", 1_000, "OLD-1").await;
    shop
}

async fn release(shop: &Shop, mut draft: Draft) {
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    let turn = shop::turn(&draft).await;
    let released = draft.release(&*shop.ledger, &turn, now(), &review.review, None);
    released.await.unwrap();
}

async fn check(shop: &Shop, draft: &mut Draft) {
    let checked = draft.check(&*shop.ledger, &*shop.ledger, now(), true);
    checked.await.unwrap();
}

/// Where each row stands, with the payout that it names as having paid it.
fn told(draft: &Draft) -> Vec<(Standing, Option<&str>)> {
    let rows = draft.checked().rows().iter();
    rows.map(|row| {
        let mut problems = row.problems.iter();
        let used = problems.find(|problem| problem.code == InvoiceUsed);
        let mut named = used.into_iter().flat_map(|used| &used.params);
        let named = named.find(|(name, _)| *name == "payout");
        (row.standing, named.map(|(_, payout)| payout.as_str()))
    })
    .collect()
}

fn all_refused(draft: &Draft) -> bool {
    let told = told(draft);
    told.len() == 2
        && told
            .iter()
            .all(|(standing, payout)| *standing == Standing::Refused && payout.is_some())
}

#[tokio::test]
async fn a_row_that_failed_and_was_paid_at_the_second_try_is_not_paid_a_third_time() {
    let doubted = (State::Failed, Some(Reason::PaidAfterAll));
    // As which payout is not on record: its payee is not.
    let tried_again = (State::Failed, Some(Reason::TriedAgain));
    for (outcome, used) in [
        ((State::Paid, None), true),
        ((State::Failed, None), false),
        (doubted, true),
        (tried_again, true),
    ] {
        let shop = shop().await;
        release(&shop, shop.draft(FILE).await).await;
        let retries = shop.tries_released_again("ana", outcome).await;
        let again = shop.draft(FILE).await;
        let expected = retries.iter().map(|retry| {
            if used {
                (Standing::Refused, Some(retry.to_string()))
            } else {
                (Standing::Ready, None)
            }
        });
        let told = told(&again).into_iter();
        let told = told.map(|(standing, payout)| (standing, payout.map(str::to_owned)));
        assert!(told.eq(expected), "{outcome:?}: {:?}", again.checked());
    }
}

#[tokio::test]
async fn a_number_that_is_deleted_is_no_number_of_its_own() {
    let shop = shop().await;
    release(&shop, shop.draft(FILE).await).await;
    shop.pays_released("ana", now()).await;
    let mut again = shop.draft(FILE).await;
    assert!(all_refused(&again));
    for (text, refused) in [("", true), ("  ", true), ("MAY-", false)] {
        let typed = |row| (row, Field::InvoiceId, format!("{text}{row}"));
        let cleared = |row| (row, Field::InvoiceId, text.to_owned());
        let edits = if refused {
            [1, 2].map(cleared)
        } else {
            [1, 2].map(typed)
        };
        let kept = again.edit(&edits).unwrap();
        kept.record(&*shop.ledger, again.run().id).await.unwrap();
        check(&shop, &mut again).await;
        assert_eq!(all_refused(&again), refused, "{text:?}");
    }
}

#[tokio::test]
async fn another_sheet_and_then_the_first_again_is_the_same_file_still() {
    // Made once: a workbook says to the second when that was.
    let workbook = workbook();
    // A run of an earlier Remit does not say which sheet it was read from.
    for earlier in [false, true] {
        let shop = shop().await;
        let first = shop.made(workbook.clone(), RunOrigin::File).await;
        if earlier {
            let id = first.run().id;
            let content = shop.ledger.run_content(id).await.unwrap().unwrap();
            let silent = content
                .settings
                .replace(r#""sheet":"Pay""#, r#""sheet":null"#);
            shop.ledger.record_settings(id, silent).await.unwrap();
            release(&shop, shop.open(id).await).await;
        } else {
            release(&shop, first).await;
        }
        shop.pays_released("ana", now()).await;

        let mut again = shop.made(workbook.clone(), RunOrigin::File).await;
        assert!(all_refused(&again), "{earlier}: {:?}", again.checked());
        for sheet in ["Notes", "Pay"] {
            let chosen = ChosenMapping {
                sheet: Some(sheet.to_owned()),
                ..ChosenMapping::default()
            };
            again.map(|| workbook.clone(), &chosen).unwrap();
            let kept = again.mapped().unwrap();
            kept.record(&*shop.ledger, again.run().id).await.unwrap();
            check(&shop, &mut again).await;
            assert_eq!(all_refused(&again), sheet == "Pay", "{sheet}");
        }
    }
}
