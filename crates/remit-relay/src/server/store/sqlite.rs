//! The store in one SQLite file, for a relay that stands alone.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, MAIN_DB, OptionalExtension as _, Row, params};
use rusqlite_migration::{M, Migrations};

use super::writer::{Writer, failed};
use super::{
    Answer, Deposit, Deposited, Limits, Mailbox, NewMailbox, Retention, SEEN_AGAIN, Store,
    StoreError, Summary, Swept, page,
};
use crate::key::{Inbound, MailboxId};
use crate::wire::{Cursor, Kept, Page, ReaderId};
use readers::Readers;

mod readers;

const MIGRATIONS: &[M<'_>] = &[M::up(
    "CREATE TABLE mailbox(
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE,
        inbound BLOB NOT NULL UNIQUE,
        token BLOB NOT NULL,
        public_key BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        last INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE notification(
        mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
        cursor INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY(mailbox, cursor)
    ) STRICT;
    CREATE INDEX notification_age ON notification(received_at);
    CREATE TABLE reader(
        mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
        id TEXT NOT NULL,
        acknowledged INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        PRIMARY KEY(mailbox, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reader_age ON reader(seen_at);",
)];

/// What tells the relay's files from others.
const APPLICATION_ID: i32 = 0x5245_4d52;

/// How long to wait for another process that has the file, such as `remit-relay mailbox new`.
const BUSY: Duration = Duration::from_secs(5);

/// Mailboxes and sealed notifications in an SQLite file.
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
    limits: Limits,
    retention: Retention,
}

