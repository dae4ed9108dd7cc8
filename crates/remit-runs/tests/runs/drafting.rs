//! Drafts on a real ledger: what is wrong with which row, how it is mended, that nothing is lost, and what a release keeps.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use crate::shop::{self, Shop, now, status};
use proptest::prelude::*;
use remit_core::{
    Code, Error, EventKind, Ledger, Money, RunId, RunOrigin, RunState, Runs, Subject,
};
use remit_import::{Field, Standing};
use remit_runs::ProblemCode::{
    self, AccountAmbiguous, AccountUnseen, AmountFarFromUsual, AmountUnreadable, CurrencyUnknown,
    FirstPayout, InvoiceRepeated, InvoiceSimilar, InvoiceUsed, NoAccount, NoAccountInCurrency,
    PayeeAmbiguous, PayeeAmountRepeated, PayeeDeclined, PayeeNotActive, PayeeUnknown,
    SameAmountRecently, SameAmountToCome, TotalTooLarge,
};
use remit_runs::made::{MadeRow, table};
use remit_runs::{Decision, Draft, Filter, Found, NewDraft, RunError};
use std::collections::BTreeMap;

const HEADER: &str = "Payee,Amount,Currency,Invoice ID,Description,Note\n";

fn codes(draft: &Draft, row: usize) -> Vec<ProblemCode> {
    let row = draft.checked().row(row).unwrap();
    row.problems
        .iter()
        .filter(|problem| problem.open())
        .map(|problem| problem.code)
        .collect()
}

fn standing(draft: &Draft, row: usize) -> Standing {
    draft.checked().row(row).unwrap().standing
}

fn agrees(draft: &Draft) {
    let checked = draft.checked();
    let counts = [
        Standing::Ready,
        Standing::Waiting,
        Standing::Refused,
        Standing::Skipped,
    ]
    .map(|standing| checked.count(standing));
    assert_eq!(counts.iter().sum::<usize>(), draft.payout_rows().len());
    assert_eq!(checked.rows().len(), draft.payout_rows().len());
    let parts = [
        Filter::Problems,
        Filter::Ready,
        Filter::Waiting,
        Filter::Skipped,
    ]
    .map(|filter| draft.page(filter, 0, 0).1);
    assert_eq!(
        parts.iter().sum::<usize>(),
        checked.rows().len(),
        "{parts:?}"
    );
    let mut sums = std::collections::BTreeMap::new();
    let (grid, total) = draft.page(Filter::All, 0, usize::MAX);
    assert_eq!(total, checked.rows().len());
    for row in grid {
        if let Some(money) = row.money {
            *sums.entry((row.standing, money.currency)).or_insert(0) += i128::from(money.minor);
        }
        assert!(row.standing != Standing::Waiting || row.asks != row.waits);
        if row.standing == Standing::Ready {
            assert!(matches!(row.payee, Found::One(_)) && row.account.is_some());
            assert!(row.money.is_some_and(|money| money.minor > 0));
            assert!(row.invoice_id.is_some());
        }
    }
    let told = checked.totals();
    assert_eq!(told.len(), sums.len());
    for total in told {
        assert_eq!(sums[&(total.standing, total.currency)], total.minor);
    }
}

#[test]
fn what_is_known_of_files_without_headers_is_looked_at_each_time() {
    let read = |text: &str, known: &[remit_import::Mapping]| {
        let new = NewDraft {
            name: "payroll.csv".to_owned(),
            origin: RunOrigin::File,
            source: text.as_bytes().to_vec(),
            follows: None,
            retries: BTreeMap::new(),
            repeats: BTreeMap::new(),
        };
        let id = RunId(uuid::Uuid::from_u128(7));
        let (draft, _) = new.read(id, now(), known, &mut |_| true).unwrap();
        draft
    };
    for (text, looks) in [
        ("ana@example.com,10.50\n", true),
        ("E-mail,Amount\nana@example.com,10.50\n", false),
    ] {
        let known = read(text, &[]).to_remember().unwrap();
        let next = read(
            &text.replace("10.50", "11.50"),
            std::slice::from_ref(&known),
        );
        assert_eq!(next.settings().mapping, known, "{text}");
        assert_eq!(next.settings().remembered, !looks, "{text}");
    }
}

