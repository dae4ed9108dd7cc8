//! The loop that drives everything: side by side, at once when woken, and patient where it must be.

use crate::support::{Fate, VirtualClock, World, refusal, trouble};
use jiff::SignedDuration;
use remit_core::{Certainty, Code, Engine, Limits, Payout, Refusal, State, VaultError, WireStatus};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// Lets a process run up to its next await.
pub(crate) async fn turn(drive: &mut (impl Future<Output = ()> + Unpin)) {
    let turn = std::future::poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut *drive).poll(cx)));
    assert!(turn.await.is_pending(), "it never ends by itself");
}

/// Lets a process run while the clock stands still, until it does nothing more.
pub(crate) async fn settle(drive: &mut (impl Future<Output = ()> + Unpin)) {
    for _ in 0..300 {
        turn(drive).await;
        tokio::task::yield_now().await;
    }
}

/// Lets a process run for so long, in steps of a second.
pub(crate) async fn run_for(
    drive: &mut (impl Future<Output = ()> + Unpin),
    clock: &VirtualClock,
    seconds: u32,
) {
    settle(drive).await;
    for _ in 0..seconds {
        clock.advance(SignedDuration::from_secs(1));
        settle(drive).await;
    }
}

pub(crate) async fn released(count: usize) -> (World, Arc<Engine>, Vec<Payout>) {
    let (world, engine, payee) = World::with_payee().await;
    let mut payouts = Vec::new();
    for _ in 0..count {
        payouts.push(world.release(&engine, &world.draft(&payee, "1.00")).await);
    }
    (world, engine, payouts)
}

pub(crate) fn in_state(world: &World, state: State) -> usize {
    let payouts = world.ledger.all_payouts();
    payouts
        .iter()
        .filter(|payout| payout.state == state)
        .count()
}

#[tokio::test]
async fn what_was_released_goes_out_at_once_and_its_end_is_learnt() {
    let (world, engine, payouts) = released(3).await;
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    assert_eq!(world.pockyt.transfers().len(), 3);
    let another = world.release_another(&engine, &payouts[0]).await;
    settle(&mut drive).await;
    assert_eq!(world.state(another.id).await, State::Processing, "no wait");
    for payout in &payouts {
        world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    }
    run_for(&mut drive, &world.clock, 10).await;
    assert_eq!(world.state(payouts[0].id).await, State::Paid);
}

#[tokio::test]
async fn a_request_that_hangs_holds_up_no_other() {
    let (world, engine, _) = released(8).await;
    world.pockyt.pay_fates([Fate::DiesBefore]);
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    assert_eq!(world.pockyt.transfers().len(), 7);
    assert_eq!(in_state(&world, State::Sending), 1);
    run_for(&mut drive, &world.clock, 5 * 60 + 2).await;
    assert_eq!(in_state(&world, State::Sending), 0, "nobody waits for ever");
    assert_eq!(in_state(&world, State::Unknown), 1);
}

#[tokio::test]
async fn no_more_leaves_than_the_owner_allows() {
    let (world, engine, _) = released(9).await;
    engine.limit(Limits {
        at_once: 100,
        per_minute: 60,
    });
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    let at_first = world.pockyt.pays().len();
    assert!((1..=3).contains(&at_first), "{at_first} at once");
    run_for(&mut drive, &world.clock, 3).await;
    let later = world.pockyt.pays().len();
    assert!(later <= at_first + 3, "{later} after three seconds");
    run_for(&mut drive, &world.clock, 30).await;
    assert_eq!(world.pockyt.transfers().len(), 9);
}

#[tokio::test]
async fn when_pockyt_asks_for_fewer_requests_nothing_leaves_for_a_while() {
    let (world, engine, _) = released(6).await;
    engine.limit(Limits {
        at_once: 1,
        per_minute: 0,
    });
    let too_many = trouble(Certainty::Unknown, Refusal::RateLimited);
    world.pockyt.pay_fates([Fate::Fails(too_many)]);
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    assert_eq!(world.pockyt.pays().len(), 1);
    assert!(engine.status().held_until.is_some());
    run_for(&mut drive, &world.clock, 30).await;
    assert_eq!(engine.status().held_until, None);
    assert_eq!(world.pockyt.transfers().len(), 5, "the others went out");
    assert_eq!(in_state(&world, State::Unknown), 1);
    run_for(&mut drive, &world.clock, 400).await;
    assert_eq!(world.pockyt.transfers().len(), 6);
}

