//! A request of one payee's pages, found by the token in the invitation link.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;

use super::on_the_way;
use crate::state::{FundingAccount, Payee, Payout, State};
use crate::web::page::problem;
use crate::web::reader::{Reader, Values};
use crate::world::World;

pub(super) struct Visit {
    pub(super) world: Arc<World>,
    pub(super) reader: Reader,
    pub(super) payee: Payee,
    pub(super) query: Values,
}

impl FromRequestParts<Arc<World>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        let token = Path::<String>::from_request_parts(parts, world).await;
        let query = Query::<Values>::from_request_parts(parts, world).await;
        let query = query.map(|Query(query)| query).unwrap_or_default();
        let payee = token.ok().and_then(|Path(token)| {
            world
                .store
                .read(|state| state.payee_by_portal_token(&token).cloned())
                .filter(|payee| !payee.deleted)
        });
        let language = payee.as_ref().map_or("", |payee| payee.field("lang"));
        let reader = Reader::new(world, &query, &parts.headers, language);
        match payee {
            Some(payee) => Ok(Self {
                world: Arc::clone(world),
                reader,
                payee,
                query,
            }),
            None => Err(problem(&reader, StatusCode::NOT_FOUND)),
        }
    }
}

impl Visit {
    pub(super) fn path(&self) -> String {
        format!("/portal/{}", self.payee.portal_token)
    }

    /// Back to the page the payee's stage calls for.
    pub(super) fn home(&self) -> Response {
        Redirect::to(&self.reader.link(&self.path())).into_response()
    }

    pub(super) fn accounts(&self) -> Vec<FundingAccount> {
        self.world.store.read(|state| {
            let accounts = state.accounts_of(&self.payee.customer_no);
            accounts.into_iter().cloned().collect()
        })
    }

    /// The payee's payouts, newest first.
    pub(super) fn payouts(&self) -> Vec<Payout> {
        self.world.store.read(|state| {
            let own = |payout: &&Payout| payout.customer_no == self.payee.customer_no;
            state.payouts.values().rev().filter(own).cloned().collect()
        })
    }

    /// Changes the state and shows the portal again.
    pub(super) async fn change(&self, change: impl FnOnce(&mut State, Timestamp)) -> Response {
        match self.world.change(change).await {
            Ok(()) => self.home(),
            Err(_) => problem(&self.reader, StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The same, if the payee still is as expected: a second press of a button changes nothing.
    pub(super) async fn change_if(
        &self,
        expected: impl FnOnce(&Payee) -> bool,
        change: impl FnOnce(&mut State, &str, Timestamp),
    ) -> Response {
        let customer_no = &self.payee.customer_no;
        self.change(|state, now| {
            if state.payees.get(customer_no).is_some_and(expected) {
                change(state, customer_no, now);
            }
        })
        .await
    }

    /// Lets the payee move on, if they are still filling things in.
    pub(super) async fn proceed(&self, step: impl FnOnce(&mut Payee)) -> Response {
        self.change_if(on_the_way, |state, customer_no, now| {
            if let Some(payee) = state.payees.get_mut(customer_no) {
                step(payee);
                payee.updated = now;
            }
        })
        .await
    }
}
