//! Files out: templates, and what became of the rows of a run. A file appears whole or not at all.

use super::super::{App, words};
use super::making::left_out;
use super::run_id;
use crate::ipc::IpcError;
use crate::ipc::inputs::RunFormat;
use crate::runs::{check, known_run, read};
use crate::session::Session;
use remit_core::{Code, LeftRow, RunId, RunRowOutcome, RunState};
use remit_import::{
    Language, Outcomes, Standing, WriteError, template_csv, template_xlsx, write_csv, write_xlsx,
};
use remit_runs::{Draft, RowProblem};
use serde::Serialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// How many rows are read at once.
const PAGE: u32 = 500;

impl App {
    pub(crate) async fn save_run_template(
        &self,
        format: RunFormat,
    ) -> Result<Option<String>, IpcError> {
        let language = words::language(&self.host.settings()?.preferences.language);
        let name = format!("payouts.{}", format.ending());
        let Some(path) = self.host.choose_place(&name).await else {
            return Ok(None);
        };
        self.aside(move |_| async move {
            write_whole(&path, |file| match format {
                RunFormat::Csv => template_csv(file, language),
                RunFormat::Xlsx => template_xlsx(file, language),
            })
        })
        .await
        .map(Some)
    }

    pub(crate) async fn export_run(
        &self,
        id: String,
        format: RunFormat,
    ) -> Result<Option<String>, IpcError> {
        let id = run_id(&id)?;
        let language = words::language(&self.host.settings()?.preferences.language);
        let run = known_run(self.session().await?.as_ref(), id).await?;
        let name = PathBuf::from(&run.name);
        let stem = name.file_stem().map(|stem| stem.to_string_lossy());
        let name = format!("{} - Remit.{}", stem.unwrap_or_default(), format.ending());
        let Some(path) = self.host.choose_place(&name).await else {
            return Ok(None);
        };
        self.aside(move |session| async move {
            let mut draft = read(&session, run).await?;
            let sent = match draft.run().state {
                RunState::Draft | RunState::Discarded => {
                    check(&session, &mut draft, true).await?;
                    None
                }
                RunState::Released | RunState::Stopped => Some(outcomes(&session, id).await?),
            };
            let left = left_out(&session, id).await?;
            let left: HashMap<u32, LeftRow> =
                left.into_iter().map(|left| (left.row, left)).collect();
            let mut cells = |row: usize, cells: &mut Vec<String>| match &sent {
                Some(sent) => {
                    let row = u32::try_from(row).unwrap_or(u32::MAX);
                    match sent.get(&row) {
                        Some(outcome) => cells.extend(sent_cells(outcome, language)),
                        None => cells.extend(left_cells(left.get(&row), language)),
                    }
                }
                None => cells.extend(draft_cells(&draft, row, language)),
            };
            let outcomes = Outcomes {
                headers: &words::headers(language),
                cells: &mut cells,
            };
            let (table, mapping) = (draft.table(), &draft.settings().mapping);
            write_whole(&path, |file| match format {
                RunFormat::Csv => write_csv(file, table, mapping, outcomes, &mut |_| true),
                RunFormat::Xlsx => write_xlsx(file, table, mapping, outcomes, &mut |_| true),
            })
        })
        .await
        .map(Some)
    }
}

/// Writes beside the place, then puts it there: after a failure what was there before is still there.
pub(in crate::app) fn write_whole(
    path: &Path,
    write: impl FnOnce(BufWriter<&File>) -> Result<(), WriteError>,
) -> Result<String, IpcError> {
    let cannot = |cause: std::io::Error| IpcError::from(WriteError::from(cause));
    let folder = path.parent().filter(|folder| folder.is_dir());
    let folder = folder.ok_or_else(|| {
        IpcError::new(
            Code::FileNotWritten,
            "There is no such folder. Choose another place for the file.",
        )
    })?;
    let file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    write(BufWriter::new(file.as_file()))?;
    file.as_file().sync_all().map_err(cannot)?;
    file.persist(path).map_err(|failed| cannot(failed.error))?;
    Ok(path.display().to_string())
}

async fn outcomes(session: &Session, id: RunId) -> Result<HashMap<u32, RunRowOutcome>, IpcError> {
    let mut all = HashMap::new();
    let mut after = None;
    loop {
        let page = session.runs().run_rows(id, &[], after, PAGE).await?;
        let last = page.len() < PAGE as usize;
        after = page.last().map(|outcome| outcome.row.row);
        all.extend(page.into_iter().map(|outcome| (outcome.row.row, outcome)));
        if last {
            return Ok(all);
        }
    }
}

fn sent_cells(outcome: &RunRowOutcome, language: Language) -> [String; 8] {
    let row = &outcome.row;
    let payout = outcome.payout.as_ref();
    let status = match payout {
        Some(payout) => words::of_payout(payout.state, language),
        None => words::of_row(row.state, language),
    };
    let reason = match payout {
        // Pockyt's own words say more than Remit's code for them.
        Some(payout) => payout
            .detail
            .clone()
            .or_else(|| payout.reason.map(plain))
            .unwrap_or_default(),
        None => row.hold.map(plain).unwrap_or_default(),
    };
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        status.to_owned(),
        reason,
        row.invoice_id.0.clone(),
        row.money.decimal(),
        row.money.currency.code().to_owned(),
        payout
            .and_then(|payout| payout.transaction_no.as_ref())
            .map(|number| number.0.clone())
            .unwrap_or_default(),
        time(payout.and_then(|payout| payout.sent_at)),
        time(payout.and_then(|payout| payout.settled_at)),
    ]
}

/// Of a row that the release left out.
fn left_cells(left: Option<&LeftRow>, language: Language) -> [String; 2] {
    let skipped = left.is_some_and(|left| left.skipped);
    let skipped = skipped.then(|| words::of_draft(Standing::Skipped, language).to_owned());
    let problem = left.and_then(|left| left.problem.as_deref()).map(plain);
    let why: Vec<String> = skipped.into_iter().chain(problem).collect();
    [words::not_sent(language).to_owned(), why.join(", ")]
}

fn draft_cells(draft: &Draft, row: usize, language: Language) -> [String; 3] {
    let Some(row) = draft.checked().row(row) else {
        return [String::new(), String::new(), String::new()];
    };
    let open = row
        .problems
        .iter()
        .filter(|problem| RowProblem::open(problem));
    let reasons: Vec<String> = open.map(|problem| plain(problem.code)).collect();
    [
        words::of_draft(row.standing, language).to_owned(),
        reasons.join(", "),
        row.invoice_id.clone().unwrap_or_default(),
    ]
}

/// A code as words.
fn plain(code: impl Serialize) -> String {
    let word = serde_json::to_value(code);
    let word = word
        .ok()
        .and_then(|word| Some(word.as_str()?.replace('_', " ")));
    word.unwrap_or_default()
}
