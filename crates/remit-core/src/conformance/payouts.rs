//! Payouts: recording and changing them.

use super::samples::{
    account, apply, assert_chained, at, bring_to, change, payee, payout, payout_event, payout_id,
    record_payee, record_payout, usd,
};
use crate::{
    AccountStatus, AccountToken, CustomerNo, EDGES, EventKind, FundingAccount, IllegalEdge,
    InvoiceId, Ledger, LedgerError, Money, Payee, PayeeStatus, Payout, PayoutChange, Reason,
    Recorded, RequestKey, State, Subject, TransactionNo, WireBody, allowed,
};
use uuid::Uuid;

pub(super) async fn run<L: Ledger>(open: &impl AsyncFn() -> L) {
    what_is_recorded_is_read_back(&open().await).await;
    the_same_payout_is_recorded_once(&open().await).await;
    a_payout_needs_its_payee(&open().await).await;
    what_pockyt_had_is_recorded_as_it_stands(&open().await).await;
    only_the_edges_of_the_table_are_taken(&open().await).await;
    changes_succeed_or_fail_one_by_one(&open().await).await;
    what_was_released_stays(&open().await).await;
    what_never_left_is_made_afresh(&open().await).await;
    the_next_check_is_set_without_an_event(&open().await).await;
    a_payout_is_retried_once(&open().await).await;
    due_payouts_come_earliest_first(&open().await).await;
    what_is_asked_about_is_due_together(&open().await).await;
    whom_or_where_a_payout_pays_is_seen_to_have_changed(&open().await).await;
}

async fn whom_or_where_a_payout_pays_is_seen_to_have_changed(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let other = record_payee(ledger, &payee(2, "Bo", "Ek")).await;
    let (early, late) = (payout(10, &owner, usd(1)), payout(20, &owner, usd(2)));
    let foreign = payout(15, &other, usd(3));
    for payout in [&early, &late, &foreign] {
        record_payout(ledger, payout).await;
    }
    let (token, early, late) = (early.account_token, early.id, late.id);
    let asked = vec![late, foreign.id, payout_id(99), early];
    let moved = async || ledger.moved_targets(asked.clone()).await;
    let seen = |status, changed| FundingAccount {
        changed_at: Some(at(changed)),
        ..account(&owner, token.as_str(), status, 1)
    };
    let record = async |account: FundingAccount| {
        let recorded = ledger.record_accounts(owner.id, vec![account], Vec::new());
        recorded.await.unwrap();
    };
    assert_eq!(moved().await, Ok(Vec::new()));
    record(seen(AccountStatus::Pending, 10)).await;
    assert_eq!(
        moved().await,
        Ok(Vec::new()),
        "changed before, or just then"
    );
    record(seen(AccountStatus::Activated, 15)).await;
    let changed = |id| (id, Reason::AccountChanged);
    assert_eq!(moved().await, Ok(vec![changed(early)]), "this one's, since");
    record(seen(AccountStatus::Gone, 2)).await;
    assert_eq!(moved().await, Ok(vec![changed(late), changed(early)]));
    let inactive = Payee {
        status: PayeeStatus::Deactivated,
        ..owner
    };
    ledger.change_payee(inactive, Vec::new()).await.unwrap();
    let inactive = Payee {
        status: PayeeStatus::InReview,
        ..other
    };
    ledger.change_payee(inactive, Vec::new()).await.unwrap();
    let not_active = (foreign.id, Reason::PayeeNotActive);
    assert_eq!(
        moved().await,
        Ok(vec![changed(late), not_active, changed(early)]),
        "in the order that is asked, the account first"
    );
}

async fn what_is_recorded_is_read_back(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "José", "Núñez")).await;
    let written = payout(1, &owner, usd(i64::MAX));
    assert_eq!(
        record_payout(ledger, &written).await,
        written,
        "recording changes nothing"
    );
    assert_eq!(
        ledger.payout(written.id).await,
        Ok(Some(written.clone())),
        "every field is read back exactly"
    );
    assert_eq!(
        ledger.payout_by_invoice(&written.invoice_id).await,
        Ok(Some(written.clone()))
    );
    assert_eq!(
        ledger.payout(payout_id(9)).await,
        Ok(None),
        "an unknown payout is not an error"
    );
    assert_eq!(
        ledger.payout_by_invoice(&InvoiceId::from("inv-0001")).await,
        Ok(None),
        "invoice IDs differ by case"
    );

    let mut full = written;
    full.state = State::Sending;
    full.reason = Some(Reason::NoAnswer);
    full.detail = Some("“Zeit”超时".to_owned());
    full.fee = Some(super::samples::krw(35));
    full.sent_at = Some(at(3));
    full.settled_at = Some(at(4));
    full.transaction_no = Some(TransactionNo::from("318453016214317262"));
    full.body = Some(WireBody("{\"amount\":\"1.00\"}".to_owned()));
    full.attempts = 2;
    full.not_found = 3;
    full.checks = 4;
    full.last_checked_at = Some(at(5));
    full.next_at = None;
    let mut expected = full.clone();
    expected.revision += 1;
    assert_eq!(
        apply(ledger, full.clone()).await,
        expected,
        "a change has the next revision and is otherwise as given"
    );
    assert_eq!(
        ledger.payout(full.id).await,
        Ok(Some(expected)),
        "and is read back exactly"
    );
}

