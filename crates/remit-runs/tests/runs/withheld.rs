//! A column of government IDs in a file of payouts: it is not shown, nor kept where the file is text.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::shop::{self, Shop, now};
use remit_core::{RunOrigin, Runs};
use remit_import::{Field, Standing};
use remit_runs::{ChosenMapping, Draft, ProblemCode};
use rust_xlsxwriter::Workbook;

const FAKE: &str = "000-00-000";

/// Titles, an empty line, and two payments.
fn file() -> String {
    format!(
        "sep=;\nMay;\n\nPayee;SSN;Amount;Currency\nana@example.com;{FAKE}1;12,00;USD\n\
         ana@example.com;{FAKE}2;9,00;USD\n"
    )
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(file().lines().skip(3)) {
        for (column, cell) in (0..).zip(line.split(';')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// All that the window or an export can have of it.
fn shown(draft: &Draft) -> String {
    let table = draft.table();
    let rows = 0..table.len();
    let cells = rows.flat_map(|row| (0..table.width()).map(move |column| (row, column)));
    let cells = cells.map(|(row, column)| {
        assert_eq!(table.raw(row, column).trim(), table.cell(row, column).text);
        table.raw(row, column)
    });
    cells.collect::<Vec<_>>().join("|") + &format!("{:?}", draft.checked())
}

/// As what the column of government IDs is taken when the owner insists.
fn as_note(draft: &mut Draft, header_row: Option<usize>) {
    let mut columns = draft.settings().mapping.columns.clone();
    columns[1] = Some(Field::Note);
    let chosen = ChosenMapping {
        columns,
        header_row,
        ..ChosenMapping::default()
    };
    draft.map(Vec::new, &chosen).unwrap();
}

#[tokio::test]
async fn government_ids_of_a_text_are_not_kept_and_the_file_is_known_again() {
    let shop = Shop::new().await;
    shop.sent("ana", 1_000, "OLD-1").await;
    let plain = "Payee;Amount\nana@example.com;5\n";
    let kept = shop.draft(plain).await.run().id;
    let kept = shop.ledger.run_content(kept).await.unwrap().unwrap();
    assert_eq!(kept.source, plain.as_bytes(), "byte for byte");

    let mut first = shop.draft(&file()).await;
    let content = shop.ledger.run_content(first.run().id).await;
    let source = String::from_utf8(content.unwrap().unwrap().source).unwrap();
    assert!(!source.contains(FAKE), "{source}");
    let mut opened = shop.open(first.run().id).await;
    for draft in [&first, &opened] {
        assert!(!shown(draft).contains(FAKE), "{}", shown(draft));
        assert_eq!(draft.checked().count(Standing::Ready), 2);
        assert_eq!(draft.line(2), 4, "as in the owner's spreadsheet");
    }
    as_note(&mut opened, None);
    assert_eq!(opened.cell(2, Field::Note).0, "••••");

    let review = first.review(&*shop.ledger, &shop.ids).await.unwrap();
    let turn = shop::turn(&first).await;
    let released = first.release(&*shop.ledger, &turn, now(), &review.review, None);
    released.await.unwrap();
    let again = shop.draft(&file()).await;
    assert_eq!(again.run().content_hash, first.run().content_hash);
    for row in again.checked().rows() {
        let mut problems = row.problems.iter();
        assert!(problems.any(|problem| problem.code == ProblemCode::InvoiceUsed));
    }
}

#[tokio::test]
async fn government_ids_of_a_workbook_are_not_shown() {
    let shop = Shop::new().await;
    let draft = shop.made(workbook(), RunOrigin::File).await;
    let opened = shop.open(draft.run().id).await;
    for mut draft in [draft, opened] {
        assert_eq!(draft.checked().rows().len(), 2);
        assert!(!shown(&draft).contains(FAKE), "{}", shown(&draft));
        for header in [None, Some(1)] {
            as_note(&mut draft, header);
            assert!(!shown(&draft).contains(FAKE), "{}", shown(&draft));
        }
        draft.call_hidden("not kept".to_owned());
        assert!(shown(&draft).contains("not kept"));
    }
}
