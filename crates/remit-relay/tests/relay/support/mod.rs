//! A relay as a real process, and a real PostgreSQL.

mod laptop;
mod load;
mod ports;
#[cfg(target_os = "linux")]
mod postgres;
mod scene;

pub(crate) use laptop::Laptop;
pub(crate) use load::Load;
pub(crate) use ports::free_port;
#[cfg(target_os = "linux")]
pub(crate) use postgres::Cluster;
pub(crate) use scene::{Scene, taken};

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use remit_relay::client::{Arrived, Client};
use remit_relay::link::Link;
use remit_relay::sealed::{PrivateKey, PublicKey};
use remit_relay::wire::Cursor;

pub(crate) const ADMIN_TOKEN: &str = "0123456789abcdef0123456789abcdef-admin";

/// The relay, where cargo puts it. The app's tests, which use this too, find it beside themselves.
fn program() -> PathBuf {
    if let Some(program) = option_env!("CARGO_BIN_EXE_remit-relay") {
        return program.into();
    }
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("remit-relay");
    assert!(
        program.exists(),
        "the relay is missing: `cargo xtask test commands` builds it, or `cargo build -p remit-relay`"
    );
    program
}

/// Arguments that tell where a relay keeps things and where it is. The URL stays over restarts.
pub(crate) struct Setup {
    pub(crate) store: String,
    pub(crate) port: u16,
    pub(crate) observe: u16,
    pub(crate) more: Vec<String>,
    /// No file may grow beyond this, as on a disk that is full.
    pub(crate) files_up_to_kib: Option<u32>,
}

impl Setup {
    pub(crate) fn new(store: impl Into<String>) -> Self {
        Self {
            store: store.into(),
            port: free_port(),
            observe: free_port(),
            more: Vec::new(),
            files_up_to_kib: None,
        }
    }

    pub(crate) fn with(mut self, flag: &str, value: impl ToString) -> Self {
        self.more.extend([flag.to_owned(), value.to_string()]);
        self
    }

    /// Takes as much as is posted.
    pub(crate) fn unlimited(self) -> Self {
        self.with("--rate", 1_000_000).with("--burst", 1_000_000)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let program = program();
        let mut command = if let Some(kib) = self.files_up_to_kib {
            let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kib * 2);
            let mut command = Command::new("sh");
            command.args(["-c", &script]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .args(arguments)
            .env("REMIT_RELAY_STORE", &self.store)
            .env("REMIT_RELAY_PUBLIC_URL", self.url())
            .env("REMIT_RELAY_OBSERVE", format!("127.0.0.1:{}", self.observe))
            .env("REMIT_RELAY_ADMIN_TOKEN", ADMIN_TOKEN)
            .stdin(Stdio::null());
        command
    }

    /// Starts the relay and waits until it is well.
    pub(crate) fn start(&self) -> Process {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut child = self
            .command(&["serve", "--listen", &listen])
            .args(&self.more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The log is read all the time, so that the relay never waits for it.
        let log = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let lines = BufReader::new(log).lines().map_while(Result::ok);
            lines.collect::<Vec<_>>().join("\n")
        });
        let until = Instant::now() + Duration::from_secs(60);
        while !self.command(&["check"]).output().unwrap().status.success() {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the relay ended with {status}: {}", log.join().unwrap());
            }
            assert!(Instant::now() < until, "the relay did not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Process {
            child,
            log: Some(log),
        }
    }

    /// What `mailbox list` says.
    pub(crate) fn list(&self) -> String {
        let output = self.command(&["mailbox", "list"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Creates a mailbox on the command line.
    pub(crate) fn mailbox(&self, key: &PublicKey) -> Link {
        let output = self
            .command(&["mailbox", "new", "--public-key", &key.to_string()])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        let link = said
            .lines()
            .find(|line| line.starts_with("remit-relay:"))
            .unwrap_or_else(|| panic!("no link: {said}{complaint}"));
        Link::parse(link).unwrap()
    }
}

/// A relay that runs.
pub(crate) struct Process {
    child: Child,
    log: Option<std::thread::JoinHandle<String>>,
}

impl Process {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; what it logged, once it has ended well.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        let status = self.child.wait().unwrap();
        let log = self.log.take().unwrap().join().unwrap();
        assert!(status.success(), "{status}: {log}");
        log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn client(link: &Link, key: &PrivateKey, reader: &str) -> Client {
    let key = PrivateKey::parse(&key.reveal()).unwrap();
    Client::new(link.clone(), key, reader.parse().unwrap()).unwrap()
}

/// Everything in the mailbox, acknowledged page by page.
pub(crate) async fn drain(client: &Client) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    loop {
        let (arrived, _) = client.fetch(None, Duration::ZERO).await.unwrap();
        let Some(last) = arrived.last().map(|arrived| arrived.cursor) else {
            return bodies;
        };
        bodies.extend(arrived.into_iter().map(body));
        assert_eq!(client.acknowledge(last).await.unwrap(), last);
    }
}

pub(crate) fn body(arrived: Arrived) -> Vec<u8> {
    arrived.notification.unwrap().body
}

pub(crate) fn cursors(arrived: &[Arrived]) -> Vec<Cursor> {
    arrived.iter().map(|arrived| arrived.cursor).collect()
}

/// Whether the text is in some file of that folder or its folders.
pub(crate) fn found_in(folder: &Path, text: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return found_in(&path, text);
        }
        let mut bytes = Vec::new();
        let Ok(mut file) = std::fs::File::open(&path) else {
            return false;
        };
        if file.read_to_end(&mut bytes).is_err() {
            return false;
        }
        bytes.windows(text.len()).any(|window| window == text)
    })
}
