//! What is kept of notifications that come again, that nobody signed, that disagree or that cannot be opened, by which way
//! they came, and what the owner is told.

use crate::support::{World, code, notification, trouble};
use jiff::SignedDuration;
use remit_core::{
    Certainty, Changed, Code, Engine, LedgerError, NotificationQuery, NotificationRow, Payout,
    PayoutSnapshot, Posted, Refusal, Source, State, Subject, TransactionNo, Verdict, Way,
    WireStatus,
};
use std::sync::Arc;

async fn processing() -> (World, Arc<Engine>, Payout) {
    let (world, engine, payout) = World::with_payout().await;
    engine.tick().await.unwrap();
    world.told();
    (world, engine, payout)
}

async fn take(engine: &Engine, body: &[u8]) -> Verdict {
    let taken = engine.take_notification(Way::Listener, None, body).await;
    taken.unwrap()
}

/// All that is on record, newest first.
async fn kept(engine: &Engine) -> Vec<NotificationRow> {
    let query = NotificationQuery {
        limit: 500,
        ..NotificationQuery::default()
    };
    let page = engine.ports().ledger.notifications(query).await;
    page.unwrap().rows
}

/// The messages that the owner got since the last look.
fn messages(world: &World) -> Vec<Code> {
    let told = world.told().into_iter();
    told.filter_map(|told| match told {
        Changed::Trouble(error) => Some(error.code()),
        _ => None,
    })
    .collect()
}

#[tokio::test]
async fn what_comes_again_is_counted_and_not_kept_again() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    assert_eq!(take(&engine, &body).await, Verdict::Applied);
    let head = engine.ports().ledger.head().await.unwrap();
    for _ in 0..7 {
        assert_eq!(take(&engine, &body).await, Verdict::AlreadyKnown);
    }
    assert_eq!(engine.ports().ledger.head().await.unwrap(), head);
    let rows = kept(&engine).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].again, 7);
    assert_eq!(rows[0].again_at, Some(engine.now()));
}

#[tokio::test]
async fn each_way_is_told_apart_and_the_same_by_both_ways_is_one() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    let relayed = engine.take_notification(Way::Relay, None, &body).await;
    assert_eq!(relayed.unwrap(), Verdict::Applied);
    assert_eq!(take(&engine, &body).await, Verdict::AlreadyKnown);
    let rows = kept(&engine).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].event.event.source, Source::Relay);
    let now = engine.now();
    let learnt = engine
        .ports()
        .ledger
        .learnt(now - SignedDuration::from_hours(1), now)
        .await
        .unwrap();
    assert_eq!((learnt.notified, learnt.repaired), (1, 0));
}

#[tokio::test]
async fn what_came_too_early_is_judged_anew_when_it_comes_again() {
    let (world, engine, payout) = World::with_payout().await;
    let told = PayoutSnapshot {
        invoice_id: payout.invoice_id.clone(),
        transaction_no: None,
        money: Some(payout.money),
        fee: None,
        account_token: None,
        status: WireStatus::Success,
    };
    let body = notification(&told, true);
    for _ in 0..3 {
        assert_eq!(take(&engine, &body).await, Verdict::OutOfOrder);
    }
    assert_eq!(kept(&engine).await.len(), 1);
    engine.tick().await.unwrap();
    assert_eq!(take(&engine, &body).await, Verdict::Applied);
    assert_eq!(world.state(payout.id).await, State::Paid);
}

#[tokio::test]
async fn an_old_notification_that_is_played_again_moves_nothing() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let success = world.pockyt.notification(&payout.invoice_id);
    take(&engine, &success).await;
    world
        .pockyt
        .settle(&payout.invoice_id, WireStatus::Returned);
    let returned = world.pockyt.notification(&payout.invoice_id);
    take(&engine, &returned).await;
    let before = world.payout(payout.id).await;
    for body in [&success, &returned, &success] {
        take(&engine, body).await;
    }
    assert_eq!(world.payout(payout.id).await, before);
    assert_eq!(kept(&engine).await.len(), 2);
}

#[tokio::test]
async fn a_flood_of_forged_ones_is_kept_within_bounds_and_told_once() {
    let (world, engine, payout) = processing().await;
    let before = world.payout(payout.id).await;
    for number in 0..5_000 {
        let told = PayoutSnapshot {
            transaction_no: Some(TransactionNo(number.to_string())),
            status: WireStatus::Success,
            ..world.pockyt.snapshot(&payout.invoice_id).unwrap()
        };
        let verdict = take(&engine, &notification(&told, false)).await;
        assert_eq!(verdict, Verdict::Forged);
    }
    assert_eq!(kept(&engine).await.len(), 20);
    assert_eq!(world.payout(payout.id).await, before);
    let told = world.told();
    let count = |wanted: fn(&Changed) -> bool| told.iter().filter(|told| wanted(told)).count();
    assert_eq!(count(|told| matches!(told, Changed::Trouble(_))), 1);
    assert_eq!(count(|told| matches!(told, Changed::Notification(..))), 20);
    let forged = engine.status().forged;
    assert_eq!((forged.came, forged.not_kept), (5_000, 4_980));

    // A true one gets through in the middle of it.
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    assert_eq!(take(&engine, &body).await, Verdict::Applied);

    world.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(take(&engine, b"later").await, Verdict::Forged);
    assert_eq!(messages(&world), [Code::NotificationForged]);
    assert_eq!(kept(&engine).await.len(), 22);
}

