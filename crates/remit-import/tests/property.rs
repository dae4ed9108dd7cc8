//! What holds for any file: no panic, nothing lost between the rows and their sums, and what was written is read the same.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use remit_import::{
    Choices, Decisions, Kind, Limits, Outcomes, ReadError, Reading, Standing, Table, check,
    propose, read, template_csv, template_xlsx, write_csv, write_xlsx,
};
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

fn open(bytes: &[u8]) -> Result<Table, ReadError> {
    read(
        Cursor::new(bytes),
        &Choices::default(),
        &Limits::default(),
        &mut |_| true,
    )
}

/// Does with it all that can be done.
fn use_all(table: &Table, skipped: BTreeSet<usize>) {
    let mapping = propose(table).mapping;
    let reading = Reading::new(table, &mapping);
    let decisions = Decisions {
        skipped,
        accepted: BTreeSet::new(),
    };
    let checked = check(&reading, &decisions);
    let mut sums = std::collections::BTreeMap::new();
    for row in reading.rows() {
        let draft = reading.row(row);
        let standing = checked.standing(row).unwrap();
        if standing == Standing::Ready {
            assert!(draft.problems.is_empty() && draft.money.is_some_and(|money| money.minor > 0));
            assert!(draft.payee.surest().is_some());
        }
        let sum = sums
            .entry((standing, draft.money.map(|money| money.currency)))
            .or_insert((0, 0));
        *sum = (
            sum.0 + 1,
            sum.1 + draft.money.map_or(0, |money| i128::from(money.minor)),
        );
    }
    let counts = [
        Standing::Ready,
        Standing::Waiting,
        Standing::Refused,
        Standing::Skipped,
    ]
    .map(|standing| checked.count(standing));
    assert_eq!(counts.iter().sum::<usize>(), reading.rows().len());
    assert_eq!(checked.totals().len(), sums.len());
    for total in checked.totals() {
        assert_eq!(
            sums[&(total.standing, total.currency)],
            (total.rows, total.minor)
        );
    }
}

fn cells(table: &Table) -> Vec<Vec<String>> {
    (0..table.len())
        .map(|row| {
            let cells = (0..table.width()).map(|column| table.raw(row, column).to_owned());
            cells.collect()
        })
        .collect()
}

fn csv_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut csv = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        csv.write_record(row).unwrap();
    }
    csv.into_inner().unwrap()
}

fn read_commas(bytes: &[u8]) -> Result<Table, ReadError> {
    let commas = Choices {
        delimiter: Some(','),
        encoding: Some("UTF-8".to_owned()),
        ..Choices::default()
    };
    read(Cursor::new(bytes), &commas, &Limits::default(), &mut |_| {
        true
    })
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![
        "\\PC{0,12}",
        "['=+@\\-\"\n,;x ]{0,6}",
        Just("ana@example.com".to_owned()),
        Just("1,250.00".to_owned()),
        Just("-1".to_owned()),
    ];
    prop::collection::vec(prop::collection::vec(cell, 1..6), 1..12)
}

/// Cells as they are in files of payouts, right and wrong.
fn payouts() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = (
        prop::sample::select(vec![
            "ana@example.com",
            "li@example.com",
            "",
            "C-17",
            "not@mail",
            "2000123456789012345678",
        ]),
        prop::sample::select(vec![
            "5.00",
            "1,250.00",
            "1.250",
            "1.250,50",
            "",
            "-1",
            "x",
            "€7",
            "$8",
            "9.999",
            "99999999999",
        ]),
        prop::sample::select(vec!["USD", "EUR", "KRW", "", "DOGE", "$", "¥"]),
        prop::sample::select(vec!["1", "01", "INV-1", "2", "", "3"]),
        prop::sample::select(vec!["2026-01-31", "03/04/2026", "", "soon"]),
    );
    let row = row.prop_map(|(payee, amount, currency, invoice, date)| {
        [payee, amount, currency, invoice, date]
            .map(str::to_owned)
            .to_vec()
    });
    prop::collection::vec(row, 1..40).prop_map(|mut rows| {
        let header = ["Payee", "Amount", "Currency", "Invoice ID", "Date"];
        rows.insert(0, header.map(str::to_owned).to_vec());
        rows
    })
}

