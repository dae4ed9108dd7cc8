//! Payees from a file: the open file, and what becomes of its rows.

use super::App;
use super::runs::{read_file, write_whole};
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, RosterChanged, RunImport};
use crate::ipc::inputs::{FileWords, Language, RosterEdit, RosterMapping};
use crate::ipc::views::{
    RosterDraftView, RosterPerson, RosterPersonPage, RosterRowPage, RosterView,
};
use crate::session::Session;
use remit_core::{Code, LedgerError, RosterId, RosterRow, RosterState};
use remit_import::{PersonField, Progress, people_template, write_list};
use remit_runs::{Acquainted, Book, House, PersonStanding, RosterDraft};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};

/// The most rows of one page.
const MOST: u32 = 500;
/// How many rosters are listed.
const LISTED: u32 = 50;
/// How many mappings are remembered.
const REMEMBERED: usize = 50;

impl App {
    pub(crate) async fn open_roster(
        &self,
        path: String,
        language: Language,
    ) -> Result<RosterDraftView, IpcError> {
        let remembered = self.current().await?.people_mappings;
        let chinese = language.of_headers() == remit_import::Language::Chinese;
        let id = RosterId(self.ids.uuid());
        let host = std::sync::Arc::clone(&self.host);
        self.session().await?.drafts().begin();
        self.aside(move |session| async move {
            let path = Path::new(&path);
            let source = read_file(path)?;
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let house = House {
                invites: session.profile().pockyt_user,
                lang: if chinese { "zh" } else { "en" }.to_owned(),
            };
            let mut watcher = |progress: Progress| {
                host.tell(AppEvent::Import(RunImport {
                    bytes: progress.done,
                    of_bytes: Some(progress.of),
                    rows: progress.rows,
                }));
                session.drafts().goes_on()
            };
            let mut draft = RosterDraft::read(
                id,
                name.unwrap_or_default(),
                &source,
                &remembered,
                house,
                &mut watcher,
            )?;
            let known = acquainted(&session).await?;
            draft.check(&known, today(&session));
            let view = RosterDraftView::new(&draft);
            *open(&session) = Some(draft);
            Ok(view)
        })
        .await
    }

    pub(crate) async fn roster_draft(&self, id: String) -> Result<RosterDraftView, IpcError> {
        self.with_draft(id, |_| Ok(())).await
    }

    pub(crate) async fn set_roster_mapping(
        &self,
        id: String,
        mapping: RosterMapping,
    ) -> Result<RosterDraftView, IpcError> {
        let header = mapping.header_row.map(|row| row as usize);
        let (columns, order) = (mapping.columns, mapping.date_order);
        let view = self
            .with_draft(id, move |draft| Ok(draft.map(header, columns, order)?))
            .await?;
        let session = self.session().await?;
        let remember = open(&session).as_ref().map(RosterDraft::to_remember);
        if let Some(remember) = remember {
            let profile = session.profile().id.clone();
            let _opening = self.opening.lock().await;
            self.change_profile(&profile, |profile| {
                let known = &mut profile.people_mappings;
                known.retain(|known| known.fingerprint != remember.fingerprint);
                known.insert(0, remember);
                known.truncate(REMEMBERED);
            })?;
        }
        Ok(view)
    }

    pub(crate) async fn edit_roster_cell(
        &self,
        id: String,
        edit: RosterEdit,
    ) -> Result<RosterDraftView, IpcError> {
        self.with_draft(id, move |draft| {
            let text = edit.text.into_secret();
            Ok(draft.edit(edit.row, edit.field, text.expose_secret())?)
        })
        .await
    }

    /// Changes the open file, and checks it against the ledger as it now is.
    async fn with_draft(
        &self,
        id: String,
        change: impl FnOnce(&mut RosterDraft) -> Result<(), IpcError> + Send + 'static,
    ) -> Result<RosterDraftView, IpcError> {
        let id = roster_id(&id)?;
        self.aside(move |session| async move {
            let known = acquainted(&session).await?;
            let mut open = open(&session);
            let draft = the_one(open.as_mut(), id)?;
            change(draft)?;
            draft.check(&known, today(&session));
            Ok(RosterDraftView::new(draft))
        })
        .await
    }