#[tokio::test]
async fn what_a_file_was_taken_for_says_nothing_of_what_is_made_here() {
    let shop = Shop::new().await;
    let row = MadeRow {
        payee: "ana@example.com".to_owned(),
        amount: "10.00".to_owned(),
        currency: "USD".to_owned(),
        note: "OLD-7".to_owned(),
        ..MadeRow::default()
    };
    let read = |origin, known: &[remit_import::Mapping]| {
        let new = NewDraft {
            name: "payroll.csv".to_owned(),
            origin,
            source: table(std::slice::from_ref(&row)),
            follows: None,
            retries: BTreeMap::new(),
            repeats: BTreeMap::new(),
        };
        let id = RunId(uuid::Uuid::now_v7());
        new.read(id, now(), known, &mut |_| true).unwrap()
    };
    // The template, in which the owner writes their invoice IDs into the note.
    let mut known = read(RunOrigin::File, &[]).0.to_remember().unwrap();
    let note = known.column(Field::Note).unwrap();
    known.set(note, Some(Field::InvoiceId));
    for (origin, kept) in [
        (RunOrigin::File, true),
        (RunOrigin::Pasted, true),
        (RunOrigin::Copied, false),
        (RunOrigin::Composed, false),
        (RunOrigin::Retried, false),
        (RunOrigin::Left, false),
    ] {
        let (mut draft, content) = read(origin, std::slice::from_ref(&known));
        let run = draft.run().clone();
        let run = shop.ledger.record_run(run, content, Vec::new()).await;
        draft.set_run(run.unwrap());
        let ledger = &*shop.ledger;
        draft.check(ledger, ledger, now(), true).await.unwrap();
        let invoice = draft.checked().rows()[0].invoice_id.clone().unwrap();
        assert_eq!(invoice == "OLD-7", kept, "{origin:?}: {invoice}");
    }
}

#[tokio::test]
async fn each_fault_is_told_at_its_row() {
    let shop = Shop::new().await;
    shop.sent("ana", 10_000, "OLD-7").await;
    let file = format!(
        "{HEADER}ana@example.com,10.00,USD,A-1,,\n\
         nobody@example.com,10.00,USD,A-2,,\n\
         Li Wei,10.00,USD,A-3,,\n\
         pending@example.com,10.00,USD,A-4,,\n\
         declined@example.com,10.00,USD,A-5,,\n\
         bare@example.com,10.00,USD,A-6,,\n\
         ana@example.com,10.00,EUR,A-7,,\n\
         twice@example.com,10.00,USD,A-8,,\n\
         ana@example.com,11.00,USD,OLD-7,,\n\
         ana@example.com,ten,USD,A-9,,\n\
         ana@example.com,12.00,DOGE,A-10,,\n\
         ana@example.com,13.00,USD,B-1,,\n\
         ana@example.com,14.00,USD,B-1,,\n\
         ana@example.com,15.00,USD,INV-0099,,\n\
         ana@example.com,16.00,USD,99,,\n\
         bo@example.com,17.00,USD,C-1,,\n\
         ana@example.com,100.00,USD,C-2,,\n\
         ana@example.com,10.00,USD,C-3,,\n\
         ana@example.com,18.00,USD,,,\n"
    );
    let draft = shop.draft(&file).await;
    let expected: [(usize, &[ProblemCode]); 19] = [
        (1, &[PayeeAmountRepeated]),
        (2, &[PayeeUnknown]),
        (3, &[PayeeAmbiguous]),
        (4, &[PayeeNotActive]),
        (5, &[PayeeDeclined]),
        (6, &[NoAccount]),
        (7, &[NoAccountInCurrency]),
        (8, &[AccountAmbiguous]),
        (9, &[InvoiceUsed]),
        (10, &[AmountUnreadable]),
        (11, &[CurrencyUnknown]),
        (12, &[InvoiceRepeated]),
        (13, &[InvoiceRepeated]),
        (14, &[InvoiceSimilar]),
        (15, &[InvoiceSimilar]),
        (16, &[]),
        (17, &[SameAmountRecently]),
        (18, &[PayeeAmountRepeated]),
        (19, &[]),
    ];
    for (row, expected) in expected {
        assert_eq!(codes(&draft, row), expected, "row {row}");
    }
    let used = &draft.checked().row(9).unwrap().problems[0];
    assert!(
        used.params
            .iter()
            .any(|(name, value)| *name == "name" && value == "Ana Ruiz")
    );
    for (row, expected) in [
        (2, Standing::Refused),
        (3, Standing::Waiting),
        (4, Standing::Waiting),
        (5, Standing::Refused),
        (9, Standing::Refused),
        (14, Standing::Waiting),
        (19, Standing::Ready),
    ] {
        assert_eq!(standing(&draft, row), expected, "row {row}");
    }
    let own = draft.checked().row(19).unwrap().invoice_id.clone().unwrap();
    assert!(own.starts_with("INV-"), "Remit's own number: {own}");
    agrees(&draft);
}

