//! The local Pockyt: a process of its own, so that only this side's processor time and memory count.

use crate::ports::client;
use crate::samples;
use anyhow::{Context, Result};
use pockyt_sandbox::{Effect, Fault, NewMethod, Sandbox};
use remit_core::{AccountToken, CustomerNo, InvoiceId, Payee, Payout};
use serde::{Deserialize, Serialize};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

/// Where the local Pockyt is, and whom it can pay.
#[derive(Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct Target {
    #[arg(long)]
    pub(crate) base_url: String,
    #[arg(long)]
    pub(crate) customer_no: String,
    #[arg(long)]
    pub(crate) account_token: String,
}

/// Runs the local Pockyt until standard input ends, and tells on standard output where it is.
pub(crate) async fn serve(latency_ms: u64) -> Result<()> {
    let config = pockyt_sandbox::Config {
        outcomes_by_amount: false,
        ..pockyt_sandbox::Config::default()
    };
    let sandbox = Sandbox::start(config).await?;
    let client = client(&sandbox.base_url())?;
    let payee = pockyt::NewPayee {
        profile_type: pockyt::ProfileType::Individual,
        email: "wilhelmina@example.com".to_owned(),
        details: pockyt::PayeeDetails {
            first_name: Some("Wilhelmina".to_owned()),
            last_name: Some("Grunwald".to_owned()),
            date_of_birth: Some("1990-04-30".parse()?),
            country_code: Some("US".to_owned()),
            state: Some("NY".to_owned()),
            city: Some("New York".to_owned()),
            street: Some("1 Main St".to_owned()),
            zip: Some("10005".to_owned()),
            lang: Some("en".to_owned()),
            ..pockyt::PayeeDetails::default()
        },
    };
    let customer_no = client
        .register_payee(&payee)
        .await?
        .value
        .customer_no
        .to_string();
    let method = NewMethod {
        kind: pockyt_sandbox::AccountKind::BankAccount,
        country: "US".to_owned(),
        currency: "USD".to_owned(),
        masked: "****5655".to_owned(),
        label: "Bank".to_owned(),
    };
    let account_token = sandbox
        .control()
        .complete_payee(&customer_no, method)
        .await?;
    let rich = pockyt_sandbox::Money {
        minor: 1_000_000_000_000,
        currency: pockyt_sandbox::Currency::Usd,
    };
    sandbox.control().set_balance(rich).await?;
    let target = Target {
        base_url: sandbox.base_url(),
        customer_no,
        account_token,
    };
    if latency_ms > 0 {
        let late = Fault {
            endpoint: None,
            ..Fault::on("", Effect::Genuine)
        };
        let late = late.after_processing().forever().delayed(latency_ms);
        sandbox.control().inject(late);
    }
    println!("{}", serde_json::to_string(&target)?);
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    sandbox.stop().await;
    Ok(())
}

/// Starts this program as the local Pockyt, whose answers are so late; it ends with the value.
pub(crate) async fn start(latency: Duration) -> Result<(Child, Target)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["sandbox", "--latency-ms", &latency.as_millis().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().context("no output")?;
    let line = BufReader::new(output).lines().next_line().await?;
    let target = serde_json::from_str(&line.context("the local Pockyt did not start")?)?;
    Ok((child, target))
}

/// A payout to whom it can pay, which it has not seen before.
pub(crate) fn payout(target: &Target, payee: &Payee, number: u64) -> Payout {
    let mut payout = samples::payout(payee, number);
    payout.customer_no = CustomerNo::from(target.customer_no.as_str());
    payout.account_token = AccountToken::from(target.account_token.as_str());
    // Pockyt takes each only once, whichever run it is of.
    payout.invoice_id = InvoiceId(format!("INV-{}", payout.id.0.simple()));
    payout.ipn_url = None;
    payout
}
