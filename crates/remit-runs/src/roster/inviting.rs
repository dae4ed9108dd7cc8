//! Registers the rows of rosters, one after the other, each as a single payee is registered. Whatever crashes, the next start
//! goes on where the ledger says that it stands: the number of the payee was fixed before.

use super::Begun;
use futures_util::future::select;
use remit_core::{
    Code, Engine, Error, LedgerError, PayeeId, RosterId, RosterRow, RosterState, Rosters,
};
use secrecy::SecretString;
use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How many rows are looked at in a round.
const ROUND: u32 = 200;
/// How often to look without being called, at rows whose registration has no reliable answer yet.
const TICK: Duration = Duration::from_secs(5);
/// How long to wait after what stops one registration would stop the others too.
const PAUSE: Duration = Duration::from_secs(30);
/// How often a row is begun before its refusal is believed: what a crash interrupted may have been refused for never having
/// arrived.
const ATTEMPTS: u32 = 2;

/// Called when something of a roster changed, after it is durable.
pub type Told = Box<dyn Fn(RosterId) + Send + Sync>;

/// Registers the rows of rosters. It owns no thread: the host polls [`Inviting::drive`].
pub struct Inviting {
    engine: Arc<Engine>,
    rosters: Arc<dyn Rosters>,
    told: Told,
    bell: Notify,
    ids: Mutex<HashMap<PayeeId, OfRow>>,
    trouble: Mutex<Option<Error>>,
}

/// The government ID of a row, in memory only (I9).
struct OfRow {
    roster: RosterId,
    id: SecretString,
}

enum Step {
    /// Something was settled or begun.
    Done,
    /// Nothing could be done about this row now.
    Waits,
}

impl Inviting {
    /// For an engine whose ledger keeps these rosters.
    #[must_use]
    pub fn new(engine: Arc<Engine>, rosters: Arc<dyn Rosters>, told: Told) -> Self {
        Self {
            engine,
            rosters,
            told,
            bell: Notify::new(),
            ids: Mutex::default(),
            trouble: Mutex::default(),
        }
    }

    /// Where the rosters are kept.
    #[must_use]
    pub fn rosters(&self) -> &dyn Rosters {
        self.rosters.as_ref()
    }

    /// What keeps it from going on, if anything does.
    #[must_use]
    pub fn trouble(&self) -> Option<Error> {
        self.trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Records a roster, and keeps its government IDs until their rows are registered. The same one again changes nothing.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn begin(&self, begun: Begun) -> Result<(), Error> {
        let Begun { roster, rows, ids } = begun;
        let id = roster.id;
        let payees: Vec<_> = ids.keys().copied().collect();
        let of_row = |(payee, of)| (payee, OfRow { roster: id, id: of });
        // Before the rows can be seen; what of them is not recorded has none to wait for.
        self.ids().extend(ids.into_iter().map(of_row));
        let recorded = self.rosters.begin_roster(roster, rows).await;
        match recorded {
            Ok(true) => self.forget_settled(id).await,
            _ => self.ids().retain(|payee, _| !payees.contains(payee)),
        }
        recorded?;
        self.wake();
        Ok(())
    }

    /// Cancels the rows of a roster whose registration was not begun.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn stop(&self, roster: RosterId) -> Result<(), Error> {
        self.rosters.stop_roster(roster).await?;
        self.forget_settled(roster).await;
        Ok(())
    }

    /// Forgets the government IDs of rows that no registration waits for any more, whoever settled them.
    async fn forget_settled(&self, roster: RosterId) {
        if !self.ids().values().any(|of| of.roster == roster) {
            return;
        }
        match self.queued(roster).await {
            Ok(queued) => self
                .ids()
                .retain(|payee, of| of.roster != roster || queued.contains(payee)),
            Err(error) => {
                tracing::warn!(%error, %roster, "government IDs that may be needed no more are kept");
            }
        }
    }

