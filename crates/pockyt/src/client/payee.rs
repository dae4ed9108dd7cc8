//! Payees (pockyt-api.md sections 4.1 to 4.4).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::{Answer, Client};
use crate::error::Error;
use crate::fields::Fields;
use crate::ids::CustomerNo;
use crate::invalid::InvalidValue;
use crate::secret::{ExtraFields, GovernmentId};
use crate::status::PayeeStatus;
use crate::text;

/// A person or a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileType {
    /// A person.
    Individual,
    /// A company. Its own fields are not documented; pass them as [`PayeeDetails::extra`].
    Business,
}

impl ProfileType {
    fn as_str(self) -> &'static str {
        match self {
            Self::Individual => "INDIVIDUAL",
            Self::Business => "BUSINESS",
        }
    }
}

/// What kind of number a government ID is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GovernmentIdType {
    /// A national identity card.
    IdCard,
    /// A United States social security number: all that is taken from US citizens.
    Ssn,
    /// A passport.
    Passport,
    /// A driver's licence.
    DriverLicense,
    /// A company's registration.
    BusinessRegistrationCert,
}

impl GovernmentIdType {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdCard => "ID_CARD",
            Self::Ssn => "SSN",
            Self::Passport => "PASSPORT",
            Self::DriverLicense => "DRIVER_LICENSE",
            Self::BusinessRegistrationCert => "BUSINESS_REGISTRATION_CERT",
        }
    }

    /// Reads the word on the wire.
    ///
    /// # Errors
    /// When it is none of the five.
    pub fn from_wire(word: &str) -> Result<Self, InvalidValue> {
        [
            Self::IdCard,
            Self::Ssn,
            Self::Passport,
            Self::DriverLicense,
            Self::BusinessRegistrationCert,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
        .ok_or_else(|| InvalidValue::new("governmentIdType", "is not one of the documented words"))
    }
}

/// What Pockyt may want to know about a payee. Which of it is required depends on country, profile type and the
/// account's features, and the documents disagree; Pockyt answers 000020 when something is missing. Empty text is not
/// sent.
#[derive(Clone, Debug, Default)]
pub struct PayeeDetails {
    /// Given name, in Chinese characters for payees in China.
    pub first_name: Option<String>,
    /// Family name, likewise.
    pub last_name: Option<String>,
    /// At least 18 years ago.
    pub date_of_birth: Option<Date>,
    /// Name or alpha-3 code of the country.
    pub country: Option<String>,
    /// ISO 3166 alpha-2.
    pub country_code: Option<String>,
    /// Two letters for the United States.
    pub state: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Second line.
    pub street2: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language, such as `en`.
    pub lang: Option<String>,
    /// The merchant's own code of the payee, unique.
    pub customer_code: Option<String>,
    /// What kind of number the government ID is.
    pub government_id_type: Option<GovernmentIdType>,
    /// The government ID.
    pub government_id: Option<GovernmentId>,
    /// Fields whose names the documents do not show.
    pub extra: ExtraFields,
}

impl PayeeDetails {
    fn write(&self, fields: &mut Fields) -> Result<(), InvalidValue> {
        let born = self.date_of_birth.map(|date| date.to_string().into());
        fields
            .set_opt("firstName", self.first_name.as_deref())
            .set_opt("lastName", self.last_name.as_deref())
            .set_secret("dateOfBirth", born.as_ref())
            .set_opt("country", self.country.as_deref())
            .set_opt("countryCode", self.country_code.as_deref())
            .set_opt("state", self.state.as_deref())
            .set_opt("city", self.city.as_deref())
            .set_opt("street", self.street.as_deref())
            .set_opt("street2", self.street2.as_deref())
            .set_opt("zip", self.zip.as_deref())
            .set_opt("phone", self.phone.as_deref())
            .set_opt("lang", self.lang.as_deref())
            .set_opt("customerCode", self.customer_code.as_deref())
            .set_opt(
                "governmentIdType",
                self.government_id_type.map(GovernmentIdType::as_str),
            )
            .set_secret(
                "governmentId",
                self.government_id.as_ref().map(GovernmentId::secret),
            )
            .extend(&self.extra)?;
        Ok(())
    }
}

