//! Creates mailboxes: for whoever has the admin token over HTTP, and for admins on the machine itself.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use url::Url;

use super::store::{self, Store, StoreError};
use super::{Refused, Relay, bearer, read};
use crate::key::{Digest, Inbound, MailboxId, NoRandomness, Token};
use crate::link::{Link, LinkError};
use crate::sealed::{Notification, PublicKey, SealError};
use crate::wire::{CreatedMailbox, NewMailbox};

const BODY_LIMIT: usize = 1024;
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// What lets one create mailboxes over HTTP; only its digest is kept.
#[derive(Debug, Clone)]
pub struct AdminToken(Digest);

/// An admin token is too easy to guess.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the admin token must have 32 to 512 characters; `openssl rand -hex 32` makes one")]
pub struct WeakAdminToken;

impl AdminToken {
    /// Reads it.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn new(text: &str) -> Result<Self, WeakAdminToken> {
        let text = text.trim();
        (32..=512)
            .contains(&text.len())
            .then(|| Self(Digest::of(text.as_bytes())))
            .ok_or(WeakAdminToken)
    }

    fn is(&self, text: &str) -> bool {
        self.0 == Digest::of(text.as_bytes())
    }
}

/// A mailbox could not be created.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CreateError {
    /// Nothing can be sealed to the key.
    #[error(transparent)]
    Key(#[from] SealError),
    /// The relay's public address is none.
    #[error(transparent)]
    Address(#[from] LinkError),
    /// No secrets can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// It could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Creates a mailbox for that key in a relay with that public address. The link is the only copy of its secrets.
///
/// # Errors
/// When the key is unfit, or the store fails.
pub async fn create_mailbox(
    store: &dyn Store,
    public_url: &Url,
    public_key: PublicKey,
) -> Result<Link, CreateError> {
    let (id, token, inbound) = (
        MailboxId::generate()?,
        Token::generate()?,
        Inbound::generate()?,
    );
    let now = Timestamp::now();
    // An unfit key is told now, not by the first notification.
    let trial = Notification {
        received_at: now,
        content_type: None,
        body: Vec::new(),
    };
    public_key.seal(id, &trial)?;
    let link = Link::new(
        public_url.as_str(),
        id,
        token.clone(),
        inbound.clone(),
        &public_key,
    )?;
    store
        .create(store::NewMailbox::new(
            id, &inbound, &token, public_key, now,
        ))
        .await?;
    Ok(link)
}

pub(super) async fn create(
    State(relay): State<Arc<Relay>>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<CreatedMailbox>), Refused> {
    let Some(admin) = &relay.admin else {
        return Err(Refused(StatusCode::NOT_FOUND, ""));
    };
    if !bearer(&headers).is_some_and(|token| admin.is(token)) {
        relay.metrics.unauthorized();
        let why = "this is not the admin token";
        return Err(Refused(StatusCode::UNAUTHORIZED, why));
    }
    let body = read(body, BODY_LIMIT, BODY_WITHIN).await?;
    let unfit = || {
        let why = r#"the body must be {"public_key":"remit-relay-key:..."} with the key that Remit shows"#;
        Refused(StatusCode::BAD_REQUEST, why)
    };
    let asked: NewMailbox = serde_json::from_slice(&body).map_err(|_| unfit())?;
    let public_key: PublicKey = asked.public_key.parse().map_err(|_| unfit())?;
    match create_mailbox(&*relay.store, &relay.public_url, public_key).await {
        Ok(link) => {
            tracing::info!("a mailbox was created");
            let created = CreatedMailbox {
                mailbox: link.mailbox().to_string(),
                link: link.reveal().to_string(),
                ipn_url: link.ipn_url().to_string(),
            };
            Ok((StatusCode::CREATED, Json(created)))
        }
        Err(CreateError::Key(_)) => Err(unfit()),
        Err(error) => {
            tracing::error!(%error, "a mailbox could not be created");
            let why = "the mailbox could not be created; the relay's log says why";
            Err(Refused(StatusCode::SERVICE_UNAVAILABLE, why))
        }
    }
}
