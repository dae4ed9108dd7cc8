//! Payees and the accounts their money goes to.

use crate::ids::{AccountToken, CustomerNo, PayeeId};
use crate::payout::{Actor, Channel};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A person or a company (pockyt-api.md section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum ProfileType {
    /// A natural person.
    Individual,
    /// A company.
    Business,
}

/// Where a payee stands. Pockyt's words are mapped without regard to case or spelling (pockyt-api.md section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum PayeeStatus {
    /// The registration is on its way, or its answer was lost and Remit is checking.
    Registering,
    /// Pockyt definitely refused the registration; the owner may correct and send it again.
    Refused,
    /// Invited; documents or agreement outstanding.
    Pending,
    /// Documents are with compliance.
    InReview,
    /// May be paid.
    Active,
    /// Rejected by compliance.
    Declined,
    /// Off-boarded.
    Deactivated,
    /// A word that Remit does not know; kept raw, and never taken for Active.
    Unknown,
}

impl PayeeStatus {
    /// Reads Pockyt's word.
    #[must_use]
    pub fn from_wire(word: &str) -> Self {
        match word
            .trim()
            .to_ascii_lowercase()
            .replace([' ', '-'], "_")
            .as_str()
        {
            "active" | "activated" => Self::Active,
            "pending" => Self::Pending,
            "in_review" | "under_review" | "review" => Self::InReview,
            "declined" => Self::Declined,
            "deactivated" => Self::Deactivated,
            _ => Self::Unknown,
        }
    }

    /// Who must act for the payee to become, or stay, payable.
    #[must_use]
    pub fn must_act(self) -> Actor {
        match self {
            Self::Pending => Actor::Payee,
            Self::InReview => Actor::Pockyt,
            Self::Refused | Self::Declined | Self::Deactivated | Self::Unknown => Actor::Owner,
            Self::Registering => Actor::Remit,
            Self::Active => Actor::Nobody,
        }
    }
}

/// A payee. Date of birth and government IDs pass through to Pockyt and are never stored (I9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    /// Remit's number.
    pub id: PayeeId,
    /// Pockyt's number, once it has answered the registration.
    pub customer_no: Option<CustomerNo>,
    /// A person or a company.
    pub profile_type: ProfileType,
    /// Given name (of the contact, for a company).
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Name of the company.
    pub company: Option<String>,
    /// E-mail address; unique in the ledger without regard to case, as it is at Pockyt.
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
    /// Language of Pockyt's mails to the payee: `en` or `zh`.
    pub lang: String,
    /// Where the payee stands.
    pub status: PayeeStatus,
    /// Pockyt's own word for it.
    pub status_raw: Option<String>,
    /// Since when.
    pub status_since: Timestamp,
    /// Pockyt's words, or Remit's, about why.
    pub reason: Option<String>,
    /// When Pockyt was last asked.
    pub checked_at: Option<Timestamp>,
    /// When Remit asks Pockyt next by itself, if it does.
    pub next_check_at: Option<Timestamp>,
    /// How many checks have answered that Pockyt has no such payee (only while registering), or ran so far.
    pub checks: u32,
    /// The owner's own note.
    pub note: String,
    /// When the owner registered the payee.
    pub created_at: Timestamp,
    /// Counts the changes of this row; a change is refused when another came first.
    pub revision: u64,
}

impl Payee {
    /// The name to show.
    #[must_use]
    pub fn display_name(&self) -> String {
        if let Some(company) = self.company.as_deref().filter(|name| !name.is_empty()) {
            return company.to_owned();
        }
        // Chinese names are written family name first, without a space.
        let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        if han(&self.first_name) || han(&self.last_name) {
            format!("{}{}", self.last_name, self.first_name)
        } else {
            format!("{} {}", self.first_name, self.last_name)
                .trim()
                .to_owned()
        }
    }
}

/// What the owner may change of a payee (pockyt-api.md section 4.3); names are fixed at Pockyt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayeeChanges {
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
    /// The owner's own note; stays in Remit.
    pub note: String,
}

