//! How far a ledger that was put back looks for what the lost one paid (docs/adr/0008).

use crate::recovering::{compare_in_parts, put_back, release};
use crate::support::World;
use jiff::SignedDuration;
use remit_core::{Channel, Engine, InvoiceId, Ledger, Payee, Payout, RunId};
use std::ops::RangeInclusive;
use std::sync::Arc;
use uuid::Uuid;

async fn release_as(world: &World, engine: &Engine, payee: &Payee, invoice: String) -> Payout {
    let mut draft = world.draft(payee, "10.00");
    draft.invoice_id = invoice;
    world.release(engine, &draft).await
}

/// A world whose ledger paid some more under these invoice IDs before an earlier one was put back, and looked for them.
async fn looked_for(
    (world, engine, copy): (World, Arc<Engine>, remit_simulation::MemoryLedger),
    lost: impl IntoIterator<Item = String>,
) -> World {
    drop(engine);
    let lost: Vec<_> = lost.into_iter().map(InvoiceId).collect();
    for invoice in &lost {
        world.pockyt.pay_by_hand(invoice, "2010-usd", 1000);
    }
    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    let recovery = engine.recovery().unwrap();
    assert!(recovery.done_at.is_some());
    for invoice in &lost {
        let found = world.ledger.payout_by_invoice(invoice).await.unwrap();
        assert!(found.is_some(), "{invoice} is found");
    }
    assert_eq!(recovery.found, lost.len() as u64);
    world
}

/// With five payouts under Remit's own invoice IDs, and what these start with.
async fn five() -> (World, Arc<Engine>, Payee, String) {
    let (world, engine, payee) = World::with_payee().await;
    let mut prefix = String::new();
    for _ in 0..5 {
        let payout = release(&world, &engine, &payee).await;
        prefix = payout.invoice_id.0.trim_end_matches("0005").to_owned();
    }
    engine.tick().await.unwrap();
    (world, engine, payee, prefix)
}

#[tokio::test]
async fn what_a_run_paid_after_many_rows_that_it_did_not_is_found() {
    let (world, engine, _, prefix) = five().await;
    let copy = world.ledger.copy();
    let lost = (500..=504).map(|number| format!("{prefix}{number:04}"));
    looked_for((world, engine, copy), lost).await;
}

#[tokio::test]
async fn a_run_may_leave_out_as_many_rows_as_one_ever_had() {
    let (world, engine, _, prefix) = five().await;
    world.ledger.of_run(RunId(Uuid::from_u128(1)), 1_200, []);
    let copy = world.ledger.copy();
    let lost = (1_190..=1_195).map(|number| format!("{prefix}{number:04}"));
    looked_for((world, engine, copy), lost).await;
}

#[tokio::test]
async fn numbers_below_the_last_one_may_have_been_given_to_a_draft() {
    let (world, engine, payee, prefix) = five().await;
    release_as(&world, &engine, &payee, format!("{prefix}0205")).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    let lost = (56..=60).map(|number| format!("{prefix}{number:04}"));
    looked_for((world, engine, copy), lost).await;
}

#[tokio::test]
async fn remits_own_numbers_are_looked_for_as_it_writes_them() {
    let (world, engine, payee, prefix) = five().await;
    release_as(&world, &engine, &payee, format!("{prefix}7")).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    looked_for((world, engine, copy), [format!("{prefix}0008")]).await;
}

async fn of_dana(
    world: &World,
    engine: &Engine,
    payee: &Payee,
    numbers: RangeInclusive<u32>,
) -> Vec<Payout> {
    let mut payouts = Vec::new();
    for number in numbers {
        payouts.push(release_as(world, engine, payee, format!("DANA-{number}")).await);
    }
    engine.tick().await.unwrap();
    payouts
}

#[tokio::test]
async fn a_series_is_walked_however_many_payouts_came_after_it() {
    let (world, engine, payee) = World::with_payee().await;
    of_dana(&world, &engine, &payee, 1..=2).await;
    for _ in 0..210 {
        world.clock.advance(SignedDuration::from_secs(1));
        release(&world, &engine, &payee).await;
        engine.tick().await.unwrap();
    }
    let copy = world.ledger.copy();
    looked_for((world, engine, copy), ["DANA-3".to_owned()]).await;
}

#[tokio::test]
async fn a_series_goes_on_after_its_last_number_however_far_that_is_from_the_one_before() {
    let (world, engine, payee) = World::with_payee().await;
    release_as(&world, &engine, &payee, "PO-4711".to_owned()).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    looked_for((world, engine, copy), ["PO-4712".to_owned()]).await;
}

#[tokio::test]
async fn a_series_of_the_owners_is_walked_over_as_many_numbers_as_a_run_had_of_it() {
    let (world, engine, payee) = World::with_payee().await;
    let mut run = of_dana(&world, &engine, &payee, 1..=1).await;
    run.extend(of_dana(&world, &engine, &payee, 80..=80).await);
    let of_run = run.iter().map(|payout| payout.id);
    world.ledger.of_run(RunId(Uuid::from_u128(1)), 2, of_run);
    let copy = world.ledger.copy();
    let lost = ["DANA-20".to_owned(), "DANA-159".to_owned()];
    looked_for((world, engine, copy), lost).await;
}

#[tokio::test]
async fn what_was_refused_in_a_row_and_paid_as_retries_ends_no_series() {
    let (world, engine, payee) = World::with_payee().await;
    of_dana(&world, &engine, &payee, 1..=5).await;
    let copy = world.ledger.copy();
    let retries = (6..=40).map(|number| format!("DANA-{number}-R2"));
    let lost = retries.chain(["DANA-41".to_owned()]);
    looked_for((world, engine, copy), lost).await;
}

#[tokio::test]
async fn a_long_look_is_cut_into_parts_that_a_restart_does_not_ask_about_again() {
    let (world, engine, _, prefix) = five().await;
    let copy = world.ledger.copy();
    let lost = InvoiceId(format!("{prefix}0400"));
    world.pockyt.pay_by_hand(&lost, "2010-usd", 1000);
    drop(engine);
    let engine = put_back(&world, &copy).await;
    let before = world.pockyt.inquiries();
    let (engine, starts) = compare_in_parts(&world, engine, 900).await;
    assert!(starts > 3, "{starts}");
    assert_eq!(engine.recovery().unwrap().found, 1);
    let asked = world.pockyt.inquiries() - before;
    assert!(asked < 7_000, "{asked}");
}

#[tokio::test]
async fn how_fast_a_payment_that_was_found_goes_is_not_made_up() {
    let (world, engine, _, prefix) = five().await;
    let copy = world.ledger.copy();
    let lost = format!("{prefix}0006");
    let world = looked_for((world, engine, copy), [lost.clone()]).await;
    let found = world.ledger.payout_by_invoice(&InvoiceId(lost)).await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.channel, Channel::Unspecified);
}
