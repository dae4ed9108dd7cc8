//! A run of 10,000 payouts, from a real ledger on the disk to a local Pockyt that takes 20 ms to answer: how long it takes against
//! the bound that latency and the limit of 32 at once set, in how much memory, and how soon after the release its first request leaves.

mod desk;
mod memory;

use crate::ports::{Wire, client};
use crate::samples;
use crate::sandbox::{self, Target};
use crate::table::Row;
use anyhow::{Context, Result, bail};
use cpu_time::ProcessTime;
use desk::Desk;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use memory::Memory;
use remit_core::State;
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

const ROWS: u32 = 10_000;
const AT_ONCE: u32 = 32;
const LATENCY: Duration = Duration::from_millis(20);
/// How many requests tell what the wire alone can do.
const BARE: u32 = 2_500;

pub(crate) async fn measure(runs: u32, folder: &Path) -> Result<Vec<Row>> {
    let (_sandbox, target) = sandbox::start(LATENCY).await?;
    let template = desk::template(&target, ROWS, folder).await?;
    let bound = LATENCY * ROWS / AT_ONCE;
    let (mut whole, mut growth, mut first, mut cpu) = (vec![], vec![], vec![], vec![]);
    let (mut wire, mut against_wire) = (vec![], vec![]);
    let mut megabytes = Vec::new();
    for run in 1..=runs {
        let bare = bare(&target).await?.as_secs_f64() / f64::from(BARE);
        let mut desk = Desk::open(&template, &target, folder).await?;
        let mut draft = desk.draft(ROWS, run).await?;
        let review = desk.review(&mut draft).await?;
        let (sampled, spent) = (Memory::begin(), ProcessTime::now());
        let released = Instant::now();
        desk.release(&mut draft, &review).await?;
        drop(draft);
        let mut answered = HashSet::new();
        while answered.len() < ROWS as usize {
            match desk.told.recv().await.context("the engine is gone")? {
                (id, State::Processing | State::Paid) => {
                    answered.insert(id);
                }
                (_, State::Ready | State::Sending) => {}
                (_, state) => bail!("a payout became {state:?}"),
            }
        }
        let (took, spent) = (released.elapsed(), spent.elapsed());
        let left = desk.first_left(released)?;
        let (before, after) = sampled.halves();
        println!(
            "run {run}: {:.2} s for a bound of {:.2} s, first request after {:.0} ms, {:.2} ms of CPU time a payout, at most {before:.0} MB in the first half and {after:.0} MB in the second",
            took.as_secs_f64(),
            bound.as_secs_f64(),
            left.as_secs_f64() * 1e3,
            spent.as_secs_f64() * 1e3 / f64::from(ROWS)
        );
        whole.push(took.as_secs_f64() / bound.as_secs_f64());
        wire.push(bare * f64::from(ROWS) / bound.as_secs_f64());
        against_wire.push(took.as_secs_f64() / (bare * f64::from(ROWS)));
        growth.push(after / before);
        first.push(left.as_secs_f64() * 1e3);
        cpu.push(spent.as_secs_f64() * 1e3 / f64::from(ROWS));
        megabytes.push(before.max(after));
    }
    let row = |what, against, runs, goal| Row {
        what,
        against,
        runs,
        goal,
    };
    Ok(vec![
        row(
            "a run of 10,000, 20 ms of latency, 32 at once",
            "rows x latency / in flight",
            whole,
            "< 1.15",
        ),
        row(
            "bare requests to the same Pockyt, 32 at once",
            "rows x latency / in flight",
            wire,
            "",
        ),
        row(
            "a run of 10,000, 20 ms of latency, 32 at once",
            "bare requests to the same Pockyt",
            against_wire,
            "",
        ),
        row(
            "its most memory (RSS), second half",
            "first half",
            growth,
            "1",
        ),
        row("its most memory (RSS)", "(MB)", megabytes, ""),
        row("its CPU time", "(ms a payout)", cpu, ""),
        row(
            "release to first request, 10,000 rows",
            "(ms)",
            first,
            "< 150",
        ),
    ])
}

/// How long so many bare requests take, as many at once as a run may have: with nothing to remember, only the wire bounds them.
async fn bare(target: &Target) -> Result<Duration> {
    let gateway = &Wire {
        client: client(&target.base_url)?,
    };
    let payee = samples::payee(&target.customer_no);
    let request = async |number: u32| {
        let payout = sandbox::payout(target, &payee, number.into());
        gateway.request(&payout).await
    };
    let begun = Instant::now();
    stream::iter(0..BARE)
        .map(request)
        .buffer_unordered(AT_ONCE as usize)
        .try_collect::<()>()
        .await?;
    Ok(begun.elapsed())
}
