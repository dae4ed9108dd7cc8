//! Ugly files, each with what must come of it. `corpus/make.py` says where each file comes from.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use remit_core::Currency;
use remit_import::{
    Choices, DecimalMark, Decisions, Field, Limits, Mapping, Origin, ReadError, Reading, Standing,
    Table, check, propose, read_path, read_text,
};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn open(name: &str) -> Result<Table, ReadError> {
    open_with(name, &Choices::default())
}

fn open_with(name: &str, choices: &Choices) -> Result<Table, ReadError> {
    let path = folder().join(name);
    read_path(&path, choices, &Limits::default(), &mut |_| true)
}

/// Everything that came of a table, short enough to read: where it is from, each row as it would be paid, what is wrong.
fn told(table: &Table) -> String {
    let mapping = propose(table).mapping;
    told_with(table, &mapping)
}

fn told_with(table: &Table, mapping: &Mapping) -> String {
    let mut told = match table.origin() {
        Origin::Csv {
            encoding,
            delimiter,
        } => format!("{encoding} {delimiter:?}"),
        Origin::Xlsx { sheet, sheets } => format!("{sheet} of {}", sheets.join(", ")),
    };
    let reading = Reading::new(table, mapping);
    let checked = check(&reading, &Decisions::default());
    for row in reading.rows() {
        let draft = reading.row(row);
        let standing = match checked.standing(row).unwrap() {
            Standing::Ready => "ready",
            Standing::Waiting => "waiting",
            Standing::Refused => "refused",
            Standing::Skipped => "skipped",
        };
        write!(told, "\n{} {standing}", draft.number).unwrap();
        for text in [draft.payee.surest(), draft.payee.name]
            .into_iter()
            .flatten()
            .collect::<BTreeSet<_>>()
        {
            write!(told, " {text}").unwrap();
        }
        if let Some(money) = draft.money {
            write!(told, " {money}").unwrap();
        }
        if let Some(invoice_id) = draft.invoice_id.filter(|id| id.len() < 20) {
            write!(told, " {invoice_id}").unwrap();
        }
        if let Some(date) = draft.date {
            write!(told, " {date}").unwrap();
        }
        for text in [&draft.description, &draft.note] {
            if !text.is_empty() {
                write!(told, " {text:?}").unwrap();
            }
        }
        for wrong in &draft.problems {
            let problem = serde_json::to_string(&wrong.problem).unwrap();
            let problem = problem.replace(['{', '}', '"'], "").replace("code:", "");
            let field = serde_json::to_string(&wrong.field).unwrap();
            write!(told, " [{}: {problem}]", field.replace('"', "")).unwrap();
        }
        for duplicate in checked.duplicates_of(row) {
            let other = table.number(duplicate.other);
            write!(told, " <{:?} as {other}>", duplicate.likeness).unwrap();
        }
    }
    told
}

/// What must come of each file: its name after `===`, then what [`told`] says.
const EXPECTED: &str = include_str!("corpus/expected.txt");

