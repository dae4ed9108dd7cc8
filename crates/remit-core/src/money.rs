//! Exact money: integer minor units and an ISO 4217 currency with its own number of decimals. No floats anywhere (I8).

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// US dollar, the currency of Pockyt's bank payouts (pockyt-api.md section 7).
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// Reads a three-letter code, in any case.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] when ISO 4217 has no such code, or gives it no decimals (gold, test codes).
    pub fn from_code(code: &str) -> Result<Self, MoneyError> {
        let upper = code.trim().to_ascii_uppercase();
        iso_currency::Currency::from_code(&upper)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.chars().take(12).collect()))
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals an amount has: 2 for USD, 0 for KRW.
    #[must_use]
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }

    /// How many minor units make one: 100 for USD.
    fn scale(self) -> i64 {
        10_i64.pow(self.exponent())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).map_err(serde::de::Error::custom)
    }
}

/// An amount of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: cents for USD.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why a text is not an amount of money, or two amounts do not add up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one decimal point.
    #[error("“{0}” is not an amount. Write digits with a decimal point, such as 1250.00.")]
    Unreadable(String),
    /// More decimals than the currency has.
    #[error("{currency} has {decimals} decimals, and this amount has more.")]
    TooPrecise {
        /// The currency.
        currency: Currency,
        /// How many decimals it has.
        decimals: u32,
    },
    /// Beyond what can be counted exactly.
    #[error("This amount is too large to be counted exactly.")]
    TooLarge,
    /// Zero or less where something must be paid.
    #[error("The amount must be more than zero.")]
    NotPositive,
    /// No such currency.
    #[error("“{0}” is not a currency code. Use one such as USD.")]
    UnknownCurrency(String),
    /// Different currencies are never added together (I8).
    #[error("{0} and {1} cannot be added together.")]
    CurrencyMismatch(Currency, Currency),
}

impl Money {
    /// An amount of `minor` minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a decimal text such as `1250.00` or `-3`. Trailing zeros beyond the currency's decimals are exact, so they pass.
    ///
    /// # Errors
    /// [`MoneyError::Unreadable`], [`MoneyError::TooPrecise`] or [`MoneyError::TooLarge`]; never rounds.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let unreadable = || MoneyError::Unreadable(text.chars().take(40).collect());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dangling_point = digits.ends_with('.');
        if whole.is_empty() || dangling_point || !all_digits(whole) || !all_digits(fraction) {
            return Err(unreadable());
        }
        let exponent = currency.exponent() as usize;
        let significant = fraction.trim_end_matches('0');
        if significant.len() > exponent {
            return Err(MoneyError::TooPrecise {
                currency,
                decimals: currency.exponent(),
            });
        }
        let whole: i64 = whole.parse().map_err(|_| MoneyError::TooLarge)?;
        // At most as many digits as the currency has decimals: it always fits.
        let digits = significant.bytes().map(|digit| i64::from(digit - b'0'));
        let padded = digits.chain(std::iter::repeat(0)).take(exponent);
        let fraction = padded.fold(0, |fraction, digit| fraction * 10 + digit);
        let minor = whole
            .checked_mul(currency.scale())
            .and_then(|units| units.checked_add(fraction))
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The same, for an amount that is to be paid: more than zero.
    ///
    /// # Errors
    /// As [`Money::parse`], and [`MoneyError::NotPositive`].
    pub fn parse_positive(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let money = Self::parse(text, currency)?;
        if money.minor <= 0 {
            return Err(MoneyError::NotPositive);
        }
        Ok(money)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::TooLarge`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::TooLarge`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    fn combine(
        self,
        other: Self,
        operation: fn(i64, i64) -> Option<i64>,
    ) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        operation(self.minor, other.minor)
            .map(|minor| Self::new(minor, self.currency))
            .ok_or(MoneyError::TooLarge)
    }

    /// The amount as a decimal text with the currency's own decimals: `1250.00`, `-0.05`, `500` (KRW).
    #[must_use]
    pub fn decimal(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!(
            "{:0>width$}",
            self.minor.unsigned_abs(),
            width = exponent + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        if exponent == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.decimal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd(text: &str) -> Result<Money, MoneyError> {
        Money::parse(text, Currency::USD)
    }

    #[test]
    fn reads_what_is_exact_and_refuses_the_rest() {
        assert_eq!(usd("1250.00"), Ok(Money::new(125_000, Currency::USD)));
        assert_eq!(usd("0.5"), Ok(Money::new(50, Currency::USD)));
        assert_eq!(
            usd("7.1000"),
            Ok(Money::new(710, Currency::USD)),
            "trailing zeros lose nothing"
        );
        assert!(matches!(
            usd("1.005"),
            Err(MoneyError::TooPrecise { decimals: 2, .. })
        ));
        for wrong in [
            "", ".", "1.", ".5", "1,250.00", "1e3", "$5", "+5", "--5", "1.2.3", "١٢", "NaN",
        ] {
            assert!(
                matches!(usd(wrong), Err(MoneyError::Unreadable(_))),
                "{wrong:?} must not be an amount"
            );
        }
        assert_eq!(usd("92233720368547758.08"), Err(MoneyError::TooLarge));
        assert_eq!(
            usd("92233720368547758.07").map(|money| money.minor),
            Ok(i64::MAX)
        );
    }

    #[test]
    fn pays_only_more_than_zero() {
        for wrong in ["0", "0.00", "-1"] {
            assert_eq!(
                Money::parse_positive(wrong, Currency::USD),
                Err(MoneyError::NotPositive)
            );
        }
    }

    #[test]
    fn each_currency_has_its_own_decimals() {
        let krw = Currency::from_code("krw").unwrap();
        assert_eq!(Money::parse("500", krw).unwrap().decimal(), "500");
        assert!(matches!(
            Money::parse("500.5", krw),
            Err(MoneyError::TooPrecise { decimals: 0, .. })
        ));
        let bhd = Currency::from_code("BHD").unwrap();
        assert_eq!(Money::parse("1.005", bhd).unwrap().minor, 1005);
        for wrong in ["", "US", "XXX", "XAU", "dollars"] {
            assert!(
                Currency::from_code(wrong).is_err(),
                "{wrong:?} must not be a currency to pay in"
            );
        }
    }

    #[test]
    fn currencies_are_never_added_together() {
        let won = Money::new(1, Currency::from_code("KRW").unwrap());
        assert!(matches!(
            Money::new(1, Currency::USD).checked_add(won),
            Err(MoneyError::CurrencyMismatch(..))
        ));
        assert_eq!(
            Money::new(i64::MAX, Currency::USD).checked_add(Money::new(1, Currency::USD)),
            Err(MoneyError::TooLarge)
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in (-i64::MAX)..=i64::MAX, code in prop::sample::select(vec!["USD", "KRW", "BHD", "CNY"])) {
            let money = Money::new(minor, Currency::from_code(code).unwrap());
            prop_assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = Money::parse(&text, Currency::USD);
        }
    }
}