async fn the_same_payout_is_recorded_once(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let first = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    let mut again = first.clone();
    again.money = usd(999);
    again.invoice_id = InvoiceId::from("another");
    let answer = ledger
        .record_payout(again, payout_event(&first, EventKind::Released))
        .await;
    assert_eq!(
        answer,
        Ok(Recorded::Known(first.clone())),
        "a form submitted twice pays once"
    );
    assert_eq!(
        ledger
            .events(Subject::Payout(first.id))
            .await
            .unwrap()
            .len(),
        1,
        "and leaves no second event"
    );

    let mut other = payout(2, &owner, usd(100));
    other.invoice_id = first.invoice_id.clone();
    let answer = ledger
        .record_payout(other.clone(), payout_event(&other, EventKind::Released))
        .await;
    assert_eq!(
        answer,
        Err(LedgerError::InvoiceUsed(first.invoice_id.clone())),
        "an invoice ID is paid once"
    );
    assert_eq!(
        ledger.payout(other.id).await,
        Ok(None),
        "nothing is half-done"
    );
    assert_eq!(
        ledger.events(Subject::Payout(other.id)).await,
        Ok(Vec::new())
    );
}

async fn a_payout_needs_its_payee(ledger: &impl Ledger) {
    let stranger = payee(9, "No", "One");
    let orphan = payout(1, &stranger, usd(100));
    let answer = ledger
        .record_payout(orphan.clone(), payout_event(&orphan, EventKind::Released))
        .await;
    assert_eq!(
        answer,
        Err(LedgerError::NotFound),
        "nobody is paid whom the ledger does not know"
    );
}

/// The shortest path from `from` to `to` over the table's edges, or nothing when there is none.
fn path(from: State, to: State) -> Option<Vec<State>> {
    let mut paths = vec![vec![from]];
    let mut index = 0;
    while let Some(path) = paths.get(index).cloned() {
        let last = *path.last().unwrap();
        if last == to {
            return Some(path[1..].to_vec());
        }
        for (_, next) in EDGES.iter().filter(|(state, _)| *state == last) {
            for state in next.iter().filter(|state| !path.contains(state)) {
                let mut longer = path.clone();
                longer.push(*state);
                paths.push(longer);
            }
        }
        index += 1;
    }
    None
}

/// After a copy was put back, payouts are recorded that were sent from the ledger that is gone.
async fn what_pockyt_had_is_recorded_as_it_stands(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    for (number, state) in (1..).zip([
        State::Unknown,
        State::Processing,
        State::Paid,
        State::Failed,
        State::Returned,
    ]) {
        let mut found = payout(number, &owner, usd(100));
        found.state = state;
        found.reason = Some(Reason::Restored);
        found.sent_at = Some(at(50));
        found.settled_at = (state == State::Paid).then(|| at(60));
        found.transaction_no = Some(TransactionNo(format!("31845301621431726{number}")));
        found.attempts = 1;
        found.next_at = None;
        assert_eq!(
            record_payout(ledger, &found).await,
            found,
            "{state:?} is recorded as it stands"
        );
        assert_eq!(ledger.payout(found.id).await, Ok(Some(found)));
    }
    let row = ledger.payee_row(owner.id, at(0)).await.unwrap().unwrap();
    assert_eq!(row.last_paid_at, Some(at(60)), "and what was paid counts");
    assert_eq!(row.paid, [usd(100)]);
}

