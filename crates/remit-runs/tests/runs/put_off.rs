//! Runs that go out later, under a clock that does as told: one whose moment passed unseen asks.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use crate::kept::{look_again, reviewed};
use crate::shop::{self, Counter, Shop};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use remit_core::{
    Accepted, AccountSnapshot, AccountToken, Answer, Changed, Clock, Currency, CustomerNo, Engine,
    Gateway, GatewayError, InvoiceId, Money, Notification, Observer, PayOrder, PayeeChanges,
    PayeeKey, PayeeSnapshot, PayoutSnapshot, Policy, Ports, Registered, Registration, RequestKey,
    RunId, Runs, Secret, Vault, VaultError, WireBody,
};
use remit_runs::{RunChange, RunObserver, RunStatus, Sending};
use secrecy::SecretString;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// Shorter waits are breaths.
const LONG: Duration = Duration::from_secs(5);

/// A clock that is set, and knows whether whoever looks at it has come to rest.
struct FakeClock {
    now: watch::Sender<Timestamp>,
    rests: watch::Sender<bool>,
}

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn steady(&self) -> Duration {
        Duration::ZERO
    }

    /// Until somebody calls.
    async fn sleep(&self, wait: Duration) {
        if wait < LONG {
            return tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.rests.send_replace(true);
        std::future::pending().await
    }
}

/// Pockyt cannot be reached, and nobody asks it: rows become payouts, and no more is looked at.
struct Nowhere;

fn unreachable<T>() -> Result<T, GatewayError> {
    Err(GatewayError::not_sent())
}

#[async_trait]
impl Gateway for Nowhere {
    async fn register(&self, _: &Registration) -> Result<Answer<Registered>, GatewayError> {
        unreachable()
    }

    async fn update(&self, _: &CustomerNo, _: &PayeeChanges) -> Result<Answer<()>, GatewayError> {
        unreachable()
    }

    async fn retrieve(&self, _: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        unreachable()
    }

    async fn accounts(
        &self,
        _: &CustomerNo,
        _: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        unreachable()
    }

    fn prepare_pay(&self, order: &PayOrder, _: Timestamp) -> Result<WireBody, GatewayError> {
        Ok(WireBody(order.invoice_id.0.clone()))
    }

    async fn pay(&self, _: &WireBody, _: RequestKey) -> Result<Answer<Accepted>, GatewayError> {
        unreachable()
    }

    async fn inquire(&self, _: &InvoiceId) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        unreachable()
    }

    async fn balance(&self, _: Currency) -> Result<Answer<Money>, GatewayError> {
        unreachable()
    }

    fn read_notification(
        &self,
        _: Option<&str>,
        _: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        Err(None)
    }
}

#[async_trait]
impl Vault for Nowhere {
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

impl Observer for Nowhere {
    fn changed(&self, _: Changed) {}
}

/// The runs that were told to have missed their moment.
#[derive(Default)]
struct Told(Mutex<Vec<RunId>>);

impl RunObserver for Told {
    fn told(&self, change: RunChange) {
        match change {
            RunChange::Missed(id) => self.0.lock().unwrap().push(id),
            RunChange::Trouble(error) => panic!("{error}"),
            RunChange::Changed(_) | RunChange::Finished(_) => {}
        }
    }
}

struct World {
    shop: Shop,
    clock: Arc<FakeClock>,
    told: Arc<Told>,
    sending: Arc<Sending>,
    drive: tokio::task::JoinHandle<()>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.drive.abort();
    }
}

fn in_hours(hours: i64) -> Timestamp {
    shop::now() + SignedDuration::from_hours(hours)
}

fn opened(shop: &Shop, clock: &Arc<FakeClock>, told: &Arc<Told>) -> Arc<Sending> {
    let ports = Ports {
        gateway: Arc::new(Nowhere),
        ledger: Arc::clone(&shop.ledger) as _,
        vault: Arc::new(Nowhere),
        clock: Arc::clone(clock) as _,
        ids: Arc::new(Counter::starting(9)),
    };
    let engine = Engine::new(ports, Policy::default(), Arc::new(Nowhere), None);
    let runs = Arc::clone(&shop.ledger) as _;
    Arc::new(Sending::new(Arc::new(engine), runs, Arc::clone(told) as _))
}

fn driven(sending: &Arc<Sending>) -> tokio::task::JoinHandle<()> {
    let sending = Arc::clone(sending);
    tokio::spawn(async move { sending.drive().await })
}

impl World {
    async fn new() -> Self {
        let shop = Shop::new().await;
        let clock = Arc::new(FakeClock {
            now: watch::Sender::new(shop::now()),
            rests: watch::Sender::new(false),
        });
        let told = Arc::default();
        let sending = opened(&shop, &clock, &told);
        let drive = driven(&sending);
        let world = Self {
            shop,
            clock,
            told,
            sending,
            drive,
        };
        world.looks_at(shop::now()).await;
        world
    }

