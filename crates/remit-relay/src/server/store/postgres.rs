//! The store in PostgreSQL, for several relays side by side.
//!
//! Deposits of one relay share a commit, because a mailbox hands out its cursors in the order of the commits and so takes
//! one transaction at a time. What one relay took, the others hear of by `NOTIFY`.

use async_trait::async_trait;
use deadpool_postgres::Pool;
use jiff::Timestamp;
use postgres_native_tls::MakeTlsConnector;
use tokio::task::JoinHandle;
use tokio_postgres::{Row, Transaction};

use super::{
    Answer, Deposit, Deposited, Limits, Mailbox, NewMailbox, Retention, SEEN_AGAIN, Store,
    StoreError, Summary, Swept, page,
};
use crate::key::{Inbound, MailboxId};
use crate::server::bell::Bell;
use crate::wire::{Cursor, Kept, Page, ReaderId};
use connecting::{failed, pool, set_up, settings, unavailable};
use grouping::Deposits;

mod announcements;
mod connecting;
mod grouping;

/// Mailboxes and sealed notifications in a PostgreSQL database.
pub struct PostgresStore {
    pool: Pool,
    deposits: Deposits,
    announcements: JoinHandle<()>,
    limits: Limits,
    retention: Retention,
}

impl PostgresStore {
    /// Connects, and sets the tables up where they are missing.
    ///
    /// # Errors
    /// When the database cannot be reached or used, would lose commits, or was set up by a newer relay.
    pub async fn open(
        url: &str,
        limits: Limits,
        retention: Retention,
        bell: Bell,
    ) -> Result<Self, StoreError> {
        let config = settings(url)?;
        let tls = native_tls::TlsConnector::new()
            .map(MakeTlsConnector::new)
            .map_err(|error| StoreError(format!("TLS cannot be used: {error}")))?;
        let pool = pool(config.clone(), tls.clone())?;
        set_up(&pool).await?;
        Ok(Self {
            deposits: Deposits::start(pool.clone(), limits),
            announcements: tokio::spawn(announcements::follow(config, tls, bell)),
            pool,
            limits,
            retention,
        })
    }

    async fn client(&self) -> Result<deadpool_postgres::Client, StoreError> {
        self.pool.get().await.map_err(unavailable)
    }

    async fn mailbox(&self, query: &str, value: &[u8]) -> Result<Option<Mailbox>, StoreError> {
        let client = self.client().await?;
        let statement = client.prepare_cached(query).await.map_err(failed)?;
        let row = client
            .query_opt(&statement, &[&value])
            .await
            .map_err(failed)?;
        row.map(|row| Mailbox::from_row(row.get(0), row.get(1), row.get(2), row.get(3)))
            .transpose()
    }

