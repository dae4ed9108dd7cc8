//! Makes the drafts of schedules whose day has come, each day once, and releases those that the owner lets go by themselves.
//! What passed by while Remit was closed or the computer asleep asks the owner and never fires. The engine knows nothing of
//! schedules: what is released here is sent like any run.

mod making;
mod owner;
mod releasing;

pub use owner::ScheduleForm;

use async_trait::async_trait;
use futures_util::future::select;
use jiff::{SignedDuration, Timestamp};
use making::{Before, draft_of};
use remit_core::{
    Clock, Currency, Error, EventKind, Ids, Ledger, LedgerError, Money, NewEvent, Occasion,
    Occurrence, OccurrenceState, PayeeId, RunId, Runs, Schedule, ScheduleId, ScheduleMode,
    ScheduleState, Schedules, Source, Stay, Subject, Turn,
};
use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};

/// How late a day's draft may be made, or a run go out, without asking: the computer started up a little after its time.
pub(crate) const GRACE: SignedDuration = SignedDuration::from_hours(1);

/// How often to look at the wall clock: it may be set, and the computer may sleep, of which no timer knows.
const TICK: Duration = Duration::from_secs(30);

/// What a release by itself must know of the account.
#[async_trait]
pub trait Till: Send + Sync {
    /// Whether payouts can be sent: the API token is there, and no ledger that was put back is still being compared.
    fn is_ready(&self) -> bool;
    /// Whether the account is being closed, so that Pockyt answers nobody any more. What it does not tell then says nothing.
    fn is_closing(&self) -> bool;
    /// Asks Pockyt where these payees stand and which accounts they have, which may take so long. Returns those it did not
    /// tell of.
    async fn refresh(
        &self,
        payees: &BTreeSet<PayeeId>,
        within: Duration,
    ) -> Result<BTreeSet<PayeeId>, Error>;
    /// Waits for the turn to release a run to these payees.
    async fn turn(&self, payees: BTreeSet<PayeeId>) -> Turn;
    /// What is there; nothing while it is not known.
    async fn balance(&self, currency: Currency) -> Option<Money>;
}

/// What happened to a schedule; told after it is durable.
#[derive(Clone, Debug)]
pub enum ScheduleChange {
    /// The schedule, or days of it.
    Changed(ScheduleId),
    /// Its day came: there is a draft to release.
    Drafted(Schedule, RunId),
    /// Its day came, and its run was released by itself.
    Released(Schedule, RunId),
    /// Its day came, but its run could not be released by itself and is a draft.
    Stayed(Schedule, RunId, Stay),
    /// These of its days passed by without Remit, or [may have been paid](Schedule::may_have_paid) by a lost ledger.
    Missed(Schedule, Vec<Occasion>),
    /// Something failed in the background, and the owner must know (I12).
    Trouble(Error),
}

/// Whoever wants to know how schedules go.
pub trait ScheduleObserver: Send + Sync {
    /// Called after it is durable.
    fn heard(&self, change: ScheduleChange);
}

/// What scheduling needs of the world.
#[derive(Clone)]
#[expect(missing_docs, reason = "each is what its type says")]
pub struct SchedulePorts {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub ledger: Arc<dyn Ledger>,
    pub runs: Arc<dyn Runs>,
    pub schedules: Arc<dyn Schedules>,
    pub till: Arc<dyn Till>,
    pub observer: Arc<dyn ScheduleObserver>,
}

/// The schedules of an account. It owns no thread: the host polls [`Scheduling::drive`].
pub struct Scheduling {
    ports: SchedulePorts,
    /// Rung when a schedule was changed.
    bell: Notify,
    /// One look at a time: two would each release, or leave to the owner, what the other just did.
    rounds: Mutex<()>,
}

/// Who lets the runs of days that come go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hand {
    /// They go by themselves, if their schedule says so.
    Remit,
    /// The owner, whatever their schedule says.
    Owner,
}

impl Scheduling {
    /// With these ports.
    #[must_use]
    pub fn new(ports: SchedulePorts) -> Self {
        Self {
            ports,
            bell: Notify::new(),
            rounds: Mutex::new(()),
        }
    }

    /// Where the schedules are kept.
    #[must_use]
    pub fn schedules(&self) -> &dyn Schedules {
        self.ports.schedules.as_ref()
    }

    /// Makes what comes due, for ever. Dropping it stops it at once; the next start goes on.
    pub async fn drive(&self) {
        let mut told = None;
        loop {
            let wait = match self.round().await {
                Ok(next) => {
                    told = None;
                    self.until(next)
                }
                Err(error) => {
                    if told != Some(error.code()) {
                        told = Some(error.code());
                        self.tell(ScheduleChange::Trouble(error));
                    }
                    TICK
                }
            };
            let bell = pin!(self.bell.notified());
            select(bell, self.ports.clock.sleep(wait)).await;
        }
    }

    /// How long until then, but not longer than a tick.
    fn until(&self, next: Option<Timestamp>) -> Duration {
        next.and_then(|next| next.duration_since(self.now()).try_into().ok())
            .map_or(TICK, |wait: Duration| wait.min(TICK))
    }

