//! Pockyt's payouts API, version 3: signing, requests, answers and notifications.
//!
//! The wire format is that of `docs/pockyt-api.md`, compiled from public pages; "section" and "question" in these
//! documents mean its sections and the open questions of its section 10. What no page shows is marked **Experimental**
//! where it is used.
//!
//! # Paying
//!
//! A payout is made in two steps, so that its exact body can be on disk before its first byte is on the wire:
//!
//! ```no_run
//! use pockyt::{
//!     AccountToken, BaseUrl, Client, Config, CurrencyCode, CustomerNo, InvoiceId, Merchant, MerchantNo, PayOrder,
//!     PayoutKey, PreparedPay, RequestId, SANDBOX_URL, StoreNo, WireAmount,
//! };
//!
//! # async fn example(token: secrecy::SecretString, key: uuid::Uuid) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Config::new(
//!     BaseUrl::parse(SANDBOX_URL)?,
//!     Merchant {
//!         merchant_no: MerchantNo::new("200043")?,
//!         store_no: StoreNo::new("300014")?,
//!         mer_group_no: None,
//!         payor_no: None,
//!     },
//!     token,
//! ))?;
//! let invoice_id = InvoiceId::new("INV-2026-0001")?;
//! let order = PayOrder {
//!     customer_no: CustomerNo::new("2000305228303182610217")?,
//!     account_token: AccountToken::new("2010305228294111721580")?,
//!     invoice_id: invoice_id.clone(),
//!     amount: WireAmount::from_minor_units(125_000, 2)?,
//!     currency: CurrencyCode::new("USD")?,
//!     ipn_url: None,
//!     processing_channel: None,
//!     description: Some("Design work, October".to_owned()),
//!     note: None,
//!     subject: None,
//! };
//! let stored = client.prepare_pay(&order, jiff::Timestamp::now())?.to_json();
//! // ... write `stored` and `key` down durably, then:
//! match client.pay(&PreparedPay::from_json(&stored)?, RequestId::from(key)).await {
//!     Ok(answer) => println!("taken as {}", answer.value.transaction_no),
//!     Err(error) if error.pay_outcome_is_definite() => println!("certainly not paid: {error}"),
//!     Err(_) => {
//!         // It may have been paid. Ask; never pay again under another invoice ID.
//!         let payout = client.inquire(&PayoutKey::InvoiceId(invoice_id)).await?;
//!         println!("it is {}", payout.value.status);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Promises
//!
//! - HTTPS only, this computer's loopback excepted; no redirect is followed, no proxy used.
//! - What changes something is sent once. Only reads are repeated, a few times, when the trouble may pass.
//! - An [`Error`] says whether the request was refused, certainly not sent, or may have taken effect.
//! - Amounts are text or integers, never binary fractions.
//! - Neither the token nor a government ID shows up in any `Debug`, error, log line or piece of evidence.

#![deny(clippy::float_arithmetic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod amount;
mod client;
mod error;
mod fields;
mod ids;
mod invalid;
mod judge;
mod notification;
mod pairs;
mod redact;
mod secret;
pub mod sign;
mod status;
mod text;

pub use address::{BaseUrl, PRODUCTION_URL, SANDBOX_URL};
pub use amount::{BalanceAmount, WireAmount};
pub use client::{
    AccountFilter, AccountMethod, Answer, Balance, BankPurpose, Client, Clock, Config,
    CreatedAccount, FundingAccount, FxRate, GovernmentIdType, Merchant, NewAccount, NewPayee,
    PayOrder, Payee, PayeeDetails, PayeeKey, PayeeUpdate, PayorDocument, Payout, PayoutKey,
    PreparedPay, ProcessingChannel, ProfileType, RegisteredPayee, Retry,
};
pub use error::{Error, Evidence, NotSent, RefusalKind, Refused, Unknown, UnknownCause};
pub use ids::{
    AccountToken, CurrencyCode, CustomerNo, InvoiceId, MerGroupNo, MerchantNo, PayorNo, RequestId,
    StoreNo, TransactionNo,
};
pub use invalid::InvalidValue;
pub use notification::{
    ACKNOWLEDGEMENT, NOTIFICATION_LIMIT, ParseError, Received, Rejected, VerifiedNotification,
};
pub use secret::{BankNumber, ExtraFields, GovernmentId};
pub use status::{AccountStatus, PayeeStatus, PayoutStatus};
