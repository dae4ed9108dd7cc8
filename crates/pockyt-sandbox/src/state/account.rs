//! Funding accounts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{NewMethod, State};

/// The kinds of funding account the sandbox knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum AccountKind {
    BankAccount,
    Paypal,
    Venmo,
    Crypto,
}

impl AccountKind {
    /// `accountType` and a notification's `vendor` on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::BankAccount => "BANK_ACCOUNT",
            Self::Paypal => "PAYPAL",
            Self::Venmo => "VENMO",
            Self::Crypto => "CRYPTO",
        }
    }
}

/// A funding account's status (pockyt-api.md section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Under compliance review, not usable.
    Pending,
    /// Usable.
    Activated,
    /// Not usable any more.
    Invalid,
}

impl AccountStatus {
    /// Upper-case wire spelling; the payout-accounts list spells it in lower case.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Activated => "ACTIVATED",
            Self::Invalid => "INVALID",
        }
    }
}

/// A payee's funding account. The full number is masked on arrival and never kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FundingAccount {
    /// Pockyt's token, 22 digits beginning with 2010.
    pub token: String,
    /// Whose it is.
    pub customer_no: String,
    /// What it is, and its masked number.
    pub method: NewMethod,
    /// The merchant's own reference.
    pub tag: Option<String>,
    /// Status.
    pub status: AccountStatus,
    /// Since when.
    pub created: Timestamp,
    /// Deleted accounts keep their row, so that old payouts still name them.
    pub removed: bool,
}

impl State {
    /// Adds an account and returns its token.
    pub(crate) fn add_account(
        &mut self,
        customer_no: &str,
        method: NewMethod,
        status: AccountStatus,
        tag: Option<String>,
        now: Timestamp,
    ) -> String {
        let token = self.number("2010", 22);
        let account = FundingAccount {
            token: token.clone(),
            customer_no: customer_no.to_owned(),
            method,
            tag,
            status,
            created: now,
            removed: false,
        };
        self.accounts.insert(token.clone(), account);
        token
    }
}

/// Keeps what lets a person recognise a number, an address or a handle, and hides the rest.
pub(crate) fn mask(number: &str) -> String {
    let chars: Vec<char> = number.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some((name, domain)) = number
        .trim()
        .split_once('@')
        .filter(|(name, _)| !name.is_empty())
    {
        let first: String = name.chars().take(1).collect();
        return format!("{first}***@{domain}");
    }
    let shown = if chars.len() > 6 {
        4
    } else {
        2.min(chars.len() / 2)
    };
    let tail: String = chars[chars.len() - shown..].iter().collect();
    format!("****{tail}")
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn masks_hide_most_of_it() {
        assert_eq!(mask("1234567890"), "****7890");
        assert_eq!(mask("12 34 56 78"), "****5678");
        assert_eq!(mask("ana@example.com"), "a***@example.com");
        assert_eq!(mask("@ana-ruiz"), "****ruiz");
        assert_eq!(mask("123"), "****3");
        assert_eq!(mask(""), "****");
    }
}
