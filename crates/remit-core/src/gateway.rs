//! The port to Pockyt.

use crate::ids::{
    AccountToken, CustomerNo, InvoiceId, PayeeId, RequestKey, TransactionNo, WireBody,
};
use crate::money::{Currency, Money};
use crate::payee::{PayeeChanges, ProfileType};
use crate::payout::{Channel, Reason};
use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

/// What Pockyt answered, and the raw answer as evidence (bounded, without secrets).
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// What it means.
    pub value: T,
    /// What it said.
    pub evidence: String,
}

/// How sure Remit is that a request did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Pockyt definitely refused it.
    Refused,
    /// It certainly never left this computer.
    NotSent,
    /// It may have taken effect.
    Unknown,
}

/// What kind of trouble, for messages and decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Pockyt has this request, or this invoice ID, already.
    Duplicate,
    /// The signature, and so the token, is wrong.
    TokenRejected,
    /// No such merchant or store, or no rights.
    MerchantRejected,
    /// A required parameter is missing; [`GatewayError::field`] names it where Pockyt did.
    MissingParameter,
    /// No such record (000021).
    NoSuchRecord,
    /// The payee's e-mail address is registered already.
    EmailRegistered,
    /// A value has the wrong form, or values do not fit together.
    BadValue,
    /// 000040, which means "balance" in one source and "state" in another (pockyt-api.md section 6).
    BalanceOrState,
    /// Another refusal.
    Other,
    /// A code that is in no list.
    Unrecognised,
    /// The host could not be reached.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The connection broke.
    ConnectionLost,
    /// The answer was not what Pockyt sends.
    Garbled,
    /// 000000, 000080 or HTTP 5xx.
    SystemError,
    /// The gateway asks for fewer requests (HTTP 429).
    RateLimited,
    /// The token could not be read from the keychain.
    TokenUnavailable,
    /// Remit refuses to send it: an identifier or address has the wrong form.
    Invalid,
}

impl Refusal {
    /// The reason that a payout shows.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Duplicate => Reason::Duplicate,
            Self::Unrecognised => Reason::UnrecognisedAnswer,
            Self::Unreachable => Reason::NotSent,
            Self::Timeout => Reason::NoAnswer,
            Self::ConnectionLost => Reason::ConnectionLost,
            Self::Garbled => Reason::Garbled,
            Self::SystemError | Self::RateLimited => Reason::SystemError,
            Self::TokenUnavailable => Reason::TokenUnavailable,
            Self::TokenRejected
            | Self::MerchantRejected
            | Self::MissingParameter
            | Self::NoSuchRecord
            | Self::EmailRegistered
            | Self::BadValue
            | Self::BalanceOrState
            | Self::Other
            | Self::Invalid => Reason::Refused,
        }
    }
}

/// A request that did not end in an answer that can be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{kind:?} ({certainty:?}){}", .words.as_deref().map(|words| format!(": {words}")).unwrap_or_default())]
pub struct GatewayError {
    /// How sure Remit is that it did nothing.
    pub certainty: Certainty,
    /// What kind of trouble.
    pub kind: Refusal,
    /// Pockyt's own words: `000021 no such record`.
    pub words: Option<String>,
    /// The parameter that Pockyt named.
    pub field: Option<String>,
    /// The raw answer (bounded, without secrets).
    pub evidence: Option<String>,
}

/// What is sent to register a payee (pockyt-api.md section 4.1).
#[derive(Clone, Debug)]
pub struct Registration {
    /// Remit's number; the customer code derives from it.
    pub payee_id: PayeeId,
    /// A person or a company.
    pub profile_type: ProfileType,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Name of the company.
    pub company: Option<String>,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// `yyyy-mm-dd`; not stored.
    pub date_of_birth: String,
    /// ISO 3166 alpha-2.
    pub country_code: String,
    /// State or province.
    pub state: String,
    /// City.
    pub city: String,
    /// Street and number.
    pub street: String,
    /// Second line.
    pub street2: Option<String>,
    /// Postal code.
    pub zip: String,
    /// `en` or `zh`.
    pub lang: String,
    /// Kind of the government ID; only where Pockyt wants one.
    pub government_id_type: Option<String>,
    /// The government ID; passes through, never stored (I9).
    pub government_id: Option<SecretString>,
    /// Parameters that Pockyt said were missing, as the owner added them; not stored.
    pub extra: Vec<(String, SecretString)>,
}

/// What Pockyt answers to a registration.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Pockyt's number of the payee.
    pub customer_no: CustomerNo,
    /// Its word for the status, where it gives one.
    pub status: Option<String>,
}

/// How to name a payee to Pockyt (pockyt-api.md section 4.2).
#[derive(Clone, Debug)]
pub enum PayeeKey {
    /// By Pockyt's number.
    CustomerNo(CustomerNo),
    /// By the merchant's code.
    CustomerCode(String),
    /// By e-mail address.
    Email(String),
}

