//! The mailboxes that took something lately, so that not every notification asks the store whose it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::store::{Mailbox, Store, StoreError};
use crate::key::Inbound;

/// How many are remembered at most.
const MOST: usize = 4096;

/// How long: a mailbox that was removed elsewhere is unknown after this.
const FRESH: Duration = Duration::from_secs(30);

/// A mailbox and when it was looked up.
type Known = (Arc<Mailbox>, Instant);

/// Mailboxes by the digest of their address. An address that is nobody's is not remembered.
#[derive(Default)]
pub(crate) struct Directory(Mutex<HashMap<[u8; 32], Known>>);

impl Directory {
    /// The mailbox with that address.
    pub(crate) async fn find(
        &self,
        store: &dyn Store,
        inbound: &Inbound,
    ) -> Result<Option<Arc<Mailbox>>, StoreError> {
        let digest = inbound.digest().0;
        let now = Instant::now();
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((mailbox, since)) = lock().get(&digest)
            && now.duration_since(*since) < FRESH
        {
            return Ok(Some(Arc::clone(mailbox)));
        }
        let Some(mailbox) = store.by_inbound(inbound).await?.map(Arc::new) else {
            lock().remove(&digest);
            return Ok(None);
        };
        let mut known = lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(digest, (Arc::clone(&mailbox), now));
        Ok(Some(mailbox))
    }
}
