//! What Remit writes into files in words. They come from the window, which speaks the owner's language and is the only one
//! that has a catalogue.

use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::HashMap;

/// What the codes of one kind are called.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(transparent)]
#[specta(transparent)]
pub struct Words(HashMap<String, String>);

impl Words {
    /// The words for a code; one that the window does not know is written plainly.
    pub(crate) fn of(&self, code: impl Serialize) -> String {
        let code = serde_json::to_value(code).ok();
        let code = code
            .as_ref()
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default();
        let known = self.0.get(code).cloned();
        known.unwrap_or_else(|| code.replace('_', " "))
    }

    /// The words for a code, with a gap of theirs filled.
    pub(crate) fn with(&self, code: impl Serialize, gap: &str, filling: &str) -> String {
        self.of(code).replace(&format!("{{{gap}}}"), filling)
    }

    /// The words for several codes.
    pub(crate) fn all<const N: usize>(&self, codes: [&str; N]) -> [String; N] {
        codes.map(|code| self.of(code))
    }
}

/// The words of a file, by what they are about.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FileWords {
    /// The headers; and `not_kept`, for a cell below one of government IDs.
    pub columns: Words,
    /// Where a payout stands.
    pub payout: Words,
    /// Why it stands there.
    pub reason: Words,
    /// Where a payee stands.
    pub payee: Words,
    /// Where a row of a released run stands that is no payout.
    pub row: Words,
    /// Why such a row is held.
    pub hold: Words,
    /// Where a row of a draft stands.
    pub standing: Words,
    /// What is wrong with a row of a run.
    pub problem: Words,
    /// Why a row was left out: `not_sent`, `skipped`, `not_ready`.
    pub left: Words,
    /// What became of a row of a file of people.
    pub person: Words,
    /// Why that became of it; with the gap `{line}` in `repeated`, and `{words}` in `refused`.
    pub person_why: Words,
    /// What the fields of a person are called.
    pub field: Words,
    /// What is wrong with such a field.
    pub fault: Words,
}

#[cfg(test)]
mod tests {
    use super::*;
    use remit_core::State;

    #[test]
    fn a_code_that_the_window_has_no_words_for_is_written_plainly() {
        let words = Words([("paid".to_owned(), "已付款".to_owned())].into());
        assert_eq!(words.of(State::Paid), "已付款");
        assert_eq!(words.of(State::AwaitingApproval), "awaiting approval");
        let words = Words([("repeated".to_owned(), "见第 {line} 行".to_owned())].into());
        assert_eq!(words.with("repeated", "line", "7"), "见第 7 行");
    }
}
