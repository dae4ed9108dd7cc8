//! Tests of the ledger from within: what only its insides show.

mod changes;
mod copies;
mod damage;
#[cfg(target_os = "linux")]
mod failing_flush;
mod file;
mod history;
mod loss;
mod pages;
mod restoring;
mod rosters;
mod runs;
mod schedules;
mod searching;
mod similar;
mod writer;

use crate::key::LedgerKey;
use crate::store::SqliteLedger;
use jiff::Timestamp;
use remit_core::{
    AccountToken, Channel, Currency, CustomerNo, EventKind, InvoiceId, Ledger, LedgerError, Money,
    NewEvent, Payee, PayeeId, PayeeStatus, Payout, PayoutId, ProfileType, Recorded, RequestKey,
    Source, State, Subject, conformance,
};
use secrecy::SecretString;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

#[tokio::test]
async fn keeps_every_promise_of_the_port() {
    let folder = tempfile::tempdir().unwrap();
    let count = Cell::new(0);
    conformance::ledger(async || {
        count.set(count.get() + 1);
        SqliteLedger::open(&folder.path().join(format!("{}.db", count.get())), &key()).unwrap()
    })
    .await;
}

#[tokio::test]
async fn keeps_every_promise_of_the_port_to_runs() {
    let folder = tempfile::tempdir().unwrap();
    let count = Cell::new(0);
    conformance::runs(async || {
        count.set(count.get() + 1);
        SqliteLedger::open(&folder.path().join(format!("{}.db", count.get())), &key()).unwrap()
    })
    .await;
}

pub(crate) fn key() -> LedgerKey {
    LedgerKey::parse(&SecretString::from("0123456789abcdef".repeat(4))).unwrap()
}

/// A fresh folder, and the path of a ledger in it.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    (folder, path)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + seconds).unwrap()
}

pub(crate) fn payee(number: u128) -> Payee {
    Payee {
        id: PayeeId(Uuid::from_u128(number)),
        customer_no: None,
        profile_type: ProfileType::Individual,
        first_name: "Wilhelmina".to_owned(),
        last_name: "Grünwald".to_owned(),
        company: None,
        email: format!("wilhelmina{number}@example.com"),
        phone: None,
        country_code: "US".to_owned(),
        state: "NY".to_owned(),
        city: "New York".to_owned(),
        street: "1 Main St".to_owned(),
        street2: None,
        zip: "10005".to_owned(),
        lang: "en".to_owned(),
        status: PayeeStatus::Active,
        status_raw: None,
        status_since: at(0),
        reason: None,
        checked_at: None,
        next_check_at: None,
        checks: 0,
        note: "Confidential-Remark".to_owned(),
        created_at: at(0),
        revision: 0,
    }
}

pub(crate) fn payout(number: u128, payee: &Payee) -> Payout {
    Payout {
        id: PayoutId(Uuid::from_u128(number)),
        payee_id: payee.id,
        customer_no: CustomerNo::from("2000305228303182610217"),
        payee_name: payee.display_name(),
        account_token: AccountToken::from("2010305228294111721580"),
        account_label: "Bank account".to_owned(),
        money: Money::new(100, Currency::USD),
        fee: None,
        invoice_id: InvoiceId(format!("Distinctive-Invoice-{number}")),
        request_key: RequestKey(Uuid::from_u128(number + (1 << 64))),
        channel: Channel::StandardAch,
        description: "October".to_owned(),
        note: String::new(),
        ipn_url: None,
        state: State::Ready,
        reason: None,
        detail: None,
        since: at(0),
        created_at: at(0),
        sent_at: None,
        settled_at: None,
        transaction_no: None,
        body: None,
        attempts: 0,
        not_found: 0,
        checks: 0,
        last_checked_at: None,
        next_at: Some(at(0)),
        retry_of: None,
        retried_by: None,
        revision: 0,
    }
}

fn released(payout: &Payout) -> Vec<NewEvent> {
    let event = NewEvent::new(
        at(0),
        Subject::Payout(payout.id),
        EventKind::Released,
        Source::Owner,
    );
    vec![event.evidence("Evidence-Of-Payment".to_owned())]
}

async fn record(ledger: &SqliteLedger, payout: &Payout) -> Result<Recorded<Payout>, LedgerError> {
    ledger.record_payout(payout.clone(), released(payout)).await
}

/// A ledger with one payee and payouts 1 to `payouts`.
async fn filled(path: &Path, payouts: u128) -> (SqliteLedger, Payee) {
    let ledger = SqliteLedger::open(path, &key()).unwrap();
    let payee = ledger
        .record_payee(payee(1), Vec::new())
        .await
        .unwrap()
        .into_inner();
    for number in 1..=payouts {
        record(&ledger, &payout(number, &payee)).await.unwrap();
    }
    (ledger, payee)
}

/// The path of a file beside the ledger.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The file, and its log if that holds anything.
fn bytes(path: &Path) -> (Vec<u8>, Option<Vec<u8>>) {
    (
        std::fs::read(path).unwrap(),
        std::fs::read(beside(path, "-wal"))
            .ok()
            .filter(|log| !log.is_empty()),
    )
}

/// The names of the files in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
