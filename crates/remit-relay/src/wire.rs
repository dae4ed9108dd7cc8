//! What laptop and relay say to each other, as JSON.
//!
//! ```text
//! POST /v1/mailboxes                          admin token      NewMailbox   -> 201 CreatedMailbox
//! GET  /v1/mailbox/{id}/notifications?...     mailbox's token  Fetch        -> 200 Page
//! POST /v1/mailbox/{id}/acknowledge           mailbox's token  Acknowledge  -> 200 Acknowledged
//! POST /in/{inbound}                          none             a notification -> 200 `success`, as text
//! ```
//!
//! Tokens go in `Authorization: Bearer`. A wrong token and an unknown mailbox are both 401, and say the same.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most notifications on a page.
pub const LARGEST_PAGE: usize = 100;

/// Where a notification stands in its mailbox: 1, 2, 3 ... in the order in which they were written.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cursor(pub i64);

/// How a laptop names itself, so that the relay knows what it has: 1 to 64 letters, digits, `-`, `_` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReaderId(String);

/// A text is no reader's ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reader's ID is 1 to 64 letters, digits, `-`, `_` or `.`")]
pub struct NoReaderId;

impl ReaderId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReaderId {
    type Error = NoReaderId;

    fn try_from(text: String) -> Result<Self, NoReaderId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(NoReaderId)
        }
    }
}

impl FromStr for ReaderId {
    type Err = NoReaderId;

    fn from_str(text: &str) -> Result<Self, NoReaderId> {
        text.to_owned().try_into()
    }
}

impl From<ReaderId> for String {
    fn from(reader: ReaderId) -> Self {
        reader.0
    }
}

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Asks for what came after a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// Who asks. A reader that is not known yet is known from now on.
    pub reader: ReaderId,
    /// What it has already; without it, what it has acknowledged. A cursor that the relay never gave counts as none, so that
    /// a relay that was set up anew is read from its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    /// How many seconds to wait for a notification when there is none; 60 at most.
    #[serde(default)]
    pub wait: u64,
    /// How many notifications at most; 100 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// Some of a mailbox's notifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// In the order of their cursors; none when nothing came within the time.
    pub notifications: Vec<Kept>,
    /// Whether more wait.
    pub more: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Where it stands.
    pub cursor: Cursor,
    /// The sealed notification, as base64url without padding.
    #[serde(with = "base64url")]
    pub sealed: Vec<u8>,
}

/// Says that a reader has committed everything up to a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledge {
    /// Who says so.
    pub reader: ReaderId,
    /// Up to where.
    pub through: Cursor,
}

/// Up to where a reader has acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Never less than before.
    pub through: Cursor,
}

/// Asks for a new mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMailbox {
    /// The owner's public key, as Remit shows it.
    pub public_key: String,
}

/// A new mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedMailbox {
    /// Its ID.
    pub mailbox: String,
    /// The relay link to paste into Remit. It is told this once.
    pub link: String,
    /// The address that Pockyt posts to. The link holds it too.
    pub ipn_url: String,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// In words.
    pub error: String,
}

mod base64url {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::key::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::key::decode_any(&text).ok_or_else(|| de::Error::custom("not base64url"))
    }
}
