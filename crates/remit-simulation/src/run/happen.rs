//! What happens in a run, at Pockyt, in the plan, and to the laptop.

use super::Run;
use crate::ledger::{Known, at_once};
use crate::owner::{Debt, check_error};
use crate::plan::What;
use crate::pockyt::Delivery;
use crate::setting;
use crate::world::{Event, open};
use remit_core::{
    Engine, EventKind, InvoiceId, InvoiceSeries, Limits, NewEvent, Recovery, RecoveryCause, Source,
    State, Subject, Verdict, Way,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

impl Run<'_> {
    pub(super) fn happens(&mut self, event: Event) {
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
    fn delivered(&mut self, delivery: Delivery) {
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
            let taken = engine
                .take_notification(Way::Listener, None, &delivery.body)
                .await;
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
            What::CancelsAll => self.with_engine("owner", move |engine| async move {
                owner.cancels_all(&engine).await;
            }),
            What::Pauses(span) => self.with_engine("owner", move |engine| async move {
                owner.pauses(&engine, span).await;
            }),
            What::PausesRuns => {
                let (store, until) = (Arc::clone(&self.store), self.plan.horizon);
                self.with_engine("owner", move |engine| async move {
                    owner.pauses_runs(&engine, store.as_ref(), until).await;
                });
            }
            What::ResumesRuns => self.resumes_runs(),
            What::Limits {
                at_once,
                per_minute,
            } => self.with_engine("owner", move |engine| async move {
                engine.limit(Limits {
                    at_once: at_once.into(),
                    per_minute: per_minute.into(),
                });
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
            What::Contradicts => {
                let known = open(&self.known);
                let failed = known.payouts().find(|payout| payout.retryable());
                if let Some(payout) = failed.filter(|payout| payout.state == State::Failed) {
                    self.pockyt.contradict(&payout.invoice_id, payout.money);
                }
            }
            What::Suspends { payee, suspended } => setting::suspend(&self.pockyt, payee, suspended),
            What::Account { payee, usable } => setting::account(&self.pockyt, payee, usable),
            What::BacksUp => match self.store.copy(open(&self.known).copied()) {
                Ok(copy) => self.copy = Some(copy),
                Err(error) => self.world.fail(|| format!("no copy can be made: {error}")),
            },
            What::Restores => self.restore(),
        }
    }

    /// The owner lets the paused runs go on.
    pub(super) fn resumes_runs(&self) {
        self.store.hold_back(&BTreeSet::new());
        self.world.hold_back(BTreeSet::new());
        if let Some(engine) = &self.engine {
            engine.go_on();
        }
    }

    /// The owner puts the last copy back. Everything after it is lost, and the shell says so to the ledger.
    fn restore(&mut self) {
        let Some(copy) = self.copy.take() else {
            return;
        };
        self.dies(Duration::from_secs(2));
        let lost = std::mem::replace(&mut *open(&self.known), copy.known.clone());
        // Some are put back in place of records that can still be read.
        let readable = lost.payouts().count().is_multiple_of(2);
        let put_back = self.store.put_back(&copy, readable).and_then(|replaced| {
            let beyond = self.beyond_series(&lost);
            self.asked_about.extend(beyond);
            if replaced.is_none() {
                // Nobody is left who knows of them.
                self.out_of_reach.append(&mut self.asked_about);
            }
            let ledger = self.store.ledger();
            // As remit-ledger has it: not before anything on record, whatever the clock was set to in between.
            let mut now = setting::wall(&self.world);
            for seq in 1..=at_once(ledger.head())?.seq {
                let event = at_once(ledger.event_at(seq))?;
                now = event.map_or(now, |event| event.event.at.max(now));
            }
            let recovery = Recovery {
                cause: RecoveryCause::Restored,
                since: now,
                done_at: None,
                found: 0,
                replaced,
            };
            let event = NewEvent::new(
                now,
                Subject::Nothing,
                EventKind::RecoveryBegan,
                Source::Owner,
            );
            // In it nothing is paused.
            self.resumes_runs();
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
    fn beyond_series(&self, lost: &Known) -> Vec<InvoiceId> {
        let known = open(&self.known);
        let prefix = |id: &InvoiceId| InvoiceSeries::of(id).map(|series| series.prefix);
        let series: BTreeSet<Option<String>> = known
            .payouts()
            .map(|payout| prefix(&payout.invoice_id))
            .filter(Option::is_some)
            .collect();
        let suggested = |id: &InvoiceId| id.as_str().starts_with("INV-");
        let ids = lost.payouts().map(|payout| &payout.invoice_id);
        ids.filter(|id| {
            known.by_invoice(id).is_none() && !series.contains(&prefix(id)) && !suggested(id)
        })
        .cloned()
        .collect()
    }
}
