//! Step 5: what may be paid, what the review shows and binds, and what the owner may do afterwards.

use crate::support::{Fate, World, account, code, refusal, trouble};
use futures_util::FutureExt;
use jiff::SignedDuration;
use remit_core::{
    AccountToken, Certainty, Changed, Channel, Code, Draft, Engine, Payee, PayeeId, PayoutId,
    Refusal, State, Unusual, WireStatus,
};
use std::pin::pin;
use std::sync::Arc;
use uuid::Uuid;

/// Both ways in refuse with the same code and field, and nothing is released.
async fn refused(
    world: &World,
    engine: &Engine,
    draft: &Draft,
    expected: Code,
    field: Option<&str>,
) {
    let error = engine
        .preview_payout(draft)
        .await
        .expect_err("the review must refuse");
    assert_eq!(
        (error.code(), error.field().as_deref()),
        (expected, field),
        "{error}"
    );
    let error = engine
        .submit_payout(draft, "any")
        .await
        .expect_err("the release must refuse");
    assert_eq!(
        (error.code(), error.field().as_deref()),
        (expected, field),
        "{error}"
    );
    assert!(world.ledger.payout_by_id(draft.id).is_none());
}

#[tokio::test]
async fn amounts_and_currencies_that_cannot_be_paid() {
    let (world, engine, payee) = World::with_payee().await;
    for (amount, currency, expected, field) in [
        ("0", "USD", Code::AmountNotPositive, "amount"),
        ("0.00", "USD", Code::AmountNotPositive, "amount"),
        ("-5", "USD", Code::AmountNotPositive, "amount"),
        ("1.005", "USD", Code::AmountTooPrecise, "amount"),
        (
            "99999999999999999999",
            "USD",
            Code::AmountTooLarge,
            "amount",
        ),
        ("1,000.00", "USD", Code::AmountUnreadable, "amount"),
        ("", "USD", Code::AmountUnreadable, "amount"),
        ("5", "XYZ", Code::CurrencyUnknown, "currency"),
        ("5", "", Code::CurrencyUnknown, "currency"),
        ("500.5", "KRW", Code::AmountTooPrecise, "amount"),
        ("500", "KRW", Code::AccountNotUsable, "currency"),
    ] {
        let mut draft = world.draft(&payee, amount);
        draft.currency = currency.to_owned();
        refused(&world, &engine, &draft, expected, Some(field)).await;
    }
}

#[tokio::test]
async fn a_payout_that_has_not_left_is_a_doubt_however_old_it_is() {
    let (world, engine, payee) = World::with_payee().await;
    let waits = world.release(&engine, &world.draft(&payee, "110.00")).await;
    // Its run was paused before Christmas; others were paid since.
    world.clock.advance(SignedDuration::from_hours(24 * 30));
    let again = world.draft(&payee, "110.00");
    let preview = engine.preview_payout(&again).await.unwrap();
    let doubt = Unusual::SameAmountRecently {
        payout: waits.id,
        run: None,
    };
    assert!(preview.unusual.contains(&doubt), "{:?}", preview.unusual);
    engine.cancel_payout(waits.id).await.unwrap();
    let preview = engine.preview_payout(&again).await.unwrap();
    assert!(!preview.unusual.contains(&doubt), "it never will");
}

#[tokio::test]
async fn texts_that_pockyt_does_not_take() {
    let (world, engine, payee) = World::with_payee().await;
    let draft = world.draft(&payee, "5.00");
    let cases = [
        (
            Draft {
                invoice_id: "  ".to_owned(),
                ..draft.clone()
            },
            Code::FieldMissing,
            "invoiceId",
        ),
        (
            Draft {
                invoice_id: "x".repeat(65),
                ..draft.clone()
            },
            Code::TextTooLong,
            "invoiceId",
        ),
        (
            Draft {
                description: "x".repeat(101),
                ..draft.clone()
            },
            Code::TextTooLong,
            "description",
        ),
        (
            Draft {
                note: "款".repeat(101),
                ..draft.clone()
            },
            Code::TextTooLong,
            "note",
        ),
    ];
    for (wrong, expected, field) in cases {
        refused(&world, &engine, &wrong, expected, Some(field)).await;
    }
    let fits = Draft {
        invoice_id: "x".repeat(64),
        description: "款".repeat(100),
        ..draft.clone()
    };
    world.release(&engine, &fits).await;
    // What cannot be put on the wire is refused while the owner is looking.
    let unsendable = Draft {
        invoice_id: "INV\n1".to_owned(),
        ..world.draft(&payee, "5.00")
    };
    let review = engine.preview_payout(&unsendable).await.unwrap().review;
    assert_eq!(
        code(engine.submit_payout(&unsendable, &review).await),
        Code::GatewayRefused
    );
    assert!(world.ledger.payout_by_id(unsendable.id).is_none());
}

