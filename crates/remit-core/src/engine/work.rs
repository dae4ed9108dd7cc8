//! The work of the engine that is under way: what waits for the wire, what is on it, and what is being recorded.

use super::certainty::{CLOCK_WOBBLE, jump};
use super::drive::{ASKS_FIRST, Kind, Plan};
use super::transition::Input;
use super::{Changed, Engine};
use crate::error::{Code, Error};
use crate::gateway::{GatewayError, Refusal};
use crate::ids::{PayeeId, PayoutId};
use crate::mutant::{Mutant, mutated};
use crate::payee::Payee;
use crate::payout::Payout;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use std::collections::{HashSet, VecDeque};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long to wait after the ledger failed.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// The shortest wait for what is due, so that what cannot be done yet is not asked for in a circle.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// What has come to its end.
pub(super) enum Done {
    Planned(Plan),
    /// Something came back for a payout, which is still to be recorded.
    Answered(Box<(Payout, Input)>),
    Recorded(PayoutId, Result<(), Error>),
    Payout(PayoutId, Result<(), Error>),
    Payee(PayeeId, Result<(), Error>),
    Probed,
    Moved(Result<(), Error>),
    Compared(Result<(), Error>),
}

/// What may take the wire as soon as there is room.
enum Errand {
    /// A payout that is claimed. It is ahead of the wire, so that no room stands empty while a claim is made durable.
    Send(Payout),
    Ask(Payout),
    Payee(Payee),
}

/// The work under way.
pub(super) struct Work<'e> {
    engine: &'e Engine,
    pub(super) under_way: FuturesUnordered<BoxFuture<'e, Done>>,
    waiting: VecDeque<Errand>,
    payouts: HashSet<PayoutId>,
    payees: HashSet<PayeeId>,
    plans: u32,
    planning: bool,
    probing: bool,
    comparing: bool,
    /// Whether something happened since the last plan began.
    pub(super) stirred: bool,
    /// Whether the last plan left something out.
    left_out: bool,
    next: Option<Timestamp>,
    /// After trouble nothing new begins before.
    rests_until: Duration,
    told: Option<Code>,
    seen: (Timestamp, Duration),
}

impl<'e> Work<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        let clock = &engine.ports.clock;
        Self {
            engine,
            under_way: FuturesUnordered::new(),
            waiting: VecDeque::new(),
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
    pub(super) fn begin(&mut self) {
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
        if engine.wire.traffic().is_closed(steady) {
            self.give_back();
        }
        let room = engine.wire.traffic().room(steady);
        self.start(room);
        let room = engine.wire.traffic().room(steady);
        let most_ahead = engine.wire.traffic().ahead(steady);
        let waiting = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        let ahead = most_ahead.saturating_sub(waiting);
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
        // A plan for many costs hardly more than one for few.
        if self.stirred && !self.planning && (room > 0 || ahead > most_ahead / 2) {
            let room = room.saturating_add(ahead);
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
    pub(super) fn stir_if_due(&mut self) {
        let now = self.engine.now();
        self.stirred |= self.next.is_none_or(|next| next <= now);
    }

    /// How long there is nothing to do unless something happens.
    pub(super) fn wait(&self) -> Duration {
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
    pub(super) fn admit(&mut self, plan: Plan, outcome: &mut Result<(), Error>) {
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
        for payout in sends {
            self.payouts.insert(payout.id);
            self.waiting.push_back(Errand::Send(payout));
        }
        for payout in asks {
            self.payouts.insert(payout.id);
            self.waiting.push_back(Errand::Ask(payout));
        }
        for payee in payees {
            self.payees.insert(payee.id);
            self.waiting.push_back(Errand::Payee(payee));
        }
    }

    /// Lets as many go as there is room for.
    pub(super) fn start(&mut self, room: u32) {
        let engine = self.engine;
        let steady = engine.ports.clock.steady();
        for _ in 0..room {
            let Some(errand) = self.waiting.pop_front() else {
                return;
            };
            engine.wire.traffic().leave(steady);
            self.under_way.push(match errand {
                Errand::Send(payout) => async move {
                    let id = payout.id;
                    match engine.send(payout).await {
                        Ok(Some(answered)) => Done::Answered(Box::new(answered)),
                        Ok(None) => Done::Payout(id, Ok(())),
                        Err(error) => Done::Payout(id, Err(error)),
                    }
                }
                .boxed(),
                Errand::Ask(payout) => {
                    async move { Done::Payout(payout.id, engine.ask(&payout).await) }.boxed()
                }
                Errand::Payee(payee) => {
                    async move { Done::Payee(payee.id, engine.check_payee(payee).await) }.boxed()
                }
            });
        }
    }

    /// Records what came back for a payout, while the next one takes the wire.
    pub(super) fn record(&mut self, (payout, input): (Payout, Input)) {
        let (engine, id) = (self.engine, payout.id);
        self.under_way
            .push(async move { Done::Recorded(id, engine.conclude(payout, input).await) }.boxed());
    }

    /// Nothing leaves for a while: what was claimed and has not left is ready again, and may be paused or withdrawn.
    fn give_back(&mut self) {
        for errand in std::mem::take(&mut self.waiting) {
            self.stirred = true;
            match errand {
                Errand::Send(payout) => {
                    self.record((payout, Input::Trouble(GatewayError::not_sent())));
                }
                Errand::Ask(payout) => {
                    self.payouts.remove(&payout.id);
                }
                Errand::Payee(payee) => {
                    self.payees.remove(&payee.id);
                }
            }
        }
    }

    /// Takes note of what has come to its end.
    pub(super) fn end(&mut self, done: Option<Done>) {
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
            Some(Done::Answered(answered)) => {
                self.came_back();
                self.record(*answered);
            }
            Some(Done::Recorded(id, result)) => {
                self.payouts.remove(&id);
                self.look_again();
                outcome = result;
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
        self.look_again();
    }

    fn look_again(&mut self) {
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
