//! I6: polling suffices, notifications only make it faster, and none moves a payout wrongly.

use crate::support::{Fate, Fault, World, code, notification, refusal, trouble};
use jiff::SignedDuration;
use remit_core::{
    Actor, Certainty, Changed, Code, Draft, Engine, EventKind, Ledger, LedgerError, Money, Payout,
    PayoutSnapshot, Reason, Refusal, State, Subject, TransactionNo, Verdict, Way, WireStatus,
};
use std::sync::Arc;

/// A payout that Pockyt accepted.
async fn processing() -> (World, Arc<Engine>, Payout) {
    let (world, engine, payout) = World::with_payout().await;
    engine.tick().await.unwrap();
    (world, engine, payout)
}

async fn take(engine: &Engine, body: &[u8]) -> Verdict {
    engine
        .take_notification(Way::Listener, None, body)
        .await
        .unwrap()
}

#[tokio::test]
async fn polling_alone_learns_every_outcome() {
    for (status, state) in [
        (WireStatus::Success, State::Paid),
        (WireStatus::Failed, State::Failed),
        (WireStatus::Returned, State::Returned),
    ] {
        let (world, engine, payout) = processing().await;
        world.pockyt.settle(&payout.invoice_id, status);
        world.run(&engine, 2).await;
        assert_eq!(world.state(payout.id).await, state);
    }
}

#[tokio::test]
async fn a_notification_moves_the_payout_at_once_and_a_duplicate_moves_nothing() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    world.told();
    assert_eq!(take(&engine, &body).await, Verdict::Applied);
    let paid = world.payout(payout.id).await;
    assert_eq!(paid.state, State::Paid);
    assert!(matches!(
        world.told()[..],
        [
            Changed::Payout(_, State::Paid),
            Changed::Notification(Some(_), Verdict::Applied)
        ]
    ));
    assert_eq!(take(&engine, &body).await, Verdict::AlreadyKnown);
    let after = world.payout(payout.id).await;
    assert_eq!(
        (after.state, after.since, after.settled_at),
        (paid.state, paid.since, paid.settled_at)
    );
    let kept = engine
        .ports()
        .ledger
        .events(Subject::Payout(payout.id))
        .await
        .unwrap();
    let verdicts: Vec<_> = kept
        .iter()
        .filter_map(|event| event.event.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Applied], "what came again is counted");
}

#[tokio::test]
async fn what_a_notification_tells_is_confirmed_by_an_inquiry_at_once() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    take(&engine, &body).await;
    assert_eq!(world.pockyt.inquiries(), 0);
    engine.tick().await.unwrap();
    assert_eq!(world.pockyt.inquiries(), 1);
}

#[tokio::test]
async fn a_notification_may_overtake_the_answer() {
    for fate in [
        Fate::Answered,
        Fate::AnswerLost(trouble(Certainty::Unknown, Refusal::Timeout)),
    ] {
        let (world, engine, payout) = World::with_payout().await;
        world.pockyt.pay_fates([fate]);
        let (pockyt, rival, invoice) = (
            world.pockyt.clone(),
            engine.clone(),
            payout.invoice_id.clone(),
        );
        world.pockyt.meanwhile(Box::pin(async move {
            pockyt.settle(&invoice, WireStatus::Success);
            let body = pockyt.notification(&invoice);
            assert_eq!(take(&rival, &body).await, Verdict::Applied);
            let payout = rival.ports().ledger.payout_by_invoice(&invoice).await;
            assert_eq!(payout.unwrap().unwrap().state, State::Paid, "at once");
        }));
        engine.tick().await.unwrap();
        let paid = world.payout(payout.id).await;
        assert_eq!(paid.state, State::Paid, "what it settled stays settled");
        assert!(paid.transaction_no.is_some());
        assert_eq!(world.pockyt.pays().len(), 1);
    }
}

