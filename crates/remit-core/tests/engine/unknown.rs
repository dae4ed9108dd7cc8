//! I4: no reliable answer is a state. It is resolved by asking; the same request goes out again only as a last resort.

use crate::support::{Fate, World, refusal, trouble};
use futures_util::future::join;
use jiff::SignedDuration;
use remit_core::{Certainty, PayoutSnapshot, Policy, Reason, Refusal, State, WireStatus};

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
async fn duplicate_means_ask() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::AnswerLost(refusal(Refusal::Duplicate))]);
    engine.tick().await.unwrap();
    let checking = world.payout(payout.id).await;
    assert_eq!(
        (checking.state, checking.reason),
        (State::Unknown, Some(Reason::Duplicate))
    );
    world.run(&engine, 1).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn an_invoice_id_taken_at_pockyt_by_another_payment_fails() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_by_hand(&payout.invoice_id, 99);
    engine.tick().await.unwrap();
    world.run(&engine, 3).await;
    let failed = world.payout(payout.id).await;
    assert_eq!(
        (failed.state, failed.reason),
        (State::Failed, Some(Reason::InvoiceTaken))
    );
    assert_eq!(
        failed.transaction_no, None,
        "the other payment's number is not ours"
    );
    assert_eq!(world.pockyt.transfers().len(), 1, "only the other payment");
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
    world.run(&engine, 40).await;
    assert_eq!(world.state(payout.id).await, State::Failed);
    assert!(world.pockyt.transfers().is_empty());
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
