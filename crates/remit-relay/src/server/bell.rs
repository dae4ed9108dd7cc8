//! Wakes long-polls when something arrives. Only mailboxes that somebody waits for take memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A mailbox's bell, and how many listen to it.
#[derive(Debug, Default)]
struct Hung {
    rope: Arc<Notify>,
    listeners: usize,
}

/// The bells of all mailboxes.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Mutex<HashMap<i64, Hung>>>);

/// Somebody who listens to a mailbox's bell.
pub(crate) struct Listener {
    bell: Bell,
    mailbox: i64,
    rope: Arc<Notify>,
}

impl Bell {
    fn hung(&self) -> MutexGuard<'_, HashMap<i64, Hung>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes who listens to that mailbox.
    pub(crate) fn ring(&self, mailbox: i64) {
        if let Some(hung) = self.hung().get(&mailbox) {
            hung.rope.notify_waiters();
        }
    }

    /// Wakes everybody, after arrivals may have been missed.
    pub(crate) fn ring_all(&self) {
        for hung in self.hung().values() {
            hung.rope.notify_waiters();
        }
    }

    /// Listens to a mailbox, unless so many do already.
    pub(crate) fn listen(&self, mailbox: i64, at_most: usize) -> Option<Listener> {
        let mut bells = self.hung();
        let hung = bells.entry(mailbox).or_default();
        if hung.listeners >= at_most {
            return None;
        }
        hung.listeners += 1;
        Some(Listener {
            bell: self.clone(),
            mailbox,
            rope: Arc::clone(&hung.rope),
        })
    }
}

impl Listener {
    /// The bell itself.
    pub(crate) fn rope(&self) -> &Notify {
        &self.rope
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut bells = self.bell.hung();
        if let Some(hung) = bells.get_mut(&self.mailbox) {
            hung.listeners -= 1;
            if hung.listeners == 0 {
                bells.remove(&self.mailbox);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_listens_is_woken_and_then_forgotten() {
        let bell = Bell::default();
        let listener = bell.listen(7, 2).unwrap();
        let second = bell.listen(7, 2).unwrap();
        assert!(bell.listen(7, 2).is_none());
        let rung = listener.rope().notified();
        bell.ring(8);
        bell.ring(7);
        rung.await;
        let rung = second.rope().notified();
        bell.ring_all();
        rung.await;
        drop((listener, second));
        assert!(bell.hung().is_empty());
    }
}
