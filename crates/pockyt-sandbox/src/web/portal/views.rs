//! The portal's pages.

use maud::{Markup, html};

use super::forms::{Bank, Wrong, document, kind_name, sample};
use super::widgets::{Field, choices, field, steps, summary};
use super::{offered, on_the_way};
use crate::state::{AccountKind, Document, NewMethod, Payee, PayeeStatus, Stage};
use crate::web::page::{Place, Tone, badge};
use crate::web::reader::{Reader, Values};
use crate::web::words::{Words, fill};

pub(super) fn place<'a>(title: &'a str, path: &'a str) -> Place<'a> {
    Place {
        title,
        path,
        wide: false,
    }
}

/// The title of a step's page.
pub(super) fn title<'a>(words: &'a Words, payee: &Payee, step: Stage) -> &'a str {
    match (step, payee.status) {
        (Stage::Details, _) => words.step_details,
        (Stage::Identity, _) => words.identity_title,
        (Stage::Method, _) => words.method_title,
        (Stage::Check, _) => words.check_title,
        (Stage::InReview, _) => words.review_title,
        (Stage::Closed, PayeeStatus::Active) => words.active_title,
        (Stage::Closed, PayeeStatus::Declined) => words.declined_title,
        (Stage::Closed, PayeeStatus::Pending | PayeeStatus::Deactivated) => words.deactivated_title,
    }
}

/// Which step to show: the one the payee has reached, or an earlier one they ask for.
pub(super) fn step_shown(payee: &Payee, asked: Option<&str>) -> Stage {
    let reached = payee.onboarding.stage;
    if !on_the_way(payee) {
        return reached;
    }
    match (asked, reached) {
        (Some("details"), _) => Stage::Details,
        (Some("identity"), Stage::Method | Stage::Check) => Stage::Identity,
        (Some("method"), Stage::Check) => Stage::Method,
        _ => reached,
    }
}

pub(super) fn action(reader: &Reader, payee: &Payee, deed: &str) -> String {
    reader.link(&format!("/portal/{}/{deed}", payee.portal_token))
}

fn step_link(reader: &Reader, payee: &Payee, step: &str) -> String {
    reader.link(&format!("/portal/{}?step={step}", payee.portal_token))
}

pub(super) fn entrance(reader: &Reader, payees: &[Payee]) -> Markup {
    let words = reader.words();
    html! {
        section.card {
            h1 { (words.portal) }
            p.lead { (words.portal_lead) }
            p.actions { a.button href=(reader.link("/mailbox")) { (words.portal_open_mailbox) } }
        }
        section.card.sandbox-only {
            h2 { (words.portal_pick) }
            p { (words.portal_pick_body) }
            @if payees.is_empty() { p.quiet { (words.no_payees) } } @else {
                ul.people {
                    @for payee in payees {
                        li {
                            a href=(reader.link(&format!("/portal/{}", payee.portal_token))) {
                                strong { (payee.name()) } span { (payee.field("email")) }
                            }
                            (standing(words, payee))
                        }
                    }
                }
            }
        }
    }
}

fn standing(words: &Words, payee: &Payee) -> Markup {
    match (payee.status, payee.onboarding.stage) {
        (PayeeStatus::Active, _) => badge(Tone::Good, words.active),
        (PayeeStatus::Declined, _) => badge(Tone::Bad, words.declined),
        (PayeeStatus::Deactivated, _) => badge(Tone::Closed, words.deactivated),
        (PayeeStatus::Pending, Stage::InReview) => badge(Tone::Waiting, words.reviewing),
        (PayeeStatus::Pending, _) => badge(Tone::Waiting, words.invited),
    }
}

pub(super) fn details(reader: &Reader, payee: &Payee) -> Markup {
    let words = reader.words();
    let lines = ["street", "street2", "city", "state", "zip"]
        .map(|name| payee.field(name))
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    html! {
        section.card {
            (steps(words, 1))
            h1 { (fill(words.welcome, "name", &payee.name())) }
            p.lead { (words.details_lead) }
            dl.facts {
                dt { (words.name) } dd { (payee.name()) }
                dt { (words.email) } dd { (payee.field("email")) }
                dt { (words.address) } dd { (lines) }
                dt { (words.country) } dd { (payee.field("countryCode")) }
            }
            form method="post" action=(action(reader, payee, "details")) {
                p.actions { button type="submit" { (words.details_continue) } }
            }
        }
    }
}

