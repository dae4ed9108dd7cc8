//! The world around the engine, and the first steps that most tests begin with.

use super::{MemoryLedger, Pockyt};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use remit_core::{
    AccountSnapshot, AccountToken, Changed, Channel, Clock, Code, Draft, Engine, Error, Event, Ids,
    Ledger, Observer, Payee, PayeeId, Payout, PayoutId, Policy, Ports, ProfileType, Registration,
    Secret, State, Subject, Vault, VaultError,
};
use secrecy::SecretString;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;
use uuid::Uuid;

/// A clock that moves only when told; whoever waits by it waits for that.
pub(crate) struct VirtualClock(Mutex<(Timestamp, Duration)>);

impl VirtualClock {
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut clock = self.0.lock().unwrap();
        clock.0 = clock.0.checked_add(by).unwrap();
        // A clock that is set back runs on.
        clock.1 += Duration::try_from(by).unwrap_or_default();
    }

    /// The computer sleeps, or its clock is set: the steady clock stands still.
    pub(crate) fn sleep_through(&self, by: SignedDuration) {
        let mut clock = self.0.lock().unwrap();
        clock.0 = clock.0.checked_add(by).unwrap();
    }

    fn wait_until(&self, at: Timestamp) {
        let wait = at.duration_since(self.now());
        self.advance(wait.max(SignedDuration::ZERO));
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().0
    }

    fn steady(&self) -> Duration {
        self.0.lock().unwrap().1
    }

    async fn sleep(&self, span: Duration) {
        let until = self.steady() + span;
        while self.steady() < until {
            tokio::task::yield_now().await;
        }
    }
}

/// Identifiers and chance from a seed.
struct SeededIds(AtomicU64);

impl Ids for SeededIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(self.0.fetch_add(1, Ordering::Relaxed).into())
    }

    fn below(&self, bound: u64) -> u64 {
        let turn = self.0.fetch_add(1, Ordering::Relaxed);
        turn.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .checked_rem(bound)
            .unwrap_or(0)
    }
}

struct NoVault;

#[async_trait]
impl Vault for NoVault {
    async fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }
    async fn get(&self, _: &Secret) -> Result<Option<SecretString>, VaultError> {
        Ok(None)
    }
    async fn set(&self, _: &Secret, _: &SecretString) -> Result<(), VaultError> {
        Ok(())
    }
    async fn delete(&self, _: &Secret) -> Result<(), VaultError> {
        Ok(())
    }
}

/// What the engine told.
#[derive(Default)]
struct Told(Mutex<Vec<Changed>>);

impl Observer for Told {
    fn changed(&self, change: Changed) {
        self.0.lock().unwrap().push(change);
    }
}

/// Everything around one profile.
pub(crate) struct World {
    pub(crate) ledger: Arc<MemoryLedger>,
    pub(crate) pockyt: Arc<Pockyt>,
    pub(crate) clock: Arc<VirtualClock>,
    ids: Arc<SeededIds>,
    told: Arc<Told>,
}

impl World {
    pub(crate) fn new() -> Self {
        let ledger = Arc::new(MemoryLedger::default());
        let start = Timestamp::from_second(1_790_000_000).unwrap();
        let clock = Arc::new(VirtualClock(Mutex::new((start, Duration::ZERO))));
        Self {
            pockyt: Arc::new(Pockyt::new(Arc::clone(&ledger), Arc::clone(&clock))),
            ledger,
            clock,
            ids: Arc::new(SeededIds(AtomicU64::new(1))),
            told: Arc::new(Told::default()),
        }
    }

    /// A process: it starts with what the ledger holds.
    pub(crate) fn engine(&self) -> Arc<Engine> {
        let ports = Ports {
            gateway: self.pockyt.clone(),
            ledger: self.ledger.clone(),
            vault: Arc::new(NoVault),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        };
        let ipn_url = Some("https://relay.example.com/ipn".to_owned());
        Arc::new(Engine::new(
            ports,
            Policy::default(),
            self.told.clone(),
            ipn_url,
        ))
    }

    /// A world with one process and one payee that may be paid.
    pub(crate) async fn with_payee() -> (Self, Arc<Engine>, Payee) {
        let world = Self::new();
        let engine = world.engine();
        let payee = world.active_payee(&engine).await;
        (world, engine, payee)
    }

    /// A world with one payout that was released and not sent.
    pub(crate) async fn with_payout() -> (Self, Arc<Engine>, Payout) {
        let (world, engine, payee) = Self::with_payee().await;
        let payout = world.release(&engine, &world.draft(&payee, "125.00")).await;
        (world, engine, payout)
    }

