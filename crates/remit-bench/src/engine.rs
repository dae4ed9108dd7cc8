//! What a payout costs from its release to Pockyt's answer, and what of that is the engine's own, after the release is durable: the
//! intent made durable, the answer recorded, and the loop between them. Measured against the bare request to the same local Pockyt, which is a process of its own, so that
//! only this side's processor time counts.

use crate::ports::{NoVault, RandomIds, SystemClock, Wire, client};
use crate::samples;
use crate::sandbox::{self, Target, payout};
use crate::table::Row;
use anyhow::{Context, Result, bail};
use cpu_time::ProcessTime;
use jiff::SignedDuration;
use remit_core::{Changed, Engine, Ledger, Observer, Payee, PayoutId, Policy, Ports, State};
use remit_ledger::SqliteLedger;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::sync::mpsc;

/// How many payouts a run measures.
const PAYOUTS: u64 = 200;

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

pub(crate) async fn measure(runs: u32, folder: &Path) -> Result<Vec<Row>> {
    let (_sandbox, target) = sandbox::start(Duration::ZERO).await?;
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
        gateway.request(&payout(target, &payee, number)).await?;
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
