//! New runs: from a file, the clipboard, payees, or an earlier run.

use super::super::App;
use super::naming::unlike_others;
use super::{run_id, view};
use crate::chosen;
use crate::commands::bulk::ENDED;
use crate::host::{Choice, Host};
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, RunImport};
use crate::ipc::inputs::PayoutChoice;
use crate::ipc::views::RunDraftView;
use crate::runs::{known_run, read};
use crate::session::Session;
use remit_core::{
    AccountToken, Code, OutcomeState, PayeeId, Payout, PayoutId, RowDecision, Run, RunId,
    RunOrigin, RunState, State,
};
use remit_import::{Limits, Mapping, Progress, ReadError};
use remit_runs::made::{MadeRow, below_header, table};
use remit_runs::{Book, NewDraft, all_left, all_rows, content_of_left};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

impl App {
    pub(crate) async fn choose_run_file(&self) -> Result<Option<String>, IpcError> {
        let chosen = self.host.choose(Choice::Payouts, None).await;
        Ok(chosen.map(|path| path.display().to_string()))
    }

    pub(crate) async fn import_run(&self, path: String) -> Result<RunDraftView, IpcError> {
        self.session().await?.drafts().begin();
        self.make(move |session| async move {
            let path = Path::new(&path);
            let source = read_file(path)?;
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            session
                .drafts()
                .goes_on()
                .then_some(())
                .ok_or(ReadError::Cancelled)?;
            Ok(Made::new(name.unwrap_or_default(), RunOrigin::File, source))
        })
        .await
    }

    pub(crate) async fn cancel_import(&self) -> Result<(), IpcError> {
        self.session().await?.drafts().cancel();
        Ok(())
    }

    pub(crate) async fn paste_run(&self, text: String) -> Result<RunDraftView, IpcError> {
        self.session().await?.drafts().begin();
        self.make(move |session| async move {
            let name = named_by_day(&session);
            Ok(Made::new(name, RunOrigin::Pasted, text.into_bytes()))
        })
        .await
    }

    pub(crate) async fn compose_run(&self, payees: Vec<String>) -> Result<RunDraftView, IpcError> {
        let ids: Vec<PayeeId> = payees
            .iter()
            .map(|id| {
                id.parse()
                    .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))
            })
            .collect::<Result<_, _>>()?;
        self.make(move |session| async move {
            let book = Book::load(session.ledger()).await?;
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                let place = book.place(id);
                let place = place.ok_or_else(|| IpcError::bad_id(Code::PayeeNotFound))?;
                let mut row = book.payee(place).map(MadeRow::to).unwrap_or_default();
                if let Some(currency) = book.only_currency(place) {
                    currency.code().clone_into(&mut row.currency);
                }
                rows.push(row);
            }
            nonempty(&rows)?;
            let name = named_by_day(&session);
            Ok(Made::new(name, RunOrigin::Composed, table(&rows)))
        })
        .await
    }

    pub(crate) async fn copy_run(&self, id: String) -> Result<RunDraftView, IpcError> {
        let id = run_id(&id)?;
        self.make(move |session| async move {
            let earlier = released_run(&session, id).await?;
            let book = Book::load(session.ledger()).await?;
            let mut made = Made::following(&earlier, RunOrigin::Copied);
            let mut rows = Vec::new();
            for outcome in all_rows(session.runs(), id, &[]).await? {
                let row = outcome.row;
                let Some(to) = book.place(row.payee_id).and_then(|place| book.payee(place)) else {
                    continue;
                };
                made.say(rows.len(), row.account_token);
                made.repeats.insert(below_header(rows.len()), row.payout_id);
                rows.push(MadeRow {
                    description: row.description,
                    note: row.note,
                    ..MadeRow::to(to).pay(row.money)
                });
            }
            nonempty(&rows)?;
            made.source = table(&rows);
            Ok(made)
        })
        .await
    }

    pub(crate) async fn retry_run(&self, id: String) -> Result<RunDraftView, IpcError> {
        let id = run_id(&id)?;
        self.make(move |session| async move {
            let earlier = released_run(&session, id).await?;
            let ended = [State::Failed, State::Returned].map(OutcomeState::Payout);
            let outcomes = all_rows(session.runs(), id, &ended).await?;
            let payouts = outcomes.into_iter().filter_map(|outcome| outcome.payout);
            let made = Made::following(&earlier, RunOrigin::Retried);
            tried_again(&session, made, payouts).await
        })
        .await
    }

    pub(crate) async fn repeat_left(&self, id: String) -> Result<RunDraftView, IpcError> {
        let id = run_id(&id)?;
        let same = self
            .session()
            .await?
            .runs()
            .runs_of_content(&content_of_left(id))
            .await?;
        if let Some(begun) = same.iter().find(|run| run.state == RunState::Draft) {
            return self.run_draft(begun.id.to_string()).await;
        }
        self.make(move |session| async move {
            let earlier = released_run(&session, id).await?;
            let mut made = Made::following(&earlier, RunOrigin::Left);
            let left = all_left(session.runs(), id).await?;
            let mut draft = read(&session, earlier).await?;
            let book = Book::load(session.ledger()).await?;
            let mut rows = Vec::with_capacity(left.len());
            for again in draft.left_again(book, &left) {
                let row = below_header(rows.len());
                made.decisions.push(RowDecision { row, ..again.said });
                made.retries
                    .extend(again.retries.map(|payout| (row, payout)));
                made.repeats
                    .extend(again.repeats.map(|payout| (row, payout)));
                rows.push(again.made);
            }
            if rows.is_empty() {
                return Err(IpcError::new(
                    Code::RunEmpty,
                    "Every row of this run was sent, or is to be. There is nothing to do.",
                ));
            }
            made.source = table(&rows);
            Ok(made)
        })
        .await
    }

    pub(crate) async fn retry_payouts(
        &self,
        choice: PayoutChoice,
    ) -> Result<RunDraftView, IpcError> {
        self.make(move |session| async move {
            let ended = chosen::payouts(&session, &choice, &ENDED).await?;
            let name = named_by_day(&session);
            let made = Made::new(name, RunOrigin::Retried, Vec::new());
            tried_again(&session, made, ended.into_iter()).await
        })
        .await
    }

    /// Records a draft of what `make` makes, and opens it.
    async fn make<F>(
        &self,
        make: impl FnOnce(Arc<Session>) -> F + Send + 'static,
    ) -> Result<RunDraftView, IpcError>
    where
        F: Future<Output = Result<Made, IpcError>>,
    {
        let remembered = self.current().await?.mappings;
        let host = Arc::clone(&self.host);
        let id = RunId(self.ids.uuid());
        let made = self
            .aside(move |session| async move {
                let made = make(Arc::clone(&session)).await?;
                record(&session, host.as_ref(), id, made, &remembered).await?;
                let mut opened = session.drafts().open(&session, id).await?;
                view(&session, opened.draft()?).await
            })
            .await?;
        self.tell_run(id);
        Ok(made)
    }
}

