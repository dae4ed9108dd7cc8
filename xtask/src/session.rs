//! A desktop session of its own for Linux: a virtual display, a D-Bus session bus and an unlocked, empty Secret Service,
//! with a private home, so that nothing of the user's is shown, read or changed.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::{place, step};

/// The size of the virtual screen: any of the app's windows fits.
const SCREEN: &str = "1400x1000x24";

/// How long each part of the session may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// An object on the session bus.
#[derive(Clone, Copy)]
struct Service {
    name: &'static str,
    path: &'static str,
    interface: &'static str,
}

const BUS: Service = Service {
    name: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
};

const KEYCHAIN: Service = Service {
    name: "org.freedesktop.secrets",
    path: "/org/freedesktop/secrets",
    interface: "org.freedesktop.Secret.Service",
};

/// A running session. Dropping it ends every process started in it and removes its home.
pub(crate) struct Session {
    /// The display's server, whose process group holds every process of the session, then the others.
    servers: Vec<Child>,
    group: Pid,
    environment: Vec<(&'static str, OsString)>,
    home: TempDir,
}

impl Session {
    /// Whether there is no display to open a window on.
    pub(crate) fn is_needed() -> bool {
        let named = |variable| env::var_os(variable).is_some_and(|value| !value.is_empty());
        !named("DISPLAY") && !named("WAYLAND_DISPLAY")
    }

    /// Starts a session and waits until all of it answers.
    ///
    /// # Errors
    /// When a part does not start; says which, and where its output is.
    pub(crate) fn start() -> Result<Self> {
        // A short path: the names of sockets in it may have at most 107 bytes.
        let home = tempfile::Builder::new()
            .prefix("remit-session-")
            .tempdir()?;
        let log_file = place::target()?.join("xtask/session.log");
        fs::create_dir_all(log_file.parent().unwrap_or(Path::new(".")))?;
        let log = File::create(&log_file)?;
        let start = || -> Result<Self> {
            let environment = private_environment(home.path())?;
            let (display, screen) = start_display(&log)?;
            let mut session = Self {
                group: Pid::from_raw(display.id().cast_signed()),
                servers: vec![display],
                environment,
                home,
            };
            session
                .environment
                .push(("DISPLAY", format!(":{screen}").into()));
            session.end_on_interrupt()?;
            session.start_bus(&log)?;
            session.start_secret_service(&log)?;
            Ok(session)
        };
        let session = start().with_context(|| {
            format!(
                "the virtual session did not start; see {}",
                log_file.display()
            )
        })?;
        println!(
            "virtual session: display, D-Bus and keychain of its own, home {}",
            session.home.path().display()
        );
        Ok(session)
    }

    /// Makes the command run in this session: in its environment, ended with it.
    pub(crate) fn enter<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        for elsewhere in ["WAYLAND_DISPLAY", "XAUTHORITY", "LC_ALL", "LANGUAGE"] {
            command.env_remove(elsewhere);
        }
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .process_group(self.group.as_raw())
    }

    /// Saves a picture of the window of a process, once something is painted in it.
    ///
    /// # Errors
    /// When the process shows no window or only a blank one.
    pub(crate) fn capture(&self, process: &Child, file: &Path) -> Result<()> {
        /// Fewer colours than this are a blank window: text alone, being smoothed, has more.
        const COLOURS: u32 = 16;
        let process = process.id().to_string();
        let png = format!("png:{}", file.display());
        let painted = || {
            let windows = self.ask("xdotool", &["search", "--onlyvisible", "--pid", &process])?;
            self.ask(
                "import",
                &["-silent", "-window", windows.lines().next()?, &png],
            )?;
            let colours: u32 = self
                .ask("identify", &["-format", "%k", &png])?
                .parse()
                .ok()?;
            (colours >= COLOURS).then_some(())
        };
        within(PATIENCE, painted).context("the app shows no window, or nothing but a blank one")
    }

    /// Ends the session, then this program, when that is asked to stop: the session's processes are not of the
    /// terminal's foreground group and would not notice.
    fn end_on_interrupt(&self) -> Result<()> {
        let (group, home) = (self.group, self.home.path().to_owned());
        ctrlc::set_handler(move || {
            end(group, &home);
            std::process::exit(130);
        })
        .context("could not prepare for an interrupt")
    }

    fn start_bus(&mut self, log: &File) -> Result<()> {
        let mut bus = step::program("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let mut bus = self
            .enter(&mut bus)
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?)
            .spawn()?;
        let address = first_line(&mut bus).context("dbus-daemon told no address")?;
        self.environment
            .push(("DBUS_SESSION_BUS_ADDRESS", address.into()));
        self.servers.push(bus);
        Ok(())
    }

