//! The listener as strangers meet it: over real connections.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use remit_listener::{BODY_LIMIT, Bound, CONNECTIONS, Intake, Kept, Listener};
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATH: &str = "6b1f0c9ae27d4f7c8f0a";

/// Remembers what came, and answers by it.
#[derive(Default)]
struct Remembers(Mutex<Vec<(Option<String>, Vec<u8>)>>);

impl Intake for Remembers {
    async fn take(&self, content_type: Option<&str>, body: &[u8]) -> Kept {
        let came = (content_type.map(str::to_owned), body.to_owned());
        self.0.lock().unwrap().push(came);
        match body {
            b"forged" => Kept::Refused,
            b"disk full" => Kept::Failed,
            b"slow" => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                Kept::Durably
            }
            _ => Kept::Durably,
        }
    }
}

async fn listen() -> (Listener, String, Arc<Remembers>) {
    let bound = Bound::bind(0, PATH).await.unwrap();
    let (url, intake) = (bound.url(), Arc::new(Remembers::default()));
    (bound.serve(Arc::clone(&intake)), url, intake)
}

async fn post(url: &str, body: impl Into<reqwest::Body>) -> (u16, String) {
    let sent = reqwest::Client::new().post(url).body(body).send().await;
    let answer = sent.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn host(url: &str) -> &str {
    url.strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap()
}

#[tokio::test]
async fn success_is_said_only_of_what_was_kept() {
    let (_listener, url, intake) = listen().await;
    let said = |status, text: &str| (status, text.to_owned());
    assert_eq!(post(&url, "a=1").await, said(200, "success"));
    assert_eq!(post(&url, "forged").await, said(400, "failed"));
    assert_eq!(post(&url, "disk full").await, said(503, "failed"));
    assert_eq!(intake.0.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn all_else_is_an_empty_404() {
    let (_listener, url, intake) = listen().await;
    let client = reqwest::Client::new();
    let origin = url.strip_suffix(PATH).unwrap();
    let cut = &url[..url.len() - 1];
    for request in [
        client.get(&url),
        client.put(&url).body("a=1"),
        client.head(&url),
        client.delete(&url),
        client.post(origin).body("a=1"),
        client.post(cut).body("a=1"),
        client.post(format!("{url}/")).body("a=1"),
        client.post(format!("{url}0")).body("a=1"),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 404);
        assert!(answer.headers().get("allow").is_none());
        assert_eq!(answer.text().await.unwrap(), "");
    }
    assert!(intake.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let (_listener, url, intake) = listen().await;
    assert_eq!(post(&url, vec![b'a'; BODY_LIMIT]).await.0, 200);
    assert_eq!(post(&url, vec![b'a'; BODY_LIMIT + 1]).await.0, 413);
    assert_eq!(intake.0.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn who_dawdles_is_cut_off_and_keeps_nobody_else_waiting() {
    let (_listener, url, _) = listen().await;
    let began = Instant::now();
    let mut dawdlers = Vec::new();
    for number in 0..CONNECTIONS {
        let mut stream = TcpStream::connect(host(&url)).await.unwrap();
        let half = if number % 2 == 0 {
            "POST / HTTP/1.1\r\nHo".to_owned()
        } else {
            format!("POST /{PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\na=1")
        };
        stream.write_all(half.as_bytes()).await.unwrap();
        dawdlers.push(stream);
    }
    // Every place is taken by one who does not go on; soon they are free again.
    assert_eq!(post(&url, "a=1").await.0, 200);
    assert!(began.elapsed() < Duration::from_secs(20));
    let mut rest = Vec::new();
    for stream in &mut dawdlers {
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest));
        ended.await.expect("a dawdler still has a connection").ok();
    }
}

#[tokio::test]
async fn what_has_begun_is_answered_when_it_stops() {
    let (listener, url, intake) = listen().await;
    let address = url.clone();
    let sent = tokio::spawn(async move { post(&address, "slow").await });
    while intake.0.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    listener.stop().await;
    assert_eq!(sent.await.unwrap(), (200, "success".to_owned()));
    assert!(TcpStream::connect(host(&url)).await.is_err());
}

#[tokio::test]
async fn the_port_is_kept_unless_another_has_it() {
    let first = Bound::bind(0, PATH).await.unwrap();
    let port = first.port();
    let second = Bound::bind(port, PATH).await.unwrap();
    assert_ne!(second.port(), port);
    drop(first);
    assert_eq!(Bound::bind(port, PATH).await.unwrap().port(), port);
}