    pub(crate) async fn roster_people(
        &self,
        id: String,
        only_problems: bool,
        from: u32,
        limit: u32,
    ) -> Result<RosterPersonPage, IpcError> {
        let session = self.session().await?;
        let mut open = open(&session);
        let draft = &*the_one(open.as_mut(), roster_id(&id)?)?;
        let wants_id = draft.wants_id();
        let shown = PersonField::ALL.into_iter().filter(|field| {
            let asked = match field {
                PersonField::GovernmentId | PersonField::GovernmentIdType => wants_id,
                field => PersonField::REQUIRED.contains(field),
            };
            asked || draft.mapping().column(*field).is_some()
        });
        let fields: Vec<_> = shown.collect();
        let rows = draft.checked().iter();
        let wanted: Vec<_> = rows
            .filter(|row| !only_problems || row.standing == PersonStanding::Faulty)
            .collect();
        let page = wanted
            .iter()
            .skip(from as usize)
            .take(limit.min(MOST) as usize);
        Ok(RosterPersonPage {
            rows: page
                .map(|person| RosterPerson::new(draft, person, &fields))
                .collect(),
            total: u32::try_from(wanted.len()).unwrap_or(u32::MAX),
            fields,
        })
    }

    pub(crate) async fn invite_roster(&self, id: String) -> Result<RosterView, IpcError> {
        let id = roster_id(&id)?;
        let session = self.session().await?;
        // A second click while the first is answered, or after it was.
        if session.inviting().rosters().roster(id).await?.is_some() {
            return view(&session, id).await;
        }
        let known = acquainted(&session).await?;
        let begun = {
            let mut open = open(&session);
            let draft = the_one(open.as_mut(), id)?;
            draft.check(&known, today(&session));
            draft.begin(session.engine().now(), self.ids.as_ref())?
        };
        session.inviting().begin(begun).await?;
        // Another file may have been opened meanwhile.
        open(&session).take_if(|draft| draft.id() == id);
        self.host
            .tell(AppEvent::Roster(RosterChanged { id: id.to_string() }));
        view(&session, id).await
    }

    pub(crate) async fn list_rosters(&self) -> Result<Vec<RosterView>, IpcError> {
        let session = self.session().await?;
        let all = session.inviting().rosters().rosters(LISTED).await?;
        let trouble = || session.inviting().trouble().map(IpcError::from);
        let views = all
            .iter()
            .map(|(roster, counts)| RosterView::new(roster, counts, trouble()));
        Ok(views.collect())
    }

    pub(crate) async fn roster(&self, id: String) -> Result<RosterView, IpcError> {
        let session = self.session().await?;
        view(&session, roster_id(&id)?).await
    }

