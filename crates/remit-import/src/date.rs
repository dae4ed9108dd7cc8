//! Dates as people write them. As with amounts, a whole column is looked at: `03/04/2026` is in March or in April.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::table::{Cell, Kind};
use crate::{Problem, problem};

/// Which comes first in `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum DateOrder {
    /// The day, as in most of the world.
    DayFirst,
    /// The month, as in the United States.
    MonthFirst,
}

/// Counts what the cells of a column say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Votes {
    day_first: bool,
    month_first: bool,
}

impl Votes {
    pub(crate) fn count(&mut self, cell: Cell<'_>) {
        // The year first, as it nearly always is in a file that a program wrote, says nothing.
        if cell.kind != Kind::Text || year_first(cell.text).is_some() {
            return;
        }
        if let Some(Written::Slashed { first, second, .. }) = written(cell.text) {
            self.day_first |= first > 12 && second <= 12;
            self.month_first |= second > 12 && first <= 12;
        }
    }

    /// Nothing when no cell tells, or they disagree.
    pub(crate) fn decide(self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }
}

/// Reads a date; nothing if the cell is empty.
pub(crate) fn read(cell: Cell<'_>, order: Option<DateOrder>) -> Result<Option<Date>, Problem> {
    problem::unusable(cell)?;
    if cell.text.is_empty() {
        return Ok(None);
    }
    if !matches!(cell.kind, Kind::Text | Kind::Date) {
        return Err(Problem::DateUnreadable);
    }
    let written = year_first(cell.text).or_else(|| written(cell.text));
    let date = match written.ok_or(Problem::DateUnreadable)? {
        Written::YearFirst { year, month, day } => date(year, month, day),
        Written::Dotted { day, month, year } => date(year, month, day),
        Written::Slashed {
            first,
            second,
            year,
        } => {
            let day_first = date(year, second, first);
            let month_first = date(year, first, second);
            match (order, day_first, month_first) {
                (Some(DateOrder::DayFirst), date, _) => date,
                (Some(DateOrder::MonthFirst), _, date) => date,
                (None, Some(one), Some(other)) if one != other => {
                    return Err(Problem::DateAmbiguous);
                }
                (None, one, other) => one.or(other),
            }
        }
    };
    date.map(Some).ok_or(Problem::DateUnreadable)
}

enum Written {
    /// `2026-01-31`, `2026/1/31`, `2026年1月31日`
    YearFirst { year: i16, month: i8, day: i8 },
    /// `31.1.2026`: with points the day is first everywhere.
    Dotted { day: i8, month: i8, year: i16 },
    /// `31/1/2026` or `1/31/2026`, also with hyphens.
    Slashed { first: i8, second: i8, year: i16 },
}

/// `2026-01-31`, read in one go.
fn year_first(text: &str) -> Option<Written> {
    let &[a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes() else {
        return None;
    };
    let digits = [a, b, c, d, e, f, g, h];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [a, b, c, d, e, f, g, h] = digits.map(|digit| digit - b'0');
    let two = |tens: u8, ones: u8| tens * 10 + ones;
    let narrow = |two: u8| i8::try_from(two).ok();
    Some(Written::YearFirst {
        year: i16::from(two(a, b)) * 100 + i16::from(two(c, d)),
        month: narrow(two(e, f))?,
        day: narrow(two(g, h))?,
    })
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

fn written(text: &str) -> Option<Written> {
    let text = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        let folded: String = text.nfkc().collect();
        Cow::Owned(folded.replace(['年', '月'], "-").replace('日', " "))
    };
    // A time after it does not matter.
    let text = match text.bytes().position(|byte| matches!(byte, b' ' | b'T')) {
        Some(end) => text.get(..end)?,
        None => &text,
    };
    let separator = char::from(text.bytes().find(|byte| !byte.is_ascii_digit())?);
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let mut parts = text.split(separator);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let small = |part: &str| {
        (1..=2)
            .contains(&part.len())
            .then(|| part.parse::<i8>().ok())?
    };
    if one.len() == 4 {
        return Some(Written::YearFirst {
            year: one.parse().ok()?,
            month: small(two)?,
            day: small(three)?,
        });
    }
    let year = match three.len() {
        4 => three.parse().ok()?,
        2 => 2000 + three.parse::<i16>().ok()?,
        _ => return None,
    };
    let (first, second) = (small(one)?, small(two)?);
    Some(if separator == '.' {
        Written::Dotted {
            day: first,
            month: second,
            year,
        }
    } else {
        Written::Slashed {
            first,
            second,
            year,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str, order: Option<DateOrder>) -> Result<String, Problem> {
        let cell = Cell {
            text,
            kind: Kind::Text,
        };
        read(cell, order).map(|date| date.map(|date| date.to_string()).unwrap_or_default())
    }

    #[test]
    fn dates_are_read_in_every_form_and_asked_about_where_they_leave_it_open() {
        for text in [
            "2026-01-31",
            "2026/1/31",
            "2026.01.31",
            "31.1.2026",
            "31/01/2026",
            "1/31/2026",
            "31-01-26",
            "2026年1月31日",
            "２０２６－０１－３１",
            "2026-01-31T10:00:00",
            "31/01/2026 10:00",
        ] {
            assert_eq!(one(text, None), Ok("2026-01-31".into()), "{text}");
        }
        assert_eq!(one("03/04/2026", None), Err(Problem::DateAmbiguous));
        assert_eq!(one("04/04/2026", None), Ok("2026-04-04".into()));
        assert_eq!(
            one("03/04/2026", Some(DateOrder::DayFirst)),
            Ok("2026-04-03".into())
        );
        assert_eq!(
            one("03/04/2026", Some(DateOrder::MonthFirst)),
            Ok("2026-03-04".into())
        );
        assert_eq!(
            one("31/01/2026", Some(DateOrder::MonthFirst)),
            Err(Problem::DateUnreadable)
        );
        for text in [
            "tomorrow",
            "45292",
            "2026-02-30",
            "1/2",
            "1/2/3/4",
            "2026-1",
            "-",
            "1/2/026",
        ] {
            assert_eq!(one(text, None), Err(Problem::DateUnreadable), "{text}");
        }
        assert_eq!(one("", None), Ok(String::new()));
    }

    #[test]
    fn one_cell_tells_for_its_column() {
        let mut votes = Votes::default();
        for text in ["03/04/2026", "01/31/2026"] {
            votes.count(Cell {
                text,
                kind: Kind::Text,
            });
        }
        assert_eq!(votes.decide(), Some(DateOrder::MonthFirst));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,16}", tight in "[0-9/.-]{0,12}") {
            let _ = one(&text, None);
            let _ = one(&tight, None);
        }
    }
}
