//! What a payout costs from its release to Pockyt's answer, and what of that is the engine's own, after the release is durable: the
//! intent made durable, the answer recorded, and the loop between them. Measured against the bare request to the same local Pockyt, which is a process of its own, so that
//! only this side's processor time counts.

use crate::notifications;
use crate::samples;
use crate::table::Row;
use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use cpu_time::ProcessTime;
use jiff::{SignedDuration, Timestamp};
use pockyt::{BaseUrl, Client, Config, Merchant, MerchantNo, PreparedPay, RequestId, StoreNo};
use pockyt_sandbox::{NewMethod, Sandbox};
use remit_core::{
    Accepted, AccountSnapshot, AccountToken, Answer, Certainty, Changed, Clock, Currency,
    CustomerNo, Engine, Gateway, GatewayError, Ids, InvoiceId, Ledger, Money, Notification,
    Observer, PayOrder, Payee, PayeeChanges, PayeeKey, PayeeSnapshot, Payout, PayoutId,
    PayoutSnapshot, Policy, Ports, Refusal, Registered, Registration, RequestKey, Secret, State,
    TransactionNo, Vault, VaultError, WireBody, WireStatus,
};
use remit_ledger::SqliteLedger;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use uuid::Uuid;

/// How many payouts a run measures.
const PAYOUTS: u64 = 200;

/// Where the local Pockyt is, and whom it can pay.
#[derive(Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct Target {
    #[arg(long)]
    base_url: String,
    #[arg(long)]
    customer_no: String,
    #[arg(long)]
    account_token: String,
}

/// Pays so many payouts through the engine.
#[derive(clap::Args)]
pub(crate) struct Errand {
    #[command(flatten)]
    target: Target,
    #[arg(long)]
    payouts: u64,
    /// Only release them; no engine runs
    #[arg(long)]
    only_release: bool,
}

/// Runs the local Pockyt until standard input ends, and tells on standard output where it is.
pub(crate) async fn serve() -> Result<()> {
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
    println!("{}", serde_json::to_string(&target)?);
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    sandbox.stop().await;
    Ok(())
}

/// Starts this program as the local Pockyt; it ends with the value.
async fn start_sandbox() -> Result<(Child, Target)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("sandbox")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().context("no output")?;
    let line = BufReader::new(output).lines().next_line().await?;
    let target = serde_json::from_str(&line.context("the local Pockyt did not start")?)?;
    Ok((child, target))
}

pub(crate) async fn measure(runs: u32, folder: &Path) -> Result<Vec<Row>> {
    let (_sandbox, target) = start_sandbox().await?;
    let (mut wall, mut more_wall, mut more_cpu) = (Vec::new(), Vec::new(), Vec::new());
    let mut own_cpu = Vec::new();
    for run in 1..=runs {
        let bare = bare(&target, PAYOUTS).await?;
        let released = released(&target, PAYOUTS, folder).await?;
        let paid = through_engine(&target, PAYOUTS, folder).await?;
        println!(
            "run {run}: a payout {:.2} ms and {:.3} ms of CPU time, its release alone {:.2} ms and {:.3} ms, the bare request {:.2} ms and {:.3} ms",
            paid.wall_ms, paid.cpu_ms, released.wall_ms, released.cpu_ms, bare.wall_ms, bare.cpu_ms
        );
        wall.push(paid.wall_ms / bare.wall_ms);
        more_wall.push(paid.wall_ms - bare.wall_ms);
        more_cpu.push(paid.cpu_ms - bare.cpu_ms);
        own_cpu.push(paid.cpu_ms - released.cpu_ms - bare.cpu_ms);
    }
    let row = |what, against, runs, goal| Row {
        what,
        against,
        runs,
        goal,
    };
    let mut rows = vec![
        row(
            "a payout, release to answer, wall time",
            "bare request to the same Pockyt",
            wall,
            "",
        ),
        row(
            "a payout, release to answer, wall time",
            "(ms more than the bare request)",
            more_wall,
            "",
        ),
        row(
            "a payout, release to answer, CPU time",
            "(ms more than the bare request)",
            more_cpu,
            "",
        ),
        row(
            "a payout, the engine's own, CPU time",
            "(ms more than release and request)",
            own_cpu,
            "< 1",
        ),
    ];
    match fsyncs_each(&target, folder).await {
        Ok((all, own)) => rows.extend([
            row(
                "a payout, release to answer, fsyncs",
                "(a payout)",
                vec![all],
                "",
            ),
            row(
                "a payout, the engine's own, fsyncs",
                "(more than the release)",
                vec![own],
                "1",
            ),
        ]),
        Err(error) => println!("fsyncs were not counted: {error:#}"),
    }
    Ok(rows)
}

