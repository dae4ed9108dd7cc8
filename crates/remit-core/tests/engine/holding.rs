//! What is released and has not left is sent only while it pays whom, and where, it did at its release.

use crate::support::{Fate, World, account, dies};
use jiff::SignedDuration;
use remit_core::{Actor, Engine, EventKind, Ledger, Payee, Payout, Reason, State};
use std::sync::Arc;

/// A payout that was released an hour ago and has not left.
async fn released() -> (World, Arc<Engine>, Payee, Payout) {
    let (world, engine, payout) = World::with_payout().await;
    let payee = world.ledger.payee(payout.payee_id).await.unwrap().unwrap();
    world.clock.advance(SignedDuration::from_hours(1));
    (world, engine, payee, payout)
}

/// The payee's account has another number now.
async fn changes(world: &World, engine: &Engine, payee: &Payee) {
    let mut changed = account("2010-usd", "ACTIVATED");
    changed.masked = Some("****6666".to_owned());
    let number = payee.customer_no.as_ref().unwrap();
    world.pockyt.set_accounts(number, vec![changed]);
    engine.refresh_payee(payee.id).await.unwrap();
}

async fn is_held(world: &World, payout: &Payout, reason: Reason) {
    let held = world.payout(payout.id).await;
    assert_eq!((held.state, held.reason), (State::Ready, Some(reason)));
    assert_eq!(held.must_act(), Actor::Owner);
    assert!(held.cancellable());
    assert!(world.pockyt.pays().is_empty(), "nothing left");
}

#[tokio::test]
async fn what_pays_to_an_account_that_changed_since_the_release_is_held_and_can_be_withdrawn() {
    let (world, engine, payee, payout) = released().await;
    changes(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    is_held(&world, &payout, Reason::AccountChanged).await;
    let events = world.events(&engine, payout.id).await;
    let last = &events.last().unwrap().event;
    assert_eq!(last.kind, EventKind::Held);
    assert_eq!(last.reason.as_deref(), Some("account_changed"));
    world.run(&engine, 9).await;
    is_held(&world, &payout, Reason::AccountChanged).await;
    let after = world.events(&engine, payout.id).await;
    assert_eq!(after.len(), events.len(), "said once");

    let another = world.release_another(&engine, &payout).await;
    engine.tick().await.unwrap();
    assert_eq!(
        world.state(another.id).await,
        State::Processing,
        "whose account was as it is now when it was released"
    );
    let withdrawn = engine.cancel_payout(payout.id).await.unwrap();
    assert_eq!(withdrawn.state, State::Cancelled);
}

#[tokio::test]
async fn what_pays_to_an_account_that_is_gone_is_held() {
    let (world, engine, payee, payout) = released().await;
    let number = payee.customer_no.as_ref().unwrap();
    world.pockyt.set_accounts(number, Vec::new());
    engine.refresh_payee(payee.id).await.unwrap();
    engine.tick().await.unwrap();
    is_held(&world, &payout, Reason::AccountChanged).await;
}

#[tokio::test]
async fn what_pays_somebody_who_is_not_active_waits_until_that_is_so_again() {
    let (world, engine, payee, payout) = released().await;
    world.pockyt.set_payee_status("DEACTIVATED");
    engine.refresh_payee(payee.id).await.unwrap();
    engine.tick().await.unwrap();
    is_held(&world, &payout, Reason::PayeeNotActive).await;
    world.pockyt.set_payee_status("ACTIVE");
    engine.refresh_payee(payee.id).await.unwrap();
    world.run(&engine, 1).await;
    let sent = world.payout(payout.id).await;
    assert_eq!((sent.state, sent.reason), (State::Processing, None));
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn what_never_arrived_does_not_go_out_again_to_an_account_that_changed() {
    let (world, engine, payee, payout) = released().await;
    world.pockyt.pay_fates([Fate::DiesBefore]);
    dies(engine.tick()).await;
    let engine = world.engine();
    engine.recover().await.unwrap();
    world.clock.advance(SignedDuration::from_secs(1));
    changes(&world, &engine, &payee).await;
    world.run_until(&engine, payout.id, State::Failed).await;
    let failed = world.payout(payout.id).await;
    assert_eq!(failed.reason, Some(Reason::NeverArrived));
    assert_eq!(world.pockyt.pays().len(), 1, "the one that never left");
}
