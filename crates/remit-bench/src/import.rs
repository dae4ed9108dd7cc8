//! A file of 100,000 payouts read and validated, against a bare pass of the `csv` crate over the same bytes.

use crate::table::Row;
use anyhow::{Result, bail};
use cpu_time::ProcessTime;
use remit_import::{Choices, Decisions, Limits, Reading, Standing, Table, check, propose, read};
use std::fmt::Write;
use std::io::Cursor;
use std::time::{Duration, Instant};

const ROWS: usize = 100_000;
/// Of how many passes the quickest counts in a run: they are so short that a neighbour spoils many.
const PASSES: usize = 9;

pub(crate) fn measure(runs: u32) -> Result<Vec<Row>> {
    let file = file()?;
    let (mut ratio, mut only_read, mut cpu) = (Vec::new(), Vec::new(), Vec::new());
    let (mut bare_ms, mut both_ms) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let bare = quickest(|| bare(&file))?;
        let reading = quickest(|| Ok(open(&file)?.len() - 1))?;
        let both = quickest(|| read_and_validate(&file))?;
        ratio.push(both.0.as_secs_f64() / bare.0.as_secs_f64());
        only_read.push(reading.0.as_secs_f64() / bare.0.as_secs_f64());
        cpu.push(both.1.as_secs_f64() / bare.1.as_secs_f64());
        bare_ms.push(bare.0.as_secs_f64() * 1e3);
        both_ms.push(both.0.as_secs_f64() * 1e3);
    }
    let against = "bare pass of the csv crate";
    let row = |what, against, runs, goal| Row {
        what,
        against,
        runs,
        goal,
    };
    Ok(vec![
        row(
            "bare pass of the csv crate, 100,000 rows",
            "(ms)",
            bare_ms,
            "",
        ),
        row("100,000 rows read", against, only_read, ""),
        row("100,000 rows read and validated", against, ratio, "< 4"),
        row(
            "100,000 rows read and validated, CPU time",
            against,
            cpu,
            "",
        ),
        row("100,000 rows read and validated", "(ms)", both_ms, "< 1000"),
    ])
}

/// Eight columns as a program writes them; every thousandth row has a cell that is wrong or repeats the invoice ID before it.
fn file() -> Result<String> {
    let mut file = String::from("E-mail,Name,Amount,Currency,Invoice ID,Description,Note,Date\n");
    for row in 0..ROWS {
        let invoice = if row % 1000 == 7 { row - 1 } else { row };
        let cents = if row % 1000 == 500 { "5x" } else { "25" };
        writeln!(
            file,
            "contractor{row}@example.com,Contractor Number {row},\"{},{:03}.{cents}\",USD,INV-{invoice:06},Work in January,week {},2026-01-31",
            row % 9 + 1,
            row % 1000,
            row % 52
        )?;
    }
    Ok(file)
}

fn bare(file: &str) -> Result<usize> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut record)? {
        rows += 1;
    }
    Ok(rows)
}

fn open(file: &str) -> Result<Table> {
    let file = Cursor::new(file.as_bytes());
    Ok(read(
        file,
        &Choices::default(),
        &Limits::default(),
        &mut |_| true,
    )?)
}

fn read_and_validate(file: &str) -> Result<usize> {
    let table = open(file)?;
    let mapping = propose(&table).mapping;
    let checked = check(&Reading::new(&table, &mapping), &Decisions::default());
    let (wrong, alike) = (ROWS / 1000, 2 * ROWS / 1000);
    if checked.count(Standing::Refused) != wrong || checked.count(Standing::Waiting) != alike {
        bail!("the rows were not read as they are");
    }
    Ok(checked.len())
}

/// The quickest of several passes, by the clock and of the processor.
fn quickest(mut pass: impl FnMut() -> Result<usize>) -> Result<(Duration, Duration)> {
    let mut quickest = (Duration::MAX, Duration::MAX);
    for _ in 0..PASSES {
        let (begun, cpu) = (Instant::now(), ProcessTime::now());
        let rows = pass()?;
        let (wall, cpu) = (begun.elapsed(), cpu.elapsed());
        if rows != ROWS {
            bail!("{rows} rows came of {ROWS}");
        }
        quickest = (quickest.0.min(wall), quickest.1.min(cpu));
    }
    Ok(quickest)
}
