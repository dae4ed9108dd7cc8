//! Exact money: integer minor units with the currency's own exponent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::assumptions;

/// A currency the sandbox can hold: the list of pockyt-api.md section 4.12, and EUR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "each variant is its own ISO 4217 code")]
pub enum Currency {
    Usd,
    Cny,
    Eur,
    Gbp,
    Php,
    Idr,
    Krw,
    Hkd,
    Thb,
    Myr,
    Bdt,
    Pkr,
}

impl Currency {
    /// Every currency, in the order the sandbox lists them.
    pub const ALL: [Self; 12] = [
        Self::Usd,
        Self::Cny,
        Self::Eur,
        Self::Gbp,
        Self::Php,
        Self::Idr,
        Self::Krw,
        Self::Hkd,
        Self::Thb,
        Self::Myr,
        Self::Bdt,
        Self::Pkr,
    ];

    /// The ISO 4217 code, upper case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Cny => "CNY",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Php => "PHP",
            Self::Idr => "IDR",
            Self::Krw => "KRW",
            Self::Hkd => "HKD",
            Self::Thb => "THB",
            Self::Myr => "MYR",
            Self::Bdt => "BDT",
            Self::Pkr => "PKR",
        }
    }

    /// The currency of an upper-case ISO 4217 code, if the sandbox holds it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|currency| currency.code() == code)
    }

    /// Number of decimal places (ISO 4217).
    #[must_use]
    pub fn exponent(self) -> u32 {
        assumptions::exponent(self)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An exact amount: `minor` counts cents (or whatever the currency's smallest unit is).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// What they are units of.
    pub currency: Currency,
}

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with at most one decimal point.
    #[error("send digits with at most one decimal point, such as 1250.00")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("too many decimals: this currency has {0}")]
    TooManyDecimals(u32),
    /// Does not fit in 64 bits.
    #[error("too large")]
    TooLarge,
}

impl Money {
    /// Reads a plain decimal text (`1`, `1.0`, `1.00`). Signs, commas and symbols are refused.
    ///
    /// # Errors
    /// [`AmountError`] says what is wrong with the text.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let exponent = currency.exponent();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return Err(AmountError::NotANumber);
        }
        let significant = if exponent == 0 {
            decimals.trim_end_matches('0')
        } else {
            decimals
        };
        let width = exponent as usize;
        if significant.len() > width {
            return Err(AmountError::TooManyDecimals(exponent));
        }
        format!("{whole}{significant:0<width$}")
            .parse()
            .map(|minor| Self { minor, currency })
            .map_err(|_| AmountError::TooLarge)
    }

    /// The amount as the wire spells it: digits and a point, no symbol (`-0.05`, `200.00`).
    #[must_use]
    pub fn wire(self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let width = self.currency.exponent() as usize;
        let digits = format!("{:0>least$}", self.minor.unsigned_abs(), least = width + 1);
        let (whole, decimals) = digits.split_at(digits.len() - width);
        if width == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{decimals}")
        }
    }

    /// The amount for people: `1,250.00`.
    #[must_use]
    pub fn grouped(self) -> String {
        let wire = self.wire();
        let (whole, decimals) = match wire.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (wire.as_str(), None),
        };
        let digits = whole.trim_start_matches('-');
        let mut text = String::from(if self.minor < 0 { "-" } else { "" });
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        if let Some(decimals) = decimals {
            text.push('.');
            text.push_str(decimals);
        }
        text
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.grouped())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(minor: i64) -> Money {
        Money {
            minor,
            currency: Currency::Usd,
        }
    }

    #[test]
    fn reads_what_the_wire_sends() {
        for (text, minor) in [
            ("1", 100),
            ("1.0", 100),
            ("200.00", 20_000),
            ("0.07", 7),
            ("0", 0),
        ] {
            assert_eq!(Money::parse(text, Currency::Usd), Ok(usd(minor)), "{text}");
        }
        assert_eq!(
            Money::parse("1500.00", Currency::Krw).map(|m| m.minor),
            Ok(1500)
        );
    }

    #[test]
    fn refuses_what_is_not_a_plain_amount() {
        for text in [
            "", ".", "1.", ".5", "-1", "+1", "1,000.00", "$1", "1e3", " 1", "1.0.0", "１",
        ] {
            assert_eq!(
                Money::parse(text, Currency::Usd),
                Err(AmountError::NotANumber),
                "{text}"
            );
        }
        assert_eq!(
            Money::parse("1.001", Currency::Usd),
            Err(AmountError::TooManyDecimals(2))
        );
        assert_eq!(
            Money::parse("1.5", Currency::Krw),
            Err(AmountError::TooManyDecimals(0))
        );
        assert_eq!(
            Money::parse("92233720368547758.08", Currency::Usd),
            Err(AmountError::TooLarge)
        );
    }

    #[test]
    fn writes_and_groups() {
        assert_eq!(usd(-5).wire(), "-0.05");
        assert_eq!(usd(123_456_789).wire(), "1234567.89");
        assert_eq!(usd(123_456_789).to_string(), "USD 1,234,567.89");
        assert_eq!(usd(-100_000).grouped(), "-1,000.00");
        let won = Money {
            minor: 1500,
            currency: Currency::Krw,
        };
        assert_eq!(won.to_string(), "KRW 1,500");
    }
}
