//! Pockyt behind core's port, as it looks from the laptop.

use super::answers::{answer, no_such_record, refused, silent, unreachable, useless};
use super::assumed::{ANSWER_WITHIN, CONNECTS_WITHIN};
use super::tell::snapshot;
use super::{Books, Pockyt, Request, Sent};
use crate::executor::end_here;
use crate::faults::{AskFate, PayFate, Refused, Silence};
use crate::world::open;
use async_trait::async_trait;
use jiff::Timestamp;
use remit_core::{
    Accepted, AccountSnapshot, AccountToken, Answer, Currency, CustomerNo, Gateway, GatewayError,
    InvoiceId, Money, Mutant, Notification, PayOrder, PayeeChanges, PayeeKey, PayeeSnapshot,
    PayoutSnapshot, Refusal, Registered, Registration, RequestKey, State, TransactionNo, WireBody,
    WireStatus, mutated,
};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

/// How often Pockyt must have said that it has no such payout before a request goes out again (I4).
const ASKED_BEFORE_RESEND: u32 = 4;

/// How long after the last request that may be (I4): three minutes by the laptop's clock, which is kept exact by jumps of up to
/// five seconds.
const WAITED_BEFORE_RESEND: Duration = Duration::from_secs(175);

/// Where an answer is put, and waited for.
#[derive(Default)]
pub(super) struct Slot(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    answer: Option<Result<Accepted, GatewayError>>,
    waker: Option<Waker>,
}

