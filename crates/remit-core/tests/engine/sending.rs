//! I1, I2, I3, I5: what is durable before the wire, who sends, and that nothing goes out twice or is lost.

use crate::support::{Fate, Fault, World, code, dies, refusal, trouble};
use futures_util::future::join;
use jiff::SignedDuration;
use remit_core::{
    Certainty, Code, EventKind, LedgerError, Reason, Refusal, State, Subject, WireStatus,
};

#[tokio::test]
async fn a_released_payout_is_sent_once_and_ends_paid() {
    let (world, engine, payout) = World::with_payout().await;
    assert_eq!(payout.state, State::Ready);
    assert!(world.pockyt.pays().is_empty(), "releasing sends nothing");
    assert_eq!(engine.tick().await.unwrap(), 1);
    let sent = world.payout(payout.id).await;
    assert_eq!(sent.state, State::Processing);
    assert_eq!(sent.attempts, 1);
    assert_eq!(sent.fee.map(|fee| fee.minor), Some(95));
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world.run(&engine, 20).await;
    assert_eq!(world.state(payout.id).await, State::Paid);
    assert_eq!(world.pockyt.pays().len(), 1);
    assert_eq!(world.pockyt.transfers().len(), 1);
}

#[tokio::test]
async fn a_form_submitted_twice_pays_once() {
    let (world, engine, payee) = World::with_payee().await;
    let draft = world.draft(&payee, "10.00");
    let review = engine.preview_payout(&draft).await.unwrap().review;
    let (first, second) = join(
        engine.submit_payout(&draft, &review),
        engine.submit_payout(&draft, &review),
    )
    .await;
    assert_eq!(first.unwrap(), second.unwrap());
    world.run(&engine, 5).await;
    let again = engine.submit_payout(&draft, &review).await.unwrap();
    assert_eq!(again.state, State::Processing, "it shows what became of it");
    world.run(&engine, 5).await;
    assert_eq!(world.pockyt.pays().len(), 1);
    assert_eq!(world.ledger.all_payouts().len(), 1);
}

#[tokio::test]
async fn two_processes_on_one_ledger_send_once() {
    let (world, engine, payout) = World::with_payout().await;
    let other = world.engine();
    let rival = other.clone();
    // The second process runs while the first has the request on the wire.
    world.pockyt.meanwhile(Box::pin(async move {
        rival.tick().await.unwrap();
    }));
    let (first, second) = join(engine.tick(), other.tick()).await;
    first.unwrap();
    second.unwrap();
    assert_eq!(world.pockyt.pays().len(), 1);
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn a_crash_before_the_request_leaves_ends_in_one_transfer() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::DiesBefore]);
    dies(engine.tick()).await;
    assert_eq!(world.state(payout.id).await, State::Sending);
    let engine = world.engine();
    assert_eq!(engine.recover().await.unwrap(), 1);
    let found = world.payout(payout.id).await;
    assert_eq!(
        (found.state, found.reason),
        (State::Unknown, Some(Reason::Interrupted))
    );
    world.run(&engine, 30).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
    assert_eq!(world.pockyt.transfers().len(), 1);
    let pays = world.pockyt.pays();
    assert_eq!(pays.len(), 2);
    assert_eq!(pays[0], pays[1], "the same body under the same key");
}

#[tokio::test]
async fn a_crash_before_the_answer_is_resolved_by_inquiry_alone() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::DiesAfter]);
    dies(engine.tick()).await;
    let engine = world.engine();
    engine.recover().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Unknown);
    assert!(engine.cancel_payout(payout.id).await.is_err());
    // Asked at once, without any wait.
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Processing);
    assert_eq!(world.pockyt.pays().len(), 1, "nothing was sent again");
    assert_eq!(world.pockyt.transfers().len(), 1);
}

#[tokio::test]
async fn a_crash_between_the_claim_and_the_send_ends_in_one_transfer() {
    let (world, engine, payout) = World::with_payout().await;
    world.ledger.break_writes([Fault::DiesAfter]);
    dies(engine.tick()).await;
    assert_eq!(world.state(payout.id).await, State::Sending);
    let engine = world.engine();
    engine.recover().await.unwrap();
    world.run(&engine, 30).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
    assert_eq!(world.pockyt.transfers().len(), 1);
}