#[tokio::test]
async fn a_payee_is_found_however_it_is_named_and_never_guessed() {
    let shop = Shop::new().await;
    let ana = shop.payee("ana").clone();
    let header = "Customer number,Payee code,E-mail,Payee name,Amount,Currency\n";
    let number = ana.customer_no.clone().unwrap();
    let code = ana.id.customer_code();
    let file = format!(
        "{header}{number},,,,1.00,USD\n,{code},,,2.00,USD\n,,ANA@example.com,,3.00,USD\n\
         ,,,ana  ruiz,4.00,USD\n,,ana@example.com,Ana Ruiz,5.00,USD\n,,ana@example.com,Bo Ek,6.00,USD\n\
         ,,ana@example.com,Somebody,7.00,USD\n,,,Somebody,8.00,USD\n"
    );
    let draft = shop.draft(&file).await;
    let one = Found::One(draft.book().place(ana.id).unwrap());
    for row in 1..=5 {
        assert_eq!(draft.checked().row(row).unwrap().payee, one, "row {row}");
    }
    let several = |row: usize| match &draft.checked().row(row).unwrap().payee {
        Found::Several(places) => places.len(),
        other => panic!("row {row} must ask: {other:?}"),
    };
    assert_eq!(several(6), 2, "the address says one, the name another");
    assert_eq!(
        several(7),
        1,
        "the name fits nobody: is it the one with the address?"
    );
    assert_eq!(draft.checked().row(8).unwrap().payee, Found::Unknown);
}

#[tokio::test]
async fn what_is_typed_and_said_survives_a_crash() {
    let shop = Shop::new().await;
    let file = "E-mail,Amount\nnobody@example.com,1.00\nbo@example.com,2.00\npending@example.com,3.00\ntwice@example.com,4.00\nbo@example.com,5.00\n";
    let mut draft = shop.draft(file).await;
    let id = draft.run().id;
    let edits: Vec<_> = [
        (1, Field::Payee, "Ana Ruiz"),
        (1, Field::Currency, "USD"),
        (2, Field::Currency, "USD"),
        (3, Field::Currency, "USD"),
        (4, Field::Currency, "USD"),
        (5, Field::Currency, "USD"),
        (1, Field::InvoiceId, "TYPED-1"),
        (1, Field::Description, "=1+1"),
        (1, Field::Amount, "1.50"),
    ]
    .map(|(row, field, text)| (row, field, text.to_owned()))
    .into();
    let kept = draft.edit(&edits).unwrap();
    kept.record(&*shop.ledger, id).await.unwrap();
    draft
        .check(&*shop.ledger, &*shop.ledger, now(), false)
        .await
        .unwrap();
    let chosen = shop.account("twice", 1).token.clone();
    for (row, decision) in [
        (3, Decision::Wait(true)),
        (4, Decision::Account(chosen.clone())),
        (5, Decision::Skip),
    ] {
        let kept = draft.decide(&[row], &decision).unwrap();
        kept.record(&*shop.ledger, id).await.unwrap();
    }
    draft
        .check(&*shop.ledger, &*shop.ledger, now(), false)
        .await
        .unwrap();
    let accept = Decision::Accept {
        codes: vec![AccountUnseen],
        reason: "Asked on the telephone".to_owned(),
    };
    let kept = draft.decide(&[1, 2, 3, 4], &accept).unwrap();
    kept.record(&*shop.ledger, id).await.unwrap();
    draft
        .check(&*shop.ledger, &*shop.ledger, now(), false)
        .await
        .unwrap();

    let again = shop.open(id).await;
    assert_eq!(
        again.checked(),
        draft.checked(),
        "opened again it is the same"
    );
    assert_eq!(again.cell(1, Field::Payee), ("Ana Ruiz", true));
    assert_eq!(again.cell(1, Field::Description), ("=1+1", true));
    for row in [1, 2, 4] {
        assert_eq!(
            standing(&again, row),
            Standing::Ready,
            "{:?}",
            codes(&again, row)
        );
    }
    assert!(again.checked().row(3).unwrap().waits);
    assert_eq!(standing(&again, 5), Standing::Skipped);
    let row = again.checked().row(1).unwrap();
    assert_eq!(row.money.unwrap().to_string(), "USD 1.50");
    assert_eq!(row.invoice_id.as_deref(), Some("TYPED-1"));
    agrees(&again);

    // What was accepted was accepted of what stood there.
    let mut again = again;
    let kept = again
        .edit(&[(3, Field::Amount, "2000.00".to_owned())])
        .unwrap();
    kept.record(&*shop.ledger, id).await.unwrap();
    again
        .check(&*shop.ledger, &*shop.ledger, now(), false)
        .await
        .unwrap();
    assert_eq!(codes(&again, 3), [PayeeNotActive, AccountUnseen]);
}

