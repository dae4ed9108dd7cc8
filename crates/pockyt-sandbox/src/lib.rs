//! A local Pockyt: the payouts gateway, the payee portal, a mailbox, signed notifications and faults on demand, on a
//! loopback port. It shares no code with the client it is meant to try out; what it knows of the wire comes from
//! `docs/pockyt-api.md`, and what that page could not see is decided in [`assumptions`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pockyt_sandbox::{Config, Sandbox};
//!
//! let sandbox = Sandbox::start(Config::default()).await?;
//! assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
//! assert!(sandbox.control().transfers().is_empty());
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Standard outcomes
//!
//! A payout succeeds after a few seconds unless its invoice ID holds a marker or its amount ends in certain cents; see
//! [`outcomes::RULES`]. Anything else can be arranged through [`Control`] or, from outside, under `/_control`.
//!
//! # Control API
//!
//! Under `/_control`, JSON in (with its content type) and out, the operations of [`Control`]. `GET` on `calls`,
//! `transfers`, `payees`, `payees/{customerNo}/accounts`, `payouts`, `notifications`, `mails`, `movements`, `balance`,
//! `faults` and `switches` shows; the rest changes:
//!
//! | Request | Body |
//! |---|---|
//! | `POST payees/{customerNo}/complete` | `{"kind":"bank_account"}`, or `paypal`, `venmo`, `crypto`; answers the `accountToken` |
//! | `POST payees/{customerNo}/play` | none: what is missing is filled in as the portal's forms offer it, and approved; answers the `status` |
//! | `POST payees/{customerNo}/status` | `{"status":"active"}`, or `pending`, `declined`, `deactivated` |
//! | `POST payees/{customerNo}/accounts` | `{"kind":"paypal","status":"pending"}` |
//! | `POST accounts/{accountToken}/status` | `{"status":"activated"}`, or `pending`, `invalid` |
//! | `DELETE accounts/{accountToken}` | |
//! | `POST payouts/{invoiceId}/outcome` | `{"status":"success"}`, or `failed`, `returned` |
//! | `POST settle` | |
//! | `POST advance` | `{"seconds":7200}`; virtual time only |
//! | `POST balance` | `{"currency":"USD","amount":"12.50"}` |
//! | `POST faults` | a [`Fault`]: `{"endpoint":"/v3/payouts/pay","skip":0,"times":1,"delay_ms":0,"processed":true,"effect":{"kind":"status","status":502}}`; all but `effect` may be left out |
//! | `DELETE faults` | |
//! | `POST notification-faults` | a [`NotificationFault`]: `{"kind":"delayed","seconds":90,"times":1}` |
//! | `PUT switches` | [`Switches`], whole |
//! | `DELETE request-ids` | |
//!
//! # What it is not
//!
//! It keeps no government ID and no full account number, moves no money, and never sends anything but notifications,
//! those only to this computer or over HTTPS.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod assumptions;
mod clock;
mod config;
mod control;
mod faults;
mod gateway;
mod money;
mod notify;
pub mod outcomes;
mod record;
mod serve;
pub mod sign;
mod state;
mod store;
mod web;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use clock::ClockMode;
pub use config::{
    Config, FeePayer, NotificationFormat, SAMPLE_TOKEN, Speed, StatusSpelling, Switches, WAY_BACK,
};
pub use control::{Control, ControlError};
pub use faults::{Effect, Fault, Faults, NotificationEffect, NotificationFault};
pub use money::{AmountError, Currency, Money};
pub use record::{Call, Transfer};
pub use state::{
    AccountKind, AccountStatus, Attempt, Document, FundingAccount, Identity, Mail, MailKind,
    Movement, MovementKind, NewMethod, Notification, NotificationKind, Onboarding, Payee,
    PayeeStatus, Payout, PayoutStatus, Progress, Stage,
};
pub use store::StoreError;

use clock::Clock;
use store::Store;
use world::World;

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address can be reached from other computers.
    #[error(
        "{0} is not a loopback address. The sandbox has no accounts and no passwords, so it stays on this computer: use 127.0.0.1."
    )]
    NotLoopback(SocketAddr),
    /// Nothing to sign with.
    #[error("the API token is empty. Choose any text; whoever calls the sandbox signs with it.")]
    NoToken,
    /// The port cannot be had.
    #[error(
        "cannot listen on {addr}: {source}. Another program may be using the port; port 0 takes a free one."
    )]
    Listen {
        /// Where.
        addr: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] StoreError),
    /// The client for notifications cannot be made.
    #[error("cannot prepare HTTPS for notifications: {0}")]
    Https(#[from] reqwest::Error),
}

/// A running sandbox. It stops when [`stop`](Self::stop) is called or the value is dropped.
#[derive(Debug)]
pub struct Sandbox {
    control: Control,
    stop: watch::Sender<bool>,
    listening: JoinHandle<()>,
    driving: JoinHandle<()>,
}

impl Sandbox {
    /// Starts listening. Notifications that an earlier run left behind are sent on.
    ///
    /// # Errors
    /// [`StartError`] says what is in the way and what to do.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        if !config.addr.ip().is_loopback() {
            return Err(StartError::NotLoopback(config.addr));
        }
        if config.api_token.trim().is_empty() {
            return Err(StartError::NoToken);
        }
        let addr = config.addr;
        let unavailable = |source| StartError::Listen { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(unavailable)?;
        let addr = listener.local_addr().map_err(unavailable)?;
        let clock = Clock::new(config.clock);
        let store = Store::open(config.state_file.clone(), clock.now())?;
        let world = Arc::new(World::new(config, addr, clock, store, notify::client()?));
        let stop = watch::Sender::new(false);
        let router = serve::router(&world);
        Ok(Self {
            listening: tokio::spawn(serve::listen(listener, router, stop.subscribe())),
            driving: tokio::spawn(notify::drive(Arc::clone(&world), stop.subscribe())),
            control: Control::new(world),
            stop,
        })
    }

    /// The gateway's base URL, such as `http://127.0.0.1:43210`; paths begin with `/v3`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.control.addr())
    }

    /// Where a payee finds the portal.
    #[must_use]
    pub fn portal_url(&self) -> String {
        format!("{}/portal", self.base_url())
    }

    /// Where the mails are that Pockyt would have sent.
    #[must_use]
    pub fn mailbox_url(&self) -> String {
        format!("{}/mailbox", self.base_url())
    }

    /// Everything the control API can do, without HTTP.
    #[must_use]
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Stops listening and sending. What was answered is already on disk.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // Either may have ended by panicking, which has been reported where it happened.
        let _ = self.listening.await;
        let _ = self.driving.await;
    }
}
