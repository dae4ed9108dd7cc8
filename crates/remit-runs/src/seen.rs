//! What the owner saw, as a hash.

use remit_core::FundingAccount;
use sha2::{Digest, Sha256};

/// An account as the owner sees it, as a hash: one that changed since the review gets no money without another look.
#[must_use]
pub fn account_seen(account: &FundingAccount) -> String {
    let seen = serde_json::json!([
        account.token,
        account.kind,
        account.country,
        account.currency,
        account.masked,
    ]);
    sha256_hex(seen.to_string())
}

pub(crate) fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write;

    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