/// A payee to register (section 4.1).
#[derive(Clone, Debug)]
pub struct NewPayee {
    /// A person or a company.
    pub profile_type: ProfileType,
    /// Unique among the merchant's payees.
    pub email: String,
    /// Everything else.
    pub details: PayeeDetails,
}

/// What is to change about a payee; what is left out stays (section 4.3). Whether Pockyt takes a new name or date of
/// birth is contradictory in the documents.
#[derive(Clone, Debug)]
pub struct PayeeUpdate {
    /// Which payee.
    pub customer_no: CustomerNo,
    /// A person or a company.
    pub profile_type: Option<ProfileType>,
    /// E-mail address.
    pub email: Option<String>,
    /// Everything else.
    pub details: PayeeDetails,
}

/// How to name a payee (section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayeeKey {
    /// By Pockyt's number: the safe way.
    CustomerNo(CustomerNo),
    /// By the merchant's code. One source only.
    CustomerCode(String),
    /// By e-mail address. One source only.
    Email(String),
}

/// What Pockyt answers to a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredPayee {
    /// Needed ever after.
    pub customer_no: CustomerNo,
    /// The merchant's code.
    pub customer_code: Option<String>,
    /// The documents disagree whether it is told.
    pub status: Option<PayeeStatus>,
    /// When.
    pub created_time: Option<Timestamp>,
}

/// A payee as Pockyt has it. The date of birth, which it tells as well, is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    /// Pockyt's number.
    pub customer_no: CustomerNo,
    /// Whether the payee may be paid.
    pub status: PayeeStatus,
    /// The merchant's code.
    pub customer_code: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// INDIVIDUAL or BUSINESS.
    pub profile_type: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language.
    pub lang: Option<String>,
    /// Name or alpha-3 code of the country.
    pub country: Option<String>,
    /// ISO 3166 alpha-2.
    pub country_code: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Second line.
    pub street2: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// When registered.
    pub created_time: Option<Timestamp>,
    /// When last changed.
    pub updated_time: Option<Timestamp>,
}

#[derive(Deserialize)]
struct CustomerReply {
    customer: Customer,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Customer {
    #[serde(deserialize_with = "text::optional")]
    customer_no: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    payee_status: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    status: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    customer_code: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    email: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    first_name: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    last_name: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    profile_type: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    phone: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    lang: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    country: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    country_code: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    state: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    city: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    street: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    street2: Option<String>,
    #[serde(deserialize_with = "text::optional")]
    zip: Option<String>,
    #[serde(deserialize_with = "text::time")]
    created_time: Option<Timestamp>,
    #[serde(deserialize_with = "text::time")]
    updated_time: Option<Timestamp>,
}

impl Client {
    /// Registers a payee. With the "Pockyt User" feature Pockyt then invites the payee by e-mail (section 8).
    ///
    /// # Errors
    /// [`Error`]. After [`Error::Unknown`] look the payee up by e-mail address before registering again. An answer about
    /// another customer code than was sent counts as garbled.
    pub async fn register_payee(&self, payee: &NewPayee) -> Result<Answer<RegisteredPayee>, Error> {
        let mut fields = self.payor_fields();
        fields
            .set("profileType", payee.profile_type.as_str())
            .set("email", payee.email.as_str());
        payee.details.write(&mut fields)?;
        let reply = self.write("/v3/payee/register", fields).await?;
        let customer = reply.json::<CustomerReply>()?.customer;
        let ours = payee.details.customer_code.as_deref();
        let other = |told: &str| ours.is_some_and(|ours| ours != told);
        let customer_no = reply_customer_no(customer.customer_no.as_deref())
            .filter(|_| !customer.customer_code.as_deref().is_some_and(other))
            .ok_or_else(|| reply.garbled())?;
        let status = customer.payee_status.or(customer.status);
        Ok(reply.answer(RegisteredPayee {
            customer_no,
            customer_code: customer.customer_code,
            status: status.as_deref().map(PayeeStatus::from_wire),
            created_time: customer.created_time,
        }))
    }

