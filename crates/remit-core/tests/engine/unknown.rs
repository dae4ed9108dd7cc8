//! I4: no reliable answer is a state. It is resolved by asking; the same request goes out again only as a last resort.

use crate::support::{Fate, World, dies, refusal, trouble};
use futures_util::future::join;
use jiff::SignedDuration;
use remit_core::{
    Actor, Certainty, Engine, Payout, PayoutSnapshot, Policy, Reason, Refusal, State, Verdict, Way,
    WireStatus,
};
use std::sync::Arc;

const UNKNOWN: [Refusal; 5] = [
    Refusal::Timeout,
    Refusal::ConnectionLost,
    Refusal::Garbled,
    Refusal::SystemError,
    Refusal::Unrecognised,
];

#[tokio::test]
async fn no_reliable_answer_shows_checking_and_is_resolved_by_asking() {
    for kind in UNKNOWN {
        let (world, engine, payout) = World::with_payout().await;
        world
            .pockyt
            .pay_fates([Fate::AnswerLost(trouble(Certainty::Unknown, kind))]);
        engine.tick().await.unwrap();
        let checking = world.payout(payout.id).await;
        assert_eq!(
            (checking.state, checking.reason),
            (State::Unknown, Some(kind.reason()))
        );
        assert!(checking.settled_at.is_none());
        world.run(&engine, 1).await;
        assert_eq!(world.state(payout.id).await, State::Processing, "{kind:?}");
        assert_eq!(world.pockyt.pays().len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn the_same_request_goes_out_again_only_after_repeated_spaced_answers_that_it_never_came() {
    let (world, engine, payout) = World::with_payout().await;
    let start = world.clock_now();
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    world.run_until_sent_again(&engine).await;
    let policy = Policy::default();
    assert!(world.pockyt.inquiries() >= policy.not_found_before_resend as usize);
    assert!(world.clock_now().duration_since(start) >= policy.resend_after);
    let pays = world.pockyt.pays();
    assert_eq!(pays[0], pays[1], "the same body under the same key");
    assert_eq!(world.state(payout.id).await, State::Processing);
    assert_eq!(world.payout(payout.id).await.attempts, 2);
    assert_eq!(world.pockyt.transfers().len(), 1);
}

#[tokio::test]
async fn an_impatient_owner_does_not_bring_the_resend_forward() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    for _ in 0..50 {
        engine.check_payout(payout.id).await.unwrap();
        engine.tick().await.unwrap();
        world.clock.advance(SignedDuration::from_secs(1));
    }
    assert_eq!(world.pockyt.pays().len(), 1);
    assert_eq!(world.state(payout.id).await, State::Unknown);
}

#[tokio::test]
async fn asking_in_vain_neither_fails_nor_sends_again() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::AnswerLost(trouble(
        Certainty::Unknown,
        Refusal::Timeout,
    ))]);
    engine.tick().await.unwrap();
    for error in [
        trouble(Certainty::Unknown, Refusal::Timeout),
        refusal(Refusal::TokenRejected),
        trouble(Certainty::NotSent, Refusal::Unreachable),
    ] {
        world.pockyt.reads_fail(Some(error));
        world.run(&engine, 20).await;
        assert_eq!(world.state(payout.id).await, State::Unknown);
    }
    assert_eq!(world.pockyt.pays().len(), 1);
    world.pockyt.reads_fail(None);
    world.run(&engine, 1).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn a_request_that_arrives_after_the_resend_moves_no_money_twice() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Late(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    world.run_until_sent_again(&engine).await;
    world.pockyt.deliver_late();
    world.run(&engine, 5).await;
    assert_eq!(world.pockyt.transfers().len(), 1);
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn duplicate_after_a_lost_answer_means_ask() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([
        Fate::Late(trouble(Certainty::Unknown, Refusal::Timeout)),
        Fate::Fails(refusal(Refusal::Duplicate)),
    ]);
    engine.tick().await.unwrap();
    world.run_until_sent_again(&engine).await;
    let checking = world.payout(payout.id).await;
    assert_eq!(
        (checking.state, checking.reason),
        (State::Unknown, Some(Reason::Duplicate))
    );
    world.pockyt.deliver_late();
    world.run(&engine, 1).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn an_invoice_id_taken_at_pockyt_by_another_payment_is_for_the_owner_to_look_at() {
    for (account, minor) in [("2010-elsewhere", 99), ("2010-usd", 12_500)] {
        let (world, engine, payout) = World::with_payout().await;
        world.pockyt.pay_by_hand(&payout.invoice_id, account, minor);
        world
            .pockyt
            .inquiry_answers([Err(refusal(Refusal::TokenRejected))]);
        engine.tick().await.unwrap();
        // A notification about the other payment moves nothing.
        let body = world.pockyt.notification(&payout.invoice_id);
        let verdict = engine
            .take_notification(Way::Listener, None, &body)
            .await
            .unwrap();
        assert_eq!(verdict, Verdict::Mismatched);
        assert_eq!(world.state(payout.id).await, State::Unknown);
        world.run(&engine, 3).await;
        let open = world.payout(payout.id).await;
        assert_eq!(
            (open.state, open.reason, open.must_act()),
            (State::Unknown, Some(Reason::Duplicate), Actor::Owner)
        );
        assert!(
            !open.retryable(),
            "a request doubled on its way looks the same, and that one was paid"
        );
        assert_eq!(
            open.transaction_no, None,
            "the other payment's number is not ours"
        );
        let detail = open.detail.unwrap();
        assert!(detail.contains("30000"), "the owner can find it: {detail}");
        assert_eq!(world.pockyt.pays().len(), 1, "never sent again");
    }
}

#[tokio::test]
async fn an_invoice_id_that_is_taken_and_not_found_for_a_day_never_arrived_and_is_never_sent_again()
{
    let (world, engine, payout) = World::with_payout().await;
    let start = world.clock_now();
    world
        .pockyt
        .pay_fates([Fate::Fails(refusal(Refusal::Duplicate))]);
    world.run_until(&engine, payout.id, State::Failed).await;
    let failed = world.payout(payout.id).await;
    assert_eq!(failed.reason, Some(Reason::NeverArrived));
    let policy = Policy::default();
    assert!(world.pockyt.inquiries() >= policy.not_found_before_resend as usize);
    assert!(world.clock_now().duration_since(start) >= policy.resend_for);
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn a_record_that_disagrees_after_a_lost_answer_proves_nothing_and_calls_the_owner() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    world.pockyt.pay_by_hand(&payout.invoice_id, "2010-usd", 99);
    engine.tick().await.unwrap();
    world.run(&engine, 1).await;
    let recorded = world.events(&engine, payout.id).await.len();
    world.run(&engine, 60).await;
    let open = world.payout(payout.id).await;
    assert_eq!(
        (open.state, open.reason),
        (State::Unknown, Some(Reason::InvoiceTaken))
    );
    assert_eq!(open.must_act(), Actor::Owner);
    assert!(
        !open.retryable(),
        "it may be ours with the fee in the amount"
    );
    assert!(open.detail.unwrap().contains("30000"));
    assert_eq!(world.pockyt.pays().len(), 1);
    let events = world.events(&engine, payout.id).await;
    assert_eq!(events.len(), recorded, "the same answer leaves no trace");
    let last = &events.last().unwrap().event;
    assert_eq!(last.verdict, Some(Verdict::Mismatched));
    // Once it agrees, it is adopted.
    world.pockyt.tells_amount(12_500);
    world.run(&engine, 1).await;
    assert_eq!(world.state(payout.id).await, State::Paid);
}

#[tokio::test]
async fn a_record_under_our_transaction_number_is_ours_whatever_amount_it_tells() {
    let (world, engine, payout) = World::with_payout().await;
    engine.tick().await.unwrap();
    world.pockyt.tells_amount(12_405);
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world.run(&engine, 1).await;
    assert_eq!(world.state(payout.id).await, State::Paid);
}

#[tokio::test]
async fn in_processing_a_record_that_disagrees_is_kept_once_and_forgotten_when_it_agrees() {
    let (world, engine, payout) = World::with_payout().await;
    engine.tick().await.unwrap();
    let truth = world.pockyt.snapshot(&payout.invoice_id).unwrap();
    let other = PayoutSnapshot {
        transaction_no: Some("4000".into()),
        ..truth
    };
    let before = world.events(&engine, payout.id).await.len();
    world.pockyt.inquiry_answers(vec![Ok(other); 5]);
    world.run(&engine, 5).await;
    let doubtful = world.payout(payout.id).await;
    assert_eq!(
        (doubtful.state, doubtful.reason),
        (State::Processing, Some(Reason::InvoiceTaken))
    );
    assert_eq!(doubtful.must_act(), Actor::Owner);
    assert_eq!(world.events(&engine, payout.id).await.len(), before + 1);
    world.run(&engine, 1).await;
    let clear = world.payout(payout.id).await;
    assert_eq!((clear.reason, &clear.detail), (None, &None));
    assert_eq!(clear.must_act(), Actor::Pockyt);
}

#[tokio::test]
async fn what_was_not_found_long_ago_does_not_send_again() {
    let policy = Policy::default();
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    // The computer sleeps just before the request would have gone out again.
    world.clock.advance(SignedDuration::from_mins(4));
    for _ in 0..policy.not_found_before_resend {
        engine.check_payout(payout.id).await.unwrap();
    }
    assert_eq!(world.payout(payout.id).await.not_found, 4);
    world.clock.advance(SignedDuration::from_hours(1));
    world
        .pockyt
        .reads_fail(Some(trouble(Certainty::NotSent, Refusal::Unreachable)));
    world.run(&engine, 5).await;
    assert_eq!(world.pockyt.pays().len(), 1, "offline it asks in vain");
    world.pockyt.reads_fail(None);
    world.run_until_sent_again(&engine).await;

    // A start asks afresh.
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    world.clock.advance(SignedDuration::from_mins(4));
    for _ in 0..policy.not_found_before_resend {
        engine.check_payout(payout.id).await.unwrap();
    }
    let engine = world.engine();
    assert_eq!(engine.recover().await.unwrap(), 0, "none was interrupted");
    assert_eq!(world.payout(payout.id).await.not_found, 0);
    engine.tick().await.unwrap();
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn a_payout_goes_out_at_most_three_times_and_a_day_later_it_never_arrived() {
    let (world, engine, payout) = World::with_payout().await;
    let start = world.clock_now();
    let lost = Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout));
    world.pockyt.pay_fates(vec![lost; 9]);
    while world.clock_now().duration_since(start) < SignedDuration::from_hours(24) {
        let now = world.payout(payout.id).await;
        assert!(!now.retryable(), "it may still arrive: {:?}", now.state);
        world.run(&engine, 1).await;
    }
    assert_eq!(world.pockyt.pays().len(), 3);
    world.run(&engine, 3).await;
    let failed = world.payout(payout.id).await;
    assert_eq!(
        (failed.state, failed.reason),
        (State::Failed, Some(Reason::NeverArrived))
    );
    assert!(failed.retryable());
    assert_eq!(world.pockyt.pays().len(), 3);
}

