//! What the relay keeps: a notification sealed to its owner's public key, so that whoever holds the store reads nothing.
//!
//! The seal is HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. Bytes:
//!
//! ```text
//! sealed    = version (1) ‖ encapsulated key (32) ‖ ciphertext and tag
//! info      = "remit-relay notification 1"
//! aad       = mailbox ID (16)                       a sealed notification opens in its own mailbox only
//! plaintext = received at, ms since 1970 (8) ‖ length of content type (2) ‖ length of body (4)
//!             ‖ content type ‖ body ‖ zeros up to a multiple of 256      lengths tell little of amounts and names
//! ```
//!
//! Numbers are big-endian.

use std::fmt;
use std::str::FromStr;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::key::{Digest, MailboxId, NoRandomness, decode, encode, random};

const VERSION: u8 = 1;
const INFO: &[u8] = b"remit-relay notification 1";
const ENCAPSULATED: usize = 32;
const HEAD: usize = 8 + 2 + 4;
const BLOCK: usize = 256;

/// Marks a public key's text.
const PREFIX: &str = "remit-relay-key:";
/// How many bytes of the digest tell a mistyped key.
const CHECK: usize = 4;

/// A notification as Pockyt sent it.
#[derive(Clone, PartialEq, Eq)]
pub struct Notification {
    /// When the relay took it, to the millisecond.
    pub received_at: Timestamp,
    /// The request's content type, if it had one.
    pub content_type: Option<String>,
    /// The request's body, untouched: signatures are checked over it.
    pub body: Vec<u8>,
}

/// Shows how much there is, not what.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("received_at", &self.received_at)
            .field("content_type", &self.content_type)
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// The private half, made in Remit and kept in the owner's keychain.
pub struct PrivateKey(<X25519HkdfSha256 as Kem>::PrivateKey);

/// The public half, which the relay gets.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(<X25519HkdfSha256 as Kem>::PublicKey);

/// A few bytes that tell one public key from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub(crate) [u8; Self::LENGTH]);

impl Fingerprint {
    pub(crate) const LENGTH: usize = 8;
}

/// A text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a key as Remit shows it: copy it again, from `{PREFIX}` to its last letter")]
pub struct NoKey;

/// A notification could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The public key is one of the few that protect nothing.
    #[error("nothing can be sealed to this public key; make a new one in Remit")]
    Key,
    /// The content type or the body is longer than its length can say.
    #[error("the notification is too long to be sealed")]
    TooLong,
}

/// A notification could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// A newer relay sealed it.
    #[error("the notification was sealed by a newer relay; update Remit")]
    Version,
    /// It is damaged, or meant for another key or mailbox.
    #[error("the notification is damaged or was sealed to another key")]
    Damaged,
}

impl PrivateKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        let seed = random::<32>()?;
        Ok(Self(X25519HkdfSha256::derive_keypair(seed.as_slice()).0))
    }

    /// Reads what [`PrivateKey::reveal`] gave.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn parse(text: &str) -> Result<Self, NoKey> {
        let bytes = decode::<32>(text).ok_or(NoKey)?;
        <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(bytes.as_slice())
            .map(Self)
            .map_err(|_| NoKey)
    }

    /// Its text, for the keychain and nowhere else.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(encode(&self.0.to_bytes()))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(X25519HkdfSha256::sk_to_pk(&self.0))
    }

    /// Opens a notification of that mailbox.
    ///
    /// # Errors
    /// When it is damaged or was sealed to another key or mailbox.
    pub fn open(&self, mailbox: MailboxId, sealed: &[u8]) -> Result<Notification, OpenError> {
        let (&version, rest) = sealed.split_first().ok_or(OpenError::Damaged)?;
        if version != VERSION {
            return Err(OpenError::Version);
        }
        let (encapsulated, ciphertext) = rest
            .split_at_checked(ENCAPSULATED)
            .ok_or(OpenError::Damaged)?;
        let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated)
            .map_err(|_| OpenError::Damaged)?;
        let plaintext = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            INFO,
            ciphertext,
            &mailbox.0,
        )
        .map_err(|_| OpenError::Damaged)?;
        unpack(&plaintext).ok_or(OpenError::Damaged)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(hidden)")
    }
}

impl PublicKey {
    /// Seals a notification for that mailbox.
    ///
    /// # Errors
    /// When the key protects nothing or the notification is too long.
    pub fn seal(
        &self,
        mailbox: MailboxId,
        notification: &Notification,
    ) -> Result<Vec<u8>, SealError> {
        let plaintext = pack(notification).ok_or(SealError::TooLong)?;
        let (encapsulated, ciphertext) = hpke::single_shot_seal::<
            ChaCha20Poly1305,
            HkdfSha256,
            X25519HkdfSha256,
        >(
            &OpModeS::Base, &self.0, INFO, &plaintext, &mailbox.0
        )
        .map_err(|_| SealError::Key)?;
        let encapsulated = encapsulated.to_bytes();
        let mut sealed = Vec::with_capacity(1 + encapsulated.len() + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&encapsulated);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// What tells it from others.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut bytes = [0; Fingerprint::LENGTH];
        bytes.copy_from_slice(&Digest::of(&self.to_bytes()).0[..Fingerprint::LENGTH]);
        Fingerprint(bytes)
    }

    pub(crate) fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, NoKey> {
        <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(bytes)
            .map(Self)
            .map_err(|_| NoKey)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.to_bytes();
        let check = Digest::of(&bytes).0;
        write!(
            f,
            "{PREFIX}{}",
            encode(&[&bytes[..], &check[..CHECK]].concat())
        )
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let bytes = text
            .trim()
            .strip_prefix(PREFIX)
            .and_then(decode::<{ 32 + CHECK }>)
            .ok_or(NoKey)?;
        let (key, check) = bytes.split_at(32);
        if Digest::of(key).0[..CHECK] != *check {
            return Err(NoKey);
        }
        Self::from_bytes(key)
    }
}

fn pack(notification: &Notification) -> Option<Zeroizing<Vec<u8>>> {
    let kind = notification.content_type.as_deref().unwrap_or_default();
    let body = &notification.body;
    let length = HEAD + kind.len() + body.len();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.next_multiple_of(BLOCK)));
    bytes.extend_from_slice(&notification.received_at.as_millisecond().to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(kind.len()).ok()?.to_be_bytes());
    bytes.extend_from_slice(&u32::try_from(body.len()).ok()?.to_be_bytes());
    bytes.extend_from_slice(kind.as_bytes());
    bytes.extend_from_slice(body);
    bytes.resize(length.next_multiple_of(BLOCK), 0);
    Some(bytes)
}

fn unpack(bytes: &[u8]) -> Option<Notification> {
    let (received_at, rest) = bytes.split_first_chunk::<8>()?;
    let (kind, rest) = rest.split_first_chunk::<2>()?;
    let (body, rest) = rest.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_at_checked(u16::from_be_bytes(*kind).into())?;
    let (body, _) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*body)).ok()?)?;
    Some(Notification {
        received_at: Timestamp::from_millisecond(i64::from_be_bytes(*received_at)).ok()?,
        content_type: match kind {
            [] => None,
            kind => Some(std::str::from_utf8(kind).ok()?.to_owned()),
        },
        body: body.to_owned(),
    })
}