    pub(crate) async fn roster_rows(
        &self,
        id: String,
        states: Vec<RosterState>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<RosterRowPage, IpcError> {
        let session = self.session().await?;
        let limit = limit.clamp(1, MOST);
        let rosters = session.inviting().rosters();
        let mut rows = rosters
            .roster_rows(roster_id(&id)?, &states, after, limit + 1)
            .await?;
        // One more than wanted tells whether there is a next page.
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok(RosterRowPage {
            next: rows.last().map(|row| row.place).filter(|_| more),
            rows: rows.into_iter().map(Into::into).collect(),
        })
    }

    pub(crate) async fn stop_roster(&self, id: String) -> Result<RosterView, IpcError> {
        let id = roster_id(&id)?;
        let session = self.session().await?;
        session.inviting().stop(id).await?;
        self.host
            .tell(AppEvent::Roster(RosterChanged { id: id.to_string() }));
        view(&session, id).await
    }

    pub(crate) async fn resume_roster(&self, id: String) -> Result<RosterView, IpcError> {
        let id = roster_id(&id)?;
        let session = self.session().await?;
        session.inviting().rosters().resume_roster(id).await?;
        session.inviting().wake();
        self.host
            .tell(AppEvent::Roster(RosterChanged { id: id.to_string() }));
        view(&session, id).await
    }

    pub(crate) async fn export_roster(
        &self,
        id: String,
        words: FileWords,
    ) -> Result<Option<String>, IpcError> {
        let id = roster_id(&id)?;
        let session = self.session().await?;
        let found = session.inviting().rosters().roster(id).await?;
        let (roster, _) = found.ok_or_else(not_found)?;
        let stem = PathBuf::from(&roster.name);
        let stem = stem
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let name = format!("{} - Remit.csv", stem.unwrap_or_default());
        let Some(path) = self.host.choose_place(&name).await else {
            return Ok(None);
        };
        self.aside(move |session| async move {
            let rosters = session.inviting().rosters();
            let rows = rosters.roster_rows(id, &[], None, u32::MAX).await?;
            let width = roster.headers.len();
            let own = roster.headers.into_iter();
            let told = words.columns.all(["status", "reason"]);
            let headers: Vec<_> = own.chain(told).collect();
            let lines = rows.into_iter().map(|row| {
                let told = [words.person.of(row.state), why(&row, &words)];
                let mut cells = row.cells;
                cells.resize(width, String::new());
                cells.extend(told);
                cells
            });
            write_whole(&path, |file| write_list(file, &headers, lines))
        })
        .await
        .map(Some)
    }

    pub(crate) async fn save_roster_template(
        &self,
        language: Language,
    ) -> Result<Option<String>, IpcError> {
        let language = language.of_headers();
        let Some(path) = self.host.choose_place("payees.csv").await else {
            return Ok(None);
        };
        self.aside(
            move |_| async move { write_whole(&path, |file| people_template(file, language)) },
        )
        .await
        .map(Some)
    }
}

/// Why that became of a row, as far as there is more to say.
fn why(row: &RosterRow, words: &FileWords) -> String {
    let told = row.words.as_deref().unwrap_or_default();
    match (row.state, row.same_as) {
        (state, Some(line)) => words.person_why.with(state, "line", &line.to_string()),
        (RosterState::IdGone, _) => words.person_why.of(row.state),
        (RosterState::Refused, _) if !told.is_empty() => {
            words.person_why.with(row.state, "words", told)
        }
        // Rows of earlier builds have what was wrong in words of then.
        _ if row.faults.is_empty() => told.to_owned(),
        _ => {
            let faults = row.faults.iter().map(|(field, fault)| {
                format!("{}: {}", words.field.of(field), words.fault.of(fault))
            });
            faults.collect::<Vec<_>>().join(" ")
        }
    }
}

async fn view(session: &Session, id: RosterId) -> Result<RosterView, IpcError> {
    let found = session.inviting().rosters().roster(id).await?;
    let (roster, counts) = found.ok_or_else(not_found)?;
    let trouble = session.inviting().trouble().map(IpcError::from);
    Ok(RosterView::new(&roster, &counts, trouble))
}

/// Who is a payee already.
async fn acquainted(session: &Session) -> Result<Acquainted, LedgerError> {
    Ok(Acquainted {
        book: Book::load(session.ledger()).await?,
        codes: session
            .inviting()
            .rosters()
            .codes_of_payees()
            .await?
            .into_iter()
            .collect(),
    })
}

/// The day as the engine counts it when it checks the form.
fn today(session: &Session) -> jiff::civil::Date {
    session
        .engine()
        .now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

fn open(session: &Session) -> MutexGuard<'_, Option<RosterDraft>> {
    session
        .people()
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

fn the_one(draft: Option<&mut RosterDraft>, id: RosterId) -> Result<&mut RosterDraft, IpcError> {
    draft.filter(|draft| draft.id() == id).ok_or_else(not_found)
}

fn roster_id(text: &str) -> Result<RosterId, IpcError> {
    text.parse().map_err(|_| not_found())
}

fn not_found() -> IpcError {
    IpcError::new(
        Code::RosterNotFound,
        "This file is not open any more. Go back to the payees and open it again; whoever was invited is not invited twice.",
    )
}
