//! A small Pockyt: it keeps transfers, counts every call, and does to each pay and register request what a test scripts.

use super::{MemoryLedger, VirtualClock};
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use remit_core::{
    Accepted, AccountSnapshot, AccountToken, Answer, Certainty, Clock, Currency, CustomerNo,
    Gateway, GatewayError, InvoiceId, Ledger, Money, Notification, PayOrder, PayeeChanges,
    PayeeKey, PayeeSnapshot, PayoutSnapshot, Refusal, Registered, Registration, RequestKey, State,
    TransactionNo, WireBody, WireStatus,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

/// What becomes of one request.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It arrives and is answered.
    Answered,
    /// It arrives, but the answer does not.
    AnswerLost(GatewayError),
    /// It does not take effect, and ends like this.
    Fails(GatewayError),
    /// It ends like this, and arrives only when [`Pockyt::deliver_late`] or [`Pockyt::deliver_overdue`] says so.
    Late(GatewayError),
    /// The process dies before it leaves.
    DiesBefore,
    /// It arrives, and the process dies before the answer.
    DiesAfter,
}

/// How late a request may arrive: well before Remit takes it for lost (`Policy::resend_after`).
const LATEST: SignedDuration = SignedDuration::from_secs(120);

/// Pockyt definitely refuses.
pub(crate) fn refusal(kind: Refusal) -> GatewayError {
    GatewayError {
        certainty: Certainty::Refused,
        kind,
        words: Some(format!("refused: {kind:?}")),
        field: None,
        evidence: Some("{}".to_owned()),
    }
}

/// Trouble of a kind, with what is known of the request.
pub(crate) fn trouble(certainty: Certainty, kind: Refusal) -> GatewayError {
    GatewayError {
        certainty,
        ..refusal(kind)
    }
}

/// Money that Pockyt moves, or moved.
#[derive(Clone, Debug)]
pub(crate) struct Transfer {
    pub(crate) invoice_id: InvoiceId,
    pub(crate) money: Money,
    pub(crate) account_token: AccountToken,
    pub(crate) transaction_no: TransactionNo,
    pub(crate) status: WireStatus,
}

#[derive(Default)]
struct Content {
    transfers: Vec<Transfer>,
    keys: BTreeMap<RequestKey, usize>,
    pays: Vec<(WireBody, RequestKey)>,
    late: Vec<(Timestamp, WireBody, RequestKey)>,
    first_status: Option<WireStatus>,
    inquiries: Vec<InvoiceId>,
    /// How many inquiries are under way, and were at most.
    inquired: (i32, i32),
    pay_fates: VecDeque<Fate>,
    register_fates: VecDeque<Fate>,
    inquiry_answers: VecDeque<Result<PayoutSnapshot, GatewayError>>,
    registrations: Vec<Registration>,
    payees: BTreeMap<String, PayeeSnapshot>,
    accounts: BTreeMap<CustomerNo, Vec<AccountSnapshot>>,
    balance: Option<i64>,
    reads_fail: Option<GatewayError>,
    next_reads: VecDeque<Option<GatewayError>>,
    reads: usize,
    unknown_account_is_an_error: bool,
    meanwhile: Option<BoxFuture<'static, ()>>,
}

pub(crate) struct Pockyt {
    content: Mutex<Content>,
    ledger: Arc<MemoryLedger>,
    clock: Arc<VirtualClock>,
}

impl Pockyt {
    pub(crate) fn new(ledger: Arc<MemoryLedger>, clock: Arc<VirtualClock>) -> Self {
        let content = Content {
            balance: Some(10_000_000),
            ..Content::default()
        };
        Self {
            content: Mutex::new(content),
            ledger,
            clock,
        }
    }

    fn open(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }

