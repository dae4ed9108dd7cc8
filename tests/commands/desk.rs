//! The app under test: a data folder, a keychain, and a mock window that calls commands.

use crate::doubles::{Keychain, Notebook};
use pockyt_sandbox::Control;
use remit::app::App;
use remit::session::Session;
use remit::system::RandomIds;
use remit_core::{Secret, Vault};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{
    INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets,
};
use tauri::webview::InvokeRequest;
use tauri::{Manager, WebviewWindow, WebviewWindowBuilder};

/// How long anything may take on a busy computer.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `look` finds something.
#[track_caller]
pub fn wait_for<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    wait_within(PATIENCE, what, look)
}

/// The same, at most so long.
#[track_caller]
pub fn wait_within<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < patience, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Waits until a ledger that was put back has compared itself with Pockyt. That begins after the three minutes for which a
/// request of the lost ledger may still be on its way.
#[track_caller]
pub fn compared(desk: &Desk) -> Value {
    let patience = Duration::from_secs(7 * 60);
    wait_within(patience, "the comparison with Pockyt", || {
        let recovery = desk.ok("engine_status", json!({}))["recovery"].clone();
        recovery["doneAt"].is_string().then_some(recovery)
    })
}

/// Runs a future where the app's own run.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tauri::async_runtime::block_on(future)
}

/// The app on a data folder.
pub struct Desk {
    window: WebviewWindow<MockRuntime>,
    /// Kept for its life only; the lock lets several threads click.
    _app: Mutex<tauri::App<MockRuntime>>,
    pub host: Arc<Notebook>,
    pub keychain: Arc<Keychain>,
    pub folder: PathBuf,
    answers: Arc<Mutex<Vec<String>>>,
}