#[tokio::test]
async fn an_invoice_id_is_used_once() {
    let (world, engine, payee) = World::with_payee().await;
    let first = world.draft(&payee, "5.00");
    world.release(&engine, &first).await;
    let mut second = world.draft(&payee, "5.00");
    second.invoice_id = format!(" {} ", first.invoice_id);
    refused(
        &world,
        &engine,
        &second,
        Code::InvoiceIdUsed,
        Some("invoiceId"),
    )
    .await;
    // Used while the owner was reading the review.
    let (mine, theirs) = (world.draft(&payee, "1.00"), world.draft(&payee, "2.00"));
    let theirs = Draft {
        invoice_id: mine.invoice_id.clone(),
        ..theirs
    };
    let review = engine.preview_payout(&mine).await.unwrap().review;
    world.release(&engine, &theirs).await;
    assert_eq!(
        code(engine.submit_payout(&mine, &review).await),
        Code::InvoiceIdUsed
    );
}

#[tokio::test]
async fn a_payee_that_is_not_active_is_not_paid() {
    let (world, engine, payee) = World::with_payee().await;
    for status in ["PENDING", "Declined", "DEACTIVATED", "no such word"] {
        world.pockyt.set_payee_status(status);
        refused(
            &world,
            &engine,
            &world.draft(&payee, "5.00"),
            Code::PayeeNotActive,
            None,
        )
        .await;
    }
    let draft = world.draft(&payee, "5.00");
    world.pockyt.set_payee_status("ACTIVE");
    let review = engine.preview_payout(&draft).await.unwrap().review;
    world.pockyt.set_payee_status("DECLINED");
    assert_eq!(
        code(engine.submit_payout(&draft, &review).await),
        Code::PayeeNotActive
    );

    let registering = world.registration();
    let stranger = Payee {
        id: registering.payee_id,
        ..payee.clone()
    };
    refused(
        &world,
        &engine,
        &world.draft(&stranger, "5.00"),
        Code::PayeeNotFound,
        None,
    )
    .await;
    let lost = trouble(Certainty::Unknown, Refusal::Timeout);
    world.pockyt.register_fates([Fate::Fails(lost)]);
    engine.register_payee(registering).await.unwrap_err();
    refused(
        &world,
        &engine,
        &world.draft(&stranger, "5.00"),
        Code::PayeeNotRegistered,
        None,
    )
    .await;
}

#[tokio::test]
async fn an_account_that_cannot_be_used_or_vanished_is_not_paid_to() {
    let (world, engine, payee) = World::with_payee().await;
    let number = payee.customer_no.clone().unwrap();
    let draft = world.draft(&payee, "5.00");
    let never = Draft {
        account_token: AccountToken::from("2010-never"),
        ..draft.clone()
    };
    refused(
        &world,
        &engine,
        &never,
        Code::AccountGone,
        Some("accountToken"),
    )
    .await;
    for status in ["pending", "INVALID", "frozen"] {
        world
            .pockyt
            .set_accounts(&number, vec![account("2010-usd", status)]);
        refused(
            &world,
            &engine,
            &draft,
            Code::AccountNotUsable,
            Some("accountToken"),
        )
        .await;
    }
    world
        .pockyt
        .set_accounts(&number, vec![account("2010-usd", "ACTIVATED")]);
    let review = engine.preview_payout(&draft).await.unwrap().review;
    world.pockyt.set_accounts(&number, Vec::new());
    assert_eq!(
        code(engine.submit_payout(&draft, &review).await),
        Code::AccountGone
    );
    assert!(world.ledger.payout_by_id(draft.id).is_none());
}

#[tokio::test]
async fn an_account_of_which_pockyt_has_no_record_is_gone() {
    let (world, engine, payee) = World::with_payee().await;
    world.pockyt.unknown_account_is_an_error();
    let draft = world.draft(&payee, "5.00");
    let review = engine.preview_payout(&draft).await.unwrap().review;
    world
        .pockyt
        .set_accounts(payee.customer_no.as_ref().unwrap(), Vec::new());
    assert_eq!(
        code(engine.submit_payout(&draft, &review).await),
        Code::AccountGone
    );
}

