//! The ledger of a run.

mod answers;
mod content;
mod known;
mod lists;
mod memory;
mod notifications;
mod overview;
mod store;
mod watched;

pub(crate) use known::Known;
pub use memory::{Fault, MemoryLedger};
pub(crate) use store::{Copy, InMemory, OnDisk, Store};
pub(crate) use watched::{Watched, at_once};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;
    use jiff::Timestamp;
    use remit_core::{EventKind, LedgerError, NewEvent, Source, Subject, conformance};
    use std::sync::{Arc, Mutex};

    fn watched(store: Arc<dyn Store>) -> Watched {
        let known = Arc::new(Mutex::new(Known::default()));
        Watched::new(World::new(1, Timestamp::UNIX_EPOCH, false), store, known)
    }

    #[test]
    fn both_ledgers_keep_the_promises_of_the_port_as_a_run_sees_them() {
        at_once(conformance::ledger(async || {
            watched(Arc::new(InMemory::default()))
        }));
        at_once(conformance::ledger(async || {
            watched(Arc::new(OnDisk::new().unwrap()))
        }));
    }

    #[test]
    fn a_broken_write_changes_nothing_and_the_next_one_goes_through() {
        let stores: [Arc<dyn Store>; 2] = [
            Arc::new(InMemory::default()),
            Arc::new(OnDisk::new().unwrap()),
        ];
        for store in stores {
            let event = || {
                let at = Timestamp::UNIX_EPOCH;
                NewEvent::new(at, Subject::Nothing, EventKind::Notified, Source::Remit)
            };
            let write = || at_once(store.ledger().record_events(vec![event()]));
            let events = || at_once(store.ledger().verify()).unwrap().events;
            write().unwrap();
            store.break_next_write();
            let failed = write().unwrap_err();
            assert!(
                matches!(failed, LedgerError::DiskFull | LedgerError::Failed(_)),
                "{failed:?}"
            );
            assert_eq!(events(), 1, "nothing half-done");
            write().unwrap();
            let copy = store.copy(Known::default()).unwrap();
            write().unwrap();
            store.reopen().unwrap();
            assert_eq!(events(), 3, "what was answered is there after a crash");
            store.put_back(&copy, false).unwrap();
            assert_eq!(events(), 2);
        }
    }
}