#[tokio::test]
async fn a_release_is_of_what_was_reviewed_and_keeps_each_reason() {
    let shop = Shop::new().await;
    for minor in [900, 1000, 1100] {
        shop.sent("ana", minor, &format!("OLD-{minor}")).await;
    }
    let file = format!(
        "{HEADER}ana@example.com,500.00,USD,A-1,May,secret\npending@example.com,20.00,USD,A-2,,\n\
         nobody@example.com,1.00,USD,A-3,,\nana@example.com,12.00,USD,A-4,,\n"
    );
    let mut draft = shop.draft(&file).await;
    let id = draft.run().id;
    assert_eq!(codes(&draft, 1), [AmountFarFromUsual]);
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert!(!review.may_release, "a warning is open");
    assert_eq!((review.count, review.waits), (1, 0));
    let refused = draft
        .release(
            &*shop.ledger,
            &shop::turn(&draft).await,
            now(),
            &review.review,
            None,
        )
        .await;
    assert_eq!(code(refused), Code::RunWarningsOpen);

    let accept = Decision::Accept {
        codes: vec![AmountFarFromUsual],
        reason: "A bonus".to_owned(),
    };
    let before = review.review;
    say(&shop, &mut draft, &[2], Decision::Wait(true)).await;
    let unseen = Decision::Accept {
        codes: vec![AccountUnseen],
        reason: "She registers it today".to_owned(),
    };
    say(&shop, &mut draft, &[2], unseen).await;
    say(&shop, &mut draft, &[1], accept).await;
    let stale = draft
        .release(
            &*shop.ledger,
            &shop::turn(&draft).await,
            now(),
            &before,
            None,
        )
        .await;
    assert_eq!(code(stale), Code::ReviewChanged);
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert!(review.may_release);
    assert_eq!((review.count, review.waits), (2, 1));
    let usd = |minor| Money::new(minor, remit_core::Currency::USD);
    assert_eq!(review.totals, [usd(53_200)]);
    let kept = shop.ledger.run_rows(id, &[], None, 10).await.unwrap();
    let again = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert_eq!(
        again.review, review.review,
        "nothing changed, so the review is the same"
    );
    let still = shop.ledger.run_rows(id, &[], None, 10).await.unwrap();
    assert_eq!(still, kept, "the same rows are not written again");
    let run = draft
        .release(
            &*shop.ledger,
            &shop::turn(&draft).await,
            now(),
            &review.review,
            None,
        )
        .await
        .unwrap();
    assert_eq!(run.state, RunState::Released);

    let rows = shop.ledger.run_rows(id, &[], None, 10).await.unwrap();
    let sent: Vec<_> = rows
        .iter()
        .map(|outcome| (outcome.row.row, outcome.row.state))
        .collect();
    use remit_core::RowState::{Queued, Waiting};
    assert_eq!(sent, [(1, Queued), (2, Waiting), (4, Queued)]);
    assert_eq!(rows[0].row.description, "May");
    assert_eq!(
        rows[0].row.account_seen,
        remit_runs::account_seen(&shop.account("ana", 0))
    );
    assert_eq!(rows[1].row.account_token, None);
    let events = shop.ledger.events(Subject::Run(id)).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.event.kind).collect();
    let [.., released, accepted, unseen] = kinds[..] else {
        panic!("{kinds:?}");
    };
    assert_eq!(released, EventKind::RunReleased);
    assert_eq!([accepted, unseen], [EventKind::WarningAccepted; 2]);
    let accepted = &events[events.len() - 2].event;
    assert_eq!(accepted.reason.as_deref(), Some("A bonus"));
    let evidence = accepted.evidence.clone().unwrap();
    assert!(
        evidence.contains("amount_far_from_usual") && evidence.contains("A-1"),
        "{evidence}"
    );
}

