//! A ledger that was put back to an earlier one: nothing that was paid after that is paid again, and what Pockyt has comes
//! back (docs/adr/0008).

use crate::support::{Fate, World, code, trouble};
use jiff::SignedDuration;
use remit_core::{
    Certainty, Code, Engine, EventKind, InvoiceId, Ledger, NewEvent, Payee, Payout, Reason,
    RecoveryCause, Refusal, Source, State, Subject, WireStatus,
};
use remit_simulation::MemoryLedger;
use std::sync::Arc;

/// Puts the ledger back to what it was, as after a restore; Pockyt keeps what it has.
pub(crate) async fn put_back(world: &World, copy: &MemoryLedger) -> Arc<Engine> {
    world.ledger.put_back(copy, false);
    start(world).await
}

async fn start(world: &World) -> Arc<Engine> {
    let engine = world.engine();
    engine.recover().await.unwrap();
    engine
        .begin_recovery(RecoveryCause::Restored)
        .await
        .unwrap();
    world.clock.advance(SignedDuration::from_secs(1));
    engine
}

#[tokio::test]
async fn invoice_ids_that_the_replaced_records_hold_are_asked_about_whatever_they_look_like() {
    let (world, engine, payee) = World::with_payee().await;
    release(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    let mut draft = world.draft(&payee, "10.00");
    draft.invoice_id = "Dana, March".to_owned();
    world.release(&engine, &draft).await;
    engine.tick().await.unwrap();
    drop(engine);

    assert_eq!(world.ledger.put_back(&copy, true), Some(1));
    let engine = start(&world).await;
    world.run(&engine, 60).await;
    let recovery = engine.recovery().unwrap();
    assert!(recovery.done_at.is_some());
    assert_eq!(recovery.found, 1, "in no series, and found");
    let found = InvoiceId("Dana, March".to_owned());
    let found = world.ledger.payout_by_invoice(&found).await.unwrap();
    assert!(found.is_some());
    assert_eq!(world.pockyt.transfers().len(), 2, "nothing is paid again");
}

#[tokio::test]
async fn what_a_schedule_may_have_paid_is_asked_about_and_so_are_its_retries() {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    for invoice in ["RENT-2026-12-01-1", "RENT-2026-12-01-2-R2"] {
        let mut draft = world.draft(&payee, "10.00");
        draft.invoice_id = invoice.to_owned();
        world.release(&engine, &draft).await;
    }
    engine.tick().await.unwrap();
    drop(engine);

    world.ledger.put_back(&copy, false);
    let numbers = 1..=3;
    let lost = numbers.map(|number| InvoiceId(format!("RENT-2026-12-01-{number}")));
    world.ledger.may_lack(lost.collect());
    let engine = start(&world).await;
    world.run(&engine, 60).await;
    let recovery = engine.recovery().unwrap();
    assert!(recovery.done_at.is_some());
    assert_eq!(recovery.found, 2);
    assert_eq!(world.pockyt.transfers().len(), 2, "nothing is paid again");
}

#[tokio::test]
async fn much_is_asked_about_side_by_side_and_a_restart_goes_on() {
    async fn restored(days: u32) -> (World, Arc<Engine>) {
        let (world, engine, payee) = World::with_payee().await;
        let copy = world.ledger.copy();
        let mut draft = world.draft(&payee, "10.00");
        // In no series, which a restart would walk.
        draft.invoice_id = "RENT-7-2x".to_owned();
        world.release(&engine, &draft).await;
        engine.tick().await.unwrap();
        drop(engine);
        world.ledger.put_back(&copy, false);
        let lost = (0..days).flat_map(|day| (1..=4).map(move |row| format!("RENT-{day}-{row}x")));
        world.ledger.may_lack(lost.map(InvoiceId).collect());
        let engine = start(&world).await;
        (world, engine)
    }
    let (world, engine) = restored(40).await;
    let before = world.pockyt.inquiries();
    world.run(&engine, 1).await;
    let needed = world.pockyt.inquiries() - before;
    assert!(needed > 40 * 4 * 4, "retries too: {needed}");
    assert!(engine.recovery().unwrap().done_at.is_some());
    let at_once = i32::try_from(engine.status().limits.at_once).unwrap();
    assert_eq!(world.pockyt.most_inquiries_at_once(), at_once);

    // Ends again and again while it compares.
    let (world, engine) = restored(40).await;
    let before = world.pockyt.inquiries();
    let (engine, starts) = compare_in_parts(&world, engine, 150).await;
    assert!(starts > 3);
    let asked = world.pockyt.inquiries() - before;
    let again = starts * 2 * usize::try_from(at_once).unwrap();
    assert!(asked <= needed + again, "{asked} of {needed}");
    assert_eq!(engine.recovery().unwrap().found, 1);
    assert_eq!(world.ledger.lost_invoices().await, Ok(Vec::new()));
    assert_eq!(world.ledger.compared_invoices().await, Ok(Vec::new()));
    assert_eq!(world.pockyt.transfers().len(), 1, "nothing is paid again");
}

/// Compares, and dies after so many answers, again and again: what was not made durable is lost. Returns how many starts it took.
pub(crate) async fn compare_in_parts(
    world: &World,
    mut engine: Arc<Engine>,
    answers: usize,
) -> (Arc<Engine>, usize) {
    let mut starts = 0;
    while engine.recovery().unwrap().done_at.is_none() {
        starts += 1;
        let answers = std::iter::repeat_n(None, answers);
        let breaks = trouble(Certainty::Unknown, Refusal::ConnectionLost);
        world.pockyt.next_reads(answers.chain([Some(breaks)]));
        engine.tick().await.unwrap();
        drop(engine);
        world.pockyt.next_reads([]);
        engine = world.engine();
        engine.recover().await.unwrap();
    }
    (engine, starts)
}

#[tokio::test]
async fn a_comparison_that_begins_anew_at_the_same_moment_forgets_what_was_answered_before() {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    release(&world, &engine, &payee).await;
    drop(engine);
    world.ledger.put_back(&copy, false);
    let engine = start(&world).await;
    let asked = InvoiceId("RENT-1".to_owned());
    world.ledger.record_compared(vec![asked]).await.unwrap();
    let before = engine.recovery().unwrap().since;
    // The clock was set back meanwhile, and nothing is on record later than the first of the two.
    world.clock.sleep_through(-SignedDuration::from_hours(1));
    engine
        .begin_recovery(RecoveryCause::RolledBack)
        .await
        .unwrap();
    assert!(engine.recovery().unwrap().since > before);
    assert_eq!(world.ledger.compared_invoices().await, Ok(Vec::new()));
}

pub(crate) async fn release(world: &World, engine: &Engine, payee: &Payee) -> Payout {
    let mut draft = world.draft(payee, "10.00");
    draft.invoice_id = engine.suggest_invoice_id().await.unwrap().0;
    world.release(engine, &draft).await
}

async fn release_retry(world: &World, engine: &Engine, payout: &Payout) -> Payout {
    let draft = engine.prepare_retry(payout.id).await.unwrap();
    world.release(engine, &draft).await
}

#[tokio::test]
async fn what_was_paid_after_the_copy_comes_back_and_is_not_paid_again() {
    let (world, engine, payee) = World::with_payee().await;
    release(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    for _ in 0..3 {
        release(&world, &engine, &payee).await;
    }
    engine.tick().await.unwrap();
    assert_eq!(world.pockyt.transfers().len(), 4);
    drop(engine);

    let engine = put_back(&world, &copy).await;
    let mut early = world.draft(&payee, "10.00");
    early.invoice_id = engine.suggest_invoice_id().await.unwrap().0;
    assert_eq!(
        code(engine.preview_payout(&early).await),
        Code::StillComparing
    );
    engine.tick().await.unwrap();
    world.run(&engine, 60).await;
    let recovery = engine.recovery().unwrap();
    assert!(recovery.done_at.is_some());
    assert_eq!(recovery.found, 3);
    assert_eq!(world.pockyt.transfers().len(), 4, "nothing is paid again");
    let payouts = world.ledger.all_payouts();
    assert_eq!(payouts.len(), 4);
    let next = release(&world, &engine, &payee).await;
    world.run(&engine, 5).await;
    assert_eq!(world.state(next.id).await, State::Processing);
    assert_eq!(world.pockyt.transfers().len(), 5, "what is new is paid");
    let events = world.events(&engine, next.id).await;
    let told: Vec<EventKind> = events.iter().map(|event| event.event.kind).collect();
    assert_eq!(
        told[..3],
        [EventKind::Released, EventKind::Asking, EventKind::Answered]
    );
}

#[tokio::test]
async fn what_was_queued_in_the_copy_is_asked_about_and_never_sent_by_itself() {
    let (world, engine, payee) = World::with_payee().await;
    let sent_later = release(&world, &engine, &payee).await;
    let withdrawn = release(&world, &engine, &payee).await;
    let copy = world.ledger.copy();
    engine.cancel_payout(withdrawn.id).await.unwrap();
    engine.tick().await.unwrap();
    assert_eq!(world.pockyt.transfers().len(), 1);
    drop(engine);

    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    assert_eq!(world.pockyt.transfers().len(), 1);
    assert_eq!(world.state(sent_later.id).await, State::Processing);
    let withdrawn = world.payout(withdrawn.id).await;
    assert_eq!(
        (withdrawn.state, withdrawn.reason),
        (State::Failed, Some(Reason::Restored))
    );
    assert!(withdrawn.retryable(), "the owner may still pay it");
    for id in [sent_later.id, withdrawn.id] {
        let told: Vec<EventKind> = world
            .events(&engine, id)
            .await
            .iter()
            .map(|event| event.event.kind)
            .collect();
        assert_eq!(
            told[..3],
            [
                EventKind::Released,
                EventKind::Asking,
                EventKind::RecoveryBegan
            ],
            "the history says what happened: {told:?}"
        );
        assert!(!told.contains(&EventKind::Sending), "{told:?}");
    }
}

#[tokio::test]
async fn what_was_released_while_the_clock_was_ahead_is_in_doubt_too() {
    let (world, engine, payee) = World::with_payee().await;
    let queued = release(&world, &engine, &payee).await;
    // The clock is set back, and something else is recorded by it.
    world.clock.advance(SignedDuration::from_hours(-600));
    let note = NewEvent::new(
        world.clock_now(),
        Subject::Nothing,
        EventKind::Notified,
        Source::Remit,
    );
    world.ledger.record_events(vec![note]).await.unwrap();
    let copy = world.ledger.copy();
    drop(engine);

    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    assert_eq!(world.pockyt.pays().len(), 0, "it is never sent by itself");
    assert_eq!(world.state(queued.id).await, State::Failed);
}

#[tokio::test]
async fn a_retry_that_the_lost_ledger_made_is_found_through_its_invoice_id() {
    let (world, engine, payee) = World::with_payee().await;
    let payout = release(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    world.pockyt.settle(&payout.invoice_id, WireStatus::Failed);
    world.run(&engine, 3).await;
    assert_eq!(world.state(payout.id).await, State::Failed);
    let copy = world.ledger.copy();
    let retry = release_retry(&world, &engine, &payout).await;
    assert_eq!(
        retry.invoice_id.as_str(),
        format!("{}-R2", payout.invoice_id)
    );
    engine.tick().await.unwrap();
    world.pockyt.settle(&retry.invoice_id, WireStatus::Failed);
    world.run(&engine, 3).await;
    let second = release_retry(&world, &engine, &retry).await;
    assert_eq!(
        second.invoice_id.as_str(),
        format!("{}-R3", payout.invoice_id)
    );
    engine.tick().await.unwrap();
    drop(engine);

    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    assert_eq!(engine.recovery().unwrap().found, 2);
    assert_eq!(world.state(payout.id).await, State::Failed);
    let refused = engine.prepare_retry(payout.id).await.map(drop);
    assert_eq!(refused.unwrap_err().code(), Code::NotRetryable);
    let invoice = InvoiceId(format!("{}-R3", payout.invoice_id));
    let last = world.ledger.payout_by_invoice(&invoice).await.unwrap();
    assert_eq!(last.unwrap().state, State::Processing);
}

#[tokio::test]
async fn trouble_that_is_no_answer_does_not_pass_for_nothing_there() {
    let (world, engine, payee) = World::with_payee().await;
    release(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    release(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    drop(engine);
    let engine = put_back(&world, &copy).await;
    // As with a clock that is wrong by a day.
    let refused = trouble(Certainty::Refused, Refusal::BadValue);
    world.pockyt.reads_fail(Some(refused));
    for _ in 0..20 {
        world.clock.advance(jiff::SignedDuration::from_mins(5));
        engine.tick().await.unwrap();
    }
    assert!(engine.recovery().unwrap().done_at.is_none());
    world.pockyt.reads_fail(None);
    world.run(&engine, 60).await;
    let recovery = engine.recovery().unwrap();
    assert!(recovery.done_at.is_some());
    assert_eq!(recovery.found, 1);
}

#[tokio::test]
async fn nothing_is_sent_until_pockyt_could_be_asked_about_everything() {
    let (world, engine, payee) = World::with_payee().await;
    release(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    drop(engine);
    let engine = put_back(&world, &copy).await;
    world
        .pockyt
        .reads_fail(Some(trouble(Certainty::Unknown, Refusal::Timeout)));
    for _ in 0..50 {
        world.clock.advance(jiff::SignedDuration::from_mins(1));
        engine.tick().await.unwrap();
    }
    assert_eq!(world.pockyt.pays().len(), 1);
    assert!(engine.recovery().unwrap().done_at.is_none());
    world.pockyt.reads_fail(None);
    world.run(&engine, 20).await;
    assert!(engine.recovery().unwrap().done_at.is_some());
    let fresh = release(&world, &engine, &payee).await;
    world.run(&engine, 5).await;
    assert_eq!(world.state(fresh.id).await, State::Processing);
    assert_eq!(world.pockyt.pays().len(), 2);
}

#[tokio::test]
async fn what_the_lost_ledger_had_under_way_is_not_sent_again() {
    let (world, engine, payee) = World::with_payee().await;
    let payout = release(&world, &engine, &payee).await;
    world
        .pockyt
        .pay_fates([Fate::Fails(trouble(Certainty::Unknown, Refusal::Timeout))]);
    engine.tick().await.unwrap();
    assert_eq!(world.state(payout.id).await, State::Unknown);
    let copy = world.ledger.copy();
    drop(engine);
    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    let payout = world.payout(payout.id).await;
    assert_eq!(
        (payout.state, payout.reason),
        (State::Failed, Some(Reason::Restored))
    );
    assert_eq!(world.pockyt.pays().len(), 1);
}

#[tokio::test]
async fn a_payout_to_a_payee_that_was_lost_is_kept_as_evidence() {
    let (world, engine, payee) = World::with_payee().await;
    let before = release(&world, &engine, &payee).await;
    engine.tick().await.unwrap();
    let copy = world.ledger.copy();
    world
        .pockyt
        .pay_by_hand(&next_after(&before), "2010-of-another", 700);
    drop(engine);
    let engine = put_back(&world, &copy).await;
    world.run(&engine, 20).await;
    assert_eq!(engine.recovery().unwrap().found, 1);
    let events = world.ledger.events(Subject::Nothing).await.unwrap();
    assert!(
        events
            .iter()
            .any(|event| event.event.kind == EventKind::Found)
    );
}

fn next_after(payout: &Payout) -> InvoiceId {
    let (prefix, number) = payout.invoice_id.as_str().rsplit_once('-').unwrap();
    let number: u64 = number.parse().unwrap();
    InvoiceId(format!("{prefix}-{:04}", number + 1))
}

/// Pockyt refuses a payout that is ready, and the owner tries it again. Returns that retry, sent.
async fn is_refused_and_tried_again(world: &World, engine: &Engine, payout: &Payout) -> Payout {
    let refused = trouble(Certainty::Refused, Refusal::BadValue);
    world.pockyt.pay_fates([Fate::Fails(refused)]);
    engine.tick().await.unwrap();
    let failed = world.payout(payout.id).await;
    assert_eq!(failed.state, State::Failed);
    let retry = release_retry(world, engine, &failed).await;
    engine.tick().await.unwrap();
    retry
}

#[tokio::test]
async fn what_pockyt_refused_and_the_lost_ledger_then_tried_again_is_not_paid_again() {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    let mut draft = world.draft(&payee, "10.00");
    draft.invoice_id = "Dana, March".to_owned();
    let failed = world.release(&engine, &draft).await;
    let retry = is_refused_and_tried_again(&world, &engine, &failed).await;
    assert_eq!(world.pockyt.transfers().len(), 1);
    drop(engine);

    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    assert_eq!(engine.recovery().unwrap().found, 0, "in no series");
    // The same row of the same file.
    let again = world.release(&engine, &draft).await;
    world.run(&engine, 60).await;
    let again = world.payout(again.id).await;
    assert_eq!(world.pockyt.transfers().len(), 1, "it is not paid again");
    assert_eq!(
        (again.state, again.reason),
        (State::Failed, Some(Reason::TriedAgain))
    );
    assert!(!again.retryable());
    let found = world.ledger.payout_by_invoice(&retry.invoice_id);
    let found = found.await.unwrap().unwrap();
    assert_eq!(found.state, State::Processing, "it is followed");
}

#[tokio::test]
async fn a_retry_that_failed_too_holds_nothing_up() {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    let retry = InvoiceId("Dana, March-R2".to_owned());
    world.pockyt.pay_by_hand(&retry, "2010", 1000);
    world.pockyt.settle(&retry, WireStatus::Failed);
    drop(engine);

    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    let mut draft = world.draft(&payee, "10.00");
    draft.invoice_id = "Dana, March".to_owned();
    let again = world.release(&engine, &draft).await;
    world.run(&engine, 5).await;
    assert_eq!(world.state(again.id).await, State::Processing);
}

/// A payout of which the copy knows only that it was queued, with the copy. Pockyt refused it, and the lost ledger tried it
/// again.
async fn refused_and_tried_again_after_a_copy() -> (World, MemoryLedger, Payout, Payout) {
    let (world, engine, payee) = World::with_payee().await;
    let payout = release(&world, &engine, &payee).await;
    let copy = world.ledger.copy();
    let retry = is_refused_and_tried_again(&world, &engine, &payout).await;
    assert_eq!(world.pockyt.transfers().len(), 1);
    (world, copy, payout, retry)
}

/// The payout under an invoice ID.
async fn under(world: &World, invoice_id: &InvoiceId) -> Payout {
    let found = world.ledger.payout_by_invoice(invoice_id).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn what_was_queued_in_the_copy_and_tried_again_by_the_lost_ledger_cannot_be_tried_again() {
    // The retry may be on record already when the payout's turn comes.
    for found_before in [false, true] {
        let (world, copy, payout, retry) = refused_and_tried_again_after_a_copy().await;
        world.ledger.put_back(&copy, false);
        if found_before {
            world.ledger.may_lack(vec![retry.invoice_id.clone()]);
        }
        let engine = start(&world).await;
        world.run(&engine, 60).await;
        assert_eq!(engine.recovery().unwrap().found, 1);
        let found = under(&world, &retry.invoice_id).await;
        assert_eq!(found.state, State::Processing);
        let payout = world.payout(payout.id).await;
        assert_eq!(
            (payout.state, payout.reason),
            (State::Failed, Some(Reason::TriedAgain))
        );
        assert!(!payout.retryable());
        assert_eq!(payout.retried_by, Some(found.id), "the owner is led there");
        let refused = engine.prepare_retry(payout.id).await;
        assert_eq!(code(refused), Code::NotRetryable);
        assert_eq!(world.pockyt.transfers().len(), 1, "nothing is paid again");
    }
}

#[tokio::test]
async fn of_what_the_lost_ledger_tried_again_in_vain_only_the_last_try_can_be_tried_again() {
    let (world, copy, payout, retry) = refused_and_tried_again_after_a_copy().await;
    world.pockyt.settle(&retry.invoice_id, WireStatus::Failed);
    let engine = put_back(&world, &copy).await;
    world.run(&engine, 60).await;
    let found = under(&world, &retry.invoice_id).await;
    assert!(found.retryable(), "{:?}", found.state);
    let payout = world.payout(payout.id).await;
    assert_eq!(
        (payout.state, payout.retried_by),
        (State::Failed, Some(found.id))
    );
    assert_eq!(
        code(engine.prepare_retry(payout.id).await),
        Code::NotRetryable
    );
    let second = release_retry(&world, &engine, &found).await;
    world.run(&engine, 5).await;
    assert_eq!(world.state(second.id).await, State::Processing);
}

#[tokio::test]
async fn tries_that_only_the_replaced_records_name_follow_each_other() {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    let mut draft = world.draft(&payee, "10.00");
    draft.invoice_id = "Dana, March".to_owned();
    let failed = world.release(&engine, &draft).await;
    let first = is_refused_and_tried_again(&world, &engine, &failed).await;
    world.pockyt.settle(&first.invoice_id, WireStatus::Failed);
    world.run(&engine, 3).await;
    let second = release_retry(&world, &engine, &world.payout(first.id).await).await;
    engine.tick().await.unwrap();
    drop(engine);

    assert_eq!(world.ledger.put_back(&copy, true), Some(3));
    let engine = start(&world).await;
    world.run(&engine, 60).await;
    let first = under(&world, &first.invoice_id).await;
    let second = under(&world, &second.invoice_id).await;
    assert_eq!(first.state, State::Failed);
    assert_eq!(first.retried_by, Some(second.id));
}

#[tokio::test]
async fn what_is_paid_after_its_retry_failed_leaves_nothing_to_try_again() {
    let (world, engine, payee) = World::with_payee().await;
    let copy = world.ledger.copy();
    let retry = InvoiceId("Dana, March-R2".to_owned());
    world.pockyt.pay_by_hand(&retry, "2010-usd", 1000);
    world.pockyt.settle(&retry, WireStatus::Failed);
    drop(engine);

    world.ledger.put_back(&copy, false);
    world.ledger.may_lack(vec![retry.clone()]);
    let engine = start(&world).await;
    world.run(&engine, 60).await;
    let failed = under(&world, &retry).await;
    assert!(failed.retryable());
    let mut draft = world.draft(&payee, "10.00");
    draft.invoice_id = "Dana, March".to_owned();
    let again = world.release(&engine, &draft).await;
    world.run(&engine, 5).await;
    assert_eq!(world.state(again.id).await, State::Processing);
    let failed = world.payout(failed.id).await;
    assert_eq!(failed.retried_by, Some(again.id));
    assert_eq!(
        code(engine.prepare_retry(failed.id).await),
        Code::NotRetryable
    );
}

#[tokio::test]
async fn a_retry_is_not_sent_when_what_it_tries_again_was_paid_otherwise() {
    let (world, engine, _) = World::with_payee().await;
    let copy = world.ledger.copy();
    // Its first retry failed, and it was taken in once more and paid, in ledgers of which nothing is left.
    let first = InvoiceId("Dana, March".to_owned());
    let retry = InvoiceId("Dana, March-R2".to_owned());
    for invoice in [&retry, &first] {
        world.pockyt.pay_by_hand(invoice, "2010-usd", 1000);
    }
    world.pockyt.settle(&retry, WireStatus::Failed);
    drop(engine);

    world.ledger.put_back(&copy, false);
    world.ledger.may_lack(vec![first, retry.clone()]);
    let engine = start(&world).await;
    world.run(&engine, 60).await;
    let failed = under(&world, &retry).await;
    let again = release_retry(&world, &engine, &failed).await;
    world.run(&engine, 60).await;
    let again = world.payout(again.id).await;
    assert_eq!(
        (again.state, again.reason),
        (State::Failed, Some(Reason::TriedAgain))
    );
    assert_eq!(world.pockyt.transfers().len(), 2, "nothing is paid again");
}
