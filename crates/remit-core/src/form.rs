//! What is wrong with a registration before Pockyt is asked: one way to check, for the form and for each row of a file.

use crate::error::{Code, Error};
use crate::gateway::Registration;
use crate::payee::ProfileType;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest text of a field.
const LONGEST: usize = 200;
/// Pockyt registers nobody younger (pockyt-api.md section 4.1).
const ADULT_YEARS: i16 = 18;
const OLDEST_YEARS: i16 = 120;

/// ISO 3166-1 alpha-2: every country and territory with an assigned code.
const COUNTRIES: &str = "
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// What is wrong with a field of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum FormFault {
    /// Nothing is in it, and something must be.
    Missing,
    /// It is longer than 200 characters.
    TooLong,
    /// It is no e-mail address.
    EmailInvalid,
    /// It is no date as `1990-04-30`.
    DateUnreadable,
    /// The date of birth is still to come.
    DateFuture,
    /// Nobody under 18 is registered.
    UnderAge,
    /// More than 120 years ago.
    TooOld,
    /// No country has this code.
    CountryUnknown,
    /// It is no postal code of the United States.
    ZipInvalid,
}

/// What is wrong with a registration, field by field, in the order of the form. The fields have the names of the form.
#[must_use]
pub fn form_faults(registration: &Registration, today: Date) -> Vec<(&'static str, FormFault)> {
    let of = registration;
    let business = of.profile_type == ProfileType::Business;
    let company = of.company.as_deref().unwrap_or_default();
    let texts = [
        ("firstName", of.first_name.as_str(), true),
        ("lastName", &of.last_name, true),
        ("company", company, business),
        ("email", &of.email, true),
        ("phone", of.phone.as_deref().unwrap_or_default(), false),
        ("dateOfBirth", &of.date_of_birth, true),
        ("countryCode", &of.country_code, true),
        ("state", &of.state, true),
        ("city", &of.city, true),
        ("street", &of.street, true),
        ("street2", of.street2.as_deref().unwrap_or_default(), false),
        ("zip", &of.zip, true),
    ];
    let mut faults = Vec::new();
    for (field, value, required) in texts {
        let value = value.trim();
        let fault = if value.is_empty() {
            required.then_some(FormFault::Missing)
        } else if value.chars().count() > LONGEST {
            Some(FormFault::TooLong)
        } else {
            match field {
                "email" if !is_email(value) => Some(FormFault::EmailInvalid),
                "dateOfBirth" => birth_fault(value, today),
                "countryCode" if !is_country(value) => Some(FormFault::CountryUnknown),
                // Postal codes are checked only where their form is certain.
                "zip" if of.country_code == "US" && !is_us_zip(value) => {
                    Some(FormFault::ZipInvalid)
                }
                _ => None,
            }
        };
        faults.extend(fault.map(|fault| (field, fault)));
    }
    faults
}

/// The first of them, as the form is told of it.
pub(crate) fn check_registration(registration: &Registration, today: Date) -> Result<(), Error> {
    let first = form_faults(registration, today).into_iter().next();
    first.map_or(Ok(()), |(field, fault)| Err(told(field, fault)))
}

pub(crate) fn check_email(email: &str) -> Result<(), Error> {
    if is_email(email.trim()) {
        return Ok(());
    }
    Err(told("email", FormFault::EmailInvalid))
}