fn code<T: std::fmt::Debug>(result: Result<T, RunError>) -> Code {
    match result.unwrap_err() {
        RunError::Core(error) => Error::code(&error),
        RunError::Read(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_same_file_again_knows_the_rows_that_were_paid() {
    let shop = Shop::new().await;
    shop.sent("ana", 100, "OLD-1").await;
    let file = "Payee,Amount,Currency\nana@example.com,30.00,USD\nnobody@example.com,31.00,USD\n";
    let mut first = shop.draft(file).await;
    let review = first.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert!(!review.may_release || review.count == 1);
    let kept = first
        .decide(&first.rows_with(AmountFarFromUsual), &Decision::Skip)
        .unwrap();
    kept.record(&*shop.ledger, first.run().id).await.unwrap();
    first
        .check(&*shop.ledger, &*shop.ledger, now(), true)
        .await
        .unwrap();
    let review = first.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert_eq!(review.count, 1, "{:?}", first.checked());
    first
        .release(
            &*shop.ledger,
            &shop::turn(&first).await,
            now(),
            &review.review,
            None,
        )
        .await
        .unwrap();
    let second = shop.draft(file).await;
    assert_eq!(codes(&second, 1), [InvoiceUsed], "it is to be sent already");
    assert_eq!(
        codes(&second, 2),
        [PayeeUnknown],
        "it was not in the first run"
    );
    let known = shop
        .ledger
        .runs_of_content(&second.run().content_hash)
        .await
        .unwrap();
    assert_eq!(known.len(), 2);
}

#[tokio::test]
async fn first_payouts_are_told_at_the_review_and_want_no_word() {
    let shop = Shop::new().await;
    let file = format!(
        "{HEADER}ana@example.com,41.00,USD,A-1,,\nbo@example.com,42.00,USD,A-2,,\nbo@example.com,42.00,USD,A-3,,\n"
    );
    let mut draft = shop.draft(&file).await;
    assert_eq!(standing(&draft, 1), Standing::Ready);
    assert_eq!(
        codes(&draft, 2),
        [PayeeAmountRepeated],
        "what is twice is asked about"
    );
    let accept = |codes| Decision::Accept {
        codes,
        reason: "Two months".to_owned(),
    };
    let refused = draft.decide(&[1], &accept(vec![FirstPayout]));
    assert_eq!(code(refused), Code::FieldInvalid);
    say(
        &shop,
        &mut draft,
        &[2, 3],
        accept(vec![PayeeAmountRepeated]),
    )
    .await;
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert!(review.may_release, "{review:?}");
    let warned: Vec<_> = review.warnings.iter().map(|one| one.code).collect();
    assert_eq!(warned, [PayeeAmountRepeated]);
    let noted: Vec<_> = review
        .notes
        .iter()
        .map(|one| (one.code, one.rows))
        .collect();
    assert_eq!(noted, [(FirstPayout, 3)]);
}

#[tokio::test]
async fn an_invoice_that_was_paid_under_another_spelling_wants_a_word() {
    let shop = Shop::new().await;
    shop.sent("ana", 10_000, "INV-0042").await;
    let file = format!(
        "{HEADER}ana@example.com,41.00,USD,inv 42,,\nbo@example.com,42.00,USD,#42,,\nana@example.com,43.00,USD,420,,\n"
    );
    let draft = shop.draft(&file).await;
    assert_eq!(codes(&draft, 1), [InvoiceSimilar]);
    let similar = &draft.checked().row(1).unwrap().problems[0];
    assert!(similar.params.contains(&("invoice", "INV-0042".to_owned())));
    assert_eq!(codes(&draft, 2), [InvoiceSimilar], "like the row before");
    assert_eq!(codes(&draft, 3), []);
}

#[tokio::test]
async fn remits_own_numbers_are_nobody_elses() {
    let shop = Shop::new().await;
    let file =
        "Payee,Amount,Currency,Invoice ID\nana@example.com,30.00,USD,\nbo@example.com,31.00,USD,\n";
    let first = shop.draft(file).await;
    let own = |draft: &Draft, row| {
        draft
            .checked()
            .row(row)
            .unwrap()
            .invoice_id
            .clone()
            .unwrap()
    };
    assert_ne!(own(&first, 1), own(&first, 2));
    let again = shop.open(first.run().id).await;
    assert_eq!(own(&again, 2), own(&first, 2), "they stay with their rows");
    // Another payout takes one of them meanwhile.
    shop.sent("ana", 500, &own(&first, 2)).await;
    let moved = shop.open(first.run().id).await;
    assert_ne!(own(&moved, 2), own(&first, 2));
    assert!(!codes(&moved, 2).contains(&InvoiceUsed));
}

#[tokio::test]
async fn a_status_that_changes_is_seen_when_the_draft_is_looked_at_afresh() {
    let shop = Shop::new().await;
    let file = format!("{HEADER}ana@example.com,10.00,USD,A-1,,\n");
    let mut draft = shop.draft(&file).await;
    status(&shop, "ana", remit_core::PayeeStatus::Deactivated).await;
    draft
        .check(&*shop.ledger, &*shop.ledger, now(), true)
        .await
        .unwrap();
    assert_eq!(codes(&draft, 1), [PayeeDeclined]);
}

#[tokio::test]
async fn ten_thousand_rows_are_checked_soon() {
    let shop = Shop::new().await;
    let mut file = HEADER.to_owned();
    for row in 0..10_000 {
        let cents = row % 100;
        file += &format!("ana@example.com,{row}.{cents:02},USD,A-{row},,\n");
    }
    let begun = std::time::Instant::now();
    let draft = shop.draft(&file).await;
    assert_eq!(draft.checked().rows().len(), 10_000);
    // Not a benchmark: without the batch reads it takes minutes.
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// For any file: rows = ready + waiting + refused + skipped, and the sums agree with the grid.
    #[test]
    fn rows_and_sums_agree(
        rows in prop::collection::vec((
            prop::sample::select(vec!["ana@example.com", "bo@example.com", "Li Wei", "", "x", "pending@example.com", "twice@example.com", "Total"]),
            prop::sample::select(vec!["5.00", "1,250.00", "1.250", "", "-1", "x", "99999999999", "7"]),
            prop::sample::select(vec!["USD", "EUR", "KRW", "", "DOGE"]),
            prop::sample::select(vec!["1", "01", "INV-1", "2", "", "3"]),
        ), 1..30),
        said in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8), 0..12),
        typed in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec!["ana@example.com", "8.00", "", "USD"])), 0..6),
    ) {
        // A row of empty cells is none.
        prop_assume!(rows.iter().any(|(payee, amount, currency, invoice)| {
            [payee, amount, currency, invoice].iter().any(|cell| !cell.is_empty())
        }));
        let mut file = "Payee,Amount,Currency,Invoice ID\n".to_owned();
        for (payee, amount, currency, invoice) in &rows {
            file += &format!("{payee},\"{amount}\",{currency},{invoice}\n");
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let shop = Shop::new().await;
            let mut draft = shop.draft(&file).await;
            agrees(&draft);
            let fields = [Field::Payee, Field::Amount, Field::Currency, Field::Note];
            let rows = draft.payout_rows();
            for (number, (index, text)) in typed.iter().enumerate() {
                let row = u32::try_from(rows.start + index.index(rows.len())).unwrap();
                let kept = draft.edit(&[(row, fields[number % 4], (*text).to_owned())]).unwrap();
                kept.record(&*shop.ledger, draft.run().id).await.unwrap();
            }
            for (index, what) in &said {
                let row = u32::try_from(rows.start + index.index(rows.len())).unwrap();
                let codes = vec![PayeeAmountRepeated, InvoiceSimilar, AccountUnseen];
                let decision = match what {
                    0 => Decision::Skip,
                    1 => Decision::Include,
                    2 => Decision::Wait(true),
                    _ => Decision::Accept { codes, reason: String::new() },
                };
                let kept = draft.decide(&[row], &decision).unwrap();
                kept.record(&*shop.ledger, draft.run().id).await.unwrap();
                draft.check(&*shop.ledger, &*shop.ledger, now(), false).await.unwrap();
                agrees(&draft);
            }
            draft.check(&*shop.ledger, &*shop.ledger, now(), true).await.unwrap();
            agrees(&draft);
            let again = shop.open(draft.run().id).await;
            assert_eq!(again.checked(), draft.checked());
            let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
            assert_eq!(review.count, draft.checked().count(Standing::Ready));
            let waits = draft.checked().rows().iter().filter(|row| row.waits).count();
            assert_eq!(review.waits, waits);
        });
    }
}

