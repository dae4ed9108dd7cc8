//! Reading answers leniently: what is informational may be missing, empty or a number.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::amount::{WireAmount, literal};
use crate::ids::CurrencyCode;

fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let json = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(json
        .and_then(|json| literal(&json))
        .filter(|text| !text.is_empty()))
}

/// A string or number as text; nothing if missing, null, empty or something else.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    raw(deserializer)
}

/// An amount; nothing if it cannot be read.
pub(crate) fn amount<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<WireAmount>, D::Error> {
    Ok(raw(deserializer)?.and_then(|text| WireAmount::new(text).ok()))
}

/// A currency in any case; nothing if it cannot be read.
pub(crate) fn currency<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<CurrencyCode>, D::Error> {
    Ok(raw(deserializer)?.and_then(|text| CurrencyCode::new(text.to_ascii_uppercase()).ok()))
}

/// A moment; nothing if it cannot be read.
pub(crate) fn time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    Ok(raw(deserializer)?.and_then(|text| text.parse().ok()))
}
