//! Paying and asking what became of it (pockyt-api.md sections 4.12 and 4.13).

use jiff::Timestamp;
use serde::Deserialize;

use super::exchange::Reply;
use super::{Answer, Client, PreparedPay};
use crate::amount::WireAmount;
use crate::error::Error;
use crate::ids::{AccountToken, CurrencyCode, CustomerNo, InvoiceId, RequestId, TransactionNo};
use crate::status::PayoutStatus;
use crate::text;

/// How to name a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutKey {
    /// By the merchant's number.
    InvoiceId(InvoiceId),
    /// By Pockyt's number.
    TransactionNo(TransactionNo),
}

/// A payout as Pockyt has it. What is not needed to know it again may be missing or unreadable; then it is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// Pockyt's number.
    pub transaction_no: TransactionNo,
    /// What became of it. Right after paying it is always pending.
    pub status: PayoutStatus,
    /// The merchant's number. Never another than the one that was sent or asked for.
    pub invoice_id: Option<InvoiceId>,
    /// How much. Whether the fee is in it is not documented.
    pub amount: Option<WireAmount>,
    /// Pockyt's fee.
    pub fee: Option<WireAmount>,
    /// The currency.
    pub currency: Option<CurrencyCode>,
    /// The payee's account.
    pub account_token: Option<AccountToken>,
    /// The payee; not told on inquiry.
    pub customer_no: Option<CustomerNo>,
    /// When Pockyt took it.
    pub created_time: Option<Timestamp>,
    /// When it was paid.
    pub payment_time: Option<Timestamp>,
}

#[derive(Deserialize)]
struct PayoutReply {
    result: Wire,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    transaction_no: TransactionNo,
    #[serde(default, deserialize_with = "text::optional")]
    status: Option<String>,
    #[serde(default, deserialize_with = "text::optional")]
    invoice_id: Option<String>,
    #[serde(default, deserialize_with = "text::amount")]
    amount: Option<WireAmount>,
    #[serde(default, deserialize_with = "text::amount")]
    transaction_fee: Option<WireAmount>,
    #[serde(default, deserialize_with = "text::currency")]
    currency: Option<CurrencyCode>,
    #[serde(default, deserialize_with = "text::optional")]
    account_token: Option<String>,
    #[serde(default, deserialize_with = "text::optional")]
    customer_no: Option<String>,
    #[serde(default, deserialize_with = "text::time")]
    created_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "text::time")]
    payment_time: Option<Timestamp>,
}

impl Client {
    /// Signs and sends a prepared payout, once. It is never repeated here, whatever happens.
    ///
    /// A success means that Pockyt took the request, not that money was delivered.
    ///
    /// # Errors
    /// [`Error`]; ask [`Error::pay_outcome_is_definite`]. A success without a transaction number, or about another
    /// invoice ID than was sent, counts as unknown. Whatever else it tells otherwise than was sent, it is an acceptance:
    /// whether the fee is in the amount is not documented (section 7).
    pub async fn pay(
        &self,
        prepared: &PreparedPay,
        request_id: RequestId,
    ) -> Result<Answer<Payout>, Error> {
        self.check_merchant(prepared)?;
        let reply = self
            .transfer("/v3/payouts/pay", prepared.fields(), request_id)
            .await?;
        payout(&reply, &PayoutKey::InvoiceId(prepared.invoice_id().clone()))
    }

    /// Asks what became of a payout. Repeated when the trouble may pass.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_no_such_record`] when Pockyt has no such payout. An answer about another payout counts as
    /// garbled.
    pub async fn inquire(&self, key: &PayoutKey) -> Result<Answer<Payout>, Error> {
        let mut fields = self.fields();
        match key {
            PayoutKey::InvoiceId(id) => fields.set("invoiceId", id.as_str()),
            PayoutKey::TransactionNo(number) => fields.set("transactionNo", number.as_str()),
        };
        let reply = self.read("/v3/payouts/inquiry", fields).await?;
        payout(&reply, key)
    }
}

fn payout(reply: &Reply, asked: &PayoutKey) -> Result<Answer<Payout>, Error> {
    let wire = reply.json::<PayoutReply>()?.result;
    let other = match asked {
        PayoutKey::InvoiceId(id) => wire
            .invoice_id
            .as_ref()
            .is_some_and(|told| told != id.as_str()),
        PayoutKey::TransactionNo(number) => wire.transaction_no != *number,
    };
    if other {
        return Err(reply.garbled());
    }
    Ok(reply.answer(Payout {
        transaction_no: wire.transaction_no,
        status: PayoutStatus::from_wire(&wire.status.unwrap_or_default()),
        invoice_id: wire.invoice_id.and_then(|text| InvoiceId::new(text).ok()),
        amount: wire.amount,
        fee: wire.transaction_fee,
        currency: wire.currency,
        account_token: wire
            .account_token
            .and_then(|text| AccountToken::new(text).ok()),
        customer_no: wire.customer_no.and_then(|text| CustomerNo::new(text).ok()),
        created_time: wire.created_time,
        payment_time: wire.payment_time,
    }))
}