    /// Reads a payee. Repeated when the trouble may pass.
    ///
    /// # Errors
    /// [`Error`]; see [`Error::is_no_such_record`]. An answer that does not repeat what was asked for counts as garbled:
    /// money must not go to whomever a gateway answers with that ignores the key.
    pub async fn retrieve_payee(&self, key: &PayeeKey) -> Result<Answer<Payee>, Error> {
        let mut fields = self.fields();
        match key {
            PayeeKey::CustomerNo(number) => fields.set("customerNo", number.as_str()),
            PayeeKey::CustomerCode(code) => fields.set("customerCode", code.as_str()),
            PayeeKey::Email(email) => fields.set("email", email.as_str()),
        };
        let reply = self.read("/v3/payee/retrieve", fields).await?;
        let customer = reply.json::<CustomerReply>()?.customer;
        let customer_no = reply_customer_no(customer.customer_no.as_deref())
            .filter(|number| match key {
                PayeeKey::CustomerNo(asked) => asked == number,
                PayeeKey::CustomerCode(asked) => customer.customer_code.as_ref() == Some(asked),
                PayeeKey::Email(asked) => customer
                    .email
                    .as_ref()
                    .is_some_and(|told| told.trim().eq_ignore_ascii_case(asked.trim())),
            })
            .ok_or_else(|| reply.garbled())?;
        let status = customer
            .payee_status
            .or(customer.status)
            .unwrap_or_default();
        Ok(reply.answer(Payee {
            customer_no,
            status: PayeeStatus::from_wire(&status),
            customer_code: customer.customer_code,
            email: customer.email,
            first_name: customer.first_name,
            last_name: customer.last_name,
            profile_type: customer.profile_type,
            phone: customer.phone,
            lang: customer.lang,
            country: customer.country,
            country_code: customer.country_code,
            state: customer.state,
            city: customer.city,
            street: customer.street,
            street2: customer.street2,
            zip: customer.zip,
            created_time: customer.created_time,
            updated_time: customer.updated_time,
        }))
    }

    /// Changes a payee. What Pockyt answers is not documented beyond a confirmation; [`Client::retrieve_payee`] tells
    /// what it has now.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn update_payee(&self, update: &PayeeUpdate) -> Result<Answer<()>, Error> {
        let mut fields = self.fields();
        fields
            .set("customerNo", update.customer_no.as_str())
            .set_opt("profileType", update.profile_type.map(ProfileType::as_str))
            .set_opt("email", update.email.as_deref());
        update.details.write(&mut fields)?;
        let reply = self.write("/v3/payee/update", fields).await?;
        Ok(reply.answer(()))
    }

    /// Deletes a payee. **Experimental**: path and fields are assumed (question 1).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn delete_payee(&self, customer_no: &CustomerNo) -> Result<Answer<()>, Error> {
        self.off_board("/v3/payee/delete", customer_no).await
    }

    /// Deactivates a payee. **Experimental**: path and fields are assumed (question 1).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn deactivate_payee(&self, customer_no: &CustomerNo) -> Result<Answer<()>, Error> {
        self.off_board("/v3/payee/deactivate", customer_no).await
    }

    async fn off_board(&self, path: &str, customer_no: &CustomerNo) -> Result<Answer<()>, Error> {
        let mut fields = self.fields();
        fields.set("customerNo", customer_no.as_str());
        let reply = self.write(path, fields).await?;
        Ok(reply.answer(()))
    }
}

fn reply_customer_no(text: Option<&str>) -> Option<CustomerNo> {
    text.and_then(|text| CustomerNo::new(text).ok())
}