#[tokio::test]
async fn what_others_are_still_to_take_is_off_the_balance_after() {
    let (world, engine, payee) = World::with_payee().await;
    world.pockyt.set_balance(Some(10_000));
    world.release(&engine, &world.draft(&payee, "30.00")).await;
    let after = async |amount: &str| {
        let draft = world.draft(&payee, amount);
        let preview = engine.preview_payout(&draft).await.unwrap();
        let minor = |money: Option<remit_core::Money>| money.map(|money| money.minor);
        (minor(preview.others), minor(preview.balance_after))
    };
    assert_eq!(after("50.00").await, (Some(3_000), Some(2_000)));
    // It may be withdrawn, so it forbids nothing.
    assert_eq!(after("90.00").await, (Some(3_000), Some(-2_000)));
    engine.tick().await.unwrap();
    assert_eq!(after("50.00").await.0, None, "it has left");
}

#[tokio::test]
async fn the_balance_must_cover_the_amount_and_the_fee_is_only_shown() {
    let (world, engine, payee) = World::with_payee().await;
    let draft = world.draft(&payee, "100.00");
    world.pockyt.set_balance(Some(9_999));
    assert_eq!(
        code(engine.preview_payout(&draft).await),
        Code::BalanceTooLow
    );
    world.pockyt.set_balance(Some(10_000));
    let preview = engine.preview_payout(&draft).await.unwrap();
    assert_eq!(preview.balance_after.map(|rest| rest.minor), Some(0));
    assert!(preview.unusual.contains(&Unusual::FeeUnknown));
    engine.submit_payout(&draft, &preview.review).await.unwrap();
    engine.tick().await.unwrap();
    // Pockyt has told a fee now.
    let next = world.draft(&payee, "100.00");
    let short = engine.preview_payout(&next).await.unwrap();
    assert_eq!(short.balance_after.map(|rest| rest.minor), Some(-95));
    world.pockyt.set_balance(Some(9_999));
    assert_eq!(
        code(engine.preview_payout(&next).await),
        Code::BalanceTooLow
    );
    world.pockyt.set_balance(Some(10_095));
    let preview = engine.preview_payout(&next).await.unwrap();
    assert_eq!(preview.fee.map(|fee| fee.minor), Some(95));
    assert_eq!(preview.balance_after.map(|rest| rest.minor), Some(0));
    world.pockyt.set_balance(None);
    let preview = engine.preview_payout(&next).await.unwrap();
    assert_eq!((preview.balance, preview.balance_after), (None, None));
    assert!(preview.unusual.contains(&Unusual::BalanceUnknown));
}

#[tokio::test]
async fn a_release_must_name_what_was_reviewed() {
    let (world, engine, payee) = World::with_payee().await;
    let draft = world.draft(&payee, "5.00");
    let number = payee.customer_no.clone().unwrap();
    world.pockyt.set_accounts(
        &number,
        vec![
            account("2010-usd", "activated"),
            account("2010-two", "activated"),
        ],
    );
    let review = engine.preview_payout(&draft).await.unwrap().review;
    let changed = [
        Draft {
            amount: "50.00".to_owned(),
            ..draft.clone()
        },
        Draft {
            account_token: AccountToken::from("2010-two"),
            ..draft.clone()
        },
        Draft {
            invoice_id: "INV-else".to_owned(),
            ..draft.clone()
        },
        Draft {
            description: "else".to_owned(),
            ..draft.clone()
        },
        Draft {
            note: "else".to_owned(),
            ..draft.clone()
        },
        Draft {
            channel: Channel::RealTimePay,
            ..draft.clone()
        },
        Draft {
            id: world.draft(&payee, "1").id,
            ..draft.clone()
        },
    ];
    for other in changed {
        assert_eq!(
            code(engine.submit_payout(&other, &review).await),
            Code::ReviewChanged
        );
    }
    // The account now leads elsewhere under the same token.
    let mut moved = account("2010-usd", "activated");
    moved.masked = Some("****0001".to_owned());
    world.pockyt.set_accounts(&number, vec![moved]);
    assert_eq!(
        code(engine.submit_payout(&draft, &review).await),
        Code::ReviewChanged
    );
    assert!(world.ledger.all_payouts().is_empty());
    // The same amount written otherwise is the same amount.
    let review = engine.preview_payout(&draft).await.unwrap().review;
    let same = Draft {
        amount: " 5.000".to_owned(),
        ..draft.clone()
    };
    assert_eq!(
        engine
            .submit_payout(&same, &review)
            .await
            .unwrap()
            .money
            .minor,
        500
    );
}

