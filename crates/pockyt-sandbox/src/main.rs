//! `pockyt-sandbox`: a local Pockyt on a loopback port.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use pockyt_sandbox::{
    ClockMode, Config, FeePayer, NotificationFormat, SAMPLE_TOKEN, Sandbox, Speed, outcomes,
};
use tracing_subscriber::EnvFilter;

/// A local Pockyt: payouts gateway, payee portal, mailbox, signed notifications and faults on demand.
///
/// It listens on this computer only and moves no money.
#[derive(Parser)]
#[command(version, after_long_help = after_help())]
struct Arguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8043)]
    port: u16,

    /// Merchant number calls must carry
    #[arg(long, default_value = "200043")]
    merchant_no: String,

    /// Store number calls must carry
    #[arg(long, default_value = "300014")]
    store_no: String,

    /// File that keeps the state over a restart; without it, nothing is kept
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Turn the account's "Pockyt User" feature off: the merchant then sends identity and bank details itself, and
    /// payees start Active
    #[arg(long)]
    without_pockyt_user: bool,

    /// Seconds until a payout settles
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    settle_after: u64,

    /// How notifications are encoded
    #[arg(long, value_enum, default_value_t = Encoding::Form)]
    notifications: Encoding,

    /// Debit the merchant for the fee too, instead of taking it from the payee's amount
    #[arg(long)]
    merchant_pays_fee: bool,

    /// Let only invoice IDs choose a standard outcome, not amounts
    #[arg(long)]
    no_outcomes_by_amount: bool,

    /// Use a clock that only moves by POST /_control/advance
    #[arg(long)]
    virtual_time: bool,

    /// Do not serve the control API
    #[arg(long)]
    no_control: bool,
}

/// Where the API token comes from.
const TOKEN_VARIABLE: &str = "POCKYT_SANDBOX_TOKEN";

#[derive(Clone, Copy, ValueEnum)]
enum Encoding {
    Form,
    Json,
}

fn after_help() -> String {
    format!(
        "Standard outcomes, by a marker in the invoice ID or by the cents of the amount:\n{}\
         \nControl API, JSON, under /_control (see the crate's documentation for the bodies):\n{}\
         \nPages: / (overview), /mailbox (mails to payees), /portal (the payee's side).\n\
         API token that calls must be signed with: {TOKEN_VARIABLE} in the environment, so that it stands in no list of\n\
         processes; else {SAMPLE_TOKEN}, which the documents print.\n\
         Log: set RUST_LOG, such as RUST_LOG=pockyt_sandbox=debug.",
        outcomes::table(),
        CONTROL_HELP
    )
}

const CONTROL_HELP: &str = "  GET  calls, transfers, payees, payouts, notifications, mails, movements, balance, faults, switches
  POST payees/{customerNo}/complete   {\"kind\":\"bank_account\"}   play the payee to the end
  POST payees/{customerNo}/status     {\"status\":\"declined\"}
  POST accounts/{accountToken}/status {\"status\":\"invalid\"}      DELETE accounts/{accountToken}
  POST payouts/{invoiceId}/outcome    {\"status\":\"returned\"}
  POST settle                         everything that is planned happens now
  POST advance                        {\"seconds\":7200}           virtual time only
  POST balance                        {\"currency\":\"USD\",\"amount\":\"12.50\"}
  POST faults                         {\"endpoint\":\"/v3/payouts/pay\",\"processed\":true,\"times\":1,
                                       \"effect\":{\"kind\":\"drop\"}}   DELETE faults
       effects: genuine (with delay_ms), drop, status, garbage, html, ret, duplicate
  POST notification-faults            {\"kind\":\"forged\",\"times\":1}
       kinds: none, duplicated, reordered, delayed, forged, mismatched
  PUT  switches                       as GET shows them
  DELETE request-ids                  forget every Pockyt-Request-ID
";

impl Arguments {
    fn config(self) -> Config {
        let settle = Duration::from_secs(self.settle_after);
        Config {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            merchant_no: self.merchant_no,
            store_no: self.store_no,
            api_token: std::env::var(TOKEN_VARIABLE).unwrap_or_else(|_| SAMPLE_TOKEN.to_owned()),
            pockyt_user: !self.without_pockyt_user,
            state_file: self.state,
            clock: if self.virtual_time {
                ClockMode::Virtual
            } else {
                ClockMode::Real
            },
            speed: Speed {
                settle,
                ..Speed::demo()
            },
            notification_format: match self.notifications {
                Encoding::Form => NotificationFormat::Form,
                Encoding::Json => NotificationFormat::Json,
            },
            control: !self.no_control,
            fee_payer: if self.merchant_pays_fee {
                FeePayer::Merchant
            } else {
                FeePayer::Payee
            },
            outcomes_by_amount: !self.no_outcomes_by_amount,
            program: None,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("pockyt_sandbox=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let sandbox = match Sandbox::start(Arguments::parse().config()).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "pockyt-sandbox: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Whoever started the sandbox on port 0 reads the address from this first line.
    let _ = writeln!(
        std::io::stdout(),
        "{}\nmailbox  {}\nportal   {}",
        sandbox.base_url(),
        sandbox.mailbox_url(),
        sandbox.portal_url()
    );
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "cannot listen for Ctrl-C; end the process to stop");
        std::future::pending::<()>().await;
    }
    sandbox.stop().await;
    ExitCode::SUCCESS
}
