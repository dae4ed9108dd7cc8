//! The control API over HTTP: `/_control/...`, JSON in and out. It offers what [`Control`] offers, no more.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, FromRequest, Json, Path, Request, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Control, ControlError};
use crate::config::Switches;
use crate::faults::{Fault, NotificationFault};
use crate::money::{Currency, Money};
use crate::state::{AccountKind, AccountStatus, NewMethod, PayeeStatus, PayoutStatus};
use crate::world::World;

impl FromRef<Arc<World>> for Control {
    fn from_ref(world: &Arc<World>) -> Self {
        Self::new(Arc::clone(world))
    }
}

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/_control/calls", get(calls))
        .route("/_control/transfers", get(transfers))
        .route("/_control/payees", get(payees))
        .route("/_control/payees/{customer_no}/status", post(payee_status))
        .route("/_control/payees/{customer_no}/complete", post(complete))
        .route("/_control/payees/{customer_no}/play", post(play))
        .route(
            "/_control/payees/{customer_no}/accounts",
            get(accounts).post(add_account),
        )
        .route("/_control/accounts/{token}/status", post(account_status))
        .route("/_control/accounts/{token}", delete(remove_account))
        .route("/_control/payouts", get(payouts))
        .route("/_control/payouts/{invoice_id}/outcome", post(outcome))
        .route("/_control/settle", post(settle))
        .route("/_control/advance", post(advance))
        .route("/_control/balance", get(balances).post(set_balance))
        .route("/_control/movements", get(movements))
        .route("/_control/notifications", get(notifications))
        .route("/_control/mails", get(mails))
        .route(
            "/_control/faults",
            get(faults).post(inject).delete(clear_faults),
        )
        .route("/_control/notification-faults", post(inject_notification))
        .route("/_control/request-ids", delete(forget_request_ids))
        .route("/_control/switches", get(switches).put(set_switches))
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Unknown { .. } => StatusCode::NOT_FOUND,
            Self::Impossible { .. } | Self::RealClock => StatusCode::CONFLICT,
            Self::TooLarge | Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::State(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

type Done = Result<Json<Value>, ControlError>;

fn done() -> Json<Value> {
    Json(json!({ "done": true }))
}

/// A JSON body whose refusal is JSON too. Wanting JSON also keeps out forms from other sites' pages.
struct Body<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(refused) => {
                let error = json!({ "error": refused.body_text() });
                Err((refused.status(), Json(error)).into_response())
            }
        }
    }
}

async fn calls(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.calls())
}

async fn transfers(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.transfers())
}

async fn payees(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.payees())
}

async fn payouts(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.payouts())
}

async fn movements(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.movements())
}

async fn notifications(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.notifications())
}

async fn mails(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.mails())
}

async fn faults(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.faults())
}

async fn switches(Shared(control): Shared<Control>) -> impl IntoResponse {
    Json(control.switches())
}

async fn accounts(
    Shared(control): Shared<Control>,
    Path(customer_no): Path<String>,
) -> impl IntoResponse {
    Json(control.accounts_of(&customer_no))
}

/// `{"status":"pending|active|declined|deactivated"}`
#[derive(Deserialize)]
struct StatusOf<T> {
    status: T,
}

async fn payee_status(
    Shared(control): Shared<Control>,
    Path(customer_no): Path<String>,
    Body(wanted): Body<StatusOf<PayeeStatus>>,
) -> Done {
    control
        .set_payee_status(&customer_no, wanted.status)
        .await?;
    Ok(done())
}

/// `{"kind":"bank_account|paypal|venmo|crypto"}`
#[derive(Deserialize)]
struct KindOf {
    kind: AccountKind,
}

async fn complete(
    Shared(control): Shared<Control>,
    Path(customer_no): Path<String>,
    Body(wanted): Body<KindOf>,
) -> Done {
    let method = NewMethod::sample(wanted.kind);
    let token = control.complete_payee(&customer_no, method).await?;
    Ok(Json(json!({ "accountToken": token })))
}