/// What a draft is made of, with what is known of its rows.
struct Made {
    name: String,
    origin: RunOrigin,
    source: Vec<u8>,
    follows: Option<RunId>,
    retries: BTreeMap<u32, PayoutId>,
    repeats: BTreeMap<u32, PayoutId>,
    decisions: Vec<RowDecision>,
}

impl Made {
    fn new(name: String, origin: RunOrigin, source: Vec<u8>) -> Self {
        Self {
            name,
            origin,
            source,
            follows: None,
            retries: BTreeMap::new(),
            repeats: BTreeMap::new(),
            decisions: Vec::new(),
        }
    }

    fn following(earlier: &Run, origin: RunOrigin) -> Self {
        Self {
            follows: Some(earlier.id),
            ..Self::new(earlier.name.clone(), origin, Vec::new())
        }
    }

    /// The account of a row, for a payee that has several.
    fn say(&mut self, index: usize, account: Option<AccountToken>) {
        self.decisions.push(RowDecision {
            row: below_header(index),
            account,
            ..RowDecision::default()
        });
    }

    fn retry(&mut self, index: usize, payout: PayoutId) {
        self.retries.insert(below_header(index), payout);
    }
}

/// A row for each of these that may be tried again.
async fn tried_again(
    session: &Session,
    mut made: Made,
    payouts: impl Iterator<Item = Payout>,
) -> Result<Made, IpcError> {
    let book = Book::load(session.ledger()).await?;
    let mut rows = Vec::new();
    for payout in payouts.filter(Payout::retryable) {
        let draft = session.engine().prepare_retry(payout.id).await?;
        let Some(to) = book
            .place(draft.payee_id)
            .and_then(|place| book.payee(place))
        else {
            continue;
        };
        made.say(rows.len(), Some(draft.account_token));
        made.retry(rows.len(), payout.id);
        rows.push(MadeRow {
            invoice_id: draft.invoice_id,
            description: draft.description,
            note: draft.note,
            ..MadeRow::to(to).pay(payout.money)
        });
    }
    if rows.is_empty() {
        return Err(IpcError::new(
            Code::RunNothingToRetry,
            "No payout here failed or came back that is not being tried again already. There is nothing to do.",
        ));
    }
    made.source = table(&rows);
    Ok(made)
}

async fn record(
    session: &Session,
    host: &dyn Host,
    id: RunId,
    made: Made,
    remembered: &[Mapping],
) -> Result<(), IpcError> {
    let new = NewDraft {
        name: unlike_others(session, made.name).await?,
        origin: made.origin,
        source: made.source,
        follows: made.follows,
        retries: made.retries,
        repeats: made.repeats,
    };
    let mut watcher = |progress: Progress| {
        host.tell(AppEvent::Import(RunImport {
            bytes: progress.done,
            of_bytes: Some(progress.of),
            rows: progress.rows,
        }));
        session.drafts().goes_on()
    };
    let now = session.engine().now();
    let (draft, mut content) = new.read(id, now, remembered, &mut watcher)?;
    content.decisions = made.decisions;
    session
        .runs()
        .record_run(draft.run().clone(), content, Vec::new())
        .await?;
    Ok(())
}

/// The file's bytes; it is only ever read.
pub(in crate::app) fn read_file(path: &Path) -> Result<Vec<u8>, ReadError> {
    let known = std::fs::metadata(path)?;
    if !known.is_file() {
        return Err(ReadError::Binary);
    }
    let limit = Limits::default().file_bytes;
    if known.len() > limit {
        return Err(ReadError::TooLarge {
            what: remit_import::Measure::FileBytes,
            limit,
        });
    }
    Ok(std::fs::read(path)?)
}

/// A name for what has none: the day in the computer's own time zone.
fn named_by_day(session: &Session) -> String {
    let now = session.engine().now();
    now.to_zoned(jiff::tz::TimeZone::system())
        .date()
        .to_string()
}

fn nonempty(rows: &[MadeRow]) -> Result<(), IpcError> {
    if rows.is_empty() {
        return Err(IpcError::new(
            Code::RunEmpty,
            "There is nobody to pay in it. Choose at least one payee.",
        ));
    }
    Ok(())
}

async fn released_run(session: &Session, id: RunId) -> Result<Run, IpcError> {
    let run = known_run(session, id).await?;
    if run.state == RunState::Draft {
        return Err(IpcError::new(
            Code::RunNotReleased,
            "This run is still a draft. Release it first, or go on with the draft itself.",
        ));
    }
    Ok(run)
}