struct Measured {
    wall_ms: f64,
    cpu_ms: f64,
}

impl Measured {
    fn each(payouts: u64, wall: Duration, cpu: Duration) -> Self {
        let count = f64::from(u32::try_from(payouts).unwrap_or(u32::MAX));
        Self {
            wall_ms: wall.as_secs_f64() * 1e3 / count,
            cpu_ms: cpu.as_secs_f64() * 1e3 / count,
        }
    }
}

/// The requests alone, one after the other.
async fn bare(target: &Target, payouts: u64) -> Result<Measured> {
    let client = client(&target.base_url)?;
    let gateway = Wire { client };
    let payee = payee(target);
    let (begun, cpu) = (Instant::now(), ProcessTime::now());
    for number in 0..payouts {
        let payout = payout(target, &payee, number);
        let body = gateway
            .prepare_pay(&order(&payout), payout.created_at)
            .map_err(refused)?;
        gateway
            .pay(&body, payout.request_key)
            .await
            .map_err(refused)?;
    }
    Ok(Measured::each(payouts, begun.elapsed(), cpu.elapsed()))
}

/// The releases alone, one after the other, while no engine runs.
async fn released(target: &Target, payouts: u64, folder: &Path) -> Result<Measured> {
    let folder = tempfile::tempdir_in(folder)?;
    let ledger = SqliteLedger::open(&folder.path().join("ledger.db"), &samples::key()?)?;
    let payee = ledger
        .record_payee(payee(target), Vec::new())
        .await?
        .into_inner();
    let (begun, cpu) = (Instant::now(), ProcessTime::now());
    for number in 0..payouts {
        let payout = payout(target, &payee, number);
        let events = samples::release_of(&payout);
        ledger.record_payout(payout, events).await?;
    }
    Ok(Measured::each(payouts, begun.elapsed(), cpu.elapsed()))
}

/// Releases and requests through the engine, each payout awaited until Pockyt's answer is on record.
async fn through_engine(target: &Target, payouts: u64, folder: &Path) -> Result<Measured> {
    let folder = tempfile::tempdir_in(folder)?;
    let ledger = SqliteLedger::open(&folder.path().join("ledger.db"), &samples::key()?)?;
    let ledger = Arc::new(ledger);
    let payee = ledger
        .record_payee(payee(target), Vec::new())
        .await?
        .into_inner();
    let (told, mut answered) = mpsc::unbounded_channel();
    let ports = Ports {
        gateway: Arc::new(Wire {
            client: client(&target.base_url)?,
        }),
        ledger: ledger.clone(),
        vault: Arc::new(NoVault),
        clock: Arc::new(SystemClock(Instant::now())),
        ids: Arc::new(RandomIds),
    };
    // What is accepted is not asked about while others are measured.
    let policy = Policy {
        check_after: vec![SignedDuration::from_hours(1)],
        ..Policy::default()
    };
    let engine = Arc::new(Engine::new(ports, policy, Arc::new(Told(told)), None));
    engine.recover().await?;
    let driver = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.drive().await }
    });
    let (begun, cpu) = (Instant::now(), ProcessTime::now());
    for number in 0..payouts {
        let payout = payout(target, &payee, number);
        let (id, events) = (payout.id, samples::release_of(&payout));
        ledger.record_payout(payout, events).await?;
        engine.wake();
        loop {
            match answered.recv().await.context("the engine is gone")? {
                (told, State::Processing) if told == id => break,
                (_, State::Ready | State::Sending | State::Processing) => {}
                (_, state) => bail!("a payout became {state:?}"),
            }
        }
    }
    let measured = Measured::each(payouts, begun.elapsed(), cpu.elapsed());
    driver.abort();
    Ok(measured)
}

