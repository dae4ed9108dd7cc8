//! The window's words, read from the catalogue of the UI, so that one journey can be told in every language.

use std::collections::HashMap;
use std::path::Path;

/// The words of one language.
pub(crate) struct Catalogue {
    /// The language, as the preferences name it.
    pub(crate) language: &'static str,
    words: HashMap<String, String>,
}

impl Catalogue {
    /// Reads every part of the catalogue of `language`.
    pub(crate) fn of(language: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("ui/src/lib/i18n")
            .join(language);
        let mut words = HashMap::new();
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let part = path.file_stem().unwrap().to_string_lossy().into_owned();
            let source = std::fs::read_to_string(&path).unwrap();
            for (key, text) in entries(&source) {
                words.insert(format!("{part}.{key}"), text);
            }
        }
        Self { language, words }
    }

    /// The text of a key.
    pub(crate) fn say(&self, key: &str) -> String {
        let text = self.words.get(key);
        text.unwrap_or_else(|| panic!("{key} is not in the catalogue of {}", self.language))
            .clone()
    }

    /// The text of a key, with its gaps filled.
    pub(crate) fn say_with(&self, key: &str, gaps: &[(&str, &str)]) -> String {
        gaps.iter().fold(self.say(key), |text, (gap, filling)| {
            text.replace(&format!("{{{gap}}}"), filling)
        })
    }
}

/// The lines `key: 'text',` of a source file; the text may stand on the line below.
fn entries(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let Some((key, rest)) = line
            .strip_prefix("  ")
            .and_then(|entry| entry.split_once(':'))
        else {
            continue;
        };
        let text = match rest.trim() {
            "" => lines.next().unwrap_or_default().trim(),
            text => text,
        };
        let text = text.trim_end_matches(',');
        let quoted = ['\'', '"']
            .into_iter()
            .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
        if let Some(text) = quoted {
            found.push((key.trim_matches('\'').to_owned(), text.to_owned()));
        }
    }
    found
}
