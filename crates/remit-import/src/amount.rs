//! Amounts as people write them. A point or comma is a decimal mark in one country and groups thousands in the next, so a
//! whole column is looked at before any of its cells is read, and where nothing tells, the owner is asked.

use std::borrow::Cow;

use remit_core::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::currency_mark::{self, Mark};
use crate::table::{Cell, Kind};
use crate::{Problem, problem};

/// Which mark stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,250.00`
    Point,
    /// `1.250,00`
    Comma,
}

impl DecimalMark {
    fn char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

/// How the amounts of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AmountStyle {
    /// All with this mark: the owner says so, or the cells do.
    Decided {
        /// The mark.
        mark: DecimalMark,
    },
    /// Cells disagree: each is read for itself, and those that could be either way are asked about.
    Mixed,
    /// No cell has a mark that would matter.
    Plain,
    /// Some cells could be either way, and no other cell tells which.
    Undecided,
}

/// What a single cell says about the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// It has none, or is no amount.
    Nothing,
    Certain(DecimalMark),
    Either,
}

/// Counts what the cells of a column say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Votes {
    point: bool,
    comma: bool,
    either: bool,
}

impl Votes {
    pub(crate) fn count(&mut self, cell: Cell<'_>) {
        if cell.kind != Kind::Text || cell.text.is_empty() {
            return;
        }
        let text = plain_width(cell.text);
        match parts(&text).map_or(Evidence::Nothing, |parts| evidence(parts.number)) {
            Evidence::Nothing => {}
            Evidence::Certain(DecimalMark::Point) => self.point = true,
            Evidence::Certain(DecimalMark::Comma) => self.comma = true,
            Evidence::Either => self.either = true,
        }
    }

    pub(crate) fn decide(self) -> AmountStyle {
        match (self.point, self.comma, self.either) {
            (true, true, _) => AmountStyle::Mixed,
            (true, false, _) => AmountStyle::Decided {
                mark: DecimalMark::Point,
            },
            (false, true, _) => AmountStyle::Decided {
                mark: DecimalMark::Comma,
            },
            (false, false, true) => AmountStyle::Undecided,
            (false, false, false) => AmountStyle::Plain,
        }
    }
}

/// An amount cell, read as far as it can be without knowing the row's currency.
pub(crate) struct AmountCell<'t> {
    text: Cow<'t, str>,
    exact: bool,
}

impl<'t> AmountCell<'t> {
    pub(crate) fn new(cell: Cell<'t>) -> Result<Self, Problem> {
        problem::unusable(cell)?;
        match cell.kind {
            Kind::Date => return Err(Problem::IsDate),
            Kind::Boolean => return Err(Problem::IsBoolean),
            _ => {}
        }
        if cell.text.is_empty() {
            return Err(Problem::Missing);
        }
        Ok(Self {
            text: plain_width(cell.text),
            exact: cell.kind == Kind::Number,
        })
    }

    /// What the sign beside it says.
    pub(crate) fn mark(&self) -> Mark {
        if self.exact {
            return Mark::None;
        }
        parts(&self.text).map_or(Mark::None, |parts| parts.currency)
    }

    pub(crate) fn read(&self, style: AmountStyle, currency: Currency) -> Result<Money, Problem> {
        if self.exact {
            return money(&self.text, currency);
        }
        let parts = parts(&self.text).ok_or(Problem::AmountUnreadable)?;
        let in_use = match (style, evidence(parts.number)) {
            (AmountStyle::Decided { mark }, _) => mark,
            (_, Evidence::Certain(mark)) => mark,
            (_, Evidence::Nothing) => DecimalMark::Point,
            (_, Evidence::Either) => return Err(either(parts.number, currency)),
        };
        let decimal = decimal(parts.number, in_use).ok_or(Problem::AmountUnreadable)?;
        if parts.negative {
            return Err(Problem::AmountNotPositive);
        }
        money(&decimal, currency)
    }
}

fn money(decimal: &str, currency: Currency) -> Result<Money, Problem> {
    Money::parse_positive(decimal, currency).map_err(|error| match error {
        MoneyError::TooPrecise { decimals, .. } => Problem::AmountTooPrecise { decimals },
        MoneyError::TooLarge => Problem::AmountTooLarge,
        MoneyError::NotPositive => Problem::AmountNotPositive,
        MoneyError::Unreadable(_)
        | MoneyError::UnknownCurrency(_)
        | MoneyError::CurrencyMismatch(..) => Problem::AmountUnreadable,
    })
}

fn either(number: &str, currency: Currency) -> Problem {
    let mark = if number.contains('.') {
        DecimalMark::Point
    } else {
        DecimalMark::Comma
    };
    let minor = |mark| {
        let decimal = decimal(number, mark)?;
        Some(money(&decimal, currency).ok()?.minor)
    };
    Problem::AmountAmbiguous {
        as_decimal: minor(mark),
        as_thousands: minor(mark.other()),
    }
}

