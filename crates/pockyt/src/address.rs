use std::net::IpAddr;

use reqwest::Url;

use crate::invalid::InvalidValue;

/// Pockyt's sandbox (pockyt-api.md section 1).
pub const SANDBOX_URL: &str = "https://mapi.yuansferdev.com";
/// Pockyt's production gateway (pockyt-api.md section 1).
pub const PRODUCTION_URL: &str = "https://mapi.pockyt.io";

/// Where the gateway is: HTTPS, or plain HTTP on this computer's loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Reads an address such as [`PRODUCTION_URL`]. A path is kept as a prefix.
    ///
    /// # Errors
    /// When it is no address, not HTTPS (loopback excepted), or holds a user, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let refuse = |problem| Err(InvalidValue::new("address", problem));
        let Ok(mut url) = Url::parse(text.trim()) else {
            return refuse("must be a web address such as https://mapi.pockyt.io");
        };
        if !is_private(&url) {
            return refuse("must begin with https://; only this computer may be reached without");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not hold a user name or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not hold a question mark or a number sign");
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }

    /// The address of an endpoint, whose path begins with `/`.
    pub(crate) fn join(&self, path: &str) -> Result<Url, InvalidValue> {
        self.0
            .join(path.trim_start_matches('/'))
            .ok()
            .filter(|url| url.origin() == self.0.origin())
            .ok_or_else(|| InvalidValue::new("path", "must be a path at the gateway"))
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

/// Whether nobody else can read along: HTTPS, or HTTP that does not leave this computer.
pub(crate) fn is_private(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_are_taken() {
        for text in [
            SANDBOX_URL,
            PRODUCTION_URL,
            "https://gateway.example/prefix",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
            "http://localhost:9",
        ] {
            assert!(BaseUrl::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "http://mapi.pockyt.io",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://[fe80::1]",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            "mapi.pockyt.io",
            "https://user@mapi.pockyt.io",
            "https://user:secret@mapi.pockyt.io",
            "https://mapi.pockyt.io/?a=b",
            "https://mapi.pockyt.io/#a",
            "",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn paths_stay_at_the_gateway() {
        let base = BaseUrl::parse("https://gateway.example/prefix").unwrap();
        assert_eq!(
            base.join("/v3/payouts/pay").unwrap().as_str(),
            "https://gateway.example/prefix/v3/payouts/pay"
        );
        assert!(base.join("https://evil.example/").is_err());
    }
}
