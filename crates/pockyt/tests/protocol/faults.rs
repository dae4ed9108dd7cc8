//! Networks and gateways at their worst: what is sent how often, and how sure the client is of what happened.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use pockyt::{
    Client, Clock, Error, GovernmentId, NewPayee, NotSent, PayeeDetails, PayoutKey, ProfileType,
    Retry, UnknownCause,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Gateway, TOKEN, TOKEN_MD5, client, config, order, request_id, usd};

const SUCCESS: &str = r#"{"ret_code":"000100","balance":[{"amount":1,"currency":"USD"}]}"#;

async fn pay(client: &Client) -> Error {
    let prepared = client
        .prepare_pay(&order(), jiff::Timestamp::UNIX_EPOCH)
        .unwrap();
    client.pay(&prepared, request_id()).await.unwrap_err()
}

/// Listens, and treats each connection that `serve` gets in its own way.
async fn raw<F: Future<Output = ()> + Send>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            serve(stream).await;
        }
    });
    address.to_string()
}

async fn read_request(stream: &mut TcpStream) {
    let mut buffer = [0; 8192];
    let _ = stream.read(&mut buffer).await.unwrap();
}

#[track_caller]
fn assert_unknown(error: &Error, cause: &UnknownCause) {
    assert!(!error.pay_outcome_is_definite(), "{error:?}");
    match error {
        Error::Unknown(unknown) => assert_eq!(&unknown.cause, cause),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = pay(&client(&base)).await;
    assert!(
        matches!(error, Error::NotSent(NotSent::Connect(_))),
        "{error:?}"
    );
    assert!(error.pay_outcome_is_definite());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
}

#[tokio::test]
async fn an_unknown_host_means_not_sent() {
    let error = pay(&client("https://gateway.invalid")).await;
    assert!(matches!(error, Error::NotSent(_)), "{error:?}");
    assert!(error.pay_outcome_is_definite());
}

#[tokio::test]
async fn tls_that_never_begins_means_not_sent() {
    let address = raw(|stream| async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(stream);
    })
    .await;
    let error = pay(&client(&format!("https://{address}"))).await;
    assert_eq!(error, Error::NotSent(NotSent::ConnectTimeout));
    assert!(error.is_timeout() && error.pay_outcome_is_definite());
}

