//! How a sandbox is set up, and what can be switched while it runs.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::ClockMode;

/// Everything a sandbox needs to start. `Default` is the documents' sample merchant on a free loopback port, with a
/// fixed token, nothing kept, and the control API on.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; loopback only. Port 0 takes a free one.
    pub addr: SocketAddr,
    /// The one merchant there is (6 digits in the documents).
    pub merchant_no: String,
    /// That merchant's one store.
    pub store_no: String,
    /// The token requests must be signed with. Never logged, stored or shown.
    pub api_token: String,
    /// The account's "Pockyt User" feature (pockyt-api.md section 8).
    pub pockyt_user: bool,
    /// Where state survives a restart; `None` keeps it in memory.
    pub state_file: Option<PathBuf>,
    /// Which clock runs.
    pub clock: ClockMode,
    /// How quickly payouts settle.
    pub speed: Speed,
    /// How notifications are encoded.
    pub notification_format: NotificationFormat,
    /// Whether the control API is served under `/_control`.
    pub control: bool,
    /// Who bears the fee.
    pub fee_payer: FeePayer,
    /// Whether the cents of an amount choose a standard outcome; invoice IDs always do.
    pub outcomes_by_amount: bool,
    /// The program in whose window the pages are shown, if it closes that window when they lead to [`WAY_BACK`]; they
    /// offer that way then.
    pub program: Option<&'static str>,
}

/// Where the pages lead when their reader wants back to the program that shows them.
pub const WAY_BACK: &str = "/back";

/// The token of [`Config::default`]: the one the documents print in their signing example, so it is no secret.
pub const SAMPLE_TOKEN: &str = "5cbfb079f15b150122261c8537086d77a";

impl Default for Config {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            merchant_no: "200043".to_owned(),
            store_no: "300014".to_owned(),
            api_token: SAMPLE_TOKEN.to_owned(),
            pockyt_user: true,
            state_file: None,
            clock: ClockMode::Real,
            speed: Speed::demo(),
            notification_format: NotificationFormat::Form,
            control: true,
            fee_payer: FeePayer::Payee,
            outcomes_by_amount: true,
            program: None,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("addr", &self.addr)
            .field("merchant_no", &self.merchant_no)
            .field("store_no", &self.store_no)
            .field("pockyt_user", &self.pockyt_user)
            .field("state_file", &self.state_file)
            .field("clock", &self.clock)
            .field("speed", &self.speed)
            .finish_non_exhaustive()
    }
}

/// How long payouts take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// From acceptance to `success` or `failed`.
    pub settle: Duration,
    /// The same for payouts that are to be slow.
    pub slow: Duration,
    /// From `success` to `returned`.
    pub bounce: Duration,
}

impl Speed {
    /// Slow enough to watch, quick enough to wait for: 4 seconds, 2 minutes, 6 seconds.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            settle: Duration::from_secs(4),
            slow: Duration::from_secs(120),
            bounce: Duration::from_secs(6),
        }
    }

    /// At once, for tests in real time; slow payouts take 2 seconds.
    #[must_use]
    pub fn instant() -> Self {
        Self {
            settle: Duration::ZERO,
            slow: Duration::from_secs(2),
            bounce: Duration::ZERO,
        }
    }
}

/// The two encodings the documents show for notifications (question 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationFormat {
    /// `application/x-www-form-urlencoded`.
    #[default]
    Form,
    /// `application/json`, all values strings.
    Json,
}

/// Who bears a payout's fee (question 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeePayer {
    /// Taken from the payee's amount, as G-FEES says: the merchant is debited the amount.
    #[default]
    Payee,
    /// The merchant is debited amount and fee.
    Merchant,
}

/// How statuses of payees are spelled (question 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusSpelling {
    /// `Activated`, `Pending`, `Declined`, `Deactivated`, as the reference has it.
    #[default]
    Reference,
    /// `ACTIVE`, `PENDING`, `DECLINED`, as the guides have it.
    Guides,
}

/// What can be switched while the sandbox runs. Not kept over a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// The account's "Pockyt User" feature.
    pub pockyt_user: bool,
    /// Parameters that register demands on top of the documented ones, such as `phone`.
    pub required_at_register: Vec<String>,
    /// Whether a `timestamp` far from the sandbox's clock is refused.
    pub check_timestamp: bool,
    /// Seconds by which the sandbox's clock is ahead when it judges a `timestamp`.
    pub clock_skew_seconds: i64,
    /// Pockyt's own guard fails: a used invoice ID is accepted again, and a request ID is not recognised. Only for
    /// seeing whether a client relies on that guard.
    pub accept_duplicates: bool,
    /// How notifications are encoded.
    pub notification_format: NotificationFormat,
    /// How payee statuses are spelled.
    pub status_spelling: StatusSpelling,
    /// Whether the cents of an amount choose a standard outcome.
    pub outcomes_by_amount: bool,
}

impl Switches {
    pub(crate) fn from_config(config: &Config) -> Self {
        Self {
            pockyt_user: config.pockyt_user,
            required_at_register: Vec::new(),
            check_timestamp: true,
            clock_skew_seconds: 0,
            accept_duplicates: false,
            notification_format: config.notification_format,
            status_spelling: StatusSpelling::Reference,
            outcomes_by_amount: config.outcomes_by_amount,
        }
    }
}
