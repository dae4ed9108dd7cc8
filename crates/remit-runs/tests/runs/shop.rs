//! A ledger with payees of every kind.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "tests fail by panicking, and this is a module of their program"
)]

use jiff::Timestamp;
use remit_core::{
    AccountStatus, AccountToken, Channel, Currency, CustomerNo, EventKind, FundingAccount, Ids,
    InvoiceId, Ledger, Money, NewEvent, Payee, PayeeId, PayeeStatus, Payout, PayoutId, ProfileType,
    Reason, RequestKey, RunId, RunOrigin, Runs, Source, State, Subject, Turn, Turns,
};
use remit_ledger::{LedgerKey, SqliteLedger};
use remit_runs::{Draft, NewDraft};
use secrecy::SecretString;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use uuid::Uuid;

pub fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// Numbers that count up.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Other numbers than those of one that starts at nothing.
    pub fn starting(at: u64) -> Self {
        Self(AtomicU64::new(at * 1_000_000))
    }
}

impl Ids for Counter {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(1_000_000 + u128::from(self.0.fetch_add(1, Ordering::Relaxed)))
    }

    fn below(&self, _: u64) -> u64 {
        0
    }
}

pub struct Shop {
    pub ledger: Arc<SqliteLedger>,
    pub ids: Counter,
    payees: HashMap<&'static str, (Payee, Vec<FundingAccount>)>,
    _folder: TempDir,
}

