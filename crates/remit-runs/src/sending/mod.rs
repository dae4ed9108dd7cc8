//! Sends released runs: their rows become payouts here, a few ahead of the one that sends those (I2). Whatever crashes, the
//! next start goes on where the ledger says that it stands: a row's number and key were fixed before the release.

mod fate;
mod missed;
mod owner;
mod telling;

use crate::sending::fate::Fate;
use crate::sending::missed::SeenTo;
use crate::sending::telling::News;
use futures_util::future::{join, join_all, select};
use jiff::Timestamp;
use remit_core::{
    Changed, Code, Engine, Error, Hold, LedgerError, PayeeId, PayoutId, RunId, RunRow, Runs,
};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How many rows become payouts at first, so that the first request leaves at once.
const FIRST: u32 = 8;

/// How many after that, in one transaction.
const CHUNK: u32 = 128;

/// How many payouts are ready at most, so that a pause or a stop still finds the rest.
const AHEAD: u32 = 512;

/// How long to wait before the ready ones are filled up again.
const BREATH: Duration = Duration::from_millis(50);

/// How often to look without being called: after trouble, and for what the clock alone brings.
const TICK: Duration = Duration::from_secs(15);

/// What happened to a run; told after it is durable.
#[derive(Clone, Debug)]
pub enum RunChange {
    /// How it stands. At most a few times a second.
    Changed(RunId),
    /// Its last row was settled, while Remit was open.
    Finished(RunId),
    /// The moment for which it was released passed without Remit: it is paused, and the owner must say what becomes of it.
    Missed(RunId),
    /// Something failed in the background, and the owner must know (I12).
    Trouble(Error),
}

/// Whoever wants to know how runs go.
pub trait RunObserver: Send + Sync {
    /// Called after it is durable.
    fn told(&self, change: RunChange);
}

/// Sends the released runs of an account. It owns no thread: the host polls [`Sending::drive`].
pub struct Sending {
    engine: Arc<Engine>,
    runs: Arc<dyn Runs>,
    observer: Arc<dyn RunObserver>,
    /// Rung when there may be rows to send.
    bell: Notify,
    /// Rung when there may be room for more.
    room: Notify,
    news: News,
    seen_to: SeenTo,
}

/// What a round came to.
enum Round {
    /// There may be more.
    Sent,
    /// Enough is ready.
    Full,
    /// There is nothing to send, before then if it is known.
    Idle(Option<Timestamp>),
}

impl Sending {
    /// For an engine whose ledger keeps these runs.
    #[must_use]
    pub fn new(engine: Arc<Engine>, runs: Arc<dyn Runs>, observer: Arc<dyn RunObserver>) -> Self {
        Self {
            engine,
            runs,
            observer,
            bell: Notify::new(),
            room: Notify::new(),
            news: News::default(),
            seen_to: SeenTo::default(),
        }
    }

    /// Where the runs are kept.
    #[must_use]
    pub fn runs(&self) -> &dyn Runs {
        self.runs.as_ref()
    }

    /// Sends what is released, for ever. The host calls [`Engine::recover`] before. Dropping it stops it at once; the next start
    /// goes on.
    pub async fn drive(&self) {
        join(self.send(), self.tell()).await;
    }

    /// What the engine told.
    pub fn heard(&self, change: &Changed) {
        match change {
            Changed::Payout(id, _) => {
                self.news.payout(*id);
                self.room.notify_one();
            }
            // Rows may wait for this payee.
            Changed::Payee(_) => self.bell.notify_one(),
            _ => {}
        }
    }

