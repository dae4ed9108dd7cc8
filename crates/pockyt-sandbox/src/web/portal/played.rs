//! The payee's part, played without its pages.

use jiff::Timestamp;

use super::forms::{self, kind_name, sample};
use super::on_the_way;
use crate::state::{AccountKind, Payee};
use crate::web::reader::{Language, Values};

/// The fields of a bank account, wherever the payee lives.
const BANK: [&str; 6] = [
    "account_type",
    "routing_number",
    "account_number",
    "bank_name",
    "card_number",
    "iban",
];

/// Fills in what is missing of a profile as somebody would who leaves everything as it stands in the portal's forms, by their
/// own checks and steps. Who has submitted it, or is done, is left as they are.
pub(crate) fn fill_in(payee: &mut Payee, now: Timestamp) -> Result<(), &'static str> {
    if !on_the_way(payee) {
        return Ok(());
    }
    let words = Language::of(payee.field("lang"))
        .unwrap_or(Language::English)
        .words();
    let first = |wrong: Vec<forms::Wrong>| wrong.first().map_or("", |(_, message)| message);
    let identity = match &payee.onboarding.identity {
        Some(known) => known.clone(),
        None => forms::identity(&person(payee), words, now).map_err(first)?,
    };
    let method = match &payee.onboarding.method {
        Some(known) => known.clone(),
        None => forms::method(&bank(), AccountKind::BankAccount, payee, words).map_err(first)?,
    };
    payee.confirm_details();
    payee.confirm_identity(identity);
    payee.choose_method(method);
    payee.updated = now;
    Ok(())
}

fn person(payee: &Payee) -> Values {
    Values::from([
        ("name".to_owned(), payee.name()),
        (
            "date_of_birth".to_owned(),
            payee.field("dateOfBirth").to_owned(),
        ),
        ("document".to_owned(), sample("document").to_owned()),
    ])
}

fn bank() -> Values {
    let kind = kind_name(AccountKind::BankAccount);
    let answers = BANK.map(|field| (field, sample(field)));
    answers
        .into_iter()
        .chain([("kind", kind)])
        .map(|(field, answer)| (field.to_owned(), answer.to_owned()))
        .collect()
}