async fn only_the_edges_of_the_table_are_taken(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let mut number = 0;
    for from in State::ALL {
        for to in State::ALL {
            number += 1;
            let mut start = payout(number, &owner, usd(100));
            let way = path(State::Ready, from).unwrap_or_else(|| {
                start.state = from;
                Vec::new()
            });
            let recorded = record_payout(ledger, &start).await;
            let mut moved = bring_to(ledger, recorded, &way, 1).await;
            let before = moved.clone();
            moved.state = to;
            let answer = ledger.apply(vec![change(moved)]).await.unwrap().remove(0);
            if allowed(from, to) {
                assert!(
                    answer.is_ok(),
                    "{from:?} to {to:?} is in the table: {answer:?}"
                );
            } else {
                assert_eq!(
                    answer,
                    Err(LedgerError::Illegal(IllegalEdge { from, to })),
                    "{from:?} to {to:?} is not in the table"
                );
                assert_eq!(
                    ledger.payout(before.id).await,
                    Ok(Some(before)),
                    "a refused change changes nothing"
                );
            }
        }
    }
}

async fn changes_succeed_or_fail_one_by_one(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let first = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    let second = record_payout(ledger, &payout(2, &owner, usd(100))).await;
    let sending = |payout: &Payout| {
        let mut payout = payout.clone();
        payout.state = State::Sending;
        change(payout)
    };
    let mut silent = sending(&second);
    silent.events.clear();
    let unknown = payout(9, &owner, usd(100));
    let mut skipping = second.clone();
    skipping.state = State::Paid;
    let changes = vec![
        sending(&first),
        sending(&first),
        change(unknown),
        change(skipping),
        silent,
        sending(&second),
    ];
    let answers = ledger.apply(changes).await.unwrap();
    assert_eq!(answers.len(), 6, "each change is answered, in order");
    assert!(answers[0].is_ok(), "a claim goes through");
    assert_eq!(
        answers[1],
        Err(LedgerError::Conflict),
        "the same claim again does not: one sender (I2)"
    );
    assert_eq!(answers[2], Err(LedgerError::NotFound));
    assert_eq!(
        answers[3],
        Err(LedgerError::Illegal(IllegalEdge {
            from: State::Ready,
            to: State::Paid
        }))
    );
    assert!(
        matches!(answers[4], Err(LedgerError::Failed(_))),
        "a change without an event would leave no history (I7)"
    );
    assert!(
        answers[5].is_ok(),
        "those that fail do not hold up the others"
    );

    let events = ledger.events(Subject::Payout(first.id)).await.unwrap();
    assert_eq!(events.len(), 2, "a change that is refused leaves no event");
    let verified = ledger.verify().await.unwrap();
    assert_eq!((verified.events, verified.broken_at), (5, None));
}

async fn what_was_released_stays(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let other = record_payee(ledger, &payee(2, "Bo", "Chen")).await;
    let mut claimed = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    claimed.state = State::Sending;
    claimed.body = Some(WireBody("{}".to_owned()));
    let claimed = apply(ledger, claimed).await;

    type Meddle = fn(&mut Payout, &Payee);
    let meddlings: [(&str, Meddle); 15] = [
        ("payee", |payout, other| payout.payee_id = other.id),
        ("Pockyt's number of the payee", |payout, _| {
            payout.customer_no = CustomerNo::from("2000")
        }),
        ("the payee's name", |payout, _| payout.payee_name.push('x')),
        ("account", |payout, _| {
            payout.account_token = AccountToken::from("2010")
        }),
        ("the account's label", |payout, _| {
            payout.account_label.push('x')
        }),
        ("amount", |payout, _| payout.money.minor += 1),
        ("currency", |payout, _| {
            payout.money = Money::new(payout.money.minor, super::samples::krw(0).currency)
        }),
        ("invoice ID", |payout, _| {
            payout.invoice_id = InvoiceId::from("INV-9")
        }),
        ("idempotency key", |payout, _| {
            payout.request_key = RequestKey(Uuid::from_u128(9))
        }),
        ("body", |payout, _| {
            payout.body = Some(WireBody("{ }".to_owned()))
        }),
        ("no body", |payout, _| payout.body = None),
        ("description", |payout, _| payout.description.push('x')),
        ("address for notifications", |payout, _| {
            payout.ipn_url = None
        }),
        ("time of release", |payout, _| payout.created_at = at(999)),
        ("link to an earlier payout", |payout, _| {
            payout.retry_of = Some(payout_id(9))
        }),
    ];
    for (what, meddle) in meddlings {
        let mut meddled = claimed.clone();
        meddle(&mut meddled, &other);
        let answer = ledger.apply(vec![change(meddled)]).await.unwrap().remove(0);
        assert!(
            matches!(answer, Err(LedgerError::Failed(_))),
            "a released payout with another {what}: {answer:?}"
        );
        assert_eq!(
            ledger.payout(claimed.id).await,
            Ok(Some(claimed.clone())),
            "another {what} was refused and yet stored"
        );
    }
}