    /// What becomes of the next pay requests.
    pub(crate) fn pay_fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.open().pay_fates = fates.into_iter().collect();
    }

    /// What becomes of the next registrations.
    pub(crate) fn register_fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.open().register_fates = fates.into_iter().collect();
    }

    /// What the next inquiries answer; after them, the truth.
    pub(crate) fn inquiry_answers(
        &self,
        answers: impl IntoIterator<Item = Result<PayoutSnapshot, GatewayError>>,
    ) {
        self.open().inquiry_answers = answers.into_iter().collect();
    }

    /// Every read fails like this until told otherwise.
    pub(crate) fn reads_fail(&self, error: Option<GatewayError>) {
        self.open().reads_fail = error;
    }

    /// How the next reads fail, or not; after them, as [`Pockyt::reads_fail`] says.
    pub(crate) fn next_reads(&self, reads: impl IntoIterator<Item = Option<GatewayError>>) {
        self.open().next_reads = reads.into_iter().collect();
    }

    /// How often anything was read.
    pub(crate) fn reads(&self) -> usize {
        self.open().reads
    }

    /// Asking for one account that is not there is answered with 000021 instead of an empty list.
    pub(crate) fn unknown_account_is_an_error(&self) {
        self.open().unknown_account_is_an_error = true;
    }

    /// Something that happens while the next request is under way, before its answer.
    pub(crate) fn meanwhile(&self, happens: BoxFuture<'static, ()>) {
        self.open().meanwhile = Some(happens);
    }

    /// The balance in minor units of any currency; nothing when it cannot be read.
    pub(crate) fn set_balance(&self, minor: Option<i64>) {
        self.open().balance = minor;
    }

    /// What the payee or compliance did.
    pub(crate) fn set_payee_status(&self, status: &str) {
        for payee in self.open().payees.values_mut() {
            payee.status = status.to_owned();
        }
    }

    /// Changes the number under which every payee is answered.
    pub(crate) fn answer_with_other_payee(&self, number: &str) {
        for payee in self.open().payees.values_mut() {
            payee.customer_no = CustomerNo::from(number);
        }
    }

    pub(crate) fn set_accounts(&self, customer_no: &CustomerNo, accounts: Vec<AccountSnapshot>) {
        self.open().accounts.insert(customer_no.clone(), accounts);
    }

    /// What Pockyt decided about a transfer.
    pub(crate) fn settle(&self, invoice: &InvoiceId, status: WireStatus) {
        for transfer in &mut self.open().transfers {
            if transfer.invoice_id == *invoice {
                transfer.status = status.clone();
            }
        }
    }

    /// Whether Pockyt may say the one status after the other (pockyt-api.md section 5).
    pub(crate) fn may_become(&self, from: &WireStatus, to: &WireStatus) -> bool {
        match from {
            WireStatus::Pending | WireStatus::Other(_) => true,
            WireStatus::Success => *to == WireStatus::Returned,
            WireStatus::Failed | WireStatus::Returned => false,
        }
    }

    /// New transfers are decided before the answer.
    pub(crate) fn decides_at_once(&self, status: WireStatus) {
        self.open().first_status = Some(status);
    }

    /// A transfer that the owner made without Remit; where it went and how much it was decides whether it looks like
    /// one of Remit's.
    pub(crate) fn pay_by_hand(&self, invoice: &InvoiceId, account: &str, minor: i64) {
        let mut content = self.open();
        let number = content.transfers.len();
        content.transfers.push(Transfer {
            invoice_id: invoice.clone(),
            money: Money::new(minor, Currency::USD),
            account_token: AccountToken::from(account),
            transaction_no: TransactionNo(format!("3000{number}")),
            status: WireStatus::Success,
        });
    }

    /// From now on Pockyt tells this amount of what it holds, say because the fee is in it.
    pub(crate) fn tells_amount(&self, minor: i64) {
        for transfer in &mut self.open().transfers {
            transfer.money = Money::new(minor, transfer.money.currency);
        }
    }

    /// Requests that were thought lost arrive after all.
    pub(crate) fn deliver_late(&self) {
        self.deliver(|_| true);
    }

    /// Requests arrive that have been on their way for as long as any request can be.
    pub(crate) fn deliver_overdue(&self) {
        let now = self.clock.now();
        self.deliver(|sent| now.duration_since(sent) >= LATEST);
    }

    fn deliver(&self, due: impl Fn(Timestamp) -> bool) {
        let mut content = self.open();
        let arrives = content.late.extract_if(.., |(sent, ..)| due(*sent));
        for (_, body, key) in arrives.collect::<Vec<_>>() {
            let _ = content.process(&body, key);
        }
    }

    pub(crate) fn transfers(&self) -> Vec<Transfer> {
        self.open().transfers.clone()
    }

    /// Every pay request that the engine made, whether it arrived or not.
    pub(crate) fn pays(&self) -> Vec<(WireBody, RequestKey)> {
        self.open().pays.clone()
    }

    pub(crate) fn inquiries(&self) -> usize {
        self.open().inquiries.len()
    }

    pub(crate) fn most_inquiries_at_once(&self) -> i32 {
        self.open().inquired.1
    }

    fn busy(&self, more: i32) {
        let inquired = &mut self.open().inquired;
        inquired.0 += more;
        inquired.1 = inquired.1.max(inquired.0);
    }

    pub(crate) fn registrations(&self) -> usize {
        self.open().registrations.len()
    }

    /// The truth about a transfer, as an inquiry tells it.
    pub(crate) fn snapshot(&self, invoice: &InvoiceId) -> Option<PayoutSnapshot> {
        let content = self.open();
        let transfer = content
            .transfers
            .iter()
            .find(|transfer| transfer.invoice_id == *invoice)?;
        Some(PayoutSnapshot {
            invoice_id: invoice.clone(),
            transaction_no: Some(transfer.transaction_no.clone()),
            money: Some(transfer.money),
            fee: Some(Money::new(95, transfer.money.currency)),
            account_token: Some(transfer.account_token.clone()),
            status: transfer.status.clone(),
        })
    }

    /// A notification about a transfer as it now stands, signed as it should be.
    pub(crate) fn notification(&self, invoice: &InvoiceId) -> Vec<u8> {
        let snapshot = self.snapshot(invoice).unwrap();
        notification(&snapshot, true)
    }

    async fn pause(&self) {
        let happens = self.open().meanwhile.take();
        if let Some(happens) = happens {
            happens.await;
        }
    }

    fn readable(&self) -> Result<(), GatewayError> {
        let mut content = self.open();
        content.reads += 1;
        let next = content.next_reads.pop_front();
        next.unwrap_or_else(|| content.reads_fail.clone())
            .map_or(Ok(()), Err)
    }

    /// I1: whatever is about to leave is durable already, in the state that says so, byte for byte.
    async fn assert_intent_is_durable(&self, body: &WireBody, key: RequestKey) {
        let order: serde_json::Value = serde_json::from_str(body.as_str()).unwrap();
        let invoice = InvoiceId::from(order["invoiceId"].as_str().unwrap());
        let payout = self.ledger.payout_by_invoice(&invoice).await.unwrap();
        let payout = payout.expect("nothing is sent that the ledger does not hold");
        assert_eq!(payout.state, State::Sending, "sent while not in sending");
        assert_eq!(payout.body.as_ref(), Some(body), "another body is durable");
        assert_eq!(payout.request_key, key, "another key is durable");
    }
}

