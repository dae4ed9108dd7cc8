//! What a ledger that was put back to an earlier one needs, and how payouts came to be known.

use super::samples::{
    account, apply, at, bring_to, change, payee, payee_event, payout, payout_event, record_payee,
    record_payout, usd,
};
use crate::{
    AccountStatus, AccountToken, ChainHead, Durability, EventKind, InvoiceId, InvoiceSeries,
    Learnt, Ledger, NewEvent, Payee, Payout, PayoutChange, Reason, Recovery, RecoveryCause, Source,
    State, Subject, Verdict,
};

pub(super) async fn run<L: Ledger>(open: &impl AsyncFn() -> L) {
    the_head_is_the_newest_event(&open().await).await;
    the_head_tells_of_nothing_that_a_power_cut_can_take(&open().await).await;
    a_recovery_is_remembered(&open().await).await;
    what_was_answered_is_kept_until_a_comparison_ends(&open().await).await;
    an_account_leads_to_its_payee(&open().await).await;
    invoice_ids_form_series(&open().await).await;
    it_is_known_who_told_first(&open().await).await;
}

async fn the_head_is_the_newest_event(ledger: &impl Ledger) {
    assert_eq!(
        ledger.head().await,
        Ok(ChainHead::default()),
        "an empty chain has no head"
    );
    assert_eq!(ledger.event_at(0).await, Ok(None));
    assert_eq!(ledger.event_at(1).await, Ok(None));
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    record_payout(ledger, &payout(1, &owner, usd(100))).await;
    let head = ledger.head().await.unwrap();
    let verified = ledger.verify().await.unwrap();
    assert_eq!((head.seq, &head.hash), (2, &verified.head));
    let newest = ledger.event_at(2).await.unwrap().unwrap();
    assert_eq!((newest.seq, &newest.hash), (2, &head.hash));
    let first = ledger.event_at(1).await.unwrap().unwrap();
    assert_eq!(first.event.subject, Subject::Payee(owner.id));
    assert_eq!(
        newest.hash,
        newest.event.hash(2, &first.hash),
        "the whole event is told"
    );
    assert_eq!(ledger.event_at(3).await, Ok(None));
    assert_eq!(ledger.event_at(u64::MAX).await, Ok(None));
}

async fn the_head_tells_of_nothing_that_a_power_cut_can_take(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let recorded = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    let sending = bring_to(ledger, recorded, &[State::Sending], 1).await;
    let certain = ledger.head().await.unwrap();
    let mut accepted = sending.clone();
    accepted.state = State::Processing;
    let deferred = PayoutChange {
        durability: Durability::Deferred,
        ..change(accepted)
    };
    let accepted = ledger.apply(vec![deferred]).await.unwrap().remove(0);
    let accepted = accepted.unwrap();
    assert_eq!(
        ledger.payout(accepted.id).await,
        Ok(Some(accepted.clone())),
        "what is deferred is seen at once"
    );
    assert_eq!(ledger.head().await, Ok(certain), "and not vouched for");
    assert_eq!(ledger.verify().await.unwrap().events, 4);
    let mut late = record_payout(ledger, &payout(2, &owner, usd(100))).await;
    assert_eq!(
        ledger.head().await.unwrap().seq,
        5,
        "the next change takes it along"
    );
    // One change that must be on the disk makes it so for all that are made with it.
    late.state = State::Sending;
    let mut paid = accepted;
    paid.state = State::Paid;
    let deferred = PayoutChange {
        durability: Durability::Deferred,
        ..change(paid)
    };
    let answers = ledger.apply(vec![deferred, change(late)]).await.unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(ledger.head().await.unwrap().seq, 7);
}

async fn a_recovery_is_remembered(ledger: &impl Ledger) {
    assert_eq!(ledger.recovery().await, Ok(None), "most ledgers never were");
    let began = Recovery {
        cause: RecoveryCause::Restored,
        since: at(1),
        done_at: None,
        found: 0,
        replaced: None,
    };
    let event = |kind| vec![NewEvent::new(at(1), Subject::Nothing, kind, Source::Remit)];
    ledger
        .record_recovery(began, event(EventKind::RecoveryBegan))
        .await
        .unwrap();
    assert_eq!(ledger.recovery().await, Ok(Some(began)));
    for recovery in [
        Recovery {
            found: 3,
            replaced: Some(7),
            ..began
        },
        Recovery {
            done_at: Some(at(9)),
            found: 4,
            ..began
        },
        Recovery {
            cause: RecoveryCause::RolledBack,
            since: at(20),
            ..began
        },
    ] {
        ledger.record_recovery(recovery, Vec::new()).await.unwrap();
        assert_eq!(
            ledger.recovery().await,
            Ok(Some(recovery)),
            "it stands as it was last recorded"
        );
    }
    assert_eq!(
        ledger.replaced_invoices().await,
        Ok(Vec::new()),
        "which are not for the engine to set"
    );
    let events = ledger.events(Subject::Nothing).await.unwrap();
    assert_eq!(
        events
            .iter()
            .map(|event| event.event.kind)
            .collect::<Vec<_>>(),
        [EventKind::RecoveryBegan],
        "with the events that explain it"
    );
}

