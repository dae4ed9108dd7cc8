//! The drafts of payout runs that are open. A draft is opened from the ledger when it is first looked at, and every change of
//! it is in the ledger before it is answered, so that a crash costs nothing.

use crate::ipc::IpcError;
use crate::session::Session;
use remit_core::{Code, Currency, Engine, Money, Run, RunId, RunState};
use remit_import::{OtherFormat, ReadError, WriteError};
use remit_runs::{Draft, RunError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How many drafts stay open: a large one is as large as its file.
const OPEN: usize = 3;

/// How long a balance is waited for before a release; one that does not come is not known.
const PATIENCE: Duration = Duration::from_secs(8);

type Slot = Arc<Mutex<Option<Draft>>>;

/// The drafts that are open.
#[derive(Default)]
pub(crate) struct Drafts {
    /// The one that was looked at last comes last.
    open: Lock<Vec<(RunId, Slot)>>,
    cancelled: AtomicBool,
}

/// A draft that nobody else uses at the moment.
pub(crate) struct Opened {
    slot: OwnedMutexGuard<Option<Draft>>,
    /// Whether the ledger was just read for it.
    pub(crate) afresh: bool,
}

impl Opened {
    pub(crate) fn draft(&mut self) -> Result<&mut Draft, IpcError> {
        self.slot.as_mut().ok_or_else(not_found)
    }

    /// Closes the draft: what is next asked of it is read from the ledger.
    pub(crate) fn forget(&mut self) {
        *self.slot = None;
    }
}

impl Drafts {
    fn slot(&self, id: RunId) -> Slot {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.iter().position(|(known, _)| *known == id);
        let slot = known.map_or_else(Slot::default, |place| open.remove(place).1);
        open.push((id, Arc::clone(&slot)));
        // One that is in use stays: opened once more, neither would know what is typed into the other.
        let unused = |(_, slot): &(RunId, Slot)| Arc::strong_count(slot) == 1;
        if open.len() > OPEN
            && let Some(place) = open.iter().position(unused)
        {
            open.remove(place);
        }
        slot
    }

    /// Opens a draft, from the ledger unless it is open; checked.
    pub(crate) async fn open(&self, session: &Session, id: RunId) -> Result<Opened, IpcError> {
        let mut slot = self.slot(id).lock_owned().await;
        let run = draft_run(session, id).await?;
        let afresh = slot.is_none();
        match slot.as_mut() {
            Some(draft) => draft.set_run(run),
            None => {
                let mut draft = read(session, run).await?;
                check(session, &mut draft, true).await?;
                *slot = Some(draft);
            }
        }
        Ok(Opened { slot, afresh })
    }

    /// The reading that goes on is to stop.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// A new reading begins.
    pub(crate) fn begin(&self) {
        self.cancelled.store(false, Ordering::Release);
    }

    /// Whether the reading is to go on.
    pub(crate) fn goes_on(&self) -> bool {
        !self.cancelled.load(Ordering::Acquire)
    }
}

/// What is there to pay from; nothing when it is not known.
pub(crate) async fn balance(engine: &Engine, currency: Currency) -> Option<Money> {
    let asked = engine.ports().gateway.balance(currency);
    let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?;
    Some(answer.ok()?.value)
}

/// Holds all rows against the ledger.
pub(crate) async fn check(
    session: &Session,
    draft: &mut Draft,
    afresh: bool,
) -> Result<(), IpcError> {
    let now = session.engine().now();
    draft
        .check(session.ledger(), session.runs(), now, afresh)
        .await?;
    Ok(())
}

/// A run with its content, whatever became of it; not checked.
pub(crate) async fn read(session: &Session, run: Run) -> Result<Draft, IpcError> {
    let content = session.runs().run_content(run.id).await?;
    Ok(Draft::open(run, &content.ok_or_else(not_found)?)?)
}

/// A run.
pub(crate) async fn known_run(session: &Session, id: RunId) -> Result<Run, IpcError> {
    let run = session.runs().run(id).await?;
    run.filter(|run| run.state != RunState::Discarded)
        .ok_or_else(not_found)
}

/// A run that is still a draft.
pub(crate) async fn draft_run(session: &Session, id: RunId) -> Result<Run, IpcError> {
    let run = known_run(session, id).await?;
    if run.state == RunState::Draft {
        return Ok(run);
    }
    Err(IpcError::new(
        Code::RunReleased,
        "This run was released already, so it cannot be changed. Open it to see how it stands.",
    ))
}

fn not_found() -> IpcError {
    IpcError::new(
        Code::RunNotFound,
        "This run is not in the ledger of this account. Go back to the runs and open it again.",
    )
}

impl From<RunError> for IpcError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Read(error) => error.into(),
            RunError::Core(error) => error.into(),
        }
    }
}

impl From<ReadError> for IpcError {
    fn from(error: ReadError) -> Self {
        let (code, detail) = match &error {
            ReadError::Cancelled => (Code::Cancelled, None),
            ReadError::Empty => (Code::FileEmpty, None),
            ReadError::Binary => (Code::FileNotATable, None),
            ReadError::OtherFormat { format } => (Code::FileOtherFormat, Some(name(*format))),
            ReadError::Undecodable { encoding } => (Code::FileUndecodable, Some(*encoding)),
            ReadError::UnclosedQuote { row } => {
                let detail = Some(row.to_string());
                return Self {
                    detail,
                    ..Self::new(Code::FileUnclosedQuote, error.to_string())
                };
            }
            ReadError::Damaged { .. } => (Code::FileDamaged, None),
            ReadError::NoSuchSheet { sheet } => (Code::FileNoSuchSheet, Some(sheet.as_str())),
            ReadError::TooLarge { .. } => (Code::FileTooLarge, None),
            ReadError::Bomb { .. } => (Code::FileBomb, None),
            ReadError::Disk { .. } => (Code::FileUnreadable, None),
        };
        Self {
            detail: detail.map(str::to_owned),
            ..Self::new(code, error.to_string())
        }
    }
}

impl From<WriteError> for IpcError {
    fn from(error: WriteError) -> Self {
        let code = match error {
            WriteError::Cancelled => Code::Cancelled,
            WriteError::TooManyRows { .. } | WriteError::Disk(_) => Code::FileNotWritten,
        };
        Self::new(code, error.to_string())
    }
}

fn name(format: OtherFormat) -> &'static str {
    match format {
        OtherFormat::OldOrLockedExcel => "XLS",
        OtherFormat::OpenDocument => "ODS",
        OtherFormat::BinaryExcel => "XLSB",
        OtherFormat::Numbers => "Numbers",
        OtherFormat::Pdf => "PDF",
        OtherFormat::WebPage => "HTML",
        OtherFormat::Zip => "ZIP",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_draft_in_use_is_open_once_however_many_others_are_opened() {
        let drafts = Drafts::default();
        let run = |number| RunId(Uuid::from_u128(number));
        let used = drafts.slot(run(0));
        for number in 1..20 {
            drafts.slot(run(number));
        }
        assert!(Arc::ptr_eq(&used, &drafts.slot(run(0))));
        let open = drafts.open.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(open.len(), OPEN, "and the others are closed");
    }
}
