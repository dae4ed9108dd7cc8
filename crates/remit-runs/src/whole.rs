//! Lists of a run that are wanted as a whole, read a few hundred rows at a time.

use remit_core::{LedgerError, LeftRow, OutcomeState, RunId, RunRowOutcome, Runs};

/// How many rows are read at once.
const PAGE: u32 = 500;

/// The rows of a released run; with `states`, those that stand there.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn all_rows(
    runs: &dyn Runs,
    id: RunId,
    states: &[OutcomeState],
) -> Result<Vec<RunRowOutcome>, LedgerError> {
    let page = |after| runs.run_rows(id, states, after, PAGE);
    whole(page, |outcome| outcome.row.row).await
}

/// What the release of a run left out.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn all_left(runs: &dyn Runs, id: RunId) -> Result<Vec<LeftRow>, LedgerError> {
    whole(|after| runs.run_left(id, after, PAGE), |left| left.row).await
}

async fn whole<T, F>(
    page: impl Fn(Option<u32>) -> F,
    place: impl Fn(&T) -> u32,
) -> Result<Vec<T>, LedgerError>
where
    F: Future<Output = Result<Vec<T>, LedgerError>>,
{
    let mut all: Vec<T> = Vec::new();
    loop {
        let rows = page(all.last().map(&place)).await?;
        let last = rows.len() < PAGE as usize;
        all.extend(rows);
        if last {
            return Ok(all);
        }
    }
}
