//! What both ways in end in: the engine keeps what arrives, and test notifications are recognised on the way.

use super::{follower, lock, probe};
use remit_core::{Changed, Code, Engine, Error, InvoiceId, Observer, Posted, Verdict, Way};
use remit_listener::Kept;
use remit_relay::client::Arrived;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// Takes what arrives, by whichever way.
pub(crate) struct Intake {
    engine: Arc<Engine>,
    observer: Arc<dyn Observer>,
    /// Whether there is a token to check signatures with.
    can_check: bool,
    /// The test notification that is waited for; of those before it none is any more.
    awaited: Mutex<Option<Test>>,
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
            awaited: Mutex::default(),
            tested: Notify::new(),
            trouble: Mutex::default(),
        }
    }

    /// Takes what was posted to the listener; answers when it is durable.
    async fn take_posted(&self, posted: Posted<'_>) -> Kept {
        // Without a token the true and the forged look alike; whoever sends tries again.
        if !self.can_check {
            return Kept::Failed;
        }
        if self.is_test(posted) {
            return Kept::Durably;
        }
        let Posted { content_type, body } = posted;
        let taken = self
            .engine
            .take_notification(Way::Listener, content_type, body);
        match taken.await {
            Ok(Verdict::Forged) => {
                self.works();
                Kept::Refused
            }
            Ok(_) => {
                self.works();
                self.engine.wake();
                Kept::Durably
            }
            Err(error) => {
                self.fails(error);
                Kept::Failed
            }
        }
    }

    /// Takes a page of what a relay kept, all of it together. Answers how many from its first on are durable.
    pub(super) async fn take_page(&self, page: &[Arrived]) -> usize {
        if !self.can_check {
            return 0;
        }
        let mut posted = Vec::with_capacity(page.len());
        let (mut places, mut failures) = (Vec::with_capacity(page.len()), Vec::new());
        for (place, arrived) in page.iter().enumerate() {
            match &arrived.notification {
                Ok(notification) => {
                    let content_type = notification.content_type.as_deref();
                    let body = &notification.body;
                    let one = Posted { content_type, body };
                    if !self.is_test(one) {
                        places.push(place);
                        posted.push(one);
                    }
                }
                Err(why) => {
                    let noted = self.engine.note_unopened(&follower::sentence(why)).await;
                    failures.extend(noted.err().map(|error| (place, error)));
                }
            }
        }
        let taken = self.engine.take_notifications(Way::Relay, &posted).await;
        for (place, taken) in places.into_iter().zip(taken) {
            failures.extend(taken.err().map(|error| (place, error)));
        }
        self.engine.wake();
        match failures.into_iter().min_by_key(|(place, _)| *place) {
            None => {
                self.works();
                page.len()
            }
            Some((place, error)) => {
                self.fails(error);
                place
            }
        }
    }

    /// All that came is on record.
    fn works(&self) {
        *lock(&self.trouble) = None;
    }

    /// Something could not be kept. It comes again and again; the owner needs to hear of each trouble once.
    fn fails(&self, error: Error) {
        tracing::error!(%error, "a notification could not be kept");
        let before = lock(&self.trouble).replace(error.code());
        if before != Some(error.code()) {
            self.observer.changed(Changed::Trouble(error));
        }
    }

    /// A test notification with this number is on its way.
    pub(super) fn expect(&self, id: InvoiceId) {
        *lock(&self.awaited) = Some(Test { id, arrived: false });
    }

    /// Waits until that test notification has arrived.
    pub(super) async fn arrived(&self, id: &InvoiceId) {
        loop {
            let told = self.tested.notified();
            if lock(&self.awaited)
                .as_ref()
                .is_some_and(|test| test.id == *id && test.arrived)
            {
                return;
            }
            told.await;
        }
    }

    /// Whether it is a test notification, unchanged: the one that is waited for, or a late one, or another computer's that
    /// reads the same mailbox. Those are no part of the history.
    fn is_test(&self, posted: Posted<'_>) -> bool {
        let gateway = &self.engine.ports().gateway;
        let read = gateway.read_notification(posted.content_type, posted.body);
        let told = match read {
            Ok(notification) if probe::is_one(&notification.payout) => notification.payout,
            _ => return false,
        };
        if let Some(test) = lock(&self.awaited)
            .as_mut()
            .filter(|test| test.id == told.invoice_id)
        {
            test.arrived = true;
            self.tested.notify_waiters();
        }
        true
    }
}

impl remit_listener::Intake for Intake {
    async fn take(&self, content_type: Option<&str>, body: &[u8]) -> Kept {
        self.take_posted(Posted { content_type, body }).await
    }
}
