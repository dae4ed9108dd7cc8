//! Cells that a spreadsheet would run as a formula. An export puts an apostrophe before them (OWASP, "CSV injection"), and
//! reading takes it away again, so that a file which went out comes back the same.

use std::borrow::Cow;

/// The text for a CSV file: with an apostrophe before it if a spreadsheet would take it for a formula.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if would_run(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text without the apostrophe of [`guarded`]. Also takes `="00123"`, with which some systems keep Excel from
/// shortening a number, for the `00123` that is meant.
pub(crate) fn unguarded(text: &str) -> &str {
    match text.as_bytes().first() {
        Some(b'\'') if would_run(text) => text.strip_prefix('\'').unwrap_or(text),
        Some(b'=') => text
            .strip_prefix("=\"")
            .and_then(|rest| rest.strip_suffix('"'))
            .filter(|inner| !inner.contains('"'))
            .unwrap_or(text),
        _ => text,
    }
}

/// Apostrophes before the sign do not count: what begins with one and was guarded must come back with it.
fn would_run(text: &str) -> bool {
    let signs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    text.trim_start_matches('\'').starts_with(signs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_would_run_is_guarded_and_nothing_else() {
        for text in [
            "=cmd|' /C calc'!A0",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "1=1", "a-b", "ana@example.com", "'", "O'Neil"] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn a_number_that_was_kept_from_excel_is_meant_as_text() {
        assert_eq!(unguarded("=\"00123\""), "00123");
        assert_eq!(unguarded("=\"\""), "");
        for text in ["=\"", "=\"a\"&\"b\"", "=A1"] {
            assert_eq!(unguarded(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_guarded_comes_back(text in "['=+@a\\-\"\\t]{0,6}") {
            let written = guarded(&text).into_owned();
            prop_assert!(written.is_empty() || !written.starts_with(['=', '+', '-', '@', '\t']));
            prop_assert_eq!(unguarded(&written), text);
        }
    }
}
