//! One run: the engine and its owner on a laptop, Pockyt, and everything in between, until all is settled.

use crate::chance::Chance;
use crate::checks::Checks;
use crate::executor::Executor;
use crate::ledger::{Copy, InMemory, Known, OnDisk, Store, Watched, at_once};
use crate::owner::{Debt, Owner, PAYEES, check_error};
use crate::plan::{Plan, What};
use crate::pockyt::{Pockyt, PockytGateway, assumed};
use crate::setting;
use crate::time::LaptopClock;
use crate::world::{Event, World, open};
use jiff::{SignedDuration, Timestamp};
use remit_core::{
    Actor, Changed, Engine, EventKind, InvoiceId, InvoiceSeries, LedgerError, NewEvent, Observer,
    Policy, Ports, Recovery, RecoveryCause, Source, Subject, Verdict,
};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Within this time after the troubles stopped every payout has ended: a day in which it may go out again, a day until
/// silence is proof, and what Pockyt takes to decide.
const SETTLED_WITHIN: Duration = Duration::from_secs(6 * 86_400);

/// Within this time nothing is due any more: money may come back for weeks, and the engine looks for as long.
const ENDED_WITHIN: Duration = Duration::from_secs(70 * 86_400);

/// How long a paid payout is watched, at most.
const WATCHED_FOR: SignedDuration = SignedDuration::from_hours(24 * 69);

/// By how much longer the engine idles after the troubles stopped, and once all has ended but the watch.
const SLACK: [Duration; 2] = [Duration::from_secs(1_200), Duration::from_secs(6 * 3_600)];

/// How many turns a run may take; one that takes more goes round in a circle.
const TURNS: u64 = 300_000;

/// On which ledger a run runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The fast one.
    Memory,
    /// The real one.
    Disk,
}

/// What became of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The first promise that was broken.
    pub failure: Option<String>,
    /// What happened, in words, where that was wanted.
    pub trace: Vec<String>,
    /// How many turns tasks had.
    pub turns: u64,
    /// How much virtual time passed.
    pub lasted: Duration,
}

/// Tells the trace, and nobody else.
struct Listener(Arc<World>);

impl Observer for Listener {
    fn changed(&self, change: Changed) {
        if let Changed::Trouble(error) = change {
            check_error(&self.0, &error);
            self.0
                .trace
                .say("engine", || format!("tells of trouble: {error}"));
        }
    }
}

struct Run<'p> {
    plan: &'p Plan,
    world: Arc<World>,
    pockyt: Arc<Pockyt>,
    store: Arc<dyn Store>,
    known: Arc<Mutex<Known>>,
    owner: Arc<Owner>,
    ids: Arc<Chance>,
    executor: Executor,
    /// The engine of the process, while one runs.
    engine: Option<Arc<Engine>>,
    /// Whether it has recovered; before that the host lets nobody in.
    recovered: Arc<AtomicBool>,
    /// After how many turns the process is killed, and after what time it starts again.
    fuse: Option<(u16, Duration)>,
    copy: Option<Copy>,
    out_of_reach: BTreeSet<InvoiceId>,
    checked: (u64, u64),
    turns: u64,
}

/// Runs a plan.
///
/// # Errors
/// When the folder of a real ledger cannot be made.
pub fn run(plan: &Plan, on: On, traced: bool) -> Result<Outcome, LedgerError> {
    let store: Arc<dyn Store> = match on {
        On::Memory => Arc::new(InMemory::default()),
        On::Disk => Arc::new(OnDisk::new()?),
    };
    let mut run = Run::new(plan, store, traced);
    run.whole();
    Ok(Outcome {
        failure: run.world.failure(),
        trace: run.world.trace.lines(),
        turns: run.turns,
        lasted: run.world.time.world(),
    })
}

impl<'p> Run<'p> {
    fn new(plan: &'p Plan, store: Arc<dyn Store>, traced: bool) -> Self {
        let world = World::new(plan.seed, plan.start, traced);
        let known = Arc::new(Mutex::new(Known::default()));
        let pockyt = Pockyt::new(Arc::clone(&world), Arc::clone(&known));
        if !plan.restores() && !plan.jumps() {
            pockyt.shows_within(assumed::SHOWN_WITHIN_HOURS);
        }
        let ids = Arc::new(Chance::new(plan.seed, "ids"));
        let owner = Owner::new(Arc::clone(&world), Arc::clone(&known), ids.clone());
        Self {
            plan,
            world,
            pockyt,
            store,
            known,
            owner: Arc::new(owner),
            ids,
            executor: Executor::default(),
            engine: None,
            recovered: Arc::default(),
            fuse: None,
            copy: None,
            out_of_reach: BTreeSet::new(),
            checked: (0, 0),
            turns: 0,
        }
    }