#[tokio::test]
async fn a_forged_notification_is_kept_and_moves_nothing() {
    let (world, engine, payout) = processing().await;
    let told = PayoutSnapshot {
        status: WireStatus::Success,
        ..world.pockyt.snapshot(&payout.invoice_id).unwrap()
    };
    let before = world.payout(payout.id).await;
    assert_eq!(
        take(&engine, &notification(&told, false)).await,
        Verdict::Forged
    );
    assert_eq!(take(&engine, b"<html>").await, Verdict::Forged);
    assert_eq!(world.payout(payout.id).await, before);
    let kept = engine
        .ports()
        .ledger
        .events(Subject::Payout(payout.id))
        .await
        .unwrap();
    assert_eq!(kept.last().unwrap().event.verdict, Some(Verdict::Forged));
    let nowhere = engine
        .ports()
        .ledger
        .events(Subject::Nothing)
        .await
        .unwrap();
    assert_eq!(nowhere[0].event.evidence.as_deref(), Some("<html>"));
}

#[tokio::test]
async fn a_notification_that_disagrees_moves_nothing() {
    let (world, engine, payout) = processing().await;
    let truth = PayoutSnapshot {
        status: WireStatus::Success,
        ..world.pockyt.snapshot(&payout.invoice_id).unwrap()
    };
    let won = remit_core::Currency::from_code("KRW").unwrap();
    for wrong in [
        PayoutSnapshot {
            money: Some(Money::new(1, payout.money.currency)),
            ..truth.clone()
        },
        PayoutSnapshot {
            money: Some(Money::new(payout.money.minor, won)),
            ..truth.clone()
        },
        PayoutSnapshot {
            money: None,
            ..truth.clone()
        },
        PayoutSnapshot {
            transaction_no: Some(TransactionNo::from("4")),
            ..truth.clone()
        },
        PayoutSnapshot {
            account_token: Some("2010-other".into()),
            ..truth.clone()
        },
    ] {
        assert_eq!(
            take(&engine, &notification(&wrong, true)).await,
            Verdict::Mismatched
        );
        assert_eq!(world.state(payout.id).await, State::Processing);
    }
    let unknown = PayoutSnapshot {
        invoice_id: "INV-nobody".into(),
        ..truth.clone()
    };
    assert_eq!(
        take(&engine, &notification(&unknown, true)).await,
        Verdict::Unmatched
    );
    assert_eq!(
        engine
            .ports()
            .ledger
            .events(Subject::Nothing)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_late_pending_changes_nothing_and_a_return_after_paid_is_believed() {
    let (world, engine, payout) = processing().await;
    let pending = world.pockyt.notification(&payout.invoice_id);
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let success = world.pockyt.notification(&payout.invoice_id);
    world.pockyt.settle(&payout.invoice_id, WireStatus::Failed);
    let failed = world.pockyt.notification(&payout.invoice_id);
    world
        .pockyt
        .settle(&payout.invoice_id, WireStatus::Returned);
    let returned = world.pockyt.notification(&payout.invoice_id);

    assert_eq!(take(&engine, &success).await, Verdict::Applied);
    assert_eq!(take(&engine, &pending).await, Verdict::OutOfOrder);
    assert_eq!(take(&engine, &failed).await, Verdict::OutOfOrder);
    assert_eq!(world.state(payout.id).await, State::Paid);
    assert_eq!(take(&engine, &returned).await, Verdict::Applied);
    assert_eq!(take(&engine, &success).await, Verdict::OutOfOrder);
    let after = world.payout(payout.id).await;
    assert_eq!(after.state, State::Returned);
    assert!(after.retryable());
}

#[tokio::test]
async fn what_pockyt_says_of_a_paid_payout_is_shown_and_kept_once() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world.run(&engine, 1).await;
    for status in [WireStatus::Failed, WireStatus::Other("reversed".to_owned())] {
        world.pockyt.settle(&payout.invoice_id, status.clone());
        let before = world.events(&engine, payout.id).await.len();
        for _ in 0..3 {
            engine.check_payout(payout.id).await.unwrap();
        }
        let paid = world.payout(payout.id).await;
        assert_eq!(paid.state, State::Paid);
        assert_eq!(paid.detail.as_deref(), Some(status.word()));
        let events = world.events(&engine, payout.id).await;
        assert_eq!(events.len(), before + 1);
        let verdict = events.last().unwrap().event.verdict;
        assert_eq!(verdict, Some(Verdict::OutOfOrder));
    }
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    engine.check_payout(payout.id).await.unwrap();
    assert_eq!(world.payout(payout.id).await.detail, None);
}

#[tokio::test]
async fn a_notification_that_disagrees_is_cleared_up_by_an_inquiry_at_once() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let told = PayoutSnapshot {
        money: Some(Money::new(12_405, payout.money.currency)),
        ..world.pockyt.snapshot(&payout.invoice_id).unwrap()
    };
    let verdict = take(&engine, &notification(&told, true)).await;
    assert_eq!(verdict, Verdict::Mismatched);
    assert_eq!(world.state(payout.id).await, State::Processing);
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Paid);
}

