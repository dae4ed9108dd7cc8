//! Deposits that share a commit.

use std::collections::BTreeMap;

use deadpool_postgres::Pool;
use tokio::sync::{mpsc, oneshot};

use super::super::{Deposit, Deposited, Limits, StoreError};
use super::connecting::{failed, unavailable};
use crate::wire::Cursor;

/// How many deposits share one commit at most.
const GROUP: usize = 256;

/// How many deposits wait before callers wait too.
const QUEUE: usize = 4 * GROUP;

type Reply = oneshot::Sender<Result<Deposited, StoreError>>;

/// The way in for deposits.
pub(super) struct Deposits(mpsc::Sender<(Deposit, Reply)>);

impl Deposits {
    /// Starts taking them.
    pub(super) fn start(pool: Pool, limits: Limits) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(serve(pool, limits, waiting));
        Self(queue)
    }

    /// Adds one, and answers when it is durable.
    pub(super) async fn add(&self, deposit: Deposit) -> Result<Deposited, StoreError> {
        let stopped = || StoreError("the store has stopped; start the relay again".to_owned());
        let (reply, answer) = oneshot::channel();
        self.0.send((deposit, reply)).await.map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }
}

async fn serve(pool: Pool, limits: Limits, mut waiting: mpsc::Receiver<(Deposit, Reply)>) {
    let mut group = Vec::new();
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let (deposits, replies): (Vec<_>, Vec<_>) = group.drain(..).unzip();
        match commit(&pool, limits, &deposits).await {
            Ok(outcomes) => {
                for (reply, outcome) in replies.into_iter().zip(outcomes) {
                    let _ = reply.send(Ok(outcome));
                }
            }
            Err(error) => {
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
}

/// How full a mailbox is.
struct Room {
    last: i64,
    held: i64,
    bytes: i64,
}

async fn commit(
    pool: &Pool,
    limits: Limits,
    group: &[Deposit],
) -> Result<Vec<Deposited>, StoreError> {
    let mut client = pool.get().await.map_err(unavailable)?;
    let transaction = client.transaction().await.map_err(failed)?;
    let mut mailboxes: Vec<i64> = group.iter().map(|deposit| deposit.mailbox).collect();
    mailboxes.sort_unstable();
    mailboxes.dedup();
    // In the order of their numbers, so that two relays never wait for each other.
    let lock = transaction
        .prepare_cached(
            "SELECT number, last, held, bytes FROM remit_relay.mailbox WHERE number = ANY($1)
             ORDER BY number FOR UPDATE",
        )
        .await
        .map_err(failed)?;
    let rows = transaction
        .query(&lock, &[&mailboxes])
        .await
        .map_err(failed)?;
    let mut rooms: BTreeMap<i64, Room> = rows
        .iter()
        .map(|row| {
            let room = Room {
                last: row.get(1),
                held: row.get(2),
                bytes: row.get(3),
            };
            (row.get(0), room)
        })
        .collect();
    let outcomes: Vec<_> = group
        .iter()
        .map(|deposit| assign(&mut rooms, limits, deposit))
        .collect();
    let kept = || {
        group
            .iter()
            .zip(&outcomes)
            .filter_map(|(deposit, outcome)| match outcome {
                Deposited::Kept(cursor) => Some((deposit, cursor.0)),
                Deposited::Full | Deposited::Gone => None,
            })
    };
    let insert = transaction
        .prepare_cached(
            "INSERT INTO remit_relay.notification(mailbox, cursor, received_at, sealed)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])",
        )
        .await
        .map_err(failed)?;
    transaction
        .execute(
            &insert,
            &[
                &kept()
                    .map(|(deposit, _)| deposit.mailbox)
                    .collect::<Vec<_>>(),
                &kept().map(|(_, cursor)| cursor).collect::<Vec<_>>(),
                &kept()
                    .map(|(deposit, _)| deposit.received_at.as_millisecond())
                    .collect::<Vec<_>>(),
                &kept()
                    .map(|(deposit, _)| deposit.sealed.as_slice())
                    .collect::<Vec<_>>(),
            ],
        )
        .await
        .map_err(failed)?;
    let update = transaction
        .prepare_cached(
            "UPDATE remit_relay.mailbox SET last = new.last, held = new.held, bytes = new.bytes
             FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
                 AS new(number, last, held, bytes)
             WHERE mailbox.number = new.number",
        )
        .await
        .map_err(failed)?;
    let column = |value: fn(&Room) -> i64| rooms.values().map(value).collect::<Vec<_>>();
    transaction
        .execute(
            &update,
            &[
                &rooms.keys().copied().collect::<Vec<_>>(),
                &column(|room| room.last),
                &column(|room| room.held),
                &column(|room| room.bytes),
            ],
        )
        .await
        .map_err(failed)?;
    let announce = transaction
        .prepare_cached(
            "SELECT pg_notify('remit_relay', number::text) FROM unnest($1::bigint[]) AS number",
        )
        .await
        .map_err(failed)?;
    transaction
        .query(&announce, &[&mailboxes])
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(outcomes)
}

/// Gives a deposit its cursor, if there is room.
fn assign(rooms: &mut BTreeMap<i64, Room>, limits: Limits, deposit: &Deposit) -> Deposited {
    let Some(room) = rooms.get_mut(&deposit.mailbox) else {
        return Deposited::Gone;
    };
    let length = i64::try_from(deposit.sealed.len()).unwrap_or(i64::MAX);
    let bytes = room.bytes.saturating_add(length);
    if room.held >= limits.stored || bytes > limits.bytes {
        return Deposited::Full;
    }
    room.last += 1;
    room.held += 1;
    room.bytes = bytes;
    Deposited::Kept(Cursor(room.last))
}
