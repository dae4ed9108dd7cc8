//! What the owner may do with a released run.

use super::Sending;
use crate::account_seen;
use jiff::Timestamp;
use remit_core::{
    AccountToken, Code, Error, EventKind, FundingAccount, LedgerError, NewEvent, RowState, Run,
    RunId, RunState, Source, Subject,
};

impl Sending {
    /// One run, or an error that says that there is none.
    ///
    /// # Errors
    /// [`Code::RunNotFound`], or a ledger that fails.
    pub async fn known_run(&self, id: RunId) -> Result<Run, Error> {
        self.runs.run(id).await?.ok_or_else(|| {
            Error::rule(Code::RunNotFound, "This payout run is not in the ledger of this account. Go back to Payout runs and open it again.")
        })
    }

    /// Pauses a run: nothing more of it is sent, but for what is leaving at this moment.
    ///
    /// # Errors
    /// [`Code::RunNotReleased`] for a run that is not being sent.
    pub async fn pause(&self, id: RunId) -> Result<Run, Error> {
        self.set_paused(id, true, EventKind::RunPaused).await
    }

    /// Lets a paused run go on.
    ///
    /// # Errors
    /// [`Code::RunNotReleased`] for a run that is not being sent.
    pub async fn resume(&self, id: RunId) -> Result<Run, Error> {
        let run = self.set_paused(id, false, EventKind::RunResumed).await?;
        self.bell.notify_one();
        self.engine.go_on();
        Ok(run)
    }

    async fn set_paused(&self, id: RunId, paused: bool, kind: EventKind) -> Result<Run, Error> {
        loop {
            let run = self.released_run(id).await?;
            if run.paused == paused {
                return Ok(run);
            }
            // What is claimed already, and has not left, is paused with the rest.
            let _still = match paused {
                true => Some(self.engine.standstill().await?),
                false => None,
            };
            // Whom the owner lets go on after its moment has missed it no more, whenever Remit starts again.
            let is_due = |moment: &Timestamp| *moment <= self.engine.now();
            let change = Run {
                paused,
                not_before: run.not_before.filter(|moment| paused || !is_due(moment)),
                ..run
            };
            match self
                .runs
                .change_run(change, vec![self.event(id, kind)])
                .await
            {
                Err(LedgerError::Conflict) => {}
                changed => {
                    self.news.run(id);
                    return Ok(changed?);
                }
            }
        }
    }

    /// Stops a run for good: what is no payout yet never will be, and what is ready is withdrawn. What may have left goes on to
    /// its end.
    ///
    /// # Errors
    /// [`Code::RunNotReleased`] for a run that is not being sent.
    pub async fn stop(&self, id: RunId) -> Result<Run, Error> {
        loop {
            let run = self.known_run(id).await?;
            if run.state == RunState::Stopped {
                return Ok(run);
            }
            let run = self.released_run(id).await?;
            let change = Run {
                state: RunState::Stopped,
                ..run
            };
            let event = self.event(id, EventKind::RunStopped);
            let _still = self.engine.standstill().await?;
            match self.runs.stop_run(change, vec![event]).await {
                Err(LedgerError::Conflict) => {}
                stopped => {
                    let stopped = stopped?;
                    self.news.run(id);
                    self.bell.notify_one();
                    return Ok(stopped);
                }
            }
        }
    }

    /// Queues a held row again, after the owner has looked: what changed since the review is what is paid. A row that waited
    /// goes to `account`, which the owner has seen now.
    ///
    /// # Errors
    /// [`Code::RunNotReleased`] for a run that is not being sent, [`Code::AccountGone`] for an account that cannot be paid.
    pub async fn queue_row(
        &self,
        id: RunId,
        row: u32,
        account: Option<AccountToken>,
    ) -> Result<Run, Error> {
        let run = self.released_run(id).await?;
        let after = row.checked_sub(1);
        let found = self.runs.run_rows(id, &[], after, 1).await?;
        let held = found.into_iter().map(|outcome| outcome.row);
        let held = held.filter(|found| found.row == row && found.state == RowState::Held);
        for row in held {
            let accounts = self.engine.ports().ledger.accounts(row.payee_id).await?;
            let wanted = row.account_token.as_ref().or(account.as_ref());
            let found = accounts
                .iter()
                .find(|account| Some(&account.token) == wanted);
            if row.account_token.is_none() && wanted.is_some() {
                let currency = row.money.currency.code();
                let fits = |account: &&FundingAccount| {
                    account.usable() && account.currency.eq_ignore_ascii_case(currency)
                };
                if found.filter(fits).is_none() {
                    return Err(Error::input(
                        Code::AccountGone,
                        "account",
                        "This account cannot be paid in the currency of the row any more. Look at the payee's accounts again.",
                    ));
                }
            }
            let seen = found.map(account_seen).unwrap_or_default();
            let evidence = serde_json::json!({
                "row": row.row,
                "line": row.line,
                "payout": row.payout_id,
                "invoice": row.invoice_id,
                "hold": row.hold,
                "account": found.map(FundingAccount::label),
            });
            let event = self
                .event(id, EventKind::RowQueued)
                .evidence(evidence.to_string());
            let token = account.clone().filter(|_| row.account_token.is_none());
            let queued = self
                .runs
                .queue_row(row.payout_id, token, seen, vec![event])
                .await;
            match queued {
                Err(LedgerError::Conflict) => {}
                queued => queued?,
            }
            self.news.run(id);
            self.bell.notify_one();
        }
        Ok(run)
    }

    async fn released_run(&self, id: RunId) -> Result<Run, Error> {
        let run = self.known_run(id).await?;
        if run.state == RunState::Released {
            return Ok(run);
        }
        Err(Error::rule(
            Code::RunNotReleased,
            "This payout run is not being sent, so there is nothing to pause, resume or stop.",
        ))
    }

    fn event(&self, id: RunId, kind: EventKind) -> NewEvent {
        NewEvent::new(self.engine.now(), Subject::Run(id), kind, Source::Owner)
    }
}