    /// Remit is closed, and started again at that time.
    async fn starts_at(&mut self, now: Timestamp) {
        self.drive.abort();
        self.sending = opened(&self.shop, &self.clock, &self.told);
        self.clock.now.send_replace(now);
        self.drive = driven(&self.sending);
        self.looks_at(now).await;
    }

    /// Remit looks what there is to do at that time, until it comes to rest.
    async fn looks_at(&self, now: Timestamp) {
        self.clock.now.send_replace(now);
        self.clock.rests.send_replace(false);
        // Who is called does not rest before another look.
        self.sending.wake();
        let mut rests = self.clock.rests.subscribe();
        rests.wait_for(|rests| *rests).await.unwrap();
    }

    /// Releases a run of so many rows.
    async fn releases(&self, name: &str, rows: u32, not_before: Option<Timestamp>) -> RunId {
        let mut file = "Payee,Amount,Currency,Invoice ID\n".to_owned();
        for row in 1..=rows {
            writeln!(file, "ana@example.com,{row}.07,USD,{name}-{row:03}").unwrap();
        }
        let mut draft = self.shop.draft(&file).await;
        look_again(&self.shop, &mut draft).await;
        let review = reviewed(&self.shop, &mut draft).await;
        let turn = shop::turn(&draft).await;
        let runs = &*self.shop.ledger;
        let released = draft.release(runs, &turn, shop::now(), &review, not_before);
        released.await.unwrap().id
    }

    /// How a run stands, and how many of its rows are payouts.
    async fn stands(&self, id: RunId) -> (RunStatus, u64) {
        let run = self.shop.ledger.run(id).await.unwrap().unwrap();
        let progress = self.shop.ledger.run_progress(id).await.unwrap();
        let payouts = progress.payouts.iter().map(|(_, count)| count).sum();
        (RunStatus::of(&run, &progress, self.clock.now()), payouts)
    }

    fn missed(&self) -> Vec<RunId> {
        self.told.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_moment_that_is_slept_through_asks_and_goes_out_by_the_owners_word() {
    let mut world = World::new().await;
    let id = world.releases("JAN", 2, Some(in_hours(1))).await;
    world.looks_at(shop::now()).await;
    assert_eq!(world.stands(id).await, (RunStatus::Scheduled, 0));
    world.looks_at(in_hours(60)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Missed, 0));
    assert_eq!(world.missed(), [id]);
    world.looks_at(in_hours(61)).await;
    world.starts_at(in_hours(62)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Missed, 0));
    assert_eq!(world.missed(), [id], "it is told once");
    world.sending.resume(id).await.unwrap();
    // Whom the owner told to go on is not asked about again.
    world.starts_at(in_hours(63)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Sending, 2));
}

#[tokio::test]
async fn a_moment_shortly_before_a_start_or_while_remit_looks_asks_nothing() {
    let mut world = World::new().await;
    let first = world.releases("JAN", 2, Some(in_hours(1))).await;
    let second = world.releases("FEB", 1, Some(in_hours(5))).await;
    world.looks_at(in_hours(1)).await;
    assert_eq!(world.stands(first).await, (RunStatus::Sending, 2));
    world
        .starts_at(in_hours(6) - SignedDuration::from_mins(1))
        .await;
    assert_eq!(world.stands(second).await, (RunStatus::Sending, 1));
    assert_eq!(world.missed(), []);
}

#[tokio::test]
async fn what_came_due_in_time_and_waits_behind_others_asks_nothing() {
    let world = World::new().await;
    let large = world.releases("ALL", 400, None).await;
    world.looks_at(shop::now()).await;
    let id = world.releases("JAN", 2, Some(in_hours(1))).await;
    world.looks_at(in_hours(1)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Sending, 0), "it waits");
    world.looks_at(in_hours(9)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Sending, 0));
    world.sending.stop(large).await.unwrap();
    world.looks_at(in_hours(9)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Sending, 2));
    assert_eq!(world.missed(), []);
}

#[tokio::test]
async fn what_a_wrong_clock_made_late_goes_out_in_time_by_the_right_one() {
    for start in [false, true] {
        let mut world = World::new().await;
        let id = world.releases("JAN", 2, Some(in_hours(10))).await;
        world.looks_at(in_hours(60)).await;
        assert_eq!(world.stands(id).await, (RunStatus::Missed, 0));
        match start {
            true => world.starts_at(in_hours(1)).await,
            false => world.looks_at(in_hours(1)).await,
        }
        assert_eq!(world.stands(id).await, (RunStatus::Scheduled, 0));
        world.looks_at(in_hours(10)).await;
        assert_eq!(world.stands(id).await, (RunStatus::Sending, 2));
    }
}

#[tokio::test]
async fn what_the_owner_paused_stays_so_whatever_the_clock_shows() {
    let world = World::new().await;
    let id = world.releases("JAN", 2, Some(in_hours(10))).await;
    world.sending.pause(id).await.unwrap();
    world.looks_at(in_hours(60)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Missed, 0));
    world.looks_at(in_hours(1)).await;
    assert_eq!(world.stands(id).await, (RunStatus::Paused, 0));
    assert_eq!(world.missed(), [], "the owner knows");
}
