//! The draft of a schedule's day: a small table, like that of any run that comes from no file.

use crate::draft::NewDraft;
use crate::made::{MadeRow, below_header, table};
use crate::whole::all_rows;
use jiff::Timestamp;
use jiff::civil::Date;
use remit_core::{
    Code, Error, InvoiceId, Ledger, PayoutId, RowDecision, Run, RunContent, RunId, RunOrigin,
    RunState, Runs, Schedule, Schedules,
};
use std::collections::{BTreeMap, HashMap};

/// What a schedule paid on a day before: that run, and the payout of each payment, by its number.
#[derive(Default)]
pub(super) struct Before {
    run: Option<RunId>,
    payouts: HashMap<u32, PayoutId>,
}

impl Before {
    /// The last day before this one that was released.
    pub(super) async fn of(
        schedules: &dyn Schedules,
        runs: &dyn Runs,
        schedule: &Schedule,
        date: Date,
    ) -> Result<Self, Error> {
        for day in schedules.occurrences(schedule.id).await? {
            let Some(id) = day.run.filter(|_| day.occasion.date < date) else {
                continue;
            };
            let run = runs.run(id).await?;
            let released = |run: &Run| matches!(run.state, RunState::Released | RunState::Stopped);
            if !run.as_ref().is_some_and(released) {
                continue;
            }
            let rows = all_rows(runs, id, &[]).await?;
            let by_invoice: HashMap<_, _> = rows
                .into_iter()
                .map(|outcome| (outcome.row.invoice_id, outcome.row.payout_id))
                .collect();
            let payout = |number| {
                let invoice = InvoiceId(schedule.invoice_id(day.occasion.date, number));
                Some((number, *by_invoice.get(&invoice)?))
            };
            let numbers = schedule.rows.iter().map(|row| row.number);
            return Ok(Self {
                run: Some(id),
                payouts: numbers.filter_map(payout).collect(),
            });
        }
        Ok(Self::default())
    }
}

pub(super) async fn draft_of(
    ledger: &dyn Ledger,
    schedule: &Schedule,
    before: &Before,
    date: Date,
    id: RunId,
    now: Timestamp,
) -> Result<(Run, RunContent), Error> {
    let mut repeats = BTreeMap::new();
    let mut rows = Vec::with_capacity(schedule.rows.len());
    let mut decisions = Vec::with_capacity(schedule.rows.len());
    for (index, row) in schedule.rows.iter().enumerate() {
        if let Some(payout) = before.payouts.get(&row.number) {
            repeats.insert(below_header(index), *payout);
        }
        let to = ledger.payee(row.payee_id).await?;
        let to = to.as_ref().map(MadeRow::to).unwrap_or_default();
        rows.push(MadeRow {
            invoice_id: schedule.invoice_id(date, row.number),
            description: row.description.clone(),
            note: row.note.clone(),
            ..to.pay(row.money)
        });
        decisions.push(RowDecision {
            row: below_header(index),
            payee: Some(row.payee_id),
            account: row.account_token.clone(),
            ..RowDecision::default()
        });
    }
    let new = NewDraft {
        name: format!("{} {date}", schedule.name),
        origin: RunOrigin::Scheduled,
        source: table(&rows),
        follows: before.run,
        retries: BTreeMap::new(),
        repeats,
    };
    let read = new.read(id, now, &[], &mut |_| true);
    let (draft, mut content) =
        read.map_err(|error| Error::rule(Code::Internal, error.to_string()))?;
    content.decisions = decisions;
    Ok((draft.run().clone(), content))
}