#[tokio::test]
async fn tls_that_is_no_tls_means_not_sent() {
    let address = raw(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let error = pay(&client(&format!("https://{address}"))).await;
    assert!(
        matches!(error, Error::NotSent(NotSent::Connect(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn silence_after_the_request_means_unknown() {
    let address = raw(|mut stream| async move {
        read_request(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let error = pay(&client(&format!("http://{address}"))).await;
    assert_unknown(&error, &UnknownCause::Timeout);
    assert!(error.is_timeout());
}

#[tokio::test]
async fn silence_in_the_middle_of_the_answer_means_unknown() {
    let address = raw(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ret_code\":\"000040\"")
            .await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let error = pay(&client(&format!("http://{address}"))).await;
    assert_unknown(&error, &UnknownCause::Timeout);
    let evidence = error.evidence().unwrap();
    assert_eq!(evidence.http_status, Some(200));
    assert!(evidence.body_excerpt.contains("000040"));
}

#[tokio::test]
async fn a_connection_that_breaks_means_unknown() {
    let at_once = raw(|stream| async move { drop(stream) }).await;
    let after_request = raw(|mut stream| async move { read_request(&mut stream).await }).await;
    let mid_answer = raw(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            .await;
    })
    .await;
    for address in [at_once, after_request, mid_answer] {
        let error = pay(&client(&format!("http://{address}"))).await;
        assert_unknown(&error, &UnknownCause::ConnectionLost);
    }
}

#[tokio::test]
async fn answers_that_prove_nothing() {
    let huge = format!(
        r#"{{"ret_code":"000040","ret_msg":"{}"}}"#,
        "x".repeat(2 * 1024 * 1024)
    );
    for (status, body, cause) in [
        (200, "<html>captive portal</html>", UnknownCause::Garbled),
        (503, "busy", UnknownCause::ServerError(503)),
        (307, "", UnknownCause::UnexpectedStatus(307)),
        (404, "<html>", UnknownCause::UnexpectedStatus(404)),
        (200, huge.as_str(), UnknownCause::TooLarge),
        (
            200,
            r#"{"ret_code":"000000"}"#,
            UnknownCause::SystemError("000000".to_owned()),
        ),
        (
            200,
            r#"{"ret_code":"000080"}"#,
            UnknownCause::SystemError("000080".to_owned()),
        ),
    ] {
        let gateway = Gateway::answering(&[(status, body)]).await;
        let mut patient = config(&gateway.base);
        patient.retry = Retry {
            times: 3,
            pause: Duration::from_millis(1),
        };
        patient.total_timeout = Duration::from_secs(10);
        let error = pay(&Client::new(patient).unwrap()).await;
        assert_unknown(&error, &cause);
        assert!(error.evidence().unwrap().body_excerpt.len() <= 2048);
        // Pay is never repeated, and no redirect is followed.
        assert_eq!(gateway.seen().len(), 1, "{cause:?}");
    }
}

#[tokio::test]
async fn reads_are_repeated_while_the_trouble_may_pass() {
    let gateway = Gateway::answering(&[
        (503, "busy"),
        (200, r#"{"ret_code":"000000","ret_msg":"system error"}"#),
        (200, SUCCESS),
    ])
    .await;
    let mut patient = config(&gateway.base);
    patient.retry = Retry {
        times: 2,
        pause: Duration::from_millis(1),
    };
    let client = Client::new(patient).unwrap();
    assert!(client.balance(&usd()).await.is_ok());
    assert_eq!(gateway.seen().len(), 3);
}

#[tokio::test]
async fn each_try_of_a_read_has_its_own_timestamp() {
    let gateway = Gateway::answering(&[(503, "busy")]).await;
    let mut patient = config(&gateway.base);
    patient.retry = Retry {
        times: 2,
        pause: Duration::from_millis(1),
    };
    let seconds = AtomicI64::new(1_700_000_000);
    patient.clock = Clock::new(move || {
        jiff::Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).unwrap()
    });
    let client = Client::new(patient).unwrap();
    assert!(client.balance(&usd()).await.is_err());
    let bodies: BTreeSet<_> = gateway.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies.len(), 3);
}

/// Answers every request, and counts the connections it was given.
async fn counting() -> (String, Arc<AtomicI64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicI64::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{SUCCESS}",
                    SUCCESS.len()
                );
                let mut buffer = [0; 8192];
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            });
        }
    });
    (base, connections)
}

#[tokio::test]
async fn payouts_take_new_connections_and_reads_share_one() {
    let (base, connections) = counting().await;
    let client = client(&base);
    for _ in 0..3 {
        assert!(client.balance(&usd()).await.is_ok());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    for _ in 0..3 {
        pay(&client).await;
    }
    assert_eq!(connections.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn reads_are_repeated_only_so_often_and_only_then() {
    for (status, body, tries) in [
        (503, "busy", 3),
        (200, r#"{"ret_code":"000080"}"#, 3),
        (200, "<html>", 1),
        (404, "", 1),
        (
            200,
            r#"{"ret_code":"000021","ret_msg":"no such record"}"#,
            1,
        ),
        (200, r#"{"ret_code":"000030","ret_msg":"denied"}"#, 1),
    ] {
        let gateway = Gateway::answering(&[(status, body)]).await;
        let mut patient = config(&gateway.base);
        patient.retry = Retry {
            times: 2,
            pause: Duration::from_millis(1),
        };
        let client = Client::new(patient).unwrap();
        let key = PayoutKey::InvoiceId(order().invoice_id);
        assert!(client.inquire(&key).await.is_err());
        assert_eq!(gateway.seen().len(), tries, "{status} {body}");
    }
}

#[tokio::test]
async fn writes_are_never_repeated() {
    let gateway = Gateway::answering(&[(503, "busy")]).await;
    let mut patient = config(&gateway.base);
    patient.retry = Retry {
        times: 5,
        pause: Duration::from_millis(1),
    };
    let client = Client::new(patient).unwrap();
    assert!(client.register_payee(&payee()).await.is_err());
    assert!(client.delete_payee(&order().customer_no).await.is_err());
    assert_eq!(gateway.seen().len(), 2);
}

fn payee() -> NewPayee {
    NewPayee {
        profile_type: ProfileType::Individual,
        email: "a@example.com".to_owned(),
        details: PayeeDetails {
            government_id: Some(GovernmentId::new(&"123-45-6789".into()).unwrap()),
            extra: [("taxCode".to_owned(), "XK-42-CODE".into())].into(),
            ..PayeeDetails::default()
        },
    }
}

#[tokio::test]
async fn what_the_gateway_echoes_is_kept_without_secrets() {
    let secrets = ["6789", "XK-42", TOKEN, TOKEN_MD5];
    let echo = format!("123-45-6789 xk-42-code {TOKEN} {TOKEN_MD5}");
    let bodies = [
        format!(r#"{{"ret_code":"000023","ret_msg":"bad value {echo}"}}"#),
        format!(r#"{{"ret_code":"000000","ret_msg":"{echo}"}}"#),
        format!("<html>{echo}</html>"),
        format!(
            r#"{{"ret_code":"000100","customer":{{"customerNo":"2000","governmentId":"999-99-6789","x":"{echo}"}}}}"#
        ),
    ];
    for body in &bodies {
        let gateway = Gateway::answering(&[(200, body)]).await;
        let client = client(&gateway.base);
        let result = client.register_payee(&payee()).await;
        let shown = match &result {
            Ok(answer) => answer.raw.clone(),
            Err(error) => format!("{error} {error:?} {:?}", error.ret_msg()),
        };
        for secret in secrets {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(shown.contains("[redacted]"), "{shown}");
    }
}

#[test]
fn debug_tells_no_secrets() {
    let config = config("http://127.0.0.1:9");
    let client = Client::new(config.clone()).unwrap();
    let shown = format!("{config:?} {client:?} {:?}", payee());
    for secret in ["6789", "XK-42", TOKEN, TOKEN_MD5] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn an_empty_token_is_refused() {
    let mut config = config("http://127.0.0.1:9");
    config.token = "  ".into();
    assert!(matches!(
        Client::new(config),
        Err(Error::NotSent(NotSent::Invalid(_)))
    ));
}
