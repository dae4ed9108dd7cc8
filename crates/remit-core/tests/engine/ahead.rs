//! What is claimed ahead of the wire: how much that is, and that the owner gets it back whatever comes.

use crate::driving::{in_state, released, run_for, settle, turn};
use crate::support::{Fate, Fault, World, trouble};
use jiff::SignedDuration;
use remit_core::{
    Certainty, Engine, LedgerError, Limits, Payout, Reason, RecoveryCause, Refusal, State,
};
use std::pin::{Pin, pin};
use std::sync::Arc;

const fn at_once(at_once: u32) -> Limits {
    Limits {
        at_once,
        per_minute: 0,
    }
}

/// Twenty payouts, of which one was accepted, four hang on the wire, and four are claimed ahead of it.
async fn ahead() -> (World, Arc<Engine>, Vec<Payout>) {
    let (world, engine, payouts) = released(20).await;
    engine.limit(at_once(4));
    let fates = [Fate::Answered].into_iter();
    world
        .pockyt
        .pay_fates(fates.chain(std::iter::repeat_n(Fate::DiesBefore, 20)));
    (world, engine, payouts)
}

async fn runs(drive: &mut Pin<&mut impl Future<Output = ()>>, world: &World) {
    settle(drive).await;
    assert_eq!(world.pockyt.pays().len(), 5, "left");
    assert_eq!(in_state(world, State::Sending), 8, "claimed");
    assert_eq!(in_state(world, State::Ready), 11);
}

/// What is claimed and has not left.
fn waits(world: &World, payouts: &[Payout]) -> Payout {
    let now = world.ledger.all_payouts();
    let sent = world.pockyt.pays();
    let left = |payout: &Payout| {
        let mut bodies = sent.iter().map(|(body, _)| Some(body));
        bodies.any(|body| body == payout.body.as_ref())
    };
    assert_eq!(now.len(), payouts.len());
    let found = now
        .into_iter()
        .find(|payout| payout.state == State::Sending && !left(payout));
    found.expect("something is claimed ahead")
}

/// None of what was given back was sent, and none of it was lost.
fn all_is_back(world: &World) {
    assert_eq!(world.pockyt.pays().len(), 5, "nothing more left");
    assert_eq!(
        in_state(world, State::Sending),
        4,
        "what hangs on the wire, alone"
    );
    assert_eq!(in_state(world, State::Ready), 15, "may be withdrawn");
    for payout in world.ledger.all_payouts() {
        if payout.state == State::Ready {
            assert_eq!(
                (payout.attempts, payout.body, payout.sent_at),
                (0, None, None)
            );
        }
    }
}

#[tokio::test]
async fn as_many_are_claimed_ahead_as_may_be_on_the_wire() {
    let (world, engine, _) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    let status = engine.status();
    assert_eq!((status.under_way, status.ahead), (4, 4));
}

#[tokio::test]
async fn nothing_is_claimed_ahead_before_the_wire_moves_or_with_a_limit_to_the_minute() {
    let (world, engine, _) = released(20).await;
    world
        .pockyt
        .pay_fates(std::iter::repeat_n(Fate::DiesBefore, 20));
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    assert_eq!(in_state(&world, State::Sending), 4);

    let (world, engine, _) = ahead().await;
    engine.limit(Limits {
        at_once: 4,
        per_minute: 600,
    });
    let mut drive = pin!(engine.drive());
    settle(&mut drive).await;
    assert_eq!(in_state(&world, State::Sending), 4);
}

#[tokio::test]
async fn what_is_claimed_ahead_can_be_withdrawn_and_is_never_sent() {
    let (world, engine, payouts) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    let payout = waits(&world, &payouts);
    let withdrawn = engine.cancel_payout(payout.id).await.unwrap();
    assert_eq!(withdrawn.state, State::Cancelled);
    world.pockyt.pay_fates([]);
    run_for(&mut drive, &world.clock, 1800).await;
    assert_eq!(world.state(payout.id).await, State::Cancelled);
    let transfers = world.pockyt.transfers();
    assert_eq!(transfers.len(), 19, "all the others");
    let invoice = &payout.invoice_id;
    assert!(transfers.iter().all(|paid| paid.invoice_id != *invoice));
}

