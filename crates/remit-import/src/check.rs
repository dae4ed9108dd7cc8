//! What can be said of all rows together without the ledger: which are ready, which wait for the owner's word, which cannot be
//! paid, which look like one another, and what they come to.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::quality::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use remit_core::{Currency, Money, normalised_invoice};
use serde::Serialize;

use crate::draft::{DraftRow, Reading};

/// With fewer rows a thread costs more than it saves.
const ROWS_A_THREAD: usize = 8192;

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing in the file speaks against paying it.
    Ready,
    /// The owner must say something first.
    Waiting,
    /// Something is wrong with a cell.
    Refused,
    /// The owner left it out.
    Skipped,
}

/// In what a row is like another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same invoice ID. Only one of them can go out.
    SameInvoiceId,
    /// Invoice IDs that differ only in zeros, spaces, case, marks, or words such as "INV".
    SimilarInvoiceId,
    /// The same payee gets the same amount.
    SamePayeeAndAmount,
}

/// Two rows that look like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Duplicate {
    /// The row, from 0.
    pub row: usize,
    /// In what.
    pub likeness: Likeness,
    /// The nearest row before that is like it; for the first such row, the one after.
    pub other: usize,
}

/// What the owner said about rows, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Left out.
    pub skipped: BTreeSet<usize>,
    /// Paid although they look like others. The same invoice ID twice cannot be accepted.
    pub accepted: BTreeSet<usize>,
}

/// Rows of one standing in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Where they stand.
    pub standing: Standing,
    /// Their currency; nothing for those whose amount could not be read.
    pub currency: Option<Currency>,
    /// How many.
    pub rows: usize,
    /// Their sum in minor units. Wide enough for any number of rows.
    pub minor: i128,
}

impl Total {
    /// The sum, where it can be one amount.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Some(Money::new(i64::try_from(self.minor).ok()?, self.currency?))
    }
}

/// What can be said of all rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    first: usize,
    standings: Vec<Standing>,
    duplicates: Vec<Duplicate>,
    totals: Vec<Total>,
}

impl Checked {
    /// Where a row stands; nothing for one that is no payout.
    #[must_use]
    pub fn standing(&self, row: usize) -> Option<Standing> {
        self.standings.get(row.checked_sub(self.first)?).copied()
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.standings.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.standings.is_empty()
    }

    /// How many rows stand there.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        let totals = self.totals.iter();
        let here = totals.filter(|total| total.standing == standing);
        here.map(|total| total.rows).sum()
    }

    /// All that are like others, by row.
    #[must_use]
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// In what a row is like others.
    #[must_use]
    pub fn duplicates_of(&self, row: usize) -> &[Duplicate] {
        let from = self.duplicates.partition_point(|one| one.row < row);
        let to = self.duplicates.partition_point(|one| one.row <= row);
        self.duplicates.get(from..to).unwrap_or_default()
    }

    /// What the rows come to, by standing and currency.
    #[must_use]
    pub fn totals(&self) -> &[Total] {
        &self.totals
    }
}

/// Checks all rows. Nothing is left out: a row is ready, waits, is refused, or was left out by the owner.
#[must_use]
pub fn check(reading: &Reading<'_>, decisions: &Decisions) -> Checked {
    let rows = reading.rows();
    let Part {
        mut standings,
        amounts,
        invoices,
        payments,
    } = in_parts(reading, decisions);
    let mut duplicates = Vec::new();
    for group in alike(&invoices) {
        same_invoices(reading, &group, &mut duplicates);
    }
    for group in alike(&payments) {
        pair(&group, Likeness::SamePayeeAndAmount, &mut duplicates);
    }
    duplicates.sort_unstable();
    for duplicate in &duplicates {
        let accepted = duplicate.likeness != Likeness::SameInvoiceId
            && decisions.accepted.contains(&duplicate.row);
        if let Some(standing) = standings.get_mut(duplicate.row - rows.start)
            && *standing == Standing::Ready
            && !accepted
        {
            *standing = Standing::Waiting;
        }
    }
    Checked {
        first: rows.start,
        totals: totals(&standings, &amounts),
        standings,
        duplicates,
    }
}

/// What a row gives for itself, for many rows.
#[derive(Default)]
struct Part {
    standings: Vec<Standing>,
    amounts: Vec<Option<Money>>,
    /// The invoice ID as it is compared, hashed, and the row.
    invoices: Vec<(u64, usize)>,
    /// Payee and amount, hashed, and the row.
    payments: Vec<(u64, usize)>,
}

