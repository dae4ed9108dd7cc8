//! The review of a draft, and its release.

use super::super::App;
use super::run_id;
use crate::ipc::IpcError;
use crate::ipc::views::{RunReviewView, RunView};
use crate::runs::{check, known_run};
use crate::session::Session;
use remit_core::{Code, Currency, Error, Money, RunState};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long the owner waits for a balance.
const PATIENCE: Duration = Duration::from_secs(8);

impl App {
    pub(crate) async fn review_run(&self, id: String) -> Result<RunReviewView, IpcError> {
        let id = run_id(&id)?;
        self.aside(move |session| async move {
            check_compared(&session)?;
            let mut opened = session.drafts().open(&session, id).await?;
            let afresh = !opened.afresh;
            let draft = opened.draft()?;
            if afresh {
                check(&session, draft, true).await?;
            }
            let ids = session.engine().ports().ids.as_ref();
            let review = draft.review(session.runs(), ids).await?;
            let mut balances = BTreeMap::new();
            for total in &review.totals {
                if let Some(balance) = balance(&session, total.currency).await {
                    balances.insert(total.currency, balance);
                }
            }
            Ok(RunReviewView::new(draft.checked(), review, &balances))
        })
        .await
    }

    pub(crate) async fn release_run(
        &self,
        id: String,
        review: String,
        not_before: Option<String>,
    ) -> Result<RunView, IpcError> {
        let id = run_id(&id)?;
        let not_before = not_before
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| IpcError::field(Code::FieldInvalid, "notBefore", "This is not a time."))?;
        let released = self
            .aside(move |session| async move {
                let now = session.engine().now();
                let known = known_run(&session, id).await?;
                let run = if known.state == RunState::Released {
                    // The second click of a double click, if it is of the same review.
                    let again = session.runs().release_run(known, review, Vec::new()).await;
                    again.map_err(|_| IpcError::from(changed()))?
                } else {
                    check_compared(&session)?;
                    let _alone = session.drafts().release_alone().await;
                    let mut opened = session.drafts().open(&session, id).await?;
                    let draft = opened.draft()?;
                    // What was paid, or changed, since the review may want a word: then this is another review.
                    check(&session, draft, true).await?;
                    let ids = session.engine().ports().ids.as_ref();
                    draft.review(session.runs(), ids).await?;
                    let run = draft
                        .release(session.runs(), now, &review, not_before)
                        .await?;
                    opened.forget();
                    run
                };
                session.wake();
                let progress = session.runs().run_progress(id).await?;
                Ok(RunView::new(&run, Some(progress), now))
            })
            .await?;
        self.tell_run(id);
        Ok(released)
    }
}

/// While a ledger that was put back is compared with Pockyt nothing is reviewed or released, as with a single payout.
fn check_compared(session: &Session) -> Result<(), IpcError> {
    let recovery = session.engine().recovery();
    if recovery.is_some_and(|recovery| recovery.done_at.is_none()) {
        let message = "This ledger was put back to an earlier one, and Remit is still comparing it with Pockyt. Pay when that is done: what was paid since then is in the list then.";
        return Err(Error::rule(Code::StillComparing, message).into());
    }
    Ok(())
}

fn changed() -> Error {
    Error::rule(
        Code::ReviewChanged,
        "This run was released already, as it was reviewed at another time. Open it to see how it stands.",
    )
}

async fn balance(session: &Session, currency: Currency) -> Option<Money> {
    let asked = session.engine().ports().gateway.balance(currency);
    let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?;
    Some(answer.ok()?.value)
}
