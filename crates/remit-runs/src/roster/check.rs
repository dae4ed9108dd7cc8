//! All rows of a file held against the form, against each other, and against the ledger.

use super::read::{country, id_type, is_us_state, language, profile_type, state};
use super::{Acquainted, RosterDraft};
use crate::draft::Found;
use jiff::civil::Date;
use remit_core::{FormFault, PayeeId, ProfileType, RosterForm, form_faults};
use remit_import::{PayeeKey, PeopleReading, PersonField, Problem, like_government_id};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// What is wrong with a cell. Each has one thing to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum PersonFault {
    /// Nothing is in it, and something must be.
    Missing,
    /// It is longer than 200 characters.
    TooLong,
    /// It is no e-mail address.
    EmailInvalid,
    /// It is no date.
    DateUnreadable,
    /// Nobody can tell the day from the month.
    DateAmbiguous,
    /// The date of birth is still to come.
    DateFuture,
    /// Nobody under 18 is registered.
    UnderAge,
    /// More than 120 years ago.
    TooOld,
    /// No country is called this.
    CountryUnknown,
    /// No state of the USA is called this.
    StateUnknown,
    /// It is no postal code of the United States.
    ZipInvalid,
    /// A spreadsheet spoilt it.
    Spoilt,
    /// It may be a government ID, which belongs into no other field, since those are kept.
    LooksLikeId,
    /// It says neither person nor company; or a company is named, and nothing says that it is the payee.
    KindUnknown,
    /// Pockyt writes in English and Chinese.
    LanguageUnknown,
    /// It is no kind of document that Pockyt knows.
    IdTypeUnknown,
    /// Pockyt gave this number to somebody whom the ledger does not know.
    NumberUnknown,
    /// The e-mail address is one payee's, and the number or code another's.
    SeveralPayees,
}

impl From<FormFault> for PersonFault {
    fn from(fault: FormFault) -> Self {
        match fault {
            FormFault::Missing => Self::Missing,
            FormFault::TooLong => Self::TooLong,
            FormFault::EmailInvalid => Self::EmailInvalid,
            FormFault::DateUnreadable => Self::DateUnreadable,
            FormFault::DateFuture => Self::DateFuture,
            FormFault::UnderAge => Self::UnderAge,
            FormFault::TooOld => Self::TooOld,
            FormFault::CountryUnknown => Self::CountryUnknown,
            FormFault::ZipInvalid => Self::ZipInvalid,
        }
    }
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonStanding {
    /// It will be invited.
    Ready,
    /// It is this payee already.
    Known(PayeeId),
    /// It is the same as the row in this line.
    Repeated(u32),
    /// Something must be mended first.
    Faulty,
}

/// A row that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedPerson {
    /// Its place in the table, from 0.
    pub row: u32,
    /// The number that a spreadsheet shows beside it.
    pub line: u32,
    /// Where it stands.
    pub standing: PersonStanding,
    /// What is wrong, in the order of the form.
    pub faults: Vec<(PersonField, PersonFault)>,
    /// What would be sent.
    pub form: RosterForm,
    /// The owner's own code, in lower case.
    pub(crate) code: Option<String>,
    number: Option<String>,
}

impl CheckedPerson {
    /// Whom the row names.
    #[must_use]
    pub fn name(&self) -> String {
        let form = &self.form;
        match &form.company {
            Some(company) if form.profile_type == ProfileType::Business => company.clone(),
            _ => format!("{} {}", form.first_name, form.last_name)
                .trim()
                .to_owned(),
        }
    }

    /// By what the same person is recognised in another row.
    fn keys(&self) -> impl Iterator<Item = (PersonField, String)> {
        let email = Some(self.form.email.to_lowercase()).filter(|email| !email.is_empty());
        [
            (PersonField::Email, email),
            (PersonField::CustomerNo, self.number.clone()),
            (PersonField::Code, self.code.clone()),
        ]
        .into_iter()
        .filter_map(|(field, key)| Some((field, key?)))
    }
}

impl RosterDraft {
    /// Checks all rows.
    pub fn check(&mut self, known: &Acquainted, today: Date) {
        let reading = PeopleReading::new(&self.table, &self.mapping);
        let read = |row| self.read_row(&reading, row, known, today);
        let mut checked: Vec<CheckedPerson> = reading.rows().map(read).collect();
        // A row with a fault claims nobody: the same person may be right further down.
        let mut first: HashMap<(PersonField, String), u32> = HashMap::new();
        for person in &mut checked {
            if person.standing == PersonStanding::Faulty {
                continue;
            }
            let same = person.keys().find_map(|key| first.get(&key).copied());
            match same {
                Some(line) if person.standing == PersonStanding::Ready => {
                    person.standing = PersonStanding::Repeated(line);
                }
                Some(_) => {}
                None => first.extend(person.keys().map(|key| (key, person.line))),
            }
        }
        self.checked = checked;
    }