async fn what_was_answered_is_kept_until_a_comparison_ends(ledger: &impl Ledger) {
    let began = |second| Recovery {
        cause: RecoveryCause::Restored,
        since: at(second),
        done_at: None,
        found: 0,
        replaced: None,
    };
    let answered = async |invoices: &[&str]| {
        let invoices = invoices.iter().map(|invoice| InvoiceId::from(*invoice));
        ledger.record_compared(invoices.collect()).await.unwrap();
    };
    let known = async || {
        let known = ledger.compared_invoices().await.unwrap();
        let mut known: Vec<_> = known.into_iter().map(|invoice| invoice.0).collect();
        known.sort();
        known
    };
    let stands = async |recovery| {
        ledger.record_recovery(recovery, Vec::new()).await.unwrap();
    };
    stands(began(1)).await;
    assert_eq!(known().await, Vec::<String>::new());
    answered(&["A-1", "A-2"]).await;
    answered(&["A-2", "A-3"]).await;
    let found = Recovery {
        found: 1,
        ..began(1)
    };
    stands(found).await;
    assert_eq!(known().await, ["A-1", "A-2", "A-3"]);
    let done = Recovery {
        done_at: Some(at(5)),
        ..found
    };
    stands(done).await;
    assert_eq!(known().await, Vec::<String>::new(), "it is done");
    stands(began(10)).await;
    answered(&["A-1"]).await;
    stands(began(20)).await;
    assert_eq!(known().await, Vec::<String>::new(), "it begins anew");
}

async fn an_account_leads_to_its_payee(ledger: &impl Ledger) {
    let ana = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let bo = record_payee(ledger, &payee(2, "Bo", "Chen")).await;
    let list = async |owner: &Payee, token: &str, status| {
        ledger
            .record_accounts(
                owner.id,
                vec![account(owner, token, status, 1)],
                payee_event(owner, EventKind::AccountSeen),
            )
            .await
            .unwrap();
    };
    list(&ana, "2010-a", AccountStatus::Activated).await;
    list(&bo, "2010-b", AccountStatus::Activated).await;
    list(&bo, "2010-c", AccountStatus::Gone).await;
    let holder = async |token| {
        let found = ledger.payee_by_account(&AccountToken::from(token)).await;
        found.unwrap().map(|payee| payee.id)
    };
    assert_eq!(holder("2010-a").await, Some(ana.id));
    assert_eq!(holder("2010-b").await, Some(bo.id));
    assert_eq!(
        holder("2010-c").await,
        Some(bo.id),
        "what was once paid to an account that is gone was paid to its payee"
    );
    assert_eq!(holder("2010-d").await, None);
    assert_eq!(holder("2010").await, None, "the whole token counts");
}

async fn invoice_ids_form_series(ledger: &impl Ledger) {
    assert_eq!(ledger.invoice_series(100, 100).await, Ok(Vec::new()));
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    for (number, invoice) in (1..).zip([
        "B-7",
        "A-0012",
        "A-0009",
        "A-1-0500",
        "A-x",
        "20261",
        "a-0999",
        "C-99999999999999999999999999",
        "C-0099",
        "C-100",
        "A-3",
        "B-7-R2",
        "B-7-R3",
        "D-R2",
    ]) {
        let mut payout = payout(number, &owner, usd(1));
        payout.invoice_id = InvoiceId::from(invoice);
        record_payout(ledger, &payout).await;
    }
    let series = |prefix: &str, last, digits| InvoiceSeries {
        prefix: prefix.to_owned(),
        last,
        digits,
        span: 0,
    };
    assert_eq!(
        ledger.invoice_series(100, 100).await,
        Ok(vec![
            series("D-R", 2, 1),
            series("A-", 12, 4),
            series("C-", 100, 3),
            series("a-", 999, 4),
            series("", 20261, 5),
            series("A-1-", 500, 4),
            series("B-", 7, 1),
        ]),
        "that of the newest payout first, each as far as any payout goes, and as that one is written; those of retries are none"
    );
    assert_eq!(
        ledger.invoice_series(1, 2).await,
        Ok(vec![
            series("D-R", 2, 1),
            series("A-", 12, 4),
            series("a-", 999, 4)
        ]),
        "of those with several invoice IDs, and of those with one, the newest; all payouts tell how far"
    );
    assert_eq!(
        ledger.invoice_series(2, 0).await,
        Ok(vec![series("A-", 12, 4), series("C-", 100, 3)]),
    );
    assert_eq!(ledger.invoice_series(0, 0).await, Ok(Vec::new()));
    assert_eq!(ledger.longest_run().await, Ok(0), "there is none");
}

