//! Whether it is known that the ledger is the newest there is. While the host cannot tell, nothing is sent from it: what is
//! queued there may have been sent already.

use super::{Changed, Engine};
use crate::error::Error;
use std::sync::PoisonError;

impl Engine {
    /// Holds whatever would be sent or released, until [`Engine::hold_no_longer`]: `why` is what keeps the host from telling
    /// whether the ledger is the newest.
    pub fn hold(&self, why: Error) {
        self.set_held(Some(why));
    }

    /// It is known by now. What that showed was recorded before.
    pub fn hold_no_longer(&self) {
        if self.set_held(None).is_some() {
            self.tell(Changed::Engine);
            self.wake();
        }
    }

    /// What keeps the host from telling whether the ledger is the newest.
    pub(crate) fn held(&self) -> Option<Error> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }

    fn set_held(&self, why: Option<Error>) -> Option<Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut held, why)
    }
}
