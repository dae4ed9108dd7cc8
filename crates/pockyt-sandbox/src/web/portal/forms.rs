//! What payees enter, checked. Full numbers are masked here and go no further.

use jiff::Timestamp;

use super::offered;
use crate::gateway::{adult, is_routing_number};
use crate::state::{AccountKind, Document, Identity, NewMethod, Payee, mask};
use crate::web::reader::Values;
use crate::web::words::Words;

/// A field and what is wrong with it.
pub(super) type Wrong = (&'static str, &'static str);

fn value<'a>(form: &'a Values, name: &str) -> &'a str {
    form.get(name).map_or("", |value| value.trim())
}

pub(super) fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::BankAccount => "bank",
        AccountKind::Paypal => "paypal",
        AccountKind::Venmo => "venmo",
        AccountKind::Crypto => "crypto",
    }
}

/// A made-up answer that the checks of a field let through.
pub(super) fn sample(field: &str) -> &'static str {
    match field {
        "document" => "passport",
        "account_type" => "checking",
        "routing_number" => "021000021",
        "account_number" => "000123456789",
        "bank_name" => "Sample Bank",
        "card_number" => "6222020000000000000",
        "iban" => "DE89370400440532013000",
        "paypal_email" => "sample@example.com",
        "venmo_id" => "@sample-payee",
        _ => "",
    }
}

/// The kind of method chosen, if it is one this payee is offered.
pub(super) fn kind(values: &Values, payee: &Payee) -> Option<AccountKind> {
    offered(payee)
        .into_iter()
        .find(|kind| kind_name(*kind) == value(values, "kind"))
}

pub(super) fn document(name: &str) -> Option<Document> {
    match name {
        "passport" => Some(Document::Passport),
        "driver_license" => Some(Document::DriverLicense),
        "id_card" => Some(Document::IdCard),
        _ => None,
    }
}

/// The identity as confirmed. The document's number is not even looked at.
pub(super) fn identity(
    form: &Values,
    words: &Words,
    now: Timestamp,
) -> Result<Identity, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let name = value(form, "name");
    if name.is_empty() || name.chars().count() > 100 {
        wrong.push(("name", words.err_name));
    }
    let date_of_birth = value(form, "date_of_birth");
    match adult(date_of_birth, now) {
        Some(true) => {}
        Some(false) => wrong.push(("date_of_birth", words.err_age)),
        None => wrong.push(("date_of_birth", words.err_date)),
    }
    match document(value(form, "document")) {
        Some(document) if wrong.is_empty() => Ok(Identity {
            name: name.to_owned(),
            date_of_birth: date_of_birth.to_owned(),
            document,
        }),
        Some(_) => Err(wrong),
        None => {
            wrong.push(("document", words.err_document));
            Err(wrong)
        }
    }
}

/// What kind of bank account people have where the payee lives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bank {
    UnitedStates,
    China,
    Elsewhere,
}

impl Bank {
    pub(super) fn of(payee: &Payee) -> Self {
        match payee.field("countryCode") {
            "US" => Self::UnitedStates,
            "CN" => Self::China,
            _ => Self::Elsewhere,
        }
    }
}

fn digits(text: &str, least: usize, most: usize) -> Option<String> {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let fits = (least..=most).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(bare)
}

fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
        && !text.contains(char::is_whitespace)
}

fn is_venmo(text: &str) -> bool {
    let handle = text.strip_prefix('@').is_some_and(|handle| {
        (5..=30).contains(&handle.len())
            && handle
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    });
    handle || digits(text, 10, 10).is_some()
}

/// The method as entered, masked.
pub(super) fn method(
    form: &Values,
    kind: AccountKind,
    payee: &Payee,
    words: &Words,
) -> Result<NewMethod, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let bank = Bank::of(payee);
    let (number, label) = match (kind, bank) {
        (AccountKind::BankAccount, Bank::UnitedStates) => {
            let label = match value(form, "account_type") {
                "checking" => words.checking,
                "savings" => words.savings,
                _ => {
                    wrong.push(("account_type", words.err_account_type));
                    ""
                }
            };
            if !is_routing_number(value(form, "routing_number")) {
                wrong.push(("routing_number", words.err_routing));
            }
            let number = digits(value(form, "account_number"), 4, 17);
            if number.is_none() {
                wrong.push(("account_number", words.err_account));
            }
            (number.unwrap_or_default(), label.to_owned())
        }
        (AccountKind::BankAccount, Bank::China | Bank::Elsewhere) => {
            let name = value(form, "bank_name");
            if name.is_empty() || name.chars().count() > 60 {
                wrong.push(("bank_name", words.err_bank));
            }
            (
                account_elsewhere(form, bank, words, &mut wrong),
                name.to_owned(),
            )
        }
        (AccountKind::Paypal, _) => {
            let email = value(form, "paypal_email");
            if !is_email(email) {
                wrong.push(("paypal_email", words.err_email));
            }
            (email.to_owned(), words.paypal.to_owned())
        }
        (AccountKind::Venmo | AccountKind::Crypto, _) => {
            let id = value(form, "venmo_id");
            if !is_venmo(id) {
                wrong.push(("venmo_id", words.err_venmo));
            }
            (id.to_owned(), words.venmo.to_owned())
        }
    };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let currency = match (kind, bank) {
        (AccountKind::BankAccount, Bank::China) => "CNY",
        _ => "USD",
    };
    Ok(NewMethod {
        kind,
        country: payee.field("countryCode").to_owned(),
        currency: currency.to_owned(),
        masked: mask(&number),
        label,
    })
}

fn account_elsewhere(form: &Values, bank: Bank, words: &Words, wrong: &mut Vec<Wrong>) -> String {
    if bank == Bank::China {
        let number = digits(value(form, "card_number"), 12, 19);
        if number.is_none() {
            wrong.push(("card_number", words.err_card));
        }
        return number.unwrap_or_default();
    }
    let iban: String = value(form, "iban").chars().filter(|c| *c != ' ').collect();
    if !(6..=34).contains(&iban.len()) || !iban.bytes().all(|b| b.is_ascii_alphanumeric()) {
        wrong.push(("iban", words.err_iban));
    }
    iban
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn venmo_takes_a_phone_number_or_a_handle() {
        for good in ["9876543210", "987-654-3210", "@ana-ruiz"] {
            assert!(is_venmo(good), "{good}");
        }
        for bad in ["", "@", "@a b c d", "987654321", "ana-ruiz"] {
            assert!(!is_venmo(bad), "{bad}");
        }
    }
}
