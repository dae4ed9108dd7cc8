//! What the ledger has answered as durable, kept apart from the ledger itself, so that nothing it forgets goes unnoticed.

use crate::world::World;
use remit_core::{Durability, InvoiceId, Payout, PayoutId, Reason, Recovery, State};
use std::collections::BTreeMap;

/// Which state may follow which, as it was decided (docs/ARCHITECTURE.md); kept apart from the table that the engine and
/// the ledgers look into.
fn decided(from: State, to: State) -> bool {
    use State::{
        AwaitingApproval, Cancelled, Draft, Failed, Paid, Processing, Ready, Returned, Scheduled,
        Sending, Unknown,
    };
    from == to
        || matches!(
            (from, to),
            (Draft | Scheduled | AwaitingApproval, Ready | Cancelled)
                | (Ready, Sending | Cancelled)
                | (Sending, Processing | Failed | Unknown | Ready)
                | (Unknown, Processing | Paid | Failed | Returned | Sending)
                | (Processing, Paid | Failed | Returned)
                | (Paid, Returned)
        )
}

/// What is durable.
#[derive(Clone, Default)]
pub(crate) struct Known {
    payouts: BTreeMap<PayoutId, Payout>,
    by_invoice: BTreeMap<InvoiceId, PayoutId>,
    recovery: Option<Recovery>,
    /// The payouts as they were before each change that a power cut can still take.
    deferred: Vec<Payout>,
    /// Counts the changes of state, and the payouts.
    pub(crate) version: u64,
}

impl Known {
    /// Every payout, in the order of their numbers.
    pub(crate) fn payouts(&self) -> impl Iterator<Item = &Payout> {
        self.payouts.values()
    }

    pub(crate) fn payout(&self, id: PayoutId) -> Option<&Payout> {
        self.payouts.get(&id)
    }

    pub(crate) fn by_invoice(&self, invoice_id: &InvoiceId) -> Option<&Payout> {
        self.payouts.get(self.by_invoice.get(invoice_id)?)
    }

    /// The same, for a copy: what is in it is on the disk.
    pub(crate) fn copied(&self) -> Self {
        Self {
            deferred: Vec::new(),
            ..self.clone()
        }
    }

    /// How many changes a power cut can take.
    pub(crate) fn deferred(&self) -> usize {
        self.deferred.len()
    }

    /// All changes so far are on the disk.
    pub(super) fn flushed(&mut self) {
        self.deferred.clear();
    }

    /// The power was cut, which took so many of the newest changes.
    pub(crate) fn lose(&mut self, changes: usize, world: &World) {
        for _ in 0..changes {
            let Some(before) = self.deferred.pop() else {
                break;
            };
            world.trace.say("disk", || {
                format!("{} is {:?} once more", before.invoice_id, before.state)
            });
            self.version += 1;
            self.payouts.insert(before.id, before);
        }
        self.deferred.clear();
    }

    /// Whether the ledger was put back, and does not yet know all that was sent from it.
    pub(crate) fn recovering(&self) -> bool {
        self.recovery
            .is_some_and(|recovery| recovery.done_at.is_none())
    }

    /// How that stands.
    pub(crate) fn recovery(&self) -> Option<Recovery> {
        self.recovery
    }

    /// Whether the ledger was ever put back.
    pub(crate) fn put_back(&self) -> bool {
        self.recovery.is_some()
    }

    /// The ledger was put back, or knows all that was sent from it.
    pub(crate) fn set_recovery(&mut self, recovery: Recovery) {
        self.version += 1;
        self.recovery = Some(recovery);
    }

    /// A payout became durable.
    pub(super) fn recorded(&mut self, payout: Payout, world: &World) {
        world.trace.say("ledger", || {
            format!(
                "keeps {} of {} as {:?}",
                payout.invoice_id, payout.money, payout.state
            )
        });
        self.version += 1;
        if let Some(earlier) = payout
            .retry_of
            .and_then(|earlier| self.payouts.get_mut(&earlier))
        {
            if earlier.reason == Some(Reason::PaidAfterAll) {
                let name = &earlier.invoice_id;
                world.fail(|| format!("PAID AFTER ALL: {name} is tried again"));
            }
            earlier.retried_by = Some(payout.id);
            earlier.revision += 1;
        }
        self.by_invoice.insert(payout.invoice_id.clone(), payout.id);
        if self.payouts.insert(payout.id, payout).is_some() {
            world.fail(|| "the ledger records a payout a second time".to_owned());
        }
    }

    /// A change of a payout was made.
    pub(super) fn changed(&mut self, after: Payout, durability: Durability, world: &World) {
        let Some(before) = self.payouts.get(&after.id) else {
            world.fail(|| {
                format!(
                    "the ledger changes {}, which it never had",
                    after.invoice_id
                )
            });
            return;
        };
        let name = &after.invoice_id;
        if before.state != after.state || before.reason != after.reason {
            world.trace.say("ledger", || {
                let why = after
                    .reason
                    .map(|reason| format!(", {reason:?}"))
                    .unwrap_or_default();
                format!("{name}: {:?} becomes {:?}{why}", before.state, after.state)
            });
        }
        if !decided(before.state, after.state) {
            world.fail(|| {
                format!(
                    "ILLEGAL: {name} goes from {:?} to {:?}, which no payout may",
                    before.state, after.state
                )
            });
        }
        if after.revision != before.revision + 1 {
            world.fail(|| {
                let (before, after) = (before.revision, after.revision);
                format!("OVERWRITTEN: a change of {name} overwrites another: revision {before} becomes {after}")
            });
        }
        let acceptance = matches!(before.state, State::Sending | State::Unknown)
            && after.state == State::Processing;
        if durability == Durability::Deferred && !acceptance {
            world.fail(|| {
                format!(
                    "NOT ON DISK: {name}: {:?} may be lost in a power cut",
                    after.state
                )
            });
        }
        if before.request_key != after.request_key || before.invoice_id != after.invoice_id {
            world.fail(|| format!("I4: {name} changes its key or its invoice ID"));
        }
        if before.money != after.money || before.account_token != after.account_token {
            world.fail(|| format!("{name} changes its amount or its account"));
        }
        if before.state != after.state {
            self.version += 1;
        }
        let before = self.payouts.insert(after.id, after);
        self.deferred.extend(before);
    }
}
