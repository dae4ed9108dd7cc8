//! Files out: templates, and what became of the rows of a run. A file appears whole or not at all.

use super::super::App;
use super::run_id;
use crate::ipc::IpcError;
use crate::ipc::inputs::{FileWords, Language, RunFormat};
use crate::runs::{check, known_run, read};
use remit_core::{Code, LeftRow, Payout, RowState, RunRowOutcome, RunState};
use remit_import::{Outcomes, WriteError, template_csv, template_xlsx, write_csv, write_xlsx};
use remit_runs::{Draft, RowProblem, all_left, all_rows};
use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// The columns after the file's own.
const COLUMNS: [&str; 8] = [
    "status",
    "reason",
    "sent_invoice_id",
    "sent_amount",
    "sent_currency",
    "pockyt_number",
    "sent_at",
    "settled_at",
];

impl App {
    pub(crate) async fn save_run_template(
        &self,
        format: RunFormat,
        language: Language,
    ) -> Result<Option<String>, IpcError> {
        let language = language.of_headers();
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
        words: FileWords,
    ) -> Result<Option<String>, IpcError> {
        let id = run_id(&id)?;
        let run = known_run(self.session().await?.as_ref(), id).await?;
        let name = PathBuf::from(&run.name);
        let stem = name.file_stem().map(|stem| stem.to_string_lossy());
        let name = format!("{} - Remit.{}", stem.unwrap_or_default(), format.ending());
        let Some(path) = self.host.choose_place(&name).await else {
            return Ok(None);
        };
        self.aside(move |session| async move {
            let mut draft = read(&session, run).await?;
            draft.call_hidden(words.columns.of("not_kept"));
            let sent = match draft.run().state {
                RunState::Draft | RunState::Discarded => {
                    check(&session, &mut draft, true).await?;
                    None
                }
                RunState::Released | RunState::Stopped => {
                    let sent = all_rows(session.runs(), id, &[]).await?.into_iter();
                    let sent = sent.map(|outcome| (outcome.row.row, outcome));
                    Some(sent.collect::<HashMap<u32, RunRowOutcome>>())
                }
            };
            let left = all_left(session.runs(), id).await?;
            let left: HashMap<u32, LeftRow> =
                left.into_iter().map(|left| (left.row, left)).collect();
            let mut cells = |row: usize, cells: &mut Vec<String>| match &sent {
                Some(sent) => {
                    let row = u32::try_from(row).unwrap_or(u32::MAX);
                    match sent.get(&row) {
                        Some(outcome) => cells.extend(sent_cells(outcome, &words)),
                        None => cells.extend(left_cells(left.get(&row), &words)),
                    }
                }
                None => cells.extend(draft_cells(&draft, row, &words)),
            };
            let headers = words.columns.all(COLUMNS);
            let outcomes = Outcomes {
                headers: &headers.each_ref().map(String::as_str),
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

/// Why a payout stands where it does, with Pockyt's own words where there are any.
pub(in crate::app) fn why(payout: &Payout, words: &FileWords) -> String {
    let reason = payout.reason.map(|reason| words.reason.of(reason));
    let told: Vec<String> = reason.into_iter().chain(payout.detail.clone()).collect();
    told.join(" ")
}

fn sent_cells(outcome: &RunRowOutcome, words: &FileWords) -> [String; 8] {
    let row = &outcome.row;
    let payout = outcome.payout.as_ref();
    let (status, reason) = match payout {
        Some(payout) => (words.payout.of(payout.state), why(payout, words)),
        None => {
            let held = row.hold.map(|hold| words.hold.of(hold));
            // What is said of a row that is sent and not yet a payout is said of one that is queued.
            let state = match row.state {
                RowState::Sent => RowState::Queued,
                state => state,
            };
            (words.row.of(state), held.unwrap_or_default())
        }
    };
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        status,
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
fn left_cells(left: Option<&LeftRow>, words: &FileWords) -> [String; 2] {
    let skipped = left.is_some_and(|left| left.skipped);
    let problem = left.and_then(|left| left.problem.as_deref());
    let skipped = skipped.then(|| words.left.of("skipped"));
    let problem = problem.map(|problem| words.problem.of(problem));
    let mut why: Vec<String> = skipped.into_iter().chain(problem).collect();
    if why.is_empty() && left.is_some() {
        why.push(words.left.of("not_ready"));
    }
    [words.left.of("not_sent"), why.join("; ")]
}

fn draft_cells(draft: &Draft, row: usize, words: &FileWords) -> [String; 3] {
    let Some(row) = draft.checked().row(row) else {
        return [String::new(), String::new(), String::new()];
    };
    let open = row
        .problems
        .iter()
        .filter(|problem| RowProblem::open(problem));
    let reasons: Vec<String> = open.map(|problem| words.problem.of(problem.code)).collect();
    let standing = if row.asks {
        words.standing.of("asks")
    } else {
        words.standing.of(row.standing)
    };
    [
        standing,
        reasons.join("; "),
        row.invoice_id.clone().unwrap_or_default(),
    ]
}
