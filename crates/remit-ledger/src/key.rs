//! The key of a ledger file.

mod recovery;

use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use zeroize::{ZeroizeOnDrop, Zeroizing};

const BYTES: usize = 32;

/// The 256-bit key that a ledger file is encrypted with. It is overwritten in memory when dropped, and never shown.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct LedgerKey([u8; BYTES]);

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The operating system gave no random bytes.
    #[error(
        "The operating system gave no random numbers, so no key could be made. Restart the computer and try again."
    )]
    NoRandomness,
    /// Not 64 hexadecimal digits.
    #[error("What the keychain holds is not a ledger key: a key is 64 hexadecimal digits.")]
    Malformed,
    /// A recovery key with too few characters.
    #[error("A recovery key has 14 groups of 4 characters; {0} characters are missing.")]
    TooShort(usize),
    /// A recovery key with too many characters.
    #[error("A recovery key has 14 groups of 4 characters; here are {0} characters too many.")]
    TooLong(usize),
    /// A character that no recovery key has.
    #[error(
        "No recovery key has a “{character}”: look at character {place} of group {group} again. It has digits, and the letters A to Z without I, L, O and U."
    )]
    NoSuchCharacter {
        /// What was entered.
        character: char,
        /// In which group, from 1.
        group: usize,
        /// Where in the group, from 1.
        place: usize,
    },
    /// A recovery key that has a mistake in one group.
    #[error("Group {0} of the recovery key is mistyped. Compare it with what you wrote down.")]
    MistypedGroup(usize),
    /// A recovery key that has several mistakes, or is none.
    #[error(
        "This is not a recovery key, or more than one character of it is mistyped. Compare each group with what you wrote down."
    )]
    Mistyped,
}

impl LedgerKey {
    /// A fresh key from the operating system's random numbers.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| KeyError::NoRandomness)?;
        Ok(Self(*bytes))
    }

    /// Reads the 64 hexadecimal digits that [`LedgerKey::to_secret`] wrote.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        hex::decode_to_slice(text.expose_secret(), bytes.as_mut_slice())
            .map_err(|_| KeyError::Malformed)?;
        Ok(Self(*bytes))
    }

    /// The key as 64 hexadecimal digits, for the keychain.
    #[must_use]
    pub fn to_secret(&self) -> SecretString {
        SecretString::from(hex::encode(self.0))
    }

    /// The statement that gives SQLCipher the key as it is, without deriving another from it.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.0));
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", digits.as_str()))
    }
}

impl fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LedgerKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let key = LedgerKey::generate().unwrap();
        let text = key.to_secret();
        assert_eq!(text.expose_secret().len(), 64);
        assert!(LedgerKey::parse(&text).unwrap() == key);
        assert!(LedgerKey::generate().unwrap() != key, "each key is fresh");
    }

    #[test]
    fn refuses_what_is_not_a_key() {
        for wrong in ["", "ab", &"g".repeat(64), &"a".repeat(63), &"a".repeat(66)] {
            assert_eq!(
                LedgerKey::parse(&SecretString::from(wrong)).err(),
                Some(KeyError::Malformed),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn is_never_shown() {
        let key = LedgerKey::parse(&SecretString::from("ab".repeat(32))).unwrap();
        assert_eq!(format!("{key:?}"), "LedgerKey(..)");
    }
}