/// Reads all rows, many of them at once: each for itself depends on no other.
fn in_parts(reading: &Reading<'_>, decisions: &Decisions) -> Part {
    let rows = reading.rows();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let parts = (rows.len() / ROWS_A_THREAD).clamp(1, cores);
    let size = rows.len().div_ceil(parts).max(1);
    // Nobody can know it beforehand and make a file whose rows all seem alike.
    let hash = RandomState::default();
    let ranges = rows
        .clone()
        .step_by(size)
        .map(|from| from..(from + size).min(rows.end));
    std::thread::scope(|scope| {
        let hash = &hash;
        // All are started before the first is waited for.
        let threads: Vec<_> = ranges
            .skip(1)
            .map(|range| scope.spawn(move || part(reading, range, decisions, hash)))
            .collect();
        let mut whole = part(
            reading,
            rows.start..(rows.start + size).min(rows.end),
            decisions,
            hash,
        );
        for thread in threads {
            let next = thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            whole.standings.extend(next.standings);
            whole.amounts.extend(next.amounts);
            whole.invoices.extend(next.invoices);
            whole.payments.extend(next.payments);
        }
        whole
    })
}

fn part(
    reading: &Reading<'_>,
    rows: Range<usize>,
    decisions: &Decisions,
    hash: &RandomState,
) -> Part {
    let mut part = Part::default();
    part.standings.reserve(rows.len());
    part.amounts.reserve(rows.len());
    part.invoices.reserve(rows.len());
    part.payments.reserve(rows.len());
    let mut scratch = String::new();
    for row in rows {
        let draft = reading.row(row);
        part.amounts.push(draft.money);
        if decisions.skipped.contains(&row) {
            part.standings.push(Standing::Skipped);
            continue;
        }
        if let Some(invoice_id) = draft.invoice_id {
            let normalised = hash.hash_one(normalised_invoice(invoice_id));
            part.invoices.push((normalised, row));
        }
        if let (Some(payee), Some(money)) = (draft.payee.surest(), draft.money) {
            scratch.clear();
            scratch.push_str(payee);
            scratch.make_ascii_lowercase();
            part.payments.push((hash.hash_one((&scratch, money)), row));
        }
        part.standings.push(standing(&draft));
    }
    part
}

fn standing(draft: &DraftRow<'_>) -> Standing {
    let mut problems = draft.problems.iter();
    if draft.problems.is_empty() {
        Standing::Ready
    } else if problems.all(|cell| cell.problem.asks()) {
        Standing::Waiting
    } else {
        Standing::Refused
    }
}

fn totals(standings: &[Standing], amounts: &[Option<Money>]) -> Vec<Total> {
    let mut totals: Vec<Total> = Vec::new();
    for (standing, money) in standings.iter().zip(amounts) {
        let currency = money.map(|money| money.currency);
        let minor = money.map_or(0, |money| i128::from(money.minor));
        let known = |total: &&mut Total| total.standing == *standing && total.currency == currency;
        match totals.iter_mut().find(known) {
            Some(total) => {
                total.rows += 1;
                // Even 2^63 rows of the largest amount fit.
                total.minor = total.minor.saturating_add(minor);
            }
            None => totals.push(Total {
                standing: *standing,
                currency,
                rows: 1,
                minor,
            }),
        }
    }
    totals.sort_by_key(|total| (total.standing, total.currency));
    totals
}

/// The rows that share a number, where there is more than one, each group in their order.
fn alike(numbered: &[(u64, usize)]) -> Vec<Vec<usize>> {
    let mut first: HashTable<(u64, usize)> = HashTable::with_capacity(numbered.len());
    let mut groups: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (number, row) in numbered {
        let same = |known: &(u64, usize)| known.0 == *number;
        match first.entry(*number, same, |known| known.0) {
            Entry::Vacant(entry) => {
                entry.insert((*number, *row));
            }
            Entry::Occupied(entry) => groups
                .entry(*number)
                .or_insert_with(|| vec![entry.get().1])
                .push(*row),
        }
    }
    groups.into_values().collect()
}

/// Among rows whose invoice IDs are nearly the same, those that have the very same one are told so.
fn same_invoices(reading: &Reading<'_>, group: &[usize], duplicates: &mut Vec<Duplicate>) {
    let mut by_id: Vec<_> = group
        .iter()
        .map(|row| (reading.row(*row).invoice_id, *row))
        .collect();
    by_id.sort_unstable();
    let mut single = BTreeSet::new();
    for same in by_id.chunk_by(|one, other| one.0 == other.0) {
        if let [(_, row)] = same {
            single.insert(*row);
        } else {
            let rows: Vec<_> = same.iter().map(|(_, row)| *row).collect();
            pair(&rows, Likeness::SameInvoiceId, duplicates);
        }
    }
    let mut similar = Vec::new();
    pair(group, Likeness::SimilarInvoiceId, &mut similar);
    duplicates.extend(similar.into_iter().filter(|one| single.contains(&one.row)));
}

/// Names each row's neighbour.
fn pair(rows: &[usize], likeness: Likeness, duplicates: &mut Vec<Duplicate>) {
    let first = rows.first().zip(rows.get(1));
    let later = rows
        .windows(2)
        .filter_map(|pair| Some((pair.get(1)?, pair.first()?)));
    duplicates.extend(
        first
            .into_iter()
            .chain(later)
            .map(|(row, other)| Duplicate {
                row: *row,
                likeness,
                other: *other,
            }),
    );
}
