//! The process on the laptop: it starts with what is durable, and dies anywhere.

use super::Run;
use crate::ledger::{Watched, at_once};
use crate::owner::check_error;
use crate::pockyt::PockytGateway;
use crate::setting;
use crate::time::LaptopClock;
use crate::world::{Event, World, open};
use remit_core::{Changed, Engine, Observer, Policy, Ports};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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

impl Run<'_> {
    /// The process dies: whatever it was doing ends where it was.
    pub(super) fn dies(&mut self, back: Duration) {
        if self.engine.take().is_none() {
            return;
        }
        self.world
            .trace
            .say("laptop", || "the process dies".to_owned());
        self.executor.kill();
        self.fuse = None;
        if self.power.one_in(2) {
            self.loses_power();
        }
        self.world.later(back, Event::Starts);
    }

    /// The process died because the power was cut, which takes along what was not yet on the disk.
    fn loses_power(&self) {
        let mut known = open(&self.known);
        let most = self.power.index(known.deferred() + 1);
        match self.store.cut_power(most) {
            Ok(lost) => known.lose(lost, &self.world),
            Err(error) => self
                .world
                .fail(|| format!("the ledger does not open after a power cut: {error}")),
        }
    }

    /// The process starts with what is durable.
    pub(super) fn start(&mut self) {
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
    pub(super) fn policy(&self) -> Policy {
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
        let recovery = at_once(ledger.recovery());
        if recovery != Ok(known.recovery()) {
            self.world
                .fail(|| format!("the ledger takes itself for an older one: {recovery:?}"));
        }
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
}