/// Releases what of a draft can be sent.
async fn release(shop: &Shop, draft: &mut Draft) {
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    let turn = shop::turn(draft).await;
    let released = draft.release(&*shop.ledger, &turn, now(), &review.review, None);
    released.await.unwrap();
}

async fn say(shop: &Shop, draft: &mut Draft, rows: &[u32], decision: Decision) {
    let kept = draft.decide(rows, &decision).unwrap();
    kept.record(&*shop.ledger, draft.run().id).await.unwrap();
    let checked = draft.check(&*shop.ledger, &*shop.ledger, now(), true);
    checked.await.unwrap();
}

#[tokio::test]
async fn what_a_released_run_is_still_to_pay_wants_a_word() {
    let shop = Shop::new().await;
    shop.sent("ana", 100, "OLD-1").await;
    let file =
        format!("{HEADER}ana@example.com,30.00,USD,INV-0042,,\nana@example.com,31.00,USD,Z-1,,\n");
    let mut first = shop.draft(&file).await;
    let run = first.run().id;
    release(&shop, &mut first).await;
    let file = format!(
        "{HEADER}ana@example.com,32.00,USD,inv 42,,\nana@example.com,31.00,USD,Z-2,,\n\
         ana@example.com,33.00,USD,Z-1,,\nbo@example.com,31.00,USD,Z-3,,\n"
    );
    let second = shop.draft(&file).await;
    for (row, expected) in [
        (1, &[InvoiceSimilar][..]),
        (2, &[SameAmountToCome]),
        (3, &[InvoiceUsed]),
        (4, &[]),
    ] {
        assert_eq!(codes(&second, row), expected, "row {row}");
    }
    for row in 1..=3 {
        let problem = &second.checked().row(row).unwrap().problems[0];
        let params = &problem.params;
        assert!(params.contains(&("run", run.to_string())), "{params:?}");
    }
}

