//! One run: the engine and its owner on a laptop, Pockyt, and everything in between, until all is settled.

mod happen;
mod laptop;

use crate::chance::Chance;
use crate::checks::Checks;
use crate::executor::Executor;
use crate::ledger::{Copy, InMemory, Known, OnDisk, Store, at_once};
use crate::owner::{Owner, PAYEES};
use crate::plan::Plan;
use crate::pockyt::{Pockyt, assumed};
use crate::setting;
use crate::world::{Event, World, open};
use jiff::{SignedDuration, Timestamp};
use remit_core::{Engine, InvoiceId, LedgerError};
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Within this time after the troubles stopped every payout has ended: a day in which it may go out again, a day until
/// silence is proof, and what Pockyt takes to decide.
const SETTLED_WITHIN: Duration = Duration::from_secs(6 * 86_400);

/// Within this time nothing is due any more: money may come back for weeks, and the engine looks for as long.
const ENDED_WITHIN: Duration = Duration::from_secs(107 * 86_400);

/// How long a paid payout is watched, at most: 58 days and a fifth by its age; and where the last two looks came close
/// together, as they do when the clock was set in between, once more after 30 days and a fifth.
const WATCHED_FOR: SignedDuration = SignedDuration::from_hours(24 * 106);

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

struct Run<'p> {
    plan: &'p Plan,
    world: Arc<World>,
    pockyt: Arc<Pockyt>,
    store: Arc<dyn Store>,
    known: Arc<Mutex<Known>>,
    owner: Arc<Owner>,
    ids: Arc<Chance>,
    /// Whether the power is cut when the process dies, and what that takes.
    power: Chance,
    executor: Executor,
    /// The engine of the process, while one runs.
    engine: Option<Arc<Engine>>,
    /// Whether it has recovered; before that the host lets nobody in.
    recovered: Arc<AtomicBool>,
    /// After how many turns the process is killed, and after what time it starts again.
    fuse: Option<(u16, Duration)>,
    copy: Option<Copy>,
    out_of_reach: BTreeSet<InvoiceId>,
    /// What would be, had the records that made room not been read.
    asked_about: BTreeSet<InvoiceId>,
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
            power: Chance::new(plan.seed, "power"),
            executor: Executor::default(),
            engine: None,
            recovered: Arc::default(),
            fuse: None,
            copy: None,
            out_of_reach: BTreeSet::new(),
            asked_about: BTreeSet::new(),
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
        self.world.next_event().is_none() && self.checks(&open(&self.known)).quiet()
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
        self.resumes_runs();
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
        what(&self.checks(&open(&self.known)));
    }

    fn checks<'r>(&'r self, known: &'r Known) -> Checks<'r> {
        Checks {
            world: &self.world,
            plan: self.plan,
            pockyt: &self.pockyt,
            known,
            watched_since: setting::wall(&self.world)
                .saturating_sub(WATCHED_FOR)
                .unwrap_or(Timestamp::MIN),
            out_of_reach: &self.out_of_reach,
        }
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
