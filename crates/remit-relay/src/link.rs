//! The relay link: one string that an owner pastes into Remit.
//!
//! ```text
//! remit-relay:https://relay.example.org/#AbC...
//! ```
//!
//! After `remit-relay:` comes the relay's address, after `#` in base64url: version (1), mailbox ID (16), token (32), end of
//! the inbound address (24), fingerprint of the public key it was made for (8), and the first 4 bytes of the SHA-256 of
//! all of that after the address. So a link that lost its end, or was changed by hand, is noticed, and so is one that was
//! made for another Remit. Whoever has the link can read the sealed notifications and delete them, and post others; opening
//! them takes the private key.

use std::fmt;

use url::{Host, Url};
use zeroize::Zeroizing;

use crate::key::{Digest, Inbound, MailboxId, Token, decode_any, encode};
use crate::sealed::{Fingerprint, PublicKey};

const SCHEME: &str = "remit-relay:";
const VERSION: u8 = 1;
const CHECK: usize = 4;
const LENGTH: usize =
    1 + MailboxId::LENGTH + Token::LENGTH + Inbound::LENGTH + Fingerprint::LENGTH + CHECK;

/// Longer texts are not looked at.
const LONGEST: usize = 2048;

/// All that a laptop needs to know of its mailbox.
#[derive(Clone)]
pub struct Link {
    relay: Url,
    mailbox: MailboxId,
    token: Token,
    inbound: Inbound,
    key: Fingerprint,
}

/// Why a text is no relay link, or an address none of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is something else.
    #[error("this is not a relay link: one begins with `{SCHEME}https://`")]
    NotALink,
    /// Its address is none that a relay can have.
    #[error(
        "the relay's address must be like https://relay.example.org/, without user, query or fragment"
    )]
    Address,
    /// It would send the token in the clear.
    #[error("the relay's address must begin with https:// unless it is on this computer")]
    Insecure,
    /// A newer relay made it.
    #[error("this relay link was made by a newer relay; update Remit")]
    Version,
    /// A part is missing or was changed.
    #[error(
        "this relay link is incomplete or was changed; copy it again, from `{SCHEME}` to its last letter"
    )]
    Damaged,
}

impl Link {
    /// A link to a mailbox.
    ///
    /// # Errors
    /// When the address is none that a relay can have.
    pub fn new(
        relay: &str,
        mailbox: MailboxId,
        token: Token,
        inbound: Inbound,
        key: &PublicKey,
    ) -> Result<Self, LinkError> {
        Ok(Self {
            relay: address(relay)?,
            mailbox,
            token,
            inbound,
            key: key.fingerprint(),
        })
    }

    /// Reads a link. White space is passed over: mail breaks long lines.
    ///
    /// # Errors
    /// When it is none, incomplete, changed, or from a newer relay.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > LONGEST {
            return Err(LinkError::NotALink);
        }
        let text = Zeroizing::new(
            text.chars()
                .filter(|letter| !letter.is_whitespace())
                .collect::<String>(),
        );
        let rest = text.strip_prefix(SCHEME).ok_or(LinkError::NotALink)?;
        let (relay, rest) = rest.split_once('#').ok_or(LinkError::Damaged)?;
        let relay = address(relay)?;
        let bytes = Zeroizing::new(decode_any(rest).ok_or(LinkError::Damaged)?);
        match bytes.first() {
            Some(&VERSION) => {}
            Some(_) => return Err(LinkError::Version),
            None => return Err(LinkError::Damaged),
        }
        Self::from_bytes(relay, &bytes).ok_or(LinkError::Damaged)
    }

    fn from_bytes(relay: Url, bytes: &[u8]) -> Option<Self> {
        let (content, check) = bytes.split_last_chunk::<CHECK>()?;
        if checksum(&relay, content) != *check {
            return None;
        }
        let rest = content.get(1..)?;
        let (mailbox, rest) = rest.split_first_chunk()?;
        let (token, rest) = rest.split_first_chunk()?;
        let (inbound, rest) = rest.split_first_chunk()?;
        Some(Self {
            relay,
            mailbox: MailboxId(*mailbox),
            token: Token(Zeroizing::new(*token)),
            inbound: Inbound(Zeroizing::new(*inbound)),
            key: Fingerprint(rest.try_into().ok()?),
        })
    }

    /// The text that an owner pastes: a secret.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH));
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.mailbox.0);
        bytes.extend_from_slice(self.token.0.as_slice());
        bytes.extend_from_slice(self.inbound.0.as_slice());
        bytes.extend_from_slice(&self.key.0);
        let check = checksum(&self.relay, &bytes);
        bytes.extend_from_slice(&check);
        Zeroizing::new(format!("{SCHEME}{}#{}", self.relay, encode(&bytes)))
    }

    /// The relay's address, to show.
    #[must_use]
    pub fn relay(&self) -> &Url {
        &self.relay
    }

    /// The mailbox.
    #[must_use]
    pub fn mailbox(&self) -> MailboxId {
        self.mailbox
    }

    /// What lets one read it.
    #[must_use]
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The address that Pockyt is to post to: a payout's `ipnUrl`.
    #[must_use]
    pub fn ipn_url(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}in/{}", self.relay, *self.inbound.reveal()))
    }

    /// Whether notifications in this mailbox are sealed to that key.
    #[must_use]
    pub fn is_for(&self, key: &PublicKey) -> bool {
        self.key == key.fingerprint()
    }
}

/// Shows where it leads, not the secrets.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("relay", &self.relay.as_str())
            .field("mailbox", &self.mailbox.to_string())
            .finish_non_exhaustive()
    }
}

/// A relay's address: HTTPS, or HTTP on this computer; its path, if any, ends in a slash.
///
/// # Errors
/// When it is another kind of address.
pub fn address(text: &str) -> Result<Url, LinkError> {
    let mut url = Url::parse(text).map_err(|_| LinkError::Address)?;
    let on_this_computer = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(LinkError::Address),
    };
    match url.scheme() {
        "https" => {}
        "http" if on_this_computer => {}
        "http" => return Err(LinkError::Insecure),
        _ => return Err(LinkError::Address),
    }
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain {
        return Err(LinkError::Address);
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

fn checksum(relay: &Url, content: &[u8]) -> [u8; CHECK] {
    let digest = Digest::of(&[relay.as_str().as_bytes(), content].concat()).0;
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest[..CHECK]);
    check
}