async fn what_never_left_is_made_afresh(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let mut claimed = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    claimed.state = State::Sending;
    claimed.attempts = 1;
    claimed.body = Some(WireBody("{\"timestamp\":1}".to_owned()));
    let claimed = apply(ledger, claimed).await;
    let mut counted = claimed.clone();
    counted.state = State::Ready;
    counted.body = None;
    let answer = ledger.apply(vec![change(counted.clone())]).await.unwrap();
    assert!(
        matches!(answer[..], [Err(LedgerError::Failed(_))]),
        "a body is forgotten only together with the attempt: {answer:?}"
    );
    counted.attempts = 0;
    let mut again = apply(ledger, counted).await;
    assert_eq!((again.state, &again.body), (State::Ready, &None));
    again.state = State::Sending;
    again.attempts = 1;
    again.body = Some(WireBody("{\"timestamp\":2}".to_owned()));
    let again = apply(ledger, again).await;
    assert_eq!(ledger.payout(again.id).await, Ok(Some(again)));
}

async fn the_next_check_is_set_without_an_event(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let recorded = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    let mut later = bring_to(ledger, recorded, &[State::Sending, State::Processing], 1).await;
    let events = ledger.events(Subject::Payout(later.id)).await.unwrap();
    later.checks += 1;
    later.last_checked_at = Some(at(60));
    later.next_at = Some(at(120));
    let quiet = PayoutChange::new(later.clone(), Vec::new());
    let answer = ledger.apply(vec![quiet]).await.unwrap();
    later.revision += 1;
    assert_eq!(answer, [Ok(later.clone())]);
    assert_eq!(
        ledger.events(Subject::Payout(later.id)).await,
        Ok(events),
        "a look that finds nothing new leaves no trace"
    );
}

async fn a_payout_is_retried_once(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    let earlier = record_payout(ledger, &payout(1, &owner, usd(100))).await;
    let mut retry = payout(2, &owner, usd(100));
    retry.retry_of = Some(earlier.id);
    let events = payout_event(&retry, EventKind::Released);
    let too_soon = ledger.record_payout(retry.clone(), events.clone()).await;
    assert_eq!(
        too_soon,
        Err(LedgerError::Conflict),
        "what has not failed or come back is not paid again (I3)"
    );
    let mut of_nothing = retry.clone();
    of_nothing.retry_of = Some(payout_id(9));
    assert_eq!(
        ledger.record_payout(of_nothing, events.clone()).await,
        Err(LedgerError::NotFound)
    );

    let failed = bring_to(ledger, earlier, &[State::Sending, State::Failed], 1).await;
    let recorded = record_payout(ledger, &retry).await;
    let marked = ledger.payout(failed.id).await.unwrap().unwrap();
    assert_eq!(
        marked.retried_by,
        Some(recorded.id),
        "the failed payout knows its retry"
    );
    assert_eq!(
        marked.revision,
        failed.revision + 1,
        "to be marked is a change"
    );
    assert_eq!(
        ledger.record_payout(retry, events).await,
        Ok(Recorded::Known(recorded)),
        "the same retry again is known"
    );

    let mut second = payout(3, &owner, usd(100));
    second.retry_of = Some(failed.id);
    let cancelled = ledger.payout(payout_id(2)).await.unwrap().unwrap();
    let cancelled = bring_to(ledger, cancelled, &[State::Cancelled], 1).await;
    let mut third = payout(4, &owner, usd(100));
    third.retry_of = Some(cancelled.id);
    let third = record_payout(ledger, &third).await;
    let marked = ledger.payout(cancelled.id).await.unwrap().unwrap();
    assert_eq!(
        marked.retried_by,
        Some(third.id),
        "a retry that was cancelled may itself be tried again"
    );

    let plain = record_payout(ledger, &payout(5, &owner, usd(100))).await;
    let plain = bring_to(ledger, plain, &[State::Cancelled], 1).await;
    let mut of_plain = payout(6, &owner, usd(100));
    of_plain.retry_of = Some(plain.id);
    let events = payout_event(&of_plain, EventKind::Released);
    assert_eq!(
        ledger.record_payout(of_plain, events).await,
        Err(LedgerError::Conflict),
        "what was simply cancelled is paid by a new payout"
    );
    let answer = ledger
        .record_payout(second.clone(), payout_event(&second, EventKind::Released))
        .await;
    assert_eq!(
        answer,
        Err(LedgerError::Conflict),
        "another retry was first"
    );
    assert_eq!(
        ledger.payout(second.id).await,
        Ok(None),
        "nothing is half-done"
    );
    assert_chained(&ledger.events(Subject::Payout(failed.id)).await.unwrap()[..0]);
}

