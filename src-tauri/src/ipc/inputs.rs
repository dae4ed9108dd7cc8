//! What the window sends.

use remit_core::{
    Channel, Draft, PayeeChanges, PayeeId, PayeeSort, PayeeStatus, PayoutId, PayoutSort,
    ProfileType, Registration, State,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

use super::IpcError;
use remit_core::Code;

/// Where an account lives (pockyt-api.md section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The sandbox inside Remit.
    Demo,
    /// Pockyt's sandbox.
    Sandbox,
    /// Pockyt's production.
    Production,
    /// An address that the owner gives.
    Custom,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum Language {
    /// As the system has it.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    SimplifiedChinese,
}

/// What the owner prefers. Nothing secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// The language.
    pub language: Language,
}

/// A text that must not be seen: it is taken from the window, and never given back.
#[derive(Clone, Deserialize, Type)]
#[serde(transparent)]
#[specta(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// The secret, for its one use.
    pub(crate) fn into_secret(self) -> SecretString {
        SecretString::from(self.0.trim().to_owned())
    }

    fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

/// An account to connect.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectInput {
    /// The owner's name for it.
    pub name: String,
    /// Where it lives.
    pub environment: Environment,
    /// The address, for [`Environment::Custom`].
    pub base_url: Option<String>,
    /// 6 digits.
    pub merchant_no: String,
    /// 6 digits.
    pub store_no: String,
    /// The API token.
    pub token: SecretText,
    /// Whether the account has the "Pockyt User" feature (pockyt-api.md section 8).
    pub pockyt_user: bool,
}

/// Changes of an account.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileChanges {
    /// The owner's name for it.
    pub name: String,
    /// Whether it has the "Pockyt User" feature.
    pub pockyt_user: bool,
    /// A new token; nothing keeps the stored one.
    pub token: Option<SecretText>,
}

/// A page of the demo's sandbox.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DemoPage {
    /// Mails to payees.
    Mailbox,
    /// The payee portal.
    Portal,
    /// What can be tried in the demo.
    Guide,
}

/// Kind of a government ID (pockyt-api.md section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are Pockyt's")]
pub enum GovernmentIdType {
    Ssn,
    IdCard,
    Passport,
    DriverLicense,
    BusinessRegistrationCert,
}

impl GovernmentIdType {
    fn wire(self) -> &'static str {
        match self {
            Self::Ssn => "SSN",
            Self::IdCard => "ID_CARD",
            Self::Passport => "PASSPORT",
            Self::DriverLicense => "DRIVER_LICENSE",
            Self::BusinessRegistrationCert => "BUSINESS_REGISTRATION_CERT",
        }
    }
}

/// The language in which Pockyt writes to a payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MailLanguage {
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// A parameter that Pockyt asked for.
#[derive(Clone, Debug, Deserialize, Type)]
pub struct Extra {
    /// Its name at Pockyt.
    pub name: String,
    /// What the owner gave.
    pub value: SecretText,
}

/// A registration form.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RegisterPayee {
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
    /// `yyyy-mm-dd`.
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
    /// In which language Pockyt writes to the payee.
    pub lang: MailLanguage,
    /// Kind of the government ID, where Pockyt wants one.
    pub government_id_type: Option<GovernmentIdType>,
    /// The government ID; passes through, never stored.
    pub government_id: Option<SecretText>,
    /// What Pockyt asked for besides.
    pub extra: Vec<Extra>,
    /// Made once per opened form (UUID).
    pub request_id: String,
}

impl RegisterPayee {
    pub(crate) fn into_registration(self) -> Result<Registration, IpcError> {
        let id = self.request_id.parse().map(PayeeId).map_err(|_| {
            IpcError::field(Code::FieldInvalid, "requestId", "Open the form again.")
        })?;
        let some = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        Ok(Registration {
            payee_id: id,
            profile_type: self.profile_type,
            first_name: self.first_name.trim().to_owned(),
            last_name: self.last_name.trim().to_owned(),
            company: some(self.company),
            email: self.email.trim().to_owned(),
            phone: some(self.phone),
            date_of_birth: self.date_of_birth.trim().to_owned(),
            country_code: self.country_code.trim().to_ascii_uppercase(),
            state: self.state.trim().to_owned(),
            city: self.city.trim().to_owned(),
            street: self.street.trim().to_owned(),
            street2: some(self.street2),
            zip: self.zip.trim().to_owned(),
            lang: match self.lang {
                MailLanguage::En => "en".to_owned(),
                MailLanguage::Zh => "zh".to_owned(),
            },
            government_id_type: self.government_id_type.map(|kind| kind.wire().to_owned()),
            government_id: self
                .government_id
                .filter(|id| !id.is_empty())
                .map(SecretText::into_secret),
            extra: self
                .extra
                .into_iter()
                .filter(|extra| !extra.value.is_empty())
                .map(|extra| (extra.name, extra.value.into_secret()))
                .collect(),
        })
    }
}

/// Changes of a payee.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePayee {
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub phone: Option<String>,
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
    /// The owner's own note.
    pub note: String,
}

