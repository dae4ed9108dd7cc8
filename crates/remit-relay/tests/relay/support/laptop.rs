//! A laptop that follows its mailbox with Remit's own client, is closed in the middle of it, and goes on from its file.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use remit_relay::client::{Arrived, Client, Intake, Told};
use tokio::sync::watch;

/// The longest that it stays open before it may rest.
const OPEN_MILLIS: u64 = 2500;

/// How long it stays open then.
const LEFT_OPEN: Duration = Duration::from_secs(600);

pub(crate) struct Laptop {
    client: Client,
    file: PathBuf,
    left_open: AtomicBool,
    /// How many notifications have arrived, those that were known included.
    arrivals: watch::Sender<usize>,
}

impl Laptop {
    pub(crate) fn new(client: Client, file: PathBuf) -> Self {
        Self {
            client,
            file,
            left_open: AtomicBool::default(),
            arrivals: watch::Sender::default(),
        }
    }

    /// Fetches, commits and acknowledges for as long as it is polled.
    pub(crate) async fn work(&self) {
        loop {
            let ledger = Ledger::open(&self.file, &self.arrivals);
            let open = if self.left_open.load(Ordering::Relaxed) {
                LEFT_OPEN
            } else {
                Duration::from_millis(fastrand::u64(1..=OPEN_MILLIS))
            };
            let _ = tokio::time::timeout(open, self.client.follow(&ledger)).await;
        }
    }

    /// It is not closed any more.
    pub(crate) fn leave_open(&self) {
        self.left_open.store(true, Ordering::Relaxed);
    }

    /// What was applied, in its order, each as often as it was.
    pub(crate) fn applied(&self) -> Vec<String> {
        lines(&self.file)
    }

    pub(crate) fn arrivals(&self) -> usize {
        *self.arrivals.borrow()
    }
}

fn lines(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    assert!(text.is_empty() || text.ends_with('\n'), "a line is torn");
    text.lines().map(str::to_owned).collect()
}

/// Applies each content once, as Remit does: what it knows is what its file says.
struct Ledger<'a> {
    open: Mutex<(File, HashSet<String>)>,
    arrivals: &'a watch::Sender<usize>,
}

impl<'a> Ledger<'a> {
    fn open(path: &Path, arrivals: &'a watch::Sender<usize>) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let known = lines(path).into_iter().collect();
        Self {
            open: Mutex::new((file.unwrap(), known)),
            arrivals,
        }
    }
}

impl Intake for Ledger<'_> {
    async fn commit(&self, page: Vec<Arrived>) -> usize {
        let mut committed = 0;
        for arrived in page {
            let body = String::from_utf8(super::body(arrived)).unwrap();
            self.arrivals.send_modify(|arrivals| *arrivals += 1);
            // Here the laptop may be closed, and here the disk may be full.
            tokio::task::yield_now().await;
            if fastrand::u16(..) == 0 {
                break;
            }
            let mut open = self.open.lock().unwrap();
            let (file, known) = &mut *open;
            if known.insert(body.clone()) {
                // The system has it, which is enough: no power fails here.
                file.write_all(format!("{body}\n").as_bytes()).unwrap();
            }
            committed += 1;
        }
        committed
    }

    fn told(&self, _: Told<'_>) {}
}