#[tokio::test]
async fn a_payout_that_has_not_left_wants_a_word_however_old_it_is() {
    let shop = Shop::new().await;
    shop.sent("ana", 100, "OLD-1").await;
    let waits = shop.waits(3_000, "OLD-2", 30).await;
    let lately = shop.waits(3_100, "OLD-3", 2).await;
    let file = format!(
        "{HEADER}ana@example.com,30.00,USD,A-1,,\nana@example.com,31.00,USD,A-2,,\n\
         ana@example.com,32.00,USD,A-3,,\n"
    );
    let draft = shop.draft(&file).await;
    for (row, payout) in [(1, waits), (2, lately)] {
        assert_eq!(codes(&draft, row), [SameAmountToCome], "named once");
        let params = &draft.checked().row(row).unwrap().problems[0].params;
        assert_eq!(*params, [("payout", payout.to_string())]);
    }
    assert_eq!(codes(&draft, 3), []);
}

#[tokio::test]
async fn of_two_runs_in_review_with_the_same_rows_the_second_is_told() {
    let shop = Shop::new().await;
    shop.sent("ana", 100, "OLD-1").await;
    let mut drafts = Vec::new();
    for invoice in ["A-1", "B-1"] {
        let file = format!("{HEADER}ana@example.com,30.00,USD,{invoice},,\n");
        let mut draft = shop.draft(&file).await;
        let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
        assert!(review.may_release, "{:?}", draft.checked());
        drafts.push((draft, review.review));
    }
    let (first, review) = &mut drafts[0];
    let turn = shop::turn(first).await;
    let released = first.release(&*shop.ledger, &turn, now(), review, None);
    released.await.unwrap();
    // As the release of the window does.
    let (second, review) = &mut drafts[1];
    second
        .check(&*shop.ledger, &*shop.ledger, now(), true)
        .await
        .unwrap();
    second.review(&*shop.ledger, &shop.ids).await.unwrap();
    let refused = second
        .release(
            &*shop.ledger,
            &shop::turn(second).await,
            now(),
            review,
            None,
        )
        .await;
    assert_eq!(code(refused), Code::ReviewChanged);
    assert_eq!(codes(second, 1), [SameAmountToCome]);
}

#[tokio::test]
async fn a_restored_draft_keeps_its_own_numbers_and_says_which_are_paid() {
    let shop = Shop::new().await;
    shop.sent("bo", 100, "OLD-1").await;
    let file = "Payee,Amount,Currency\nana@example.com,30.00,USD\nbo@example.com,31.00,USD\n";
    let draft = shop.draft(file).await;
    let numbers: Vec<String> = [1, 2]
        .map(|row| {
            draft
                .checked()
                .row(row)
                .unwrap()
                .invoice_id
                .clone()
                .unwrap()
        })
        .into();
    // The ledger is put back; the comparison finds at Pockyt what the lost one paid of the run.
    let recovery = remit_core::Recovery {
        cause: remit_core::RecoveryCause::Restored,
        since: now() + jiff::SignedDuration::from_mins(1),
        done_at: Some(now() + jiff::SignedDuration::from_mins(2)),
        found: 1,
        replaced: None,
    };
    shop.ledger
        .record_recovery(recovery, Vec::new())
        .await
        .unwrap();
    shop.sent("ana", 3_000, &numbers[0]).await;
    let again = shop.open(draft.run().id).await;
    assert!(
        codes(&again, 1).contains(&InvoiceUsed),
        "{:?}",
        codes(&again, 1)
    );
    assert_eq!(standing(&again, 1), Standing::Refused);
    let kept = again.checked().row(2).unwrap().invoice_id.as_ref();
    assert_eq!(kept, Some(&numbers[1]), "the others keep theirs");
    assert!(!codes(&again, 2).contains(&InvoiceUsed));
}

