//! Mails the sandbox would have sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Payee;
use crate::money::Money;

/// What a mail says. Its words are chosen when it is read, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// Come to the portal.
    Invitation,
    /// You may be paid.
    Approved,
    /// You may not.
    Declined,
    /// Money is on its way to you.
    Arrived {
        /// How much the merchant paid.
        amount: Money,
        /// What was taken from it.
        fee: Money,
        /// The merchant's public description, if any.
        description: Option<String>,
    },
    /// A payment went back.
    Returned {
        /// How much.
        amount: Money,
    },
}

/// One mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mail {
    /// Its page's name.
    pub id: String,
    /// Address.
    pub to: String,
    /// To which payee.
    pub customer_no: String,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub kind: MailKind,
}

impl Mail {
    pub(crate) fn to(payee: &Payee, kind: MailKind, at: Timestamp) -> Self {
        Self {
            id: Uuid::new_v4().simple().to_string(),
            to: payee.field("email").to_owned(),
            customer_no: payee.customer_no.clone(),
            at,
            kind,
        }
    }
}