    fn whole(&mut self) {
        setting::furnish(&self.world, self.store.as_ref(), &self.pockyt);
        for (index, happening) in self.plan.happenings.iter().enumerate() {
            self.world.later(happening.at, Event::Planned(index));
        }
        self.start();
        self.until(self.plan.horizon);
        self.world
            .trace
            .say("world", || "the troubles stop".to_owned());
        self.calm();
        self.until(self.plan.horizon + SETTLED_WITHIN);
        self.looks(|checks| checks.settled());
        self.world.time.idle(self.policy().longest_wait, SLACK[1]);
        self.until_quiet(self.plan.horizon + ENDED_WITHIN);
        self.looks(|checks| checks.end());
        self.verify();
    }

    /// Everything happens until this instant, or until a promise is broken.
    fn until(&mut self, end: Duration) {
        while self.advance(end) {}
        self.world.time.go_to(end);
    }

    /// As [`Run::until`], or until nothing is going to happen.
    fn until_quiet(&mut self, end: Duration) {
        while !self.quiet() && self.advance(end) {}
    }

    fn quiet(&self) -> bool {
        self.world.next_event().is_none()
            && open(&self.known)
                .payouts()
                .all(|payout| payout.next_at.is_none() || payout.must_act() == Actor::Owner)
    }

    /// All turns of this instant, then the next thing that happens; false when that is later than `end`.
    fn advance(&mut self, end: Duration) -> bool {
        while self.turn() {}
        if self.world.failed() {
            return false;
        }
        let time = &self.world.time;
        let timer = if time.awake() {
            time.next_timer()
        } else {
            None
        };
        let next = [timer, self.world.next_event()].into_iter().flatten().min();
        let Some(next) = next.filter(|next| *next <= end) else {
            return false;
        };
        time.go_to(next);
        if time.awake() {
            time.ring();
        }
        if let Some(event) = self.world.take_event() {
            self.happens(event);
            self.check();
        }
        true
    }

    /// One turn of one task; false when all wait.
    fn turn(&mut self) -> bool {
        if self.world.failed() || !self.world.time.awake() {
            return false;
        }
        if self.executor.turn(&self.world.order).is_none() {
            return false;
        }
        self.turns += 1;
        if self.turns > TURNS {
            self.world
                .fail(|| format!("IN A CIRCLE: {TURNS} turns did not end it"));
        }
        let burnt = match &mut self.fuse {
            Some((0, _)) => self.fuse.take().map(|(_, back)| back),
            Some((left, _)) => {
                *left -= 1;
                None
            }
            None => None,
        };
        if self.world.take_doom() {
            let back = self
                .world
                .luck
                .span(Duration::from_millis(500), Duration::from_secs(3_600));
            self.dies(burnt.unwrap_or(back));
        } else if let Some(back) = burnt {
            self.dies(back);
        }
        self.check();
        true
    }

    /// The process dies: whatever it was doing ends where it was.
    fn dies(&mut self, back: Duration) {
        if self.engine.take().is_none() {
            return;
        }
        self.world
            .trace
            .say("laptop", || "the process dies".to_owned());
        self.executor.kill();
        self.fuse = None;
        self.world.later(back, Event::Starts);
    }

    /// The process starts with what is durable.
    fn start(&mut self) {
        if self.engine.is_some() {
            return;
        }
        if let Err(error) = self.store.reopen() {
            self.world
                .fail(|| format!("the ledger does not open again: {error}"));
            return;
        }
        self.is_all_there();
        self.world
            .trace
            .say("laptop", || "the process starts".to_owned());
        let ledger = Watched::new(
            Arc::clone(&self.world),
            Arc::clone(&self.store),
            Arc::clone(&self.known),
        );
        let ports = Ports {
            gateway: Arc::new(PockytGateway(Arc::clone(&self.pockyt))),
            ledger: Arc::new(ledger),
            vault: Arc::new(setting::NoVault),
            clock: Arc::new(LaptopClock(Arc::clone(&self.world.time))),
            ids: self.ids.clone(),
        };
        let ipn_url = Some("https://relay.example.com/ipn".to_owned());
        let observer = Arc::new(Listener(Arc::clone(&self.world)));
        let engine = Arc::new(Engine::new(ports, self.policy(), observer, ipn_url));
        self.engine = Some(Arc::clone(&engine));
        let world = Arc::clone(&self.world);
        let recovered = Arc::new(AtomicBool::new(false));
        self.recovered = Arc::clone(&recovered);
        self.executor.spawn(
            "engine",
            Box::pin(async move {
                // As the host does: until the recovery is complete nothing else begins.
                while let Err(error) = engine.recover().await {
                    check_error(&world, &error);
                    world.time.timer(Duration::from_secs(5)).await;
                }
                recovered.store(true, Ordering::Relaxed);
                engine.drive().await;
            }),
        );
    }

