//! The laptop's side: fetches by long-poll, acknowledges after the laptop's own commit, and never gives up.

use std::future::Future;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use reqwest::{RequestBuilder, Response, StatusCode, redirect};

use crate::link::Link;
use crate::sealed::{Notification, OpenError, PrivateKey};
use crate::wire::{Acknowledge, Acknowledged, Cursor, Fetch, LARGEST_PAGE, Page, ReaderId};

/// How long the relay is asked to wait; a little less than proxies do.
const WAIT: Duration = Duration::from_secs(50);

/// How long an answer may take beyond the wait.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);

const CONNECTED_WITHIN: Duration = Duration::from_secs(15);

/// The longest answer that is read. A page of the relay's takes a tenth of it.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// An empty page that comes sooner than this was not waited for.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The waits between attempts that fail.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// A relay could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// It was not reached.
    #[error("the relay cannot be reached; Remit tries again, and asks Pockyt itself meanwhile")]
    Unreachable(#[source] reqwest::Error),
    /// It does not know the mailbox, or not with this token.
    #[error(
        "the relay does not know this mailbox any more; ask whoever runs it for a new relay link"
    )]
    Unauthorized,
    /// It has too many readers.
    #[error(
        "too many computers read this mailbox; one that is not used any more is forgotten in time"
    )]
    TooManyReaders,
    /// It answered that it cannot now.
    #[error("the relay cannot answer now (HTTP {0}); Remit tries again")]
    Unavailable(u16),
    /// Its answer was not understood.
    #[error("what answers at the relay's address is no relay; check the relay link")]
    NotARelay,
}

/// A notification from the relay.
#[derive(Debug)]
pub struct Arrived {
    /// Where it stands in the mailbox.
    pub cursor: Cursor,
    /// What it says; or why it cannot be opened, which is to be told and recorded, as it will never be otherwise.
    pub notification: Result<Notification, OpenError>,
}

/// How the way to the relay is.
#[derive(Debug)]
pub enum Told<'a> {
    /// The relay answers.
    Connected,
    /// It does not, and is asked again after that time.
    Interrupted {
        /// Why.
        cause: &'a ClientError,
        /// When.
        again_in: Duration,
    },
    /// What arrived was not committed here, and is fetched again after that time.
    NotCommitted {
        /// When.
        again_in: Duration,
    },
}

/// What is done with what arrives.
pub trait Intake: Send + Sync {
    /// Commits a page of notifications, durably, and answers how many from its first on were. What follows those arrives
    /// again, whether it was committed or not.
    fn commit(&self, page: Vec<Arrived>) -> impl Future<Output = usize> + Send;

    /// Hears how the way to the relay is. Called on every change, and for each failed attempt.
    fn told(&self, told: Told<'_>);
}

/// Fetches from one mailbox.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    link: Link,
    key: PrivateKey,
    reader: ReaderId,
}

