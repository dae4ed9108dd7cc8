//! The payees and payouts that the suite records.

use crate::{
    AccountStatus, AccountToken, Channel, Currency, CustomerNo, Event, EventKind, FundingAccount,
    InvoiceId, Ledger, Money, NewEvent, Payee, PayeeId, PayeeStatus, Payout, PayoutChange,
    PayoutId, ProfileType, Recorded, RequestKey, Source, State, Subject,
};
use jiff::Timestamp;
use uuid::Uuid;

/// An instant, `seconds` after a fixed one, with nanoseconds that a coarser store would lose.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::new(1_767_225_600 + seconds, 123_456_789).unwrap()
}

pub(super) fn payee_id(number: u128) -> PayeeId {
    PayeeId(Uuid::from_u128(number))
}

pub(super) fn payout_id(number: u128) -> PayoutId {
    PayoutId(Uuid::from_u128(number))
}

pub(super) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(super) fn krw(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("KRW").unwrap())
}

/// An active payee; every optional field is filled, so that none can be lost unnoticed.
pub(super) fn payee(number: u128, first_name: &str, last_name: &str) -> Payee {
    Payee {
        id: payee_id(number),
        customer_no: Some(CustomerNo(format!("20003052283031826{number:05}"))),
        profile_type: ProfileType::Individual,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        company: None,
        email: format!("payee{number}@example.com"),
        phone: Some("+1 212 555 0100".to_owned()),
        country_code: "US".to_owned(),
        state: "NY".to_owned(),
        city: "New York".to_owned(),
        street: "1 Main St & Co".to_owned(),
        street2: Some("Floor 2".to_owned()),
        zip: "10005".to_owned(),
        lang: "en".to_owned(),
        status: PayeeStatus::Active,
        status_raw: Some("Activated".to_owned()),
        status_since: at(1),
        reason: Some("documents accepted".to_owned()),
        checked_at: Some(at(2)),
        next_check_at: None,
        checks: 3,
        note: "met in Austin".to_owned(),
        created_at: at(i64::try_from(number).unwrap()),
        revision: 0,
    }
}

pub(super) fn account(
    payee: &Payee,
    token: &str,
    status: AccountStatus,
    first_seen: i64,
) -> FundingAccount {
    FundingAccount {
        token: AccountToken::from(token),
        payee_id: payee.id,
        kind: "BANK_ACCOUNT".to_owned(),
        country: "US".to_owned(),
        currency: "USD".to_owned(),
        masked: Some("****5655".to_owned()),
        tag: Some("main".to_owned()),
        status,
        status_raw: "Activated".to_owned(),
        first_seen_at: at(first_seen),
        changed_at: Some(at(first_seen + 1)),
        checked_at: at(first_seen + 2),
    }
}

/// A payout that the owner has released and the dispatcher may claim.
pub(super) fn payout(number: u128, payee: &Payee, money: Money) -> Payout {
    let created_at = at(i64::try_from(number).unwrap());
    Payout {
        id: payout_id(number),
        payee_id: payee.id,
        customer_no: payee.customer_no.clone().unwrap(),
        payee_name: payee.display_name(),
        account_token: AccountToken::from("2010305228294111721580"),
        account_label: "Bank account ••••5655".to_owned(),
        money,
        fee: None,
        invoice_id: InvoiceId(format!("INV-{number:04}")),
        request_key: RequestKey(Uuid::from_u128(number + 1_000_000)),
        channel: Channel::StandardAch,
        description: "October design work".to_owned(),
        note: "ask for the receipt".to_owned(),
        ipn_url: Some("https://example.com/ipn".to_owned()),
        state: State::Ready,
        reason: None,
        detail: None,
        since: created_at,
        created_at,
        sent_at: None,
        settled_at: None,
        transaction_no: None,
        body: None,
        attempts: 0,
        not_found: 0,
        checks: 0,
        last_checked_at: None,
        next_at: Some(created_at),
        retry_of: None,
        retried_by: None,
        revision: 0,
    }
}

pub(super) fn payee_event(payee: &Payee, kind: EventKind) -> Vec<NewEvent> {
    vec![NewEvent::new(
        at(0),
        Subject::Payee(payee.id),
        kind,
        Source::Owner,
    )]
}

pub(super) fn payout_event(payout: &Payout, kind: EventKind) -> Vec<NewEvent> {
    vec![NewEvent::new(
        at(0),
        Subject::Payout(payout.id),
        kind,
        Source::Remit,
    )]
}

/// Records a payee that must be new, and returns it as the ledger holds it.
pub(super) async fn record_payee(ledger: &impl Ledger, payee: &Payee) -> Payee {
    match ledger
        .record_payee(payee.clone(), payee_event(payee, EventKind::Created))
        .await
    {
        Ok(Recorded::New(recorded)) => recorded,
        other => panic!(
            "a payee with a fresh number must be recorded as new, not answered with {other:?}"
        ),
    }
}

/// Records a payout that must be new, and returns it as the ledger holds it.
pub(super) async fn record_payout(ledger: &impl Ledger, payout: &Payout) -> Payout {
    match ledger
        .record_payout(payout.clone(), payout_event(payout, EventKind::Released))
        .await
    {
        Ok(Recorded::New(recorded)) => recorded,
        other => panic!(
            "a payout with a fresh number must be recorded as new, not answered with {other:?}"
        ),
    }
}

pub(super) fn change(payout: Payout) -> PayoutChange {
    let events = payout_event(&payout, EventKind::StatusChanged);
    PayoutChange::new(payout, events)
}

/// Applies one change that must go through.
pub(super) async fn apply(ledger: &impl Ledger, payout: Payout) -> Payout {
    let mut answers = ledger
        .apply(vec![change(payout)])
        .await
        .expect("one change must not fail the whole call");
    assert_eq!(answers.len(), 1, "apply answers each change once");
    answers
        .remove(0)
        .expect("a legal change at the right revision must go through")
}

/// Takes a payout along legal edges until it is in the state, settled at its creation plus `settled` seconds.
pub(super) async fn bring_to(
    ledger: &impl Ledger,
    mut payout: Payout,
    path: &[State],
    settled: i64,
) -> Payout {
    for state in path {
        payout.state = *state;
        if *state == State::Sending {
            payout.sent_at = Some(payout.created_at);
            payout.attempts += 1;
        }
        if matches!(
            state,
            State::Paid | State::Failed | State::Returned | State::Cancelled
        ) {
            payout.settled_at = Some(at(settled));
            payout.next_at = None;
        }
        payout = apply(ledger, payout).await;
    }
    payout
}

/// Checks that the events are numbered and chained as they must be, from the first of the ledger on.
pub(super) fn assert_chained(events: &[Event]) {
    let mut previous = String::new();
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event.seq, index as u64 + 1, "sequence numbers have no gaps");
        assert_eq!(
            event.hash,
            event.event.hash(event.seq, &previous),
            "each hash covers the one before"
        );
        previous.clone_from(&event.hash);
    }
}
