//! SHA-256 as text.

use sha2::{Digest, Sha256};

/// The hash in 64 lower-case hex digits.
pub(crate) fn sha256_hex(content: &str) -> String {
    let digit = |value: u8| {
        char::from(if value < 10 {
            b'0' + value
        } else {
            b'a' + value - 10
        })
    };
    Sha256::digest(content.as_bytes())
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