impl Content {
    fn payee(&self, key: &PayeeKey) -> Option<&PayeeSnapshot> {
        match key {
            PayeeKey::CustomerCode(code) => self.payees.get(code),
            // Found by the number that it was registered under, whatever number it is answered with.
            PayeeKey::CustomerNo(number) => number
                .as_str()
                .strip_prefix("2000")
                .and_then(|code| self.payees.get(code)),
            PayeeKey::Email(email) => self.payees.values().find(|payee| payee.email == *email),
        }
    }

    /// Pockyt's documented rules: the same key is answered as before, the same invoice ID is refused.
    fn process(
        &mut self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        let order: serde_json::Value = serde_json::from_str(body.as_str()).unwrap();
        let text = |name: &str| order[name].as_str().unwrap();
        let invoice_id = InvoiceId::from(text("invoiceId"));
        let index = if let Some(index) = self.keys.get(&key) {
            *index
        } else {
            if self
                .transfers
                .iter()
                .any(|transfer| transfer.invoice_id == invoice_id)
            {
                return Err(refusal(Refusal::Duplicate));
            }
            let currency = Currency::from_code(text("currency")).unwrap();
            let number = self.transfers.len();
            self.transfers.push(Transfer {
                invoice_id,
                money: Money::parse(text("amount"), currency).unwrap(),
                account_token: AccountToken::from(text("accountToken")),
                transaction_no: TransactionNo(format!("3000{number}")),
                status: self.first_status.clone().unwrap_or(WireStatus::Pending),
            });
            self.keys.insert(key, number);
            number
        };
        let transfer = &self.transfers[index];
        Ok(Answer {
            value: Accepted {
                transaction_no: transfer.transaction_no.clone(),
                fee: Some(Money::new(95, transfer.money.currency)),
                status: transfer.status.clone(),
            },
            evidence: r#"{"ret_code":"000100"}"#.to_owned(),
        })
    }
}

