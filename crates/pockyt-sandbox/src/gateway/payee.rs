//! Payees: sections 4.1 to 4.4.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Desk;
use super::answer::{Answer, Refusal};
use super::fields::Fields;
use crate::assumptions::code;
use crate::clock::wire;
use crate::config::StatusSpelling;
use crate::state::{Payee, PayeeStatus};

/// What register and update keep, by wire name. `governmentId` and `governmentIdType` are checked and let go.
const PROFILE: [&str; 16] = [
    "profileType",
    "lang",
    "city",
    "country",
    "countryCode",
    "customerCode",
    "dateOfBirth",
    "email",
    "firstName",
    "lastName",
    "phone",
    "state",
    "street",
    "street2",
    "zip",
    "company",
];
const REQUIRED: [&str; 10] = [
    "profileType",
    "city",
    "countryCode",
    "dateOfBirth",
    "email",
    "firstName",
    "lastName",
    "state",
    "street",
    "zip",
];
const PROFILE_TYPES: [&str; 2] = ["INDIVIDUAL", "BUSINESS"];
const ID_TYPES: [&str; 5] = [
    "ID_CARD",
    "SSN",
    "PASSPORT",
    "DRIVER_LICENSE",
    "BUSINESS_REGISTRATION_CERT",
];
const ADULT: i16 = 18;
const EMAIL_MAX: usize = 254;

pub(super) fn register(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    for name in REQUIRED {
        fields.require(name)?;
    }
    if !desk.switches.pockyt_user {
        let individual = fields.get("profileType") == Some("INDIVIDUAL");
        if individual {
            fields.require("governmentId")?;
        }
        fields.require("governmentIdType")?;
    }
    for name in &desk.switches.required_at_register {
        fields.require(name)?;
    }
    check_formats(desk, fields)?;
    check_unique(desk, fields, None)?;
    let invited = desk.switches.pockyt_user;
    let customer_no = desk.state.add_payee(profile(fields), invited, desk.now);
    let payee = find(desk, &customer_no)?;
    let mut customer = json!({
        "customerNo": payee.customer_no,
        "createdTime": wire(payee.created),
    });
    for name in ["firstName", "lastName", "customerCode", "email"] {
        copy(payee, name, &mut customer);
    }
    Ok(Answer::new("success").with("customer", customer))
}

pub(super) fn retrieve(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let keys = ["customerNo", "customerCode", "email"];
    let (key, value) = keys
        .into_iter()
        .find_map(|key| fields.get(key).map(|value| (key, value)))
        .ok_or_else(|| Refusal::missing("customerNo"))?;
    let payee = match key {
        "customerNo" => find(desk, value)?,
        _ => desk
            .state
            .payees
            .values()
            .find(|payee| !payee.deleted && payee.field(key).eq_ignore_ascii_case(value))
            .ok_or_else(no_such_payee)?,
    };
    let customer = describe(payee, desk.switches.status_spelling);
    Ok(Answer::new("query success").with("customer", customer))
}

pub(super) fn update(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let customer_no = find(desk, fields.require("customerNo")?)?
        .customer_no
        .clone();
    check_formats(desk, fields)?;
    check_unique(desk, fields, Some(&customer_no))?;
    let changes = profile(fields);
    let now = desk.now;
    let payee = desk
        .state
        .payees
        .get_mut(&customer_no)
        .ok_or_else(no_such_payee)?;
    payee.profile.extend(changes);
    payee.updated = now;
    let customer = describe(payee, desk.switches.status_spelling);
    Ok(Answer::new("success").with("customer", customer))
}

pub(super) fn delete(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let customer_no = find(desk, fields.require("customerNo")?)?
        .customer_no
        .clone();
    if let Some(payee) = desk.state.payees.get_mut(&customer_no) {
        payee.deleted = true;
        payee.status = PayeeStatus::Deactivated;
        payee.updated = desk.now;
    }
    Ok(Answer::new("success"))
}

pub(super) fn deactivate(desk: &mut Desk<'_>, fields: &Fields) -> Result<Answer, Refusal> {
    let customer_no = find(desk, fields.require("customerNo")?)?
        .customer_no
        .clone();
    desk.state
        .set_payee_status(&customer_no, PayeeStatus::Deactivated, false, desk.now);
    Ok(Answer::new("success"))
}

pub(super) fn find<'a>(desk: &'a Desk<'_>, customer_no: &str) -> Result<&'a Payee, Refusal> {
    desk.state
        .payees
        .get(customer_no)
        .filter(|payee| !payee.deleted)
        .ok_or_else(no_such_payee)
}

fn no_such_payee() -> Refusal {
    Refusal::new(
        code::NO_SUCH_RECORD,
        "parameter has no related information: no such payee",
    )
}

