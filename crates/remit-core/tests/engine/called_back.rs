//! In a ledger that was put back Pockyt is asked before a request leaves. As long as that takes, the owner's word reaches it.

use crate::driving::{settle, turn};
use crate::support::{Fate, World, trouble};
use futures_util::future::{Either, select};
use jiff::SignedDuration;
use remit_core::{Certainty, Engine, Ledger, Payout, Policy, RecoveryCause, Refusal, State};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};

/// After how many turns of the loop the owner's word comes: before a payout is claimed, while it is asked about, and after it left.
fn turns() -> impl Iterator<Item = usize> {
    (0..120).step_by(2)
}

/// A ledger that was put back and compared, with one new payout.
async fn put_back() -> (World, Arc<Engine>, Payout) {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    drop(engine);
    world.ledger.put_back(&copy, false);
    let engine = world.engine();
    engine.recover().await.unwrap();
    engine
        .begin_recovery(RecoveryCause::Restored)
        .await
        .unwrap();
    world.clock.advance(SignedDuration::from_secs(1));
    world.run(&engine, 60).await;
    assert!(engine.recovery().unwrap().done_at.is_some());
    // Long enough that "no such payout" counts, as it must before anything is withdrawn.
    world.clock.advance(SignedDuration::from_mins(10));
    let payout = world.release(&engine, &world.draft(&payee, "10.00")).await;
    (world, engine, payout)
}

/// Something that the owner does, while the engine goes on.
async fn beside<T>(
    drive: &mut Pin<&mut impl Future<Output = ()>>,
    owner: impl Future<Output = T>,
) -> T {
    match select(drive, pin!(owner)).await {
        Either::Left(_) => unreachable!("the engine goes on for ever"),
        Either::Right((done, _)) => done,
    }
}

#[tokio::test]
async fn nothing_leaves_after_a_pause_whenever_that_comes() {
    let (mut held, mut sent) = (0, 0);
    for turns in turns() {
        let (world, engine, payout) = put_back().await;
        let mut drive = pin!(engine.drive());
        for _ in 0..turns {
            turn(&mut drive).await;
            tokio::task::yield_now().await;
        }
        let still = beside(&mut drive, engine.standstill()).await.unwrap();
        let left = world.pockyt.pays().len();
        settle(&mut drive).await;
        assert_eq!(world.pockyt.pays().len(), left, "after {turns} turns");
        if left == 0 {
            held += 1;
            assert_eq!(world.state(payout.id).await, State::Ready);
        } else {
            sent += 1;
        }
        drop(still);
        settle(&mut drive).await;
        assert_eq!(world.pockyt.transfers().len(), 1, "it goes on, once");
        assert_eq!(world.state(payout.id).await, State::Processing);
    }
    assert!(
        held > 10 && sent > 10,
        "before and after: {held} and {sent}"
    );
}

#[tokio::test]
async fn what_has_not_left_is_withdrawn_however_long_pockyt_is_asked() {
    let (mut withdrawn, mut sent) = (0, 0);
    for turns in turns() {
        let (world, engine, payout) = put_back().await;
        let mut drive = pin!(engine.drive());
        for _ in 0..turns {
            turn(&mut drive).await;
            tokio::task::yield_now().await;
        }
        let left = world.pockyt.pays().len();
        let done = beside(&mut drive, engine.cancel_payout(payout.id)).await;
        settle(&mut drive).await;
        // Pockyt is asked before a withdrawal, too, and the payout may leave meanwhile; but not once it is withdrawn.
        let cancelled = world.state(payout.id).await == State::Cancelled;
        assert_eq!(done.is_ok(), cancelled, "after {turns} turns: {done:?}");
        assert_eq!(world.pockyt.pays().len(), usize::from(!cancelled));
        assert!(cancelled || left == 1, "too late after {turns} turns");
        withdrawn += usize::from(cancelled);
        sent += usize::from(!cancelled);
    }
    assert!(withdrawn > 10 && sent > 10, "both: {withdrawn} and {sent}");
}

#[tokio::test]
async fn what_would_go_out_again_is_asked_about_anew_when_a_pause_comes_before_it_leaves() {
    let (world, engine, payout) = put_back().await;
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    let policy = Policy::default();
    while world.payout(payout.id).await.not_found + 1 < policy.not_found_before_resend {
        world.run(&engine, 1).await;
    }
    world.clock.advance(SignedDuration::from_mins(4));
    let paused = Arc::new(Mutex::new(None));
    let (pockyt, pauses, kept) = (world.pockyt.clone(), engine.clone(), paused.clone());
    world.pockyt.meanwhile(Box::pin(async move {
        // At the next question, whether it was tried again.
        pockyt.meanwhile(Box::pin(async move {
            let still = pauses.standstill().await.unwrap();
            *kept.lock().unwrap() = Some(still);
        }));
    }));
    engine.tick().await.unwrap();
    assert!(paused.lock().unwrap().is_some());
    assert_eq!(world.pockyt.pays().len(), 1, "it does not go out again");
    let asked = world.ledger.payout(payout.id).await.unwrap().unwrap();
    assert_eq!((asked.state, asked.not_found), (State::Unknown, 0));
    drop(paused.lock().unwrap().take());
    world.run_until_sent_again(&engine).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
    let pays = world.pockyt.pays();
    assert_eq!(pays[0], pays[1], "the same, under the same key");
    assert_eq!(world.pockyt.transfers().len(), 1);
}