    async fn queued(&self, roster: RosterId) -> Result<HashSet<PayeeId>, LedgerError> {
        let (mut queued, mut after) = (HashSet::new(), None);
        loop {
            let states = [RosterState::Queued];
            let rows = self
                .rosters
                .roster_rows(roster, &states, after, ROUND)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(queued);
            };
            after = Some(last.place);
            queued.extend(rows.iter().map(|row| row.payee_id));
        }
    }

    /// How many government IDs are waiting for their rows.
    #[must_use]
    pub fn ids_kept(&self) -> usize {
        self.ids().len()
    }

    /// Looks for rows to register now, also after trouble.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// Registers what there is, for ever. Dropping it stops it at once; the next start goes on.
    pub async fn drive(&self) {
        loop {
            let round = self.round().await;
            let wait = match &round {
                Ok(true) => continue,
                Ok(false) => TICK,
                Err(_) => PAUSE,
            };
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = round.err();
            let late = self.engine.ports().clock.sleep(wait);
            select(pin!(self.bell.notified()), late).await;
        }
    }

    /// One look at the queued rows. Returns whether something was done.
    async fn round(&self) -> Result<bool, Error> {
        // A ledger that was put back may lack who was registered since.
        if self.engine.compares() {
            return Ok(false);
        }
        let mut done = false;
        for (roster, row) in self.rosters.rows_to_invite(ROUND).await? {
            let step = self.step(roster, &row).await;
            if !matches!(step, Ok(Step::Waits)) {
                (self.told)(roster);
            }
            done |= matches!(step?, Step::Done);
        }
        Ok(done)
    }

    async fn step(&self, roster: RosterId, row: &RosterRow) -> Result<Step, Error> {
        let ledger = &self.engine.ports().ledger;
        let Some(payee) = ledger.payee(row.payee_id).await? else {
            return self.register(roster, row).await;
        };
        if payee.customer_no.is_some() {
            return self
                .settle(roster, row, RosterState::Invited, payee.id, None)
                .await;
        }
        if payee.status != remit_core::PayeeStatus::Refused {
            // The engine asks Pockyt about it.
            return Ok(Step::Waits);
        }
        if row.attempts < ATTEMPTS {
            return self.register(roster, row).await;
        }
        self.settle(roster, row, RosterState::Refused, payee.id, payee.reason)
            .await
    }

    async fn register(&self, roster: RosterId, row: &RosterRow) -> Result<Step, Error> {
        let Some(form) = &row.form else {
            return Ok(Step::Waits);
        };
        let mut registration = form.registration(row.payee_id);
        if form.has_id {
            let id = self.ids().get(&row.payee_id).map(|of| of.id.clone());
            if id.is_none() {
                return self
                    .settle(roster, row, RosterState::IdGone, row.payee_id, None)
                    .await;
            }
            registration.government_id = id;
        }
        if !self.rosters.begin_row(roster, row.place).await? {
            // It was cancelled meanwhile.
            self.forget_settled(roster).await;
            return Ok(Step::Done);
        }
        let answer = self.engine.register_payee(registration).await;
        let settled = match answer {
            Ok(payee) if payee.customer_no.is_some() => {
                self.settle(roster, row, RosterState::Invited, payee.id, None)
                    .await
            }
            Ok(_) => Ok(Step::Done),
            Err(Error::Ledger(LedgerError::EmailUsed(other))) => {
                self.settle(roster, row, RosterState::Known, other, None)
                    .await
            }
            Err(error) => match error.code() {
                Code::RegistrationUnknown => Ok(Step::Done),
                code if stops_all(code) || matches!(error, Error::Ledger(_)) => {
                    self.rosters.unbegin_row(roster, row.place).await?;
                    self.forget_settled(roster).await;
                    return Err(error);
                }
                _ => {
                    let words = match &error {
                        Error::Gateway(refused) => refused.words.clone(),
                        other => Some(other.to_string()),
                    };
                    self.settle(roster, row, RosterState::Refused, row.payee_id, words)
                        .await
                }
            },
        };
        self.pace().await;
        settled
    }

    async fn settle(
        &self,
        roster: RosterId,
        row: &RosterRow,
        state: RosterState,
        payee: PayeeId,
        words: Option<String>,
    ) -> Result<Step, Error> {
        self.rosters
            .settle_row(roster, row.place, state, payee, words)
            .await?;
        self.ids().remove(&row.payee_id);
        Ok(Step::Done)
    }

    /// Keeps within the owner's limit.
    async fn pace(&self) {
        let per_minute = self.engine.status().limits.per_minute;
        if let Some(apart) = Duration::from_secs(60).checked_div(per_minute) {
            self.engine.ports().clock.sleep(apart).await;
        }
    }

    fn ids(&self) -> std::sync::MutexGuard<'_, HashMap<PayeeId, OfRow>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what stopped one registration would stop the next one too.
fn stops_all(code: Code) -> bool {
    matches!(
        code,
        Code::Unreachable
            | Code::Timeout
            | Code::TokenRejected
            | Code::MerchantRejected
            | Code::TokenMissing
            | Code::RateLimited
            | Code::GatewayBusy
    )
}
