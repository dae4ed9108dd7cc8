//! Running other programs, one announced line each.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long what a command has said may take to arrive once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    program(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
}

/// npm, in the frontend's folder. Windows starts a script only by its whole name.
pub(crate) fn npm() -> Command {
    let mut npm = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(super::place::ui());
    npm
}

/// A program run at the root of the repository, with nothing to read.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command
        .current_dir(super::place::root())
        .stdin(Stdio::null());
    command
}

/// Prints the command and runs it; its failure is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("could not start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// The same, and each line that it prints on standard output is passed on and heard; whether it succeeded.
pub(crate) fn run_heard(command: &mut Command, mut hear: impl FnMut(&str)) -> Result<bool> {
    let line = line(command);
    println!("$ {line}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{line}`"))?;
    let output = child.stdout.take().context("nothing to read from")?;
    let (pass_on, lines) = mpsc::channel();
    thread::spawn(move || {
        let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
        lines
            .map(|said| pass_on.send(said))
            .take_while(Result::is_ok)
            .for_each(drop);
    });
    let mut until = None;
    let status = loop {
        match lines.recv_timeout(LAST_WORDS / 4) {
            Ok(said) => {
                let said = String::from_utf8_lossy(&said);
                println!("{said}");
                hear(said.trim_end_matches('\r'));
            }
            Err(RecvTimeoutError::Disconnected) => break child.wait()?,
            Err(RecvTimeoutError::Timeout) => {}
        }
        // What it leaves running may hold its output open for ever.
        if let Some(status) = child.try_wait()? {
            let until = until.get_or_insert_with(|| Instant::now() + LAST_WORDS);
            if Instant::now() > *until {
                break status;
            }
        }
    };
    if !status.success() {
        println!("`{line}` failed ({status})");
    }
    Ok(status.success())
}

/// What the command prints on standard output, or nothing when it is missing or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The command as one would type it: the program by its file name, then its arguments.
fn line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