impl From<UpdatePayee> for PayeeChanges {
    fn from(changes: UpdatePayee) -> Self {
        let UpdatePayee {
            email,
            phone,
            country_code,
            state,
            city,
            street,
            street2,
            zip,
            note,
        } = changes;
        let some = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        Self {
            email: email.trim().to_owned(),
            phone: some(phone),
            country_code: country_code.trim().to_ascii_uppercase(),
            state,
            city,
            street,
            street2: some(street2),
            zip,
            note,
        }
    }
}

/// How payees are sorted.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PayeeOrder {
    /// By name.
    Name,
    /// By status.
    Status,
    /// Last paid first.
    LastPaid,
    /// Newest first.
    Newest,
}

/// Which payees.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayeeQuery {
    /// Part of a name, address or number.
    pub search: String,
    /// Only these; empty for all but refused registrations.
    pub statuses: Vec<PayeeStatus>,
    /// In which order.
    pub sort: PayeeOrder,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many.
    pub limit: u32,
}

impl From<PayeeQuery> for remit_core::PayeeQuery {
    fn from(query: PayeeQuery) -> Self {
        let sort = match query.sort {
            PayeeOrder::Name => PayeeSort::Name,
            PayeeOrder::Status => PayeeSort::Status,
            PayeeOrder::LastPaid => PayeeSort::LastPaid,
            PayeeOrder::Newest => PayeeSort::Newest,
        };
        Self {
            search: query.search,
            statuses: query.statuses,
            sort,
            cursor: query.cursor,
            limit: query.limit.clamp(1, 500),
        }
    }
}

/// A payment form.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayoutDraft {
    /// Made once per opened form (UUID).
    pub draft_id: String,
    /// Who is paid.
    pub payee_id: String,
    /// Where to.
    pub account_token: String,
    /// A decimal text.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The owner's number.
    pub invoice_id: String,
    /// How quickly.
    pub channel: Channel,
    /// What the payee may read.
    pub description: String,
    /// What only the owner reads.
    pub note: String,
    /// The payout that this one tries again.
    pub retry_of: Option<String>,
}

impl TryFrom<PayoutDraft> for Draft {
    type Error = IpcError;

    fn try_from(draft: PayoutDraft) -> Result<Self, IpcError> {
        let retry_of = draft
            .retry_of
            .map(|id| id.parse::<PayoutId>())
            .transpose()
            .map_err(|_| IpcError::bad_id(Code::PayoutNotFound))?;
        Ok(Self {
            id: draft.draft_id.parse().map_err(|_| {
                IpcError::field(Code::FieldInvalid, "draftId", "Open the form again.")
            })?,
            payee_id: draft
                .payee_id
                .parse()
                .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))?,
            account_token: draft.account_token.as_str().into(),
            amount: draft.amount,
            currency: draft.currency,
            invoice_id: draft.invoice_id,
            channel: draft.channel,
            description: draft.description,
            note: draft.note,
            retry_of,
        })
    }
}

impl From<Draft> for PayoutDraft {
    fn from(draft: Draft) -> Self {
        Self {
            draft_id: draft.id.to_string(),
            payee_id: draft.payee_id.to_string(),
            account_token: draft.account_token.0,
            amount: draft.amount,
            currency: draft.currency,
            invoice_id: draft.invoice_id,
            channel: draft.channel,
            description: draft.description,
            note: draft.note,
            retry_of: draft.retry_of.map(|id| id.to_string()),
        }
    }
}

/// How payouts are sorted.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PayoutOrder {
    /// Newest first.
    Newest,
    /// Largest first.
    Amount,
}

/// Which payouts.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PayoutQuery {
    /// Part of a name or number.
    pub search: String,
    /// Only these; empty for all.
    pub states: Vec<State>,
    /// Only this payee's.
    pub payee_id: Option<String>,
    /// Released at or after (RFC 3339).
    pub from: Option<String>,
    /// Released before (RFC 3339).
    pub to: Option<String>,
    /// In which order.
    pub sort: PayoutOrder,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most how many.
    pub limit: u32,
}

impl TryFrom<PayoutQuery> for remit_core::PayoutQuery {
    type Error = IpcError;

    fn try_from(query: PayoutQuery) -> Result<Self, IpcError> {
        let time = |field: &str, text: Option<String>| {
            text.map(|text| text.parse())
                .transpose()
                .map_err(|_| IpcError::field(Code::FieldInvalid, field, "This is not a time."))
        };
        Ok(Self {
            search: query.search,
            states: query.states,
            payee_id: query
                .payee_id
                .map(|id| id.parse())
                .transpose()
                .map_err(|_| IpcError::bad_id(Code::PayeeNotFound))?,
            from: time("from", query.from)?,
            to: time("to", query.to)?,
            sort: match query.sort {
                PayoutOrder::Newest => PayoutSort::Newest,
                PayoutOrder::Amount => PayoutSort::Amount,
            },
            cursor: query.cursor,
            limit: query.limit.clamp(1, 500),
        })
    }
}
