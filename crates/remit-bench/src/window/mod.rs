//! The real window with 100,000 payees and 500,000 payouts: its start, its memory, search as you type, scrolling and the
//! way between page and program. The references are an empty Tauri window of the same version, and Chromium with
//! the same built UI, which gets the same answers from a server that has them by heart.

mod browser;
mod driver;
mod processes;
mod stage;

use crate::search::percentile_of;
use crate::table::Row;
use anyhow::{Context, Result};
use driver::Driver;
use serde_json::Value;
use stage::Stage;
use std::path::Path;
use std::time::Duration;

/// What a page can be asked, in the app and in the browser alike.
const SCRIPT: &str = include_str!("page.js");
/// How long a window is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

/// Which rows are wanted.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) start: bool,
    pub(crate) memory: bool,
    pub(crate) search: bool,
    pub(crate) scroll: bool,
    pub(crate) ipc: bool,
}

impl Wanted {
    pub(crate) fn any(self) -> bool {
        self.start || self.memory || self.search || self.scroll || self.ipc
    }
}

/// What is measured of a window, once a run.
#[derive(Default)]
struct Sight {
    painted: Vec<f64>,
    list: Vec<f64>,
    memory: Vec<f64>,
}

/// What each run measured.
#[derive(Default)]
struct Runs {
    remit: Sight,
    empty: Sight,
    chromium: Sight,
    payees: [Vec<f64>; 2],
    payouts: [Vec<f64>; 2],
    frames: [Vec<f64>; 2],
    blank: Vec<f64>,
    waiting: Vec<f64>,
    page: [Vec<f64>; 2],
    nothing: [Vec<f64>; 2],
}

/// Keeps the middle one and the one that 99 of a hundred stay within.
fn keep(kept: &mut [Vec<f64>; 2], times: &Value) -> Result<()> {
    let times: Vec<f64> = serde_json::from_value(times.clone())
        .with_context(|| format!("the page answered {times}"))?;
    for (kept, of_hundred) in kept.iter_mut().zip([50, 99]) {
        kept.push(percentile_of(times.clone(), of_hundred)?);
    }
    Ok(())
}

impl Runs {
    async fn empty(&mut self, program: &Path, wanted: Wanted) -> Result<()> {
        let driver = Driver::open(program, &[]).await?;
        driver.load(SCRIPT).await?;
        self.empty.painted.push(driver.painted_after().await?);
        if wanted.ipc {
            keep(&mut self.nothing, &driver.ask("page.nothing()").await?)?;
        }
        if wanted.memory {
            tokio::time::sleep(REST).await;
            self.empty.memory.push(processes::memory(driver.program())?);
        }
        driver.close().await
    }

    /// Returns what Remit answers at the start, for the browser.
    async fn remit(&mut self, program: &Path, stage: &Stage, wanted: Wanted) -> Result<Value> {
        let driver = Driver::open(program, &stage.environment()).await?;
        driver.load(SCRIPT).await?;
        self.remit.painted.push(driver.painted_after().await?);
        let list = driver.ask("page.payees()").await?;
        self.remit.list.push(list.as_f64().context("no list")?);
        let answers = driver.ask("page.answers()").await?;
        if wanted.ipc {
            keep(&mut self.page, &driver.ask("page.roundTrips()").await?)?;
        }
        if wanted.search {
            keep(&mut self.payees, &driver.ask("page.type()").await?)?;
        }
        if wanted.search || wanted.memory {
            driver.ask("page.payouts()").await?;
            let times = driver.ask("page.type()").await?;
            keep(&mut self.payouts, &times)?;
        }
        if wanted.memory {
            tokio::time::sleep(REST).await;
            self.remit.memory.push(processes::memory(driver.program())?);
        }
        if wanted.scroll {
            driver.ask("page.payees()").await?;
            let scrolled = driver.ask("page.scroll()").await?;
            keep(&mut self.frames, &scrolled["frames"])?;
            self.blank
                .push(scrolled["blank"].as_f64().context("no count")?);
            self.waiting
                .push(scrolled["waiting"].as_f64().context("no count")?);
        }
        driver.close().await?;
        Ok(answers)
    }