/// The parts of a real workbook.
fn parts() -> Vec<(String, Vec<u8>)> {
    let file = include_bytes!("corpus/excel.xlsx");
    let mut archive = ZipArchive::new(Cursor::new(&file[..])).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            (part.name().unwrap().into_owned(), content)
        })
        .collect()
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(table) = open(&bytes) {
            use_all(&table, BTreeSet::new());
        }
    }

    #[test]
    fn no_text_panics_in_any_encoding(text in "[\\PC\n\r\t,;\"=]{0,200}", name in prop::sample::select(remit_import::ENCODINGS.to_vec())) {
        let choices = Choices { encoding: Some(name.to_owned()), ..Choices::default() };
        for bytes in [text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()] {
            if let Ok(table) = read(Cursor::new(&bytes), &choices, &Limits::default(), &mut |_| true) {
                use_all(&table, BTreeSet::new());
            }
        }
    }

    /// The checksums fit, so that what is inside is really read.
    #[test]
    fn no_spoilt_workbook_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::sample::select(b"<>\"/=0929&;srtnv \xff\0".to_vec())), 1..6)) {
        let mut parts = parts();
        for (part, place, byte) in changes {
            let index = part.index(parts.len());
            let content = &mut parts[index].1;
            let place = place.index(content.len());
            content[place] = byte;
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, content) in parts {
            zip.start_file(name, stored).unwrap();
            zip.write_all(&content).unwrap();
        }
        if let Ok(table) = open(&zip.finish().unwrap().into_inner()) {
            use_all(&table, BTreeSet::new());
        }
    }

    #[test]
    fn no_cut_workbook_panics(length in 0_usize..7000, hole in 0_usize..7000) {
        let mut file = include_bytes!("corpus/excel.xlsx").to_vec();
        if let Some(byte) = file.get_mut(hole) {
            *byte = !*byte;
        }
        let _ = open(&file);
        file.truncate(length);
        let _ = open(&file);
    }

    #[test]
    fn rows_and_sums_agree(rows in payouts(), skipped in prop::collection::btree_set(1_usize..40, 0..5)) {
        let table = read_commas(&csv_of(&rows)).unwrap();
        let filled = rows.iter().filter(|row| row.iter().any(|cell| !cell.is_empty()));
        prop_assert_eq!(table.len(), filled.count());
        use_all(&table, skipped);
    }

    #[test]
    fn what_is_written_is_read_the_same(rows in rows()) {
        let Ok(table) = read_commas(&csv_of(&rows)) else { return Ok(()) };
        let mapping = propose(&table).mapping;
        let nothing = || Outcomes { headers: &[], cells: Box::leak(Box::new(|_: usize, _: &mut Vec<String>| {})) };
        let mut csv = Vec::new();
        write_csv(&mut csv, &table, &mapping, nothing(), &mut |_| true).unwrap();
        for line in csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&csv[3..]).records() {
            for cell in &line.unwrap() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?} would run", cell);
            }
        }
        // The row for the headers of the outcomes, of which there are none, is blank and so not a row.
        let filled = |table: &Table| {
            let mut rows = cells(table);
            rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
            rows
        };
        let expected = filled(&table);
        prop_assert_eq!(&filled(&read_commas(&csv).unwrap()), &expected);
        let mut xlsx = Cursor::new(Vec::new());
        write_xlsx(&mut xlsx, &table, &mapping, nothing(), &mut |_| true).unwrap();
        let again = match open(&xlsx.into_inner()) {
            Ok(again) => again,
            Err(error) => {
                prop_assert_eq!((error, expected.len()), (ReadError::Empty, 0));
                return Ok(());
            }
        };
        prop_assert!((0..again.len()).all(|row| (0..again.width()).all(|column| again.cell(row, column).kind == Kind::Text)));
        // A workbook has no cells for what is empty or nothing but space.
        let trimmed = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
            let cells = |row: &Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect();
            let mut rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
            for row in &mut rows {
                let filled = row.iter().rposition(|cell| !cell.is_empty());
                row.truncate(filled.map_or(0, |last| last + 1));
            }
            rows
        };
        prop_assert_eq!(trimmed(filled(&again)), trimmed(expected));
    }
}

#[test]
fn outcomes_stand_beside_the_rows_they_belong_to() {
    let file = "January;\r\nE-mail;Amount\r\nana@example.com;5,00\r\n=1+1;6,00\r\n";
    let table = open(file.as_bytes()).unwrap();
    let mapping = propose(&table).mapping;
    let mut csv = Vec::new();
    let outcomes = Outcomes {
        headers: &["State", "Reason"],
        cells: &mut |row, cells| cells.extend([format!("paid {row}"), "@none".to_owned()]),
    };
    write_csv(&mut csv, &table, &mapping, outcomes, &mut |_| true).unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "\u{feff}January,,,\r\nE-mail,Amount,State,Reason\r\nana@example.com,\"5,00\",paid 2,'@none\r\n\
         '=1+1,\"6,00\",paid 3,'@none\r\n"
    );
}

#[test]
fn a_template_is_understood_when_it_comes_back() {
    use remit_import::{Confidence, Language};
    for language in [Language::English, Language::Chinese, Language::Spanish] {
        let mut csv = Vec::new();
        template_csv(&mut csv, language).unwrap();
        let mut xlsx = Cursor::new(Vec::new());
        template_xlsx(&mut xlsx, language).unwrap();
        for file in [csv, xlsx.into_inner()] {
            let proposed = propose(&open(&file).unwrap());
            assert!(proposed.mapping.is_complete());
            assert_eq!(proposed.proposals.len(), 7);
            let sure = |confidence| confidence == Confidence::Certain;
            assert!(
                proposed
                    .proposals
                    .iter()
                    .all(|one| sure(one.confidence) && !one.outdone)
            );
        }
    }
}