#[tokio::test]
async fn the_owner_is_told_once_of_one_that_disagrees() {
    let (world, engine, payout) = processing().await;
    let wrong = PayoutSnapshot {
        transaction_no: Some(TransactionNo::from("4")),
        status: WireStatus::Success,
        ..world.pockyt.snapshot(&payout.invoice_id).unwrap()
    };
    let body = notification(&wrong, true);
    for _ in 0..8 {
        assert_eq!(take(&engine, &body).await, Verdict::Mismatched);
    }
    assert_eq!(messages(&world), [Code::NotificationMismatched]);
    assert_eq!(kept(&engine).await.len(), 1);
    assert_eq!(world.state(payout.id).await, State::Processing);
}

#[tokio::test]
async fn what_cannot_be_opened_is_kept_and_told_once() {
    let (world, engine, _) = processing().await;
    for _ in 0..100 {
        engine.note_unopened("sealed to another key").await.unwrap();
    }
    assert_eq!(messages(&world), [Code::NotificationUnopened]);
    let rows = kept(&engine).await;
    assert_eq!(rows.len(), 20);
    let event = &rows[0].event.event;
    assert_eq!(
        (event.subject, event.source, event.verdict),
        (Subject::Nothing, Source::Relay, Some(Verdict::Unopened))
    );
    assert_eq!(event.reason.as_deref(), Some("sealed to another key"));
}

#[tokio::test]
async fn another_address_is_for_payouts_released_from_then_on() {
    let (world, engine, payout) = World::with_payout().await;
    let other = Some("https://pay.example.org/ipn".to_owned());
    engine.set_ipn_url(other.clone());
    let next = world.release_another(&engine, &payout).await;
    assert_eq!(next.ipn_url, other);
    assert_ne!(world.payout(payout.id).await.ipn_url, other);
    engine.set_ipn_url(None);
    let last = world.release_another(&engine, &payout).await;
    assert_eq!(last.ipn_url, None);
    engine.tick().await.unwrap();
    for payout in [payout, next, last] {
        let sent = world.payout(payout.id).await;
        assert_eq!(sent.ipn_url, payout.ipn_url, "what was released stays so");
    }
}

#[tokio::test]
async fn a_repetition_that_cannot_be_counted_is_asked_for_again() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let body = world.pockyt.notification(&payout.invoice_id);
    take(&engine, &body).await;
    let full = remit_core::LedgerError::DiskFull;
    world
        .ledger
        .break_writes([crate::support::Fault::Fails(full)]);
    let taken = engine.take_notification(Way::Listener, None, &body).await;
    assert_eq!(code(taken), Code::DiskFull);
}

/// A page of a relay's.
async fn take_page(engine: &Engine, page: &[&[u8]]) -> Vec<Result<Verdict, Code>> {
    let posted = page.iter().map(|body| Posted {
        content_type: None,
        body,
    });
    let posted: Vec<Posted<'_>> = posted.collect();
    let taken = engine.take_notifications(Way::Relay, &posted).await;
    taken
        .into_iter()
        .map(|taken| taken.map_err(|error| error.code()))
        .collect()
}

#[tokio::test]
async fn of_many_at_once_each_is_judged_and_those_about_one_payout_in_their_order() {
    let (world, engine, first) = World::with_payout().await;
    let second = world.release_another(&engine, &first).await;
    engine.tick().await.unwrap();
    engine.tick().await.unwrap();
    let told = |payout: &Payout, status, signed| {
        let snapshot = world.pockyt.snapshot(&payout.invoice_id).unwrap();
        notification(&PayoutSnapshot { status, ..snapshot }, signed)
    };
    let paid = told(&first, WireStatus::Success, true);
    let returned = told(&first, WireStatus::Returned, true);
    let forged = told(&second, WireStatus::Failed, false);
    let also_paid = told(&second, WireStatus::Success, true);
    let nobodys = PayoutSnapshot {
        invoice_id: "INV-nobody".into(),
        ..world.pockyt.snapshot(&first.invoice_id).unwrap()
    };
    let nobodys = notification(&nobodys, true);
    let page: Vec<&[u8]> = vec![
        &paid, &forged, &nobodys, &returned, &also_paid, &nobodys, b"?", &paid, &also_paid,
    ];
    let verdicts = take_page(&engine, &page).await;
    let expected = [
        Verdict::Applied,
        Verdict::Forged,
        Verdict::Unmatched,
        Verdict::Applied,
        Verdict::Applied,
        Verdict::Unmatched,
        Verdict::Forged,
        Verdict::OutOfOrder,
        Verdict::AlreadyKnown,
    ];
    assert_eq!(verdicts, expected.map(Ok));
    assert_eq!(world.state(first.id).await, State::Returned);
    assert_eq!(world.state(second.id).await, State::Paid);
    let moves = |events: Vec<remit_core::Event>| -> Vec<String> {
        let moves = events.into_iter().map(|event| event.event);
        let moves = moves.filter(|event| event.source == Source::Relay && event.from != event.to);
        moves.filter_map(|event| event.to).collect()
    };
    assert_eq!(
        moves(world.events(&engine, first.id).await),
        ["paid", "returned"]
    );
    let again: u64 = kept(&engine).await.iter().map(|row| row.again).sum();
    assert_eq!((kept(&engine).await.len(), again), (6, 3));
}