    fn rows(self, wanted: Wanted) -> Vec<Row> {
        const MS: &str = "(ms)";
        const EMPTY: &str = "an empty Tauri window";
        const CHROMIUM: &str = "Chromium with the same UI";
        let row = |what, against, runs, goal| Row {
            what,
            against,
            runs,
            goal,
        };
        let ratio = |these: &[f64], those: &[f64]| -> Vec<f64> {
            these
                .iter()
                .zip(those)
                .map(|(this, that)| this / that)
                .collect()
        };
        let usable = |sight: &Sight| -> Vec<f64> {
            sight
                .painted
                .iter()
                .zip(&sight.list)
                .map(|(painted, list)| painted + list)
                .collect()
        };
        let mut rows = Vec::new();
        if wanted.start {
            let (remit, chromium) = (usable(&self.remit), usable(&self.chromium));
            rows.extend([
                row(
                    "start to a usable payee list",
                    EMPTY,
                    ratio(&remit, &self.empty.painted),
                    "< 1.15",
                ),
                row(
                    "start to a usable payee list",
                    CHROMIUM,
                    ratio(&remit, &chromium),
                    "< 1",
                ),
                row("start to a usable payee list", MS, remit, ""),
                row(
                    "of it: to what is painted first",
                    MS,
                    self.remit.painted,
                    "",
                ),
                row("of it: from there to the payees", MS, self.remit.list, ""),
                row(
                    "an empty Tauri window, start to what is painted",
                    MS,
                    self.empty.painted,
                    "",
                ),
                row(
                    "Chromium with the same UI, start to the payees",
                    MS,
                    chromium,
                    "",
                ),
            ]);
        }
        if wanted.memory {
            rows.extend([
                row(
                    "memory (PSS) of all processes",
                    EMPTY,
                    ratio(&self.remit.memory, &self.empty.memory),
                    "< 1.25",
                ),
                row(
                    "memory (PSS) of all processes",
                    CHROMIUM,
                    ratio(&self.remit.memory, &self.chromium.memory),
                    "< 0.9",
                ),
                row(
                    "memory (PSS) of all processes",
                    "(MB)",
                    self.remit.memory,
                    "",
                ),
                row(
                    "memory (PSS) of an empty Tauri window",
                    "(MB)",
                    self.empty.memory,
                    "",
                ),
                row(
                    "memory (PSS) of Chromium with the same UI",
                    "(MB)",
                    self.chromium.memory,
                    "",
                ),
            ]);
        }
        if wanted.search {
            let ([payees, payees_99], [payouts, payouts_99]) = (self.payees, self.payouts);
            rows.extend([
                row("payees, keystroke to painted rows, p50", MS, payees, ""),
                row(
                    "payees, keystroke to painted rows, p99",
                    MS,
                    payees_99,
                    "< 50",
                ),
                row("payouts, keystroke to painted rows, p50", MS, payouts, ""),
                row(
                    "payouts, keystroke to painted rows, p99",
                    MS,
                    payouts_99,
                    "< 50",
                ),
            ]);
        }
        if wanted.scroll {
            let [frames, frames_99] = self.frames;
            rows.extend([
                row("scrolling 100,000 rows, frame p50", MS, frames, ""),
                row("scrolling 100,000 rows, frame p99", MS, frames_99, "< 33"),
                row(
                    "scrolling 100,000 rows, frames with a blank row",
                    "(count)",
                    self.blank,
                    "0",
                ),
                row(
                    "scrolling 100,000 rows, frames at the end of what has come",
                    "(count)",
                    self.waiting,
                    "",
                ),
            ]);
        }
        if wanted.ipc {
            let ([page, page_99], [nothing, nothing_99]) = (self.page, self.nothing);
            rows.extend([
                row(
                    "a page of 50 rows there and back, p50",
                    "an empty command",
                    ratio(&page, &nothing),
                    "",
                ),
                row(
                    "a page of 50 rows there and back, p99",
                    "an empty command",
                    ratio(&page_99, &nothing_99),
                    "",
                ),
                row("a page of 50 rows there and back, p50", MS, page, ""),
                row("an empty command there and back, p50", MS, nothing, ""),
            ]);
        }
        rows.retain(|row| !row.runs.is_empty());
        rows
    }
}

/// Measures in the real window. It wants a desktop and a keychain of its own.
pub(crate) async fn measure(runs: u32, folder: &Path, wanted: Wanted) -> Result<Vec<Row>> {
    let programs = std::env::current_exe()?;
    let programs = programs.parent().context("this program is in no folder")?;
    let stage = Stage::new(folder).await?;
    let mut measured = Runs::default();
    let browser = (wanted.start || wanted.memory) && browser::is_there();
    if (wanted.start || wanted.memory) && !browser {
        println!("Chromium is not here, so nothing is measured against it");
    }
    for run in 1..=runs {
        measured
            .empty(&programs.join("remit-empty-window"), wanted)
            .await?;
        let answers = measured
            .remit(&programs.join("remit"), &stage, wanted)
            .await?;
        if browser {
            let seen = browser::look(answers, wanted.memory.then_some(REST)).await?;
            measured.chromium.painted.push(seen.painted);
            measured.chromium.list.push(seen.list);
            measured.chromium.memory.extend(seen.memory);
        }
        println!("run {run} in the window is done");
    }
    Ok(measured.rows(wanted))
}