/// Full-width digits and marks, and spaces that do not break, as their plain selves.
fn plain_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        let folded: String = text.nfkc().collect();
        Cow::Owned(folded.replace('−', "-").replace(['’', '‘'], "'"))
    }
}

struct Parts<'c> {
    number: &'c str,
    negative: bool,
    currency: Mark,
}

/// Takes the number out of its signs: `-$1,250.00`, `(5.00)`, `1.250,50 €`.
fn parts(text: &str) -> Option<Parts<'_>> {
    let text = text.trim();
    let is_digit = |char: char| char.is_ascii_digit();
    let mut first = text.find(is_digit)?;
    let last = text.rfind(is_digit)? + 1;
    let mut before = text.get(..first)?;
    let after = text.get(last..)?;
    if first == 0 && after.is_empty() {
        return Some(Parts {
            number: text,
            negative: false,
            currency: Mark::None,
        });
    }
    // `.50` begins with its mark.
    if before.ends_with(['.', ',']) {
        first -= 1;
        before = text.get(..first)?;
    }
    let number = text.get(first..last)?;
    let bracketed = before.contains('(') && after.contains(')');
    let negative = bracketed || before.contains('-') || after.contains('-');
    let sign = |affix: &str| {
        let bare = affix.trim_matches(|char: char| char.is_whitespace() || "-+()".contains(char));
        currency_mark::read(bare)
    };
    let balanced = before.contains('(') == after.contains(')');
    let stray = before.contains(')') || after.contains(['(', '+']);
    if !balanced || stray {
        return None;
    }
    let currency = match (sign(before)?, sign(after)?) {
        (mark, Mark::None) | (Mark::None, mark) => mark,
        // `US$ 5 USD`
        (Mark::One(one), mark) | (mark, Mark::One(one)) if mark.allows(one) => Mark::One(one),
        _ => return None,
    };
    Some(Parts {
        number,
        negative,
        currency,
    })
}

fn evidence(number: &str) -> Evidence {
    let count = |mark: u8| number.bytes().filter(|byte| *byte == mark).count();
    let mark = match (count(b'.'), count(b',')) {
        (0, 0) => return Evidence::Nothing,
        (1, 0) => DecimalMark::Point,
        (0, 1) => DecimalMark::Comma,
        (_, 0) => return certain(number, DecimalMark::Comma),
        (0, _) => return certain(number, DecimalMark::Point),
        _ => {
            let last = number.rfind(['.', ',']).unwrap_or(0);
            let mark = match number.as_bytes().get(last) {
                Some(b'.') => DecimalMark::Point,
                _ => DecimalMark::Comma,
            };
            return certain(number, mark);
        }
    };
    let (before, after) = number.split_once(mark.char()).unwrap_or((number, ""));
    // `1.250` could be either; `0.125`, `1250.125`, `1 250.125` and `12.50` could not.
    let groups = after.len() == 3
        && (1..=3).contains(&before.len())
        && !before.starts_with('0')
        && before.bytes().all(|byte| byte.is_ascii_digit());
    if groups {
        Evidence::Either
    } else {
        certain(number, mark)
    }
}

/// Only what can be read that way speaks for it.
fn certain(number: &str, mark: DecimalMark) -> Evidence {
    if decimal(number, mark).is_some() {
        Evidence::Certain(mark)
    } else {
        Evidence::Nothing
    }
}

/// The number with a decimal point and nothing between its thousands; nothing if its groups are not ones.
fn decimal(number: &str, mark: DecimalMark) -> Option<Cow<'_, str>> {
    let (whole, fraction) = match number.rsplit_once(mark.char()) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !fraction.is_none_or(|fraction| !fraction.is_empty() && all_digits(fraction)) {
        return None;
    }
    if all_digits(whole) && !whole.is_empty() && (mark == DecimalMark::Point || fraction.is_none())
    {
        return Some(Cow::Borrowed(number));
    }
    let mut plain = String::with_capacity(number.len() + 1);
    let separator = whole.chars().find(|char| !char.is_ascii_digit());
    match separator {
        None if whole.is_empty() => plain.push('0'),
        None => plain.push_str(whole),
        Some(separator) => {
            let known = separator == mark.other().char() || matches!(separator, ' ' | '\'');
            let groups: Vec<&str> = whole.split(separator).collect();
            if !known || !grouped(&groups, separator) {
                return None;
            }
            plain.extend(groups);
        }
    }
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(Cow::Owned(plain))
}

/// `1,250,000`, or `12,50,000` as in India.
fn grouped(groups: &[&str], separator: char) -> bool {
    let Some(((first, last), middle)) = groups.split_first().and_then(|(first, rest)| {
        rest.split_last()
            .map(|(last, middle)| ((first, last), middle))
    }) else {
        return false;
    };
    let digits = groups
        .iter()
        .all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let all = |length: usize| middle.iter().all(|group| group.len() == length);
    let thousands = (1..=3).contains(&first.len()) && all(3);
    let indian = separator == ',' && (1..=2).contains(&first.len()) && all(2);
    digits && last.len() == 3 && (thousands || indian)
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