#[tokio::test]
async fn without_a_network_payouts_wait_can_be_withdrawn_and_go_out_at_once_when_it_is_back() {
    let (world, engine, payouts) = released(20).await;
    let unreachable = trouble(Certainty::NotSent, Refusal::Unreachable);
    let down = std::iter::repeat_n(Fate::Fails(unreachable.clone()), 20);
    world.pockyt.pay_fates(down);
    world.pockyt.reads_fail(Some(unreachable));
    let mut drive = pin!(engine.drive());
    run_for(&mut drive, &world.clock, 3600).await;
    assert!(engine.status().offline_since.is_some());
    let tried = world.pockyt.pays().len();
    assert!(tried <= 4, "{tried} payouts bounced back and forth");
    for payout in &payouts {
        assert_eq!(world.state(payout.id).await, State::Ready);
    }
    engine.cancel_payout(payouts[7].id).await.unwrap();
    // What was prepared meanwhile is released without waiting for Pockyt.
    world.release_another(&engine, &payouts[0]).await;

    world.pockyt.pay_fates([]);
    world.pockyt.reads_fail(None);
    run_for(&mut drive, &world.clock, 40).await;
    assert_eq!(engine.status().offline_since, None);
    assert_eq!(world.pockyt.transfers().len(), 20);
    assert_eq!(world.state(payouts[7].id).await, State::Cancelled);
}

#[tokio::test]
async fn after_a_sleep_it_asks_at_once() {
    let (world, engine, payouts) = released(1).await;
    let mut drive = pin!(engine.drive());
    run_for(&mut drive, &world.clock, 1200).await;
    world
        .pockyt
        .settle(&payouts[0].invoice_id, WireStatus::Success);
    world
        .clock
        .sleep_through(SignedDuration::from_hours(24 * 7));
    run_for(&mut drive, &world.clock, 6).await;
    assert_eq!(world.state(payouts[0].id).await, State::Paid);
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_nothing() {
    for back in [
        SignedDuration::from_hours(-48),
        SignedDuration::from_mins(-10),
    ] {
        let (world, engine, payouts) = released(1).await;
        let mut drive = pin!(engine.drive());
        run_for(&mut drive, &world.clock, 5).await;
        world
            .pockyt
            .settle(&payouts[0].invoice_id, WireStatus::Success);
        world.clock.sleep_through(back);
        run_for(&mut drive, &world.clock, 12).await;
        assert_eq!(world.state(payouts[0].id).await, State::Paid, "{back}");
    }
}

#[tokio::test]
async fn a_ledger_that_fails_is_told_once_and_all_goes_on_when_it_works_again() {
    let (world, engine, payouts) = released(2).await;
    let _forgotten = world.told();
    let full = crate::support::Fault::Fails(remit_core::LedgerError::DiskFull);
    world.ledger.break_writes(std::iter::repeat_n(full, 8));
    let mut drive = pin!(engine.drive());
    run_for(&mut drive, &world.clock, 60).await;
    let troubles = world
        .told()
        .into_iter()
        .filter(|told| matches!(told, remit_core::Changed::Trouble(_)))
        .count();
    assert_eq!(troubles, 1, "one message a cause");
    assert_eq!(world.state(payouts[0].id).await, State::Processing);
    assert_eq!(world.pockyt.transfers().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_no_reason_to_wait() {
    let (world, engine, _) = released(2).await;
    world
        .pockyt
        .pay_fates([Fate::Fails(refusal(Refusal::BadValue))]);
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    assert_eq!(in_state(&world, State::Failed), 1);
    assert_eq!(in_state(&world, State::Processing), 1);
}

#[tokio::test]
async fn what_broke_off_takes_no_room_from_what_goes_on() {
    let (world, engine, payouts) = released(3).await;
    engine.limit(Limits {
        at_once: 1,
        per_minute: 0,
    });
    world.pockyt.pay_fates([Fate::DiesBefore]);
    {
        let mut drive = pin!(engine.drive());
        settle(&mut drive).await;
        assert_eq!(engine.status().under_way, 1);
    }
    engine.recover().await.unwrap();
    let mut drive = pin!(engine.drive());
    run_for(&mut drive, &world.clock, 10).await;
    let sent = world.pockyt.transfers().len();
    assert_eq!(sent, 2, "all but the one that may be on its way");
    run_for(&mut drive, &world.clock, 600).await;
    assert_eq!(world.pockyt.transfers().len(), payouts.len());
}

#[tokio::test]
async fn while_nobody_knows_whether_the_ledger_is_the_newest_nothing_leaves_and_questions_go_on() {
    let (world, engine, payouts) = released(2).await;
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    let more = world.release_another(&engine, &payouts[0]).await;
    engine.hold(VaultError::Locked.into());
    settle(&mut drive).await;
    for payout in &payouts {
        world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    }
    run_for(&mut drive, &world.clock, 60).await;
    assert_eq!(world.pockyt.transfers().len(), 2);
    assert_eq!(world.state(more.id).await, State::Ready);
    assert_eq!(in_state(&world, State::Paid), 2, "it asks all the same");
    let refused = engine.check_compared().unwrap_err();
    assert_eq!(refused.code(), Code::KeychainLocked, "and says why");

    engine.hold_no_longer();
    settle(&mut drive).await;
    assert_eq!(world.pockyt.transfers().len(), 3, "at once");
    assert_eq!(engine.recovery(), None);
}
