//! Government IDs in a file of payouts, which has no use for them: they are neither shown nor exported, and of a file of text
//! not kept either (I9).

use crate::field::{self, Confidence, Field};
use crate::mapping::find_header;
use crate::people::{names_a_government_id, names_one_in_a_word};
use crate::person_field::PersonField;
use crate::table::{Origin, Table};

impl Table {
    /// Keeps from sight what stands below headings of government IDs, whatever is said later of their columns: by this header,
    /// and by the one that the file itself seems to have.
    pub fn withhold(&mut self, header: Option<usize>) {
        let seen = find_header(self, field::by_header);
        let seen = seen.or_else(|| find_header(self, PersonField::by_header));
        for row in [header, seen].into_iter().flatten() {
            for column in 0..self.row_width(row) {
                if is_of_government_ids(self.cell(row, column).text) {
                    self.hide(column, row);
                }
            }
        }
    }

    /// A file of text as it may be kept: the same cells for the same separator, in UTF-8, each row under its own number, and
    /// nothing of what is withheld. Nothing where the file may be kept as it is, or is a workbook.
    #[must_use]
    pub fn without_withheld(&self) -> Option<String> {
        let Origin::Csv { delimiter, .. } = self.origin() else {
            return None;
        };
        if !self.hides() {
            return None;
        }
        let mut text = String::new();
        let mut line = 1;
        for row in 0..self.len() {
            for _ in line..self.number(row) {
                text.push('\n');
            }
            line = self.number(row).saturating_add(1);
            let cells = self.row_written(row);
            let cells: Vec<_> = cells
                .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
                .collect();
            text += &cells.join(&delimiter.to_string());
            text.push('\n');
        }
        Some(text)
    }
}

/// Whether a column of a file of payouts is called after government IDs. What a payout needs, such as the `Invoice ID number`,
/// is not, unless a word of it says so.
fn is_of_government_ids(header: &str) -> bool {
    match field::by_header(header) {
        Some((_, Confidence::Certain)) => false,
        Some((Field::InvoiceId | Field::PayeeCode | Field::CustomerNo, _)) => {
            names_one_in_a_word(header)
        }
        _ => names_a_government_id(header),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synonyms::synonyms;
    use crate::{Choices, Limits, read, read_text};
    use proptest::prelude::*;
    use std::io::Cursor;

    #[test]
    fn columns_of_government_ids_are_known_and_none_that_a_payout_needs_is_taken_for_one() {
        for header in [
            "SSN",
            "Contractor's SSN number",
            "Employee ID / SSN",
            "Vendor tax ID",
            "Tax_ID",
            "Social Security No.",
            "Passport no.",
            "RFC proveedor",
            "身份证号",
        ] {
            assert!(is_of_government_ids(header), "{header}");
        }
        for header in [
            "Invoice ID number",
            "Payment ID number",
            "Vendor ID number",
            "Tax amount",
            "Pay",
            "",
        ] {
            assert!(!is_of_government_ids(header), "{header}");
        }
        for word in Field::ALL.into_iter().flat_map(synonyms) {
            assert!(!is_of_government_ids(word), "{word}");
        }
    }

    fn table(text: &str) -> Table {
        read_text(text, &Limits::default()).unwrap()
    }

    #[test]
    fn what_is_withheld_is_seen_nowhere() {
        let text = "May\n\nPayee;SSN;Amount\nana@example.com;000-00-0001;5\nbo@example.com; ;6\n";
        let mut table = table(text);
        table.withhold(None);
        let column = |table: &Table, column| -> Vec<_> {
            let rows = 0..table.len();
            rows.map(|row| table.raw(row, column).to_owned()).collect()
        };
        assert_eq!(column(&table, 1), ["", "SSN", "••••", " "]);
        assert_eq!(table.cell(2, 1).text, "••••");
        table.call_hidden("not kept");
        assert_eq!(column(&table, 1), ["", "SSN", "not kept", " "]);
        // Another header changes nothing, and what the owner types is the owner's.
        table.withhold(Some(2));
        table.set(2, 1, "typed");
        assert_eq!(column(&table, 1), ["", "SSN", "typed", " "]);
        assert_eq!(column(&table, 2), ["", "Amount", "5", "6"]);
    }

    #[test]
    fn a_header_that_only_the_owner_knows_or_only_people_have_counts_too() {
        let mut told = table("Wer;SSN\nAna;000-00-0001\n");
        told.withhold(None);
        assert_eq!(told.cell(1, 1).text, "000-00-0001");
        told.withhold(Some(0));
        assert_eq!(told.cell(1, 1).text, "••••");
        let mut people = table("First name;SSN\nAna;000-00-0001\n");
        people.withhold(None);
        assert_eq!(people.cell(1, 1).text, "••••");
    }

    #[test]
    fn a_file_without_government_ids_is_kept_as_it_is() {
        let mut table = table("Payee;Amount\nana@example.com;5\n");
        table.withhold(None);
        assert_eq!(table.without_withheld(), None);
    }

    proptest! {
        #[test]
        fn what_is_kept_of_a_file_is_the_same_table(
            body in "([a\"'=+; ,•\t]{0,5}[\n\r;]{1,2}){0,12}", tab in any::<bool>(),
        ) {
            let text = format!("sep=;\n\n\"Payee\";\"SSN\";Amount\n{body}");
            let text = if tab { text.replace(';', "\t") } else { text };
            let Ok(mut table) = read_text(&text, &Limits::default()) else {
                return Ok(());
            };
            table.withhold(None);
            let kept = table.without_withheld().unwrap();
            let choices = Choices {
                encoding: Some("UTF-8".to_owned()),
                delimiter: Some(if tab { '\t' } else { ';' }),
                ..Choices::default()
            };
            let again = read(Cursor::new(&kept), &choices, &Limits::default(), &mut |_| true).unwrap();
            prop_assert_eq!(table.len(), again.len());
            prop_assert_eq!(table.width(), again.width());
            for row in 0..table.len() {
                prop_assert_eq!(table.number(row), again.number(row));
                prop_assert_eq!(table.row_width(row), again.row_width(row));
                for column in 0..table.width() {
                    prop_assert_eq!(table.raw(row, column), again.raw(row, column));
                }
            }
        }
    }
}
