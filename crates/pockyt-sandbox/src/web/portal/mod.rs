//! The Payee Portal: a payee confirms who they are, chooses where the money goes, and waits for the review.

mod forms;
mod outcome;
mod played;
mod views;
mod visit;
mod widgets;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::page::page;
use super::reader::{Reader, Values};
use crate::state::{AccountKind, AccountStatus, Payee, PayeeStatus, Stage};
use crate::world::World;
pub(crate) use played::fill_in;
use visit::Visit;

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/portal", get(entrance))
        .route("/portal/{token}", get(show))
        .route("/portal/{token}/details", post(confirm_details))
        .route("/portal/{token}/identity", post(confirm_identity))
        .route(
            "/portal/{token}/method",
            get(enter_method).post(choose_method),
        )
        .route("/portal/{token}/submit", post(submit))
        .route("/portal/{token}/decision", post(decide))
        .route("/portal/{token}/restart", post(restart))
}

/// Whether the payee is still filling things in.
fn on_the_way(payee: &Payee) -> bool {
    !matches!(payee.onboarding.stage, Stage::InReview | Stage::Closed)
}

/// Whether this payee may enter a method now: on the way and identified, or already approved.
fn may_enter_method(payee: &Payee) -> bool {
    (on_the_way(payee) && payee.onboarding.identity.is_some())
        || payee.status == PayeeStatus::Active
}

/// The kinds offered: Venmo exists in the US only.
fn offered(payee: &Payee) -> Vec<AccountKind> {
    let mut kinds = vec![AccountKind::BankAccount, AccountKind::Paypal];
    if payee.field("countryCode") == "US" {
        kinds.push(AccountKind::Venmo);
    }
    kinds
}

async fn entrance(
    Shared(world): Shared<Arc<World>>,
    Query(query): Query<Values>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let reader = Reader::new(&world, &query, &headers, "");
    let payees: Vec<Payee> = world.store.read(|state| {
        let newest_first = state.payees.values().rev();
        newest_first
            .filter(|payee| !payee.deleted)
            .cloned()
            .collect()
    });
    let place = views::place(reader.words().portal, "/portal");
    page(&reader, &place, &views::entrance(&reader, &payees))
}

async fn show(visit: Visit) -> Response {
    let (reader, payee) = (&visit.reader, &visit.payee);
    let step = visit.query.get("step").map(String::as_str);
    let shown = views::step_shown(payee, step);
    let content = match shown {
        Stage::Details => views::details(reader, payee),
        Stage::Identity => views::identity(reader, payee, &Values::new(), &[]),
        Stage::Method => views::methods(reader, payee, &[]),
        Stage::Check => views::check(reader, payee),
        Stage::InReview => outcome::in_review(reader, payee),
        Stage::Closed => outcome::closed(reader, payee, &visit.accounts(), &visit.payouts()),
    };
    let path = match step {
        Some(step @ ("details" | "identity" | "method")) => format!("{}?step={step}", visit.path()),
        _ => visit.path(),
    };
    let title = views::title(reader.words(), payee, shown);
    page(reader, &views::place(title, &path), &content).into_response()
}

async fn confirm_details(visit: Visit) -> Response {
    visit.proceed(Payee::confirm_details).await
}

async fn confirm_identity(visit: Visit, Form(form): Form<Values>) -> Response {
    match forms::identity(&form, visit.reader.words(), visit.world.clock.now()) {
        Ok(identity) => {
            visit
                .proceed(|payee| payee.confirm_identity(identity))
                .await
        }
        Err(wrong) => {
            let content = views::identity(&visit.reader, &visit.payee, &form, &wrong);
            again(&visit, "?step=identity", &content)
        }
    }
}

/// Shows a form again with what is wrong with it; `place` is where a reload or a change of language finds the form.
fn again(visit: &Visit, place: &str, content: &maud::Markup) -> Response {
    let path = format!("{}{place}", visit.path());
    let title = visit.reader.words().errors_title;
    let page = page(&visit.reader, &views::place(title, &path), content);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

async fn enter_method(visit: Visit) -> Response {
    if !may_enter_method(&visit.payee) {
        return visit.home();
    }
    let (reader, payee) = (&visit.reader, &visit.payee);
    let words = reader.words();
    let (path, title, content) = match forms::kind(&visit.query, payee) {
        Some(kind) => (
            format!("{}/method?kind={}", visit.path(), forms::kind_name(kind)),
            views::method_title(words, kind),
            views::method(reader, payee, kind, &Values::new(), &[]),
        ),
        None => (
            format!("{}/method", visit.path()),
            words.method_title,
            views::methods(reader, payee, &[]),
        ),
    };
    page(reader, &views::place(title, &path), &content).into_response()
}

async fn choose_method(visit: Visit, Form(form): Form<Values>) -> Response {
    let (reader, payee) = (&visit.reader, &visit.payee);
    if !may_enter_method(payee) {
        return visit.home();
    }
    let Some(kind) = forms::kind(&form, payee) else {
        let wrong = [("kind", reader.words().err_kind)];
        return again(&visit, "/method", &views::methods(reader, payee, &wrong));
    };
    let method = match forms::method(&form, kind, payee, reader.words()) {
        Ok(method) => method,
        Err(wrong) => {
            let place = format!("/method?kind={}", forms::kind_name(kind));
            let content = views::method(reader, payee, kind, &form, &wrong);
            return again(&visit, &place, &content);
        }
    };
    if payee.status == PayeeStatus::Active {
        let customer_no = payee.customer_no.as_str();
        return visit
            .change(|state, now| {
                state.add_account(customer_no, method, AccountStatus::Activated, None, now);
            })
            .await;
    }
    visit.proceed(|payee| payee.choose_method(method)).await
}

/// A second press finds no method to submit any more, and changes nothing.
async fn submit(visit: Visit) -> Response {
    visit
        .change(|state, now| {
            state.submit_onboarding(&visit.payee.customer_no, now);
        })
        .await
}

async fn decide(visit: Visit, Form(form): Form<Values>) -> Response {
    let status = match form.get("decision").map(String::as_str) {
        Some("approve") => PayeeStatus::Active,
        Some("decline") => PayeeStatus::Declined,
        _ => return visit.home(),
    };
    let writes_mail = visit.world.switches().pockyt_user;
    visit
        .change_if(
            |payee| payee.onboarding.stage == Stage::InReview,
            |state, customer_no, now| {
                state.set_payee_status(customer_no, status, writes_mail, now);
            },
        )
        .await
}

async fn restart(visit: Visit) -> Response {
    visit
        .change_if(
            |payee| payee.status == PayeeStatus::Declined,
            |state, customer_no, now| {
                state.set_payee_status(customer_no, PayeeStatus::Pending, false, now);
            },
        )
        .await
}