impl SqliteStore {
    /// Opens the file, or creates it.
    ///
    /// # Errors
    /// When it cannot be opened or written, is damaged, or was written by a newer relay.
    pub fn open(path: &Path, limits: Limits, retention: Retention) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(BUSY).map_err(failed)?;
        if connection.is_readonly(MAIN_DB).map_err(failed)? {
            return Err(StoreError(
                "its file may not be written by this user; give it to the one that the relay runs as"
                    .to_owned(),
            ));
        }
        // FULL: a commit is on the disk before it is answered. fullfsync: on macOS too.
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA fullfsync = ON;
                 PRAGMA foreign_keys = ON;
                 PRAGMA wal_autocheckpoint = 4000;
                 PRAGMA journal_size_limit = 67108864;",
            )
            .map_err(failed)?;
        let durable: bool = connection
            .query_row(
                "SELECT journal_mode = 'wal' AND synchronous = 2 FROM pragma_journal_mode, pragma_synchronous",
                [],
                |row| row.get(0),
            )
            .map_err(failed)?;
        if !durable {
            return Err(StoreError(
                "commits to this file would not be durable; put it on a disk of this machine"
                    .to_owned(),
            ));
        }
        Migrations::from_slice(MIGRATIONS)
            .to_latest(&mut connection)
            .map_err(|error| {
                StoreError(format!(
                    "its file cannot be brought up to date: {error}; was it written by a newer relay?"
                ))
            })?;
        let readers = Readers::open(path)?;
        let writer = Writer::start(connection)
            .map_err(|error| StoreError(format!("the store's writer did not start: {error}")))?;
        Ok(Self {
            writer,
            readers,
            limits,
            retention,
        })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create(&self, mailbox: NewMailbox) -> Result<(), StoreError> {
        self.writer
            .write(move |db| {
                db.execute(
                    "INSERT INTO mailbox(id, inbound, token, public_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        mailbox.id.0,
                        mailbox.inbound.0,
                        mailbox.token.0,
                        mailbox.public_key.to_bytes(),
                        mailbox.created_at.as_millisecond()
                    ],
                )
                .map(drop)
            })
            .await
    }

    async fn remove(&self, id: MailboxId) -> Result<bool, StoreError> {
        self.writer
            .write(move |db| db.execute("DELETE FROM mailbox WHERE id = ?1", [id.0]))
            .await
            .map(|removed| removed > 0)
    }

    async fn mailboxes(&self) -> Result<Vec<Summary>, StoreError> {
        self.readers
            .read(|db| {
                let mut query = db.prepare_cached(
                    "SELECT id, created_at, held, (SELECT count(*) FROM reader WHERE mailbox = number)
                     FROM mailbox ORDER BY number",
                )?;
                let rows = query.query_map([], |row| {
                    Ok(Summary {
                        id: MailboxId(row.get(0)?),
                        created_at: Timestamp::from_millisecond(row.get(1)?).unwrap_or_default(),
                        held: row.get(2)?,
                        readers: row.get(3)?,
                    })
                })?;
                rows.collect()
            })
            .await
    }

    async fn by_inbound(&self, inbound: &Inbound) -> Result<Option<Mailbox>, StoreError> {
        self.mailbox("inbound", inbound.digest().0.to_vec()).await
    }

    async fn by_id(&self, id: MailboxId) -> Result<Option<Mailbox>, StoreError> {
        self.mailbox("id", id.0.to_vec()).await
    }

    async fn deposit(&self, deposit: Deposit) -> Result<Deposited, StoreError> {
        let limits = self.limits;
        self.writer
            .write(move |db| {
                let length = i64::try_from(deposit.sealed.len()).unwrap_or(i64::MAX);
                let room: Option<bool> = db
                    .prepare_cached(
                        "SELECT held < ?2 AND bytes + ?3 <= ?4 FROM mailbox WHERE number = ?1",
                    )?
                    .query_row(
                        params![deposit.mailbox, limits.stored, length, limits.bytes],
                        |row| row.get(0),
                    )
                    .optional()?;
                match room {
                    None => return Ok(Deposited::Gone),
                    Some(false) => return Ok(Deposited::Full),
                    Some(true) => {}
                }
                let cursor: i64 = db
                    .prepare_cached(
                        "UPDATE mailbox SET last = last + 1, held = held + 1, bytes = bytes + ?2
                         WHERE number = ?1 RETURNING last",
                    )?
                    .query_row(params![deposit.mailbox, length], |row| row.get(0))?;
                db.prepare_cached(
                    "INSERT INTO notification(mailbox, cursor, received_at, sealed) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![
                    deposit.mailbox,
                    cursor,
                    deposit.received_at.as_millisecond(),
                    deposit.sealed
                ])?;
                Ok(Deposited::Kept(Cursor(cursor)))
            })
            .await
    }

    async fn fetch(
        &self,
        mailbox: i64,
        reader: &ReaderId,
        after: Option<Cursor>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Answer<Page>, StoreError> {
        let fresh = now.as_millisecond() - millis(SEEN_AGAIN);
        let name = reader.clone();
        let known = self
            .readers
            .read(move |db| {
                db.prepare_cached(
                    "SELECT 1 FROM reader WHERE mailbox = ?1 AND id = ?2 AND seen_at >= ?3",
                )?
                .exists(params![mailbox, name.as_str(), fresh])
            })
            .await?;
        if !known {
            let (readers, name) = (self.limits.readers, reader.clone());
            let seen = self
                .writer
                .write(move |db| see(db, mailbox, &name, readers, now))
                .await?;
            if let Some(refusal) = seen {
                return Ok(refusal);
            }
        }
        let name = reader.clone();
        self.readers
            .read(move |db| {
                let mut query = db.prepare_cached(
                    "SELECT cursor, sealed FROM notification WHERE mailbox = ?1 AND cursor > coalesce(
                         (SELECT ?3 FROM mailbox WHERE number = ?1 AND ?3 BETWEEN 0 AND last),
                         (SELECT acknowledged FROM reader WHERE mailbox = ?1 AND id = ?2), 0)
                     ORDER BY cursor LIMIT ?4",
                )?;
                let rows = query.query_map(
                    params![mailbox, name.as_str(), after.map(|after| after.0), limit as i64 + 1],
                    kept,
                )?;
                // Stops reading where the page is full.
                let mut error = None;
                let rows = rows.map_while(|row| row.map_err(|cause| error = Some(cause)).ok());
                let page = page(rows, limit);
                error.map_or(Ok(Answer::Done(page)), Err)
            })
            .await
    }

    async fn acknowledge(
        &self,
        mailbox: i64,
        reader: &ReaderId,
        through: Cursor,
        now: Timestamp,
    ) -> Result<Answer<Cursor>, StoreError> {
        let (readers, before, reader) = (
            self.limits.readers,
            self.retention.before(now),
            reader.clone(),
        );
        self.writer
            .write(move |db| {
                if let Some(refusal) = see(db, mailbox, &reader, readers, now)? {
                    return Ok(refusal);
                }
                let acknowledged = db
                    .prepare_cached(
                        "UPDATE reader SET acknowledged = max(acknowledged,
                             min(?3, (SELECT last FROM mailbox WHERE number = ?1)))
                         WHERE mailbox = ?1 AND id = ?2 RETURNING acknowledged",
                    )?
                    .query_row(params![mailbox, reader.as_str(), through.0], |row| {
                        row.get(0)
                    })?;
                tidy(db, mailbox, before)?;
                Ok(Answer::Done(Cursor(acknowledged)))
            })
            .await
    }

    async fn sweep(&self, now: Timestamp) -> Result<Swept, StoreError> {
        let before = self.retention.before(now);
        let stale: Vec<i64> = self
            .readers
            .read(move |db| {
                let mut query = db.prepare_cached(
                    "SELECT mailbox FROM notification WHERE received_at < ?1
                     UNION SELECT mailbox FROM reader WHERE seen_at < ?2",
                )?;
                let rows = query.query_map([before.0, before.1], |row| row.get(0))?;
                rows.collect()
            })
            .await?;
        let mut swept = Swept::default();
        for mailbox in stale {
            swept.mailboxes += 1;
            swept.notifications += self
                .writer
                .write(move |db| tidy(db, mailbox, before))
                .await?;
        }
        Ok(swept)
    }

    /// Writes, as only that tells of a full disk.
    async fn probe(&self) -> Result<(), StoreError> {
        self.writer
            .write(|db| db.pragma_update(None, "application_id", APPLICATION_ID))
            .await
    }
}

