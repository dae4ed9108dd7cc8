//! In a ledger that was put back Pockyt is asked before a request leaves. As long as that takes, the owner's word reaches it.

use crate::driving::settle;
use crate::recovering;
use crate::support::{Fate, World, trouble};
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use remit_core::{Certainty, Engine, Payout, Policy, Refusal, Standstill, State};
use std::pin::pin;
use std::sync::{Arc, Mutex};

/// How many questions Pockyt is asked before a first request: about the payout, and about three retries of it.
const QUESTIONS: usize = 4;

/// A ledger that was put back and compared, with one new payout.
async fn put_back() -> (World, Arc<Engine>, Payout) {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    drop(engine);
    let engine = recovering::put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    assert!(engine.recovery().unwrap().done_at.is_some());
    // Long enough that "no such payout" counts, as it must before anything is withdrawn.
    world.clock.advance(SignedDuration::from_mins(10));
    let payout = world.release(&engine, &world.draft(&payee, "10.00")).await;
    (world, engine, payout)
}

/// Something happens while Pockyt is asked the next question but so many.
fn at_question(world: &World, number: usize, happens: BoxFuture<'static, ()>) {
    let mut happens = happens;
    for _ in 0..number {
        let pockyt = world.pockyt.clone();
        happens = Box::pin(async move { pockyt.meanwhile(happens) });
    }
    world.pockyt.meanwhile(happens);
}

/// The owner pauses then.
fn pause_at_question(
    world: &World,
    engine: &Arc<Engine>,
    number: usize,
) -> Arc<Mutex<Option<Standstill>>> {
    let paused = Arc::new(Mutex::new(None));
    let (pauses, kept) = (engine.clone(), paused.clone());
    let pause = async move {
        let still = pauses.standstill().await.unwrap();
        *kept.lock().unwrap() = Some(still);
    };
    at_question(world, number, Box::pin(pause));
    paused
}

#[tokio::test]
async fn a_pause_reaches_what_pockyt_is_asked_about() {
    for number in 0..QUESTIONS {
        let (world, engine, payout) = put_back().await;
        let paused = pause_at_question(&world, &engine, number);
        let mut drive = pin!(engine.drive());
        settle(&mut drive).await;
        let still = paused.lock().unwrap().take();
        assert!(still.is_some(), "paused");
        assert_eq!(world.pockyt.pays().len(), 0, "at question {number}");
        assert_eq!(world.state(payout.id).await, State::Ready);
        drop(still);
        settle(&mut drive).await;
        assert_eq!(world.pockyt.transfers().len(), 1, "it goes on, once");
        assert_eq!(world.state(payout.id).await, State::Processing);
    }
}

#[tokio::test]
async fn what_pockyt_is_asked_about_can_be_withdrawn() {
    for number in 0..QUESTIONS {
        let (world, engine, payout) = put_back().await;
        let owner = engine.clone();
        let withdraw = async move {
            let withdrawn = owner.cancel_payout(payout.id).await.unwrap();
            assert_eq!(withdrawn.state, State::Cancelled);
        };
        at_question(&world, number, Box::pin(withdraw));
        engine.tick().await.unwrap();
        world.run(&engine, 5).await;
        assert_eq!(world.state(payout.id).await, State::Cancelled);
        assert_eq!(world.pockyt.pays().len(), 0, "at question {number}");
    }
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
    // The first question is about the payout itself, which may go out again after it.
    let paused = pause_at_question(&world, &engine, 1);
    engine.tick().await.unwrap();
    assert!(paused.lock().unwrap().is_some());
    assert_eq!(world.pockyt.pays().len(), 1, "it does not go out again");
    let asked = world.payout(payout.id).await;
    assert_eq!((asked.state, asked.not_found), (State::Unknown, 0));
    drop(paused.lock().unwrap().take());
    world.run_until_sent_again(&engine).await;
    assert_eq!(world.state(payout.id).await, State::Processing);
    let pays = world.pockyt.pays();
    assert_eq!(pays[0], pays[1], "the same, under the same key");
    assert_eq!(world.pockyt.transfers().len(), 1);
}
