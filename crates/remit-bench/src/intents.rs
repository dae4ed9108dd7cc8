//! Durable intents a second: a payout is released, then claimed with its exact body; each is answered only when it is on
//! the disk (I1). With 256 callers at once many share a commit.

use crate::table::Row;
use crate::{bare, samples};
use anyhow::{Context, Result};
use cpu_time::ProcessTime;
use remit_core::Ledger;
use remit_ledger::SqliteLedger;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const IN_FLIGHT: u64 = 256;
/// How many intents are measured with 256 in flight, and in the bare writer.
const MANY: u64 = 40 * IN_FLIGHT;
/// How many are measured one at a time.
const FEW: u64 = 300;

pub(crate) async fn measure(runs: u32, folder: &Path) -> Result<Vec<Row>> {
    let (mut speedup, mut against_loop, mut against_writer) = (Vec::new(), Vec::new(), Vec::new());
    let (mut rate, mut cpu) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        let one = together(1, FEW, folder).await?;
        let many = together(IN_FLIGHT, MANY, folder).await?;
        let fsync = per_second(FEW, bare::fsync_loop(&many.file, FEW, folder)?);
        let (writer, writer_cpu) = bare::writer(&many.file, IN_FLIGHT, folder)?;
        let writer = per_second(MANY, writer);
        let writer_cpu_us = writer_cpu.as_secs_f64() * 1e6 / count(MANY);
        println!(
            "run {run}: {:.0} intents/s with {IN_FLIGHT} in flight, {:.0} one at a time, {fsync:.0} in a bare write+fsync loop, {writer:.0} in a bare batched writer; {:.1} us of CPU time each, {writer_cpu_us:.1} in the bare writer",
            many.rate, one.rate, many.cpu_us
        );
        speedup.push(many.rate / one.rate);
        against_loop.push(many.rate / fsync);
        against_writer.push(many.rate / writer);
        rate.push(many.rate);
        cpu.push(many.cpu_us / writer_cpu_us);
    }
    let row = |what, against, runs, goal| Row {
        what,
        against,
        runs,
        goal,
    };
    Ok(vec![
        row(
            "durable intents/s, 256 in flight",
            "the same, one at a time",
            speedup,
            "> 20",
        ),
        row(
            "durable intents/s, 256 in flight",
            "bare loop of write + fsync",
            against_loop,
            "",
        ),
        row(
            "durable intents/s, 256 in flight",
            "bare batched SQLCipher writer",
            against_writer,
            ">= 0.8",
        ),
        row("durable intents, 256 in flight", "(a second)", rate, ""),
        row(
            "CPU time of an intent, 256 in flight",
            "bare batched SQLCipher writer",
            cpu,
            "",
        ),
    ])
}

struct Measured {
    rate: f64,
    cpu_us: f64,
    file: PathBuf,
    // Removed with the ledger in it when no longer needed.
    _folder: TempDir,
}

/// Records and claims payouts in a fresh ledger, so many callers at once, each one payout after the other.
async fn together(callers: u64, intents: u64, folder: &Path) -> Result<Measured> {
    let folder = tempfile::tempdir_in(folder)?;
    let file = folder.path().join("ledger.db");
    let ledger = Arc::new(SqliteLedger::open(&file, &samples::key()?)?);
    let payee = ledger
        .record_payee(samples::payee("2000305228303182610217"), Vec::new())
        .await?
        .into_inner();
    let next = Arc::new(AtomicU64::new(0));
    let (begun, cpu) = (Instant::now(), ProcessTime::now());
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (ledger, next) = (Arc::clone(&ledger), Arc::clone(&next));
            let payee = payee.clone();
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= intents {
                        return Ok::<_, anyhow::Error>(());
                    }
                    let payout = samples::payout(&payee, number);
                    let events = samples::release_of(&payout);
                    let payout = ledger.record_payout(payout, events).await?.into_inner();
                    let claimed = ledger.apply(vec![samples::claim(payout)]).await?;
                    claimed.into_iter().next().context("no answer")??;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let (wall, cpu) = (begun.elapsed(), cpu.elapsed());
    drop(ledger);
    Ok(Measured {
        rate: per_second(intents, wall),
        cpu_us: cpu.as_secs_f64() * 1e6 / count(intents),
        file,
        _folder: folder,
    })
}

fn per_second(intents: u64, time: Duration) -> f64 {
    count(intents) / time.as_secs_f64()
}

fn count(of: u64) -> f64 {
    f64::from(u32::try_from(of).unwrap_or(u32::MAX))
}