/// Takes a payout to a state, as `source` told.
async fn told(
    ledger: &impl Ledger,
    mut payout: Payout,
    to: State,
    source: Source,
    verdict: Option<Verdict>,
) -> Payout {
    let word = |state| match state {
        State::Sending => "sending",
        State::Processing => "processing",
        State::Paid => "paid",
        State::Failed => "failed",
        _ => "returned",
    };
    let kind = match source {
        Source::Notification => EventKind::Notified,
        Source::Inquiry => EventKind::Inquired,
        _ => EventKind::Answered,
    };
    let mut event = NewEvent::new(at(0), Subject::Payout(payout.id), kind, source);
    event.from = Some(word(payout.state).to_owned());
    event.to = Some(word(to).to_owned());
    event.verdict = verdict;
    payout.state = to;
    payout.next_at = None;
    if to != State::Processing {
        // The number of each payout is when it ended.
        payout.settled_at = Some(payout.created_at);
    }
    let change = PayoutChange::new(payout, vec![event]);
    let mut answers = ledger.apply(vec![change]).await.unwrap();
    answers.remove(0).unwrap()
}

async fn it_is_known_who_told_first(ledger: &impl Ledger) {
    assert_eq!(ledger.learnt(at(0), at(100)).await, Ok(Learnt::default()));
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let accepted = async |number| {
        let mut payout = record_payout(ledger, &payout(number, &owner, usd(100))).await;
        payout.state = State::Sending;
        let payout = apply(ledger, payout).await;
        told(ledger, payout, State::Processing, Source::Answer, None).await
    };
    let applied = Some(Verdict::Applied);
    // Told by a notification; what an inquiry confirms later moves nothing.
    let by_notification = accepted(10).await;
    let by_notification = told(
        ledger,
        by_notification,
        State::Paid,
        Source::Notification,
        applied,
    )
    .await;
    told(ledger, by_notification, State::Paid, Source::Inquiry, None).await;
    // Told by an inquiry; the notification came later.
    let late = accepted(11).await;
    let late = told(ledger, late, State::Paid, Source::Inquiry, None).await;
    let known = Some(Verdict::AlreadyKnown);
    told(ledger, late, State::Paid, Source::Notification, known).await;
    // Told by an inquiry, and by no notification that holds.
    let never = accepted(12).await;
    let never = told(ledger, never, State::Paid, Source::Inquiry, None).await;
    let forged = Some(Verdict::Forged);
    told(ledger, never, State::Paid, Source::Notification, forged).await;
    // The same, long ago and just now.
    for number in [5, 20] {
        let payout = accepted(number).await;
        told(ledger, payout, State::Paid, Source::Inquiry, None).await;
    }
    // The last move counts.
    let returned = accepted(13).await;
    let returned = told(ledger, returned, State::Paid, Source::Notification, applied).await;
    told(ledger, returned, State::Returned, Source::Inquiry, None).await;
    // Reported as failed; and refused by Pockyt, of which it never notifies.
    let mut failed = accepted(14).await;
    failed.reason = Some(Reason::ReportedFailed);
    told(ledger, failed, State::Failed, Source::Notification, applied).await;
    let mut refused = accepted(15).await;
    refused.reason = Some(Reason::Refused);
    told(ledger, refused, State::Failed, Source::Inquiry, None).await;
    // Not to be notified about; not ended; found after a copy was put back.
    let mut unasked = payout(16, &owner, usd(100));
    unasked.ipn_url = None;
    unasked.state = State::Processing;
    let unasked = record_payout(ledger, &unasked).await;
    told(ledger, unasked, State::Paid, Source::Inquiry, None).await;
    accepted(17).await;
    let mut found = payout(18, &owner, usd(100));
    found.state = State::Paid;
    found.settled_at = Some(at(18));
    let mut event = payout_event(&found, EventKind::Found).remove(0);
    event.source = Source::Inquiry;
    event.to = Some("paid".to_owned());
    ledger.record_payout(found, vec![event]).await.unwrap();

    let learnt = |notified, asked_first, repaired| {
        Ok(Learnt {
            notified,
            asked_first,
            repaired,
        })
    };
    assert_eq!(
        ledger.learnt(at(10), at(20)).await,
        learnt(2, 3, 1),
        "10 and 14; 11, 13, and 20, whose notification may still come; 12"
    );
    assert_eq!(ledger.learnt(at(0), at(20)).await, learnt(2, 3, 2));
    assert_eq!(ledger.learnt(at(10), at(12)).await, learnt(2, 4, 0));
    assert_eq!(ledger.learnt(at(21), at(21)).await, learnt(0, 0, 0));
}
