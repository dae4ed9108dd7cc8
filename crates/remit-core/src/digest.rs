//! SHA-256 as text.

use sha2::{Digest, Sha256};

/// The hash of these bytes, one part after the other, in 64 lower-case hex digits.
pub(crate) fn sha256_hex(parts: &[&[u8]]) -> String {
    let mut hex = String::with_capacity(64);
    let digit = |value: u8| {
        char::from(if value < 10 {
            b'0' + value
        } else {
            b'a' + value - 10
        })
    };
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    for byte in hash.finalize() {
        hex.push(digit(byte >> 4));
        hex.push(digit(byte & 15));
    }
    hex
}
