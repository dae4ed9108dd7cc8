//! The keychain's copy of where the history stands. A ledger file that lacks what it tells of is an older file, and one of
//! which it knows nothing may be: neither may send anything before it was compared with Pockyt (docs/adr/0008).

use crate::ipc::views::RememberedHead;
use remit_core::{ChainHead, Engine, Error, LedgerError, RecoveryCause, Secret, Vault};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The newest event of an account's history, as the keychain knows it.
pub(crate) struct Bookmark {
    engine: Arc<Engine>,
    vault: Arc<dyn Vault>,
    place: Secret,
    /// The head that the keychain holds, if any; nothing before the file was compared with it.
    kept: Mutex<Option<Option<ChainHead>>>,
}

impl Bookmark {
    pub(crate) fn new(engine: Arc<Engine>, vault: Arc<dyn Vault>, profile_id: &str) -> Self {
        Self {
            engine,
            vault,
            place: Secret::LedgerHead(profile_id.to_owned()),
            kept: Mutex::new(None),
        }
    }

    /// Compares the file with the keychain. A file that is older than what the keychain remembers, or of which it remembers
    /// nothing, begins to compare itself with Pockyt; when that cannot be recorded, nothing may be sent from it. What was held
    /// until this was known goes on.
    ///
    /// # Errors
    /// When the keychain cannot be asked, or the ledger fails.
    pub(crate) async fn compare(&self) -> Result<RememberedHead, Error> {
        let mut kept = self.kept.lock().await;
        self.compare_with(&mut kept).await
    }

    async fn compare_with(
        &self,
        kept: &mut Option<Option<ChainHead>>,
    ) -> Result<RememberedHead, Error> {
        let text = self.vault.get(&self.place).await?;
        let remembered = text.as_ref().and_then(read);
        let ledger = &self.engine.ports().ledger;
        let head = ledger.head().await?;
        let stands = self.stands(remembered.as_ref(), &head).await?;
        let cause = match stands {
            RememberedHead::MissingEvents | RememberedHead::Differs => {
                Some(RecoveryCause::RolledBack)
            }
            // Of a new account's ledger the keychain knows before its first event. In the course of a session only the
            // keychain changes, and not the file.
            RememberedHead::None if head.seq > 0 && kept.is_none() => Some(RecoveryCause::Restored),
            _ => None,
        };
        if let Some(cause) = cause {
            let under_way = ledger.recovery().await?;
            if under_way.is_none_or(|recovery| recovery.done_at.is_some()) {
                self.engine.begin_recovery(cause).await?;
            }
        }
        *kept = Some(remembered);
        self.engine.hold_no_longer();
        Ok(stands)
    }

    async fn stands(
        &self,
        remembered: Option<&ChainHead>,
        head: &ChainHead,
    ) -> Result<RememberedHead, LedgerError> {
        let Some(remembered) = remembered else {
            return Ok(RememberedHead::None);
        };
        if head == remembered {
            return Ok(RememberedHead::Matches);
        }
        if head.seq < remembered.seq {
            return Ok(RememberedHead::MissingEvents);
        }
        // It was told when there was no event yet.
        if remembered.seq == 0 {
            return Ok(RememberedHead::Behind);
        }
        let ledger = &self.engine.ports().ledger;
        let event = ledger.event_at(remembered.seq).await?;
        Ok(match event {
            Some(event) if event.hash != remembered.hash => RememberedHead::Differs,
            Some(_) => RememberedHead::Behind,
            None => RememberedHead::MissingEvents,
        })
    }

    /// Whether the file was compared with the keychain since it was opened.
    pub(crate) async fn is_compared(&self) -> bool {
        self.kept.lock().await.is_some()
    }

    /// Lets the keychain know where the history stands now, if that moved.
    ///
    /// # Errors
    /// When the keychain or the ledger fails. What the keychain held before still holds.
    pub(crate) async fn keep(&self) -> Result<(), Error> {
        let mut kept = self.kept.lock().await;
        // What the keychain remembers is never replaced unseen.
        if kept.is_none() {
            self.compare_with(&mut kept).await?;
        }
        let head = self.engine.ports().ledger.head().await?;
        if kept.as_ref() == Some(&Some(head.clone())) {
            return Ok(());
        }
        let text = SecretString::from(format!("{} {}", head.seq, head.hash));
        self.vault.set(&self.place, &text).await?;
        *kept = Some(Some(head));
        Ok(())
    }
}

fn read(text: &SecretString) -> Option<ChainHead> {
    let head = text
        .expose_secret()
        .split_once(' ')
        .and_then(|(seq, hash)| {
            Some(ChainHead {
                seq: seq.parse().ok()?,
                hash: hash.to_owned(),
            })
        });
    if head.is_none() {
        tracing::warn!("what the keychain remembers of the history cannot be read");
    }
    head
}