#[tokio::test]
async fn evidence_is_bounded() {
    let (world, engine, payout) = processing().await;
    let mut body = world.pockyt.notification(&payout.invoice_id);
    body.pop();
    body.extend(format!(r#","more":"{}"}}"#, "é".repeat(40_000)).into_bytes());
    take(&engine, &body).await;
    let unmatched = String::from_utf8(body)
        .unwrap()
        .replace(payout.invoice_id.as_str(), "INV-nobody");
    take(&engine, unmatched.as_bytes()).await;
    let ledger = &engine.ports().ledger;
    for subject in [Subject::Payout(payout.id), Subject::Nothing] {
        let events = ledger.events(subject).await.unwrap();
        let kept = events.last().unwrap().event.evidence.clone().unwrap();
        assert!((16_383..=16_384).contains(&kept.len()), "{}", kept.len());
    }
}

#[tokio::test]
async fn an_unknown_word_is_kept_raw_and_is_not_final() {
    let (world, engine, payout) = processing().await;
    world
        .pockyt
        .settle(&payout.invoice_id, WireStatus::Other("onhold".to_owned()));
    let body = world.pockyt.notification(&payout.invoice_id);
    assert_eq!(take(&engine, &body).await, Verdict::Unrecognised);
    let held = world.payout(payout.id).await;
    assert_eq!(
        (held.state, held.detail.as_deref()),
        (State::Processing, Some("onhold"))
    );
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world.run(&engine, 3).await;
    assert_eq!(world.state(payout.id).await, State::Paid);
}

#[tokio::test]
async fn a_notification_about_what_was_never_sent_moves_nothing() {
    let (world, engine, payout) = World::with_payout().await;
    let told = PayoutSnapshot {
        invoice_id: payout.invoice_id.clone(),
        transaction_no: Some(TransactionNo::from("3")),
        money: Some(payout.money),
        fee: None,
        account_token: None,
        status: WireStatus::Success,
    };
    assert_eq!(
        take(&engine, &notification(&told, true)).await,
        Verdict::OutOfOrder
    );
    let after = world.payout(payout.id).await;
    assert_eq!((after.state, after.transaction_no), (State::Ready, None));
    engine.cancel_payout(payout.id).await.unwrap();
    assert_eq!(
        take(&engine, &notification(&told, true)).await,
        Verdict::Contradicts
    );
    let after = world.payout(payout.id).await;
    assert_eq!(
        (after.state, after.must_act()),
        (State::Cancelled, Actor::Owner)
    );
    world
        .pockyt
        .inquiry_answers([Err(refusal(Refusal::NoSuchRecord))]);
    world.run(&engine, 9).await;
    assert_eq!(world.pockyt.inquiries(), 1, "it is asked about, once");
    assert_eq!(world.state(payout.id).await, State::Cancelled);
}

#[tokio::test]
async fn a_notification_resolves_checking() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::AnswerLost(trouble(
        Certainty::Unknown,
        Refusal::Timeout,
    ))]);
    engine.tick().await.unwrap();
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    assert_eq!(take(&engine, &body).await, Verdict::Applied);
    assert_eq!(world.state(payout.id).await, State::Paid);
}

#[tokio::test]
async fn a_stale_answer_to_an_inquiry_does_not_undo_a_notification() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::AnswerLost(trouble(
        Certainty::Unknown,
        Refusal::Timeout,
    ))]);
    engine.tick().await.unwrap();
    // Pockyt answered "no such payout" or "pending" just before the notification arrived.
    let pending = world.pockyt.snapshot(&payout.invoice_id).unwrap();
    let stale = [
        Ok(pending),
        Err(crate::support::refusal(Refusal::NoSuchRecord)),
    ];
    for answer in stale {
        world.pockyt.inquiry_answers([answer]);
        let (pockyt, rival, invoice) = (
            world.pockyt.clone(),
            engine.clone(),
            payout.invoice_id.clone(),
        );
        world.pockyt.meanwhile(Box::pin(async move {
            pockyt.settle(&invoice, WireStatus::Success);
            take(&rival, &pockyt.notification(&invoice)).await;
        }));
        engine.check_payout(payout.id).await.unwrap();
        assert_eq!(world.state(payout.id).await, State::Paid);
    }
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn a_notification_that_could_not_be_kept_is_asked_for_again() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    world
        .ledger
        .break_writes([Fault::Fails(LedgerError::DiskFull)]);
    assert_eq!(
        code(engine.take_notification(Way::Listener, None, &body).await),
        Code::DiskFull
    );
    assert_eq!(world.state(payout.id).await, State::Processing);
    assert_eq!(take(&engine, &body).await, Verdict::Applied);
}

