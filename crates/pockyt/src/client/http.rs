//! The HTTP clients beneath. They are set up when the first request is about to leave: to read the roots that the system
//! trusts takes tens of milliseconds, which no program should wait for when it starts.

use std::time::Duration;

use native_tls::{Protocol, TlsConnector};
use reqwest::ClientBuilder;
use reqwest::redirect::Policy;

use super::Config;
use super::exchange::cause_text;
use crate::error::{Error, NotSent};

/// How long an idle connection is kept: well below what servers usually allow.
const KEPT_FOR: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Http {
    /// Keeps its connections: for reads, which may be repeated.
    pub(super) kept: reqwest::Client,
    /// A new connection for each request: a kept one that the gateway has just closed would cost a payout its certainty.
    pub(super) fresh: reqwest::Client,
}

impl Http {
    pub(super) fn new(config: &Config) -> Result<Self, Error> {
        let tls = tls().map_err(|error| setup(error.to_string()))?;
        let build =
            |builder: ClientBuilder| builder.build().map_err(|error| setup(cause_text(&error)));
        Ok(Self {
            kept: build(careful(config, tls.clone()).pool_idle_timeout(KEPT_FOR))?,
            fresh: build(careful(config, tls).pool_max_idle_per_host(0))?,
        })
    }
}

/// A client that goes where it is told and nowhere else, once.
fn careful(config: &Config, tls: TlsConnector) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("pockyt-rs/", env!("CARGO_PKG_VERSION")))
        .https_only(config.base_url.is_https())
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .http1_only()
        .connect_timeout(config.connect_timeout)
        .timeout(config.total_timeout)
}

/// The system's TLS, with the roots that it trusts by now.
fn tls() -> Result<TlsConnector, native_tls::Error> {
    TlsConnector::builder()
        .min_protocol_version(Some(Protocol::Tlsv12))
        .build()
}

fn setup(cause: String) -> Error {
    Error::NotSent(NotSent::Setup(cause))
}
