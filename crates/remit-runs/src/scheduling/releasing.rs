//! The release of a draft by itself, or why it stays one.

use super::{GRACE, ScheduleChange, Scheduling, is_active};
use crate::draft::{Draft, Review};
use crate::error::RunError;
use remit_core::{
    Code, Currency, Error, LedgerError, Money, Occurrence, PayeeId, RunId, RunState, Schedule,
    ScheduleMode, Stay, Untold,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How many of the payees that Pockyt did not tell about are named.
const NAMED: usize = 3;

impl Scheduling {
    /// Releases the draft of a day, or leaves it to the owner.
    pub(super) async fn release(&self, occurrence: &Occurrence) -> Result<(), Error> {
        let Some(id) = occurrence.run else {
            return Ok(());
        };
        let schedule = self.known(occurrence.schedule).await?;
        let (stay, untold) = match self.try_release(occurrence, id).await {
            Ok(Tried::Released) => {
                self.tell(ScheduleChange::Released(schedule, id));
                return Ok(());
            }
            Ok(Tried::Settled | Tried::Later) => return Ok(()),
            Ok(Tried::Stays(stay)) => (stay, None),
            Ok(Tried::NotTold(payees)) => (Stay::NotTold, Some(self.untold(&payees).await?)),
            // Something changed while it was looked at.
            Err(Error::Ledger(LedgerError::Conflict)) => (Stay::Changed, None),
            Err(error) if error.code() == Code::ReviewChanged => (Stay::Changed, None),
            Err(error) => return Err(error),
        };
        // Where the owner was first, with a change of the draft or otherwise, there is nothing to tell.
        let stays = self.schedules().stay_draft(id, stay, untold).await?;
        self.tell(ScheduleChange::Changed(schedule.id));
        if stays {
            self.tell(ScheduleChange::Stayed(schedule, id, stay));
        }
        Ok(())
    }

    async fn try_release(&self, occurrence: &Occurrence, id: RunId) -> Result<Tried, Error> {
        let (schedule, draft) = match self.look(occurrence, id).await? {
            Ok(looked) => looked,
            Err(tried) => return Ok(tried),
        };
        // What Pockyt is waited for comes first: nothing that is looked at afterwards is old when the run goes.
        let till = self.ports.till.as_ref();
        let late_in = GRACE
            - self
                .ports
                .clock
                .now()
                .duration_since(occurrence.occasion.at);
        let within = Duration::try_from(late_in).unwrap_or_default();
        let untold = till.refresh(&draft.payees(), within).await?;
        if !untold.is_empty() {
            // Whom nobody can be asked about any more, the next start asks about.
            let closing = till.is_closing();
            return Ok(if closing {
                Tried::Later
            } else {
                Tried::NotTold(untold)
            });
        }
        let ledger = self.ports.ledger.as_ref();
        let before = ledger.to_leave().await?;
        let currencies: BTreeSet<_> = schedule.rows.iter().map(|row| row.money.currency).collect();
        let mut balances = BTreeMap::new();
        for currency in currencies {
            balances.insert(currency, till.balance(currency).await);
        }
        let turn = till.turn(draft.payees()).await;
        let (_, mut draft) = match self.look(occurrence, id).await? {
            Ok(looked) => looked,
            Err(tried) => return Ok(tried),
        };
        let (runs, ids) = (self.ports.runs.as_ref(), self.ports.ids.as_ref());
        let review = draft.review(runs, ids).await.map_err(plain)?;
        // What left meanwhile was still on the balance as it was told; what was released meanwhile is not off it yet.
        let others = [before, ledger.to_leave().await?].concat();
        if !suffice(&balances, &others, &review) {
            return Ok(Tried::Stays(Stay::BalanceTooLow));
        }
        let now = self.ports.clock.now();
        let released = draft.release_by_itself(self.schedules(), &turn, now, &review.review);
        released.await.map_err(plain)?;
        Ok(Tried::Released)
    }

    async fn untold(&self, payees: &BTreeSet<PayeeId>) -> Result<Untold, Error> {
        let mut names = Vec::new();
        for payee in payees.iter().take(NAMED) {
            let payee = self.ports.ledger.payee(*payee).await?;
            names.extend(payee.map(|payee| payee.display_name()));
        }
        let more = payees.len().saturating_sub(NAMED);
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        Ok(Untold { names, more })
    }

    /// The draft of a day as the ledger has it now, if nothing about it wants a word; or else what becomes of it.
    async fn look(
        &self,
        occurrence: &Occurrence,
        id: RunId,
    ) -> Result<Result<(Schedule, Draft), Tried>, Error> {
        let (runs, ledger) = (self.ports.runs.as_ref(), self.ports.ledger.as_ref());
        let now = self.ports.clock.now();
        if self.ports.till.is_closing() {
            return Ok(Err(Tried::Later));
        }
        let schedule = self.known(occurrence.schedule).await?;
        let stays = |stay| Ok(Err(Tried::Stays(stay)));
        let (Some(run), Some(content)) = (runs.run(id).await?, runs.run_content(id).await?) else {
            return Ok(Err(Tried::Settled));
        };
        if run.state != RunState::Draft {
            return Ok(Err(Tried::Settled));
        }
        if !is_active(&schedule) || schedule.mode != ScheduleMode::Release {
            return stays(Stay::Changed);
        }
        if now.duration_since(occurrence.occasion.at) > GRACE {
            return stays(Stay::Late);
        }
        if !content.edits.is_empty() {
            return stays(Stay::Changed);
        }
        if !self.ports.till.is_ready() {
            return stays(Stay::NotReady);
        }
        let mut draft = Draft::open(run, &content).map_err(plain)?;
        draft.check(ledger, runs, now, true).await.map_err(plain)?;
        if !draft.asks_nothing(&schedule, occurrence.occasion.date) {
            return stays(Stay::Asks);
        }
        Ok(Ok((schedule, draft)))
    }
}

/// Whether no balance that is known is lower than what is sent with its fees and what others are still to take of it.
fn suffice(
    balances: &BTreeMap<Currency, Option<Money>>,
    others: &[Money],
    review: &Review,
) -> bool {
    review.totals.iter().all(|total| {
        let of = |sums: &[Money]| {
            let sums = sums.iter().filter(|sum| sum.currency == total.currency);
            sums.map(|sum| sum.minor).max()
        };
        let mut needed = [of(&review.fees), of(others)].into_iter().flatten();
        let needed = needed.try_fold(total.minor, i64::checked_add);
        let balance = balances.get(&total.currency).copied().flatten();
        balance.is_none_or(|balance| needed.is_some_and(|needed| balance.minor >= needed))
    })
}

/// What came of it.
enum Tried {
    Released,
    Stays(Stay),
    /// Pockyt did not tell about these.
    NotTold(BTreeSet<PayeeId>),
    /// The owner was first.
    Settled,
    /// The account is being closed: the next start decides.
    Later,
}

fn plain(error: RunError) -> Error {
    match error {
        RunError::Core(error) => error,
        RunError::Read(error) => Error::rule(Code::Internal, error.to_string()),
    }
}
