//! The payee and the payouts that are measured with: as long as real ones, each field filled that usually is.

use anyhow::Result;
use jiff::Timestamp;
use remit_core::{
    AccountToken, Channel, Currency, CustomerNo, EventKind, InvoiceId, Money, NewEvent, Payee,
    PayeeId, PayeeStatus, Payout, PayoutChange, PayoutId, ProfileType, RequestKey, Source, State,
    Subject, WireBody,
};
use remit_ledger::LedgerKey;
use secrecy::SecretString;
use uuid::Uuid;

/// The key of every ledger here, in hexadecimal digits.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

pub(crate) fn key() -> Result<LedgerKey> {
    Ok(LedgerKey::parse(&SecretString::from(KEY))?)
}

pub(crate) fn payee(customer_no: &str) -> Payee {
    let now = Timestamp::now();
    Payee {
        id: PayeeId(Uuid::now_v7()),
        customer_no: Some(CustomerNo::from(customer_no)),
        profile_type: ProfileType::Individual,
        first_name: "Wilhelmina".to_owned(),
        last_name: "Grünwald".to_owned(),
        company: None,
        email: format!("wilhelmina-{}@example.com", Uuid::now_v7()),
        phone: Some("+1 212 555 0100".to_owned()),
        country_code: "US".to_owned(),
        state: "NY".to_owned(),
        city: "New York".to_owned(),
        street: "1 Main St".to_owned(),
        street2: None,
        zip: "10005".to_owned(),
        lang: "en".to_owned(),
        status: PayeeStatus::Active,
        status_raw: Some("Activated".to_owned()),
        status_since: now,
        reason: None,
        checked_at: Some(now),
        next_check_at: None,
        checks: 0,
        note: String::new(),
        created_at: now,
        revision: 0,
    }
}

/// A payout that the owner has released.
pub(crate) fn payout(payee: &Payee, number: u64) -> Payout {
    let now = Timestamp::now();
    Payout {
        id: PayoutId(Uuid::now_v7()),
        payee_id: payee.id,
        customer_no: CustomerNo::from("2000305228303182610217"),
        payee_name: payee.display_name(),
        account_token: AccountToken::from("2010305228294111721580"),
        account_label: "Bank account ••••5655".to_owned(),
        money: Money::new(
            125_000 + i64::try_from(number).unwrap_or_default(),
            Currency::USD,
        ),
        fee: None,
        invoice_id: InvoiceId(format!("INV-202611-{number:06}")),
        // As the app makes them: in the order of time, so that one group's keys share the pages of their index.
        request_key: RequestKey(Uuid::now_v7()),
        channel: Channel::StandardAch,
        description: "October design work".to_owned(),
        note: String::new(),
        ipn_url: Some("https://relay.example.com/ipn/8f14e45f".to_owned()),
        state: State::Ready,
        reason: None,
        detail: None,
        since: now,
        created_at: now,
        sent_at: None,
        settled_at: None,
        transaction_no: None,
        body: None,
        attempts: 0,
        not_found: 0,
        checks: 0,
        last_checked_at: None,
        next_at: Some(now),
        retry_of: None,
        retried_by: None,
        revision: 0,
    }
}

/// The event that says so.
pub(crate) fn release_of(payout: &Payout) -> Vec<NewEvent> {
    let mut event = NewEvent::new(
        payout.created_at,
        Subject::Payout(payout.id),
        EventKind::Released,
        Source::Owner,
    );
    event.to = Some("ready".to_owned());
    vec![event]
}

/// The claim of a payout, with the exact body that is to be sent (I1).
pub(crate) fn claim(mut payout: Payout) -> PayoutChange {
    let now = Timestamp::now();
    let body = format!(
        "{{\"merchantNo\":\"200043\",\"storeNo\":\"300014\",\"customerNo\":\"{}\",\"accountToken\":\"{}\",\"invoiceId\":\"{}\",\"amount\":\"{}\",\"currency\":\"USD\",\"ipnUrl\":\"{}\",\"processingChannel\":\"STANDARD_ACH\",\"description\":\"{}\",\"timestamp\":\"2026-11-25T13:00:00Z\"}}",
        payout.customer_no,
        payout.account_token,
        payout.invoice_id,
        payout.money.decimal(),
        payout.ipn_url.as_deref().unwrap_or_default(),
        payout.description,
    );
    payout.state = State::Sending;
    payout.since = now;
    payout.sent_at = Some(now);
    payout.next_at = now.checked_add(jiff::SignedDuration::from_mins(5)).ok();
    payout.attempts = 1;
    payout.body = Some(WireBody(body.clone()));
    let mut event = NewEvent::new(
        now,
        Subject::Payout(payout.id),
        EventKind::Sending,
        Source::Remit,
    )
    .evidence(body);
    event.from = Some("ready".to_owned());
    event.to = Some("sending".to_owned());
    PayoutChange::new(payout, vec![event])
}
