//! The rows that the owner has marked in a list, read from the ledger: the window names them one by one, or by the filter
//! that finds them, so that a hundred thousand can be marked without being shown.

use crate::ipc::IpcError;
use crate::ipc::inputs::{PayeeChoice, PayoutChoice};
use crate::session::Session;
use jiff::Timestamp;
use remit_core::{Code, PayeeId, PayeeRow, Payout, PayoutId, PayoutQuery, State};
use std::collections::HashSet;
use std::str::FromStr;

/// How many rows are read at once.
const PAGE: u32 = 500;

/// The payouts of a choice that stand in one of these states; in any, without states.
pub(crate) async fn payouts(
    session: &Session,
    choice: &PayoutChoice,
    states: &[State],
) -> Result<Vec<Payout>, IpcError> {
    let ids: HashSet<PayoutId> = parsed(&choice.ids, Code::PayoutNotFound)?;
    let Some(query) = narrowed(choice, states)? else {
        return named(session, &ids, states).await;
    };
    let mut found = Vec::new();
    let mut cursor = None;
    if nothing(choice, states, &query) {
        return Ok(found);
    }
    loop {
        let page = PayoutQuery {
            cursor,
            limit: PAGE,
            ..query.clone()
        };
        let page = session.ledger().payouts(page).await?.page;
        let marked = page.rows.into_iter().filter(|one| !ids.contains(&one.id));
        found.extend(marked);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// How many those are, without reading them all.
pub(crate) async fn count_payouts(
    session: &Session,
    choice: &PayoutChoice,
    states: &[State],
) -> Result<u64, IpcError> {
    let ids: HashSet<PayoutId> = parsed(&choice.ids, Code::PayoutNotFound)?;
    let singled_out = named(session, &ids, states).await?.len() as u64;
    let Some(query) = narrowed(choice, states)? else {
        return Ok(singled_out);
    };
    if nothing(choice, states, &query) {
        return Ok(0);
    }
    let first = PayoutQuery {
        cursor: None,
        limit: 1,
        ..query
    };
    let total = session.ledger().payouts(first).await?.page.total;
    Ok(total.saturating_sub(singled_out))
}

/// The payees of a choice.
pub(crate) async fn payees(
    session: &Session,
    choice: PayeeChoice,
    since: Timestamp,
) -> Result<Vec<PayeeRow>, IpcError> {
    let ids: HashSet<PayeeId> = parsed(&choice.ids, Code::PayeeNotFound)?;
    let mut found = Vec::new();
    let Some(query) = choice.query else {
        for id in ids {
            let row = session.ledger().payee_row(id, since).await?;
            found.push(row.ok_or_else(|| IpcError::bad_id(Code::PayeeNotFound))?);
        }
        found.sort_by_key(|row| row.payee.display_name());
        return Ok(found);
    };
    let query = remit_core::PayeeQuery {
        limit: PAGE,
        ..query.into()
    };
    let mut cursor = None;
    loop {
        let page = remit_core::PayeeQuery {
            cursor,
            ..query.clone()
        };
        let page = session.ledger().payees(page, since).await?;
        let marked = page.rows.into_iter();
        found.extend(marked.filter(|row| !ids.contains(&row.payee.id)));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

async fn named(
    session: &Session,
    ids: &HashSet<PayoutId>,
    states: &[State],
) -> Result<Vec<Payout>, IpcError> {
    let mut found = Vec::new();
    for id in ids {
        let payout = session.engine().known_payout(*id).await?;
        if states.is_empty() || states.contains(&payout.state) {
            found.push(payout);
        }
    }
    // As the list has them: newest first.
    found.sort_by_key(|payout| std::cmp::Reverse((payout.created_at, payout.id)));
    Ok(found)
}

/// The filter of a choice, for those in these states only.
fn narrowed(choice: &PayoutChoice, states: &[State]) -> Result<Option<PayoutQuery>, IpcError> {
    let Some(query) = choice.query.clone() else {
        return Ok(None);
    };
    let mut query: PayoutQuery = query.try_into()?;
    if query.states.is_empty() {
        query.states = states.to_vec();
    } else if !states.is_empty() {
        query.states.retain(|state| states.contains(state));
    }
    Ok(Some(query))
}

/// Whether the filter has none of the states wanted: without states it would find all.
fn nothing(choice: &PayoutChoice, states: &[State], narrowed: &PayoutQuery) -> bool {
    let filtered = choice
        .query
        .as_ref()
        .is_some_and(|query| !query.states.is_empty());
    filtered && !states.is_empty() && narrowed.states.is_empty()
}

fn parsed<T: FromStr + Eq + std::hash::Hash>(
    ids: &[String],
    code: Code,
) -> Result<HashSet<T>, IpcError> {
    ids.iter()
        .map(|id| id.parse().map_err(|_| IpcError::bad_id(code)))
        .collect()
}