    fn read_row(
        &self,
        reading: &PeopleReading<'_>,
        row: usize,
        known: &Acquainted,
        today: Date,
    ) -> CheckedPerson {
        let mut faults: Vec<(PersonField, PersonFault)> = Vec::new();
        let mut text = |field| {
            let text = reading.text(row, field);
            let fault = match text {
                Ok(text) if !self.is_misplaced_id(field, text) => return text,
                Ok(_) => PersonFault::LooksLikeId,
                Err(_) => PersonFault::Spoilt,
            };
            faults.push((field, fault));
            ""
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let country = country(text(PersonField::CountryCode));
        let state = state(text(PersonField::State), &country);
        let company = some(text(PersonField::Company));
        let kind = text(PersonField::ProfileType);
        let lang = text(PersonField::Lang);
        let id_kind = text(PersonField::GovernmentIdType);
        let has_id = !text(PersonField::GovernmentId).is_empty();
        let number = some(text(PersonField::CustomerNo));
        let code = some(text(PersonField::Code)).map(|code| code.to_lowercase());
        let mut form = RosterForm {
            profile_type: ProfileType::Individual,
            first_name: text(PersonField::FirstName).to_owned(),
            last_name: text(PersonField::LastName).to_owned(),
            company,
            email: text(PersonField::Email).to_owned(),
            phone: some(text(PersonField::Phone)),
            date_of_birth: String::new(),
            country_code: country,
            state,
            city: text(PersonField::City).to_owned(),
            street: text(PersonField::Street).to_owned(),
            street2: some(text(PersonField::Street2)),
            zip: text(PersonField::Zip).to_owned(),
            lang: self.house.lang.clone(),
            government_id_type: None,
            has_id,
        };
        match reading.date_of_birth(row) {
            Ok(date) => form.date_of_birth = date.map(|date| date.to_string()).unwrap_or_default(),
            Err(problem) => {
                let ambiguous = problem == Problem::DateAmbiguous;
                let fault = if ambiguous {
                    PersonFault::DateAmbiguous
                } else {
                    PersonFault::DateUnreadable
                };
                faults.push((PersonField::DateOfBirth, fault));
            }
        }
        match profile_type(kind) {
            Some(kind) => form.profile_type = kind,
            None if kind.is_empty() && form.company.is_none() => {}
            None => faults.push((PersonField::ProfileType, PersonFault::KindUnknown)),
        }
        match language(lang) {
            Some(lang) => lang.clone_into(&mut form.lang),
            None if lang.is_empty() => {}
            None => faults.push((PersonField::Lang, PersonFault::LanguageUnknown)),
        }
        self.check_id(&mut form, id_kind, &mut faults);
        if form.country_code == "US" && !form.state.is_empty() && !is_us_state(&form.state) {
            faults.push((PersonField::State, PersonFault::StateUnknown));
        }
        for (name, fault) in form_faults(&form.registration(PayeeId(Uuid::nil())), today) {
            let field = PersonField::ALL
                .into_iter()
                .find(|field| field.form_name() == name);
            // What could not be read is told already.
            if let Some(field) = field.filter(|field| !faults.iter().any(|(told, _)| told == field))
            {
                faults.push((field, fault.into()));
            }
        }
        let standing = match find(known, &form.email, number.as_deref(), code.as_deref()) {
            Ok(Some(payee)) => {
                faults.clear();
                PersonStanding::Known(payee)
            }
            Ok(None) => {
                if number.is_some() {
                    faults.push((PersonField::CustomerNo, PersonFault::NumberUnknown));
                }
                if faults.is_empty() {
                    PersonStanding::Ready
                } else {
                    PersonStanding::Faulty
                }
            }
            Err(fault) => {
                faults.push((PersonField::Email, fault));
                PersonStanding::Faulty
            }
        };
        CheckedPerson {
            row: u32::try_from(row).unwrap_or(u32::MAX),
            line: self.table.number(row),
            standing,
            faults,
            form,
            code,
            number,
        }
    }

    /// Whether a text that the ledger would keep may be a government ID: it looks like one, or it has a digit, as all of them
    /// have, and its column says so.
    fn is_misplaced_id(&self, field: PersonField, text: &str) -> bool {
        let column = self.mapping.column(field);
        let of_ids = || column.is_some_and(|column| self.may_be_secret(column));
        field != PersonField::GovernmentId
            && (like_government_id(text) || text.contains(char::is_numeric) && of_ids())
    }

    /// As the form for a single payee asks for it: not at all where the payee hands in documents, unless the file has it.
    fn check_id(
        &self,
        form: &mut RosterForm,
        kind: &str,
        faults: &mut Vec<(PersonField, PersonFault)>,
    ) {
        let kind_of = id_type(kind);
        form.government_id_type = kind_of
            .filter(|_| form.has_id || self.wants_id())
            .map(str::to_owned);
        if kind_of.is_none() && !kind.is_empty() {
            faults.push((PersonField::GovernmentIdType, PersonFault::IdTypeUnknown));
        } else if kind.is_empty() && (form.has_id || self.wants_id()) {
            faults.push((PersonField::GovernmentIdType, PersonFault::Missing));
        }
        if self.wants_id() && !form.has_id && form.profile_type == ProfileType::Individual {
            faults.push((PersonField::GovernmentId, PersonFault::Missing));
        }
    }
}

/// The payee that a row means already.
fn find(
    known: &Acquainted,
    email: &str,
    number: Option<&str>,
    code: Option<&str>,
) -> Result<Option<PayeeId>, PersonFault> {
    let by = |key: PayeeKey<'_>| match known.book.find(&key) {
        Found::One(place) => known.book.payee(place).map(|payee| payee.id),
        _ => None,
    };
    let email = Some(email).filter(|email| !email.is_empty());
    let email = email.and_then(|email| {
        by(PayeeKey {
            email: Some(email),
            ..PayeeKey::default()
        })
    });
    let number = number.and_then(|number| {
        by(PayeeKey {
            customer_no: Some(number),
            ..PayeeKey::default()
        })
    });
    let code = code.and_then(|code| {
        let remits = by(PayeeKey {
            code: Some(code),
            ..PayeeKey::default()
        });
        remits.or_else(|| known.codes.get(code).copied())
    });
    let mut said = [email, number, code].into_iter().flatten();
    let first = said.next();
    if said.any(|other| Some(other) != first) {
        return Err(PersonFault::SeveralPayees);
    }
    Ok(first)
}
