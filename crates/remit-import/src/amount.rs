//! Amounts as people write them. A point or comma is a decimal mark in one country and groups thousands in the next, so a
//! whole column is looked at before any of its cells is read, and where nothing tells, the owner is asked.

use std::borrow::Cow;
use std::ops::Range;

use remit_core::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::currency_mark::{self, Mark};
use crate::table::{Cell, Kind};
use crate::{Problem, problem};

/// Which mark stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
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
    /// All with this mark.
    Decided {
        /// The mark.
        mark: DecimalMark,
        /// Whether the owner said so; else other cells of the column do.
        by_owner: bool,
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
    /// It has none.
    Nothing,
    /// Only with this one can it be an amount.
    Only(DecimalMark),
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
        let Some(parts) = parts(&text) else {
            return;
        };
        let (said, mark) = match evidence(parts.number) {
            Evidence::Nothing => return,
            Evidence::Either => {
                self.either = true;
                return;
            }
            Evidence::Only(DecimalMark::Point) => (&mut self.point, DecimalMark::Point),
            Evidence::Only(DecimalMark::Comma) => (&mut self.comma, DecimalMark::Comma),
        };
        // What is no amount either way says nothing.
        *said = *said || decimal(parts.number, mark).is_some();
    }

    pub(crate) fn decide(self) -> AmountStyle {
        match (self.point, self.comma, self.either) {
            (true, true, _) => AmountStyle::Mixed,
            (true, false, _) => AmountStyle::Decided {
                mark: DecimalMark::Point,
                by_owner: false,
            },
            (false, true, _) => AmountStyle::Decided {
                mark: DecimalMark::Comma,
                by_owner: false,
            },
            (false, false, true) => AmountStyle::Undecided,
            (false, false, false) => AmountStyle::Plain,
        }
    }
}

/// An amount cell, read as far as it can be without knowing the row's currency.
pub(crate) struct AmountCell<'t> {
    text: Cow<'t, str>,
    form: Form,
}

enum Form {
    /// A spreadsheet's number: digits with a decimal point.
    Exact,
    Written {
        number: Range<usize>,
        negative: bool,
        currency: Mark,
    },
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
        if cell.kind == Kind::Number {
            return Ok(Self {
                text: Cow::Borrowed(cell.text),
                form: Form::Exact,
            });
        }
        let text = plain_width(cell.text);
        let parts = parts(&text).ok_or(Problem::AmountUnreadable)?;
        let form = Form::Written {
            number: parts.start..parts.start + parts.number.len(),
            negative: parts.negative,
            currency: parts.currency,
        };
        Ok(Self { text, form })
    }

    /// What the sign beside it says.
    pub(crate) fn mark(&self) -> Mark {
        match self.form {
            Form::Exact => Mark::None,
            Form::Written { currency, .. } => currency,
        }
    }

    pub(crate) fn read(&self, style: AmountStyle, currency: Currency) -> Result<Money, Problem> {
        let (number, negative) = match &self.form {
            Form::Exact => return money(&self.text, currency),
            Form::Written {
                number, negative, ..
            } => (number.clone(), *negative),
        };
        let number = self.text.get(number).unwrap_or_default();
        let in_use = match style {
            AmountStyle::Decided { mark, by_owner } => {
                if !negative && let Some(money) = quick(number, mark, currency) {
                    return Ok(money);
                }
                // One stray `12.5` must not make 1.25 dollars of `1.250`: nobody writes three decimals of a dollar.
                let odd = !by_owner && currency.exponent() < 3 && number.contains(mark.char());
                if odd && evidence(number) == Evidence::Either {
                    return Err(either(number, currency));
                }
                mark
            }
            _ => match evidence(number) {
                Evidence::Only(mark) => mark,
                Evidence::Nothing => DecimalMark::Point,
                Evidence::Either => return Err(either(number, currency)),
            },
        };
        let by_owner = matches!(style, AmountStyle::Decided { by_owner: true, .. });
        let read = decimal(number, in_use).or_else(|| match evidence(number) {
            // Typed beside cells that are written otherwise, `1.234,56` has one meaning all the same.
            Evidence::Only(mark) if !by_owner && number.contains(mark.other().char()) => {
                decimal(number, mark)
            }
            _ => None,
        });
        let decimal = read.ok_or(Problem::AmountUnreadable)?;
        if negative {
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

/// Whether a cell looks like an amount rather than like a long number of something: `100`, `-5`, `$1,250.00`.
pub(crate) fn looks_like_one(text: &str) -> bool {
    /// More whole digits than any payout has.
    const MOST: usize = 9;
    let text = plain_width(text);
    let Some(parts) = parts(&text) else {
        return false;
    };
    let marked = parts.number.contains(['.', ',']);
    let read = [DecimalMark::Point, DecimalMark::Comma];
    let mut read = read
        .into_iter()
        .filter_map(|mark| decimal(parts.number, mark));
    // `007` is no amount.
    let zeros = parts.number.len() > 1 && parts.number.starts_with('0') && !marked;
    !zeros && (marked || parts.number.len() <= MOST) && read.next().is_some()
}

/// Full-width digits and marks, and spaces that do not break, as their plain selves.
fn plain_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        let folded: String = text.nfkc().collect();
        let folded = folded.replace('−', "-").replace(['’', '‘'], "'");
        Cow::Owned(folded.trim().to_owned())
    }
}

