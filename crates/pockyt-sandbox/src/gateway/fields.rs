//! The fields of a request, from JSON or form, as flat text.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::answer::Refusal;
use crate::assumptions::code;
use crate::sign;

/// What a request sent. Has no `Debug`: a government ID may be in it.
pub(crate) struct Fields {
    pub(crate) sent: Vec<(String, String)>,
    pub(crate) warnings: Vec<String>,
}

/// A JSON object that keeps the order and the repetition of its members.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

impl Fields {
    /// Reads a body by its media type: JSON unless it says it is a form.
    pub(crate) fn read(media: &str, body: &[u8]) -> Result<Self, Refusal> {
        let mut warnings = Vec::new();
        let sent = if media.starts_with("application/x-www-form-urlencoded") {
            serde_urlencoded::from_bytes(body)
                .map_err(|error| Refusal::bad("body", format!("not a form: {error}")))?
        } else {
            let Members(members) = serde_json::from_slice(body)
                .map_err(|error| Refusal::bad("body", format!("not JSON: {error}")))?;
            let mut sent = Vec::new();
            for (name, value) in members {
                match value {
                    Value::String(text) => sent.push((name, text)),
                    Value::Null => warnings.push(format!("{name} is null: leave it out")),
                    _ => return Err(Refusal::bad(&name, "send it as a string")),
                }
            }
            sent
        };
        let mut names = BTreeSet::new();
        for (name, value) in &sent {
            if !names.insert(name.clone()) {
                return Err(Refusal::bad(name, "sent more than once"));
            }
            if value.is_empty() {
                warnings.push(format!("{name} is empty: leave it out"));
            }
        }
        Ok(Self { sent, warnings })
    }

    /// The value of a field that was sent and is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.sent
            .iter()
            .find(|(sent, value)| sent == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The value of a required field.
    pub(crate) fn require(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// One of a few words, spelled exactly.
    pub(crate) fn one_of<'a>(&'a self, name: &str, words: &[&str]) -> Result<&'a str, Refusal> {
        let value = self.require(name)?;
        if words.contains(&value) {
            Ok(value)
        } else {
            Err(Refusal::bad(
                name,
                format!("must be one of {}", words.join(", ")),
            ))
        }
    }

    /// An optional text of at most `most` characters.
    pub(crate) fn text(&self, name: &str, most: usize) -> Result<Option<String>, Refusal> {
        match self.get(name) {
            Some(text) if text.chars().count() > most => {
                Err(Refusal::bad(name, format!("at most {most} characters")))
            }
            text => Ok(text.map(str::to_owned)),
        }
    }

    /// The names sent, sorted, for the record.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.sent.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    }

    /// All fields but the signature in canonical order: equal for equal requests. Government IDs are replaced by their
    /// length, so that the state file never holds one.
    pub(crate) fn fingerprint(&self) -> String {
        let mut pairs: Vec<_> = self
            .sent
            .iter()
            .filter(|(name, _)| name != sign::FIELD)
            .map(|(name, value)| match name.as_str() {
                "governmentId" => format!("{name}={} characters", value.chars().count()),
                _ => format!("{name}={value}"),
            })
            .collect();
        pairs.sort_unstable();
        pairs.join("\n")
    }

    /// Checks the signature and says what is wrong with it, never what it should be.
    pub(crate) fn check_signature(&mut self, api_token: &str) -> Result<(), Refusal> {
        let given = self.require(sign::FIELD)?;
        match sign::verify(&self.sent, given, api_token) {
            sign::Verdict::Right => Ok(()),
            sign::Verdict::RightWithoutEmpty => {
                let warning = "signed without its empty fields: send none";
                self.warnings.push(warning.to_owned());
                Ok(())
            }
            sign::Verdict::Wrong(why) => Err(Refusal::new(
                code::NO_RIGHTS,
                format!("verifySign does not match: {why}"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(media: &str, body: &str) -> String {
        Fields::read(media, body.as_bytes()).err().unwrap().message
    }

    #[test]
    fn json_and_form_read_alike() {
        let json = Fields::read("application/json", br#"{"a":"1 & 2","b":"\u00e9"}"#)
            .ok()
            .unwrap();
        let form = Fields::read("application/x-www-form-urlencoded", b"b=%C3%A9&a=1+%26+2")
            .ok()
            .unwrap();
        assert_eq!(json.fingerprint(), form.fingerprint());
        assert_eq!(json.get("a"), Some("1 & 2"));
    }

    #[test]
    fn what_cannot_be_signed_plainly_is_refused() {
        assert!(
            refused("application/json", r#"{"amount":1.0}"#)
                .contains("amount: send it as a string")
        );
        assert!(refused("application/json", r#"{"a":"1","a":"2"}"#).contains("more than once"));
        assert!(refused("application/json", "[]").contains("not JSON"));
        assert!(refused("application/json", "<html>").contains("not JSON"));
    }

    #[test]
    fn a_government_id_is_not_in_the_fingerprint() {
        let fields = Fields::read("application/json", br#"{"governmentId":"123-45-6789"}"#)
            .ok()
            .unwrap();
        assert!(!fields.fingerprint().contains("6789"));
    }
}
