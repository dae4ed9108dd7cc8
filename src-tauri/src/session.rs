//! An open account: its ledger, its engine with the driver and the listener, and, for the demo, its sandbox.

use crate::bookmark::Bookmark;
use crate::driver::Driver;
use crate::folder::cannot_write;
use crate::gateway::PockytGateway;
use crate::host::Host;
use crate::inviter::Inviter;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, RosterChanged};
use crate::ipc::inputs::Environment;
use crate::ipc::views::{ProfileView, RememberedHead};
use crate::observer::HostObserver;
use crate::opening::open_ledger;
use crate::profiles::Profile;
use crate::runs::Drafts;
use crate::scheduler::{AccountTill, Scheduler};
use crate::sender::RunSender;
use crate::system::{RandomIds, SystemClock};
use crate::upkeep::{Archive, Upkeep};
use crate::way_in::{Addresses, Intake, Parts, WayIn, relay_link};
use pockyt_sandbox::{FeePayer, Sandbox};
use remit_core::{
    Changed, Code, Engine, Ledger, Observer, Policy, Ports, RecoveryCause, RosterId, Runs, Secret,
    Vault,
};
use remit_ledger::SqliteLedger;
use remit_listener::{Bound, Listener};
use remit_runs::{Inviting, RosterDraft, SchedulePorts, Scheduling, Sending};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use tempfile::TempDir;
use tokio::sync::{Notify, watch};

/// An open account.
pub struct Session {
    engine: Arc<Engine>,
    drafts: Drafts,
    people: Mutex<Option<RosterDraft>>,
    profile: Profile,
    base_url: String,
    token_stored: bool,
    bookmark: Arc<Bookmark>,
    archive: Option<Arc<Archive>>,
    // Dropped in this order: nothing new arrives or leaves, then the sandbox stops.
    closing: watch::Sender<bool>,
    scheduler: Scheduler,
    sender: RunSender,
    inviter: Inviter,
    driver: Driver,
    way_in: WayIn,
    listener: Listener,
    upkeep: Upkeep,
    sandbox: Option<Sandbox>,
    temporary: Option<TempDir>,
}

/// Where an account is kept.
pub(crate) enum Place {
    /// In the data folder, with where copies go unless the owner chose another place.
    Kept { folder: PathBuf, copies: PathBuf },
    /// Only as long as the window is open: there is no keychain to keep the key in.
    Passing(TempDir),
}

