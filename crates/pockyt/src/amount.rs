//! Amounts as decimal text, never as binary fractions (invariant I8).

use std::fmt;

use serde_json::value::RawValue;

use crate::invalid::InvalidValue;

/// An amount of money as the wire has it: digits, and optionally a point and more digits. No sign, exponent, thousands
/// comma or currency mark, though Pockyt's own SDKs let the last two pass (pockyt-api.md section 4.12).
///
/// Two texts of one value, `1.0` and `1.00`, are different: the text is what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WireAmount(String);

impl WireAmount {
    /// Takes text such as `1250.00`.
    ///
    /// # Errors
    /// When it is anything but 1 to 18 digits, optionally followed by a point and 1 to 8 digits.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |part: &str, most| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if digits(whole, 18) && digits(fraction, 8) {
            Ok(Self(text))
        } else {
            Err(InvalidValue::new(
                "amount",
                "must be digits with an optional decimal point, such as 1250.00",
            ))
        }
    }

    /// Writes a count of minor units, where `exponent` is how many decimals the currency has: 125000 and 2 make
    /// `1250.00`.
    ///
    /// # Errors
    /// When the exponent is above 8, or the amount has more than 18 digits before the point.
    pub fn from_minor_units(minor: u64, exponent: u8) -> Result<Self, InvalidValue> {
        let decimals = usize::from(exponent);
        let digits = format!("{minor:0>width$}", width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if fraction.is_empty() {
            Self::new(whole)
        } else {
            Self::new(format!("{whole}.{fraction}"))
        }
    }

    /// The count of minor units for a currency with `exponent` decimals, or nothing if the amount is finer than that or
    /// too large.
    #[must_use]
    pub fn to_minor_units(&self, exponent: u8) -> Option<i64> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let decimals = usize::from(exponent);
        let (kept, finer) = fraction.split_at(fraction.len().min(decimals));
        if finer.bytes().any(|byte| byte != b'0') {
            return None;
        }
        format!("{whole}{kept:0<decimals$}").parse().ok()
    }

    /// How many digits stand behind the point.
    #[must_use]
    pub fn decimals(&self) -> usize {
        self.0
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len())
    }

    /// Whether it is nothing at all.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.bytes().all(|byte| byte == b'0' || byte == b'.')
    }

    /// The text as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WireAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A balance. It arrives as a JSON number (section 4.14, question 16) and may conceivably be negative.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BalanceAmount {
    negative: bool,
    magnitude: WireAmount,
}

impl BalanceAmount {
    /// Whether money is owed.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// How much, without the sign.
    #[must_use]
    pub fn magnitude(&self) -> &WireAmount {
        &self.magnitude
    }

    /// The signed count of minor units, as [`WireAmount::to_minor_units`] has it.
    #[must_use]
    pub fn to_minor_units(&self, exponent: u8) -> Option<i64> {
        let minor = self.magnitude.to_minor_units(exponent)?;
        Some(if self.negative { -minor } else { minor })
    }

    /// Reads a JSON number or string from its literal text, exponents included, exactly.
    pub(crate) fn from_json(json: &RawValue) -> Option<Self> {
        let text = literal(json)?;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.as_str()),
        };
        let magnitude = WireAmount::new(expand(digits)?).ok()?;
        Some(Self {
            negative: negative && !magnitude.is_zero(),
            magnitude,
        })
    }
}

impl fmt::Display for BalanceAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        write!(f, "{sign}{}", self.magnitude)
    }
}

/// The text of a JSON string, or a JSON number as it is written; nothing for anything else.
pub(crate) fn literal(json: &RawValue) -> Option<String> {
    let text = json.get();
    match text.bytes().next()? {
        b'"' => serde_json::from_str(text).ok(),
        b'-' | b'0'..=b'9' => Some(text.to_owned()),
        _ => None,
    }
}

