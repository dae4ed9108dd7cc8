//! The loop that drives every payout: it plans what may leave now, lets it all go on side by side, and waits for an answer, a
//! ring or the next due time, whichever is first.

use super::Engine;
use super::ahead::Back;
use super::work::{Done, Work};
use crate::error::Error;
use crate::ids::{PayeeId, PayoutId};
use crate::money::Currency;
use crate::payee::Payee;
use crate::payout::Payout;
use futures_util::future::{Either, FutureExt, select};
use futures_util::stream::StreamExt;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Of so many plans one looks first for what to ask about, so that neither kind of work starves the other.
pub(super) const ASKS_FIRST: u32 = 4;
/// What it takes then is one part in so many of the room, as long as there is something to send.
const ASKS_SHARE: usize = 4;

/// A kind of work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Send,
    Ask,
}

/// What may go on now.
#[derive(Default)]
pub(super) struct Plan {
    /// How many payouts were claimed.
    pub(super) claimed: usize,
    pub(super) asks: Vec<Payout>,
    pub(super) payees: Vec<Payee>,
    /// How many payouts in sending were given up waiting for.
    pub(super) given_up: usize,
    /// Whether something is due that there was no room for.
    pub(super) left_out: bool,
    /// When the next thing is due.
    pub(super) next: Option<Timestamp>,
    pub(super) trouble: Option<Error>,
}

impl Plan {
    pub(super) fn is_empty(&self) -> bool {
        self.claimed == 0 && self.asks.is_empty() && self.payees.is_empty() && self.given_up == 0
    }
}

impl Engine {
    /// Drives every payout to its end, for ever. The host calls [`Engine::recover`] once before, and [`Engine::wake`] when
    /// something was released or heard. Dropping it stops it at once; whatever it was doing is found by the next start.
    pub async fn drive(&self) {
        let mut work = Work::new(self);
        loop {
            work.begin();
            let wait = work.wait();
            let clock = &self.ports.clock;
            let call = select(self.wire.bell.rung().boxed(), clock.sleep(wait));
            let first = if work.under_way.is_empty() {
                Either::Right((call.await, ()))
            } else {
                match select(work.under_way.next(), call).await {
                    Either::Left((done, _)) => Either::Left(done),
                    Either::Right((call, _)) => Either::Right((call, ())),
                }
            };
            match first {
                Either::Left(done) => {
                    work.end(done);
                    // Answers that are here already share one plan.
                    while let Some(Some(done)) = work.under_way.next().now_or_never() {
                        work.end(Some(done));
                    }
                }
                Either::Right((Either::Left(_), ())) => work.stirred = true,
                Either::Right((Either::Right(_), ())) => work.stir_if_due(),
            }
        }
    }

    /// One round of what [`Engine::drive`] does, to its end: sends what is ready, asks about what is not settled. Returns how
    /// many payouts and payees it looked at; when that is not zero there may be more.
    ///
    /// # Errors
    /// When the ledger fails. Nothing is lost by calling again.
    pub async fn tick(&self) -> Result<usize, Error> {
        let mut looked_at = 0;
        let mut outcome = match self.compare_with_pockyt().await {
            Err(Error::Gateway(_)) => Ok(()),
            compared => compared,
        };
        let steady = self.ports.clock.steady();
        if self.wire.traffic().probe_due(steady) {
            self.probe_leaves(steady);
            self.probe().await;
            looked_at += 1;
        }
        if self.wire.came_back.swap(false, Ordering::AcqRel) {
            looked_at += self.try_again_now().await?;
        }
        for kind in [Kind::Send, Kind::Ask] {
            let mut work = Work::new(self);
            let room = self.wire.traffic().room(self.ports.clock.steady());
            let plan = self
                .plan(room, &[kind], HashMap::new(), HashSet::new())
                .await;
            looked_at += plan.given_up;
            work.admit(plan, &mut outcome);
            work.start(room);
            looked_at += work.under_way.len();
            while let Some(done) = work.under_way.next().await {
                match done {
                    Done::Answered(answered) => {
                        self.wire.traffic().come_back(self.ports.clock.steady());
                        work.record(*answered);
                    }
                    Done::Payout(_, result) | Done::Payee(_, result) => {
                        self.wire.traffic().come_back(self.ports.clock.steady());
                        outcome = outcome.and(result);
                    }
                    Done::Recorded(_, result) => outcome = outcome.and(result),
                    _ => {}
                }
            }
        }
        // What there was no room for any more does not wait until somebody calls again.
        outcome = outcome.and(self.give_back(Back::All).await.map(drop));
        outcome.map(|()| looked_at)
    }

