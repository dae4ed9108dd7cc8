//! A relay of its own, as its owner runs one, with SQLite.

use jiff::SignedDuration;
use remit_relay::server::{
    Bell, Limits, Retention, Running, Settings, Store, create_mailbox, open,
};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use tempfile::TempDir;

/// A relay that may stop and start again at the same address with the same store.
pub(crate) struct Relay {
    running: Option<Running>,
    store: Arc<dyn Store>,
    bell: Bell,
    settings: Settings,
    _folder: TempDir,
}

impl Relay {
    /// Starts one with an empty store.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (bell, days) = (Bell::default(), |days: i64| {
            SignedDuration::from_hours(24 * days)
        });
        let limits = Limits {
            stored: 1000,
            bytes: 1024 * 1024,
            readers: 4,
        };
        let retention = Retention {
            notifications: days(30),
            readers: days(14),
        };
        let file = folder.path().join("relay.db");
        let store = open(&file.to_string_lossy(), limits, retention, &bell).await;
        let listen = free_address();
        let mut relay = Self {
            running: None,
            store: store.unwrap(),
            bell,
            settings: Settings {
                listen,
                observe: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                public_url: format!("http://{listen}/").parse().unwrap(),
                admin: None,
                per_second: 50,
                burst: 1000,
                connections: 64,
            },
            _folder: folder,
        };
        relay.start_again().await;
        relay
    }

    /// What its owner does with the public key that Remit shows: makes a mailbox, and gives back the link.
    pub(crate) async fn link_for(&self, public_key: &str) -> String {
        let key = public_key.parse().unwrap();
        let link = create_mailbox(&*self.store, &self.settings.public_url, key).await;
        link.unwrap().reveal().to_string()
    }

    /// Stops serving. What it has kept stays.
    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Serves again.
    pub(crate) async fn start_again(&mut self) {
        let (settings, store) = (self.settings.clone(), Arc::clone(&self.store));
        let running = Running::start(settings, store, self.bell.clone()).await;
        self.running = Some(running.unwrap());
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}
