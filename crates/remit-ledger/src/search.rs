//! Search without regard to case and accents: both sides are folded the same way, then compared as plain substrings.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text: compatibility forms unified, marks dropped, lower case, runs of white space made one space.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().flat_map(char::to_lowercase) {
        match character {
            // Letters that Unicode does not take apart into a plain one and a mark.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ŧ' => folded.push('t'),
            mark if is_combining_mark(mark) => {}
            space if space.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            letter => folded.push(letter),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The text that is searched for a row: its fields, folded, with a line between, so that no match spans two fields.
pub(crate) fn text<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    fields
        .into_iter()
        .map(fold)
        .filter(|field| !field.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The words of a query, folded; a row is found when its search text contains each of them.
pub(crate) fn words(query: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = fold(query)
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (written, folded) in [
            ("José Núñez", "jose nunez"),
            ("ŁUKASZ Ørsted", "lukasz orsted"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("张伟", "张伟"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
            ("  two   spaces ", "two spaces"),
            ("", ""),
        ] {
            assert_eq!(fold(written), folded, "{written:?}");
        }
    }

    #[test]
    fn no_match_spans_two_fields() {
        assert_eq!(text(["Ana", "", "Bell"]), "ana\nbell");
    }
}
