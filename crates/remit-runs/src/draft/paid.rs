//! Which rows of a draft another run has paid, or may still pay: one of the very same content, or one of what such a run left
//! out. The rows of all these are the same rows of one file, each in its own place.

use super::facts::Used;
use super::opening::{content_of_left, cut_of};
use super::settings::{Cut, Settings};
use crate::made::below_header;
use crate::whole::{all_left, all_rows};
use remit_core::{Ledger, LedgerError, LeftRow, Run, RunId, RunOrigin, RunState, Runs};
use std::collections::HashMap;

/// The place of a row of one run in another.
type Places = HashMap<u32, u32>;

/// By row of the draft.
pub(super) async fn by_others(
    ledger: &dyn Ledger,
    runs: &dyn Runs,
    draft: &Run,
    settings: &Settings,
) -> Result<HashMap<u32, Used>, LedgerError> {
    let mut paid = HashMap::new();
    for other in released_of(runs, &draft.content_hash).await? {
        if other.id != draft.id && is_cut_alike(runs, other.id, &settings.cut()).await? {
            paid.extend(by_run(ledger, runs, other.id).await?);
        }
    }
    // What an earlier run left out, another run of that one's content may have paid.
    let (mut of, mut places) = (draft.clone(), None::<Places>);
    while let Some(earlier) = of.follows.filter(|_| of.origin == RunOrigin::Left) {
        let (Some(earlier), Some(content)) =
            (runs.run(earlier).await?, runs.run_content(earlier).await?)
        else {
            break;
        };
        let left = all_left(runs, earlier.id).await?;
        let in_draft = |(index, left): (usize, &LeftRow)| {
            let place = below_header(index);
            Some((left.row, place_in(places.as_ref(), place)?))
        };
        let here: Places = left.iter().enumerate().filter_map(in_draft).collect();
        let cut = cut_of(&content);
        for other in released_of(runs, &earlier.content_hash).await? {
            let alike = match &cut {
                Some(cut) => is_cut_alike(runs, other.id, cut).await?,
                None => true,
            };
            if other.id != earlier.id && alike {
                let theirs = by_run(ledger, runs, other.id).await?.into_iter();
                paid.extend(theirs.filter_map(|(row, used)| Some((*here.get(&row)?, used))));
            }
        }
        (of, places) = (earlier, Some(here));
    }
    Ok(paid)
}

/// By row of a released run: by itself, or by runs of what it left out, each of which is younger.
async fn by_run(
    ledger: &dyn Ledger,
    runs: &dyn Runs,
    run: RunId,
) -> Result<HashMap<u32, Used>, LedgerError> {
    let mut paid = HashMap::new();
    let mut further: Vec<(RunId, Option<Places>)> = vec![(run, None)];
    while let Some((of, places)) = further.pop() {
        for outcome in all_rows(runs, of, &[]).await? {
            if let Some(place) = place_in(places.as_ref(), outcome.row.row)
                && let Some(used) = Used::of_row(ledger, of, &outcome).await?
            {
                paid.insert(place, used);
            }
        }
        let again = released_of(runs, &content_of_left(of)).await?;
        if again.is_empty() {
            continue;
        }
        let left = all_left(runs, of).await?;
        let here = |(index, left): (usize, &LeftRow)| {
            Some((below_header(index), place_in(places.as_ref(), left.row)?))
        };
        let here: Places = left.iter().enumerate().filter_map(here).collect();
        further.extend(again.iter().map(|again| (again.id, Some(here.clone()))));
    }
    Ok(paid)
}

fn place_in(places: Option<&Places>, row: u32) -> Option<u32> {
    places.map_or(Some(row), |places| places.get(&row).copied())
}

async fn released_of(runs: &dyn Runs, content_hash: &str) -> Result<Vec<Run>, LedgerError> {
    let mut all = runs.runs_of_content(content_hash).await?;
    all.retain(|run| matches!(run.state, RunState::Released | RunState::Stopped));
    Ok(all)
}

/// Rows of another sheet, or of a file that is cut otherwise, are other rows.
async fn is_cut_alike(runs: &dyn Runs, other: RunId, cut: &Cut) -> Result<bool, LedgerError> {
    let theirs = runs.run_content(other).await?;
    let theirs = theirs.as_ref().and_then(cut_of);
    Ok(theirs.is_none_or(|theirs| theirs == *cut))
}