#[tokio::test]
async fn a_row_that_waits_wants_a_word_about_the_account_that_nobody_has_seen() {
    let shop = Shop::new().await;
    let file = format!("{HEADER}pending@example.com,30.00,USD,A-1,,\n");
    let mut draft = shop.draft(&file).await;
    say(&shop, &mut draft, &[1], Decision::Wait(true)).await;
    assert_eq!(codes(&draft, 1), [PayeeNotActive, AccountUnseen]);
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert!(!review.may_release && review.waits == 0, "{review:?}");
    let unseen = review.warnings.iter().find(|one| one.code == AccountUnseen);
    assert_eq!(unseen.map(|one| (one.rows, one.accepted)), Some((1, 0)));
    let accept = Decision::Accept {
        codes: vec![AccountUnseen],
        reason: "She sends her number".to_owned(),
    };
    say(&shop, &mut draft, &[1], accept).await;
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert!(review.may_release && review.waits == 1, "{review:?}");
    release(&shop, &mut draft).await;
    let events = shop
        .ledger
        .events(Subject::Run(draft.run().id))
        .await
        .unwrap();
    let last = &events.last().unwrap().event;
    assert_eq!(last.kind, EventKind::WarningAccepted);
    assert!(last.evidence.as_ref().unwrap().contains("account_unseen"));
}

#[tokio::test]
async fn a_row_that_waits_is_held_against_what_was_paid() {
    let shop = Shop::new().await;
    shop.sent("bare", 3_000, "OLD-1").await;
    let file = format!("{HEADER}bare@example.com,30.00,USD,A-1,,\n");
    let draft = shop.draft(&file).await;
    assert_eq!(codes(&draft, 1), [NoAccount, SameAmountRecently]);
}

#[tokio::test]
async fn a_retry_whose_payee_is_typed_over_is_one_no_more() {
    let shop = Shop::new().await;
    let failed = shop.sent("ana", 3_000, "OLD-1").await;
    let source = format!("{HEADER}ana@example.com,30.00,USD,OLD-1-R2,,\n").into_bytes();
    let mut draft = shop
        .following(source, RunOrigin::Retried, &[(1, failed)])
        .await;
    let linked = async |draft: &mut Draft| {
        draft.review(&*shop.ledger, &shop.ids).await.unwrap();
        let rows = shop.ledger.run_rows(draft.run().id, &[], None, 9).await;
        rows.unwrap()
            .first()
            .and_then(|outcome| outcome.row.retry_of)
    };
    assert_eq!(codes(&draft, 1), [InvoiceUsed], "it did not fail yet");
    let kept = draft
        .edit(&[(1, Field::Payee, "bo@example.com".to_owned())])
        .unwrap();
    kept.record(&*shop.ledger, draft.run().id).await.unwrap();
    draft
        .check(&*shop.ledger, &*shop.ledger, now(), true)
        .await
        .unwrap();
    assert_eq!(codes(&draft, 1), []);
    assert_eq!(linked(&mut draft).await, None, "Bo was not paid before");
}

#[tokio::test]
async fn a_sum_beyond_what_an_amount_can_be_refuses_the_row_that_makes_it() {
    let shop = Shop::new().await;
    shop.sent("ana", 100, "OLD-1").await;
    let most = "90000000000000000.00";
    let file = format!(
        "{HEADER}ana@example.com,{most},USD,A-1,,\nbo@example.com,{most},USD,A-2,,\nbo@example.com,1.00,USD,A-3,,\n"
    );
    let mut draft = shop.draft(&file).await;
    assert_eq!(standing(&draft, 1), Standing::Ready);
    assert_eq!(standing(&draft, 2), Standing::Refused);
    assert!(codes(&draft, 2).contains(&TotalTooLarge));
    assert!(
        !codes(&draft, 3).contains(&TotalTooLarge),
        "there is room for it"
    );
    agrees(&draft);
    let review = draft.review(&*shop.ledger, &shop.ids).await.unwrap();
    assert_eq!(review.totals.len(), 1, "no sum is left out");
}

#[tokio::test]
async fn a_made_table_is_read_as_it_was_meant() {
    use remit_runs::made::{MadeRow, table};
    let shop = Shop::new().await;
    let money = Money::new(125_050, remit_core::Currency::USD);
    let row = MadeRow {
        invoice_id: "INV-1-R2".to_owned(),
        description: "=SUM(A1)".to_owned(),
        note: "a, \"b\"".to_owned(),
        ..MadeRow::to(shop.payee("ana"))
    };
    let source = table(&[row.pay(money), MadeRow::to(shop.payee("bo"))]);
    let draft = shop.made(source, RunOrigin::Copied).await;
    assert_eq!(draft.checked().row(1).unwrap().money, Some(money));
    assert_eq!(draft.cell(1, Field::Description), ("=SUM(A1)", false));
    assert_eq!(draft.cell(1, Field::Note), ("a, \"b\"", false));
    assert_eq!(
        draft.checked().row(1).unwrap().invoice_id.as_deref(),
        Some("INV-1-R2")
    );
    assert_eq!(
        standing(&draft, 2),
        Standing::Refused,
        "an amount is to be filled in"
    );
    assert_eq!((draft.line(1), draft.line(2)), (1, 2), "there is no file");
}