    /// What the owner fills in to register a payee.
    pub(crate) fn registration(&self) -> Registration {
        let id = PayeeId(self.ids.uuid());
        Registration {
            payee_id: id,
            profile_type: ProfileType::Individual,
            first_name: "Ana".to_owned(),
            last_name: "Núñez".to_owned(),
            company: None,
            email: format!("ana-{}@example.com", id.customer_code()),
            phone: None,
            date_of_birth: "1990-04-30".to_owned(),
            country_code: "US".to_owned(),
            state: "NY".to_owned(),
            city: "New York".to_owned(),
            street: "1 Main St".to_owned(),
            street2: None,
            zip: "10005".to_owned(),
            lang: "en".to_owned(),
            government_id_type: None,
            government_id: None,
            extra: Vec::new(),
        }
    }

    pub(crate) async fn active_payee(&self, engine: &Engine) -> Payee {
        let payee = engine.register_payee(self.registration()).await.unwrap();
        self.pockyt.set_payee_status("ACTIVE");
        let number = payee.customer_no.clone().unwrap();
        self.pockyt
            .set_accounts(&number, vec![account("2010-usd", "activated")]);
        engine.refresh_payee(payee.id).await.unwrap()
    }

    /// What the owner fills in to pay.
    pub(crate) fn draft(&self, payee: &Payee, amount: &str) -> Draft {
        let id = PayoutId(self.ids.uuid());
        Draft {
            id,
            payee_id: payee.id,
            account_token: AccountToken::from("2010-usd"),
            amount: amount.to_owned(),
            currency: "USD".to_owned(),
            invoice_id: format!("INV-{id}"),
            channel: Channel::StandardAch,
            description: "October".to_owned(),
            note: String::new(),
            retry_of: None,
        }
    }

    /// Reviews and releases.
    pub(crate) async fn release(&self, engine: &Engine, draft: &Draft) -> Payout {
        let review = engine.preview_payout(draft).await.unwrap().review;
        engine.submit_payout(draft, &review).await.unwrap()
    }

    /// Releases a payout like this one.
    pub(crate) async fn release_another(&self, engine: &Engine, payout: &Payout) -> Payout {
        let payee = self.ledger.payee(payout.payee_id).await.unwrap().unwrap();
        let amount = payout.money.decimal();
        self.release(engine, &self.draft(&payee, &amount)).await
    }

    /// What is on record about a payout.
    pub(crate) async fn events(&self, engine: &Engine, id: PayoutId) -> Vec<Event> {
        let ledger = &engine.ports().ledger;
        ledger.events(Subject::Payout(id)).await.unwrap()
    }

    pub(crate) async fn payout(&self, id: PayoutId) -> Payout {
        self.ledger.payout(id).await.unwrap().unwrap()
    }

    pub(crate) async fn state(&self, id: PayoutId) -> State {
        self.payout(id).await.state
    }

    /// Waits for what is due next and does it, `turns` times or until nothing is due.
    pub(crate) async fn run(&self, engine: &Engine, turns: usize) {
        for _ in 0..turns {
            let Some(at) = engine.next_due().await.unwrap() else {
                return;
            };
            self.clock.wait_until(at);
            let looked_at = engine.tick().await.unwrap();
            let next = engine.next_due().await.unwrap();
            assert!(
                looked_at > 0 || next.is_none_or(|next| next > self.clock.now()),
                "something is due for ever, and nothing is done about it"
            );
        }
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs until a payout comes to a state.
    pub(crate) async fn run_until(&self, engine: &Engine, id: PayoutId, state: State) {
        for _ in 0..200 {
            if self.state(id).await == state {
                return;
            }
            self.run(engine, 1).await;
        }
        panic!("it never became {state:?}");
    }

    /// Runs until a second request goes out; the first one's payout must not be called anything but unknown until then.
    pub(crate) async fn run_until_sent_again(&self, engine: &Engine) {
        for _ in 0..100 {
            if self.pockyt.pays().len() > 1 {
                return;
            }
            let payouts = self.ledger.all_payouts();
            assert!(payouts.iter().all(|payout| payout.state == State::Unknown));
            self.run(engine, 1).await;
        }
        panic!("the request never went out again");
    }

    /// Everything that was told so far; forgets it.
    pub(crate) fn told(&self) -> Vec<Changed> {
        std::mem::take(&mut self.told.0.lock().unwrap())
    }
}

/// A bank account in dollars, as Pockyt lists it.
pub(crate) fn account(token: &str, status: &str) -> AccountSnapshot {
    AccountSnapshot {
        token: AccountToken::from(token),
        kind: "BANK_ACCOUNT".to_owned(),
        country: "US".to_owned(),
        currency: "USD".to_owned(),
        masked: Some("****5655".to_owned()),
        tag: None,
        status: status.to_owned(),
    }
}

/// What kind of trouble a call ended in.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> Code {
    result.expect_err("this must be refused").code()
}

/// Runs a process until it dies, as a fate or a fault arranged.
pub(crate) async fn dies<T>(process: impl Future<Output = T>) {
    let mut process = std::pin::pin!(process);
    for _ in 0..1000 {
        let lives = std::future::poll_fn(|context| Poll::Ready(process.as_mut().poll(context)));
        assert!(lives.await.is_pending(), "the process must die here");
        // Those that it waits for get their turn.
        tokio::task::yield_now().await;
    }
}
