//! Answers of the gateway: an envelope with `ret_code` and `ret_msg`, always HTTP 200.

use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use crate::assumptions::code;

/// A refusal: nothing happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self::new(code::PARAMETER_NULL, format!("parameter null: {name}"))
    }

    pub(crate) fn bad(name: &str, rule: impl std::fmt::Display) -> Self {
        Self::new(
            code::BAD_VALUE,
            format!("parameter value error: {name}: {rule}"),
        )
    }
}

/// What an endpoint answers when it does what it was asked.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) message: &'static str,
    pub(crate) payload: Map<String, Value>,
    /// The one payload that has a number in it, which must keep its digits.
    pub(crate) exact: Option<(&'static str, Box<RawValue>)>,
    /// The connection is to close instead.
    pub(crate) lost: bool,
}

impl Answer {
    pub(crate) fn new(message: &'static str) -> Self {
        Self {
            message,
            payload: Map::new(),
            exact: None,
            lost: false,
        }
    }

    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        self.payload.insert(key.to_owned(), value);
        self
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    ret_code: &'a str,
    ret_msg: &'a str,
    #[serde(flatten)]
    payload: &'a Map<String, Value>,
}

/// The envelope's text.
pub(crate) fn envelope(ret_code: &str, ret_msg: &str, answer: Option<&Answer>) -> String {
    let none = Map::new();
    let envelope = Envelope {
        ret_code,
        ret_msg,
        payload: answer.map_or(&none, |answer| &answer.payload),
    };
    let mut text = serde_json::to_string(&envelope).unwrap_or_default();
    if let Some((key, value)) = answer.and_then(|answer| answer.exact.as_ref()) {
        text.pop();
        text.push_str(&format!(",\"{key}\":{}}}", value.get()));
    }
    text
}
