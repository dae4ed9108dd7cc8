//! The fields of a notification's body in their order, repetitions included. No more of them are kept than are of use, so
//! that memory stays within a few times the body.

use percent_encoding::percent_decode;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Names and values, decoded.
pub(crate) type Pairs = Vec<(String, String)>;

/// Reads at most so many pairs of a form. What is not UTF-8 is refused: no other charset could have been signed.
pub(crate) fn of_form(body: &[u8], most: usize) -> Option<Pairs> {
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .take(most)
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut text = || decoded(halves.next().unwrap_or_default());
            Some((text()?, text()?))
        })
        .collect()
}

/// A percent sign that begins no escape stands for itself, as browsers have it.
fn decoded(text: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

/// Reads at most so many members of a JSON object. Numbers and booleans keep the text they are written with, nested values
/// their JSON text; null becomes empty.
pub(crate) fn of_json(body: &[u8], most: usize) -> Option<Pairs> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let pairs = Members { most }.deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(pairs)
}

struct Members {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Pairs;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Pairs, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while pairs.len() < self.most {
            let Some((name, value)) = map.next_entry::<String, &RawValue>()? else {
                return Ok(pairs);
            };
            let text = match value.get() {
                "null" => String::new(),
                string if string.starts_with('"') => {
                    serde_json::from_str(string).map_err(A::Error::custom)?
                }
                other => other.to_owned(),
            };
            pairs.push((name, text));
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(pairs)
    }
}