#[tokio::test]
async fn a_crash_in_recovery_loses_nothing() {
    let (world, engine, payee) = World::with_payee().await;
    for _ in 0..3 {
        world.release(&engine, &world.draft(&payee, "1.00")).await;
    }
    world
        .pockyt
        .pay_fates([Fate::DiesAfter, Fate::DiesBefore, Fate::DiesAfter]);
    dies(engine.tick()).await;
    world.ledger.break_writes([Fault::DiesAfter]);
    dies(world.engine().recover()).await;
    let engine = world.engine();
    engine.recover().await.unwrap();
    world.run(&engine, 40).await;
    assert!(
        world
            .ledger
            .all_payouts()
            .iter()
            .all(|payout| payout.state == State::Processing)
    );
    assert_eq!(world.pockyt.transfers().len(), 3);
}

#[tokio::test]
async fn a_claim_that_is_not_durable_sends_nothing() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .ledger
        .break_writes([Fault::Fails(LedgerError::DiskFull)]);
    assert_eq!(code(engine.tick().await), Code::DiskFull);
    assert!(world.pockyt.pays().is_empty());
    assert_eq!(world.state(payout.id).await, State::Ready);
    world.run(&engine, 1).await;
    assert_eq!(
        world.state(payout.id).await,
        State::Processing,
        "it goes on when it can"
    );
}

#[tokio::test]
async fn an_answer_that_could_not_be_written_is_found_again_without_a_restart() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .ledger
        .break_writes([Fault::None, Fault::Fails(LedgerError::DiskFull)]);
    assert_eq!(code(engine.tick().await), Code::DiskFull);
    assert_eq!(world.state(payout.id).await, State::Sending);
    world.run(&engine, 5).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn an_answer_that_comes_after_all_settles_what_was_given_up() {
    let (world, engine, payout) = World::with_payout().await;
    let other = world.engine();
    world.pockyt.meanwhile(Box::pin(async move {
        other.recover().await.unwrap();
    }));
    world
        .pockyt
        .reads_fail(Some(trouble(Certainty::Unknown, Refusal::Timeout)));
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Processing);
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn recovery_yields_to_a_notification_that_comes_first() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::DiesAfter]);
    dies(engine.tick()).await;
    let (engine, other) = (world.engine(), world.engine());
    let (first, second) = join(engine.recover(), other.recover()).await;
    assert_eq!(
        first.unwrap() + second.unwrap(),
        1,
        "each payout is found once"
    );
    assert_eq!(world.state(payout.id).await, State::Unknown);
}

#[tokio::test]
async fn what_certainly_never_left_waits_and_can_be_withdrawn() {
    let (world, engine, payout) = World::with_payout().await;
    let offline = || Fate::Fails(trouble(Certainty::NotSent, Refusal::Unreachable));
    world.pockyt.pay_fates([offline(), offline()]);
    engine.tick().await.unwrap();
    let waits = world.payout(payout.id).await;
    assert_eq!(
        (waits.state, waits.reason),
        (State::Ready, Some(Reason::NotSent))
    );
    assert_eq!(
        (waits.attempts, &waits.body, waits.sent_at),
        (0, &None, None)
    );
    assert!(
        waits.next_at > Some(world.clock_now()),
        "it waits before it tries again"
    );
    let withdrawn = engine.cancel_payout(payout.id).await.unwrap();
    assert_eq!(withdrawn.state, State::Cancelled);
    assert_eq!(
        engine.cancel_payout(payout.id).await.unwrap().revision,
        withdrawn.revision
    );
    world.run(&engine, 20).await;
    assert!(world.pockyt.transfers().is_empty());
}