#[tokio::test]
async fn a_form_that_was_released_cannot_change_what_it_released() {
    let (world, engine, payee) = World::with_payee().await;
    let draft = world.draft(&payee, "5.00");
    let payout = world.release(&engine, &draft).await;
    let more = Draft {
        amount: "500.00".to_owned(),
        ..draft
    };
    let review = engine.preview_payout(&more).await.unwrap().review;
    assert_eq!(
        engine.submit_payout(&more, &review).await.unwrap().money,
        payout.money
    );
    // Nor does the second click care what became of the payee since.
    world.pockyt.set_payee_status("DECLINED");
    let again = engine.submit_payout(&more, &review).await.unwrap();
    assert_eq!(again.id, payout.id);
    assert_eq!(world.ledger.all_payouts().len(), 1);
}

#[tokio::test]
async fn a_payout_can_be_released_offline_and_waits() {
    let (world, engine, payee) = World::with_payee().await;
    let offline = trouble(Certainty::NotSent, Refusal::Unreachable);
    world.pockyt.reads_fail(Some(offline.clone()));
    world.pockyt.set_balance(None);
    world.pockyt.pay_fates([Fate::Fails(offline)]);
    let payout = world.release(&engine, &world.draft(&payee, "5.00")).await;
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Ready);
    // A definite refusal is no being offline.
    world
        .pockyt
        .reads_fail(Some(refusal(Refusal::TokenRejected)));
    assert_eq!(
        code(engine.preview_payout(&world.draft(&payee, "5.00")).await),
        Code::TokenRejected
    );
}

/// A payout that failed.
async fn failed() -> (World, Arc<Engine>, Payee, PayoutId) {
    let (world, engine, payee) = World::with_payee().await;
    let payout = world.release(&engine, &world.draft(&payee, "5.00")).await;
    world
        .pockyt
        .pay_fates([Fate::Fails(refusal(Refusal::BadValue))]);
    engine.tick().await.unwrap();
    (world, engine, payee, payout.id)
}

#[tokio::test]
async fn a_retry_is_a_new_payout_linked_both_ways_and_there_is_only_one() {
    let (world, engine, _, id) = failed().await;
    let (draft, rival) = (
        engine.prepare_retry(id).await.unwrap(),
        engine.prepare_retry(id).await.unwrap(),
    );
    let rival = Draft {
        invoice_id: "INV-rival".to_owned(),
        ..rival
    };
    let review = engine.preview_payout(&rival).await.unwrap().review;
    let old = world.payout(id).await;
    let new = world.release(&engine, &draft).await;
    assert_ne!(
        (new.id, &new.invoice_id, new.request_key),
        (old.id, &old.invoice_id, old.request_key)
    );
    assert_eq!((new.retry_of, new.money), (Some(id), old.money));
    assert_eq!(world.payout(id).await.retried_by, Some(new.id));
    assert_eq!(
        code(engine.submit_payout(&rival, &review).await),
        Code::NotRetryable
    );
    assert_eq!(code(engine.prepare_retry(id).await), Code::NotRetryable);
    world.run(&engine, 3).await;
    assert_eq!(
        world.state(id).await,
        State::Failed,
        "the old one stays as it was"
    );
    assert_eq!(world.pockyt.transfers().len(), 1);
}

#[tokio::test]
async fn a_retry_that_was_withdrawn_is_tried_again_and_is_no_dead_end() {
    let (world, engine, payee, id) = failed().await;
    let retry = world
        .release(&engine, &engine.prepare_retry(id).await.unwrap())
        .await;
    engine.cancel_payout(retry.id).await.unwrap();
    let again = world
        .release(&engine, &engine.prepare_retry(retry.id).await.unwrap())
        .await;
    assert_eq!(again.retry_of, Some(retry.id));
    assert_eq!(
        code(engine.prepare_retry(retry.id).await),
        Code::NotRetryable
    );
    engine.tick().await.unwrap();
    assert_eq!(world.state(again.id).await, State::Processing);
    assert_eq!(world.pockyt.transfers().len(), 1);
    // What was simply withdrawn is no retry.
    let plain = world.release(&engine, &world.draft(&payee, "7.00")).await;
    engine.cancel_payout(plain.id).await.unwrap();
    assert_eq!(
        code(engine.prepare_retry(plain.id).await),
        Code::NotRetryable
    );
}

