//! The real window with 100,000 payees and 500,000 payouts: its start, its memory, search as you type, scrolling, the grid
//! of a payout run, and the way between page and program. The references are an empty Tauri window of the same version,
//! and Chromium with the same built UI, which gets the same answers from a server that has them by heart.

mod browser;
mod driver;
mod processes;
mod rows;
mod stage;

use crate::search::percentile_of;
use crate::table::Row;
use anyhow::{Context, Result};
use driver::Driver;
use serde_json::{Value, json};
use stage::Stage;
use std::path::Path;
use std::time::{Duration, Instant};

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
    pub(crate) grid: bool,
    pub(crate) ipc: bool,
}

impl Wanted {
    pub(crate) fn any(self) -> bool {
        self.start || self.memory || self.search || self.scroll || self.grid || self.ipc
    }

    fn beside_a_browser(self) -> bool {
        self.start || self.memory
    }

    fn beside_an_empty_window(self) -> bool {
        self.start || self.memory || self.ipc
    }
}

/// What is measured of a window, once a run; moments in milliseconds after its process began.
#[derive(Default)]
struct Sight {
    painted: Vec<f64>,
    list: Vec<f64>,
    memory: Vec<f64>,
}

/// Times of which each run keeps the middle one, the one that 99 of a hundred stay within, and the longest.
#[derive(Default)]
struct Times([Vec<f64>; 3]);

impl Times {
    fn keep(&mut self, times: &Value) -> Result<()> {
        let times: Vec<f64> = serde_json::from_value(times.clone())
            .with_context(|| format!("the page answered {times}"))?;
        for (kept, of_hundred) in self.0.iter_mut().zip([50, 99, 100]) {
            kept.push(percentile_of(times.clone(), of_hundred)?);
        }
        Ok(())
    }
}

/// How scrolling from end to end went.
#[derive(Default)]
struct Scrolled {
    frames: Times,
    blank: Vec<f64>,
    waiting: Vec<f64>,
}

impl Scrolled {
    fn keep(&mut self, scrolled: &Value) -> Result<()> {
        self.frames.keep(&scrolled["frames"])?;
        self.blank.push(number(&scrolled["blank"])?);
        self.waiting.push(number(&scrolled["waiting"])?);
        Ok(())
    }
}

fn number(value: &Value) -> Result<f64> {
    value.as_f64().context("the page told no number")
}

/// What each run measured.
#[derive(Default)]
struct Runs {
    remit: Sight,
    empty: Sight,
    chromium: Sight,
    payees: Times,
    payouts: Times,
    list: Scrolled,
    grid: Scrolled,
    typed: Times,
    imported: Vec<f64>,
    opened: Vec<f64>,
    page: Times,
    nothing: Times,
}

impl Runs {
    async fn empty(&mut self, program: &Path, wanted: Wanted) -> Result<()> {
        let driver = Driver::open(program, &[]).await?;
        let painted = driver.after_begun("page.painted()").await?;
        self.empty.painted.push(painted);
        if wanted.ipc {
            self.nothing.keep(&driver.ask("page.nothing()").await?)?;
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
        let list = driver.after_begun("page.firstList()").await?;
        self.remit.list.push(list);
        let painted = driver.after_begun("page.painted()").await?;
        self.remit.painted.push(painted);
        let answers = if wanted.beside_a_browser() {
            driver.ask("page.answers()").await?
        } else {
            Value::Null
        };
        if wanted.ipc {
            self.page.keep(&driver.ask("page.roundTrips()").await?)?;
        }
        if wanted.search {
            self.payees.keep(&driver.ask("page.type()").await?)?;
        }
        if wanted.search || wanted.memory {
            driver.ask("page.payouts()").await?;
            self.payouts.keep(&driver.ask("page.type()").await?)?;
        }
        if wanted.memory {
            tokio::time::sleep(REST).await;
            self.remit.memory.push(processes::memory(driver.program())?);
        }
        // What fails here leaves out its rows, and not those that took many minutes.
        if wanted.scroll
            && let Err(cause) = self.scroll(&driver).await
        {
            println!("scrolling: {cause}");
        }
        if wanted.grid
            && let Err(cause) = self.grid(&driver, stage).await
        {
            println!("the run's grid: {cause}");
        }
        driver.close().await?;
        Ok(answers)
    }

    async fn scroll(&mut self, driver: &Driver) -> Result<()> {
        driver.ask("page.payees()").await?;
        self.list.keep(&driver.ask("page.scroll()").await?)
    }

    async fn grid(&mut self, driver: &Driver, stage: &Stage) -> Result<()> {
        let path = json!(stage.file());
        let grid = driver.ask(&format!("page.grid({path})")).await?;
        self.grid.keep(&grid)?;
        self.typed.keep(&grid["typed"])?;
        self.imported.push(number(&grid["imported"])?);
        self.opened.push(number(&grid["opened"])?);
        Ok(())
    }

    async fn chromium(&mut self, answers: Value, wanted: Wanted) -> Result<()> {
        let seen = browser::look(answers, wanted.memory.then_some(REST)).await?;
        self.chromium.painted.push(seen.painted);
        self.chromium.list.push(seen.list);
        self.chromium.memory.extend(seen.memory);
        Ok(())
    }
}

/// Measures in the real window. It wants a desktop and a keychain of its own.
pub(crate) async fn measure(runs: u32, folder: &Path, wanted: Wanted) -> Result<Vec<Row>> {
    let programs = std::env::current_exe()?;
    let programs = programs.parent().context("this program is in no folder")?;
    let stage = Stage::new(folder).await?;
    let mut measured = Runs::default();
    let browser = wanted.beside_a_browser() && browser::is_there();
    if wanted.beside_a_browser() && !browser {
        println!("Chromium is not here, so nothing is measured against it");
    }
    for run in 1..=runs {
        let begun = Instant::now();
        if wanted.beside_an_empty_window() {
            let empty = programs.join("remit-empty-window");
            measured.empty(&empty, wanted).await?;
        }
        let answers = measured
            .remit(&programs.join("remit"), &stage, wanted)
            .await?;
        if browser {
            measured.chromium(answers, wanted).await?;
        }
        println!(
            "run {run} in the window took {} s",
            begun.elapsed().as_secs()
        );
    }
    Ok(measured.rows(wanted))
}