impl SqliteStore {
    /// The mailbox whose unique column has that value.
    async fn mailbox(
        &self,
        column: &'static str,
        value: Vec<u8>,
    ) -> Result<Option<Mailbox>, StoreError> {
        let row = self
            .readers
            .read(move |db| {
                db.prepare_cached(&format!(
                    "SELECT number, id, public_key, token FROM mailbox WHERE {column} = ?1"
                ))?
                .query_row([value], |row| {
                    let bytes = |column| row.get::<_, Vec<u8>>(column);
                    Ok((row.get(0)?, bytes(1)?, bytes(2)?, bytes(3)?))
                })
                .optional()
            })
            .await?;
        row.map(|(number, id, key, token)| Mailbox::from_row(number, &id, &key, &token))
            .transpose()
    }
}

fn millis(duration: jiff::SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        cursor: Cursor(row.get(0)?),
        sealed: row.get(1)?,
    })
}

/// Notes that a reader was there; it is new if need be. Or says why that cannot be.
fn see<T>(
    db: &Connection,
    mailbox: i64,
    reader: &ReaderId,
    readers: i64,
    now: Timestamp,
) -> rusqlite::Result<Option<Answer<T>>> {
    let seen = db
        .prepare_cached("UPDATE reader SET seen_at = ?3 WHERE mailbox = ?1 AND id = ?2")?
        .execute(params![mailbox, reader.as_str(), now.as_millisecond()])?;
    if seen > 0 {
        return Ok(None);
    }
    let known: Option<i64> = db
        .prepare_cached(
            "SELECT (SELECT count(*) FROM reader WHERE mailbox = ?1) FROM mailbox WHERE number = ?1",
        )?
        .query_row([mailbox], |row| row.get(0))
        .optional()?;
    match known {
        None => Ok(Some(Answer::Gone)),
        Some(known) if known >= readers => Ok(Some(Answer::TooManyReaders)),
        Some(_) => {
            db.prepare_cached(
                "INSERT INTO reader(mailbox, id, acknowledged, seen_at) VALUES (?1, ?2, 0, ?3)",
            )?
            .execute(params![mailbox, reader.as_str(), now.as_millisecond()])?;
            Ok(None)
        }
    }
}

/// Removes the mailbox's silent readers, then what is too old or acknowledged by all; how many notifications.
fn tidy(
    db: &Connection,
    mailbox: i64,
    (notifications, readers): (i64, i64),
) -> rusqlite::Result<i64> {
    db.prepare_cached("DELETE FROM reader WHERE mailbox = ?1 AND seen_at < ?2")?
        .execute([mailbox, readers])?;
    let mut delete = db.prepare_cached(
        "DELETE FROM notification WHERE mailbox = ?1 AND (received_at < ?2
             OR cursor <= (SELECT min(acknowledged) FROM reader WHERE mailbox = ?1))
         RETURNING length(sealed)",
    )?;
    let (mut removed, mut bytes) = (0, 0);
    for length in delete.query_map([mailbox, notifications], |row| row.get::<_, i64>(0))? {
        removed += 1;
        bytes += length?;
    }
    if removed > 0 {
        db.prepare_cached(
            "UPDATE mailbox SET held = held - ?2, bytes = bytes - ?3 WHERE number = ?1",
        )?
        .execute([mailbox, removed, bytes])?;
    }
    Ok(removed)
}