pub(crate) async fn run_errand(errand: &Errand, folder: &Path) -> Result<()> {
    if errand.only_release {
        released(&errand.target, errand.payouts, folder).await?;
    } else {
        through_engine(&errand.target, errand.payouts, folder).await?;
    }
    Ok(())
}

/// How many times a payout waits for the disk, and how many of them after its release, as strace counts it in runs of
/// different length.
async fn fsyncs_each(target: &Target, folder: &Path) -> Result<(f64, f64)> {
    let count = async |payouts: u64, only_release: bool| -> Result<f64> {
        let log = folder.join("fsyncs.txt");
        let status = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o"])
            .arg(&log)
            .arg(std::env::current_exe()?)
            .arg("--folder")
            .arg(folder)
            .args(["pay", "--payouts", &payouts.to_string()])
            .args(["--base-url", &target.base_url])
            .args(["--customer-no", &target.customer_no])
            .args(["--account-token", &target.account_token])
            .args(only_release.then_some("--only-release"))
            .status()
            .await
            .context("strace is not installed")?;
        if !status.success() {
            bail!("strace ended with {status}");
        }
        let calls = std::fs::read_to_string(&log)?;
        let lines = calls.lines().filter(|line| line.contains("sync(")).count();
        std::fs::remove_file(&log)?;
        Ok(f64::from(u32::try_from(lines)?))
    };
    let mut each = [0.0; 2];
    for (each, only_release) in each.iter_mut().zip([false, true]) {
        let (few, many) = (
            count(10, only_release).await?,
            count(110, only_release).await?,
        );
        *each = (many - few) / 100.0;
    }
    let [all, release] = each;
    Ok((all, all - release))
}

fn payee(target: &Target) -> Payee {
    samples::payee(&target.customer_no)
}

fn payout(target: &Target, payee: &Payee, number: u64) -> Payout {
    let mut payout = samples::payout(payee, number);
    payout.customer_no = CustomerNo::from(target.customer_no.as_str());
    payout.account_token = AccountToken::from(target.account_token.as_str());
    // Pockyt takes each only once, whichever run it is of.
    payout.invoice_id = InvoiceId(format!("INV-{}", payout.id.0.simple()));
    payout.ipn_url = None;
    payout
}

fn order(payout: &Payout) -> PayOrder {
    PayOrder {
        customer_no: payout.customer_no.clone(),
        account_token: payout.account_token.clone(),
        invoice_id: payout.invoice_id.clone(),
        money: payout.money,
        channel: payout.channel,
        description: payout.description.clone(),
        note: payout.note.clone(),
        ipn_url: payout.ipn_url.clone(),
    }
}

pub(crate) fn client(base_url: &str) -> Result<Client> {
    let config = pockyt_sandbox::Config::default();
    let merchant = Merchant {
        merchant_no: MerchantNo::new(config.merchant_no.as_str())?,
        store_no: StoreNo::new(config.store_no.as_str())?,
        mer_group_no: None,
        payor_no: None,
    };
    let token = SecretString::from(config.api_token);
    Ok(Client::new(Config::new(
        BaseUrl::parse(base_url)?,
        merchant,
        token,
    ))?)
}

fn refused(error: GatewayError) -> anyhow::Error {
    anyhow::anyhow!(
        "the local Pockyt refused: {:?} {:?}",
        error.kind,
        error.words
    )
}

/// The way to Pockyt, as far as a payout needs it.
pub(crate) struct Wire {
    pub(crate) client: Client,
}

fn trouble(error: &dyn std::fmt::Display) -> GatewayError {
    GatewayError {
        certainty: Certainty::Unknown,
        kind: Refusal::Other,
        words: Some(error.to_string()),
        field: None,
        evidence: None,
    }
}

