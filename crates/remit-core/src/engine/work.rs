//! The work of the engine that is under way: what waits for the wire, what is on it, and what is being recorded.

use super::ahead::Back;
use super::certainty::{CLOCK_WOBBLE, jump};
use super::drive::{ASKS_FIRST, Kind, Plan};
use super::transition::Input;
use super::{Changed, Engine};
use crate::error::{Code, Error};
use crate::gateway::Refusal;
use crate::ids::{PayeeId, PayoutId};
use crate::mutant::{Mutant, mutated};
use crate::payee::Payee;
use crate::payout::Payout;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet, VecDeque};
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
    GaveBack(Result<(), Error>),
}

/// A question that takes the wire as soon as there is room.
enum Question {
    Payout(Payout),
    Payee(Payee),
}

/// The work under way.
pub(super) struct Work<'e> {
    engine: &'e Engine,
    pub(super) under_way: FuturesUnordered<BoxFuture<'e, Done>>,
    questions: VecDeque<Question>,
    departures: u32,
    payouts: HashMap<PayoutId, Kind>,
    payees: HashSet<PayeeId>,
    plans: u32,
    planning: bool,
    probing: bool,
    comparing: bool,
    /// Whether all that was claimed is to be given back before anything else begins.
    recalls: bool,
    recalls_from: Duration,
    giving_back: bool,
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

impl Drop for Work<'_> {
    /// What is on the wire is dropped too, so nothing of it will come back.
    fn drop(&mut self) {
        self.engine.wire.traffic().forget_under_way();
    }
}

impl<'e> Work<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        let clock = &engine.ports.clock;
        Self {
            engine,
            under_way: FuturesUnordered::new(),
            questions: VecDeque::new(),
            departures: 0,
            payouts: HashMap::new(),
            payees: HashSet::new(),
            plans: 0,
            planning: false,
            probing: false,
            comparing: false,
            recalls: false,
            recalls_from: Duration::ZERO,
            giving_back: false,
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
        if self.giving_back {
            return;
        }
        if self.recalls {
            self.give_back(Back::All);
            return;
        }
        if steady < self.rests_until {
            return;
        }
        let room = engine.wire.traffic().room(steady);
        self.start(room);
        let room = engine.wire.traffic().room(steady);
        let most_ahead = if engine.compares() {
            0
        } else {
            engine.wire.traffic().ahead(steady)
        };
        if engine.ahead.len() > most_ahead as usize || engine.ahead.owes() {
            self.give_back(Back::AllBut(most_ahead as usize));
            return;
        }
        if most_ahead == 0 {
            self.forget_questions();
        }
        let waiting = engine.ahead.len() + self.questions.len();
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        let ahead = most_ahead.saturating_sub(waiting);
        if engine.is_to_compare() && !self.comparing && room > 0 {
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
            let (mut payouts, payees) = (self.payouts.clone(), self.payees.clone());
            let claimed = engine.ahead.ids().into_iter();
            payouts.extend(claimed.map(|id| (id, Kind::Send)));
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
        // Its time has passed, and who knows where the computer is now.
        self.recalls |= jump.abs() > CLOCK_WOBBLE;
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
        let stalls = traffic.stalls_in(steady);
        let stalls = stalls.filter(|_| engine.ahead.len() > 0);
        let wait = wait.min(stalls.unwrap_or(longest));
        wait.clamp(SHORTEST_WAIT, longest.max(SHORTEST_WAIT))
    }

    /// Lets what was planned go on.
    pub(super) fn admit(&mut self, plan: Plan, outcome: &mut Result<(), Error>) {
        let Plan {
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
        for payout in asks {
            self.payouts.insert(payout.id, Kind::Ask);
            self.questions.push_back(Question::Payout(payout));
        }
        for payee in payees {
            self.payees.insert(payee.id);
            self.questions.push_back(Question::Payee(payee));
        }
    }

    /// Lets as many go as there is room for: what was claimed first, and now and then a question. What was claimed before the
    /// ledger turned out to be an earlier one does not go; it is given back.
    pub(super) fn start(&mut self, room: u32) {
        let engine = self.engine;
        let steady = engine.ports.clock.steady();
        for _ in 0..room {
            self.departures = self.departures.wrapping_add(1);
            let asks = self.departures.is_multiple_of(ASKS_FIRST) && !self.questions.is_empty();
            let stays = asks || engine.compares();
            let claimed = if stays { None } else { engine.ahead.pop() };
            let errand = if let Some(payout) = claimed {
                let id = payout.id;
                self.payouts.insert(id, Kind::Send);
                async move {
                    match engine.send(payout).await {
                        Ok(Some(answered)) => Done::Answered(Box::new(answered)),
                        Ok(None) => Done::Payout(id, Ok(())),
                        Err(error) => Done::Payout(id, Err(error)),
                    }
                }
                .boxed()
            } else {
                match self.questions.pop_front() {
                    Some(Question::Payout(payout)) => {
                        async move { Done::Payout(payout.id, engine.ask(&payout).await) }.boxed()
                    }
                    Some(Question::Payee(payee)) => {
                        async move { Done::Payee(payee.id, engine.check_payee(payee).await) }
                            .boxed()
                    }
                    None => return,
                }
            };
            engine.wire.traffic().leave(steady);
            self.under_way.push(errand);
        }
    }

    /// Records what came back for a payout, while the next one takes the wire.
    pub(super) fn record(&mut self, (payout, input): (Payout, Input)) {
        let (engine, id) = (self.engine, payout.id);
        self.under_way
            .push(async move { Done::Recorded(id, engine.conclude(payout, input).await) }.boxed());
    }

    /// Gives back what was claimed and is not to leave, if that did not fail a moment ago.
    fn give_back(&mut self, back: Back) {
        let engine = self.engine;
        if self.seen.1 < self.recalls_from {
            return;
        }
        self.recalls = false;
        self.giving_back = true;
        self.under_way
            .push(async move { Done::GaveBack(engine.give_back(back).await.map(drop)) }.boxed());
    }

    /// Questions that wait for a wire that is closed are planned again when it is open.
    fn forget_questions(&mut self) {
        for question in std::mem::take(&mut self.questions) {
            self.stirred = true;
            match question {
                Question::Payout(payout) => self.payouts.remove(&payout.id).is_some(),
                Question::Payee(payee) => self.payees.remove(&payee.id),
            };
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
            Some(Done::GaveBack(result)) => {
                self.giving_back = false;
                self.stirred = true;
                if result.is_err() {
                    self.recalls_from = self.engine.ports.clock.steady() + AFTER_TROUBLE;
                }
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
        let engine = self.engine;
        let steady = engine.ports.clock.steady();
        engine.wire.traffic().come_back(steady);
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
        self.recalls = true;
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
