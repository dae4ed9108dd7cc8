//! The relay as a process, over real HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use remit_relay::client::ClientError;
use remit_relay::link::Link;
use remit_relay::wire::{CreatedMailbox, Cursor};
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{ADMIN_TOKEN, Scene, Setup, client, drain, found_in, taken};

#[tokio::test]
async fn a_notification_arrives_as_it_was_sent() {
    let scene = Scene::new(|setup| setup);
    let sent = "amount=60.00&status=success&x=%C3%A9+%26=";
    assert_eq!(scene.post(sent).await, taken());
    let client = scene.client("laptop");
    let (mut arrived, more) = client.fetch(None, Duration::ZERO).await.unwrap();
    assert!(!more);
    let arrived = arrived.remove(0);
    assert_eq!(arrived.cursor, Cursor(1));
    let notification = arrived.notification.unwrap();
    assert_eq!(notification.body, sent.as_bytes());
    assert_eq!(
        notification.content_type.as_deref(),
        Some("application/x-www-form-urlencoded")
    );
    let age = notification
        .received_at
        .duration_until(jiff::Timestamp::now());
    assert!(age.as_secs().abs() < 60);
    let metrics = scene.metrics().await;
    assert!(
        metrics.contains("remit_relay_taken_seconds_count 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains("remit_relay_delivered_total 1"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_full_mailbox_is_not_answered_success() {
    let scene = Scene::new(|setup| setup.with("--max-stored", 2));
    assert_eq!(scene.post("a=1").await, taken());
    assert_eq!(scene.post("a=2").await, taken());
    let refused = (StatusCode::INSUFFICIENT_STORAGE, "failed".to_owned());
    assert_eq!(scene.post("a=3").await, refused);
    assert_eq!(drain(&scene.client("laptop")).await, [b"a=1", b"a=2"]);
    assert_eq!(scene.post("a=3").await, taken());
    assert!(
        scene
            .metrics()
            .await
            .contains(r#"refused_total{reason="Full"} 1"#)
    );
}

/// Whether `check` says that all is well.
fn well(scene: &Scene) -> bool {
    let check = scene.setup.command(&["check"]).output().unwrap();
    check.status.success()
}

#[tokio::test]
async fn a_full_disk_is_not_answered_success_and_harms_nothing() {
    let mut scene = Scene::new(|setup| setup);
    scene.relay.take().unwrap().terminate();
    scene.setup.files_up_to_kib = Some(300);
    let relay = scene.setup.start();
    assert!(well(&scene), "before it is full");
    let mut kept = 0;
    let refused = loop {
        let answer = scene.post(format!("{kept}={}", "x".repeat(20_000))).await;
        if answer != taken() {
            break answer;
        }
        kept += 1;
        assert!(kept < 100, "the disk is never full");
    };
    assert!(kept > 2);
    assert_eq!(
        refused,
        (StatusCode::SERVICE_UNAVAILABLE, "failed".to_owned())
    );
    assert_eq!(scene.post("y".repeat(20_000)).await, refused, "and again");
    // Each look takes a little of what room is left.
    assert!((0..50).any(|_| !well(&scene)), "a full disk is well");
    let log = relay.terminate();
    assert!(log.contains("could not be written"), "{log}");
    scene.setup.files_up_to_kib = None;
    scene.relay = Some(scene.setup.start());
    assert_eq!(scene.post("after").await, taken());
    let delivered = drain(&scene.client("laptop")).await;
    assert_eq!(delivered.len(), kept + 1);
}

#[tokio::test]
async fn a_flood_is_not_answered_success() {
    let scene = Scene::new(|setup| setup.with("--rate", 1).with("--burst", 3));
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(scene.post("a=1").await);
    }
    let (took, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| *answer == taken());
    assert!(took.len() >= 3 && took.len() < 20, "{}", took.len());
    assert!(
        refused
            .iter()
            .all(|(status, said)| { *status == StatusCode::TOO_MANY_REQUESTS && said == "failed" })
    );
    assert_eq!(drain(&scene.client("laptop")).await.len(), took.len());
}

#[tokio::test]
async fn strangers_learn_nothing() {
    let scene = Scene::new(|setup| setup);
    scene.post("a=1").await;
    let own = scene.link.ipn_url().to_string();
    let other = scene.setup.mailbox(&scene.key.public());
    let at = |path: &str| format!("{}/{path}", scene.setup.url());
    let mut last = own.clone();
    last.pop();
    for url in [
        at(""),
        at("in/"),
        at("in/short"),
        at("health"),
        at("metrics"),
        last,
        format!("{own}A"),
    ] {
        let answer = scene.http.post(&url).body("a=1").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{url}");
        assert_eq!(answer.text().await.unwrap(), "", "{url}");
    }
    let answer = scene.http.get(&own).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    // A wrong token and an unknown mailbox are told apart by nothing.
    let mailbox = |link: &Link| {
        at(&format!(
            "v1/mailbox/{}/notifications?reader=a",
            link.mailbox()
        ))
    };
    let unknown = at("v1/mailbox/AAAAAAAAAAAAAAAAAAAAAA/notifications?reader=a");
    let mut said = Vec::new();
    for (url, token) in [
        (mailbox(&scene.link), other.token().reveal().to_string()),
        (mailbox(&other), scene.link.token().reveal().to_string()),
        (unknown, scene.link.token().reveal().to_string()),
        (mailbox(&scene.link), "forged".to_owned()),
        (mailbox(&scene.link), ADMIN_TOKEN.to_owned()),
    ] {
        let answer = scene.http.get(url).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        said.push(answer.text().await.unwrap());
    }
    let answer = scene.http.get(mailbox(&scene.link)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(
        drain(&scene.client("laptop")).await.len(),
        1,
        "nothing was taken away"
    );
}

#[tokio::test]
async fn mailboxes_are_made_with_the_admin_token_only() {
    let scene = Scene::new(|setup| setup);
    let url = format!("{}/v1/mailboxes", scene.setup.url());
    let body = format!(r#"{{"public_key":"{}"}}"#, scene.key.public());
    for token in [
        "",
        "0123456789abcdef0123456789abcdef",
        &scene.link.token().reveal(),
    ] {
        let request = scene.http.post(&url).bearer_auth(token).body(body.clone());
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED
        );
    }
    for body in ["", "{}", r#"{"public_key":"remit-relay-key:AAAA"}"#] {
        let request = scene.http.post(&url).bearer_auth(ADMIN_TOKEN).body(body);
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::BAD_REQUEST
        );
    }
    let request = scene.http.post(&url).bearer_auth(ADMIN_TOKEN).body(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let created: CreatedMailbox = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let link = Link::parse(&created.link).unwrap();
    assert_eq!(*link.ipn_url(), created.ipn_url);
    let answer = scene
        .http
        .post(&created.ipn_url)
        .body("new")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text().await.unwrap(), "success");
    assert_eq!(drain(&client(&link, &scene.key, "laptop")).await, [b"new"]);
}

#[tokio::test]
async fn what_is_too_long_or_too_slow_is_refused() {
    let scene = Scene::new(|setup| setup);
    assert_eq!(scene.post(vec![b'a'; 64 * 1024]).await, taken());
    let (status, said) = scene.post(vec![b'a'; 64 * 1024 + 1]).await;
    assert_eq!(
        (status, said.as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "failed")
    );
    // Says that it will send a body, and sends a piece of it.
    let path = scene
        .link
        .ipn_url()
        .split_once("/in/")
        .unwrap()
        .1
        .to_owned();
    let mut slow = tokio::net::TcpStream::connect(("127.0.0.1", scene.setup.port))
        .await
        .unwrap();
    let head = format!("POST /in/{path} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na=");
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = slow.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(40), read)
        .await
        .unwrap()
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(drain(&scene.client("laptop")).await.len(), 1);
}

#[tokio::test]
async fn a_thief_of_the_store_reads_nothing() {
    let mut scene = Scene::new(|setup| setup);
    let sentinel = "invoiceId=sentinel-of-this-test";
    for _ in 0..5 {
        assert_eq!(scene.post(sentinel).await, taken());
    }
    let path = scene
        .link
        .ipn_url()
        .split_once("/in/")
        .unwrap()
        .1
        .to_owned();
    let token = scene.link.token().reveal().to_string();
    let log = scene.relay.take().unwrap().terminate();
    for secret in [
        sentinel,
        "sentinel-of-this-test",
        &path,
        &token,
        ADMIN_TOKEN,
    ] {
        assert!(
            !found_in(scene.folder.path(), secret.as_bytes()),
            "{secret} is in the store"
        );
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    // The search finds what is there.
    let public = scene.link.mailbox().to_string();
    assert!(
        !found_in(scene.folder.path(), public.as_bytes()),
        "IDs are kept as bytes"
    );
    assert!(found_in(scene.folder.path(), b"SQLite format 3"));
}

/// SIGTERM in the middle: long-polls end at once, and what was answered `success` is there afterwards.
#[tokio::test]
async fn stopping_loses_nothing() {
    let mut scene = Scene::new(|setup| setup.with("--log", "json"));
    let quiet = scene.setup.mailbox(&scene.key.public());
    let waiting = client(&quiet, &scene.key, "waits");
    let waiting = tokio::spawn(async move { waiting.fetch(None, Duration::from_secs(50)).await });
    let kept = AtomicUsize::new(0);
    let stop = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        let relay = scene.relay.take().unwrap();
        let log = tokio::task::spawn_blocking(move || relay.terminate())
            .await
            .unwrap();
        assert!(
            began.elapsed() < Duration::from_secs(15),
            "{:?}",
            began.elapsed()
        );
        for line in log.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    };
    let url = scene.link.ipn_url();
    let send = async {
        loop {
            let Ok(answer) = scene.http.post(url.as_str()).body("a=1").send().await else {
                break;
            };
            if answer.text().await.is_ok_and(|said| said == "success") {
                kept.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    tokio::join!(stop, send);
    let (arrived, _) = waiting.await.unwrap().unwrap();
    assert!(arrived.is_empty());
    let kept = kept.load(Ordering::Relaxed);
    assert!(kept > 0);
    scene.relay = Some(scene.setup.start());
    assert!(drain(&scene.client("laptop")).await.len() >= kept);
}

#[tokio::test]
async fn a_removed_mailbox_is_told_so() {
    let scene = Scene::new(|setup| setup);
    let id = scene.link.mailbox().to_string();
    let list = scene.setup.command(&["mailbox", "list"]).output().unwrap();
    assert!(String::from_utf8(list.stdout).unwrap().starts_with(&id));
    // An ID may begin with a dash.
    let remove = || {
        scene
            .setup
            .command(&["mailbox", "remove", "--", &id])
            .output()
            .unwrap()
    };
    assert!(remove().status.success());
    assert!(!remove().status.success());
    let error = scene.client("laptop").fetch(None, Duration::ZERO).await;
    assert!(matches!(error, Err(ClientError::Unauthorized)), "{error:?}");
}

#[test]
fn a_relay_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(
        folder
            .path()
            .join("no/such/folder/relay.db")
            .display()
            .to_string(),
    );
    let said = |arguments: &[&str]| {
        let output = setup.command(arguments).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(&["serve"]).contains("the store cannot be opened"));
    assert!(said(&["check"]).contains("Is it running?"));
    let insecure = said(&["serve", "--public-url", "http://relay.example.org"]);
    assert!(insecure.contains("must begin with https://"), "{insecure}");
    let key = said(&["mailbox", "new", "--public-key", "remit-relay-key:AAAA"]);
    assert!(key.contains("not a key as Remit shows it"), "{key}");
}
