//! Search as you type over 100,000 payees and 500,000 payouts: what the ledger takes for each keystroke's page, with its
//! total and sums. The references are 50 rows by keyset and a scan for a
//! word in the same file, with nothing around.

pub(crate) mod large;

use crate::table::Row;
use crate::{bare, samples};
use anyhow::{Context, Result};
use cpu_time::ProcessTime;
use jiff::{SignedDuration, Timestamp};
use remit_core::{Ledger, PayeeQuery, PayeeSort, PayoutQuery, PayoutSort, State};
use remit_ledger::SqliteLedger;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many rows a page has.
const ROWS: u32 = 50;
/// How often all of it is typed in a run.
const TIMES: u32 = 8;

/// What is typed, and the names of its rows. Every beginning of it is searched for, as the window does.
struct Typing {
    text: &'static str,
    payees: &'static str,
    payouts: &'static str,
}

macro_rules! typings {
    ($($text:literal: $what:literal),* $(,)?) => {
        &[$(Typing {
            text: $text,
            payees: concat!("payees, CPU p99 while typing ", $what),
            payouts: concat!("payouts, CPU p99 while typing ", $what),
        }),*]
    };
}

const TYPINGS: &[Typing] = typings![
    "nunez": "an accented name",
    "ana nun": "two names",
    "unwal": "the middle of a name",
    "ctor4711@": "part of an e-mail address",
    "inv-202607-2801": "an invoice ID",
    "-2801": "the end of an invoice ID",
    "张伟": "a Chinese name",
    "quetzal": "a rare word",
    "example": "a very common word",
    "design": "a common word",
];

fn payees(search: &str) -> PayeeQuery {
    PayeeQuery {
        search: search.to_owned(),
        statuses: Vec::new(),
        sort: PayeeSort::Name,
        cursor: None,
        limit: ROWS,
    }
}

fn payouts(search: &str) -> PayoutQuery {
    PayoutQuery {
        search: search.to_owned(),
        states: Vec::new(),
        payee_id: None,
        run: None,
        from: None,
        to: None,
        sort: PayoutSort::Newest,
        cursor: None,
        limit: ROWS,
    }
}

/// What something took: the second says more on a machine that has other things to do.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

struct Begun(Instant, ProcessTime);

impl Begun {
    fn now() -> Self {
        Self(Instant::now(), ProcessTime::now())
    }

    fn took(&self) -> Took {
        Took {
            wall: self.0.elapsed(),
            cpu: self.1.elapsed(),
        }
    }
}

/// The payees' page, as the window asks for it.
async fn time_payees(ledger: &SqliteLedger, search: &str) -> Result<Took> {
    let paid_since = Timestamp::now().checked_sub(SignedDuration::from_hours(24 * 365))?;
    let begun = Begun::now();
    ledger.payees(payees(search), paid_since).await?;
    Ok(begun.took())
}

/// The payouts' page, and the sums of those that count, as the window asks for them.
async fn time_payouts(ledger: &SqliteLedger, search: &str) -> Result<Took> {
    let counting = PayoutQuery {
        states: State::ALL
            .into_iter()
            .filter(|state| !matches!(state, State::Failed | State::Returned | State::Cancelled))
            .collect(),
        limit: 1,
        ..payouts(search)
    };
    let begun = Begun::now();
    ledger.payouts(payouts(search)).await?;
    ledger.payouts(counting).await?;
    Ok(begun.took())
}

/// 50 rows of the newest payouts, each column read.
fn bare_page(connection: &rusqlite::Connection) -> Result<Duration> {
    let begun = Instant::now();
    let mut statement = connection
        .prepare_cached("SELECT * FROM payouts ORDER BY created_at DESC, id DESC LIMIT ?")?;
    let columns = statement.column_count();
    let mut rows = statement.query([ROWS])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            row.get::<_, rusqlite::types::Value>(column)?;
        }
    }
    Ok(begun.elapsed())
}