impl Session {
    /// Opens an account. What a crash interrupted is found here, before anything is sent (I5).
    ///
    /// # Errors
    /// When the folder, the keychain or the ledger does not work. Nothing is wiped or made anew in place of what is there.
    pub(crate) async fn open(
        host: Arc<dyn Host>,
        vault: Arc<dyn Vault>,
        mut profile: Profile,
        place: Place,
    ) -> Result<Self, IpcError> {
        let (folder, copies, temporary) = match place {
            Place::Kept { folder, copies } => (folder, Some(copies), None),
            Place::Passing(temporary) => (temporary.path().to_owned(), None, Some(temporary)),
        };
        std::fs::create_dir_all(&folder).map_err(|cause| cannot_write(&folder, &cause))?;
        let ledger = open_ledger(vault.as_ref(), &profile.id, &folder).await?;
        tell_holder(&ledger, &profile).await?;
        let token = vault.get(&Secret::ApiToken(profile.id.clone())).await?;
        let sandbox = match (profile.environment, &token) {
            (Environment::Demo, Some(token)) => {
                Some(start_sandbox(&profile, token, &folder).await?)
            }
            _ => None,
        };
        let base_url = sandbox
            .as_ref()
            .map_or_else(|| profile.base_url.clone(), Sandbox::base_url);
        let bound = Bound::bind(profile.listener_port, &profile.listener_path).await.map_err(|cause| {
            IpcError::new(Code::Internal, format!("Remit cannot listen on this computer's own address ({cause}). Restart the computer and try again."))
        })?;
        // A port that another program has now is still the one that the owner's tunnel leads to.
        if profile.listener_port == 0 {
            profile.listener_port = bound.port();
        }
        let came_back = Arc::new(Notify::new());
        let teller = Arc::new(HostObserver {
            host: Arc::clone(&host),
            came_back: Arc::clone(&came_back),
            sending: OnceLock::new(),
        });
        let observer: Arc<dyn Observer> = teller.clone();
        let relay = match relay_link(vault.as_ref(), &profile.id).await {
            Ok(relay) => relay,
            // Without its relay an account learns by asking; that locks nobody out.
            Err(error) => {
                observer.changed(Changed::Trouble(error));
                None
            }
        };
        let public_url = profile.public_url.clone();
        let addresses = Addresses::new(&base_url, bound.url(), public_url, relay);
        let (closing, closed) = watch::channel(false);
        let gateway = PockytGateway::new(&base_url, &profile, token.as_ref(), closed)?;
        let patience = if sandbox.is_some() {
            Policy::demo()
        } else {
            Policy::default()
        };
        let policy = Policy {
            limits: profile.limits.into(),
            ..patience
        };
        let ports = Ports {
            gateway: Arc::new(gateway),
            ledger: ledger.clone(),
            vault: Arc::clone(&vault),
            clock: Arc::new(SystemClock::default()),
            ids: Arc::new(RandomIds),
        };
        let engine = Arc::new(Engine::new(
            ports,
            policy,
            Arc::clone(&observer),
            addresses.ipn_url(),
        ));
        // A row that cannot be written is told, and tried again with each round; it locks nobody out.
        if let Err(error) = engine.recover().await {
            // An engine that does not know that its ledger is an older one would send from it.
            if engine.recovery() != ledger.recovery().await? {
                return Err(error.into());
            }
            observer.changed(Changed::Trouble(error));
        }
        let secrets = Arc::clone(&vault);
        let bookmark = Arc::new(Bookmark::new(Arc::clone(&engine), secrets, &profile.id));
        match bookmark.compare().await {
            // The ledger may have noticed by itself, by what it keeps beside the file.
            Ok(_) if is_older(&engine) => observer.changed(Changed::Trouble(rolled_back())),
            // Before the first event: a history of which the keychain knows nothing is taken for an older one.
            Ok(RememberedHead::None) => {
                if let Err(error) = bookmark.keep().await {
                    // The upkeep tries again, and tells.
                    tracing::warn!(?error, "the keychain does not know of the history yet");
                }
            }
            Ok(_) => {}
            // Nobody knows whether this is the newest file; the upkeep asks again.
            Err(error @ remit_core::Error::Vault(_)) => {
                engine.hold(error.clone());
                observer.changed(Changed::Trouble(error));
            }
            // Nothing may be sent from an older file before that is on record.
            Err(error) => return Err(error.into()),
        }
        let tell = Arc::clone(&host);
        let told =
            move |id: RosterId| tell.tell(AppEvent::Roster(RosterChanged { id: id.to_string() }));
        let inviting = Inviting::new(Arc::clone(&engine), ledger.clone(), Box::new(told));
        let runs: Arc<dyn Runs> = ledger.clone();
        let scheduling = Scheduling::new(SchedulePorts {
            clock: Arc::clone(&engine.ports().clock),
            ids: Arc::clone(&engine.ports().ids),
            ledger: Arc::clone(&engine.ports().ledger),
            runs: Arc::clone(&runs),
            schedules: ledger.clone(),
            till: Arc::new(AccountTill::new(
                Arc::clone(&engine),
                token.is_some(),
                closing.subscribe(),
            )),
            observer: teller.clone(),
        });
        let sending = Sending::new(Arc::clone(&engine), runs, teller.clone());
        let sending = Arc::new(sending);
        // The engine holds the observer, and the one that sends runs the engine: they would keep each other for ever.
        let _ = teller.sending.set(Arc::downgrade(&sending));
        let archive = copies.map(|copies| {
            let (host, bookmark) = (Arc::clone(&host), Arc::clone(&bookmark));
            Arc::new(Archive::new(
                host,
                ledger,
                bookmark,
                profile.id.clone(),
                copies,
            ))
        });
        let token_stored = token.is_some();
        let intake = Intake::new(Arc::clone(&engine), Arc::clone(&observer), token_stored);
        let intake = Arc::new(intake);
        let listener = bound.serve(Arc::clone(&intake));
        let parts = Parts {
            host: Arc::clone(&host),
            vault,
            engine: Arc::clone(&engine),
            intake,
            token,
            addresses,
            came_back,
        };
        let way_in = WayIn::open(parts, &profile).await;
        let driver = Driver::start(Arc::clone(&engine), Arc::clone(&observer));
        let sender = RunSender::start(sending, Arc::clone(&observer));
        let inviter = Inviter::start(Arc::new(inviting), Arc::clone(&observer));
        let scheduler = Scheduler::start(scheduling, observer);
        let upkeep = Upkeep::start(host, Arc::clone(&bookmark), archive.clone());
        Ok(Self {
            engine,
            drafts: Drafts::default(),
            people: Mutex::default(),
            profile,
            base_url,
            token_stored,
            bookmark,
            archive,
            closing,
            scheduler,
            sender,
            inviter,
            driver,
            way_in,
            listener,
            upkeep,
            sandbox,
            temporary,
        })
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The ledger.
    pub fn ledger(&self) -> &dyn Ledger {
        self.engine.ports().ledger.as_ref()
    }

    /// Where payout runs are kept.
    pub fn runs(&self) -> &dyn Runs {
        self.sender.sending().runs()
    }

    /// What sends the released ones.
    pub(crate) fn sending(&self) -> &Sending {
        self.sender.sending()
    }

    /// What registers the rows of files of people.
    pub(crate) fn inviting(&self) -> &Inviting {
        self.inviter.inviting()
    }

    /// The file of people that is open.
    pub(crate) fn people(&self) -> &Mutex<Option<RosterDraft>> {
        &self.people
    }

    /// The schedules.
    pub fn scheduling(&self) -> &Scheduling {
        self.scheduler.scheduling()
    }

    /// The drafts of payout runs that are open.
    pub(crate) fn drafts(&self) -> &Drafts {
        &self.drafts
    }

    /// The account, as it was opened.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether anything of it outlives the window.
    pub(crate) fn keeps(&self) -> bool {
        self.temporary.is_none()
    }

    /// What the window is shown of it.
    pub fn view(&self) -> ProfileView {
        self.profile
            .view(self.keeps(), self.token_stored, &self.base_url)
    }

    /// The copies of its ledger; nothing for an account that is kept nowhere.
    pub(crate) fn archive(&self) -> Option<&Archive> {
        self.archive.as_deref()
    }

    /// How the end of a payout reaches this computer.
    pub(crate) fn way_in(&self) -> &WayIn {
        &self.way_in
    }

    /// What the keychain remembers of its history.
    pub(crate) fn bookmark(&self) -> &Bookmark {
        &self.bookmark
    }

    /// Does something that may take long, unless the account is closed meanwhile.
    pub(crate) async fn unless_closed<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut closed = self.closing.subscribe();
        tokio::select! {
            done = work => Some(done),
            _ = closed.wait_for(|closed| *closed) => None,
        }
    }