/// `1.0E7`, as Java writes ten million, becomes `10000000`.
fn expand(number: &str) -> Option<String> {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else {
        return Some(number.to_owned());
    };
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !(-30..=30).contains(&exponent) || mantissa.len() > 40 {
        return None;
    }
    let shift = usize::try_from(exponent.unsigned_abs()).ok()?;
    let (whole, fraction) = if exponent >= 0 {
        let padded = format!("{fraction:0<shift$}");
        let (moved, rest) = padded.split_at_checked(shift)?;
        (format!("{whole}{moved}"), rest.to_owned())
    } else {
        let padded = format!("{whole:0>width$}", width = shift + 1);
        let (rest, moved) = padded.split_at_checked(padded.len() - shift)?;
        (rest.to_owned(), format!("{moved}{fraction}"))
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    Some(if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn balance(json: &str) -> Option<String> {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        BalanceAmount::from_json(&raw).map(|amount| amount.to_string())
    }

    #[test]
    fn only_plain_decimals_are_amounts() {
        for text in ["0", "1", "1.0", "1250.00", "0.01", "999999999999999999.99"] {
            assert_eq!(WireAmount::new(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e2",
            "1,000.00",
            "$5",
            " 1",
            "1 ",
            "1.2.3",
            "１",
            "NaN",
            "1000000000000000000",
        ] {
            assert!(WireAmount::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn minor_units_are_exact() {
        let units = |text: &str, exponent| WireAmount::new(text).unwrap().to_minor_units(exponent);
        assert_eq!(units("1250.5", 2), Some(125_050));
        assert_eq!(units("1250", 2), Some(125_000));
        assert_eq!(units("1250.00", 0), Some(1250));
        assert_eq!(units("0.005", 2), None);
        assert_eq!(units("999999999999999999", 2), None);
        let text = |minor, exponent| WireAmount::from_minor_units(minor, exponent).unwrap().0;
        assert_eq!(text(5, 2), "0.05");
        assert_eq!(text(125_000, 2), "1250.00");
        assert_eq!(text(1250, 0), "1250");
        assert!(WireAmount::from_minor_units(u64::MAX, 0).is_err());
        assert!(WireAmount::from_minor_units(1, 9).is_err());
    }

    #[test]
    fn balances_are_read_without_a_binary_fraction() {
        assert_eq!(balance("499000.00").as_deref(), Some("499000.00"));
        assert_eq!(balance(r#""499000.00""#).as_deref(), Some("499000.00"));
        assert_eq!(
            balance("90071992547409.93").as_deref(),
            Some("90071992547409.93")
        );
        assert_eq!(balance("1.23456789E7").as_deref(), Some("12345678.9"));
        assert_eq!(balance("1.0E7").as_deref(), Some("10000000"));
        assert_eq!(balance("5e-2").as_deref(), Some("0.05"));
        assert_eq!(balance("-12.50").as_deref(), Some("-12.50"));
        assert_eq!(balance("-0.00").as_deref(), Some("0.00"));
        for json in [
            "null",
            "true",
            "[1]",
            r#""1,000""#,
            r#""""#,
            "1e99",
            r#""--1""#,
        ] {
            assert_eq!(balance(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn minor_units_survive_the_wire(minor in 0..=i64::MAX.unsigned_abs() / 1000, exponent in 0_u8..=4) {
            let amount = WireAmount::from_minor_units(minor, exponent).unwrap();
            prop_assert_eq!(amount.to_minor_units(exponent), i64::try_from(minor).ok());
        }

        #[test]
        fn exponents_move_the_point_exactly(digits in 0_u32..1_000_000, decimals in 0_usize..6, exponent in -4_i32..=10) {
            let text = format!("{digits:0>width$}", width = decimals + 1);
            let (whole, fraction) = text.split_at(text.len() - decimals);
            let whole = whole.trim_start_matches('0');
            let whole = if whole.is_empty() { "0" } else { whole };
            let json = if fraction.is_empty() { format!("{whole}E{exponent}") } else { format!("{whole}.{fraction}E{exponent}") };
            // digits * 10^(exponent - decimals), counted in units of 10^-10.
            let scale = u32::try_from(exponent - i32::try_from(decimals).unwrap() + 10).unwrap();
            let expected = u128::from(digits) * 10_u128.pow(scale);
            let expanded = expand(&json).unwrap();
            let (whole, fraction) = expanded.split_once('.').unwrap_or((&expanded, ""));
            let read: u128 = format!("{whole}{fraction:0<10}").parse().unwrap();
            prop_assert_eq!(read, expected);
        }
    }
}