#[tokio::test]
async fn a_payout_of_another_day_is_never_sent_again() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::DiesBefore]);
    dies(engine.tick()).await;
    world.clock.advance(SignedDuration::from_hours(30));
    let engine = world.engine();
    engine.recover().await.unwrap();
    let start = world.clock_now();
    world.run_until(&engine, payout.id, State::Failed).await;
    assert_eq!(world.pockyt.pays().len(), 1);
    let failed = world.payout(payout.id).await;
    assert_eq!(failed.reason, Some(Reason::NeverArrived));
    // When it was last on the wire is not known better than the start that found it.
    assert!(world.clock_now().duration_since(start) >= SignedDuration::from_hours(24));
}

#[tokio::test]
async fn a_clock_that_was_set_back_holds_up_nothing() {
    let (world, engine, payout) = World::with_payout().await;
    let waiting = world.release_another(&engine, &payout).await;
    engine.tick().await.unwrap();
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world
        .pockyt
        .settle(&waiting.invoice_id, WireStatus::Success);
    world.clock.advance(SignedDuration::from_hours(-30));
    assert_eq!(engine.clock_was_set_back().await.unwrap(), 2);
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Paid);
    assert_eq!(
        engine.clock_was_set_back().await.unwrap(),
        0,
        "what waits as long as it should is left alone"
    );

    for fate in [
        Fate::Fails(trouble(Certainty::NotSent, Refusal::Unreachable)),
        Fate::Late(trouble(Certainty::Unknown, Refusal::Timeout)),
        Fate::DiesAfter,
    ] {
        let (world, engine, payout) = World::with_payout().await;
        world.pockyt.pay_fates([fate.clone()]);
        if matches!(fate, Fate::DiesAfter) {
            dies(engine.tick()).await;
        } else {
            engine.tick().await.unwrap();
        }
        world.pockyt.deliver_late();
        world.clock.advance(SignedDuration::from_hours(-30));
        let engine = world.engine();
        engine.recover().await.unwrap();
        engine.tick().await.unwrap();
        assert_eq!(
            world.state(payout.id).await,
            State::Processing,
            "at once after {fate:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_about_another_invoice_id_proves_nothing() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::AnswerLost(trouble(
        Certainty::Unknown,
        Refusal::Timeout,
    ))]);
    engine.tick().await.unwrap();
    let other = PayoutSnapshot {
        invoice_id: "INV-other".into(),
        status: WireStatus::Failed,
        ..world.pockyt.snapshot(&payout.invoice_id).unwrap()
    };
    world.pockyt.inquiry_answers([Ok(other)]);
    world.run(&engine, 1).await;
    assert_eq!(world.state(payout.id).await, State::Unknown);
    world.run(&engine, 1).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn balance_or_state_is_failed_only_once_pockyt_says_that_there_is_no_such_payout() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(refusal(Refusal::BalanceOrState))]);
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Unknown);
    world.run(&engine, 2).await;
    assert_eq!(
        world.state(payout.id).await,
        State::Unknown,
        "once is not enough"
    );
    world.run(&engine, 10).await;
    assert!(world.pockyt.inquiries() >= Policy::default().not_found_before_resend as usize);
    let failed = world.payout(payout.id).await;
    assert_eq!(
        (failed.state, failed.reason),
        (State::Failed, Some(Reason::Refused))
    );

    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::AnswerLost(refusal(Refusal::BalanceOrState))]);
    engine.tick().await.unwrap();
    world.run(&engine, 2).await;
    assert_eq!(
        world.state(payout.id).await,
        State::Processing,
        "it was there all the same"
    );
}