#[test]
fn every_file_gives_its_rows_or_its_error() {
    let mut wrong = String::new();
    let mut seen = BTreeSet::from(["make.py", "expected.txt"]);
    for block in EXPECTED.split("=== ").skip(1) {
        let (name, expected) = block.split_once('\n').unwrap();
        seen.insert(name);
        let found = match open(name) {
            Ok(table) => told(&table),
            Err(error) => serde_json::to_string(&error).unwrap(),
        };
        if found.trim_end() != expected.trim_end() {
            write!(wrong, "\n=== {name}\n{found}\n").unwrap();
        }
    }
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !seen.contains(name.as_str()) {
            write!(wrong, "\n{name} is not in expected.txt\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_owner_chooses_another_sheet_encoding_or_separator() {
    let choose = |name: &str, choices: Choices| open_with(name, &choices).map(|table| told(&table));
    let old = choose(
        "several-sheets.xlsx",
        Choices {
            sheet: Some("Old".to_owned()),
            ..Choices::default()
        },
    );
    assert_eq!(
        old.unwrap(),
        "Old of Cover, Old, 一月\n2 ready old@example.com USD 99.00 OLD-1"
    );
    let none = choose(
        "several-sheets.xlsx",
        Choices {
            sheet: Some("May".to_owned()),
            ..Choices::default()
        },
    );
    assert_eq!(
        none,
        Err(ReadError::NoSuchSheet {
            sheet: "May".to_owned()
        })
    );
    let other = choose(
        "excel-spanish.csv",
        Choices {
            encoding: Some("gb18030".to_owned()),
            ..Choices::default()
        },
    );
    assert_eq!(
        other,
        Err(ReadError::Undecodable {
            encoding: "gb18030"
        })
    );
    let comma = choose(
        "either-way.csv",
        Choices {
            delimiter: Some(','),
            ..Choices::default()
        },
    );
    assert!(comma.unwrap().starts_with("UTF-8 ','"));
}

#[test]
fn one_answer_of_the_owner_settles_what_was_asked() {
    let table = open("either-way.csv").unwrap();
    let mut mapping = propose(&table).mapping;
    mapping.decimal_mark = Some(DecimalMark::Comma);
    assert_eq!(
        told_with(&table, &mapping),
        "UTF-8 ';'\n2 ready ana@example.com USD 1250.00\n3 ready li@example.com USD 500.00"
    );
    let table = open("signs.csv").unwrap();
    let mut mapping = propose(&table).mapping;
    mapping.currency = Some(Currency::USD);
    assert_eq!(
        told_with(&table, &mapping),
        "UTF-8 ';'\n2 ready ana@example.com USD 5.00\n3 ready li@example.com EUR 6.00\n\
         4 waiting eve@example.com [currency: currency_missing]\n5 ready bob@example.com USD 8.00",
        "yen and yuan are no dollars"
    );
}

#[test]
fn a_mapping_is_remembered_for_files_with_the_same_headers() {
    let table = open("google-sheets.csv").unwrap();
    let mut mapping = propose(&table).mapping;
    mapping.set(3, Some(Field::Note));
    mapping.currency = Some(Currency::USD);
    let kept: Mapping = serde_json::from_str(&serde_json::to_string(&mapping).unwrap()).unwrap();
    let next = "\npayee , AMOUNT,Currency,Invoice\nC-18,7.00,USD,hello\n";
    let next = read_text(next, &Limits::default()).unwrap();
    let again = kept.for_table(&next).unwrap();
    assert_eq!(again, kept);
    assert_eq!(
        told_with(&next, &again),
        "UTF-8 ','\n3 ready C-18 USD 7.00 \"hello\""
    );
    let other = read_text("Payee,Amount\nC-18,7.00\n", &Limits::default()).unwrap();
    assert_eq!(kept.for_table(&other), None);
}

#[test]
fn what_was_said_of_a_file_without_headers_is_not_taken_for_any_other_of_its_width() {
    let read = |text| read_text(text, &Limits::default()).unwrap();
    let first = read("ana@example.com,12.50,May\nbo@example.com,13.50,May\n");
    let mut known = propose(&first).mapping;
    known.set(2, Some(Field::Description));
    assert_eq!(known.column(Field::Amount), Some(1));
    let alike = read("cy@example.com,14.50,June\n");
    assert_eq!(known.for_table(&alike).as_ref(), Some(&known));
    for other in [
        "E-mail,Invoice ID,Amount\nana@example.com,1042,100.00\n",
        "ana@example.com,1042,100.00\nbo@example.com,1043,200.00\n",
        "12.50,ana@example.com,May\n",
    ] {
        assert_eq!(known.for_table(&read(other)), None, "{other}");
    }
}

#[test]
fn what_is_pasted_is_read_as_a_file_is() {
    let pasted = "Payee\tAmount\tCurrency\nana@example.com\t1,250.00\tUSD\n\"Li, \"\"Lee\"\"\"\t80.50\tUSD\n";
    let table = read_text(pasted, &Limits::default()).unwrap();
    assert_eq!(
        told(&table),
        "UTF-8 '\\t'\n2 ready ana@example.com USD 1250.00\n3 ready Li, \"Lee\" USD 80.50"
    );
}

#[test]
fn a_cell_that_is_put_right_makes_its_row_ready() {
    let mut table = open("faults.csv").unwrap();
    let mapping = propose(&table).mapping;
    let row = (0..table.len())
        .find(|row| table.number(*row) == 6)
        .unwrap();
    assert_eq!(Reading::new(&table, &mapping).row(row).money, None);
    table.set(row, mapping.column(Field::Amount).unwrap(), " 1,250.00 ");
    let reading = Reading::new(&table, &mapping);
    assert_eq!(reading.row(row).money.unwrap().decimal(), "1250.00");
    let checked = check(&reading, &Decisions::default());
    assert_eq!(checked.standing(row), Some(Standing::Ready));
}

#[test]
fn what_is_typed_over_amounts_that_were_made_here_is_never_bent_to_how_those_are_written() {
    let made = "Payee,Amount,Currency\nAna,1.250,KWD\nBo,12.50,USD\n";
    let mut table = read_text(made, &Limits::default()).unwrap();
    let mut mapping = propose(&table).mapping;
    mapping.decimal_mark = Some(DecimalMark::Point);
    for (typed, read, by_the_file) in [
        ("1.234,56", Some("1234.56"), None),
        ("1,250", Some("1250.00"), Some("1250.00")),
        ("1.250", None, Some("1.25")),
        ("13.50", Some("13.50"), Some("13.50")),
        ("1.2,5", None, None),
    ] {
        table.set(2, 1, typed);
        let money = |reading: Reading<'_>, row| reading.row(row).money.map(|money| money.decimal());
        let made = || Reading::new(&table, &mapping).of_made();
        assert_eq!(money(made(), 2).as_deref(), read, "{typed}");
        assert_eq!(money(made(), 1).as_deref(), Some("1.250"), "as it was made");
        let file = Reading::new(&table, &mapping);
        assert_eq!(money(file, 2).as_deref(), by_the_file, "{typed}");
    }
}

#[test]
fn without_headers_what_looks_like_payee_and_amount_is_proposed() {
    let held = |text: &str| {
        let table = read_text(text, &Limits::default()).unwrap();
        let proposed = propose(&table);
        let sure =
            |claim: &remit_import::Proposal| claim.confidence != remit_import::Confidence::Guess;
        assert!(!proposed.proposals.iter().any(sure), "{text}");
        proposed.mapping.columns
    };
    let (payee, amount) = (Some(Field::Payee), Some(Field::Amount));
    for (text, columns) in [
        (
            "Tom Reed\t100\nMaria\t50.25\nmaria@example.com\t-5\nAna Ruiz\t75\n",
            vec![payee, amount],
        ),
        (
            "Tom Reed,$100\nAna Ruiz,\"$1,250.00\"\n",
            vec![payee, amount],
        ),
        (
            "INV-1,Tom Reed,100\nINV-2,Ana Ruiz,75\n",
            vec![None, payee, amount],
        ),
        // One may be counted things, as hours; which of them nobody can tell.
        ("Tom Reed,100,8\nAna Ruiz,75,9\n", vec![payee, None, None]),
        (
            "Tom Reed,8,100.50\nAna Ruiz,9,75\n",
            vec![payee, None, amount],
        ),
        (
            "Work,100,tom@example.com\nWork,75,Ana Ruiz\n",
            vec![None, amount, payee],
        ),
        (
            "Tom Reed,1234567890123\nAna Ruiz,1234567890124\n",
            vec![payee, None],
        ),
        (
            "tom@example.com,12,Work\nana@example.com,13,Work\n",
            vec![Some(Field::Email), amount, None],
        ),
    ] {
        assert_eq!(held(text), columns, "{text}");
    }
}

#[test]
fn duplicates_wait_until_the_owner_speaks_and_the_same_id_twice_never_goes() {
    let table = open("duplicates.csv").unwrap();
    let mapping = propose(&table).mapping;
    let reading = Reading::new(&table, &mapping);
    let all: BTreeSet<_> = reading.rows().collect();
    let accepted = Decisions {
        accepted: all,
        ..Decisions::default()
    };
    let checked = check(&reading, &accepted);
    let standings: Vec<_> = reading
        .rows()
        .map(|row| checked.standing(row).unwrap())
        .collect();
    let (ready, waiting) = (Standing::Ready, Standing::Waiting);
    assert_eq!(standings, [waiting, waiting, ready, ready, ready, ready]);
    let without_second = Decisions {
        skipped: BTreeSet::from([2]),
        ..accepted
    };
    let checked = check(&reading, &without_second);
    assert_eq!(checked.count(Standing::Ready), 5);
    assert_eq!(checked.count(Standing::Skipped), 1);
}
