//! Hears what other relays took.

use std::future::poll_fn;
use std::time::Duration;

use postgres_native_tls::MakeTlsConnector;
use tokio_postgres::{AsyncMessage, Config};

use super::connecting::whole;
use crate::server::bell::Bell;

/// How long to wait before connecting again.
const AGAIN: Duration = Duration::from_secs(2);

/// Rings the bell of every mailbox that some relay announces, for as long as the store is open.
pub(super) async fn follow(config: Config, tls: MakeTlsConnector, bell: Bell) {
    loop {
        if let Err(error) = listen(&config, tls.clone(), &bell).await {
            tracing::warn!(cause = %whole(&error), "announcements of other relays are not heard for now");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn listen(
    config: &Config,
    tls: MakeTlsConnector,
    bell: &Bell,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(tls).await?;
    let hear = async {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(announced) = message?
                && let Ok(mailbox) = announced.payload().parse()
            {
                bell.ring(mailbox);
            }
        }
        Ok(())
    };
    let ask = async {
        client.batch_execute("LISTEN remit_relay").await?;
        // What came while nobody listened was not heard.
        bell.ring_all();
        std::future::pending::<()>().await;
        Ok(())
    };
    tokio::select! {
        heard = hear => heard,
        asked = ask => asked,
    }
}
