//! Who a row pays, as the row says it. Whom that is, the ledger knows.

use memchr::memchr;
use serde::Serialize;

use crate::Problem;
use crate::field::Field;
use crate::invoice;
use crate::problem;
use crate::table::{Cell, Kind};

/// Who is to be paid: all that the row says. Whatever is there must fit the same payee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PayeeKey<'t> {
    /// Pockyt's number.
    pub customer_no: Option<&'t str>,
    /// The owner's own code.
    pub code: Option<&'t str>,
    /// E-mail address.
    pub email: Option<&'t str>,
    /// Exact name.
    pub name: Option<&'t str>,
    /// The owner's code or an exact name: the column does not say which.
    pub code_or_name: Option<&'t str>,
}

impl<'t> PayeeKey<'t> {
    /// The surest of what the row says.
    #[must_use]
    pub fn surest(&self) -> Option<&'t str> {
        self.customer_no
            .or(self.email)
            .or(self.code)
            .or(self.code_or_name)
            .or(self.name)
    }

    /// Adds what a cell says; nothing if it is empty.
    pub(crate) fn add(&mut self, field: Field, cell: Cell<'t>) -> Result<(), Problem> {
        problem::unusable(cell)?;
        if cell.text.is_empty() {
            return Ok(());
        }
        identifier(cell)?;
        let text = cell.text;
        let place = match field {
            Field::CustomerNo => &mut self.customer_no,
            Field::PayeeCode => &mut self.code,
            Field::PayeeName => &mut self.name,
            Field::Email if is_email(text) => &mut self.email,
            Field::Email => return Err(Problem::EmailInvalid),
            Field::Payee if is_email(text) => &mut self.email,
            Field::Payee if is_customer_no(text) => &mut self.customer_no,
            Field::Payee => &mut self.code_or_name,
            _ => return Ok(()),
        };
        *place = Some(text);
        Ok(())
    }
}

/// What spreadsheets do to a number that only names something.
pub(crate) fn identifier(cell: Cell<'_>) -> Result<(), Problem> {
    match cell.kind {
        Kind::Date => return Err(Problem::IsDate),
        Kind::Boolean => return Err(Problem::IsBoolean),
        // Of longer numbers a spreadsheet keeps 15 digits and makes the others zero.
        Kind::Number if cell.text.len() > 15 => return Err(Problem::DigitsLost),
        _ => {}
    }
    if cell.kind == Kind::Text && is_scientific(cell.text) {
        return Err(Problem::DigitsLost);
    }
    Ok(())
}

/// `2.00012E+21`, as Excel saves a long number in CSV.
fn is_scientific(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) || memchr(b'+', bytes).is_none() {
        return false;
    }
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(exponent)
        && match mantissa.split_once(['.', ',']) {
            Some((whole, fraction)) => digits(whole) && digits(fraction),
            None => digits(mantissa),
        }
}

/// Pockyt's numbers of payees are long: 22 digits in all its examples (pockyt-api.md section 4.1).
pub(crate) fn is_customer_no(text: &str) -> bool {
    (16..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The same test as the form for a payee has.
pub(crate) fn is_email(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((name, [b'@', host @ ..])) =
        memchr(b'@', bytes).and_then(|at| bytes.split_at_checked(at))
    else {
        return false;
    };
    if memchr(b'@', host).is_some() {
        return false;
    }
    let dotted = !host.starts_with(b".") && !host.ends_with(b".") && memchr(b'.', host).is_some();
    !name.is_empty() && dotted && !has_space(text)
}

fn has_space(text: &str) -> bool {
    if invoice::is_plain(text) {
        memchr(b' ', text.as_bytes()).is_some()
    } else {
        text.contains(char::is_whitespace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(field: Field, text: &str, kind: Kind) -> Result<PayeeKey<'_>, Problem> {
        let mut key = PayeeKey::default();
        key.add(field, Cell { text, kind })?;
        Ok(key)
    }

    #[test]
    fn one_column_may_name_payees_in_any_way() {
        let key = |text| key(Field::Payee, text, Kind::Text).unwrap();
        assert_eq!(key("ana@example.com").email, Some("ana@example.com"));
        let number = "2000123456789012345678";
        assert_eq!(key(number).customer_no, Some(number));
        assert_eq!(key("C-17").code_or_name, Some("C-17"));
        assert_eq!(key(""), PayeeKey::default());
    }

    #[test]
    fn what_a_spreadsheet_spoilt_names_nobody() {
        for (text, kind, problem) in [
            ("2.00012E+21", Kind::Text, Problem::DigitsLost),
            ("2,00012E+21", Kind::Text, Problem::DigitsLost),
            ("2000120000000000000000", Kind::Number, Problem::DigitsLost),
            ("2026-03-01", Kind::Date, Problem::IsDate),
            ("TRUE", Kind::Boolean, Problem::IsBoolean),
            ("", Kind::Merged, Problem::Merged),
            ("#N/A", Kind::Fault, Problem::Fault),
        ] {
            assert_eq!(key(Field::CustomerNo, text, kind), Err(problem));
        }
        for text in ["E+", "C3E+7x", "ME+1", "17"] {
            assert!(key(Field::PayeeCode, text, Kind::Text).is_ok(), "{text}");
        }
        let wrong = key(Field::Email, "ana at example.com", Kind::Text);
        assert_eq!(wrong, Err(Problem::EmailInvalid));
    }
}