    /// Looks for rows to send now: a run was released.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    async fn send(&self) {
        let mut told = None;
        let mut most = FIRST;
        loop {
            match self.round(most).await {
                Ok(Round::Sent) => {
                    told = None;
                    most = CHUNK;
                }
                Ok(Round::Full) => {
                    self.wait(Some(&self.room), TICK).await;
                    self.engine.ports().clock.sleep(BREATH).await;
                }
                Ok(Round::Idle(next)) => {
                    told = None;
                    most = FIRST;
                    self.wait(None, self.until(next)).await;
                }
                Err(error) => {
                    if told != Some(error.code()) {
                        told = Some(error.code());
                        self.observer.told(RunChange::Trouble(error));
                    }
                    self.wait(None, TICK).await;
                }
            }
        }
    }

    /// Waits for the bell, or for another, but not longer than this.
    async fn wait(&self, other: Option<&Notify>, longest: Duration) {
        let late = self.engine.ports().clock.sleep(longest);
        let bell = pin!(self.bell.notified());
        match other {
            Some(other) => {
                let other = pin!(other.notified());
                select(select(bell, other), late).await;
            }
            None => {
                select(bell, late).await;
            }
        }
    }

    /// How long until then, but not longer than a tick: the clock may be set, or the computer sleep.
    fn until(&self, next: Option<Timestamp>) -> Duration {
        next.and_then(|next| next.duration_since(self.engine.now()).try_into().ok())
            .map_or(TICK, |wait: Duration| wait.min(TICK))
    }

    /// Makes payouts of the next rows.
    async fn round(&self, most: u32) -> Result<Round, Error> {
        // A ledger that was put back may lack what the lost one has paid.
        if self.engine.compares() {
            return Ok(Round::Idle(None));
        }
        let now = self.engine.now();
        self.see_to_missed(now).await?;
        self.withdraw().await?;
        let ready = self.runs.ready_to_send(AHEAD).await?;
        if AHEAD - ready.min(AHEAD) < CHUNK {
            return Ok(Round::Full);
        }
        let rows = self.runs.rows_to_send(now, most).await?;
        if rows.is_empty() {
            return Ok(Round::Idle(self.runs.next_run_at(now).await?));
        }
        let payees: Vec<PayeeId> = rows.iter().map(|(_, row)| row.payee_id).collect();
        // Whom and where they pay is looked at in the turn: what changed while another release was waited for is seen.
        let turn = self.engine.turn_to_release(payees.iter().copied()).await;
        let known = self.runs.payees_of_rows(payees).await?;
        let mut payouts = Vec::with_capacity(rows.len());
        let mut moved = 0;
        for ((run, row), known) in rows.iter().zip(&known) {
            match self.fate(row, known.as_ref())? {
                Fate::Pays(payout, event) => payouts.push((*payout, vec![event])),
                Fate::Holds(hold) => {
                    self.hold(*run, row, hold).await?;
                    moved += 1;
                }
                Fate::Waits => {}
            }
        }
        let of: Vec<PayoutId> = payouts.iter().map(|(payout, _)| payout.id).collect();
        let answers = self.runs.send_rows(payouts).await?;
        drop(turn);
        for (id, answer) in of.into_iter().zip(answers) {
            let Some((run, row)) = rows.iter().find(|(_, row)| row.payout_id == id) else {
                continue;
            };
            match answer {
                Ok(payout) => {
                    moved += 1;
                    self.news.sent(*run);
                    self.engine.released(&payout).await;
                }
                // Another was first, or the owner paused or stopped the run just now.
                Err(LedgerError::Conflict) if !self.is_retried(row).await? => {}
                Err(LedgerError::InvoiceUsed(_)) => {
                    moved += 1;
                    self.hold(*run, row, Hold::InvoiceUsed).await?;
                }
                Err(error) => {
                    tracing::warn!(%error, run = %run, row = row.row, "a row of a run cannot become a payout");
                    moved += 1;
                    self.hold(*run, row, Hold::Refused).await?;
                }
            }
        }
        Ok(if moved > 0 {
            Round::Sent
        } else {
            Round::Idle(None)
        })
    }

    /// Whether what a row tries again is being tried again otherwise, or needs it no more.
    async fn is_retried(&self, row: &RunRow) -> Result<bool, LedgerError> {
        let Some(earlier) = row.retry_of else {
            return Ok(false);
        };
        let earlier = self.engine.ports().ledger.payout(earlier).await?;
        Ok(earlier.is_none_or(|earlier| !earlier.retryable()))
    }

    async fn hold(&self, run: RunId, row: &RunRow, hold: Hold) -> Result<(), LedgerError> {
        self.news.run(run);
        match self.runs.hold_row(row.payout_id, hold).await {
            // It was stopped meanwhile.
            Err(LedgerError::Conflict) => Ok(()),
            held => held,
        }
    }

    /// Withdraws what is ready of stopped runs.
    async fn withdraw(&self) -> Result<(), Error> {
        loop {
            let ready = self.runs.to_withdraw(CHUNK).await?;
            let asked = join_all(ready.iter().map(|id| self.engine.cancel_payout(*id))).await;
            let mut withdrawn = 0;
            for outcome in asked {
                match outcome {
                    Ok(_) => withdrawn += 1,
                    // It was sent just before the stop; or Pockyt, which a ledger that was put back asks first, cannot be reached.
                    Err(Error::Gateway(_)) => {}
                    Err(error) if error.code() == Code::NotCancellable => {}
                    Err(error) => return Err(error),
                }
            }
            if withdrawn == 0 {
                return Ok(());
            }
        }
    }
}
