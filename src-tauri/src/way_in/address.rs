//! Where Pockyt is told to post what becomes of a payout.

use crate::ipc::IpcError;
use crate::ipc::views::{AddressView, IpnUrlSource};
use remit_core::Code;
use remit_relay::link::Link;
use tauri::Url;

/// The longest address; how much Pockyt takes is not documented.
const LONGEST: usize = 500;

/// The addresses of an account.
pub(crate) struct Addresses {
    /// Where the listener is.
    local_url: String,
    /// Whether Pockyt is on this computer too, so that it reaches the listener.
    local_counts: bool,
    pub(crate) public_url: Option<String>,
    pub(crate) relay: Option<Link>,
}

impl Addresses {
    /// The addresses of an account whose Pockyt is at `base_url`.
    pub(crate) fn new(
        base_url: &str,
        local_url: String,
        public_url: Option<String>,
        relay: Option<Link>,
    ) -> Self {
        let base_url = Url::parse(base_url);
        Self {
            local_url,
            local_counts: base_url.is_ok_and(|url| is_loopback(&url)),
            public_url,
            relay,
        }
    }

    pub(crate) fn in_use(&self) -> IpnUrlSource {
        if self.relay.is_some() {
            IpnUrlSource::Relay
        } else if self.public_url.is_some() {
            IpnUrlSource::Address
        } else if self.local_counts {
            IpnUrlSource::Local
        } else {
            IpnUrlSource::None
        }
    }

    /// The address that goes into payouts; without one, polling learns every outcome alone (I6).
    pub(crate) fn ipn_url(&self) -> Option<String> {
        match self.in_use() {
            IpnUrlSource::None => None,
            IpnUrlSource::Local => Some(self.local_url.clone()),
            IpnUrlSource::Address => self.public_url.clone(),
            IpnUrlSource::Relay => self.relay.as_ref().map(|link| link.ipn_url().to_string()),
        }
    }

    pub(crate) fn view(&self) -> AddressView {
        AddressView {
            local_url: self.local_url.clone(),
            public_url: self.public_url.clone(),
        }
    }

    /// Reads a public address. One without a path leads to the listener as it is, so it gets the listener's path.
    pub(crate) fn checked(&self, text: &str) -> Result<String, IpcError> {
        let wrong = |code, message| Err(IpcError::field(code, "url", message));
        let text = text.trim();
        let Ok(mut url) = Url::parse(text) else {
            return wrong(
                Code::FieldInvalid,
                "This is not an address. One begins with https://.",
            );
        };
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
            && url.host_str().is_some();
        if !plain || text.len() > LONGEST {
            return wrong(
                Code::FieldInvalid,
                "The address must be short, and without a user, a password or a fragment.",
            );
        }
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
            return wrong(
                Code::AddressNotHttps,
                "The address must begin with https://, since Pockyt posts about money to it.",
            );
        }
        if url.path() == "/" && url.query().is_none() {
            let local = Url::parse(&self.local_url);
            url.set_path(local.as_ref().map_or("/", Url::path));
        }
        Ok(url.into())
    }
}

/// Whether the address is on this computer.
fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(base_url: &str, public: Option<&str>) -> Addresses {
        let local = "http://127.0.0.1:4000/secret".to_owned();
        Addresses::new(base_url, local, public.map(str::to_owned), None)
    }

    #[test]
    fn the_local_address_is_for_a_pockyt_on_this_computer_only() {
        let demo = "http://127.0.0.1:9000";
        let real = "https://mapi.pockyt.io";
        let public = "https://pay.example.org/ipn";
        for (base, given, source, url) in [
            (
                demo,
                None,
                IpnUrlSource::Local,
                Some("http://127.0.0.1:4000/secret"),
            ),
            (demo, Some(public), IpnUrlSource::Address, Some(public)),
            (real, None, IpnUrlSource::None, None),
            (real, Some(public), IpnUrlSource::Address, Some(public)),
            (
                "https://127.0.0.1.example.org",
                None,
                IpnUrlSource::None,
                None,
            ),
        ] {
            let addresses = addresses(base, given);
            assert_eq!(addresses.in_use(), source, "{base}");
            assert_eq!(addresses.ipn_url().as_deref(), url, "{base}");
        }
    }

    #[test]
    fn a_public_address_is_https_and_plain() {
        let addresses = addresses("https://mapi.pockyt.io", None);
        for (typed, kept) in [
            (
                " https://pay.example.org ",
                "https://pay.example.org/secret",
            ),
            ("https://pay.example.org/", "https://pay.example.org/secret"),
            (
                "https://pay.example.org:8443/ipn?a=1",
                "https://pay.example.org:8443/ipn?a=1",
            ),
            ("http://localhost:9/x", "http://localhost:9/x"),
        ] {
            assert_eq!(addresses.checked(typed).unwrap(), kept);
        }
        for (typed, code) in [
            ("", Code::FieldInvalid),
            ("pay.example.org", Code::FieldInvalid),
            ("http://pay.example.org/ipn", Code::AddressNotHttps),
            ("ftp://pay.example.org/ipn", Code::AddressNotHttps),
            ("https://me:pw@pay.example.org/ipn", Code::FieldInvalid),
            ("https://pay.example.org/ipn#top", Code::FieldInvalid),
            ("javascript:alert(1)", Code::FieldInvalid),
        ] {
            let error = addresses.checked(typed).unwrap_err();
            assert_eq!(
                (error.code, error.field.as_deref()),
                (code, Some("url")),
                "{typed}"
            );
        }
        let long = format!("https://pay.example.org/{}", "a".repeat(500));
        assert_eq!(
            addresses.checked(&long).unwrap_err().code,
            Code::FieldInvalid
        );
    }
}
