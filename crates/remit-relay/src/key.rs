//! The unguessable names and secrets of a mailbox, and their text.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The operating system gave no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random numbers, so no secret was made; try again")]
pub struct NoRandomness;

/// What is kept of a secret: enough to recognise it, not to use it. The secrets are random and long, so that one round of
/// SHA-256 is as good as many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digest(pub(crate) [u8; 32]);

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// Takes the same time wherever the two differ.
impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes, if the text is what [`encode`] makes of exactly so many.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    let bytes = Zeroizing::new(decode_any(text)?);
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

pub(crate) fn decode_any(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Names a mailbox. No secret, and of no use without the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MailboxId(pub(crate) [u8; Self::LENGTH]);

impl MailboxId {
    pub(crate) const LENGTH: usize = 16;

    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        random().map(|bytes| Self(*bytes))
    }
}

impl fmt::Display for MailboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(&self.0))
    }
}

/// A text is no mailbox ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no mailbox ID; `remit-relay mailbox list` shows them")]
pub struct NoMailboxId;

impl FromStr for MailboxId {
    type Err = NoMailboxId;

    fn from_str(text: &str) -> Result<Self, NoMailboxId> {
        decode(text).map(|bytes| Self(*bytes)).ok_or(NoMailboxId)
    }
}

/// Declares a secret of so many random bytes, which is never shown.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(pub(crate) Zeroizing<[u8; $length]>);

        impl $name {
            pub(crate) const LENGTH: usize = $length;

            /// A new one.
            ///
            /// # Errors
            /// When the system has no randomness.
            pub fn generate() -> Result<Self, NoRandomness> {
                random().map(Self)
            }

            /// Reads its text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                decode(text).map(Self)
            }

            /// Its text, which goes into an address or a header as it is.
            #[must_use]
            pub fn reveal(&self) -> Zeroizing<String> {
                Zeroizing::new(encode(self.0.as_slice()))
            }

            #[cfg(feature = "server")]
            pub(crate) fn digest(&self) -> Digest {
                Digest::of(self.0.as_slice())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
}

secret! {
    /// Lets its holder read and acknowledge a mailbox. The relay keeps only its digest.
    Token, 32
}

secret! {
    /// The unguessable end of the address that Pockyt posts to. The relay keeps only its digest.
    Inbound, 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_nothing_else_is_taken() {
        let id = MailboxId::generate().unwrap();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("".parse::<MailboxId>(), Err(NoMailboxId));
        assert_eq!(format!("{id}A").parse::<MailboxId>(), Err(NoMailboxId));
        let token = Token::generate().unwrap();
        let again = Token::parse(&token.reveal()).unwrap();
        assert_eq!(again.digest(), token.digest());
        assert!(Token::parse(&id.to_string()).is_none());
    }

    #[test]
    fn secrets_are_not_shown() {
        let inbound = Inbound::generate().unwrap();
        assert_eq!(format!("{inbound:?}"), "Inbound(hidden)");
    }
}