fn documents(words: &Words) -> [(&'static str, &str, &'static str); 3] {
    [
        ("passport", words.passport, ""),
        ("driver_license", words.driver_license, ""),
        ("id_card", words.id_card, ""),
    ]
}

pub(super) fn identity(reader: &Reader, payee: &Payee, form: &Values, wrong: &[Wrong]) -> Markup {
    let words = reader.words();
    let known = payee.onboarding.identity.as_ref();
    let name = payee.name();
    let typed = |field: &str| form.get(field).map(String::as_str);
    let full_name = typed("name")
        .or(known.map(|i| i.name.as_str()))
        .unwrap_or(&name);
    let born = typed("date_of_birth")
        .or(known.map(|i| i.date_of_birth.as_str()))
        .unwrap_or_else(|| payee.field("dateOfBirth"));
    let chosen = typed("document")
        .and_then(document)
        .or(known.map(|i| i.document))
        .map_or("", |document| match document {
            Document::Passport => "passport",
            Document::DriverLicense => "driver_license",
            Document::IdCard => "id_card",
        });
    html! {
        section.card {
            (steps(words, 2))
            h1 { (words.identity_title) }
            p.lead { (words.identity_lead) }
            (summary(words, wrong))
            form method="post" action=(action(reader, payee, "identity")) novalidate {
                (field(&Field { name: "name", label: words.full_name, hint: None, value: full_name, fills: "name", keys: "text", required: true }, wrong))
                (field(&Field { name: "date_of_birth", label: words.date_of_birth, hint: Some(words.date_hint), value: born, fills: "bday", keys: "numeric", required: true }, wrong))
                (choices("document", words.document, &documents(words), chosen, wrong))
                (field(&Field { name: "document_number", label: words.document_number, hint: Some(words.document_hint), value: "", fills: "off", keys: "text", required: false }, wrong))
                p.actions {
                    button type="submit" { (words.next) }
                    a.quiet-button href=(step_link(reader, payee, "details")) { (words.back) }
                }
            }
        }
    }
}

fn kind_words(words: &Words, kind: AccountKind) -> (&str, &str) {
    match kind {
        AccountKind::BankAccount => (words.bank, words.bank_hint),
        AccountKind::Paypal => (words.paypal, words.paypal_hint),
        AccountKind::Venmo => (words.venmo, words.venmo_hint),
        AccountKind::Crypto => ("Crypto", ""),
    }
}

/// Step 3, first half: which kind. A GET form, because nothing is changed yet.
pub(super) fn methods(reader: &Reader, payee: &Payee, wrong: &[Wrong]) -> Markup {
    let words = reader.words();
    let options: Vec<_> = offered(payee)
        .into_iter()
        .map(|kind| {
            let (label, hint) = kind_words(words, kind);
            (kind_name(kind), label, hint)
        })
        .collect();
    let chosen = payee
        .onboarding
        .method
        .as_ref()
        .map_or("bank", |method| kind_name(method.kind));
    let target = format!("/portal/{}/method", payee.portal_token);
    let language = reader.chosen_tag();
    let adding = payee.status == PayeeStatus::Active;
    html! {
        section.card {
            @if !adding { (steps(words, 3)) }
            h1 { (words.method_title) }
            p.lead { (words.method_lead) }
            (summary(words, wrong))
            form method="get" action=(target) {
                @if let Some(tag) = language { input type="hidden" name="lang" value=(tag); }
                (choices("kind", words.step_method, &options, chosen, wrong))
                p.actions {
                    button type="submit" { (words.next) }
                    @if adding {
                        a.quiet-button href=(reader.link(&format!("/portal/{}", payee.portal_token))) { (words.back) }
                    } @else {
                        a.quiet-button href=(step_link(reader, payee, "identity")) { (words.back) }
                    }
                }
            }
        }
    }
}

pub(super) fn method_title(words: &Words, kind: AccountKind) -> &str {
    match kind {
        AccountKind::BankAccount => words.bank_title,
        AccountKind::Paypal => words.paypal_title,
        AccountKind::Venmo | AccountKind::Crypto => words.venmo_title,
    }
}