#[tokio::test]
async fn what_never_left_goes_out_later_with_a_fresh_body_under_the_same_key() {
    let (world, engine, payout) = World::with_payout().await;
    world.pockyt.pay_fates([Fate::Fails(trouble(
        Certainty::NotSent,
        Refusal::Unreachable,
    ))]);
    engine.tick().await.unwrap();
    world.run(&engine, 1).await;
    let pays = world.pockyt.pays();
    assert_eq!(pays.len(), 2);
    assert_ne!(pays[0].0, pays[1].0, "the timestamp in the body is fresh");
    assert_eq!(pays[0].1, pays[1].1);
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn a_long_time_offline_does_not_become_a_busy_loop() {
    let (world, engine, payout) = World::with_payout().await;
    let offline = Fate::Fails(trouble(Certainty::NotSent, Refusal::Unreachable));
    world.pockyt.pay_fates(vec![offline; 500]);
    let start = world.clock_now();
    while world.clock_now().duration_since(start) < SignedDuration::from_hours(8) {
        world.run(&engine, 1).await;
    }
    let tries = world.pockyt.pays().len();
    assert!(tries < 40, "{tries} tries in a night");
    assert_eq!(world.state(payout.id).await, State::Ready);
}

#[tokio::test]
async fn withdrawing_and_claiming_at_once_has_one_winner() {
    let (world, engine, payout) = World::with_payout().await;
    let other = world.engine();
    let id = payout.id;
    world.pockyt.meanwhile(Box::pin(async move {
        assert_eq!(code(other.cancel_payout(id).await), Code::NotCancellable);
    }));
    engine.tick().await.unwrap();
    assert_eq!(world.state(id).await, State::Processing);

    let (world, engine, payout) = World::with_payout().await;
    engine.cancel_payout(payout.id).await.unwrap();
    world.run(&engine, 5).await;
    assert!(world.pockyt.pays().is_empty());
    assert_eq!(world.state(payout.id).await, State::Cancelled);
}

#[tokio::test]
async fn a_definite_refusal_fails_and_is_not_sent_again() {
    let (world, engine, payout) = World::with_payout().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(refusal(Refusal::BadValue))]);
    engine.tick().await.unwrap();
    let failed = world.payout(payout.id).await;
    assert_eq!(
        (failed.state, failed.reason),
        (State::Failed, Some(Reason::Refused))
    );
    assert_eq!(failed.detail.as_deref(), Some("refused: BadValue"));
    assert!(failed.settled_at.is_some());
    world.run(&engine, 5).await;
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn many_payouts_go_out_in_small_groups_each_once() {
    let (world, engine, payee) = World::with_payee().await;
    for _ in 0..50 {
        world.release(&engine, &world.draft(&payee, "1.00")).await;
    }
    world.run(&engine, 60).await;
    assert_eq!(world.pockyt.pays().len(), 50);
    assert_eq!(world.pockyt.transfers().len(), 50);
    assert!(
        world
            .ledger
            .all_payouts()
            .iter()
            .all(|payout| payout.state == State::Processing)
    );
}

#[tokio::test]
async fn history_tells_every_step_with_its_evidence() {
    let (world, engine, payout) = World::with_payout().await;
    engine.tick().await.unwrap();
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    world.run(&engine, 5).await;
    let events = engine
        .ports()
        .ledger
        .events(Subject::Payout(payout.id))
        .await
        .unwrap();
    let told: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event.event.kind,
                event.event.from.as_deref(),
                event.event.to.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (EventKind::Released, None, Some("ready")),
            (EventKind::Sending, Some("ready"), Some("sending")),
            (EventKind::Answered, Some("sending"), Some("processing")),
            (EventKind::Inquired, Some("processing"), Some("paid")),
        ]
    );
    let body = world.payout(payout.id).await.body.unwrap();
    assert_eq!(
        events[1].event.evidence,
        Some(body.0),
        "what was sent is on record"
    );
}

#[tokio::test]
async fn what_remit_itself_refuses_to_send_fails_instead_of_waiting_for_ever() {
    for certainty in [Certainty::NotSent, Certainty::Refused] {
        let (world, engine, payout) = World::with_payout().await;
        world
            .pockyt
            .pay_fates([Fate::Fails(trouble(certainty, Refusal::Invalid))]);
        engine.tick().await.unwrap();
        assert_eq!(world.state(payout.id).await, State::Failed);
    }
}

