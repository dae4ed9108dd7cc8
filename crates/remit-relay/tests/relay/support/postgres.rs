//! A PostgreSQL of the test's own, from Debian's package. It refuses to run as root, so root starts it as `postgres`.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// The user it runs as, when that is not the test's own.
    other: bool,
    port: u16,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().unwrap();
        let other = id(&["-u"]) == Some(0);
        if other {
            let user = id(&["-u", "postgres"]).expect("Debian's package makes the user postgres");
            chown(folder.path(), Some(user), None).unwrap();
        }
        let cluster = Self {
            folder,
            programs,
            other,
            port: super::free_port(),
        };
        let at = cluster.at();
        cluster.run(
            "initdb",
            &[
                "--no-sync",
                "--auth",
                "trust",
                "--username",
                "postgres",
                "--encoding",
                "UTF8",
                "-D",
                &at,
            ],
        );
        cluster.up();
        cluster
    }

    pub(crate) fn url(&self) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn files(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server, which recovers if need be.
    pub(crate) fn up(&self) {
        let options = format!(
            "-h 127.0.0.1 -p {} -k {}",
            self.port,
            self.folder.path().display()
        );
        let log = self.folder.path().join("log").display().to_string();
        self.run(
            "pg_ctl",
            &[
                "-D",
                &self.at(),
                "-w",
                "-t",
                "60",
                "-l",
                &log,
                "-o",
                &options,
                "start",
            ],
        );
    }

    /// Ends the server at once, as a crash would.
    pub(crate) fn crash(&self) {
        self.run(
            "pg_ctl",
            &["-D", &self.at(), "-w", "-m", "immediate", "stop"],
        );
    }

    /// Tells it something in SQL.
    pub(crate) fn tell(&self, sql: &str) {
        self.run("psql", &["-qtA", "-d", &self.url(), "-c", sql]);
    }

    fn at(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if self.other {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        // Files, not pipes: the server would hold a pipe open.
        let said = tempfile::tempfile().unwrap();
        let status = command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("LC_ALL", "C.UTF-8")
            .stdin(std::process::Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .status()
            .unwrap();
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(
            status.success(),
            "{} {arguments:?}: {status}\n{log}",
            program.display()
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.crash()));
        } else {
            self.crash();
        }
    }
}

/// Where Debian puts the newest.
fn programs() -> PathBuf {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    versions.sort();
    let newest = versions.pop();
    newest
        .expect(
            "PostgreSQL is missing: run `cargo xtask test` once, or `apt-get install postgresql`",
        )
        .1
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
