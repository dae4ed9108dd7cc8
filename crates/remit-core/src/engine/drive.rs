//! The loop that drives every payout: it plans what may leave now, lets it all go on side by side, and waits for an answer, a
//! ring or the next due time, whichever is first.

use super::certainty::{CLOCK_WOBBLE, jump};
use super::{Changed, Engine};
use crate::error::{Code, Error};
use crate::gateway::Refusal;
use crate::ids::{PayeeId, PayoutId};
use crate::money::Currency;
use crate::mutant::{Mutant, mutated};
use crate::payee::Payee;
use crate::payout::Payout;
use futures_util::future::{BoxFuture, Either, FutureExt, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long to wait after the ledger failed.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// The shortest wait for what is due, so that what cannot be done yet is not asked for in a circle.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
/// Of so many plans one looks first for what to ask about, so that neither kind of work starves the other.
const ASKS_FIRST: u32 = 4;

/// A kind of work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Send,
    Ask,
}

/// What may go on now.
#[derive(Default)]
struct Plan {
    sends: Vec<Payout>,
    asks: Vec<Payout>,
    payees: Vec<Payee>,
    /// How many payouts in sending were given up waiting for.
    given_up: usize,
    /// Whether something is due that there was no room for.
    left_out: bool,
    /// When the next thing is due.
    next: Option<Timestamp>,
    trouble: Option<Error>,
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.sends.is_empty()
            && self.asks.is_empty()
            && self.payees.is_empty()
            && self.given_up == 0
    }
}

/// What has come to its end.
enum Done {
    Planned(Plan),
    Payout(PayoutId, Result<(), Error>),
    Payee(PayeeId, Result<(), Error>),
    Probed,
    Moved(Result<(), Error>),
    Compared(Result<(), Error>),
}

