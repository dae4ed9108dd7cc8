//! The client and how it is set up. The endpoints are in the modules below, one per kind of record.

mod account;
mod exchange;
mod http;
mod money;
mod payee;
mod payor;
mod payout;
mod prepared;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::address::BaseUrl;
use crate::error::Error;
use crate::fields::Fields;
use crate::ids::{MerGroupNo, MerchantNo, PayorNo, StoreNo};
use crate::sign::Signer;

use http::Http;

pub use account::{
    AccountFilter, AccountMethod, BankPurpose, CreatedAccount, FundingAccount, NewAccount,
};
pub use money::{Balance, FxRate};
pub use payee::{
    GovernmentIdType, NewPayee, Payee, PayeeDetails, PayeeKey, PayeeUpdate, ProfileType,
    RegisteredPayee,
};
pub use payor::PayorDocument;
pub use payout::{Payout, PayoutKey};
pub use prepared::{PayOrder, PreparedPay, ProcessingChannel};

/// Who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// The merchant.
    pub merchant_no: MerchantNo,
    /// Its store.
    pub store_no: StoreNo,
    /// The merchant group; in integrations by a software vendor only.
    pub mer_group_no: Option<MerGroupNo>,
    /// The payor; for a merchant of record only. Goes with registrations and new accounts, not with payouts.
    pub payor_no: Option<PayorNo>,
}

/// How a [`Client`] is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the gateway is.
    pub base_url: BaseUrl,
    /// Who pays.
    pub merchant: Merchant,
    /// The API token.
    pub token: SecretString,
    /// How long to wait for a connection; 10 seconds unless told.
    pub connect_timeout: Duration,
    /// How long a request may take in all, the connection included; 20 seconds unless told.
    pub total_timeout: Duration,
    /// How reads are repeated.
    pub retry: Retry,
    /// The path of "Check FX Rate", which no stored page shows (question 2).
    pub fx_path: String,
    /// Where `timestamp` comes from.
    pub clock: Clock,
}

impl Config {
    /// The usual set-up for a merchant: the timeouts of Pockyt's Java SDK, up to two repetitions of reads.
    #[must_use]
    pub fn new(base_url: BaseUrl, merchant: Merchant, token: SecretString) -> Self {
        Self {
            base_url,
            merchant,
            token,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(20),
            retry: Retry::default(),
            fx_path: "/v3/payouts/fx-rate".to_owned(),
            clock: Clock::default(),
        }
    }
}

/// How reads are repeated when the trouble may pass. Writes never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often at most, after the first try.
    pub times: usize,
    /// The first pause; later ones are twice as long each, and every one is lengthened at random. Unless told, one
    /// second, so that no two tries have the same `timestamp`.
    pub pause: Duration,
}

impl Retry {
    /// Not at all.
    pub const NEVER: Self = Self {
        times: 0,
        pause: Duration::ZERO,
    };
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            times: 2,
            pause: Duration::from_secs(1),
        }
    }
}

/// Where `timestamp` comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Asks `now` whenever a request is made.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What Pockyt answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// What it means.
    pub value: T,
    /// What it said: the beginning of the body, at most 64 KiB, without the token or any government ID.
    pub raw: String,
}

/// A merchant's connection to Pockyt. Cheap to clone; clones share their connections.
///
/// Dropping the future of a call that writes leaves its outcome unknown, like a lost connection.
#[derive(Clone, Debug)]
pub struct Client {
    http: Arc<OnceLock<Http>>,
    config: Arc<Config>,
    signer: Signer,
}

impl Client {
    /// Takes a configuration; connects to nothing yet.
    ///
    /// # Errors
    /// [`Error::NotSent`] when the token is empty.
    pub fn new(config: Config) -> Result<Self, Error> {
        Ok(Self {
            http: Arc::default(),
            signer: Signer::new(&config.token)?,
            config: Arc::new(config),
        })
    }

    /// What requests leave by.
    ///
    /// # Errors
    /// [`Error::NotSent`] when the system's TLS cannot be set up.
    fn http(&self) -> Result<&Http, Error> {
        if let Some(known) = self.http.get() {
            return Ok(known);
        }
        let made = Http::new(&self.config)?;
        Ok(self.http.get_or_init(|| made))
    }

    /// The fields that every request has, except `timestamp` and the signature (section 2).
    fn fields(&self) -> Fields {
        let merchant = &self.config.merchant;
        let mut fields = Fields::default();
        fields
            .set("merchantNo", merchant.merchant_no.as_str())
            .set("storeNo", merchant.store_no.as_str())
            .set_opt(
                "merGroupNo",
                merchant.mer_group_no.as_ref().map(MerGroupNo::as_str),
            );
        fields
    }

    /// The same, with the payor of a merchant of record.
    fn payor_fields(&self) -> Fields {
        let mut fields = self.fields();
        fields.set_opt(
            "payorNo",
            self.config.merchant.payor_no.as_ref().map(PayorNo::as_str),
        );
        fields
    }
}

/// `yyyy-MM-ddTHH:mm:ssZ`, in UTC (section 2).
fn wire_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
