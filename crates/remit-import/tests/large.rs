//! Files that are large, endless or hostile: each is read or refused in bounded time and memory, and the owner can stop it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Cursor, Write};

use remit_core::Currency;
use remit_import::{
    Choices, Decisions, Limits, Measure, Outcomes, Progress, ReadError, Reading, Standing, Table,
    check, propose, read, write_xlsx,
};
use zip::write::{SimpleFileOptions, ZipWriter};

fn open(bytes: &[u8], limits: &Limits) -> Result<Table, ReadError> {
    read(Cursor::new(bytes), &Choices::default(), limits, &mut |_| {
        true
    })
}

/// Every thousandth row has a fault, every other thousandth repeats the invoice ID before it.
fn rows(count: usize) -> String {
    let mut file = String::from("E-mail,Name,Amount,Currency,Invoice ID\n");
    for row in 0..count {
        let amount = if row % 1000 == 500 {
            "soon"
        } else {
            "1,250.25"
        };
        let invoice = if row % 1000 == 7 { row - 1 } else { row };
        file += &format!("c{row}@example.com,Contractor {row},\"{amount}\",USD,INV-{invoice}\n");
    }
    file
}

fn counted(table: &Table) {
    let mapping = propose(table).mapping;
    let reading = Reading::new(table, &mapping);
    let checked = check(&reading, &Decisions::default());
    let rows = checked.len();
    let refused = rows / 1000;
    let waiting = rows / 1000 * 2;
    assert_eq!(checked.count(Standing::Refused), refused);
    assert_eq!(checked.count(Standing::Waiting), waiting);
    assert_eq!(checked.count(Standing::Ready), rows - refused - waiting);
    let sum: i128 = checked.totals().iter().map(|total| total.minor).sum();
    assert_eq!(sum, 125_025 * i128::try_from(rows - refused).unwrap());
    let ready = checked.totals().first().unwrap();
    assert_eq!(ready.currency, Some(Currency::USD));
    assert_eq!(
        ready.money().unwrap().minor,
        125_025 * i64::try_from(ready.rows).unwrap()
    );
}

#[test]
fn a_hundred_thousand_rows_are_read_and_each_is_accounted_for() {
    let file = rows(100_000);
    let mut told = Vec::new();
    let table = read(
        Cursor::new(&file),
        &Choices::default(),
        &Limits::default(),
        &mut |progress| {
            told.push(progress);
            true
        },
    )
    .unwrap();
    assert_eq!(table.len(), 100_001);
    counted(&table);
    assert!(told.len() > 20, "progress is told often");
    assert!(told.is_sorted_by_key(|progress| (progress.done, progress.rows)));
    let last = told.last().unwrap();
    assert_eq!((last.done, last.rows), (last.of, 100_001));
}

#[test]
fn a_large_workbook_is_written_and_read_back() {
    let table = open(rows(10_000).as_bytes(), &Limits::default()).unwrap();
    let mapping = propose(&table).mapping;
    let mut written = Cursor::new(Vec::new());
    let outcomes = Outcomes {
        headers: &["Outcome"],
        cells: &mut |row, cells| cells.push(format!("paid {row}")),
    };
    write_xlsx(&mut written, &table, &mapping, outcomes, &mut |_| true).unwrap();
    let again = open(&written.into_inner(), &Limits::default()).unwrap();
    assert_eq!(again.len(), 10_001);
    assert_eq!(again.cell(0, 5).text, "Outcome");
    assert_eq!(again.cell(10_000, 5).text, "paid 10000");
    counted(&again);
}

#[test]
fn many_columns_are_read() {
    let header: Vec<_> = (0..60).map(|column| format!("Column {column}")).collect();
    let mut file = format!("Email;Amount;{}\n", header.join(";"));
    for row in 0..500 {
        file += &format!("c{row}@example.com;{row},50;{}\n", ";x".repeat(59));
    }
    let table = open(file.as_bytes(), &Limits::default()).unwrap();
    assert_eq!((table.len(), table.width()), (501, 62));
    assert_eq!(table.cell(500, 61).text, "x");
}

