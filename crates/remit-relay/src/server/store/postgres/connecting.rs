//! Connections to PostgreSQL, and its tables.

use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use postgres_native_tls::MakeTlsConnector;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::super::StoreError;

/// How many connections do the work.
const CONNECTIONS: usize = 8;

/// How long to wait for a connection.
const CONNECTED_WITHIN: Duration = Duration::from_secs(10);

/// Relays that start at the same time set the tables up one after the other.
const SET_UP: &str = "
    SELECT pg_advisory_xact_lock(7236870171);
    CREATE SCHEMA IF NOT EXISTS remit_relay;
    CREATE TABLE IF NOT EXISTS remit_relay.mailbox(
        number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id BYTEA NOT NULL UNIQUE,
        inbound BYTEA NOT NULL UNIQUE,
        token BYTEA NOT NULL,
        public_key BYTEA NOT NULL,
        created_at BIGINT NOT NULL,
        last BIGINT NOT NULL DEFAULT 0,
        held BIGINT NOT NULL DEFAULT 0,
        bytes BIGINT NOT NULL DEFAULT 0
    );
    CREATE TABLE IF NOT EXISTS remit_relay.notification(
        mailbox BIGINT NOT NULL REFERENCES remit_relay.mailbox ON DELETE CASCADE,
        cursor BIGINT NOT NULL,
        received_at BIGINT NOT NULL,
        sealed BYTEA NOT NULL,
        PRIMARY KEY(mailbox, cursor)
    );
    CREATE INDEX IF NOT EXISTS notification_age ON remit_relay.notification(received_at);
    CREATE TABLE IF NOT EXISTS remit_relay.reader(
        mailbox BIGINT NOT NULL REFERENCES remit_relay.mailbox ON DELETE CASCADE,
        id TEXT NOT NULL,
        acknowledged BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        PRIMARY KEY(mailbox, id)
    );
    CREATE INDEX IF NOT EXISTS reader_age ON remit_relay.reader(seen_at);
    CREATE TABLE IF NOT EXISTS remit_relay.version(number INTEGER NOT NULL);
    INSERT INTO remit_relay.version SELECT 1 WHERE NOT EXISTS (SELECT FROM remit_relay.version);";

const VERSION: i32 = 1;

/// Reads the URL. On this computer TLS is not asked for unless the URL does: Debian's own certificate is trusted by nobody.
pub(super) fn settings(url: &str) -> Result<Config, StoreError> {
    let mut config: Config = url
        .parse()
        .map_err(|error| StoreError(format!("the store's URL is not understood: {error}")))?;
    let near = |host: &Host| match host {
        Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    if config.get_ssl_mode() == SslMode::Prefer {
        let mode = if config.get_hosts().iter().all(near) {
            SslMode::Disable
        } else {
            SslMode::Require
        };
        config.ssl_mode(mode);
    }
    config
        .application_name("remit-relay")
        .connect_timeout(CONNECTED_WITHIN);
    Ok(config)
}

/// Connections that do not answer before they have written.
pub(super) fn pool(config: Config, tls: MakeTlsConnector) -> Result<Pool, StoreError> {
    let manager = Manager::from_config(
        config,
        tls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    // A database that is set to answer before it has written must not do so here.
    let durable = Hook::async_fn(|client, _| {
        Box::pin(async move {
            client
                .batch_execute(
                    "SELECT set_config('synchronous_commit', 'on', false)
                     WHERE current_setting('synchronous_commit') = 'off';
                     SET statement_timeout = '15s';",
                )
                .await
                .map_err(HookError::Backend)
        })
    });
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .wait_timeout(Some(CONNECTED_WITHIN))
        .create_timeout(Some(CONNECTED_WITHIN))
        .recycle_timeout(Some(CONNECTED_WITHIN))
        .runtime(Runtime::Tokio1)
        .post_create(durable)
        .build()
        .map_err(|error| StoreError(format!("PostgreSQL: {error}")))
}

/// Sets the tables up where they are missing.
pub(super) async fn set_up(pool: &Pool) -> Result<(), StoreError> {
    let mut client = pool.get().await.map_err(unavailable)?;
    let fsync: String = client
        .query_one("SELECT current_setting('fsync')", &[])
        .await
        .map_err(failed)?
        .get(0);
    if fsync != "on" {
        return Err(StoreError(
                "this PostgreSQL has fsync off, so it loses notifications that were answered; set fsync = on"
                    .to_owned(),
            ));
    }
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.batch_execute(SET_UP).await.map_err(failed)?;
    let version: i32 = transaction
        .query_one("SELECT max(number) FROM remit_relay.version", &[])
        .await
        .map_err(failed)?
        .get(0);
    if version > VERSION {
        return Err(StoreError(
            "the database was set up by a newer relay; update this one".to_owned(),
        ));
    }
    transaction.commit().await.map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn failed(error: tokio_postgres::Error) -> StoreError {
    StoreError(format!("PostgreSQL: {}", whole(&error)))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn unavailable(error: deadpool_postgres::PoolError) -> StoreError {
    StoreError(format!("no connection to PostgreSQL: {}", whole(&error)))
}

/// An error and what caused it, which PostgreSQL's client does not say by itself.
pub(super) fn whole(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}
