//! A relay on SQLite with one mailbox, and somebody who posts to it.

use remit_relay::client::Client;
use remit_relay::link::Link;
use remit_relay::sealed::PrivateKey;
use reqwest::StatusCode;
use tempfile::TempDir;

use super::{Process, Setup};

/// A relay on SQLite with one mailbox.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) setup: Setup,
    pub(crate) relay: Option<Process>,
    pub(crate) key: PrivateKey,
    pub(crate) link: Link,
    pub(crate) http: reqwest::Client,
}

impl Scene {
    pub(crate) fn new(change: impl FnOnce(Setup) -> Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.db");
        let setup = change(Setup::new(path.display().to_string()));
        let relay = Some(setup.start());
        let key = PrivateKey::generate().unwrap();
        let link = setup.mailbox(&key.public());
        Self {
            folder,
            setup,
            relay,
            key,
            link,
            // No connection outlives its relay.
            http: reqwest::Client::builder()
                .pool_max_idle_per_host(0)
                .build()
                .unwrap(),
        }
    }

    pub(crate) fn client(&self, reader: &str) -> Client {
        super::client(&self.link, &self.key, reader)
    }

    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> (StatusCode, String) {
        let request = self.http.post(self.link.ipn_url().as_str()).body(body);
        let answer = request
            .header("content-type", "application/x-www-form-urlencoded")
            .send()
            .await
            .unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    pub(crate) async fn metrics(&self) -> String {
        let url = format!("http://127.0.0.1:{}/metrics", self.setup.observe);
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }
}

/// The answer that Pockyt waits for.
pub(crate) fn taken() -> (StatusCode, String) {
    (StatusCode::OK, "success".to_owned())
}
