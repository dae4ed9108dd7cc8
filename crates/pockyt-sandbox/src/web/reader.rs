//! Who reads a page: the language, chosen by `?lang=`, the payee's own, or the browser's, in this order; and in whose window.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use jiff::Timestamp;

use super::words::{CHINESE, ENGLISH, Words};
use crate::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// The language of a tag such as `zh-CN`, if the pages speak it.
    pub(crate) fn of(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }
}

/// What query strings and forms hold.
pub(crate) type Values = BTreeMap<String, String>;

pub(crate) struct Reader {
    pub(crate) language: Language,
    /// Chosen in the address, so links keep it there.
    chosen: bool,
    /// The program that shows the page and takes its reader back.
    pub(crate) program: Option<&'static str>,
}

impl Reader {
    pub(crate) fn new(
        world: &World,
        query: &Values,
        headers: &HeaderMap,
        payee_language: &str,
    ) -> Self {
        Self {
            program: world.config.program,
            ..Self::of(query, headers, payee_language)
        }
    }

    fn of(query: &Values, headers: &HeaderMap, payee_language: &str) -> Self {
        let chosen = query.get("lang").and_then(|tag| Language::of(tag));
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let language = chosen
            .or_else(|| Language::of(payee_language))
            .or_else(|| {
                accepted
                    .split(',')
                    .find_map(|tag| Language::of(tag.split(';').next()?))
            })
            .unwrap_or(Language::English);
        Self {
            language,
            chosen: chosen.is_some(),
            program: None,
        }
    }

    pub(crate) fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// The `lang` of the address, if a language was chosen there.
    pub(crate) fn chosen_tag(&self) -> Option<&'static str> {
        self.chosen.then_some(match self.language {
            Language::English => "en",
            Language::Chinese => "zh",
        })
    }

    /// A link to one of the sandbox's pages, in the language chosen for this one.
    pub(crate) fn link(&self, path: &str) -> String {
        let Some(tag) = self.chosen_tag() else {
            return path.to_owned();
        };
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}lang={tag}")
    }

    /// A time for people, in UTC.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        let format = match self.language {
            Language::English => "%-d %b %Y, %H:%M UTC",
            Language::Chinese => "%Y年%-m月%-d日 %H:%M UTC",
        };
        at.strftime(format).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(query: &str, payee: &str, accept: &str) -> Language {
        let query = query
            .split_once('=')
            .into_iter()
            .map(|(n, v)| (n.to_owned(), v.to_owned()));
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        Reader::of(&query.collect(), &headers, payee).language
    }

    #[test]
    fn address_then_payee_then_browser() {
        assert_eq!(language("lang=zh", "en", "en"), Language::Chinese);
        assert_eq!(language("", "zh-CN", "en"), Language::Chinese);
        assert_eq!(
            language("", "", "fr, zh;q=0.8, en;q=0.5"),
            Language::Chinese
        );
        assert_eq!(language("lang=fr", "", "fr"), Language::English);
    }
}
