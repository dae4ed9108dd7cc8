//! Which character separates the cells of a text file.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Those that are tried, the likeliest first.
const CANDIDATES: [u8; 4] = *b",;\t|";
const RECORDS: usize = 100;

/// A first line such as `sep=;`, which tells Excel the separator: the separator, and how many bytes the line has.
pub(crate) fn told(head: &str) -> Option<(u8, usize)> {
    let (line, _) = head.split_once(['\r', '\n'])?;
    let bytes = line.as_bytes();
    let said = bytes.get(..4)?.eq_ignore_ascii_case(b"sep=");
    let delimiter = *bytes.get(4)?;
    (said && bytes.len() == 5 && CANDIDATES.contains(&delimiter)).then_some((delimiter, 5))
}

/// The one that cuts the first rows into equally many cells; among several such, the one that makes most.
pub(crate) fn sniff(head: &str, whole: bool) -> u8 {
    let mut best = (b',', (0, 0));
    for candidate in CANDIDATES {
        let widths = widths(head, candidate, whole);
        let score = score(&widths);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

/// How many in a hundred rows have the commonest width, in steps of ten, and that width; nothing if it is 1.
fn score(widths: &[usize]) -> (usize, usize) {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let (count, width) = sorted
        .chunk_by(|one, other| one == other)
        .map(|same| (same.len(), same.first().copied().unwrap_or(0)))
        .filter(|(_, width)| *width > 1)
        .max()
        .unwrap_or((0, 0));
    // A title line or a total at the end must not decide it.
    let share = (count * 100).checked_div(widths.len()).unwrap_or(0);
    (share / 10, width)
}

fn widths(head: &str, delimiter: u8, whole: bool) -> Vec<usize> {
    let mut reader: Reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut cells = [0; 4096];
    let mut ends = [0; 256];
    let mut input = head.as_bytes();
    let mut widths = Vec::new();
    let mut width = 0;
    while widths.len() < RECORDS {
        if input.is_empty() && !whole {
            break;
        }
        let (result, read, _, ended) = reader.read_record(input, &mut cells, &mut ends);
        input = input.get(read..).unwrap_or_default();
        width += ended;
        match result {
            ReadRecordResult::Record => widths.push(std::mem::take(&mut width)),
            ReadRecordResult::End => break,
            ReadRecordResult::InputEmpty
            | ReadRecordResult::OutputFull
            | ReadRecordResult::OutputEndsFull => {}
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_what_makes_columns() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n", b','),
            ("Name;Amount\nAna;1.250,50\nBob;3,75\n", b';'),
            ("Ana;1250,50;USD\nBob;3,75;USD\n", b';'),
            ("Name\tAmount\nAna\t1,250.00\nBob\t2,000.00\n", b'\t'),
            ("Ana\t1,250.00\tUSD\nBob\t2,000.00\tUSD\n", b'\t'),
            ("Name|Amount\n\"Lee; Ana\"|5\n", b'|'),
            (
                "Payouts of January; all\nName,Amount\nAna,5\nBob,6\nEve,7\n",
                b',',
            ),
            ("only one column\nAna\n", b','),
            ("", b','),
            ("\"a\nb\";2\n\"c\";3\n", b';'),
        ] {
            assert_eq!(sniff(text, true), delimiter, "{text:?}");
        }
        assert_eq!(told("sep=;\r\na,b;c"), Some((b';', 5)));
        assert_eq!(told("sep=x\na"), None);
        assert_eq!(told("separator\n"), None);
    }
}
