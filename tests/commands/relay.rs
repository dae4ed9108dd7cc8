//! A relay of the test's own, on a real port and a real file.

use crate::desk::wait;
use jiff::SignedDuration;
use remit_relay::link::Link;
use remit_relay::sealed::PublicKey;
use remit_relay::server::{
    Bell, Limits, Retention, Running, Settings, Store, create_mailbox, open,
};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A relay that can be stopped and started again on the same port.
pub struct Relay {
    port: u16,
    store: Arc<dyn Store>,
    bell: Bell,
    running: Option<Running>,
    _folder: TempDir,
}

async fn store(folder: &Path) -> (Arc<dyn Store>, Bell) {
    let limits = Limits {
        stored: 10_000,
        bytes: 64 * 1024 * 1024,
        readers: 4,
    };
    let retention = Retention {
        notifications: SignedDuration::from_hours(24),
        readers: SignedDuration::from_hours(24),
    };
    let bell = Bell::default();
    let place = folder.join("relay.db");
    let place = place.to_str().unwrap();
    (open(place, limits, retention, &bell).await.unwrap(), bell)
}

async fn start(port: u16, store: Arc<dyn Store>, bell: Bell) -> Running {
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let settings = Settings {
        listen: local(port),
        observe: local(0),
        public_url: "http://127.0.0.1/".parse().unwrap(),
        admin: None,
        per_second: 1000,
        burst: 1000,
        connections: 64,
    };
    Running::start(settings, store, bell).await.unwrap()
}

impl Relay {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, bell) = wait(store(folder.path()));
        let running = wait(start(0, Arc::clone(&store), bell.clone()));
        Self {
            port: running.address().port(),
            store,
            bell,
            running: Some(running),
            _folder: folder,
        }
    }

    /// A mailbox for that key. Returns its link, as whoever runs the relay sends it to the owner.
    pub fn link(&self, key: &str) -> String {
        let key: PublicKey = key.parse().unwrap();
        let url = format!("http://127.0.0.1:{}/", self.port).parse().unwrap();
        let link = wait(create_mailbox(self.store.as_ref(), &url, key)).unwrap();
        link.reveal().to_string()
    }

    /// How many notifications wait in all mailboxes.
    pub fn held(&self) -> i64 {
        let mailboxes = wait(self.store.mailboxes()).unwrap();
        mailboxes.iter().map(|mailbox| mailbox.held).sum()
    }

    /// Removes a mailbox.
    pub fn forget(&self, link: &str) {
        let id = Link::parse(link).unwrap().mailbox();
        assert!(wait(self.store.remove(id)).unwrap());
    }

    pub fn stop(&mut self) {
        wait(self.running.take().unwrap().stop());
    }

    pub fn go_on(&mut self) {
        let (store, bell) = (Arc::clone(&self.store), self.bell.clone());
        self.running = Some(wait(start(self.port, store, bell)));
    }
}