#[tokio::test]
async fn a_claim_that_the_ledger_refuses_is_told_and_does_not_hold_up_the_others() {
    let (world, engine, payee) = World::with_payee().await;
    let broken = world.release(&engine, &world.draft(&payee, "1.00")).await;
    let fine = world.release(&engine, &world.draft(&payee, "1.00")).await;
    world.ledger.refuse_changes_of(Some(broken.id));
    assert_eq!(code(engine.tick().await), Code::LedgerFailed);
    assert_eq!(world.state(fine.id).await, State::Processing);
    assert_eq!(world.state(broken.id).await, State::Ready);
    world.ledger.refuse_changes_of(None);
    world.run(&engine, 1).await;
    assert_eq!(world.state(broken.id).await, State::Processing);
}

#[tokio::test]
async fn one_payout_that_cannot_change_starves_no_other() {
    let (world, engine, payee) = World::with_payee().await;
    let mut payouts = Vec::new();
    for _ in 0..3 {
        payouts.push(world.release(&engine, &world.draft(&payee, "1.00")).await);
        engine.tick().await.unwrap();
        world.clock.advance(SignedDuration::from_millis(1));
    }
    for payout in &payouts {
        world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    }
    world.clock.advance(SignedDuration::from_secs(10));
    // An inquiry whose answer cannot be written holds up no other inquiry.
    world.ledger.refuse_changes_of(Some(payouts[0].id));
    assert_eq!(code(engine.tick().await), Code::LedgerFailed);
    for payout in &payouts[1..] {
        assert_eq!(world.state(payout.id).await, State::Paid);
    }
    // Nor does a claim that cannot be written.
    let waiting = world.release(&engine, &world.draft(&payee, "1.00")).await;
    world.ledger.refuse_changes_of(Some(waiting.id));
    assert_eq!(code(engine.tick().await), Code::LedgerFailed);
    assert_eq!(world.state(payouts[0].id).await, State::Paid);
}

#[tokio::test]
async fn one_payout_that_cannot_change_does_not_stop_recovery() {
    let (world, engine, payee) = World::with_payee().await;
    let mut payouts = Vec::new();
    for _ in 0..3 {
        payouts.push(world.release(&engine, &world.draft(&payee, "1.00")).await);
    }
    world.pockyt.pay_fates(vec![Fate::DiesAfter; 3]);
    dies(engine.tick()).await;
    world.ledger.refuse_changes_of(Some(payouts[0].id));
    assert_eq!(code(world.engine().recover().await), Code::LedgerFailed);
    for payout in &payouts[1..] {
        assert_eq!(world.state(payout.id).await, State::Unknown);
    }
}

#[tokio::test]
async fn one_payout_that_cannot_change_does_not_keep_others_in_sending() {
    let (world, engine, payee) = World::with_payee().await;
    let mut payouts = Vec::new();
    for _ in 0..3 {
        payouts.push(world.release(&engine, &world.draft(&payee, "1.00")).await);
    }
    world.pockyt.pay_fates(vec![Fate::DiesAfter; 3]);
    dies(engine.tick()).await;
    world.ledger.refuse_changes_of(Some(payouts[0].id));
    world.clock.advance(SignedDuration::from_mins(6));
    assert_eq!(code(engine.tick().await), Code::LedgerFailed);
    for payout in &payouts[1..] {
        assert_ne!(world.state(payout.id).await, State::Sending);
    }
}

#[tokio::test]
async fn a_first_status_that_is_final_already_is_believed_only_from_an_inquiry() {
    for (status, state) in [
        (WireStatus::Success, State::Paid),
        (WireStatus::Failed, State::Failed),
    ] {
        let (world, engine, payout) = World::with_payout().await;
        world.pockyt.decides_at_once(status);
        let id = payout.id;
        // The inquiry follows in the same round; before it, the payout is not called final.
        engine.tick().await.unwrap();
        assert_eq!(world.pockyt.inquiries(), 1);
        let events = engine.ports().ledger.events(Subject::Payout(id)).await;
        let told: Vec<_> = events
            .unwrap()
            .into_iter()
            .filter_map(|event| event.event.to)
            .collect();
        assert_eq!(told[..3], ["ready", "sending", "processing"]);
        assert_eq!(world.state(id).await, state);
    }
}