#[tokio::test]
async fn only_what_definitely_did_not_reach_the_payee_is_tried_again() {
    let (world, engine, payee) = World::with_payee().await;
    let payout = world.release(&engine, &world.draft(&payee, "5.00")).await;
    world.pockyt.pay_fates([Fate::AnswerLost(trouble(
        Certainty::Unknown,
        Refusal::Timeout,
    ))]);
    for state in [State::Ready, State::Unknown, State::Processing, State::Paid] {
        if state == State::Paid {
            world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
        }
        if state != State::Ready {
            world.clock.advance(SignedDuration::from_secs(5));
            engine.tick().await.unwrap();
        }
        assert_eq!(world.state(payout.id).await, state);
        assert_eq!(
            code(engine.prepare_retry(payout.id).await),
            Code::NotRetryable
        );
        // A form that names it all the same is refused as well.
        let forced = Draft {
            retry_of: Some(payout.id),
            ..world.draft(&payee, "5.00")
        };
        refused(&world, &engine, &forced, Code::NotRetryable, None).await;
    }
    let nobody = Draft {
        retry_of: Some(payout_id(7)),
        ..world.draft(&payee, "5.00")
    };
    refused(&world, &engine, &nobody, Code::PayoutNotFound, None).await;
}

#[tokio::test]
async fn what_is_told_of_a_returned_payout_that_is_tried_again_is_true() {
    let (world, engine, payee) = World::with_payee().await;
    let payout = world.release(&engine, &world.draft(&payee, "5.00")).await;
    engine.tick().await.unwrap();
    world
        .pockyt
        .settle(&payout.invoice_id, WireStatus::Returned);
    world.run(&engine, 1).await;
    let draft = engine.prepare_retry(payout.id).await.unwrap();
    let review = engine.preview_payout(&draft).await.unwrap().review;
    world.told();
    engine.submit_payout(&draft, &review).await.unwrap();
    let earlier = world.told().into_iter().find_map(|change| match change {
        Changed::Payout(id, state) if id == payout.id => Some(state),
        _ => None,
    });
    assert_eq!(earlier, Some(State::Returned));
}

fn payout_id(number: u128) -> PayoutId {
    PayoutId(uuid::Uuid::from_u128(u128::MAX - number))
}

#[tokio::test]
async fn invoice_ids_are_suggested_by_month_and_are_free() {
    let (world, engine, payee) = World::with_payee().await;
    let first = engine.suggest_invoice_id().await.unwrap();
    assert_eq!(first.as_str(), "INV-202609-0001");
    let draft = Draft {
        invoice_id: first.0,
        ..world.draft(&payee, "1.00")
    };
    world.release(&engine, &draft).await;
    let odd = Draft {
        invoice_id: "INV-202609-0041".to_owned(),
        ..world.draft(&payee, "1.00")
    };
    world.release(&engine, &odd).await;
    assert_eq!(
        engine.suggest_invoice_id().await.unwrap().as_str(),
        "INV-202609-0042"
    );
    world.clock.advance(SignedDuration::from_hours(24 * 31));
    assert_eq!(
        engine.suggest_invoice_id().await.unwrap().as_str(),
        "INV-202610-0001"
    );
}