/// The work under way.
struct Work<'e> {
    engine: &'e Engine,
    under_way: FuturesUnordered<BoxFuture<'e, Done>>,
    payouts: HashSet<PayoutId>,
    payees: HashSet<PayeeId>,
    plans: u32,
    planning: bool,
    probing: bool,
    comparing: bool,
    /// Whether something happened since the last plan began.
    stirred: bool,
    /// Whether the last plan left something out.
    left_out: bool,
    next: Option<Timestamp>,
    /// After trouble nothing new begins before.
    rests_until: Duration,
    told: Option<Code>,
    seen: (Timestamp, Duration),
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
                .plan(room, &[kind], HashSet::new(), HashSet::new())
                .await;
            looked_at += plan.given_up;
            work.admit(plan, &mut outcome);
            looked_at += work.under_way.len();
            while let Some(done) = work.under_way.next().await {
                match done {
                    Done::Payout(_, result) | Done::Payee(_, result) => {
                        self.wire.traffic().come_back();
                        outcome = outcome.and(result);
                    }
                    _ => {}
                }
            }
        }
        outcome.map(|()| looked_at)
    }

    fn probe_leaves(&self, steady: Duration) {
        let ids = self.ports.ids.as_ref();
        self.wire.traffic().probe_leaves(steady, &self.policy, ids);
    }

    /// Tries whether Pockyt can be reached. Any answer will do; what it says is of no interest here.
    async fn probe(&self) {
        let _ = self.ports.gateway.balance(Currency::USD).await;
    }

    /// Chooses what may go on now, without what is under way already. Claims are durable when this returns.
    async fn plan(
        &self,
        room: u32,
        kinds: &[Kind],
        payouts: HashSet<PayoutId>,
        payees: HashSet<PayeeId>,
    ) -> Plan {
        let mut plan = Plan::default();
        let busy = u32::try_from(payouts.len().max(payees.len())).unwrap_or(u32::MAX);
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
            list.retain(|payout| !payouts.contains(&payout.id));
        }
        due.payees.retain(|payee| !payees.contains(&payee.id));

        plan.given_up = due.overdue.len();
        let mut outcome = self.give_up_all(due.overdue).await;
        let mut left = room as usize;
        for kind in kinds {
            match kind {
                Kind::Ask => {
                    plan.left_out |= cut(&mut due.open, left);
                    plan.asks = std::mem::take(&mut due.open);
                    left -= plan.asks.len();
                }
                Kind::Send if self.compares() => {}
                Kind::Send => {
                    plan.left_out |= cut(&mut due.ready, left);
                    let (sends, claimed) = self.claim_all(&due.ready).await;
                    // What changed in the meantime is looked at again.
                    plan.left_out |= sends.len() < due.ready.len();
                    plan.sends = sends;
                    left -= plan.sends.len();
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

impl<'e> Work<'e> {
    fn new(engine: &'e Engine) -> Self {
        let clock = &engine.ports.clock;
        Self {
            engine,
            under_way: FuturesUnordered::new(),
            payouts: HashSet::new(),
            payees: HashSet::new(),
            plans: 0,
            planning: false,
            probing: false,
            comparing: false,
            stirred: true,
            left_out: false,
            next: None,
            rests_until: Duration::ZERO,
            told: None,
            seen: (clock.now(), clock.steady()),
        }
    }

    /// Begins what may begin now.
    fn begin(&mut self) {
        let engine = self.engine;
        self.notice_jumps();
        let steady = self.seen.1;
        if engine.wire.traffic().probe_due(steady) && !self.probing {
            self.probing = true;
            engine.probe_leaves(steady);
            self.under_way.push(
                async {
                    engine.probe().await;
                    Done::Probed
                }
                .boxed(),
            );
        }
        if engine.wire.came_back.swap(false, Ordering::AcqRel) {
            self.under_way
                .push(async { Done::Moved(engine.try_again_now().await.map(drop)) }.boxed());
        }
        if steady < self.rests_until {
            return;
        }
        let room = engine.wire.traffic().room(steady);
        if engine.compares() && !self.comparing && room > 0 {
            self.comparing = true;
            self.under_way.push(
                async {
                    // What the lost ledger sent a moment ago may still be on its way.
                    engine.until_not_found_counts().await;
                    Done::Compared(engine.compare_with_pockyt().await)
                }
                .boxed(),
            );
        }
        if self.stirred && !self.planning && room > 0 {
            self.stirred = false;
            self.planning = true;
            self.plans = self.plans.wrapping_add(1);
            let kinds = if self.plans.is_multiple_of(ASKS_FIRST) {
                &[Kind::Ask, Kind::Send]
            } else {
                &[Kind::Send, Kind::Ask]
            };
            let (payouts, payees) = (self.payouts.clone(), self.payees.clone());
            self.under_way.push(
                async move { Done::Planned(engine.plan(room, kinds, payouts, payees).await) }
                    .boxed(),
            );
        }
    }

    /// Sees whether the computer slept or its clock was set.
    fn notice_jumps(&mut self) {
        let engine = self.engine;
        let clock = &engine.ports.clock;
        let now = (clock.now(), clock.steady());
        let jump = jump(std::mem::replace(&mut self.seen, now), now);
        if mutated(Mutant::IgnoresClockSetBack) {
        } else if jump < -CLOCK_WOBBLE {
            self.under_way
                .push(async { Done::Moved(engine.clock_was_set_back().await.map(drop)) }.boxed());
        } else if jump > CLOCK_WOBBLE {
            engine.wire.traffic().try_at_once();
            engine.wire.came_back.store(true, Ordering::Release);
            engine.tell(Changed::CameBack);
            self.stirred = true;
        }
    }

    /// Time has passed: only what has come due needs a plan.
    fn stir_if_due(&mut self) {
        let now = self.engine.now();
        self.stirred |= self.next.is_none_or(|next| next <= now);
    }

    /// How long there is nothing to do unless something happens.
    fn wait(&self) -> Duration {
        let engine = self.engine;
        let (now, steady) = self.seen;
        let longest = engine.policy.longest_wait;
        let traffic = engine.wire.traffic();
        let room = traffic.room_in(steady);
        let rest = self.rests_until.saturating_sub(steady);
        let wait = if !rest.is_zero() {
            rest
        } else if self.stirred || traffic.offline_since().is_some() {
            // There is something to do, and no room for it.
            room.unwrap_or(longest)
        } else {
            let due = self.next.map(|next| next.duration_since(now));
            due.map_or(longest, |wait| Duration::try_from(wait).unwrap_or_default())
        };
        wait.clamp(SHORTEST_WAIT, longest.max(SHORTEST_WAIT))
    }

    /// Lets what was planned go on.
    fn admit(&mut self, plan: Plan, outcome: &mut Result<(), Error>) {
        let engine = self.engine;
        let Plan {
            sends,
            asks,
            payees,
            left_out,
            next,
            trouble,
            ..
        } = plan;
        self.left_out = left_out;
        self.next = next;
        if let Some(trouble) = trouble {
            *outcome = std::mem::replace(outcome, Ok(())).and(Err(trouble));
        }
        let steady = engine.ports.clock.steady();
        let leave = || engine.wire.traffic().leave(steady);
        for payout in sends {
            leave();
            let id = payout.id;
            self.payouts.insert(id);
            self.under_way
                .push(async move { Done::Payout(id, engine.send(payout).await) }.boxed());
        }
        for payout in asks {
            leave();
            let id = payout.id;
            self.payouts.insert(id);
            self.under_way
                .push(async move { Done::Payout(id, engine.ask(&payout).await) }.boxed());
        }
        for payee in payees {
            leave();
            let id = payee.id;
            self.payees.insert(id);
            self.under_way
                .push(async move { Done::Payee(id, engine.check_payee(payee).await) }.boxed());
        }
    }

    /// Takes note of what has come to its end.
    fn end(&mut self, done: Option<Done>) {
        let mut outcome = Ok(());
        match done {
            None => return,
            Some(Done::Planned(plan)) => {
                self.planning = false;
                if plan.trouble.is_none() && plan.is_empty() {
                    self.told = None;
                }
                self.stirred |= plan.given_up > 0;
                self.admit(plan, &mut outcome);
            }
            Some(Done::Payout(id, result)) => {
                self.payouts.remove(&id);
                self.came_back();
                outcome = result;
            }
            Some(Done::Payee(id, result)) => {
                self.payees.remove(&id);
                self.came_back();
                outcome = result;
            }
            Some(Done::Probed) => {
                self.probing = false;
                self.stirred = true;
            }
            Some(Done::Moved(result)) => {
                self.stirred = true;
                outcome = result;
            }
            Some(Done::Compared(result)) => {
                self.comparing = false;
                self.stirred = true;
                outcome = result;
            }
        }
        if let Err(error) = outcome {
            self.rest_after(error);
        }
    }

    /// There is room again. What waits for it goes at once; otherwise only what came back may be due next, which is looked
    /// for a moment later, together with others that come back by then.
    fn came_back(&mut self) {
        self.engine.wire.traffic().come_back();
        if self.left_out || self.planning {
            self.stirred = true;
        } else {
            self.next = Some(self.seen.0);
        }
    }

    fn rest_after(&mut self, error: Error) {
        self.rests_until = self.engine.ports.clock.steady() + AFTER_TROUBLE;
        self.stirred = true;
        // That Pockyt does not answer is told by the state of the traffic.
        if let Error::Gateway(error) = &error
            && matches!(
                error.kind,
                Refusal::Unreachable
                    | Refusal::Timeout
                    | Refusal::ConnectionLost
                    | Refusal::Garbled
                    | Refusal::SystemError
                    | Refusal::RateLimited
            )
        {
            return;
        }
        tracing::error!(?error, "the engine could not go on");
        // One message a cause, never a storm.
        if self.told.replace(error.code()) != Some(error.code()) {
            self.engine.tell(Changed::Trouble(error));
        }
    }
}
