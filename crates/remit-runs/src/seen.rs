//! What the owner saw, as a hash.

use remit_core::FundingAccount;
use sha2::{Digest, Sha256};

/// An account as the owner sees it, as a hash: one that changed since the review gets no money without another look.
#[must_use]
pub fn account_seen(account: &FundingAccount) -> String {
    let seen = (
        &account.token,
        &account.kind,
        &account.country,
        &account.currency,
        &account.masked,
    );
    // Texts can always be written.
    sha256_hex(serde_json::to_vec(&seen).unwrap_or_default())
}

pub(crate) fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        hex.push(digit(byte >> 4));
        hex.push(digit(byte & 15));
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use remit_core::{AccountStatus, AccountToken, PayeeId};
    use uuid::Uuid;

    /// Rows that are still to be sent keep it from one version of Remit to the next.
    #[test]
    fn what_was_seen_is_the_same_for_ever() {
        let account = |kind: &str, masked: Option<&str>| FundingAccount {
            token: AccountToken("20103052".to_owned()),
            payee_id: PayeeId(Uuid::nil()),
            kind: kind.to_owned(),
            country: "US".to_owned(),
            currency: "USD".to_owned(),
            masked: masked.map(str::to_owned),
            tag: Some("rent".to_owned()),
            status: AccountStatus::Activated,
            status_raw: "ACTIVATED".to_owned(),
            first_seen_at: Timestamp::UNIX_EPOCH,
            changed_at: None,
            checked_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(
            [
                account_seen(&account("BANK_ACCOUNT", Some("****5655"))),
                account_seen(&account("CHECK", None)),
            ],
            [
                "d05d28a608b0ae0c673402c5b1e4346d7c5a3b4923468eb7f2cb893633dda67b",
                "7dc13f8cfe9aab46f7c4555132cae1af3ad668fe04125bfa068ba0ac0431d95c",
            ]
        );
    }
}