#[tokio::test]
async fn a_return_weeks_after_paid_is_found_by_polling_however_often_the_owner_looked() {
    for offline in [false, true] {
        let (world, engine, payout) = processing().await;
        world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
        world.run(&engine, 2).await;
        assert_eq!(world.state(payout.id).await, State::Paid);
        for _ in 0..20 {
            world.clock.advance(SignedDuration::from_secs(1));
            engine.check_payout(payout.id).await.unwrap();
        }
        if offline {
            world
                .pockyt
                .reads_fail(Some(trouble(Certainty::NotSent, Refusal::Unreachable)));
            world.run(&engine, 50).await;
            world.pockyt.reads_fail(None);
        }
        world.clock.advance(SignedDuration::from_hours(24 * 10));
        world
            .pockyt
            .settle(&payout.invoice_id, WireStatus::Returned);
        world.run(&engine, 20).await;
        assert_eq!(
            world.state(payout.id).await,
            State::Returned,
            "offline: {offline}"
        );
    }
}

#[tokio::test]
async fn a_paid_payout_is_watched_for_a_while_and_then_left_alone() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world.run(&engine, 30).await;
    assert_eq!(world.payout(payout.id).await.next_at, None);
    assert_eq!(engine.next_due().await.unwrap(), None);
    let events = engine
        .ports()
        .ledger
        .events(Subject::Payout(payout.id))
        .await
        .unwrap();
    let inquired = events
        .iter()
        .filter(|event| event.event.kind == EventKind::Inquired);
    assert_eq!(
        inquired.count(),
        1,
        "a look that finds nothing new leaves no trace"
    );
}

#[tokio::test]
async fn a_paid_payout_of_which_pockyt_says_something_unclear_is_not_left_alone() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world.run(&engine, 2).await;
    assert_eq!(world.state(payout.id).await, State::Paid);
    let unclear = WireStatus::Other("blocked".to_owned());
    world.pockyt.settle(&payout.invoice_id, unclear);
    world.run(&engine, 30).await;
    assert!(world.payout(payout.id).await.next_at.is_some());
    world
        .pockyt
        .settle(&payout.invoice_id, WireStatus::Returned);
    world.run(&engine, 3).await;
    assert_eq!(world.state(payout.id).await, State::Returned);
}

/// A payout that Pockyt refused, and a notification that it was paid.
async fn refused_and_paid() -> (World, Arc<Engine>, Payout, PayoutSnapshot) {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(refusal(Refusal::Other))]);
    engine.tick().await.unwrap();
    let told = PayoutSnapshot {
        invoice_id: payout.invoice_id.clone(),
        transaction_no: Some(TransactionNo::from("3")),
        money: Some(payout.money),
        fee: None,
        account_token: Some(payout.account_token.clone()),
        status: WireStatus::Success,
    };
    assert!(world.payout(payout.id).await.retryable());
    world.told();
    (world, engine, payout, told)
}