#[test]
fn the_owner_can_stop_it_at_any_moment() {
    let csv = rows(20_000).into_bytes();
    let table = open(rows(3000).as_bytes(), &Limits::default()).unwrap();
    let mapping = propose(&table).mapping;
    let mut xlsx = Cursor::new(Vec::new());
    let outcomes = Outcomes {
        headers: &[],
        cells: &mut |_, _| {},
    };
    write_xlsx(&mut xlsx, &table, &mapping, outcomes, &mut |_| true).unwrap();
    for file in [csv, xlsx.into_inner()] {
        let mut calls = 0;
        let mut count = |_: Progress| {
            calls += 1;
            true
        };
        read(
            Cursor::new(&file),
            &Choices::default(),
            &Limits::default(),
            &mut count,
        )
        .unwrap();
        for stop in 0..calls {
            let mut seen = 0;
            let mut until = |_: Progress| {
                seen += 1;
                seen <= stop
            };
            let read = read(
                Cursor::new(&file),
                &Choices::default(),
                &Limits::default(),
                &mut until,
            );
            assert_eq!(seen, stop + 1, "after a no it is not asked again");
            let last = stop == calls - 1;
            assert!(
                last || matches!(read, Err(ReadError::Cancelled)),
                "stopped at {stop} of {calls}"
            );
        }
    }
}

fn too_large(what: Measure) -> impl Fn(&ReadError) -> bool {
    move |error| matches!(error, ReadError::TooLarge { what: found, .. } if *found == what)
}

#[test]
fn every_limit_holds() {
    let limits = Limits::default();
    let file = rows(2000);
    for (small, what) in [
        (
            Limits {
                file_bytes: 1000,
                ..limits
            },
            Measure::FileBytes,
        ),
        (
            Limits {
                text_bytes: 1000,
                ..limits
            },
            Measure::TextBytes,
        ),
        (
            Limits {
                cells: 100,
                ..limits
            },
            Measure::Cells,
        ),
        (
            Limits {
                columns: 4,
                ..limits
            },
            Measure::Columns,
        ),
        (
            Limits {
                cell_bytes: 10,
                ..limits
            },
            Measure::CellBytes,
        ),
    ] {
        let error = open(file.as_bytes(), &small).unwrap_err();
        assert!(too_large(what)(&error), "{what:?}: {error:?}");
    }
    let endless = format!("Email,Amount\nana@example.com,\"{}", "x,".repeat(200_000));
    let error = open(endless.as_bytes(), &limits).unwrap_err();
    assert_eq!(error, ReadError::UnclosedQuote { row: 2 });
    let wide = ",".repeat(100_000) + "x";
    assert!(too_large(Measure::Columns)(
        &open(wide.as_bytes(), &limits).unwrap_err()
    ));
}

/// A workbook whose only sheet is so many spaces, which pack a thousand to one.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for part in ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"] {
        zip.start_file(part, options).unwrap();
        zip.write_all(b"<a/>").unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let piece = vec![b' '; 1 << 20];
    for _ in 0..bytes >> 20 {
        zip.write_all(&piece).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_zip_bomb_is_not_opened() {
    let file = bomb(40 << 20);
    assert!(file.len() < 256 << 10, "it is small: {}", file.len());
    let error = open(&file, &Limits::default()).unwrap_err();
    assert_eq!(error, ReadError::Bomb { ratio: 200 });
    let limits = Limits {
        unpacked_bytes: 4 << 20,
        ..Limits::default()
    };
    let error = open(&bomb(8 << 20), &limits).unwrap_err();
    assert!(too_large(Measure::UnpackedBytes)(&error));
}

#[test]
fn a_workbook_of_ever_so_many_parts_is_not_opened() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in 0..200 {
        zip.start_file(format!("{part}"), SimpleFileOptions::default())
            .unwrap();
    }
    let file = zip.finish().unwrap().into_inner();
    let limits = Limits {
        parts: 100,
        ..Limits::default()
    };
    assert!(too_large(Measure::Parts)(
        &open(&file, &limits).unwrap_err()
    ));
}