struct Parts<'c> {
    /// Where the number begins.
    start: usize,
    number: &'c str,
    negative: bool,
    currency: Mark,
}

/// Takes the number out of its signs: `-$1,250.00`, `(5.00)`, `1.250,50 €`.
fn parts(text: &str) -> Option<Parts<'_>> {
    let mut first = text.bytes().position(|byte| byte.is_ascii_digit())?;
    let last = text.bytes().rposition(|byte| byte.is_ascii_digit())? + 1;
    let mut before = text.get(..first)?;
    let after = text.get(last..)?;
    if first == 0 && after.is_empty() {
        return Some(Parts {
            start: 0,
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
        start: first,
        number,
        negative,
        currency,
    })
}

fn evidence(number: &str) -> Evidence {
    let (mut points, mut commas) = (0, 0);
    for byte in number.bytes() {
        points += u32::from(byte == b'.');
        commas += u32::from(byte == b',');
    }
    let mark = match (points, commas) {
        (0, 0) => return Evidence::Nothing,
        (1, 0) => DecimalMark::Point,
        (0, 1) => DecimalMark::Comma,
        (_, 0) => return Evidence::Only(DecimalMark::Comma),
        (0, _) => return Evidence::Only(DecimalMark::Point),
        _ => {
            let last = number.bytes().rfind(|byte| matches!(byte, b'.' | b','));
            return Evidence::Only(match last {
                Some(b'.') => DecimalMark::Point,
                _ => DecimalMark::Comma,
            });
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
        Evidence::Only(mark)
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
    let separator = whole.bytes().find(|byte| !byte.is_ascii_digit());
    match separator {
        None if whole.is_empty() => plain.push('0'),
        None => plain.push_str(whole),
        Some(separator) => {
            let separator = char::from(separator);
            let known = separator == mark.other().char() || matches!(separator, ' ' | '\'');
            if !known || !grouped(whole, separator) {
                return None;
            }
            plain.extend(whole.split(separator));
        }
    }
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(Cow::Owned(plain))
}

/// Reads what nearly all cells hold, in one go: digits, in groups of three or in none, and no more decimals than the currency
/// has. Nothing for anything else, which may be an amount all the same.
fn quick(number: &str, mark: DecimalMark, currency: Currency) -> Option<Money> {
    // So many digits fit into minor units with all decimals there are.
    const MOST: usize = 14;
    if number.len() > MOST {
        return None;
    }
    let exponent = currency.exponent();
    let mark = u32::from(mark.char());
    let (mut minor, mut run, mut grouped, mut fraction) = (0_i64, 0, false, false);
    for byte in number.bytes() {
        if byte.is_ascii_digit() {
            minor = minor * 10 + i64::from(byte - b'0');
            run += 1;
        } else if u32::from(byte) == mark && !fraction {
            if run == 0 || (grouped && run != 3) {
                return None;
            }
            (fraction, run) = (true, 0);
        } else if matches!(byte, b'.' | b',') && !fraction {
            let whole_group = if grouped {
                run == 3
            } else {
                (1..=3).contains(&run)
            };
            if !whole_group {
                return None;
            }
            (grouped, run) = (true, 0);
        } else {
            return None;
        }
    }
    let missing = if fraction {
        exponent.checked_sub(run).filter(|_| run > 0)?
    } else if run > 0 && (!grouped || run == 3) {
        exponent
    } else {
        return None;
    };
    let minor = minor.checked_mul(10_i64.checked_pow(missing)?)?;
    (minor > 0).then(|| Money::new(minor, currency))
}

/// `1,250,000`, or `12,50,000` as in India.
fn grouped(whole: &str, separator: char) -> bool {
    let mut groups = whole.rsplit(separator);
    let last = groups.next().map_or(0, str::len);
    let (mut first, mut twos, mut threes) = (0, true, true);
    for (index, group) in groups.enumerate() {
        // The one before this was not the first.
        if index > 0 {
            twos &= first == 2;
            threes &= first == 3;
        }
        first = group.len();
    }
    let digits = whole
        .chars()
        .all(|char| char.is_ascii_digit() || char == separator);
    let thousands = threes && (1..=3).contains(&first);
    let indian = separator == ',' && twos && (1..=2).contains(&first);
    digits && last == 3 && (thousands || indian)
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
