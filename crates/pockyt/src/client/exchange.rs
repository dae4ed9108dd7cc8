//! One request, one response.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Instant;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;

use super::{Answer, Client, Retry, wire_time};
use crate::error::{Error, NotSent, Unknown, UnknownCause};
use crate::fields::Fields;
use crate::ids::RequestId;
use crate::judge::{evidence, judge};
use crate::redact::{Redactor, excerpt};
use crate::sign::{Empties, SIGNATURE_FIELD};

const BODY_LIMIT: usize = 1024 * 1024;
const RAW_BYTES: usize = 64 * 1024;

/// A success, not yet looked into.
pub(super) struct Reply {
    status: u16,
    body: Vec<u8>,
    redactor: Redactor,
}

impl Reply {
    /// Reads the payload. A success that cannot be read leaves open what Pockyt did.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<Answer<T>, Error> {
        match serde_json::from_slice(&self.body) {
            Ok(value) => Ok(self.answer(value)),
            Err(_) => Err(self.garbled()),
        }
    }

    pub(super) fn answer<T>(&self, value: T) -> Answer<T> {
        let clean = self.redactor.clean(&String::from_utf8_lossy(&self.body));
        Answer {
            value,
            raw: excerpt(&clean, RAW_BYTES),
        }
    }

    pub(super) fn garbled(&self) -> Error {
        unknown(
            UnknownCause::Garbled,
            Some(self.status),
            &self.body,
            &self.redactor,
        )
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|_| self.garbled())
    }
}

impl Client {
    /// Asks for something that changes nothing, and asks again when the trouble may pass. Each try has its own
    /// `timestamp`: Pockyt refuses an identical request as a duplicate (section 2).
    pub(super) async fn read(&self, path: &str, fields: Fields) -> Result<Reply, Error> {
        let Retry { times, pause } = self.config.retry;
        let pauses = ExponentialBuilder::default()
            .with_max_times(times)
            .with_min_delay(pause)
            .with_jitter();
        let http = &self.http()?.kept;
        (|| self.post(http, path, fields.clone()))
            .retry(pauses)
            .when(Error::is_passing)
            .notify(|error, pause| tracing::debug!(path, %error, ?pause, "asking Pockyt again"))
            .await
    }

    /// Asks for something that changes something: once.
    pub(super) async fn write(&self, path: &str, fields: Fields) -> Result<Reply, Error> {
        self.post(&self.http()?.fresh, path, fields).await
    }

    /// Sends exactly these fields under an idempotency key, once. Nothing in them is secret.
    pub(super) async fn transfer(
        &self,
        path: &str,
        fields: &BTreeMap<String, String>,
        key: RequestId,
    ) -> Result<Reply, Error> {
        let request = self.signed(&self.http()?.fresh, path, fields)?;
        let request = request.header("Pockyt-Request-ID", key.to_string());
        self.exchange(path, request, Redactor::default()).await
    }

    /// Sends fields with the time of now, once.
    async fn post(
        &self,
        http: &reqwest::Client,
        path: &str,
        mut fields: Fields,
    ) -> Result<Reply, Error> {
        fields.set("timestamp", wire_time(self.config.clock.now()));
        let (fields, redactor) = fields.into_parts();
        let request = self.signed(http, path, &fields)?;
        self.exchange(path, request, redactor).await
    }

    /// The request that holds exactly these fields and their signature.
    fn signed(
        &self,
        http: &reqwest::Client,
        path: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<RequestBuilder, Error> {
        let mut signed = fields.clone();
        signed.insert(
            SIGNATURE_FIELD.to_owned(),
            self.signer.sign(fields, Empties::Kept),
        );
        let body = serde_json::to_vec(&signed)
            .map_err(|error| Error::NotSent(NotSent::Setup(error.to_string())))?;
        let content_type = HeaderValue::from_static("application/json; charset=utf-8");
        Ok(http
            .post(self.config.base_url.join(path)?)
            .header(CONTENT_TYPE, content_type)
            .body(body))
    }

    /// Sends a built request and reads the response, up to the limit.
    pub(super) async fn exchange(
        &self,
        path: &str,
        request: RequestBuilder,
        mut redactor: Redactor,
    ) -> Result<Reply, Error> {
        redactor.add(&self.config.token);
        redactor.add(self.signer.key());
        let started = Instant::now();
        let result = match request.send().await {
            Ok(response) => receive(response, redactor).await,
            Err(error) => Err(not_answered(&error, &redactor)),
        };
        let elapsed_ms = started.elapsed().as_millis();
        match &result {
            Ok(reply) => {
                tracing::debug!(path, status = reply.status, elapsed_ms, "Pockyt answered")
            }
            Err(error) => {
                tracing::debug!(path, ret_code = error.ret_code(), elapsed_ms, %error, "no success")
            }
        }
        result
    }
}

async fn receive(mut response: Response, redactor: Redactor) -> Result<Reply, Error> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => {
                let cause = if error.is_timeout() {
                    UnknownCause::Timeout
                } else {
                    UnknownCause::ConnectionLost
                };
                return Err(unknown(cause, Some(status), &body, &redactor));
            }
        }
        if body.len() > BODY_LIMIT {
            return Err(unknown(
                UnknownCause::TooLarge,
                Some(status),
                &body,
                &redactor,
            ));
        }
    }
    judge(status, &body, &redactor)?;
    Ok(Reply {
        status,
        body,
        redactor,
    })
}

/// Only an error in making the connection, or in building the request, proves that nothing was sent.
fn not_answered(error: &reqwest::Error, redactor: &Redactor) -> Error {
    if error.is_connect() {
        return Error::NotSent(if error.is_timeout() {
            NotSent::ConnectTimeout
        } else {
            NotSent::Connect(redactor.clean(&cause_text(error)))
        });
    }
    if error.is_builder() {
        return Error::NotSent(NotSent::Setup(redactor.clean(&cause_text(error))));
    }
    let cause = if error.is_timeout() {
        UnknownCause::Timeout
    } else {
        UnknownCause::ConnectionLost
    };
    unknown(cause, None, &[], redactor)
}

fn unknown(cause: UnknownCause, status: Option<u16>, body: &[u8], redactor: &Redactor) -> Error {
    Error::Unknown(Box::new(Unknown {
        cause,
        message: None,
        evidence: evidence(status, body, redactor),
    }))
}

/// The innermost cause, which says most: "Connection refused" rather than "error sending request".
pub(super) fn cause_text(error: &reqwest::Error) -> String {
    let mut innermost = error.source();
    while let Some(deeper) = innermost.and_then(std::error::Error::source) {
        innermost = Some(deeper);
    }
    innermost.map_or_else(|| "no further detail".to_owned(), ToString::to_string)
}
