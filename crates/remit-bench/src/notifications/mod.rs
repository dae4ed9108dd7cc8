//! Notifications durably taken a second, each answered only when it is on the disk, with 64 connections at once; beside the
//! same route that keeps nothing, and beside a bare loop of write and fsync. And what idle mailboxes cost the relay.

mod listener;
mod load;
mod servers;

use crate::table::Row;
use anyhow::Result;
use load::{Body, Connection, FORM, Service};
use pockyt::sign::{Empties, SIGNATURE_FIELD, Signer};
use servers::Relay;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::Child;
use url::Url;
use url::form_urlencoded::Serializer;

pub(crate) use listener::{read, serve as serve_listener};
pub(crate) use servers::serve_route;

/// How many mailboxes the notifications go to.
const MAILBOXES: usize = 8;

/// How many mailboxes are idle while the memory is measured.
const IDLE_MAILBOXES: usize = 10_000;

/// How long the bare loop is measured.
const LOOP: Duration = Duration::from_secs(1);

/// The token that the notifications are signed with.
const TOKEN: &str = "5cbfb079f15b150122261c8537086d77a";

/// What a service did in each run.
#[derive(Default)]
struct Runs {
    against_route: Vec<f64>,
    against_loop: Vec<f64>,
    per_second: Vec<f64>,
    p99_ms: Vec<f64>,
    cpu_us: Vec<f64>,
}

/// What each run is measured against.
struct Reference {
    bare: f64,
    synced: f64,
}

pub(crate) async fn measure(runs: u32, folder: &Path) -> Result<Vec<Row>> {
    let body = body()?;
    let (_route, url) = servers::part("route", folder).await?;
    let route = Service::new(vec![url], Arc::clone(&body));
    let (mut relays, mut listeners) = (Runs::default(), Runs::default());
    for run in 1..=runs {
        let bare = load::measure(route.clone()).await?;
        let reference = Reference {
            bare: bare.per_second,
            synced: fsync_loop(&body, folder)?,
        };
        println!(
            "run {run}: {:.0} notifications/s by a bare route, p99 {:.1} ms; {:.0} writes/s in a bare loop of write + fsync; load {}",
            bare.per_second,
            bare.p99_ms,
            reference.synced,
            load_average()
        );
        let store = tempfile::tempdir_in(folder)?;
        let relay = Relay::start(store.path(), &UNLIMITED).await?;
        let service = Service::new(relay.mailboxes(MAILBOXES).await?, Arc::clone(&body));
        let said = relays.add(&relay.child, service, &reference).await?;
        println!("run {run}: {said} by the relay");
        drop(relay);
        let (listener, url) = servers::part("listener", folder).await?;
        let service = Service::new(vec![url], Arc::clone(&body));
        let said = listeners.add(&listener, service, &reference).await?;
        println!("run {run}: {said} by the app's listener");
    }
    let mut rows = rows("notifications kept by the relay, 64 connections", relays);
    rows.extend(self::rows(
        "notifications kept by the listener, 64 connections",
        listeners,
    ));
    match idle(&body, folder).await {
        Ok((pss, rss)) => {
            println!(
                "a relay with {IDLE_MAILBOXES} idle mailboxes: PSS {pss:.1} MiB, RSS {rss:.1} MiB"
            );
            rows.push(Row {
                what: "memory of a relay with 10,000 idle mailboxes",
                against: "(MiB resident)",
                runs: vec![rss],
                goal: "< 50",
            });
        }
        Err(error) => println!("the relay's memory was not measured: {error:#}"),
    }
    Ok(rows)
}

impl Runs {
    /// Measures a server once more; what it came to, in words.
    async fn add(
        &mut self,
        server: &Child,
        service: Service,
        reference: &Reference,
    ) -> Result<String> {
        let before = servers::cpu(server).ok();
        let taken = load::measure(service).await?;
        if let (Some(before), Ok(after)) = (before, servers::cpu(server)) {
            let each = (after - before).as_secs_f64() * 1e6 / taken.all;
            self.cpu_us.push(each);
        }
        self.against_route.push(taken.per_second / reference.bare);
        self.against_loop.push(taken.per_second / reference.synced);
        self.per_second.push(taken.per_second);
        self.p99_ms.push(taken.p99_ms);
        Ok(format!(
            "{:.0} notifications/s, p50 {:.1} ms, p99 {:.1} ms",
            taken.per_second, taken.p50_ms, taken.p99_ms
        ))
    }
}

fn rows(what: &'static str, runs: Runs) -> Vec<Row> {
    let row = |against, runs, goal| Row {
        what,
        against,
        runs,
        goal,
    };
    vec![
        row(
            "bare route that keeps nothing",
            runs.against_route,
            ">= 0.5, or 5000 a second",
        ),
        row("bare loop of write + fsync", runs.against_loop, ""),
        row("(a second)", runs.per_second, ">= 5000, or 0.5 of bare"),
        row("(ms, 99th percentile)", runs.p99_ms, "< 50"),
        row("(microseconds of CPU time each)", runs.cpu_us, ""),
    ]
}

/// No mailbox is ever too fast or full.
const UNLIMITED: [&str; 8] = [
    "--rate",
    "1000000",
    "--burst",
    "1000000",
    "--max-stored",
    "1000000000",
    "--max-mib",
    "1000000",
];

/// Notifications as long as real ones, each with a number of its own and signed.
fn body() -> Result<Body> {
    let signer = Signer::new(&TOKEN.into())?;
    Ok(Arc::new(move |number| {
        let fields = [
            ("accountToken", "2010300192540133960288".to_owned()),
            ("amount", "60.00".to_owned()),
            ("currency", "USD".to_owned()),
            ("invoiceId", format!("9aae4c685d824c5da746{number:012}")),
            ("paymentTime", "2023-02-15T22:59:11Z".to_owned()),
            ("status", "success".to_owned()),
            ("transactionNo", "318453016214317262".to_owned()),
            ("vendor", "BANK_ACCOUNT".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let mut form = Serializer::new(String::new());
        form.extend_pairs(&fields);
        form.append_pair(SIGNATURE_FIELD, &signer.sign(&fields, Empties::Kept));
        form.finish()
    }))
}

/// Bodies appended to a file a second, each followed by an fsync.
fn fsync_loop(body: &Body, folder: &Path) -> Result<f64> {
    let folder = tempfile::tempdir_in(folder)?;
    let mut file = File::create(folder.path().join("log"))?;
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < LOOP {
        file.write_all(body(u64::from(count)).as_bytes())?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

/// How much memory a relay takes, with its usual settings, when every mailbox has taken something once.
async fn idle(body: &Body, folder: &Path) -> Result<(f64, f64)> {
    let folder = tempfile::tempdir_in(folder)?;
    let relay = Relay::start(folder.path(), &[]).await?;
    let urls: Vec<Url> = relay.mailboxes(IDLE_MAILBOXES).await?;
    let mut connection = Connection::open(&urls[0]).await?;
    for (number, url) in (0..).zip(&urls) {
        connection.post(url.path(), FORM, &body(number)).await?;
    }
    drop(connection);
    relay.memory()
}

/// How busy the machine is; over the last minute, and this bench counts too.
fn load_average() -> String {
    let said = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    said.split(' ').next().unwrap_or_default().to_owned()
}
