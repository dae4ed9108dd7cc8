//! Payees.

use super::SecretText;
use crate::ipc::IpcError;
use remit_core::{Code, PayeeChanges, PayeeId, PayeeSort, PayeeStatus, ProfileType, Registration};
use serde::{Deserialize, Serialize};
use specta::Type;

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
