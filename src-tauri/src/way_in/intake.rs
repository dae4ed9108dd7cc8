//! What both ways in end in: the engine keeps what arrives, and test notifications are recognised on the way.

use super::lock;
use remit_core::{Changed, Code, Engine, InvoiceId, Observer, Verdict, Way};
use remit_listener::Kept;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// Takes what arrives, by whichever way.
pub(crate) struct Intake {
    engine: Arc<Engine>,
    observer: Arc<dyn Observer>,
    /// Whether there is a token to check signatures with.
    can_check: bool,
    tests: Mutex<Vec<Test>>,
    tested: Notify,
    /// What kept the last notification from being kept; the owner was told.
    trouble: Mutex<Option<Code>>,
}

/// A test notification that was sent.
struct Test {
    id: InvoiceId,
    arrived: bool,
}

impl Intake {
    pub(crate) fn new(engine: Arc<Engine>, observer: Arc<dyn Observer>, can_check: bool) -> Self {
        Self {
            engine,
            observer,
            can_check,
            tests: Mutex::default(),
            tested: Notify::new(),
            trouble: Mutex::default(),
        }
    }

    /// Takes a notification; answers when it is durable.
    pub(super) async fn take(&self, way: Way, content_type: Option<&str>, body: &[u8]) -> Kept {
        // Without a token the true and the forged look alike; whoever sends tries again.
        if !self.can_check {
            return Kept::Failed;
        }
        if self.is_test(content_type, body) {
            return Kept::Durably;
        }
        let taken = self.engine.take_notification(way, content_type, body).await;
        self.kept(taken)
    }

    /// Takes what a relay kept and what cannot be opened here.
    pub(super) async fn take_unopened(&self, why: &str) -> Kept {
        let noted = self.engine.note_unopened(why).await;
        self.kept(noted.map(|()| Verdict::Unopened))
    }

    fn kept(&self, taken: Result<Verdict, remit_core::Error>) -> Kept {
        let error = match taken {
            Ok(verdict) => {
                *lock(&self.trouble) = None;
                if verdict == Verdict::Forged {
                    return Kept::Refused;
                }
                self.engine.wake();
                return Kept::Durably;
            }
            Err(error) => error,
        };
        tracing::error!(%error, "a notification could not be kept");
        // It comes again and again; the owner needs to hear of each trouble once.
        let before = lock(&self.trouble).replace(error.code());
        if before != Some(error.code()) {
            self.observer.changed(Changed::Trouble(error));
        }
        Kept::Failed
    }

    /// A test notification with this number is on its way.
    pub(super) fn expect(&self, id: InvoiceId) {
        lock(&self.tests).push(Test { id, arrived: false });
    }

    /// Waits until that test notification has arrived.
    pub(super) async fn arrived(&self, id: &InvoiceId) {
        loop {
            let told = self.tested.notified();
            if lock(&self.tests)
                .iter()
                .any(|test| test.id == *id && test.arrived)
            {
                return;
            }
            told.await;
        }
    }

    /// Whether it is a test notification of ours, unchanged. Those are no part of the history.
    fn is_test(&self, content_type: Option<&str>, body: &[u8]) -> bool {
        if lock(&self.tests).is_empty() {
            return false;
        }
        let gateway = &self.engine.ports().gateway;
        let Ok(notification) = gateway.read_notification(content_type, body) else {
            return false;
        };
        let mut tests = lock(&self.tests);
        let told = &notification.payout.invoice_id;
        let Some(test) = tests.iter_mut().find(|test| test.id == *told) else {
            return false;
        };
        test.arrived = true;
        drop(tests);
        self.tested.notify_waiters();
        true
    }
}

impl remit_listener::Intake for Intake {
    async fn take(&self, content_type: Option<&str>, body: &[u8]) -> Kept {
        self.take(Way::Listener, content_type, body).await
    }
}