impl Client {
    /// Prepares to fetch. The reader's ID must be this laptop's own, and the same every time.
    ///
    /// # Errors
    /// When the system's TLS cannot be used.
    pub fn new(link: Link, key: PrivateKey, reader: ReaderId) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECTED_WITHIN)
            // The token goes to the relay and nowhere else.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(ClientError::Unreachable)?;
        Ok(Self {
            http,
            link,
            key,
            reader,
        })
    }

    /// What came after the cursor (or after what was acknowledged), waiting for it up to that long; and whether there is
    /// more.
    ///
    /// # Errors
    /// When the relay cannot be asked.
    pub async fn fetch(
        &self,
        after: Option<Cursor>,
        wait: Duration,
    ) -> Result<(Vec<Arrived>, bool), ClientError> {
        let fetch = Fetch {
            reader: self.reader.clone(),
            after,
            wait: wait.as_secs(),
            limit: Some(LARGEST_PAGE),
        };
        let mut url = self.url("notifications");
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("reader", fetch.reader.as_str());
            query.append_pair("wait", &fetch.wait.to_string());
            if let Some(after) = fetch.after {
                query.append_pair("after", &after.0.to_string());
            }
            if let Some(limit) = fetch.limit {
                query.append_pair("limit", &limit.to_string());
            }
        }
        let request = self.http.get(url).timeout(wait + ANSWERED_WITHIN);
        let page: Page = self.ask(request).await?;
        // Opening each takes time, so that no more is opened than was asked for.
        if page.notifications.len() > LARGEST_PAGE {
            return Err(ClientError::NotARelay);
        }
        let open = |kept: crate::wire::Kept| Arrived {
            cursor: kept.cursor,
            notification: self.key.open(self.link.mailbox(), &kept.sealed),
        };
        Ok((
            page.notifications.into_iter().map(open).collect(),
            page.more,
        ))
    }

    /// Tells the relay that everything up to the cursor is committed here.
    ///
    /// # Errors
    /// When the relay cannot be asked.
    pub async fn acknowledge(&self, through: Cursor) -> Result<Cursor, ClientError> {
        let said = Acknowledge {
            reader: self.reader.clone(),
            through,
        };
        let body = serde_json::to_vec(&said).map_err(|_| ClientError::NotARelay)?;
        let request = self
            .http
            .post(self.url("acknowledge"))
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .timeout(ANSWERED_WITHIN)
            .body(body);
        let acknowledged: Acknowledged = self.ask(request).await?;
        Ok(acknowledged.through)
    }

    /// Fetches, commits and acknowledges for as long as it is polled. Nothing is acknowledged that was not committed, and
    /// the relay keeps what was not acknowledged, so that it may be dropped at any moment.
    pub async fn follow(&self, intake: &impl Intake) {
        let mut pauses = pauses();
        let mut connected = false;
        loop {
            // The first look does not wait, so that it is soon known whether the relay answers.
            let wait = if connected { WAIT } else { Duration::ZERO };
            let began = Instant::now();
            let turn = match self.fetch(None, wait).await {
                Ok((arrived, _)) => {
                    if !connected {
                        connected = true;
                        intake.told(Told::Connected);
                    }
                    self.commit(intake, arrived).await
                }
                Err(cause) => Err(cause),
            };
            match turn {
                Ok(Turn::Committed) => pauses = self::pauses(),
                Ok(Turn::Empty) if wait.is_zero() => {}
                Ok(Turn::Empty) if began.elapsed() >= AT_ONCE => pauses = self::pauses(),
                Ok(Turn::Empty) => {
                    tokio::time::sleep(pauses.next().unwrap_or(LONGEST_PAUSE)).await;
                }
                Ok(Turn::NotCommitted) => {
                    let again_in = pauses.next().unwrap_or(LONGEST_PAUSE);
                    intake.told(Told::NotCommitted { again_in });
                    tokio::time::sleep(again_in).await;
                }
                Err(cause) => {
                    connected = false;
                    let again_in = pauses.next().unwrap_or(LONGEST_PAUSE);
                    intake.told(Told::Interrupted {
                        cause: &cause,
                        again_in,
                    });
                    tokio::time::sleep(again_in).await;
                }
            }
        }
    }

    /// Commits what arrived, and acknowledges it up to the first that could not be.
    async fn commit(&self, intake: &impl Intake, page: Vec<Arrived>) -> Result<Turn, ClientError> {
        if page.is_empty() {
            return Ok(Turn::Empty);
        }
        let cursors: Vec<Cursor> = page.iter().map(|arrived| arrived.cursor).collect();
        let committed = intake.commit(page).await;
        let through = cursors.iter().take(committed).next_back();
        if let Some(through) = through {
            self.acknowledge(*through).await?;
        }
        Ok(if committed < cursors.len() {
            Turn::NotCommitted
        } else {
            Turn::Committed
        })
    }

    fn url(&self, what: &str) -> url::Url {
        let mut url = self.link.relay().clone();
        let path = format!("{}v1/mailbox/{}/{what}", url.path(), self.link.mailbox());
        url.set_path(&path);
        url
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, ClientError> {
        let response = request
            .bearer_auth(self.link.token().reveal().as_str())
            .send()
            .await
            .map_err(hidden)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(ClientError::Unauthorized),
            StatusCode::CONFLICT => return Err(ClientError::TooManyReaders),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(ClientError::Unavailable(status.as_u16()));
            }
            _ => return Err(ClientError::NotARelay),
        }
        let body = read(response).await?;
        serde_json::from_slice(&body).map_err(|_| ClientError::NotARelay)
    }
}

/// What a turn did.
enum Turn {
    Empty,
    Committed,
    NotCommitted,
}

/// Pauses that grow and differ, so that a relay that comes back is not met by all its laptops at once.
fn pauses() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::new()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_jitter()
        .without_max_times()
        .build()
}

/// The error without the address, which names the mailbox.
fn hidden(error: reqwest::Error) -> ClientError {
    ClientError::Unreachable(error.without_url())
}

async fn read(mut response: Response) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(hidden)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(ClientError::NotARelay);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
