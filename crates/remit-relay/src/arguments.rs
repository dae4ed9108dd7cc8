//! The command line. Everything can be set in the environment too; secrets only there or in a file.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;
use remit_relay::MailboxId;
use remit_relay::sealed::PublicKey;
use remit_relay::server::{AdminToken, Limits, Retention, Settings};
use url::Url;

/// The admin token itself, where it is not in a file.
const ADMIN_TOKEN: &str = "REMIT_RELAY_ADMIN_TOKEN";

/// Keeps Pockyt's notifications, sealed to their owner, until the owner's laptop has fetched them.
///
/// In short: run `remit-relay serve` behind a proxy that speaks TLS, let the owner copy the public key from Remit's settings,
/// run `remit-relay mailbox new --public-key ...`, and let the owner paste the relay link that it prints into Remit.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Take notifications and hand them out, until SIGTERM
    Serve(Serve),
    /// Create, list and remove mailboxes on this machine
    Mailbox {
        #[command(subcommand)]
        command: MailboxCommand,
    },
    /// Ask the relay on this machine whether it is well; ends with 0 if so, else with 1
    Check {
        /// Where the relay tells its health
        #[arg(long, env = "REMIT_RELAY_OBSERVE", default_value = OBSERVE, value_name = "ADDRESS")]
        observe: SocketAddr,
    },
}

#[derive(Subcommand)]
pub(crate) enum MailboxCommand {
    /// Create a mailbox and print its relay link
    New {
        /// The owner's public key, as Remit's settings show it
        #[arg(long, value_name = "KEY")]
        public_key: PublicKey,
        #[arg(long, env = "REMIT_RELAY_PUBLIC_URL", value_parser = address, value_name = "URL", help = PUBLIC_URL)]
        public_url: Url,
        #[command(flatten)]
        place: Place,
    },
    /// Show all mailboxes and how much waits in them
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Remove a mailbox and all that waits in it
    Remove {
        /// Its ID, as `list` shows it
        id: MailboxId,
        #[command(flatten)]
        place: Place,
    },
}

const OBSERVE: &str = "127.0.0.1:8788";
const PUBLIC_URL: &str =
    "The relay's address in the world, such as https://relay.example.org; goes into relay links";

#[derive(Args)]
pub(crate) struct Serve {
    #[arg(long, env = "REMIT_RELAY_PUBLIC_URL", value_parser = address, value_name = "URL", help = PUBLIC_URL)]
    public_url: Url,

    /// Where to listen for the proxy; it speaks plain HTTP there
    #[arg(
        long,
        env = "REMIT_RELAY_LISTEN",
        default_value = "127.0.0.1:8787",
        value_name = "ADDRESS"
    )]
    listen: SocketAddr,

    /// Where to tell metrics (/metrics) and health (/health); keep it away from the world
    #[arg(long, env = "REMIT_RELAY_OBSERVE", default_value = OBSERVE, value_name = "ADDRESS")]
    observe: SocketAddr,

    /// File with the token that lets one create mailboxes over HTTP; or set REMIT_RELAY_ADMIN_TOKEN. Without either, that
    /// is only possible on this machine
    #[arg(long, env = "REMIT_RELAY_ADMIN_TOKEN_FILE", value_name = "FILE")]
    admin_token_file: Option<PathBuf>,

    /// Notifications a second that one mailbox takes in the long run
    #[arg(long, env = "REMIT_RELAY_RATE", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,

    /// Notifications that one mailbox takes at once
    #[arg(long, env = "REMIT_RELAY_BURST", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    burst: u32,

    /// Connections at a time; up to three quarters of them may be laptops that wait
    #[arg(long, env = "REMIT_RELAY_CONNECTIONS", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(4..=1_000_000))]
    connections: u32,

    /// How to write the log, to standard error
    #[arg(long, env = "REMIT_RELAY_LOG", value_enum, default_value_t = Log::Text)]
    pub(crate) log: Log,

    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Log {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Where notifications are kept, how many and how long.
#[derive(Args)]
pub(crate) struct Place {
    /// Path of the SQLite file, created if need be; or a postgresql:// URL. A URL with a password belongs in the
    /// environment, as every user of the machine can read command lines
    #[arg(
        long,
        env = "REMIT_RELAY_STORE",
        hide_env_values = true,
        value_name = "FILE or URL"
    )]
    pub(crate) store: String,

    /// Notifications that one mailbox holds
    #[arg(long, env = "REMIT_RELAY_MAX_STORED", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..))]
    max_stored: u32,

    /// Mebibytes that one mailbox holds
    #[arg(long, env = "REMIT_RELAY_MAX_MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    max_mib: u32,

    /// Laptops that may read one mailbox
    #[arg(long, env = "REMIT_RELAY_MAX_READERS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..))]
    max_readers: u32,

    /// Days that a notification is kept when nobody acknowledges it
    #[arg(long, env = "REMIT_RELAY_KEEP_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    keep_days: u32,

    /// Days after which a silent laptop is forgotten, so that notifications do not wait for it
    #[arg(long, env = "REMIT_RELAY_READER_DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=3650))]
    reader_days: u32,
}

impl Place {
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            stored: self.max_stored.into(),
            bytes: i64::from(self.max_mib) * 1024 * 1024,
            readers: self.max_readers.into(),
        }
    }

    pub(crate) fn retention(&self) -> Retention {
        let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
        Retention {
            notifications: days(self.keep_days),
            readers: days(self.reader_days),
        }
    }
}

impl Serve {
    /// What the relay is to be, with the admin token read.
    pub(crate) fn settings(&self) -> Result<Settings, Box<dyn std::error::Error>> {
        let token = match &self.admin_token_file {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|error| {
                format!(
                    "the admin token cannot be read from {}: {error}",
                    file.display()
                )
            })?),
            None => std::env::var(ADMIN_TOKEN)
                .ok()
                .filter(|token| !token.is_empty()),
        };
        Ok(Settings {
            listen: self.listen,
            observe: self.observe,
            public_url: self.public_url.clone(),
            admin: token.as_deref().map(AdminToken::new).transpose()?,
            per_second: self.rate,
            burst: self.burst,
            connections: usize::try_from(self.connections)?,
        })
    }
}

/// A relay's address, or why it is none.
fn address(text: &str) -> Result<Url, String> {
    remit_relay::link::address(text).map_err(|error| error.to_string())
}