    pub(super) fn probe_leaves(&self, steady: Duration) {
        let ids = self.ports.ids.as_ref();
        self.wire.traffic().probe_leaves(steady, &self.policy, ids);
    }

    /// Tries whether Pockyt can be reached. Any answer will do; what it says is of no interest here.
    pub(super) async fn probe(&self) {
        let _ = self.ports.gateway.balance(Currency::USD).await;
    }

    /// Chooses what may go on now, without what is under way already. What it claims waits for the wire when this returns, and is
    /// durable then.
    pub(super) async fn plan(
        &self,
        room: u32,
        kinds: &[Kind],
        payouts: HashMap<PayoutId, Kind>,
        payees: HashSet<PayeeId>,
    ) -> Plan {
        let mut plan = Plan::default();
        // What is paused or withdrawn is not among what is read from here on, or else waits for the end of this.
        let claiming = self.ahead.to_claim().await;
        // What is being sent is in sending, so that it takes no place among what is ready.
        let asked = payouts.values().filter(|kind| **kind == Kind::Ask).count();
        let busy = u32::try_from(asked.max(payees.len())).unwrap_or(u32::MAX);
        let limit = room.saturating_add(busy).max(1);
        let now = self.now();
        let mut due = match self.ports.ledger.due(now, limit).await {
            Ok(due) => due,
            Err(error) => {
                plan.trouble = Some(error.into());
                return plan;
            }
        };
        for list in [&mut due.overdue, &mut due.ready, &mut due.open] {
            list.retain(|payout| !payouts.contains_key(&payout.id));
        }
        due.payees.retain(|payee| !payees.contains(&payee.id));

        let (given_up, mut outcome) = self.give_up_all(due.overdue).await;
        plan.given_up = given_up;
        let mut left = room as usize;
        for kind in kinds {
            match kind {
                Kind::Ask => {
                    let waits = kinds.len() > 1 && plan.claimed == 0 && !due.ready.is_empty();
                    let share = if waits {
                        left.div_ceil(ASKS_SHARE)
                    } else {
                        left
                    };
                    plan.left_out |= cut(&mut due.open, share);
                    plan.asks = std::mem::take(&mut due.open);
                    left -= plan.asks.len();
                }
                Kind::Send if self.compares() => {}
                Kind::Send => {
                    plan.left_out |= cut(&mut due.ready, left);
                    let (sends, claimed) = self.claim_all(&due.ready).await;
                    // What changed in the meantime is looked at again.
                    plan.left_out |= sends.len() < due.ready.len();
                    plan.claimed = sends.len();
                    left -= plan.claimed;
                    claiming.claimed(sends);
                    outcome = outcome.and(claimed);
                }
            }
        }
        if kinds.contains(&Kind::Ask) {
            plan.left_out |= cut(&mut due.payees, left);
            plan.payees = due.payees;
        }
        plan.left_out |= due.next.is_some_and(|next| next <= now);
        let next = if plan.left_out { Some(now) } else { due.next };
        // What is due may have to wait for the end of the comparison, which is told.
        plan.next = self.once_there_is_room(next).filter(|_| !self.compares());
        plan.trouble = outcome.err();
        plan
    }
}

/// Leaves out what there is no room for. Returns whether there was any.
fn cut<T>(rows: &mut Vec<T>, room: usize) -> bool {
    let more = rows.len() > room;
    rows.truncate(room);
    more
}
