//! How long it takes to read and check 100,000 rows, against a bare pass of the `csv` crate over the same bytes:
//! `cargo run --release -p remit-import --example speed`.

use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};
use std::time::{Duration, Instant};

use remit_import::{
    Choices, Decisions, Limits, Outcomes, Reading, Standing, check, propose, read, write_xlsx,
};

const ROWS: usize = 100_000;
const RUNS: usize = 25;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = file()?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{ROWS} rows, {} bytes; least and middle of {RUNS} runs",
        file.len()
    )?;
    let bare = timed(|| {
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut rows = 0;
        while reader.read_record(&mut record)? {
            rows += 1;
        }
        Ok(rows)
    })?;
    let only_read = timed(|| Ok(open(file.as_bytes())?.len() - 1))?;
    let checked = timed(|| {
        let table = open(file.as_bytes())?;
        let mapping = propose(&table).mapping;
        let checked = check(&Reading::new(&table, &mapping), &Decisions::default());
        Ok(checked.count(Standing::Ready))
    })?;
    for (what, times) in [
        ("bare pass of the csv crate", bare),
        ("read", only_read),
        ("read and checked", checked),
    ] {
        let ratio = |at: usize| times[at].as_secs_f64() / bare[at].as_secs_f64();
        writeln!(
            out,
            "{what:<28} {:>9.1?} {:>9.1?}  {:.2} and {:.2} times",
            times[0],
            times[1],
            ratio(0),
            ratio(1)
        )?;
    }
    let table = open(file.as_bytes())?;
    let mapping = propose(&table).mapping;
    let mut workbook = Cursor::new(Vec::new());
    let started = Instant::now();
    let outcomes = Outcomes {
        headers: &[],
        cells: &mut |_, _| {},
    };
    write_xlsx(&mut workbook, &table, &mapping, outcomes, &mut |_| true)?;
    let bytes = workbook.into_inner();
    writeln!(
        out,
        "written as XLSX              {:>9.1?}  {} bytes",
        started.elapsed(),
        bytes.len()
    )?;
    let started = Instant::now();
    let rows = open(&bytes)?.len() - 1;
    writeln!(
        out,
        "XLSX read                    {:>9.1?}  {rows} rows",
        started.elapsed()
    )?;
    Ok(())
}

fn open(bytes: &[u8]) -> Result<remit_import::Table, remit_import::ReadError> {
    let file = Cursor::new(bytes);
    read(file, &Choices::default(), &Limits::default(), &mut |_| true)
}

fn file() -> Result<String, std::fmt::Error> {
    let mut file = String::from("E-mail,Name,Amount,Currency,Invoice ID,Description,Note,Date\n");
    for row in 0..ROWS {
        let cents = row % 100;
        writeln!(
            file,
            "contractor{row}@example.com,Contractor Number {row},\"{},{:03}.{cents:02}\",USD,INV-{row:06},Work in January,week {},2026-01-31",
            row % 9 + 1,
            row % 1000,
            row % 52
        )?;
    }
    Ok(file)
}

fn timed(
    mut run: impl FnMut() -> Result<usize, Box<dyn std::error::Error>>,
) -> Result<[Duration; 2], Box<dyn std::error::Error>> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        let rows = run()?;
        times.push(started.elapsed());
        if rows != ROWS {
            return Err(format!("{rows} rows came of {ROWS}").into());
        }
    }
    times.sort_unstable();
    Ok([times[0], times[RUNS / 2]])
}
