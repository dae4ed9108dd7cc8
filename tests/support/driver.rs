//! A window of WebKitGTK under WebKitWebDriver: Remit's own, or a plain browser's for the payee's side.

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getegid, geteuid};
use serde_json::{Map, Value, json};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../../crates/remit-relay/tests/relay/support/ports.rs"]
mod ports;

const PATIENCE: Duration = Duration::from_secs(60);

/// WebKitWebDriver with the one program it has started. Dropping it ends both.
pub(crate) struct Driver {
    process: Child,
    program: Pid,
    /// What speaks to the window.
    pub(crate) client: Client,
}

impl Driver {
    /// Opens Remit on a data folder, on this ground, with more or other variables in its environment.
    pub(crate) async fn remit(
        data_folder: &Path,
        ground: Ground,
        environment: &[(&'static str, String)],
    ) -> Self {
        let mut driver = ground.command();
        driver
            .env("REMIT_DATA_DIR", data_folder)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().map(|(name, value)| (name, value)));
        Self::open(driver, env!("CARGO_BIN_EXE_remit"), &[]).await
    }

    /// Opens the browser that comes with WebKitGTK, where Debian and Ubuntu keep it.
    pub(crate) async fn browser() -> Self {
        let architecture = std::env::consts::ARCH;
        let browser = format!("/usr/lib/{architecture}-linux-gnu/webkit2gtk-4.1/MiniBrowser");
        Self::open(Ground::Usual.command(), &browser, &["--automation"]).await
    }

    async fn open(mut driver: Command, program: &str, arguments: &[&str]) -> Self {
        let port = ports::free_port();
        let process = driver
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .spawn()
            .expect("WebKitWebDriver is in the package webkit2gtk-driver");
        wait_for_port(port).await;
        let mut capabilities = Map::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": program, "args": arguments }),
        );
        capabilities.insert("timeouts".to_owned(), json!({ "script": 60_000 }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|cause| panic!("{program} opened no window: {cause}"));
        // This waits for the first page.
        client.title().await.unwrap();
        let program = child_of(process.id()).expect("the program runs");
        Self {
            process,
            program,
            client,
        }
    }

    /// Kills the program as a power cut would, and returns when nothing of it runs any more.
    pub(crate) fn kill_program(&self) {
        let _gone = kill(self.program, Signal::SIGKILL);
        let stat = format!("/proc/{}/stat", self.program);
        // What WebKitWebDriver has not reaped yet is a zombie: it holds no lock and no port.
        let runs = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        while runs() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The process of the program.
    pub(crate) fn program(&self) -> Pid {
        self.program
    }

    /// Where what the program sees at a path is to be found from outside, whatever ground it stands on.
    pub(crate) fn seen_from_outside(&self, path: &Path) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}", self.program, path.display()))
    }

    /// The number by which the display knows the program's window whose title matches.
    pub(crate) fn window_on_display(&self, title: &str) -> Option<String> {
        let program = self.program.to_string();
        let found = Command::new("xdotool")
            .args(["search", "--all", "--onlyvisible", "--pid", &program])
            .args(["--name", title])
            .output()
            .unwrap();
        let windows = String::from_utf8_lossy(&found.stdout).into_owned();
        windows.lines().next().map(str::to_owned)
    }

    /// Runs a script in the page and returns what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client
            .execute(script, Vec::new())
            .await
            .unwrap_or_else(|cause| panic!("{script}: {cause}"))
    }

    /// Runs a script whose promise is awaited, and returns what that becomes.
    pub(crate) async fn run_async(&self, promise: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; \
             Promise.resolve().then(() => {promise}).then(done, (error) => done({{ error: String(error) }}));"
        );
        self.client
            .execute_async(&script, Vec::new())
            .await
            .unwrap_or_else(|cause| panic!("{promise}: {cause}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // WebKitWebDriver leaves its program running when it is killed itself.
        self.kill_program();
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// What Remit's data folder stands on. Anything unusual is seen by Remit alone: it is in a mount namespace of its own.
#[derive(Clone, Copy, Default)]
pub(crate) enum Ground {
    /// The disk, as it is.
    #[default]
    Usual,
    /// A disk with few free bytes.
    Small,
    /// A disk that may only be read.
    ReadOnly,
}

impl Ground {
    /// WebKitWebDriver, and so the program that it starts, on this ground.
    fn command(self) -> Command {
        assert!(
            std::env::var("HOME").is_ok_and(|home| home.contains("remit-session-")),
            "these tests want a desktop of their own: run them with `cargo xtask test window crash`"
        );
        let mut driver = match self {
            Self::Usual => Command::new("WebKitWebDriver"),
            Self::Small => on(r#"cp -a "$REMIT_DATA_DIR" "$REMIT_DATA_DIR.below"
                   mount -t tmpfs -o size=6m,mode=700 small "$REMIT_DATA_DIR"
                   cp -a "$REMIT_DATA_DIR.below/." "$REMIT_DATA_DIR""#),
            Self::ReadOnly => on(r#"mount --bind "$REMIT_DATA_DIR" "$REMIT_DATA_DIR"
                   mount -o remount,bind,ro "$REMIT_DATA_DIR""#),
        };
        driver
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        driver
    }
}

/// WebKitWebDriver in a mount namespace that a script has prepared. Who is not root is it for the script only.
fn on(script: &str) -> Command {
    let mut unshare = Command::new("unshare");
    let (user, group) = (geteuid(), getegid());
    let enter = if user.is_root() {
        unshare.arg("--mount");
        String::new()
    } else {
        unshare.args(["--map-root-user", "--mount"]);
        format!("unshare --map-user={user} --map-group={group}")
    };
    let script = format!("set -e\n{script}\nexec {enter} WebKitWebDriver \"$@\"");
    unshare.args(["sh", "-c", &script, "sh"]);
    unshare
}

async fn wait_for_port(port: u16) {
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(
            start.elapsed() < PATIENCE,
            "WebKitWebDriver does not listen"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The process that a process has started.
fn child_of(parent: u32) -> Option<Pid> {
    let is_child = |pid: &i32| {
        // "pid (name) state parent …", where the name may hold anything, brackets too.
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        after_name.split_whitespace().nth(1) == Some(parent.to_string().as_str())
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .find(is_child)
        .map(Pid::from_raw)
}