#[tokio::test]
async fn the_review_points_at_what_is_unusual() {
    let (world, engine, payee) = World::with_payee().await;
    let number = payee.customer_no.clone().unwrap();
    let first = engine
        .preview_payout(&world.draft(&payee, "100.00"))
        .await
        .unwrap();
    assert_eq!(first.unusual, [Unusual::FirstPayout, Unusual::FeeUnknown]);
    for amount in ["100.00", "110.00", "120.00"] {
        world.release(&engine, &world.draft(&payee, amount)).await;
        engine.tick().await.unwrap();
    }
    let usual = engine
        .preview_payout(&world.draft(&payee, "105.00"))
        .await
        .unwrap();
    assert_eq!((usual.unusual, usual.previous), (vec![], 3));
    for amount in ["1000.00", "10.00"] {
        let odd = engine
            .preview_payout(&world.draft(&payee, amount))
            .await
            .unwrap()
            .unusual;
        assert!(
            matches!(odd[..], [Unusual::AmountFarFromUsual { usual }] if usual.minor == 11_000),
            "{odd:?}"
        );
    }
    let same = engine
        .preview_payout(&world.draft(&payee, "110.00"))
        .await
        .unwrap()
        .unusual;
    assert!(
        matches!(same[..], [Unusual::SameAmountRecently { .. }]),
        "{same:?}"
    );
    world.clock.advance(SignedDuration::from_hours(24 * 8));
    let later = engine
        .preview_payout(&world.draft(&payee, "110.00"))
        .await
        .unwrap()
        .unusual;
    assert_eq!(later, []);
    let mut moved = account("2010-usd", "activated");
    moved.masked = Some("****0001".to_owned());
    world
        .pockyt
        .set_accounts(&number, vec![moved, account("2010-two", "activated")]);
    let moved = engine
        .preview_payout(&world.draft(&payee, "105.00"))
        .await
        .unwrap()
        .unusual;
    assert_eq!(moved, [Unusual::AccountChanged]);
    let new = Draft {
        account_token: AccountToken::from("2010-two"),
        ..world.draft(&payee, "105.00")
    };
    assert_eq!(
        engine.preview_payout(&new).await.unwrap().unusual,
        [Unusual::NewAccount]
    );
}

#[tokio::test]
async fn two_releases_at_the_same_moment_do_not_miss_each_other() {
    let (world, engine, payee) = World::with_payee().await;
    let named = |amount: &str, invoice: &str| Draft {
        invoice_id: invoice.to_owned(),
        ..world.draft(&payee, amount)
    };
    for (one, other) in [
        (named("100.00", "INV-007"), named("250.00", "inv 7")),
        (named("300.00", "A-1"), named("300.00", "B-1")),
    ] {
        let seen = engine.preview_payout(&one).await.unwrap();
        let also_seen = engine.preview_payout(&other).await.unwrap();
        let (first, second) = tokio::join!(
            engine.submit_payout(&one, &seen.review),
            engine.submit_payout(&other, &also_seen.review),
        );
        let (released, refused, left) = match (first, second) {
            (Ok(payout), refused) => (payout, refused, other),
            (refused, Ok(payout)) => (payout, refused, one),
            (first, second) => panic!("one goes through: {first:?}, {second:?}"),
        };
        assert_eq!(code(refused), Code::ReviewChanged, "the other is told");
        let again = engine.preview_payout(&left).await.unwrap();
        let doubts: Vec<_> = again
            .unusual
            .iter()
            .filter_map(Unusual::may_have_paid)
            .collect();
        assert_eq!(doubts, [released.id], "and why");
        engine.submit_payout(&left, &again.review).await.unwrap();
    }
}

#[tokio::test]
async fn only_releases_to_the_same_payee_wait_for_each_other() {
    let (world, engine, payee) = World::with_payee().await;
    let draft = world.draft(&payee, "100.00");
    let review = engine.preview_payout(&draft).await.unwrap().review;
    let [one, other] = [900, 901].map(|number| PayeeId(Uuid::from_u128(number)));
    let turn = engine.turn_to_release([payee.id]).await;
    let free = engine.turn_to_release([other, one]).now_or_never();
    assert!(free.is_some(), "others are released meanwhile");
    drop(free);
    let mut released = pin!(engine.submit_payout(&draft, &review));
    for _ in 0..100 {
        assert!(released.as_mut().now_or_never().is_none(), "it waits");
        tokio::task::yield_now().await;
    }
    let mut waits = pin!(engine.turn_to_release([one, payee.id]));
    assert!(waits.as_mut().now_or_never().is_none());
    drop(turn);
    released.await.unwrap();
    assert!(waits.now_or_never().is_some());
}