    /// The demo's sandbox.
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.as_ref()
    }

    /// Tells whoever waits for Pockyt's answer to a question that nobody is interested any more.
    pub(crate) fn begin_closing(&self) {
        self.closing.send_replace(true);
    }

    /// Closes the account: nothing is sent or taken any more when this returns.
    pub(crate) async fn close(self) {
        let Self {
            engine,
            scheduler,
            sender,
            inviter,
            driver,
            way_in,
            listener,
            upkeep,
            sandbox,
            ..
        } = self;
        scheduler.stop().await;
        sender.stop().await;
        inviter.stop().await;
        driver.stop().await;
        // What is claimed and has not left is queued at the next start, and not a payout to ask Pockyt about.
        if let Err(cause) = engine.standstill().await {
            tracing::warn!(%cause, "what had not left is asked about at the next start");
        }
        way_in.stop().await;
        listener.stop().await;
        upkeep.stop().await;
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
    }

    /// Lets the engine, and what sends payout runs, act at once.
    pub fn wake(&self) {
        self.engine.wake();
        self.sending().wake();
        self.inviting().wake();
    }
}

/// Lets the ledger know whose it is, so that a copy can be opened on another computer.
async fn tell_holder(ledger: &SqliteLedger, profile: &Profile) -> Result<(), IpcError> {
    let holder = profile.holder().text();
    if let Some(holder) = holder
        && ledger.account().await?.as_ref() != Some(&holder)
    {
        ledger.set_account(holder).await?;
    }
    Ok(())
}

/// Whether an older file is in the ledger's place and is still being compared with Pockyt.
fn is_older(engine: &Engine) -> bool {
    engine.recovery().is_some_and(|recovery| {
        recovery.cause == RecoveryCause::RolledBack && recovery.done_at.is_none()
    })
}

/// What to tell about a file that is older than what was sent from it.
pub(crate) fn rolled_back() -> remit_core::Error {
    remit_core::Error::rule(
        Code::LedgerRolledBack,
        "The ledger lacks entries that Remit wrote: an older file is in its place. Before anything is sent, Remit compares \
         it with Pockyt and brings back what is missing. What was queued is not sent by itself: look through the payouts.",
    )
}

/// Opens the ledger with its key from the keychain. A ledger whose key is gone is left exactly as it is.
async fn start_sandbox(
    profile: &Profile,
    token: &SecretString,
    folder: &Path,
) -> Result<Sandbox, IpcError> {
    let config = pockyt_sandbox::Config {
        merchant_no: profile.merchant_no.clone(),
        store_no: profile.store_no.clone(),
        api_token: token.expose_secret().to_owned(),
        pockyt_user: profile.pockyt_user,
        state_file: Some(folder.join("sandbox.json")),
        control: false,
        program: Some("Remit"),
        // So that the balance falls by what the review said.
        fee_payer: FeePayer::Merchant,
        ..pockyt_sandbox::Config::default()
    };
    Sandbox::start(config).await.map_err(|cause| {
        IpcError::new(
            Code::Internal,
            format!("The demo could not start: {cause}. Close Remit and start it again."),
        )
    })
}