#[tokio::test]
async fn what_hangs_on_the_wire_cannot_be_withdrawn() {
    let (world, engine, payouts) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    let (body, _) = world.pockyt.pays().pop().unwrap();
    let left = world.ledger.all_payouts();
    let left = left
        .iter()
        .find(|payout| payout.body.as_ref() == Some(&body));
    let left = left.unwrap();
    let refused = engine.cancel_payout(left.id).await;
    assert_eq!(
        crate::support::code(refused),
        remit_core::Code::NotCancellable
    );
    assert_eq!(payouts.len(), 20);
}

#[tokio::test]
async fn a_standstill_gives_all_back_and_nothing_is_claimed_while_it_lasts() {
    let (world, engine, _) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    let still = engine.standstill().await.unwrap();
    let another = engine.standstill().await.unwrap();
    all_is_back(&world);
    drop(another);
    world.pockyt.pay_fates([]);
    engine.limit(at_once(10));
    run_for(&mut drive, &world.clock, 60).await;
    all_is_back(&world);
    drop(still);
    run_for(&mut drive, &world.clock, 10).await;
    assert_eq!(world.pockyt.transfers().len(), 16, "all but what hangs");
}

#[tokio::test]
async fn a_lower_limit_gives_back_what_is_too_many() {
    let (world, engine, _) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    engine.limit(at_once(1));
    settle(&mut drive).await;
    assert_eq!(in_state(&world, State::Sending), 5, "one ahead");
    engine.limit(Limits {
        at_once: 1,
        per_minute: 10,
    });
    settle(&mut drive).await;
    all_is_back(&world);
}

#[tokio::test]
async fn a_wire_that_stands_still_gives_all_back() {
    let (world, engine, _) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    run_for(&mut drive, &world.clock, 3).await;
    all_is_back(&world);
}

#[tokio::test]
async fn without_a_network_or_when_pockyt_asks_for_fewer_all_is_given_back() {
    for (certainty, kind) in [
        (Certainty::NotSent, Refusal::Unreachable),
        (Certainty::Unknown, Refusal::RateLimited),
    ] {
        let (world, engine, _) = ahead().await;
        let mut drive = pin!(engine.drive());
        runs(&mut drive, &world).await;
        let error = trouble(certainty, kind);
        world.pockyt.reads_fail(Some(error));
        engine
            .ports()
            .gateway
            .balance(remit_core::Currency::USD)
            .await
            .unwrap_err();
        settle(&mut drive).await;
        all_is_back(&world);
    }
}

#[tokio::test]
async fn a_sleep_gives_all_back() {
    let (world, engine, _) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    // Short enough that nothing is overdue, and no answer comes back meanwhile.
    world.clock.sleep_through(SignedDuration::from_mins(2));
    engine.limit(at_once(4));
    let claims = world.ledger.all_payouts();
    let before: Vec<_> = claims
        .into_iter()
        .filter(|one| one.state == State::Sending)
        .collect();
    assert_eq!(before.len(), 8);
    settle(&mut drive).await;
    let given_back = before.iter().filter(|one| {
        let now = world.ledger.all_payouts();
        now.iter()
            .any(|now| now.id == one.id && now.since > one.since)
    });
    assert_eq!(
        given_back.count(),
        4,
        "none waits with what it was before the sleep"
    );
    assert_eq!(world.pockyt.pays().len(), 5);
}

#[tokio::test]
async fn a_ledger_that_fails_gives_all_back_as_soon_as_it_works_and_none_of_it_leaves_before() {
    let (world, engine, _) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    let full = Fault::Fails(LedgerError::DiskFull);
    world.ledger.break_writes(std::iter::repeat_n(full, 2));
    let refused = engine.standstill().await;
    assert!(refused.is_err(), "the owner is told");
    world.pockyt.pay_fates([]);
    engine.limit(at_once(20));
    settle(&mut drive).await;
    assert_eq!(world.pockyt.pays().len(), 5, "none of it leaves");
    run_for(&mut drive, &world.clock, 12).await;
    assert_eq!(world.pockyt.transfers().len(), 16, "and none is lost");
}

