//! Drafts as the owner changes them.

use super::super::App;
use super::{run_id, view};
use crate::ipc::IpcError;
use crate::ipc::inputs::{RunDecision, RunEdit, RunMapping};
use crate::ipc::views::{RunDraftView, RunEdited, RunRowPage, RunRowView, RunView};
use crate::runs::{Opened, check, draft_run, known_run};
use crate::session::Session;
use remit_core::{Code, Run, RunState};
use remit_runs::{ChosenMapping, Decision, Draft, Filter, Kept, ProblemCode, RunError};

/// The longest name of a run.
const LONGEST_NAME: usize = 200;
/// At most how many rows a page has.
const PAGE: usize = 1000;
/// How many mappings are remembered.
const REMEMBERED: usize = 50;

impl App {
    pub(crate) async fn run_draft(&self, id: String) -> Result<RunDraftView, IpcError> {
        let id = run_id(&id)?;
        self.aside(move |session| async move {
            let mut opened = session.drafts().open(&session, id).await?;
            let afresh = !opened.afresh;
            let draft = opened.draft()?;
            // Whoever opens a draft wants to know how the payees are now.
            if afresh {
                check(&session, draft, true).await?;
            }
            view(&session, draft).await
        })
        .await
    }

    pub(crate) async fn set_run_mapping(
        &self,
        id: String,
        mapping: RunMapping,
    ) -> Result<RunDraftView, IpcError> {
        let id = run_id(&id)?;
        let chosen: ChosenMapping = mapping.try_into()?;
        let (shown, remember) = self
            .aside(move |session| async move {
                let content = session.runs().run_content(id).await?;
                let source = content.map(|content| content.source).unwrap_or_default();
                let mut opened = session.drafts().open(&session, id).await?;
                let draft = opened.draft()?;
                draft.map(|| source, &chosen)?;
                let kept = draft.mapped()?;
                keep(&session, &mut opened, kept).await?;
                let draft = opened.draft()?;
                let shown = view(&session, draft).await?;
                Ok((shown, draft.to_remember()))
            })
            .await?;
        if let Some(remember) = remember {
            let profile = self.session().await?.profile().id.clone();
            let _opening = self.opening.lock().await;
            self.change_profile(&profile, |profile| {
                let other =
                    |known: &remit_import::Mapping| known.fingerprint != remember.fingerprint;
                profile.mappings.retain(other);
                profile.mappings.insert(0, remember);
                profile.mappings.truncate(REMEMBERED);
            })?;
        }
        Ok(shown)
    }

    pub(crate) async fn rename_run(&self, id: String, name: String) -> Result<RunView, IpcError> {
        let id = run_id(&id)?;
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            let message = "A run needs a name of at most 200 characters. Type another one.";
            let code = if name.is_empty() {
                Code::FieldMissing
            } else {
                Code::TextTooLong
            };
            return Err(IpcError::field(code, "name", message));
        }
        let session = self.session().await?;
        let run = known_run(&session, id).await?;
        let run = Run { name, ..run };
        let run = session.runs().change_run(run, Vec::new()).await?;
        let progress = match run.state {
            RunState::Draft => None,
            _ => Some(session.runs().run_progress(id).await?),
        };
        self.tell_run(id);
        Ok(RunView::new(&run, progress, session.engine().now()))
    }

    pub(crate) async fn discard_run(&self, id: String) -> Result<(), IpcError> {
        let id = run_id(&id)?;
        let session = self.session().await?;
        let run = draft_run(&session, id).await?;
        let run = Run {
            state: RunState::Discarded,
            ..run
        };
        session.runs().change_run(run, Vec::new()).await?;
        self.tell_run(id);
        Ok(())
    }

    pub(crate) async fn run_rows(
        &self,
        id: String,
        filter: Filter,
        from: u32,
        limit: u32,
    ) -> Result<RunRowPage, IpcError> {
        let id = run_id(&id)?;
        self.aside(move |session| async move {
            let mut opened = session.drafts().open(&session, id).await?;
            let draft = &*opened.draft()?;
            let (rows, total) = draft.page(filter, from as usize, (limit as usize).min(PAGE));
            Ok(RunRowPage {
                rows: rows
                    .into_iter()
                    .map(|row| RunRowView::new(draft, row))
                    .collect(),
                total: u32::try_from(total).unwrap_or(u32::MAX),
            })
        })
        .await
    }

    pub(crate) async fn edit_run_cells(
        &self,
        id: String,
        edits: Vec<RunEdit>,
    ) -> Result<RunEdited, IpcError> {
        let edits: Vec<_> = edits
            .into_iter()
            .map(|edit| (edit.row, edit.field, edit.text))
            .collect();
        let rows = edits.iter().map(|(row, ..)| *row).collect();
        self.change(id, move |draft| Ok((draft.edit(&edits)?, rows)))
            .await
    }

    pub(crate) async fn decide_run_rows(
        &self,
        id: String,
        rows: Vec<u32>,
        decision: RunDecision,
    ) -> Result<RunEdited, IpcError> {
        let decision: Decision = decision.try_into()?;
        self.change(id, move |draft| Ok((draft.decide(&rows, &decision)?, rows)))
            .await
    }

    pub(crate) async fn accept_run_warning(
        &self,
        id: String,
        code: ProblemCode,
        reason: String,
    ) -> Result<RunEdited, IpcError> {
        self.change(id, move |draft| {
            let rows = draft.rows_with(code);
            let decision = Decision::Accept {
                codes: vec![code],
                reason,
            };
            // All of them would be shown nowhere; the window reads what it shows again.
            Ok((draft.decide(&rows, &decision)?, Vec::new()))
        })
        .await
    }

    /// Changes a draft, records that, and shows the rows that were changed.
    async fn change(
        &self,
        id: String,
        change: impl FnOnce(&mut Draft) -> Result<(Kept, Vec<u32>), RunError> + Send + 'static,
    ) -> Result<RunEdited, IpcError> {
        let id = run_id(&id)?;
        self.aside(move |session| async move {
            let mut opened = session.drafts().open(&session, id).await?;
            let (kept, mut rows) = change(opened.draft()?)?;
            keep(&session, &mut opened, kept).await?;
            let draft = &*opened.draft()?;
            rows.sort_unstable();
            rows.dedup();
            let changed = rows
                .into_iter()
                .filter_map(|row| draft.checked().row(row as usize));
            Ok(RunEdited {
                rows: changed.map(|row| RunRowView::new(draft, row)).collect(),
                checks: draft.checked().into(),
            })
        })
        .await
    }
}

/// Records a change and checks the rows anew. A draft whose change was not recorded is read again.
async fn keep(session: &Session, opened: &mut Opened, kept: Kept) -> Result<(), IpcError> {
    let draft = opened.draft()?;
    let id = draft.run().id;
    let kept = kept.record(session.runs(), id).await;
    let done = match kept {
        Ok(()) => check(session, draft, false).await,
        Err(error) => Err(error.into()),
    };
    if done.is_err() {
        opened.forget();
    }
    done
}
