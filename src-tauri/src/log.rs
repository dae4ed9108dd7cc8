//! The log: on standard error and in `remit.log` in the data folder. It holds no secrets, for none is ever formatted (I9).

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

/// Beyond this many bytes a log is set aside at the next start; the one set aside before is dropped.
const SET_ASIDE: u64 = 1024 * 1024;

/// Starts logging. A folder that cannot be written leaves standard error.
pub(crate) fn start(folder: &Path) {
    let filter = EnvFilter::try_from_env("REMIT_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,remit=info,remit_core=info"));
    let file = open(folder)
        .ok()
        .map(|file| fmt::layer().with_ansi(false).with_writer(Mutex::new(file)));
    let console = fmt::layer().with_writer(std::io::stderr);
    // A second start in one process, as tests make them, keeps the first log.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(console)
        .with(file)
        .try_init();
}

fn open(folder: &Path) -> std::io::Result<File> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("remit.log");
    if path.metadata().is_ok_and(|meta| meta.len() > SET_ASIDE) {
        std::fs::rename(&path, folder.join("remit.log.1"))?;
    }
    File::options().create(true).append(true).open(path)
}