/// A payee as Pockyt has it (pockyt-api.md section 4.2).
#[derive(Clone, Debug)]
pub struct PayeeSnapshot {
    /// Pockyt's number.
    pub customer_no: CustomerNo,
    /// Its word for the status.
    pub status: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// A person or a company, where told.
    pub profile_type: Option<ProfileType>,
    /// Telephone number.
    pub phone: Option<String>,
    /// ISO 3166 alpha-2.
    pub country_code: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
}

/// A funding account as Pockyt lists it (pockyt-api.md section 4.5).
#[derive(Clone, Debug)]
pub struct AccountSnapshot {
    /// Pockyt's number.
    pub token: AccountToken,
    /// `BANK_ACCOUNT` and so on.
    pub kind: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// Currency code.
    pub currency: String,
    /// `****5655`.
    pub masked: Option<String>,
    /// The merchant's own reference.
    pub tag: Option<String>,
    /// Its word for the status.
    pub status: String,
}

/// What is to be paid (pockyt-api.md section 4.12).
#[derive(Clone, Debug)]
pub struct PayOrder {
    /// The payee.
    pub customer_no: CustomerNo,
    /// The account.
    pub account_token: AccountToken,
    /// The owner's number.
    pub invoice_id: InvoiceId,
    /// How much.
    pub money: Money,
    /// How quickly.
    pub channel: Channel,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
    /// Where notifications go.
    pub ipn_url: Option<String>,
}

/// A status of a payout in Pockyt's words (pockyt-api.md section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireStatus {
    /// Accepted, queued.
    Pending,
    /// Credited.
    Success,
    /// Not completed; nothing deducted.
    Failed,
    /// The money came back.
    Returned,
    /// Any other word: kept raw, not final.
    Other(String),
}

impl WireStatus {
    /// Reads Pockyt's word, without regard to case.
    #[must_use]
    pub fn from_wire(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "pending" | "processing" => Self::Pending,
            "success" => Self::Success,
            "failed" => Self::Failed,
            "returned" => Self::Returned,
            _ => Self::Other(word.trim().chars().take(64).collect()),
        }
    }

    /// Pockyt's word for it.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Returned => "returned",
            Self::Other(word) => word,
        }
    }
}

/// What Pockyt answers to pay: a request confirmed, not money delivered (pockyt-api.md section 4.12).
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Pockyt's number.
    pub transaction_no: TransactionNo,
    /// Its fee, where told and readable.
    pub fee: Option<Money>,
    /// Its first status.
    pub status: WireStatus,
}

/// A payout as Pockyt has it (pockyt-api.md section 4.13).
#[derive(Clone, Debug)]
pub struct PayoutSnapshot {
    /// The owner's number.
    pub invoice_id: InvoiceId,
    /// Pockyt's number.
    pub transaction_no: Option<TransactionNo>,
    /// How much; nothing where it cannot be read.
    pub money: Option<Money>,
    /// Its fee, where told and readable.
    pub fee: Option<Money>,
    /// The account, where told.
    pub account_token: Option<AccountToken>,
    /// Its status.
    pub status: WireStatus,
}

/// A notification whose signature holds (pockyt-api.md section 5).
#[derive(Clone, Debug)]
pub struct Notification {
    /// What it tells.
    pub payout: PayoutSnapshot,
    /// The body as it came, bounded.
    pub raw: String,
}

impl GatewayError {
    /// A request that certainly did not leave this computer.
    #[must_use]
    pub fn not_sent() -> Self {
        Self {
            certainty: Certainty::NotSent,
            kind: Refusal::Unreachable,
            words: None,
            field: None,
            evidence: None,
        }
    }
}

/// Pockyt, as the engine sees it. Reads may be retried by an implementation; [`Gateway::pay`] never is.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Registers a payee.
    async fn register(
        &self,
        registration: &Registration,
    ) -> Result<Answer<Registered>, GatewayError>;
    /// Changes a payee.
    async fn update(
        &self,
        customer_no: &CustomerNo,
        changes: &PayeeChanges,
    ) -> Result<Answer<()>, GatewayError>;
    /// Reads a payee.
    async fn retrieve(&self, key: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError>;
    /// Lists a payee's funding accounts, or only one of them.
    async fn accounts(
        &self,
        customer_no: &CustomerNo,
        only: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError>;
    /// Makes the exact body of a pay request. Pure: it sends nothing and needs no token.
    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError>;
    /// Sends a body that is already durable, once.
    async fn pay(&self, body: &WireBody, key: RequestKey)
    -> Result<Answer<Accepted>, GatewayError>;
    /// Asks what became of an invoice ID. [`Refusal::NoSuchRecord`] means that Pockyt has no such payout.
    async fn inquire(&self, invoice_id: &InvoiceId)
    -> Result<Answer<PayoutSnapshot>, GatewayError>;
    /// Reads the balance in one currency.
    async fn balance(&self, currency: Currency) -> Result<Answer<Money>, GatewayError>;
    /// Reads a notification and checks its signature.
    ///
    /// # Errors
    /// [`crate::Verdict::Forged`] with the invoice ID it claims, where one can be read.
    fn read_notification(
        &self,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>>;
}