/// Where a funding account stands (pockyt-api.md section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum AccountStatus {
    /// With compliance; not usable yet.
    Pending,
    /// Usable.
    Activated,
    /// Not usable.
    Invalid,
    /// Pockyt no longer lists it.
    Gone,
    /// A word that Remit does not know; never taken for usable.
    Unknown,
}

impl AccountStatus {
    /// Reads Pockyt's word.
    #[must_use]
    pub fn from_wire(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "activated" | "active" => Self::Activated,
            "pending" => Self::Pending,
            "invalid" => Self::Invalid,
            _ => Self::Unknown,
        }
    }
}

/// What the label of a bank account begins with.
const BANK_ACCOUNT: &str = "Bank account";

/// A funding account of a payee, as Pockyt lists it (pockyt-api.md section 4.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundingAccount {
    /// Pockyt's number.
    pub token: AccountToken,
    /// Whose it is.
    pub payee_id: PayeeId,
    /// `BANK_ACCOUNT`, `PAYPAL`, `VENMO` or another word of Pockyt's.
    pub kind: String,
    /// ISO 3166 alpha-2, where Pockyt gives it.
    pub country: String,
    /// Currency code; text, because an account in an unknown currency must still be shown.
    pub currency: String,
    /// What Pockyt shows of the number: `****5655`.
    pub masked: Option<String>,
    /// The merchant's own reference.
    pub tag: Option<String>,
    /// Where it stands.
    pub status: AccountStatus,
    /// Pockyt's own word for it.
    pub status_raw: String,
    /// When Remit first saw it.
    pub first_seen_at: Timestamp,
    /// When its number, kind, country or currency last changed under the same token.
    pub changed_at: Option<Timestamp>,
    /// When Pockyt was last asked about it.
    pub checked_at: Timestamp,
}

impl FundingAccount {
    /// Whether a payout may go to it now.
    #[must_use]
    pub fn usable(&self) -> bool {
        self.status == AccountStatus::Activated
    }

    /// The channels that a payout to it can be sent by, the default first; none where there is no choice. ACH and real-time
    /// payments are of the clearing of US banks: a wallet, a card or a bank elsewhere has no part in it.
    #[must_use]
    pub fn channels(&self) -> &'static [Channel] {
        let is = |text: &str, word: &str| text.trim().eq_ignore_ascii_case(word);
        // Pockyt does not always give the country.
        let in_us = ["US", "USA", ""].iter().any(|word| is(&self.country, word));
        if is(&self.kind, "BANK_ACCOUNT") && in_us && is(&self.currency, "USD") {
            &[
                Channel::StandardAch,
                Channel::SameDayAch,
                Channel::RealTimePay,
            ]
        } else {
            &[]
        }
    }

    /// The channel that a payout to it takes when this one is wished for.
    #[must_use]
    pub fn channel(&self, wished: Channel) -> Channel {
        let channels = self.channels();
        let default = channels.first().copied();
        if channels.contains(&wished) {
            wished
        } else {
            default.unwrap_or(Channel::Unspecified)
        }
    }

    /// A short name to show: `Bank account ••••5655`.
    #[must_use]
    pub fn label(&self) -> String {
        let kind = self.kind_shown();
        match &self.masked {
            Some(masked) => format!("{kind} {}", masked.replace('*', "•")),
            None => kind.to_owned(),
        }
    }

    /// The kind of account that a label tells of, as it is shown there.
    #[must_use]
    pub fn kind_in(label: &str) -> &str {
        if label.starts_with(BANK_ACCOUNT) {
            return BANK_ACCOUNT;
        }
        // Pockyt's own words for the others have no space.
        label.split_once(' ').map_or(label, |(kind, _)| kind)
    }

    /// Its kind, as it is shown.
    #[must_use]
    pub fn kind_shown(&self) -> &str {
        match self.kind.to_ascii_uppercase().as_str() {
            "BANK_ACCOUNT" => BANK_ACCOUNT,
            "PAYPAL" => "PayPal",
            "VENMO" => "Venmo",
            _ => &self.kind,
        }
    }
}
