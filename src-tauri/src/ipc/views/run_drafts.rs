//! Drafts of payout runs: how the file is read, and how all its rows stand.

use super::{MoneyView, RunView};
use remit_core::Run;
use remit_import::{Confidence, DateOrder, DecimalMark, Field, Origin, Standing};
use remit_runs::{Checked, Draft, ProblemCode, ProblemCount, ProblemKind};
use serde::{Deserialize, Serialize};
use specta::Type;

/// How many cells of a column are shown before the mapping is chosen.
const SAMPLES: usize = 3;

/// How the content is written.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum RunSource {
    /// Text with separators.
    Csv {
        /// The encoding's name.
        encoding: String,
        /// The separator.
        delimiter: String,
    },
    /// A workbook.
    Xlsx {
        /// The sheet that was read.
        sheet: String,
        /// All its sheets.
        sheets: Vec<String>,
    },
}

/// A column.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunColumn {
    /// Which, from 0.
    pub column: u32,
    /// Its header.
    pub header: String,
    /// What stands in it, up to three.
    pub samples: Vec<String>,
    /// What it holds.
    pub field: Option<Field>,
    /// How sure that is, where Remit proposed it.
    pub confidence: Option<Confidence>,
    /// Whether the owner chose the same for an earlier file with these headers.
    pub remembered: bool,
}

/// A run that was read from the very same content.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SameContent {
    /// Which.
    pub id: String,
    /// What the owner calls it.
    pub name: String,
    /// When it was released.
    pub released_at: Option<String>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the standings are those of remit_import::Standing"
)]
pub enum RunStanding {
    Ready,
    Waiting,
    Refused,
    Skipped,
}

impl From<Standing> for RunStanding {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Ready => Self::Ready,
            Standing::Waiting => Self::Waiting,
            Standing::Refused => Self::Refused,
            Standing::Skipped => Self::Skipped,
        }
    }
}

/// What rows of one standing come to in one currency.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct RunTotal {
    /// Where they stand.
    pub standing: RunStanding,
    /// Their sum.
    pub amount: MoneyView,
}

/// On how many rows a problem is open.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type)]
pub struct RunProblemCount {
    /// Which.
    pub code: ProblemCode,
    /// How serious it is.
    pub kind: ProblemKind,
    /// On how many rows.
    pub rows: u32,
}

impl From<ProblemCount> for RunProblemCount {
    fn from(problem: ProblemCount) -> Self {
        Self {
            code: problem.code,
            kind: problem.code.kind(),
            rows: count(problem.rows),
        }
    }
}

/// All rows together: rows = ready + waiting + refused + skipped.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[expect(missing_docs, reason = "the numbers are those of remit_runs::Checked")]
pub struct RunChecks {
    pub rows: u32,
    pub ready: u32,
    pub waiting: u32,
    pub asks: u32,
    pub refused: u32,
    pub skipped: u32,
    pub totals: Vec<RunTotal>,
    pub problems: Vec<RunProblemCount>,
    pub currencies: Vec<String>,
}

impl From<&Checked> for RunChecks {
    fn from(checked: &Checked) -> Self {
        let standing = |standing| count(checked.count(standing));
        Self {
            rows: count(checked.rows().len()),
            ready: standing(Standing::Ready),
            waiting: standing(Standing::Waiting),
            asks: count(checked.asks()),
            refused: standing(Standing::Refused),
            skipped: standing(Standing::Skipped),
            totals: checked
                .totals()
                .iter()
                .filter_map(|total| {
                    Some(RunTotal {
                        standing: total.standing.into(),
                        amount: total.money()?.into(),
                    })
                })
                .collect(),
            problems: checked
                .problems()
                .into_iter()
                .map(RunProblemCount::from)
                .collect(),
            currencies: checked
                .currencies()
                .iter()
                .map(|currency| currency.code().to_owned())
                .collect(),
        }
    }
}

/// A draft.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", rename = "RunDraft")]
pub struct RunDraftView {
    /// The run.
    pub run: RunView,
    /// How the content is written.
    pub source: RunSource,
    /// Its columns.
    pub columns: Vec<RunColumn>,
    /// The row of the headers.
    pub header_row: Option<u32>,
    /// Which mark stands before the decimals; nothing when the column tells.
    pub decimal_mark: Option<DecimalMark>,
    /// Which comes first in a date; nothing when the column tells.
    pub date_order: Option<DateOrder>,
    /// The currency of rows that name none.
    pub currency: Option<String>,
    /// Whether it says who gets how much.
    pub complete: bool,
    /// Other runs that were read from the very same content.
    pub same_content: Vec<SameContent>,
    /// All rows together.
    pub checks: RunChecks,
}

impl RunDraftView {
    /// The draft as it was last checked; `same` are the runs of the same content.
    pub(crate) fn new(draft: &Draft, same: &[Run], now: jiff::Timestamp) -> Self {
        let mapping = &draft.settings().mapping;
        let run = Run {
            rows: draft.checked().rows().len() as u64,
            ..draft.run().clone()
        };
        Self {
            run: RunView::new(&run, None, now),
            source: match draft.table().origin() {
                Origin::Csv {
                    encoding,
                    delimiter,
                } => RunSource::Csv {
                    encoding: (*encoding).to_owned(),
                    delimiter: delimiter.to_string(),
                },
                Origin::Xlsx { sheet, sheets } => RunSource::Xlsx {
                    sheet: sheet.clone(),
                    sheets: sheets.clone(),
                },
            },
            columns: (0..draft.table().width())
                .map(|column| column_of(draft, column))
                .collect(),
            header_row: mapping.header.map(count),
            decimal_mark: mapping.decimal_mark,
            date_order: mapping.date_order,
            currency: mapping.currency.map(|currency| currency.code().to_owned()),
            complete: mapping.is_complete(),
            same_content: same
                .iter()
                .filter(|other| other.id != run.id)
                .map(|other| SameContent {
                    id: other.id.to_string(),
                    name: other.name.clone(),
                    released_at: other.released_at.map(|at| at.to_string()),
                })
                .collect(),
            checks: draft.checked().into(),
        }
    }
}

fn column_of(draft: &Draft, column: usize) -> RunColumn {
    let mapping = &draft.settings().mapping;
    let table = draft.table();
    let field = mapping.columns.get(column).copied().flatten();
    let mut proposals = draft.proposals().iter();
    let proposal = proposals.find(|one| one.column == column && Some(one.field) == field);
    RunColumn {
        column: count(column),
        header: mapping
            .header
            .map_or_else(String::new, |row| table.cell(row, column).text.to_owned()),
        samples: draft
            .payout_rows()
            .map(|row| table.cell(row, column).text)
            .filter(|text| !text.is_empty())
            .take(SAMPLES)
            .map(str::to_owned)
            .collect(),
        field,
        confidence: proposal.map(|proposal| proposal.confidence),
        remembered: draft.settings().remembered && field.is_some(),
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