#[tokio::test]
async fn what_failed_and_was_paid_after_all_is_told_asked_about_once_and_not_paid_again() {
    let (world, engine, payout, told) = refused_and_paid().await;
    let body = notification(&told, true);
    assert_eq!(take(&engine, &body).await, Verdict::Contradicts);
    let troubles = |told: Vec<Changed>| {
        let codes = told.into_iter().filter_map(|change| match change {
            Changed::Trouble(error) => Some(error.code()),
            _ => None,
        });
        codes.collect::<Vec<_>>()
    };
    assert_eq!(troubles(world.told()), [Code::PaidAfterAll]);
    let failed = world.payout(payout.id).await;
    assert_eq!(
        (failed.state, failed.must_act()),
        (State::Failed, Actor::Owner)
    );
    assert_eq!(failed.detail.as_deref(), Some("3 · USD 125.00 · success"));
    assert!(!failed.retryable());
    let refused = engine.prepare_retry(payout.id).await;
    assert_eq!(code(refused), Code::PaidAfterAll);

    world.pockyt.inquiry_answers(vec![
        Err(trouble(Certainty::Unknown, Refusal::Timeout)),
        Ok(told),
    ]);
    world.run(&engine, 9).await;
    assert_eq!(
        world.pockyt.inquiries(),
        2,
        "until it answers, and then no more"
    );
    let events = world.events(&engine, payout.id).await;
    let kept: Vec<_> = events.iter().rev().take(2).collect();
    for event in &kept {
        assert_eq!(event.event.verdict, Some(Verdict::Contradicts));
    }
    assert_eq!(kept[0].event.kind, EventKind::Inquired);
    assert_eq!(take(&engine, &body).await, Verdict::AlreadyKnown);
    assert_eq!(world.events(&engine, payout.id).await.len(), events.len());
    assert_eq!(troubles(world.told()), [], "told once");
    assert_eq!(
        code(engine.prepare_retry(payout.id).await),
        Code::PaidAfterAll
    );
    assert!(world.pockyt.transfers().is_empty() && world.pockyt.pays().len() == 1);
}

#[tokio::test]
async fn what_pockyt_takes_back_when_it_is_asked_may_be_paid_again() {
    for (status, reason) in [
        (WireStatus::Failed, Reason::ReportedFailed),
        (WireStatus::Returned, Reason::ReportedReturned),
    ] {
        let (world, engine, payout, told) = refused_and_paid().await;
        let body = notification(&told, true);
        take(&engine, &body).await;
        let missing = Err(refusal(Refusal::NoSuchRecord));
        let ended = PayoutSnapshot { status, ..told };
        world.pockyt.inquiry_answers([missing, Ok(ended.clone())]);
        world.run(&engine, 9).await;
        assert!(
            world.payout(payout.id).await.paid_after_all(),
            "that there is none takes nothing back"
        );
        let late = notification(&ended, true);
        assert_eq!(
            take(&engine, &late).await,
            Verdict::OutOfOrder,
            "nor does this"
        );
        engine.tick().await.unwrap();
        let failed = world.payout(payout.id).await;
        assert_eq!((failed.state, failed.reason), (State::Failed, Some(reason)));
        assert!(failed.retryable() && failed.detail.is_none());
        assert_eq!(take(&engine, &body).await, Verdict::Contradicts);
        assert!(
            world.payout(payout.id).await.retryable(),
            "what is played again"
        );
    }
}

#[tokio::test]
async fn the_same_payout_by_hand_is_asked_about_when_the_first_was_paid_after_all() {
    let (world, engine, payout, told) = refused_and_paid().await;
    let payee = world.ledger.payee(payout.payee_id).await.unwrap().unwrap();
    let mut again = world.draft(&payee, "125.00");
    let doubts = async |draft: &Draft| {
        let unusual = engine.preview_payout(draft).await.unwrap().unusual;
        unusual
            .into_iter()
            .filter_map(|unusual| unusual.may_have_paid())
            .collect::<Vec<_>>()
    };
    assert_eq!(doubts(&again).await, [], "it failed");
    take(&engine, &notification(&told, true)).await;
    assert_eq!(doubts(&again).await, [payout.id], "the same amount");
    again.amount = "90.00".to_owned();
    again.invoice_id = format!("#{}", payout.invoice_id.as_str());
    assert_eq!(doubts(&again).await, [payout.id], "the same invoice");
}

#[tokio::test]
async fn the_owner_may_ask_again_about_what_was_paid_after_all() {
    let (world, engine, payout, told) = refused_and_paid().await;
    take(&engine, &notification(&told, true)).await;
    world.pockyt.inquiry_answers([Ok(told.clone()), Ok(told)]);
    engine.tick().await.unwrap();
    let before = world.events(&engine, payout.id).await.len();
    assert!(!engine.check_payout(payout.id).await.unwrap().retryable());
    assert_eq!(world.pockyt.inquiries(), 2);
    let after = world.events(&engine, payout.id).await.len();
    assert_eq!(after, before, "the same is kept once");
}
