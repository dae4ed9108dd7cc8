//! The review, and the release of exactly what was reviewed.

use super::Draft;
use super::book::Found;
use super::check::{CheckedRow, ProblemCount};
use super::problem::{ProblemCode, RowProblem};
use super::told::{ReviewedWarning, sums};
use crate::error::RunError;
use crate::seen::{account_seen, sha256_hex};
use jiff::Timestamp;
use remit_core::{
    Channel, Code, EventKind, Ids, LedgerError, LeftRow, Money, NewEvent, PayoutId, RequestKey,
    RowState, Run, RunRow, RunState, Runs, Source, Subject, Turn,
};
use remit_import::{Reading, Standing};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the owner reviews before the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// How many rows are sent now.
    pub count: usize,
    /// How many go out by themselves later.
    pub waits: usize,
    /// What both come to, one sum a currency.
    pub totals: Vec<Money>,
    /// The last known fees of the rows that are sent now, one sum a currency; none where one is not known.
    pub fees: Vec<Money>,
    /// The warnings about rows that can be sent.
    pub warnings: Vec<ReviewedWarning>,
    /// What is worth knowing about rows that can be sent.
    pub notes: Vec<ProblemCount>,
    /// Whether it may be released: something is sent, and no warning is open.
    pub may_release: bool,
    /// What was reviewed, as a fingerprint; the release must name it.
    pub review: String,
}

/// What was reviewed last.
#[derive(Debug)]
pub(super) struct Prepared {
    review: String,
    /// What the history keeps of it.
    summary: String,
    left: Vec<LeftRow>,
    may_release: bool,
    /// What the owner accepted of the rows that are sent, with their payouts.
    accepted: Vec<Accepted>,
}

impl Prepared {
    /// Whether another says the same: of what is sent, of what is left out and why, and whether it may be released.
    fn says(&self, other: &Self) -> bool {
        // The summary names the review.
        self.summary == other.summary
            && self.left == other.left
            && self.may_release == other.may_release
    }
}

/// A warning that was accepted for one reason, of as many rows as an event holds.
#[derive(Debug)]
struct Accepted {
    reason: String,
    evidence: String,
}

/// How many bytes about rows one event holds: fewer than the evidence that it keeps, so that none of them is cut off.
const ROWS_OF_EVENT: usize = 15 * 1024;

impl Draft {
    /// Says what the release would send, and keeps the rows for it. The draft must have been checked afresh.
    ///
    /// # Errors
    /// When the ledger fails, or the run is no draft any more.
    pub async fn review(&mut self, runs: &dyn Runs, ids: &dyn Ids) -> Result<Review, RunError> {
        let reading = self.reading();
        let goes = |row: &&CheckedRow| row.standing == Standing::Ready || row.waits;
        let going: Vec<&CheckedRow> = self.checked.rows().iter().filter(goes).collect();
        let mut rows = Vec::with_capacity(going.len());
        let mut seen = self.run.id.to_string().into_bytes();
        for checked in &going {
            rows.extend(self.run_row(&reading, checked, &mut seen)?);
        }
        let left = self.left_rows(&reading, &rows);
        let count = rows.iter().filter(|row| row.state == RowState::Queued);
        let count = count.count();
        let totals = sums(rows.iter().map(|row| row.money));
        let warnings = self.warnings();
        let open = self.checked.rows().iter().any(|row| row.warned);
        let may_release = !rows.is_empty() && !open && self.settings.mapping.is_complete();
        let review = sha256_hex(seen);
        let summary = serde_json::json!({
            "name": self.run.name,
            "content": self.run.content_hash,
            "rows": self.checked.rows().len(),
            "queued": count,
            "waiting": rows.len() - count,
            "refused": self.checked.count(Standing::Refused),
            "skipped": self.checked.count(Standing::Skipped),
            "totals": totals.iter().map(Money::to_string).collect::<Vec<_>>(),
            "review": review,
        });
        let result = Review {
            count,
            waits: rows.len() - count,
            totals,
            fees: self.fees(&rows),
            warnings,
            notes: self.notes(),
            may_release,
            review: review.clone(),
        };
        drop(reading);
        let mut prepared = Prepared {
            review: review.clone(),
            summary: summary.to_string(),
            left,
            may_release,
            accepted: Vec::new(),
        };
        // What comes out the same is kept already, and what was accepted names its payouts.
        if self
            .prepared
            .as_ref()
            .is_some_and(|kept| kept.says(&prepared))
        {
            return Ok(result);
        }
        for row in &mut rows {
            row.payout_id = PayoutId(ids.uuid());
            row.request_key = RequestKey(ids.uuid());
        }
        prepared.accepted = self.accepted(&rows);
        let left = prepared.left.clone();
        runs.prepare_run(self.run.id, review, rows, left).await?;
        self.prepared = Some(prepared);
        Ok(result)
    }

