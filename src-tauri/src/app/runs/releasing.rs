//! The review of a draft, and its release.

use super::super::App;
use super::run_id;
use crate::ipc::IpcError;
use crate::ipc::views::{RunReviewView, RunView};
use crate::runs::{balance, check, known_run};
use remit_core::{Code, Error, RunState};
use std::collections::BTreeMap;

impl App {
    pub(crate) async fn review_run(&self, id: String) -> Result<RunReviewView, IpcError> {
        let id = run_id(&id)?;
        self.aside(move |session| async move {
            session.engine().check_compared()?;
            let mut opened = session.drafts().open(&session, id).await?;
            let afresh = !opened.afresh;
            let draft = opened.draft()?;
            if afresh {
                check(&session, draft, true).await?;
            }
            let ids = session.engine().ports().ids.as_ref();
            let review = draft.review(session.runs(), ids).await?;
            // Before the balance: what leaves meanwhile is held against it twice rather than not at all.
            let others = session.ledger().to_leave().await?;
            let mut balances = BTreeMap::new();
            for total in &review.totals {
                if let Some(balance) = balance(session.engine(), total.currency).await {
                    balances.insert(total.currency, balance);
                }
            }
            Ok(RunReviewView::new(
                draft.checked(),
                review,
                &balances,
                &others,
            ))
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
                    let mut opened = session.drafts().open(&session, id).await?;
                    let draft = opened.draft()?;
                    let turn = session.engine().turn_to_release_run(draft.payees()).await;
                    session.engine().check_compared()?;
                    // What was paid, or changed, since the review may want a word: then this is another review.
                    check(&session, draft, true).await?;
                    let ids = session.engine().ports().ids.as_ref();
                    draft.review(session.runs(), ids).await?;
                    let run = draft
                        .release(session.runs(), &turn, now, &review, not_before)
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

fn changed() -> Error {
    Error::rule(
        Code::ReviewChanged,
        "This run was released already, as it was reviewed at another time. Open it to see how it stands.",
    )
}