#[tokio::test]
async fn what_follows_one_that_could_not_be_kept_is_left_for_the_next_time() {
    let (world, engine, payout) = processing().await;
    world.pockyt.settle(&payout.invoice_id, WireStatus::Success);
    let paid = world.pockyt.notification(&payout.invoice_id);
    world
        .pockyt
        .settle(&payout.invoice_id, WireStatus::Returned);
    let returned = world.pockyt.notification(&payout.invoice_id);
    let page: Vec<&[u8]> = vec![&paid, &returned];
    world
        .ledger
        .break_writes([crate::support::Fault::Fails(LedgerError::DiskFull)]);
    let taken = take_page(&engine, &page).await;
    assert_eq!(taken, [Err(Code::DiskFull), Err(Code::DiskFull)]);
    assert_eq!(world.state(payout.id).await, State::Processing);
    let taken = take_page(&engine, &page).await;
    assert_eq!(taken, [Ok(Verdict::Applied), Ok(Verdict::Applied)]);
    assert_eq!(world.state(payout.id).await, State::Returned);
}

/// What the gateway keeps of a notification that holds, sent by somebody who cannot sign, before the true one comes.
#[tokio::test]
async fn a_forged_copy_of_what_is_kept_of_a_true_one_takes_nothing_from_it() {
    let (world, engine, payout) = processing().await;
    let told = |status, money| {
        let snapshot = world.pockyt.snapshot(&payout.invoice_id).unwrap();
        notification(
            &PayoutSnapshot {
                status,
                money,
                ..snapshot
            },
            true,
        )
    };
    let other = remit_core::Money {
        minor: payout.money.minor + 1,
        ..payout.money
    };
    let nobodys = PayoutSnapshot {
        invoice_id: "INV-nobody".into(),
        ..world.pockyt.snapshot(&payout.invoice_id).unwrap()
    };
    for (body, verdict) in [
        (notification(&nobodys, true), Verdict::Unmatched),
        (told(WireStatus::Success, Some(other)), Verdict::Mismatched),
        (
            told(WireStatus::Success, Some(payout.money)),
            Verdict::Applied,
        ),
        (
            told(WireStatus::Pending, Some(payout.money)),
            Verdict::OutOfOrder,
        ),
    ] {
        // As the gateway keeps it.
        let forged = String::from_utf8(body.clone()).unwrap();
        let forged = forged.replace(r#""signed":true"#, r#""signed":null"#);
        let before = kept(&engine).await.len();
        assert_eq!(take(&engine, forged.as_bytes()).await, Verdict::Forged);
        assert_eq!(take(&engine, &body).await, verdict);
        let repeated = if verdict == Verdict::Applied {
            Verdict::AlreadyKnown
        } else {
            verdict
        };
        for _ in 0..3 {
            assert_eq!(take(&engine, forged.as_bytes()).await, Verdict::Forged);
            assert_eq!(take(&engine, &body).await, repeated);
        }
        let rows = kept(&engine).await;
        let new: Vec<_> = rows.iter().take(rows.len() - before).collect();
        let judged: Vec<_> = new
            .iter()
            .map(|row| (row.event.event.verdict.unwrap(), row.again))
            .collect();
        assert_eq!(judged, [(verdict, 3), (Verdict::Forged, 3)]);
        assert_eq!(new[0].event.event.evidence, new[1].event.event.evidence);
    }
    assert_eq!(world.state(payout.id).await, State::Paid);
}

#[tokio::test]
async fn whoever_else_waits_for_the_network_is_told_when_it_is_back() {
    let (world, engine, payout) = processing().await;
    let came_back = |world: &World| {
        let told = world.told();
        told.iter().any(|told| matches!(told, Changed::CameBack))
    };
    let away = trouble(Certainty::NotSent, Refusal::Unreachable);
    world.pockyt.reads_fail(Some(away));
    for _ in 0..3 {
        let _ = engine.check_payout(payout.id).await;
    }
    assert!(!came_back(&world));
    world.pockyt.reads_fail(None);
    engine.check_payout(payout.id).await.unwrap();
    assert!(came_back(&world));
}