    async fn tidy(&self, mailbox: i64, before: (i64, i64)) -> Result<i64, StoreError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await.map_err(failed)?;
        lock(&transaction, mailbox).await?;
        let removed = tidy(&transaction, mailbox, before).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(removed)
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.announcements.abort();
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn create(&self, mailbox: NewMailbox) -> Result<(), StoreError> {
        let client = self.client().await?;
        client
            .execute(
                "INSERT INTO remit_relay.mailbox(id, inbound, token, public_key, created_at)
                 VALUES ($1, $2, $3, $4, $5)",
                &[
                    &mailbox.id.0.as_slice(),
                    &mailbox.inbound.0.as_slice(),
                    &mailbox.token.0.as_slice(),
                    &mailbox.public_key.to_bytes().as_slice(),
                    &mailbox.created_at.as_millisecond(),
                ],
            )
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn remove(&self, id: MailboxId) -> Result<bool, StoreError> {
        let client = self.client().await?;
        let removed = client
            .execute(
                "DELETE FROM remit_relay.mailbox WHERE id = $1",
                &[&id.0.as_slice()],
            )
            .await
            .map_err(failed)?;
        Ok(removed > 0)
    }

    async fn mailboxes(&self) -> Result<Vec<Summary>, StoreError> {
        let client = self.client().await?;
        let rows = client
            .query(
                "SELECT id, created_at, held,
                     (SELECT count(*) FROM remit_relay.reader WHERE mailbox = number)
                 FROM remit_relay.mailbox ORDER BY number",
                &[],
            )
            .await
            .map_err(failed)?;
        let summary = |row: &Row| {
            let id: &[u8] = row.get(0);
            Some(Summary {
                id: MailboxId(id.try_into().ok()?),
                created_at: Timestamp::from_millisecond(row.get(1)).ok()?,
                held: row.get(2),
                readers: row.get(3),
            })
        };
        rows.iter()
            .map(|row| {
                summary(row)
                    .ok_or_else(|| StoreError("a mailbox in the store is damaged".to_owned()))
            })
            .collect()
    }

    async fn by_inbound(&self, inbound: &Inbound) -> Result<Option<Mailbox>, StoreError> {
        self.mailbox(
            "SELECT number, id, public_key, token FROM remit_relay.mailbox WHERE inbound = $1",
            &inbound.digest().0,
        )
        .await
    }

    async fn by_id(&self, id: MailboxId) -> Result<Option<Mailbox>, StoreError> {
        self.mailbox(
            "SELECT number, id, public_key, token FROM remit_relay.mailbox WHERE id = $1",
            &id.0,
        )
        .await
    }

    async fn deposit(&self, deposit: Deposit) -> Result<Deposited, StoreError> {
        self.deposits.add(deposit).await
    }

    async fn fetch(
        &self,
        mailbox: i64,
        reader: &ReaderId,
        after: Option<Cursor>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Answer<Page>, StoreError> {
        let mut client = self.client().await?;
        let fresh = now.checked_sub(SEEN_AGAIN).unwrap_or(now);
        let known = client
            .query_opt(
                "SELECT FROM remit_relay.reader WHERE mailbox = $1 AND id = $2 AND seen_at >= $3",
                &[&mailbox, &reader.as_str(), &fresh.as_millisecond()],
            )
            .await
            .map_err(failed)?
            .is_some();
        if !known {
            let transaction = client.transaction().await.map_err(failed)?;
            if let Some(refusal) =
                see(&transaction, mailbox, reader, self.limits.readers, now).await?
            {
                return Ok(refusal);
            }
            transaction.commit().await.map_err(failed)?;
        }
        let statement = client
            .prepare_cached(
                "SELECT cursor, sealed FROM (
                     SELECT cursor, sealed, sum(octet_length(sealed)) OVER (ORDER BY cursor) AS bytes
                     FROM (SELECT cursor, sealed FROM remit_relay.notification
                           WHERE mailbox = $1 AND cursor > coalesce(
                               (SELECT $3::bigint FROM remit_relay.mailbox
                                WHERE number = $1 AND $3::bigint BETWEEN 0 AND last),
                               (SELECT acknowledged FROM remit_relay.reader WHERE mailbox = $1 AND id = $2), 0)
                           ORDER BY cursor LIMIT $4) AS next
                     ) AS summed
                 WHERE bytes - octet_length(sealed) <= $5 ORDER BY cursor",
            )
            .await
            .map_err(failed)?;
        let limit_rows = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        // Enough for the page and the row that shows that there is more.
        let bytes = i64::try_from(super::PAGE_BYTES).unwrap_or(i64::MAX);
        let rows = client
            .query(
                &statement,
                &[
                    &mailbox,
                    &reader.as_str(),
                    &after.map(|after| after.0),
                    &limit_rows,
                    &bytes,
                ],
            )
            .await
            .map_err(failed)?;
        let kept = rows.into_iter().map(|row| Kept {
            cursor: Cursor(row.get(0)),
            sealed: row.get(1),
        });
        Ok(Answer::Done(page(kept, limit)))
    }

    async fn acknowledge(
        &self,
        mailbox: i64,
        reader: &ReaderId,
        through: Cursor,
        now: Timestamp,
    ) -> Result<Answer<Cursor>, StoreError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await.map_err(failed)?;
        if let Some(refusal) = see(&transaction, mailbox, reader, self.limits.readers, now).await? {
            return Ok(refusal);
        }
        let acknowledged = transaction
            .query_one(
                "UPDATE remit_relay.reader SET acknowledged = greatest(acknowledged,
                     least($3, (SELECT last FROM remit_relay.mailbox WHERE number = $1)))
                 WHERE mailbox = $1 AND id = $2 RETURNING acknowledged",
                &[&mailbox, &reader.as_str(), &through.0],
            )
            .await
            .map_err(failed)?
            .get(0);
        tidy(&transaction, mailbox, self.retention.before(now)).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(Answer::Done(Cursor(acknowledged)))
    }

    async fn sweep(&self, now: Timestamp) -> Result<Swept, StoreError> {
        let before = self.retention.before(now);
        let stale = self
            .client()
            .await?
            .query(
                "SELECT mailbox FROM remit_relay.notification WHERE received_at < $1
                 UNION SELECT mailbox FROM remit_relay.reader WHERE seen_at < $2",
                &[&before.0, &before.1],
            )
            .await
            .map_err(failed)?;
        let mut swept = Swept::default();
        for row in stale {
            swept.mailboxes += 1;
            swept.notifications += self.tidy(row.get(0), before).await?;
        }
        Ok(swept)
    }

    async fn probe(&self) -> Result<(), StoreError> {
        let client = self.client().await?;
        let standby: bool = client
            .query_one("SELECT pg_is_in_recovery()", &[])
            .await
            .map_err(failed)?
            .get(0);
        if standby {
            return Err(StoreError(
                "this PostgreSQL is a standby that takes no writes".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Takes the mailbox's row, so that nobody else changes the mailbox until this transaction ends; whether there is one.
async fn lock(transaction: &Transaction<'_>, mailbox: i64) -> Result<bool, StoreError> {
    transaction
        .query_opt(
            "SELECT FROM remit_relay.mailbox WHERE number = $1 FOR UPDATE",
            &[&mailbox],
        )
        .await
        .map(|row| row.is_some())
        .map_err(failed)
}

/// Takes the mailbox and notes that a reader was there; it is new if need be. Or says why that cannot be.
async fn see<T>(
    transaction: &Transaction<'_>,
    mailbox: i64,
    reader: &ReaderId,
    readers: i64,
    now: Timestamp,
) -> Result<Option<Answer<T>>, StoreError> {
    if !lock(transaction, mailbox).await? {
        return Ok(Some(Answer::Gone));
    }
    let now = now.as_millisecond();
    let seen = transaction
        .execute(
            "UPDATE remit_relay.reader SET seen_at = $3 WHERE mailbox = $1 AND id = $2",
            &[&mailbox, &reader.as_str(), &now],
        )
        .await
        .map_err(failed)?;
    if seen > 0 {
        return Ok(None);
    }
    let added = transaction
        .execute(
            "INSERT INTO remit_relay.reader(mailbox, id, acknowledged, seen_at) SELECT $1, $2, 0, $3
             WHERE (SELECT count(*) FROM remit_relay.reader WHERE mailbox = $1) < $4",
            &[&mailbox, &reader.as_str(), &now, &readers],
        )
        .await
        .map_err(failed)?;
    Ok((added == 0).then_some(Answer::TooManyReaders))
}

/// Removes the mailbox's silent readers, then what is too old or acknowledged by all; how many notifications. The mailbox is
/// taken already.
async fn tidy(
    transaction: &Transaction<'_>,
    mailbox: i64,
    (notifications, readers): (i64, i64),
) -> Result<i64, StoreError> {
    transaction
        .execute(
            "DELETE FROM remit_relay.reader WHERE mailbox = $1 AND seen_at < $2",
            &[&mailbox, &readers],
        )
        .await
        .map_err(failed)?;
    let removed = transaction
        .query_one(
            "WITH removed AS (
                 DELETE FROM remit_relay.notification WHERE mailbox = $1 AND (received_at < $2
                     OR cursor <= (SELECT min(acknowledged) FROM remit_relay.reader WHERE mailbox = $1))
                 RETURNING octet_length(sealed)::bigint AS length),
             total AS (SELECT count(*) AS count, coalesce(sum(length), 0)::bigint AS bytes FROM removed),
             updated AS (
                 UPDATE remit_relay.mailbox SET held = held - total.count, bytes = mailbox.bytes - total.bytes
                 FROM total WHERE number = $1 AND total.count > 0)
             SELECT count FROM total",
            &[&mailbox, &notifications],
        )
        .await
        .map_err(failed)?;
    Ok(removed.get(0))
}