#[tokio::test]
async fn a_refusal_of_the_resend_is_failed_only_when_the_first_request_did_not_arrive_either() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([
        Fate::Late(trouble(Certainty::Unknown, Refusal::Timeout)),
        Fate::Fails(refusal(Refusal::BadValue)),
    ]);
    engine.tick().await.unwrap();
    world.run_until_sent_again(&engine).await;
    assert_eq!(world.state(payout.id).await, State::Unknown);
    world.pockyt.deliver_late();
    world.run(&engine, 2).await;
    assert_eq!(world.state(payout.id).await, State::Processing);

    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([
        Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout)),
        Fate::Fails(refusal(Refusal::BadValue)),
    ]);
    let start = world.clock_now();
    world.run_until(&engine, payout.id, State::Failed).await;
    assert!(world.clock_now().duration_since(start) >= SignedDuration::from_hours(24));
    let failed = world.payout(payout.id).await;
    assert_eq!(failed.reason, Some(Reason::NeverArrived));
    assert_eq!(
        world.pockyt.pays().len(),
        2,
        "what was refused is not sent again"
    );
}

#[tokio::test]
async fn trouble_of_unknown_outcome_never_becomes_a_refusal() {
    for kind in [
        Refusal::BalanceOrState,
        Refusal::Other,
        Refusal::BadValue,
        Refusal::Invalid,
    ] {
        let (world, engine, payout) = World::with_payout().await;
        world
            .pockyt
            .pay_fates([Fate::Late(trouble(Certainty::Unknown, kind))]);
        engine.tick().await.unwrap();
        world.run(&engine, 2).await;
        assert_eq!(world.state(payout.id).await, State::Unknown, "{kind:?}");
    }
}