impl Slot {
    pub(super) fn put(&self, answer: Result<Accepted, GatewayError>) {
        let waker = {
            let mut waiting = open(&self.0);
            waiting.answer.get_or_insert(answer);
            waiting.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn take(&self, waker: &Waker) -> Option<Result<Accepted, GatewayError>> {
        let mut waiting = open(&self.0);
        waiting.waker = Some(waker.clone());
        waiting.answer.take()
    }
}

/// The port.
pub(crate) struct PockytGateway(pub(crate) Arc<Pockyt>);

impl PockytGateway {
    async fn wait(&self, span: Duration) {
        self.0.world.time.timer(span).await;
    }

    fn offline(&self) -> bool {
        let world = &self.0.world;
        world.faults.offline(world.time.world())
    }

    /// Asks, and tells how it went: what Pockyt's books say when the question arrives, or what became of it.
    async fn ask<T>(
        &self,
        what: &str,
        look: impl FnOnce(&Books, Option<AskFate>) -> Result<T, GatewayError> + Send,
    ) -> Result<T, GatewayError>
    where
        T: Send,
    {
        let world = &self.0.world;
        let fate = world.faults.next_ask();
        if self.offline() {
            self.wait(world.luck.span(Duration::from_millis(1), CONNECTS_WITHIN))
                .await;
            return Err(unreachable());
        }
        self.wait(self.0.way()).await;
        let answer = match fate {
            Some(AskFate::Useless(what)) => Err(useless(what)),
            Some(AskFate::Refused(what)) => Err(refused(what)),
            _ => look(&open(&self.0.books), fate),
        };
        let back = match fate {
            Some(AskFate::Silent(Silence::Timeout)) => ANSWER_WITHIN,
            Some(AskFate::Slow(span)) => span,
            _ => self.0.way(),
        };
        self.wait(back.min(ANSWER_WITHIN)).await;
        let answer = match fate {
            Some(AskFate::Silent(silence)) => Err(silent(silence)),
            _ if back >= ANSWER_WITHIN => Err(silent(Silence::Timeout)),
            _ if self.offline() => Err(silent(Silence::Broken)),
            _ => answer,
        };
        if let (Some(fate), Err(error)) = (fate, &answer) {
            world
                .trace
                .say("network", || format!("{what}: {fate:?}, so {error}"));
        }
        answer
    }

    /// I1: what is about to leave is durable already, in the state that says so, byte for byte; and it has one key and,
    /// once it may have left, one body for its whole life (I4).
    fn check_intent(&self, body: &WireBody, key: RequestKey, leaves: bool) {
        let world = &self.0.world;
        let Some(invoice_id) = invoice_of(body) else {
            return;
        };
        let known = open(&self.0.known);
        let Some(payout) = known.by_invoice(&invoice_id) else {
            world.fail(|| format!("I1: {invoice_id} is sent, and the ledger has no such payout"));
            return;
        };
        if payout.state != State::Sending {
            world.fail(|| {
                format!(
                    "I1: {invoice_id} is sent while the ledger has it as {:?}",
                    payout.state
                )
            });
        }
        if payout.body.as_ref() != Some(body) {
            world.fail(|| format!("I1: another body of {invoice_id} is durable than is sent"));
        }
        if payout.request_key != key {
            world.fail(|| format!("I1: another key of {invoice_id} is durable than is sent"));
        }
        if world.is_paused() || world.is_held_back(payout.id) {
            world.fail(|| format!("PAUSED: {invoice_id} leaves while the owner lets it not"));
        }
        if known.recovering() {
            world.fail(|| {
                format!(
                    "COMPARING: {invoice_id} is sent before the ledger was compared with Pockyt"
                )
            });
        }
        let mut sent = open(&self.0.sent);
        let now = world.time.world();
        if let Some(first) = sent.get(&payout.id) {
            if first.key != key {
                world.fail(|| format!("I4: {invoice_id} goes out again under a new key"));
            }
            if first.body != *body {
                world.fail(|| format!("I4: {invoice_id} goes out again with a new body"));
            }
            let (asked, waited) = (first.not_found, now.saturating_sub(first.at));
            if asked < ASKED_BEFORE_RESEND || waited < WAITED_BEFORE_RESEND {
                world.fail(|| format!("I4: {invoice_id} goes out again after {waited:?} and {asked} times \"no such payout\""));
            }
        }
        if leaves {
            let sent_now = Sent {
                key,
                body: body.clone(),
                at: now,
                not_found: 0,
            };
            sent.insert(payout.id, sent_now);
        }
    }

    /// Waits for the answer as long as the client does.
    async fn answer_to(&self, request: &Request) -> Result<Accepted, GatewayError> {
        let mut time_out = pin!(self.0.world.time.timer(ANSWER_WITHIN));
        std::future::poll_fn(|context| {
            if let Some(answer) = request.slot.take(context.waker()) {
                return Poll::Ready(answer);
            }
            time_out
                .as_mut()
                .poll(context)
                .map(|()| Err(silent(Silence::Timeout)))
        })
        .await
    }
}

/// An answer that does not tell the truth.
fn distort(told: &mut PayoutSnapshot, fate: Option<AskFate>) {
    match fate {
        Some(AskFate::OtherAmount { readable: true }) => {
            told.money = told
                .money
                .map(|money| Money::new(money.minor - 1, money.currency));
        }
        Some(AskFate::OtherAmount { readable: false }) => told.money = None,
        Some(AskFate::OtherWord) => told.status = WireStatus::Other("blocked".to_owned()),
        _ => {}
    }
}

/// The invoice ID that a body names.
pub(super) fn invoice_of(body: &WireBody) -> Option<InvoiceId> {
    let order: serde_json::Value = serde_json::from_str(body.as_str()).ok()?;
    Some(InvoiceId::from(order.get("invoiceId")?.as_str()?))
}

#[async_trait]
impl Gateway for PockytGateway {
    async fn register(
        &self,
        registration: &Registration,
    ) -> Result<Answer<Registered>, GatewayError> {
        let customer_no = CustomerNo(format!("2000{}", registration.payee_id.customer_code()));
        let registered = Registered {
            customer_no,
            status: None,
        };
        self.ask("register", |_, _| Ok(answer(registered, "000100")))
            .await
    }

    async fn update(&self, _: &CustomerNo, _: &PayeeChanges) -> Result<Answer<()>, GatewayError> {
        self.ask("update", |_, _| Ok(answer((), "000100"))).await
    }

    async fn retrieve(&self, key: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        self.ask("payee", |books, _| {
            let mut clients = books.clients.values().map(|client| &client.payee);
            let found = match key {
                PayeeKey::CustomerNo(number) => clients.find(|payee| payee.customer_no == *number),
                PayeeKey::Email(email) => clients.find(|payee| payee.email == *email),
                PayeeKey::CustomerCode(_) => None,
            };
            let payee = found.ok_or_else(no_such_record)?;
            Ok(answer(payee.clone(), "000100"))
        })
        .await
    }

    async fn accounts(
        &self,
        customer_no: &CustomerNo,
        only: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        self.ask("accounts", |books, _| {
            let client = books.clients.get(customer_no).ok_or_else(no_such_record)?;
            let mut accounts = client.accounts.clone();
            accounts.retain(|account| only.is_none_or(|token| *token == account.token));
            Ok(answer(accounts, "000100"))
        })
        .await
    }

    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError> {
        let body = serde_json::json!({
            "customerNo": order.customer_no,
            "accountToken": order.account_token,
            "invoiceId": order.invoice_id,
            "amount": order.money.decimal(),
            "currency": order.money.currency,
            "description": order.description,
            "ipnUrl": order.ipn_url,
            "timestamp": at,
        });
        Ok(WireBody(body.to_string()))
    }

    async fn pay(
        &self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        let world = &self.0.world;
        let fate = world.faults.next_pay();
        let leaves = !self.offline()
            && !matches!(fate, PayFate::Unreachable | PayFate::Dies { left: false });
        self.check_intent(body, key, leaves);
        let invoice_id = invoice_of(body).ok_or_else(|| refused(Refused::Value))?;
        world.trace.say("engine", || {
            format!("sends {invoice_id}; the world has in store: {fate:?}")
        });
        if let PayFate::Dies { left } = fate {
            if left && leaves {
                let request = Arc::new(Request {
                    body: body.clone(),
                    key,
                    fate,
                    slot: Slot::default(),
                });
                self.0.leaves(&request);
            }
            world.kill();
            end_here().await;
        }
        if !leaves {
            self.wait(world.luck.span(Duration::from_millis(1), CONNECTS_WITHIN))
                .await;
            world.trace.say("network", || {
                format!("the request for {invoice_id} never left")
            });
            return Err(unreachable());
        }
        let request = Arc::new(Request {
            body: body.clone(),
            key,
            fate,
            slot: Slot::default(),
        });
        self.0.leaves(&request);
        let answered = self.answer_to(&request).await;
        world.trace.say("engine", || match &answered {
            Ok(taken) => format!(
                "hears that {invoice_id} was accepted as {}",
                taken.transaction_no
            ),
            Err(error) => format!("hears of {invoice_id}: {error}"),
        });
        answered.map(|accepted| answer(accepted, "000100"))
    }

    async fn inquire(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        let world = &self.0.world;
        let now = || world.time.world();
        let told = self
            .ask("inquiry", |books, fate| {
                let transfer = books.transfer(invoice_id);
                let shown = transfer.filter(|transfer| transfer.shown_from <= now());
                let shown = shown.ok_or_else(no_such_record)?;
                let mut told = snapshot(shown);
                // A ledger that was put back has nothing to compare the amount with.
                if !open(&self.0.known).recovering() {
                    distort(&mut told, fate);
                }
                Ok(told)
            })
            .await;
        world.trace.say("engine", || match &told {
            Ok(told) => format!("asks about {invoice_id} and hears {}", told.status.word()),
            Err(error) => format!("asks about {invoice_id} and hears: {error}"),
        });
        if told
            .as_ref()
            .is_err_and(|error| error.kind == Refusal::NoSuchRecord)
        {
            let payout = open(&self.0.known)
                .by_invoice(invoice_id)
                .map(|payout| payout.id);
            let mut sent = open(&self.0.sent);
            if let Some(sent) = payout.and_then(|id| sent.get_mut(&id)) {
                sent.not_found += 1;
            }
        }
        told.map(|told| answer(told, "000100"))
    }

    async fn balance(&self, currency: Currency) -> Result<Answer<Money>, GatewayError> {
        let money = Money::new(1_000_000_000, currency);
        self.ask("balance", |_, _| Ok(answer(money, "000100")))
            .await
    }

    fn read_notification(
        &self,
        _: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        let told: serde_json::Value = serde_json::from_slice(body).map_err(|_| None)?;
        let text = |name: &str| told.get(name).and_then(serde_json::Value::as_str);
        let invoice_id = text("invoiceId").map(InvoiceId::from).ok_or(None)?;
        let signed = told.get("signed").and_then(serde_json::Value::as_bool) == Some(true);
        if !signed && !mutated(Mutant::TrustsForgedNotification) {
            return Err(Some(invoice_id));
        }
        let money = text("amount")
            .zip(text("currency"))
            .and_then(|(amount, code)| {
                let currency = Currency::from_code(code).ok()?;
                Money::parse(amount, currency).ok()
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
            raw: String::from_utf8_lossy(body).into_owned(),
        })
    }
}