#[tokio::test]
async fn an_invoice_that_may_be_paid_already_needs_a_review_that_shows_it() {
    let (world, engine, payee) = World::with_payee().await;
    let named = |amount: &str, invoice: &str| Draft {
        invoice_id: invoice.to_owned(),
        ..world.draft(&payee, amount)
    };
    let doubts = async |draft: &Draft| -> Vec<PayoutId> {
        let unusual = engine.preview_payout(draft).await.unwrap().unusual;
        unusual.iter().filter_map(Unusual::may_have_paid).collect()
    };
    // Two forms, both reviewed before either is released.
    let (one, other) = (named("100.00", "INV-007"), named("250.00", "inv 7"));
    let stale = engine.preview_payout(&other).await.unwrap();
    assert_eq!(doubts(&other).await, []);
    let first = world.release(&engine, &one).await;
    assert_eq!(
        code(engine.submit_payout(&other, &stale.review).await),
        Code::ReviewChanged,
        "what was reviewed did not show the other payout"
    );
    assert_eq!(doubts(&other).await, [first.id]);
    let same = named("100.00", "#07");
    assert_eq!(doubts(&same).await, [first.id], "named once, not twice");

    // The same sum under another number, reviewed before the first was released, is held as well.
    let (one, other) = (named("300.00", "A-1"), named("300.00", "B-1"));
    let stale = engine.preview_payout(&other).await.unwrap();
    let second = world.release(&engine, &one).await;
    assert_eq!(
        code(engine.submit_payout(&other, &stale.review).await),
        Code::ReviewChanged
    );
    assert_eq!(doubts(&other).await, [second.id]);
    world.release(&engine, &other).await;

    // What will never pay leaves no doubt.
    engine.cancel_payout(first.id).await.unwrap();
    assert_eq!(doubts(&same).await, []);
    world.release(&engine, &same).await;
}

#[tokio::test]
async fn each_payee_has_invoice_numbers_of_their_own() {
    let (world, engine, payee) = World::with_payee().await;
    let other = world.active_payee(&engine).await;
    let named = |payee, invoice: &str| Draft {
        invoice_id: invoice.to_owned(),
        ..world.draft(payee, "100.00")
    };
    world.release(&engine, &named(&payee, "INV-007")).await;
    let theirs = named(&other, "inv 7");
    let unusual = engine.preview_payout(&theirs).await.unwrap().unusual;
    assert!(
        unusual.iter().all(|about| about.may_have_paid().is_none()),
        "{unusual:?}"
    );
}

#[tokio::test]
async fn a_payout_that_processing_takes_too_long_for_is_stalled() {
    let (world, engine, payout) = World::with_payout().await;
    engine.tick().await.unwrap();
    let sent = world.payout(payout.id).await;
    assert!(!engine.stalled(&sent));
    world.clock.advance(SignedDuration::from_hours(24 * 6));
    assert!(engine.stalled(&sent));
    assert!(!engine.stalled(&payout), "only processing can stall");
}

#[tokio::test]
async fn what_goes_to_no_us_bank_account_names_no_channel() {
    let (world, engine, payee) = World::with_payee().await;
    let number = payee.customer_no.clone().unwrap();
    world.release(&engine, &world.draft(&payee, "30.00")).await;
    engine.tick().await.unwrap();
    let mut paypal = account("2010-paypal", "activated");
    paypal.kind = "PAYPAL".to_owned();
    let bank = account("2010-usd", "activated");
    world.pockyt.set_accounts(&number, vec![bank, paypal]);
    engine.refresh_payee(payee.id).await.unwrap();
    let draft = Draft {
        account_token: AccountToken::from("2010-paypal"),
        ..world.draft(&payee, "40.00")
    };
    let preview = engine.preview_payout(&draft).await.unwrap();
    assert_eq!(preview.channel, Channel::Unspecified);
    assert_eq!(
        preview.fee, None,
        "that of the bank account's payout says nothing of it"
    );
    let payout = engine.submit_payout(&draft, &preview.review).await.unwrap();
    assert_eq!(payout.channel, Channel::Unspecified);
    engine.tick().await.unwrap();
    let draft = Draft {
        id: world.draft(&payee, "1").id,
        invoice_id: "INV-paypal-2".to_owned(),
        amount: "50.00".to_owned(),
        ..draft
    };
    let preview = engine.preview_payout(&draft).await.unwrap();
    assert_eq!(preview.fee.map(|fee| fee.minor), Some(95));
    // What was paid to PayPal is paid to the bank now: the default holds again.
    let moved = Draft {
        account_token: AccountToken::from("2010-usd"),
        channel: Channel::Unspecified,
        ..draft
    };
    let preview = engine.preview_payout(&moved).await.unwrap();
    assert_eq!(preview.channel, Channel::StandardAch);
}
