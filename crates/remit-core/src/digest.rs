//! SHA-256 as text.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The hash in 64 lower-case hex digits.
pub(crate) fn sha256_hex(content: &str) -> String {
    Sha256::digest(content.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