async fn play(Shared(control): Shared<Control>, Path(customer_no): Path<String>) -> Done {
    let status = control.play_payee(&customer_no).await?;
    Ok(Json(json!({ "status": status })))
}

/// `{"kind":"bank_account","status":"pending|activated|invalid"}`
#[derive(Deserialize)]
struct NewAccount {
    kind: AccountKind,
    status: AccountStatus,
}

async fn add_account(
    Shared(control): Shared<Control>,
    Path(customer_no): Path<String>,
    Body(wanted): Body<NewAccount>,
) -> Done {
    let method = NewMethod::sample(wanted.kind);
    let token = control
        .add_account(&customer_no, method, wanted.status)
        .await?;
    Ok(Json(json!({ "accountToken": token })))
}

async fn account_status(
    Shared(control): Shared<Control>,
    Path(token): Path<String>,
    Body(wanted): Body<StatusOf<AccountStatus>>,
) -> Done {
    control.set_account_status(&token, wanted.status).await?;
    Ok(done())
}

async fn remove_account(Shared(control): Shared<Control>, Path(token): Path<String>) -> Done {
    control.remove_account(&token).await?;
    Ok(done())
}

async fn outcome(
    Shared(control): Shared<Control>,
    Path(invoice_id): Path<String>,
    Body(wanted): Body<StatusOf<PayoutStatus>>,
) -> Done {
    control.set_outcome(&invoice_id, wanted.status).await?;
    Ok(done())
}

async fn settle(Shared(control): Shared<Control>) -> Done {
    let changes = control.settle().await?;
    Ok(Json(json!({ "changes": changes })))
}

/// `{"seconds":7200}`
#[derive(Deserialize)]
struct Step {
    seconds: u64,
}

async fn advance(Shared(control): Shared<Control>, Body(step): Body<Step>) -> Done {
    control.advance(Duration::from_secs(step.seconds)).await?;
    Ok(Json(json!({ "now": control.now().to_string() })))
}

async fn balances(Shared(control): Shared<Control>) -> impl IntoResponse {
    let balances: serde_json::Map<_, Value> = Currency::ALL
        .into_iter()
        .map(|currency| (currency, control.balance(currency)))
        .filter(|(_, minor)| *minor != 0)
        .map(|(currency, minor)| {
            let wire = Money { minor, currency }.wire();
            (currency.code().to_owned(), wire.into())
        })
        .collect();
    Json(balances)
}

/// `{"currency":"USD","amount":"12.50"}`
#[derive(Deserialize)]
struct NewBalance {
    currency: Currency,
    amount: String,
}

async fn set_balance(
    Shared(control): Shared<Control>,
    Body(wanted): Body<NewBalance>,
) -> Result<Json<Value>, Response> {
    let balance = Money::parse(&wanted.amount, wanted.currency).map_err(|error| {
        let error = json!({ "error": error.to_string() });
        (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response()
    })?;
    control
        .set_balance(balance)
        .await
        .map_err(IntoResponse::into_response)?;
    Ok(done())
}

async fn inject(Shared(control): Shared<Control>, Body(fault): Body<Fault>) -> impl IntoResponse {
    control.inject(fault);
    done()
}

async fn inject_notification(
    Shared(control): Shared<Control>,
    Body(fault): Body<NotificationFault>,
) -> impl IntoResponse {
    control.inject_notification(fault);
    done()
}

async fn clear_faults(Shared(control): Shared<Control>) -> impl IntoResponse {
    control.clear_faults();
    done()
}

async fn forget_request_ids(Shared(control): Shared<Control>) -> Done {
    control.forget_request_ids().await?;
    Ok(done())
}

async fn set_switches(
    Shared(control): Shared<Control>,
    Body(wanted): Body<Switches>,
) -> impl IntoResponse {
    control.switch(|switches| *switches = wanted);
    done()
}
