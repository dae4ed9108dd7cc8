//! What was paid to payees before, as a review looks at it: for one as for a hundred thousand.

use crate::columns::{At, Word};
use crate::errors::translate;
use crate::payouts::{fee, may_have_paid};
use remit_core::{
    AccountToken, Currency, FEES_LOOKED_AT, FundingAccount, History, LedgerError, PayeeId,
    PayoutId, Sent, ToldFee,
};
use rusqlite::{Connection, Row};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use uuid::Uuid;

/// Released, and neither withdrawn nor certainly not paid.
const COUNTED: &str = "(state IN ('ready','sending','unknown','processing','paid','returned') OR reason='paid_after_all')";

/// How many of the last payouts a history names.
const RECENT: usize = 20;

/// Where so many of the payees are asked about, one for each of these, the payouts are read through from the first to the last:
/// those of a payee lie all over the file, and each would be looked for by itself.
const ONE_OF: i64 = 4;

/// To whom and where, in which currency.
type Target = (PayeeId, AccountToken, Currency);

/// What is known of earlier payouts, of each in their order.
pub(crate) fn histories(
    connection: &Connection,
    of: &[Target],
) -> Result<Vec<History>, LedgerError> {
    let look_up = || {
        let mut fees: HashMap<Currency, Arc<[ToldFee]>> = HashMap::new();
        let mut found = Vec::with_capacity(of.len());
        let mut asked: HashMap<Uuid, Vec<usize>> = HashMap::with_capacity(of.len());
        for (index, (payee, _, currency)) in of.iter().enumerate() {
            let fees = match fees.entry(*currency) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(told_fees(connection, *currency)?.into()),
            };
            found.push(History {
                fees: Arc::clone(fees),
                ..History::default()
            });
            asked.entry(payee.0).or_default().push(index);
        }
        let mut enter = |row: &Row<'_>| {
            for index in asked.get(&row.get(0)?).into_iter().flatten() {
                if let (Some(history), Some(target)) = (found.get_mut(*index), of.get(*index)) {
                    add(history, target, row)?;
                }
            }
            Ok::<_, rusqlite::Error>(())
        };
        let all = format!(
            "SELECT payee_id, id, amount_minor, currency, created_at, account_token, sent_at, state, reason FROM payouts WHERE {COUNTED}"
        );
        if are_many(connection, asked.len())? {
            let mut statement = connection.prepare_cached(&all)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                enter(row)?;
            }
        } else {
            let mut statement = connection.prepare_cached(&format!("{all} AND payee_id=?"))?;
            for payee in asked.keys() {
                let mut rows = statement.query([payee])?;
                while let Some(row) = rows.next()? {
                    enter(row)?;
                }
            }
        }
        for history in &mut found {
            let newest_first = |sent: &Sent| Reverse((sent.at, sent.payout));
            history.recent.sort_unstable_by_key(newest_first);
            history.recent.truncate(RECENT);
        }
        Ok(found)
    };
    look_up().map_err(translate)
}

/// Enters a payout that was released to the payee.
fn add(history: &mut History, target: &Target, row: &Row<'_>) -> rusqlite::Result<()> {
    let (_, account, currency) = target;
    history.count += 1;
    if row.get_ref(3)?.as_str()? == currency.code() && may_have_paid(row, 7)? {
        history.recent.push(Sent {
            payout: PayoutId(row.get(1)?),
            minor: row.get(2)?,
            at: row.get::<_, At>(4)?.0,
        });
    }
    if row.get_ref(5)?.as_str()? == account.as_str() {
        let sent_at = row.get::<_, Option<At>>(6)?.map(|at| at.0);
        history.account_last_used = history.account_last_used.max(sent_at);
    }
    Ok(())
}

/// Whether so many payees are a large part of all. None is ever deleted, so that their last number tells about how many there
/// are.
fn are_many(connection: &Connection, asked: usize) -> rusqlite::Result<bool> {
    if asked < 2 {
        return Ok(false);
    }
    let all: Option<i64> = connection
        .prepare_cached("SELECT max(rowid) FROM payees")?
        .query_row([], |row| row.get(0))?;
    let asked = i64::try_from(asked).unwrap_or(i64::MAX);
    Ok(asked.saturating_mul(ONE_OF) >= all.unwrap_or_default())
}

/// What Pockyt told of its fee for the last payouts in a currency, once for each way that they went, the newest first.
fn told_fees(connection: &Connection, currency: Currency) -> rusqlite::Result<Vec<ToldFee>> {
    let mut statement = connection.prepare_cached(
        "SELECT account_label, channel, fee_minor, fee_currency FROM payouts
         WHERE currency=?1 AND fee_minor IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query((currency.code(), FEES_LOOKED_AT))?;
    let mut found: Vec<ToldFee> = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = FundingAccount::kind_in(row.get_ref(0)?.as_str()?);
        let channel: Word<_> = row.get(1)?;
        let in_currency: Option<Word<_>> = row.get(3)?;
        let known = |told: &ToldFee| told.channel == channel.0 && told.kind == kind;
        if let Some(fee) = fee(row.get(2)?, in_currency.map(|word| word.0))
            && !found.iter().any(known)
        {
            found.push(ToldFee {
                kind: kind.to_owned(),
                channel: channel.0,
                fee,
            });
        }
    }
    Ok(found)
}