async fn what_is_asked_about_is_due_together(ledger: &impl Ledger) {
    let mut owner = payee(1, "Ana", "Bell");
    owner.next_check_at = Some(at(50));
    let owner = record_payee(ledger, &owner).await;
    let accepted = [State::Sending, State::Processing];
    let paid = [State::Sending, State::Processing, State::Paid];
    let ways: [&[State]; 3] = [&[State::Sending, State::Unknown], &accepted, &paid];
    for ((number, way), next_at) in (1..).zip(ways).zip([30, 20, 10]) {
        let recorded = record_payout(ledger, &payout(number, &owner, usd(100))).await;
        let mut asked = bring_to(ledger, recorded, way, 1).await;
        asked.next_at = Some(at(next_at));
        apply(ledger, asked).await;
    }
    let due = async |now, limit| {
        let due = ledger.due(at(now), limit).await.unwrap();
        assert_eq!((&due.ready[..], &due.overdue[..]), (&[][..], &[][..]));
        let ids: Vec<_> = due.open.iter().map(|payout| payout.id).collect();
        (ids, due.payees.len(), due.next)
    };
    assert_eq!(
        due(20, 10).await,
        (vec![payout_id(3), payout_id(2)], 0, Some(at(30)))
    );
    assert_eq!(due(20, 2).await.2, Some(at(20)), "there may be a third");
    let all = vec![payout_id(3), payout_id(2), payout_id(1)];
    assert_eq!(due(30, 10).await, (all.clone(), 0, Some(at(50))));
    assert_eq!(due(50, 10).await, (all, 1, None));
}

async fn due_payouts_come_earliest_first(ledger: &impl Ledger) {
    let owner = record_payee(ledger, &payee(1, "Ana", "Bell")).await;
    for (number, next_at) in [(1, Some(30)), (2, Some(10)), (3, Some(20)), (4, None)] {
        let mut payout = payout(number, &owner, usd(100));
        payout.next_at = next_at.map(at);
        record_payout(ledger, &payout).await;
    }
    let sending = ledger.payout(payout_id(3)).await.unwrap().unwrap();
    bring_to(ledger, sending, &[State::Sending], 1).await;

    let ids = |payouts: Result<Vec<Payout>, LedgerError>| {
        payouts
            .unwrap()
            .iter()
            .map(|payout| payout.id)
            .collect::<Vec<_>>()
    };
    let both = [State::Ready, State::Sending];
    let due = async |now, limit| {
        let due = ledger.due(at(now), limit).await.unwrap();
        assert_eq!((&due.open[..], &due.payees[..]), (&[][..], &[][..]));
        (ids(Ok(due.ready)), ids(Ok(due.overdue)), due.next)
    };
    let nothing = (vec![], vec![], Some(at(10)));
    assert_eq!(due(9, 10).await, nothing, "and when the first is due");
    assert_eq!(
        due(20, 10).await,
        (vec![payout_id(2)], vec![payout_id(3)], Some(at(30))),
        "the instant itself counts as come"
    );
    assert_eq!(
        due(99, 1).await,
        (vec![payout_id(2)], vec![payout_id(3)], Some(at(99))),
        "no more than asked for, the earliest; and there may be more now"
    );
    assert_eq!(
        due(99, u32::MAX).await,
        (vec![payout_id(2), payout_id(1)], vec![payout_id(3)], None),
        "nothing else is ever due"
    );
    assert_eq!(
        ids(ledger.payouts_put_off(&both, at(10), 10).await),
        [payout_id(1), payout_id(3)],
        "later than the instant, furthest first"
    );
    assert_eq!(
        ids(ledger.payouts_put_off(&[State::Ready], at(9), 1).await),
        [payout_id(1)],
        "only these states, no more than asked for"
    );
    assert_eq!(ledger.next_due().await, Ok(Some(at(10))));

    assert_eq!(
        ids(ledger.payouts_in(State::Ready, None, 2).await),
        [payout_id(1), payout_id(2)],
        "oldest first, whatever their time"
    );
    assert_eq!(
        ids(ledger.payouts_in(State::Ready, Some(payout_id(2)), 2).await),
        [payout_id(4)],
        "then those after the last"
    );
    let behind = ledger
        .payouts_in(State::Sending, Some(payout_id(2)), 2)
        .await;
    assert_eq!(
        ids(behind),
        [payout_id(3)],
        "even if the last has left the state"
    );
}
