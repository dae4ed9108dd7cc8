//! Where mailboxes and sealed notifications are kept. One trait, two stores; tests/stores.rs holds both to the same rules.

mod postgres;
mod sqlite;
mod writer;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;

use super::bell::Bell;
use crate::key::{Digest, Inbound, MailboxId, Token};
use crate::sealed::PublicKey;
use crate::wire::{Cursor, Kept, Page, ReaderId};

/// Pages end after so many bytes of sealed notifications, so that nobody makes the relay hold more than that.
pub(crate) const PAGE_BYTES: usize = 1024 * 1024;

/// A reader that asks again within this time is not written down again.
const SEEN_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// How much a mailbox may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Notifications.
    pub stored: i64,
    /// Bytes of sealed notifications.
    pub bytes: i64,
    /// Readers known at a time.
    pub readers: i64,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Notifications that not every reader has acknowledged.
    pub notifications: SignedDuration,
    /// Readers that are silent.
    pub readers: SignedDuration,
}

impl Retention {
    /// What is older than these goes: notifications, readers.
    fn before(&self, now: Timestamp) -> (i64, i64) {
        let millisecond = |age| {
            let moment = now.checked_sub(age).unwrap_or(Timestamp::MIN);
            moment.as_millisecond()
        };
        (millisecond(self.notifications), millisecond(self.readers))
    }
}

/// A mailbox, as far as requests need to know it.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// What the store calls it.
    pub(crate) number: i64,
    pub(crate) id: MailboxId,
    pub(crate) public_key: PublicKey,
    token: Digest,
}

impl Mailbox {
    /// What the store calls it.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Whether that is its token.
    pub(crate) fn opens_with(&self, token: &Token) -> bool {
        self.token == token.digest()
    }

    /// From the columns `number, id, public_key, token`.
    fn from_row(number: i64, id: &[u8], key: &[u8], token: &[u8]) -> Result<Self, StoreError> {
        let damaged = || StoreError("a mailbox in the store is damaged".to_owned());
        Ok(Self {
            number,
            id: MailboxId(id.try_into().map_err(|_| damaged())?),
            public_key: PublicKey::from_bytes(key).map_err(|_| damaged())?,
            token: Digest(token.try_into().map_err(|_| damaged())?),
        })
    }
}

/// A mailbox to be created. Of its secrets only digests go in.
#[derive(Debug)]
pub struct NewMailbox {
    id: MailboxId,
    inbound: Digest,
    token: Digest,
    public_key: PublicKey,
    created_at: Timestamp,
}

impl NewMailbox {
    /// Describes it.
    #[must_use]
    pub fn new(
        id: MailboxId,
        inbound: &Inbound,
        token: &Token,
        public_key: PublicKey,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            inbound: inbound.digest(),
            token: token.digest(),
            public_key,
            created_at,
        }
    }
}

/// What an admin may see of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its ID.
    pub id: MailboxId,
    /// When it was created.
    pub created_at: Timestamp,
    /// How many notifications wait in it.
    pub held: i64,
    /// How many readers are known.
    pub readers: i64,
}

/// A sealed notification to be kept.
#[derive(Debug)]
pub struct Deposit {
    /// For which mailbox, by the store's number.
    pub mailbox: i64,
    /// When it was received.
    pub received_at: Timestamp,
    /// Its bytes.
    pub sealed: Vec<u8>,
}

/// What became of a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deposited {
    /// It is on the disk.
    Kept(Cursor),
    /// The mailbox holds as much as it may.
    Full,
    /// There is no such mailbox any more.
    Gone,
}

/// What became of a reader's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// It was done.
    Done(T),
    /// The mailbox has as many readers as it may, and this would be another.
    TooManyReaders,
    /// There is no such mailbox any more.
    Gone,
}

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Mailboxes that had something to remove.
    pub mailboxes: u64,
    /// Notifications removed.
    pub notifications: i64,
}

/// The store could not do it: full disk, lost connection, damaged file. Never holds a payload or a secret.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub(crate) String);

/// Keeps mailboxes and sealed notifications.
///
/// What is answered without an error is durable. Within a mailbox, cursors are given in the order of the commits: whoever
/// has read up to a cursor will never see a lower one appear.
#[async_trait]
pub trait Store: Send + Sync {
    /// Creates a mailbox.
    async fn create(&self, mailbox: NewMailbox) -> Result<(), StoreError>;

    /// Removes a mailbox with all that is in it; false when there is none.
    async fn remove(&self, id: MailboxId) -> Result<bool, StoreError>;

    /// All mailboxes, oldest first.
    async fn mailboxes(&self) -> Result<Vec<Summary>, StoreError>;

    /// The mailbox with that address.
    async fn by_inbound(&self, inbound: &Inbound) -> Result<Option<Mailbox>, StoreError>;

    /// The mailbox with that ID.
    async fn by_id(&self, id: MailboxId) -> Result<Option<Mailbox>, StoreError>;

    /// Keeps a sealed notification.
    async fn deposit(&self, deposit: Deposit) -> Result<Deposited, StoreError>;

    /// Up to `limit` notifications after the cursor, or after what the reader has acknowledged when there is none or the
    /// store never gave it. The reader is known from now on.
    async fn fetch(
        &self,
        mailbox: i64,
        reader: &ReaderId,
        after: Option<Cursor>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Answer<Page>, StoreError>;

    /// Notes that the reader has everything up to the cursor, and removes what every known reader has. Answers up to where
    /// the reader has acknowledged: never less than before, and never more than there is.
    async fn acknowledge(
        &self,
        mailbox: i64,
        reader: &ReaderId,
        through: Cursor,
        now: Timestamp,
    ) -> Result<Answer<Cursor>, StoreError>;

    /// Forgets readers that have been silent too long, and removes notifications that are too old or that every reader
    /// still known has acknowledged.
    async fn sweep(&self, now: Timestamp) -> Result<Swept, StoreError>;

    /// Whether it works.
    async fn probe(&self) -> Result<(), StoreError>;
}

/// Opens the store that a setting names: a PostgreSQL URL, else the path of an SQLite file.
///
/// # Errors
/// When it cannot be opened; says why.
pub async fn open(
    place: &str,
    limits: Limits,
    retention: Retention,
    bell: &Bell,
) -> Result<Arc<dyn Store>, StoreError> {
    if place.starts_with("postgres://") || place.starts_with("postgresql://") {
        let store = PostgresStore::open(place, limits, retention, bell.clone()).await?;
        Ok(Arc::new(store))
    } else if place.contains("://") {
        Err(StoreError(
            "the store must be the path of an SQLite file or a postgresql:// URL".to_owned(),
        ))
    } else {
        let store = SqliteStore::open(Path::new(place), limits, retention)?;
        Ok(Arc::new(store))
    }
}

/// Makes a page of rows that were read in order, one more than asked for where there are as many.
fn page(rows: impl IntoIterator<Item = Kept>, limit: usize) -> Page {
    let mut page = Page {
        notifications: Vec::new(),
        more: false,
    };
    let mut bytes = 0;
    for kept in rows {
        bytes += kept.sealed.len();
        let full = page.notifications.len() >= limit || bytes > PAGE_BYTES;
        // One always goes, however long it is.
        if full && !page.notifications.is_empty() {
            page.more = true;
            break;
        }
        page.notifications.push(kept);
    }
    page
}