#[tokio::test]
async fn a_withdrawal_while_a_claim_is_written_is_kept() {
    let (world, engine, payouts) = released(4).await;
    let mut drive = pin!(engine.drive());
    // The engine has read what is ready and writes its claims; each turn of the loop is one await.
    for _ in 0..40 {
        turn(&mut drive).await;
        let done = engine.cancel_payout(payouts[3].id).await;
        let state = world.state(payouts[3].id).await;
        assert_eq!(done.is_ok(), state == State::Cancelled);
    }
    run_for(&mut drive, &world.clock, 60).await;
    let paid = world.pockyt.transfers();
    let sent = paid
        .iter()
        .any(|one| one.invoice_id == payouts[3].invoice_id);
    assert_eq!(sent, world.state(payouts[3].id).await != State::Cancelled);
}

#[tokio::test]
async fn what_is_told_to_be_released_only_after_its_claim_is_sent_all_the_same() {
    let (world, engine, payouts) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    let claimed = waits(&world, &payouts);
    let released = payouts.iter().find(|payout| payout.id == claimed.id);
    let released = released.unwrap();
    assert_eq!(released.state, State::Ready);
    // A run tells of many rows, one after the other, while the first of them leave.
    engine.released(released).await;
    world.pockyt.pay_fates([]);
    engine.limit(at_once(20));
    settle(&mut drive).await;
    assert_eq!(world.state(claimed.id).await, State::Processing);
}

#[tokio::test]
async fn nothing_that_is_claimed_leaves_a_ledger_that_turns_out_to_be_an_earlier_one() {
    let (world, engine, _) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    engine
        .begin_recovery(RecoveryCause::RolledBack)
        .await
        .unwrap();
    world.pockyt.pay_fates([]);
    engine.limit(at_once(20));
    settle(&mut drive).await;
    all_is_back(&world);
}

#[tokio::test]
async fn what_is_claimed_for_somebody_who_changed_is_looked_at_again_before_it_leaves() {
    let (world, engine, payouts) = ahead().await;
    let mut drive = pin!(engine.drive());
    runs(&mut drive, &world).await;
    world.pockyt.set_payee_status("DEACTIVATED");
    engine.refresh_payee(payouts[0].payee_id).await.unwrap();
    // At once, however long the wire hangs.
    settle(&mut drive).await;
    all_is_back(&world);
    world.pockyt.pay_fates([]);
    engine.limit(at_once(20));
    settle(&mut drive).await;
    let held = world.ledger.all_payouts().into_iter();
    let held = held.filter(|one| one.reason == Some(Reason::PayeeNotActive));
    assert_eq!(held.count(), 15);
}

#[tokio::test]
async fn somebody_who_changes_while_a_claim_is_written_is_not_paid_unseen() {
    // The engine has read what is ready and writes its claims; each turn of the loop is one await.
    for turns in 0..40 {
        let (world, engine, payouts) = released(4).await;
        let mut drive = pin!(engine.drive());
        for _ in 0..turns {
            turn(&mut drive).await;
        }
        let left = world.pockyt.pays().len() + engine.status().under_way as usize;
        world.pockyt.set_payee_status("DEACTIVATED");
        engine.refresh_payee(payouts[0].payee_id).await.unwrap();
        run_for(&mut drive, &world.clock, 60).await;
        assert!(world.pockyt.pays().len() <= left, "after {turns} turns");
    }
}

#[tokio::test]
async fn what_is_claimed_when_the_account_is_closed_is_given_back() {
    let (world, engine, _) = ahead().await;
    {
        let mut drive = pin!(engine.drive());
        runs(&mut drive, &world).await;
    }
    drop(engine.standstill().await.unwrap());
    all_is_back(&world);
}
