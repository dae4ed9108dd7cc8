//! From bytes to a draft: the first time, and again after the process ended.

use super::Draft;
use super::check::Checked;
use super::facts::Facts;
use super::settings::{Cut, Numbers, Settings};
use crate::error::RunError;
use crate::seen::sha256_hex;
use jiff::Timestamp;
use remit_core::{PayoutId, Run, RunContent, RunId, RunOrigin, RunState};
use remit_import::{
    Choices, DecimalMark, Language, Limits, Mapping, Origin, ReadError, Table, Watcher, propose,
    read,
};
use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

/// What a draft is made of.
#[derive(Clone, Debug)]
pub struct NewDraft {
    /// What the owner calls it.
    pub name: String,
    /// Where its rows come from.
    pub origin: RunOrigin,
    /// The file, byte for byte, or the text. A text with government IDs is recorded without them.
    pub source: Vec<u8>,
    /// The run that it copies, tries again, or comes after in its schedule.
    pub follows: Option<RunId>,
    /// The payouts that rows try again, by row.
    pub retries: BTreeMap<u32, PayoutId>,
    /// What rows repeat of the run that it follows, or that what it is left out of repeats, by row.
    pub repeats: BTreeMap<u32, PayoutId>,
}

impl NewDraft {
    /// Reads it. Returns the draft, not checked yet, and what must be recorded of it.
    ///
    /// `remembered` are mappings that the owner chose before, for a file or what is pasted.
    ///
    /// # Errors
    /// When it cannot be read, or the watcher says no.
    pub fn read(
        self,
        id: RunId,
        now: Timestamp,
        remembered: &[Mapping],
        watcher: Watcher<'_>,
    ) -> Result<(Draft, RunContent), RunError> {
        let choices = match self.origin {
            RunOrigin::File => Choices::default(),
            // What is not read from a file is known to be this.
            _ => Choices {
                encoding: Some("UTF-8".to_owned()),
                ..Choices::default()
            },
        };
        let mut table = read_table(&self.source, &choices, watcher)?;
        let proposed = propose(&table);
        let is_owners = self.origin.is_owners();
        // What was made here has the template's headers, and its columns hold what these say: not what the owner took them for in
        // a file of their own, such as the note for the invoice ID.
        let mut remembered = remembered.iter().filter(|_| is_owners);
        let known = remembered.find_map(|known| known.for_table(&table));
        // Files without headers are hardly told apart: the owner looks at the columns each time.
        let remembered = known.as_ref().is_some_and(|known| known.header.is_some());
        let mut mapping = known.unwrap_or(proposed.mapping);
        mapping.columns.resize(table.width(), None);
        if !is_owners {
            mapping.decimal_mark = Some(DecimalMark::Point);
        }
        let (mut encoding, delimiter) = match table.origin() {
            Origin::Csv {
                encoding,
                delimiter,
            } => (Some((*encoding).to_owned()), Some(*delimiter)),
            Origin::Xlsx { .. } => (None, None),
        };
        let sheet = sheet_of(&table);
        table.withhold(mapping.header);
        let without = table.without_withheld();
        if let Some(text) = &without {
            encoding = Some("UTF-8".to_owned());
            let choices = Choices {
                encoding: encoding.clone(),
                delimiter,
                ..Choices::default()
            };
            table = read_table(text.as_bytes(), &choices, &mut |_| true)?;
        }
        let settings = Settings {
            mapping,
            remembered,
            sheet,
            encoding,
            delimiter,
            appended: Vec::new(),
            numbers: Numbers::default(),
            retries: self.retries,
            repeats: self.repeats,
        };
        // What was made here is never the same content by accident.
        let content_hash = match (self.origin, self.follows) {
            (origin, _) if origin.is_owners() => sha256_hex(&self.source),
            (RunOrigin::Left, Some(earlier)) => content_of_left(earlier),
            _ => sha256_hex([id.0.as_bytes().as_slice(), &self.source].concat()),
        };
        let rows = table.len().saturating_sub(settings.mapping.first_row());
        let run = Run {
            id,
            name: self.name,
            origin: self.origin,
            state: RunState::Draft,
            paused: false,
            not_before: None,
            content_hash,
            follows: self.follows,
            rows: rows as u64,
            created_at: now,
            released_at: None,
            revision: 0,
        };
        let content = RunContent {
            source: without.map_or(self.source, String::into_bytes),
            settings: settings.text()?,
            edits: Vec::new(),
            decisions: Vec::new(),
        };
        Ok((Draft::of(run, settings, table), content))
    }
}

impl Draft {
    /// Opens a draft, or a released run, again as the owner left it; not checked yet.
    ///
    /// # Errors
    /// When its content cannot be read any more.
    pub fn open(run: Run, content: &RunContent) -> Result<Self, RunError> {
        let mut settings = Settings::parse(&content.settings)?;
        let table = read_table(&content.source, &settings.choices(), &mut |_| true)?;
        settings.sheet = sheet_of(&table);
        let mut draft = Self::of(run, settings, table);
        for edit in &content.edits {
            let (row, column) = (edit.row as usize, edit.column as usize);
            draft.table.set(row, column, edit.text.clone());
        }
        let decisions = content.decisions.iter();
        draft.decisions = decisions.map(|said| (said.row, said.clone())).collect();
        Ok(draft)
    }

    fn of(run: Run, settings: Settings, mut table: Table) -> Self {
        table.withhold(settings.mapping.header);
        let width = table.width();
        let proposals = propose(&table).proposals;
        for field in &settings.appended {
            let header = field.header(Language::English);
            table.append_column(settings.mapping.header, header);
        }
        Self {
            run,
            settings,
            table,
            width,
            proposals,
            decisions: HashMap::new(),
            facts: Facts::default(),
            checked: Checked::default(),
            prepared: None,
        }
    }

    /// Whether the owner changed cells or said something about rows.
    pub(super) fn is_touched(&self) -> bool {
        let mut rows = 0..self.table.len();
        !self.decisions.is_empty()
            || rows.any(|row| (0..self.width).any(|column| self.table.is_edited(row, column)))
            || !self.settings.appended.is_empty()
    }
}

/// The fingerprint of a run of what an earlier run left out: made again, it is the same content, so that none of its rows is
/// paid by both.
#[must_use]
pub fn content_of_left(earlier: RunId) -> String {
    sha256_hex([b"left out of ".as_slice(), earlier.0.as_bytes()].concat())
}

/// What the rows of a recorded run are cut by; nothing where that is not known any more.
pub(super) fn cut_of(content: &RunContent) -> Option<Cut> {
    let settings = Settings::parse(&content.settings).ok()?;
    if let (None, None) = settings.cut() {
        let table = read_table(&content.source, &settings.choices(), &mut |_| true).ok()?;
        return Some((sheet_of(&table), None));
    }
    Some(settings.cut())
}

fn sheet_of(table: &Table) -> Option<String> {
    match table.origin() {
        Origin::Xlsx { sheet, .. } => Some(sheet.clone()),
        Origin::Csv { .. } => None,
    }
}

pub(super) fn read_table(
    source: &[u8],
    choices: &Choices,
    watcher: Watcher<'_>,
) -> Result<Table, ReadError> {
    read(Cursor::new(source), choices, &Limits::default(), watcher)
}