    /// As the app is set, save that in a run of days the clock is looked at less often.
    fn policy(&self) -> Policy {
        let default = Policy::default();
        Policy {
            longest_wait: default.longest_wait.max(self.plan.horizon / 500),
            ..default
        }
    }

    /// Nothing that was answered as durable is missing after a start (I5).
    fn is_all_there(&self) {
        let ledger = self.store.ledger();
        let known = open(&self.known);
        for payout in known.payouts() {
            match at_once(ledger.payout(payout.id)) {
                Ok(Some(found)) if found == *payout => {}
                found => self.world.fail(|| {
                    format!(
                        "NOT DURABLE: {} was {payout:?}, and now the ledger has {found:?}",
                        payout.invoice_id
                    )
                }),
            }
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Planned(index) => {
                if let Some(happening) = self.plan.happenings.get(index) {
                    self.world.trace.say("PLAN", || happening.what.to_string());
                    self.planned(happening.what);
                }
            }
            Event::Starts => self.start(),
            Event::Wakes => {
                self.world.trace.say("laptop", || "wakes".to_owned());
                self.world.time.wake();
            }
            Event::Pockyt(event) => {
                if let Some(delivery) = self.pockyt.happens(event) {
                    self.delivered(delivery);
                }
            }
        }
    }

    /// A notification is tried.
    fn delivered(&mut self, delivery: crate::pockyt::Delivery) {
        if delivery.acknowledged() {
            return;
        }
        self.pockyt.try_again(delivery.clone());
        let time = &self.world.time;
        if !time.awake() || self.world.faults.offline(time.world()) {
            return;
        }
        let world = Arc::clone(&self.world);
        self.with_engine("listener", move |engine| async move {
            let taken = engine.take_notification(None, &delivery.body).await;
            world.trace.say("engine", || {
                let told = String::from_utf8_lossy(&delivery.body).into_owned();
                format!("is told {told}: {taken:?}")
            });
            if matches!(taken, Ok(Verdict::Applied)) && !delivery.true_to_the_books() {
                world.fail(|| "I6: a notification that is not true moved a payout".to_owned());
            }
            match taken {
                Ok(_) => delivery.acknowledge(),
                Err(error) => check_error(&world, &error),
            }
            engine.wake();
        });
    }

    /// Something goes on in the process, if one runs.
    fn with_engine<W>(&mut self, name: &'static str, work: impl FnOnce(Arc<Engine>) -> W)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let recovered = self.recovered.load(Ordering::Relaxed);
        if let Some(engine) = self.engine.as_ref().filter(|_| recovered) {
            self.executor
                .spawn(name, Box::pin(work(Arc::clone(engine))));
        }
    }

    fn planned(&mut self, what: What) {
        let owner = Arc::clone(&self.owner);
        let faults = &self.world.faults;
        match what {
            What::Pays { debt, clicks } => self.with_engine("owner", move |engine| async move {
                owner.pays(&engine, Debt(debt), clicks).await;
            }),
            What::PaysTwo { debt } => self.with_engine("owner", move |engine| async move {
                owner
                    .pays_two(&engine, Debt(debt), Debt(debt.wrapping_add(1)))
                    .await;
            }),
            What::Imports { file, windows } => {
                self.with_engine("owner", move |engine| async move {
                    owner.imports(&engine, file, windows).await;
                })
            }
            What::Retries { which, windows } => {
                self.with_engine("owner", move |engine| async move {
                    owner.retries_in(&engine, which, windows).await;
                })
            }
            What::Cancels { which } => self.with_engine("owner", move |engine| async move {
                owner.cancels(&engine, which).await;
            }),
            What::Checks { which } => self.with_engine("owner", move |engine| async move {
                owner.checks(&engine, which).await;
            }),
            What::Pay(fate) => faults.pay(fate),
            What::Ask(fate) => faults.ask(fate),
            What::Tell(fate) => faults.tell(fate),
            What::Write(after, fate) => faults.write(after, fate),
            What::Dies(turns, back) => self.fuse = Some((turns, back)),
            What::Sleeps(span) => {
                self.world.time.fall_asleep();
                self.world.later(span, Event::Wakes);
            }
            What::Offline(span) => faults.offline_until(self.world.time.world() + span),
            What::Jumps(by) => {
                if self.plan.restores() {
                    // The months of suggested invoice IDs must be known within one (docs/adr/0008).
                    self.world.time.set_right();
                }
                self.world.time.jump(by);
            }
            What::Forges { which, paid } => {
                let id = owner.which(which);
                let known = open(&self.known);
                if let Some(payout) = id.and_then(|id| known.payout(id)) {
                    self.pockyt.forge(&payout.invoice_id, payout.money, paid);
                }
            }
            What::Suspends { payee, suspended } => setting::suspend(&self.pockyt, payee, suspended),
            What::Account { payee, usable } => setting::account(&self.pockyt, payee, usable),
            What::BacksUp => match self.store.copy(open(&self.known).clone()) {
                Ok(copy) => self.copy = Some(copy),
                Err(error) => self.world.fail(|| format!("no copy can be made: {error}")),
            },
            What::Restores => self.restore(),
        }
    }