impl Shop {
    /// Ana, Bo and two called Li Wei can be paid; the others cannot, or not without a word.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = LedgerKey::parse(&SecretString::from("0123456789abcdef".repeat(4))).unwrap();
        let ledger = SqliteLedger::open(&folder.path().join("ledger.db"), &key).unwrap();
        let mut shop = Self {
            ledger: Arc::new(ledger),
            ids: Counter::default(),
            payees: HashMap::new(),
            _folder: folder,
        };
        use PayeeStatus::{Active, Declined, Pending};
        for (name, first, last, status, accounts) in [
            ("ana", "Ana", "Ruiz", Active, 1),
            ("bo", "Bo", "Ek", Active, 1),
            ("li", "Li", "Wei", Active, 1),
            ("li2", "Li", "Wei", Active, 1),
            ("pending", "Pia", "Moe", Pending, 0),
            ("declined", "Dora", "Pym", Declined, 1),
            ("bare", "Bea", "Roe", Active, 0),
            ("twice", "Tom", "Two", Active, 2),
        ] {
            shop.add(name, first, last, status, accounts).await;
        }
        shop
    }

    async fn add(
        &mut self,
        name: &'static str,
        first: &str,
        last: &str,
        status: PayeeStatus,
        accounts: u32,
    ) {
        let number = self.payees.len() + 1;
        let id = PayeeId(Uuid::from_u128(number as u128));
        let payee = Payee {
            id,
            customer_no: Some(CustomerNo(format!("20003052283031826{number:05}"))),
            profile_type: ProfileType::Individual,
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            company: None,
            email: format!("{name}@example.com"),
            phone: None,
            country_code: "US".to_owned(),
            state: "NY".to_owned(),
            city: "New York".to_owned(),
            street: "1 Main St".to_owned(),
            street2: None,
            zip: "10005".to_owned(),
            lang: "en".to_owned(),
            status,
            status_raw: None,
            status_since: now(),
            reason: None,
            checked_at: None,
            next_check_at: None,
            checks: 0,
            note: String::new(),
            created_at: now(),
            revision: 0,
        };
        let payee = self
            .ledger
            .record_payee(payee, Vec::new())
            .await
            .unwrap()
            .into_inner();
        let account = |index: u32| FundingAccount {
            token: AccountToken(format!("account-{number}-{index}")),
            payee_id: id,
            kind: "BANK_ACCOUNT".to_owned(),
            country: "US".to_owned(),
            currency: "USD".to_owned(),
            masked: Some(format!("****000{index}")),
            tag: None,
            status: AccountStatus::Activated,
            status_raw: "ACTIVATED".to_owned(),
            first_seen_at: now(),
            changed_at: None,
            checked_at: now(),
        };
        let accounts: Vec<_> = (0..accounts).map(account).collect();
        self.ledger
            .record_accounts(id, accounts.clone(), Vec::new())
            .await
            .unwrap();
        self.payees.insert(name, (payee, accounts));
    }

    pub fn payee(&self, name: &str) -> &Payee {
        &self.payees[name].0
    }

    pub fn account(&self, name: &str, index: usize) -> FundingAccount {
        self.payees[name].1[index].clone()
    }

    /// A payout that was made two days ago.
    pub async fn sent(&self, name: &str, minor: i64, invoice: &str) -> PayoutId {
        // Who has none now had one then.
        let of = if self.payees[name].1.is_empty() {
            "ana"
        } else {
            name
        };
        let account = self.account(of, 0);
        self.sent_to(name, &account, minor, invoice).await
    }

    /// The same to this account.
    pub async fn sent_to(
        &self,
        name: &str,
        to: &FundingAccount,
        minor: i64,
        invoice: &str,
    ) -> PayoutId {
        let at = now() - jiff::SignedDuration::from_hours(48);
        let payout = Payout {
            money: Money::new(minor, Currency::USD),
            invoice_id: InvoiceId::from(invoice),
            ..self.payout(name, to, at)
        };
        self.record(payout).await
    }

    /// A payout of Ana's that was released so many days ago and waits.
    pub async fn waits(&self, minor: i64, invoice: &str, days: i64) -> PayoutId {
        let at = now() - jiff::SignedDuration::from_hours(24 * days);
        let payout = Payout {
            money: Money::new(minor, Currency::USD),
            invoice_id: InvoiceId::from(invoice),
            state: State::Ready,
            sent_at: None,
            ..self.payout("ana", &self.account("ana", 0), at)
        };
        self.record(payout).await
    }

    async fn record(&self, payout: Payout) -> PayoutId {
        let (id, at) = (PayoutId(self.ids.uuid()), payout.created_at);
        let request_key = RequestKey(self.ids.uuid());
        let payout = Payout {
            id,
            request_key,
            ..payout
        };
        let event = NewEvent::new(
            at,
            Subject::Payout(payout.id),
            EventKind::Released,
            Source::Owner,
        );
        self.ledger
            .record_payout(payout, vec![event])
            .await
            .unwrap();
        id
    }

    /// The rows of released runs, all of this payee, are payouts that were sent.
    pub async fn pays_released(&self, name: &str, at: Timestamp) {
        let rows = self.ledger.rows_to_send(at, 100).await.unwrap();
        let account = self.account(name, 0);
        let payouts = rows.into_iter().map(|(_, row)| {
            let payout = Payout {
                id: row.payout_id,
                money: row.money,
                invoice_id: row.invoice_id,
                request_key: row.request_key,
                ..self.payout(name, &account, at)
            };
            (payout, Vec::new())
        });
        let answers = self.ledger.send_rows(payouts.collect()).await.unwrap();
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }

    /// The rows of released runs, all of this payee, are payouts that failed, and each was tried again, with this outcome.
    pub async fn tries_released_again(
        &self,
        name: &str,
        (state, reason): (State, Option<Reason>),
    ) -> Vec<PayoutId> {
        let at = now() - jiff::SignedDuration::from_hours(24 * 20);
        let failed = Payout {
            state: State::Failed,
            next_at: None,
            ..self.payout(name, &self.account(name, 0), at)
        };
        let rows = self.ledger.rows_to_send(at, 100).await.unwrap();
        let payouts = rows.into_iter().map(|(_, row)| Payout {
            id: row.payout_id,
            money: row.money,
            invoice_id: row.invoice_id,
            request_key: row.request_key,
            ..failed.clone()
        });
        let payouts: Vec<_> = payouts.collect();
        let sent = payouts.iter().map(|payout| (payout.clone(), Vec::new()));
        let answers = self.ledger.send_rows(sent.collect()).await.unwrap();
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        let mut retries = Vec::new();
        for first in payouts {
            let retry = Payout {
                invoice_id: InvoiceId(format!("{}-R2", first.invoice_id.0)),
                state,
                reason,
                retry_of: Some(first.id),
                ..first
            };
            retries.push(self.record(retry).await);
        }
        retries
    }

    fn payout(&self, name: &str, to: &FundingAccount, at: Timestamp) -> Payout {
        let payee = self.payee(name);
        Payout {
            id: PayoutId(Uuid::nil()),
            payee_id: payee.id,
            customer_no: payee.customer_no.clone().unwrap(),
            payee_name: payee.display_name(),
            account_label: to.label(),
            account_token: to.token.clone(),
            money: Money::new(0, Currency::USD),
            fee: None,
            invoice_id: InvoiceId::from(""),
            request_key: RequestKey(Uuid::nil()),
            channel: Channel::StandardAch,
            description: String::new(),
            note: String::new(),
            ipn_url: None,
            state: State::Paid,
            reason: None,
            detail: None,
            since: at,
            created_at: at,
            sent_at: Some(at),
            settled_at: None,
            transaction_no: None,
            body: None,
            attempts: 0,
            not_found: 0,
            checks: 0,
            last_checked_at: None,
            next_at: Some(at),
            retry_of: None,
            retried_by: None,
            revision: 0,
        }
    }

    /// These are the payee's accounts as of now.
    pub async fn sees(&self, name: &str, accounts: Vec<FundingAccount>) {
        let id = self.payee(name).id;
        self.ledger
            .record_accounts(id, accounts, Vec::new())
            .await
            .unwrap();
    }

    /// A draft of a file, recorded and checked.
    pub async fn draft(&self, file: &str) -> Draft {
        self.made(file.as_bytes().to_vec(), RunOrigin::File).await
    }

    pub async fn made(&self, source: Vec<u8>, origin: RunOrigin) -> Draft {
        self.following(source, origin, &[]).await
    }

    /// One whose rows try payouts again.
    pub async fn following(
        &self,
        source: Vec<u8>,
        origin: RunOrigin,
        retries: &[(u32, PayoutId)],
    ) -> Draft {
        let retries = retries.iter().copied().collect();
        self.record_draft(NewDraft {
            retries,
            ..of(source, origin)
        })
        .await
    }

    /// One that comes of an earlier run, whose rows repeat these payouts.
    pub async fn after(
        &self,
        earlier: RunId,
        origin: RunOrigin,
        source: Vec<u8>,
        repeats: BTreeMap<u32, PayoutId>,
    ) -> Draft {
        self.record_draft(NewDraft {
            follows: Some(earlier),
            repeats,
            ..of(source, origin)
        })
        .await
    }

    async fn record_draft(&self, new: NewDraft) -> Draft {
        let id = RunId(self.ids.uuid());
        let (mut draft, content) = new.read(id, now(), &[], &mut |_| true).unwrap();
        let run = self
            .ledger
            .record_run(draft.run().clone(), content, Vec::new())
            .await
            .unwrap();
        draft.set_run(run);
        draft
            .check(&*self.ledger, &*self.ledger, now(), true)
            .await
            .unwrap();
        draft
    }

    /// A draft as the next start of the app opens it.
    pub async fn open(&self, id: RunId) -> Draft {
        let mut draft = self.open_again(id).await;
        draft
            .check(&*self.ledger, &*self.ledger, now(), true)
            .await
            .unwrap();
        draft
    }

    /// The same, whatever became of it; not checked.
    pub async fn open_again(&self, id: RunId) -> Draft {
        let run = self.ledger.run(id).await.unwrap().unwrap();
        let content = self.ledger.run_content(id).await.unwrap().unwrap();
        Draft::open(run, &content).unwrap()
    }
}

fn of(source: Vec<u8>, origin: RunOrigin) -> NewDraft {
    NewDraft {
        name: "payroll.csv".to_owned(),
        origin,
        source,
        follows: None,
        retries: BTreeMap::new(),
        repeats: BTreeMap::new(),
    }
}

/// The payee's status changes.
pub async fn status(shop: &Shop, name: &str, status: PayeeStatus) {
    let payee = Payee {
        status,
        ..shop.payee(name).clone()
    };
    shop.ledger.change_payee(payee, Vec::new()).await.unwrap();
}

/// The turn to release a run that nobody else releases.
pub async fn turn(draft: &Draft) -> Turn {
    Turns::default().to_release_run(draft.payees()).await
}
