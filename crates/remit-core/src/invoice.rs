//! Invoice IDs that differ only in how somebody typed them.

use unicode_normalization::UnicodeNormalization;

/// Words before a number that say only that it is one.
const WORDS: [&str; 14] = [
    "invoice",
    "invoiceno",
    "inv",
    "bill",
    "number",
    "no",
    "nr",
    "num",
    "factura",
    "fact",
    "fac",
    "发票号",
    "发票",
    "号",
];

/// An invoice ID without what people type now one way and now another: case, spaces, marks, zeros in front, and words such as
/// "INV". Two that come out the same are probably the same invoice: `INV-0012`, `inv 12` and `#12` all become `12`. The
/// years and numbers of `2026-01` stay apart, so that it is not taken for `20261`.
///
/// Ledgers keep what comes of it: whoever changes the rule makes them look again at all that they hold.
#[must_use]
pub fn normalised_invoice(text: &str) -> String {
    let mut normalised = String::with_capacity(text.len());
    if text.is_ascii() {
        fold(text.chars(), &mut normalised);
    } else {
        fold(text.nfkc(), &mut normalised);
    }
    drop_word(&mut normalised);
    if normalised.is_empty() {
        normalised.push_str(text.trim());
    }
    normalised
}

/// Letters small, digits without zeros in front, a hyphen where marks stood between two numbers.
fn fold(text: impl Iterator<Item = char>, into: &mut String) {
    let mut apart = false;
    let mut zeros = false;
    let mut in_number = false;
    for char in text {
        if char.is_ascii_digit() {
            if !in_number {
                if apart && into.ends_with(|last: char| last.is_ascii_digit()) {
                    into.push('-');
                }
                in_number = true;
                zeros = true;
            }
            if char != '0' || !zeros {
                zeros = false;
                into.push(char);
            }
            apart = false;
            continue;
        }
        if in_number {
            close_number(zeros, into);
            in_number = false;
        }
        if char.is_ascii_alphabetic() {
            into.push(char.to_ascii_lowercase());
            apart = false;
        } else if char.is_alphanumeric() {
            into.extend(char.to_lowercase());
            apart = false;
        } else {
            apart = true;
        }
    }
    if in_number {
        close_number(zeros, into);
    }
}

fn close_number(all_zeros: bool, into: &mut String) {
    if all_zeros {
        into.push('0');
    }
}

/// Takes a word that says nothing from the front, where a number follows.
fn drop_word(text: &mut String) {
    let digits = text.find(|char: char| char.is_ascii_digit());
    let Some(word) = digits.and_then(|digits| text.get(..digits)) else {
        return;
    };
    if WORDS.contains(&word) {
        let length = word.len();
        text.drain(..length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_invoice_however_it_is_typed() {
        for same in [
            &[
                "INV-0012",
                "inv 12",
                "#12",
                "Invoice No. 012",
                "12",
                " 0012 ",
                "ＩＮＶ－１２",
                "发票号12",
                "Factura 12",
            ][..],
            &["2026-01", "2026/1", "INV 2026.001", "2026 - 1"],
            &["A-12", "a12", "A 012"],
            &["000", "0", "INV-0"],
        ] {
            let first = normalised_invoice(same[0]);
            for other in same {
                assert_eq!(normalised_invoice(other), first, "{other}");
            }
        }
    }

    #[test]
    fn different_invoices_stay_different() {
        let ids = [
            "2026-01", "20261", "1-23", "12-3", "123", "A12", "B12", "INVOKE1", "12A", "120",
            "INV", "-", "#",
        ];
        for (index, one) in ids.iter().enumerate() {
            for other in &ids[index + 1..] {
                assert_ne!(
                    normalised_invoice(one),
                    normalised_invoice(other),
                    "{one} {other}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn case_zeros_spaces_and_words_never_matter(number in 0_u64..10_000, year in 2000_u16..2100, zeros in "0{0,4}", word in "(INV|inv|#|Invoice|No\\.)?[ -]{0,2}") {
            let plain = format!("{year}-{number}");
            let typed = format!(" {word}{year} / {zeros}{number} ");
            prop_assert_eq!(normalised_invoice(&typed), plain);
        }

        #[test]
        fn nothing_normalises_to_nothing(text in "\\PC{1,20}") {
            prop_assume!(!text.trim().is_empty());
            prop_assert!(!normalised_invoice(&text).is_empty());
        }
    }
}