/// The status as the switch has it spelled.
pub(super) fn status_word(status: PayeeStatus, spelling: StatusSpelling) -> &'static str {
    match (status, spelling) {
        (PayeeStatus::Active, StatusSpelling::Reference) => "Activated",
        (PayeeStatus::Active, StatusSpelling::Guides) => "ACTIVE",
        (PayeeStatus::Pending, StatusSpelling::Reference) => "Pending",
        (PayeeStatus::Pending, StatusSpelling::Guides) => "PENDING",
        (PayeeStatus::Declined, StatusSpelling::Reference) => "Declined",
        (PayeeStatus::Declined, StatusSpelling::Guides) => "DECLINED",
        (PayeeStatus::Deactivated, StatusSpelling::Reference) => "Deactivated",
        (PayeeStatus::Deactivated, StatusSpelling::Guides) => "DEACTIVATED",
    }
}

fn describe(payee: &Payee, spelling: StatusSpelling) -> Value {
    let mut customer = json!({
        "customerNo": payee.customer_no,
        "payeeStatus": status_word(payee.status, spelling),
        "createdTime": wire(payee.created),
        "updatedTime": wire(payee.updated),
    });
    for name in PROFILE {
        copy(payee, name, &mut customer);
    }
    customer
}

fn copy(payee: &Payee, name: &str, customer: &mut Value) {
    if let (Some(value), Some(object)) = (payee.profile.get(name), customer.as_object_mut()) {
        object.insert(name.to_owned(), value.as_str().into());
    }
}

fn profile(fields: &Fields) -> BTreeMap<String, String> {
    PROFILE
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), fields.get(name)?.to_owned())))
        .collect()
}

/// The format rules of section 4.1, for those fields that were sent.
fn check_formats(desk: &Desk<'_>, fields: &Fields) -> Result<(), Refusal> {
    if fields.get("profileType").is_some() {
        fields.one_of("profileType", &PROFILE_TYPES)?;
    }
    if fields.get("governmentIdType").is_some() {
        fields.one_of("governmentIdType", &ID_TYPES)?;
    }
    if let Some(country) = fields.get("countryCode")
        && !(country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(Refusal::bad(
            "countryCode",
            "two capital letters, such as US",
        ));
    }
    if let (Some("US"), Some(state)) = (fields.get("countryCode"), fields.get("state"))
        && !(state.len() == 2 && state.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(Refusal::bad(
            "state",
            "two capital letters in the US, such as NY",
        ));
    }
    if let Some(email) = fields.get("email") {
        let plausible = email.len() <= EMAIL_MAX
            && !email.contains(char::is_whitespace)
            && email.split_once('@').is_some_and(|(name, domain)| {
                !name.is_empty() && domain.contains('.') && !domain.contains('@')
            });
        if !plausible {
            return Err(Refusal::bad("email", "not an e-mail address"));
        }
    }
    if let Some(born) = fields.get("dateOfBirth") {
        check_age(born, desk.now)?;
    }
    for name in [
        "firstName",
        "lastName",
        "city",
        "street",
        "street2",
        "phone",
        "zip",
    ] {
        fields.text(name, 100)?;
    }
    Ok(())
}

/// A date of birth is `yyyy-mm-dd` and at least 18 years ago.
pub(crate) fn adult(born: &str, now: jiff::Timestamp) -> Option<bool> {
    let date: jiff::civil::Date = born.parse().ok()?;
    if date.to_string() != born {
        return None;
    }
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let birthday = date.checked_add(jiff::Span::new().years(ADULT)).ok()?;
    Some(birthday <= today)
}

fn check_age(born: &str, now: jiff::Timestamp) -> Result<(), Refusal> {
    match adult(born, now) {
        None => Err(Refusal::bad("dateOfBirth", "write it as yyyy-mm-dd")),
        Some(false) => Err(Refusal::bad("dateOfBirth", "the payee must be 18 or older")),
        Some(true) => Ok(()),
    }
}

/// E-mail and customer code belong to one payee each.
fn check_unique(desk: &Desk<'_>, fields: &Fields, except: Option<&str>) -> Result<(), Refusal> {
    for (name, words) in [
        ("email", "email already registered"),
        ("customerCode", "customerCode already used"),
    ] {
        let Some(value) = fields.get(name) else {
            continue;
        };
        let taken = desk.state.payees.values().any(|payee| {
            !payee.deleted
                && Some(payee.customer_no.as_str()) != except
                && payee.field(name).eq_ignore_ascii_case(value)
        });
        if taken {
            return Err(Refusal::new(
                code::BAD_VALUE,
                format!("parameter value error: {words}"),
            ));
        }
    }
    Ok(())
}
