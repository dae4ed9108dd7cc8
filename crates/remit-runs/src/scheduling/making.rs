//! The draft of a schedule's day: a small table, like that of any run that comes from no file.

use crate::draft::NewDraft;
use crate::made::{MadeRow, below_header, table};
use jiff::Timestamp;
use jiff::civil::Date;
use remit_core::{Code, Error, Ledger, RowDecision, Run, RunContent, RunId, RunOrigin, Schedule};
use std::collections::BTreeMap;

pub(super) async fn draft_of(
    ledger: &dyn Ledger,
    schedule: &Schedule,
    date: Date,
    id: RunId,
    now: Timestamp,
) -> Result<(Run, RunContent), Error> {
    let mut rows = Vec::with_capacity(schedule.rows.len());
    let mut decisions = Vec::with_capacity(schedule.rows.len());
    for (index, row) in schedule.rows.iter().enumerate() {
        let to = ledger.payee(row.payee_id).await?;
        let to = to.as_ref().map(MadeRow::to).unwrap_or_default();
        rows.push(MadeRow {
            invoice_id: schedule.invoice_id(date, index),
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
        follows: None,
        retries: BTreeMap::new(),
    };
    let read = new.read(id, now, &[], &mut |_| true);
    let (draft, mut content) =
        read.map_err(|error| Error::rule(Code::Internal, error.to_string()))?;
    content.decisions = decisions;
    Ok((draft.run().clone(), content))
}