fn told(field: &'static str, fault: FormFault) -> Error {
    let (code, message) = match fault {
        FormFault::Missing => (Code::FieldMissing, "Pockyt needs this to register a payee."),
        FormFault::TooLong => (
            Code::TextTooLong,
            "This is longer than 200 characters. Shorten it.",
        ),
        FormFault::EmailInvalid => (
            Code::EmailInvalid,
            "This is not an e-mail address. Write one such as ana@example.com.",
        ),
        FormFault::DateUnreadable => (
            Code::FieldInvalid,
            "This is not a date. Write it as year-month-day, such as 1990-04-30.",
        ),
        FormFault::DateFuture => (
            Code::FieldInvalid,
            "This date of birth is still to come. Check the year.",
        ),
        FormFault::UnderAge => (
            Code::FieldInvalid,
            "Pockyt registers nobody who is under 18. Check the date of birth.",
        ),
        FormFault::TooOld => (
            Code::FieldInvalid,
            "This date of birth is more than 120 years ago. Check the year.",
        ),
        FormFault::CountryUnknown => (
            Code::FieldInvalid,
            "Use the country's two-letter code, such as US.",
        ),
        FormFault::ZipInvalid => (
            Code::FieldInvalid,
            "A ZIP code of the United States has five digits, such as 10001. Correct it.",
        ),
    };
    Error::input(code, field, message)
}

/// One sign before and after the "@", and a dot in the host: the rest is Pockyt's to judge.
fn is_email(email: &str) -> bool {
    email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !email.contains(char::is_whitespace)
    })
}

fn birth_fault(text: &str, today: Date) -> Option<FormFault> {
    let Ok(born) = text.parse::<Date>() else {
        return Some(FormFault::DateUnreadable);
    };
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    let age = today.year() - born.year() - i16::from(!had_birthday);
    if born > today {
        Some(FormFault::DateFuture)
    } else if age < ADULT_YEARS {
        Some(FormFault::UnderAge)
    } else {
        (age > OLDEST_YEARS).then_some(FormFault::TooOld)
    }
}

fn is_country(code: &str) -> bool {
    COUNTRIES.split_whitespace().any(|known| known == code)
}

fn is_us_zip(zip: &str) -> bool {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    match zip.split_once('-') {
        Some((five, four)) => digits(five, 5) && digits(four, 4),
        None => digits(zip, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PayeeId;
    use uuid::Uuid;

    fn form() -> Registration {
        Registration {
            payee_id: PayeeId(Uuid::nil()),
            profile_type: ProfileType::Individual,
            first_name: "Ana".into(),
            last_name: "Ruiz".into(),
            company: None,
            email: "ana@example.com".into(),
            phone: None,
            date_of_birth: "1990-04-30".into(),
            country_code: "US".into(),
            state: "NY".into(),
            city: "New York".into(),
            street: "1 Main St".into(),
            street2: None,
            zip: "10001".into(),
            lang: "en".into(),
            government_id_type: None,
            government_id: None,
            extra: Vec::new(),
        }
    }

    fn faults(change: impl FnOnce(&mut Registration)) -> Vec<(&'static str, FormFault)> {
        let mut form = form();
        change(&mut form);
        form_faults(&form, jiff::civil::date(2026, 11, 26))
    }

    #[test]
    fn each_field_is_checked_and_all_faults_are_told() {
        assert_eq!(faults(|_| ()), []);
        let both = faults(|form| {
            form.first_name = " ".into();
            form.zip = "1000".into();
        });
        let wanted = [
            ("firstName", FormFault::Missing),
            ("zip", FormFault::ZipInvalid),
        ];
        assert_eq!(both, wanted);
        for (born, fault) in [
            ("30.4.1990", Some(FormFault::DateUnreadable)),
            ("2030-01-01", Some(FormFault::DateFuture)),
            ("2008-11-27", Some(FormFault::UnderAge)),
            ("2008-11-26", None),
            ("1905-11-26", Some(FormFault::TooOld)),
            ("1906-11-26", None),
        ] {
            let found = faults(|form| form.date_of_birth = born.into());
            assert_eq!(found.first().map(|(_, fault)| *fault), fault, "{born}");
        }
        let abroad = faults(|form| (form.country_code, form.zip) = ("CN".into(), "X1".into()));
        assert_eq!(abroad, []);
        let nowhere = faults(|form| form.country_code = "XX".into());
        assert_eq!(nowhere, [("countryCode", FormFault::CountryUnknown)]);
        let company = faults(|form| form.profile_type = ProfileType::Business);
        assert_eq!(company, [("company", FormFault::Missing)]);
    }
}