/// A notification that tells this, with or without a signature that holds.
pub(crate) fn notification(snapshot: &PayoutSnapshot, signed: bool) -> Vec<u8> {
    serde_json::json!({
        "invoiceId": snapshot.invoice_id,
        "transactionNo": snapshot.transaction_no,
        "amount": snapshot.money.map(Money::decimal),
        "currency": snapshot.money.map(|money| money.currency),
        "accountToken": snapshot.account_token,
        "status": snapshot.status.word(),
        "signed": signed,
    })
    .to_string()
    .into_bytes()
}

#[async_trait]
impl Gateway for Pockyt {
    async fn register(
        &self,
        registration: &Registration,
    ) -> Result<Answer<Registered>, GatewayError> {
        let (arrives, ends) = {
            let mut content = self.open();
            content.registrations.push(registration.clone());
            match content.register_fates.pop_front().unwrap_or(Fate::Answered) {
                Fate::Answered => (true, Ok(())),
                Fate::AnswerLost(error) => (true, Err(Some(error))),
                Fate::Fails(error) | Fate::Late(error) => (false, Err(Some(error))),
                Fate::DiesBefore => (false, Err(None)),
                Fate::DiesAfter => (true, Err(None)),
            }
        };
        let code = registration.payee_id.customer_code();
        let number = CustomerNo(format!("2000{code}"));
        if arrives {
            let snapshot = PayeeSnapshot {
                customer_no: number.clone(),
                status: "PENDING".to_owned(),
                first_name: registration.first_name.clone(),
                last_name: registration.last_name.clone(),
                email: registration.email.clone(),
                profile_type: Some(registration.profile_type),
                phone: None,
                country_code: None,
                state: None,
                city: None,
                street: None,
                zip: None,
            };
            self.open().payees.insert(code, snapshot);
        }
        self.pause().await;
        match ends {
            Ok(()) => Ok(Answer {
                value: Registered {
                    customer_no: number,
                    status: None,
                },
                evidence: "{}".to_owned(),
            }),
            Err(Some(error)) => Err(error),
            Err(None) => std::future::pending().await,
        }
    }

    async fn update(&self, _: &CustomerNo, _: &PayeeChanges) -> Result<Answer<()>, GatewayError> {
        self.readable()?;
        Ok(Answer {
            value: (),
            evidence: "{}".to_owned(),
        })
    }

    async fn retrieve(&self, key: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        self.readable()?;
        let found = self.open().payee(key).cloned();
        self.pause().await;
        found
            .map(|payee| Answer {
                value: payee,
                evidence: "{}".to_owned(),
            })
            .ok_or_else(|| refusal(Refusal::NoSuchRecord))
    }