/// Step 3, second half: the fields of the chosen kind.
pub(super) fn method(
    reader: &Reader,
    payee: &Payee,
    kind: AccountKind,
    form: &Values,
    wrong: &[Wrong],
) -> Markup {
    let words = reader.words();
    let title = method_title(words, kind);
    let adding = payee.status == PayeeStatus::Active;
    html! {
        section.card {
            @if !adding { (steps(words, 3)) }
            h1 { (title) }
            p.lead { (words.fields_lead) }
            (summary(words, wrong))
            form method="post" action=(action(reader, payee, "method")) novalidate {
                input type="hidden" name="kind" value=(kind_name(kind));
                (method_fields(words, payee, kind, form, wrong))
                p.actions {
                    button type="submit" { (if adding { words.save_method } else { words.next }) }
                    a.quiet-button href=(action(reader, payee, "method")) { (words.back) }
                }
            }
        }
    }
}

fn method_fields(
    words: &Words,
    payee: &Payee,
    kind: AccountKind,
    form: &Values,
    wrong: &[Wrong],
) -> Markup {
    // Made-up numbers stand there at first, so that whoever tries the sandbox need not make up any.
    let typed = |name: &str| form.get(name).map_or_else(|| sample(name), String::as_str);
    let text = |name: &'static str, label: &str, hint: Option<&str>, keys: &str, fills: &str| {
        let value = typed(name);
        field(
            &Field {
                name,
                label,
                hint,
                value,
                fills,
                keys,
                required: true,
            },
            wrong,
        )
    };
    let types = [
        ("checking", words.checking, ""),
        ("savings", words.savings, ""),
    ];
    match (kind, Bank::of(payee)) {
        (AccountKind::BankAccount, Bank::UnitedStates) => html! {
            (choices("account_type", words.account_type, &types, typed("account_type"), wrong))
            (text("routing_number", words.routing_number, Some(words.routing_hint), "numeric", "off"))
            (text("account_number", words.account_number, Some(words.account_hint), "numeric", "off"))
        },
        (AccountKind::BankAccount, Bank::China) => html! {
            (text("bank_name", words.bank_name, None, "text", "off"))
            (text("card_number", words.card_number, Some(words.card_hint), "numeric", "off"))
        },
        (AccountKind::BankAccount, Bank::Elsewhere) => html! {
            (text("bank_name", words.bank_name, None, "text", "off"))
            (text("iban", words.iban, Some(words.iban_hint), "text", "off"))
        },
        (AccountKind::Paypal, _) => {
            text("paypal_email", words.paypal_email, None, "email", "email")
        }
        (AccountKind::Venmo | AccountKind::Crypto, _) => text(
            "venmo_id",
            words.venmo_id,
            Some(words.venmo_id_hint),
            "text",
            "off",
        ),
    }
}

pub(super) fn described(words: &Words, method: &NewMethod) -> String {
    let (kind, _) = kind_words(words, method.kind);
    let label = if kind == method.label {
        String::new()
    } else {
        format!(", {}", method.label)
    };
    format!("{kind}{label} {} ({})", method.masked, method.currency)
}

pub(super) fn check(reader: &Reader, payee: &Payee) -> Markup {
    let words = reader.words();
    let identity = payee.onboarding.identity.as_ref();
    let change = |step: &str, what: &str| {
        html! {
            a href=(step_link(reader, payee, step)) { (words.change) span.hidden { " " (what) } }
        }
    };
    html! {
        section.card {
            (steps(words, 4))
            h1 { (words.check_title) }
            p.lead { (words.check_lead) }
            dl.facts.with-changes {
                @if let Some(identity) = identity {
                    dt { (words.name) } dd { (identity.name) " " (change("identity", words.name)) }
                    dt { (words.date_of_birth) } dd { (identity.date_of_birth) " " (change("identity", words.date_of_birth)) }
                }
                @if let Some(method) = &payee.onboarding.method {
                    dt { (words.paid_to) } dd { (described(words, method)) " " (change("method", words.paid_to)) }
                }
            }
            form method="post" action=(action(reader, payee, "submit")) {
                p.actions { button type="submit" { (words.submit) } }
            }
        }
    }
}