    /// Makes what is due now. Returns when the next day comes.
    ///
    /// # Errors
    /// The first thing that failed; what else was due is made.
    pub async fn round(&self) -> Result<Option<Timestamp>, Error> {
        let _alone = self.rounds.lock().await;
        let now = self.now();
        self.take_back(now).await?;
        let mut failed = None;
        for schedule in self.schedules().schedules().await? {
            let days = schedule.come(now);
            if !days.is_empty() {
                match self.come(schedule, days, now, Hand::Remit).await {
                    // The owner changed it just now: the bell was rung.
                    Ok(()) | Err(Error::Ledger(LedgerError::Conflict)) => {}
                    // One that fails keeps no other from being paid.
                    Err(error) => drop(failed.get_or_insert(error)),
                }
            }
        }
        let mut releasing = self.schedules().open_occurrences().await?;
        releasing.retain(|of| of.state == OccurrenceState::Releasing);
        // Pockyt is asked about each payee: what pays many must not use up the hour of what pays few.
        if releasing.len() > 1 {
            let schedules = self.schedules().schedules().await?;
            releasing.sort_by_key(|of| {
                let mut all = schedules.iter();
                let schedule = all.find(|schedule| schedule.id == of.schedule);
                schedule.map_or(0, |schedule| schedule.rows.len())
            });
        }
        for occurrence in releasing {
            if let Err(error) = self.release(&occurrence).await {
                failed.get_or_insert(error);
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let schedules = self.schedules().schedules().await?;
        Ok(schedules
            .iter()
            .filter_map(|of| of.next)
            .map(|next| next.at)
            .min())
    }

    /// A clock that was set forward made days missed that are still to come by the right one.
    async fn take_back(&self, now: Timestamp) -> Result<(), Error> {
        let open = self.schedules().open_occurrences().await?;
        let early = |of: &Occurrence| of.state == OccurrenceState::Missed && of.occasion.at > now;
        if open.iter().any(early) {
            for id in self.schedules().take_back_missed(now).await? {
                self.tell(ScheduleChange::Changed(id));
            }
        }
        Ok(())
    }

    /// Days of a schedule have come: one that came just now is made, and all others ask.
    async fn come(
        &self,
        schedule: Schedule,
        days: Vec<Occasion>,
        now: Timestamp,
        hand: Hand,
    ) -> Result<(), Error> {
        let known = self.schedules().occurrences(schedule.id).await?;
        let mut made: Vec<_> = known.iter().map(|of| of.occasion.date).collect();
        let days: Vec<Occasion> = days
            .into_iter()
            .filter(|day| !made.contains(&day.date))
            .collect();
        made.extend(days.iter().map(|day| day.date));
        let asked = schedule.asks_until;
        let next = schedule.next_after(now, &made);
        let schedule = Schedule { next, ..schedule };
        let in_time = |day: &Occasion| now.duration_since(day.at) <= GRACE && Some(day.at) > asked;
        match days.as_slice() {
            [day] if in_time(day) => self
                .make(schedule, *day, Source::Remit, hand)
                .await
                .map(drop),
            _ => self.miss(schedule, days, now).await,
        }
    }

    async fn miss(
        &self,
        schedule: Schedule,
        days: Vec<Occasion>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let events = missed_event(&schedule, &days, now).into_iter().collect();
        let schedule = self
            .schedules()
            .record_missed(schedule, days.clone(), events)
            .await?;
        self.tell(ScheduleChange::Changed(schedule.id));
        if !days.is_empty() {
            self.tell(ScheduleChange::Missed(schedule, days));
        }
        Ok(())
    }

    /// Makes the draft of a day; one that a day has already stays the only one.
    async fn make(
        &self,
        schedule: Schedule,
        occasion: Occasion,
        who: Source,
        hand: Hand,
    ) -> Result<RunId, Error> {
        let now = self.now();
        let id = RunId(self.ports.ids.uuid());
        let ledger = self.ports.ledger.as_ref();
        let (runs, date) = (self.ports.runs.as_ref(), occasion.date);
        let before = Before::of(self.schedules(), runs, &schedule, date).await?;
        let (run, content) = draft_of(ledger, &schedule, &before, date, id, now).await?;
        let by_itself = schedule.mode == ScheduleMode::Release && hand == Hand::Remit;
        let occurrence = Occurrence {
            schedule: schedule.id,
            occasion,
            rhythm: schedule.rhythm,
            state: if by_itself {
                OccurrenceState::Releasing
            } else {
                OccurrenceState::Drafted
            },
            run: Some(id),
            stay: None,
            untold: None,
        };
        let about = serde_json::json!({ "schedule": schedule.id, "date": occasion.date });
        let event = NewEvent::new(now, Subject::Run(id), EventKind::RunDrafted, who);
        let events = vec![event.evidence(about.to_string())];
        let schedule = self
            .schedules()
            .record_occurrence(schedule, occurrence, run, content, events)
            .await?;
        self.tell(ScheduleChange::Changed(schedule.id));
        if !by_itself && who == Source::Remit {
            self.tell(ScheduleChange::Drafted(schedule, id));
        }
        Ok(id)
    }

    async fn known(&self, id: ScheduleId) -> Result<Schedule, Error> {
        let found = self.schedules().schedule(id).await?;
        found.ok_or_else(owner::not_found)
    }

    fn tell(&self, change: ScheduleChange) {
        self.ports.observer.heard(change);
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}

/// The event that days were missed, if there are any.
fn missed_event(schedule: &Schedule, days: &[Occasion], now: Timestamp) -> Option<NewEvent> {
    let dates: Vec<String> = days.iter().map(|day| day.date.to_string()).collect();
    let subject = Subject::Schedule(schedule.id);
    let event = NewEvent::new(now, subject, EventKind::ScheduleMissed, Source::Remit);
    (!dates.is_empty()).then(|| event.evidence(serde_json::json!(dates).to_string()))
}

/// Whether a schedule's days still come round.
fn is_active(schedule: &Schedule) -> bool {
    schedule.state == ScheduleState::Active
}