    async fn accounts(
        &self,
        customer_no: &CustomerNo,
        only: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        self.readable()?;
        let accounts = self.open().accounts.get(customer_no).cloned();
        let mut accounts = accounts.unwrap_or_default();
        accounts.retain(|account| only.is_none_or(|token| *token == account.token));
        let unknown = accounts.is_empty() && only.is_some();
        self.pause().await;
        if unknown && self.open().unknown_account_is_an_error {
            return Err(refusal(Refusal::NoSuchRecord));
        }
        Ok(Answer {
            value: accounts,
            evidence: "{}".to_owned(),
        })
    }

    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError> {
        if order.invoice_id.as_str().contains('\n') {
            return Err(refusal(Refusal::Invalid));
        }
        let body = serde_json::json!({
            "customerNo": order.customer_no,
            "accountToken": order.account_token,
            "invoiceId": order.invoice_id,
            "amount": order.money.decimal(),
            "currency": order.money.currency,
            "description": order.description,
            "timestamp": at,
        });
        Ok(WireBody(body.to_string()))
    }

    async fn pay(
        &self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        self.assert_intent_is_durable(body, key).await;
        let now = self.clock.now();
        let (answer, dies) = {
            let mut content = self.open();
            content.pays.push((body.clone(), key));
            match content.pay_fates.pop_front().unwrap_or(Fate::Answered) {
                Fate::Answered => (content.process(body, key), false),
                Fate::AnswerLost(error) => {
                    let _ = content.process(body, key);
                    (Err(error), false)
                }
                Fate::Fails(error) => (Err(error), false),
                Fate::Late(error) => {
                    content.late.push((now, body.clone(), key));
                    (Err(error), false)
                }
                Fate::DiesBefore => (Err(refusal(Refusal::Other)), true),
                Fate::DiesAfter => (content.process(body, key), true),
            }
        };
        if dies {
            std::future::pending::<()>().await;
        }
        self.pause().await;
        answer
    }

    async fn inquire(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        let scripted = {
            let mut content = self.open();
            content.inquiries.push(invoice_id.clone());
            content.inquiry_answers.pop_front()
        };
        self.busy(1);
        tokio::task::yield_now().await;
        self.busy(-1);
        let answer = match scripted {
            Some(answer) => answer,
            None => self.readable().and_then(|()| {
                self.snapshot(invoice_id)
                    .ok_or_else(|| refusal(Refusal::NoSuchRecord))
            }),
        };
        self.pause().await;
        answer.map(|value| Answer {
            value,
            evidence: "{}".to_owned(),
        })
    }

    async fn balance(&self, currency: Currency) -> Result<Answer<Money>, GatewayError> {
        self.readable()?;
        let minor = self.open().balance;
        minor
            .map(|minor| Answer {
                value: Money::new(minor, currency),
                evidence: "{}".to_owned(),
            })
            .ok_or_else(|| trouble(Certainty::Unknown, Refusal::Timeout))
    }

    fn read_notification(
        &self,
        _: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        let mut told: serde_json::Value = serde_json::from_slice(body).map_err(|_| None)?;
        let signed = told["signed"].take();
        let text = |name: &str| told[name].as_str();
        let invoice_id = text("invoiceId").map(InvoiceId::from).ok_or(None)?;
        if signed != true {
            return Err(Some(invoice_id));
        }
        let money = text("amount").zip(text("currency")).map(|(amount, code)| {
            Money::parse(amount, Currency::from_code(code).unwrap()).unwrap()
        });
        Ok(Notification {
            payout: PayoutSnapshot {
                invoice_id,
                transaction_no: text("transactionNo").map(TransactionNo::from),
                money,
                fee: None,
                account_token: text("accountToken").map(AccountToken::from),
                status: WireStatus::from_wire(text("status").unwrap_or_default()),
            },
            // What is kept does not tell that it was signed.
            raw: told.to_string(),
        })
    }
}