    fn start_secret_service(&mut self, log: &File) -> Result<()> {
        let mut keyring = step::program("gnome-keyring-daemon");
        keyring
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped());
        let mut keyring = self
            .enter(&mut keyring)
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .spawn()?;
        // With a password on its input it makes a default collection and leaves it open. The end of input ends the password.
        keyring
            .stdin
            .take()
            .context("the keyring has no input")?
            .write_all(b"throwaway")?;
        self.servers.push(keyring);
        // Asking a service that is not there yet would make the bus start a second one, so its name comes first.
        within(PATIENCE, || {
            self.call(BUS, "NameHasOwner", KEYCHAIN.name)
                .filter(|reply| reply.contains("true"))
        })
        .context("gnome-keyring-daemon offers no Secret Service")?;
        within(PATIENCE, || {
            self.call(KEYCHAIN, "ReadAlias", "default")
                .filter(|path| path.contains("/collection/"))
        })
        .context("gnome-keyring-daemon offers no default collection")?;
        Ok(())
    }

    /// What a service on the session bus replies to a call with one text.
    fn call(&self, service: Service, method: &str, argument: &str) -> Option<String> {
        let destination = format!("--dest={}", service.name);
        let method = format!("{}.{method}", service.interface);
        let argument = format!("string:{argument}");
        self.ask(
            "dbus-send",
            &[
                "--session",
                "--print-reply=literal",
                &destination,
                service.path,
                &method,
                &argument,
            ],
        )
    }

    /// What a program run in the session answers, or nothing when it fails.
    fn ask(&self, program: &str, arguments: &[&str]) -> Option<String> {
        step::answer(self.enter(step::program(program).args(arguments)))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        end(self.group, self.home.path());
        // They have ended; one that nobody waited for would stay in the table of processes.
        for server in &mut self.servers {
            let _ended = server.wait();
        }
    }
}

/// Asks a process to end and waits for it; one that takes too long is killed.
///
/// # Errors
/// When the process cannot be asked or waited for.
pub(crate) fn close(process: &mut Child) -> Result<()> {
    kill(Pid::from_raw(process.id().cast_signed()), Signal::SIGTERM)?;
    if within(Duration::from_secs(5), || process.try_wait().ok().flatten()).is_none() {
        process.kill()?;
        process.wait()?;
    }
    Ok(())
}

/// Ends every process of the session and removes its home, as far as they are still there.
fn end(group: Pid, home: &Path) {
    // The display and the bus remove their sockets when asked to end; whoever is left after that is killed.
    let _asked = killpg(group, Signal::SIGTERM);
    sleep(Duration::from_millis(250));
    let _killed = killpg(group, Signal::SIGKILL);
    let _removed = fs::remove_dir_all(home);
}

/// The variables that keep a program inside the session.
fn private_environment(home: &Path) -> Result<Vec<(&'static str, OsString)>> {
    let folder = |name: &str| -> Result<OsString> {
        let folder = home.join(name);
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
        Ok(folder.into())
    };
    let users = PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let tool_home =
        |variable, default| env::var_os(variable).unwrap_or_else(|| users.join(default).into());
    let mut environment = vec![
        // cargo and rustup stay where they are
        ("CARGO_HOME", tool_home("CARGO_HOME", ".cargo")),
        ("RUSTUP_HOME", tool_home("RUSTUP_HOME", ".rustup")),
        ("HOME", home.into()),
        ("XDG_CACHE_HOME", folder("cache")?),
        ("XDG_CONFIG_HOME", folder("config")?),
        ("XDG_DATA_HOME", folder("data")?),
        ("XDG_RUNTIME_DIR", folder("runtime")?),
        ("XDG_STATE_HOME", folder("state")?),
        ("GDK_BACKEND", "x11".into()),
        ("GSETTINGS_BACKEND", "memory".into()),
        ("LANG", "C.UTF-8".into()),
        ("NO_AT_BRIDGE", "1".into()),
    ];
    // WebKitGTK leaves windows blank where the display cannot share its buffers.
    if env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_none() {
        environment.push(("WEBKIT_DISABLE_DMABUF_RENDERER", "1".into()));
    }
    Ok(environment)
}

/// Starts the display's server as leader of a new process group, and tells its number.
fn start_display(log: &File) -> Result<(Child, String)> {
    let mut server = step::program("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            SCREEN,
            "-nolisten",
            "tcp",
            "-noreset",
        ])
        .stdout(Stdio::piped())
        .stderr(log.try_clone()?)
        .process_group(0)
        .spawn()
        .context("could not start Xvfb")?;
    match first_line(&mut server) {
        Some(number) => Ok((server, number)),
        None => bail!("Xvfb told no display number"),
    }
}

/// The first line that a process prints, if it prints one before it ends.
fn first_line(process: &mut Child) -> Option<String> {
    let mut line = String::new();
    BufReader::new(process.stdout.take()?)
        .read_line(&mut line)
        .ok()?;
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Asks again and again until there is an answer or the time is over.
fn within<T>(time: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || start.elapsed() > time {
            return answer;
        }
        sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_a_screen_and_a_keychain_and_leaves_nothing_behind() {
        let session = Session::start().unwrap();
        assert_eq!(
            session.ask("xdotool", &["getdisplaygeometry"]).as_deref(),
            Some("1400 1000")
        );
        assert_eq!(
            session.ask("sh", &["-c", "ls -A ~/data"]).as_deref(),
            Some("keyrings")
        );
        let mut left_running = session
            .enter(step::program("sleep").arg("600"))
            .spawn()
            .unwrap();
        let home = session.home.path().to_owned();
        drop(session);
        assert!(
            within(PATIENCE, || left_running.try_wait().unwrap())
                .is_some_and(|status| !status.success())
        );
        assert!(!home.exists());
    }
}