#[tokio::test]
async fn a_resend_that_never_left_does_not_make_the_payout_ready_again() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([
        Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout)),
        Fate::Fails(trouble(Certainty::NotSent, Refusal::Unreachable)),
    ]);
    engine.tick().await.unwrap();
    world.run_until_sent_again(&engine).await;
    let again = world.payout(payout.id).await;
    assert_eq!(again.state, State::Unknown);
    assert!(!again.cancellable());
    assert!(again.body.is_some());
    world.run(&engine, 40).await;
    assert_eq!(world.pockyt.pays()[0], world.pockyt.pays()[2]);
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn two_processes_that_ask_at_once_count_one_answer() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    let other = world.engine();
    let (first, second) = join(
        engine.check_payout(payout.id),
        other.check_payout(payout.id),
    )
    .await;
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(world.payout(payout.id).await.not_found, 1);
}

/// A payout of a run that was claimed and never left, at the next start, while its run is paused or stopped.
async fn held_back() -> (World, Arc<Engine>, Payout) {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::DiesBefore]);
    dies(engine.tick()).await;
    world.ledger.hold_back([payout.id]);
    let engine = world.engine();
    engine.recover().await.unwrap();
    (world, engine, payout)
}

#[tokio::test]
async fn what_is_held_back_is_asked_about_and_goes_out_once_that_is_over() {
    let (world, engine, payout) = held_back().await;
    let start = world.clock_now();
    while world.clock_now().duration_since(start) < SignedDuration::from_hours(1) {
        world.run(&engine, 1).await;
    }
    assert_eq!(world.state(payout.id).await, State::Unknown);
    assert_eq!(world.pockyt.pays().len(), 1, "the one that never left");
    let asked = world.pockyt.inquiries();
    assert!((5..20).contains(&asked), "now and then: {asked}");
    world.ledger.hold_back([]);
    engine.go_on();
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Processing);
    let pays = world.pockyt.pays();
    assert_eq!(pays.len(), 2);
    assert_eq!(pays[0], pays[1], "the same, under the same key");
}

#[tokio::test]
async fn what_a_stop_holds_back_never_arrived_after_a_day() {
    let (world, engine, payout) = held_back().await;
    world.run_until(&engine, payout.id, State::Failed).await;
    let failed = world.payout(payout.id).await;
    assert_eq!(failed.reason, Some(Reason::NeverArrived));
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn a_pause_that_comes_while_pockyt_is_asked_keeps_the_payout_from_going_out_again() {
    let (world, engine, payout) = held_back().await;
    world.ledger.hold_back([]);
    let policy = Policy::default();
    while world.payout(payout.id).await.not_found + 1 < policy.not_found_before_resend {
        world.run(&engine, 1).await;
    }
    world.clock.advance(SignedDuration::from_mins(4));
    let (ledger, pauses, id) = (world.ledger.clone(), engine.clone(), payout.id);
    world.pockyt.meanwhile(Box::pin(async move {
        let _still = pauses.standstill().await.unwrap();
        ledger.hold_back([id]);
    }));
    engine.tick().await.unwrap();
    let checking = world.payout(payout.id).await;
    assert_eq!(checking.not_found, policy.not_found_before_resend);
    assert_eq!(checking.state, State::Unknown);
    assert_eq!(world.pockyt.pays().len(), 1);
}
