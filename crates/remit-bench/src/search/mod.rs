//! Search as you type over 100,000 payees and 500,000 payouts: what the ledger takes for each keystroke's page, with its
//! total and sums. The references are 50 rows by keyset and a scan for a
//! word in the same file, with nothing around.

mod large;

use crate::table::Row;
use crate::{bare, samples};
use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use remit_core::{Ledger, PayeeQuery, PayeeSort, PayoutQuery, PayoutSort, State};
use remit_ledger::SqliteLedger;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many rows a page has.
const ROWS: u32 = 50;
/// How often each keystroke is timed in a run.
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
            payees: concat!("payees, p99 while typing ", $what),
            payouts: concat!("payouts, p99 while typing ", $what),
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
        from: None,
        to: None,
        sort: PayoutSort::Newest,
        cursor: None,
        limit: ROWS,
    }
}

/// The payees' page, as the window asks for it.
async fn time_payees(ledger: &SqliteLedger, search: &str) -> Result<Duration> {
    let paid_since = Timestamp::now().checked_sub(SignedDuration::from_hours(24 * 365))?;
    let begun = Instant::now();
    ledger.payees(payees(search), paid_since).await?;
    Ok(begun.elapsed())
}

/// The payouts' page, and the sums of those that count, as the window asks for them.
async fn time_payouts(ledger: &SqliteLedger, search: &str) -> Result<Duration> {
    let counting = PayoutQuery {
        states: State::ALL
            .into_iter()
            .filter(|state| !matches!(state, State::Failed | State::Returned | State::Cancelled))
            .collect(),
        limit: 1,
        ..payouts(search)
    };
    let begun = Instant::now();
    ledger.payouts(payouts(search)).await?;
    ledger.payouts(counting).await?;
    Ok(begun.elapsed())
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

/// The time that so many in a hundred stay within.
fn percentile(times: &mut [Duration], of_hundred: usize) -> Result<f64> {
    times.sort_unstable();
    let index = (times.len() * of_hundred).div_ceil(100).saturating_sub(1);
    times
        .get(index)
        .copied()
        .map(ms)
        .context("nothing was timed")
}

/// This process's share of memory in MB, where the system tells it.
fn memory() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// What each run measured.
#[derive(Default)]
struct Runs {
    bare: Vec<f64>,
    scan: Vec<f64>,
    first_payees: Vec<f64>,
    first_payouts: Vec<f64>,
    first_search: Vec<f64>,
    memory: Vec<f64>,
    /// Of the payees and of the payouts: p50 and p99, and the latter against each reference.
    all: [[Vec<f64>; 4]; 2],
    /// Of each typing, payees and payouts.
    typings: Vec<[Vec<f64>; 2]>,
}

impl Runs {
    async fn one(&mut self, file: &Path) -> Result<()> {
        let before = memory();
        let ledger = SqliteLedger::open(file, &samples::key()?)?;
        self.first_payees.push(ms(time_payees(&ledger, "").await?));
        self.first_payouts
            .push(ms(time_payouts(&ledger, "").await?));
        let begun = Instant::now();
        time_payees(&ledger, "m").await?;
        time_payouts(&ledger, "m").await?;
        self.first_search.push(ms(begun.elapsed()));

        let connection = bare::open(file)?;
        let mut bare = (0..100)
            .map(|_| bare_page(&connection))
            .collect::<Result<Vec<_>>>()?;
        let bare = percentile(&mut bare, 50)?;
        self.bare.push(bare);
        let scan = ms(bare_scan(&connection, "nunez")?);
        self.scan.push(scan);
        drop(connection);

        self.typings.resize_with(TYPINGS.len(), Default::default);
        let mut all = [Vec::new(), Vec::new()];
        for (typing, kept) in TYPINGS.iter().zip(&mut self.typings) {
            let mut times = [Vec::new(), Vec::new()];
            let ends = typing
                .text
                .char_indices()
                .map(|(at, letter)| at + letter.len_utf8());
            for end in ends {
                let typed = typing.text.get(..end).unwrap_or_default();
                for _ in 0..TIMES {
                    times[0].push(time_payees(&ledger, typed).await?);
                    times[1].push(time_payouts(&ledger, typed).await?);
                }
            }
            for (list, mut times) in times.into_iter().enumerate() {
                kept[list].push(percentile(&mut times, 99)?);
                all[list].extend(times);
            }
        }
        for (kept, mut times) in self.all.iter_mut().zip(all) {
            let p99 = percentile(&mut times, 99)?;
            kept[0].push(percentile(&mut times, 50)?);
            kept[1].push(p99);
            kept[2].push(p99 / bare);
            kept[3].push(p99 / scan);
        }
        if let Some((before, after)) = before.zip(memory()) {
            self.memory.push(after - before);
        }
        Ok(())
    }

    fn rows(self) -> Vec<Row> {
        const MS: &str = "(ms)";
        const BARE: &str = "bare 50 rows by keyset";
        let row = |what, against, runs, goal| Row {
            what,
            against,
            runs,
            goal,
        };
        let [payees, payouts] = self.all;
        let [payees_p50, payees_p99, payees_against, _] = payees;
        let [payouts_p50, payouts_p99, payouts_against, payouts_scan] = payouts;
        let mut rows = vec![
            row("bare 50 rows by keyset, p50", MS, self.bare, ""),
            row(
                "bare scan of the payouts for a word, with sums",
                MS,
                self.scan,
                "",
            ),
            row("payees, a keystroke's page, p50", MS, payees_p50, ""),
            row("payees, a keystroke's page, p99", MS, payees_p99, "< 5"),
            row("payees, a keystroke's page, p99", BARE, payees_against, ""),
            row(
                "payouts, a keystroke's page with sums, p50",
                MS,
                payouts_p50,
                "",
            ),
            row(
                "payouts, a keystroke's page with sums, p99",
                MS,
                payouts_p99,
                "< 5",
            ),
            row(
                "payouts, a keystroke's page with sums, p99",
                BARE,
                payouts_against,
                "",
            ),
            row(
                "payouts, a keystroke's page with sums, p99",
                "bare scan for a word, with sums",
                payouts_scan,
                "",
            ),
        ];
        for (typing, [payees, payouts]) in TYPINGS.iter().zip(self.typings) {
            rows.push(row(typing.payees, MS, payees, ""));
            rows.push(row(typing.payouts, MS, payouts, ""));
        }
        rows.extend([
            row(
                "payees, first page after opening, no search",
                MS,
                self.first_payees,
                "",
            ),
            row(
                "payouts, first page after opening, no search",
                MS,
                self.first_payouts,
                "",
            ),
            row(
                "first search of both after opening",
                MS,
                self.first_search,
                "",
            ),
            row(
                "memory (PSS) of the open ledger, all searched",
                "(MB)",
                self.memory,
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