/// What no payout here asks for.
fn not_measured<T>() -> Result<T, GatewayError> {
    Err(trouble(&"it is not measured"))
}

#[async_trait]
impl Gateway for Wire {
    async fn register(&self, _: &Registration) -> Result<Answer<Registered>, GatewayError> {
        not_measured()
    }

    async fn update(&self, _: &CustomerNo, _: &PayeeChanges) -> Result<Answer<()>, GatewayError> {
        not_measured()
    }

    async fn retrieve(&self, _: &PayeeKey) -> Result<Answer<PayeeSnapshot>, GatewayError> {
        not_measured()
    }

    async fn accounts(
        &self,
        _: &CustomerNo,
        _: Option<&AccountToken>,
    ) -> Result<Answer<Vec<AccountSnapshot>>, GatewayError> {
        not_measured()
    }

    fn prepare_pay(&self, order: &PayOrder, at: Timestamp) -> Result<WireBody, GatewayError> {
        let wire = || -> Result<pockyt::PayOrder> {
            Ok(pockyt::PayOrder {
                customer_no: pockyt::CustomerNo::new(order.customer_no.as_str())?,
                account_token: pockyt::AccountToken::new(order.account_token.as_str())?,
                invoice_id: pockyt::InvoiceId::new(order.invoice_id.as_str())?,
                amount: pockyt::WireAmount::new(order.money.decimal())?,
                currency: pockyt::CurrencyCode::new(order.money.currency.code())?,
                ipn_url: order.ipn_url.clone(),
                processing_channel: Some(pockyt::ProcessingChannel::StandardAch),
                description: Some(order.description.clone()),
                note: None,
                subject: None,
            })
        };
        let wire = wire().map_err(|error| trouble(&error))?;
        let prepared = self
            .client
            .prepare_pay(&wire, at)
            .map_err(|error| trouble(&error))?;
        Ok(WireBody(prepared.to_json()))
    }

    async fn pay(
        &self,
        body: &WireBody,
        key: RequestKey,
    ) -> Result<Answer<Accepted>, GatewayError> {
        let prepared = PreparedPay::from_json(body.as_str()).map_err(|error| trouble(&error))?;
        let answer = self
            .client
            .pay(&prepared, RequestId::from(key.0))
            .await
            .map_err(|error| trouble(&error))?;
        Ok(Answer {
            value: Accepted {
                transaction_no: TransactionNo(answer.value.transaction_no.to_string()),
                fee: None,
                status: WireStatus::from_wire(answer.value.status.as_str()),
            },
            evidence: answer.raw,
        })
    }

    async fn inquire(&self, _: &InvoiceId) -> Result<Answer<PayoutSnapshot>, GatewayError> {
        not_measured()
    }

    async fn balance(&self, _: Currency) -> Result<Answer<Money>, GatewayError> {
        not_measured()
    }

    fn read_notification(
        &self,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Notification, Option<InvoiceId>> {
        notifications::read(content_type, body)
    }
}

pub(crate) struct SystemClock(pub(crate) Instant);

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn steady(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

pub(crate) struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn below(&self, bound: u64) -> u64 {
        let (high, _) = Uuid::new_v4().as_u64_pair();
        high.checked_rem(bound).unwrap_or(0)
    }
}

pub(crate) struct NoVault;

#[async_trait]
impl Vault for NoVault {
    async fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }

    async fn get(&self, _: &Secret) -> Result<Option<SecretString>, VaultError> {
        Ok(None)
    }

    async fn set(&self, _: &Secret, _: &SecretString) -> Result<(), VaultError> {
        Ok(())
    }

    async fn delete(&self, _: &Secret) -> Result<(), VaultError> {
        Ok(())
    }
}

/// Passes on what became of payouts.
struct Told(mpsc::UnboundedSender<(PayoutId, State)>);

impl Observer for Told {
    fn changed(&self, change: Changed) {
        if let Changed::Payout(id, state) = change {
            // Nobody may be measuring any more.
            let _ = self.0.send((id, state));
        }
    }
}