impl Desk {
    /// The app as it starts on this folder with this keychain.
    pub fn new(folder: &Path, keychain: &Arc<Keychain>) -> Self {
        let app = mock_builder()
            .invoke_handler(remit::ipc::handler())
            .build(mock_context(noop_assets()))
            .unwrap();
        let host = Notebook::new(folder);
        let vault: Arc<dyn Vault> = Arc::clone(keychain) as Arc<dyn Vault>;
        app.manage(App::new(
            Arc::clone(&host) as Arc<_>,
            vault,
            Arc::new(RandomIds),
            folder.to_owned(),
        ));
        let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default())
            .build()
            .unwrap();
        Self {
            window,
            _app: Mutex::new(app),
            host,
            keychain: Arc::clone(keychain),
            folder: folder.to_owned(),
            answers: Arc::default(),
        }
    }

    /// The same, which opens its account before any window asks for it, as the real one does. It must be asked to start
    /// before it is dropped.
    pub fn ahead(folder: &Path, keychain: &Arc<Keychain>) -> Self {
        let desk = Self::new(folder, keychain);
        remit::app::begin_ahead(desk.window.app_handle());
        desk
    }

    /// Whether an account is open.
    pub fn has_account(&self) -> bool {
        wait(self.app().session()).is_ok()
    }

    /// Calls a command.
    pub fn ask(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        assert!(
            remit::ipc::COMMAND_NAMES.contains(&command),
            "{command} is no command"
        );
        let url = if cfg!(windows) {
            "http://tauri.localhost"
        } else {
            "tauri://localhost"
        };
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: url.parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        let answer = get_ipc_response(&self.window, request)
            .map(|body| body.deserialize::<Value>().unwrap());
        let (Ok(text) | Err(text)) = &answer;
        self.answers.lock().unwrap().push(text.to_string());
        answer
    }

    /// Calls a command that must work.
    #[track_caller]
    pub fn ok(&self, command: &str, arguments: Value) -> Value {
        match self.ask(command, arguments) {
            Ok(answer) => answer,
            Err(error) => panic!("{command} failed: {error}"),
        }
    }

    /// Calls a command that must be refused with this code about this field, in words that help.
    #[track_caller]
    pub fn refused(
        &self,
        command: &str,
        arguments: Value,
        code: &str,
        field: Option<&str>,
    ) -> Value {
        match self.ask(command, arguments) {
            Ok(answer) => panic!("{command} must be refused with {code}, but it answered {answer}"),
            Err(error) => {
                assert_eq!(error["code"], code, "{command}: {error}");
                assert_eq!(
                    error["field"].as_str(),
                    field,
                    "{command} names the wrong field: {error}"
                );
                assert_helpful(&error);
                error
            }
        }
    }

    /// Everything that commands answered.
    pub fn answers(&self) -> Vec<String> {
        self.answers.lock().unwrap().clone()
    }

    fn app(&self) -> tauri::State<'_, App> {
        self.window.state::<App>()
    }

    /// Opens the demo. Returns its Pockyt.
    pub fn open_demo(&self) -> Control {
        self.ok("try_demo", json!({}));
        self.demo()
    }

    /// The open account. Nobody may keep it, or it could not be closed.
    pub fn session(&self) -> Arc<Session> {
        wait(self.app().session()).unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The Pockyt of the open demo.
    pub fn demo(&self) -> Control {
        self.session()
            .sandbox()
            .expect("the demo is open")
            .control()
    }

    /// The folder of an account.
    pub fn profile_folder(&self, profile: &str) -> PathBuf {
        self.folder.join("profiles").join(profile)
    }

    /// The key of an account's ledger.
    pub fn ledger_key(&self, profile: &str) -> SecretString {
        let secret = Secret::LedgerKey(profile.to_owned());
        wait(self.keychain.get(&secret))
            .unwrap()
            .expect("the key of the ledger is in the keychain")
    }

    /// Closes the window: the account is closed properly. Returns what the next start begins from.
    pub fn quit(self) -> (PathBuf, Arc<Keychain>) {
        wait(self.app().end());
        (self.folder.clone(), Arc::clone(&self.keychain))
    }

    /// Starts again after [`Desk::quit`].
    pub fn start((folder, keychain): (PathBuf, Arc<Keychain>)) -> Self {
        let desk = Self::new(&folder, &keychain);
        desk.ok("startup", json!({}));
        desk
    }

    /// Ends the app without a farewell, as a crash does, and starts it again on the same folder and keychain.
    pub fn crash(self) -> Self {
        let (folder, keychain) = (self.folder.clone(), Arc::clone(&self.keychain));
        drop(self);
        let next = Self::new(&folder, &keychain);
        next.ok("startup", json!({}));
        next
    }

    /// Whether a ledger of this folder is open. SQLite removes the write-ahead log with the last connection.
    fn is_open(&self) -> bool {
        let accounts = std::fs::read_dir(self.folder.join("profiles"));
        accounts
            .into_iter()
            .flatten()
            .flatten()
            .any(|account| account.path().join("ledger.db-wal").exists())
    }

    /// Waits until a payout is in this state, and returns it with its history.
    #[track_caller]
    pub fn until(&self, id: &str, state: &str) -> Value {
        self.until_that(id, state, |payout| payout["state"] == state)
    }

    /// Waits until a payout is as it shall be.
    pub fn until_that(&self, id: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            last = self.ok("payout", json!({ "id": id }));
            if is(&last["payout"]) {
                return last;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("the payout never came to this: {what}: {last:#}");
    }

    /// Every payout in the ledger, newest first.
    pub fn payouts(&self) -> Vec<Value> {
        let page = self.ok("list_payouts", json!({ "query": payout_query() }));
        page["payouts"].as_array().unwrap().clone()
    }

    /// Every payee in the ledger, newest first.
    pub fn payees(&self) -> Vec<Value> {
        let page = self.ok("list_payees", json!({ "query": payee_query() }));
        page["payees"].as_array().unwrap().clone()
    }
}

impl Drop for Desk {
    /// Ends the app without a farewell. Its tasks are aborted wherever they are.
    fn drop(&mut self) {
        #[expect(
            deprecated,
            reason = "no State is borrowed any more: every command has been answered"
        )]
        drop(self.window.unmanage::<App>());
        let start = Instant::now();
        while self.is_open() && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Every payout.
pub fn payout_query() -> Value {
    json!({ "search": "", "states": [], "payeeId": null, "run": null, "from": null, "to": null, "sort": "newest", "cursor": null, "limit": 100 })
}

/// Every payee but refused ones.
pub fn payee_query() -> Value {
    json!({ "search": "", "statuses": [], "sort": "newest", "cursor": null, "limit": 100 })
}

/// `base` with some of its members replaced.
pub fn with(mut base: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// An error says in plain words what happened and what to do.
#[track_caller]
pub fn assert_helpful(error: &Value) {
    // What Pockyt said is Pockyt's, and a path is the owner's: the name of a test's folder is made
    // of letters by chance, and may spell anything.
    let message = error["message"].as_str().unwrap();
    let message = message.split(" Pockyt said: ").next().unwrap();
    let words = message.split(' ').filter(|word| !word.starts_with('/'));
    let message = words.collect::<Vec<_>>().join(" ");
    assert!(
        message.split(' ').count() >= 4,
        "this says too little: {message:?}"
    );
    assert!(message.contains('.'), "this is not a sentence: {message:?}");
    let jargon = [
        "Error", "error:", "panic", "None", "Some(", "null", "reqwest", "hyper", "tokio", "serde",
        "sqlite", "SQL", "JSON", "Mutex", "errno", "Refused(", "ret_code", "_",
    ];
    for word in jargon {
        assert!(
            !message.contains(word),
            "{word:?} means nothing to an owner: {message:?}"
        );
    }
}
