//! Payees and their way through the portal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccountKind, AccountStatus, FundingAccount, Mail, MailKind, State};

/// A payee's status at Pockyt (pockyt-api.md section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayeeStatus {
    /// Documents, agreement or review outstanding.
    Pending,
    /// May be paid.
    Active,
    /// Rejected.
    Declined,
    /// Off-boarded.
    Deactivated,
}

/// How far a payee is in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Invited; has not confirmed the details yet.
    Details,
    /// Confirms who they are.
    Identity,
    /// Chooses where the money goes.
    Method,
    /// Looks everything over and submits.
    Check,
    /// Submitted; compliance looks at it.
    InReview,
    /// Done, one way or the other.
    Closed,
}

/// Kind of identity document a payee says they hold. The document itself is never asked for or kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// Passport.
    Passport,
    /// Driver's licence.
    DriverLicense,
    /// National identity card.
    IdCard,
}

/// What a payee confirmed about themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Full name.
    pub name: String,
    /// `yyyy-mm-dd`.
    pub date_of_birth: String,
    /// What they would show.
    pub document: Document,
}

/// A payout method as entered; the account number is already masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMethod {
    /// What it is.
    pub kind: AccountKind,
    /// Country, alpha-2.
    pub country: String,
    /// Currency code.
    pub currency: String,
    /// Masked account number, address or handle.
    pub masked: String,
    /// The bank's name or another short label.
    pub label: String,
}

impl NewMethod {
    /// A plausible method of this kind, for playing a payee without the portal.
    #[must_use]
    pub fn sample(kind: AccountKind) -> Self {
        let (masked, label) = match kind {
            AccountKind::BankAccount => ("****6789", "Checking"),
            AccountKind::Paypal => ("p***@example.com", "PayPal"),
            AccountKind::Venmo => ("@p***", "Venmo"),
            AccountKind::Crypto => ("0x12****cdef", "ETH - Ethereum"),
        };
        Self {
            kind,
            country: "US".to_owned(),
            currency: "USD".to_owned(),
            masked: masked.to_owned(),
            label: label.to_owned(),
        }
    }
}

/// What a payee has done in the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onboarding {
    /// How far they are.
    pub stage: Stage,
    /// Confirmed identity.
    pub identity: Option<Identity>,
    /// Chosen method, until it becomes a funding account.
    pub method: Option<NewMethod>,
}

/// A payee.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payee {
    /// Pockyt's number, 22 digits beginning with 2000.
    pub customer_no: String,
    /// The fields the merchant sent, by wire name. Never a government ID.
    pub profile: BTreeMap<String, String>,
    /// Status at Pockyt.
    pub status: PayeeStatus,
    /// Since when.
    pub created: Timestamp,
    /// Last change.
    pub updated: Timestamp,
    /// What the invitation link holds.
    pub portal_token: String,
    /// The way through the portal.
    pub onboarding: Onboarding,
    /// Deleted payees keep their row, so that their payouts still name somebody.
    pub deleted: bool,
}

impl Payee {
    /// One field of the profile, empty if it was not given.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.profile.get(name).map_or("", String::as_str)
    }

    /// First and last name, in the order of the payee's script: no space and family name first in Chinese.
    #[must_use]
    pub fn name(&self) -> String {
        let (first, last) = (self.field("firstName"), self.field("lastName"));
        if first.is_ascii() || last.is_ascii() || self.field("countryCode") != "CN" {
            format!("{first} {last}").trim().to_owned()
        } else {
            format!("{last}{first}")
        }
    }
}

/// The steps of the portal, for a payee who is still filling things in.
impl Payee {
    pub(crate) fn confirm_details(&mut self) {
        if self.onboarding.stage == Stage::Details {
            self.onboarding.stage = Stage::Identity;
        }
    }

    pub(crate) fn confirm_identity(&mut self, identity: Identity) {
        self.onboarding.identity = Some(identity);
        self.onboarding.stage = match self.onboarding.method {
            Some(_) => Stage::Check,
            None => Stage::Method,
        };
    }

    pub(crate) fn choose_method(&mut self, method: NewMethod) {
        self.onboarding.method = Some(method);
        self.onboarding.stage = Stage::Check;
    }
}

impl State {
    /// Adds a payee; `invited` mails an invitation and leaves the rest to the portal.
    pub(crate) fn add_payee(
        &mut self,
        profile: BTreeMap<String, String>,
        invited: bool,
        now: Timestamp,
    ) -> String {
        let customer_no = self.number("2000", 22);
        let payee = Payee {
            customer_no: customer_no.clone(),
            profile,
            status: if invited {
                PayeeStatus::Pending
            } else {
                PayeeStatus::Active
            },
            created: now,
            updated: now,
            portal_token: Uuid::new_v4().simple().to_string(),
            onboarding: Onboarding {
                stage: if invited {
                    Stage::Details
                } else {
                    Stage::Closed
                },
                identity: None,
                method: None,
            },
            deleted: false,
        };
        if invited {
            self.mails.push(Mail::to(&payee, MailKind::Invitation, now));
        }
        self.payees.insert(customer_no.clone(), payee);
        customer_no
    }

    /// Turns the chosen method into a funding account under review, and the payee over to compliance.
    pub(crate) fn submit_onboarding(
        &mut self,
        customer_no: &str,
        now: Timestamp,
    ) -> Option<String> {
        let payee = self.payees.get_mut(customer_no)?;
        let method = payee.onboarding.method.take()?;
        payee.onboarding.stage = Stage::InReview;
        payee.updated = now;
        Some(self.add_account(customer_no, method, AccountStatus::Pending, None, now))
    }

    /// Gives a payee this status, with what follows from it: accounts under review are activated with their owner, a
    /// declined payee may start again, and a mail says so where Pockyt writes to payees.
    pub(crate) fn set_payee_status(
        &mut self,
        customer_no: &str,
        status: PayeeStatus,
        writes_mail: bool,
        now: Timestamp,
    ) -> bool {
        let Some(payee) = self.payees.get_mut(customer_no) else {
            return false;
        };
        let changed = payee.status != status;
        payee.status = status;
        payee.updated = now;
        let pending_accounts = match status {
            PayeeStatus::Active => Some(AccountStatus::Activated),
            PayeeStatus::Declined => Some(AccountStatus::Invalid),
            PayeeStatus::Pending | PayeeStatus::Deactivated => None,
        };
        payee.onboarding.stage = match status {
            PayeeStatus::Pending if payee.onboarding.stage == Stage::Closed => Stage::Details,
            PayeeStatus::Pending => payee.onboarding.stage,
            _ => Stage::Closed,
        };
        let kind = match status {
            PayeeStatus::Active => Some(MailKind::Approved),
            PayeeStatus::Declined => Some(MailKind::Declined),
            PayeeStatus::Pending | PayeeStatus::Deactivated => None,
        };
        if let (Some(kind), true, true) = (kind, changed, writes_mail) {
            self.mails.push(Mail::to(payee, kind, now));
        }
        if let Some(account_status) = pending_accounts {
            self.accounts
                .values_mut()
                .filter(|a| a.customer_no == customer_no && a.status == AccountStatus::Pending)
                .for_each(|a: &mut FundingAccount| a.status = account_status);
        }
        true
    }
}
