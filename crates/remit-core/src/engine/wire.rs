//! The way to Pockyt: every request, the owner's and the engine's own, tells the traffic how it fared.

use super::Changed;
use super::Observer;
use super::bell::Bell;
use super::policy::Policy;
use super::traffic::{Heard, News, Traffic};
use crate::gateway::{
    Accepted, AccountSnapshot, Answer, Gateway, GatewayError, Notification, PayOrder, PayeeKey,
    PayeeSnapshot, PayoutSnapshot, Registered, Registration,
};
use crate::ids::{AccountToken, Clock, CustomerNo, Ids, InvoiceId, RequestKey, WireBody};
use crate::money::{Currency, Money};
use crate::payee::PayeeChanges;
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A gateway that listens to what each answer tells of the way.
pub(super) struct Wire {
    pub(super) gateway: Arc<dyn Gateway>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) policy: Policy,
    pub(super) traffic: Mutex<Traffic>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) bell: Bell,
    /// The network came back, and nobody has acted on it yet.
    pub(super) came_back: AtomicBool,
}

impl Wire {
    pub(super) fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen<T>(&self, result: Result<T, GatewayError>) -> Result<T, GatewayError> {
        let heard = Heard::of(&result);
        let now = (self.clock.now(), self.clock.steady());
        let news = self
            .traffic()
            .hear(heard, now, &self.policy, self.ids.as_ref());
        if let Some(news) = news {
            if news == News::Online {
                self.came_back.store(true, Ordering::Release);
            }
            self.observer.changed(Changed::Engine);
            if news == News::Online {
                self.observer.changed(Changed::CameBack);
            }
            self.bell.ring();
        }
        result
    }
}

#[async_trait]
impl Gateway for Wire {
    async fn register(
        &self,
        registration: &Registration,
    ) -> Result<Answer<Registered>, GatewayError> {
        self.listen(self.gateway.register(registration).await)
    }

    async fn update(
        &self,
        customer_no: &CustomerNo,
        changes: &PayeeChanges,
    ) -> Result<Answer<()>, GatewayError> {
        self.listen(self.gateway.update(customer_no, changes).await)
    }

    async fn retrieve(&self, key: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        self.listen(self.gateway.retrieve(key).await)
    }

    async fn accounts(
        &self,
        customer_no: &CustomerNo,
        only: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        self.listen(self.gateway.accounts(customer_no, only).await)
    }

    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError> {
        self.gateway.prepare_pay(order, at)
    }

    async fn pay(
        &self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        self.listen(self.gateway.pay(body, key).await)
    }

    async fn inquire(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        self.listen(self.gateway.inquire(invoice_id).await)
    }

    async fn balance(&self, currency: Currency) -> Result<Answer<Money>, GatewayError> {
        self.listen(self.gateway.balance(currency).await)
    }

    fn read_notification(
        &self,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        self.gateway.read_notification(content_type, body)
    }
}
