//! What the engine needs around it, as far as it is measured.

use crate::notifications;
use anyhow::Result;
use async_trait::async_trait;
use jiff::Timestamp;
use pockyt::{
    BaseUrl, Client, Config, Merchant, MerchantNo, PayoutKey, PreparedPay, RequestId, StoreNo,
};
use remit_core::{
    Accepted, AccountSnapshot, AccountToken, Answer, Certainty, Clock, Currency, CustomerNo,
    Gateway, GatewayError, Ids, InvoiceId, Money, Notification, PayOrder, PayeeChanges, PayeeKey,
    PayeeSnapshot, Payout, PayoutSnapshot, Refusal, Registered, Registration, RequestKey, Secret,
    TransactionNo, Vault, VaultError, WireBody, WireStatus,
};
use secrecy::SecretString;
use std::time::{Duration, Instant};
use uuid::Uuid;

pub(crate) fn order(payout: &Payout) -> PayOrder {
    PayOrder {
        customer_no: payout.customer_no.clone(),
        account_token: payout.account_token.clone(),
        invoice_id: payout.invoice_id.clone(),
        money: payout.money,
        channel: payout.channel,
        description: payout.description.clone(),
        note: payout.note.clone(),
        ipn_url: payout.ipn_url.clone(),
    }
}

pub(crate) fn client(base_url: &str) -> Result<Client> {
    let config = pockyt_sandbox::Config::default();
    let merchant = Merchant {
        merchant_no: MerchantNo::new(config.merchant_no.as_str())?,
        store_no: StoreNo::new(config.store_no.as_str())?,
        mer_group_no: None,
        payor_no: None,
    };
    let token = SecretString::from(config.api_token);
    Ok(Client::new(Config::new(
        BaseUrl::parse(base_url)?,
        merchant,
        token,
    ))?)
}

pub(crate) fn refused(error: GatewayError) -> anyhow::Error {
    anyhow::anyhow!(
        "the local Pockyt refused: {:?} {:?}",
        error.kind,
        error.words
    )
}

/// The way to Pockyt, as far as a payout needs it.
pub(crate) struct Wire {
    pub(crate) client: Client,
}

impl Wire {
    /// One request, with nothing kept of it.
    pub(crate) async fn request(&self, payout: &Payout) -> Result<()> {
        let body = self
            .prepare_pay(&order(payout), payout.created_at)
            .map_err(refused)?;
        let answer = self.pay(&body, payout.request_key).await;
        answer.map(drop).map_err(refused)
    }
}

fn trouble(error: &dyn std::fmt::Display) -> GatewayError {
    GatewayError {
        certainty: Certainty::Unknown,
        kind: Refusal::Other,
        words: Some(error.to_string()),
        field: None,
        evidence: None,
    }
}

/// What no payout here asks for.
fn not_measured<T>() -> Result<T, GatewayError> {
    Err(trouble(&"it is not measured"))
}

#[async_trait]
impl Gateway for Wire {
    async fn register(&self, _: &Registration) -> Result<Answer<Registered>, GatewayError> {
        not_measured()
    }

    async fn update(&self, _: &CustomerNo, _: &PayeeChanges) -> Result<Answer<()>, GatewayError> {
        not_measured()
    }

    async fn retrieve(&self, _: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        not_measured()
    }

    async fn accounts(
        &self,
        _: &CustomerNo,
        _: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        not_measured()
    }

    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError> {
        let wire = || -> Result<pockyt::PayOrder> {
            Ok(pockyt::PayOrder {
                customer_no: pockyt::CustomerNo::new(order.customer_no.as_str())?,
                account_token: pockyt::AccountToken::new(order.account_token.as_str())?,
                invoice_id: pockyt::InvoiceId::new(order.invoice_id.as_str())?,
                amount: pockyt::WireAmount::new(order.money.decimal())?,
                currency: pockyt::CurrencyCode::new(order.money.currency.code())?,
                ipn_url: order.ipn_url.clone(),
                processing_channel: Some(pockyt::ProcessingChannel::StandardAch),
                description: Some(order.description.clone()),
                note: None,
                subject: None,
            })
        };
        let wire = wire().map_err(|error| trouble(&error))?;
        let prepared = self
            .client
            .prepare_pay(&wire, at)
            .map_err(|error| trouble(&error))?;
        Ok(WireBody(prepared.to_json()))
    }

    async fn pay(
        &self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        let prepared = PreparedPay::from_json(body.as_str()).map_err(|error| trouble(&error))?;
        let answer = self
            .client
            .pay(&prepared, RequestId::from(key.0))
            .await
            .map_err(|error| trouble(&error))?;
        Ok(Answer {
            value: Accepted {
                transaction_no: TransactionNo(answer.value.transaction_no.to_string()),
                fee: None,
                status: WireStatus::from_wire(answer.value.status.as_str()),
            },
            evidence: answer.raw,
        })
    }

    async fn inquire(
        &self,
        invoice_id: &InvoiceId,
    ) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        let key = pockyt::InvoiceId::new(invoice_id.as_str()).map_err(|error| trouble(&error))?;
        let answer = self.client.inquire(&PayoutKey::InvoiceId(key)).await;
        let answer = answer.map_err(|error| trouble(&error))?;
        let payout = answer.value;
        Ok(Answer {
            value: PayoutSnapshot {
                invoice_id: invoice_id.clone(),
                transaction_no: Some(TransactionNo(payout.transaction_no.to_string())),
                money: None,
                fee: None,
                account_token: None,
                status: WireStatus::from_wire(payout.status.as_str()),
            },
            evidence: answer.raw,
        })
    }

    async fn balance(&self, _: Currency) -> Result<Answer<Money>, GatewayError> {
        not_measured()
    }

    fn read_notification(
        &self,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        notifications::read(content_type, body)
    }
}

pub(crate) struct SystemClock(pub(crate) Instant);

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn steady(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

pub(crate) struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn below(&self, bound: u64) -> u64 {
        let (high, _) = Uuid::new_v4().as_u64_pair();
        high.checked_rem(bound).unwrap_or(0)
    }
}

pub(crate) struct NoVault;

#[async_trait]
impl Vault for NoVault {
    async fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }

    async fn get(&self, _: &Secret) -> Result<Option<SecretString>, VaultError> {
        Ok(None)
    }

    async fn set(&self, _: &Secret, _: &SecretString) -> Result<(), VaultError> {
        Ok(())
    }

    async fn delete(&self, _: &Secret) -> Result<(), VaultError> {
        Ok(())
    }
}
