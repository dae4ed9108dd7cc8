//! The mailbox: mails to payees, and what each says.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use super::page::{Place, page, problem, time};
use super::reader::{Reader, Values};
use super::words::{Words, fill};
use crate::state::{Mail, MailKind, Payee};
use crate::world::World;

/// Mails shown in the list, newest first.
const SHOWN: usize = 200;

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/mailbox", get(list))
        .route("/mailbox/{id}", get(show))
}

fn subject(words: &Words, kind: &MailKind) -> String {
    match kind {
        MailKind::Invitation => words.invitation_subject.to_owned(),
        MailKind::Approved => words.approved_subject.to_owned(),
        MailKind::Declined => words.declined_subject.to_owned(),
        MailKind::Arrived { amount, .. } => {
            fill(words.arrived_subject, "amount", &amount.to_string())
        }
        MailKind::Returned { amount } => {
            fill(words.returned_subject, "amount", &amount.to_string())
        }
    }
}

async fn list(
    Shared(world): Shared<Arc<World>>,
    Query(query): Query<Values>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let reader = Reader::new(&world, &query, &headers, "");
    let words = reader.words();
    let mails: Vec<Mail> = world
        .store
        .read(|state| state.mails.iter().rev().take(SHOWN).cloned().collect());
    let place = Place {
        title: words.mailbox,
        path: "/mailbox",
        wide: true,
    };
    let content = html! {
        h1 { (words.mailbox) }
        p.lead { (words.mailbox_lead) }
        @if !world.switches().pockyt_user { p.note { (words.mailbox_off) } }
        @if mails.is_empty() {
            section.card.empty { h2 { (words.mailbox_empty) } p { (words.mailbox_empty_body) } }
        } @else {
            ul.mails.card {
                @for mail in &mails {
                    li {
                        a href=(reader.link(&format!("/mailbox/{}", mail.id))) {
                            span.to { (mail.to) }
                            strong { (subject(words, &mail.kind)) }
                            (time(&reader, mail.at))
                        }
                    }
                }
            }
        }
    };
    page(&reader, &place, &content)
}

async fn show(
    Shared(world): Shared<Arc<World>>,
    Path(id): Path<String>,
    Query(query): Query<Values>,
    headers: HeaderMap,
) -> Response {
    let found = world.store.read(|state| {
        let mail = state.mails.iter().find(|mail| mail.id == id)?;
        Some((mail.clone(), state.payees.get(&mail.customer_no)?.clone()))
    });
    let Some((mail, payee)) = found else {
        return problem(
            &Reader::new(&world, &query, &headers, ""),
            StatusCode::NOT_FOUND,
        );
    };
    let reader = Reader::new(&world, &query, &headers, payee.field("lang"));
    let words = reader.words();
    let subject = subject(words, &mail.kind);
    let place = Place {
        title: &subject,
        path: &format!("/mailbox/{id}"),
        wide: false,
    };
    let content = html! {
        p.back { a href=(reader.link("/mailbox")) { "← " (words.back_to_mailbox) } }
        article.card.mail {
            h1 { (subject) }
            dl.envelope {
                dt { (words.from) } dd { "Pockyt <no-reply@pockyt.example>" }
                dt { (words.to) } dd { (payee.name()) " <" (mail.to) ">" }
                dt { (words.date) } dd { (time(&reader, mail.at)) }
            }
            p { (fill(words.hello, "name", &payee.name())) }
            (body(&reader, &mail.kind, &payee))
        }
    };
    page(&reader, &place, &content).into_response()
}

fn body(reader: &Reader, kind: &MailKind, payee: &Payee) -> Markup {
    let words = reader.words();
    let button = html! {
        p.actions {
            a.button href=(reader.link(&format!("/portal/{}", payee.portal_token))) { (words.invitation_button) }
        }
    };
    match kind {
        MailKind::Invitation => html! {
            p { (words.invitation_body) }
            (button)
            p.quiet { (words.invitation_note) }
        },
        MailKind::Approved => html! { p { (words.approved_body) } (button) },
        MailKind::Declined => html! { p { (words.declined_body) } (button) },
        MailKind::Returned { .. } => html! { p { (words.returned_body) } (button) },
        MailKind::Arrived {
            amount,
            fee,
            description,
        } => html! {
            p { (words.arrived_body) }
            dl.facts {
                dt { (words.sent_amount) } dd.number { (amount) }
                dt { (words.fee) } dd.number { (fee) }
                @if let Some(description) = description { dt { (words.message) } dd { (description) } }
            }
            (button)
        },
    }
}