    /// Releases what was reviewed, with an event for it and others for the warnings that were accepted. Sends nothing itself.
    /// The turn is taken before the draft is checked, and says that nobody else has released to its payees since.
    ///
    /// # Errors
    /// [`Code::ReviewChanged`] when the draft is not as it was reviewed, [`Code::RunWarningsOpen`] while a warning is open.
    /// Nothing is released then.
    pub async fn release(
        &mut self,
        runs: &dyn Runs,
        turn: &Turn,
        now: Timestamp,
        review: &str,
        not_before: Option<Timestamp>,
    ) -> Result<Run, RunError> {
        let (run, events) = self.releasing(Source::Owner, turn, now, review, not_before)?;
        match runs.release_run(run, review.to_owned(), events).await {
            Ok(run) => Ok(self.released(run)),
            Err(LedgerError::Conflict) => {
                // Something else was prepared since: the next look prepares this again.
                self.prepared = None;
                Err(changed())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The run as it is once it is released by whomever, and what the history keeps of it.
    pub(super) fn releasing(
        &self,
        who: Source,
        turn: &Turn,
        now: Timestamp,
        review: &str,
        not_before: Option<Timestamp>,
    ) -> Result<(Run, Vec<NewEvent>), RunError> {
        if !turn.covers(&self.payees()) {
            return Err(changed());
        }
        let Some(prepared) = self.prepared.as_ref().filter(|one| one.review == review) else {
            return Err(changed());
        };
        if !prepared.may_release {
            return Err(RunError::rule(
                Code::RunWarningsOpen,
                "Warnings are open, or no row can be sent. Accept each warning with a reason or leave its row out, then review again.",
            ));
        }
        let subject = Subject::Run(self.run.id);
        let event = |kind| NewEvent::new(now, subject, kind, who);
        let mut events = vec![event(EventKind::RunReleased).evidence(prepared.summary.clone())];
        events.extend(prepared.accepted.iter().map(|accepted| {
            event(EventKind::WarningAccepted)
                .reason((!accepted.reason.is_empty()).then(|| accepted.reason.clone()))
                .evidence(accepted.evidence.clone())
        }));
        let run = Run {
            state: RunState::Released,
            released_at: Some(now),
            not_before,
            rows: self.checked.rows().len() as u64,
            ..self.run.clone()
        };
        Ok((run, events))
    }

    /// It was released.
    pub(super) fn released(&mut self, run: Run) -> Run {
        self.run = run.clone();
        run
    }

    /// A row as it is sent, but for the numbers of its payout; adds what the owner sees of it.
    fn run_row(
        &self,
        reading: &Reading<'_>,
        checked: &CheckedRow,
        seen: &mut Vec<u8>,
    ) -> Result<Option<RunRow>, RunError> {
        let Found::One(place) = checked.payee else {
            return Ok(None);
        };
        let accounts = self.book().accounts(place);
        let account = checked
            .account
            .and_then(|account| accounts.get(account as usize));
        let state = match (checked.waits, account) {
            (true, _) => RowState::Waiting,
            (false, Some(_)) => RowState::Queued,
            (false, None) => return Ok(None),
        };
        let account = account.filter(|_| state == RowState::Queued);
        let (Some(payee), Some(money), Some(invoice)) = (
            self.book().payee(place),
            checked.money,
            checked.invoice_id.as_deref(),
        ) else {
            return Ok(None);
        };
        let read = reading.row(checked.row as usize);
        let row = RunRow {
            row: checked.row,
            line: self.line(checked.row),
            payout_id: PayoutId(Uuid::nil()),
            request_key: RequestKey(Uuid::nil()),
            payee_id: payee.id,
            account_token: account.map(|account| account.token.clone()),
            account_seen: account.map(account_seen).unwrap_or_default(),
            money,
            invoice_id: invoice.into(),
            channel: Channel::StandardAch,
            description: read.description.into_owned(),
            note: read.note.into_owned(),
            retry_of: self.retried(checked),
            state,
            hold: None,
        };
        let saw = (
            row.row,
            payee.id,
            &payee.customer_no,
            payee.display_name(),
            &row.account_token,
            &row.account_seen,
            row.money,
            &row.invoice_id,
            row.channel,
            &row.description,
            &row.note,
            row.retry_of,
            row.state,
            problems_seen(&checked.problems),
        );
        seen.push(b'\n');
        serde_json::to_writer(seen, &saw).map_err(|_| {
            RunError::rule(
                Code::Internal,
                "What the owner sees cannot be written down.",
            )
        })?;
        Ok(Some(row))
    }

    /// What the owner accepted of these rows: those of one warning and one reason together.
    fn accepted(&self, rows: &[RunRow]) -> Vec<Accepted> {
        let mut of: BTreeMap<(ProblemCode, &str), Vec<String>> = BTreeMap::new();
        for row in rows {
            let Some(checked) = self.checked.row(row.row as usize) else {
                continue;
            };
            let said = self.decisions.get(&row.row);
            for problem in checked.problems.iter().filter(|problem| problem.accepted) {
                let reason = said
                    .and_then(|said| said.accepted.iter().find(|one| problem.is_accepted_by(one)))
                    .map_or("", |one| one.reason.as_str());
                let about: BTreeMap<_, _> = problem.params.iter().cloned().collect();
                let evidence = serde_json::json!({
                    "row": row.row,
                    "line": row.line,
                    "payout": row.payout_id,
                    "invoice": row.invoice_id,
                    "about": about,
                });
                of.entry((problem.code, reason))
                    .or_default()
                    .push(evidence.to_string());
            }
        }
        let mut all = Vec::new();
        for ((code, reason), rows) in of {
            let word = code.word();
            all.extend(bundles(rows).into_iter().map(|rows| Accepted {
                reason: reason.to_owned(),
                evidence: format!(r#"{{"warning":"{word}","rows":[{rows}]}}"#),
            }));
        }
        all
    }
}

/// What is said of rows, with commas between, as much together as an event holds.
fn bundles(rows: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for row in rows {
        match all.last_mut() {
            Some(last) if last.len() + row.len() < ROWS_OF_EVENT => {
                last.push(',');
                last.push_str(&row);
            }
            _ => all.push(row),
        }
    }
    all
}

fn problems_seen(problems: &[RowProblem]) -> Vec<(ProblemCode, &[(&'static str, String)])> {
    let seen = problems.iter();
    seen.map(|problem| (problem.code, problem.params.as_slice()))
        .collect()
}

fn changed() -> RunError {
    RunError::rule(
        Code::ReviewChanged,
        "The run changed since the review, or was released already. Look at the review again before you release it.",
    )
}