    /// The owner puts the last copy back. Everything after it is lost, and the shell says so to the ledger.
    fn restore(&mut self) {
        let Some(copy) = self.copy.take() else {
            return;
        };
        self.dies(Duration::from_secs(2));
        let lost = std::mem::replace(&mut *open(&self.known), copy.known.clone());
        self.find_out_of_reach(&lost);
        let put_back = self.store.put_back(&copy).and_then(|()| {
            let ledger = self.store.ledger();
            let head = at_once(ledger.head())?;
            let newest = at_once(ledger.event_at(head.seq))?;
            let now = setting::wall(&self.world);
            let now = newest.map_or(now, |newest| newest.event.at.max(now));
            let recovery = Recovery {
                cause: RecoveryCause::Restored,
                since: now,
                done_at: None,
                found: 0,
            };
            let event = NewEvent::new(
                now,
                Subject::Nothing,
                EventKind::RecoveryBegan,
                Source::Owner,
            );
            at_once(ledger.record_recovery(recovery, vec![event]))?;
            open(&self.known).set_recovery(recovery);
            Ok(())
        });
        if let Err(error) = put_back {
            self.world
                .fail(|| format!("the copy cannot be put back: {error}"));
        }
        self.copy = Some(copy);
    }

    /// What the lost ledger paid under invoice IDs that are in no series that the copy knows.
    fn find_out_of_reach(&mut self, lost: &Known) {
        let known = open(&self.known);
        let prefix = |id: &InvoiceId| InvoiceSeries::of(id).map(|series| series.prefix);
        let series: BTreeSet<Option<String>> = known
            .payouts()
            .map(|payout| prefix(&payout.invoice_id))
            .filter(Option::is_some)
            .collect();
        let suggested = |id: &InvoiceId| id.as_str().starts_with("INV-");
        for payout in lost.payouts() {
            let id = &payout.invoice_id;
            if known.by_invoice(id).is_none() && !series.contains(&prefix(id)) && !suggested(id) {
                self.out_of_reach.insert(id.clone());
            }
        }
    }

    /// The troubles stop: what is off goes on, what is wrong is set right.
    fn calm(&mut self) {
        self.world.faults.stop();
        self.world.time.set_right();
        self.world.time.wake();
        self.world.time.idle(self.policy().longest_wait, SLACK[0]);
        for payee in 0..PAYEES {
            setting::suspend(&self.pockyt, payee, false);
            setting::account(&self.pockyt, payee, true);
        }
        self.fuse = None;
        self.start();
    }

    /// What must hold after each step, if anything changed.
    fn check(&mut self) {
        let versions = (open(&self.known).version, self.pockyt.version());
        if versions != self.checked {
            self.checked = versions;
            self.looks(|checks| checks.step());
        }
    }

    fn looks(&self, what: impl FnOnce(&Checks<'_>)) {
        if self.world.failed() {
            return;
        }
        what(&Checks {
            world: &self.world,
            pockyt: &self.pockyt,
            known: &open(&self.known),
            watched_since: setting::wall(&self.world)
                .saturating_sub(WATCHED_FOR)
                .unwrap_or(Timestamp::MIN),
            out_of_reach: &self.out_of_reach,
        });
    }

    /// The hash chain verifies (I7).
    fn verify(&self) {
        match at_once(self.store.ledger().verify()) {
            Ok(verified) if verified.broken_at.is_none() => {}
            verified => self
                .world
                .fail(|| format!("the history does not verify: {verified:?}")),
        }
    }
}
