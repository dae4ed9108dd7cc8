//! What the ledger is measured against: the least that anything durable does.

use crate::samples;
use anyhow::{Context, Result};
use cpu_time::ProcessTime;
use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// What a claim changes.
const CLAIMED: [&str; 7] = [
    "state", "since", "sent_at", "body", "attempts", "next_at", "revision",
];

/// A statement's values, one list an execution.
type Executions = Vec<Vec<Value>>;

/// A connection with the settings of the ledger's own writer.
pub(crate) fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;",
        samples::KEY
    ))?;
    Ok(connection)
}

/// The rows of a ledger's table in their order, and the names of their columns.
fn rows(ledger: &Path, table: &str) -> Result<(Vec<String>, Executions)> {
    selected(ledger, &format!("SELECT * FROM {table} ORDER BY rowid"))
}

fn selected(ledger: &Path, sql: &str) -> Result<(Vec<String>, Executions)> {
    let connection = open(ledger)?;
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let width = names.len();
    let rows = statement
        .query_map([], |row| (0..width).map(|index| row.get(index)).collect())?
        .collect::<Result<_, _>>()?;
    Ok((names, rows))
}

/// Appends the bytes of a ledger's rows to a file, each row's followed by an fsync: a release and a claim are two.
pub(crate) fn fsync_loop(ledger: &Path, intents: u64, folder: &Path) -> Result<Duration> {
    let (_, events) = rows(ledger, "events")?;
    let (_, payouts) = rows(ledger, "payouts")?;
    let texts = |rows: &Executions| -> Vec<Vec<u8>> {
        rows.iter()
            .map(|row| format!("{row:?}").into_bytes())
            .collect()
    };
    let (events, payouts) = (texts(&events), texts(&payouts));
    let folder = tempfile::tempdir_in(folder)?;
    let mut file = File::create(folder.path().join("log"))?;
    let begun = Instant::now();
    for (payout, pair) in payouts
        .iter()
        .zip(events.chunks_exact(2))
        .take(usize::try_from(intents)?)
    {
        for event in pair {
            file.write_all(payout)?;
            file.write_all(event)?;
            file.sync_data()?;
        }
    }
    Ok(begun.elapsed())
}

/// Writes what a ledger holds to another file of the same tables, indices and triggers, encrypted likewise, with the
/// ledger's own settings and statements, on one thread, nothing read, checked, hashed or handed over: releases and claims in
/// turn, so many to a transaction, which share fewer pages than the two mixed. Returns how long it took, and how much of
/// the processor.
pub(crate) fn writer(ledger: &Path, batch: u64, folder: &Path) -> Result<(Duration, Duration)> {
    let batch = usize::try_from(batch)?;
    let (names, claimed) = rows(ledger, "payouts")?;
    let (event_names, events) = rows(ledger, "events")?;
    let (_, payees) = rows(ledger, "payees")?;
    let (similar_names, similar) = selected(
        ledger,
        "SELECT similar_invoices.* FROM payouts JOIN similar_invoices ON payout_id=id ORDER BY payouts.rowid",
    )?;
    let place = |name: &str| {
        names
            .iter()
            .position(|other| other == name)
            .context("no such column")
    };
    let changed = CLAIMED
        .iter()
        .map(|name| place(name))
        .collect::<Result<Vec<_>>>()?;
    let id = place("id")?;
    // As each payout was before its claim.
    let mut released = claimed.clone();
    for row in &mut released {
        for (name, index) in CLAIMED.iter().zip(&changed) {
            row[*index] = match *name {
                "state" => Value::Text("ready".to_owned()),
                "sent_at" | "body" => Value::Null,
                "attempts" | "revision" => Value::Integer(0),
                _ => row[place("created_at")?].clone(),
            };
        }
    }
    let claims: Executions = claimed
        .iter()
        .map(|row| {
            changed
                .iter()
                .chain([&id])
                .map(|index| row[*index].clone())
                .collect()
        })
        .collect();
    // The ledger's order of events is by commit; here it is by kind, so they are numbered anew.
    let (mut of_release, mut of_claim) = (Vec::new(), Vec::new());
    let kind = event_names
        .iter()
        .position(|name| name == "kind")
        .context("no such column")?;
    for event in events {
        if event[kind] == Value::Text("released".to_owned()) {
            of_release.push(event);
        } else {
            of_claim.push(event);
        }
    }

    let folder = tempfile::tempdir_in(folder)?;
    let path = folder.path().join("bare.db");
    drop(remit_ledger::SqliteLedger::open(&path, &samples::key()?)?);
    let mut connection = open(&path)?;
    let insert = |table: &str, width: usize| {
        format!(
            "INSERT OR FAIL INTO {table} VALUES ({})",
            vec!["?"; width].join(",")
        )
    };
    let insert_payout = insert("payouts", names.len());
    let insert_event = insert("events", event_names.len());
    let insert_similar = insert("similar_invoices", similar_names.len());
    let claim = format!(
        "UPDATE OR FAIL payouts SET {}=? WHERE id=?",
        CLAIMED.join("=?,")
    );
    for payee in &payees {
        connection.execute(&insert("payees", payee.len()), params_from_iter(payee))?;
    }
    let mut seq = 0;
    let (begun, cpu) = (Instant::now(), ProcessTime::now());
    for ((((releases, similar), claims), of_release), of_claim) in released
        .chunks(batch)
        .zip(similar.chunks(batch))
        .zip(claims.chunks(batch))
        .zip(of_release.chunks_mut(batch))
        .zip(of_claim.chunks_mut(batch))
    {
        for (sql, rows, similar, events) in [
            (&insert_payout, releases, similar, of_release),
            (&claim, claims, &[][..], of_claim),
        ] {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut change = transaction.prepare_cached(sql)?;
                let mut note = transaction.prepare_cached(&insert_event)?;
                for (row, event) in rows.iter().zip(events) {
                    change.execute(params_from_iter(row))?;
                    seq += 1;
                    if let Some(place) = event.first_mut() {
                        *place = Value::Integer(seq);
                    }
                    note.execute(params_from_iter(event.iter()))?;
                }
                let mut keep = transaction.prepare_cached(&insert_similar)?;
                for row in similar {
                    keep.execute(params_from_iter(row))?;
                }
            }
            transaction.commit()?;
        }
    }
    Ok((begun.elapsed(), cpu.elapsed()))
}