/// Counts and sums the payouts that hold a word by looking at each of them, in the index that holds no more than that takes.
fn bare_scan(connection: &rusqlite::Connection, word: &str) -> Result<Duration> {
    let begun = Instant::now();
    let mut statement = connection.prepare_cached(
        "SELECT currency, count(*), sum(amount_minor) FROM payouts INDEXED BY payouts_whole WHERE instr(search,?)>0 GROUP BY currency",
    )?;
    let mut rows = statement.query([word])?;
    while rows.next()?.is_some() {}
    Ok(begun.elapsed())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The time in milliseconds that so many in a hundred stay within.
fn percentile(times: impl IntoIterator<Item = Duration>, of_hundred: usize) -> Result<f64> {
    percentile_of(times.into_iter().map(ms).collect(), of_hundred)
}

/// The same of milliseconds.
pub(crate) fn percentile_of(mut times: Vec<f64>, of_hundred: usize) -> Result<f64> {
    times.sort_unstable_by(f64::total_cmp);
    let index = (times.len() * of_hundred).div_ceil(100).saturating_sub(1);
    times.get(index).copied().context("nothing was timed")
}

/// This process's share of memory in MB, where the system tells it.
fn memory() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// Of one list, what each run measured.
#[derive(Default)]
struct List {
    p50: Vec<f64>,
    p99: Vec<f64>,
    against_bare: Vec<f64>,
    against_scan: Vec<f64>,
    cpu_p50: Vec<f64>,
    cpu_p99: Vec<f64>,
    /// Of each typing.
    typings: Vec<Vec<f64>>,
    first_page: Vec<f64>,
}

impl List {
    /// Keeps what one run took, for each typing.
    fn keep(&mut self, took: &[Vec<Took>], bare: f64, scan: f64) -> Result<()> {
        let wall = || took.iter().flatten().map(|took| took.wall);
        let cpu = || took.iter().flatten().map(|took| took.cpu);
        let p99 = percentile(wall(), 99)?;
        self.p50.push(percentile(wall(), 50)?);
        self.p99.push(p99);
        self.against_bare.push(p99 / bare);
        self.against_scan.push(p99 / scan);
        self.cpu_p50.push(percentile(cpu(), 50)?);
        self.cpu_p99.push(percentile(cpu(), 99)?);
        self.typings.resize_with(took.len(), Vec::new);
        for (kept, took) in self.typings.iter_mut().zip(took) {
            kept.push(percentile(took.iter().map(|took| took.cpu), 99)?);
        }
        Ok(())
    }
}

/// What each run measured.
#[derive(Default)]
struct Runs {
    bare: Vec<f64>,
    scan: Vec<f64>,
    payees: List,
    payouts: List,
    memory: Vec<f64>,
}

impl Runs {
    async fn one(&mut self, file: &Path) -> Result<()> {
        let before = memory();
        let ledger = SqliteLedger::open(file, &samples::key()?)?;
        let first = time_payees(&ledger, "").await?;
        self.payees.first_page.push(ms(first.wall));
        let first = time_payouts(&ledger, "").await?;
        self.payouts.first_page.push(ms(first.wall));

        let mut payees = vec![Vec::new(); TYPINGS.len()];
        let mut payouts = payees.clone();
        for _ in 0..TIMES {
            for (nth, typing) in TYPINGS.iter().enumerate() {
                let letters = typing.text.char_indices();
                for end in letters.map(|(at, letter)| at + letter.len_utf8()) {
                    let typed = typing.text.get(..end).unwrap_or_default();
                    payees[nth].push(time_payees(&ledger, typed).await?);
                    payouts[nth].push(time_payouts(&ledger, typed).await?);
                }
            }
        }
        if let Some((before, after)) = before.zip(memory()) {
            self.memory.push(after - before);
        }
        drop(ledger);

        let connection = bare::open(file)?;
        let bare = (0..100).map(|_| bare_page(&connection));
        let bare = percentile(bare.collect::<Result<Vec<_>>>()?, 50)?;
        let scan = ms(bare_scan(&connection, "nunez")?);
        self.payees.keep(&payees, bare, scan)?;
        self.payouts.keep(&payouts, bare, scan)?;
        self.bare.push(bare);
        self.scan.push(scan);
        Ok(())
    }

    fn rows(self) -> Vec<Row> {
        const MS: &str = "(ms)";
        const BARE: &str = "bare 50 rows by keyset";
        const SCAN: &str = "bare scan of the payouts";
        let row = |what, against, runs, goal| Row {
            what,
            against,
            runs,
            goal,
        };
        let Self {
            bare,
            scan,
            payees,
            payouts,
            memory,
        } = self;
        let mut rows = vec![
            row("bare 50 rows by keyset, p50", MS, bare, ""),
            row(
                "bare scan of the payouts for a word, with sums",
                MS,
                scan,
                "",
            ),
            row("payees, a keystroke's page, p50", MS, payees.p50, ""),
            row("payees, a keystroke's page, p99", MS, payees.p99, "< 5"),
            row(
                "payees, a keystroke's page, p99",
                BARE,
                payees.against_bare,
                "",
            ),
            row(
                "payees, a keystroke's page, CPU p50",
                MS,
                payees.cpu_p50,
                "",
            ),
            row(
                "payees, a keystroke's page, CPU p99",
                MS,
                payees.cpu_p99,
                "< 5",
            ),
            row(
                "payouts, a keystroke's page and sums, p50",
                MS,
                payouts.p50,
                "",
            ),
            row(
                "payouts, a keystroke's page and sums, p99",
                MS,
                payouts.p99,
                "< 5",
            ),
            row(
                "payouts, a keystroke's page and sums, p99",
                BARE,
                payouts.against_bare,
                "",
            ),
            row(
                "payouts, a keystroke's page and sums, p99",
                SCAN,
                payouts.against_scan,
                "",
            ),
            row(
                "payouts, a keystroke's page and sums, CPU p50",
                MS,
                payouts.cpu_p50,
                "",
            ),
            row(
                "payouts, a keystroke's page and sums, CPU p99",
                MS,
                payouts.cpu_p99,
                "< 5",
            ),
        ];
        let typings = payees.typings.into_iter().zip(payouts.typings);
        for (typing, (payees, payouts)) in TYPINGS.iter().zip(typings) {
            rows.push(row(typing.payees, MS, payees, ""));
            rows.push(row(typing.payouts, MS, payouts, ""));
        }
        rows.extend([
            row(
                "payees, first page after opening",
                MS,
                payees.first_page,
                "",
            ),
            row(
                "payouts, first page after opening, with sums",
                MS,
                payouts.first_page,
                "",
            ),
            row(
                "memory (PSS) of the ledger, all searched",
                "(MB)",
                memory,
                "",
            ),
        ]);
        rows
    }
}

pub(crate) async fn measure(runs: u32, folder: &Path) -> Result<Vec<Row>> {
    let file = large::file(folder).await?;
    let mut measured = Runs::default();
    for run in 1..=runs {
        measured.one(&file).await?;
        println!("run {run} of searching is done");
    }
    Ok(measured.rows())
}
